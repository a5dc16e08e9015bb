import { describe, expect, test } from 'vitest'
import { queryOrderByOutTradeNo, queryRefund } from '../../src/products/operations.ts'
import { textLike, time } from '../kit/index.ts'
import { FIRST_TIME, get } from './client.ts'
import { exactPact } from './exact-pact.ts'

const pact = exactPact('orders')

const mchid = '1900000001'
const ORDER = { out_trade_no: 'MCH_102233445', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', total: '8800' } as const
const PAID = { ...ORDER, transaction_id: '4200002157202601051234567890' } as const
const REFUND = { ...PAID, out_refund_no: 'REFUND_102233445', refund: '1200' } as const

const orderPath = queryOrderByOutTradeNo.path.replace('{out_trade_no}', ORDER.out_trade_no)
const refundPath = queryRefund.path.replace('{out_refund_no}', REFUND.out_refund_no)

const SHOWN = { mchid, out_trade_no: ORDER.out_trade_no, amount: { total: 8_800 } }
/** Members of an order that was paid. */
const PAYMENT = {
  transaction_id: PAID.transaction_id,
  trade_type: textLike('^[A-Z]+$', 'JSAPI'),
  success_time: time(),
  payer: { openid: ORDER.openid },
}

describe('the query of an order', () => {
  test.for([
    ['is unpaid', 'an order is unpaid', 'NOTPAY', ORDER, {}],
    ['is closed', 'an order is closed', 'CLOSED', ORDER, {}],
    ['is paid', 'an order is paid', 'SUCCESS', PAID, PAYMENT],
    ['is refunded', 'an order is refunded', 'REFUND', REFUND, PAYMENT],
    ['has a refund under way', 'a refund is processing', 'REFUND', REFUND, PAYMENT],
  ] as const)('shows one that %s', ([title, state, trade_state, parameters, more]) =>
    pact
      .upon(`a query of an order of the merchant that ${title}`)
      .given(state, parameters)
      .calls(queryOrderByOutTradeNo, { out_trade_no: ORDER.out_trade_no, mchid })
      .answers({ ...SHOWN, trade_state, ...more })
      .test(async (connection) => {
        expect(await get(connection, orderPath, { params: { mchid } })).toMatchObject({ data: { trade_state } })
      }),
  )

  test('finds none where there is none', () =>
    pact
      .upon('a query of an order of the merchant that was never placed')
      .calls(queryOrderByOutTradeNo, { out_trade_no: ORDER.out_trade_no, mchid })
      .refuses('not_found')
      .test(async (connection) => {
        expect(await get(connection, orderPath, { params: { mchid } })).toMatchObject({ status: 404 })
      }))
})

describe('the query of a refund', () => {
  test.for([
    ['is under way', 'a refund is processing', 'PROCESSING', {}],
    ['has arrived', 'an order is refunded', 'SUCCESS', { success_time: time() }],
    ['was closed', 'a refund is closed', 'CLOSED', {}],
    ['is abnormal', 'a refund is abnormal', 'ABNORMAL', {}],
  ] as const)('shows one that %s', ([title, state, status, more]) =>
    pact
      .upon(`a query of a refund that ${title}`)
      .given(state, REFUND)
      .calls(queryRefund, { out_refund_no: REFUND.out_refund_no })
      .answers({
        out_refund_no: REFUND.out_refund_no,
        out_trade_no: ORDER.out_trade_no,
        transaction_id: PAID.transaction_id,
        create_time: time(),
        status,
        amount: { total: 8_800, refund: 1_200 },
        ...more,
      })
      .test(async (connection) => {
        expect(await get(connection, refundPath)).toMatchObject({ data: { status } })
      }),
  )
})

test('the query of a refund shows when it was asked for', () =>
  pact
    .upon('a query of a refund that was asked for a moment ago')
    .given('the time is', { now: FIRST_TIME })
    .given('a refund request was made', { out_trade_no: ORDER.out_trade_no, out_refund_no: REFUND.out_refund_no })
    .calls(queryRefund, { out_refund_no: REFUND.out_refund_no })
    .answers({ status: 'PROCESSING', create_time: FIRST_TIME })
    .test(async (connection) => {
      expect(await get(connection, refundPath)).toMatchObject({ data: { create_time: FIRST_TIME } })
    }))

describe('callbacks', () => {
  test('tell that an order is paid', () =>
    pact
      .receives('the plaintext of TRANSACTION.SUCCESS')
      .given('the time is', { now: FIRST_TIME })
      .given('an order was placed and paid', PAID)
      .with({ ...SHOWN, ...PAYMENT, trade_state: 'SUCCESS', success_time: FIRST_TIME })
      .test(async ({ body }) => {
        expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ trade_state: 'SUCCESS' })
      }))

  test('tell that a refund has arrived', () =>
    pact
      .receives('the plaintext of REFUND.SUCCESS')
      .given('an order is refunded', REFUND)
      .with({
        mchid,
        out_trade_no: ORDER.out_trade_no,
        out_refund_no: REFUND.out_refund_no,
        refund_status: 'SUCCESS',
        success_time: time(),
        amount: { total: 8_800, refund: 1_200 },
      })
      .test(async ({ body }) => {
        expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ refund_status: 'SUCCESS' })
      }))
})
