/** Who calls: a direct merchant, a service provider with a sub-merchant, and a stranger who has a right to nothing. */
export const CALLERS = ['direct', 'partner', 'sub', 'stranger'] as const
export type Caller = (typeof CALLERS)[number]

export const MERCHANTS: Readonly<Record<Caller, string>> = {
  direct: '1900000001',
  partner: '1900000201',
  sub: '1900000202',
  stranger: '1900000203',
}

/** Which merchants a merchant may create batches for, besides itself. */
export const SUB_MERCHANTS: Readonly<Record<string, readonly string[]>> = {
  [MERCHANTS.partner]: [MERCHANTS.sub],
}
