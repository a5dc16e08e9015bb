import type { z } from 'zod'
import { shortText } from '../../engine/state/json-fields.ts'
import type { RowDefaults } from '../../engine/state/table.ts'
import { UsageError } from '../../protocol/errors.ts'
import { exactTime } from '../../protocol/instant.ts'
import { orLastInstant } from '../../shared/last-instant.ts'
import { type Coupon, couponState, withEvent } from './coupon-rules.ts'
import { type CouponJson, completeCoupon, couponJson, describeCoupon } from './coupons.ts'
import type { Stock } from './rules/stock.ts'
import { COUPON_STATE } from './wire.ts'

export const couponPatch = couponJson
  .extend({
    associate_out_trade_no: shortText
      .nullable()
      .optional()
      .meta({ description: 'the order to link it to; null removes the link' }),
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
export function patchCoupon(coupon: Coupon, patch: CouponPatch, stock: Stock, surroundings: RowDefaults): Coupon {
  const { now } = surroundings
  const before = describeCoupon(coupon, now)
  for (const key of ['mchid', 'stock_id', 'coupon_code'] as const) {
    if (patch[key] !== undefined && patch[key] !== before[key]) {
      throw new UsageError(
        'MOCK_COUPON_KEY',
        {
          en: `${key} names the coupon and stays ${before[key]}: add another coupon with POST /_mock/coupons.`,
          zh: `${key} 标识这张券，只能是 ${before[key]}：另一张券请用 POST /_mock/coupons 添加。`,
        },
        { path: `/${key}` },
      )
    }
  }

  const expiresAt = patch.expire_time === undefined ? coupon.expiresAt : Date.parse(patch.expire_time)
  const state = patch.state ?? COUPON_STATE[couponState({ ...coupon, expiresAt }, now)]
  const expire_time = patch.expire_time ?? exactTime(expiryFor(state, coupon.expiresAt, now))
  const order =
    patch.associate_out_trade_no === undefined ? before.associate_out_trade_no : patch.associate_out_trade_no
  const linkIsNew = order !== before.associate_out_trade_no
  const next: CouponJson = {
    ...before,
    ...(linkIsNew && { associate_request_no: undefined, associate_time: exactTime(now) }),
    ...(before.state !== 'USED' && { use_time: exactTime(now) }),
    ...(before.state !== 'DEACTIVATED' && { deactivate_time: exactTime(now) }),
    ...(before.return_request_no === undefined && { return_time: exactTime(now) }),
    ...patch,
    state,
    expire_time,
    available_start_time: patch.available_start_time ?? exactTime(Math.min(coupon.usableFrom, Date.parse(expire_time))),
    associate_out_trade_no: order ?? undefined,
  }
  const patched = completeCoupon(
    {
      ...next,
      ...tracesThatGo(patch, {
        used: state === 'USED',
        deactivated: state === 'DEACTIVATED',
        linked: next.associate_out_trade_no !== undefined,
        returned: next.return_request_no !== undefined,
      }),
    },
    stock,
    surroundings,
  )
  return withEvent(patched, {
    event: 'set',
    at: now,
    before: couponState(coupon, now),
    after: couponState(patched, now),
  })
}

function expiryFor(state: NonNullable<CouponJson['state']>, expiresAt: number, now: number): number {
  if (state === 'EXPIRED') return Math.min(expiresAt, now)
  return state === 'SENDED' && expiresAt <= now ? orLastInstant(now + MONTH_MS) : expiresAt
}

/**
 * The members that do not go with the patched coupon, as `undefined`.
 *
 * @throws UsageError `MOCK_COUPON_STATE` when the patch asks for one of them
 */
function tracesThatGo(
  patch: CouponPatch,
  is: { used: boolean; deactivated: boolean; linked: boolean; returned: boolean },
): CouponJson {
  const gone = [
    ...(is.used ? [] : (['use_request_no', 'use_time', 'use_merchant'] as const)),
    ...(is.deactivated
      ? []
      : (['deactivate_request_no', 'deactivate_time', 'deactivate_merchant', 'deactivate_reason'] as const)),
    ...(is.linked ? [] : (['associate_request_no', 'associate_time'] as const)),
    ...(is.returned ? [] : (['return_time', 'return_merchant'] as const)),
  ]
  const asked = gone.find((key) => patch[key] !== undefined)
  if (asked !== undefined) {
    throw new UsageError(
      'MOCK_COUPON_STATE',
      {
        en: `${asked} does not go with this coupon: give ${REMEDY[asked]} too.`,
        zh: `${asked} 与这张券的状态不符：请同时给出 ${REMEDY[asked]}。`,
      },
      { path: `/${asked}` },
    )
  }
  return Object.fromEntries(gone.map((key) => [key, undefined]))
}

const REMEDY = {
  use_request_no: '"state": "USED"',
  use_time: '"state": "USED"',
  use_merchant: '"state": "USED"',
  deactivate_request_no: '"state": "DEACTIVATED"',
  deactivate_time: '"state": "DEACTIVATED"',
  deactivate_merchant: '"state": "DEACTIVATED"',
  deactivate_reason: '"state": "DEACTIVATED"',
  associate_request_no: 'associate_out_trade_no',
  associate_time: 'associate_out_trade_no',
  return_time: 'return_request_no',
  return_merchant: 'return_request_no',
} as const
