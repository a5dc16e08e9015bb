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

/**
 * Keeps requests and answers as bytes in blocks outside the heap, one after another. As objects they would be thousands of small strings that live for a
 * while, which the garbage collector copies twice.
 */
export class MessageBlocks {
  readonly #bodyLimit: number
  #block = Buffer.alloc(0)
  #used = 0

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
    const start = this.#used
    const headsEnd = start + this.#block.write(heads, start)
    const bodyEnd = headsEnd + body.length
    this.#block.set(body, headsEnd)
    if (answered) this.#block.set(answered, bodyEnd)
    this.#used = bodyEnd + (answered?.length ?? 0)
    return new KeptMessages(this.#block, start, headsEnd, bodyEnd, this.#used)
  }

  /** Begins another block if the rest of this one is too short. A block is freed with the last exchange in it. */
  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#block.length) return
    this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes))
    this.#used = 0
  }
}

/** The place of a request and its answer in a block. */
export class KeptMessages {
  readonly #block: Buffer
  readonly #start: number
  readonly #headsEnd: number
  readonly #bodyEnd: number
  readonly #end: number

  constructor(block: Buffer, start: number, headsEnd: number, bodyEnd: number, end: number) {
    this.#block = block
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
    const [request, response] = JSON.parse(this.#block.toString('utf8', this.#start, this.#headsEnd)) as [
      Omit<WireRequest, 'body'>,
      Omit<WireResponse, 'body'> | null,
    ]
    return {
      request: { ...request, body: this.#copy(this.#headsEnd, this.#bodyEnd) },
      ...(response && { response: { ...response, body: this.#copy(this.#bodyEnd, this.#end) } }),
    }
  }

  #copy(from: number, until: number): Uint8Array {
    return new Uint8Array(this.#block.subarray(from, until))
  }
}
