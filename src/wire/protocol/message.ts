/** One part of an upload (`multipart/form-data`). */
interface Part {
  readonly name: string
  readonly content: Uint8Array
}

export function isUpload(contentType: string | undefined): contentType is string {
  return contentType !== undefined && /^multipart\/form-data\b/i.test(contentType)
}

const HEAD_LIMIT = 8_192

/** Two dashes and a boundary, which has up to 70 characters: looking for a longer one could take seconds. */
const DELIMITER_LIMIT = 72

/** The most parts of an upload: real SDKs send two. */
const PART_LIMIT = 64

/**
 * The parts of an upload that have a name, in their order, up to the first that cannot be read.
 *
 * The boundary is taken from the first line of the body when the header has none, and a part's own type does not matter: real SDKs differ
 * in both (protocol.md 10). Takes time in proportion to the body, whatever is in it. The contents are views of the body.
 */
export function partsOf(contentType: string, body: Uint8Array): readonly Part[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const declared = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  const delimiter = declared ? `--${declared[1] ?? declared[2]}` : firstLine(bytes)
  if (delimiter === undefined || delimiter.length > DELIMITER_LIMIT) return []

  const parts: Part[] = []
  let start = bytes.indexOf(delimiter)
  for (let count = 0; count < PART_LIMIT; count++) {
    const headStart = start + delimiter.length + 2
    const headEnd = bytes.indexOf('\r\n\r\n', headStart - 2)
    if (headEnd === -1 || headEnd - headStart > HEAD_LIMIT) break
    // Searched from the end of the head: an empty content may share its blank line. A missing delimiter is not found here either.
    const next = bytes.indexOf(`\r\n${delimiter}`, headEnd)
    if (next === -1) break
    const name = nameIn(bytes.toString('utf8', headStart, headEnd))
    if (name !== undefined) parts.push({ name, content: bytes.subarray(headEnd + 4, next) })
    start = next + 2
  }
  return parts
}

const DISPOSITION = /^content-disposition:[ \t]*form-data[ \t]*/im

/** One parameter of it. Takes whole ones, so that a file called `x; name=meta` is not taken for a name. */
const PARAMETER = /;[ \t]*(?:(name)|[\w*-]+)=(?:"([^"\r\n]*)"|([^\s;"]*))[ \t]*(?=;|$)/imy

/** The name of a part, from its head; the first if there are two. */
function nameIn(head: string): string | undefined {
  const start = DISPOSITION.exec(head)
  if (!start) return undefined
  PARAMETER.lastIndex = start.index + start[0].length
  for (let match = PARAMETER.exec(head); match; match = PARAMETER.exec(head)) {
    const [, isName, quoted, bare] = match
    if (isName) return quoted ?? bare
  }
  return undefined
}

/** The line that a body begins with, if it may be a delimiter. */
function firstLine(body: Buffer): string | undefined {
  return /^--[^\r\n]+(?=\r\n)/.exec(body.toString('latin1', 0, DELIMITER_LIMIT + 2))?.[0]
}

/**
 * The bytes that a request signature covers as the body: the body itself, or for an upload the part named `meta`.
 *
 * An upload without a readable `meta` part gives no bytes, which the live service answers as a signature mismatch
 * (protocol.md 2 and 10).
 */
export function signedBody(contentType: string | undefined, body: Uint8Array): Uint8Array {
  if (!isUpload(contentType)) return body
  return partsOf(contentType, body).find(({ name }) => name === 'meta')?.content ?? NO_BODY
}

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

/** The values that a request signature covers (protocol.md 2). */
export interface SignedRequest {
  /** Upper case. */
  readonly method: string
  /** Path and query byte for byte as in the request line, but for a bare `?`: see {@link signedTarget}. */
  readonly target: string
  readonly timestamp: string
  readonly nonce: string
  /** Raw bytes; for uploads the bytes of the part named `meta`. */
  readonly body: Uint8Array
}

const LF = 0x0a

/**
 * The part of a target that is signed. The page adds `?` only if there are query parameters, and gopay stopped signing a bare one after 401s of the
 * live service (https://github.com/go-pay/gopay/pull/262, reported).
 */
export function signedTarget(target: string): string {
  return target.indexOf('?') === target.length - 1 ? target.slice(0, -1) : target
}

/** The five-line message of a request; every line ends with LF, the last one too. */
export function requestMessage({ method, target, timestamp, nonce, body }: SignedRequest): Buffer {
  return lines(`${method}\n${target}\n${timestamp}\n${nonce}\n`, body)
}

/** The three-line message of an answer or a callback; every line ends with LF, an empty body leaves an empty line. */
export function responseMessage({
  timestamp,
  nonce,
  body,
}: Pick<SignedRequest, 'timestamp' | 'nonce' | 'body'>): Buffer {
  return lines(`${timestamp}\n${nonce}\n`, body)
}

/** Joins the lines in a single allocation. */
function lines(head: string, body: Uint8Array): Buffer {
  const length = Buffer.byteLength(head)
  const message = Buffer.allocUnsafe(length + body.length + 1)
  message.write(head)
  message.set(body, length)
  message[length + body.length] = LF
  return message
}

const NO_BODY = new Uint8Array(0)

/** How many characters of the body the service repeats in an error. */
const SHOWN_BODY_CHARACTERS = 8

/**
 * The `sign_information` that a signature mismatch is answered with, keys in the order of the live service.
 *
 * The length is that of the whole message in bytes (bytes rather than characters: inferred); the message is shown with the
 * body cut to its first 8 characters.
 */
export function signInformation(request: SignedRequest): {
  method: string
  sign_message_length: number
  truncated_sign_message: string
  url: string
} {
  const { method, target, body } = request
  // Four bytes a character at most: avoids decoding a large body for eight characters.
  const start = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.subarray(0, SHOWN_BODY_CHARACTERS * 4))
  const shown = Buffer.from([...start].slice(0, SHOWN_BODY_CHARACTERS).join(''))
  return {
    method,
    sign_message_length: requestMessage({ ...request, body: NO_BODY }).length + body.length,
    truncated_sign_message: requestMessage({ ...request, body: shown }).toString('utf8'),
    url: target,
  }
}
