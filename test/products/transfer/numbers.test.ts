import { describe, expect } from 'vitest'
import type { WechatPayMock } from '../../../src/mock.ts'
import {
  applyUserConfirmAuthorization,
  getTransferBillByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { asked, encrypted, KEY, OPENID, refused, WAYS, wanted } from './transfers.ts'

const REUSED = refused(400, 'INVALID_REQUEST', '单号已存在但信息不一致，请查单后比较确认')
const FINAL = refused(400, 'ALREADY_EXISTS', '订单已存在')
const TOO_OLD = refused(400, 'INVALID_REQUEST', '对应单号已超出重试期,请查单确认后决定是否换单请求')

const withUser = test.extend('user', { auto: true }, ({ control }) =>
  control.addTransferAuthorization({ out_authorization_no: 'A1', authorization_id: 'ID1', openid: OPENID }),
)

describe('a number that made a transfer', () => {
  withUser.for(WAYS.flatMap((first) => WAYS.map((second) => ({ first, second }))))(
    'with $first.operation.id, given to $second.operation.id',
    async ({ first, second }, { merchant, control }) => {
      const made = await merchant.call(first.operation, first.body)
      expect(made).toMatchObject({ status: 200 })
      const before = await control.world()

      const again = await merchant.call(second.operation, second.body)

      const { transfer_bill_no } = Object(made.body)
      // The user of an authorization is paid at once.
      const same = first.operation === transferWithAuthorization ? FINAL : { status: 200, body: { transfer_bill_no } }
      expect(again).toMatchObject(first === second ? same : REUSED)
      expect(await control.world()).toEqual(before)
    },
  )

  withUser.for(
    WAYS.flatMap(({ operation, body }) =>
      [
        { appid: 'wx0000000000000002' },
        { transfer_amount: 999 },
        { transfer_remark: '新会员有礼 ' },
        ...(operation === transferWithAuthorization ? [] : [{ notify_url: 'https://shop.example.com/n' }]),
        { user_recv_perception: '活动奖励' },
        { user_name: encrypted('张三') },
        {
          transfer_scene_report_infos: [
            { info_type: '活动名称', info_content: '新会员有礼' },
            { info_type: '奖励说明', info_content: '另一个' },
          ],
        },
        ...(operation === transferToUser ? [{ user_recv_style: { type: 'RED_PACKET' } }, { openid: 'oOther' }] : []),
        ...(operation === transferWithAuthorization ? [{ authorization_id: 'ID1' }] : [{ openid: 'oOther' }]),
        ...(operation === transferToUser ? [] : [{ sponsor_mchid: '1900000109' }]),
      ].map((changes) => ({ operation, body, changes })),
    ),
  )('is refused by $operation.id with $changes', async ({ operation, body, changes }, { merchant, control }) => {
    await merchant.call(operation, body)
    const before = await control.world()

    expect(await merchant.call(operation, { ...body, ...changes }, KEY)).toEqual(REUSED)
    expect(await control.world()).toEqual(before)
  })

  withUser.for(WAYS)(
    'is told from one in other letters by $operation.id',
    async ({ operation, body }, { merchant }) => {
      for (const out_bill_no of ['Ab1', 'ab1', 'AB1', 'aB1']) {
        expect(await merchant.call(operation, { ...body, out_bill_no })).toMatchObject({
          status: 200,
          body: { out_bill_no },
        })
      }
      expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'Ab1' })).toMatchObject({
        body: { out_bill_no: 'Ab1' },
      })
    },
  )

  withUser('is answered with the names in another order, too', async ({ merchant }) => {
    await merchant.call(transferToUser, wanted())
    const reversed = Object.fromEntries(Object.entries(wanted()).toReversed())

    expect(await merchant.call(transferToUser, reversed)).toMatchObject({ status: 200 })
  })

  withUser.for<[name: string, happens: (control: WechatPayMock['control']) => Promise<unknown>, answer: object]>([
    ['is refused once it succeeded', (control) => control.confirmTransfer('T1'), FINAL],
    ['is refused once it failed', (control) => control.failTransfer('T1'), FINAL],
    ['is refused once it was cancelled', (control) => control.callOffTransfer('T1'), FINAL],
    ['is final on the third day of China', (control) => control.advance('PT59H59M59S'), FINAL],
    ['is too old on the fourth', (control) => control.advance('PT60H'), TOO_OLD],
  ])('%s', async ([, happens, answer], { merchant, control, mock }) => {
    mock.clock.freeze()
    await control.changeSettings({ transfer_cancel_takes: 0 })
    await merchant.call(transferToUser, wanted())
    await happens(control)

    expect(await merchant.call(transferToUser, wanted())).toEqual(answer)
    expect(await merchant.call(transferToUser, wanted({ transfer_amount: 999 }))).toEqual(REUSED)
  })
})

describe('a number of an authorization', () => {
  test.for([
    { appid: 'wx0000000000000002' },
    { openid: 'oOther' },
    { transfer_scene_id: '1005' },
    { user_display_name: '李四' },
    { user_recv_perception: '活动奖励' },
    { authorization_notify_url: 'https://shop.example.com/b' },
    { scene_info: {} },
    { scene_info: { device_type: 'IOS' } },
  ])('is refused with %j', async (changes, { merchant, control }) => {
    await merchant.call(applyUserConfirmAuthorization, asked())
    const before = await control.world()

    expect(await merchant.call(applyUserConfirmAuthorization, asked(changes))).toEqual(
      refused(400, 'INVALID_REQUEST', '商户授权单号已被使用，且请求参数与之前不一致'),
    )
    expect(await control.world()).toEqual(before)
  })

  test('is told from one in other letters, and is no number of a transfer', async ({ merchant }) => {
    expect(await merchant.call(applyUserConfirmAuthorization, asked())).toMatchObject({ status: 200 })
    expect(
      await merchant.call(applyUserConfirmAuthorization, asked({ out_authorization_no: 'a1', openid: 'oOther' })),
    ).toMatchObject({ status: 200 })
    expect(await merchant.call(transferToUser, wanted({ out_bill_no: 'A1' }))).toMatchObject({ status: 200 })
  })
})
