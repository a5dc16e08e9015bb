import { describe, expect } from 'vitest'
import {
  cancelTransfer,
  getTransferBillByOutNo,
  preTransferWithAuthorization,
  transferToUser,
} from '../../../src/products/operations.ts'
import { FAIL_REASONS } from '../../../src/products/transfer/meanings.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, KEY, OPENID, wanted } from './transfers.ts'

describe('the page', () => {
  test.for<[what: string, given: object, code: string, shown: string, why: string]>([
    [
      'a package_info that is none',
      { package_info: 'ABBQO' },
      'MOCK_PACKAGE_INFO',
      'package_info信息有误，请返回联系商家处理',
      'was never issued',
    ],
    [
      'another appid',
      { appid: 'wx0000000000000002' },
      'MOCK_PAYEE',
      '商家APPID错误，请返回商家重新发起收款',
      'created with the appid wx0000000000000001',
    ],
    [
      'the phone of another user',
      { openid: 'oOther' },
      'MOCK_PAYEE',
      '收款微信号不一致',
      `transfer T1 is for ${OPENID}`,
    ],
  ])('does not open with %s', async ([, given, code, shown, why], { merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    const before = await control.world()

    for (const open of [control.confirmTransfer('T1', given), control.dismissTransfer('T1', given)]) {
      await expect(open).rejects.toMatchObject({
        code,
        texts: { en: expect.stringContaining(why), zh: expect.stringContaining(shown) },
      })
    }
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

  test('shows nothing for a transfer that does not exist', async ({ control }) => {
    await expect(control.confirmTransfer('T1')).rejects.toMatchObject({ code: 'MOCK_TRANSFER_UNKNOWN' })
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

  test.for(FAIL_REASONS)('fails with %s when it is told to', async (outcome, { merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    await control.confirmTransfer('T1', { outcome })

    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({
      body: { state: 'FAIL', fail_reason: outcome },
    })
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

  test('fails beyond what a user may receive in a day, with live limits', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_limits: 'live' })
    const pay = async (out_bill_no: string, transfer_amount: number, openid = OPENID) => {
      await merchant.call(transferToUser, wanted({ out_bill_no, transfer_amount, openid }))
      return (await control.confirmTransfer(out_bill_no)).transfer
    }
    for (let i = 0; i < 10; i += 1) expect(await pay(`D${i}`, 20_000)).toMatchObject({ state: 'SUCCESS' })

    expect(await pay('T1', 10)).toMatchObject({ state: 'FAIL', fail_reason: 'DAY_RECEIVED_QUOTA_EXCEED' })
    expect(await pay('T2', 10, 'oOther')).toMatchObject({ state: 'SUCCESS' })
    await control.advance('PT12H')
    expect(await pay('T3', 10)).toMatchObject({ state: 'SUCCESS' })
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
  const authorization_info = {
    user_display_name: '张三',
    out_authorization_no: 'A1',
    authorization_notify_url: 'https://shop.example.com/authorized',
  }
  const asked = (changes: object = {}) => wanted({ authorization_info, ...changes })

  test('makes it as the user confirms', async ({ merchant, control }) => {
    expect(await merchant.call(preTransferWithAuthorization, asked())).toMatchObject({
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
      await merchant.call(preTransferWithAuthorization, asked())
      await control.confirmTransfer('T1', choice)

      expect(await control.world()).toMatchObject({ transfer_authorizations: [], notifications: [] })
    },
  )

  test('leaves another authorization that has its number by then as it is', async ({ merchant, control }) => {
    await merchant.call(preTransferWithAuthorization, asked())
    const other = await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: 'oOther' })
    await control.confirmTransfer('T1')

    expect(await control.world()).toMatchObject({ transfer_authorizations: [other], notifications: [] })
  })

  test.for([
    { given: 4, after: 5 },
    { given: 5, after: 5 },
  ])('leaves the user $after where $given were given meanwhile', async ({ given, after }, { merchant, control }) => {
    await merchant.call(preTransferWithAuthorization, asked())
    for (let i = 0; i < given; i++) {
      await control.addTransferAuthorization({ out_authorization_no: `B${i}`, openid: OPENID })
    }
    await control.confirmTransfer('T1')

    expect((await control.world()).transfer_authorizations).toHaveLength(after)
  })
})
