import { z } from 'zod'
import { EVENT_TYPES, type EventType } from '../engine/callbacks/notification.ts'
import type { IdSource } from '../engine/ids.ts'
import type { NewNotification } from '../engine/operation.ts'
import { events } from '../products/common/event-schemas.ts'
import type { Coupon } from '../products/merchant-coupon/rules/coupon.ts'
import { COUPON_SEND, couponSendEvent } from '../products/merchant-coupon/sending/coupon-send-event.ts'
import { refundIdOf, transactionIdOf } from '../products/payment/orders/numbers.ts'
import { paymentNotification } from '../products/payment/orders/wire.ts'
import { refundNotification } from '../products/payment/refunds/wire.ts'
import { type PaidOrder, UNPAID_ORDER_LIFE_MS } from '../products/payment/rules/order.ts'
import type { Refund, RefundOutcome } from '../products/payment/rules/refund.ts'
import { SECURITY_ECHO } from '../products/platform/security/security-echo.ts'
import { isJsonObject } from '../protocol/json-object.ts'

export { EVENT_TYPES, type EventType }

type Members = Readonly<Record<string, unknown>>

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
 * @param given members of the resource, at any depth; `null` leaves a member out
 */
export function sampleNotification(
  eventType: EventType,
  url: string,
  surroundings: SampleSurroundings,
  given: Members = {},
): NewNotification {
  const sample = SAMPLES[eventType](url, surroundings)
  return { ...sample, resource: merged(sample.resource, given) }
}

/** Objects are merged, anything else is replaced; what is `null` in an object that is given is left out. */
function merged(base: Members, given: Members): Members {
  const members = new Map(Object.entries(base))
  for (const [name, value] of Object.entries(given)) {
    const before = members.get(name)
    if (value === null) members.delete(name)
    else members.set(name, isJsonObject(value) ? merged(isJsonObject(before) ? before : {}, value) : value)
  }
  return Object.fromEntries(members)
}

/** Members that an event's content does not have in this mock, at any depth, with the way to them: `amount.totl`. */
export function unknownMembers(eventType: EventType, given: Members): string[] {
  const event = events.find((event) => event.eventType === eventType)
  return event ? unknownIn(event.resource, given, '') : []
}

function unknownIn(schema: z.core.$ZodType, value: unknown, prefix: string): string[] {
  if (schema instanceof z.ZodOptional) return unknownIn(schema.unwrap(), value, prefix)
  if (schema instanceof z.ZodUnion) {
    const objects = schema.options.filter((option) => option instanceof z.ZodObject)
    const [fewest = []] = objects
      .map((option) => unknownIn(option, value, prefix))
      .toSorted((a, b) => a.length - b.length)
    return fewest
  }
  if (!(schema instanceof z.ZodObject) || !isJsonObject(value)) return []
  const { shape } = schema
  return Object.entries(value).flatMap(([name, member]) => {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined
    return known ? unknownIn(known, member, `${prefix}${name}.`) : [prefix + name]
  })
}
