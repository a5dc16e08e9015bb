import { z } from 'zod'
import { defineEvent } from '../../engine/callbacks/event.ts'
import { ALL } from '../../engine/state/table.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { shownText, wireInstant } from '../common/fields.ts'
import { shownCouponCode, shownStockId } from './answer-schemas.ts'
import type { Coupon } from './coupon-rules.ts'
import { coupons } from './coupons.ts'
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

/** A coupon that a user received. */
interface Receipt {
  readonly couponCode: string
  readonly stockId: string
  /** Epoch milliseconds. */
  readonly at: number
  /** The user under `notify_appid`; empty without one. */
  readonly openid: string
  /** Empty where it is not known. */
  readonly unionid: string
  readonly channel: SendChannel
  readonly senderMchid: string
  readonly requestNo: string
  /** Additional information from some channels; the others send an empty text (observed). */
  readonly attachInfo?: AttachInfo
}

/** e.g. `transaction_id` and `act_code` of 支付有礼 */
export type AttachInfo = Readonly<Record<string, string | number>>

/** What is sealed in a COUPON.SEND callback (领券事件回调通知), members and their order as the live service has them. */
export interface CouponSendEvent {
  readonly event_type: 'EVENT_TYPE_BUSICOUPON_SEND'
  readonly coupon_code: string
  readonly stock_id: string
  readonly send_time: string
  readonly openid: string
  readonly unionid: string
  readonly send_channel: `BUSICOUPON_SEND_CHANNEL_${SendChannel}`
  readonly send_merchant: string
  readonly attach_info: AttachInfo | ''
  readonly send_req_no: string
}

/** The plaintext of the event for one coupon (busifavor.md 7). */
export function couponSendEvent(receipt: Receipt): CouponSendEvent {
  return {
    event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
    coupon_code: receipt.couponCode,
    stock_id: receipt.stockId,
    send_time: formatInstant(receipt.at),
    openid: receipt.openid,
    unionid: receipt.unionid,
    send_channel: `BUSICOUPON_SEND_CHANNEL_${receipt.channel}`,
    send_merchant: receipt.senderMchid,
    attach_info: receipt.attachInfo ?? '',
    send_req_no: receipt.requestNo,
  }
}

const resource = z
  .object({
    event_type: z.literal('EVENT_TYPE_BUSICOUPON_SEND'),
    coupon_code: shownCouponCode,
    stock_id: shownStockId,
    send_time: wireInstant,
    openid: shownText({ max: 128 }).optional().meta({ description: 'empty without notify_appid' }),
    unionid: shownText({ max: 128 }).optional(),
    send_channel: z.enum(SEND_CHANNELS.map((channel) => `BUSICOUPON_SEND_CHANNEL_${channel}` as const)),
    send_merchant: shownText({ min: 1, max: 32 }),
    send_req_no: z.string().optional().meta({ description: 'seen in a live callback, in no document' }),
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
  })
  .meta({ id: 'CouponSendEvent' })

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
  sample: ({ mchid, now, ids }, coupon) => ({
    ...couponSendEvent({
      couponCode: coupon?.code ?? ids.digits(22),
      stockId: coupon?.stockId ?? ids.digits(16),
      at: coupon?.receivedAt ?? now,
      openid: coupon?.openid ?? `o${ids.letters(27)}`,
      unionid: '',
      channel: 'MINIAPP',
      senderMchid: coupon?.senderMchid ?? mchid,
      requestNo: coupon?.sendRequestNo ?? `SEND_${ids.digits(12)}`,
    }),
  }),
})
