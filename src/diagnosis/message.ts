import { createHash, type Hash, hash } from 'node:crypto'
import type { Ends, Line } from './lines.ts'
import type { DigestAlgorithm } from './recover.ts'
import type { Work } from './work.ts'

/** Everything that decides on a message. */
export interface MessageParts {
  readonly method: string
  readonly url: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: Buffer
  /** The lines that are there, in their order. */
  readonly order: readonly Line[]
  readonly separator: string
  readonly ends: Ends
}

/** The bytes of a message. */
export function messageBytes(parts: MessageParts): Buffer {
  const writer = new MessageWriter()
  writer.write(parts)
  return Buffer.from(writer.bytes)
}

/** Writes messages into one buffer, since thousands of them are only hashed. */
export class MessageWriter {
  #buffer = Buffer.allocUnsafe(4_096)
  #length = 0

  /** The message that was written last; the next one overwrites it. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  write({ order, separator, ends, body, ...lines }: MessageParts): void {
    this.#length = 0
    // Whatever stands in front of the body or behind it is one text, so that little is written at a time.
    let text = ends.before(separator)
    for (const [index, line] of order.entries()) {
      if (index > 0) text += separator
      if (line === 'body') {
        this.#add(text, body)
        text = ''
      } else text += lines[line]
    }
    this.#add(text + ends.after(separator))
  }

  #add(text: string, bytes?: Buffer): void {
    const needed = this.#length + text.length * 3 + (bytes?.length ?? 0)
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(needed * 2)
      larger.set(this.bytes)
      this.#buffer = larger
    }
    this.#length += this.#buffer.write(text, this.#length, 'utf8')
    if (bytes) {
      this.#buffer.set(bytes, this.#length)
      this.#length += bytes.length
    }
  }
}

/** The most bytes that are hashed in one piece; what is longer shares its beginning with other candidates. */
const SHARED_FROM_BYTES = 8_192

/** Digests of messages, as hex. */
export class MessageHasher {
  readonly #algorithm: DigestAlgorithm
  readonly #work: Work
  readonly #writer = new MessageWriter()
  /** The hash of everything up to the end of the body, of the message that was asked for last. */
  #shared: { readonly head: string; readonly body: Buffer; readonly state: Hash } | undefined

  constructor(algorithm: DigestAlgorithm, work: Work) {
    this.#algorithm = algorithm
    this.#work = work
  }

  /** The digest of a message, or nothing when hashing it would be more work than is left. */
  digest(parts: MessageParts): string | undefined {
    const { order, body } = parts
    if (body.length > SHARED_FROM_BYTES && order.at(-1) === 'body') return this.#digestShared(parts)
    if (!this.#work.allows(textLength(parts) + (order.includes('body') ? body.length : 0))) return undefined
    this.#writer.write(parts)
    this.#work.count(this.#writer.bytes.length)
    return hash(this.#algorithm, this.#writer.bytes, 'hex')
  }

  #digestShared(parts: MessageParts): string | undefined {
    const { body, ends, separator } = parts
    const head = headOf(parts)
    const tail = ends.after(separator)
    const shared = this.#shared?.body === body && this.#shared.head === head ? this.#shared : undefined
    if (!this.#work.allows(tail.length + (shared ? 0 : head.length + body.length))) return undefined
    const state = shared?.state ?? createHash(this.#algorithm).update(head).update(body)
    this.#shared = { head, body, state }
    this.#work.count(Buffer.byteLength(tail) + (shared ? 0 : Buffer.byteLength(head) + body.length))
    return state.copy().update(tail).digest('hex')
  }
}

function textLength(parts: MessageParts): number {
  const { order, separator, ends } = parts
  let length = ends.before(separator).length + ends.after(separator).length + separator.length * order.length
  for (const line of order) if (line !== 'body') length += parts[line].length
  return length
}

/** Everything in front of the body, where the body is the last line. */
function headOf({ order, separator, ends, ...lines }: MessageParts): string {
  let text = ends.before(separator)
  for (const line of order) if (line !== 'body') text += lines[line] + separator
  return text
}
