import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  confirmProductCoupon,
  queryUserProductCoupon,
  returnProductCoupon,
  sendProductCouponToUser,
  useProductCoupon,
} from 'wechatpay-mock'
import { time, wechatPayPact } from 'wechatpay-mock/pact'
import { Brand, type Coupon, type Receipt, sentIn } from './brand.ts'

const directory = fileURLToPath(new URL('../pacts', import.meta.url))
const pact = wechatPayPact({ consumer: 'brand', dir: directory, fresh: true })

const COUPON: Coupon = {
  brand: '40001',
  product: '1000000013',
  batch: '1000000013001',
  customer: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  code: 'TEA20260105001',
}
const NOW = '2026-01-05T10:20:30+08:00'
const RECEIPT: Receipt = { number: 'POS20260105001', house: '1900000109', at: NOW }
const LATER: Receipt = { ...RECEIPT, number: 'POS20260105002' }
const SEND_NO = 'send-TEA20260105001'

/** Where the brand's requests and the states name a coupon. */
const BATCH = { brand_id: COUPON.brand, product_coupon_id: COUPON.product, stock_id: COUPON.batch }
const HELD = { ...BATCH, openid: COUPON.customer, coupon_code: COUPON.code }
const APPID = { appid: 'wx1234567889999' }

const SENT = { ...HELD, ...APPID, send_request_no: SEND_NO }
const CONFIRM = { ...HELD, ...APPID, out_request_no: `confirm-${COUPON.code}` }
const RETURN = { ...HELD, ...APPID, out_request_no: `return-${RECEIPT.number}` }
const orderOf = ({ number, house }: Receipt) => ({ out_trade_no: number, mchid: house })
const use = (receipt: Receipt) => ({ ...HELD, ...APPID, out_request_no: receipt.number, use_time: receipt.at })
const usedFor = (receipt: Receipt) => ({ ...use(receipt), associated_order_info: orderOf(receipt) })

/** A state in which a coupon was used by a call. */
const givenUse = (receipt: Receipt) => ({ ...use(receipt), ...orderOf(receipt) })

const AGAIN = ' again, since the answer was lost'

/** Members of a coupon that the brand reads in each answer. */
const shown = (coupon_state: string) => ({ coupon_state, valid_end_time: time() })
const until = time().value

describe('a customer is sent a coupon', () => {
  test('and cannot use it yet', () =>
    pact
      .upon('sends a coupon')
      .given('a batch of product coupons is sending', { ...BATCH, coupon_code_mode: 'API_ASSIGN' })
      .calls(sendProductCouponToUser, SENT)
      .answers(shown('CONFIRMING'))
      .test(async (connection) => {
        expect(await new Brand(connection).send(COUPON, SEND_NO)).toEqual({ usable: false, until })
      }))

  test('once, however often it is asked for, and can use it once it is confirmed', () =>
    pact
      .upon('sends a coupon again, which was confirmed meanwhile')
      .given('a product coupon send request was made', SENT)
      .given('a product coupon confirm request was made', CONFIRM)
      .calls(sendProductCouponToUser, SENT)
      .answers(shown('EFFECTIVE'))
      .test(async (connection) => {
        expect(await new Brand(connection).send(COUPON, SEND_NO)).toEqual({ usable: true, until })
      }))

  test.for([
    ['is overloaded', 'the service is overloaded', 'rate_limited'],
    ['fails', 'the service fails', 'system_error'],
  ] as const)('and again with the same number where the service %s', ([title, given, error]) =>
    pact
      .upon(`sends a coupon while the service ${title}`)
      .given(given)
      .calls(sendProductCouponToUser, SENT)
      .refuses(error)
      .test(async (connection) => {
        expect(await new Brand(connection).send(COUPON, SEND_NO)).toEqual({ again: true })
      }),
  )

  test('and the callback tells of it, over whatever channel it was sent', () =>
    pact
      .receives('the plaintext of PRODUCT_COUPON_SP.SEND that comes again')
      .given('a product coupon send request was made', SENT)
      // It is confirmed once, since the number of that comes from the coupon.
      .given('the same callback was delivered before')
      .with(HELD)
      .test(async ({ body }) => {
        expect(sentIn(JSON.parse(Buffer.from(body).toString()))).toEqual(COUPON)
      }))

  test('which is confirmed', () =>
    pact
      .upon('confirms a coupon')
      .given('a product coupon waits to be confirmed', HELD)
      .calls(confirmProductCoupon, CONFIRM)
      .answers(shown('EFFECTIVE'))
      .test(async (connection) => {
        expect(await new Brand(connection).confirm(COUPON)).toEqual({ usable: true, until })
      }))
})

describe('a coupon is used at the till', () => {
  const uses = (circumstances: string) => pact.upon(`uses a coupon${circumstances}`).given('the time is', { now: NOW })

  const usesHeld = (circumstances: string) => uses(circumstances).given('a user holds a usable product coupon', HELD)

  test.for([
    ['', usesHeld('')],
    [' again', usesHeld(AGAIN).given('the same request was made before')],
  ] as const)('once for a receipt%s', ([, start]) =>
    start
      .calls(useProductCoupon, usedFor(RECEIPT))
      .answers(shown('USED'))
      .test(async (connection) => {
        expect(await new Brand(connection).use(COUPON, RECEIPT)).toEqual({ usable: false, until })
      }),
  )

  test('unless it was used at another', () =>
    uses(' that another receipt has')
      .given('a product coupon use request was made', givenUse(RECEIPT))
      .calls(useProductCoupon, usedFor(LATER))
      .refuses('already_used')
      .test(async (connection) => {
        const { message } = useProductCoupon.errors.already_used
        expect(await new Brand(connection).use(COUPON, LATER)).toEqual({ reason: message })
      }))

  test('and the cashier sees which receipt has it', () =>
    pact
      .upon('looks up a coupon that was used')
      .given('the time is', { now: NOW })
      .given('a product coupon use request was made', givenUse(RECEIPT))
      .calls(queryUserProductCoupon, { ...HELD, ...APPID })
      .answers({ coupon_state: 'USED', single_usage_detail: { associated_order_info: orderOf(RECEIPT) } })
      .test(async (connection) => {
        const { number, house } = RECEIPT
        expect(await new Brand(connection).look(COUPON)).toEqual({ number, house })
      }))

  const givesBack = (circumstances: string) =>
    pact.upon(`gives a coupon back${circumstances}`).given('a product coupon is used', { ...HELD, ...orderOf(RECEIPT) })

  test.for([
    ['', givesBack('')],
    [' again', givesBack(AGAIN).given('the same request was made before')],
  ] as const)('and given back where the receipt came to nothing%s', ([, start]) =>
    start
      .calls(returnProductCoupon, RETURN)
      .answers(shown('EFFECTIVE'))
      .test(async (connection) => {
        expect(await new Brand(connection).giveBack(COUPON, RECEIPT)).toEqual({ usable: true, until })
      }),
  )
})
