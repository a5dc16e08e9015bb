import { describe, expect, test } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { associateTradeInfo, textLike, time } from '../kit/index.ts'
import { COUPON, FIRST_TIME, LINK, NEXT_DAY, ORDER, post, shop } from './client.ts'
import { exactPact } from './exact-pact.ts'
import { expectRefusal, FAILURES, FIELD_ERRORS, LINKED, REFUSALS } from './link-interactions.ts'

const pact = exactPact('associate')

const { publicKey, certificates } = wellKnownIdentity().platform
const [certificate] = certificates

describe('associate', () => {
  test('links a coupon that is usable', () =>
    pact
      .upon('a request to link a coupon to an order')
      .given('a user holds a usable coupon', COUPON)
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toEqual({
          status: 200,
          data: { wechatpay_associate_time: '2026-01-05T10:20:30+08:00' },
        })
      }))

  test('is answered with its own time, not with that at which the coupon was received', () =>
    pact
      .upon('a request to link a coupon that was received the day before')
      .given('the time is', { now: FIRST_TIME })
      .given('a user holds a usable coupon', COUPON)
      .given('the time is', { now: NEXT_DAY })
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: NEXT_DAY })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({
          data: { wechatpay_associate_time: NEXT_DAY },
        })
      }))

  // In whose name this one must not call.
  test('links a coupon beside another merchant', () =>
    pact
      .upon('a request to link a coupon beside another merchant')
      .given('a user holds a usable coupon', COUPON)
      .given('a merchant exists')
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      }))

  test('links a coupon to an order that is known', () =>
    pact
      .upon('a request to link a coupon to an order that is known')
      .given('a user holds a usable coupon', COUPON)
      .given('an order exists', ORDER)
      .given('orders have to exist')
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      }))

  test('answers a request that is repeated with the time of the first', () =>
    pact
      .upon('the same request to link a coupon again')
      .given('an associate request number was used', { ...LINK, time: FIRST_TIME })
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: FIRST_TIME })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toEqual({
          status: 200,
          data: { wechatpay_associate_time: FIRST_TIME },
        })
      }))

  test('answers a request that is repeated with the time of the first although the coupon is used since', () =>
    pact
      .upon('the same request to link a coupon again after the coupon was used')
      .given('an associate request number was used', { ...LINK, time: FIRST_TIME })
      .given('a coupon is used', COUPON)
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: FIRST_TIME })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({
          data: { wechatpay_associate_time: FIRST_TIME },
        })
      }))

  test.for([
    [
      'the longest values',
      {
        stock_id: '1'.repeat(20),
        coupon_code: 'c'.repeat(32),
        out_trade_no: 'T'.repeat(128),
        out_request_no: `Rr0|_*-${'9'.repeat(121)}`,
      },
    ],
    ['the shortest values', { stock_id: '1', coupon_code: 'c', out_trade_no: 'T', out_request_no: 'R' }],
    // No page has a rule for the signs of codes and orders, but for those of the numbers that orders are placed with.
    ['signs in its code and its order', { ...LINK, coupon_code: 'A-b_\\/=|1', out_trade_no: 'a-b|c*1' }],
  ] as const)('links a coupon with %s', ([title, values]) => {
    const { stock_id, coupon_code } = values
    return pact
      .upon(`a request to link a coupon with ${title}`)
      .given('a user holds a usable coupon', { stock_id, coupon_code })
      .calls(associateTradeInfo, values)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, values)).toMatchObject({ status: 200 })
      })
  })

  test('links a coupon anew once its link was taken away', () =>
    pact
      .upon('a request to link a coupon to another order once its link was taken away')
      .given('a coupon is linked to an order', { ...COUPON, out_trade_no: 'MCH_OTHER' })
      .given('a disassociate request was made', { ...LINK, out_trade_no: 'MCH_OTHER' })
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      }))

  test('links a coupon anew once its link was taken away with the number that had made it', () => {
    const earlier = { ...LINK, out_trade_no: 'MCH_OTHER', out_request_no: '1002600620019090123143254436' }
    return pact
      .upon('a request to link a coupon to another order once its link was taken away with the number of the link')
      .given('an associate request was made', earlier)
      .given('a disassociate request was made', earlier)
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      })
  })

  test('links a coupon with the number of requests that were refused, also to another order', () =>
    pact
      .upon('a request to link a coupon with the number of requests that were refused')
      .given('an associate request was refused', { ...LINK, out_trade_no: 'MCH_OTHER' })
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      }))

  test.for([
    ['public key', publicKey.serialNo],
    ['platform certificate', certificate.serialNo],
  ] as const)('is answered with the key that it asks for: the %s', ([title, serial]) =>
    pact
      .upon(`a request to link a coupon that asks to be answered with the ${title}`)
      .given('a user holds a usable coupon', COUPON)
      .calls(associateTradeInfo, LINK, { headers: { 'Wechatpay-Serial': serial } })
      .answers({ wechatpay_associate_time: time() }, { 'Wechatpay-Serial': serial })
      .test(async (connection) => {
        const { headers } = await shop(connection)
          .chain(associateTradeInfo.path.slice(1))
          .post(LINK, { headers: { 'Wechatpay-Serial': serial } })

        expect(headers['wechatpay-serial']).toBe(serial)
      }),
  )

  test('is answered with the public key if the merchant has no other', () =>
    pact
      .upon('a request to link a coupon of a merchant that has only the public key')
      .given('a user holds a usable coupon', COUPON)
      .given('the merchant has only the public key')
      .calls(associateTradeInfo, LINK)
      .answers(
        { wechatpay_associate_time: time() },
        { 'Wechatpay-Serial': textLike('^PUB_KEY_ID_[0-9A-Za-z]+$', publicKey.serialNo) },
      )
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      }))

  test.for(REFUSALS)('refuses %s', ([title, state, error, parameters = COUPON]) =>
    expectRefusal(pact, `a request to link ${title}`, associateTradeInfo, [[state, parameters]], error),
  )

  test('refuses an order that does not exist', () =>
    expectRefusal(
      pact,
      'a request to link a coupon to an order that does not exist',
      associateTradeInfo,
      [['a user holds a usable coupon', COUPON], ['orders have to exist']],
      'order_unknown',
    ))

  test('refuses a coupon that is linked to another order', () =>
    expectRefusal(
      pact,
      'a request to link a coupon that is linked to another order',
      associateTradeInfo,
      [['a coupon is linked to an order', { ...COUPON, out_trade_no: 'MCH_OTHER' }]],
      'linked_to_other_order',
    ))

  test('refuses a request number that was used with other values', () =>
    expectRefusal(
      pact,
      'a request to link a coupon with a request number that was used with other values',
      associateTradeInfo,
      [
        ['an associate request number was used', { ...LINK, coupon_code: 'C-OTHER' }],
        ['a user holds a usable coupon', COUPON],
      ],
      'request_no_reused',
    ))

  test('refuses a request number that was used for another order', () =>
    expectRefusal(
      pact,
      'a request to link a coupon with a request number that was used for another order',
      associateTradeInfo,
      [
        ['an associate request number was used', { ...LINK, out_trade_no: 'MCH_OTHER' }],
        ['a user holds a usable coupon', COUPON],
      ],
      'request_no_reused',
    ))

  test('refuses the number of a request that linked another coupon', () =>
    expectRefusal(
      pact,
      'a request to link a coupon with the number of a request that linked another',
      associateTradeInfo,
      [
        ['a user holds a usable coupon', COUPON],
        ['an associate request was made', { ...LINK, coupon_code: 'sxxe34343435' }],
      ],
      'request_no_reused',
    ))

  test.for(FIELD_ERRORS)('refuses %s', ([title, request, body]) =>
    expectRefusal(
      pact,
      `a request to link a coupon with ${title}`,
      associateTradeInfo,
      [['a user holds a usable coupon', COUPON]],
      'parameter_invalid',
      { request, body },
    ),
  )

  test.for(FAILURES)('fails %s', ([title, state, error]) =>
    expectRefusal(
      pact,
      `a request to link a coupon ${title}`,
      associateTradeInfo,
      [
        ['a user holds a usable coupon', COUPON],
        [state, { operation: 'associateTradeInfo' }],
      ],
      error,
    ),
  )

  test('is refused the serial of a platform key that does not exist', () =>
    pact
      .upon('a request to link a coupon that asks for a platform key that does not exist')
      .given('a user holds a usable coupon', COUPON)
      .calls(associateTradeInfo, LINK, { headers: { 'Wechatpay-Serial': '0'.repeat(40) } })
      .refuses('platform_serial_unknown')
      .test(async (connection) => {
        const call = shop(connection)
          .chain(associateTradeInfo.path.slice(1))
          .post(LINK, { headers: { 'Wechatpay-Serial': '0'.repeat(40) } })

        await expect(call).rejects.toMatchObject({ response: { status: 400, data: { code: 'PARAM_ERROR' } } })
      }))

  test('takes a new number for the order that the coupon is linked to', () =>
    pact
      .upon('a request to link a coupon to the order that it is linked to, with a new number')
      .given('a coupon is linked to an order', LINKED)
      .calls(associateTradeInfo, LINK)
      .answers({ wechatpay_associate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, associateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      }))
})
