import { describe, expect } from 'vitest'
import { transferToUser } from '../../../src/products/operations.ts'
import { lastRemark } from '../../helpers/last-remark.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, KEY, OPENID, refused, wanted } from './transfers.ts'

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
