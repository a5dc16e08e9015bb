import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import {
  type DocumentedAddress,
  documentedCall,
  type FieldRule,
  type Refusal,
} from '../../src/catalogue/documented-call.ts'
import { documentedResource } from '../../src/catalogue/documented-event.ts'

const NATIVE = 'POST /v3/pay/transactions/native'

/** A call of an official page with corrections and refusals of our own. */
function call(
  { fields = {}, refusals = {} }: { fields?: Record<string, FieldRule>; refusals?: Record<string, Refusal> },
  address: DocumentedAddress = NATIVE,
) {
  return documentedCall(address, { id: 'corrected', fields, refusals, handle: async () => ({}) })
}

const required = {
  appid: 'wx',
  mchid: '1900000001',
  description: '测试商品',
  out_trade_no: 'ORDER_0001',
  notify_url: 'https://shop.example.com/',
  amount: { total: 1 },
}

/** Whether a body passes the checks of a call. */
const takes = (operation: { readonly input: { readonly body?: z.ZodType | undefined } }, changes: object) =>
  operation.input.body?.safeParse({ ...required, ...changes }).success

describe('a correction of a field', () => {
  test.for<[place: string, field: FieldRule, fits: object, misfits: object]>([
    ['body/attach', { bytes: true, max: 6 }, { attach: '门店' }, { attach: '门店一' }],
    ['body/attach', { max: 3 }, { attach: '门店一' }, { attach: 'shop' }],
    ['body/out_trade_no', { pattern: '^[0-9]+$' }, { out_trade_no: '100001' }, { out_trade_no: 'ORDER1' }],
    ['body/amount/total', { min: 2, max: 3 }, { amount: { total: 3 } }, { amount: { total: 4 } }],
    ['body/amount/total', { min: 2 }, { amount: { total: 2 } }, { amount: { total: 1 } }],
    ['body/detail', { bytes: true, max: 16 }, { detail: { cost_price: 1 } }, { detail: { cost_price: 1_000 } }],
    [
      'body/detail/goods_detail',
      { min: 1, max: 1 },
      { detail: { goods_detail: [{ merchant_goods_id: 'G', quantity: 1, unit_price: 1 }] } },
      { detail: { goods_detail: [] } },
    ],
    ['body/attach', { required: true }, { attach: 'A' }, {}],
    ['body/limit_pay', { type: 'string', list: true, max: 2 }, { limit_pay: ['A', 'B', 'C'] }, { limit_pay: ['ABC'] }],
    ['body/limit_pay', { type: 'string', list: true, entries: [1, 1] }, { limit_pay: ['A'] }, { limit_pay: [] }],
    ['body/limit_pay', { type: 'string', list: true, entries: [0, 1] }, { limit_pay: [] }, { limit_pay: ['A', 'B'] }],
    ['body/time_expire', { max: 25 }, { time_expire: '2026-11-25T13:00:00+08:00' }, { time_expire: '2'.repeat(26) }],
  ])('of %s to %j', ([place, field, fits, misfits]) => {
    const corrected = call({ fields: { [place]: field } })

    expect([takes(corrected, fits), takes(corrected, misfits)]).toEqual([true, false])
  })

  test('of a number in a query bounds it, and makes it a number', () => {
    const { query } = call({ fields: { 'query/limit': { type: 'integer', min: 1, max: 20 } } }).input

    expect(['0', '1', '20', '21', 'x'].map((limit) => query?.safeParse({ limit }).data)).toEqual([
      undefined,
      { limit: 1 },
      { limit: 20 },
      undefined,
      undefined,
    ])
  })

  test('of a number in a query without bounds makes it a number, too', () => {
    const { query } = call({ fields: { 'query/limit': { type: 'integer' } } }).input

    expect(query?.safeParse({ limit: '5' }).data).toEqual({ limit: 5 })
    expect(query?.safeParse({ limit: 'x' }).success).toBe(false)
  })

  test('bounds an encrypted text only where its bytes are counted', () => {
    const address = 'POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund'
    const body = { out_refund_no: 'R', type: 'USER_BANK_CARD', bank_account: 'x'.repeat(1_025) }
    const passes = (fields: Record<string, FieldRule>) => call({ fields }, address).input.body?.safeParse(body).success

    expect([passes({}), passes({ 'body/bank_account': { bytes: true } })]).toEqual([true, false])
  })
})

describe('a place', () => {
  test.for<[place: string, field: FieldRule]>([
    ['body/atach', { max: 3 }],
    ['body/amount/totl', { min: 1 }],
    ['body/nothing/inside', { type: 'string' }],
    ['path/out_trade_no', { type: 'string' }],
    ['head/appid', { type: 'string' }],
  ])('that the page does not have is refused: %s', ([place, field]) => {
    expect(() => call({ fields: { [place]: field } }).input).toThrow(`${NATIVE} has no ${place}; a member`)
  })

  test('of a new member is taken with its type', () => {
    const { input } = call({ fields: { 'body/new': { type: 'integer' } } })

    expect(input.body?.safeParse({ ...required, new: 1 }).success).toBe(true)
    expect(input.body?.safeParse({ ...required, new: 'x' }).success).toBe(false)
  })
})

describe('a refusal', () => {
  test('may be a row of the page that another is, too, each with what is known better', () => {
    const row = '403 OUT_TRADE_NO_USED'
    const { errors } = call({ refusals: { one: row, other: { row, message: '重复', internalCode: 7 } } })

    expect([errors.one, errors.other]).toMatchObject([
      { status: 403, code: 'OUT_TRADE_NO_USED', message: '商户订单号重复' },
      { status: 403, code: 'OUT_TRADE_NO_USED', message: '重复', internalCode: 7, evidence: 'documented' },
    ])
    expect(errors).not.toHaveProperty('OUT_TRADE_NO_USED')
    expect(errors).toHaveProperty('ORDER_CLOSED')
  })

  test.for<[row: string, fault: string]>([
    ['404 OUT_TRADE_NO_USED', 'no error 404 OUT_TRADE_NO_USED'],
    ['400 INVALID_REQUEST', 'several errors 400 INVALID_REQUEST'],
  ])('of the row %s is one of the page', ([row, fault]) => {
    expect(() => call({ refusals: { one: row } }).errors).toThrow(fault)
  })
})

test('the resource of a callback is what direct merchants are told, in the order of live callbacks', () => {
  const { shape } = documentedResource('refunds REFUND.CLOSED', 'ClosedRefund', ['mchid', 'refund_id'])

  expect(Object.keys(shape).slice(0, 3)).toEqual(['mchid', 'refund_id', 'out_trade_no'])
  expect(shape).not.toHaveProperty('sub_mchid')
  expect(shape.mchid?.safeParse(undefined).success).toBe(false)
  expect(() => documentedResource('refunds REFUND.LOST', 'LostRefund')).toThrow('no callback refunds REFUND.LOST')
})
