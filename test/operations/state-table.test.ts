import { describe, expect } from 'vitest'
import type { WechatPayMock } from '../../src/mock.ts'
import {
  associateTradeInfo,
  deactivateCoupon,
  disassociateTradeInfo,
  returnCoupon,
  sendCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import type { MerchantClient } from '../../src/testing/merchant-client.ts'
import { STOCK_ID, test, transports } from '../helpers/world.ts'

/** Each call in each state: the table of busifavor.md 2.2, cell by cell. */

const CODE = 'sxxe34343434'
const named = { stock_id: STOCK_ID, coupon_code: CODE }
const user = { openid: 'oUser', appid: 'wx1' }

type Answer = readonly [status: number, code?: string, message?: string]

const DONE: Answer = [200]
const NOT_USABLE: Answer = [400, 'INVALID_REQUEST', '券状态非可用态']
const NOT_USED: Answer = [400, 'INVALID_REQUEST', '券未被核销']
const NOT_IN_TIME: Answer = [403, 'RULELIMIT', '券不在有效期']
const NONE_400: Answer = [400, 'INVALID_REQUEST', '券不存在']
const NONE_404: Answer = [404, 'RESOURCE_NOT_EXISTS', '券不存在']
const DELETED: Answer = [404, 'RESOURCE_NOT_EXISTS', '券已被删除']
const NOTHING: Answer = [404, 'RESOURCE_NOT_EXISTS', '查询的资源不存在']
const USED: Answer = [400, 'RESOURCE_ALREADY_EXISTS', '券已被其他订单核销']
const NOT_LINKED: Answer = [400, 'INVALID_REQUEST', '券未关联该订单']

const STATES = ['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED', 'unknown'] as const
type State = (typeof STATES)[number]

/** The calls, with numbers of their own; `again` are those with the number that made the state. */
const CALLS = {
  use: (client: MerchantClient, number = 'USE-2') =>
    client.call(useCoupon, {
      ...named,
      appid: user.appid,
      use_time: '2026-11-25T12:00:00+08:00',
      use_request_no: number,
    }),
  associate: (client: MerchantClient, number = 'LINK-2') =>
    client.call(associateTradeInfo, { ...named, out_trade_no: 'MCH_1', out_request_no: number }),
  disassociate: (client: MerchantClient, number = 'UNLINK-2') =>
    client.call(disassociateTradeInfo, { ...named, out_trade_no: 'MCH_1', out_request_no: number }),
  return: (client: MerchantClient, number = 'BACK-2') =>
    client.call(returnCoupon, { ...named, return_request_no: number }),
  deactivate: (client: MerchantClient, number = 'STOP-2') =>
    client.call(deactivateCoupon, { ...named, deactivate_request_no: number }),
}
type Call = keyof typeof CALLS

const TABLE: Readonly<Record<Call, Readonly<Record<State, Answer>>>> = {
  use: {
    SENDED: DONE,
    USED,
    EXPIRED: NOT_IN_TIME,
    DEACTIVATED: NOT_USABLE,
    DELETED,
    unknown: NOTHING,
  },
  associate: {
    SENDED: DONE,
    USED: NOT_USABLE,
    EXPIRED: NOT_USABLE,
    DEACTIVATED: NOT_USABLE,
    DELETED: NOT_USABLE,
    unknown: NONE_400,
  },
  disassociate: {
    SENDED: DONE,
    USED: NOT_USABLE,
    EXPIRED: NOT_USABLE,
    DEACTIVATED: NOT_USABLE,
    DELETED: NOT_USABLE,
    unknown: NONE_400,
  },
  return: {
    SENDED: NOT_USED,
    USED: DONE,
    EXPIRED: NOT_USED,
    DEACTIVATED: NOT_USED,
    DELETED,
    unknown: NONE_404,
  },
  deactivate: {
    SENDED: DONE,
    USED: NOT_USABLE,
    EXPIRED: NOT_USABLE,
    DEACTIVATED: NOT_USABLE,
    DELETED,
    unknown: NONE_404,
  },
}

const rows = Object.keys(TABLE).flatMap((call) => STATES.map((state) => [call as Call, state] as const))

/** Requires a step to succeed. */
async function done(answer: Promise<{ status: number; body: unknown }>): Promise<void> {
  expect(await answer).toMatchObject({ status: 200 })
}

/** Brings a linked coupon into a state by the calls and the time that do it; only the user's deleting it has no call. */
async function reach(state: State, merchant: MerchantClient, control: WechatPayMock['control']): Promise<void> {
  await control.addStock({
    stock_id: STOCK_ID,
    coupon_code_mode: 'MERCHANT_API',
    coupon_use_rule: { coupon_available_time: { available_second_after_receive: 3_600 } },
  })
  if (state === 'unknown') return
  await done(merchant.call(sendCoupon, { ...named, ...user, out_request_no: 'SEND-1' }))
  await done(CALLS.associate(merchant, 'LINK-1'))
  if (state === 'USED') await done(CALLS.use(merchant, 'USE-1'))
  if (state === 'EXPIRED') await control.advance('PT1H')
  if (state === 'DEACTIVATED') await done(CALLS.deactivate(merchant, 'STOP-1'))
  if (state === 'DELETED') await control.patchCoupon(STOCK_ID, CODE, { state: 'DELETED' })
}

const answerOf = ([status, code, message]: Answer) =>
  code === undefined ? { status } : { status, body: { code, message } }

describe.for(transports)('what a call does in a state, over %s', (transport) => {
  test.override('transport', transport)

  test.for(rows)('%s when the coupon is %s', async ([call, state], { merchant, control }) => {
    await reach(state, merchant, control)
    const before = await control.world()
    if (state !== 'unknown') expect(before.coupons).toMatchObject([{ state }])

    const answer = await CALLS[call](merchant)

    const expected = TABLE[call][state]
    expect(answer).toMatchObject(answerOf(expected))
    if (expected[0] !== 200) expect(await control.world()).toEqual(before)
  })

  test.for([
    ['use', 'USE-1', 'USED'],
    ['deactivate', 'STOP-1', 'DEACTIVATED'],
  ] as const)('%s with the number that made the coupon %s', async ([call, number, state], { merchant, control }) => {
    await reach(state, merchant, control)
    const { coupons } = await control.world()
    await control.advance('PT1M')

    await done(CALLS[call](merchant, number))

    expect((await control.world()).coupons).toEqual(coupons)
  })

  test('disassociate when the coupon is not linked', async ({ merchant, control }) => {
    await reach('SENDED', merchant, control)
    await done(CALLS.disassociate(merchant, 'UNLINK-1'))

    expect(await CALLS.disassociate(merchant)).toEqual(answerOf(NOT_LINKED))
  })

  test('return makes a coupon SENDED before its end and EXPIRED after it', async ({ merchant, control }) => {
    await reach('USED', merchant, control)
    await done(CALLS.return(merchant, 'BACK-1'))
    expect(await control.coupon(STOCK_ID, CODE)).toMatchObject({ state: 'SENDED', associate_out_trade_no: 'MCH_1' })

    await done(CALLS.use(merchant))
    await control.advance('PT1H')
    await done(CALLS.return(merchant))
    expect(await control.coupon(STOCK_ID, CODE)).toMatchObject({ state: 'EXPIRED', associate_out_trade_no: 'MCH_1' })
  })
})
