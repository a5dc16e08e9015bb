import { expect, test } from 'vitest'
import { catalogueIndex } from '../../src/catalogue/facts.ts'
import { nameOfEvent } from '../../src/engine/callbacks/event.ts'
import { eventsOf, operationsOf } from '../../src/engine/product.ts'
import { createMock } from '../../src/index.ts'
import { firstProducts as products } from '../helpers/first-products.ts'

const operations = operationsOf(products)
const events = eventsOf(products)
const { control } = createMock({ products })
const SCORE = { id: 'payscore', title: { en: 'WeChat Pay Score', zh: '微信支付分' } }

test('every call says whether rules stand behind it, and whose it is', async () => {
  const served = await control.operations()

  expect(served.map(({ id, served }) => ({ id, served }))).toEqual(
    operations.map(({ id, shaped }) => ({ id, served: shaped ? 'shaped' : 'simulated' })),
  )
  expect(served.find(({ id }) => id === 'GET /v3/payscore/serviceorder')).toMatchObject({ product: SCORE })
  expect(served.find(({ id }) => id === 'associateTradeInfo')).toMatchObject({ product: { id: 'merchant-coupon' } })
})

test('shaped calls and events stand under the products that they are documented of, once each', async () => {
  const { products } = await control.overview()

  const shaped = operations.filter((operation) => operation.shaped)
  const own = products.flatMap((product) => product.operations)
  const parts = products.flatMap((product) => product.parts ?? [])
  expect(own.toSorted()).toEqual(operations.flatMap(({ id, shaped }) => (shaped ? [] : [id])).toSorted())
  expect(parts.flatMap((part) => part.operations).toSorted()).toEqual(shaped.map(({ id }) => id).toSorted())
  expect(parts.flatMap((part) => part.events).toSorted()).toEqual(
    events.flatMap((event) => (event.shaped ? [nameOfEvent(event)] : [])).toSorted(),
  )
  const order = catalogueIndex.products.map(({ id }) => id)
  expect(parts.map(({ id }) => id)).toEqual(order.filter((id) => parts.some((part) => part.id === id)))
  expect(parts).toContainEqual({
    ...SCORE,
    operations: expect.arrayContaining(['GET /v3/payscore/serviceorder']),
    events: ['PAYSCORE.USER_CONFIRM', 'PAYSCORE.USER_PAID'],
  })
})

test('the journal says which exchanges were only shaped', async () => {
  const { control, handle } = createMock({ products, auth: 'lenient' })
  const ask = (target: string, headers: Record<string, string> = { accept: '*/*', 'user-agent': 'test' }) =>
    handle({ method: 'GET', target, headers, body: new Uint8Array() })
  const path = '/v3/merchant-service/images/A'
  await ask(path)
  await ask('/v3/certificates')
  await ask('/v3/none')
  await control.planAnswer({ operation: 'GET /v3/none', body: {} })
  await ask('/v3/none')
  await control.changeSettings({ auth: 'strict' })
  await ask(path)

  const { items } = await control.journalPage()
  expect(items.map(({ target, status, served }) => [target, status, served])).toEqual([
    [path, 401, undefined],
    ['/v3/none', 200, undefined],
    ['/v3/none', 404, undefined],
    ['/v3/certificates', 200, undefined],
    [path, 200, 'shaped'],
  ])
  expect(await control.exchange(items.at(-1)?.id ?? '')).toMatchObject({ served: 'shaped' })
})

test('a documented call that is refused is said to be documented, and what has it answered', async () => {
  const { control, handle } = createMock({ products, shaped: 'refuse' })
  const target = '/v3/payscore/serviceorder?out_order_no=O_1'
  const answer = await handle({ method: 'GET', target, headers: {}, body: new Uint8Array() })

  expect(answer.status).toBe(404)
  expect(answer.headers).toContainEqual(['Wechatpay-Mock-Diagnosis', 'path; path_only_shaped'])
  const [exchange] = await control.journal()
  expect(exchange).not.toHaveProperty('served')
  expect(exchange?.remarks[0]?.text).toMatch(/^GET \/v3\/payscore\/serviceorder is documented, .*--shaped answer/)
})

test('a path of a documented product is said to be one in the journal', async () => {
  const { control, handle } = createMock({ products })
  await handle({ method: 'GET', target: '/v3/pay/transactions/nativ', headers: {}, body: new Uint8Array() })

  const [exchange] = await control.journal()
  expect(exchange?.remarks[0]?.causes?.map(({ name, value }) => [name, value])).toEqual([
    ['path_not_served', 'POST /v3/pay/transactions/native'],
    ['path_of_product', '普通支付 (orders)'],
  ])
})

test('a callback of a documented event is repeated as its page says', async () => {
  const { control } = createMock({ products, receive: () => new Response(null, { status: 500 }) })
  await control.freeze()
  await control.sendNotification({ event_type: 'COMPLAINT.CREATE', url: 'https://shop.example.com/complaints' })
  await control.advance('P1D')

  const [sent] = await control.notifications()
  const times = sent?.attempts.map(({ time }) => Date.parse(time)) ?? []
  expect(times.slice(1).map((time, i) => (time - (times[i] ?? 0)) / 1_000)).toEqual([
    ...Array.from({ length: 10 }, () => 60),
    ...Array.from({ length: 22 }, () => 300),
  ])
  expect(sent?.state).toBe('failed')
})

test('whoever has no use for errors or for shaped calls gets the rest alone', async () => {
  const all = await control.operations()
  expect(all.some(({ errors }) => errors.length > 0)).toBe(true)
  expect(await control.operations({ errors: 'none' })).toEqual(all.map((one) => ({ ...one, errors: [] })))
  expect(await control.operations({ served: 'simulated' })).toEqual(all.filter(({ served }) => served === 'simulated'))
})
