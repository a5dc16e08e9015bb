import type { Writable } from 'node:stream'

/** How many bytes a reader may leave unread before lines are dropped. */
const BACKLOG_LIMIT = 1_048_576

/** Lines for a person or a parent process that may not read them: the backlog is bounded, so that a long run does not fill the memory. */
export class BoundedLog {
  readonly #stream: Writable
  readonly #describeDropped: (lines: number) => string
  #dropped = 0

  /** `describeDropped`: the line that stands for lines that were dropped. */
  constructor(stream: Writable, describeDropped: (lines: number) => string) {
    this.#stream = stream
    this.#describeDropped = describeDropped
  }

  add(line: string): void {
    if (this.#stream.writableLength > BACKLOG_LIMIT || this.#stream.errored) {
      this.#dropped++
      return
    }
    if (this.#dropped > 0) this.#stream.write(`${this.#describeDropped(this.#dropped)}\n`)
    this.#dropped = 0
    this.#stream.write(`${line}\n`)
  }

  /** Waits for the lines to be read, for up to `ms`. */
  async flush(ms: number): Promise<void> {
    if (this.#stream.writableLength === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#stream.write('', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
