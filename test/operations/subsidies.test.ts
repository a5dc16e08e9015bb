import { describe, expect } from 'vitest'
import type { MockControl } from '../../src/mock-control.ts'
import type { CouponJson } from '../../src/products/merchant-coupon/coupons.ts'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import {
  listSubsidyPayReceipts,
  querySubsidyPayReceipt,
  querySubsidyReturnReceipt,
  subsidyPay,
  subsidyReturn,
} from '../../src/products/operations.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { refusal } from '../helpers/refusal.ts'
import { TABLES } from '../helpers/tables.ts'
import { test, transports } from '../helpers/world.ts'
import { aDataFile } from '../stores/data-files.ts'

const TRANSACTION = '4200000913202101152566792388'
const PARTNER = '1900000101'
const OWNER = '1900000102'
const asked = {
  stock_id: '128888000000001',
  coupon_code: 'ABCD12345678',
  transaction_id: TRANSACTION,
  payer_merchant: PARTNER,
  payee_merchant: OWNER,
  amount: 100,
  description: '20210115DESCRIPTION',
}
const request = (changes: object = {}) => ({ ...asked, out_subsidy_no: 'subsidy-abcd-12345678', ...changes })
const receipt = {
  ...asked,
  out_subsidy_no: 'subsidy-abcd-12345678',
  subsidy_receipt_id: expect.stringMatching(/^11\d{26}$/),
  status: 'PAY_RECEIPT_SUCCESS',
  success_time: '2026-11-25T12:00:00+08:00',
  create_time: '2026-11-25T12:00:00+08:00',
}

/** A batch of one yuan off that the partner made for the owner, a coupon of it that was redeemed, and an order that was paid. */
async function world(control: MockControl, stock: StockJson = {}, coupon: CouponJson = {}): Promise<void> {
  await control.addStock({
    mchid: PARTNER,
    stock_id: asked.stock_id,
    belong_merchant: OWNER,
    subsidy: true,
    coupon_use_rule: { fixed_normal_coupon: { discount_amount: 100, transaction_minimum: 1_000 } },
    ...stock,
  })
  await control.addCoupon({
    mchid: PARTNER,
    stock_id: asked.stock_id,
    coupon_code: asked.coupon_code,
    state: 'USED',
    ...coupon,
  })
  await control.addOrder({ mchid: OWNER, out_trade_no: 'ORDER_0001', transaction_id: TRANSACTION, total: 1_000 })
}

describe.for(transports)('subsidies over %s', (transport) => {
  test.override('transport', transport)
  test.override('merchant', ({ clientOf, others }) => clientOf(others.partner))

  describe('are paid', () => {
    test('for a coupon that was redeemed, with an order that was paid', async ({ merchant, control }) => {
      await world(control)

      expect(await merchant.call(subsidyPay, request())).toEqual({ status: 200, body: receipt })
    })

    test('with the words of the pages, if the setting says so (corrections 26)', async ({ merchant, control }) => {
      await world(control)
      await merchant.call(subsidyPay, request())
      await control.changeSettings({ coupon_models: 'page' })

      expect(await merchant.call(subsidyPay, request())).toMatchObject({ status: 200, body: { status: 'SUCCESS' } })
      expect(await merchant.call(subsidyPay, request({ out_subsidy_no: 'S-2' }))).toMatchObject({
        status: 200,
        body: { status: 'FAIL', fail_reason: 'EXCEED_SUBSIDY_COUNT_QUOTA' },
      })
      const query = { stock_id: asked.stock_id, coupon_code: asked.coupon_code }
      expect(await merchant.call(listSubsidyPayReceipts, query)).toMatchObject({
        body: { pay_receipt_list: [{ status: 'FAIL' }, { status: 'SUCCESS' }] },
      })
    })

    test('by the owner, to itself', async ({ clientOf, others, control }) => {
      const owner = await clientOf(others.owner)
      await world(control)

      expect(await owner.call(subsidyPay, request({ payer_merchant: OWNER }))).toMatchObject({
        status: 200,
        body: { status: 'PAY_RECEIPT_SUCCESS', payer_merchant: OWNER },
      })
    })

    test('once for one number', async ({ merchant, control }) => {
      await world(control)
      const first = await merchant.call(subsidyPay, request())
      await control.advance(60)

      expect(await merchant.call(subsidyPay, request())).toEqual(first)
      expect((await control.world()).subsidies).toHaveLength(1)
    })
  })

  describe('fail', () => {
    test('for more than the coupon takes off, and stay failed', async ({ merchant, control }) => {
      await world(control)
      const answer = await merchant.call(subsidyPay, request({ amount: 101 }))

      expect(answer).toEqual({
        status: 200,
        body: {
          ...asked,
          amount: 101,
          out_subsidy_no: 'subsidy-abcd-12345678',
          status: 'PAY_RECEIPT_FAIL',
          fail_reason: 'PAY_RECEIPT_EXCEED_SUBSIDY_AMOUNT_QUOTA',
          create_time: '2026-11-25T12:00:00+08:00',
        },
      })
      expect(await merchant.call(subsidyPay, request({ amount: 101 }))).toEqual(answer)
      expect(await merchant.call(subsidyPay, request({ out_subsidy_no: 'S-2' }))).toMatchObject({
        body: { status: 'PAY_RECEIPT_SUCCESS' },
      })
    })
  })

  describe('are refused', () => {
    test('with a number that was used for another', async ({ merchant, control }) => {
      await world(control)
      await merchant.call(subsidyPay, request())

      for (const changes of [{ amount: 99 }, { description: 'OTHER' }, { payer_merchant: OWNER }]) {
        expect(await merchant.call(subsidyPay, request(changes))).toEqual(refusal(subsidyPay, 'request_no_reused'))
      }
    })
  })

  describe('are listed', () => {
    const query = { stock_id: asked.stock_id, coupon_code: asked.coupon_code }

    test('of a coupon, failed ones too, or by number', async ({ merchant, control }) => {
      await world(control)
      await merchant.call(subsidyPay, request({ amount: 101, out_subsidy_no: 'S-2' }))
      await control.advance(1)
      await merchant.call(subsidyPay, request({ out_subsidy_no: 'S-1' }))

      expect(await merchant.call(listSubsidyPayReceipts, query)).toMatchObject({
        status: 200,
        body: {
          pay_receipt_list: [
            { out_subsidy_no: 'S-2', status: 'PAY_RECEIPT_FAIL' },
            { out_subsidy_no: 'S-1', status: 'PAY_RECEIPT_SUCCESS' },
          ],
        },
      })
      expect(await merchant.call(listSubsidyPayReceipts, { ...query, out_subsidy_no: 'S-1' })).toMatchObject({
        body: { pay_receipt_list: [{ out_subsidy_no: 'S-1' }] },
      })
    })

    test('not at all when there are none, or they are of others', async ({ merchant, clientOf, others, control }) => {
      await world(control)
      expect(await merchant.call(listSubsidyPayReceipts, query)).toEqual({ status: 200, body: {} })
      await merchant.call(subsidyPay, request())

      const stranger = await clientOf(others.sender)
      expect(await stranger.call(listSubsidyPayReceipts, query)).toEqual({ status: 200, body: {} })
      const owner = await clientOf(others.owner)
      expect(await owner.call(listSubsidyPayReceipts, query)).toMatchObject({ body: { pay_receipt_list: [receipt] } })
    })
  })

  describe('are given back', () => {
    const giveBack = (refund_id: string, changes: object = {}) => ({
      ...asked,
      refund_id,
      amount: 40,
      out_subsidy_return_no: 'return-1',
      ...changes,
    })

    test('in parts, until nothing is left', async ({ merchant, control }) => {
      await world(control)
      const paid = await merchant.call(subsidyPay, request())
      const { subsidy_receipt_id } = Object(paid.body) as { subsidy_receipt_id: string }
      const { refund_id } = await control.refundOrder('ORDER_0001', { amount: 500 })
      await control.advance(60)

      const answer = await merchant.call(subsidyReturn, giveBack(refund_id))

      expect(answer).toEqual({
        status: 200,
        body: {
          ...asked,
          amount: 40,
          refund_id,
          subsidy_receipt_id,
          out_subsidy_return_no: 'return-1',
          subsidy_return_receipt_id: expect.stringMatching(/^21\d{26}$/),
          status: 'RETURN_RECEIPT_SUCCESS',
          return_create_time: '2026-11-25T12:01:00+08:00',
          return_done_time: '2026-11-25T12:01:00+08:00',
        },
      })
      const status = async () =>
        Object((await merchant.call(querySubsidyPayReceipt, { subsidy_receipt_id })).body).status as string
      expect(await status()).toBe('PAY_RECEIPT_PARTIAL_RETURN')
      const rest = { out_subsidy_return_no: 'return-2', amount: 61 }
      expect(await merchant.call(subsidyReturn, giveBack(refund_id, rest))).toEqual(
        refusal(subsidyReturn, 'more_than_subsidy'),
      )
      await merchant.call(subsidyReturn, giveBack(refund_id, { ...rest, amount: 60 }))
      expect(await status()).toBe('PAY_RECEIPT_FULL_RETURN')
      expect(await merchant.call(subsidyPay, request())).toMatchObject({ body: { status: 'PAY_RECEIPT_FULL_RETURN' } })
    })

    test('once for one number, and are looked up', async ({ merchant, control, clientOf, others }) => {
      await world(control)
      await merchant.call(subsidyPay, request())
      const { refund_id } = await control.refundOrder('ORDER_0001')
      const first = await merchant.call(subsidyReturn, giveBack(refund_id))
      const { subsidy_return_receipt_id } = Object(first.body) as { subsidy_return_receipt_id: string }

      expect(await merchant.call(subsidyReturn, giveBack(refund_id))).toEqual(first)
      expect((await control.world()).subsidies).toMatchObject([{ returned: 40 }])
      for (const client of [merchant, await clientOf(others.owner)]) {
        expect(await client.call(querySubsidyReturnReceipt, { subsidy_return_receipt_id })).toEqual(first)
      }
      for (const changes of [{ amount: 41 }, { refund_id: '50100506732021010105138718375' }]) {
        expect(await merchant.call(subsidyReturn, giveBack(refund_id, changes))).toEqual(
          refusal(subsidyReturn, 'request_no_reused'),
        )
      }
    })

    test('only after a refund of the order that was not closed', async ({ merchant, control }) => {
      const UNKNOWN = refusal(subsidyReturn, 'refund_unknown')
      await world(control)
      await merchant.call(subsidyPay, request())
      await control.addOrder({ mchid: OWNER, out_trade_no: 'ORDER_0002' })
      const other = await control.refundOrder('ORDER_0002')
      const closed = await control.refundOrder('ORDER_0001', { outcome: 'CLOSED' })
      expect(await merchant.call(subsidyReturn, giveBack(other.refund_id))).toEqual(UNKNOWN)
      await control.settleRefund(closed.out_refund_no)

      expect(await merchant.call(subsidyReturn, giveBack(closed.refund_id))).toEqual(UNKNOWN)
    })

    test.for([
      { payer_merchant: OWNER },
      { payee_merchant: PARTNER },
      { coupon_code: 'NONE' },
      { stock_id: 'NONE' },
      { transaction_id: '4200000913202101152566792389' },
    ])('only as it was paid, not with %j', async (changes, { merchant, control }) => {
      await world(control)
      await merchant.call(subsidyPay, request())
      const { refund_id } = await control.refundOrder('ORDER_0001')

      expect(await merchant.call(subsidyReturn, giveBack(refund_id, changes))).toEqual(
        refusal(subsidyReturn, 'subsidy_unknown'),
      )
    })
  })

  test('come back with a snapshot, failed ones and returns too', async ({ merchant, control }) => {
    await world(control)
    await merchant.call(subsidyPay, request({ amount: 101, out_subsidy_no: 'S-2' }))
    await merchant.call(subsidyPay, request())
    const { refund_id } = await control.refundOrder('ORDER_0001')
    await merchant.call(subsidyReturn, { ...asked, refund_id, amount: 40, out_subsidy_return_no: 'return-1' })
    const before = await control.world()
    expect([before.subsidies.length, before.subsidy_returns.length]).toEqual([2, 1])

    await control.restore(before)

    expect(await control.world()).toEqual(before)
    expect(await merchant.call(subsidyPay, request())).toMatchObject({ body: { status: 'PAY_RECEIPT_PARTIAL_RETURN' } })
  })

  describe('are looked up', () => {
    test('by receipt, by those who pay and are paid', async ({ merchant, clientOf, others, control }) => {
      await world(control)
      const paid = await merchant.call(subsidyPay, request())
      const { subsidy_receipt_id } = Object(paid.body) as { subsidy_receipt_id: string }

      expect(await merchant.call(querySubsidyPayReceipt, { subsidy_receipt_id })).toEqual(paid)
      expect(await (await clientOf(others.owner)).call(querySubsidyPayReceipt, { subsidy_receipt_id })).toEqual(paid)
      expect(await (await clientOf(others.sender)).call(querySubsidyPayReceipt, { subsidy_receipt_id })).toEqual(
        refusal(querySubsidyPayReceipt, 'not_found'),
      )
    })

    test('not when they failed', async ({ merchant, control }) => {
      await world(control)
      await merchant.call(subsidyPay, request({ amount: 101 }))
      const [failed] = (await control.world()).subsidies

      expect(
        await merchant.call(querySubsidyPayReceipt, { subsidy_receipt_id: failed?.subsidy_receipt_id }),
      ).toMatchObject({ status: 404 })
    })
  })
})

describe('in a data file', () => {
  test.override('options', async ({ transport: _ }, { onCleanup }) => {
    const store = await SqliteStore.open(await aDataFile(), TABLES)
    onCleanup(() => store.close())
    return { store }
  })

  test('subsidies that two asked for at the same time, under one number, are listed by merchant', async ({
    clientOf,
    others,
    control,
  }) => {
    await world(control)
    const [partner, owner] = await Promise.all([clientOf(others.partner), clientOf(others.owner)])
    await owner.call(subsidyPay, request({ payer_merchant: OWNER, amount: 99 }))
    await partner.call(subsidyPay, request())

    const { body } = await owner.call(listSubsidyPayReceipts, {
      stock_id: asked.stock_id,
      coupon_code: asked.coupon_code,
    })
    expect(body).toMatchObject({ pay_receipt_list: [{ payer_merchant: PARTNER }, { payer_merchant: OWNER }] })
  })
})
