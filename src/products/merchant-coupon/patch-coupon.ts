import type { z } from 'zod'
import { shortText } from '../../engine/state/json-fields.ts'
import type { RowDefaults } from '../../engine/state/table.ts'
import { refusalAt } from '../../protocol/errors.ts'
import { orLastInstant } from '../../shared/china-time.ts'
import {
  type Coupon,
  type CouponState,
  completeCoupon,
  couponAt,
  couponState,
  type GivenCoupon,
  givenCoupon,
  TRACES,
  type Trace,
  withEvent,
  without,
} from './coupons.ts'
import type { Stock } from './stocks.ts'

export const couponPatch = givenCoupon
  .extend({
    associate_out_trade_no: shortText.nullable().optional().describe('the order to link it to; null removes the link'),
  })
  .meta({ id: 'CouponPatch', description: 'what to change of a coupon; what is left out stays' })

/** Changes to a coupon: any of its members; `associate_out_trade_no: null` removes the link to an order. */
export type CouponPatch = z.input<typeof couponPatch>

const MONTH_MS = 30 * 86_400_000

/**
 * Puts a coupon in a state, whatever happened to it before, and writes a `set` event into its history.
 *
 * SENDED makes it usable again: what a redemption or deactivation left is cleared, and an expire_time that has passed moves 30 days
 * ahead. EXPIRED moves an expire_time that is still ahead to now. Without `state` the coupon is SENDED or EXPIRED as its times say.
 *
 * @throws UsageError `MOCK_COUPON_KEY` when the patch would make it another coupon, `MOCK_COUPON_STATE` when it contradicts itself
 */
export function patchCoupon(
  coupon: Coupon,
  patch: z.output<typeof couponPatch>,
  stock: Stock,
  surroundings: Pick<RowDefaults, 'now' | 'ids'>,
): Coupon {
  const { now } = surroundings
  const before = couponAt(coupon, now)
  for (const key of ['mchid', 'stock_id', 'coupon_code'] as const) {
    if (patch[key] !== undefined && patch[key] !== before[key]) {
      throw refusalAt(`/${key}`, 'MOCK_COUPON_KEY', {
        en: `${key} names the coupon and stays ${before[key]}: add another coupon with POST /_mock/coupons.`,
        zh: `${key} 标识这张券，只能是 ${before[key]}：另一张券请用 POST /_mock/coupons 添加。`,
      })
    }
  }

  const state = patch.state ?? couponState({ ...coupon, expire_time: patch.expire_time ?? coupon.expire_time }, now)
  const expire_time = patch.expire_time ?? expiryFor(state, coupon.expire_time, now)
  const { associate_out_trade_no: order = before.associate_out_trade_no ?? null } = patch
  const linkIsNew = order !== (before.associate_out_trade_no ?? null)
  const next: GivenCoupon = {
    ...before,
    ...(linkIsNew && { associate_request_no: undefined, associate_time: now }),
    ...(before.state !== 'USED' && { use_time: now }),
    ...(before.state !== 'DEACTIVATED' && { deactivate_time: now }),
    ...(before.return_request_no === undefined && { return_time: now }),
    ...patch,
    state,
    expire_time,
    available_start_time: patch.available_start_time ?? Math.min(coupon.available_start_time, expire_time),
    associate_out_trade_no: order ?? undefined,
  }
  const gone = tracesThatGo(patch, {
    use: state === 'USED',
    deactivation: state === 'DEACTIVATED',
    link: order !== null,
    return: next.return_request_no !== undefined,
  })
  const patched = completeCoupon(without(next, gone), stock, surroundings)
  return withEvent(patched, {
    event: 'set',
    time: now,
    state_before: before.state,
    state_after: couponState(patched, now),
  })
}

function expiryFor(state: CouponState, expiresAt: number, now: number): number {
  if (state === 'EXPIRED') return Math.min(expiresAt, now)
  return state === 'SENDED' && expiresAt <= now ? orLastInstant(now + MONTH_MS) : expiresAt
}

type Kind = keyof typeof TRACES

/**
 * The members that do not go with the patched coupon.
 *
 * @throws UsageError `MOCK_COUPON_STATE` when the patch asks for one of them
 */
function tracesThatGo(patch: z.output<typeof couponPatch>, stays: Readonly<Record<Kind, boolean>>): readonly Trace[] {
  const kinds = (Object.keys(TRACES) as Kind[]).filter((kind) => !stays[kind])
  for (const kind of kinds) {
    const asked = TRACES[kind].find((member) => patch[member] !== undefined && patch[member] !== null)
    if (asked === undefined) continue
    throw refusalAt(`/${asked}`, 'MOCK_COUPON_STATE', {
      en: `${asked} does not go with this coupon: give ${REMEDY[kind]} too.`,
      zh: `${asked} 与这张券的状态不符：请同时给出 ${REMEDY[kind]}。`,
    })
  }
  return kinds.flatMap((kind): readonly Trace[] => TRACES[kind])
}

const REMEDY: Readonly<Record<Kind, string>> = {
  use: '"state": "USED"',
  deactivation: '"state": "DEACTIVATED"',
  link: 'associate_out_trade_no',
  return: 'return_request_no',
}
