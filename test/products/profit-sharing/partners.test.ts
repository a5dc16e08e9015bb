import { expect } from 'vitest'
import {
  addReceiver,
  createSharing,
  createSharingReturn,
  queryMaxRatio,
  querySharing,
  querySharingReturn,
  queryUnsplitAmount,
  unfreezeOrder,
} from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { KEY } from '../transfer/transfers.ts'
import { giveBack, PAYER, refusalOf, share, TRANSACTION, unfreeze, waiting, withName } from './sharing.ts'

const SUB = '1900000102'
const of = { sub_mchid: SUB }

test('a partner shares the orders of its sub-merchant, which pays', async ({ merchant, control }) => {
  await waiting(control, of)

  const { status, body } = await merchant.call(createSharing, share({ ...of, unfreeze_unsplit: true }))

  expect(status).toBe(200)
  expect(body).toMatchObject({ sub_mchid: SUB, receivers: [{ amount: 1_000 }, { account: SUB, amount: 8_940 }] })
  const named = { out_order_no: 'P1', transaction_id: TRANSACTION }
  expect((await merchant.call(querySharing, { ...named, ...of })).body).toEqual(body)
  expect(await merchant.call(querySharing, named)).toMatchObject(refusalOf(querySharing, 'not_found'))
  await control.advance('PT1S')
  expect(await merchant.call(createSharingReturn, giveBack())).toMatchObject(
    refusalOf(createSharingReturn, 'share_unknown'),
  )
  const { body: returned } = await merchant.call(createSharingReturn, giveBack(of))
  expect(returned).toMatchObject({ sub_mchid: SUB, result: 'SUCCESS' })
  const back = { out_return_no: 'R1', out_order_no: 'P1', ...of }
  expect((await merchant.call(querySharingReturn, back)).body).toEqual(returned)
})

test('an order is shared for the sub-merchant that it was placed for only', async ({ merchant, control }) => {
  await waiting(control, of)

  for (const changes of [{}, { sub_mchid: '1900000103' }]) {
    expect(await merchant.call(createSharing, share(changes))).toMatchObject(
      refusalOf(createSharing, 'order_of_another_merchant'),
    )
    expect(await merchant.call(unfreezeOrder, unfreeze(changes))).toMatchObject(
      refusalOf(unfreezeOrder, 'order_of_another_merchant'),
    )
  }
  expect(await merchant.call(unfreezeOrder, unfreeze(of))).toMatchObject({ body: { sub_mchid: SUB } })
})

test('neither the sub-merchant nor another partner touches the order of a partner', async ({
  control,
  clientOf,
  others,
}) => {
  await waiting(control, of)
  for (const other of [others.owner, others.partner]) {
    const client = await clientOf({ ...other, partners: [PAYER] })
    expect(await client.call(createSharing, share())).toMatchObject(
      refusalOf(createSharing, 'order_of_another_merchant'),
    )
    expect(await client.call(queryUnsplitAmount, { transaction_id: TRANSACTION })).toMatchObject(
      refusalOf(queryUnsplitAmount, 'not_found'),
    )
  }
})

test('each sub-merchant has receivers and a ratio of its own', async ({ merchant, control }) => {
  await waiting(control, of)
  await control.addOrder({
    out_trade_no: 'ORDER_2',
    transaction_id: '42000',
    profit_sharing: true,
    sub_mchid: '1900000103',
  })
  const second = share({ out_order_no: 'P2', transaction_id: '42000', sub_mchid: '1900000103' })

  expect(await merchant.call(createSharing, second)).toMatchObject(refusalOf(createSharing, 'receiver_unknown'))
  expect(await merchant.call(addReceiver, withName({ sub_mchid: '1900000103' }), KEY)).toMatchObject({
    body: { sub_mchid: '1900000103' },
  })
  await control.addSharingAccount({ mchid: '1900000103', max_ratio: 900 })
  expect(await merchant.call(queryMaxRatio, { sub_mchid: '1900000103' })).toMatchObject({
    status: 200,
    body: { sub_mchid: '1900000103', max_ratio: 900 },
  })
  expect(await merchant.call(createSharing, second)).toMatchObject(refusalOf(createSharing, 'over_ratio'))
  expect(await merchant.call(createSharing, share(of))).toMatchObject({ status: 200 })
})

test('a known merchant has to name its partner', async ({ merchant, control, clientOf, others }) => {
  await waiting(control, of)
  await clientOf({ ...others.owner, partners: [PAYER] })

  expect(await merchant.call(createSharing, share(of))).toMatchObject({ status: 200 })
  expect(await merchant.call(addReceiver, withName({ sub_mchid: PAYER }), KEY)).toMatchObject(
    refusalOf(addReceiver, 'no_partnership'),
  )
})
