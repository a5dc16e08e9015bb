import { randomUUID } from 'node:crypto'
import { UsageError } from '../../protocol/errors.ts'
import type { AdjustableClock, ClockChange } from '../clock.ts'
import { documentKey } from '../state/documents.ts'
import { RESETS } from '../state/resets.ts'
import type { Store } from '../state/store.ts'
import { HELD_MS } from './lease.ts'

/** The process that moves the clock, and until when on the machine's clock the others wait for it, epoch milliseconds. */
interface ClockMove {
  readonly by: string
  readonly until: number
}

const CLOCK_MOVE = documentKey<ClockMove>('clock-move')

/** Lets one of the processes that share a store move the clock: the others deliver nothing meanwhile. A document of the store says which. */
export class ClockHold {
  readonly #store: Store
  readonly #clock: AdjustableClock
  /** Tells this process from the others. */
  readonly #process = randomUUID()

  constructor(store: Store, clock: AdjustableClock) {
    this.#store = store
    this.#clock = clock
  }

  /** Whether another process moves the clock now. */
  get isOthers(): boolean {
    const move = this.#store.documents.get(CLOCK_MOVE)
    return move !== undefined && move.by !== this.#process && isHeld(move, this.#clock.source.now())
  }

  /**
   * Takes or keeps the hold, and changes the clock in the same step. A store that no other process has is not asked: nobody resets it meanwhile.
   *
   * @param resets how often the mock had been reset when the move began
   * @returns whether that is still so; otherwise nothing has changed
   * @throws UsageError `MOCK_CLOCK_BUSY` when another process has it
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
      draft.put(CLOCK_MOVE, { by: this.#process, until: machine + HELD_MS })
      if (change) this.#clock.putIn(draft, change)
      return true
    })
  }

  /**
   * Gives the hold back, with a last change of the clock.
   *
   * @param resets as for {@link take}; after a reset the clock stays where that has put it
   * @returns whether there was none
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

/** What who asks for a move is refused with while one is under way. */
export function moveUnderWay(): UsageError {
  return new UsageError(
    'MOCK_CLOCK_BUSY',
    'The clock is being moved, and a callback that became due on the way waits for its reply: ask again when that move is over, and not before a receiver has replied.',
  )
}

function isHeld(move: ClockMove | undefined, machine: number): boolean {
  return move !== undefined && move.until > machine
}
