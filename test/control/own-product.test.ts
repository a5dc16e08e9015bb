import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { type CallsFor, defineAddCalls, defineCall } from '../../src/control/call.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { defineProduct } from '../../src/engine/product.ts'
import { defineTable } from '../../src/engine/state/table.ts'
import { createMock, type WechatPayMock } from '../../src/mock.ts'
import { connectControl, type MockControl } from '../../src/mock-control.ts'
import { products } from '../../src/products/index.ts'
import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { refusalOf } from './doors.ts'

interface Card {
  readonly mchid: string
  readonly cardId: string
  readonly stamps: number
}

const cardJson = z.strictObject({ card_id: z.string(), stamps: z.int().optional() }).meta({ id: 'Card' })
const completedCard = cardJson.required().meta({ id: 'CompletedCard' })

const cards = defineTable({
  name: 'cards',
  owner: ({ mchid }: Card) => mchid,
  key: ({ cardId }) => [cardId],
  indexes: {},
  json: cardJson,
  completed: completedCard,
  fromJson: ({ card_id, stamps = 0 }, { defaultMchid }) => ({ mchid: defaultMchid, cardId: card_id, stamps }),
  toJson: ({ cardId, stamps }) => ({ card_id: cardId, stamps }),
})

const routes = {
  /** Adds all of them or none. */
  addCards: 'POST /cards',
  /** Adds a card. */
  addCard: 'POST /cards',
  /** Stamps a card, as the cashier does. */
  stampCard: 'POST /cards/{card_id}/stamp',
  /** Takes the stamps away. */
  emptyCard: 'POST /cards/{card_id}/empty?',
} as const

const { one: addCard, many: addCards } = defineAddCalls({
  summary: 'Add cards',
  json: cardJson,
  made: completedCard,
  async add(tx, { card_id, stamps = 0 }, { defaultMchid }) {
    await tx.in(cards).save({ mchid: defaultMchid, cardId: card_id, stamps })
    return { card_id, stamps }
  },
})

const params = z.object({ card_id: z.string() })

const calls = {
  addCard,
  addCards,
  stampCard: defineCall({
    summary: 'Stamp a card',
    params,
    query: z.strictObject({ times: z.coerce.number<string>().int().optional() }),
    body: z.strictObject({ by: z.string() }),
    answer: completedCard,
    refusals: {
      MOCK_CARD_UNKNOWN: { status: 404, when: 'there is no such card' },
      MOCK_CARD_FULL: { status: 409, when: 'the card has ten stamps' },
    },
    handle: ({ params: { card_id }, query: { times = 1 } }, { mock }) =>
      mock.store.transaction(async (tx) => {
        const card = await tx.in(cards).find(mock.defaultMerchant.mchid, card_id)
        if (!card)
          throw new UsageError(
            'MOCK_CARD_UNKNOWN',
            { en: `There is no card ${card_id}.`, zh: `没有会员卡 ${card_id}。` },
            { path: '/path/card_id' },
          )
        if (card.stamps + times > 10)
          throw new UsageError('MOCK_CARD_FULL', { en: `Card ${card_id} is full.`, zh: `会员卡 ${card_id} 已集满。` })
        await tx.in(cards).save({ ...card, stamps: card.stamps + times })
        return { card_id, stamps: card.stamps + times }
      }),
  }),
  emptyCard: defineCall({ summary: 'Empty a card', params, handle: () => undefined }),
} satisfies CallsFor<typeof routes>

const loyalty = defineProduct({
  id: 'loyalty',
  title: { en: 'Loyalty', zh: '会员' },
  operations: [],
  tables: [cards],
  routes,
  calls: async () => calls,
})

describe('the calls of a product of one’s own', () => {
  test('are methods of the control, with the types of their schemas', async () => {
    const mock = createMock({ products: [...products, loyalty] })
    const { control } = mock

    const card = await control.addCard({ card_id: 'A' })
    const many = await control.addCards([{ card_id: 'B', stamps: 3 }])
    const stamped = await control.stampCard('A', { by: 'Li' }, { times: 2 })
    await control.emptyCard('A')

    expectTypeOf(card).toEqualTypeOf<{ card_id: string; stamps: number }>()
    expectTypeOf(many).toEqualTypeOf<{ card_id: string; stamps: number }[]>()
    expectTypeOf(await control.addCoupon()).toEqualTypeOf<CompletedCoupon>()
    expectTypeOf(control).toExtend<MockControl>()
    expectTypeOf(mock).toExtend<WechatPayMock>()
    expect([card, many, stamped]).toEqual([
      { card_id: 'A', stamps: 0 },
      [{ card_id: 'B', stamps: 3 }],
      { card_id: 'A', stamps: 2 },
    ])
    expect((await control.world()).cards).toEqual([
      { card_id: 'A', stamps: 2 },
      { card_id: 'B', stamps: 3 },
    ])
  })

  test('are there over HTTP for whoever names the product', async ({ onTestFinished }) => {
    const server = await startServer({ mock: createMock({ products: [...products, loyalty] }), port: 0 })
    onTestFinished(() => server.close(0))
    const control = connectControl(server.url, { products: [...products, loyalty] })

    await control.addCard({ card_id: 'A', stamps: 8 })

    expect(await control.stampCard('A', { by: 'Li' })).toEqual({ card_id: 'A', stamps: 9 })
    expect(await server.control.stampCard('A', { by: 'Li' })).toEqual({ card_id: 'A', stamps: 10 })
    expect(await control.worldCounts()).toMatchObject({ cards: 1 })
  })

  test('refuse with codes and statuses of their own, which the OpenAPI document names', async ({ onTestFinished }) => {
    const server = await startServer({ mock: createMock({ products: [...products, loyalty] }), port: 0 })
    onTestFinished(() => server.close(0))
    const control = connectControl(server.url, { products: [loyalty] })
    const stamp = (card: string) =>
      fetch(`${server.url}/_mock/cards/${card}/stamp`, {
        method: 'POST',
        body: '{"by":"Li"}',
        headers: { 'Content-Type': 'application/json' },
      })
    await control.addCard({ card_id: 'full', stamps: 10 })

    expect([(await stamp('none')).status, (await stamp('full')).status]).toEqual([404, 409])
    expect(await refusalOf(control.stampCard('none', { by: 'Li' }))).toMatchObject({
      code: 'MOCK_CARD_UNKNOWN',
      path: '/path/card_id',
    })
    expect(await control.openapi()).toMatchObject({
      paths: {
        '/_mock/cards': { post: { operationId: 'addCards' } },
        '/_mock/cards/{card_id}/stamp': {
          post: {
            operationId: 'stampCard',
            responses: { 409: { description: 'MOCK_CARD_FULL: the card has ten stamps' } },
          },
        },
      },
    })
  })

  test('are all that the control has besides those of every mock', () => {
    const { control } = createMock({ products: [loyalty], seed: 'empty' })

    expectTypeOf(control).toHaveProperty('addCard')
    expectTypeOf(control).toHaveProperty('freeze')
    expectTypeOf(control).not.toHaveProperty('addCoupon')
    expect(control).not.toHaveProperty('addCoupon')
  })
})

describe('calls of products that do not fit', () => {
  const other = (changes: object) => defineProduct({ ...loyalty, id: 'other', tables: [], ...changes })
  const serve = (changes: object) => createMock({ products: [...products, other(changes)] }).control.health()

  test.for<[what: string, changes: object, said: RegExp]>([
    ['a route without a method', { routes: { card: '/card' } }, /"\/card" is no route/],
    ['a name that every client has', { routes: { freeze: 'POST /cards/freeze' } }, /has a method freeze/],
    [
      'a name of another product',
      { routes: { coupon: 'GET /cards' } },
      /coupon of merchant-coupon and coupon of other/,
    ],
    [
      'a route of another product',
      { routes: { look: 'GET /stocks/{id}' } },
      /GET \/stocks\/\{stock_id\} of merchant-coupon and GET \/stocks\/\{id\} of other have the same route/,
    ],
  ])('%s is refused as the mock is made', ([, changes, said]) => {
    expect(() => createMock({ products: [...products, other(changes)] })).toThrowError(said)
  })

  test('a route of every mock, or one without a call, is refused at the first call', async () => {
    const isUp = { routes: { isUp: 'GET /health' }, calls: async () => ({ isUp: calls.emptyCard }) }

    await expect(serve(isUp)).rejects.toThrowError(/health and isUp are both GET \/_mock\/health/)
    await expect(serve({ calls: async () => ({}) })).rejects.toThrowError(/a route addCards, but no call/)
  })
})

test('calls and routes are held against each other by the compiler', () => {
  const card = defineCall({ summary: '', params, handle: () => undefined })
  const stamp = defineCall({ summary: '', params, body: z.strictObject({ by: z.string() }), handle: () => undefined })
  type Card = CallsFor<{ card: 'GET /cards/{card_id}' }>

  expectTypeOf({ card }).toExtend<Card>()
  expectTypeOf({ other: card }).not.toExtend<Card>()
  expectTypeOf({ card: stamp }).not.toExtend<Card>()
  expectTypeOf({ card }).not.toExtend<CallsFor<{ card: 'GET /cards/{id}' }>>()
  expectTypeOf({ card }).not.toExtend<CallsFor<{ card: 'PUT /cards/{card_id}' }>>()
  expectTypeOf({ card }).toExtend<CallsFor<{ card: 'PUT /cards/{card_id}?' }>>()
})
