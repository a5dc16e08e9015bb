import { expect } from 'vitest'
import { createSharing, createSharingReturn, unfreezeOrder } from '../../../src/products/operations.ts'
import { test as base } from '../../helpers/callbacks.ts'
import { told } from '../transfer/transfers.ts'
import { giveBack, PAYER, part, share, TRANSACTION, unfreeze, waiting } from './sharing.ts'

const OWNER = '1900000102'

/** A merchant that is told of its shares. */
const test = base.extend('shop', async ({ receiver, control, clientOf, others }) => {
  await clientOf(others.owner)
  const shop = await receiver.start(200)
  await control.addSharingAccount({ mchid: OWNER, notify_url: shop.url })
  await control.addSharingReceiver({ account: OWNER })
  return { ...shop, received: shop.received, told: () => shop.received.map((one) => told(one, others.owner.apiV3Key)) }
})

const receivers = [part(1_000, { account: OWNER })]

test('a merchant is told of a share once it has the money', async ({ shop, merchant, control }) => {
  await waiting(control)
  const { body } = await merchant.call(createSharing, share({ receivers: [part(1), ...receivers] }))
  expect(shop.received).toEqual([])

  await control.advance('PT1S')

  expect(shop.told()).toMatchObject([
    { event_type: 'TRANSACTION.SUCCESS', summary: '分账', create_time: '2026-11-25T12:00:01+08:00' },
  ])
  expect(shop.told()[0]?.plaintext).toBe(
    JSON.stringify({
      mchid: PAYER,
      transaction_id: TRANSACTION,
      order_id: (body as { order_id: string }).order_id,
      out_order_no: 'P1',
      receiver: { type: 'MERCHANT_ID', account: OWNER, amount: 1_000, description: '供货分账' },
      success_time: '2026-11-25T12:00:01+08:00',
    }),
  )
})

test('a merchant is told what it gave back, and to whom', async ({ shop, merchant, control, mock }) => {
  await waiting(control)
  await merchant.call(createSharing, share({ receivers }))
  await control.advance('PT1S')
  const { body } = await merchant.call(createSharingReturn, giveBack({ return_mchid: OWNER }))
  await mock.outbox.idle()

  expect(shop.told()).toMatchObject([
    { summary: '分账' },
    {
      event_type: 'TRANSACTION.SUCCESS',
      summary: '分账回退',
      resource: {
        mchid: PAYER,
        order_id: (body as { return_id: string }).return_id,
        out_order_no: 'R1',
        receiver: { type: 'MERCHANT_ID', account: PAYER, amount: 300, description: '用户退款' },
      },
    },
  ])
})

test('a partner and its sub-merchant are named', async ({ shop, merchant, control }) => {
  await waiting(control, { sub_mchid: '1900000200' })
  await control.addSharingReceiver({ mchid: '1900000200', account: OWNER })
  await merchant.call(createSharing, share({ sub_mchid: '1900000200', receivers }))
  await control.advance('PT1S')

  const { resource } = shop.told()[0] ?? {}
  expect(resource).toMatchObject({ sp_mchid: PAYER, sub_mchid: '1900000200' })
  expect(resource).not.toHaveProperty('mchid')
})

test('nobody is told of a share that fails', async ({ shop, merchant, control }) => {
  await waiting(control)
  await merchant.call(createSharing, share({ receivers }))
  await control.settleSharingOrder('P1', { fail_reason: 'ACCOUNT_ABNORMAL' })
  await control.advance('PT1M')

  expect(shop.received).toEqual([])
  expect((await control.world()).notifications).toEqual([])
})

test('a share that is settled early is told of then, once', async ({ shop, merchant, control, mock }) => {
  await waiting(control)
  await merchant.call(createSharing, share({ receivers }))
  await control.settleSharingOrder('P1')
  await mock.outbox.idle()
  await control.advance('PT1M')

  expect(shop.told()).toMatchObject([{ resource: { success_time: '2026-11-25T12:00:00+08:00' } }])
})

test('the payer is not told what it kept', async ({ merchant, control, receiver }) => {
  const shop = await receiver.start(200)
  await waiting(control)
  await control.addSharingAccount({ notify_url: shop.url })
  await merchant.call(createSharing, share())
  await merchant.call(unfreezeOrder, unfreeze())
  await control.advance('PT1M')

  expect(shop.received).toEqual([])
})

test('a sample goes to the address of the account', async ({ shop, control, mock }) => {
  await control.sendNotification({ event_type: 'TRANSACTION.SUCCESS/profit-sharing', mchid: OWNER } as never)
  await mock.outbox.idle()

  expect(shop.told()).toMatchObject([{ summary: '分账', resource: { receiver: { account: OWNER } } }])
})
