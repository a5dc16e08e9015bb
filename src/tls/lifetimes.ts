export const DAY_MS = 86_400_000

/** How long a CA is valid, from a day before its creation. */
export const AUTHORITY_MS = 90 * DAY_MS
/** A CA with less time left is replaced. */
export const AUTHORITY_RENEWAL_MS = 30 * DAY_MS

/** How long a server certificate is valid. A CA that expires earlier is replaced first. */
export const SERVER_CERTIFICATE_MS = 7 * DAY_MS
/** A server certificate with less time left is replaced. */
export const SERVER_CERTIFICATE_RENEWAL_MS = DAY_MS
