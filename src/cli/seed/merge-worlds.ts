import type { WorldJson } from '../../products/json.ts'

/** The members of a world that are lists of things. */
type Lists = {
  readonly [Member in keyof WorldJson as NonNullable<WorldJson[Member]> extends readonly object[]
    ? Member
    : never]-?: NonNullable<WorldJson[Member]> extends readonly (infer Thing)[] ? Thing : never
}

/** What tells things of a kind apart. The compiler asks for those of a new table. */
const IDS: { readonly [Member in keyof Lists]: readonly (keyof Lists[Member])[] } = {
  merchants: ['mchid'],
  stocks: ['mchid', 'stock_id'],
  codes: ['mchid', 'stock_id', 'code'],
  coupons: ['mchid', 'stock_id', 'coupon_code'],
  users: ['mchid', 'openid'],
  orders: ['mchid', 'out_trade_no'],
  refunds: ['mchid', 'out_refund_no'],
  subsidies: ['mchid', 'out_subsidy_no'],
  subsidy_returns: ['mchid', 'out_subsidy_return_no'],
  event_addresses: ['mchid'],
  notifications: ['mchid', 'id'],
  requests: ['mchid', 'operation', 'request_no'],
  transfer_accounts: ['mchid'],
  transfers: ['mchid', 'out_bill_no'],
  transfer_authorizations: ['mchid', 'out_authorization_no'],
  transfer_receipts: ['mchid', 'out_bill_no'],
}

/** Puts worlds together; of two things with the same id the later one stays. */
export function mergeWorlds(worlds: readonly WorldJson[]): WorldJson {
  const descriptions = worlds.flatMap(({ description }) => description ?? [])
  const merged = Object.entries(IDS).map(([member, names]) => [member, merge(listsOf(worlds, member), names)])
  return {
    ...(descriptions.length > 0 && { description: descriptions.join(' ') }),
    ...Object.fromEntries(merged.filter(([, things]) => things !== undefined)),
  }
}

function listsOf(worlds: readonly WorldJson[], member: string): readonly object[] {
  // The members of IDS are lists.
  return worlds.flatMap((world) => (world as Readonly<Record<string, object[] | undefined>>)[member] ?? [])
}

function merge(things: readonly object[], names: readonly string[]): object[] | undefined {
  const merged = new Map<string, object>()
  for (const thing of things) {
    const members: Readonly<Record<string, unknown>> = { mchid: '', ...thing }
    const id = names.map((name) => members[name])
    // A thing without an id gets one when it is loaded, so it equals no other.
    merged.set(id.includes(undefined) ? `${merged.size}` : JSON.stringify(id), thing)
  }
  return merged.size === 0 ? undefined : [...merged.values()]
}
