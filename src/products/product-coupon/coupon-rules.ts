import { DAY_MS, startOfDay } from '../../wire/shared/china-time.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import type { AvailablePeriod } from './stocks.ts'
import { type CouponState, isInsideWindows, stateOf, type Usage, type UserCoupon } from './user-coupons.ts'

/** A call under a number, at the server's time. */
interface Numbered {
  readonly request_no: string
  readonly at: number
}

/** Reasons why a coupon cannot be changed (product-coupon.md 3). */
type StateRefusal = 'deleted' | 'expired' | 'wrong_state'

function unfit(state: CouponState): StateRefusal {
  if (state === 'DELETED') return 'deleted'
  return state === 'EXPIRED' ? 'expired' : 'wrong_state'
}

/**
 * Confirms a coupon that was sent (确认发放); only then can it be used. The number that confirmed it returns it unchanged.
 *
 * @returns the confirmed coupon, or why not
 */
export function confirm(coupon: UserCoupon, { request_no, at }: Numbered): Decision<UserCoupon, StateRefusal> {
  if (coupon.confirm_request_no === request_no) return accept(coupon)
  const state = stateOf(coupon, at)
  if (state !== 'CONFIRMING') return refuse(unfit(state))
  return accept({ ...coupon, confirm_request_no: request_no, confirm_time: at })
}

/** Terms under which a coupon can be used, besides its own. */
interface Terms {
  readonly period: AvailablePeriod
  /** Its bundle, itself included, in the order of their use; itself alone without one. Codes may be the same in two batches. */
  readonly bundle: readonly UserCoupon[]
  readonly interval_days?: number | undefined
}

type UseRefusal = 'not_usable' | 'out_of_turn' | 'already_used' | 'expired' | 'deleted' | 'not_now' | 'not_open'

/**
 * Uses a coupon (核销). The number that used it returns it unchanged, as long as it was not returned.
 *
 * The state is that of the server's time; `use_time`, which the shop names, has to lie in the period and its windows (inferred).
 *
 * @returns the used coupon, or why not (product-coupon.md 5.4 and 7)
 */
export function use(
  coupon: UserCoupon,
  { period, bundle, interval_days }: Terms,
  { at, ...usage }: Usage & { readonly at: number },
): Decision<UserCoupon, UseRefusal> {
  const { use_time, use_request_no } = usage
  switch (stateOf(coupon, at)) {
    case 'DELETED':
      return refuse('deleted')
    case 'EXPIRED':
      return refuse('expired')
    case 'CONFIRMING':
    case 'DEACTIVATED':
      return refuse('not_usable')
    case 'USED':
      return coupon.usage?.use_request_no === use_request_no ? accept(coupon) : refuse('already_used')
    case 'PENDING':
      return refuse('not_now')
    case 'EFFECTIVE': {
      if (use_time < coupon.valid_begin_time || use_time >= coupon.valid_end_time) return refuse('not_now')
      if (!isInsideWindows(period, use_time)) return refuse('not_open')
      return isItsTurn(coupon, { bundle, interval_days, at, use_time })
        ? accept({ ...coupon, usage })
        : refuse('out_of_turn')
    }
  }
}

/** Whether all coupons before it in its bundle are used, the last of them so many natural days ago. */
function isItsTurn(
  { stock_id }: UserCoupon,
  {
    bundle,
    interval_days = 0,
    at,
    use_time,
  }: Omit<Terms, 'period'> & { readonly at: number; readonly use_time: number },
): boolean {
  const before = bundle.slice(
    0,
    bundle.findIndex((one) => one.stock_id === stock_id),
  )
  const last = before.at(-1)?.usage?.use_time
  return (
    before.every((one) => stateOf(one, at) === 'USED') &&
    (last === undefined || startOfDay(use_time) >= startOfDay(last) + interval_days * DAY_MS)
  )
}

/**
 * Gives a used coupon back (退券), EFFECTIVE again. The number that gave it back returns it unchanged.
 *
 * @param bundle as in {@link use}: only the one that was used last can be given back
 * @returns the coupon with its use and its return, or why not (product-coupon.md 5.5)
 */
export function giveBack(
  coupon: UserCoupon,
  bundle: readonly UserCoupon[],
  { request_no, at }: Numbered,
): Decision<UserCoupon, StateRefusal | 'usable' | 'not_the_last'> {
  const { usage } = coupon
  if (usage?.return_request_no === request_no) return accept(coupon)
  const state = stateOf(coupon, at)
  if (state === 'EFFECTIVE') return refuse('usable')
  if (state !== 'USED' || !usage) return refuse(unfit(state))
  if (at >= coupon.valid_end_time) return refuse('expired')
  const last = bundle.findLast((one) => stateOf(one, at) === 'USED')
  if (last?.stock_id !== coupon.stock_id) return refuse('not_the_last')
  return accept({ ...coupon, usage: { ...usage, return_request_no: request_no, return_time: at } })
}

/** Makes a coupon void (失效). The number that did so returns it unchanged. @returns the void coupon, or why not (product-coupon.md 3) */
export function deactivate(
  coupon: UserCoupon,
  { request_no, at, reason }: Numbered & { readonly reason: string },
): Decision<UserCoupon, StateRefusal> {
  if (coupon.deactivate_request_no === request_no) return accept(coupon)
  const state = stateOf(coupon, at)
  if (state !== 'CONFIRMING' && state !== 'PENDING' && state !== 'EFFECTIVE') return refuse(unfit(state))
  return accept({ ...coupon, deactivate_request_no: request_no, deactivate_time: at, deactivate_reason: reason })
}
