import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProduct, tablesOf } from '../../src/engine/product.ts'
import { defineTable, type Table } from '../../src/engine/state/table.ts'
import { products } from '../../src/products/index.ts'
import { stocks } from '../../src/products/merchant-coupon/stocks.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { openMock } from '../helpers/engine.ts'
import { TABLES } from '../helpers/tables.ts'
import { aStock } from '../products/merchant-coupon/rules/builders.ts'
import { aDataFile } from './data-files.ts'

const ALICE = '1900000001'
const BOB = '1900000002'

/** Everything that a file has in its tables, what its rows are found by included. */
function rowsOf(file: string): Record<string, unknown[]> {
  return inDatabase(file, (database) => {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
    const rows = names.map(({ name }) => database.prepare(`SELECT * FROM ${name} ORDER BY rowid`).all())
    // Order of members does not matter in JSON.
    const read = rows.map((some) =>
      some.map(({ value, ...columns }) => ({
        ...columns,
        value: typeof value === 'string' ? JSON.parse(value.replace(/^[\da-f]{8}(?=[[{"\d])/, '')) : value,
      })),
    )
    return Object.fromEntries(names.map(({ name }, i) => [String(name), read[i] ?? []]))
  })
}

/** Tables and indexes of a file, and its version. */
function layoutOf(file: string) {
  return inDatabase(file, (database) => ({
    version: database.prepare('PRAGMA user_version').get()?.user_version,
    schema: database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all(),
  }))
}

function inDatabase<Result>(file: string, work: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(file)
  try {
    return work(database)
  } finally {
    database.close()
  }
}

interface Card {
  readonly mchid: string
  readonly cardId: string
  readonly openid: string
}

const aCard = (overrides: Partial<Card> = {}): Card => ({ mchid: ALICE, cardId: '1', openid: 'oA', ...overrides })

const cards = defineTable({
  name: 'cards',
  owner: ({ mchid }: Card) => mchid,
  key: ({ cardId }) => [cardId],
  indexes: { openid: ({ openid }) => openid },
  json: z.strictObject({ mchid: z.string().optional(), card_id: z.string(), openid: z.string() }).meta({ id: 'Card' }),
  fromJson: ({ mchid, card_id, openid }, { defaultMchid }) => ({
    mchid: mchid ?? defaultMchid,
    cardId: card_id,
    openid,
  }),
  toJson: ({ mchid, cardId, openid }) => ({ mchid, card_id: cardId, openid }),
})

const loyalty = defineProduct({
  id: 'loyalty',
  title: { en: 'Loyalty cards', zh: '会员卡' },
  operations: [],
  tables: [cards],
})

const WITH_CARDS = tablesOf([...products, loyalty])

/** A file of a mock with cards: one in the seed is unchanged, one is changed, one was deleted, one is new, one belongs to Bob. */
async function aFileWithCards(): Promise<string> {
  const file = await aDataFile()
  const seeded = ['1', '2', '3'].map((cardId) => aCard({ cardId }))
  await inFile(file, WITH_CARDS, async (store) => {
    await store.replace({ stocks: [aStock()], cards: seeded })
    await store.transaction(async (tx) => {
      await tx.in(cards).save(aCard({ cardId: '2', openid: 'oB' }))
      await tx.in(cards).delete(ALICE, '3')
      await tx.in(cards).save(aCard({ cardId: '4', openid: 'oB' }))
      await tx.in(cards).save(aCard({ mchid: BOB, openid: 'oB' }))
    })
  })
  return file
}

async function inFile<Result>(
  file: string,
  tables: readonly Table[],
  work: (store: SqliteStore) => Promise<Result>,
): Promise<Result> {
  const store = await SqliteStore.open(file, tables)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Cards that a mock with them has in a file, as short texts. */
function cardsIn(file: string): Promise<string[]> {
  return inFile(file, WITH_CARDS, (store) =>
    store.transaction(async (tx) => (await tx.in(cards).list()).map(textOf).toSorted()),
  )
}

const textOf = ({ mchid, cardId, openid }: Card) => `${mchid === BOB ? 'Bob' : 'Alice'} ${cardId} ${openid}`

const KEPT = ['Alice 1 oA', 'Alice 2 oB', 'Alice 4 oB', 'Bob 1 oB']

describe('a data file that mocks with other products have opened', () => {
  test('gains the tables of one more product, and keeps its rows', async () => {
    const file = await aDataFile()
    await inFile(file, TABLES, (store) => store.replace({ stocks: [aStock()] }))

    await inFile(file, WITH_CARDS, (store) => store.transaction((tx) => tx.in(cards).save(aCard())))

    expect(await cardsIn(file)).toEqual(['Alice 1 oA'])
    const kept = await inFile(file, WITH_CARDS, (store) => store.transaction((tx) => tx.in(stocks).list()))
    expect(kept).toEqual([aStock()])
  })

  test('keeps the rows of a product that the mock does not have', async () => {
    const file = await aFileWithCards()
    const before = rowsOf(file)

    await inFile(file, TABLES, (store) =>
      store.transaction((tx) => tx.in(stocks).save(aStock({ stock_name: 'changed' }))),
    )

    const { changed_stocks, ...others } = rowsOf(file)
    expect(changed_stocks).toHaveLength(1)
    const { changed_stocks: _, ...othersBefore } = before
    expect(others).toEqual(othersBefore)
    expect(await cardsIn(file)).toEqual(KEPT)
  })

  test('loses the changes of such a product with a reset, and goes back to its seed', async () => {
    const file = await aFileWithCards()

    await inFile(file, TABLES, (store) => store.reset())

    expect(await cardsIn(file)).toEqual(['Alice 1 oA', 'Alice 2 oA', 'Alice 3 oA'])
  })

  test('loses those of one merchant with a reset of that merchant', async () => {
    const file = await aFileWithCards()

    await inFile(file, TABLES, (store) => store.reset(ALICE))

    expect(await cardsIn(file)).toEqual(['Alice 1 oA', 'Alice 2 oA', 'Alice 3 oA', 'Bob 1 oB'])
  })

  test('loses the rows of such a product, its seed too, with a new seed', async () => {
    const file = await aFileWithCards()

    await inFile(file, TABLES, (store) => store.replace({ stocks: [aStock()] }))

    expect(await cardsIn(file)).toEqual([])
    await inFile(file, WITH_CARDS, (store) => store.reset())
    expect(await cardsIn(file)).toEqual([])
  })

  test('is found by the indexes of the mock that opened it last', async () => {
    const file = await aFileWithCards()
    const { indexes, ...rest } = cards
    const byId = defineTable({ ...rest, indexes: { id: ({ cardId }: Card) => cardId } })
    const byBoth = defineTable({ ...rest, indexes: { ...indexes, id: ({ cardId }: Card) => cardId } })
    const before = layoutOf(file)

    await inFile(file, [...TABLES, byBoth], async (store) => {
      const [ofB, second, third] = await store.transaction((tx) =>
        Promise.all([
          tx.in(byBoth).where('openid', 'oB'),
          tx.in(byBoth).where('id', '2'),
          tx.in(byBoth).where('id', '3'),
        ]),
      )
      expect(ofB.map(textOf).toSorted()).toEqual(['Alice 2 oB', 'Alice 4 oB', 'Bob 1 oB'])
      expect(second.map(textOf)).toEqual(['Alice 2 oB'])
      expect(third).toEqual([])
    })
    await inFile(file, [...TABLES, byId], async (store) => {
      const first = await store.transaction((tx) => tx.in(byId).where('id', '1'))
      expect(first.map(textOf).toSorted()).toEqual(['Alice 1 oA', 'Bob 1 oB'])
    })

    expect(await cardsIn(file)).toEqual(KEPT)
    expect(layoutOf(file)).toEqual(before)
  })

  test('is that of a whole mock: its seed, its snapshot, a reset and another seed', async () => {
    const file = await aDataFile()
    const seed = { stocks: [{ stock_id: '100088' }], cards: [{ card_id: '1', openid: 'oA' }] }
    const withCards = await openMock({ data: file, products: [...products, loyalty], seed })
    await withCards.store.transaction((tx) => tx.in(cards).save(aCard({ openid: 'oB' })))
    expect(await withCards.control.world()).toMatchObject({ cards: [{ mchid: ALICE, card_id: '1', openid: 'oB' }] })
    await withCards.close()

    const without = await openMock({ data: file })
    expect(await without.control.world()).not.toHaveProperty('cards')
    await without.control.reset()
    await without.close()
    expect(await cardsIn(file)).toEqual(['Alice 1 oA'])

    const again = await openMock({ data: file })
    await again.control.restore({ stocks: [{ stock_id: '100088' }] })
    await again.close()
    expect(await cardsIn(file)).toEqual([])
  })
})
