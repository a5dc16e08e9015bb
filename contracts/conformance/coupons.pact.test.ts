import { describe, expect, test } from 'vitest'
import { deactivateCoupon, returnCoupon } from '../../src/products/operations.ts'
import { like, queryUserCoupon, textLike, time, useCoupon } from '../kit/index.ts'
import { FIRST_TIME, get, HELD, LINK, ORDER, post } from './client.ts'
import { exactPact } from './exact-pact.ts'
import { FAILURES } from './link-interactions.ts'

const pact = exactPact('coupons')

const APPID = 'wx1234567889999'
const { openid, coupon_code, stock_id } = HELD
const QUERY = { openid, coupon_code, appid: APPID }
const QUERY_PATH = `/v3/marketing/busifavor/users/${openid}/coupons/${coupon_code}/appids/${APPID}`

/** Members of a coupon that a shop reads; the service sends more. */
const SHOWN = {
  belong_merchant: textLike('^[0-9]{8,15}$', '1900000001'),
  stock_id,
  coupon_code,
  coupon_state: 'SENDED',
  stock_name: like('满100减10元券'),
  goods_name: like('全场商品'),
  stock_type: textLike('^(?:NORMAL|DISCOUNT|EXCHANGE)$', 'NORMAL'),
  coupon_use_rule: {
    coupon_available_time: { available_begin_time: time(), available_end_time: time() },
    fixed_normal_coupon: { discount_amount: 1_000, transaction_minimum: 10_000 },
    use_method: textLike('^(?:OFF_LINE|MINI_PROGRAMS|SELF_CONSUME|PAYMENT_CODE)$', 'OFF_LINE'),
  },
  available_start_time: time(),
  expire_time: time(),
  receive_time: time(),
  send_request_no: like('SEND123456789012'),
}

const USE = {
  coupon_code,
  stock_id,
  appid: APPID,
  use_time: '2026-01-05T10:20:00+08:00',
  use_request_no: '1002600620019090123143254436',
}

describe('the query of a coupon', () => {
  test('shows a coupon that is usable', () =>
    pact
      .upon('a query of a coupon')
      .given('a user holds a usable coupon', HELD)
      .calls(queryUserCoupon, QUERY)
      .answers(SHOWN)
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ status: 200, data: { coupon_state: 'SENDED' } })
      }))

  test('shows the order that a coupon is linked to', () =>
    pact
      .upon('a query of a coupon that is linked')
      .given('a coupon is linked to an order', { ...HELD, ...ORDER })
      .calls(queryUserCoupon, QUERY)
      .answers({ ...SHOWN, associate_out_trade_no: ORDER.out_trade_no })
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({
          data: { associate_out_trade_no: ORDER.out_trade_no },
        })
      }))

  test.for([
    ['whose link was taken away', 'a disassociate request was made'],
    ['that refused requests were to link', 'an associate request was refused'],
  ] as const)('shows a coupon %s', ([title, state]) =>
    pact
      .upon(`a query of a coupon ${title}`)
      .given(state, LINK)
      .calls(queryUserCoupon, QUERY)
      .answers(SHOWN)
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ status: 200, data: { coupon_state: 'SENDED' } })
      }),
  )

  test('goes on showing the order when the coupon is used', () =>
    pact
      .upon('a query of a used coupon that is linked')
      .given('a used coupon is linked to an order', { ...HELD, ...ORDER })
      .calls(queryUserCoupon, QUERY)
      .answers({
        ...SHOWN,
        coupon_state: 'USED',
        associate_out_trade_no: ORDER.out_trade_no,
        use_request_no: like('USE123456789012'),
        use_time: time(),
      })
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({
          data: { coupon_state: 'USED', associate_out_trade_no: ORDER.out_trade_no },
        })
      }))

  test('shows what a request linked and another one redeemed', () =>
    pact
      .upon('a query of a coupon that requests linked and redeemed')
      .given('a user holds a usable coupon', HELD)
      .given('an associate request was made', LINK)
      .given('a use request was made', USE)
      .calls(queryUserCoupon, QUERY)
      .answers({
        ...SHOWN,
        coupon_state: 'USED',
        associate_out_trade_no: ORDER.out_trade_no,
        use_request_no: USE.use_request_no,
        use_time: time(),
      })
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ data: { use_request_no: USE.use_request_no } })
      }))

  test('shows when a request redeemed it', () =>
    pact
      .upon('a query of a coupon that was redeemed a moment ago')
      .given('the time is', { now: FIRST_TIME })
      .given('a use request was made', { ...USE, use_time: FIRST_TIME })
      .calls(queryUserCoupon, QUERY)
      .answers({ ...SHOWN, coupon_state: 'USED', use_time: FIRST_TIME })
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ data: { use_time: FIRST_TIME } })
      }))

  test('refuses a coupon that another user holds', () =>
    pact
      .upon('a query of a coupon that another user holds')
      .given('a user holds a usable coupon', { ...HELD, openid: 'oAnotherUser' })
      .calls(queryUserCoupon, QUERY)
      .refuses('not_found')
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ status: 404 })
      }))

  test.for([
    ['expired', 'a coupon is expired', 'EXPIRED'],
    ['deactivated', 'a coupon is deactivated', 'DEACTIVATED'],
    ['deleted', 'a coupon is deleted', 'DELETED'],
  ] as const)('shows a coupon that is %s', ([word, state, coupon_state]) =>
    pact
      .upon(`a query of a coupon that is ${word}`)
      .given(state, HELD)
      .calls(queryUserCoupon, QUERY)
      .answers({ ...SHOWN, coupon_state })
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ status: 200, data: { coupon_state } })
      }),
  )

  test('refuses an appid of another merchant', () =>
    pact
      .upon('a query of a coupon with the appid of another merchant')
      .given('a user holds a usable coupon', HELD)
      .given('the merchant has only one appid')
      .calls(queryUserCoupon, QUERY)
      .refuses('appid_unbound')
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ status: 400 })
      }))

  test.for([
    ['a coupon that does not exist', 'there is no coupon', 'not_found', 404],
    ['a coupon of another merchant', 'a coupon belongs to another merchant', 'not_permitted', 403],
  ] as const)('refuses %s', ([title, state, error, status]) =>
    pact
      .upon(`a query of ${title}`)
      .given(state, HELD)
      .calls(queryUserCoupon, QUERY)
      .refuses(error)
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ status })
      }),
  )
})

describe('redeeming a coupon', () => {
  test('uses it', () =>
    pact
      .upon('a request to redeem a coupon')
      .given('a user holds a usable coupon', HELD)
      .calls(useCoupon, USE)
      .answers({ stock_id, openid, wechatpay_use_time: time() })
      .test(async (connection) => {
        expect(await post(connection, useCoupon.path, USE)).toMatchObject({ status: 200, data: { stock_id, openid } })
      }))

  test('uses one with the shortest values', () => {
    const shortest = { ...USE, stock_id: '1', coupon_code: 'c', use_request_no: 'R' }
    return pact
      .upon('a request to redeem a coupon with the shortest values')
      .given('a user holds a usable coupon', { ...HELD, stock_id: '1', coupon_code: 'c' })
      .calls(useCoupon, shortest)
      .answers({ stock_id: '1', openid, wechatpay_use_time: time() })
      .test(async (connection) => {
        expect(await post(connection, useCoupon.path, shortest)).toMatchObject({ status: 200 })
      })
  })

  test('answers a request that is repeated with the time of the first', () =>
    pact
      .upon('the same request to redeem a coupon again')
      .given('a use request number was used', { ...HELD, use_request_no: USE.use_request_no, time: FIRST_TIME })
      .calls(useCoupon, USE)
      .answers({ stock_id, openid, wechatpay_use_time: FIRST_TIME })
      .test(async (connection) => {
        expect(await post(connection, useCoupon.path, USE)).toMatchObject({ data: { wechatpay_use_time: FIRST_TIME } })
      }))

  test('refuses a coupon that is not usable yet', () =>
    pact
      .upon('a request to redeem a coupon that is not usable yet')
      // It was received on a later day than this.
      .given('the time is', { now: '2026-02-05T10:20:30+08:00' })
      .given('a user holds a usable coupon', HELD)
      .given('the time is', { now: '2026-01-05T10:20:30+08:00' })
      .calls(useCoupon, USE)
      .refuses('outside_its_time')
      .test(async (connection) => {
        expect(await post(connection, useCoupon.path, USE)).toMatchObject({ status: 403 })
      }))

  test('refuses an appid of another merchant', () =>
    pact
      .upon('a request to redeem a coupon with the appid of another merchant')
      .given('a user holds a usable coupon', HELD)
      .given('the merchant has only one appid')
      .calls(useCoupon, USE)
      .refuses('appid_unbound')
      .test(async (connection) => {
        expect(await post(connection, useCoupon.path, USE)).toMatchObject({ status: 400 })
      }))

  test.for([
    ['that is used', 'a coupon is used', 'already_used', HELD],
    ['that is expired', 'a coupon is expired', 'outside_its_time', HELD],
    ['that is deactivated', 'a coupon is deactivated', 'deactivated', HELD],
    ['that is deleted', 'a coupon is deleted', 'deleted', HELD],
    ['that does not exist', 'there is no coupon', 'not_found', HELD],
    ['of another batch', 'a user holds a usable coupon', 'not_found', { ...HELD, stock_id: '100099' }],
    ['of another merchant', 'a coupon belongs to another merchant', 'not_permitted', HELD],
  ] as const)('refuses a coupon %s', ([title, state, error, parameters]) =>
    pact
      .upon(`a request to redeem a coupon ${title}`)
      .given(state, parameters)
      .calls(useCoupon, USE)
      .refuses(error)
      .test(async (connection) => {
        const { status, code } = useCoupon.errors[error]
        expect(await post(connection, useCoupon.path, USE)).toMatchObject({ status, data: { code } })
      }),
  )

  test('refuses to redeem a coupon that a request redeemed', () =>
    pact
      .upon('a request to redeem a coupon that another request redeemed')
      .given('a user holds a usable coupon', HELD)
      .given('a use request was made', { ...USE, use_request_no: '1002600620019090123143254437' })
      .calls(useCoupon, USE)
      .refuses('already_used')
      .test(async (connection) => {
        const { status, code } = useCoupon.errors.already_used
        expect(await post(connection, useCoupon.path, USE)).toMatchObject({ status, data: { code } })
      }))

  test('refuses the number of a request that redeemed another coupon', () =>
    pact
      .upon('a request to redeem a coupon with the number of a request that redeemed another')
      .given('a user holds a usable coupon', HELD)
      .given('a use request was made', { ...USE, coupon_code: 'sxxe34343435' })
      .calls(useCoupon, USE)
      .refuses('request_no_reused')
      .test(async (connection) => {
        const { status, code } = useCoupon.errors.request_no_reused
        expect(await post(connection, useCoupon.path, USE)).toMatchObject({ status, data: { code } })
      }))

  test('refuses a coupon that another user holds', () =>
    pact
      .upon('a request to redeem a coupon that another user holds')
      .given('a user holds a usable coupon', HELD)
      .calls(useCoupon, { ...USE, openid: 'oAnotherUser' })
      .refuses('held_by_another_user')
      .test(async (connection) => {
        expect(await post(connection, useCoupon.path, { ...USE, openid: 'oAnotherUser' })).toMatchObject({
          status: 404,
          data: { code: 'USER_NOT_EXISTS' },
        })
      }))

  test.for(FAILURES)('fails %s', ([title, state, error]) =>
    pact
      .upon(`a request to redeem a coupon ${title}`)
      .given('a user holds a usable coupon', HELD)
      .given(state, { operation: 'useCoupon' })
      .calls(useCoupon, USE)
      .refuses(error)
      .test(async (connection) => {
        expect((await post(connection, useCoupon.path, USE)).status).toBeGreaterThanOrEqual(429)
      }),
  )
})

const RETURN = { stock_id, coupon_code, return_request_no: '1002600620019090123143254438' }
const DEACTIVATION = { stock_id, coupon_code, deactivate_request_no: '1002600620019090123143254440' }

describe('giving a coupon back', () => {
  test('makes it usable', () =>
    pact
      .upon('a query of a coupon that was given back')
      .given('a use request was made', USE)
      .given('a return request was made', RETURN)
      .calls(queryUserCoupon, QUERY)
      .answers({ ...SHOWN, return_request_no: RETURN.return_request_no, return_time: time() })
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ data: { coupon_state: 'SENDED' } })
      }))

  test.for([
    ['that does not exist', 'there is no coupon', 'not_found', HELD],
    ['of another batch', 'a coupon is used', 'not_found', { ...HELD, stock_id: '100099' }],
    ['of another merchant', 'a coupon belongs to another merchant', 'not_permitted', HELD],
    ['that is not used', 'a user holds a usable coupon', 'not_used', HELD],
    ['that is deleted', 'a coupon is deleted', 'deleted', HELD],
  ] as const)('is refused for a coupon %s', ([title, state, error, parameters]) =>
    pact
      .upon(`a request to give back a coupon ${title}`)
      .given(state, parameters)
      .calls(returnCoupon, RETURN)
      .refuses(error)
      .test(async (connection) => {
        const { status, code } = returnCoupon.errors[error]
        expect(await post(connection, returnCoupon.path, RETURN)).toMatchObject({ status, data: { code } })
      }),
  )

  test('is answered with the time of the first request, however often it is asked for', () =>
    pact
      .upon('the same request to give a coupon back again')
      .given('a coupon is used', HELD)
      .given('the same request was made before')
      .calls(returnCoupon, RETURN)
      .answers({ wechatpay_return_time: time() })
      .test(async (connection) => {
        expect(await post(connection, returnCoupon.path, RETURN)).toMatchObject({ status: 200 })
      }))

  test('happens once: not again when it is redeemed anew', () => {
    const again = { ...USE, use_request_no: '1002600620019090123143254439' }
    return pact
      .upon('a query of a coupon that was redeemed anew before a request to give it back came again')
      .given('a use request was made', USE)
      .given('a return request was made', RETURN)
      .given('a use request was made', again)
      .given('a return request was made', RETURN)
      .calls(queryUserCoupon, QUERY)
      .answers({ ...SHOWN, coupon_state: 'USED', use_request_no: again.use_request_no })
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ data: { coupon_state: 'USED' } })
      })
  })
})

describe('making a coupon void', () => {
  test('is answered with the time of the first request, however often it is asked for', () =>
    pact
      .upon('the same request to make a coupon void again')
      .given('a user holds a usable coupon', HELD)
      .given('the same request was made before')
      .calls(deactivateCoupon, DEACTIVATION)
      .answers({ wechatpay_deactivate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, deactivateCoupon.path, DEACTIVATION)).toMatchObject({ status: 200 })
      }))

  test('shows', () =>
    pact
      .upon('a query of a coupon that a request made void')
      .given('a deactivate request was made', DEACTIVATION)
      .calls(queryUserCoupon, QUERY)
      .answers({
        ...SHOWN,
        coupon_state: 'DEACTIVATED',
        deactivate_request_no: DEACTIVATION.deactivate_request_no,
        deactivate_time: time(),
      })
      .test(async (connection) => {
        expect(await get(connection, QUERY_PATH)).toMatchObject({ data: { coupon_state: 'DEACTIVATED' } })
      }))

  test.for([
    ['of a batch that does not exist', 'there is no coupon', 'stock_unknown'],
    ['of another merchant', 'a coupon belongs to another merchant', 'not_permitted'],
    ['that is used', 'a coupon is used', 'not_usable'],
  ] as const)('is refused for a coupon %s', ([title, state, error]) =>
    pact
      .upon(`a request to make a coupon void ${title}`)
      .given(state, HELD)
      .calls(deactivateCoupon, DEACTIVATION)
      .refuses(error)
      .test(async (connection) => {
        const { status, code } = deactivateCoupon.errors[error]
        expect(await post(connection, deactivateCoupon.path, DEACTIVATION)).toMatchObject({ status, data: { code } })
      }),
  )
})
