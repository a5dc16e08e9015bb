import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accessByAccess } from '../../../src/engine/state/store.ts'
import { fundLines, type Line, sharingLines } from '../../../src/products/bill/bill-forms.ts'
import { bookings, bookingsOfOrder, bookingsOfRefund } from '../../../src/products/bill/books.ts'
import { bill } from '../../../src/products/bill/index.ts'
import { tradeLines } from '../../../src/products/bill/trade-bill.ts'
import { sharedAt } from '../../../src/products/payment/frozen-money.ts'
import { type PaidOrder, reverse } from '../../../src/products/payment/order-rules.ts'
import { orders, sumOf } from '../../../src/products/payment/orders.ts'
import { refundedTotal, refundOrder, unsplitAmount } from '../../../src/products/payment/refund-rules.ts'
import type { Refund } from '../../../src/products/payment/refunds.ts'
import {
  receiptsOf,
  type SharingOrder,
  type SharingReturn,
} from '../../../src/products/profit-sharing/sharing-orders.ts'
import { isOwn, returnShare, shareOrder, sumsOf } from '../../../src/products/profit-sharing/sharing-rules.ts'
import { stateAt } from '../../../src/products/transfer/transfer-rules.ts'
import { MemoryStore } from '../../../src/stores/memory.ts'
import { CountingStore } from '../../helpers/counting-store.ts'
import { anOrderThatIs, aPromotion, inChina } from '../merchant-coupon/rules/builders.ts'
import { aTransfer } from '../transfer/a-transfer.ts'

const DAY = 86_400_000
const FIRST = inChina('2026-11-20T00:00:00')
const DAYS = [0, 1, 2, 3, 4].map((i) => ({ from: FIRST + i * DAY, until: FIRST + (i + 1) * DAY }))
/** The first instant after those days. */
const LAST = FIRST + DAYS.length * DAY
const MERCHANTS = ['1900000001', '1900000002', '1900000003']
const { tables: TABLES } = bill

const minute = fc.integer({ min: 0, max: 24 * 60 - 1 })
/** Thousandths of what is left. */
const part = fc.integer({ min: 1, max: 1_000 })

/** One step in the life of an order, some minutes after the one before. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('refund' as const),
    after: minute,
    part,
    takes: fc.integer({ min: 1, max: 600 }),
    outcome: fc.constantFrom('SUCCESS', 'SUCCESS', 'ABNORMAL', 'CLOSED'),
  }),
  fc.record({
    kind: fc.constant('share' as const),
    after: minute,
    parts: fc.array(fc.record({ to: fc.constantFrom(...MERCHANTS, 'oUser'), part, fails: fc.boolean() }), {
      minLength: 1,
      maxLength: 3,
    }),
    takes: fc.integer({ min: 1, max: 600 }),
    unfreezes: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('return' as const), after: minute, part }),
)

/** An order, of a partner or combined with others perhaps, and what is done about it. */
const history = fc.record({
  mchid: fc.constantFrom(...MERCHANTS),
  sub_mchid: fc.option(fc.constantFrom(...MERCHANTS), { nil: undefined }),
  isCombined: fc.boolean(),
  fee_rate: fc.constantFrom(undefined, 0, 38, 100),
  fee_account: fc.constantFrom(undefined, 'FEES'),
  total: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5_000_000 })),
  coupons: fc.array(fc.record({ part: fc.integer({ min: 1, max: 400 }), type: fc.constantFrom('CASH', 'NOCASH') }), {
    maxLength: 2,
  }),
  paid: minute,
  /** Minutes after which an order without refunds is reversed. */
  reversed: fc.option(minute, { nil: undefined }),
  steps: fc.array(step, { maxLength: 6 }),
})

type History = typeof history extends fc.Arbitrary<infer One> ? One : never

/** The rows that a history leaves: refunds, shares and returns are judged as the calls judge them. */
function rowsOf({ mchid, sub_mchid, isCombined, total, coupons, paid, steps, ...rest }: History, i: number) {
  const fees = { fee_rate: rest.fee_rate, fee_account: rest.fee_account }
  const promotions = coupons
    .map(({ part, type }, n) => aPromotion(Math.floor((total * part) / 1_000), { coupon_id: `C-${n}`, type }))
    .filter(({ amount }) => amount > 0)
  const success_time = FIRST + paid * 60_000
  const payer = sub_mchid ?? mchid
  const whose = { mchid, ...(sub_mchid !== undefined && { sub_mchid }) }
  const numbers = { ...whose, out_trade_no: `ORDER-${i}`, transaction_id: `T-${i}` }
  const combined = { combine_mchid: mchid, combine_out_trade_no: 'COMBINED', combine_position: i }
  const given = {
    ...numbers,
    ...fees,
    ...(isCombined && combined),
    total,
    success_time,
    promotions,
    profit_sharing: true,
  }
  let order = anOrderThatIs('SUCCESS', given) as PaidOrder
  const made: Refund[] = []
  const shares: SharingOrder[] = []
  const returns: SharingReturn[] = []
  let at = success_time
  for (const [n, { after, ...done }] of steps.entries()) {
    at += after * 60_000
    if (done.kind === 'refund') {
      const standing = made.filter((one) => one.outcome !== 'CLOSED' || one.settle_time > at)
      const left = total - standing.reduce((sum, one) => sum + one.refund, 0)
      const decision = refundOrder(order, made, { refund: Math.ceil((left * done.part) / 1_000), total, at })
      if (!decision.ok) continue
      const named = { out_refund_no: `REFUND-${i}-${n}`, refund_id: `R-${i}-${n}`, request: [] }
      const settle_time = at + done.takes * 60_000
      made.push({ ...decision.value.refund, ...named, settle_time, outcome: done.outcome })
    } else if (done.kind === 'share') {
      const left = unsplitAmount(order, made, at)
      const finish_time = at + done.takes * 60_000
      const parts = done.parts.map(({ to, part, fails }, m) => ({
        type: to === 'oUser' ? ('PERSONAL_OPENID' as const) : ('MERCHANT_ID' as const),
        account: to,
        amount: Math.ceil((left * part) / 3_000),
        description: '分账',
        detail_id: `D-${i}-${n}-${m}`,
        finish_time,
        ...(fails && to !== payer && { fail_reason: 'ACCOUNT_ABNORMAL' as const }),
      }))
      const found = { ...order, ...sharedAt(order, at), refunded: refundedTotal(made, at), left }
      const wanted = {
        others: sumOf(parts.filter((one) => !isOwn(one, payer))),
        own: sumOf(parts.filter((one) => isOwn(one, payer))),
      }
      const limits = { max_ratio: 10_000, afterRefunds: true, afterMs: 60_000, at }
      const decision = shareOrder(found, { ...wanted, ...limits })
      if (!decision.ok || parts.some(({ amount }) => amount === 0)) continue
      const kept = { type: 'MERCHANT_ID' as const, account: payer, description: '解冻给分账方' }
      const unfrozen = { ...kept, amount: decision.value, detail_id: `D-${i}-${n}-rest`, finish_time }
      shares.push({
        ...numbers,
        out_order_no: `SHARE-${i}-${n}`,
        order_id: `O-${i}-${n}`,
        unfreezes: done.unfreezes ? 'rest' : 'nothing',
        receivers: done.unfreezes && decision.value > 0 ? [...parts, unfrozen] : parts,
        create_time: at,
        request: [],
      })
      order = { ...order, sharing: sumsOf(shares, at) }
    } else {
      const share = shares.at(-1)
      const from = share?.receivers.find((one) => one.type === 'MERCHANT_ID' && one.account !== payer)
      if (!share || !from) continue
      const before = returns.filter((one) => one.out_order_no === share.out_order_no)
      const amount = Math.ceil(((from.amount - sumOf(before)) * done.part) / 1_000)
      const wanted = { return_mchid: from.account, amount }
      if (amount < 1 || !returnShare(share, before, { ...wanted, at }).ok) continue
      const { order_id, out_order_no, transaction_id } = share
      const named = { out_return_no: `RETURN-${i}-${n}`, return_id: `B-${i}-${n}`, order_id, out_order_no }
      const times = { create_time: at, finish_time: at, description: '回退', request: [] }
      returns.push({ ...whose, ...named, ...wanted, ...times, transaction_id })
    }
  }
  const reversedAt = at + (rest.reversed ?? 0) * 60_000
  const isReversed = rest.reversed !== undefined && made.length === 0
  const canBe = isReversed && reverse({ ...order, trade_type: 'MICROPAY' }, reversedAt).ok
  const closed_time = canBe ? reversedAt : undefined
  return {
    payer,
    order: closed_time === undefined ? order : { ...order, state: 'REVOKED' as const, closed_time },
    refunds: made,
    shares,
    returns,
  }
}

type Rows = ReturnType<typeof rowsOf>

const sum = (parts: readonly number[]) => parts.reduce((all, part) => all + part, 0)

function unsettled(parts: readonly { readonly type: string; readonly amount: number }[]): number {
  return sum(parts.filter(({ type }) => type === 'NOCASH').map(({ amount }) => amount))
}

/** Receipts of an order by the end, with the parts that went to the fee and back to the user. */
function moneyOf({ order, refunds }: Rows) {
  const settled = order.total - unsettled(order.promotions ?? [])
  const fee = Math.floor((settled * (order.fee_rate ?? 60) + 5_000) / 10_000)
  if (order.closed_time !== undefined && order.closed_time < LAST) return { settled, fee: 0, repaid: settled }
  const standing = refunds
    .filter(({ outcome, settle_time }) => outcome !== 'CLOSED' || settle_time >= LAST)
    .filter(({ create_time }) => create_time < LAST)
  const repaid = standing.map(({ refund, promotions = [] }) => {
    return refund - unsettled(promotions.map((one) => ({ ...one, amount: one.refund_amount })))
  })
  return { settled, fee: fee - sum(standing.map(({ fee: back = 0 }) => back)), repaid: sum(repaid) }
}

/** Fen that somebody got of shares by the end, less what was given back. */
function gotOf(account: string, all: readonly Rows[]): number {
  const parts = all.flatMap(({ payer, shares }) =>
    shares.flatMap((one) => one.receivers.map((part) => ({ payer, part }))),
  )
  const got = parts.flatMap(({ payer, part }) => {
    const isPaid = part.account === account && account !== payer && !part.fail_reason && part.finish_time < LAST
    return isPaid ? part.amount : []
  })
  const given = all.flatMap(({ returns }) => returns).filter((one) => one.return_mchid === account)
  return sum(got) - sumOf(given.filter(({ create_time }) => create_time < LAST))
}

/** The money of a merchant in the end: what its orders brought and others did not get of them, and what it got of others'. */
function expectedOf(mchid: string, all: readonly Rows[]): number {
  const own = all.filter(({ payer }) => payer === mchid)
  const brought = own.map(moneyOf).map(({ settled, fee, repaid }) => settled - fee - repaid)
  const others = [...MERCHANTS, 'oUser'].filter((one) => one !== mchid)
  return sum(brought) - sum(others.map((one) => gotOf(one, own))) + gotOf(mchid, all)
}

const amountOf = (line: Line) => Number(line['收支金额(元)']) * (line.收支类型 === '收入' ? 1 : -1)

async function linesOf(linesOn: (day: (typeof DAYS)[number]) => AsyncIterable<Line>): Promise<Line[]> {
  const lines: Line[] = []
  for (const day of DAYS) for await (const line of linesOn(day)) lines.push(line)
  return lines
}

test('no fen is lost or made on the bills of all days, and each order, refund and share is on one of them', async () => {
  const met = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(history, { maxLength: 12 }), async (histories) => {
      const rows = histories.map(rowsOf)
      const all = {
        orders: rows.map(({ order }) => order),
        refunds: rows.flatMap((one) => one.refunds),
        sharingOrders: rows.flatMap((one) => one.shares),
        receivedShares: rows.flatMap((one) => one.shares).flatMap(receiptsOf),
        sharingReturns: rows.flatMap((one) => one.returns),
      }
      const tx = accessByAccess(new MemoryStore(TABLES, all))
      let everyones = 0
      for (const mchid of MERCHANTS) {
        let all = 0
        for (const account of ['BASIC', 'FEES'] as const) {
          let balance = 0
          for (const line of await linesOf((day) => fundLines(tx, { mchid, account }, day))) {
            met.add(String(line.业务类型))
            balance += amountOf(line)
            expect(line['账户结余(元)']).toBe(BigInt(balance))
          }
          all += balance
        }
        expect(all).toBe(expectedOf(mchid, rows))
        everyones += all

        const traded = await linesOf((day) => tradeLines(tx, { mchid, type: 'ALL' }, day))
        const own = rows.filter(({ order }) => order.mchid === mchid)
        const accepted = own.flatMap((one) => one.refunds).filter(({ create_time }) => create_time < LAST)
        const reversed = own.filter(({ order: { closed_time = LAST } }) => closed_time < LAST)
        expect(
          traded
            .map((line) => `${line.交易状态} ${line.交易状态 === 'REFUND' ? line.商户退款单号 : line.商户订单号}`)
            .toSorted(),
        ).toEqual(
          [
            ...own.map(({ order }) => `SUCCESS ${order.out_trade_no}`),
            ...accepted.map((one) => `REFUND ${one.out_refund_no}`),
            ...reversed.map(({ order }) => `REVOKED ${order.out_trade_no}`),
          ].toSorted(),
        )

        // Each sub-merchant's bill has its part of the partner's.
        const parts = await Promise.all(
          MERCHANTS.map((subMchid) => linesOf((day) => sharingLines(tx, { mchid, subMchid }, day))),
        )
        const shared = await linesOf((day) => sharingLines(tx, { mchid }, day))
        expect(parts.flat()).toHaveLength(shared.length)
        for (const account of ['oUser', ...MERCHANTS]) {
          const got = shared.filter((line) => line.分账接收方 === account && line.分账方 !== account)
          expect(sum(got.map((line) => Number(line.分账金额)))).toBe(gotOf(account, own))
        }
      }
      const { settled, fee, repaid } = rows.map(moneyOf).reduce(
        (one, other) => ({
          settled: one.settled + other.settled,
          fee: one.fee + other.fee,
          repaid: one.repaid + other.repaid,
        }),
        { settled: 0, fee: 0, repaid: 0 },
      )
      expect(everyones + gotOf('oUser', rows) + fee + repaid).toBe(settled)
    }),
    { numRuns: 60 },
  )
  expect([...met].toSorted()).toEqual([
    '交易',
    '分账',
    '分账回退',
    '扣除交易手续费',
    '退款',
    '退款关闭',
    '退还交易手续费',
  ])
})

const transferHistory = fc.record({
  amount: fc.integer({ min: 10, max: 20_000 }),
  created: minute,
  locks: fc.option(fc.integer({ min: 0, max: 600 }), { nil: null }),
  end: fc.option(
    fc.record({ by: fc.constantFrom('user', 'merchant', 'wechat'), after: minute, takes: minute, fails: fc.boolean() }),
    { nil: undefined },
  ),
})

test('the operating account has a line for each transfer that locked money, and another where that came back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(transferHistory, { maxLength: 12 }), async (histories) => {
      const transfers = histories.map(({ amount, created, locks, end }, i) => {
        const create_time = FIRST + created * 60_000
        const lock_time = locks === null ? null : create_time + locks * 60_000
        // Nobody confirms one whose money is not there.
        const by = end?.by === 'user' && lock_time === null ? 'merchant' : end?.by
        const time = (lock_time ?? create_time) + (end?.after ?? 0) * 60_000
        const fails = by === 'wechat' || (by === 'user' && end?.fails)
        const settle_time = time + (end?.takes ?? 0) * 60_000
        return aTransfer({
          out_bill_no: `T${i}`,
          transfer_amount: amount,
          create_time,
          lock_time,
          expire_time: create_time + DAY,
          ...(by && { end: { by, time, settle_time, ...(fails && { fail_reason: 'ACCOUNT_FROZEN' as const }) } }),
        })
      })
      const account = { mchid: '1900000001', funded: 1_000_000, opened: true }
      const tx = accessByAccess(new MemoryStore(TABLES, { transfers, transferAccounts: [account] }))
      let balance = account.funded
      for (const day of DAYS) {
        for (const line of await linesOf((one) =>
          one === day ? fundLines(tx, { mchid: account.mchid, account: 'OPERATION' }, day) : none(),
        )) {
          balance += amountOf(line)
          expect(line['账户结余(元)']).toBe(BigInt(balance))
        }
        const held = transfers.filter((one) => {
          const state = stateAt(one, day.until - 1)
          const isLocked = one.lock_time !== null && one.lock_time < day.until
          return isLocked && state !== 'FAIL' && state !== 'CANCELLED'
        })
        expect(balance).toBe(account.funded - sum(held.map(({ transfer_amount }) => transfer_amount)))
      }
    }),
    { numRuns: 60 },
  )
})

async function* none() {}

test('a fund bill reads no share that has nothing to do with its merchant', async () => {
  const share = (i: number, mchid: string, account: string): SharingOrder => ({
    ...{ mchid, out_order_no: `P${i}`, order_id: `O${i}`, transaction_id: `T${i}`, out_trade_no: `ORDER-${i}` },
    ...{ unfreezes: 'nothing', create_time: FIRST, request: [] },
    receivers: [
      { type: 'MERCHANT_ID', account, amount: 1, description: '分账', detail_id: `D${i}`, finish_time: FIRST + 1 },
    ],
  })
  const others = Array.from({ length: 1_000 }, (_, i) => share(i, '1900000001', '1900000002'))
  const shares = [...others, share(1_000, '1900000001', '1900000003'), share(1_001, '1900000003', '1900000002')]
  const rows = { sharingOrders: shares, receivedShares: shares.flatMap(receiptsOf) }
  const store = new CountingStore(new MemoryStore(TABLES, rows))

  const amounts: number[] = []
  const { rows: read } = await store.during(async () => {
    for await (const { amount } of bookings(accessByAccess(store), '1900000003', 'BASIC', LAST)) amounts.push(amount)
  })

  expect(amounts).toEqual([-1, 1])
  expect(read).toBe(3)
})

test('an order that is refunded whole, in whatever parts, leaves nothing', () => {
  fc.assert(
    fc.property(history, (one) => {
      const last = { kind: 'refund' as const, part: 1_000, after: 1, takes: 1, outcome: 'SUCCESS' as const }
      const steps = [...one.steps, last].flatMap((done) =>
        done.kind === 'refund' ? { ...done, outcome: last.outcome } : [],
      )
      const rows = rowsOf({ ...one, steps }, 0)
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
  const store = new MemoryStore(TABLES, { orders: paid })
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
  for await (const _ of bookings(accessByAccess(store), '1900000001', 'BASIC', FIRST + DAY)) count++
  isRead = true
  await other

  expect(count).toBe(200_000)
  expect(turns).toBeGreaterThan(100)
})
