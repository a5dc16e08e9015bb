import { randomUUID } from 'node:crypto'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { AdjustableClock, ClockChange } from '../clock.ts'
import { type DocumentsDraft, documentKey } from '../state/documents.ts'
import { RESETS, type Store } from '../state/store.ts'
import { LEASE_MS } from './notification.ts'

/** How far a move of the clock has come. */
export interface MoveProgress {
  /** The instant that the clock moves to, epoch milliseconds. */
  readonly to: number
  /** How many of the callbacks that are due on the way were attempted. */
  readonly delivered: number
  /** How many are due on the way as far as is known: each repeat, and each new one, adds to it. */
  readonly due: number
}

/** The process that is moving the clock, and until when the others wait for it (epoch milliseconds on the machine's clock). */
interface ClockMove {
  readonly by: string
  readonly until: number
  /** At its latest step; the first one has none yet. */
  readonly progress?: MoveProgress | undefined
}

const CLOCK_MOVE = documentKey<ClockMove>('clock-move')

/** Lets one of the processes that share a store move the clock, while the others deliver nothing. A document of the store names it. */
export class ClockHold {
  readonly #store: Store
  readonly #clock: AdjustableClock
  readonly #process = randomUUID()

  constructor(store: Store, clock: AdjustableClock) {
    this.#store = store
    this.#clock = clock
  }

  /** Whether another process is moving the clock. */
  get isOthers(): boolean {
    return this.#others !== undefined
  }

  /** How far another process has come with a move of the clock, at its latest step; `undefined` if none makes one. */
  get othersProgress(): MoveProgress | undefined {
    return this.#others?.progress
  }

  get #others(): ClockMove | undefined {
    const move = this.#store.documents.get(CLOCK_MOVE)
    return move?.by !== this.#process && isHeld(move, this.#clock.source.now()) ? move : undefined
  }

  /**
   * Takes or renews the hold, and changes the clock in the same step.
   *
   * @param resets how often the mock had been reset when the move began
   * @param progress for the other processes to show
   * @returns `true` unless there has been a reset since; after a reset nothing changes
   * @throws UsageError `MOCK_CLOCK_BUSY` if another process has the hold
   */
  async take(resets: number | undefined, change?: ClockChange, progress?: MoveProgress): Promise<boolean> {
    return this.#store.documents.update((draft) => this.takeIn(draft, resets, change, progress))
  }

  /** Does {@link take} as part of a larger change. */
  takeIn(draft: DocumentsDraft, resets: number | undefined, change?: ClockChange, progress?: MoveProgress): boolean {
    if (draft.get(RESETS) !== resets) return false
    // A store of this process alone needs no hold.
    if (this.#store.documents.refresh) {
      const machine = this.#clock.source.now()
      const move = draft.get(CLOCK_MOVE)
      if (isHeld(move, machine) && move?.by !== this.#process) throw moveUnderWay(this.#clock.now())
      draft.put(CLOCK_MOVE, { by: this.#process, until: machine + LEASE_MS, ...(progress && { progress }) })
    }
    if (change) this.#clock.putIn(draft, change)
    return true
  }

  /**
   * Releases the hold, with a last change of the clock.
   *
   * @param resets as for {@link take}; after a reset the clock stays where the reset put it
   * @returns `true` unless there has been a reset
   */
  async end(resets: number | undefined, change: ClockChange): Promise<boolean> {
    return this.#store.documents.update((draft) => this.endIn(draft, resets, change))
  }

  /** Does {@link end} as part of a larger change. */
  endIn(draft: DocumentsDraft, resets: number | undefined, change: ClockChange): boolean {
    draft.delete(CLOCK_MOVE)
    if (draft.get(RESETS) !== resets) return false
    this.#clock.putIn(draft, change)
    return true
  }
}

/** @param at the instant that it has got to, epoch milliseconds; `waitsFor` is the receiver that keeps it waiting, if known */
export function moveUnderWay(at: number, waitsFor?: string): UsageError {
  const shown = new Date(at).toISOString()
  return new UsageError('MOCK_CLOCK_BUSY', {
    en: `The clock is already being moved, and has got to ${shown}: ${waitsFor === undefined ? 'another instance delivers the callbacks that are due on the way' : `a callback to ${waitsFor} is waiting for its reply`}. Try again once that move is over, and not from within a receiver.`,
    zh: `时钟正在调整，已到 ${shown}：${waitsFor === undefined ? '另一个实例正在发送途中到期的回调' : `发往 ${waitsFor} 的回调还在等待应答`}。请在这次调整结束后重试，也不要在接收回调的程序里调整时钟。`,
  })
}

function isHeld(move: ClockMove | undefined, machine: number): boolean {
  return move !== undefined && move.until > machine
}

export function moveEnded(at: number): UsageError {
  return new UsageError('MOCK_CLOCK_MOVE_ENDED', {
    en: `The move of the clock was ended at ${new Date(at).toISOString()} by a reset, a restore or the end of the mock, before it reached its target.`,
    zh: `时钟的调整在 ${new Date(at).toISOString()} 被重置、恢复数据或模拟服务的停止中止，没有到达目标时间。`,
  })
}
