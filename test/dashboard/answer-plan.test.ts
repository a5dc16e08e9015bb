import { expect, test } from 'vitest'
import { type AnswerFields, answerOf, fieldsOf, startOf } from '../../dashboard/answer-plan.ts'
import { createMock } from '../../src/mock.ts'
import { createMerchantClient, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import { firstProducts } from '../helpers/first-products.ts'
import { createScoreOrder, queryScoreOrder } from '../helpers/pay-score.ts'

const QUERY = 'GET /v3/payscore/serviceorder'
const NOT_THERE = { method: 'POST', target: '/v3/not/there/yet?a=1', body: {} } as const

async function shop() {
  const mock = createMock({ products: firstProducts })
  const { control, handle } = mock
  const client = createMerchantClient({ credentials: await control.credentials(), send: handle })
  const operations = await control.operations()
  return {
    control,
    call: (request: MerchantRequest) => client.request(request),
    /** The initial form for the latest exchange. */
    start: async () => {
      const [latest] = await control.journal({ limit: 1 })
      if (!latest) throw new Error('The journal is empty')
      return startOf(
        latest,
        operations.find(({ id }) => id === latest.operation),
      )
    },
  }
}

/** A plan as the form makes it. */
async function planned({ start }: Awaited<ReturnType<typeof shop>>, changes: Partial<AnswerFields> = {}) {
  const begun = await start()
  if (!begun) throw new Error('No answer can be planned')
  const fields = { ...fieldsOf(begun), ...changes }
  return answerOf(begun, fields, fields.members === '' ? undefined : JSON.parse(fields.members))
}

test('a shaped call is answered again as it was, and the members that the request says are left to the next one', async () => {
  const my = await shop()
  await my.call(createScoreOrder('A1'))
  const { body } = await my.call(queryScoreOrder('A1'))
  const plan = await planned(my)
  expect(plan).toMatchObject({ operation: QUERY, mchid: '1900000001', times: 1, merge: { state: 'CREATED' } })
  expect(Object.keys(plan.merge ?? {}).toSorted()).toEqual(
    Object.keys(body as object)
      .filter((name) => !['appid', 'out_order_no', 'service_id'].includes(name))
      .toSorted(),
  )
  expect(plan).not.toHaveProperty('match')

  await my.control.planAnswer(plan)
  await my.call(createScoreOrder('A2'))
  expect(await my.call(queryScoreOrder('A2'))).toMatchObject({ status: 200, body: { out_order_no: 'A2' } })
})

test('only the calls with a number of the request are answered so', async () => {
  const my = await shop()
  await my.call(createScoreOrder('A1'))
  await my.call(createScoreOrder('A2'))
  await my.call(queryScoreOrder('A1'))
  expect((await my.start())?.said).toEqual([
    ['appid', 'wxd678efh567hg6787'],
    ['service_id', '2002000000000558'],
    ['out_order_no', 'A1'],
  ])
  const plan = await planned(my, { match: 'out_order_no', howOften: 'always', members: '{ "state": "DONE" }' })
  expect(plan).toEqual({
    operation: QUERY,
    mchid: '1900000001',
    match: { out_order_no: 'A1' },
    merge: { state: 'DONE' },
    times: 'always',
  })
  await my.control.planAnswer(plan)
  expect(await my.call(queryScoreOrder('A1'))).toMatchObject({ body: { state: 'DONE' } })
  expect(await my.call(queryScoreOrder('A2'))).toMatchObject({ body: { state: 'CREATED' } })
})

test('a variable of the path can be told apart too, and a number that stands in JSON stays one', async () => {
  const my = await shop()
  await my.call(createScoreOrder('A1'))
  await my.call({
    method: 'POST',
    target: '/v3/payscore/serviceorder/A1/modify',
    body: {
      appid: 'wxd678efh567hg6787',
      service_id: '2002000000000558',
      total_amount: 50_000,
      post_payments: [{ name: '房费', amount: 50_000, description: '一晚' }],
      reason: '延住',
    },
  })
  expect((await my.start())?.said).toEqual([
    ['out_order_no', 'A1'],
    ['appid', 'wxd678efh567hg6787'],
    ['service_id', '2002000000000558'],
    ['total_amount', 50_000],
    ['reason', '延住'],
  ])
})

test('a path that is nowhere is answered with status and body', async () => {
  const my = await shop()
  expect((await my.call(NOT_THERE)).status).toBe(404)
  const plan = await planned(my, { status: '202', times: '2', members: '{ "done": true }' })
  expect(plan).toEqual({
    operation: 'POST /v3/not/there/yet',
    mchid: '1900000001',
    status: 202,
    body: { done: true },
    times: 2,
  })
  await my.control.planAnswer(plan)
  expect(await my.call(NOT_THERE)).toMatchObject({ status: 202, body: { done: true } })

  // It was answered as planned, and so begins with that.
  expect((await my.start())?.members).toBe('{\n  "done": true\n}')
  expect(await planned(my, { status: '204', members: '' })).not.toHaveProperty('body')
})

test('a number that no call has brought is answered all the same', async () => {
  const my = await shop()
  expect((await my.call(queryScoreOrder('A1'))).status).toBe(404)
  const plan = await planned(my, { match: 'out_order_no' })
  expect(plan).toMatchObject({ operation: QUERY, match: { out_order_no: 'A1' }, merge: {} })
  await my.control.planAnswer(plan)
  expect(await my.call(queryScoreOrder('A1'))).toMatchObject({ status: 200, body: { out_order_no: 'A1' } })
})

test('nothing is offered for simulated calls, for refusals and for callbacks', async () => {
  const my = await shop()
  await my.call({ method: 'GET', target: '/v3/certificates' })
  expect(await my.start()).toBeUndefined()
  await my.call(createScoreOrder('A1', { out_order_no: '' }))
  expect(await my.start()).toBeUndefined()
  await my.control.sendNotification({ event_type: 'COMPLAINT.CREATE', url: 'https://shop.example.com/' })
  expect(await my.start()).toBeUndefined()
})

test('what was encrypted for the caller is not planned as it came', async () => {
  const my = await shop()
  const operations = await my.control.operations()
  await my.call(createScoreOrder('A1'))
  const [latest] = await my.control.journal({ limit: 1 })
  if (!latest?.response) throw new Error('There is no answer')
  const body = JSON.stringify({ state: 'DONE', card: { phone: `${'A'.repeat(342)}==`, bank: 'ICBC' } })
  const operation = operations.find(({ id }) => id === latest.operation)
  const start = startOf({ ...latest, response: { ...latest.response, body } }, operation)
  expect(JSON.parse(start?.members ?? '')).toEqual({ state: 'DONE', card: { bank: 'ICBC' } })
})
