import { describe, expect, vi } from 'vitest'
import type { MockControl } from '../../../src/mock-control.ts'
import {
  cancelTransfer,
  getTransferBillByOutNo,
  preTransferWithAuthorization,
  transferToUser,
} from '../../../src/products/operations.ts'
import { FAIL_REASONS } from '../../../src/products/transfer/meanings.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, INFO, KEY, OPENID, wanted } from './transfers.ts'

describe('the page', () => {
  test.for([
    [{ package_info: 'ABBQO' }, 'MOCK_PACKAGE_INFO'],
    [{ appid: 'wx0000000000000002' }, 'MOCK_PAYEE'],
    [{ openid: 'oOther' }, 'MOCK_PAYEE'],
  ] as const)('does not open with %j', async ([given, code], { merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    const before = await control.world()

    await expect(control.confirmTransfer('T1', given)).rejects.toMatchObject({ code })
    await expect(control.dismissTransfer('T1', given)).rejects.toMatchObject({ code })
    expect(await control.world()).toEqual(before)
  })

  test('does not open with the package_info of another transfer, or a changed one', async ({ merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    const other = await merchant.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    const { package_info, transfer_bill_no } = Object(other.body)

    await expect(control.confirmTransfer('T1', { package_info })).rejects.toMatchObject({
      code: 'MOCK_PACKAGE_INFO',
      message: expect.stringContaining(`that of the transfer_bill_no ${transfer_bill_no}, and transfer T1 has`),
    })
    const changed = `${package_info.slice(0, 60)}${package_info[60] === 'A' ? 'B' : 'A'}${package_info.slice(61)}`
    await expect(control.confirmTransfer('T2', { package_info: changed })).rejects.toMatchObject({
      code: 'MOCK_PACKAGE_INFO',
    })
    expect(await control.confirmTransfer('T2', { package_info })).toMatchObject({ transfer: { state: 'SUCCESS' } })
  })

  test('is dead after 24 hours, also of a transfer that is closed later', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_closes_late: 47 })
    await merchant.call(transferToUser, wanted())
    await control.advance('P1D')

    const again = await merchant.call(transferToUser, wanted())
    expect(again).toMatchObject({ body: { state: 'WAIT_USER_CONFIRM', package_info: expect.any(String) } })
    const { package_info } = Object(again.body)
    await expect(control.confirmTransfer('T1', { package_info })).rejects.toMatchObject({ code: 'MOCK_PACKAGE_INFO' })
    await control.advance('PT46M59S')
    expect(await control.transfer('T1')).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
    await control.advance('PT1S')
    expect(await control.transfer('T1')).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
  })

  test('can be opened again until the user confirms, with any package_info', async ({ merchant, control }) => {
    const answers = [await merchant.call(transferToUser, wanted()), await merchant.call(transferToUser, wanted())]
    for (const { body } of answers) {
      const { package_info } = Object(body)
      expect(await control.dismissTransfer('T1', { package_info })).toMatchObject({
        err_msg: 'requestMerchantTransfer:fail cancel',
      })
    }
    const { package_info } = await control.transfer('T1')
    expect(await control.confirmTransfer('T1', package_info === undefined ? {} : { package_info })).toMatchObject({
      transfer: { state: 'SUCCESS' },
    })
    await expect(control.dismissTransfer('T1')).rejects.toMatchObject({ code: 'MOCK_TRANSFER_STATE' })
  })
})

describe('a confirmed transfer', () => {
  test('is TRANSFERING for as long as the setting says', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_takes: 10 })
    await merchant.call(transferToUser, wanted())
    expect(await control.confirmTransfer('T1')).toMatchObject({ transfer: { state: 'TRANSFERING' } })
    expect(await merchant.call(cancelTransfer, { out_bill_no: 'T1' })).toMatchObject({
      status: 400,
      body: { message: '单号错误，请检查' },
    })
    const again = await merchant.call(transferToUser, wanted())
    expect(again).toMatchObject({ body: { state: 'TRANSFERING' } })
    expect(again.body).not.toHaveProperty('package_info')
    await control.advance(9)
    expect(await control.transfer('T1')).toMatchObject({
      state: 'TRANSFERING',
      update_time: '2026-11-25T12:00:00+08:00',
    })
    await control.advance(1)
    expect(await control.transfer('T1')).toMatchObject({ state: 'SUCCESS', update_time: '2026-11-25T12:00:10+08:00' })
  })

  test('is completed as the user opens the page again', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_takes: 10 })
    await merchant.call(transferToUser, wanted())
    await control.confirmTransfer('T1', { outcome: 'ACCOUNT_FROZEN' })
    await control.advance(3)

    expect(await control.confirmTransfer('T1')).toMatchObject({
      transfer: { state: 'FAIL', fail_reason: 'ACCOUNT_FROZEN', update_time: '2026-11-25T12:00:03+08:00' },
    })
  })

  test('may succeed at last, whatever was said first', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_takes: 10 })
    await merchant.call(transferToUser, wanted())
    await control.confirmTransfer('T1', { outcome: 'ACCOUNT_FROZEN' })

    expect(await control.confirmTransfer('T1', { outcome: 'SUCCESS' })).toMatchObject({
      transfer: { state: 'SUCCESS' },
    })
  })

  test('fails for any reason when it is told to', async ({ merchant, control }) => {
    for (const outcome of FAIL_REASONS) {
      await control.addTransfer({ out_bill_no: 'T1' })
      await control.confirmTransfer('T1', { outcome })

      expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({
        body: { state: 'FAIL', fail_reason: outcome },
      })
    }
  })

  test.for<[what: string, user: object, state: string, reason?: string]>([
    ['the name', { real_name: '张三' }, 'SUCCESS'],
    ['another name', { real_name: '李四' }, 'FAIL', 'NAME_NOT_CORRECT'],
    ['no verified name', { real_name: null }, 'FAIL', 'REAL_NAME_CHECK_FAIL'],
    ['an unknown name', {}, 'SUCCESS'],
  ])('of a user with %s ends', async ([, user, state, fail_reason], { merchant, control }) => {
    await merchant.call(transferToUser, wanted({ user_name: encrypted('张三') }), KEY)
    await control.addUser({ openid: OPENID, ...user })

    const { transfer } = await control.confirmTransfer('T1')
    expect([transfer.state, transfer.fail_reason]).toEqual([state, fail_reason])
  })

  test('of a user with another name succeeds where the merchant gave none', async ({ merchant, control }) => {
    await control.addUser({ openid: OPENID, real_name: '李四' })
    await merchant.call(transferToUser, wanted())

    expect(await control.confirmTransfer('T1')).toMatchObject({ transfer: { state: 'SUCCESS' } })
  })
})

describe('a transfer that WeChat Pay refuses', () => {
  test.for([undefined, 'ACCOUNT_FROZEN'] as const)('fails for %s', async (fail_reason, { merchant, control }) => {
    await merchant.call(transferToUser, wanted())

    expect(await control.failTransfer('T1', fail_reason && { fail_reason })).toMatchObject({
      state: 'FAIL',
      fail_reason: fail_reason ?? 'TRANSFER_RISK',
    })
    await expect(control.failTransfer('T1')).rejects.toMatchObject({ code: 'MOCK_TRANSFER_STATE' })
  })

  test('fails while it is TRANSFERING, but not once it is cancelled', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_takes: 10 })
    await merchant.call(transferToUser, wanted())
    await merchant.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    await control.confirmTransfer('T1')
    await merchant.call(cancelTransfer, { out_bill_no: 'T2' })

    expect(await control.failTransfer('T1')).toMatchObject({ state: 'FAIL' })
    await expect(control.failTransfer('T2')).rejects.toMatchObject({ code: 'MOCK_TRANSFER_STATE' })
  })
})

describe('a transfer with an authorization', () => {
  const asking = wanted({ authorization_info: INFO })

  test('makes it as the user confirms', async ({ merchant, control }) => {
    expect(await merchant.call(preTransferWithAuthorization, asking)).toMatchObject({
      status: 200,
      body: { state: 'WAIT_USER_CONFIRM', user_display_name: '张三', out_authorization_no: 'A1' },
    })
    await expect(control.transferAuthorization('A1')).rejects.toMatchObject({ code: 'MOCK_AUTHORIZATION_UNKNOWN' })
    await control.confirmTransfer('T1')

    expect(await control.transferAuthorization('A1')).toMatchObject({ state: 'TAKING_EFFECT', openid: OPENID })
    expect((await control.world()).notifications).toMatchObject([{ event_type: 'MCHTRANSFER.AUTHORIZATION.CONFIRMED' }])
  })

  test.for([{ authorize: false }, { outcome: 'TRANSFER_RISK' }] as const)(
    'makes none with %j',
    async (choice, { merchant, control }) => {
      await merchant.call(preTransferWithAuthorization, asking)
      await control.confirmTransfer('T1', choice)

      expect(await control.world()).toMatchObject({ transfer_authorizations: [], notifications: [] })
    },
  )

  test('makes none as a transfer under way completes', async ({ merchant, control }) => {
    await control.changeSettings({ transfer_takes: 60 })
    await merchant.call(preTransferWithAuthorization, asking)
    await control.confirmTransfer('T1', { authorize: false })
    await control.confirmTransfer('T1')

    expect((await control.world()).transfer_authorizations).toEqual([])
  })

  test('leaves another authorization that has its number by then as it is', async ({ merchant, control }) => {
    await merchant.call(preTransferWithAuthorization, asking)
    const other = await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: 'oOther' })
    await control.confirmTransfer('T1')

    expect(await control.world()).toMatchObject({ transfer_authorizations: [other], notifications: [] })
  })

  test.for([
    { given: 4, after: 5 },
    { given: 5, after: 5 },
  ])('leaves the user $after where $given were given meanwhile', async ({ given, after }, { merchant, control }) => {
    await merchant.call(preTransferWithAuthorization, asking)
    for (let i = 0; i < given; i++) {
      await control.addTransferAuthorization({ out_authorization_no: `B${i}`, openid: OPENID })
    }
    await control.confirmTransfer('T1')

    expect((await control.world()).transfer_authorizations).toHaveLength(after)
  })
})

/** Actions of people on transfers and authorizations, with the members that record their time. */
const CALLS: readonly (readonly [name: string, call: (control: MockControl) => Promise<unknown>, shown: object])[] = [
  ['confirming', (control) => control.confirmTransfer('T1').then(({ transfer }) => transfer.end), { time: at(5) }],
  ['failing', (control) => control.failTransfer('T1').then(({ end }) => end), { time: at(5), settle_time: at(5) }],
  ['agreeing', (control) => control.confirmTransferAuthorization('A1'), { authorize_time: at(5) }],
  ['closing', (control) => control.closeTransferAuthorization('A1'), { close_info: { close_time: at(5) } }],
]

function at(second: number): string {
  return `2026-11-25T12:00:0${second}+08:00`
}

// Processes that share a store take turns. By the instant at which it was called, one would change what is over.
test.for(CALLS)('%s happens when it has its turn', async ([, call, shown], { mock, control }) => {
  mock.clock.freeze()
  await control.addTransfer({ out_bill_no: 'T1' })
  await control.addTransferAuthorization({ out_authorization_no: 'A1', authorize_time: null })
  const transaction = mock.store.transaction.bind(mock.store)
  const turn = vi.spyOn(mock.store, 'transaction').mockImplementationOnce(async (work) => {
    await control.advance(5)
    return transaction(work)
  })

  expect(await call(control)).toMatchObject(shown)
  turn.mockRestore()
})
