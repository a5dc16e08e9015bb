import { describe, expect } from 'vitest'
import {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  applyUserConfirmAuthorization,
  preTransferWithAuthorization,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import type { MerchantClient } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/world.ts'
import { KEY, OPENID, refused, wanted } from './transfers.ts'

const { openid: _, ...withoutOpenid } = wanted()

interface Field {
  /** Path of the field, with `/` between its members. */
  readonly at: string
  readonly title: string
  readonly max: number
  /** How its length is counted; bytes if left out. */
  readonly unit?: '字符数'
  readonly required?: boolean
  /** Whether it may be empty. */
  readonly mayBeEmpty?: boolean
  /** Of what is not a letter or a digit. */
  readonly pattern?: string
}

const NUMBER = '^[0-9A-Za-z]{1,32}$'
const ADDRESS = String.raw`^https?:\/\/[^\s?#]+$`

const PAYER = String.raw`^[1-9]\d*$`

/** Texts without the required form. */
const WRONG_FORMS: Readonly<Record<string, readonly string[]>> = {
  [NUMBER]: ['a-b', 'a_b', 'a b', 'a.b', 'a\n', '１', 'é', '单', '\u0000'],
  [ADDRESS]: [
    'shop.example.com/n',
    'ftp://shop.example.com/n',
    'https://',
    'https://shop.example.com/n?a=1',
    'https://shop.example.com/n#a',
    'https://shop.example.com/n n',
    ' https://shop.example.com/n',
    'https://shop.example.com/n\n',
  ],
  [PAYER]: ['a', '01', '-1', '1.0', '１'],
}

const BILL: readonly Field[] = [
  { at: 'appid', title: '商户AppID', max: 32, required: true },
  { at: 'out_bill_no', title: '商户单号', max: 32, required: true, pattern: NUMBER },
  { at: 'transfer_scene_id', title: '转账场景ID', max: 36, required: true },
  { at: 'user_name', title: '收款用户姓名', max: 1_024 },
  { at: 'transfer_remark', title: '转账备注', max: 32, unit: '字符数', required: true },
  { at: 'notify_url', title: '通知地址', max: 256, pattern: ADDRESS },
  { at: 'user_recv_perception', title: '用户收款感知', max: 256, unit: '字符数', mayBeEmpty: true },
  { at: 'transfer_scene_report_infos/0/info_type', title: '信息类型', max: 15, unit: '字符数', required: true },
  { at: 'transfer_scene_report_infos/0/info_content', title: '信息内容', max: 32, unit: '字符数', required: true },
]
const OPENID_FIELD: Field = { at: 'openid', title: '收款用户OpenID', max: 64, required: true }
const AUTHORIZATION_NO: Field = { at: 'out_authorization_no', title: '商户侧授权单号', max: 32, required: true }
const DISPLAY_NAME: Field = { at: 'user_display_name', title: '用户展示名称', max: 32, unit: '字符数', required: true }
const AUTHORIZATION_URL: Field = {
  at: 'authorization_notify_url',
  title: '授权结果通知地址',
  max: 256,
  required: true,
  pattern: ADDRESS,
}
const SPONSOR: Field = { at: 'sponsor_mchid', title: '出资商户号', max: 32, pattern: PAYER }

const asked = {
  out_authorization_no: 'A1',
  appid: 'wx0000000000000001',
  openid: OPENID,
  transfer_scene_id: '1000',
  user_display_name: '张三',
  user_recv_perception: '活动奖励',
  authorization_notify_url: 'https://shop.example.com/authorized',
}

const { user_display_name, authorization_notify_url } = asked
const ASKED_WITH = { out_authorization_no: 'A9', user_display_name, authorization_notify_url }

const CALLS = [
  {
    operation: transferToUser,
    never: [
      'mchid',
      'sub_mchid',
      'sponsor_mchid',
      'authorization_info',
      'authorization_id',
      'out_authorization_no',
      'Appid',
    ],
    valid: wanted(),
    fields: [...BILL, OPENID_FIELD],
  },
  {
    operation: preTransferWithAuthorization,
    never: ['mchid', 'user_recv_style', 'authorization_id', 'out_authorization_no', 'user_display_name'],
    valid: wanted({ authorization_info: ASKED_WITH }),
    fields: [
      ...BILL,
      // Whether it is needed depends on the authorization.
      { ...OPENID_FIELD, required: false },
      ...[DISPLAY_NAME, AUTHORIZATION_NO, { ...AUTHORIZATION_URL, title: '免确认收款授权结果通知地址' }].map((one) => ({
        ...one,
        at: `authorization_info/${one.at}`,
      })),
      SPONSOR,
    ],
  },
  {
    operation: transferWithAuthorization,
    never: ['mchid', 'openid', 'user_recv_style', 'authorization_info'],
    valid: { ...withoutOpenid, out_authorization_no: 'A1' },
    fields: [
      ...BILL.filter(({ at }) => at !== 'notify_url'),
      { at: 'authorization_id', title: '微信免确认收款授权单号', max: 32 },
      { ...AUTHORIZATION_NO, required: false },
      SPONSOR,
    ],
  },
  {
    operation: applyUserConfirmAuthorization,
    never: ['mchid', 'out_bill_no', 'transfer_amount', 'notify_url'],
    valid: asked,
    fields: [
      AUTHORIZATION_NO,
      { at: 'appid', title: '商户AppID', max: 32, required: true },
      OPENID_FIELD,
      { at: 'transfer_scene_id', title: '转账场景ID', max: 36, required: true },
      DISPLAY_NAME,
      { at: 'user_recv_perception', title: '用户收款感知', max: 256, unit: '字符数' },
      AUTHORIZATION_URL,
      { at: 'scene_info/client_ip', title: '用户终端IP', max: 45 },
      { at: 'scene_info/device_id', title: '用户设备ID', max: 128 },
    ],
  },
  {
    operation: acceptElecsignByOutNo,
    never: ['mchid', 'transfer_bill_no'],
    valid: { out_bill_no: 'T1' },
    fields: [{ at: 'out_bill_no', title: '商户转账单号', max: 32, required: true, pattern: NUMBER }],
  },
  {
    operation: acceptElecsignByNo,
    never: ['mchid', 'out_bill_no'],
    valid: { transfer_bill_no: '1330' },
    fields: [{ at: 'transfer_bill_no', title: '微信转账单号', max: 64, required: true }],
  },
] satisfies readonly { operation: unknown; never: readonly string[]; valid: object; fields: readonly Field[] }[]

/** A copy with a member replaced, or left out if the value is `undefined`; missing parents are created. */
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

/** A text of the given length, in the form of the field. */
const longest = ({ pattern, max }: Field) =>
  (pattern === ADDRESS ? 'https://shop.example.com/' : '').padEnd(max, pattern === SPONSOR.pattern ? '1' : 'a')

const undefinedParameter = (at: string) => ({
  status: 400,
  body: {
    code: 'PARAM_ERROR',
    message: '请求中含有未在API文档中定义的参数',
    detail: { location: null, value: [`/body/${at}`] },
  },
})

describe.for(CALLS)('the fields of $operation.id', ({ operation, never, valid, fields }) => {
  describe.for(fields satisfies readonly Field[] as readonly Field[])('$at', (field) => {
    const { at, title, max, unit = '字节数', required, pattern } = field
    const withField = test.extend('give', ({ merchant }) => (value: unknown) => {
      const input = withMember(valid, at.split('/'), value) as Record<string, unknown>
      return merchant.call(operation, input, KEY)
    })
    const tooLong = (length: number) =>
      paramError(at, `值字段“${title}”字符串规则校验失败，${unit} ${length}，大于最大值 ${max}`, length)

    withField('may be as long as this, and no longer', async ({ give }) => {
      expect(JSON.stringify((await give(longest(field))).body)).not.toContain('输入源')
      expect(await give(`${longest(field)}a`)).toEqual(tooLong(max + 1))
      if (field.mayBeEmpty) return expect(JSON.stringify((await give('')).body)).not.toContain('输入源')
      expect(await give('')).toEqual(paramError(at, `值字段“${title}”字符串规则校验失败，${unit} 0，小于最小值 1`, 0))
    })

    withField.for([
      ['Chinese', '长', 3],
      ['an emoji', '😀', 4],
      // UTF-8 replaces it with a character of three bytes.
      ['half a surrogate pair', '\ud83d', 3],
      ['a control character', '\u0000', 1],
    ] as const)('counts %s', async ([, character, bytes], { give }) => {
      const most = unit === '字符数' ? max : Math.floor(max / bytes)
      const size = unit === '字符数' ? 1 : bytes
      expect(await give(character.repeat(most + 1))).toEqual(tooLong((most + 1) * size))
      expect(JSON.stringify((await give(character.repeat(most))).body)).not.toContain('大于最大值')
    })

    withField.for([5, true, {}, ['a']])('is no %j', async (value, { give }) => {
      expect(await give(value)).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          message: `无法将 JSON 输入源“/body/${at}”映射到目标字段“${title}”中，此字段需要一个 string 类型的 Json 值`,
          detail: { location: 'body', value },
        },
      })
    })

    withField('is not null', async ({ give }) => {
      expect(await give(null)).toEqual(undefinedParameter(at))
    })

    if (pattern !== undefined) {
      withField.for(WRONG_FORMS[pattern] ?? [])('is not %j', async (value, { give }) => {
        expect(await give(value)).toEqual(
          paramError(at, `值字段“${title}”字符串规则校验失败，字符串必须匹配正则表达式“${pattern}”`, value),
        )
      })
    }

    withField(`is ${required ? 'required' : 'optional'}`, async ({ give, control }) => {
      // A user who is known by the authorization need not be named.
      await control.addTransferAuthorization({ out_authorization_no: 'A9', openid: OPENID })
      const without = await give(undefined)
      if (required) {
        expect(without).toEqual(paramError(at, `字段“${title}”必填性规则校验失败，此字段为必填项`, ''))
      } else {
        expect(JSON.stringify(without)).not.toContain('必填')
      }
    })
  })

  test.for(never satisfies readonly string[] as readonly string[])('%s is none', async (name, { merchant }) => {
    expect(await merchant.call(operation, { ...valid, [name]: 'x' }, KEY)).toEqual(undefinedParameter(name))
  })
})

describe.for([
  { operation: transferToUser, valid: wanted() },
  { operation: preTransferWithAuthorization, valid: wanted({ authorization_info: ASKED_WITH }) },
  { operation: transferWithAuthorization, valid: { ...withoutOpenid, out_authorization_no: 'A1' } },
] as const)('the amount of $operation.id', ({ operation, valid }) => {
  const send = (merchant: MerchantClient, json: string) =>
    merchant.request({
      target: operation.path,
      body: JSON.stringify(valid).replace('"transfer_amount":1000', `"transfer_amount":${json}`),
    })

  // How a JSON number is written does not matter (inferred).
  test.for([
    ['1e3', 1_000],
    ['1000.0', 1_000],
    ['1E+1', 10],
    ['10.00', 10],
  ] as const)('may be written %s', async ([json, fen], { merchant, control }) => {
    await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: 'oOther' })

    expect(await send(merchant, json)).toMatchObject({ status: 200 })
    expect(await control.transfer('T1')).toMatchObject({ transfer_amount: fen })
  })

  test.for([
    ['0', 0],
    ['-1', -1],
    ['-0', 0],
    ['-1e3', -1_000],
  ] as const)('is not %s', async ([json, value], { merchant }) => {
    const rest = '数值字段“转账金额”规则校验失败，值低于最小值 1'
    expect(await send(merchant, json)).toMatchObject(paramError('transfer_amount', rest, value))
  })

  // A number above 2^53 - 1 cannot be kept exactly, and is refused as one of another type (ours).
  test.for([
    '1.5',
    '10.01',
    '"1000"',
    '""',
    'true',
    '{}',
    '[1000]',
    '9007199254740992',
    '9223372036854775808',
    '1e400',
  ])('is not %s', async (json, { merchant, control }) => {
    expect(await send(merchant, json)).toMatchObject({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        message:
          '无法将 JSON 输入源“/body/transfer_amount”映射到目标字段“转账金额”中，此字段需要一个合法的 64 位有符号整数',
      },
    })
    expect((await control.world()).transfers).toEqual([])
  })

  test('is not null, and not missing', async ({ merchant }) => {
    expect(await send(merchant, 'null')).toMatchObject(undefinedParameter('transfer_amount'))
    const without = withMember(valid, ['transfer_amount'], undefined) as Record<string, unknown>
    expect(await merchant.call(operation, without)).toEqual(
      paramError('transfer_amount', '字段“转账金额”必填性规则校验失败，此字段为必填项', ''),
    )
  })
})

describe('what is reported', () => {
  const INFOS = 'transfer_scene_report_infos'
  const send = (merchant: MerchantClient, value: unknown) => merchant.call(transferToUser, wanted({ [INFOS]: value }))

  test.for(['x', 1, true, {}])('is no %j', async (value, { merchant }) => {
    expect(await send(merchant, value)).toEqual({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        message: `无法将 JSON 输入源“/body/${INFOS}”映射到多重字段“转账场景报备信息”中，此字段需要 JSON 数组对象`,
        detail: { location: 'body', value },
      },
    })
  })

  test.for([['x'], [1], [[]]] as const)('has no %j in it', async ([value], { merchant }) => {
    expect(await send(merchant, [value])).toEqual({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        message: `无法将 JSON 输入源“/body/${INFOS}/0”映射到目标字段“转账场景报备信息”中，此字段需要一个合法的 Json 对象`,
        detail: { location: 'body', value },
      },
    })
  })

  test('has no null, no other members, and no hundred entries', async ({ merchant }) => {
    const [first, second] = wanted().transfer_scene_report_infos
    expect(await send(merchant, null)).toEqual(undefinedParameter(INFOS))
    expect(await send(merchant, [first, null])).toEqual(undefinedParameter(`${INFOS}/1`))
    expect(await send(merchant, [first, { ...second, more: 'x' }])).toEqual(undefinedParameter(`${INFOS}/1/more`))
    expect(await send(merchant, Array(101).fill(first))).toEqual(refused(400, 'PARAM_ERROR', '请求参数错误'))
  })
})

describe('how the user is shown it', () => {
  const send = (merchant: MerchantClient, user_recv_style: unknown) =>
    merchant.call(transferToUser, wanted({ user_recv_style }))

  test.for([{ type: 'CONFIRM_PAGE' }, { type: 'RED_PACKET' }])('may be %j', async (style, { merchant }) => {
    expect(await send(merchant, style)).toMatchObject({ status: 200 })
  })

  test.for(['BLUE', 'red_packet', ''])('is no %j', async (type, { merchant }) => {
    expect(await send(merchant, { type })).toEqual(refused(400, 'PARAM_ERROR', '请求参数错误'))
  })

  test('is an object without other members', async ({ merchant }) => {
    expect(await send(merchant, 'RED_PACKET')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('“用户收款样式”中，此字段需要一个合法的 Json 对象') },
    })
    expect(await send(merchant, {})).toEqual(
      paramError('user_recv_style/type', '字段“用户收款样式类型”必填性规则校验失败，此字段为必填项', ''),
    )
    expect(await send(merchant, { type: 1 })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('“用户收款样式类型”中，此字段需要一个 string 类型的 Json 值') },
    })
    expect(await send(merchant, { type: 'RED_PACKET', color: 'x' })).toEqual(
      undefinedParameter('user_recv_style/color'),
    )
    expect(await send(merchant, null)).toEqual(undefinedParameter('user_recv_style'))
    expect(await send(merchant, { type: null })).toEqual(undefinedParameter('user_recv_style/type'))
  })
})

describe('what is known of the device', () => {
  const send = (merchant: MerchantClient, scene_info: unknown) =>
    merchant.call(applyUserConfirmAuthorization, { ...asked, scene_info })

  test.for(['IOS', 'ANDROID', 'HARMONY', 'OTHER'])('may be %s', async (device_type, { merchant }) => {
    expect(await send(merchant, { device_type })).toMatchObject({ status: 200 })
  })

  test('may be left out in part, and has nothing else', async ({ merchant }) => {
    expect(await send(merchant, { device_type: 'WINDOWS' })).toEqual(refused(400, 'PARAM_ERROR', '请求参数错误'))
    expect(await send(merchant, { os: 'x' })).toEqual(undefinedParameter('scene_info/os'))
    expect(await send(merchant, 'IOS')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('“场景信息”中，此字段需要一个合法的 Json 对象') },
    })
    expect(await send(merchant, {})).toMatchObject({ status: 200 })
  })
})

test.for<[notify_url: string, taken: boolean]>([
  ['http://shop.example.com/notify', false],
  ['http://127.0.0.1:8080/notify', true],
  ['http://localhost/notify', true],
  ['https://shop.example.com', true],
])('notify_url may be %s: %s', async ([notify_url, taken], { merchant }) => {
  expect(await merchant.call(transferToUser, wanted({ notify_url }))).toMatchObject(
    taken ? { status: 200 } : refused(400, 'PARAM_ERROR', '请求参数错误'),
  )
})
