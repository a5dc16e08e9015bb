import { type Coupon, type CouponEvent, type CouponState, couponState } from './coupon.ts'

/** One thing that happened to a coupon, with the state that it was in before, and after. */
export interface CouponStep extends Omit<CouponEvent, 'event' | 'before' | 'after'> {
  /** `expired` is no event: time alone did it. */
  readonly event: CouponEvent['event'] | 'expired'
  /** Left out where it is not known: before the first one. */
  readonly before?: CouponState
  readonly after: CouponState
}

/**
 * What a coupon went through, the first one first.
 *
 * @param now an instant, epoch milliseconds: a coupon whose time has passed by then has expired
 */
export function stepsOf(coupon: Coupon, now: number): readonly CouponStep[] {
  const steps: CouponStep[] = []
  const { expiresAt } = coupon
  const add = (step: Omit<CouponStep, 'before'>, before = steps.at(-1)?.after) =>
    steps.push({ ...step, ...(before !== undefined && { before }) })
  const expire = () => add({ event: 'expired', at: expiresAt, after: 'expired' })
  for (const { before, after, ...event } of coupon.history) {
    const last = steps.at(-1)
    if (last?.after === 'sended' && last.at < expiresAt && expiresAt < event.at && before !== 'sended') expire()
    add({ ...event, after: after ?? stateAfter(event, coupon, steps.at(-1)?.after) }, before)
  }
  if (steps.at(-1)?.after === 'sended' && couponState(coupon, now) === 'expired') expire()
  return steps
}

function stateAfter(
  { event, at }: CouponEvent,
  { status, expiresAt }: Coupon,
  before: CouponState = 'sended',
): CouponState {
  switch (event) {
    case 'sent':
      return 'sended'
    case 'associated':
    case 'disassociated':
      return before
    case 'returned':
      return at >= expiresAt ? 'expired' : 'sended'
    case 'set':
      // A file that does not say what was set.
      return status
    case 'used':
    case 'deactivated':
    case 'deleted':
      return event
  }
}
