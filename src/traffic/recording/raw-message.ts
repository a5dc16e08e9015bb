/** An HTTP message as printed by `curl -i` or kept in a log. */
export interface RawMessage {
  /** `HTTP/1.1 200 OK`, or `POST /v3/… HTTP/1.1`; empty for a bare list of headers. */
  readonly startLine: string
  /** Names in lower case; a field that came more than once holds its values joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Bytes by which the body is longer (cut off here already) or shorter (negative) than its `Content-Length`. */
  readonly surplus: number
}

const HEADER = /^([!#$%&'*+.^_`|~\dA-Za-z-]+):(.*)$/
const START = /^(?:HTTP\/\d(?:\.\d)? \d{3}|[A-Z]+ \S+ HTTP\/\d)/

/** Parses a message; `undefined` for text that does not begin like one. Interim answers (`100 Continue`) before it are skipped. */
export function parseRawMessage(bytes: Buffer): RawMessage | undefined {
  const { head, rest } = splitHead(bytes)
  const lines = head.split(/\r?\n/)
  const startLine = START.test(lines[0] ?? '') ? (lines.shift() ?? '') : ''
  if (/^HTTP\/\S+ (?:1\d\d|200 Connection established)/i.test(startLine)) return parseRawMessage(rest)

  const headers = new Map<string, string>()
  for (const line of lines.filter((line) => line !== '')) {
    const [, name, written = ''] = HEADER.exec(line) ?? []
    if (name === undefined) return undefined
    const value = withoutBlanks(written)
    const key = name.toLowerCase()
    const before = headers.get(key)
    headers.set(key, before === undefined ? value : `${before}, ${value}`)
  }
  if (startLine === '' && headers.size === 0) return undefined
  const declared = headers.get('content-length')
  const length = declared !== undefined && /^\d+$/.test(declared) ? Number(declared) : rest.length
  return { startLine, headers, body: rest.subarray(0, length), surplus: rest.length - length }
}

/** Trims blanks by hand: a regular expression would take quadratic time. */
function withoutBlanks(text: string): string {
  const isBlank = (at: number) => text[at] === ' ' || text[at] === '\t'
  let start = 0
  let end = text.length
  while (start < end && isBlank(start)) start += 1
  while (end > start && isBlank(end - 1)) end -= 1
  return text.slice(start, end)
}

/** Splits head and body at the empty line; lines may end as on the wire or as in a text file. */
function splitHead(bytes: Buffer): { head: string; rest: Buffer } {
  const crlf = bytes.indexOf('\r\n\r\n')
  const lf = bytes.indexOf('\n\n')
  if (crlf === -1 && lf === -1) return { head: bytes.toString('utf8'), rest: Buffer.alloc(0) }
  const [end, width] = crlf !== -1 && (lf === -1 || crlf < lf) ? [crlf, 4] : [lf, 2]
  return { head: bytes.toString('utf8', 0, end), rest: bytes.subarray(end + width) }
}
