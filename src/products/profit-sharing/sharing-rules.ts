import { DAY_MS, orLastInstant } from '../../wire/shared/china-time.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import { payerOf, resultOf, type SharedPart, type SharingOrder, type SharingReturn } from './sharing-orders.ts'

/** How often an order can be shared, and with how many receivers each time (pay-family.md 7.1). */
const SHARES_PER_ORDER = 50
export const RECEIVERS_PER_SHARE = 50

/** How long a receiver is PENDING (inferred). */
const SHARE_TAKES_MS = 1_000

/** How often an order can be shared or unfrozen, where calls beyond a rate are refused. */
const PAUSE_MS = 1_000

/** When a receiver has its result. */
export function finishTime(at: number): number {
  return orLastInstant(at + SHARE_TAKES_MS)
}

/** An order with what its shares are judged by, in fen. */
export interface ShareableOrder {
  readonly profit_sharing?: boolean | undefined
  /** Left out of one that was not paid. */
  readonly success_time?: number | undefined
  readonly total: number
  readonly refunded: number
  /** Can still be shared. */
  readonly left: number
  /** Others, and its merchant as a receiver, got so far. */
  readonly others: number
  readonly own: number
  readonly sharing?: Omit<SumsOfShares, 'failing'> | undefined
}

export type ShareRefusal = 'not_sharing' | 'too_early' | 'finished' | 'too_many_shares' | 'not_enough' | 'over_ratio'

/** A request to share an order. */
export interface WantedShare {
  /** Fen for others than the order's merchant, and for itself. */
  readonly others: number
  readonly own: number
  /** Most that others may get, in ten-thousandths of the order. */
  readonly max_ratio: number
  /** Whether refunds lower what the ratio is of. */
  readonly afterRefunds: boolean
  /** Least time since the payment. */
  readonly afterMs: number
  readonly at: number
}

/** Judges a share (分账) of an order. @returns fen that are left after it, or why not, judged in the order of the reasons */
export function shareOrder(order: ShareableOrder, wanted: WantedShare): Decision<number, ShareRefusal> {
  const { others, own, at } = wanted
  if (!order.profit_sharing || order.success_time === undefined) return refuse('not_sharing')
  if (at < order.success_time + wanted.afterMs) return refuse('too_early')
  if (order.sharing?.unfreeze_time !== undefined) return refuse('finished')
  if ((order.sharing?.requests ?? 0) >= SHARES_PER_ORDER) return refuse('too_many_shares')
  const left = order.left - others - own
  if (left < 0) return refuse('not_enough')
  return order.others + others > mostForOthers(order, wanted) ? refuse('over_ratio') : accept(left)
}

/** Fen of an order that others may get in all. */
export function mostForOthers(
  { total, refunded }: ShareableOrder,
  { max_ratio, afterRefunds }: Pick<WantedShare, 'max_ratio' | 'afterRefunds'>,
): number {
  return Math.floor(((afterRefunds ? total - refunded : total) * max_ratio) / 10_000)
}

/** Unfreezes the rest of an order (解冻剩余资金). @returns its fen, or why not */
export function unfreezeRest({
  profit_sharing,
  success_time,
  left,
}: ShareableOrder): Decision<number, 'not_sharing' | 'nothing_left'> {
  if (!profit_sharing || success_time === undefined) return refuse('not_sharing')
  return left > 0 ? accept(left) : refuse('nothing_left')
}

/** Whether an order was shared or unfrozen less than a second ago. */
export function isTooOften({ sharing }: ShareableOrder, at: number): boolean {
  return sharing !== undefined && at < sharing.request_time + PAUSE_MS
}

/** Sums of the shares of an order, kept with it. */
interface SumsOfShares {
  readonly shared: number
  readonly kept: number
  readonly failing: { amount: number; finish_time: number }[]
  readonly requests: number
  readonly request_time: number
  readonly unfreeze_time?: number | undefined
}

/** The sums of all shares of an order, at least one, that refunds and further shares are judged by. */
export function sumsOf(shares: readonly SharingOrder[], at: number): SumsOfShares {
  const parts = shares.flatMap((one) => one.receivers.map((part) => ({ ...part, isOwn: isOwn(part, payerOf(one)) })))
  const sum = (some: readonly SharedPart[]) => some.reduce((total, { amount }) => total + amount, 0)
  const stands = ({ fail_reason }: SharedPart) => fail_reason === undefined
  const unfreezing = shares.find(({ unfreezes }) => unfreezes !== 'nothing')
  return {
    shared: sum(parts.filter((one) => stands(one) && !one.isOwn)),
    kept: sum(parts.filter((one) => stands(one) && one.isOwn)),
    failing: parts
      .filter((one) => !stands(one) && resultOf(one, at) === 'PENDING')
      .map(({ amount, finish_time }) => ({ amount, finish_time })),
    requests: shares.filter(({ unfreezes }) => unfreezes !== 'all').length,
    request_time: Math.max(...shares.map(({ create_time }) => create_time)),
    ...(unfreezing && { unfreeze_time: unfreezing.create_time }),
  }
}

/** Whether a receiver is the merchant whose order is shared. */
export function isOwn({ type, account }: Pick<SharedPart, 'type' | 'account'>, payer: string): boolean {
  return type === 'MERCHANT_ID' && account === payer
}

const RETURN_PERIOD_MS = 180 * DAY_MS
const PROCESSING_MS = 5 * DAY_MS

/** How many returns one share takes. */
const RETURNS_PER_SHARE = 50

/** When a return ended, and why without success; `undefined` while it is PROCESSING. */
export function endOf(
  { create_time, finish_time, fail_reason }: SharingReturn,
  at: number,
): { readonly time: number; readonly fail_reason?: SharingReturn['fail_reason'] } | undefined {
  if (finish_time !== undefined) return { time: finish_time, fail_reason }
  const until = orLastInstant(create_time + PROCESSING_MS)
  return at < until ? undefined : { time: until, fail_reason: 'TIME_OUT_CLOSED' }
}

/** The return as it timed out, before the clock is set back; `undefined` if it can be without. */
export function timedOutBefore(one: SharingReturn, setBack: SetBack): SharingReturn | undefined {
  const end = endOf(one, setBack.from)
  if (!end || one.finish_time !== undefined || !isUndone(setBack, end.time)) return undefined
  return { ...one, finish_time: end.time, fail_reason: end.fail_reason }
}

/** The result at an instant. */
export function returnResult(one: SharingReturn, at: number): 'PROCESSING' | 'SUCCESS' | 'FAILED' {
  const end = endOf(one, at)
  if (!end) return 'PROCESSING'
  return end.fail_reason === undefined ? 'SUCCESS' : 'FAILED'
}

/** A return as answers show it at an instant (pay-family.md 7.6), with more than they show. */
export function returnDetails(one: SharingReturn, now: number) {
  const end = endOf(one, now)
  return { ...one, result: returnResult(one, now), fail_reason: end?.fail_reason, finish_time: end?.time ?? 0 }
}

export type ReturnRefusal = 'share_unknown' | 'too_many_returns' | 'more_than_left'

/**
 * Judges whether a receiver of a share can be asked to give fen back.
 *
 * @param before the returns of the share so far
 */
export function returnShare(
  share: SharingOrder,
  before: readonly SharingReturn[],
  { return_mchid, amount, at }: Pick<SharingReturn, 'return_mchid' | 'amount'> & { readonly at: number },
): Decision<undefined, ReturnRefusal> {
  const got = share.receivers.find((one) => one.type === 'MERCHANT_ID' && one.account === return_mchid)
  const isOld = at >= share.create_time + RETURN_PERIOD_MS
  if (!got || resultOf(got, at) !== 'SUCCESS' || isOld) return refuse('share_unknown')
  if (before.length >= RETURNS_PER_SHARE) return refuse('too_many_returns')
  return amount > got.amount - returned(before, return_mchid, at) ? refuse('more_than_left') : accept(undefined)
}

/** Fen that a receiver gave back, or is about to. */
export function returned(returns: readonly SharingReturn[], mchid: string, at: number): number {
  return returns
    .filter((one) => one.return_mchid === mchid && returnResult(one, at) !== 'FAILED')
    .reduce((sum, { amount }) => sum + amount, 0)
}
