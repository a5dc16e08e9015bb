import type { Coupon } from '../domain/coupon.ts'
import { type PaidOrder, UNPAID_ORDER_LIFE_MS } from '../domain/order.ts'
import type { Refund, RefundOutcome } from '../domain/refund.ts'
import type { IdSource } from '../engine/ids.ts'
import type { NewNotification } from '../engine/operation.ts'
import { COUPON_SEND, couponSendEvent } from '../operations/busifavor/coupon-send-event.ts'
import { refundIdOf, transactionIdOf } from '../operations/pay/numbers.ts'
import { paymentNotification } from '../operations/pay/wire.ts'
import { refundNotification } from '../operations/refund/wire.ts'
import { SECURITY_ECHO } from '../operations/security/security-echo.ts'

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

/** Makes the callback of an event with made-up values, to be sent to a URL. */
type Sample = (url: string, surroundings: SampleSurroundings) => NewNotification

const refund =
  (outcome: RefundOutcome): Sample =>
  (url, { mchid, now, ids }) => {
    const made: Refund = {
      mchid,
      outRefundNo: `REFUND_${ids.digits(12)}`,
      refundId: refundIdOf(ids),
      outTradeNo: `MCH_${ids.digits(12)}`,
      transactionId: transactionIdOf(ids),
      refundFen: 100,
      totalFen: 100,
      currency: 'CNY',
      createdAt: now,
      settlesAt: now,
      outcome,
      request: [],
    }
    return refundNotification(made, url)
  }

const SAMPLES: Readonly<Record<EventType, Sample>> = {
  'COUPON.SEND': (url, { mchid, now, ids, coupon }) => ({
    ...COUPON_SEND,
    mchid,
    url,
    resource: {
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
    },
  }),
  'TRANSACTION.SUCCESS': (url, { mchid, appid, now, ids }) => {
    const made: PaidOrder = {
      mchid,
      outTradeNo: `MCH_${ids.digits(12)}`,
      state: 'success',
      totalFen: 100,
      description: '测试商品',
      openid: `o${ids.letters(27)}`,
      createdAt: now,
      transactionId: transactionIdOf(ids),
      paidAt: now,
      appid,
      tradeType: 'jsapi',
      attach: '',
      currency: 'CNY',
      closesAt: now + UNPAID_ORDER_LIFE_MS,
    }
    return paymentNotification(made, url, now)
  },
  'REFUND.SUCCESS': refund('success'),
  'REFUND.ABNORMAL': refund('abnormal'),
  'REFUND.CLOSED': refund('closed'),
  'SECURITY_ECHO.SUCCESS': (url, { mchid }) => ({
    ...SECURITY_ECHO,
    mchid,
    url,
    resource: { echo_message: 'wechatpay-mock' },
  }),
}

/**
 * A callback of an event that nothing brought about, as the call that brings it about would make it, with made-up values in place of what is
 * left out.
 *
 * @param given members of the resource; `null` leaves a member out
 */
export function sampleNotification(
  eventType: EventType,
  url: string,
  surroundings: SampleSurroundings,
  given: Readonly<Record<string, unknown>> = {},
): NewNotification {
  const sample = SAMPLES[eventType](url, surroundings)
  const members = Object.entries({ ...sample.resource, ...given }).filter(([, value]) => value !== null)
  return { ...sample, resource: Object.fromEntries(members) }
}
