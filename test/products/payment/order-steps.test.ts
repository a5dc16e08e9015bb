import { describe, expect, test } from 'vitest'
import { stepsOf } from '../../../src/products/payment/order-rules.ts'
import type { Order } from '../../../src/products/payment/orders.ts'
import type { Refund } from '../../../src/products/payment/refunds.ts'
import { anOrder, aRefund, NOON } from '../merchant-coupon/rules/builders.ts'

const HOUR = 3_600_000

/** The steps of an order in short. */
const shown = (overrides: Partial<Order>, refunds: readonly Refund[] = [], now = NOON) =>
  stepsOf(anOrder(overrides), refunds, now).map(({ event, before, after }) => `${event}: ${before ?? ''} → ${after}`)

describe('the steps of an order', () => {
  test('go from state to state, with what was set by hand, and each refund', () => {
    const refunds = [
      aRefund({ out_refund_no: 'R2', create_time: NOON + 2 }),
      aRefund({ out_refund_no: 'R1', create_time: NOON }),
    ]
    const order: Partial<Order> = {
      state: 'REFUND',
      transaction_id: 'T',
      success_time: NOON,
      marks: [
        { state: 'USERPAYING', time: NOON },
        { state: 'PAYERROR', time: NOON },
      ],
    }
    expect(shown(order, refunds)).toEqual([
      'placed:  → NOTPAY',
      'marked: NOTPAY → USERPAYING',
      'marked: USERPAYING → PAYERROR',
      'paid: PAYERROR → SUCCESS',
      'refunded: SUCCESS → REFUND',
      'refunded: REFUND → REFUND',
    ])
    expect(stepsOf(anOrder(order), refunds, NOON).map(({ requestNo }) => requestNo)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'R1',
      'R2',
    ])
  })

  test('end with a call that closes it, or with its time', () => {
    expect(shown({ state: 'CLOSED', closed_time: NOON })).toEqual(['placed:  → NOTPAY', 'closed: NOTPAY → CLOSED'])
    expect(shown({}, [], NOON + HOUR - 1)).toEqual(['placed:  → NOTPAY'])
    expect(stepsOf(anOrder(), [], NOON + 2 * HOUR).at(-1)).toEqual({
      event: 'timed_out',
      at: NOON + HOUR,
      before: 'NOTPAY',
      after: 'CLOSED',
    })
  })
})
