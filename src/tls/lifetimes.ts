export const DAY_MS = 86_400_000

/** How long a CA lasts, from a day before it is made. */
export const AUTHORITY_MS = 90 * DAY_MS
/** A CA that a process finds with less than this left is replaced. */
export const AUTHORITY_RENEWAL_MS = 30 * DAY_MS

/** How long the server's certificate lasts after it was made. A CA that ends before is replaced first. */
export const SERVER_CERTIFICATE_MS = 7 * DAY_MS
/** A server's certificate with less than this left is replaced. */
export const SERVER_CERTIFICATE_RENEWAL_MS = DAY_MS
