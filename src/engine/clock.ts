import { LAST_INSTANT, orLastInstant } from '../domain/last-instant.ts'
import { UsageError } from '../protocol/errors.ts'

/** Where the mock gets its time. `now` is epoch milliseconds. */
export interface Clock {
  now(): number
}

/** Where a clock stands: what the control API shows and takes. */
export interface ClockSetting {
  readonly now: number
  readonly frozen: boolean
}

/** How a clock is changed; what is left out stays as it is. */
export interface ClockChange {
  /** Epoch milliseconds; `source` goes back to the time that the clock is made of, and runs with it unless `frozen` says otherwise. */
  readonly now?: number | 'source'
  readonly frozen?: boolean
}

/** The machine's own time; the only place that reads it. */
export const systemClock: Clock = { now: () => Date.now() }

/** The mock's time: runs with the machine's, or stands still, and can be moved. */
export class AdjustableClock implements Clock {
  /** What it runs with: the machine, unless the mock was given another clock. */
  readonly source: Clock
  readonly #start: Partial<ClockSetting>
  #offset = 0
  #frozenAt: number | undefined

  /** `start`: where it starts and goes back to; what is left out is the source's time, and running. */
  constructor(source: Clock = systemClock, start: Partial<ClockSetting> = {}) {
    this.source = source
    this.#start = start
    this.put(start)
  }

  now(): number {
    return this.#frozenAt ?? orLastInstant(this.source.now() + this.#offset)
  }

  get frozen(): boolean {
    return this.#frozenAt !== undefined
  }

  /** Goes to an instant and runs on from there, or stands still there if it was frozen. */
  set(at: number): void {
    if (!(at >= MIN_INSTANT && at <= LAST_INSTANT)) {
      throw new UsageError(
        'MOCK_CLOCK_OUT_OF_RANGE',
        `The clock can not show ${at}: give a time between the years 0001 and 9999.`,
      )
    }
    if (this.#frozenAt !== undefined) this.#frozenAt = at
    else this.#offset = at - this.source.now()
  }

  /**
   * Takes over a setting at once; what it leaves out stays as it is.
   *
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE`, before anything has changed
   */
  put({ now, frozen }: ClockChange): void {
    if (now === 'source') this.#follow()
    else if (now !== undefined) this.set(now)
    if (frozen === false && this.frozen) this.run()
    if (frozen === true) this.#frozenAt = typeof now === 'number' ? now : this.now()
  }

  /** Moves by milliseconds, forward or back. */
  advance(ms: number): void {
    this.set(this.now() + ms)
  }

  freeze(): void {
    this.#frozenAt = this.now()
  }

  /** Lets a frozen clock run on from where it stands. */
  run(): void {
    const at = this.now()
    this.#frozenAt = undefined
    this.#offset = at - this.source.now()
  }

  /** Back to where it started. */
  reset(): void {
    this.#follow()
    this.put(this.#start)
  }

  #follow(): void {
    this.#frozenAt = undefined
    this.#offset = 0
  }
}

/** The years that RFC 3339 can write, in China's time, which is the one that answers show. */
const MIN_INSTANT = Date.parse('0001-01-01T00:00:00+08:00')
