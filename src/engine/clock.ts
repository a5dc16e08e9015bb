import { UsageError } from '../protocol/errors.ts'
import type { Awaitable } from '../shared/awaitable.ts'
import { LAST_INSTANT, orLastInstant } from '../shared/last-instant.ts'
import { type Documents, DocumentsCopy, type DocumentsDraft, documentKey } from './state/documents.ts'

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

/** How far the mock's time is from its source's, or where it stands still. Instants and the difference in milliseconds. */
interface ClockState {
  readonly offset: number
  readonly frozenAt?: number
}

const CLOCK = documentKey<ClockState>('clock')

const FOLLOWING: ClockState = { offset: 0 }

/** The mock's time: runs with the machine's, or stands still, and can be moved. Where it stands is a document of the store. */
export class AdjustableClock implements Clock {
  /** What it runs with: the machine, unless the mock was given another clock. */
  readonly source: Clock
  readonly #start: Partial<ClockSetting>
  readonly #documents: Documents
  /** Where it stands until it is changed. */
  readonly #initial: ClockState

  /**
   * @param start where it starts and goes back to; what is left out is the source's time, and running
   * @param documents those of the mock's store
   */
  constructor(
    source: Clock = systemClock,
    start: Partial<ClockSetting> = {},
    documents: Documents = new DocumentsCopy(),
  ) {
    this.source = source
    this.#start = start
    this.#documents = documents
    this.#initial = this.#changed(FOLLOWING, start)
  }

  now(): number {
    return this.#timeOf(this.#state)
  }

  get frozen(): boolean {
    return this.#state.frozenAt !== undefined
  }

  /** Goes to an instant and runs on from there, or stands still there if it was frozen. */
  set(at: number): Awaitable<void> {
    return this.put({ now: at })
  }

  /**
   * Takes over a setting at once; what it leaves out stays as it is.
   *
   * @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE`, before anything has changed
   */
  put(change: ClockChange): Awaitable<void> {
    return this.#documents.update((draft) => this.putIn(draft, change))
  }

  /** Does what {@link put} does as a part of a larger change. */
  putIn(draft: DocumentsDraft, change: ClockChange): void {
    draft.put(CLOCK, this.#changed(draft.get(CLOCK) ?? this.#initial, change))
  }

  /** Moves by milliseconds, forward or back. */
  advance(ms: number): Awaitable<void> {
    return this.set(this.now() + ms)
  }

  freeze(): Awaitable<void> {
    return this.put({ frozen: true })
  }

  /** Lets a frozen clock run on from where it stands. */
  run(): Awaitable<void> {
    return this.put({ frozen: false })
  }

  /** Back to where it started. */
  reset(): Awaitable<void> {
    return this.#documents.update((draft) => this.resetIn(draft))
  }

  /** Does what {@link reset} does as a part of a larger change. */
  resetIn(draft: DocumentsDraft): void {
    draft.put(CLOCK, this.#changed(FOLLOWING, this.#start))
  }

  get #state(): ClockState {
    return this.#documents.get(CLOCK) ?? this.#initial
  }

  #timeOf({ offset, frozenAt }: ClockState): number {
    return frozenAt ?? orLastInstant(this.source.now() + offset)
  }

  #changed(before: ClockState, { now, frozen }: ClockChange): ClockState {
    const moved = now === 'source' ? FOLLOWING : now === undefined ? before : this.#at(now, before)
    const stands = moved.frozenAt !== undefined
    if (frozen === true && !stands) return { offset: 0, frozenAt: typeof now === 'number' ? now : this.#timeOf(moved) }
    if (frozen === false && stands) return { offset: this.#timeOf(moved) - this.source.now() }
    return moved
  }

  #at(instant: number, { frozenAt }: ClockState): ClockState {
    if (!(instant >= MIN_INSTANT && instant <= LAST_INSTANT)) {
      throw new UsageError(
        'MOCK_CLOCK_OUT_OF_RANGE',
        `The clock can not show ${instant}: give a time between the years 0001 and 9999.`,
      )
    }
    return frozenAt === undefined ? { offset: instant - this.source.now() } : { offset: 0, frozenAt: instant }
  }
}

/** The years that RFC 3339 can write, in China's time, which is the one that answers show. */
const MIN_INSTANT = Date.parse('0001-01-01T00:00:00+08:00')
