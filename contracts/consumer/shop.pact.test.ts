import { generateKeyPairSync } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { wellKnownCredentials } from 'wechatpay-mock/fixtures'
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
} from 'wechatpay-mock/pact'
import { seal } from 'wechatpay-mock/protocol'
import { type Coupon, receive, Shop, sentCoupon } from './shop.ts'

const directory = fileURLToPath(new URL('../pacts', import.meta.url))
const pact = wechatPayPact({ consumer: 'shop', dir: directory, fresh: true })

const COUPON: Coupon = { stock_id: '100088', coupon_code: 'sxxe34343434' }
const OTHER_COUPON: Coupon = { stock_id: '100088', coupon_code: 'sxxe34343435' }
/** Codes are unique only within their batch. */
const SAME_CODE: Coupon = { ...COUPON, stock_id: '100099' }
const HOLDER = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const OTHER_CUSTOMER = 'oAnotherCustomer'
const HELD = { ...COUPON, openid: HOLDER }
const ORDER = 'MCH_102233445'
const OTHER_ORDER = 'MCH_102233446'
/** An order of the shop's web site, with numbers of maximum length. */
const WEB_ORDER = `WEB_${'0'.repeat(115)}102233445`
const RECEIPT = '20260105-17'
/** A text of 34 characters that the cashier may scan in place of a coupon. */
const NO_COUPON: Coupon = { ...COUPON, coupon_code: 'https://example.com/not-a-coupon/1' }

/** The shop's request. */
const LINK = { ...COUPON, out_trade_no: ORDER, out_request_no: ORDER }
const UNLINK = { ...COUPON, out_trade_no: ORDER, out_request_no: `unlink-${ORDER}` }
const USE_TIME = '2026-01-05T10:20:00+08:00'
const USE = { ...COUPON, appid: 'wx1234567889999', use_time: USE_TIME, use_request_no: `use-${RECEIPT}` }
const QUERY = { openid: HOLDER, coupon_code: COUPON.coupon_code, appid: USE.appid }

/** When a call whose answer was lost took effect, and when the shop repeats it. */
const FIRST = { now: '2026-01-05T10:20:30+08:00' }
const AGAIN = { now: '2026-01-05T10:21:00+08:00' }
const KEPT = { done: '2026-01-05 10:20:30' }

const OF_ANOTHER_SHOP = { reason: 'The coupon is of another shop.' }
const NOT_THERE = { reason: 'The customer does not have the coupon.' }

describe('a coupon is linked to an order', () => {
  const start = (description: string) => pact.upon(`links a coupon ${description}`)

  test('that took the place of one that came to nothing, and the time is kept', () =>
    start('to an order')
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: OTHER_ORDER })
      .given('a disassociate request was made', { ...UNLINK, out_trade_no: OTHER_ORDER })
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
      .given('an associate request was made', { ...LINK, out_trade_no: WEB_ORDER, out_request_no: WEB_ORDER })
      .given('the time is', AGAIN)
      .calls(associateTradeInfo, { ...LINK, out_trade_no: WEB_ORDER, out_request_no: WEB_ORDER })
      .answers({ wechatpay_associate_time: FIRST.now })
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, WEB_ORDER)).toEqual(KEPT)
      }))

  test.for([
    [
      'that is linked to another order',
      'a coupon is linked to an order',
      { out_trade_no: OTHER_ORDER },
      'linked_to_other_order',
    ],
    ['that is used', 'a coupon is used', {}, 'not_usable'],
    ['that has expired', 'a coupon is expired', {}, 'not_usable'],
    ['that the shop withdrew', 'a coupon is deactivated', {}, 'not_usable'],
    ['that the customer deleted', 'a coupon is deleted', {}, 'not_usable'],
  ] as const)('unless it is one %s', ([title, state, differs, error]) =>
    start(title)
      .given(state, { ...COUPON, ...differs })
      .calls(associateTradeInfo, LINK)
      .refuses(error)
      .test(async (connection) => {
        const { message } = associateTradeInfo.errors[error]
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({ reason: message })
      }),
  )

  test('unless it is one that its batch does not have', () =>
    start('that its batch does not have, although another batch has')
      .given('a user holds a usable coupon', SAME_CODE)
      .calls(associateTradeInfo, LINK)
      .refuses('not_found')
      .test(async (connection) => {
        const { message } = associateTradeInfo.errors.not_found
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({ reason: message })
      }))

  test('unless it is the second of the order', () =>
    start('to an order that has one')
      .given('a user holds a usable coupon', COUPON)
      .given('an associate request was made', { ...LINK, ...OTHER_COUPON })
      .calls(associateTradeInfo, LINK)
      .refuses('request_no_reused')
      .test(async (connection) => {
        const { message } = associateTradeInfo.errors.request_no_reused
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({ reason: message })
      }))

  test('unless it is of another merchant', () =>
    start('of another merchant')
      .given('a coupon belongs to another merchant', COUPON)
      .calls(associateTradeInfo, LINK)
      .refuses('not_permitted')
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual(OF_ANOTHER_SHOP)
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

  test('unless the shop has the wrong key: it raises the alarm', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const merchant_private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const expected = 'POST\n/v3/marketing/busifavor/coupons/associate\n1767579630\n'
    return start('with a key that is not that of its certificate')
      .given('a user holds a usable coupon', COUPON)
      .given('the request is signed with another key')
      .calls(associateTradeInfo, LINK)
      .refuses('signature_mismatch', {
        code: 'SIGN_ERROR',
        detail: { sign_information: { truncated_sign_message: like(expected) } },
      })
      .test(async ({ url, credentials }) => {
        const shop = new Shop({ url, credentials: { ...credentials, merchant_private_key } })
        expect(await shop.link(COUPON, ORDER)).toEqual({
          alarm: `SIGN_ERROR: to be signed was ${JSON.stringify(expected)}`,
        })
      })
  })

  test('unless the shop says more than it may: it raises the alarm', () =>
    start('together with who holds it')
      .given('a user holds a usable coupon', HELD)
      .calls(associateTradeInfo, { ...LINK, ...HELD })
      .refuses('parameter_undefined', {
        code: 'PARAM_ERROR',
        detail: { location: null, value: like(['/body/openid']) },
      })
      .test(async (connection) => {
        // The till passes on a coupon with more members than needed, which the compiler allows.
        expect(await new Shop(connection).link(HELD, ORDER)).toEqual({ alarm: 'PARAM_ERROR in null: /body/openid' })
      }))
})

describe('a coupon is freed from an order', () => {
  const start = (description: string) => pact.upon(`frees a coupon ${description}`)

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

  test('unless another has the order', () =>
    start('from an order that one with its code has, of another batch')
      .given('a coupon is linked to an order', { ...SAME_CODE, out_trade_no: ORDER })
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: OTHER_ORDER })
      .calls(disassociateTradeInfo, UNLINK)
      .refuses('not_linked')
      .test(async (connection) => {
        const { message } = disassociateTradeInfo.errors.not_linked
        expect(await new Shop(connection).unlink(COUPON, ORDER)).toEqual({ reason: message })
      }))

  test.for([
    ['that is used', 'a used coupon is linked to an order'],
    ['that has expired', 'a coupon is expired'],
    ['that the shop withdrew', 'a coupon is deactivated'],
    ['that the customer deleted', 'a coupon is deleted'],
  ] as const)('unless it is one %s', ([title, state]) =>
    start(title)
      .given(state, { ...COUPON, out_trade_no: ORDER })
      .calls(disassociateTradeInfo, UNLINK)
      .refuses('not_usable')
      .test(async (connection) => {
        const { message } = disassociateTradeInfo.errors.not_usable
        expect(await new Shop(connection).unlink(COUPON, ORDER)).toEqual({ reason: message })
      }),
  )

  test('unless another was freed from it', () =>
    start('from an order that another was freed from')
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: ORDER })
      .given('a disassociate request was made', { ...UNLINK, ...OTHER_COUPON })
      .calls(disassociateTradeInfo, UNLINK)
      .refuses('request_no_reused')
      .test(async (connection) => {
        const { message } = disassociateTradeInfo.errors.request_no_reused
        expect(await new Shop(connection).unlink(COUPON, ORDER)).toEqual({ reason: message })
      }))

  test('unless what was scanned is no coupon: the till raises the alarm', () =>
    start('whose code is no code')
      .calls(disassociateTradeInfo, { ...UNLINK, ...NO_COUPON })
      .refuses('parameter_invalid', { code: 'PARAM_ERROR', detail: { location: 'body', value: like(34) } })
      .test(async (connection) => {
        expect(await new Shop(connection).unlink(NO_COUPON, ORDER)).toEqual({ alarm: 'PARAM_ERROR in body: 34' })
      }))
})

describe('a coupon is redeemed', () => {
  const start = (description: string) => pact.upon(`redeems a coupon ${description}`)

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
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual({
          reason: 'The coupon was redeemed before.',
        })
      }))

  test('unless it is the second of the receipt', () =>
    start('on a receipt that has one')
      .given('a user holds a usable coupon', HELD)
      .given('a use request was made', { ...USE, ...OTHER_COUPON })
      .calls(useCoupon, USE)
      .refuses('request_no_reused')
      .test(async (connection) => {
        const { message } = useCoupon.errors.request_no_reused
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual({ reason: message })
      }))

  test.for([
    ['that has expired', 'a coupon is expired', 'outside_its_time', { reason: 'The coupon is not valid today.' }],
    [
      'that the shop withdrew',
      'a coupon is deactivated',
      'deactivated',
      { reason: useCoupon.errors.deactivated.message },
    ],
    ['that the customer deleted', 'a coupon is deleted', 'deleted', NOT_THERE],
    ['of another merchant', 'a coupon belongs to another merchant', 'not_permitted', OF_ANOTHER_SHOP],
  ] as const)('unless it is one %s', ([title, state, error, shown]) =>
    start(title)
      .given(state, HELD)
      .calls(useCoupon, USE)
      .refuses(error)
      .test(async (connection) => {
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual(shown)
      }),
  )

  test('unless it is of another customer', () =>
    start('that is not of the customer at the till')
      .given('a user holds a usable coupon', HELD)
      .calls(useCoupon, { ...USE, openid: OTHER_CUSTOMER })
      .refuses('held_by_another_user')
      .test(async (connection) => {
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME, OTHER_CUSTOMER)).toEqual({
          reason: 'The coupon is of another customer.',
        })
      }))
})

describe('a coupon is looked up', () => {
  const start = (description: string) => pact.upon(`looks up a coupon ${description}`)
  /** Members of a coupon that the till shows; the service sends more. */
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
      // By the web site, which numbers its requests.
      .given('an associate request was made', { ...LINK, out_request_no: 'WEB-REQUEST-1' })
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

  test.for([
    ['that another customer has', 'a user holds a usable coupon', { openid: OTHER_CUSTOMER }, 'not_found', NOT_THERE],
    ['of another merchant', 'a coupon belongs to another merchant', {}, 'not_permitted', OF_ANOTHER_SHOP],
  ] as const)('unless it is one %s', ([title, state, differs, error, refused]) =>
    start(title)
      .given(state, { ...HELD, ...differs })
      .calls(queryUserCoupon, QUERY)
      .refuses(error)
      .test(async (connection) => {
        expect(await new Shop(connection).look(HOLDER, COUPON.coupon_code)).toEqual(refused)
      }),
  )
})

describe('the platform certificates are renewed', () => {
  const { api_v3_key, platform_certificates } = wellKnownCredentials
  const [{ serial_no, certificate }] = platform_certificates
  const { nonce, associated_data, ciphertext } = seal(certificate, api_v3_key, {
    nonce: '61f9c719728a',
    associatedData: 'certificate',
  })

  test('from those that are downloaded', () =>
    pact
      .upon('downloads the platform certificates')
      .calls(downloadCertificates)
      .answers({
        data: someLike({
          serial_no: textLike('^[0-9A-F]{40}$', serial_no),
          expire_time: time('2036-01-05T10:20:30+08:00'),
          encrypt_certificate: {
            nonce: like(nonce),
            associated_data: textLike('^certificate$', associated_data),
            ciphertext: like(ciphertext),
          },
        }),
      })
      .test(async (connection) => {
        expect(await new Shop(connection).renewCertificates()).toEqual([
          { serial: serial_no, until: '2036-01-05 10:20:30' },
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
    apiV3Key: wellKnownCredentials.api_v3_key,
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
            nonce: like(resource.nonce),
            associated_data: like(resource.associated_data),
            ciphertext: like(resource.ciphertext),
          },
        },
        { signed: true },
      )
      .test(async (message) => {
        expect(JSON.parse(receive(message, message.credentials) ?? '')).toEqual(SENT)
        const forged = { ...message, body: Buffer.from('{}') }
        expect(() => receive(forged, message.credentials)).toThrow('not from WeChat Pay')
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
