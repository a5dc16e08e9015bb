import { CHINA_OFFSET, DAY_MS, LAST_INSTANT, orLastInstant } from '../../wire/shared/china-time.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import type { FailReason, Scene } from './meanings.ts'
import { CONFIRM_PERIOD_MS, type Transfer, type TransferState } from './transfers.ts'

/** How long a transfer is ACCEPTED, and then PROCESSING, where its money is not locked at once (inferred). */
export const ACCEPTING_MS = 1_000
export const LOCKING_MS = 1_000

/** How long a transfer can be looked up (mch-transfer.md 5.1). */
export const SHOWN_PERIOD_MS: number = 30 * 86_400_000

/** The state at an instant. */
export function stateAt(transfer: Transfer, now: number): TransferState {
  const { end, expire_time, create_time, lock_time } = transfer
  const at = reached(transfer, now)
  if (end) {
    if (end.by === 'merchant') return at < end.settle_time ? 'CANCELING' : 'CANCELLED'
    if (at < end.settle_time) return 'TRANSFERING'
    return end.fail_reason === undefined ? 'SUCCESS' : 'FAIL'
  }
  if (at >= expire_time) return 'FAIL'
  if (lock_time !== null && at >= lock_time) return 'WAIT_USER_CONFIRM'
  return at < create_time + ACCEPTING_MS ? 'ACCEPTED' : 'PROCESSING'
}

/** How far time has got for a transfer: one that is over stays so. */
function reached({ over }: Transfer, at: number): number {
  return over ? LAST_INSTANT : at
}

/** Why a transfer has failed or was cancelled, at an instant. */
export function failReasonAt(transfer: Transfer, at: number): FailReason | undefined {
  switch (stateAt(transfer, at)) {
    case 'FAIL':
      return transfer.end?.fail_reason ?? 'OVERDUE_CLOSE'
    case 'CANCELLED':
      return 'MCH_CANCEL'
    default:
      return undefined
  }
}

/** When the state that it has at an instant began. */
export function changedAt(transfer: Transfer, at: number): number {
  const { create_time, lock_time, expire_time, end } = transfer
  switch (stateAt(transfer, at)) {
    case 'SUCCESS':
    case 'CANCELLED':
      return end?.settle_time ?? create_time
    case 'FAIL':
      return end?.settle_time ?? expire_time
    case 'TRANSFERING':
    case 'CANCELING':
      return end?.time ?? create_time
    case 'WAIT_USER_CONFIRM':
      return lock_time ?? create_time
    case 'PROCESSING':
      return create_time + ACCEPTING_MS
    case 'ACCEPTED':
      return create_time
  }
}

/** A transfer with what follows from the instant. */
type TransferNow = Transfer & {
  readonly state: TransferState
  readonly fail_reason?: FailReason
  readonly update_time: number
}

export function transferAt(transfer: Transfer, at: number): TransferNow {
  const fail_reason = failReasonAt(transfer, at)
  return {
    ...transfer,
    state: stateAt(transfer, at),
    ...(fail_reason !== undefined && { fail_reason }),
    update_time: changedAt(transfer, at),
  }
}

/** When it comes to its end, if nothing else happens. */
export function endsAt({ end, expire_time }: Transfer): number {
  return end?.settle_time ?? expire_time
}

/** When its money is taken from the account; `undefined` if that never happens. One that was paid without, as a seed file may say, took it then. */
export function lockedAt(transfer: Transfer): number | undefined {
  const { lock_time, end } = transfer
  const ends = endsAt(transfer)
  if (lock_time !== null && lock_time < ends) return lock_time
  return stateAt(transfer, ends) === 'SUCCESS' ? end?.time : undefined
}

function isFinal(state: TransferState): boolean {
  return state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED'
}

/** Whether the page on the phone opens: `yes`, or why not. */
export type PageRefusal = 'not_yet' | 'package_dead' | 'over'

export function pageAt(transfer: Transfer, at: number): 'yes' | PageRefusal {
  switch (stateAt(transfer, at)) {
    case 'ACCEPTED':
    case 'PROCESSING':
      return 'not_yet'
    case 'WAIT_USER_CONFIRM':
      return at < transfer.create_time + CONFIRM_PERIOD_MS ? 'yes' : 'package_dead'
    case 'TRANSFERING':
      return 'yes'
    default:
      return 'over'
  }
}

/** Until when the page opens for a user who has not confirmed; `undefined` once that is done. */
export function pageOpensUntil({ create_time, expire_time, end }: Transfer): number | undefined {
  return end ? undefined : orLastInstant(Math.min(create_time + CONFIRM_PERIOD_MS, expire_time))
}

/** How a confirmed transfer ends: the money arrives, or why it does not. */
export type Arrival = { readonly fail_reason?: FailReason | undefined }

/**
 * Confirms on the phone (确认收款). Completes one that is TRANSFERING already.
 *
 * @param arrival left out: as it was to end before, well if that was not given
 * @returns the transfer, or why its page does not open
 */
export function confirm(
  transfer: Transfer,
  { at, takesMs, arrival }: { readonly at: number; readonly takesMs: number; readonly arrival?: Arrival | undefined },
): Decision<Transfer, PageRefusal> {
  const page = pageAt(transfer, at)
  if (page !== 'yes') return refuse(page)
  const { end } = transfer
  const { fail_reason } = arrival ?? end ?? {}
  return accept({
    ...transfer,
    end: {
      by: 'user',
      time: end?.time ?? at,
      settle_time: end ? at : orLastInstant(at + takesMs),
      ...(fail_reason !== undefined && { fail_reason }),
    },
  })
}

/** Lets it fail for a reason of WeChat Pay, now. @returns the transfer, or that it has come to its end */
export function fail(transfer: Transfer, fail_reason: FailReason, at: number): Decision<Transfer, 'over'> {
  const state = stateAt(transfer, at)
  if (isFinal(state) || state === 'CANCELING') return refuse('over')
  const { by = 'wechat', time = at } = transfer.end ?? {}
  return accept({ ...transfer, end: { by, time, settle_time: at, fail_reason } })
}

/** Cancels it (撤销转账). Asked for again, it stays the same. @returns the transfer, or that the user was faster */
export function cancel(
  transfer: Transfer,
  { at, takesMs }: { readonly at: number; readonly takesMs: number },
): Decision<Transfer, 'not_cancellable'> {
  switch (stateAt(transfer, at)) {
    case 'CANCELING':
    case 'CANCELLED':
      return accept(transfer)
    case 'ACCEPTED':
    case 'PROCESSING':
    case 'WAIT_USER_CONFIRM':
      return accept({ ...transfer, end: { by: 'merchant', time: at, settle_time: orLastInstant(at + takesMs) } })
    default:
      return refuse('not_cancellable')
  }
}

const REPEATABLE_DAYS = 3

/** The day in China, counted from 1970. */
export function dayOf(at: number): number {
  return Math.floor((at + CHINA_OFFSET) / DAY_MS)
}

/** The last instant of such a day. */
export function endOfDay(day: number): number {
  return (day + 1) * DAY_MS - CHINA_OFFSET - 1
}

/** Why a call that brings the values of a transfer again is not answered with it. */
type RepeatRefusal = 'no_longer_repeatable' | 'already_exists' | 'order_closed'

/** A number can be repeated on three natural days, starting with that of its creation, as long as its transfer is not final. */
export function objectionToRepeat(transfer: Transfer, at: number): RepeatRefusal | undefined {
  if (dayOf(at) >= dayOf(transfer.create_time) + REPEATABLE_DAYS) return 'no_longer_repeatable'
  const state = stateAt(transfer, at)
  if (!isFinal(state)) return undefined
  return state === 'SUCCESS' ? 'already_exists' : 'order_closed'
}

type ReportRefusal = 'report_missing' | 'report_unfit'

/**
 * Judges the types of a report against those of its scene.
 *
 * @returns why they do not fit: nothing was reported, or a type of the scene beside one that is not its own; or else another list than the
 *   scene's. The two words were seen for these two (mch-transfer.md 3.3).
 */
export function judgeReport({ reports }: Scene, given: readonly string[]): ReportRefusal | undefined {
  const own = given.filter((type) => reports.includes(type))
  if (given.length === 0 || (own.length > 0 && own.length < given.length)) return 'report_missing'
  const complete = own.length === reports.length && new Set(own).size === reports.length
  return complete ? undefined : 'report_unfit'
}

/** One thing that happened to a transfer, with the state that it was in before, and after. */
export interface TransferStep {
  readonly event:
    | 'created'
    | 'accepted'
    | 'locked'
    | 'confirmed'
    | 'arrived'
    | 'failed'
    | 'timed_out'
    | 'cancelled'
    | 'given_back'
  /** Epoch milliseconds. */
  readonly at: number
  /** Left out of the first one. */
  readonly before?: TransferState
  readonly after: TransferState
}

type Happened = Omit<TransferStep, 'before'>

/**
 * The steps of a transfer, the first one first. Each is a transition of its life, also where several come at one instant.
 *
 * @param now an instant, epoch milliseconds: time alone may have changed its state by then
 */
export function stepsOf(transfer: Transfer, now: number): readonly TransferStep[] {
  const [first, ...later] = [...beginningOf(transfer), ...endingOf(transfer)]
  const happened = [...(first ? [first] : []), ...later.filter(({ at }) => at <= reached(transfer, now))]
  return happened.map((step, i) => {
    const before = happened[i - 1]?.after
    return { ...step, ...(before !== undefined && { before }) }
  })
}

/** Until somebody, or time, brings it to its end. */
function beginningOf(transfer: Transfer): readonly Happened[] {
  const { create_time, lock_time, expire_time, end } = transfer
  const locked = lock_time ?? Number.POSITIVE_INFINITY
  // Where the user is not asked, the money is on its way at once.
  if (isUnasked(transfer)) return [{ event: 'created', at: create_time, after: 'TRANSFERING' }]
  if (locked <= create_time) return [{ event: 'created', at: create_time, after: 'WAIT_USER_CONFIRM' }]
  const ends = end?.time ?? expire_time
  const slow: readonly Happened[] = [
    { event: 'accepted', at: Math.min(create_time + ACCEPTING_MS, locked), after: 'PROCESSING' },
    { event: 'locked', at: locked, after: 'WAIT_USER_CONFIRM' },
  ]
  return [{ event: 'created', at: create_time, after: 'ACCEPTED' }, ...slow.filter(({ at }) => at <= ends)]
}

function isUnasked({ out_authorization_no, end }: Transfer): boolean {
  return out_authorization_no !== undefined || (end?.by === 'wechat' && end.fail_reason === undefined)
}

function endingOf(transfer: Transfer): readonly Happened[] {
  const { end, expire_time } = transfer
  if (!end) return [{ event: 'timed_out', at: expire_time, after: 'FAIL' }]
  const { by, time: at, settle_time } = end
  if (by === 'merchant') {
    return [
      { event: 'cancelled', at, after: 'CANCELING' },
      { event: 'given_back', at: settle_time, after: 'CANCELLED' },
    ]
  }
  const settled: Happened =
    end.fail_reason === undefined
      ? { event: 'arrived', at: settle_time, after: 'SUCCESS' }
      : { event: 'failed', at: settle_time, after: 'FAIL' }
  return by === 'user' && !isUnasked(transfer) ? [{ event: 'confirmed', at, after: 'TRANSFERING' }, settled] : [settled]
}
