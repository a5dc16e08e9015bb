import { describe, expect } from 'vitest'
import { cancelTransfer, getTransferBillByOutNo, transferToUser } from '../../../src/products/operations.ts'
import { lastRemark } from '../../helpers/last-remark.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, KEY, OPENID, refused, wanted } from './transfers.ts'

const created = (state = 'WAIT_USER_CONFIRM') => ({ status: 200, body: { state } })
describe('a number that made a transfer', () => {
  test('is the same whatever the ciphertext of the name and the order of the report', async ({ merchant }) => {
    const named = () => ({ ...wanted(), user_name: encrypted('张三') })
    const infos = wanted().transfer_scene_report_infos.toReversed()
    await merchant.call(transferToUser, named(), KEY)

    expect(await merchant.call(transferToUser, named(), KEY)).toMatchObject(created())
    expect(await merchant.call(transferToUser, { ...named(), transfer_scene_report_infos: infos }, KEY)).toMatchObject(
      created(),
    )
  })
})

describe('the amount', () => {
  test.for([
    [20_000, true],
    [20_001, false],
  ] as const)('of a red packet may be %s fen: %s', async ([transfer_amount, taken], { merchant }) => {
    const request = wanted({ transfer_amount, user_recv_style: { type: 'RED_PACKET' } })

    expect(await merchant.call(transferToUser, request)).toMatchObject({ status: taken ? 200 : 400 })
    expect(await merchant.call(transferToUser, wanted({ out_bill_no: 'T2', transfer_amount }))).toMatchObject(created())
  })
})

describe('what the merchant may do', () => {
  test('depends on its scenes', async ({ merchant, control }) => {
    await control.changeTransferAccount({ scenes: ['1005', '1009'] })

    expect(await merchant.call(transferToUser, wanted())).toEqual(
      refused(400, 'INVALID_REQUEST', '你尚未获取该转账场景'),
    )
    expect(await lastRemark(control)).toMatch(
      /^scene_not_granted: 1900000001 was granted the scenes 1005, 1009, and this is scene 1000 /,
    )
    await control.changeTransferAccount({ scenes: null })
    expect(await merchant.call(transferToUser, wanted())).toMatchObject(created())
  })

  test('depends on whose openid it is', async ({ merchant, control }) => {
    await control.addUser({ openid: OPENID, appid: 'wx0000000000000002' })

    expect(await merchant.call(transferToUser, wanted())).toEqual(
      refused(400, 'INVALID_REQUEST', 'Openid格式错误或者不属于商家公众账号，请检查'),
    )
    expect(await merchant.call(transferToUser, wanted({ appid: 'wx0000000000000002' }))).toMatchObject(created())
  })
})

describe('with transferLocking=slow', () => {
  test.override('options', { transferLocking: 'slow' })

  test('a transfer is ACCEPTED, then PROCESSING, then waits for its user', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    expect(await merchant.call(transferToUser, wanted())).toMatchObject(created('ACCEPTED'))
    await expect(control.confirmTransfer('T1')).rejects.toMatchObject({ code: 'MOCK_TRANSFER_STATE' })
    await control.advance(1)
    const processing = await merchant.call(transferToUser, wanted())
    expect(processing).toMatchObject(created('PROCESSING'))
    expect(processing.body).not.toHaveProperty('package_info')
    await control.advance(1)
    expect(await merchant.call(transferToUser, wanted())).toMatchObject({
      body: { state: 'WAIT_USER_CONFIRM', package_info: expect.any(String) },
    })
    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({
      body: { update_time: '2026-11-25T12:00:02+08:00' },
    })
  })

  test('one that the account is short of money for waits for it', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeTransferAccount({ balance: 999 })
    expect(await merchant.call(transferToUser, wanted())).toMatchObject(created('ACCEPTED'))
    await control.advance('PT1H')
    expect(await merchant.call(transferToUser, wanted())).toMatchObject(created('PROCESSING'))
    expect(await control.transferAccount()).toMatchObject({ balance: 999, locked: 0 })
    await control.changeTransferAccount({ top_up: 1 })
    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject(created('PROCESSING'))
    expect(await merchant.call(transferToUser, wanted())).toMatchObject(created())
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 1_000 })
  })

  test('one that never gets its money is closed after 24 hours, or cancelled before', async ({
    merchant,
    control,
    mock,
  }) => {
    mock.clock.freeze()
    await control.changeTransferAccount({ balance: 0 })
    await merchant.call(transferToUser, wanted())
    await merchant.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    await control.advance('PT23H59M59S')
    expect(await merchant.call(cancelTransfer, { out_bill_no: 'T2' })).toMatchObject(created('CANCELING'))
    await control.advance(1)

    expect(await control.transfer('T1')).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 0, paid: 0 })
  })
})

describe('a transfer that no call made is asked for again', () => {
  test('with what it has, and is answered as it stands', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    await control.addTransfer({
      out_bill_no: 'T1',
      openid: OPENID,
      transfer_remark: '新会员有礼',
      user_name: '张三',
      lock_time: null,
      transfer_scene_report_infos: wanted().transfer_scene_report_infos.toReversed(),
    })
    await control.changeTransferAccount({ balance: 999 })
    await control.advance('PT2S')
    const call = (changes: object = {}) =>
      merchant.call(transferToUser, wanted({ user_name: encrypted('张三'), ...changes }), KEY)

    expect(await call()).toMatchObject({ status: 200, body: { state: 'PROCESSING' } })
    await control.changeTransferAccount({ top_up: 1 })
    expect(await call({ user_recv_perception: '活动奖励', user_recv_style: { type: 'CONFIRM_PAGE' } })).toMatchObject({
      status: 200,
      body: { state: 'WAIT_USER_CONFIRM', package_info: expect.any(String) },
    })
  })

  test.for<[made: object, changes: object, difference: string]>([
    [{}, { transfer_amount: 1_001 }, '/transfer_amount 1000 then, 1001 now'],
    [{}, { openid: 'oOther' }, `/openid "${OPENID}" then, "oOther" now`],
    [{}, { user_recv_perception: '现金奖励' }, '/user_recv_perception "活动奖励" then, "现金奖励" now'],
    [{}, { user_name: encrypted('李四') }, '/user_name left out then, "李四" now'],
    [{ notify_url: 'https://a.example/n' }, {}, '/notify_url "https://a.example/n" then, left out now'],
    [{ user_recv_style: 'RED_PACKET' }, {}, '/user_recv_style {"type":"RED_PACKET"} then, left out now'],
  ])('of %j with %j is refused: %s', async ([made, changes, difference], { merchant, control }) => {
    await control.addTransfer({
      out_bill_no: 'T1',
      openid: OPENID,
      transfer_remark: '新会员有礼',
      transfer_scene_report_infos: wanted().transfer_scene_report_infos,
      ...made,
    })

    expect(await merchant.call(transferToUser, wanted(changes), KEY)).toEqual(
      refused(400, 'INVALID_REQUEST', '单号已存在但信息不一致，请查单后比较确认'),
    )
    expect((await lastRemark(control))?.split(' with other values: ')).toEqual([expect.any(String), difference])
  })
})
