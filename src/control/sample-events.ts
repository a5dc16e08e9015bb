import type { Coupon } from '../domain/coupon.ts'
import type { RepeatSchedule } from '../domain/notification.ts'
import type { IdSource } from '../engine/ids.ts'
import type { NewNotification } from '../engine/operation.ts'
import { formatInstant } from '../protocol/instant.ts'

/** The events of which the service sends callbacks (busifavor.md 7, protocol.md 11 and 12). */
export const EVENT_TYPES = [
  'COUPON.SEND',
  'TRANSACTION.SUCCESS',
  'REFUND.SUCCESS',
  'REFUND.ABNORMAL',
  'REFUND.CLOSED',
  'SECURITY_ECHO.SUCCESS',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

/** What a made-up event is about. */
export interface SampleSurroundings {
  readonly mchid: string
  readonly appid: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  /** The coupon that a COUPON.SEND tells of; made up if left out. */
  readonly coupon?: Coupon | undefined
}

type Members = Readonly<Record<string, unknown>>

interface SampleEvent {
  readonly summary: string
  readonly originalType: string
  readonly associatedData: string
  readonly schedule: RepeatSchedule
  readonly resource: (surroundings: SampleSurroundings) => Members
}

const refund = (summary: string, status: 'SUCCESS' | 'ABNORMAL' | 'CLOSED'): SampleEvent => ({
  summary,
  originalType: 'refund',
  associatedData: 'refund',
  schedule: 'payment',
  resource: ({ mchid, now, ids }) => ({
    mchid,
    out_trade_no: `MCH_${ids.digits(12)}`,
    transaction_id: `4200${ids.digits(24)}`,
    out_refund_no: `REFUND_${ids.digits(12)}`,
    refund_id: `503${ids.digits(26)}`,
    refund_status: status,
    ...(status === 'SUCCESS' && { success_time: formatInstant(now) }),
    user_received_account: '支付用户零钱',
    amount: { total: 100, refund: 100, payer_total: 100, payer_refund: 100 },
  }),
})

const SAMPLES: Readonly<Record<EventType, SampleEvent>> = {
  'COUPON.SEND': {
    summary: '商家券领券通知',
    originalType: 'coupon',
    associatedData: 'coupon',
    schedule: 'coupon',
    resource: ({ mchid, now, ids, coupon }) => ({
      event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
      coupon_code: coupon?.code ?? ids.digits(22),
      stock_id: coupon?.stockId ?? ids.digits(16),
      send_time: formatInstant(coupon?.receivedAt ?? now),
      openid: coupon?.openid ?? `o${ids.letters(27)}`,
      unionid: '',
      send_channel: 'BUSICOUPON_SEND_CHANNEL_MINIAPP',
      send_merchant: coupon?.senderMchid ?? mchid,
      attach_info: '',
      send_req_no: coupon?.sendRequestNo ?? `SEND_${ids.digits(12)}`,
    }),
  },
  'TRANSACTION.SUCCESS': {
    summary: '支付成功',
    originalType: 'transaction',
    associatedData: 'transaction',
    schedule: 'payment',
    resource: ({ mchid, appid, now, ids }) => ({
      mchid,
      appid,
      out_trade_no: `MCH_${ids.digits(12)}`,
      transaction_id: `4200${ids.digits(24)}`,
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      trade_state_desc: '支付成功',
      bank_type: 'OTHERS',
      attach: '',
      success_time: formatInstant(now),
      payer: { openid: `o${ids.letters(27)}` },
      amount: { total: 100, payer_total: 100, currency: 'CNY', payer_currency: 'CNY' },
    }),
  },
  'REFUND.SUCCESS': refund('退款成功', 'SUCCESS'),
  'REFUND.ABNORMAL': refund('退款异常', 'ABNORMAL'),
  'REFUND.CLOSED': refund('退款关闭', 'CLOSED'),
  'SECURITY_ECHO.SUCCESS': {
    summary: '安全自检成功',
    originalType: 'security',
    associatedData: '',
    schedule: 'payment',
    resource: () => ({ echo_message: 'wechatpay-mock' }),
  },
}

/**
 * A callback of an event that nothing brought about, with plausible values in place of what is left out.
 *
 * @param given members of the resource; `null` leaves a member out
 */
export function sampleNotification(
  eventType: EventType,
  url: string,
  surroundings: SampleSurroundings,
  given: Members = {},
): NewNotification {
  const { resource, ...sample } = SAMPLES[eventType]
  const members = Object.entries({ ...resource(surroundings), ...given }).filter(([, value]) => value !== null)
  return { ...sample, mchid: surroundings.mchid, url, eventType, resource: Object.fromEntries(members) }
}
