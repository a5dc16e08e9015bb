import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  confirmProductCoupon,
  queryUserProductCoupon,
  returnProductCoupon,
  sendProductCouponToUser,
  useProductCoupon,
} from 'wechatpay-mock'
import { type ParametersOf, time, wechatPayPact } from 'wechatpay-mock/pact'
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
const ANOTHER: Coupon = { ...COUPON, code: 'TEA20260105002' }
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

/** A batch to which the brand brings its own codes, at twenty past ten. */
const sending = (
  description: string,
  limits: Pick<ParametersOf<'a batch of product coupons is sending'>, 'max_count_per_user'> = {},
) =>
  pact
    .upon(description)
    .given('the time is', { now: NOW })
    .given('a batch of product coupons is sending', { ...BATCH, coupon_code_mode: 'API_ASSIGN', ...limits })

/** Members of a coupon that the brand reads in each answer. */
const shown = (coupon_state: string) => ({ coupon_state, valid_end_time: time() })
const until = time().value

describe('a customer is sent a coupon', () => {
  test('and cannot use it yet', () =>
    sending('sends a coupon')
      .calls(sendProductCouponToUser, SENT)
      .answers(shown('CONFIRMING'))
      .test(async (connection) => {
        expect(await new Brand(connection).send(COUPON, SEND_NO)).toEqual({ usable: false, until })
      }))

  test('once, however often it is asked for, and can use it once it is confirmed', () =>
    sending('sends a coupon once more, which was confirmed when the callback came')
      .given('a product coupon send request was made', SENT)
      .given('a product coupon confirm request was made', CONFIRM)
      .calls(sendProductCouponToUser, SENT)
      .answers(shown('EFFECTIVE'))
      .test(async (connection) => {
        expect(await new Brand(connection).send(COUPON, SEND_NO)).toEqual({ usable: true, until })
      }))

  test('and no more than it may have', () =>
    sending('sends one coupon more than a customer may have', { max_count_per_user: '1' })
      .given('a product coupon send request was made', SENT)
      .calls(sendProductCouponToUser, { ...SENT, coupon_code: ANOTHER.code, send_request_no: 'send-TEA20260105002' })
      .refuses('user_limit')
      .test(async (connection) => {
        const { message } = sendProductCouponToUser.errors.user_limit
        expect(await new Brand(connection).send(ANOTHER, 'send-TEA20260105002')).toEqual({ reason: message })
      }))

  test('unless the brand has withdrawn its authorization', () =>
    sending('sends a coupon of a brand that has withdrawn its authorization')
      .given('a brand has withdrawn its authorization', { brand_id: COUPON.brand })
      .calls(sendProductCouponToUser, SENT)
      .refuses('not_authorized')
      .test(async (connection) => {
        expect(await new Brand(connection).send(COUPON, SEND_NO)).toEqual({ unauthorized: COUPON.brand })
      }))

  test('and the callback tells of it, over whatever channel it was sent', () =>
    pact
      .receives('the plaintext of PRODUCT_COUPON_SP.SEND')
      .given('a product coupon send request was made', SENT)
      .given('the same callback was delivered before')
      .with(HELD)
      .test(async ({ body }) => {
        for (const _ of [1, 2]) expect(sentIn(JSON.parse(Buffer.from(body).toString()))).toEqual(COUPON)
      }))

  test('which is confirmed, once more if the answer was lost', () =>
    pact
      .upon('confirms a coupon once more')
      .given('a product coupon confirm request was made', CONFIRM)
      .calls(confirmProductCoupon, CONFIRM)
      .answers(shown('EFFECTIVE'))
      .test(async (connection) => {
        expect(await new Brand(connection).confirm(COUPON)).toEqual({ usable: true, until })
      }))
})

describe('a coupon is used at the till', () => {
  test('once more if the answer was lost, although it was given back before', () =>
    pact
      .upon('uses a coupon once more, which had been given back before')
      .given('the time is', { now: NOW })
      .given('a product coupon use request was made', givenUse(RECEIPT))
      .given('a product coupon return request was made', RETURN)
      .given('a product coupon use request was made', givenUse(LATER))
      .calls(useProductCoupon, usedFor(LATER))
      .answers(shown('USED'))
      .test(async (connection) => {
        expect(await new Brand(connection).use(COUPON, LATER)).toEqual({ usable: false, until })
      }))

  test('unless it was used at another', () =>
    pact
      .upon('uses a coupon that another receipt has')
      .given('the time is', { now: NOW })
      .given('a product coupon use request was made', givenUse(RECEIPT))
      .calls(useProductCoupon, usedFor(LATER))
      .refuses('already_used')
      .test(async (connection) => {
        const { message } = useProductCoupon.errors.already_used
        expect(await new Brand(connection).use(COUPON, LATER)).toEqual({ reason: message })
      }))

  test('unless nobody has confirmed it', () =>
    sending('uses a coupon that was not confirmed')
      .given('a product coupon send request was made', SENT)
      .calls(useProductCoupon, usedFor(RECEIPT))
      .refuses('not_usable')
      .test(async (connection) => {
        const { message } = useProductCoupon.errors.not_usable
        expect(await new Brand(connection).use(COUPON, RECEIPT)).toEqual({ reason: message })
      }))

  test('unless it has expired', () =>
    pact
      .upon('uses a coupon that has expired')
      .given('the time is', { now: NOW })
      .given('a product coupon is expired', HELD)
      .calls(useProductCoupon, usedFor(RECEIPT))
      .refuses('expired')
      .test(async (connection) => {
        const { message } = useProductCoupon.errors.expired
        expect(await new Brand(connection).use(COUPON, RECEIPT)).toEqual({ reason: message })
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

  test('and given back where the receipt came to nothing, once more if the answer was lost', () =>
    pact
      .upon('gives a coupon back once more')
      .given('a product coupon return request was made', RETURN)
      .calls(returnProductCoupon, RETURN)
      .answers(shown('EFFECTIVE'))
      .test(async (connection) => {
        expect(await new Brand(connection).giveBack(COUPON, RECEIPT)).toEqual({ usable: true, until })
      }))
})
