import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  createRefund,
  createSharing,
  partnerJsapiPrepay,
  partnerQueryOrderByOutTradeNo,
  queryRefund,
  querySharing,
} from 'wechatpay-mock'
import { wellKnownCredentials } from 'wechatpay-mock/fixtures'
import { base64, type Connection, type ParametersOf, textLike, wechatPayPact } from 'wechatpay-mock/pact'
import { Marketplace, type Purchase, paidIn, refundedIn, type Share } from './marketplace.ts'

const directory = fileURLToPath(new URL('../pacts', import.meta.url))
const pact = wechatPayPact({ consumer: 'marketplace', dir: directory, fresh: true })

const PARTNER = '1900000001'
const SELLER = '1900000109'
const STRANGER = '1900000108'
const NOTIFY_URL = 'https://marketplace.example/callbacks'
const PURCHASE: Purchase = {
  number: 'TEA20260105001',
  seller: SELLER,
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  fen: 10_000,
}
const TRANSACTION = '4200002157202601051234567890'
const PAID = {
  number: PURCHASE.number,
  seller: SELLER,
  transaction: TRANSACTION,
  openid: PURCHASE.openid,
  yuan: '100.00',
}
const SUPPLIER = { account: '1900000110', name: '景德镇青花瓷业有限公司' }
const SHARE: Share = { number: 'FZ20260105001', of: PAID, supplier: SUPPLIER, fen: 1_000 }

/** The name of the supplier, encrypted with the platform certificate: each time it is another text. */
const NAME = base64(
  342,
  'STMgZ8JD2xURomdDXawEUTTfJX0VXluzt/7hRXTqKnwamZjRyY9FsfUPW6lA0KRjkQPPyXoHpd/0rPEMgz9XJQ551Ijyaq1JbpJNoSAo6/ZmrqHErLfBQvIYDZUeb4En7bIVMwuZgAye8d96PxVX4GbFqw8dWB/Z1APJGyBPttb3tJrJuqGRYSTsfA+81c7kILU68c/nEu04JJZYn5ekIrEilpvi4Ar+jzbyK3BUg+8xZDDntuMCpKr7dzz5InS2dtKAkRckAeKMDyGrb4X1t5e25cSsSkDMxRfSLdXSuWjkK3mrVVr3BgM16TEBl4DavyTI2hQhbuJi8vgM6gSdOw==',
)

/** The marketplace's requests. */
const PLACED = {
  sp_appid: 'wx1234567889999',
  sp_mchid: PARTNER,
  sub_mchid: SELLER,
  description: '手工茶具',
  out_trade_no: PURCHASE.number,
  notify_url: NOTIFY_URL,
  settle_info: { profit_sharing: true },
  amount: { total: 10_000 },
  payer: { sp_openid: PURCHASE.openid },
}
const shared = (out_order_no = SHARE.number) => ({
  sub_mchid: SELLER,
  appid: PLACED.sp_appid,
  transaction_id: TRANSACTION,
  out_order_no,
  receivers: [
    { type: 'MERCHANT_ID', account: SUPPLIER.account, name: NAME, amount: SHARE.fen, description: '分给供应商' },
  ],
  unfreeze_unsplit: false,
})
const refunded = (refund: number) => ({
  sub_mchid: SELLER,
  out_trade_no: PURCHASE.number,
  out_refund_no: 'TK20260105001',
  notify_url: NOTIFY_URL,
  amount: { refund, total: 10_000, currency: 'CNY' },
})
/** Members of the order in the query and in the callback. */
const TOLD = {
  out_trade_no: PURCHASE.number,
  sub_mchid: SELLER,
  transaction_id: TRANSACTION,
  payer: { sp_openid: PURCHASE.openid },
  amount: { total: 10_000 },
}
/** The key that the name is encrypted with. */
const WITH_KEY = { headers: { 'Wechatpay-Serial': wellKnownCredentials.platform_certificates[0].serial_no } }

/** States of the contract, which calls of the marketplace have brought about. */
const ORDER = {
  out_trade_no: PURCHASE.number,
  openid: PURCHASE.openid,
  total: '10000',
  transaction_id: TRANSACTION,
  sub_mchid: SELLER,
  profit_sharing: 'true',
}
const RECEIVER = { sub_mchid: SELLER, ...SUPPLIER }
const GIVEN_SHARE = {
  sub_mchid: SELLER,
  transaction_id: TRANSACTION,
  out_order_no: SHARE.number,
  account: SUPPLIER.account,
  amount: '1000',
}
const UNFROZEN = { sub_mchid: SELLER, transaction_id: TRANSACTION, out_order_no: 'JD20260105001' }
const GIVEN_REFUND = {
  sub_mchid: SELLER,
  out_trade_no: PURCHASE.number,
  out_refund_no: 'TK20260105001',
  total: '10000',
  refund: '6000',
}

/** A purchase that was paid at twenty past ten, and may be shared since a minute later. */
const paid = (description: string, receiver: ParametersOf<'a receiver of shares was added'> = RECEIVER) =>
  pact
    .upon(description)
    .given('the time is', { now: '2026-01-05T10:20:30+08:00' })
    .given('an order was placed and paid', ORDER)
    .given('a receiver of shares was added', receiver)
    .given('the time is', { now: '2026-01-05T10:25:00+08:00' })

const marketplace = (connection: Connection) => new Marketplace(connection, NOTIFY_URL)

describe('an order is placed for a seller', () => {
  test('and the customer pays on a page', () =>
    pact
      .upon('places an order for a seller')
      .calls(partnerJsapiPrepay, PLACED)
      .answers({ prepay_id: textLike('^wx[0-9a-zA-Z]{10,62}$', 'wx05102030c1d2e3f4a5b6c7d8e9f0a1b2c3d4') })
      .test(async (connection) => {
        expect(await marketplace(connection).place(PURCHASE)).toEqual({
          prepayId: 'wx05102030c1d2e3f4a5b6c7d8e9f0a1b2c3d4',
        })
      }))

  test('and placed again with its number where the service fails', () =>
    pact
      .upon('places an order while the service fails')
      .given('the service fails')
      .calls(partnerJsapiPrepay, PLACED)
      .refuses('system_error')
      .test(async (connection) => {
        expect(await marketplace(connection).place(PURCHASE)).toEqual({ again: true })
      }))

  test('who lets the marketplace act for it first', () =>
    pact
      .upon('places an order for a merchant that has not let it act for it')
      .given('a merchant exists', { mchid: STRANGER })
      .calls(partnerJsapiPrepay, { ...PLACED, sub_mchid: STRANGER })
      .refuses('not_related')
      .test(async (connection) => {
        const placed = await marketplace(connection).place({ ...PURCHASE, seller: STRANGER })
        expect(placed).toEqual({ authorize: STRANGER })
      }))

  test('and looked up once it is paid', () =>
    paid('looks up an order that was paid')
      .calls(partnerQueryOrderByOutTradeNo, { out_trade_no: PURCHASE.number, sp_mchid: PARTNER, sub_mchid: SELLER })
      .answers({ ...TOLD, trade_state: 'SUCCESS' })
      .test(async (connection) => {
        expect(await marketplace(connection).look(PURCHASE)).toEqual(PAID)
      }))

  test('and the callback tells that it is paid, as often as it comes', () =>
    pact
      .receives('the plaintext of TRANSACTION.SUCCESS/partner-orders')
      .given('an order was placed and paid', ORDER)
      .given('the same callback was delivered before')
      .with({ sp_mchid: PARTNER, ...TOLD, trade_state: 'SUCCESS' })
      .test(async ({ body }) => {
        for (const _ of [1, 2]) expect(paidIn(JSON.parse(Buffer.from(body).toString()))).toEqual(PAID)
      }))
})

describe('a purchase is shared with the supplier', () => {
  test('by its name, which is encrypted', () =>
    paid('shares an order with the supplier')
      .calls(createSharing, shared(), WITH_KEY)
      .answers({ order_id: textLike('^3000[0-9]{1,60}$', '30002107252026010512345678901') })
      .test(async (connection) => {
        expect(await marketplace(connection).share(SHARE)).toEqual({ order: '30002107252026010512345678901' })
      }))

  test('and again with its number where the service is overloaded', () =>
    paid('shares an order while the service is overloaded')
      .given('the service is overloaded')
      .calls(createSharing, shared(), WITH_KEY)
      .refuses('rate_limited')
      .test(async (connection) => {
        expect(await marketplace(connection).share(SHARE)).toEqual({ again: true })
      }))

  test.for([
    ['more of an order than others may get', 'over_ratio', 'FZ20260105002', '2001'],
    ['an order with the number of another share', 'amounts_differ', SHARE.number, '999'],
  ] as const)('unless it is %s', ([description, error, number, amount]) =>
    paid(`shares ${description}`)
      .given('a share request was made', { ...GIVEN_SHARE, amount })
      .calls(createSharing, shared(number), WITH_KEY)
      .refuses(error)
      .test(async (connection) => {
        const { message } = createSharing.errors[error]
        expect(await marketplace(connection).share({ ...SHARE, number })).toEqual({ reason: message })
      }),
  )

  test('unless the seller has not added it', () =>
    paid('shares an order with a supplier of another seller', { ...RECEIVER, sub_mchid: STRANGER })
      .calls(createSharing, shared(), WITH_KEY)
      .refuses('receiver_unknown')
      .test(async (connection) => {
        const { message } = createSharing.errors.receiver_unknown
        expect(await marketplace(connection).share(SHARE)).toEqual({ reason: message })
      }))

  test('once, however often it is asked for, and the seller gets the rest without the fee', () =>
    paid('looks up what was unfrozen once an order was shared, which was asked for twice')
      .given('a share request was made', GIVEN_SHARE)
      .given('a share request was made', GIVEN_SHARE)
      .given('an unfreeze request was made', UNFROZEN)
      .given('the time is', { now: '2026-01-05T10:25:30+08:00' })
      .calls(querySharing, UNFROZEN)
      .answers({
        state: 'FINISHED',
        receivers: [{ account: SELLER, amount: 8_940, result: 'SUCCESS' }],
      })
      .test(async (connection) => {
        const rest = { number: UNFROZEN.out_order_no, of: PAID }
        expect(await marketplace(connection).shared(rest)).toEqual({ [SELLER]: '89.40' })
      }))
})

describe('the customer is refunded', () => {
  test('all of a purchase, once the rest of it was unfrozen', () =>
    paid('refunds an order that was shared, and whose rest was unfrozen')
      .given('a share request was made', GIVEN_SHARE)
      .given('an unfreeze request was made', UNFROZEN)
      .calls(createRefund, refunded(10_000))
      .answers({ refund_id: textLike('^[0-9]{20,32}$', '50302109712026010512345678901'), status: 'PROCESSING' })
      .test(async (connection) => {
        const wanted = { number: GIVEN_REFUND.out_refund_no, of: PURCHASE, fen: 10_000 }
        expect(await marketplace(connection).refund(wanted)).toEqual({ refund: '50302109712026010512345678901' })
      }))

  test('and again with its number where the service fails', () =>
    paid('refunds an order while the service fails')
      .given('the service fails')
      .calls(createRefund, refunded(10_000))
      .refuses('system_error')
      .test(async (connection) => {
        const wanted = { number: GIVEN_REFUND.out_refund_no, of: PURCHASE, fen: 10_000 }
        expect(await marketplace(connection).refund(wanted)).toEqual({ again: true })
      }))

  test('and the refund is looked up where no callback comes', () =>
    paid('looks up a refund that is under way')
      .given('a refund request was made', GIVEN_REFUND)
      .calls(queryRefund, { out_refund_no: GIVEN_REFUND.out_refund_no, sub_mchid: SELLER })
      .answers({ status: 'PROCESSING' })
      .test(async (connection) => {
        const wanted = { number: GIVEN_REFUND.out_refund_no, of: PURCHASE }
        expect(await marketplace(connection).refunded(wanted)).toBeUndefined()
      }))

  test('unless it is more than is left', () =>
    paid('refunds more of an order than is left')
      .given('a refund request was made', GIVEN_REFUND)
      .calls(createRefund, { ...refunded(4_001), out_refund_no: 'TK20260105002' })
      .refuses('more_than_paid')
      .test(async (connection) => {
        const { message } = createRefund.errors.more_than_paid
        const wanted = { number: 'TK20260105002', of: PURCHASE, fen: 4_001 }
        expect(await marketplace(connection).refund(wanted)).toEqual({ reason: message })
      }))

  test('and the callback tells that the money has arrived, as often as it comes', () =>
    pact
      .receives('the plaintext of REFUND.SUCCESS')
      .given('an order was placed and paid', ORDER)
      .given('a refund request was made', GIVEN_REFUND)
      .given('the same callback was delivered before')
      .with({
        sp_mchid: PARTNER,
        sub_mchid: SELLER,
        out_refund_no: GIVEN_REFUND.out_refund_no,
        refund_status: 'SUCCESS',
        amount: { refund: 6_000 },
      })
      .test(async ({ body }) => {
        const arrived = {
          number: GIVEN_REFUND.out_refund_no,
          by: PARTNER,
          seller: SELLER,
          yuan: '60.00',
          arrived: true,
        }
        for (const _ of [1, 2]) expect(refundedIn(JSON.parse(Buffer.from(body).toString()))).toEqual(arrived)
      }))
})
