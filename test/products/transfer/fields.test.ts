import { describe, expect } from 'vitest'
import {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  applyUserConfirmAuthorization,
  preTransferWithAuthorization,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { KEY, OPENID, wanted } from './transfers.ts'

const { openid: _, ...withoutOpenid } = wanted()

interface Field {
  /** Path of the field, with `/` between its members. */
  readonly at: string
  readonly title: string
  readonly max: number
  /** How its length is counted; bytes if left out. */
  readonly unit?: '字符数'
  readonly required?: boolean
  /** Of what is not a letter or a digit. */
  readonly pattern?: string
}

const NUMBER = '^[0-9A-Za-z]{1,32}$'
const ADDRESS = String.raw`^https?:\/\/[^\s?#]+$`

const BILL: readonly Field[] = [
  { at: 'appid', title: '商户AppID', max: 32, required: true },
  { at: 'out_bill_no', title: '商户单号', max: 32, required: true, pattern: NUMBER },
  { at: 'transfer_scene_id', title: '转账场景ID', max: 36, required: true },
  { at: 'user_name', title: '收款用户姓名', max: 1_024 },
  { at: 'transfer_remark', title: '转账备注', max: 32, unit: '字符数', required: true },
  { at: 'notify_url', title: '通知地址', max: 256, pattern: ADDRESS },
  { at: 'user_recv_perception', title: '用户收款感知', max: 256, unit: '字符数' },
  { at: 'transfer_scene_report_infos/0/info_type', title: '信息类型', max: 15, unit: '字符数', required: true },
  { at: 'transfer_scene_report_infos/0/info_content', title: '信息内容', max: 32, unit: '字符数', required: true },
]
const OPENID_FIELD: Field = { at: 'openid', title: '收款用户OpenID', max: 64, required: true }
const AUTHORIZATION_NO: Field = {
  at: 'out_authorization_no',
  title: '商户授权单号',
  max: 32,
  required: true,
  pattern: NUMBER,
}
const DISPLAY_NAME: Field = { at: 'user_display_name', title: '用户展示名称', max: 32, unit: '字符数', required: true }
const AUTHORIZATION_URL: Field = {
  at: 'authorization_notify_url',
  title: '用户授权结果通知地址',
  max: 256,
  required: true,
  pattern: ADDRESS,
}
const SPONSOR: Field = { at: 'sponsor_mchid', title: '发起方商户号', max: 32, pattern: String.raw`^[1-9]\d*$` }

const asked = {
  out_authorization_no: 'A1',
  appid: 'wx0000000000000001',
  openid: OPENID,
  transfer_scene_id: '1000',
  user_display_name: '张三',
  user_recv_perception: '活动奖励',
  authorization_notify_url: 'https://shop.example.com/authorized',
}

const { out_authorization_no, user_display_name, authorization_notify_url } = asked
const CALLS = [
  { operation: transferToUser, valid: wanted(), fields: [...BILL, OPENID_FIELD] },
  {
    operation: preTransferWithAuthorization,
    valid: wanted({ authorization_info: { out_authorization_no, user_display_name, authorization_notify_url } }),
    fields: [
      ...BILL,
      // Whether it is needed depends on the authorization.
      { ...OPENID_FIELD, required: false },
      ...[DISPLAY_NAME, AUTHORIZATION_NO, AUTHORIZATION_URL].map((one) => ({
        ...one,
        at: `authorization_info/${one.at}`,
      })),
      SPONSOR,
    ],
  },
  {
    operation: transferWithAuthorization,
    valid: { ...withoutOpenid, out_authorization_no: 'A1' },
    fields: [
      ...BILL,
      { at: 'authorization_id', title: '授权单号', max: 64 },
      { ...AUTHORIZATION_NO, required: false },
      SPONSOR,
    ],
  },
  {
    operation: applyUserConfirmAuthorization,
    valid: asked,
    fields: [
      AUTHORIZATION_NO,
      { at: 'appid', title: '商户AppID', max: 32, required: true },
      OPENID_FIELD,
      { at: 'transfer_scene_id', title: '转账场景ID', max: 36, required: true },
      DISPLAY_NAME,
      { at: 'user_recv_perception', title: '用户收款感知', max: 256, unit: '字符数' },
      AUTHORIZATION_URL,
      { at: 'scene_info/client_ip', title: '用户客户端IP', max: 45 },
      { at: 'scene_info/device_id', title: '用户设备号', max: 64 },
    ],
  },
  {
    operation: acceptElecsignByOutNo,
    valid: { out_bill_no: 'T1' },
    fields: [{ at: 'out_bill_no', title: '商户单号', max: 32, required: true, pattern: NUMBER }],
  },
  {
    operation: acceptElecsignByNo,
    valid: { transfer_bill_no: '1330' },
    fields: [{ at: 'transfer_bill_no', title: '微信转账单号', max: 64, required: true }],
  },
] satisfies readonly { operation: unknown; valid: object; fields: readonly Field[] }[]

/** A copy with a member replaced, or left out where there is no value; members above it that are not there are made. */
function withMember(body: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (Array.isArray(body)) return body.map((one, i) => (String(i) === first ? withMember(one, rest, value) : one))
  return { ...Object(body), [first]: withMember(Object(body)[first], rest, value) }
}

const paramError = (at: string, rest: string, value: unknown) => ({
  status: 400,
  body: { code: 'PARAM_ERROR', message: `输入源“/body/${at}”映射到${rest}`, detail: { location: 'body', value } },
})

describe.for(CALLS)('the fields of $operation.id', ({ operation, valid, fields }) => {
  test.for(fields satisfies readonly Field[] as readonly Field[])(
    '$at',
    async ({ at, title, max, unit = '字节数', required, pattern }, { merchant }) => {
      const send = (value: unknown) =>
        merchant.call(operation, withMember(valid, at.split('/'), value) as Record<string, unknown>, KEY)
      const wide = unit === '字符数' ? '长' : 'a'
      const tooLong = wide.repeat(max + 1)

      expect(await send(tooLong)).toEqual(
        paramError(at, `值字段“${title}”字符串规则校验失败，${unit} ${max + 1}，大于最大值 ${max}`, max + 1),
      )
      expect(await send('')).toEqual(paramError(at, `值字段“${title}”字符串规则校验失败，${unit} 0，小于最小值 1`, 0))
      if (unit === '字节数') {
        // Three bytes each.
        const chinese = '长'.repeat(Math.floor(max / 3) + 1)
        expect(JSON.stringify(await send(chinese))).toContain(`字节数 ${Buffer.byteLength(chinese)}，大于最大值 ${max}`)
      }
      const fits = await send(wide.repeat(max))
      expect(JSON.stringify(fits)).not.toContain('大于最大值')
      expect(await send(5)).toMatchObject({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          message: `无法将 JSON 输入源“/body/${at}”映射到目标字段“${title}”中，此字段需要一个 string 类型的 Json 值`,
        },
      })
      if (pattern !== undefined) {
        expect(await send('a-b')).toEqual(
          paramError(at, `值字段“${title}”字符串规则校验失败，字符串必须匹配正则表达式“${pattern}”`, 'a-b'),
        )
      }
      const without = await send(undefined)
      if (required) {
        expect(without).toEqual(paramError(at, `字段“${title}”必填性规则校验失败，此字段为必填项`, ''))
      } else {
        expect(JSON.stringify(without)).not.toContain('必填')
      }
    },
  )

  test('no field that is not documented', async ({ merchant }) => {
    expect(await merchant.call(operation, { ...valid, mchid: '1900000001' }, KEY)).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', message: '请求中含有未在API文档中定义的参数' },
    })
  })
})

test.for([
  [0, '数值字段“转账金额”规则校验失败，值低于最小值 1'],
  [-1, '数值字段“转账金额”规则校验失败，值低于最小值 1'],
] as const)('an amount of %s is refused by the field checker', async ([transfer_amount, rest], { merchant }) => {
  expect(await merchant.call(transferToUser, wanted({ transfer_amount }))).toEqual(
    paramError('transfer_amount', rest, transfer_amount),
  )
})

test.for([[1.5], ['1000']] as const)('an amount of %j has the wrong type', async ([transfer_amount], { merchant }) => {
  expect(await merchant.call(transferToUser, wanted({ transfer_amount }))).toMatchObject({
    status: 400,
    body: { code: 'PARAM_ERROR', message: expect.stringContaining('此字段需要一个合法的 64 位有符号整数') },
  })
})

test('a style that does not exist is refused', async ({ merchant }) => {
  expect(await merchant.call(transferToUser, wanted({ user_recv_style: { type: 'BLUE' } }))).toMatchObject({
    status: 400,
    body: { code: 'PARAM_ERROR', message: '请求参数错误' },
  })
})

test.for([
  ['a query', 'https://shop.example.com/notify?a=1', '字符串必须匹配正则表达式'],
  ['http to another machine', 'http://shop.example.com/notify', '请求参数错误'],
] as const)('notify_url with %s is refused', async ([, notify_url, message], { merchant }) => {
  expect(await merchant.call(transferToUser, wanted({ notify_url }))).toMatchObject({
    status: 400,
    body: { code: 'PARAM_ERROR', message: expect.stringContaining(message) },
  })
})
