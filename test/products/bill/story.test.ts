import fc from 'fast-check'
import { expect } from 'vitest'
import {
  applyFundFlowBill,
  applyTradeBill,
  associateTradeInfo,
  createRefund,
  createSharing,
  createSharingReturn,
  downloadBill,
  jsapiPrepay,
  partnerJsapiPrepay,
} from '../../../src/products/operations.ts'
import { type Callable, createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/callbacks.ts'
import { openMock } from '../../helpers/engine.ts'
import { aDataFile } from '../../stores/data-files.ts'
import { part, share } from '../profit-sharing/sharing.ts'
import { told } from '../transfer/transfers.ts'

const appid = 'wx0000000000000001'
const MERCHANT = '1900000001'
const SUB = '1900000102'
const SUPPLIER = '1900000103'
const FIRST = '2026-11-10'
const DAYS = Array.from({ length: 10 }, (_, i) => `2026-11-${10 + i}`)

const STEPS = fc.sample(
  fc.record({
    kind: fc.constantFrom('order', 'order', 'refund', 'share', 'return'),
    /** Which of those that there are. */
    of: fc.nat(),
    part: fc.integer({ min: 1, max: 1_000 }),
    minutes: fc.integer({ min: 2, max: 220 }),
    isPartners: fc.boolean(),
    hasCoupon: fc.boolean(),
    unfreezes: fc.boolean(),
  }),
  { seed: 10, numRuns: 120 },
)

type Input = Readonly<Record<string, unknown>>

interface Entry {
  readonly mchid: string
  readonly day: string
  readonly fen: number
}

// pay-family.md 15, story 10
test('books balance over ten days with restarts', { timeout: 120_000 }, async ({ receiver, others }) => {
  const [shop, supplier] = [await receiver.start(204), await receiver.start(204)]
  const data = await aDataFile()
  const open = async () => {
    const mock = await openMock({ data, seed: 'empty', clock: { now: () => Date.parse(`${FIRST}T00:00:00+08:00`) } })
    const clientOf = async (mchid: string) =>
      createMerchantClient({
        credentials: await mock.control.credentials(mchid),
        send: (request) => mock.handle(request),
        now: () => mock.clock.now(),
      })
    const call = async (mchid: string, operation: Callable, input: Input) =>
      (await clientOf(mchid)).call(operation, input)
    return { mock, clientOf, call }
  }
  let world = await open()
  await world.mock.control.freeze(`${FIRST}T00:00:00+08:00`)
  await world.mock.merchants.add({ ...others.owner, partners: [MERCHANT] })
  await world.mock.merchants.add(others.sender)
  await world.mock.control.addStock({ stock_id: '100088' })
  await world.mock.control.addSharingAccount({ mchid: SUPPLIER, notify_url: supplier.url })
  for (const mchid of [MERCHANT, SUB]) await world.mock.control.addSharingReceiver({ mchid, account: SUPPLIER })

  const dayIn = (ms: number) => new Date(world.mock.clock.now() + ms + 8 * 3_600_000).toISOString().slice(0, 10)
  const entries: Entry[] = []
  const earn = (mchid: string, fen: number, ms = 0) => entries.push({ mchid, day: dayIn(ms), fen })
  const made: { readonly operation: Callable; readonly input: Input }[] = []
  /** Makes a call that may be repeated. @returns what it answered, unless it was refused */
  const take = async (operation: Callable, input: Input) => {
    const { status, body } = await world.call(MERCHANT, operation, input)
    expect([200, 400, 403]).toContain(status)
    if (status === 200) made.push({ operation, input })
    return status === 200 ? Object(body) : undefined
  }
  const orders: { readonly number: string; readonly id: string; readonly total: number; readonly sub: object }[] = []
  const shares: { readonly number: string; readonly amount: number; readonly payer: string; readonly sub: object }[] =
    []
  const paid: string[] = []
  const refunded: string[] = []
  const coupons: string[] = []
  const returned: string[] = []
  const payerOf = (sub: object) => ('sub_mchid' in sub ? SUB : MERCHANT)

  for (const [i, step] of STEPS.entries()) {
    const before = dayIn(0)
    await world.mock.control.advance(`PT${step.minutes}M`)
    if (dayIn(0) !== before) {
      await world.mock.close()
      world = await open()
    }
    const number = `NUMBER_${i}`
    const order = orders[step.of % orders.length]
    const given = shares[step.of % shares.length]
    if (step.kind === 'order') {
      const total = step.part * 17
      const sub = step.isPartners ? { sub_mchid: SUB } : {}
      const common = { description: '拿铁咖啡', out_trade_no: number, notify_url: shop.url, amount: { total } }
      const marked = { ...common, settle_info: { profit_sharing: step.of % 4 > 0 } }
      const placed = step.isPartners
        ? await world.call(MERCHANT, partnerJsapiPrepay, {
            ...{ ...marked, sp_appid: appid, sp_mchid: MERCHANT, ...sub, payer: { sp_openid: 'oUser' } },
          })
        : await world.call(MERCHANT, jsapiPrepay, { ...marked, appid, mchid: MERCHANT, payer: { openid: 'oUser' } })
      expect(placed).toMatchObject({ status: 200 })
      if (step.hasCoupon && !step.isPartners) {
        await world.mock.control.addCoupon({ stock_id: '100088', coupon_code: number, openid: 'oUser' })
        const named = { stock_id: '100088', coupon_code: number, out_trade_no: number, out_request_no: number }
        expect(await take(associateTradeInfo, named)).toBeDefined()
        coupons.push(number)
      }
      const { transaction_id: id = '' } = await world.mock.control.payOrder(number)
      orders.push({ number, id, total, sub })
      paid.push(`${dayIn(0)} ${number}`)
      earn(payerOf(sub), total - Math.round((total * 60) / 10_000))
    } else if (step.kind === 'refund' && order) {
      const amount = { refund: Math.ceil((order.total * step.part) / 2_000), total: order.total, currency: 'CNY' }
      const named = { transaction_id: order.id, out_refund_no: number, notify_url: shop.url, ...order.sub }
      const answer = await take(createRefund, { ...named, amount })
      if (!answer) continue
      refunded.push(`${dayIn(0)} ${number}`)
      earn(payerOf(order.sub), answer.amount.refund_fee - amount.refund)
    } else if (step.kind === 'share' && order) {
      const amount = Math.ceil((order.total * step.part) / 8_000)
      const named = { transaction_id: order.id, out_order_no: number, unfreeze_unsplit: step.unfreezes, ...order.sub }
      const receivers = [part(amount, { account: SUPPLIER })]
      if (!(await take(createSharing, share({ ...named, receivers })))) continue
      shares.push({ number, amount, payer: payerOf(order.sub), sub: order.sub })
      earn(payerOf(order.sub), -amount, 1_000)
      earn(SUPPLIER, amount, 1_000)
    } else if (step.kind === 'return' && given) {
      const amount = Math.ceil((given.amount * step.part) / 3_000)
      const named = { out_order_no: given.number, out_return_no: number, ...given.sub }
      const back = { return_mchid: SUPPLIER, amount, description: '退货' }
      if (!(await take(createSharingReturn, { ...named, ...back }))) continue
      returned.push(number)
      earn(given.payer, amount)
      earn(SUPPLIER, -amount)
    }
  }
  expect(DAYS).toContain(dayIn(0))
  await world.mock.control.freeze('2026-11-21T10:00:00+08:00')

  const before = await world.mock.control.world()
  for (const { operation, input } of made)
    expect(await world.call(MERCHANT, operation, input)).toMatchObject({ status: 200 })
  expect(await world.mock.control.world()).toEqual(before)

  /** The rows of a bill by their columns; none where the day has no bill. */
  const billOf = async (mchid: string, operation: Callable, query: Input) => {
    const { status, body } = await world.call(mchid, operation, query)
    if (status !== 200) expect(body).toMatchObject({ code: 'NO_STATEMENT_EXIST' })
    if (status !== 200) return []
    const { pathname, search } = new URL(Object(body).download_url)
    const client = await world.clientOf(mchid)
    const { bytes } = await client.request({ target: pathname + search, fileType: downloadBill.fileType })
    const [head = '', ...lines] = Buffer.from(bytes).toString('utf8').slice(1).split('\r\n')
    return lines.slice(0, -3).map((line) => {
      const values = line.split(',').map((value) => value.slice(1))
      return Object.fromEntries(head.split(',').map((title, i) => [title, values[i] ?? '']))
    })
  }
  const traded: string[] = []
  for (const bill_date of DAYS) {
    for (const mchid of [MERCHANT, SUB, SUPPLIER]) {
      const rows = await billOf(mchid, applyFundFlowBill, { bill_date })
      const change = rows.map(
        (row) => (row.收支类型 === '收入' ? 1 : -1) * Math.round(Number(row['收支金额(元)']) * 100),
      )
      const own = entries.filter((one) => one.mchid === mchid && one.day === bill_date)
      expect(change.reduce((sum, fen) => sum + fen, 0)).toBe(own.reduce((sum, { fen }) => sum + fen, 0))
      const held = entries.filter((one) => one.mchid === mchid && one.day <= bill_date)
      if (rows.length > 0) {
        const balance = Math.round(Number(rows.at(-1)?.['账户结余(元)']) * 100)
        expect(balance).toBe(held.reduce((sum, { fen }) => sum + fen, 0))
      }
    }
    for (const row of await billOf(MERCHANT, applyTradeBill, { bill_date }))
      traded.push(`${bill_date} ${row.交易状态 === 'REFUND' ? row.商户退款单号 : row.商户订单号}`)
  }
  expect(traded.toSorted()).toEqual([...paid, ...refunded].toSorted())
  for (const number of coupons) expect(traded.filter((one) => one.endsWith(` ${number}`))).toHaveLength(1)

  await world.mock.outbox.idle()
  const { api_v3_key } = await world.mock.control.credentials(MERCHANT)
  const toldOf = (of: typeof shop, key: string) => new Set(of.received.map((one) => told(one, key).resource))
  const numbers = [...toldOf(shop, api_v3_key)].map((one) => one.out_refund_no ?? one.out_trade_no)
  expect(new Set(numbers)).toEqual(new Set([...paid, ...refunded].map((one) => one.slice(11))))
  const arrived = [...toldOf(supplier, others.sender.apiV3Key)].map((one) => one.out_order_no)
  expect(new Set(arrived)).toEqual(new Set([...shares.map((one) => one.number), ...returned]))
  expect([coupons, refunded, shares, returned].map(({ length }) => length > 10)).toEqual([true, true, true, true])
  await world.mock.close()
})
