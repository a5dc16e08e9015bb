import { UsageError } from '../wire/protocol/errors.ts'
import type { JsonPieces } from './call.ts'

/** How many calls may wait for their turn. */
const MOST_WAITING = 128

/** How long a client may leave a piece of an answer unread before its turn ends; milliseconds. */
const UNREAD_MS = 10_000

/** Bytes that are made at once. */
const PIECE_BYTES = 65_536

/** Keeps a turn until the client has taken an answer. Each piece of that is made once it has taken those before. */
export type Hold = (pieces: JsonPieces) => ReadableStream<Uint8Array>

/** Costly calls, one after another: each may take hundreds of megabytes. */
export class CostlyTurns {
  readonly #onBug: (bug: unknown) => void
  readonly #mostWaiting: number
  readonly #waiting = new Set<() => void>()
  #isTaken = false

  /** @param onBug called for errors in the midst of an answer, whose client sees only that it breaks off */
  constructor(onBug: (bug: unknown) => void, mostWaiting = MOST_WAITING) {
    this.#onBug = onBug
    this.#mostWaiting = mostWaiting
  }

  /**
   * Runs a call in its turn, which ends with the call, or once its client has taken the answer that it holds.
   *
   * @param left aborted when the client goes away
   * @throws UsageError `MOCK_WORLD_BUSY` if too many wait
   */
  async run<Output>(left: AbortSignal, call: (hold: Hold) => Promise<Output>): Promise<Output> {
    if (this.#isTaken) await this.#wait(left)
    this.#isTaken = true
    let isHeld = false
    try {
      return await call((pieces) => {
        isHeld = true
        return this.#held(pieces, left)
      })
    } finally {
      if (!isHeld) this.#next()
    }
  }

  #wait(left: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = () => {
        this.#waiting.delete(begin)
        reject(this.#tooMany())
      }
      const begin = () => {
        left.removeEventListener('abort', refuse)
        resolve()
      }
      // Nobody reads the refusal of a client that has gone away.
      if (this.#waiting.size >= this.#mostWaiting || left.aborted) return refuse()
      left.addEventListener('abort', refuse, { once: true })
      this.#waiting.add(begin)
    })
  }

  /** Passes the turn on immediately, so that no newcomer can take it. */
  #next(): void {
    const [next] = this.#waiting
    this.#isTaken = next !== undefined
    if (!next) return
    this.#waiting.delete(next)
    next()
  }

  #held(pieces: JsonPieces, left: AbortSignal): ReadableStream<Uint8Array> {
    let unread: NodeJS.Timeout | undefined
    let hasEnded = false
    const end = () => {
      clearTimeout(unread)
      if (hasEnded) return
      hasEnded = true
      left.removeEventListener('abort', end)
      void pieces.return()
      this.#next()
    }
    left.addEventListener('abort', end)
    const untilRead = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const giveUp = () => {
        end()
        controller.error(new Error('The client has not read the answer for too long.'))
      }
      unread = setTimeout(giveUp, UNREAD_MS).unref()
    }
    return new ReadableStream<Uint8Array>(
      {
        start(controller) {
          untilRead(controller)
          if (left.aborted) end()
        },
        pull: async (controller) => {
          clearTimeout(unread)
          try {
            const { bytes, isLast } = await nextOf(pieces)
            if (hasEnded) return
            if (bytes.length > 0) controller.enqueue(bytes)
            if (!isLast) return untilRead(controller)
            end()
            controller.close()
          } catch (bug) {
            if (!hasEnded) this.#onBug(bug)
            end()
            controller.error(bug)
          }
        },
        cancel: end,
      },
      { highWaterMark: 0 },
    )
  }

  #tooMany(): UsageError {
    return new UsageError('MOCK_WORLD_BUSY', {
      en: `${this.#mostWaiting} calls wait already to read or replace much of what the mock holds, which they do one after another: try again.`,
      zh: `已有 ${this.#mostWaiting} 个调用在排队读取或替换大量数据（逐个处理），请稍后重试。`,
    })
  }
}

async function nextOf(pieces: JsonPieces) {
  const made: Uint8Array[] = []
  for (let length = 0; length < PIECE_BYTES; ) {
    const { done, value } = await pieces.next()
    if (done) return { bytes: Buffer.concat(made), isLast: true }
    const bytes = Buffer.from(value)
    made.push(bytes)
    length += bytes.length
  }
  return { bytes: Buffer.concat(made), isLast: false }
}
