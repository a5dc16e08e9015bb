import type { NewNotification } from '../../../engine/operation.ts'
import { formatInstant } from '../../../protocol/instant.ts'

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
export interface Receipt {
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
  /** What some channels tell besides; the others send an empty text (observed). */
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

/** The words of the callback that are the same for every coupon. */
export const COUPON_SEND = {
  eventType: 'COUPON.SEND',
  summary: '商家券领券通知',
  originalType: 'coupon',
  associatedData: 'coupon',
  schedule: 'coupon',
} as const satisfies Partial<NewNotification>

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
