import { describe, expect } from 'vitest'
import {
  applyUserConfirmAuthorization,
  getTransferBillByOutNo,
  transferToUser,
} from '../../../src/products/operations.ts'
import type { MerchantClient } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/world.ts'
import { asked, refused, wanted } from './transfers.ts'

/** Documented values of each scene: types of the report, and the texts that the user may see, the usual one first. */
const SCENES = [
  ['1000', ['活动名称', '奖励说明'], ['活动奖励', '现金奖励']],
  ['1002', ['补贴类型'], ['行政补贴', '行政奖励']],
  ['1004', ['保险产品备案编号', '保险名称', '保险操作单号'], ['保险理赔款']],
  ['1005', ['岗位类型', '报酬说明'], ['劳务报酬', '报销款', '企业补贴', '开工利是']],
  ['1009', ['采购商品名称'], ['货款']],
  ['1010', ['回收商品名称'], ['二手回收货款']],
  ['1011', ['赔付原因'], ['退款', '商家赔付']],
  ['1013', ['公益活动名称', '公益活动备案编号'], ['公益补助金']],
] as const

const MISSING = refused(400, 'PARAM_ERROR', '需传入转账场景报备信息，请检查')
const UNFIT = refused(400, 'PARAM_ERROR', '未传入完整且对应的转账场景报备信息，请根据接口文档检查')
const PERCEPTION = refused(400, 'INVALID_REQUEST', '暂不支持展示当前传入的用户收款感知')
const NOT_GRANTED = refused(400, 'INVALID_REQUEST', '你尚未获取该转账场景')

const infosOf = (types: readonly string[]) => types.map((info_type) => ({ info_type, info_content: '说明' }))

describe('the scenes of transfers', () => {
  const send = (merchant: MerchantClient, changes: object) => merchant.call(transferToUser, wanted(changes))

  test.for(SCENES)('%s takes its own report, in any order', async ([id, types, [usual]], { merchant, control }) => {
    const transfer_scene_report_infos = infosOf(types).toReversed()

    expect(await send(merchant, { transfer_scene_id: id, transfer_scene_report_infos })).toMatchObject({ status: 200 })
    expect(await control.transfer('T1')).toMatchObject({ transfer_scene_id: id, user_recv_perception: usual })
  })

  test.for(SCENES)('%s takes no other report', async ([id, types], { merchant }) => {
    const report = (given: readonly string[]) =>
      send(merchant, { transfer_scene_id: id, transfer_scene_report_infos: infosOf(given) })
    const [first, ...rest] = types

    expect(await report([])).toEqual(MISSING)
    expect(await report([...types, '活动说明'])).toEqual(MISSING)
    expect(await report(['活动说明', ...rest, first])).toEqual(MISSING)
    // A type is the same text, not one that looks like it.
    expect(await report([...rest, `${first} `])).toEqual(rest.length === 0 ? UNFIT : MISSING)
    expect(await report([...types, first])).toEqual(UNFIT)
    expect(await report([first, first])).toEqual(UNFIT)
    if (rest.length > 0) {
      expect(await report(rest)).toEqual(UNFIT)
      expect(await report([first])).toEqual(UNFIT)
    }
    expect(await report(['name', 'reason'])).toEqual(UNFIT)
    for (const [other, othersTypes] of SCENES) if (other !== id) expect(await report(othersTypes)).toEqual(UNFIT)
    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({ status: 404 })
  })

  test.for(SCENES)('%s shows its own texts only', async ([id, types, perceptions], { merchant, control }) => {
    const show = (user_recv_perception: string, out_bill_no = 'T1') =>
      send(merchant, {
        out_bill_no,
        transfer_scene_id: id,
        transfer_scene_report_infos: infosOf(types),
        user_recv_perception,
      })

    const others = SCENES.flatMap(([other, , texts]) => (other === id ? [] : texts))
    for (const text of [...others, ` ${perceptions[0]}`, '现金红包']) expect(await show(text), text).toEqual(PERCEPTION)
    for (const [i, text] of perceptions.entries()) {
      expect(await show(text, `P${i}`)).toMatchObject({ status: 200 })
      expect(await control.transfer(`P${i}`)).toMatchObject({ user_recv_perception: text })
    }
  })

  test.for(['1001', '1006', '9999', ' 1000', '1000 ', '01000', '１０００', '__proto__', 'constructor'])(
    '%j is none',
    async (transfer_scene_id, { merchant }) => {
      expect(await send(merchant, { transfer_scene_id })).toEqual(NOT_GRANTED)
    },
  )
})

test.for(SCENES)('an authorization for %s shows the texts of the scene', async ([id, , perceptions], { merchant }) => {
  const ask = (i: string, user_recv_perception?: string) =>
    merchant.call(
      applyUserConfirmAuthorization,
      asked({ out_authorization_no: `A${i}`, openid: `oUser${i}`, transfer_scene_id: id, user_recv_perception }),
    )

  expect(await ask('x')).toMatchObject({ status: 200 })
  for (const [i, text] of perceptions.entries()) expect(await ask(`${i}`, text)).toMatchObject({ status: 200 })
  const others = SCENES.flatMap(([other, , texts]) => (other === id ? [] : texts))
  for (const text of others) expect(await ask('y', text)).toEqual(PERCEPTION)
})

test.for(SCENES)('red packets are for some scenes only: %s', async ([id, types], { merchant }) => {
  const request = wanted({
    transfer_scene_id: id,
    transfer_scene_report_infos: infosOf(types),
    user_recv_style: { type: 'RED_PACKET' },
  })
  const taken = ['1000', '1002', '1005', '1011'].includes(id)

  expect(await merchant.call(transferToUser, request)).toMatchObject(
    taken ? { status: 200 } : refused(400, 'INVALID_REQUEST', '当前转账场景不支持红包样式'),
  )
})

test('an empty user_recv_perception is as none', async ({ merchant, control }) => {
  await merchant.call(transferToUser, wanted({ user_recv_perception: '' }))

  expect(await control.transfer('T1')).toMatchObject({ user_recv_perception: '活动奖励' })
})
