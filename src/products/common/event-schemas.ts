import { z } from 'zod'
import { shownCouponCode, shownNumber, shownStockId, shownText } from '../merchant-coupon/answer-schemas.ts'
import { SEND_CHANNELS } from '../merchant-coupon/sending/coupon-send-event.ts'
import { REFUND_OUTCOME, TRADE_TYPE } from '../payment/spellings.ts'
import { wireInstant } from './fields.ts'

/** A callback (回调通知) that the service sends: what stands around it, and what is sealed in it. */
export interface EventDescription {
  /** camelCase, as its webhook in the OpenAPI document. */
  readonly id: string
  /** e.g. `COUPON.SEND` */
  readonly eventType: string
  /** In English. */
  readonly description: string
  /** Name in the official documents. */
  readonly title: string
  /** The official page. */
  readonly source: string
  readonly originalType: string
  readonly associatedData: string
  /** What is sealed. */
  readonly resource: z.ZodType
}

const couponSend = z
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

const fen = shownNumber({ min: 0 })

const transaction = z
  .object({
    appid: z.string().optional(),
    mchid: z.string(),
    out_trade_no: z.string(),
    transaction_id: z.string(),
    trade_type: z.enum(Object.values(TRADE_TYPE)),
    trade_state: z.literal('SUCCESS'),
    trade_state_desc: z.string(),
    bank_type: z.string(),
    attach: z.string().optional(),
    success_time: wireInstant,
    payer: z.object({ openid: z.string() }).optional(),
    amount: z.object({ total: fen, payer_total: fen, currency: z.string(), payer_currency: z.string() }),
  })
  .meta({ id: 'TransactionEvent' })

const refund = z
  .object({
    mchid: z.string(),
    out_trade_no: z.string(),
    transaction_id: z.string(),
    out_refund_no: z.string(),
    refund_id: z.string(),
    refund_status: z.enum(Object.values(REFUND_OUTCOME)),
    success_time: wireInstant.optional().meta({ description: 'only of REFUND.SUCCESS' }),
    user_received_account: z.string(),
    amount: z.object({ total: fen, refund: fen, payer_total: fen, payer_refund: fen }),
  })
  .meta({ id: 'RefundEvent' })

const securityEcho = z
  .object({
    echo_message: z.string(),
    encrypt_echo_message: z.string().optional().meta({ description: 'for the merchant; spelled so' }),
  })
  .meta({ id: 'SecurityEchoEvent' })

const refundEvent = (outcome: 'success' | 'abnormal' | 'closed', description: string): EventDescription => ({
  id: `refund${outcome.slice(0, 1).toUpperCase()}${outcome.slice(1)}`,
  eventType: `REFUND.${REFUND_OUTCOME[outcome]}`,
  description,
  title: '退款结果通知',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791865',
  originalType: 'refund',
  associatedData: 'refund',
  resource: refund,
})

/** Every event that the service sends a callback of. */
export const events: readonly EventDescription[] = [
  {
    id: 'couponSend',
    eventType: 'COUPON.SEND',
    description: 'A user received a coupon; every minute, 11 times in all, until it is answered with 200 or 204',
    title: '领券事件回调通知',
    source: 'https://pay.weixin.qq.com/docs/merchant/apis/merchant-exclusive-coupon/coupon/coupon-send-notify.html',
    originalType: 'coupon',
    associatedData: 'coupon',
    resource: couponSend,
  },
  {
    id: 'transactionSuccess',
    eventType: 'TRANSACTION.SUCCESS',
    description: 'An order was paid',
    title: '支付成功回调通知',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791861',
    originalType: 'transaction',
    associatedData: 'transaction',
    resource: transaction,
  },
  refundEvent('success', 'A refund arrived'),
  refundEvent('abnormal', 'A refund can not arrive'),
  refundEvent('closed', 'A refund was closed'),
  {
    id: 'securityEchoSuccess',
    eventType: 'SECURITY_ECHO.SUCCESS',
    description: 'The call that tries out signing and encrypting succeeded',
    title: '商户签名验签/加解密测试回调通知',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4015164042',
    originalType: 'security',
    associatedData: '',
    resource: securityEcho,
  },
]
