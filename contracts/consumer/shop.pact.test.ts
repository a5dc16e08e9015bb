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
const HOLDER = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const HELD = { ...COUPON, openid: HOLDER }
const ORDER = 'MCH_102233445'
const LINKED = { ...COUPON, out_trade_no: ORDER }
const RECEIPT = '20260105-17'
/** A text of 34 characters that the cashier may scan in place of a coupon. */
const NO_COUPON: Coupon = { ...COUPON, coupon_code: 'https://example.com/not-a-coupon/1' }

/** The shop's request. */
const LINK = { ...LINKED, out_request_no: ORDER }
const UNLINK = { ...LINKED, out_request_no: `unlink-${ORDER}` }
const USE_TIME = '2026-01-05T10:20:00+08:00'
const USE = { ...COUPON, appid: 'wx1234567889999', use_time: USE_TIME, use_request_no: `use-${RECEIPT}` }

const KEPT = { done: '2026-01-05 10:20:30' }
const LATER = { later: true }

describe('a coupon is linked to an order', () => {
  const links = (circumstances: string) => pact.upon(`links a coupon to an order${circumstances}`)

  test('and the time is kept', () =>
    links('')
      .given('a user holds a usable coupon', COUPON)
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual(KEPT)
      }))

  test('and the time of the first answer is kept, where that was lost', () =>
    links(' again, since the answer was lost')
      .given('a user holds a usable coupon', COUPON)
      .given('the same request was made before')
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual(KEPT)
      }))

  test('unless another order has it: the cashier is told why', () =>
    links(' although another order has it')
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: 'MCH_102233446' })
      .calls(associateTradeInfo, LINK)
      .refuses('linked_to_other_order')
      .test(async (connection) => {
        const { message } = associateTradeInfo.errors.linked_to_other_order
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual({ reason: message })
      }))

  test('later, when WeChat Pay does not know the order yet', () =>
    links(' that is not placed yet')
      .given('a user holds a usable coupon', COUPON)
      .given('orders have to exist')
      .calls(associateTradeInfo, LINK)
      .refuses('order_unknown')
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual(LATER)
      }))

  test.for([
    ['the service is overloaded', 'rate_limited'],
    ['the service fails', 'system_error'],
  ] as const)('later, when %s', ([state, error]) =>
    links(` while ${state}`)
      .given(state)
      .calls(associateTradeInfo, LINK)
      .refuses(error)
      .test(async (connection) => {
        expect(await new Shop(connection).link(COUPON, ORDER)).toEqual(LATER)
      }),
  )

  test('unless the shop has the wrong key: it raises the alarm', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const merchant_private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const expected = 'POST\n/v3/marketing/busifavor/coupons/associate\n1767579630\n'
    return links(' with the wrong key')
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

  test('unless what was scanned is no coupon: it raises the alarm', () =>
    pact
      .upon('links what is no coupon to an order')
      .calls(associateTradeInfo, { ...LINK, ...NO_COUPON })
      .refuses('parameter_invalid', { code: 'PARAM_ERROR', detail: { location: 'body', value: like(34) } })
      .test(async (connection) => {
        expect(await new Shop(connection).link(NO_COUPON, ORDER)).toEqual({ alarm: 'PARAM_ERROR in body: 34' })
      }))
})

describe('a coupon is freed from an order', () => {
  const frees = (circumstances: string) =>
    pact.upon(`frees a coupon from an order${circumstances}`).given('a coupon is linked to an order', LINKED)

  test.for([
    ['is kept', frees('')],
    [
      'of the first answer is kept',
      frees(' again, since the answer was lost').given('the same request was made before'),
    ],
  ] as const)('and the time %s', ([, start]) =>
    start
      .calls(disassociateTradeInfo, UNLINK)
      .answers({ wechatpay_disassociate_time: time() })
      .test(async (connection) => {
        expect(await new Shop(connection).unlink(COUPON, ORDER)).toEqual(KEPT)
      }),
  )
})

describe('a coupon is redeemed', () => {
  const redeems = (circumstances: string) => pact.upon(`redeems a coupon${circumstances}`)
  const held = (circumstances: string) => redeems(circumstances).given('a user holds a usable coupon', HELD)

  test.for([
    ['is kept', held('')],
    [
      'of the first answer is kept',
      held(' again, since the answer was lost').given('the same request was made before'),
    ],
  ] as const)('and the time %s, with the customer', ([, start]) =>
    start
      .calls(useCoupon, USE)
      .answers({ wechatpay_use_time: time(), openid: HOLDER })
      .test(async (connection) => {
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual({ ...KEPT, customer: HOLDER })
      }),
  )

  test('unless another till redeemed it', () =>
    redeems(' that another till redeemed')
      .given('a use request was made', { ...USE, use_request_no: 'use-20260105-16' })
      .calls(useCoupon, USE)
      .refuses('already_used')
      .test(async (connection) => {
        const reason = 'The coupon was redeemed before.'
        expect(await new Shop(connection).redeem(COUPON, RECEIPT, USE_TIME)).toEqual({ reason })
      }))
})

describe('a coupon is looked up', () => {
  /** Members of a coupon that the till shows; the service sends more. */
  const shown = {
    stock_id: COUPON.stock_id,
    expire_time: time(),
    coupon_use_rule: { fixed_normal_coupon: { discount_amount: like(1_000) } },
  }
  const SEEN = { stock_id: COUPON.stock_id, offYuan: '10.00', expires: KEPT.done }

  test('that is usable', () =>
    pact
      .upon('looks up a coupon')
      .given('a user holds a usable coupon', HELD)
      .calls(queryUserCoupon, { openid: HOLDER, coupon_code: COUPON.coupon_code, appid: USE.appid })
      .answers({ ...shown, coupon_state: 'SENDED' })
      .test(async (connection) => {
        const seen = await new Shop(connection).look(HOLDER, COUPON.coupon_code)
        expect(seen).toEqual({ ...SEEN, state: 'SENDED', order: undefined, redeemedBy: undefined })
      }))

  test('with the order that it is linked to, and what redeemed it', () =>
    pact
      .upon('looks up a coupon that was linked and redeemed')
      // By the web site, which numbers its requests.
      .given('an associate request was made', { ...LINK, out_request_no: 'WEB-REQUEST-1' })
      .given('a use request was made', USE)
      .calls(queryUserCoupon, { openid: HOLDER, coupon_code: COUPON.coupon_code, appid: USE.appid })
      .answers({
        ...shown,
        coupon_state: 'USED',
        associate_out_trade_no: ORDER,
        use_request_no: USE.use_request_no,
      })
      .test(async (connection) => {
        const seen = await new Shop(connection).look(HOLDER, COUPON.coupon_code)
        expect(seen).toEqual({ ...SEEN, state: 'USED', order: ORDER, redeemedBy: USE.use_request_no })
      }))
})

describe('the platform certificates', () => {
  const { api_v3_key, platform_certificates } = wellKnownCredentials
  const [{ serial_no, certificate }] = platform_certificates
  const { nonce, associated_data, ciphertext } = seal(certificate, api_v3_key, {
    nonce: '61f9c719728a',
    associatedData: 'certificate',
  })

  test('are downloaded', () =>
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
})

describe('the callback COUPON.SEND', () => {
  const SENT = {
    event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
    coupon_code: COUPON.coupon_code,
    stock_id: COUPON.stock_id,
    send_time: '2026-01-05T10:20:30+08:00',
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

  test('is opened once it is verified, also when it comes again', () =>
    pact
      .receives('a COUPON.SEND callback that comes again')
      .given('a user holds a usable coupon', HELD)
      .given('the same callback was delivered before')
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

  test('says which coupon was sent to whom, as often as it comes', () =>
    pact
      .receives('the plaintext of COUPON.SEND')
      .given('a user holds a usable coupon', HELD)
      .given('the same callback was delivered before')
      .with({ ...COUPON, openid: HOLDER, send_time: time(SENT.send_time) })
      .test(async ({ body }) => {
        const sent = { coupon: '100088/sxxe34343434', openid: HOLDER, at: KEPT.done }
        for (const _ of [1, 2]) expect(sentCoupon(Buffer.from(body).toString())).toEqual(sent)
      }))
})
