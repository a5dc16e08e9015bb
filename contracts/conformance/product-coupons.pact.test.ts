import { describe, expect, test } from 'vitest'
import { confirmProductCoupon, sendProductCouponToUser, useProductCoupon } from '../../src/products/operations.ts'
import { addressed, type Callable } from '../../src/testing/merchant-client.ts'
import { type Connection, time } from '../kit/index.ts'
import { post } from './client.ts'
import { exactPact } from './exact-pact.ts'

const pact = exactPact('product-coupons')

const NOW = '2026-01-05T10:20:30+08:00'
const BATCH = { brand_id: '40001', product_coupon_id: '1000000013', stock_id: '1000000013001' }
const HELD = { ...BATCH, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', coupon_code: 'TEA20260105001' }
const APPID = { appid: 'wx1234567889999' }

const SEND = { ...HELD, ...APPID, send_request_no: 'send-TEA20260105001' }
const CONFIRM = { ...HELD, ...APPID, out_request_no: 'confirm-TEA20260105001' }
const RETURN = { ...HELD, ...APPID, out_request_no: 'return-POS20260105001' }
const ORDER = { out_trade_no: 'POS20260105001', mchid: '1900000109' }
const USE = { ...HELD, ...APPID, out_request_no: ORDER.out_trade_no, use_time: NOW, associated_order_info: ORDER }
/** The state that a coupon was used by a call; states have texts only. */
const { associated_order_info, ...used } = USE
const WAS_USED = { ...used, ...associated_order_info }

/** Calls through the SDK. */
function call(connection: Connection, operation: Callable, input: Readonly<Record<string, unknown>>) {
  const { target, body } = addressed(operation, input)
  return post(connection, target, Object(body))
}

describe('a coupon is sent', () => {
  const sends = (circumstances: string, limits: Readonly<Record<string, string>> = {}) =>
    pact
      .upon(`a request to send a coupon ${circumstances}`)
      .given('a batch of product coupons is sending', { ...BATCH, coupon_code_mode: 'API_ASSIGN', ...limits })

  test('no more often than a customer may have one', () => {
    const another = { ...SEND, coupon_code: 'TEA20260105002', send_request_no: 'send-TEA20260105002' }
    return sends('more than the customer may have', { max_count_per_user: '1' })
      .given('a product coupon send request was made', SEND)
      .calls(sendProductCouponToUser, another)
      .refuses('user_limit')
      .test(async (connection) => {
        expect(await call(connection, sendProductCouponToUser, another)).toMatchObject({ status: 400 })
      })
  })

  test('unless its brand has withdrawn its authorization', () =>
    sends('of a brand that has withdrawn its authorization')
      .given('a brand has withdrawn its authorization', { brand_id: BATCH.brand_id })
      .calls(sendProductCouponToUser, SEND)
      .refuses('not_authorized')
      .test(async (connection) => {
        expect(await call(connection, sendProductCouponToUser, SEND)).toMatchObject({ status: 403 })
      }))

  test('and confirmed once, however often it is asked for', () =>
    pact
      .upon('a repeated request to confirm a coupon')
      .given('a product coupon waits to be confirmed', HELD)
      .given('the same request was made before')
      .calls(confirmProductCoupon, CONFIRM)
      .answers({ coupon_state: 'EFFECTIVE', valid_end_time: time() })
      .test(async (connection) => {
        expect(await call(connection, confirmProductCoupon, CONFIRM)).toMatchObject({ status: 200 })
      }))
})

describe('a coupon is used', () => {
  const uses = (circumstances: string) =>
    pact.upon(`a request to use a coupon ${circumstances}`).given('the time is', { now: NOW })

  test('although it was used and given back before', () => {
    const later = { ...USE, out_request_no: 'POS20260105002' }
    return uses('that was given back')
      .given('a product coupon use request was made', WAS_USED)
      .given('a product coupon return request was made', RETURN)
      .calls(useProductCoupon, later)
      .answers({ coupon_state: 'USED', valid_end_time: time() })
      .test(async (connection) => {
        expect(await call(connection, useProductCoupon, later)).toMatchObject({ status: 200 })
      })
  })

  test.for([
    ['that was not confirmed', 'a product coupon send request was made', SEND, 'not_usable'],
    ['that has expired', 'a product coupon is expired', HELD, 'expired'],
  ] as const)('unless it is one %s', ([circumstances, given, parameters, error]) =>
    uses(circumstances)
      .given(given, parameters)
      .calls(useProductCoupon, USE)
      .refuses(error)
      .test(async (connection) => {
        const { status, code } = useProductCoupon.errors[error]
        expect(await call(connection, useProductCoupon, USE)).toMatchObject({ status, data: { code } })
      }),
  )
})
