/** The values that a request signature covers (protocol.md 2). */
export interface SignedRequest {
  /** Upper case. */
  readonly method: string
  /** Path and query byte for byte as in the request line. */
  readonly target: string
  readonly timestamp: string
  readonly nonce: string
  /** Raw bytes; for uploads the bytes of the part named `meta`. */
  readonly body: Uint8Array
}

const LF = 0x0a

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
  const { method, target, timestamp, nonce, body } = request
  const head = `${method}\n${target}\n${timestamp}\n${nonce}\n`
  // Four bytes a character at most: avoids decoding a large body for eight characters.
  const start = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.subarray(0, SHOWN_BODY_CHARACTERS * 4))
  return {
    method,
    sign_message_length: Buffer.byteLength(head) + body.length + 1,
    truncated_sign_message: `${head}${[...start].slice(0, SHOWN_BODY_CHARACTERS).join('')}\n`,
    url: target,
  }
}
