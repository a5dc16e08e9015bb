import { describe, expect } from 'vitest'
import { ANSWERS_LIMIT } from '../../src/engine/planned-answers.ts'
import type { MockOptions } from '../../src/mock.ts'
import { callNamed } from '../catalogue/requests.ts'
import { createMock } from '../helpers/engine.ts'
import { firstProducts } from '../helpers/first-products.ts'
import { test as base, expectRefusal, json, merchantOf } from './doors.ts'

const test = base.extend('options', { products: firstProducts } as MockOptions)

const COMPLAINT = 'GET /v3/merchant-service/complaints-v2/{complaint_id}'
const COMPLAINTS = 'GET /v3/merchant-service/complaints-v2'
const ORDER = 'GET /v3/payscore/serviceorder'
const NOWHERE = 'POST /v3/new-product/things/1'

const complaint = callNamed(COMPLAINT)
const order = callNamed(ORDER)
const nowhere = callNamed(NOWHERE)
const asked = { complaint_id: 'C1' }
const days = { begin_date: '2026-11-01', end_date: '2026-11-25' }

/** A sentence in Chinese. */
const CHINESE = /[\u4e00-\u9fff]/

describe('planned answers', () => {
  test.override('options', { seed: 'empty', products: firstProducts })

  test('are merged into the next answer of a shaped call', async ({ control, merchant }) => {
    const planned = await control.answer(COMPLAINT, {
      complaint_state: 'PROCESSED',
      service_order_info: [{ state: 'DOING' }],
    })
    expect(planned).toEqual({
      mchid: '1900000001',
      id: expect.any(String),
      operation: COMPLAINT,
      merge: { complaint_state: 'PROCESSED', service_order_info: [{ state: 'DOING' }] },
      times: 1,
    })
    expect(await control.answers()).toEqual([planned])

    const { status, body } = await merchant.call(complaint, asked)

    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        complaint_id: 'C1',
        complaint_state: 'PROCESSED',
        service_order_info: [{ state: 'DOING' }],
      },
    })
    expect(await control.answers()).toEqual([])
  })

  test('are for as many calls as they say, in the order they were planned in', async ({ control, merchant }) => {
    const told = async () => {
      const { body } = await merchant.call(complaint, asked)
      return (body as { problem_description: string }).problem_description
    }
    await control.answer(COMPLAINT, { problem_description: 'first' }, { times: 2 })
    await control.answer(COMPLAINT, { problem_description: 'then' })
    const last = await control.answer(COMPLAINT, { problem_description: 'always' }, { times: 'always' })

    expect(await told()).toBe('first')
    expect((await control.answers()).map(({ times }) => times)).toEqual([1, 1, 'always'])
    expect([await told(), await told(), await told(), await told()]).toEqual(['first', 'then', 'always', 'always'])
    expect(await control.answers()).toEqual([last])
  })

  test('are for the calls that have what they match', async ({ control, merchant }) => {
    await control.answer(COMPLAINT, { problem_description: 'of C2' }, { match: { complaint_id: 'C2' } })
    await control.answer(COMPLAINTS, { total_count: 7 }, { match: { limit: 5, begin_date: days.begin_date } })

    const other = await merchant.call(complaint, asked)
    const one = await merchant.call(complaint, { complaint_id: 'C2' })
    const many = await merchant.call(callNamed(COMPLAINTS), { ...days, limit: 50 })
    const few = await merchant.call(callNamed(COMPLAINTS), { ...days, limit: 5 })

    expect(other.body).not.toMatchObject({ problem_description: 'of C2' })
    expect(one.body).toMatchObject({ problem_description: 'of C2' })
    expect(many.body).not.toMatchObject({ total_count: 7 })
    expect(few.body).toMatchObject({ total_count: 7, limit: 5 })
  })

  test('remove members with null, at any depth', async ({ control, merchant }) => {
    const data = [
      { complaint_id: 'C1', problem_description: null, complaint_order_info: [{ amount: 5, out_trade_no: null }] },
    ]
    await control.answer(COMPLAINTS, { data, total_count: null })

    const { body } = await merchant.call(callNamed(COMPLAINTS), days)

    expect(body).not.toHaveProperty('total_count')
    const [one] = (body as { data: Record<string, unknown>[] }).data
    expect(one).toMatchObject({ complaint_id: 'C1', complaint_state: 'PENDING' })
    expect(one).not.toHaveProperty('problem_description')
    expect(one?.complaint_order_info).toEqual([{ amount: 5, transaction_id: expect.any(String) }])
  })

  test('complete the elements of their lists, and count them', async ({ control, merchant }) => {
    await control.answer(COMPLAINTS, {
      data: [{ complaint_id: 'C1' }, { complaint_id: 'C2', user_complaint_times: 3 }],
    })

    const { body } = await merchant.call(callNamed(COMPLAINTS), days)

    const { data, total_count = data.length } = body as { data: Record<string, unknown>[]; total_count?: number }
    expect(data.map(({ complaint_id, user_complaint_times }) => [complaint_id, user_complaint_times])).toEqual([
      ['C1', 1],
      ['C2', 3],
    ])
    expect(Object.keys(data[0] ?? {})).toEqual(Object.keys(data[1] ?? {}))
    expect(total_count).toBe(2)
  })

  test('answer for a number that no call has brought', async ({ control, merchant }) => {
    const query = { appid: 'wx0000000000000001', service_id: '500001', out_order_no: 'S1' }
    expect(await merchant.call(order, query)).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_EXIST' } })

    await control.answer(ORDER, { state: 'DONE' })

    expect(await merchant.call(order, query)).toMatchObject({ status: 200, body: { ...query, state: 'DONE' } })
  })

  test('are forgotten one by one, those of a merchant, and all', async ({ control, mock }) => {
    const { mchid } = await control.createMerchant({})
    const first = await control.answer(COMPLAINT, {})
    const second = await control.answer(COMPLAINT, {})
    const others = await control.answer(COMPLAINT, {}, { mchid })
    expect(await control.answers({ mchid })).toEqual([others])

    await control.removeAnswer(first.id)
    await expectRefusal(control.removeAnswer(first.id), 'MOCK_ANSWER_GONE', '/path/id')
    expect(await control.answers()).toEqual([second, others])
    await control.clearAnswers({ mchid })
    expect(await control.answers()).toEqual([second])
    await control.clearAnswers()
    expect(await control.answers()).toEqual([])
    expect(mock.faults.planned).toEqual([])
  })

  test('are of one merchant', async ({ control, mock, merchant }) => {
    const { mchid } = await control.createMerchant({})
    await control.answer(COMPLAINT, { problem_description: 'of the other' }, { mchid })

    const own = await merchant.call(complaint, asked)
    const other = await (await merchantOf(mock, mchid)).call(complaint, asked)

    expect(own.body).not.toMatchObject({ problem_description: 'of the other' })
    expect(other.body).toMatchObject({ problem_description: 'of the other' })
    await expectRefusal(control.answer(COMPLAINT, {}, { mchid: '1900000404' }), 'MOCK_MERCHANT_UNKNOWN', '/mchid')
  })

  test.for([
    [{ operation: COMPLAINT, merge: { nothing: 1 } }, '/merge/nothing', 'complaint_state'],
    [
      { operation: COMPLAINT, merge: { complaint_order_info: [{}, { sum: 1 }] } },
      '/merge/complaint_order_info/1/sum',
      'out_trade_no',
    ],
    [{ operation: COMPLAINT, merge: { complaint_state: 'OPEN' } }, '/merge/complaint_state', '"PROCESSING"'],
    [
      { operation: COMPLAINT, merge: { complaint_order_info: [{ amount: '5' }] } },
      '/merge/complaint_order_info/0/amount',
      'string',
    ],
    [{ operation: COMPLAINT, merge: { complaint_order_info: { amount: 5 } } }, '/merge/complaint_order_info', 'array'],
    [{ operation: COMPLAINT, merge: { complaint_order_info: ['T1'] } }, '/merge/complaint_order_info/0', 'object'],
    [{ operation: COMPLAINT, merge: { user_complaint_times: 2 ** 60 } }, '/merge/user_complaint_times', ''],
    [{ operation: COMPLAINT, merge: { complaint_id: 'x'.repeat(65) } }, '/merge/complaint_id', '65 characters'],
    [
      { operation: 'GET /v3/new-tax-control-fapiao/user-title', merge: { phone: '中'.repeat(80) } },
      '/merge/phone',
      '240 bytes',
    ],
    [{ operation: COMPLAINT, merge: { constructor: 1 } }, '/merge/constructor', 'constructor'],
    [{ operation: `POST ${COMPLAINT.slice(4)}/complete`, merge: { a: 1 } }, '/merge', 'without a body'],
    [{ operation: 'GET /v3/bill/downloadurl', merge: { a: 1 } }, '/merge', 'a file'],
    [{ operation: 'associateTradeInfo' }, '/operation', 'plan a fault'],
    [{ operation: 'POST /v3/pay/transactions/jsapi' }, '/operation', 'jsapiPrepay'],
    [{ operation: 'GET /v3/payscore/serviceorder?out_order_no=S1' }, '/operation', 'without a query'],
    [{ operation: 'get /v3/payscore/serviceorder' }, '/operation', 'method and path'],
    [{ operation: 'GET /v3/merchant-service/complaints-v2/C1' }, '/operation', COMPLAINT],
    [{ operation: COMPLAINT, status: 500 }, '/status', 'Errors are planned as faults'],
    [{ operation: COMPLAINT, body: {} }, '/body', 'merge'],
    [{ operation: COMPLAINT, match: { openid: 'o' } }, '/match/openid', 'complaint_id'],
    [{ operation: COMPLAINT, match: { toString: 'o' } }, '/match/toString', 'complaint_id'],
    [{ operation: NOWHERE, merge: {} }, '/merge', 'status and body'],
    [{ operation: NOWHERE, match: {}, status: 200 }, '/match', 'status and body'],
    [{ operation: NOWHERE, status: 204, body: {} }, '/body', '204'],
  ] as const)(
    'that no call can have are refused in both languages: %j',
    async ([answer, path, words], { request, control }) => {
      const refusalIn = async (language: string) => {
        const { headers, ...init } = json(answer)
        const response = await request('/_mock/answers', {
          ...init,
          headers: { ...headers, 'Accept-Language': language },
        })
        const { message, ...rest } = (await response.json()) as { message: string }
        expect(rest).toEqual({ code: 'MOCK_ANSWER', path })
        return message
      }
      expect(await refusalIn('en')).toContain(words)
      const inChinese = await refusalIn('zh')
      expect(inChinese).toMatch(CHINESE)
      expect(inChinese).not.toMatch(/(?:expected|Invalid|the answer|answers) /i)
      expect(await control.answers()).toEqual([])
    },
  )

  test('with the names of prototypes change nothing', async ({ request, control, merchant }) => {
    const body = `{"operation":"${COMPLAINT}","merge":{"__proto__":{"polluted":true}},"match":{"__proto__":{"a":1}}}`
    const response = await request('/_mock/answers', { ...json({}), body })

    expect([201, 400]).toContain(response.status)
    expect(await merchant.call(complaint, asked)).toMatchObject({ status: 200 })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    for (const plan of await control.answers()) expect(Object.keys(plan.merge ?? {})).toEqual([])
  })

  test('of a path that the mock does not know are whole, for its caller, and signed', async ({
    control,
    mock,
    merchant,
  }) => {
    const { mchid } = await control.createMerchant({})
    const other = await merchantOf(mock, mchid)
    expect(await merchant.call(nowhere, { a: 1 })).toEqual({ status: 404, body: undefined })
    await control.planAnswer({ operation: NOWHERE, status: 201, body: { thing_id: '1' }, times: 2 })

    expect(await other.call(nowhere, { a: 1 })).toEqual({ status: 404, body: undefined })
    const forged = await merchant.call(nowhere, { a: 1 }, { signInstead: { nonce: 'another' } })
    expect(forged).toMatchObject({ status: 401, body: { code: 'SIGN_ERROR' } })
    // The client checks the signature.
    expect(await merchant.call(nowhere, { a: 1 })).toEqual({ status: 201, body: { thing_id: '1' } })
    expect((await control.journal()).at(-1)).toMatchObject({
      operation: NOWHERE,
      mchid: '1900000001',
      response: { status: 201 },
    })
    expect(await merchant.call(nowhere)).toEqual({ status: 201, body: { thing_id: '1' } })
    expect(await merchant.call(nowhere)).toEqual({ status: 404, body: undefined })
  })

  test('of such a path may be an error, or have no body', async ({ control, merchant }) => {
    const body = { code: 'NOT_ENOUGH', message: '余额不足' }
    await control.planAnswer({ operation: NOWHERE, status: 403, body })
    await control.planAnswer({ operation: NOWHERE })

    expect(await merchant.call(nowhere)).toEqual({ status: 403, body })
    expect((await control.journal()).at(-1)).toMatchObject({ code: 'NOT_ENOUGH' })
    expect(await merchant.call(nowhere)).toEqual({ status: 204, body: undefined })
  })

  test('come with a world, and are checked like others', async ({ control, merchant }) => {
    await control.restore({
      answers: [
        { operation: COMPLAINT, merge: { problem_description: 'first' } },
        { operation: COMPLAINT, merge: { problem_description: 'then' }, times: 'always' },
        { operation: NOWHERE, status: 200, body: { a: 1 } },
      ],
      remembered: [
        { product: 'complaints', name: 'complaint_id', value: 'C1', members: { complaint_state: 'PROCESSING' } },
      ],
    })
    for (const problem_description of ['first', 'then', 'then']) {
      const { body } = await merchant.call(complaint, asked)
      expect(body).toMatchObject({ problem_description, complaint_state: 'PROCESSING' })
    }
    expect(await merchant.call(nowhere)).toEqual({ status: 200, body: { a: 1 } })

    const answers = [{ operation: COMPLAINT }, { operation: COMPLAINT, merge: { complaint_state: 'OPEN' } }]
    await expectRefusal(control.restore({ answers }), 'MOCK_ANSWER', '/answers/1/merge/complaint_state')
    await expectRefusal(
      control.restore({ answers: [{ operation: 'POST /v3/pay/transactions/jsapi', merge: {} }] }),
      'MOCK_ANSWER',
      '/answers/0/operation',
    )
    expect(await control.answers()).toHaveLength(1)
  })
})

test('a mock is not made with a planned answer that does not fit', () => {
  const answers = [{ operation: COMPLAINT, merge: { complaint_state: 'OPEN' } }]

  expect(() => createMock({ products: firstProducts, seed: { answers } })).toThrow(
    expect.objectContaining({ code: 'MOCK_ANSWER', path: '/answers/0/merge/complaint_state' }),
  )
})

test('no merchant has more than a thousand planned answers', async ({ control }) => {
  await control.restore({ answers: Array.from({ length: ANSWERS_LIMIT - 1 }, () => ({ operation: COMPLAINT })) })
  await control.answer(COMPLAINT, {})
  await expectRefusal(control.answer(COMPLAINT, {}), 'MOCK_ANSWERS_LIMIT')

  const { mchid } = await control.createMerchant({})
  await control.answer(COMPLAINT, {}, { mchid })
  await control.clearAnswers({ mchid: '1900000001' })
  await control.answer(COMPLAINT, {})
  expect(await control.answers()).toHaveLength(2)
})

test('calls that the strict refuse have no planned answers to take', async ({ control, merchant }) => {
  await control.answer(COMPLAINT, {}, { times: 'always' })
  await control.changeSettings({ shaped: 'refuse' })

  expect(await merchant.call(complaint, asked)).toEqual({ status: 404, body: undefined })
})
