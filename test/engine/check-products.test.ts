import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineEvent } from '../../src/engine/callbacks/event.ts'
import { defineOperation, type Operation } from '../../src/engine/operation.ts'
import { defineProduct, type Product } from '../../src/engine/product.ts'
import { defineTable, type Table } from '../../src/engine/state/table.ts'
import { products } from '../../src/products/index.ts'
import { createMock, openMock } from '../helpers/engine.ts'

const operation = (changes: Partial<Operation> = {}): Operation => ({
  ...defineOperation({
    id: 'stampCard',
    method: 'POST',
    path: '/v3/loyalty/cards/{card_id}/stamp',
    summary: 'Stamp a card',
    title: '盖章',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791861',
    rules: [],
    input: {},
    output: z.object({}),
    errors: {},
    handle: async () => ({}),
  }),
  ...changes,
})

const table = (changes: Partial<Table> = {}): Table => ({
  ...defineTable({
    name: 'cards',
    owner: ({ mchid }: { mchid: string }) => mchid,
    key: ({ mchid }) => [mchid],
    indexes: {},
    json: z.object({ mchid: z.string() }),
    fromJson: ({ mchid }) => ({ mchid }),
    toJson: ({ mchid }) => ({ mchid }),
  }),
  ...changes,
})

const withTable = (changes: Partial<Table>) => ({ tables: [table(changes)] })

const event = defineEvent({
  id: 'cardFull',
  eventType: 'CARD.FULL',
  label: { en: 'a card is full', zh: '集满' },
  description: 'A card is full',
  title: '集满通知',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791861',
  summary: '集满',
  originalType: 'card',
  associatedData: 'card',
  schedule: 'payment',
  resource: z.object({}),
  sample: () => ({}),
})

const product = (changes: Partial<Product> = {}): Product =>
  defineProduct({ id: 'loyalty', title: { en: 'Loyalty', zh: '会员' }, operations: [], tables: [], ...changes })

test.for<[what: string, product: Partial<Product>, said: RegExp]>([
  ['two products of one id', { id: 'payment' }, /the product payment and the product payment have the same id/],
  [
    'two operations with one path',
    { operations: [operation(), operation({ id: 'stampAgain' })] },
    /stampCard of loyalty and stampAgain of loyalty have the same address, POST \/v3\/loyalty\/cards\/\{\}\/stamp/,
  ],
  [
    'two operations with one id',
    { operations: [operation(), operation({ path: '/v3/other' })] },
    /stampCard of loyalty and stampCard of loyalty have the same id/,
  ],
  [
    'a path that another product has',
    { operations: [operation({ path: '/v3/marketing/busifavor/coupons/associate' })] },
    /associateTradeInfo of merchant-coupon and stampCard of loyalty have the same address/,
  ],
  [
    'paths that differ in the name of a variable',
    { operations: [operation(), operation({ id: 'b', method: 'GET', path: '/v3/loyalty/cards/{id}/stamp' })] },
    /stampCard of loyalty .*\{card_id\}.* and b of loyalty .*\{id\}.* differ only in the names of their variables/,
  ],
  ['a path without a slash', { operations: [operation({ path: 'v3/cards' })] }, /stampCard of loyalty is v3\/cards/],
  [
    'an error that is not declared',
    { operations: [operation({ errors: { card_full: undefined as never } })] },
    /error card_full of stampCard of loyalty is not declared/,
  ],
  ['a table without a key', withTable({ key: undefined as never }), /table cards of loyalty has no key/],
  [
    'the name of another table',
    withTable({ name: 'coupons' }),
    /merchant-coupon and loyalty each have a table coupons/,
  ],
  ['the name of a table that every mock has', withTable({ name: 'requests' }), /every mock and loyalty/],
  ['a table named for SQL', withTable({ name: 'cards; DROP' }), /letters and digits only/],
  ['an index named for SQL', withTable({ indexes: { 'a b': () => 'x' } }), /index a b/],
  ['a table named like a member of every seed file', withTable({ name: 'merchants' }), /rename it/],
  ['two events of one type', { events: [event, event] }, /cardFull of loyalty and cardFull of loyalty/],
])('%s is refused, and both are named', async ([, changes, said]) => {
  const options = { products: [...products, product(changes)] }
  const refusal = expect.objectContaining({ code: 'MOCK_PRODUCT', message: expect.stringMatching(said) })
  expect(() => createMock(options)).toThrow(refusal)
  await expect(openMock(options)).rejects.toThrow(refusal)
})

test('a table that two products list is one table', () => {
  const shared = table()
  const mock = createMock({
    products: [...products, product({ tables: [shared] }), product({ id: 'more', tables: [shared] })],
  })
  expect(mock.tables.filter(({ name }) => name === 'cards')).toEqual([shared])
})
