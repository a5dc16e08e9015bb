import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { seal } from '../../src/protocol/envelope.ts'
import {
  associateTradeInfo,
  couponSendEnvelope,
  disassociateTradeInfo,
  downloadCertificates,
  like,
  queryUserCoupon,
  someLike,
  textLike,
  time,
  useCoupon,
  wechatPayPact,
} from '../kit/index.ts'
import { type Coupon, receive, Shop, sentCoupon } from './shop.ts'

const directory = fileURLToPath(new URL('../pacts', import.meta.url))
const pact = wechatPayPact({ consumer: 'shop', dir: directory, fresh: true })

const COUPON: Coupon = { stock_id: '100088', coupon_code: 'sxxe34343434' }
const HOLDER = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const HELD = { ...COUPON, openid: HOLDER }
const ORDER = 'MCH_102233445'
const OTHER_ORDER = 'MCH_102233446'
const RECEIPT = '20260105-17'

/** What the shop sends. */
const LINK = { ...COUPON, out_trade_no: ORDER, out_request_no: `link-${ORDER}` }
const UNLINK = { ...COUPON, out_trade_no: ORDER, out_request_no: `unlink-${ORDER}` }
const USE_TIME = '2026-01-05T10:20:00+08:00'
const USE = { ...COUPON, appid: 'wx1234567889999', use_time: USE_TIME, use_request_no: `use-${RECEIPT}` }
const QUERY = { openid: HOLDER, coupon_code: COUPON.coupon_code, appid: USE.appid }

/** When a call went through whose answer was lost, and when the shop makes it again. */
const FIRST = { now: '2026-01-05T10:20:30+08:00' }
const AGAIN = { now: '2026-01-05T10:21:00+08:00' }
const KEPT = { done: '2026-01-05 10:20:30' }

const { merchant, platform } = wellKnownIdentity()

describe('a coupon is linked to an order', () => {
  const start = (description: string) => pact.upon(`links a coupon ${description}`)

  test('and the time is kept', () =>
    start('to an order')
      .given('a user holds a usable coupon', COUPON)
      .given('an order exists', { out_trade_no: ORDER })
      .given('orders have to exist')
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual(KEPT)
      }))

  test('and the time of the first answer is kept, where that was lost', () =>
    start('once more, since the answer was lost')
      .given('the time is', FIRST)
      .given('a user holds a usable coupon', COUPON)
      .given('an associate request was made', LINK)
      .given('the time is', AGAIN)
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: FIRST.now })
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual(KEPT)
      }))

  test('that took the place of one that came to nothing', () =>
    start('that was freed from another order')
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: OTHER_ORDER })
      .given('a disassociate request was made', { ...UNLINK, out_trade_no: OTHER_ORDER })
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual(KEPT)
      }))

  test.for([
    ['that is linked to another order', 'a coupon is linked to an order', 'linked_to_other_order'],
    ['that is used', 'a coupon is used', 'not_usable'],
    ['of another merchant', 'a coupon belongs to another merchant', 'not_permitted'],
  ] as const)('unless it is one %s: the cashier is shown why', ([title, state, error]) =>
    start(title)
      .given(state, { ...COUPON, ...(error === 'linked_to_other_order' && { out_trade_no: OTHER_ORDER }) })
      .calls(associateTradeInfo, LINK)
      .refuses(error)
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({
          reason: associateTradeInfo.errors[error].message,
        })
      }),
  )

  test('unless there is none: the cashier is shown why', () =>
    start('that its batch does not have')
      .given('a user holds a usable coupon', { ...COUPON, stock_id: '100099' })
      .calls(associateTradeInfo, LINK)
      .refuses('not_found')
      .test(async (connection) => {
        const { message } = associateTradeInfo.errors.not_found
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({ reason: message })
      }))

  test('later, when WeChat Pay does not know the order yet', () =>
    start('to an order that is not placed yet')
      .given('a user holds a usable coupon', COUPON)
      .given('orders have to exist')
      .calls(associateTradeInfo, LINK)
      .refuses('order_unknown')
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({ later: true })
      }))

  test.for([
    ['the service is overloaded', 'rate_limited'],
    ['the service fails', 'system_error'],
  ] as const)('later, when %s', ([state, error]) =>
    start(`while ${state}`)
      .given(state, { operation: 'associateTradeInfo' })
      .calls(associateTradeInfo, LINK)
      .refuses(error)
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({ later: true })
      }),
  )

  test('unless the shop itself is not let in: it raises the alarm', () =>
    pact
      .upon('makes a call although its certificate has expired')
      .given('the merchant certificate has expired')
      .calls(associateTradeInfo, LINK, { signed: true })
      .refuses('certificate_expired')
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({ alarm: 'SIGN_ERROR: 商户证书已过期。' })
      }))

  test('unless the shop asks for what it must not: it raises the alarm', () => {
    const scanned = { ...COUPON, coupon_code: 'https://example.com/not-a-coupon/1' }
    return start('whose code is no code')
      .calls(associateTradeInfo, { ...LINK, ...scanned })
      .refuses('parameter_invalid', { code: 'PARAM_ERROR', detail: { location: 'body', value: like(34) } })
      .test(async (connection) => {
        expect(await new Shop(connection).link(scanned, ORDER)).toEqual({ alarm: 'PARAM_ERROR in body: 34' })
      })
  })
})

describe('a coupon is freed from an order', () => {
  const start = (description: string) => pact.upon(`frees a coupon ${description}`)

  test('and the time is kept', () =>
    start('from an order')
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: ORDER })
      .calls(disassociateTradeInfo, UNLINK)
      .answers({ wechatpay_disassociate_time: time() })
      .test(async (connection) => {
        expect(await new Shop(connection).unlink(COUPON, ORDER)).toEqual(KEPT)
      }))

  test('and the time of the first answer is kept, where that was lost', () =>
    start('once more, since the answer was lost')
      .given('the time is', FIRST)
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: ORDER })
      .given('a disassociate request was made', UNLINK)
      .given('the time is', AGAIN)
      .calls(disassociateTradeInfo, UNLINK)
      .answers({ wechatpay_disassociate_time: FIRST.now })
      .test(async (connection) => {
        expect(await new Shop(connection).unlink(COUPON, ORDER)).toEqual(KEPT)
      }))

  test('unless it is not linked to that order', () =>
    start('from an order that it is not linked to')
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: OTHER_ORDER })
      .calls(disassociateTradeInfo, UNLINK)
      .refuses('not_linked')
      .test(async (connection) => {
        const { message } = disassociateTradeInfo.errors.not_linked
        expect(await new Shop(connection).unlink(COUPON, ORDER)).toEqual({ reason: message })
      }))
})

describe('a coupon is redeemed', () => {
  const start = (description: string) => pact.upon(`redeems a coupon ${description}`)

  test('and the time is kept', () =>
    start('at the till')
      .given('a user holds a usable coupon', HELD)
      .calls(useCoupon, USE)
      .answers({ wechatpay_use_time: time(), openid: HOLDER })
      .test(async (connection) => {
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual({ ...KEPT, customer: HOLDER })
      }))

  test('and the time of the first answer is kept, where that was lost', () =>
    start('once more, since the answer was lost')
      .given('the time is', FIRST)
      .given('a user holds a usable coupon', HELD)
      .given('a use request was made', USE)
      .given('the time is', AGAIN)
      .calls(useCoupon, USE)
      .answers({ wechatpay_use_time: FIRST.now, openid: HOLDER })
      .test(async (connection) => {
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual({ ...KEPT, customer: HOLDER })
      }))

  test('unless another till redeemed it', () =>
    start('that another till redeemed')
      .given('a user holds a usable coupon', HELD)
      .given('a use request was made', { ...USE, use_request_no: 'use-20260105-16' })
      .calls(useCoupon, USE)
      .refuses('already_used')
      .test(async (connection) => {
        const { message } = useCoupon.errors.already_used
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual({ reason: message })
      }))

  test('unless it has expired', () =>
    start('that has expired')
      .given('a coupon is expired', HELD)
      .calls(useCoupon, USE)
      .refuses('outside_its_time')
      .test(async (connection) => {
        const { message } = useCoupon.errors.outside_its_time
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual({ reason: message })
      }))
})

describe('a coupon is looked up', () => {
  const start = (description: string) => pact.upon(`looks up a coupon ${description}`)
  /** What the till shows of a coupon; the service tells more. */
  const shown = (coupon_state: string) => ({
    stock_id: COUPON.stock_id,
    coupon_state,
    expire_time: time(),
    coupon_use_rule: { fixed_normal_coupon: { discount_amount: like(1_000) } },
  })
  const SEEN = {
    stock_id: COUPON.stock_id,
    offYuan: '10.00',
    expires: KEPT.done,
    order: undefined,
    redeemedBy: undefined,
  }

  test.for([
    ['that is usable', 'a user holds a usable coupon', 'SENDED'],
    ['that has expired', 'a coupon is expired', 'EXPIRED'],
  ] as const)('%s', ([title, state, word]) =>
    start(title)
      .given(state, HELD)
      .calls(queryUserCoupon, QUERY)
      .answers(shown(word))
      .test(async (connection) => {
        expect(await new Shop(connection).look(HOLDER, COUPON.coupon_code)).toEqual({ ...SEEN, state: word })
      }),
  )

  test('with the order that it is linked to, and what redeemed it', () =>
    start('that was linked and redeemed')
      .given('a user holds a usable coupon', HELD)
      .given('an associate request was made', LINK)
      .given('a use request was made', USE)
      .calls(queryUserCoupon, QUERY)
      .answers({ ...shown('USED'), associate_out_trade_no: ORDER, use_request_no: USE.use_request_no })
      .test(async (connection) => {
        expect(await new Shop(connection).look(HOLDER, COUPON.coupon_code)).toEqual({
          ...SEEN,
          state: 'USED',
          order: ORDER,
          redeemedBy: USE.use_request_no,
        })
      }))

  test('that the customer does not have', () =>
    start('that another customer has')
      .given('a user holds a usable coupon', { ...HELD, openid: 'oAnotherCustomer' })
      .calls(queryUserCoupon, QUERY)
      .refuses('not_found')
      .test(async (connection) => {
        expect(await new Shop(connection).look(HOLDER, COUPON.coupon_code)).toBeUndefined()
      }))
})

describe('the platform certificates are renewed', () => {
  const [{ serialNo, certificate }] = platform.certificates
  const { algorithm, nonce, associated_data, ciphertext } = seal(certificate, merchant.apiV3Key, {
    nonce: '61f9c719728a',
    associatedData: 'certificate',
  })

  test('from those that are downloaded', () =>
    pact
      .upon('downloads the platform certificates')
      .calls(downloadCertificates)
      .answers({
        data: someLike({
          serial_no: textLike('^[0-9A-F]{40}$', serialNo),
          expire_time: time('2036-01-05T10:20:30+08:00'),
          encrypt_certificate: {
            algorithm,
            nonce: like(nonce),
            associated_data: like(associated_data),
            ciphertext: like(ciphertext),
          },
        }),
      })
      .test(async (connection) => {
        expect(await new Shop(connection).renewCertificates()).toEqual([
          { serial: serialNo, until: '2036-01-05 10:20:30' },
        ])
      }))

  test('unless the public key has taken their place', () =>
    pact
      .upon('downloads the platform certificates, in place of which it has the public key')
      .given('the merchant has only the public key')
      .calls(downloadCertificates)
      .refuses('no_certificate')
      .test(async (connection) => {
        expect(await new Shop(connection).renewCertificates()).toEqual([])
      }))
})

describe('the callback COUPON.SEND', () => {
  const SENT = {
    event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
    coupon_code: COUPON.coupon_code,
    stock_id: COUPON.stock_id,
    send_time: FIRST.now,
    openid: HOLDER,
    unionid: '',
    send_channel: 'BUSICOUPON_SEND_CHANNEL_H5',
    send_merchant: '1900000001',
    attach_info: '',
    send_req_no: 'SEND123456789012',
  } as const
  const { event_type, resource } = couponSendEnvelope(SENT, {
    apiV3Key: merchant.apiV3Key,
    id: '8b33f79f-8869-5ae5-b41b-3c0b59f957d0',
    createTime: '2026-01-05T10:20:31+08:00',
    nonce: 'j9g1wAzF9Xn1',
  })

  test('is opened once it is verified', () =>
    pact
      .receives('a COUPON.SEND callback')
      .given('a user holds a usable coupon', HELD)
      .with(
        {
          event_type,
          resource: {
            algorithm: resource.algorithm,
            nonce: like(resource.nonce),
            associated_data: like(resource.associated_data),
            ciphertext: like(resource.ciphertext),
          },
        },
        { signed: true },
      )
      .test(async (message) => {
        expect(JSON.parse(receive(message) ?? '')).toEqual(SENT)
        expect(() => receive({ ...message, body: Buffer.from('{}') })).toThrow('not from WeChat Pay')
      }))

  test('says which coupon was sent to whom', () =>
    pact
      .receives('the plaintext of COUPON.SEND')
      .given('a user holds a usable coupon', HELD)
      .with({ ...COUPON, openid: HOLDER, send_time: time(SENT.send_time) })
      .test(async ({ body }) => {
        expect(sentCoupon(Buffer.from(body).toString())).toEqual({
          coupon: '100088/sxxe34343434',
          openid: HOLDER,
          at: KEPT.done,
        })
      }))
})
