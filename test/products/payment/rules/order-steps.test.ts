import { describe, expect, test } from 'vitest'
import type { Order } from '../../../../src/products/payment/rules/order.ts'
import { stepsOf } from '../../../../src/products/payment/rules/order-steps.ts'
import type { Refund } from '../../../../src/products/payment/rules/refund.ts'
import { anOrder, aRefund, NOON } from '../../merchant-coupon/rules/builders.ts'

const HOUR = 3_600_000

/** The steps of an order in short. */
const shown = (overrides: Partial<Order>, refunds: readonly Refund[] = [], now = NOON) =>
  stepsOf(anOrder(overrides), refunds, now).map(({ event, before, after }) => `${event}: ${before ?? ''} → ${after}`)

describe('the steps of an order', () => {
  test('go from state to state, with what was set by hand, and each refund', () => {
    const refunds = [
      aRefund({ outRefundNo: 'R2', createdAt: NOON + 2 }),
      aRefund({ outRefundNo: 'R1', createdAt: NOON }),
    ]
    const order: Partial<Order> = {
      state: 'refund',
      transactionId: 'T',
      paidAt: NOON,
      marks: [
        { state: 'userpaying', at: NOON },
        { state: 'payerror', at: NOON },
      ],
    }
    expect(shown(order, refunds)).toEqual([
      'placed:  → notpay',
      'marked: notpay → userpaying',
      'marked: userpaying → payerror',
      'paid: payerror → success',
      'refunded: success → refund',
      'refunded: refund → refund',
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
    expect(shown({ state: 'closed', closedAt: NOON })).toEqual(['placed:  → notpay', 'closed: notpay → closed'])
    expect(shown({}, [], NOON + HOUR - 1)).toEqual(['placed:  → notpay'])
    expect(stepsOf(anOrder(), [], NOON + 2 * HOUR).at(-1)).toEqual({
      event: 'timed_out',
      at: NOON + HOUR,
      before: 'notpay',
      after: 'closed',
    })
  })
})
