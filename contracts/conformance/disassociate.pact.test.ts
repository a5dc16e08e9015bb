import { describe, expect, test } from 'vitest'
import { disassociateTradeInfo, time } from '../kit/index.ts'
import { COUPON, FIRST_TIME, LINK, NEXT_DAY, post } from './client.ts'
import { exactPact } from './exact-pact.ts'
import { expectRefusal, FAILURES, FIELD_ERRORS, LINKED, REFUSALS } from './link-interactions.ts'

const pact = exactPact('disassociate')

describe('disassociate', () => {
  test('takes the link away', () =>
    pact
      .upon('a request to take the link of a coupon away')
      .given('a coupon is linked to an order', LINKED)
      .calls(disassociateTradeInfo, LINK)
      .answers({ wechatpay_disassociate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, disassociateTradeInfo.path, LINK)).toEqual({
          status: 200,
          data: { wechatpay_disassociate_time: '2026-01-05T10:20:30+08:00' },
        })
      }))

  test('is answered with its own time, not with that of the link', () => {
    const request = { ...LINK, out_request_no: '1002600620019090123143254436' }
    return pact
      .upon('a request to take a link away that was made the day before')
      .given('the time is', { now: FIRST_TIME })
      .given('an associate request was made', LINK)
      .given('the time is', { now: NEXT_DAY })
      .calls(disassociateTradeInfo, request)
      .answers({ wechatpay_disassociate_time: NEXT_DAY })
      .test(async (connection) => {
        expect(await post(connection, disassociateTradeInfo.path, request)).toMatchObject({
          data: { wechatpay_disassociate_time: NEXT_DAY },
        })
      })
  })

  test('takes the link away with the number that made it', () =>
    pact
      .upon('a request to take the link of a coupon away with the number that made it')
      .given('the time is', { now: FIRST_TIME })
      .given('an associate request was made', LINK)
      .given('the time is', { now: NEXT_DAY })
      .calls(disassociateTradeInfo, LINK)
      .answers({ wechatpay_disassociate_time: NEXT_DAY })
      .test(async (connection) => {
        expect(await post(connection, disassociateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      }))

  test('answers a request that is repeated with the time of the first', () =>
    pact
      .upon('the same request to take the link of a coupon away again')
      .given('a disassociate request number was used', { ...LINK, time: FIRST_TIME })
      .calls(disassociateTradeInfo, LINK)
      .answers({ wechatpay_disassociate_time: FIRST_TIME })
      .test(async (connection) => {
        expect(await post(connection, disassociateTradeInfo.path, LINK)).toEqual({
          status: 200,
          data: { wechatpay_disassociate_time: FIRST_TIME },
        })
      }))

  test('answers a request that took the link away once more', () =>
    pact
      .upon('a request to take the link of a coupon away that did so before')
      .given('a coupon is linked to an order', LINKED)
      .given('a disassociate request was made', LINK)
      .calls(disassociateTradeInfo, LINK)
      .answers({ wechatpay_disassociate_time: time() })
      .test(async (connection) => {
        expect(await post(connection, disassociateTradeInfo.path, LINK)).toMatchObject({ status: 200 })
      }))

  // The coupons are linked to the order, so that there is only one reason for the refusal.
  test.for(REFUSALS)('refuses %s', ([title, state, error, parameters = COUPON]) =>
    expectRefusal(
      pact,
      `a request to take the link away from ${title}`,
      disassociateTradeInfo,
      [[state, error === 'not_usable' ? LINKED : parameters]],
      error,
    ),
  )

  test.for([
    ['a coupon that is not linked', 'a user holds a usable coupon', COUPON],
    [
      'a coupon that is linked to another order',
      'a coupon is linked to an order',
      { ...COUPON, out_trade_no: 'MCH_OTHER' },
    ],
  ] as const)('refuses %s', ([title, state, parameters]) =>
    expectRefusal(
      pact,
      `a request to take the link away from ${title}`,
      disassociateTradeInfo,
      [[state, parameters]],
      'not_linked',
    ),
  )

  test('refuses a request number that was used with other values', () =>
    expectRefusal(
      pact,
      'a request to take the link of a coupon away with a request number that was used with other values',
      disassociateTradeInfo,
      [
        ['a disassociate request number was used', { ...LINK, coupon_code: 'C-OTHER' }],
        ['a coupon is linked to an order', LINKED],
      ],
      'request_no_reused',
    ))

  test('refuses a request number that was used for another order', () =>
    expectRefusal(
      pact,
      'a request to take the link of a coupon away with a request number that was used for another order',
      disassociateTradeInfo,
      [
        ['a disassociate request number was used', { ...LINK, out_trade_no: 'MCH_OTHER' }],
        ['a coupon is linked to an order', LINKED],
      ],
      'request_no_reused',
    ))

  test.for(FIELD_ERRORS)('refuses %s', ([title, request, body]) =>
    expectRefusal(
      pact,
      `a request to take the link of a coupon away with ${title}`,
      disassociateTradeInfo,
      [['a coupon is linked to an order', LINKED]],
      'parameter_invalid',
      { request, body },
    ),
  )

  test.for(FAILURES)('fails %s', ([title, state, error]) =>
    expectRefusal(
      pact,
      `a request to take the link of a coupon away ${title}`,
      disassociateTradeInfo,
      [
        ['a coupon is linked to an order', LINKED],
        [state, { operation: 'disassociateTradeInfo' }],
      ],
      error,
    ),
  )
})
