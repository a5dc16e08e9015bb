import { createHash } from 'node:crypto'
import { z } from 'zod'
import { keepEnded, over } from '../../engine/state/endings.ts'
import { instant, mchid, money, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending, type Surroundings } from '../../engine/state/table.ts'
import { CHINA_OFFSET, DAY_MS, orLastInstant, startOfDay } from '../../wire/shared/china-time.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import { users } from '../platform/index.ts'
import { brandId, deactivation, objectId, type ProductCoupon, productCoupon } from './product-coupons.ts'
import {
  type AvailablePeriod,
  ruleOf,
  type Stock,
  stock,
  stocks,
  uploadedCodes,
  withCodes,
  withSent,
} from './stocks.ts'

export const couponState = z.enum(['CONFIRMING', 'PENDING', 'EFFECTIVE', 'USED', 'EXPIRED', 'DELETED', 'DEACTIVATED'])
export type CouponState = z.output<typeof couponState>

/** How a coupon came to its user. */
export const SEND_CHANNELS = ['API', 'RECEIVE_COMPONENT', 'BRAND_MANAGE'] as const

const orderInfo = z.strictObject({
  transaction_id: shortText.optional(),
  out_trade_no: shortText.optional(),
  mchid: shortText.optional(),
  sub_mchid: shortText.optional(),
})

const payScoreOrderInfo = z.strictObject({
  order_id: shortText.optional(),
  out_order_no: shortText.optional(),
  mchid: shortText.optional(),
  sub_mchid: shortText.optional(),
})

/** The latest use of a coupon (核销), and its return (退券). */
const usage = z.strictObject({
  use_request_no: objectId,
  use_time: instant,
  store_id: shortText.optional(),
  associated_order_info: orderInfo.optional(),
  associated_pay_score_order_info: payScoreOrderInfo.optional(),
  saved_amount: money.optional(),
  return_request_no: objectId.optional(),
  return_time: instant.optional(),
})

export type Usage = z.output<typeof usage>

/** A product coupon that a user holds. Its state follows from its members and the time: see {@link stateOf}. */
export const userCoupon = z
  .strictObject({
    mchid: mchid.describe('the partner (服务商) that made the batch'),
    brand_id: brandId,
    product_coupon_id: objectId,
    stock_id: objectId.describe('batch; made if there is none with this id'),
    coupon_code: objectId,
    appid: z.string().min(1).max(32),
    openid: shortText,
    unionid: shortText,
    send_request_no: shortText,
    send_channel: z.enum(SEND_CHANNELS),
    attach: z.string().max(150).optional(),
    channel_custom_info: z.string().max(1_000).optional(),
    coupon_tag_info: z
      .strictObject({
        coupon_tag_list: z
          .array(z.enum(['MEMBER']))
          .max(10)
          .optional(),
        member_tag_info: z.strictObject({ member_card_id: shortText }).optional(),
      })
      .optional(),
    user_coupon_bundle_id: objectId.optional().describe('the bundle that was sent with it (用户券组)'),
    user_coupon_bundle_index: z.int().min(0).max(14).optional().describe('its turn in the bundle, from 0'),
    display_id: objectId.optional().describe('how it was shown when it was sent; left out: as it is now'),
    receive_time: instant,
    valid_begin_time: instant,
    valid_end_time: instant,
    over,
    confirm_request_no: objectId.optional(),
    confirm_time: instant.optional().describe('left out while it is CONFIRMING'),
    usage: usage.optional(),
    delete_time: instant.optional().describe('when its user deleted it'),
    ...deactivation,
  })
  .meta({
    id: 'CompletedUserProductCoupon',
    description: 'a product coupon that a user holds, with everything that was left out filled in',
  })

export const givenUserCoupon = userCoupon
  .partial()
  .meta({ id: 'UserProductCoupon', description: 'a product coupon (用户商品券) that a user holds' })

export type UserCoupon = Readonly<z.output<typeof userCoupon>>
export type GivenUserCoupon = z.output<typeof givenUserCoupon>

/** Product coupons that users hold. */
export const userCoupons = defineTable({
  name: 'userProductCoupons',
  title: { en: 'Product coupons of users', zh: '用户商品券' },
  row: userCoupon,
  given: givenUserCoupon,
  complete: loadUserCoupon,
  key: ['stock_id', 'coupon_code'],
  indexes: {
    coupon_code: ({ coupon_code }) => coupon_code,
    openid: ({ openid }) => openid,
    user_coupon_bundle_id: ({ user_coupon_bundle_id }) => user_coupon_bundle_id,
    /** Finds a repeated send: see {@link sendOf}. */
    send: sendOf,
    /** Finds the coupons of a batch that a user has got: see {@link heldOf}. */
    held: heldOf,
    transaction_id: ({ usage }) => usage?.associated_order_info?.transaction_id,
  },
  sorted: {
    newest: { among: () => ALL, by: ({ receive_time }) => descending(receive_time) },
    ofStock: { among: ({ stock_id }) => stock_id, by: ({ receive_time }) => descending(receive_time) },
    ofUser: { among: ({ unionid }) => unionid, by: ({ receive_time }) => descending(receive_time) },
  },
  inJournal: true,
})

/** The text by which a repeated send is found: the user, the batch and the number (documented). */
export function sendOf({
  unionid,
  stock_id,
  send_request_no,
}: Pick<UserCoupon, 'unionid' | 'stock_id' | 'send_request_no'>) {
  return `${send_request_no} ${stock_id} ${unionid}`
}

/** The text by which the coupons of a batch that a user has got are found. */
export function heldOf({ unionid, stock_id }: Pick<UserCoupon, 'unionid' | 'stock_id'>): string {
  return `${stock_id} ${unionid}`
}

/** The unionid of a user of whom none is known: the same for each openid. */
export function unionidOf(openid: string): string {
  return `union-${openid}`
}

/** The state at an instant. */
export function stateOf(
  { confirm_time, delete_time, deactivate_time, valid_begin_time, valid_end_time, over, usage }: UserCoupon,
  at: number,
): CouponState {
  if (deactivate_time !== undefined) return 'DEACTIVATED'
  if (delete_time !== undefined) return 'DELETED'
  if (usage && usage.return_time === undefined) return 'USED'
  if (over || at >= valid_end_time) return 'EXPIRED'
  if (confirm_time === undefined) return 'CONFIRMING'
  return at < valid_begin_time ? 'PENDING' : 'EFFECTIVE'
}

/** Keeps coupons as expired, see `keepEnds` of products. A used coupon is left alone: once returned, it is no longer expired. */
export async function keepEndsOfUserCoupons(tx: Transaction, setBack: SetBack): Promise<void> {
  await keepEnded(tx, userCoupons, tx.in(userCoupons).list(), (coupon): UserCoupon | undefined => {
    const isExpired = stateOf(coupon, setBack.from) === 'EXPIRED' && isUndone(setBack, coupon.valid_end_time)
    return isExpired ? { ...coupon, over: true } : undefined
  })
}

/** Makes a coupon of a seed file, with its batch if the file has none, and counts it and its code there. */
function loadUserCoupon(given: GivenUserCoupon, surroundings: Surroundings): UserCoupon {
  const { world, defaultMchid, ids } = surroundings
  const { mchid = defaultMchid, stock_id = ids.digits(13), product_coupon_id, brand_id } = given
  const batches = world.in(stocks)
  const batch =
    batches.find(mchid, stock_id) ?? stocks.fromJson({ mchid, stock_id, product_coupon_id, brand_id }, surroundings)
  const { openid = '', unionid = world.in(users).find(mchid, openid)?.unionid } = given
  const made = completeUserCoupon({ ...given, unionid }, batch, surroundings)
  const isCounted = batches.given(mchid, stock_id)?.sent_count_info !== undefined
  const code = world.in(uploadedCodes).find(mchid, stock_id, made.coupon_code)
  const takesCode = code !== undefined && code.sent_time === undefined
  if (takesCode) world.in(uploadedCodes).save({ ...code, sent_time: made.receive_time })
  batches.save(withCodes(isCounted ? batch : withSent(batch, made.receive_time), 0, takesCode ? -1 : 0))
  return made
}

/** Completes a coupon of a batch: one that was sent just now, and is CONFIRMING unless it says when it was confirmed. */
export function completeUserCoupon(
  given: GivenUserCoupon,
  { mchid, brand_id, product_coupon_id, stock_id, ...batch }: Stock,
  { now, ids }: Pick<Surroundings, 'now' | 'ids'>,
): UserCoupon {
  const { receive_time = now, openid = `o${ids.letters(27)}`, coupon_code = ids.digits(16) } = given
  const period = validPeriod(ruleOf({ stock_id, ...batch }).coupon_available_period, receive_time)
  return {
    ...given,
    mchid,
    brand_id,
    product_coupon_id,
    stock_id,
    coupon_code,
    appid: given.appid ?? batch.notify_config.notify_appid,
    openid,
    unionid: given.unionid ?? unionidOf(openid),
    send_request_no: given.send_request_no ?? `SEND_${coupon_code}`,
    send_channel: given.send_channel ?? 'API',
    receive_time,
    valid_begin_time: given.valid_begin_time ?? period.valid_begin_time,
    valid_end_time: given.valid_end_time ?? period.valid_end_time,
  }
}

/** How coupons were shown when they were sent (展示信息): a later change of their product coupon or batch does not reach them (documented). */
export const sentDisplays = defineTable({
  name: 'sentProductCouponDisplays',
  row: z
    .strictObject({
      mchid,
      display_id: objectId,
      display_info: productCoupon.shape.display_info,
      ...stock.pick({ usage_rule_display_info: true, coupon_display_info: true }).shape,
    })
    .meta({
      id: 'SentProductCouponDisplay',
      description: 'how a product coupon and its batch were shown when coupons were sent that name it as display_id',
    }),
  key: ['display_id'],
})

/** Keeps how a coupon is shown that is sent now: once for all that look alike, as a batch may send a hundred million. @returns its id */
export async function keepDisplay(
  tx: Transaction,
  { display_info }: ProductCoupon,
  { mchid, usage_rule_display_info, coupon_display_info }: Stock,
): Promise<string> {
  const display = { display_info, usage_rule_display_info, coupon_display_info }
  const display_id = createHash('sha256').update(JSON.stringify(display)).digest('hex').slice(0, 32)
  const kept = await tx.in(sentDisplays).find(mchid, display_id)
  if (!kept) await tx.in(sentDisplays).save({ mchid, display_id, ...display })
  return display_id
}

/** How a coupon was shown when it was sent; nothing for one of a seed file, which is shown as its batch is now. */
export async function displayOf(tx: Transaction, { mchid, display_id }: UserCoupon) {
  const kept = display_id === undefined ? undefined : await tx.in(sentDisplays).find(mchid, display_id)
  if (!kept) return undefined
  const { display_info, usage_rule_display_info, coupon_display_info } = kept
  return { display_info, usage_rule_display_info, coupon_display_info }
}

const SECOND = 1_000

/**
 * When a coupon received at an instant can be used: from `valid_begin_time` up to, but not including, `valid_end_time`.
 *
 * Days are natural days (documented): with `available_days` the last one ends at midnight, and `wait_days_after_receive` begins at midnight of
 * a later day. `available_seconds` count from receipt, which is taken in whole seconds, as requests name them (inferred). None goes beyond the batch
 * (inferred from the older product; product-coupon.md 3).
 */
export function validPeriod(
  period: AvailablePeriod,
  receivedAt: number,
): { readonly valid_begin_time: number; readonly valid_end_time: number } {
  const {
    available_begin_time: from,
    available_end_time: end,
    available_days: days,
    available_seconds: seconds,
  } = period
  const { wait_days_after_receive: wait = 0 } = period
  const received = Math.floor(receivedAt / SECOND) * SECOND
  const start = Math.max(received, from)
  const begin = wait > 0 ? Math.max(startOfDay(start) + wait * DAY_MS, from) : start
  const untilDays = days === undefined ? end : startOfDay(begin) + days * DAY_MS
  const untilSeconds = seconds === undefined ? end : received + seconds * SECOND
  return {
    valid_begin_time: orLastInstant(begin),
    valid_end_time: orLastInstant(Math.min(end, untilDays, untilSeconds)),
  }
}

const WEEK = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const

/** Whether the weekly hours or one of the dated windows are open; without either they always are. Both ends of a window belong to it. */
export function isInsideWindows(period: AvailablePeriod, at: number): boolean {
  const { weekly_available_period: week, irregular_available_period_list: periods = [] } = period
  if (week === undefined && periods.length === 0) return true
  if (periods.some(({ begin_time, end_time }) => at >= begin_time && at < end_time + SECOND)) return true
  if (week === undefined) return false
  const { day_list: days = [], day_period_list: hours = [] } = week
  const day = WEEK[new Date(at + CHINA_OFFSET).getUTCDay()]
  const second = Math.floor((at - startOfDay(at)) / SECOND)
  return (
    (days.length === 0 || days.some((one) => one === day)) &&
    (hours.length === 0 || hours.some(({ begin_time, end_time }) => second >= begin_time && second <= end_time))
  )
}
