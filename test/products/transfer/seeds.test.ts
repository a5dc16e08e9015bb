import { expect } from 'vitest'
import { getTransferBillByOutNo, transferToUser } from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, KEY, wanted } from './transfers.ts'

test('a world with everything about transfers comes back the same', async ({ merchant, control }) => {
  await control.changeTransferAccount({ balance: 5_000, scenes: ['1000', '1005'] })
  await control.addUser({ openid: 'oUnverified', real_name: null })
  await merchant.call(transferToUser, wanted({ user_name: encrypted('张三'), notify_url: 'https://a.example/n' }), KEY)
  await control.addTransfers([
    { out_bill_no: 'T2', state: 'SUCCESS', user_name: '李四' },
    { out_bill_no: 'T3', state: 'FAIL', fail_reason: 'ACCOUNT_FROZEN' },
    { out_bill_no: 'T4', state: 'CANCELLED', user_recv_style: 'RED_PACKET' },
    { out_bill_no: 'T5', lock_time: null },
    {
      out_bill_no: 'T6',
      authorization: {
        out_authorization_no: 'A9',
        user_display_name: '张三',
        authorization_notify_url: 'https://a.example/a',
      },
    },
  ])
  await control.addTransferAuthorizations([
    { out_authorization_no: 'A1' },
    { out_authorization_no: 'A2', authorize_time: null },
    {
      out_authorization_no: 'A3',
      close_info: { close_time: '2026-11-25T11:00:00+08:00', close_reason: 'TRANSFER_RISK' },
    },
  ])
  const world = await control.world()
  const account = await control.transferAccount()
  await control.restore(world)

  expect(await control.world()).toEqual(world)
  expect(await control.transferAccount()).toEqual(account)
  expect(
    await merchant.call(
      transferToUser,
      wanted({ user_name: encrypted('张三'), notify_url: 'https://a.example/n' }),
      KEY,
    ),
  ).toMatchObject({ status: 200, body: { state: 'WAIT_USER_CONFIRM' } })
})

test.for<[state: object, shown: object]>([
  [{}, { state: 'WAIT_USER_CONFIRM', update_time: '2026-11-25T12:00:00+08:00' }],
  [{ state: 'SUCCESS' }, { state: 'SUCCESS' }],
  [{ state: 'FAIL' }, { state: 'FAIL', fail_reason: 'OTHER_FAIL_REASON_TYPE' }],
  [
    { state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' },
    { state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' },
  ],
  [{ state: 'CANCELLED' }, { state: 'CANCELLED', fail_reason: 'MCH_CANCEL' }],
  [
    { create_time: '2026-11-24T12:00:00+08:00' },
    { state: 'FAIL', fail_reason: 'OVERDUE_CLOSE', update_time: '2026-11-25T12:00:00+08:00' },
  ],
  [
    {
      create_time: '2026-11-25T11:00:00+08:00',
      end: { by: 'user', time: '2026-11-25T11:30:00+08:00', settle_time: '2026-11-25T13:00:00+08:00' },
    },
    { state: 'TRANSFERING', update_time: '2026-11-25T11:30:00+08:00' },
  ],
])('a transfer of %j is shown as %j', async ([transfer, shown], { merchant, control }) => {
  await control.addTransfer({ out_bill_no: 'T1', ...transfer })

  expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({ body: shown })
})

test.for<[transfer: object, path: string]>([
  [
    {
      state: 'SUCCESS',
      end: { by: 'user', time: '2026-11-25T11:30:00+08:00', settle_time: '2026-11-25T11:30:00+08:00' },
    },
    '/state',
  ],
  [{ fail_reason: 'ACCOUNT_FROZEN' }, '/fail_reason'],
  [{ state: 'SUCCESS', fail_reason: 'ACCOUNT_FROZEN' }, '/fail_reason'],
])('a transfer of %j is refused', async ([transfer, path], { control }) => {
  await expect(control.addTransfer(transfer)).rejects.toMatchObject({ code: 'MOCK_TRANSFER_STATE', path })
})

test('transfers are listed, the newest first, by state and by text', async ({ control }) => {
  await control.addTransfers([
    { out_bill_no: 'T1', create_time: '2026-11-25T11:00:00+08:00', transfer_remark: '一月' },
    { out_bill_no: 'T2', create_time: '2026-11-25T11:30:00+08:00', state: 'SUCCESS' },
  ])
  const numbers = async (query: object) => (await control.transfers(query)).items.map(({ out_bill_no }) => out_bill_no)

  expect(await numbers({})).toEqual(['T2', 'T1'])
  expect(await numbers({ state: 'SUCCESS' })).toEqual(['T2'])
  expect(await numbers({ text: '一月' })).toEqual(['T1'])
  expect(await numbers({ mchid: '1900000999' })).toEqual([])
})

test('an account of a seed file has less by what its transfers took, of those with one number by the last', async ({
  control,
}) => {
  await control.restore({
    transfer_accounts: [{ funded: 5_000 }],
    transfers: [
      { out_bill_no: 'T1', transfer_amount: 1_000 },
      { out_bill_no: 'T2', transfer_amount: 200, state: 'SUCCESS' },
      { out_bill_no: 'T3', transfer_amount: 50, state: 'CANCELLED' },
      { out_bill_no: 'T1', transfer_amount: 300 },
    ],
  })

  expect(await control.transferAccount()).toMatchObject({ balance: 4_500, locked: 300, paid: 200 })
})
