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
import { base64, type Connection, textLike, wechatPayPact } from 'wechatpay-mock/pact'
import { Books, Marketplace, type Purchase, type Share } from './marketplace.ts'

const directory = fileURLToPath(new URL('../pacts', import.meta.url))
const pact = wechatPayPact({ consumer: 'marketplace', dir: directory, fresh: true })

const PARTNER = '1900000001'
const SELLER = '1900000109'
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
const SHARED = {
  sub_mchid: SELLER,
  appid: PLACED.sp_appid,
  transaction_id: TRANSACTION,
  out_order_no: SHARE.number,
  receivers: [
    { type: 'MERCHANT_ID', account: SUPPLIER.account, name: NAME, amount: SHARE.fen, description: '分给供应商' },
  ],
  unfreeze_unsplit: false,
}
const REFUNDED = {
  sub_mchid: SELLER,
  out_trade_no: PURCHASE.number,
  out_refund_no: 'TK20260105001',
  notify_url: NOTIFY_URL,
  amount: { refund: 10_000, total: 10_000, currency: 'CNY' },
}
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

/** States of the contract: a purchase that was paid an hour ago, and may be shared. */
const BOUGHT = {
  out_trade_no: PURCHASE.number,
  openid: PURCHASE.openid,
  total: '10000',
  transaction_id: TRANSACTION,
  sub_mchid: SELLER,
}
const ORDER = { ...BOUGHT, profit_sharing: 'true' }
const GIVEN_SHARE = {
  sub_mchid: SELLER,
  transaction_id: TRANSACTION,
  out_order_no: SHARE.number,
  account: SUPPLIER.account,
  amount: '1000',
}
const GIVEN_REFUND = {
  sub_mchid: SELLER,
  out_trade_no: PURCHASE.number,
  out_refund_no: 'TK20260105001',
  total: '10000',
  refund: '6000',
}

const marketplace = (connection: Connection) => new Marketplace(connection, NOTIFY_URL)

/** The books once a callback came twice. */
function taken(body: Uint8Array): Books {
  const books = new Books()
  for (const _ of [1, 2]) books.take(JSON.parse(Buffer.from(body).toString()))
  return books
}

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

  test('and looked up once it is paid', () =>
    pact
      .upon('looks up an order')
      .given('an order was placed and paid', ORDER)
      .calls(partnerQueryOrderByOutTradeNo, { out_trade_no: PURCHASE.number, sp_mchid: PARTNER, sub_mchid: SELLER })
      .answers({ ...TOLD, trade_state: 'SUCCESS' })
      .test(async (connection) => {
        expect(await marketplace(connection).look(PURCHASE)).toEqual(PAID)
      }))

  test('and booked once, however often the callback tells that it is paid', () =>
    pact
      .receives('the plaintext of TRANSACTION.SUCCESS/partner-orders that comes again')
      .given('an order was placed and paid', ORDER)
      .given('the same callback was delivered before')
      .with({ sp_mchid: PARTNER, ...TOLD, trade_state: 'SUCCESS' })
      .test(async ({ body }) => {
        expect([...taken(body).paid.values()]).toEqual([PAID])
      }))
})

describe('a purchase is shared with the supplier', () => {
  const shares = (description: string) =>
    pact
      .upon(`shares ${description}`)
      .given('an order is paid', ORDER)
      .given('a receiver of shares was added', { sub_mchid: SELLER, ...SUPPLIER })

  test.for([
    ['by its name, which is encrypted', shares('an order with the supplier')],
    [
      'once, however often it is asked for',
      shares('an order with the supplier again, since the answer was lost').given('the same request was made before'),
    ],
  ] as const)('%s', ([, start]) =>
    start
      .calls(createSharing, SHARED, WITH_KEY)
      .answers({ order_id: textLike('^3000[0-9]{1,60}$', '30002107252026010512345678901') })
      .test(async (connection) => {
        expect(await marketplace(connection).share(SHARE)).toEqual({ order: '30002107252026010512345678901' })
      }),
  )

  test('once more where the service fails', () =>
    pact
      .upon('shares an order with the supplier while the service fails')
      .given('the service fails')
      .calls(createSharing, SHARED, WITH_KEY)
      .refuses('system_error')
      .test(async (connection) => {
        expect(await marketplace(connection).share(SHARE)).toEqual({ again: true })
      }))

  test('who has got its part', () => {
    const { sub_mchid, transaction_id, out_order_no } = GIVEN_SHARE
    return pact
      .upon('looks up a share')
      .given('a share is finished', GIVEN_SHARE)
      .calls(querySharing, { sub_mchid, transaction_id, out_order_no })
      .answers({
        state: 'FINISHED',
        receivers: [{ account: SUPPLIER.account, amount: SHARE.fen, result: 'SUCCESS' }],
      })
      .test(async (connection) => {
        expect(await marketplace(connection).shared(SHARE)).toEqual({ [SUPPLIER.account]: '10.00' })
      })
  })
})

describe('the customer is refunded', () => {
  test('all of a purchase', () =>
    pact
      .upon('refunds an order')
      .given('an order is paid', BOUGHT)
      .calls(createRefund, REFUNDED)
      .answers({ refund_id: textLike('^[0-9]{20,32}$', '50302109712026010512345678901'), status: 'PROCESSING' })
      .test(async (connection) => {
        const wanted = { number: GIVEN_REFUND.out_refund_no, of: PURCHASE, fen: 10_000 }
        expect(await marketplace(connection).refund(wanted)).toEqual({ refund: '50302109712026010512345678901' })
      }))

  test.for([
    ['fails', 'the service fails', 'system_error'],
    ['is overloaded', 'the service is overloaded', 'rate_limited'],
  ] as const)('once more where the service %s', ([title, given, error]) =>
    pact
      .upon(`refunds an order while the service ${title}`)
      .given(given)
      .calls(createRefund, REFUNDED)
      .refuses(error)
      .test(async (connection) => {
        const wanted = { number: GIVEN_REFUND.out_refund_no, of: PURCHASE, fen: 10_000 }
        expect(await marketplace(connection).refund(wanted)).toEqual({ again: true })
      }),
  )

  test('and the refund is looked up where no callback comes', () =>
    pact
      .upon('looks up a refund')
      .given('a refund request was made', GIVEN_REFUND)
      .calls(queryRefund, { out_refund_no: GIVEN_REFUND.out_refund_no, sub_mchid: SELLER })
      .answers({ status: 'PROCESSING' })
      .test(async (connection) => {
        const wanted = { number: GIVEN_REFUND.out_refund_no, of: PURCHASE }
        expect(await marketplace(connection).refunded(wanted)).toBeUndefined()
      }))

  test('and booked once, however often the callback tells that the money has arrived', () =>
    pact
      .receives('the plaintext of REFUND.SUCCESS that comes again')
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
        const number = GIVEN_REFUND.out_refund_no
        const arrived = { number, by: PARTNER, seller: SELLER, yuan: '60.00', arrived: true }
        expect([...taken(body).refunded.values()]).toEqual([arrived])
      }))
})
