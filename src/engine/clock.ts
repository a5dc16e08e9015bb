import { UsageError } from '../wire/protocol/errors.ts'
import { LAST_INSTANT, orLastInstant } from '../wire/shared/china-time.ts'
import type { Awaitable } from '../wire/shared/pieces.ts'
import { CLOCK, type ClockState, type Documents, DocumentsCopy, type DocumentsDraft } from './state/documents.ts'

/** A source of time. `now` is epoch milliseconds. */
export interface Clock {
  now(): number
}

/** The state of a clock, as the control API reads and writes it. */
export interface ClockSetting {
  readonly now: number
  readonly frozen: boolean
}

/** A change of a clock; members left out stay as they are. */
export interface ClockChange {
  /** Epoch milliseconds; `source` goes back to the time of the clock's source, and runs with it unless `frozen` says otherwise. */
  readonly now?: number | 'source'
  readonly frozen?: boolean
}

/** The machine's own time; the only place that reads it. */
export const systemClock: Clock = { now: () => Date.now() }

const FOLLOWING: ClockState = { offset: 0 }

/** The mock's clock: runs with the machine's or stands still, and can be moved. Its state is a document of the store. */
export class AdjustableClock implements Clock {
  /** The clock it runs with: the machine's, unless the mock was given another. */
  readonly source: Clock
  readonly #start: Partial<ClockSetting>
  readonly #documents: Documents
  /** Its state until it is changed. */
  readonly #initial: ClockState

  /**
   * @param start where it starts and what {@link reset} returns to. Default: the source's time, running
   * @param documents of the mock's store
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

  /** Goes to an instant, and runs on from there unless it is frozen. */
  set(at: number): Awaitable<void> {
    return this.put({ now: at })
  }

  /** Applies a change at once. @throws UsageError `MOCK_CLOCK_OUT_OF_RANGE`, before anything has changed */
  put(change: ClockChange): Awaitable<void> {
    return this.#documents.update((draft) => this.putIn(draft, change))
  }

  /** Does {@link put} as part of a larger change. */
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

  /** Returns to its initial time and state. */
  reset(): Awaitable<void> {
    return this.#documents.update((draft) => this.resetIn(draft))
  }

  /** Does {@link reset} as part of a larger change. */
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
      throw new UsageError('MOCK_CLOCK_OUT_OF_RANGE', {
        en: `The clock cannot show ${instant}: use a time between the years 0001 and 9999.`,
        zh: `时钟无法显示 ${instant}：请使用公元 0001 年至 9999 年之间的时间。`,
      })
    }
    return frozenAt === undefined ? { offset: instant - this.source.now() } : { offset: 0, frozenAt: instant }
  }
}

/** The first year that RFC 3339 can express, in China's time, which answers use. */
const MIN_INSTANT = Date.parse('0001-01-01T00:00:00+08:00')
