/** The checks a request must pass, in order (protocol.md 3). */
export const AUTHENTICATION_CHECKS = [
  'headers',
  'authorization',
  'scheme',
  'timestamp',
  'merchant',
  'serial',
  'signature',
] as const

export type AuthenticationCheck = (typeof AUTHENTICATION_CHECKS)[number]

export function isAboutAuthentication<Remark extends { readonly about: string }>(
  remark: Remark,
): remark is Remark & { readonly about: AuthenticationCheck } {
  return AUTHENTICATION_CHECKS.some((check) => check === remark.about)
}

/**
 * Whether a call was refused because it failed a check. In lenient mode it is served all the same; one that its operation then refuses counts
 * as refused here too, since the journal does not tell the two apart.
 */
export function wasNotLetIn({
  remarks,
  response,
}: {
  readonly remarks: readonly { readonly about: string }[]
  readonly response?: { readonly status: number } | undefined
}): boolean {
  return remarks.some(isAboutAuthentication) && (!response || response.status >= 400)
}
