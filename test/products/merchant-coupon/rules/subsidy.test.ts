import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Benefit } from '../../../../src/products/merchant-coupon/rules/stock.ts'
import {
  paySubsidy,
  returnSubsidy,
  type Subsidy,
  type SubsidyFailure,
  subsidyLimitFen,
  subsidyStatus,
} from '../../../../src/products/merchant-coupon/rules/subsidy.ts'
import { aCoupon, anOrder, aStock, NOON } from './builders.ts'

const wanted = {
  mchid: '1900000001',
  outSubsidyNo: 'S-1',
  receiptId: 'RECEIPT-1',
  creatorMchid: '1900000001',
  stockId: '100088',
  couponCode: 'CODE',
  transactionId: 'T-1',
  payerMchid: '1900000001',
  payeeMchid: '1900000002',
  amountFen: 100,
  description: '补差',
  createdAt: NOON,
}
const paid: Subsidy = { ...wanted, returnedFen: 0 }
const stock = aStock({ ownerMchid: '1900000002', subsidy: true })
const coupon = aCoupon({ state: 'USED', use_request_no: 'USE-1', use_time: NOON })
const order = {
  ...anOrder({ state: 'success', totalFen: 1_000 }),
  transactionId: wanted.transactionId,
  paidAt: NOON,
}
const around = { coupon, stock, order, others: [] }

describe('the status', () => {
  test.for([
    [0, undefined, 'success'],
    [1, undefined, 'partial_return'],
    [99, undefined, 'partial_return'],
    [100, undefined, 'full_return'],
    [0, 'count_quota', 'fail'],
  ] as const)('after %i of 100 fen were given back, failed for %s: %s', ([returnedFen, failReason, status]) => {
    expect(subsidyStatus({ ...paid, returnedFen, ...(failReason && { failReason }) })).toBe(status)
  })
})

test.for<[benefit: Benefit, total: number, limit: number | undefined]>([
  [{ type: 'normal', discountFen: 100, thresholdFen: 1_000 }, 5_000, 100],
  [{ type: 'discount', discountPercent: 88, thresholdFen: 0 }, 1_000, 120],
  [{ type: 'discount', discountPercent: 88, thresholdFen: 0 }, 999, 119],
  [{ type: 'discount', discountPercent: 100, thresholdFen: 0 }, 1_000, 0],
  [{ type: 'exchange', exchangePriceFen: 1, thresholdFen: 0 }, 1_000, undefined],
])('%j takes off an order of %i fen: %s', ([benefit, total, limit]) => {
  expect(subsidyLimitFen(benefit, total)).toBe(limit)
})

describe('paying', () => {
  test('what the coupon takes off', () => {
    expect(paySubsidy(wanted, around)).toEqual({ ok: true, value: paid })
  })

  test.for<[change: Partial<typeof wanted>, others: Subsidy[], failReason: SubsidyFailure | undefined]>([
    [{ amountFen: 101 }, [], 'amount_quota'],
    [{}, [{ ...paid, outSubsidyNo: 'S-0' }], 'count_quota'],
    [{ amountFen: 101 }, [{ ...paid, outSubsidyNo: 'S-0' }], 'count_quota'],
    [{}, [{ ...paid, outSubsidyNo: 'S-0', failReason: 'amount_quota' }], undefined],
    [{}, [{ ...paid, outSubsidyNo: 'S-0', returnedFen: 100 }], 'count_quota'],
  ])('%j after %j fails for %s', ([change, others, failReason]) => {
    const decision = paySubsidy({ ...wanted, ...change }, { ...around, others })

    expect(decision.ok && decision.value.failReason).toBe(failReason)
    expect(decision.ok).toBe(true)
  })

  test.for([
    [{ subsidy: false }, {}, 'batch_not_subsidised'],
    [{ benefit: { type: 'exchange', exchangePriceFen: 1, thresholdFen: 0 } }, {}, 'batch_not_subsidised'],
    [{}, { payerMchid: '1900000003' }, 'payer_unfit'],
    [{}, { payerMchid: '1900000002' }, undefined],
    [{}, { payeeMchid: '1900000001' }, 'payee_unfit'],
  ] as const)('of the batch %j for %j: %s', ([batch, change, reason]) => {
    const decision = paySubsidy({ ...wanted, ...change }, { ...around, stock: { ...stock, ...batch } })

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
  expect(returnSubsidy({ ...paid, returnedFen: 60 }, 40)).toEqual({ ok: true, value: { ...paid, returnedFen: 100 } })
  expect(returnSubsidy({ ...paid, returnedFen: 60 }, 41)).toEqual({ ok: false, reason: 'more_than_subsidy' })
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
        expect(subsidy.returnedFen).toBe(sum)
      }
    }),
  )
})
