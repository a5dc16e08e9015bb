import { randomUUID } from 'node:crypto'
import { UsageError } from '../../protocol/errors.ts'
import type { AdjustableClock, ClockChange } from '../clock.ts'
import { documentKey } from '../state/documents.ts'
import { RESETS } from '../state/state-changes.ts'
import type { Store } from '../state/store.ts'
import { LEASE_MS } from './notification.ts'

/** The process that is moving the clock, and until when the others wait for it (epoch milliseconds on the machine's clock). */
interface ClockMove {
  readonly by: string
  readonly until: number
}

const CLOCK_MOVE = documentKey<ClockMove>('clock-move')

/** Lets one of the processes that share a store move the clock, while the others deliver nothing. A document of the store names it. */
export class ClockHold {
  readonly #store: Store
  readonly #clock: AdjustableClock
  /** Identifies this process. */
  readonly #process = randomUUID()

  constructor(store: Store, clock: AdjustableClock) {
    this.#store = store
    this.#clock = clock
  }

  /** Whether another process is moving the clock. */
  get isOthers(): boolean {
    const move = this.#store.documents.get(CLOCK_MOVE)
    return move !== undefined && move.by !== this.#process && isHeld(move, this.#clock.source.now())
  }

  /**
   * Takes or renews the hold, and changes the clock in the same step. A store of this process alone needs no hold: nobody else can reset it.
   *
   * @param resets how often the mock had been reset when the move began
   * @returns `true` unless there has been a reset since; after a reset nothing changes
   * @throws UsageError `MOCK_CLOCK_BUSY` if another process has the hold
   */
  async take(resets: number | undefined, change?: ClockChange): Promise<boolean> {
    const { documents } = this.#store
    if (!documents.refresh) {
      if (change) await this.#clock.put(change)
      return true
    }
    return documents.update((draft) => {
      if (draft.get(RESETS) !== resets) return false
      const machine = this.#clock.source.now()
      const move = draft.get(CLOCK_MOVE)
      if (isHeld(move, machine) && move?.by !== this.#process) throw moveUnderWay()
      draft.put(CLOCK_MOVE, { by: this.#process, until: machine + LEASE_MS })
      if (change) this.#clock.putIn(draft, change)
      return true
    })
  }

  /**
   * Releases the hold, with a last change of the clock.
   *
   * @param resets as for {@link take}; after a reset the clock stays where the reset put it
   * @returns `true` unless there has been a reset
   */
  async end(resets: number | undefined, change: ClockChange): Promise<boolean> {
    return this.#store.documents.update((draft) => {
      draft.delete(CLOCK_MOVE)
      if (draft.get(RESETS) !== resets) return false
      this.#clock.putIn(draft, change)
      return true
    })
  }
}

/** The refusal of a move while another is under way. */
export function moveUnderWay(): UsageError {
  return new UsageError('MOCK_CLOCK_BUSY', {
    en: 'The clock is already being moved, and a callback that became due on the way is waiting for its reply: try again once that move is over, and not from within a receiver.',
    zh: '时钟正在调整，途中到期的回调还在等待应答：请在这次调整结束后重试，也不要在接收回调的程序里调整时钟。',
  })
}

function isHeld(move: ClockMove | undefined, machine: number): boolean {
  return move !== undefined && move.until > machine
}
