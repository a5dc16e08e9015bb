import { describe, expect } from 'vitest'
import {
  applyUserConfirmAuthorization,
  preTransferWithAuthorization,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { asked, authorized, encrypted, INFO, KEY, OPENID, wanted } from './transfers.ts'

const APPID = 'wx0000000000000001'

/** A mistake of a call: fields of its body, or an earlier event. */
interface Wrong {
  readonly body?: object
  readonly before?: 'not opened' | 'number used' | 'openid of another appid' | 'short of money' | 'five authorizations'
  readonly message: string | RegExp
}

const FIELD = { body: { appid: '' }, message: /字符串规则校验失败/ }
const UNDEFINED = { body: { mchid: '1' }, message: '请求中含有未在API文档中定义的参数' }
const NOT_OPENED = { before: 'not opened', message: '当前商户号没有相关权限，暂不支持使用' } as const
const APPID_UNBOUND = { body: { appid: 'wx0000000000000009' }, message: 'appid和mchid不匹配' }
const URL_UNFIT = { body: { notify_url: 'http://shop.example.com/n' }, message: '请求参数错误' }
const SCENE = { body: { transfer_scene_id: '9999' }, message: '你尚未获取该转账场景' }
const PERCEPTION = { body: { user_recv_perception: '货款' }, message: '暂不支持展示当前传入的用户收款感知' }
const OPENID_UNFIT = {
  before: 'openid of another appid',
  message: 'Openid格式错误或者不属于商家公众账号，请检查',
} as const

/** Possible mistakes of any transfer, in the order of their checks. Where two set the same field, the one checked first wins. */
const ofTransfer = (first: readonly Wrong[], ...authorization: readonly Wrong[]): readonly Wrong[] => [
  FIELD,
  UNDEFINED,
  { body: { user_name: '张三' }, message: '请确认待处理的消息是否为加密后的密文' },
  ...first,
  NOT_OPENED,
  { before: 'number used', message: '单号已存在但信息不一致，请查单后比较确认' },
  APPID_UNBOUND,
  SCENE,
  { body: { transfer_scene_report_infos: [] }, message: '需传入转账场景报备信息，请检查' },
  PERCEPTION,
  { body: { transfer_amount: 20_000_001 }, message: '超过单笔转账上下限，核实产品设置是否准确' },
  ...authorization,
  OPENID_UNFIT,
  {
    body: { transfer_amount: 20, user_name: encrypted('张三') },
    message: '0.3元以下不允许输入姓名校验',
  },
  { before: 'short of money', message: '商户运营账户资金不足，充值后可以原单号发起重试，请勿更换商户单号' },
]

const CALLS = [
  { operation: transferToUser, body: wanted(), wrong: ofTransfer([URL_UNFIT]) },
  {
    operation: preTransferWithAuthorization,
    body: wanted({ authorization_info: INFO }),
    wrong: ofTransfer([URL_UNFIT], {
      before: 'five authorizations',
      message: '用户在当前场景下的授权数量达到限制，不支持发起授权',
    }),
  },
  {
    operation: preTransferWithAuthorization,
    body: wanted({ authorization_info: INFO }),
    wrong: [
      {
        body: { authorization_info: { ...INFO, authorization_notify_url: 'http://a.example/a' } },
        message: '请求参数错误',
      },
      NOT_OPENED,
    ],
  },
  {
    operation: preTransferWithAuthorization,
    body: wanted({ authorization_info: INFO }),
    wrong: [
      { body: { authorization_info: { ...INFO, user_display_name: '😀' } }, message: '请求参数错误' },
      NOT_OPENED,
    ],
  },
  {
    operation: transferWithAuthorization,
    body: authorized({ out_authorization_no: 'A0' }),
    wrong: ofTransfer([], { body: { out_authorization_no: 'A9' }, message: '授权不存在或已关闭' }),
  },
  {
    operation: applyUserConfirmAuthorization,
    body: asked(),
    wrong: [
      FIELD,
      UNDEFINED,
      { body: { authorization_notify_url: 'http://shop.example.com/a' }, message: '请求参数错误' },
      { body: { user_display_name: '😀' }, message: '请求参数错误' },
      NOT_OPENED,
      { before: 'number used', message: '商户授权单号已被使用，且请求参数与之前不一致' },
      APPID_UNBOUND,
      SCENE,
      PERCEPTION,
      OPENID_UNFIT,
      { before: 'five authorizations', message: '用户在当前场景下的授权数量达到限制，不支持发起授权' },
    ] satisfies readonly Wrong[],
  },
] as const

const cases = CALLS.flatMap(({ operation, body, wrong }) =>
  wrong.map(({ message }: Wrong, i) => ({
    operation,
    body,
    id: operation.id,
    message,
    wrong: wrong.slice(i) as Wrong[],
  })),
)

describe('of all that is wrong, the first is answered', () => {
  test.for(cases)('$id: $message', async ({ operation, body, message, wrong }, { control, clientOf, others }) => {
    const owner = { mchid: others.owner.mchid }
    const merchant = await clientOf({ ...others.owner, appids: [APPID] })
    const before = new Set(wrong.map((one) => one.before))
    const isAuthorized = operation === transferWithAuthorization
    const given = isAuthorized ? ['A0'] : before.has('five authorizations') ? ['B1', 'B2', 'B3', 'B4', 'B5'] : []
    for (const out_authorization_no of given) {
      await control.addTransferAuthorization({ ...owner, out_authorization_no, openid: OPENID })
    }
    if (before.has('number used')) {
      await control.addTransfer({ ...owner, out_bill_no: 'T1' })
      await control.addTransferAuthorization({ ...owner, out_authorization_no: 'A1', openid: 'oOther' })
    }
    if (before.has('openid of another appid')) {
      await control.addUser({ ...owner, openid: OPENID, appid: 'wx0000000000000002' })
    }
    await control.changeTransferAccount(
      { opened: !before.has('not opened'), balance: before.has('short of money') ? 9 : null },
      owner,
    )
    const changes = Object.assign({}, ...wrong.toReversed().map((one) => one.body))

    const answer = await merchant.call(operation, { ...body, ...changes }, KEY)

    expect(answer).toMatchObject({
      body: { message: typeof message === 'string' ? message : expect.stringMatching(message) },
    })
  })
})
