import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accessByAccess } from '../../../src/engine/state/store.ts'
import { bookings, bookingsOfOrder, bookingsOfRefund } from '../../../src/products/bill/books.ts'
import { fundLines } from '../../../src/products/bill/fund-bill.ts'
import { tradeLines } from '../../../src/products/bill/trade-bill.ts'
import type { PaidOrder } from '../../../src/products/payment/order-rules.ts'
import { orders } from '../../../src/products/payment/orders.ts'
import { refundOrder } from '../../../src/products/payment/refund-rules.ts'
import { type Refund, refunds } from '../../../src/products/payment/refunds.ts'
import { MemoryStore } from '../../../src/stores/memory.ts'
import { anOrderThatIs, aPromotion, inChina } from '../merchant-coupon/rules/builders.ts'

const DAY = 86_400_000
const FIRST = inChina('2026-11-20T00:00:00')
const DAYS = [0, 1, 2, 3, 4].map((i) => ({ from: FIRST + i * DAY, until: FIRST + (i + 1) * DAY }))
/** The first instant after those days. */
const LAST = FIRST + DAYS.length * DAY
const MERCHANTS = ['1900000001', '1900000002']

const minute = fc.integer({ min: 0, max: 24 * 60 - 1 })

/** An order, what is refunded of it, in thousandths of what is left, and how each of these ends. */
const history = fc.record({
  mchid: fc.constantFrom(...MERCHANTS),
  total: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5_000_000 })),
  coupons: fc.array(fc.record({ part: fc.integer({ min: 1, max: 400 }), type: fc.constantFrom('CASH', 'NOCASH') }), {
    maxLength: 2,
  }),
  paid: minute,
  /** Minutes after which an order without refunds is reversed. */
  reversed: fc.option(minute, { nil: undefined }),
  refunds: fc.array(
    fc.record({
      part: fc.integer({ min: 1, max: 1_000 }),
      after: minute,
      takes: fc.integer({ min: 1, max: 600 }),
      outcome: fc.constantFrom('SUCCESS', 'SUCCESS', 'ABNORMAL', 'CLOSED'),
    }),
    { maxLength: 4 },
  ),
})

type History = typeof history extends fc.Arbitrary<infer One> ? One : never

/** The rows that a history leaves: refunds are made as the call makes them. */
function rowsOf({ mchid, total, coupons, paid, ...rest }: History, i: number) {
  const promotions = coupons
    .map(({ part, type }, n) => aPromotion(Math.floor((total * part) / 1_000), { coupon_id: `C-${n}`, type }))
    .filter(({ amount }) => amount > 0)
  const success_time = FIRST + paid * 60_000
  const numbers = { mchid, out_trade_no: `ORDER-${i}`, transaction_id: `T-${i}` }
  const order = anOrderThatIs('SUCCESS', { ...numbers, total, success_time, promotions }) as PaidOrder
  const made: Refund[] = []
  let at = success_time
  for (const { part, after, takes, outcome } of rest.refunds) {
    at += after * 60_000
    const left =
      total -
      made.filter((one) => one.outcome !== 'CLOSED' || one.settle_time > at).reduce((sum, one) => sum + one.refund, 0)
    const refund = Math.ceil((left * part) / 1_000)
    const decision = refundOrder(order, made, { refund, total, at })
    if (!decision.ok) continue
    const named = { out_refund_no: `REFUND-${i}-${made.length}`, refund_id: `R-${i}-${made.length}`, request: [] }
    made.push({ ...decision.value.refund, ...named, settle_time: at + takes * 60_000, outcome })
  }
  const closed_time = rest.reversed === undefined || made.length > 0 ? undefined : at + rest.reversed * 60_000
  return {
    order: closed_time === undefined ? order : { ...order, state: 'REVOKED' as const, closed_time },
    refunds: made,
  }
}

/** The money of a merchant in the end: all that was settled without its fee, less what refunds that were not closed took. */
function expectedOf(mchid: string, rows: readonly ReturnType<typeof rowsOf>[]): number {
  const own = rows.filter(({ order }) => order.mchid === mchid)
  const sum = (parts: readonly number[]) => parts.reduce((all, part) => all + part, 0)
  return sum(
    own.map(({ order, refunds }) => {
      const unsettled = (parts: readonly { type: string; amount: number }[]) =>
        sum(parts.filter(({ type }) => type === 'NOCASH').map(({ amount }) => amount))
      const settled = order.total - unsettled(order.promotions ?? [])
      if (order.closed_time !== undefined && order.closed_time < LAST) return 0
      const taken = refunds
        .filter(({ outcome, settle_time }) => outcome !== 'CLOSED' || settle_time >= LAST)
        .filter(({ create_time }) => create_time < LAST)
        .map(({ refund, promotions = [], fee = 0 }) => {
          return refund - unsettled(promotions.map((one) => ({ ...one, amount: one.refund_amount }))) - fee
        })
      return settled - Math.floor((settled * 6 + 500) / 1_000) - sum(taken)
    }),
  )
}

const amountOf = (line: Record<string, string | number>) =>
  Number(line['收支金额(元)']) * (line.收支类型 === '收入' ? 1 : -1)

test('the fund bills of all days add up to what orders, refunds and fees do, and each order and refund is on one trade bill', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(history, { maxLength: 12 }), async (histories) => {
      const rows = histories.map(rowsOf)
      const all = { orders: rows.map(({ order }) => order), refunds: rows.flatMap((one) => one.refunds) }
      const tx = accessByAccess(new MemoryStore([orders, refunds], all))
      for (const mchid of MERCHANTS) {
        let sum = 0
        const numbers: string[] = []
        for (const day of DAYS) {
          for await (const line of fundLines(tx, { mchid, account: 'BASIC' }, day)) {
            sum += amountOf(line)
            expect(line['账户结余(元)']).toBe(sum)
          }
          for await (const line of tradeLines(tx, { mchid, type: 'ALL' }, day)) {
            numbers.push(`${line.交易状态} ${line.交易状态 === 'REFUND' ? line.商户退款单号 : line.商户订单号}`)
          }
        }
        expect(sum).toBe(expectedOf(mchid, rows))
        const own = rows.filter(({ order }) => order.mchid === mchid)
        const accepted = own.flatMap((one) => one.refunds).filter(({ create_time }) => create_time < LAST)
        const reversed = own.filter(({ order: { closed_time = LAST } }) => closed_time < LAST)
        expect(numbers.toSorted()).toEqual(
          [
            ...own.map(({ order }) => `SUCCESS ${order.out_trade_no}`),
            ...accepted.map((one) => `REFUND ${one.out_refund_no}`),
            ...reversed.map(({ order }) => `REVOKED ${order.out_trade_no}`),
          ].toSorted(),
        )
      }
    }),
    { numRuns: 60 },
  )
})

test('an order that is refunded whole, in whatever parts, leaves nothing', () => {
  fc.assert(
    fc.property(history, (one) => {
      const parts = [...one.refunds, { part: 1_000, after: 1, takes: 1, outcome: 'SUCCESS' as const }]
      const refunded = parts.map((part) => ({ ...part, outcome: 'SUCCESS' as const }))
      const rows = rowsOf({ ...one, refunds: refunded }, 0)
      const booked = [...bookingsOfOrder(rows.order), ...rows.refunds.flatMap(bookingsOfRefund)]
      expect(booked.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
    }),
    { numRuns: 200 },
  )
})

test('others get a turn while a hundred thousand orders are read', async () => {
  const paid = Array.from({ length: 100_000 }, (_, i) =>
    anOrderThatIs('SUCCESS', { out_trade_no: `ORDER-${i}`, success_time: FIRST + (i % DAY) }),
  )
  const store = new MemoryStore([orders, refunds], { orders: paid })
  let turns = 0
  let isRead = false
  const others = async () => {
    while (!isRead) {
      await store.transaction((tx) => tx.in(orders).find('1900000001', 'ORDER-1'))
      turns++
      await new Promise(setImmediate)
    }
  }

  const other = others()
  let count = 0
  for await (const _ of bookings(accessByAccess(store), '1900000001', FIRST + DAY)) count++
  isRead = true
  await other

  expect(count).toBe(200_000)
  expect(turns).toBeGreaterThan(100)
})
