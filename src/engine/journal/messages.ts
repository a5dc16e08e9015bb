import type { WireRequest, WireResponse } from '../http-message.ts'

/** The request and the answer of an exchange. */
interface Messages {
  readonly request: WireRequest
  readonly response?: WireResponse
}

/** Room for more than a hundred usual exchanges. */
const BLOCK_BYTES = 262_144

/** The most bytes that UTF-8 takes for a unit of a string. */
const UTF8_UNIT = 3

/** Bytes of some exchanges, and how many of these are kept. */
interface Block {
  readonly bytes: Buffer
  kept: number
}

/**
 * Keeps requests and answers as bytes in blocks outside the heap, one after another. As objects they would be thousands of small strings that live for a
 * while, which the garbage collector copies twice.
 */
export class MessageBlocks {
  readonly #bodyLimit: number
  #block: Block = { bytes: Buffer.alloc(0), kept: 0 }
  #used = 0
  /** Blocks whose exchanges have all been dropped: the collector would find them only with everything else that is old. */
  readonly #spare: Block[] = []

  /** @param bodyLimit how much of a body is kept, in bytes */
  constructor(bodyLimit: number) {
    this.#bodyLimit = bodyLimit
  }

  keep({ request, response }: Messages): KeptMessages {
    const { method, target, headers, secure } = request
    const heads = JSON.stringify([
      { method, target, headers, secure },
      response && { status: response.status, headers: response.headers, delivery: response.delivery },
    ])
    const body = request.body.subarray(0, this.#bodyLimit)
    const answered = response?.body.subarray(0, this.#bodyLimit)
    this.#makeRoom(heads.length * UTF8_UNIT + body.length + (answered?.length ?? 0))
    const { bytes } = this.#block
    const start = this.#used
    const headsEnd = start + bytes.write(heads, start)
    const bodyEnd = headsEnd + body.length
    bytes.set(body, headsEnd)
    if (answered) bytes.set(answered, bodyEnd)
    this.#used = bodyEnd + (answered?.length ?? 0)
    this.#block.kept += 1
    return new KeptMessages(this.#block, start, headsEnd, bodyEnd, this.#used)
  }

  /** Gives up the room of messages, which cannot be read any more. */
  drop({ block }: KeptMessages): void {
    block.kept -= 1
    if (block !== this.#block) this.#spareIfEmpty(block)
  }

  /** Begins another block if the rest of this one is too short. */
  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#block.bytes.length) return
    this.#spareIfEmpty(this.#block)
    const spare = bytes <= BLOCK_BYTES ? this.#spare.pop() : undefined
    this.#block = spare ?? { bytes: Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes)), kept: 0 }
    this.#used = 0
  }

  #spareIfEmpty(block: Block): void {
    if (block.kept === 0 && block.bytes.length === BLOCK_BYTES) this.#spare.push(block)
  }
}

/** The place of a request and its answer in a block. */
export class KeptMessages {
  readonly block: Block
  readonly #start: number
  readonly #headsEnd: number
  readonly #bodyEnd: number
  readonly #end: number

  constructor(block: Block, start: number, headsEnd: number, bodyEnd: number, end: number) {
    this.block = block
    this.#start = start
    this.#headsEnd = headsEnd
    this.#bodyEnd = bodyEnd
    this.#end = end
  }

  get bytes(): number {
    return this.#end - this.#start
  }

  /** Objects like those that were kept, with copies of the bodies. */
  read(): Messages {
    // Written by keep.
    const [request, response] = JSON.parse(this.block.bytes.toString('utf8', this.#start, this.#headsEnd)) as [
      Omit<WireRequest, 'body'>,
      Omit<WireResponse, 'body'> | null,
    ]
    return {
      request: { ...request, body: this.#copy(this.#headsEnd, this.#bodyEnd) },
      ...(response && { response: { ...response, body: this.#copy(this.#bodyEnd, this.#end) } }),
    }
  }

  #copy(from: number, until: number): Uint8Array {
    return new Uint8Array(this.block.bytes.subarray(from, until))
  }
}
