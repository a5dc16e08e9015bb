import { createHash, type Hash, hash } from 'node:crypto'
import { type Ends, LINES, type Line, USUAL_ENDS } from './difference.ts'
import type { DigestAlgorithm } from './recover.ts'
import type { Work } from './work.ts'

/** Everything that determines a message. */
export interface MessageParts {
  readonly method: string
  readonly url: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: Buffer
  readonly order: readonly Line[]
  readonly separator: string
  readonly ends: Ends
}

export function messageBytes(parts: MessageParts): Buffer {
  const writer = new MessageWriter()
  writer.write(parts)
  return Buffer.from(writer.bytes)
}

const NO_BYTES = Buffer.alloc(0)

/** A text line. Written out, since a computed member access takes several times as long. */
function lineOf(parts: MessageParts, line: Exclude<Line, 'body'>): string {
  switch (line) {
    case 'method':
      return parts.method
    case 'url':
      return parts.url
    case 'timestamp':
      return parts.timestamp
    case 'nonce':
      return parts.nonce
  }
}

function messageText(parts: MessageParts, body: string): string {
  const { order, separator, ends } = parts
  let text = ends.before(separator)
  let first = true
  for (const line of order) {
    if (!first) text += separator
    first = false
    text += line === 'body' ? body : lineOf(parts, line)
  }
  return text + ends.after(separator)
}

/** Maximum length of a message whose buffer view is cached, in bytes. */
const MAX_VIEWS = 8_192

/** Writes messages into one buffer, since thousands of them are only hashed. @internal */
export class MessageWriter {
  #buffer = Buffer.allocUnsafeSlow(4_096)
  #length = 0
  /** Views of the buffer's beginning by length: lengths recur, and creating a view takes as long as writing a message. */
  #views: Buffer[] = []

  /** The message that was written last; the next one overwrites it. */
  get bytes(): Buffer {
    const length = this.#length
    if (length >= MAX_VIEWS) return this.#buffer.subarray(0, length)
    this.#views[length] ??= this.#buffer.subarray(0, length)
    return this.#views[length]
  }

  write(parts: MessageParts): void {
    const { order, separator, ends } = parts
    this.#length = 0
    // The text before the body is one string, as is the text after it: fewer writes.
    let text = ends.before(separator)
    let first = true
    for (const line of order) {
      if (!first) text += separator
      first = false
      if (line === 'body') {
        this.#add(text, parts.body)
        text = ''
      } else text += lineOf(parts, line)
    }
    this.#add(text + ends.after(separator))
  }

  #add(text: string, bytes: Buffer = NO_BYTES): void {
    const needed = this.#length + text.length * 3 + bytes.length
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(needed * 2)
      larger.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = larger
      this.#views = []
    }
    this.#length += this.#buffer.write(text, this.#length, 'utf8')
    if (bytes.length > 0) this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }
}

/** Maximum number of bytes hashed in one piece; longer messages share their beginning with other candidates. */
const SHARED_FROM_BYTES = 8_192

/** Digests of messages, as hex. */
export class MessageHasher {
  readonly #algorithm: DigestAlgorithm
  readonly #work: Work
  readonly #writer = new MessageWriter()
  /** Bodies as text, if that is the same bytes. Hashing a message in one string takes two thirds of the time. */
  readonly #texts = new Map<Buffer, string | undefined>()
  /** Hashes of messages up to the end of a long body, by that body and by everything before it. */
  readonly #states: Map<Buffer, Map<string, Hash>>

  /** @param body the request's */
  constructor(algorithm: DigestAlgorithm, work: Work, body: Buffer) {
    this.#algorithm = algorithm
    this.#work = work
    this.#states = new Map([[body, work.beginnings(algorithm)]])
  }

  /** The digest of a message, or undefined if hashing it would exceed the remaining work. */
  digest(parts: MessageParts): string | undefined {
    const { order, body } = parts
    if (body.length > SHARED_FROM_BYTES && order.at(-1) === 'body') return this.#digestShared(parts)
    // Checking in advance pays only for a large body.
    if (!this.#work.allows(order.includes('body') ? body.length : 0)) return undefined
    const text = this.#textOf(body)
    if (text !== undefined) {
      const message = messageText(parts, text)
      // Counts characters: few in an address take more bytes, and counting bytes takes as long as hashing a third of the message.
      this.#work.count(message.length)
      return hash(this.#algorithm, message, 'hex')
    }
    this.#writer.write(parts)
    const { bytes } = this.#writer
    this.#work.count(bytes.length)
    return hash(this.#algorithm, bytes, 'hex')
  }

  #textOf(body: Buffer): string | undefined {
    if (this.#texts.has(body)) return this.#texts.get(body)
    const characters = body.toString('latin1')
    // Non-ASCII characters take more bytes in UTF-8.
    const text = Buffer.byteLength(characters) === body.length ? characters : undefined
    this.#texts.set(body, text)
    return text
  }

  /**
   * The first of some timestamps with which a message has a digest that fits. There are thousands, so if they are equally long, the message is
   * written once, and only its digits change.
   *
   * @param fits whether a digest is the right one
   */
  findTimestamp(
    parts: MessageParts,
    timestamps: readonly string[],
    fits: (digest: string) => boolean,
  ): string | undefined {
    const { order, separator, ends, method, url } = parts
    const offset = Buffer.byteLength(ends.before(separator) + method + separator + url + separator)
    const inPlace = order.join() === LINES.join()
    let length = -1
    for (const timestamp of timestamps) {
      if (!this.#work.allows(parts.body.length)) return undefined
      if (!inPlace || timestamp.length !== length) this.#writer.write({ ...parts, timestamp })
      else this.#writer.bytes.write(timestamp, offset, 'latin1')
      length = timestamp.length
      const { bytes } = this.#writer
      this.#work.count(bytes.length)
      if (fits(hash(this.#algorithm, bytes, 'hex'))) return timestamp
    }
    return undefined
  }

  #digestShared(parts: MessageParts): string | undefined {
    const { body, ends, separator } = parts
    // Messages with these ends whose beginning is known were tried before, and writing the beginnings of thousands takes long.
    if (ends === USUAL_ENDS && !this.#work.allows(body.length)) return undefined
    const head = headOf(parts)
    const tail = ends.after(separator)
    const states = this.#states.get(body) ?? new Map<string, Hash>()
    const known = states.get(head)
    if (!this.#work.allows(tail.length + (known ? 0 : head.length + body.length))) return undefined
    const state = known ?? createHash(this.#algorithm).update(head).update(body)
    if (!known) this.#states.set(body, states.set(head, state))
    this.#work.count(Buffer.byteLength(tail) + (known ? 0 : Buffer.byteLength(head) + body.length))
    return state.copy().update(tail).digest('hex')
  }
}

/** Everything before the body, if the body is the last line. */
function headOf(parts: MessageParts): string {
  const { order, separator, ends } = parts
  let text = ends.before(separator)
  for (const line of order) if (line !== 'body') text += lineOf(parts, line) + separator
  return text
}
