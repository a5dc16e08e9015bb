import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import {
  connectControl,
  createMock,
  defineProduct,
  MockControl,
  type MockControlOf,
  type MockOptions,
  openMock,
  products,
  type WechatPayMock,
} from 'wechatpay-mock'
import { startServer } from 'wechatpay-mock/node'
import { verifyPacts } from 'wechatpay-mock/pact'
import { type Envelope, open } from 'wechatpay-mock/protocol'
import { createMerchantClient, sendWithFetch } from 'wechatpay-mock/vitest'
import { test as pactTest } from '../contracts/pacts.ts'
import { aDataFile } from '../stores/data-files.ts'
import { loyalty } from './loyalty/index.ts'
import { queryCard } from './loyalty/query-card.ts'
import { stampCard } from './loyalty/stamp-card.ts'

// The code of a user whose product lives outside this package: nothing here or in the folder reaches into src.

const served = [...products, loyalty] as const
const SHOP = 'https://shop.example/notify'
const CARD = { card_id: 'C1', openid: 'oUser', stamps: 8 }
const KEPT = { mchid: '1900000001', ...CARD, state: 'OPEN' }

type LoyaltyMock = WechatPayMock<MockControlOf<typeof served>>

const mockWith = (options: MockOptions<typeof served> = {}): LoyaltyMock =>
  createMock({ products: served, seed: 'empty', ...options })

const clientOf = async (mock: LoyaltyMock) =>
  createMerchantClient({ credentials: await mock.control.credentials(), send: (request) => mock.handle(request) })

describe('operations', () => {
  test('are served, signed, to whoever signs', async () => {
    const mock = mockWith()
    await mock.control.addCard(CARD)
    const client = await clientOf(mock)

    // The client refuses an answer whose signature does not verify.
    expect(await client.call(stampCard, { card_id: 'C1' })).toEqual({ status: 200, body: { ...CARD, stamps: 9 } })
    expect(await client.call(queryCard, { card_id: 'C1' })).toEqual({ status: 200, body: { ...CARD, stamps: 9 } })
    expect(
      await client.request({ target: '/v3/loyalty/cards/C1', signInstead: { target: '/v3/loyalty/cards/C2' } }),
    ).toMatchObject({ status: 401, body: { code: 'SIGN_ERROR' } })
  })

  test('answer with their errors, and the journal says why', async () => {
    const mock = mockWith()
    await mock.control.addCard({ ...CARD, stamps: 10 })
    const client = await clientOf(mock)

    const full = await client.call(stampCard, { card_id: 'C1' })
    const unknown = await client.call(queryCard, { card_id: 'C2' })
    const misspelt = await client.call(stampCard, { card_id: 'C1', notifyUrl: SHOP })

    expect([full, unknown]).toEqual([
      { status: 403, body: { code: 'RULE_LIMIT', message: '会员卡已集满' } },
      { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: '会员卡不存在' } },
    ])
    expect(misspelt).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
    const [exchange] = await mock.control.journal({ operation: 'stampCard', status: 403 })
    expect(exchange).toMatchObject({
      remarks: [{ error: 'card_full', text: 'It has 10 of 10 stamps.' }],
      before: { cards: [{ ...KEPT, stamps: 10 }] },
    })
  })

  test('are linked with the things that they were about, and what was done by hand is not put down to them', async () => {
    const mock = mockWith()
    await mock.control.freeze()
    await mock.control.addCard(CARD)
    const client = await clientOf(mock)
    await client.call(stampCard, { card_id: 'C1' })
    await mock.control.blockCard('C1')
    await client.call(stampCard, { card_id: 'C1' })

    const [stamped] = await mock.control.journal()
    expect(await mock.control.exchangeThings(stamped?.id ?? '')).toEqual([
      { thing: 'cards', name: ['1900000001', 'C1'], heading: 'C1', state: 'BLOCKED' },
    ])
    const { entries } = await mock.control.thing('cards', '1900000001/C1')
    expect(entries).toMatchObject([
      { reason: 'refused', state_before: 'BLOCKED', exchange: { status: 403 } },
      { event: 'changed', state_before: 'OPEN', state_after: 'BLOCKED' },
      { reason: 'unchanged', state_before: 'OPEN', state_after: 'OPEN', exchange: { status: 200 } },
    ])
    expect(entries[1]).not.toHaveProperty('exchange')
  })

  test('can be made to fail with their errors', async () => {
    const mock = mockWith()
    await mock.control.addCard(CARD)
    const client = await clientOf(mock)
    await mock.control.planFault({ operation: 'stampCard', error: 'card_full' })

    expect(await client.call(stampCard, { card_id: 'C1' })).toMatchObject({ status: 403 })
    expect(await client.call(stampCard, { card_id: 'C1' })).toMatchObject({ status: 200 })
    await expect(mock.control.planFault({ operation: 'queryCard', error: 'card_full' })).rejects.toMatchObject({
      code: 'MOCK_FAULT_UNKNOWN',
    })
  })
})

describe('settings', () => {
  test('are options, and can be changed', async () => {
    const mock = createMock({ products: served, seed: 'empty', stampsPerCard: 9 })
    await mock.control.addCard(CARD)
    const client = await clientOf(mock)

    expect(await client.call(stampCard, { card_id: 'C1' })).toMatchObject({ status: 200 })
    expect(await client.call(stampCard, { card_id: 'C1' })).toMatchObject({ status: 403 })
    expect(await mock.control.changeSettings({ stamps_per_card: 10 })).toMatchObject({ stamps_per_card: 10 })
    expect(await client.call(stampCard, { card_id: 'C1' })).toMatchObject({ status: 200 })
    expect(() => createMock({ products: served, stampsPerCard: 0 })).toThrow(
      expect.objectContaining({ code: 'MOCK_OPTION' }),
    )
  })
})

describe('callbacks', () => {
  /** A mock with a card that one more stamp fills, and the callbacks to its shop. */
  async function withShop() {
    const received: Request[] = []
    const mock = mockWith({
      receive: (callback) => {
        received.push(callback)
        return new Response(null, { status: 204 })
      },
    })
    await mock.control.addCard({ ...CARD, stamps: 9 })
    const client = await clientOf(mock)
    const stamp = async () => {
      await client.call(stampCard, { card_id: 'C1', notify_url: SHOP })
      await mock.control.deliverNotifications()
    }
    return { mock, received, stamp }
  }

  test('are delivered, and open with the APIv3 key', async () => {
    const { mock, received, stamp } = await withShop()
    await stamp()

    const { api_v3_key } = await mock.control.credentials()
    const [callback] = received
    if (!callback) throw new Error('Nothing was delivered')
    const { event_type, resource } = (await callback.json()) as { event_type: string; resource: Envelope }
    const opened = open(resource, api_v3_key)
    expect([callback.url, event_type]).toEqual([SHOP, 'CARD.FULL'])
    expect(opened.ok && JSON.parse(opened.plaintext)).toEqual({ ...CARD, stamps: 10 })
  })

  test('can be made to fail, and be made up', async () => {
    const { mock, received, stamp } = await withShop()
    await mock.control.planFault({ event: 'CARD.FULL', effect: 'duplicate' })
    await stamp()
    expect(received).toHaveLength(2)

    await mock.control.sendNotification({ event_type: 'CARD.FULL', url: SHOP })
    await mock.control.deliverNotifications()
    expect(await received[2]?.json()).toMatchObject({ event_type: 'CARD.FULL' })
  })
})

describe('the state', () => {
  test('is reset, counted, snapshotted and restored', async () => {
    const mock = mockWith({ seed: { cards: [CARD] } })
    const { control } = mock
    await (await clientOf(mock)).call(stampCard, { card_id: 'C1' })
    await control.addCard({ card_id: 'C2', openid: 'oOther' })
    expect(await control.worldCounts()).toMatchObject({ cards: 2, coupons: 0 })
    const snapshot = await control.world()

    await control.reset()
    expect((await control.world()).cards).toEqual([KEPT])
    await control.restore(snapshot)
    expect((await control.world()).cards).toEqual([
      { ...KEPT, stamps: 9 },
      { mchid: '1900000001', card_id: 'C2', openid: 'oOther', stamps: 0, state: 'OPEN' },
    ])
    await control.reset('1900000001')
    expect(await control.worldCounts()).toMatchObject({ cards: 2 })
  })

  test('refuses rows that do not fit, with their place', async () => {
    const wrong = { cards: [{ ...CARD, stamps: -1 }] }
    expect(() => mockWith({ seed: wrong })).toThrow(
      expect.objectContaining({ code: 'MOCK_INPUT', path: '/cards/0/stamps' }),
    )
    await expect(mockWith().control.restore(wrong)).rejects.toMatchObject({ path: '/cards/0/stamps' })
  })

  test('is kept in a data file', async () => {
    const data = await aDataFile()
    const reopen = () => openMock({ products: served, seed: { cards: [CARD] }, data })
    const first = await reopen()
    await (await clientOf(first)).call(stampCard, { card_id: 'C1' })
    await first.close()

    const second = await reopen()
    onTestFinished(() => second.close())
    expect(await (await clientOf(second)).call(queryCard, { card_id: 'C1' })).toMatchObject({ body: { stamps: 9 } })
    expect((await second.control.journal()).length).toBeGreaterThan(0)
  })
})

describe('what is said of it', () => {
  test('is in the OpenAPI document: calls, errors, callback, control calls, seed files', async () => {
    expect(await mockWith().control.openapi()).toMatchObject({
      paths: {
        '/v3/loyalty/cards/{card_id}': { get: { operationId: 'queryCard' } },
        '/v3/loyalty/cards/{card_id}/stamp': {
          post: {
            operationId: 'stampCard',
            responses: { 403: { description: expect.stringContaining('RULE_LIMIT') } },
          },
        },
        '/_mock/cards': { post: { operationId: 'addCard' } },
      },
      webhooks: { cardFull: {} },
      components: {
        schemas: {
          World: { properties: { cards: { items: { $ref: '#/components/schemas/Card' } } } },
          Card: { properties: { card_id: { type: 'string' } }, required: ['card_id', 'openid'] },
        },
      },
    })
  })

  test('is in the overview, which the dashboard draws, and among the operations', async () => {
    const { control } = mockWith()

    const { products, tables, events } = await control.overview()
    expect(products.at(-1)).toEqual({
      id: 'loyalty',
      title: { en: 'Loyalty', zh: '会员' },
      operations: ['stampCard', 'queryCard'],
    })
    expect(tables).toContainEqual(expect.objectContaining({ name: 'cards', title: { en: 'Cards', zh: '会员卡' } }))
    expect(events).toContainEqual({ event_type: 'CARD.FULL', label: { en: 'a card is full', zh: '集满' } })
    expect((await control.operations()).find(({ id }) => id === 'stampCard')?.errors.map(({ key }) => key)).toEqual([
      'card_unknown',
      'card_blocked',
      'card_full',
    ])
  })
})

describe('over HTTP', () => {
  /** A server with the product, closed after the test. */
  async function serve(mock = mockWith()) {
    const server = await startServer({ mock, port: 0 })
    onTestFinished(() => server.close(0))
    return server
  }

  test('the same client calls it, and its control is typed', async () => {
    const { url } = await serve()
    const control = connectControl(url, { products: served })
    const client = createMerchantClient({ credentials: await control.credentials(), send: sendWithFetch(url) })

    const added = await control.addCard(CARD)
    expectTypeOf(added).toEqualTypeOf<{
      mchid: string
      card_id: string
      openid: string
      stamps: number
      state: 'OPEN' | 'BLOCKED'
    }>()
    expect(await client.call(stampCard, { card_id: 'C1' })).toMatchObject({ status: 200 })
    expect(await control.card('C1')).toEqual({ ...added, stamps: 9 })
    await expect(control.card('C2')).rejects.toMatchObject({ code: 'MOCK_CARD_UNKNOWN', path: '/path/card_id' })
  })

  pactTest('contracts of it are verified, and start from its states', async ({ write }) => {
    const path = '/v3/loyalty/cards/C2'
    const interactions = [
      {
        description: 'asks for a card that is not there',
        request: { method: 'GET', path },
        response: { status: 404, body: { code: 'RESOURCE_NOT_EXISTS' } },
      },
      {
        description: 'asks for a card',
        providerStates: [{ name: 'a user holds a card', params: { card_id: 'C2', stamps: '3' } }],
        request: { method: 'GET', path },
        response: { status: 200, body: { card_id: 'C2', openid: 'oUser', stamps: 3 } },
      },
    ]
    const pactFiles = [await write({ version: '3.0.0', interactions })]
    const { url } = await serve()

    for (const provider of [{}, { url }]) {
      const { ok, problems, interactions } = await verifyPacts({ pactFiles, products: served, ...provider })
      expect({ ok, problems, of: interactions.map(({ reasons }) => reasons) }).toEqual({
        ok: true,
        problems: [],
        of: [[], []],
      })
    }
  })
})

describe('a product without control calls, rules or tables', () => {
  const bare = defineProduct({ id: 'bare', title: { en: 'Bare', zh: '空' }, operations: [], tables: [] })

  test('leaves the calls of the others to the client', async () => {
    const mock = createMock({ products: [...products, bare, loyalty] as const })
    onTestFinished(() => mock.close())

    expect(await mock.control.addCard(CARD)).toEqual(KEPT)
    expect(await mock.control.addCoupon({ stock_id: '100088' })).toMatchObject({ state: 'SENDED' })
  })

  test("leaves the mock's own client as it is", async () => {
    const mock = createMock({ products: [...products, bare] })
    onTestFinished(() => mock.close())

    expect(mock.control).toBeInstanceOf(MockControl)
  })
})
