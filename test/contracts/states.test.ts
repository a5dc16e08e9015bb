import { describe, expect, test } from 'vitest'
import {
  type NextRequest,
  providerStates,
  REQUEST_FLAWS,
  resign,
  type StateName,
  states,
} from '../../contracts/kit/index.ts'
import { tablesOf } from '../../src/engine/product.ts'
import { memberOf } from '../../src/engine/state/table.ts'
import { createMock } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import {
  associateTradeInfo,
  partnerQueryOrderByOutTradeNo,
  queryOrderByOutTradeNo,
  queryProductCouponAddress,
  queryRefund,
  querySharing,
  queryStock,
  queryUnsplitAmount,
  queryUserProductCoupon,
  sendProductCouponToUser,
} from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { LINK } from './pacts.ts'

const COUPON = { stock_id: '100099', coupon_code: 'C-1' }
const NAMES = Object.keys(states) as StateName[]

/** A mock, its state handlers, and a merchant that calls it. */
async function stage() {
  const mock = createMock({ seed: 'empty' })
  const { control, handle } = mock
  const handlers = providerStates(control, {}, handle)
  const setUp = async (name: StateName, given = {}): Promise<Record<string, string>> => ({
    ...(await handlers[name].setup(given)),
  })
  return { control, setUp, merchant: createMerchantClient({ credentials: await control.credentials(), send: handle }) }
}

describe('provider states', () => {
  test.for(NAMES)('"%s" is set up with its defaults, and goes without a trace', async (name) => {
    const mock = createMock({ seed: 'empty' })
    const { control } = mock
    const next: NextRequest = {}
    const handlers = providerStates(control, next, (request) => mock.handle(request))
    const look = async () => {
      const world: Readonly<Record<string, unknown>> = await control.world()
      const rows = tablesOf(products).map((table) => world[memberOf(table)])
      const { items: merchants } = await control.merchants({ text: '1900000001' })
      const [settings, faults] = await Promise.all([control.settings(), control.faults()])
      return { rows, merchants, settings, faults }
    }
    // A merchant made by a state stays: it may be in use elsewhere, and nobody meets it by chance.
    const made = async () => (await control.merchants()).items.length - 1
    const before = await look()

    await handlers[name].setup()
    const after = { ...(await look()), made: await made(), next: { ...next }, frozen: (await control.clock()).frozen }
    await handlers[name].teardown()

    // This state describes an empty world, so it changes nothing.
    if (name !== 'there is no coupon') expect(after).not.toEqual({ ...before, made: 0, next: {}, frozen: false })
    expect(await look()).toEqual(before)
    expect(next).toEqual({})
    expect((await control.clock()).frozen).toBe(false)
  })

  test.for(NAMES)('"%s" hands its parameters back, those that were left out with their defaults', async (name) => {
    const mock = createMock({ seed: 'empty' })
    const [first] = Object.keys(states[name].parameters)
    // As long as the longest parameter may be, and valid for each.
    const given =
      first === undefined || !/^(?:stock_id|coupon_code|out_trade_no)$/.test(first) ? {} : { [first]: '100099' }

    const values = await providerStates(mock.control, {}, mock.handle)[name].setup(given)

    expect(values).toEqual({ ...states[name].parameters, ...given })
  })

  test.for([
    ['an order is unpaid', 'NOTPAY'],
    ['an order is paid', 'SUCCESS'],
    ['an order is closed', 'CLOSED'],
    ['an order is refunded', 'REFUND'],
  ] as const)('"%s" is one that a query shows as %s', async ([name, trade_state]) => {
    const { merchant, setUp } = await stage()
    const { out_trade_no, total, transaction_id } = await setUp(name)

    const { status, body } = await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid: '1900000001' })

    const paid = transaction_id !== undefined && { transaction_id }
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { trade_state, amount: { total: Number(total) }, ...paid },
    })
  })

  test.for([
    ['an order is refunded', 'SUCCESS'],
    ['a refund is processing', 'PROCESSING'],
    ['a refund is closed', 'CLOSED'],
    ['a refund is abnormal', 'ABNORMAL'],
  ] as const)('"%s" is one whose refund a query shows as %s', async ([name, refundStatus]) => {
    const { merchant, setUp } = await stage()
    const { out_refund_no, refund_id, refund } = await setUp(name)

    const { status, body } = await merchant.call(queryRefund, { out_refund_no })

    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: refundStatus, refund_id, amount: { refund: Number(refund) } },
    })
  })

  test.for([
    ['an order is unpaid', 'NOTPAY'],
    ['an order is paid', 'SUCCESS'],
    ['an order is closed', 'CLOSED'],
    ['an order is refunded', 'REFUND'],
    ['an order was placed and paid', 'SUCCESS'],
    ['a refund request was made', 'REFUND'],
  ] as const)('"%s", of a partner, is one that its query shows as %s', async ([name, trade_state]) => {
    const { merchant, setUp } = await stage()
    const { out_trade_no, out_refund_no, sub_mchid } = await setUp(name, { sub_mchid: '1900000109' })

    expect(
      await merchant.call(partnerQueryOrderByOutTradeNo, { out_trade_no, sp_mchid: '1900000001', sub_mchid }),
    ).toMatchObject({ status: 200, body: { trade_state, sub_mchid } })
    if (out_refund_no) {
      expect(await merchant.call(queryRefund, { out_refund_no, sub_mchid })).toMatchObject({ status: 200 })
    }
  })

  test.for([
    ['a share is processing', 'PENDING', 8_940],
    ['a share is finished', 'SUCCESS', 8_940],
    ['a share failed', 'CLOSED', 9_940],
    ['a share request was made', 'PENDING', 8_940],
  ] as const)('"%s" is one that a query shows as %s, and leaves %i fen', async ([name, result, unsplit_amount]) => {
    for (const sub_mchid of ['1900000109', '']) {
      const { merchant, setUp } = await stage()
      const { out_order_no, transaction_id, account, amount } = await setUp(name, { sub_mchid })

      const query = { out_order_no, transaction_id, ...(sub_mchid !== '' && { sub_mchid }) }
      expect(await merchant.call(querySharing, query)).toMatchObject({
        status: 200,
        body: { receivers: [{ account, amount: Number(amount), result }] },
      })
      expect(await merchant.call(queryUnsplitAmount, { transaction_id })).toMatchObject({ body: { unsplit_amount } })
    }
  })

  test('"an order was placed and paid" may be shared, and "an unfreeze request was made" leaves nothing of it', async () => {
    const { merchant, setUp } = await stage()
    const { transaction_id } = await setUp('an order was placed and paid', { profit_sharing: 'true' })
    const left = () => merchant.call(queryUnsplitAmount, { transaction_id })

    expect(await left()).toMatchObject({ body: { unsplit_amount: 9_940 } })
    await setUp('an unfreeze request was made')
    expect(await left()).toMatchObject({ body: { unsplit_amount: 0 } })
  })

  test('"a receiver of shares was added" is one whose name counts', async () => {
    const { control, setUp } = await stage()

    await setUp('a receiver of shares was added', { sub_mchid: '1900000109', name: '张三' })

    const { sharing_receivers } = await control.world()
    expect(sharing_receivers).toMatchObject([{ mchid: '1900000109', account: '1900000110', name: '张三' }])
  })

  const CONFIRMED = { confirm_request_no: '10000_20260105_A123' }
  const ORDER = { mchid: '1900000109', out_trade_no: 'MCH_102233445' }
  const USED = { single_usage_detail: { use_request_no: '10000_20260105_A123', associated_order_info: ORDER } }
  const RETURNED = { single_usage_detail: { return_request_no: '10000_20260105_A123' } }

  test.for([
    ['a product coupon waits to be confirmed', 'CONFIRMING', {}],
    ['a product coupon is not usable yet', 'PENDING', {}],
    ['a user holds a usable product coupon', 'EFFECTIVE', {}],
    ['a product coupon is used', 'USED', USED],
    ['a product coupon is expired', 'EXPIRED', {}],
    ['a product coupon is deactivated', 'DEACTIVATED', {}],
    ['a product coupon is deleted', 'DELETED', {}],
    ['a product coupon send request was made', 'CONFIRMING', { send_request_no: 'SEND_20260105_A123' }],
    ['a product coupon confirm request was made', 'EFFECTIVE', CONFIRMED],
    ['a product coupon use request was made', 'USED', USED],
    ['a product coupon return request was made', 'EFFECTIVE', RETURNED],
  ] as const)('"%s" is one that a query shows as %s', async ([name, coupon_state, shown]) => {
    const { merchant, setUp } = await stage()
    const { brand_id, product_coupon_id, stock_id, coupon_code, openid } = await setUp(name, { coupon_code: 'C_1' })

    const named = { brand_id, product_coupon_id, stock_id, coupon_code, openid, appid: 'wx1234567889999' }
    expect(await merchant.call(queryUserProductCoupon, named)).toMatchObject({
      status: 200,
      body: { coupon_code: 'C_1', coupon_state, ...shown },
    })
  })

  test.for([
    ['a batch of product coupons is sending', {}, undefined],
    ['a batch of product coupons is sending', { coupon_code_mode: 'API_ASSIGN' }, 'code_needed'],
    ['a batch of product coupons is sending', { max_count_per_user: '1' }, 'user_limit'],
    ['a batch of product coupons is paused', {}, 'not_sending'],
    ['a batch of product coupons has none left', {}, 'budget_used_up'],
    ['a brand has withdrawn its authorization', {}, 'not_authorized'],
  ] as const)('"%s" with %j is one that sends: %s', async ([name, given, error]) => {
    const { merchant, setUp } = await stage()
    const { brand_id, product_coupon_id = '1', stock_id = '1' } = await setUp(name, given)
    const named = { brand_id, product_coupon_id, stock_id, openid: 'o-1', appid: 'wx1234567889999' }

    const send = (send_request_no: string) => merchant.call(sendProductCouponToUser, { ...named, send_request_no })
    if (error === 'user_limit') await send('SEND_1')

    const { status, message } = error ? sendProductCouponToUser.errors[error] : { status: 200, message: undefined }
    expect(await send('SEND_2')).toMatchObject({ status, ...(error && { body: { message } }) })
  })

  test('"events of product coupons have an address" is one that a query shows', async () => {
    const { merchant, setUp } = await stage()
    const { notify_url } = await setUp('events of product coupons have an address')

    expect(await merchant.call(queryProductCouponAddress)).toMatchObject({ status: 200, body: { notify_url } })
  })

  test.for([
    ['a batch is running', { stock_state: 'RUNNING' }],
    ['a batch is waiting for review', { stock_state: 'UNAUDIT' }],
    ['a batch is paused', { stock_state: 'PAUSED' }],
    ['a batch is stopped', { stock_state: 'STOPED' }],
    ['a batch has no coupons left', { send_count_information: { total_send_num: 1 } }],
    ['a batch takes codes that the merchant uploads', { coupon_code_mode: 'MERCHANT_UPLOAD' }],
  ] as const)('"%s" is one that a query shows so', async ([name, shown]) => {
    const { merchant, setUp } = await stage()

    const { status, body } = await merchant.call(queryStock, await setUp(name))

    expect({ status, body }).toMatchObject({ status: 200, body: shown })
  })

  test('"a batch has ended" is one that nothing is handed out of any more', async () => {
    const { control, setUp } = await stage()
    const { stock_id = '' } = await setUp('a batch has ended')

    await expect(control.handOutCoupon(stock_id, { openid: 'o-1' })).rejects.toThrow(/\bended\b/)
  })

  test('leave no setting behind, whichever a test has changed', async () => {
    const { control } = createMock({ seed: 'empty' })
    const standard = await control.settings()
    await control.changeSettings({ orders: 'known', auth: 'lenient', key_mode: 'certificate', rate_limit: 'on' })
    await control.changeSettings({ stock_ready_after: 60, callback_public_key_share: 50, signature_clock: 'machine' })

    await providerStates(control)['there is no coupon'].teardown()

    expect(await control.settings()).toEqual(standard)
  })

  test('in which a request was made need a way to send it', async () => {
    const { control } = createMock({ seed: 'empty' })

    await expect(providerStates(control)['an associate request was made'].setup()).rejects.toMatchObject({
      code: 'MOCK_STATE_NEEDS_PROVIDER',
    })
  })

  test('in which a request was made fail with what it was answered with', async () => {
    const mock = createMock({ seed: 'empty' })
    const { control } = mock
    const states = providerStates(control, {}, (request) => mock.handle(request))

    await states['a coupon is used'].setup(COUPON)

    await expect(states['an associate request was made'].setup(COUPON)).rejects.toThrow('券状态非可用态')
    await states['a use request was made'].teardown()
    await states['an associate request was made'].setup({ ...COUPON, out_trade_no: 'T-1' })
    expect(await control.coupon(COUPON.stock_id, COUPON.coupon_code)).toMatchObject({ associate_out_trade_no: 'T-1' })
  })

  test('in which a request was refused fail where it is let in', async () => {
    const mock = createMock({ seed: 'empty' })
    const { control } = mock
    const states = providerStates(control, {}, (request) => mock.handle(request))

    await states['an associate request was refused'].setup(COUPON)
    expect(await control.coupon(COUPON.stock_id, COUPON.coupon_code)).not.toHaveProperty('associate_out_trade_no')

    await control.changeSettings({ auth: 'lenient' })
    await expect(states['an associate request was refused'].setup(COUPON)).rejects.toThrow(
      'was answered with 200 and 400',
    )
  })

  test.for([
    ['an order is paid', { total: '1.5' }, 'The parameter total is an amount in fen, a whole number, and not "1.5".'],
    ['a refund is closed', { refund: 'ten' }, 'The parameter refund is an amount in fen'],
    ['a transfer failed', { transfer_amount: '10.00' }, 'The parameter transfer_amount is an amount in fen'],
    ['a merchant has money for transfers', { balance: '' }, 'The parameter balance is an amount in fen'],
    ['a batch of product coupons is sending', { max_count_per_user: 'one' }, 'max_count_per_user'],
    ['a batch of product coupons is paused', { coupon_code_mode: 'OWN' }, 'coupon_code_mode'],
    ['a product coupon is expired', { coupon_code: '' }, 'coupon_code'],
  ] as const)('"%s" refuses parameters like %j', async ([name, parameters, message]) => {
    const { control } = createMock({ seed: 'empty' })

    await expect(providerStates(control)[name].setup(parameters)).rejects.toThrow(UsageError)
    await expect(providerStates(control)[name].setup(parameters)).rejects.toThrow(message)
  })

  test('take parameters, as texts whatever they were written as', async () => {
    const { control } = createMock({ seed: 'empty' })

    await providerStates(control)['a coupon is used'].setup({ stock_id: 100_099, coupon_code: 'C' })

    expect(await control.coupon('100099', 'C')).toMatchObject({ state: 'USED' })
  })
})

describe('signing afresh', () => {
  const request = async (mock: ReturnType<typeof createMock>, flaw?: (typeof REQUEST_FLAWS)[number]) => {
    const signed = await resign(await mock.control.credentials())(
      {
        method: 'POST',
        target: associateTradeInfo.path,
        headers: {
          accept: '*/*',
          'user-agent': 'pact',
          'content-type': 'application/json',
          authorization: 'WECHATPAY2-SHA256-RSA2048 recorded',
          'content-length': '1',
        },
        body: Buffer.from(JSON.stringify({ ...LINK, coupon_code: '券' }, null, 2)),
      },
      flaw,
    )
    return mock.handle(signed)
  }

  test('makes a request that is let in, whatever its bytes are', async () => {
    const { status, body } = await request(createMock({ seed: 'empty' }))

    expect({ status, body: JSON.parse(Buffer.from(body).toString()) }).toMatchObject({
      status: 400,
      body: { message: '券不存在' },
    })
  })

  test.for(REQUEST_FLAWS)('makes a request that is wrong in being %s, and in nothing else', async (flaw) => {
    const mock = createMock({ seed: 'empty' })
    const { status } = await request(mock, flaw)

    const CHECKS = {
      unsigned: 'authorization',
      malformed: 'authorization',
      scheme_unknown: 'scheme',
      too_old: 'timestamp',
      too_new: 'timestamp',
      in_milliseconds: 'timestamp',
      serial_unknown: 'serial',
      other_key: 'signature',
      other_body: 'signature',
      no_accept: 'headers',
      no_user_agent: 'headers',
    } as const
    expect(status).toBe(flaw.startsWith('no_') ? 400 : 401)
    expect((await mock.control.journal())[0]?.remarks).toEqual([expect.objectContaining({ about: CHECKS[flaw] })])
  })
})
