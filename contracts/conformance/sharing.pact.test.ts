import { describe, expect, test } from 'vitest'
import {
  createRefund,
  createSharing,
  partnerJsapiPrepay,
  partnerQueryOrderByOutTradeNo,
  querySharing,
} from '../../src/products/operations.ts'
import { textLike } from '../kit/index.ts'
import { get, post } from './client.ts'
import { exactPact } from './exact-pact.ts'

const pact = exactPact('sharing')

const SELLER = { sub_mchid: '1900000109' } as const
const OF_ORDER = { ...SELLER, transaction_id: '4200002157202601051234567890' } as const
const REST = { ...OF_ORDER, out_order_no: 'JD20260105001' } as const
const SHARE = {
  ...OF_ORDER,
  appid: 'wx1234567889999',
  out_order_no: 'FZ20260105001',
  receivers: [{ type: 'MERCHANT_ID', account: '1900000110', amount: 1_000, description: '分给供应商' }],
  unfreeze_unsplit: false,
}

/** An order that a call placed to be shared. It may be shared a minute after it was paid. */
const placed = (description: string) =>
  pact
    .upon(description)
    .given('the time is', { now: '2026-01-05T10:20:30+08:00' })
    .given('an order was placed and paid', { ...SELLER, profit_sharing: 'true' })
    .given('a receiver of shares was added', SELLER)
    .given('the time is', { now: '2026-01-05T10:25:00+08:00' })

test('an order is shared that was placed to be shared', () =>
  placed('a request to share an order that was placed to be shared')
    .calls(createSharing, SHARE)
    .answers({ order_id: textLike('^3000[0-9]{1,60}$', '30002107252026010512345678901') })
    .test(async (connection) => {
      expect(await post(connection, createSharing.path, SHARE)).toMatchObject({ status: 200 })
    }))

test('the seller gets the rest without the fee', () =>
  placed('a query of what was unfrozen once an order was shared')
    .given('a share request was made', SELLER)
    .given('an unfreeze request was made', REST)
    .given('the time is', { now: '2026-01-05T10:25:30+08:00' })
    .calls(querySharing, REST)
    .answers({ state: 'FINISHED', receivers: [{ account: SELLER.sub_mchid, amount: 8_940, result: 'SUCCESS' }] })
    .test(async (connection) => {
      const { out_order_no, ...params } = REST
      const path = querySharing.path.replace('{out_order_no}', out_order_no)
      expect(await get(connection, path, { params })).toMatchObject({ data: { state: 'FINISHED' } })
    }))

describe('for a seller that has not let the partner act for it', () => {
  const sub_mchid = '1900000108'

  test('no order is placed', () => {
    const order = {
      sp_appid: SHARE.appid,
      sp_mchid: '1900000001',
      sub_mchid,
      description: '手工茶具',
      out_trade_no: 'TEA20260105001',
      notify_url: 'https://marketplace.example/callbacks',
      amount: { total: 10_000 },
      payer: { sp_openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    }
    return pact
      .upon('a request to place an order for a seller that has not let the partner act for it')
      .given('a merchant exists', { mchid: sub_mchid })
      .calls(partnerJsapiPrepay, order)
      .refuses('not_related')
      .test(async (connection) => {
        expect(await post(connection, partnerJsapiPrepay.path, order)).toMatchObject({ status: 403 })
      })
  })

  test('whose receiver is not that of another, nothing is shared', () =>
    pact
      .upon('a request to share an order with a receiver of another seller')
      .given('an order is paid', { ...OF_ORDER, profit_sharing: 'true' })
      .given('a receiver of shares was added', { sub_mchid })
      .calls(createSharing, SHARE)
      .refuses('receiver_unknown')
      .test(async (connection) => {
        expect(await post(connection, createSharing.path, SHARE)).toMatchObject({ status: 400 })
      }))
})

const refundOf = (refund: number) => ({
  ...OF_ORDER,
  out_refund_no: 'TK20260105001',
  amount: { refund, total: 10_000, currency: 'CNY' },
})

describe('an order of which something was shared', () => {
  const shared = (description: string, amount: string) =>
    pact
      .upon(description)
      .given('an order is paid', { ...OF_ORDER, total: '10000', profit_sharing: 'true' })
      .given('a receiver of shares was added', SELLER)
      .given('a share request was made', { ...OF_ORDER, out_order_no: SHARE.out_order_no, amount })

  test.for([
    ['more than others may get', 'over_ratio', 'FZ20260105002', '2001'],
    ['the number of another share', 'amounts_differ', SHARE.out_order_no, '999'],
  ] as const)('is not shared with %s', ([what, error, out_order_no, amount]) =>
    shared(`a request to share an order with ${what}`, amount)
      .calls(createSharing, { ...SHARE, out_order_no })
      .refuses(error)
      .test(async (connection) => {
        const outcome = await post(connection, createSharing.path, { ...SHARE, out_order_no })
        expect(outcome).toMatchObject({ status: 400 })
      }),
  )

  test('is refunded whole once its rest was unfrozen', () => {
    const refund = refundOf(10_000)
    return shared('a request to refund an order that was shared, and whose rest was unfrozen', '1000')
      .given('an unfreeze request was made', REST)
      .calls(createRefund, refund)
      .answers({ refund_id: textLike('^[0-9]{20,32}$', '50302109712026010512345678901'), status: 'PROCESSING' })
      .test(async (connection) => {
        expect(await post(connection, createRefund.path, refund)).toMatchObject({ status: 200 })
      })
  })
})

test('an order is refunded once for each number, however often that is asked for', () => {
  const part = { ...SELLER, out_trade_no: 'TEA20260105001', out_refund_no: 'TK20260105000', refund: '3000' } as const
  const { transaction_id: _, ...rest } = refundOf(7_000)
  const refund = { ...rest, out_trade_no: part.out_trade_no }
  return pact
    .upon('a request to refund the rest of an order of which a part was asked for twice')
    .given('a refund request was made', part)
    .given('a refund request was made', part)
    .calls(createRefund, refund)
    .answers({ refund_id: textLike('^[0-9]{20,32}$', '50302109712026010512345678901'), status: 'PROCESSING' })
    .test(async (connection) => {
      expect(await post(connection, createRefund.path, refund)).toMatchObject({ status: 200 })
    })
})

describe('an order is shown', () => {
  test.for([
    ['is unpaid', 'an order is unpaid', 'NOTPAY', 'TEA20260105001'],
    ['is paid', 'an order is paid', 'SUCCESS', 'TEA20260105001'],
    ['is closed', 'an order is closed', 'CLOSED', 'TEA20260105001'],
    ['is refunded', 'an order is refunded', 'REFUND', 'TEA20260105001'],
    // Signed is the path as it is sent, where | is escaped.
    ['has a number with signs', 'an order is unpaid', 'NOTPAY', 'TEA|2026*01-05_001'],
  ] as const)('that %s', ([title, state, trade_state, out_trade_no]) =>
    pact
      .upon(`a query of an order that ${title}`)
      .given(state, { ...SELLER, out_trade_no })
      .calls(partnerQueryOrderByOutTradeNo, { out_trade_no, sp_mchid: '1900000001', ...SELLER })
      .answers({ sp_mchid: '1900000001', ...SELLER, out_trade_no, trade_state })
      .test(async (connection) => {
        const path = partnerQueryOrderByOutTradeNo.path.replace('{out_trade_no}', encodeURIComponent(out_trade_no))
        const params = { sp_mchid: '1900000001', ...SELLER }
        expect(await get(connection, path, { params })).toMatchObject({ data: { trade_state } })
      }),
  )
})

test('no more of an order is refunded than is left', () => {
  const { transaction_id: _, ...rest } = refundOf(4_001)
  const refund = { ...rest, out_trade_no: 'TEA20260105001' }
  return pact
    .upon('a request to refund more of an order than is left')
    .given('a refund request was made', {
      ...SELLER,
      out_trade_no: 'TEA20260105001',
      out_refund_no: 'TK20260105000',
      total: '10000',
      refund: '6000',
    })
    .calls(createRefund, refund)
    .refuses('more_than_paid')
    .test(async (connection) => {
      expect(await post(connection, createRefund.path, refund)).toMatchObject({ status: 400 })
    })
})
