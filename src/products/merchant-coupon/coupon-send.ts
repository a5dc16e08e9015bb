import { z } from 'zod'
import { defineEvent } from '../../engine/callbacks/event.ts'
import { ALL } from '../../engine/state/table.ts'
import { shownInstant, shownText } from '../common/fields.ts'
import { shownCouponCode, shownStockId } from './answer-schemas.ts'
import { type Coupon, coupons } from './coupons.ts'
import { eventAddressOf } from './event-address.ts'

/** Ways in which a coupon reaches a user, without `BUSICOUPON_SEND_CHANNEL_` (busifavor.md 7; older sources spell MEMBER_CARD_ACT). */
export const SEND_CHANNELS = [
  'MINIAPP',
  'API',
  'PAYGIFT',
  'H5',
  'FTOF',
  'MEMBERCARD_ACT',
  'MEMBER_CARD_ACT',
  'HALL',
  'JSAPI',
  'MINI_APP_LIVE',
  'WECHAT_SEARCH',
  'PAY_HAS_DISCOUNT',
  'WECHAT_AD',
  'RIGHTS_PLATFORM',
  'RECEIVE_MONEY_GIFT',
  'MEMBER_PAY_RIGHT',
  'BUSI_SMART_RETAIL',
  'FINDER_LIVEROOM',
] as const

export type SendChannel = (typeof SEND_CHANNELS)[number]

/** e.g. `transaction_id` and `act_code` of 支付有礼 */
export type AttachInfo = Readonly<Record<string, string | number>>

/** Members in the order of the live service. */
const resource = z
  .object({
    event_type: z.literal('EVENT_TYPE_BUSICOUPON_SEND'),
    coupon_code: shownCouponCode,
    stock_id: shownStockId,
    send_time: shownInstant,
    openid: shownText({ max: 128 }).optional().meta({ description: 'empty without notify_appid' }),
    unionid: shownText({ max: 128 }).optional(),
    send_channel: z.enum(SEND_CHANNELS.map((channel) => `BUSICOUPON_SEND_CHANNEL_${channel}` as const)),
    send_merchant: shownText({ min: 1, max: 32 }),
    attach_info: z
      .union([
        shownText({ max: 0 }),
        z.object({
          transaction_id: z.string().optional(),
          act_code: z.string().optional(),
          hall_code: z.string().optional(),
          hall_belong_mch_id: z.union([z.int(), z.string()]).optional(),
          card_id: z.string().optional(),
          code: z.string().optional(),
          activity_id: z.string().optional(),
        }),
      ])
      .optional()
      .meta({ description: 'an empty text where the channel tells nothing more' }),
    send_req_no: z.string().optional().meta({ description: 'seen in a live callback, in no document' }),
  })
  .meta({ id: 'CouponSendEvent' })

/** The content of a COUPON.SEND callback (领券事件回调通知). */
export type CouponSendEvent = Required<Omit<z.input<typeof resource>, 'attach_info'>> & {
  readonly attach_info: AttachInfo | ''
}

/** The part of a coupon that the event tells. */
type Sent = Pick<Coupon, 'coupon_code' | 'stock_id' | 'receive_time' | 'send_merchant' | 'send_request_no'>

/**
 * The plaintext of the event for one coupon (busifavor.md 7).
 *
 * @param told `openid` is empty without `notify_appid`, `unionid` where it is not known
 */
export function couponSendEvent(
  coupon: Sent,
  told: { openid: string; unionid: string; send_channel: SendChannel; attach_info?: AttachInfo | undefined },
): CouponSendEvent {
  const encoded = z.encode(resource, {
    ...coupon,
    event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
    send_time: coupon.receive_time,
    openid: told.openid,
    unionid: told.unionid,
    send_channel: `BUSICOUPON_SEND_CHANNEL_${told.send_channel}`,
    attach_info: '',
    send_req_no: coupon.send_request_no,
  })
  // A channel may tell more than the documents name; the others send an empty text (observed).
  return { ...encoded, attach_info: told.attach_info ?? '' } as CouponSendEvent
}

/** 领券事件: a user received a coupon. */
export const couponSend = defineEvent<Coupon>({
  id: 'couponSend',
  eventType: 'COUPON.SEND',
  label: { en: 'a user received a coupon', zh: '领券事件' },
  description: 'A user received a coupon; every minute, 11 times in all, until it is answered with 200 or 204',
  title: '领券事件回调通知',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/merchant-exclusive-coupon/coupon/coupon-send-notify.html',
  summary: '商家券领券通知',
  originalType: 'coupon',
  associatedData: 'coupon',
  schedule: 'coupon',
  resource,
  find: async (tx, mchid) => ({
    url: await eventAddressOf(tx, mchid),
    about: (await tx.in(coupons).page('newest', ALL, { owner: mchid, limit: 1 }))[0],
  }),
  sample({ mchid, now, ids }, coupon) {
    const sent = coupon ?? {
      coupon_code: ids.digits(22),
      stock_id: ids.digits(16),
      receive_time: now,
      openid: `o${ids.letters(27)}`,
      send_merchant: mchid,
      send_request_no: `SEND_${ids.digits(12)}`,
    }
    return couponSendEvent(sent, { openid: sent.openid, unionid: '', send_channel: 'MINIAPP' })
  },
})
