import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Stock } from '../../../../src/products/merchant-coupon/stocks.ts'
import type { Subsidy } from '../../../../src/products/merchant-coupon/subsidies.ts'
import {
  paySubsidy,
  returnSubsidy,
  subsidyLimit,
  subsidyStatus,
} from '../../../../src/products/merchant-coupon/subsidy-rules.ts'
import { aCoupon, anOrder, aStock, NOON } from './builders.ts'

const wanted = {
  mchid: '1900000001',
  out_subsidy_no: 'S-1',
  subsidy_receipt_id: 'RECEIPT-1',
  stock_creator: '1900000001',
  stock_id: '100088',
  coupon_code: 'CODE',
  transaction_id: 'T-1',
  payer_merchant: '1900000001',
  payee_merchant: '1900000002',
  amount: 100,
  description: '补差',
  create_time: NOON,
}
const paid: Subsidy = { ...wanted, returned: 0 }
const subsidised = (batch: Parameters<typeof aStock>[0] = {}) =>
  aStock({ belong_merchant: '1900000002', subsidy: true, ...batch })
const stock = subsidised()
const coupon = aCoupon({ state: 'USED', use_request_no: 'USE-1', use_time: NOON })
const order = {
  ...anOrder({ state: 'SUCCESS', total: 1_000 }),
  transaction_id: wanted.transaction_id,
  success_time: NOON,
}
const around = { coupon, stock, order, others: [] }

describe('the status', () => {
  test.for([
    [0, undefined, 'SUCCESS'],
    [1, undefined, 'PARTIAL_RETURN'],
    [99, undefined, 'PARTIAL_RETURN'],
    [100, undefined, 'FULL_RETURN'],
    [0, 'EXCEED_SUBSIDY_COUNT_QUOTA', 'FAIL'],
  ] as const)('after %i of 100 fen were given back, failed for %s: %s', ([returned, fail_reason, status]) => {
    expect(subsidyStatus({ ...paid, returned, ...(fail_reason && { fail_reason }) })).toBe(status)
  })
})

const transaction_minimum = 0

test.for<[benefit: Partial<Stock['coupon_use_rule']>, total: number, limit: number | undefined]>([
  [{ fixed_normal_coupon: { discount_amount: 100, transaction_minimum } }, 5_000, 100],
  [{ discount_coupon: { discount_percent: 88, transaction_minimum } }, 1_000, 120],
  [{ discount_coupon: { discount_percent: 88, transaction_minimum } }, 999, 119],
  [{ discount_coupon: { discount_percent: 100, transaction_minimum } }, 1_000, 0],
  [{ exchange_coupon: { exchange_price: 1, transaction_minimum } }, 1_000, undefined],
])('%j takes off an order of %i fen: %s', ([benefit, total, limit]) => {
  expect(subsidyLimit(aStock({ coupon_use_rule: { fixed_normal_coupon: undefined, ...benefit } }), total)).toBe(limit)
})

describe('paying', () => {
  test('what the coupon takes off', () => {
    expect(paySubsidy(wanted, around)).toEqual({ ok: true, value: paid })
  })

  test.for<[change: Partial<typeof wanted>, others: Subsidy[], fail_reason: Subsidy['fail_reason']]>([
    [{ amount: 101 }, [], 'EXCEED_SUBSIDY_AMOUNT_QUOTA'],
    [{}, [{ ...paid, out_subsidy_no: 'S-0' }], 'EXCEED_SUBSIDY_COUNT_QUOTA'],
    [{ amount: 101 }, [{ ...paid, out_subsidy_no: 'S-0' }], 'EXCEED_SUBSIDY_COUNT_QUOTA'],
    [{}, [{ ...paid, out_subsidy_no: 'S-0', fail_reason: 'EXCEED_SUBSIDY_AMOUNT_QUOTA' }], undefined],
    [{}, [{ ...paid, out_subsidy_no: 'S-0', returned: 100 }], 'EXCEED_SUBSIDY_COUNT_QUOTA'],
  ])('%j after %j fails for %s', ([change, others, fail_reason]) => {
    const decision = paySubsidy({ ...wanted, ...change }, { ...around, others })

    expect(decision.ok && decision.value.fail_reason).toBe(fail_reason)
    expect(decision.ok).toBe(true)
  })

  test.for([
    [{ subsidy: false }, {}, 'batch_not_subsidised'],
    [{ coupon_use_rule: { fixed_normal_coupon: undefined } }, {}, 'batch_not_subsidised'],
    [{}, { payer_merchant: '1900000003' }, 'payer_unfit'],
    [{}, { payer_merchant: '1900000002' }, undefined],
    [{}, { payee_merchant: '1900000001' }, 'payee_unfit'],
  ] as const)('of the batch %j for %j: %s', ([batch, change, reason]) => {
    const decision = paySubsidy({ ...wanted, ...change }, { ...around, stock: subsidised(batch) })

    expect(decision.ok ? undefined : decision.reason).toBe(reason)
  })

  test.for([
    ['a coupon that is not redeemed', { coupon: aCoupon() }, 'not_used'],
    ['a coupon that is not redeemed, and no order', { coupon: aCoupon(), order: undefined }, 'not_used'],
    ['no order', { order: undefined }, 'order_unknown'],
    ['no order, of a batch without subsidies', { order: undefined, stock: aStock() }, 'order_unknown'],
  ] as const)('for %s is refused', ([, change, reason]) => {
    expect(paySubsidy(wanted, { ...around, ...change })).toEqual({ ok: false, reason })
  })
})

test('more than is left of a subsidy is not given back', () => {
  expect(returnSubsidy({ ...paid, returned: 60 }, 40)).toEqual({ ok: true, value: { ...paid, returned: 100 } })
  expect(returnSubsidy({ ...paid, returned: 60 }, 41)).toEqual({ ok: false, reason: 'more_than_subsidy' })
})

test('no sequence of returns gives back more than the subsidy', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), (amounts) => {
      let subsidy = paid
      let sum = 0
      for (const amount of amounts) {
        const decision = returnSubsidy(subsidy, amount)
        expect(decision.ok).toBe(sum + amount <= 100)
        if (!decision.ok) continue
        subsidy = decision.value
        sum += amount
        expect(subsidy.returned).toBe(sum)
      }
    }),
  )
})
