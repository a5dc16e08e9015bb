import { describe, expect } from 'vitest'
import {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  applyUserConfirmAuthorization,
  cancelTransfer,
  closeUserConfirmAuthorization,
  getTransferBillByNo,
  getTransferBillByOutNo,
  getUserConfirmAuthorization,
  initiateBatchTransfer,
  preTransferWithAuthorization,
  queryElecsignByNo,
  queryElecsignByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import type { MerchantAnswer } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/world.ts'
import { refused, wanted } from './transfers.ts'

const MALFORMED = refused(400, 'INVALID_REQUEST', 'HTTP 请求不符合微信支付 APIv3 接口规则')
const withoutType = { headers: { 'Content-Type': undefined } }
const read = ({ status, body }: MerchantAnswer) => ({ status, body })

describe.for([
  { operation: transferToUser, first: 'appid', title: '商户AppID' },
  { operation: preTransferWithAuthorization, first: 'appid', title: '商户AppID' },
  { operation: transferWithAuthorization, first: 'appid', title: '商户AppID' },
  { operation: applyUserConfirmAuthorization, first: 'out_authorization_no', title: '商户侧授权单号' },
  { operation: acceptElecsignByOutNo, first: 'out_bill_no', title: '商户转账单号' },
  { operation: acceptElecsignByNo, first: 'transfer_bill_no', title: '微信转账单号' },
] as const)('the body of $operation.id', ({ operation: { path: target }, first, title }) => {
  test.for([
    '',
    ' ',
    'null',
    '[]',
    '"x"',
    '1',
    '{',
    '{"appid":}',
    "{'appid':'wx'}",
    'appid=wx',
    '<xml></xml>',
    '\uFEFF{}',
  ])('is not %j', async (body, { merchant }) => {
    expect(read(await merchant.request({ method: 'POST', target, body }))).toEqual(MALFORMED)
  })

  test('has its fields, the first of them missing in {}', async ({ merchant }) => {
    expect(read(await merchant.request({ target, body: {}, ...withoutType }))).toEqual({
      status: 400,
      body: {
        code: 'PARAM_ERROR',
        message: `输入源“/body/${first}”映射到字段“${title}”必填性规则校验失败，此字段为必填项`,
        detail: { location: 'body', value: '' },
      },
    })
  })

  test('is in UTF-8', async ({ merchant }) => {
    const body = Buffer.concat([Buffer.from(`{"${first}":"`), Buffer.from([0xff]), Buffer.from('"}')])

    expect(read(await merchant.request({ target, body }))).toEqual(MALFORMED)
  })
})

test('a field given twice counts as it was given last', async ({ merchant, control }) => {
  const body = JSON.stringify(wanted()).replace('{', '{"transfer_amount":30,"appid":"",')

  expect(await merchant.request({ target: transferToUser.path, body })).toMatchObject({ status: 200 })
  expect(await control.transfer('T1')).toMatchObject({ transfer_amount: 1_000, appid: 'wx0000000000000001' })
})

test.for([undefined, 'application/json; charset=utf-8', 'text/plain'])(
  'a transfer is created whatever its Content-Type says: %s',
  async (type, { merchant }) => {
    const headers = { 'Content-Type': type }

    expect(await merchant.request({ target: transferToUser.path, body: wanted(), headers })).toMatchObject({
      status: 200,
    })
  },
)

describe.for([
  { operation: cancelTransfer, named: 'T1', answer: { state: 'CANCELING' } },
  { operation: closeUserConfirmAuthorization, named: 'A1', answer: { state: 'CLOSED' } },
  { operation: initiateBatchTransfer, named: '', answer: { code: 'NO_AUTH' } },
] as const)('$operation.id', ({ operation, named, answer }) => {
  const target = operation.path.replace(/\{\w+\}/, named)

  test.for(['', '{}', '{"out_bill_no":"T2"}', 'null', 'not json'])(
    'needs no body, and looks at none: %j',
    async (body, { merchant, control }) => {
      await control.addTransfer({ out_bill_no: 'T1' })
      await control.addTransferAuthorization({ out_authorization_no: 'A1' })

      expect(await merchant.request({ method: 'POST', target, body, ...withoutType })).toMatchObject({ body: answer })
      expect(await merchant.request({ method: 'POST', target, body })).toMatchObject({ body: answer })
    },
  )
})

describe('a body where none belongs', () => {
  test.for([
    { operation: getTransferBillByOutNo, named: 'T1' },
    { operation: getTransferBillByNo, named: '1330' },
    { operation: queryElecsignByOutNo, named: 'T1' },
    { operation: queryElecsignByNo, named: '1330' },
    { operation: getUserConfirmAuthorization, named: 'A1' },
  ] as const)('is signed, and not looked at, by $operation.id', async ({ operation, named }, { merchant, control }) => {
    await control.addTransfer({ out_bill_no: 'T1', transfer_bill_no: '1330', state: 'SUCCESS' })
    await control.addTransferAuthorization({ out_authorization_no: 'A1' })
    const target = operation.path.replace(/\{\w+\}/, named)

    const without = await merchant.request({ target })
    const body = { out_bill_no: 'T2' }
    expect(read(await merchant.request({ method: 'GET', target, body }))).toEqual(read(without))
    expect(
      await merchant.request({ method: 'GET', target, body, signInstead: { body: new Uint8Array() } }),
    ).toMatchObject({
      status: 401,
      body: { message: '错误的签名，验签失败' },
    })
  })
})
