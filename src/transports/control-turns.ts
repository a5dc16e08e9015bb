import type { ServerResponse } from 'node:http'
import { setImmediate as turnOfTheLoop, setTimeout as wait } from 'node:timers/promises'

/** Bytes of answers that may wait for those who asked for them, before further calls wait too. */
const UNREAD_BYTES = 64 * 1_048_576

/** How long a client may take none of its answer while others wait because of it, and how often that is looked at; milliseconds. */
const UNREAD_MS = 2_000
const LOOK_MS = 20

/** What a call may take without time that is left to others after it, and the most that is left; milliseconds. */
const SHORT_MS = 10
const LONGEST_REST_MS = 100

/**
 * Lets calls of the control API begin one after the other. Their answers may be large and take long to make, as a whole journal's: between two
 * of them what else the server has to do gets its turn, and answers that nobody reads do not fill the memory.
 */
export class ControlTurns {
  readonly #unreadBytes: number
  readonly #unreadMs: number
  readonly #answers = new Set<ServerResponse>()
  readonly #hastened = new WeakSet<ServerResponse>()
  #last: Promise<unknown> = Promise.resolve()
  #restUntil = 0

  constructor(unreadBytes = UNREAD_BYTES, unreadMs = UNREAD_MS) {
    this.#unreadBytes = unreadBytes
    this.#unreadMs = unreadMs
  }

  /** Waits for the turn of a call; `false` when its client has gone away meanwhile. */
  take(answer: ServerResponse): Promise<boolean> {
    const turn = this.#last.then(() => this.#begin(answer))
    this.#last = turn
    return turn
  }

  async #begin(answer: ServerResponse): Promise<boolean> {
    await turnOfTheLoop()
    const rest = this.#restUntil - performance.now()
    if (rest > 0) await wait(rest)
    while (!isGone(answer) && this.#unread() > this.#unreadBytes) {
      this.#hasten()
      await wait(LOOK_MS)
    }
    if (isGone(answer)) return false
    this.#answers.add(answer)
    answer.once('close', () => this.#answers.delete(answer))
    this.#restAfter(performance.now())
    return true
  }

  /** One turn of the loop takes no more than one new connection in: what held it up is followed by as much time for others. */
  #restAfter(began: number): void {
    setImmediate(() => {
      const ended = performance.now()
      const held = ended - began
      if (held > SHORT_MS) this.#restUntil = ended + Math.min(held, LONGEST_REST_MS)
    })
  }

  #unread(): number {
    let bytes = 0
    for (const { writableLength } of this.#answers) bytes += writableLength
    return bytes
  }

  /** Who reads, however slowly, keeps its connection; who does not loses it sooner than otherwise. */
  #hasten(): void {
    for (const answer of this.#answers) {
      if (answer.writableLength === 0 || this.#hastened.has(answer)) continue
      this.#hastened.add(answer)
      answer.socket?.setTimeout(this.#unreadMs)
    }
  }
}

function isGone({ destroyed, socket }: ServerResponse): boolean {
  return destroyed || socket === null || socket.destroyed
}
