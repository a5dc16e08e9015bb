/** Header fields that mean the connection and not the message (RFC 9110, 7.6.1), and those that are for a proxy itself; in lower case. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What a client's HTTP library fills in anew: where the request goes, how long it is, and which encodings the library undoes. */
const OF_THE_SENDER: ReadonlySet<string> = new Set(['host', 'content-length', 'accept-encoding'])

/**
 * The header fields of a request that go along when it is sent again over another connection.
 *
 * @param headers names in lower case
 */
export function headersToRepeat(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !OF_THE_SENDER.has(name)),
  )
}
