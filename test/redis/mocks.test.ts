import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { applyTradeBill, downloadBill, openMock as openWith, products, type WechatPayMock } from 'wechatpay-mock'
import { createMerchantClient } from 'wechatpay-mock/vitest'
import { formatInstant } from '../../src/wire/protocol/instant.ts'
import { tellStories } from '../catalogue/stories.ts'
import { openMock } from '../helpers/engine.ts'
import { firstProducts } from '../helpers/first-products.ts'
import { NOON } from '../helpers/world.ts'
import { loyalty } from '../products/loyalty/index.ts'
import { stampCard } from '../products/loyalty/stamp-card.ts'
import { expectCountedJournal } from '../stores/journal-suite.ts'
import { redisForFile } from './redis-server.ts'

const server = redisForFile()

/** Two mocks with one store, each with a client of the well-known merchant. */
async function two<Mock extends Pick<WechatPayMock, 'handle' | 'clock' | 'close'>>(
  open: (store: string) => Promise<Mock & { readonly control: Pick<WechatPayMock['control'], 'credentials'> }>,
) {
  const store = server.address()
  const openOne = async () => {
    const mock = await open(store)
    onTestFinished(() => mock.close())
    const credentials = await mock.control.credentials()
    const client = createMerchantClient({
      credentials,
      send: (request) => mock.handle(request),
      now: () => mock.clock.now(),
    })
    return { mock, client }
  }
  return [await openOne(), await openOne()] as const
}

tellStories(({ seed: _, store: __, ...options }) => openMock({ ...options, seed: 'empty', store: server.address() }))

test('a bill that one mock was asked for can be downloaded from another', async () => {
  const [asked, other] = await two((store) => openMock({ store }))
  const bill_date = formatInstant(asked.mock.clock.now() - 2 * 86_400_000).slice(0, 10)
  await asked.mock.control.addOrder({ success_time: `${bill_date}T12:00:00+08:00` })

  const { body } = await asked.client.call(applyTradeBill, { bill_date })
  const { download_url = '', hash_value } = body as Record<string, string>
  const { pathname, search } = new URL(download_url)
  const { bytes } = await other.client.request({ target: pathname + search, fileType: downloadBill.fileType })

  expect(createHash('sha1').update(bytes).digest('hex')).toBe(hash_value)
})

test('what the journal counts, and what faults have hit, is the same at every mock with that store', async () => {
  const [{ mock: called }, { mock: asked }] = await two((store) => openMock({ store }))

  await expectCountedJournal(called, asked)

  expect(await called.control.journalPage()).toEqual(await asked.control.journalPage())
  expect(await called.control.firedFaults()).toEqual(await asked.control.firedFaults())
  await called.control.clearJournal()
  expect(await asked.control.firedFaults()).toEqual([])
})

test.for([
  ['GET /v3/merchant-service/complaints-v2/{complaint_id}', { merge: { problem_description: 'planned' } }],
  ['GET /v3/new-product/things/1', { status: 200, body: { problem_description: 'planned' } }],
] as const)('a planned answer is taken by one of two instances: %s', async ([operation, plan]) => {
  const [first, second] = await two((store) =>
    openMock({ products: firstProducts, seed: 'empty', store, clock: { now: () => NOON } }),
  )

  for (let round = 0; round < 10; round++) {
    await second.mock.control.planAnswer({ operation, ...plan })
    const calls = [first, second, first, second].map(({ client }, i) => {
      const target = operation.slice('GET '.length).replace('{complaint_id}', `${round}:${i}`)
      return client.request({ target })
    })
    const answers = (await Promise.all(calls)).map(({ body }) => JSON.stringify(body) ?? '')

    expect(answers.filter((one) => one.includes('planned'))).toHaveLength(1)
    expect(await first.mock.control.answers()).toEqual([])
  }
})

test('a product of one’s own is kept in Redis, for every mock with that store', async () => {
  const seed = { cards: [{ card_id: 'C1', openid: 'oUser' }] }
  const [first, second] = await two((store) => openWith({ products: [...products, loyalty], seed, store }))

  expect(await first.client.call(stampCard, { card_id: 'C1' })).toMatchObject({ body: { stamps: 1 } })
  expect(await second.client.call(stampCard, { card_id: 'C1' })).toMatchObject({ body: { stamps: 2 } })
  expect(await first.mock.control.card('C1')).toMatchObject({ stamps: 2 })
  await first.mock.control.blockCard('C1')
  expect(await second.mock.control.thingPage('cards', { state: 'BLOCKED' })).toMatchObject({
    total: 1,
    items: [{ name: ['1900000001', 'C1'], state: 'BLOCKED', beside: [{ value: 2 }] }],
  })
  await second.mock.control.reset()
  expect(await first.mock.control.card('C1')).toMatchObject({ stamps: 0 })
})

test('a snapshot that one mock keeps is restored by another', async () => {
  const [{ mock: one }, { mock: other }] = await two((store) => openMock({ store }))
  const kept = await one.control.keepSnapshot({ name: 'shared' })
  const { orders } = await one.control.worldCounts()
  await one.control.addOrder()

  expect(await other.control.snapshots()).toEqual([kept])
  await other.control.restoreSnapshot('shared')
  expect((await one.control.worldCounts()).orders).toBe(orders)
  await one.control.removeSnapshot('shared')
  expect(await other.control.snapshots()).toEqual([])
})
