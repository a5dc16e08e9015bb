import { describe, expect } from 'vitest'
import {
  codePay,
  createRefund,
  createSharing,
  jsapiPrepay,
  querySharing,
  queryUnsplitAmount,
  reverseOrder,
  unfreezeOrder,
} from '../../../src/products/operations.ts'
import type { MerchantClient } from '../../../src/testing/merchant-client.ts'
import { test, transports } from '../../helpers/world.ts'
import { PAYER, part, refusalOf, SUPPLIER, share, TRANSACTION, unfreeze, waiting } from './sharing.ts'

const left = async (merchant: MerchantClient) => {
  const { body } = await merchant.call(queryUnsplitAmount, { transaction_id: TRANSACTION })
  return (body as { unsplit_amount?: number }).unsplit_amount
}

const lookUp = (merchant: MerchantClient, out_order_no = 'P1') =>
  merchant.call(querySharing, { out_order_no, transaction_id: TRANSACTION })

describe.for(transports)('sharing over %s', (transport) => {
  test.override('transport', transport)

  test('a share is PENDING for a second, and then with its receiver', async ({ merchant, control }) => {
    await waiting(control)

    const answer = await merchant.call(createSharing, share())

    const receiver = {
      type: 'MERCHANT_ID',
      account: SUPPLIER,
      amount: 1_000,
      description: '供货分账',
      create_time: '2026-11-25T12:00:00+08:00',
      detail_id: expect.stringMatching(/^3600\d{6}20261125\d{11}$/),
    }
    const made = {
      transaction_id: TRANSACTION,
      out_order_no: 'P1',
      order_id: expect.stringMatching(/^3000\d{6}20261125\d{11}$/),
    }
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toEqual({
      ...made,
      state: 'PROCESSING',
      receivers: [{ ...receiver, result: 'PENDING', finish_time: '1970-01-01T08:00:00+08:00' }],
    })
    expect(await merchant.call(createSharing, share())).toEqual(answer)

    await control.advance('PT1S')
    expect((await lookUp(merchant)).body).toEqual({
      ...made,
      state: 'FINISHED',
      receivers: [{ ...receiver, result: 'SUCCESS', finish_time: '2026-11-25T12:00:01+08:00' }],
    })
  })

  test('an order placed with profit_sharing waits to be shared, a minute after its payment', async ({
    merchant,
    control,
  }) => {
    await control.addSharingReceiver({ account: SUPPLIER })
    await merchant.call(jsapiPrepay, {
      appid: 'wx0000000000000001',
      mchid: PAYER,
      description: '拿铁咖啡',
      out_trade_no: 'ORDER_1',
      notify_url: 'https://shop.example.com/notify',
      amount: { total: 10_000 },
      payer: { openid: 'oUser' },
      settle_info: { profit_sharing: true },
    })
    expect(await merchant.call(createSharing, share())).toMatchObject(refusalOf(createSharing, 'not_sharing'))
    await control.payOrder('ORDER_1', { transaction_id: TRANSACTION })

    await control.advance('PT59S')
    expect(await merchant.call(createSharing, share())).toMatchObject(refusalOf(createSharing, 'too_early'))
    expect(JSON.stringify(await control.journal())).toContain('can be shared from 2026-11-25T12:01:00+08:00 on')
    await control.advance('PT1S')
    expect(await merchant.call(createSharing, share())).toMatchObject({ status: 200 })
  })
})

test('what is left is the money without its fee, NOCASH coupons, refunds and shares', async ({ merchant, control }) => {
  await waiting(control, {
    promotions: [
      { type: 'NOCASH', amount: 1_000 },
      { type: 'CASH', amount: 500 },
    ],
  })
  expect(await left(merchant)).toBe(8_946)

  await merchant.call(createRefund, {
    transaction_id: TRANSACTION,
    out_refund_no: 'R1',
    amount: { refund: 5_000, total: 10_000, currency: 'CNY' },
  })
  // Half of the coupon and of the fee go back with it.
  expect(await left(merchant)).toBe(4_473)
  await merchant.call(createSharing, share())
  expect(await left(merchant)).toBe(3_473)
})

test('nothing is left of an order that was reversed', async ({ merchant, control }) => {
  await control.addSharingReceiver({ account: SUPPLIER })
  const names = { appid: 'wx0000000000000001', mchid: PAYER }
  const { body } = await merchant.call(codePay, {
    ...names,
    description: '拿铁咖啡',
    out_trade_no: 'ORDER_1',
    amount: { total: 10_000 },
    payer: { auth_code: '130000000000000000' },
    scene_info: { store_info: { id: '1' } },
    settle_info: { profit_sharing: true },
  })
  const { transaction_id } = body as { transaction_id: string }
  const unsplit = () => merchant.call(queryUnsplitAmount, { transaction_id })
  expect((await unsplit()).body).toMatchObject({ unsplit_amount: 9_940 })

  await merchant.call(reverseOrder, { ...names, out_trade_no: 'ORDER_1' })

  expect((await unsplit()).body).toMatchObject({ unsplit_amount: 0 })
  expect(await merchant.call(unfreezeOrder, unfreeze({ transaction_id }))).toMatchObject(
    refusalOf(unfreezeOrder, 'nothing_left'),
  )
})

test('unfreeze_unsplit gives the rest to the merchant, and ends the order', async ({ merchant, control }) => {
  await waiting(control)

  const { body } = await merchant.call(createSharing, share({ unfreeze_unsplit: true }))

  expect(body).toMatchObject({
    receivers: [
      { account: SUPPLIER, amount: 1_000 },
      { type: 'MERCHANT_ID', account: PAYER, amount: 8_940, description: '解冻给分账方' },
    ],
  })
  expect(await left(merchant)).toBe(0)
  expect(await merchant.call(createSharing, share({ out_order_no: 'P2' }))).toMatchObject(
    refusalOf(createSharing, 'finished'),
  )
  expect(await merchant.call(unfreezeOrder, unfreeze())).toMatchObject(refusalOf(unfreezeOrder, 'nothing_left'))
})

test('unfreezing answers what it did, however often it is asked for', async ({ merchant, control }) => {
  await waiting(control)
  await merchant.call(createSharing, share())

  const answer = await merchant.call(unfreezeOrder, unfreeze())

  expect(answer).toMatchObject({
    status: 200,
    body: {
      out_order_no: 'U1',
      state: 'PROCESSING',
      receivers: [{ type: 'MERCHANT_ID', account: PAYER, amount: 8_940, description: '解冻全部剩余资金' }],
    },
  })
  expect(await merchant.call(unfreezeOrder, unfreeze())).toEqual(answer)
  await control.advance('PT1S')
  expect((await lookUp(merchant, 'U1')).body).toMatchObject({ state: 'FINISHED' })
  expect(await merchant.call(unfreezeOrder, unfreeze({ out_order_no: 'P1' }))).toMatchObject(
    refusalOf(unfreezeOrder, 'receivers_differ'),
  )
})

test('after 30 days the money is unfrozen by itself', async ({ merchant, control }) => {
  await waiting(control)

  await control.advance('P29DT22H59M59S')
  expect(await left(merchant)).toBe(9_940)
  await control.advance('PT1S')

  expect(await left(merchant)).toBe(0)
  expect(await merchant.call(createSharing, share())).toMatchObject(refusalOf(createSharing, 'not_enough'))
  expect(await merchant.call(unfreezeOrder, unfreeze())).toMatchObject(refusalOf(unfreezeOrder, 'nothing_left'))
  // Nothing of that was stored: an hour earlier it was still frozen.
  expect((await control.world()).orders[0]).not.toHaveProperty('sharing')
})

test('the money of a receiver that fails is frozen again', async ({ merchant, control }) => {
  await waiting(control)
  await control.addSharingReceiver({ account: '1900000110', fail_reason: 'RECEIVER_HIGH_RISK' })

  await merchant.call(createSharing, share({ receivers: [part(1_000), part(500, { account: '1900000110' })] }))
  expect(await left(merchant)).toBe(8_440)
  await control.advance('PT1S')

  const { body } = await lookUp(merchant)
  expect(body).toMatchObject({
    state: 'FINISHED',
    receivers: [{ result: 'SUCCESS' }, { result: 'CLOSED', fail_reason: 'RECEIVER_HIGH_RISK' }],
  })
  expect((body as { receivers: object[] }).receivers[0]).not.toHaveProperty('fail_reason')
  expect(await left(merchant)).toBe(8_940)
})

test('a control call lets some receivers of a share fail, and the others have their money', async ({
  merchant,
  control,
}) => {
  await waiting(control)
  await control.addSharingReceiver({ account: '1900000110' })
  await merchant.call(createSharing, share({ receivers: [part(1_000), part(500, { account: '1900000110' })] }))

  await control.settleSharingOrder('P1', { account: SUPPLIER, fail_reason: 'ACCOUNT_ABNORMAL' })
  expect(await control.sharingOrder('P1')).toMatchObject({ state: 'PROCESSING' })
  await control.settleSharingOrder('P1')

  expect((await lookUp(merchant)).body).toMatchObject({
    state: 'FINISHED',
    receivers: [
      { result: 'CLOSED', fail_reason: 'ACCOUNT_ABNORMAL', finish_time: '2026-11-25T12:00:00+08:00' },
      { result: 'SUCCESS', finish_time: '2026-11-25T12:00:00+08:00' },
    ],
  })
  expect(await left(merchant)).toBe(9_440)
  await expect(control.settleSharingOrder('P1')).rejects.toMatchObject({ code: 'MOCK_SHARING_STATE' })
})

test('a user who closed the account gets no share', async ({ merchant, control }) => {
  await waiting(control)
  await control.addSharingReceiver({ type: 'PERSONAL_OPENID', account: 'oStaff' })
  await control.addUser({ openid: 'oStaff', closed: true })
  const receivers = [part(1_000, { type: 'PERSONAL_OPENID', account: 'oStaff' })]

  await merchant.call(createSharing, share({ appid: 'wx0000000000000001', receivers }))
  await control.advance('PT1S')

  expect((await lookUp(merchant)).body).toMatchObject({
    receivers: [{ result: 'CLOSED', fail_reason: 'ACCOUNT_ABNORMAL' }],
  })
})

test('a person as receiver needs the appid of the openid', async ({ merchant, control }) => {
  await waiting(control)
  const receivers = [part(1_000, { type: 'PERSONAL_OPENID', account: 'oStaff' })]

  expect(await merchant.call(createSharing, share({ receivers }))).toMatchObject({
    status: 400,
    body: {
      code: 'PARAM_ERROR',
      message: expect.stringContaining('“/body/appid”映射到字段“公众账号ID”必填性规则校验失败'),
    },
  })
})

describe('the highest ratio', () => {
  test('counts what others got of the order in all, after its refunds', async ({ merchant, control }) => {
    await waiting(control)
    const asking = (out_order_no: string, amount: number) =>
      merchant.call(createSharing, share({ out_order_no, receivers: [part(amount)] }))

    expect(await asking('P1', 3_001)).toMatchObject(refusalOf(createSharing, 'over_ratio'))
    expect(await asking('P1', 2_000)).toMatchObject({ status: 200 })
    await merchant.call(createRefund, {
      transaction_id: TRANSACTION,
      out_refund_no: 'R1',
      amount: { refund: 1_000, total: 10_000, currency: 'CNY' },
    })
    expect(await asking('P2', 701)).toMatchObject(refusalOf(createSharing, 'over_ratio'))
    expect(await asking('P2', 700)).toMatchObject({ status: 200 })
  })

  test('is of the whole order with ratioError=documented', async ({ merchant, control }) => {
    await control.changeSettings({ ratio_error: 'documented' })
    await waiting(control)
    await merchant.call(createRefund, {
      transaction_id: TRANSACTION,
      out_refund_no: 'R1',
      amount: { refund: 1_000, total: 10_000, currency: 'CNY' },
    })

    expect(await merchant.call(createSharing, share({ receivers: [part(3_001)] }))).toMatchObject({
      status: 403,
      body: { code: 'RULE_LIMIT', message: '分账金额超出最大分账比例' },
    })
    expect(await merchant.call(createSharing, share({ receivers: [part(3_000)] }))).toMatchObject({ status: 200 })
  })

  test('is rounded down to a fen', async ({ merchant, control }) => {
    await waiting(control, { total: 9_999 })

    expect(await merchant.call(createSharing, share({ receivers: [part(3_000)] }))).toMatchObject(
      refusalOf(createSharing, 'over_ratio'),
    )
    expect(JSON.stringify(await control.journal())).toContain('who may get 2999 in all')
    expect(await merchant.call(createSharing, share({ receivers: [part(2_999)] }))).toMatchObject({ status: 200 })
  })

  test('is what the merchant has set, and does not count what it gets itself', async ({ merchant, control }) => {
    await waiting(control)
    await control.addSharingAccount({ max_ratio: 1_000 })

    expect(await merchant.call(createSharing, share({ receivers: [part(1_001)] }))).toMatchObject(
      refusalOf(createSharing, 'over_ratio'),
    )
    const receivers = [part(1_000), part(5_000, { account: PAYER })]
    expect(await merchant.call(createSharing, share({ receivers }))).toMatchObject({ status: 200 })
    expect(await left(merchant)).toBe(3_940)
  })
})

test('with rateLimit=on an order is shared or unfrozen once a second', async ({ merchant, control }) => {
  await control.changeSettings({ rate_limit: 'on' })
  await waiting(control)
  await waiting(control, { out_trade_no: 'ORDER_2', transaction_id: '42000' })
  const second = share({ out_order_no: 'P2' })

  expect(await merchant.call(createSharing, share())).toMatchObject({ status: 200 })
  expect(await merchant.call(createSharing, second)).toMatchObject(refusalOf(createSharing, 'too_often'))
  expect(await merchant.call(unfreezeOrder, unfreeze())).toMatchObject(refusalOf(unfreezeOrder, 'too_often'))
  expect(await merchant.call(createSharing, { ...second, out_order_no: 'P3', transaction_id: '42000' })).toMatchObject({
    status: 200,
  })
  await control.advance('PT1S')
  expect(await merchant.call(createSharing, second)).toMatchObject({ status: 200 })
})

test('an order is shared 50 times; failed shares count, refused ones do not', async ({ merchant, control }) => {
  await waiting(control)
  await control.addSharingReceiver({ account: SUPPLIER, fail_reason: 'NO_RELATION' })
  const numbered = (i: number) => share({ out_order_no: `P${i}`, receivers: [part(1)] })
  await merchant.call(createSharing, share({ out_order_no: 'P0', receivers: [part(1, { account: '1' })] }))
  for (let i = 1; i <= 50; i += 1) {
    expect(await merchant.call(createSharing, numbered(i))).toMatchObject({ status: 200 })
  }

  expect(await merchant.call(createSharing, numbered(51))).toMatchObject(refusalOf(createSharing, 'too_many_shares'))
  expect(await merchant.call(unfreezeOrder, unfreeze())).toMatchObject({ status: 200 })
})

test('a share goes to 50 receivers at most', async ({ merchant, control }) => {
  await waiting(control)
  const accounts = Array.from({ length: 51 }, (_, i) => `19000002${String(i).padStart(2, '0')}`)
  await control.addSharingReceivers(accounts.map((account) => ({ account })))
  const receivers = accounts.map((account) => part(1, { account }))

  expect(await merchant.call(createSharing, share({ receivers }))).toMatchObject({ status: 400 })
  expect(await merchant.call(createSharing, share({ receivers: [] }))).toMatchObject({ status: 400 })
  expect(
    await merchant.call(createSharing, share({ receivers: receivers.slice(1), unfreeze_unsplit: true })),
  ).toMatchObject({ status: 200 })
  expect(await control.sharingOrder('P1')).toMatchObject({ receivers: { length: 51 } })
})

test('200 shares at once never share more than is left', async ({ merchant, control }) => {
  await waiting(control, { total: 100 })
  await control.addSharingAccount({ max_ratio: 10_000 })

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      merchant.call(createSharing, share({ out_order_no: `P${i}`, receivers: [part(3)] })),
    ),
  )

  expect(answers.filter(({ status }) => status === 200)).toHaveLength(33)
  // The fee of a yuan is 0.6 fen: one.
  expect(await left(merchant)).toBe(0)
})
