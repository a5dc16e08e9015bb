import { describe, expect } from 'vitest'
import {
  cancelTransfer,
  getTransferBillByNo,
  getTransferBillByOutNo,
  transferToUser,
} from '../../../src/products/operations.ts'
import { lastRemark } from '../../helpers/last-remark.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, KEY, OPENID, refused, wanted } from './transfers.ts'

const created = (state = 'WAIT_USER_CONFIRM') => ({ status: 200, body: { state } })
describe('a number that made a transfer', () => {
  test('is answered with it, and another package_info', async ({ merchant, control }) => {
    const first = await merchant.call(transferToUser, wanted())
    await control.advance(60)
    const again = await merchant.call(transferToUser, wanted())

    const { package_info, ...rest } = Object(first.body)
    expect(again).toEqual({ status: 200, body: { ...rest, package_info: expect.any(String) } })
    expect(Object(again.body).package_info).not.toBe(package_info)
    expect((await control.world()).transfers).toHaveLength(1)
  })

  test('is the same whatever the ciphertext of the name and the order of the report', async ({ merchant }) => {
    const named = () => ({ ...wanted(), user_name: encrypted('张三') })
    const infos = wanted().transfer_scene_report_infos.toReversed()
    await merchant.call(transferToUser, named(), KEY)

    expect(await merchant.call(transferToUser, named(), KEY)).toMatchObject(created())
    expect(await merchant.call(transferToUser, { ...named(), transfer_scene_report_infos: infos }, KEY)).toMatchObject(
      created(),
    )
  })

  test.for<[changes: object, difference: string]>([
    [{ transfer_amount: 1_001 }, '/transfer_amount 1000 then, 1001 now'],
    [{ openid: 'oOther' }, '/openid "oUser00000000000000000000001" then, "oOther" now'],
    [{ transfer_remark: '另一个' }, '/transfer_remark "新会员有礼" then, "另一个" now'],
    [{ notify_url: 'https://shop.example.com/n' }, '/notify_url left out then, "https://shop.example.com/n" now'],
    [{ user_name: encrypted('张三') }, '/user_name left out then, "张三" now'],
    [{ transfer_scene_id: '9999' }, '/transfer_scene_id "1000" then, "9999" now'],
  ])('is refused with %j', async ([changes, difference], { merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    const before = await control.world()

    expect(await merchant.call(transferToUser, wanted(changes), KEY)).toEqual(
      refused(400, 'INVALID_REQUEST', '单号已存在但信息不一致，请查单后比较确认'),
    )
    expect(await lastRemark(control)).toContain(difference)
    expect(await control.world()).toEqual(before)
  })

  test('is free for another merchant, who does not see the transfer', async ({ merchant, clientOf, others }) => {
    const first = await merchant.call(transferToUser, wanted())
    const stranger = await clientOf(others.owner)

    expect(await stranger.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toEqual(
      refused(404, 'NOT_FOUND', '记录不存在'),
    )
    const { transfer_bill_no } = Object(first.body)
    expect(await stranger.call(getTransferBillByNo, { transfer_bill_no })).toMatchObject({ status: 404 })
    expect(await stranger.call(cancelTransfer, { out_bill_no: 'T1' })).toMatchObject({ status: 404 })
    expect(await stranger.call(transferToUser, wanted({ transfer_amount: 30 }))).toMatchObject(created())
  })
})

describe('the amount', () => {
  test('of all limits is 200,000 yuan at most', async ({ merchant }) => {
    const named = (transfer_amount: number) =>
      merchant.call(transferToUser, wanted({ transfer_amount, user_name: encrypted('张三') }), KEY)

    expect(await named(20_000_001)).toMatchObject({ status: 400 })
    expect(await named(20_000_000)).toMatchObject(created())
  })

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

  test('depends on whether it has opened the product', async ({ merchant, control }) => {
    await control.changeTransferAccount({ opened: false })

    expect(await merchant.call(transferToUser, wanted())).toEqual(
      refused(403, 'NO_AUTH', '当前商户号没有相关权限，暂不支持使用'),
    )
    await control.changeTransferAccount({ opened: true })
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
