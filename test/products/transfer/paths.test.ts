import { describe, expect } from 'vitest'
import type { WechatPayMock } from '../../../src/mock.ts'
import {
  cancelTransfer,
  closeUserConfirmAuthorization,
  getTransferBillByNo,
  getTransferBillByOutNo,
  getUserConfirmAuthorization,
  queryElecsignByNo,
  queryElecsignByOutNo,
} from '../../../src/products/operations.ts'
import type { MerchantAnswer, MerchantClient } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/world.ts'

const NUMBER = '^[0-9A-Za-z]{1,32}$'

/** The calls that name something in their path, by a number of the merchant's or of WeChat Pay's. */
const CALLS = [
  { operation: getTransferBillByOutNo, name: 'out_bill_no', title: '商户单号', max: 32, pattern: NUMBER },
  { operation: cancelTransfer, name: 'out_bill_no', title: '商户单号', max: 32, pattern: NUMBER },
  { operation: queryElecsignByOutNo, name: 'out_bill_no', title: '商户转账单号', max: 32, pattern: NUMBER },
  {
    operation: getUserConfirmAuthorization,
    name: 'out_authorization_no',
    title: '商户侧授权单号',
    max: 32,
    pattern: undefined,
  },
  {
    operation: closeUserConfirmAuthorization,
    name: 'out_authorization_no',
    title: '商户侧授权单号',
    max: 32,
    pattern: undefined,
  },
  { operation: getTransferBillByNo, name: 'transfer_bill_no', title: '微信转账单号', max: 64, pattern: undefined },
  { operation: queryElecsignByNo, name: 'transfer_bill_no', title: '微信转账单号', max: 64, pattern: undefined },
] as const

const read = ({ status, body }: MerchantAnswer) => ({ status, body })

describe.for(CALLS)('$name in the path of $operation.id', ({ operation, name, title, max, pattern }) => {
  const send = (merchant: MerchantClient, written: string) =>
    merchant.request({ method: operation.method, target: operation.path.replace(`{${name}}`, written) })
  const seed = async (control: WechatPayMock['control'], number: string) => {
    if (name === 'out_authorization_no') await control.addTransferAuthorization({ [name]: number })
    else await control.addTransfer({ [name]: number })
  }
  const misfit = (rest: string, value: unknown) => ({
    status: 400,
    body: {
      code: 'PARAM_ERROR',
      message: `输入源“/uri_template/${name}”映射到值字段“${title}”字符串规则校验失败，${rest}`,
      detail: { location: 'uri_template', value },
    },
  })
  const notFound = { status: 404, body: { code: 'NOT_FOUND' } }

  test('may be percent-encoded, and is told from one in other letters', async ({ merchant, control }) => {
    await seed(control, 'Ab1')
    const found = operation === queryElecsignByOutNo || operation === queryElecsignByNo ? notFound : { status: 200 }

    expect(await send(merchant, '%41b%31')).toMatchObject(found)
    expect(await send(merchant, 'Ab1')).toMatchObject(found)
    for (const other of ['ab1', 'AB1', '%61b1', 'Ab', 'Ab11'])
      expect(await send(merchant, other)).toMatchObject(notFound)
  })

  test('is as long as this at most', async ({ merchant }) => {
    expect(await send(merchant, 'a'.repeat(max))).toMatchObject(notFound)
    for (const length of [max + 1, 8_000]) {
      expect(read(await send(merchant, 'a'.repeat(length)))).toEqual(
        misfit(`字节数 ${length}，大于最大值 ${max}`, length),
      )
    }
    const chinese = '长'.repeat(Math.floor(max / 3) + 1)
    const bytes = Buffer.byteLength(chinese)
    expect(read(await send(merchant, encodeURIComponent(chinese)))).toEqual(
      misfit(`字节数 ${bytes}，大于最大值 ${max}`, bytes),
    )
  })

  test.for(['A%2F1', 'A%201', 'A-1', 'A_1', '%E9%95%BF', '%00', 'A%0A', 'A%3F', '%2E%2E', '__proto__'])(
    'is not %s, or there is none',
    async (written, { merchant }) => {
      const value = decodeURIComponent(written)
      const answer = read(await send(merchant, written))

      if (pattern === undefined) expect(answer).toMatchObject(notFound)
      else expect(answer).toEqual(misfit(`字符串必须匹配正则表达式“${pattern}”`, value))
    },
  )

  test.for(['', '%zz', '%', '%ff', 'A/1', 'A1/'])('makes no path of %j', async (written, { merchant }) => {
    const target = operation.path.replace(`{${name}}`, written)
    const answer = await merchant.request({ method: operation.method, target, signed: false })

    expect(read(answer)).toEqual({ status: 404, body: undefined })
  })

  test('is served with its own method only', async ({ merchant }) => {
    const target = operation.path.replace(`{${name}}`, 'A1')
    const method = operation.method === 'GET' ? 'POST' : 'GET'

    expect(read(await merchant.request({ method, target, signed: false }))).toEqual({ status: 405, body: undefined })
  })
})
