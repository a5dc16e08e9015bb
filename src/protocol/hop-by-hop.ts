/** Header fields about the connection rather than the message (RFC 9110, 7.6.1), and those meant for a proxy itself; in lower case. */
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

/** Header fields that a client's HTTP library sets itself: destination, length, and the encodings that it decodes. */
const OF_THE_SENDER: ReadonlySet<string> = new Set(['host', 'content-length', 'accept-encoding'])

/**
 * The header fields of a request to repeat when it is sent again over another connection.
 *
 * @param headers names in lower case
 */
export function headersToRepeat(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !OF_THE_SENDER.has(name)),
  )
}
