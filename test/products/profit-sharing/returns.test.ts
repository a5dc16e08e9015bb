import { expect } from 'vitest'
import {
  createRefund,
  createSharing,
  createSharingReturn,
  deleteReceiver,
  querySharingReturn,
  queryUnsplitAmount,
  unfreezeOrder,
} from '../../../src/products/operations.ts'
import type { MerchantClient } from '../../../src/testing/merchant-client.ts'
import { test as base } from '../../helpers/world.ts'
import { added, giveBack, part, refusalOf, SUPPLIER, share, TRANSACTION, unfreeze, waiting } from './sharing.ts'

/** The share P1 has arrived. */
const test = base.extend('shared', { auto: true }, async ({ merchant, control }) => {
  await waiting(control)
  await merchant.call(createSharing, share())
  await control.advance('PT1S')
})

const lookUp = (merchant: MerchantClient, out_return_no = 'R1') =>
  merchant.call(querySharingReturn, { out_return_no, out_order_no: 'P1' })

const refund = (merchant: MerchantClient, amount: number, out_refund_no = 'REFUND_1') =>
  merchant.call(createRefund, {
    transaction_id: TRANSACTION,
    out_refund_no,
    amount: { refund: amount, total: 10_000, currency: 'CNY' },
  })

test('a return succeeds at once, by either number, and is the same however often it is asked for', async ({
  merchant,
}) => {
  const answer = await merchant.call(createSharingReturn, giveBack())

  expect(answer).toMatchObject({ status: 200 })
  const { order_id } = answer.body as { order_id: string }
  expect(answer.body).toEqual({
    ...giveBack(),
    order_id: expect.stringMatching(/^3000/),
    return_id: expect.stringMatching(/^3008\d{6}20261125\d{11}$/),
    result: 'SUCCESS',
    create_time: '2026-11-25T12:00:01+08:00',
    finish_time: '2026-11-25T12:00:01+08:00',
  })
  expect(await merchant.call(createSharingReturn, giveBack())).toEqual(answer)
  expect((await lookUp(merchant)).body).toEqual(answer.body)
  const byId = giveBack({ order_id, out_order_no: undefined, out_return_no: 'R2' })
  expect(await merchant.call(createSharingReturn, byId)).toMatchObject({ status: 200, body: { out_order_no: 'P1' } })
  expect(await merchant.call(createSharingReturn, giveBack({ order_id: '3000', out_return_no: 'R3' }))).toMatchObject(
    refusalOf(createSharingReturn, 'share_unknown'),
  )
})

test('what is given back cannot be shared again', async ({ merchant }) => {
  await merchant.call(createSharingReturn, giveBack())

  expect(await merchant.call(queryUnsplitAmount, { transaction_id: TRANSACTION })).toMatchObject({
    body: { unsplit_amount: 8_940 },
  })
})

test('a share is given back after unfreezing, and after its receiver was deleted', async ({ merchant }) => {
  await merchant.call(unfreezeOrder, unfreeze())
  await merchant.call(deleteReceiver, added({ relation_type: undefined }))

  expect(await merchant.call(createSharingReturn, giveBack())).toMatchObject({ body: { result: 'SUCCESS' } })
})

test('a share is given back for 180 days', async ({ merchant, control }) => {
  await control.advance('P179DT23H59M58S')
  expect(await merchant.call(createSharingReturn, giveBack())).toMatchObject({ body: { result: 'SUCCESS' } })

  await control.advance('PT1S')
  expect(await merchant.call(createSharingReturn, giveBack({ out_return_no: 'R2' }))).toMatchObject(
    refusalOf(createSharingReturn, 'share_unknown'),
  )
})

test('neither a person nor a share that is under way is given back', async ({ merchant, control }) => {
  await control.addSharingReceiver({ type: 'PERSONAL_OPENID', account: '1900000111' })
  const receivers = [part(1), part(1, { type: 'PERSONAL_OPENID', account: '1900000111' })]
  await merchant.call(createSharing, share({ out_order_no: 'P2', appid: 'wxA', receivers }))
  const back = (return_mchid: string) =>
    merchant.call(createSharingReturn, giveBack({ out_order_no: 'P2', amount: 1, return_mchid }))

  expect(await back(SUPPLIER)).toMatchObject(refusalOf(createSharingReturn, 'share_unknown'))
  await control.advance('PT1S')
  expect(await back('1900000111')).toMatchObject(refusalOf(createSharingReturn, 'share_unknown'))
  expect(await back(SUPPLIER)).toMatchObject({ status: 200 })
})

test('a return for which there is too little money waits, and is tried again with the same number', async ({
  merchant,
  control,
}) => {
  await control.addSharingAccount({ mchid: SUPPLIER, returnable: 299 })
  expect(await merchant.call(createSharingReturn, giveBack())).toMatchObject({
    status: 200,
    body: { result: 'PROCESSING', finish_time: '1970-01-01T08:00:00+08:00' },
  })
  // It holds its money meanwhile.
  expect(await merchant.call(createSharingReturn, giveBack({ out_return_no: 'R2', amount: 701 }))).toMatchObject(
    refusalOf(createSharingReturn, 'more_than_left'),
  )
  await control.addSharingAccount({ mchid: SUPPLIER, returnable: 300 })
  expect((await lookUp(merchant)).body).toMatchObject({ result: 'PROCESSING' })

  expect(await merchant.call(createSharingReturn, giveBack())).toMatchObject({ body: { result: 'SUCCESS' } })
  expect(await merchant.call(createSharingReturn, giveBack({ out_return_no: 'R2', amount: 1 }))).toMatchObject({
    body: { result: 'PROCESSING' },
  })
})

test('a return that waits for five days has failed, and its money can be asked for again', async ({
  merchant,
  control,
}) => {
  await control.addSharingAccount({ mchid: SUPPLIER, returnable: 0 })
  await merchant.call(createSharingReturn, giveBack({ amount: 1_000 }))
  await control.advance('P5D')

  expect((await lookUp(merchant)).body).toMatchObject({
    result: 'FAILED',
    fail_reason: 'TIME_OUT_CLOSED',
    finish_time: '2026-11-30T12:00:01+08:00',
  })
  await control.addSharingAccount({ mchid: SUPPLIER })
  expect(await merchant.call(createSharingReturn, giveBack({ out_return_no: 'R2', amount: 1_000 }))).toMatchObject({
    body: { result: 'SUCCESS' },
  })
})

test('a control call settles a return that waits', async ({ merchant, control }) => {
  await control.addSharingAccount({ mchid: SUPPLIER, returnable: 0 })
  await merchant.call(createSharingReturn, giveBack())
  await merchant.call(createSharingReturn, giveBack({ out_return_no: 'R2' }))

  await control.settleSharingReturn('R1', { fail_reason: 'ACCOUNT_ABNORMAL' })
  await control.settleSharingReturn('R2')

  expect((await lookUp(merchant)).body).toMatchObject({ result: 'FAILED', fail_reason: 'ACCOUNT_ABNORMAL' })
  expect(await control.sharingReturn('R2')).toMatchObject({ result: 'SUCCESS' })
  await expect(control.settleSharingReturn('R2')).rejects.toMatchObject({ code: 'MOCK_SHARING_STATE' })
})

test('an order that was shared in part is refunded out of what is frozen, and after unfreezing out of what is available', async ({
  merchant,
  control,
}) => {
  expect(await refund(merchant, 8_941)).toMatchObject(refusalOf(createRefund, 'shared_in_part'))
  expect(await refund(merchant, 940)).toMatchObject({ status: 200, body: { funds_account: 'UNAVAILABLE' } })
  // The refund took 934 fen: its part of the fee came back.
  expect(await refund(merchant, 8_007, 'REFUND_2')).toMatchObject(refusalOf(createRefund, 'shared_in_part'))
  await expect(control.refundOrder('ORDER_1')).rejects.toMatchObject({ code: 'MOCK_REFUND_AMOUNT' })

  await merchant.call(unfreezeOrder, unfreeze())
  expect(await refund(merchant, 9_060, 'REFUND_2')).toMatchObject({
    status: 200,
    body: { funds_account: 'AVAILABLE' },
  })
})

test('an order that was not shared is refunded in full, and nothing is left to share', async ({
  merchant,
  control,
}) => {
  await waiting(control)

  expect(await refund(merchant, 10_000)).toMatchObject({ status: 200, body: { funds_account: 'UNAVAILABLE' } })
  expect(await merchant.call(createSharing, share({ out_order_no: 'P2' }))).toMatchObject(
    refusalOf(createSharing, 'not_enough'),
  )
})
