import type { Writable } from 'node:stream'

/** How many bytes a reader may leave unread before lines are dropped. */
const BACKLOG_LIMIT = 1_048_576

/** How long lines wait after a write, to be written together: under load, a write for each would cost more than the lines themselves. */
const TOGETHER_MS = 20

/** Lines for a person or a parent process that may not read them: the backlog is bounded, so that a long run does not fill the memory. */
export class BoundedLog {
  readonly #stream: Writable
  readonly #describeDropped: (lines: number) => string
  #dropped = 0
  #waiting = ''
  /** Set for {@link TOGETHER_MS} after each write. */
  #pause: NodeJS.Timeout | undefined

  /** `describeDropped`: text of the line that replaces dropped lines. */
  constructor(stream: Writable, describeDropped: (lines: number) => string) {
    this.#stream = stream
    this.#describeDropped = describeDropped
  }

  /** Writes a line: at once, or with those that follow shortly upon another. */
  add(line: string): void {
    if (this.#stream.writableLength + this.#waiting.length > BACKLOG_LIMIT || this.#stream.errored) {
      this.#dropped++
      return
    }
    if (this.#dropped > 0) this.#waiting += `${this.#describeDropped(this.#dropped)}\n`
    this.#dropped = 0
    this.#waiting += `${line}\n`
    if (this.#pause === undefined) this.write()
  }

  /** Writes the waiting lines. A process that ends without {@link flush} does this last. */
  write(): void {
    clearTimeout(this.#pause)
    this.#pause = undefined
    if (this.#waiting === '') return
    this.#stream.write(this.#waiting)
    this.#waiting = ''
    this.#pause = setTimeout(() => this.write(), TOGETHER_MS).unref()
  }

  /** Waits up to `ms` for the lines to be read. */
  async flush(ms: number): Promise<void> {
    this.write()
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
