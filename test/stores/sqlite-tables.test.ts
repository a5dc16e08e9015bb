import { chmod, readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { findDue } from '../../src/engine/callbacks/pending.ts'
import { defineProduct, tablesOf } from '../../src/engine/product.ts'
import { snakeCase } from '../../src/engine/snake-case.ts'
import { ALL, defineTable, type Table } from '../../src/engine/state/table.ts'
import { products } from '../../src/products/index.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons/table.ts'
import { stocks } from '../../src/products/merchant-coupon/stocks/table.ts'
import { FORMAT } from '../../src/stores/sqlite/schema.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { sampleCallback } from '../engine/outbox/sample-callback.ts'
import { openMock } from '../helpers/engine.ts'
import { OLDER_TABLES, olderNotifications } from '../helpers/older-tables.ts'
import { TABLES } from '../helpers/tables.ts'
import { aStock } from '../products/merchant-coupon/rules/builders.ts'
import { aDataFile } from './data-files.ts'

const ALICE = '1900000001'
const BOB = '1900000002'

const HOUR = 3_600_000
const WEEK = 7 * 24 * HOUR

/** Everything that a file has in its tables, what its rows are found by included. */
function rowsOf(file: string): Record<string, unknown[]> {
  return inDatabase(file, (database) => {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
    const rows = names.map(({ name }) => database.prepare(`SELECT * FROM ${name} ORDER BY rowid`).all())
    // JSON in which the members come in another order is the same value.
    const read = rows.map((some) =>
      some.map(({ value, ...columns }) => ({
        ...columns,
        value: typeof value === 'string' ? JSON.parse(value) : value,
      })),
    )
    return Object.fromEntries(names.map(({ name }, i) => [String(name), read[i] ?? []]))
  })
}

/** What the rows of each table are, without what they are found by. */
function valuesIn(tables: Record<string, unknown[]>) {
  const values = Object.entries(tables).map(([name, rows]) => {
    return [name, rows.map((row) => ({ ...pick(row, 'owner'), ...pick(row, 'key'), ...pick(row, 'value') }))] as const
  })
  return Object.fromEntries(values)
}

function pick(row: unknown, name: string): object {
  return { [name]: Object(row)[name] }
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

const beside = (name: string) => readFile(new URL(name, import.meta.url), 'utf8')

/** What the mock of that time wrote: a row in the seed of each table, and rows changed, added and deleted over them. */
async function aFileOf(version: number): Promise<string> {
  const file = await aDataFile()
  const database = new DatabaseSync(file)
  database.exec(`BEGIN; ${await beside('data-file-of-version-2.sql')} COMMIT`)
  // What differs in one of version 1, or of version 3 with the same rows, is this number.
  database.exec(`PRAGMA user_version = ${version}`)
  database.close()
  await chmod(file, 0o600)
  return file
}

/** The tables that mocks of that time did not have. */
const NEWER = ['answers', 'remembered', 'transferAccounts', 'transferAuthorizations', 'transferReceipts', 'transfers']

describe.for([1, 2, 3])('a data file that was written as version %i, when tables had no sorted lists', (version) => {
  test('has every row as it was, in its layer', async () => {
    const file = await aFileOf(version)
    const { documents, ...before } = rowsOf(file)

    await (await SqliteStore.open(file, TABLES)).close()

    const { documents: documentsAfter, ...after } = rowsOf(file)
    // Tables that are newer than the file are there, and empty.
    const newer = Object.keys(after).filter((name) => !(name in before))
    const empty = Object.fromEntries(newer.map((name) => [name, []]))
    expect(newer.map((name) => name.replace(/^(?:changed|seed)_/, ''))).toEqual([...NEWER, ...NEWER])
    expect(valuesIn(after)).toEqual({ ...valuesIn(before), ...empty })
    expect(documentsAfter).toEqual(documents)
  })

  test('has its rows in order, those that were changed in place of those of the seed', async () => {
    const file = await aFileOf(version)

    await inFile(file, TABLES, (store) =>
      store.transaction(async (tx) => {
        const all = await tx.in(coupons).list()
        const newest = all.toSorted(
          (a, b) => b.receivedAt - a.receivedAt || (a.creatorMchid + a.code < b.creatorMchid + b.code ? -1 : 1),
        )
        expect(newest.length).toBeGreaterThan(2)
        expect(await tx.in(coupons).page('newest', ALL, { limit: 99 })).toEqual(newest)
        expect(await tx.in(coupons).countAmong('newest', ALL)).toBe(newest.length)
      }),
    )
  })

  test('is laid out as a new file is', async () => {
    const [older, newer] = [await aFileOf(version), await aDataFile()]
    for (const file of [older, newer]) await (await SqliteStore.open(file, TABLES)).close()

    expect(layoutOf(older)).toEqual(layoutOf(newer))
    expect(layoutOf(older).version).toBe(FORMAT.version)
  })

  test('shows what the mock of that time showed', async () => {
    const shown: object = JSON.parse(await beside('data-file-of-version-2.json'))
    const mock = await openMock({ data: await aFileOf(version) })

    const newer = Object.fromEntries(NEWER.map((name) => [snakeCase(name), []]))
    expect(await mock.control.world()).toEqual({ ...shown, ...newer })
    expect(mock.faults.planned).toMatchObject([{ id: '1', error: 'rate_limited', left: 2 }])
    await mock.close()
  })

  test('goes back to its seed', async () => {
    const mock = await openMock({ data: await aFileOf(version) })
    await mock.control.reset()

    const { codes, coupons, orders } = await mock.control.world()
    expect(codes.map(({ code }) => code)).toEqual(['CODE_1', 'CODE_2'])
    expect(coupons.map(({ openid }) => openid)).toEqual(['oUser_1', 'oUser_券😀', 'oUser_2'])
    expect(orders.map(({ out_trade_no }) => out_trade_no)).toEqual(['ORDER_1'])
    await mock.close()
  })
})

describe.for([1, 2])('a data file that was written as version %i, when time_expire closed an order,', (version) => {
  test.for([
    ['its time_expire, which no longer closes it', 'notpay', { after: HOUR }, { payableUntil: HOUR, closesAt: WEEK }],
    ['seven days', 'notpay', { after: WEEK }, { closesAt: WEEK }],
    ['a time_expire beyond seven days', 'notpay', { after: 2 * WEEK }, { closesAt: 2 * WEEK }],
    ['a time_expire, but was paid', 'success', { after: HOUR }, { closesAt: HOUR }],
  ] as const)('has an order that was closed by %s', async ([, state, { after }, expected]) => {
    const file = await aFileOf(version)
    const createdAt = 1_795_572_000_000
    const row = { mchid: ALICE, outTradeNo: 'ORDER_9', state, createdAt, closesAt: createdAt + after }
    inDatabase(file, (database) =>
      database
        .prepare('INSERT INTO changed_orders (owner, key, value) VALUES (?, ?, ?)')
        .run(ALICE, 'ORDER_9', JSON.stringify(row)),
    )

    await (await SqliteStore.open(file, TABLES)).close()

    const { changed_orders = [] } = rowsOf(file)
    const times = Object.entries(expected).map(([name, later]) => [name, createdAt + later])
    expect(changed_orders).toContainEqual(expect.objectContaining({ value: { ...row, ...Object.fromEntries(times) } }))
  })
})

test('a data file that was written as version 4, when callbacks were not sorted by due time, has them in that order', async () => {
  const callback = (id: string, dueAt?: number) =>
    sampleCallback({ id, position: Number(id), ...(dueAt !== undefined && { dueAt }) })
  const file = await aDataFile()
  await inFile(file, OLDER_TABLES, async (store) => {
    await store.replace({ notifications: [callback('1', 50), callback('2', 10), callback('3', 20), callback('4', 30)] })
    await store.transaction(async (tx) => {
      await tx.in(olderNotifications).save(callback('2', 70))
      await tx.in(olderNotifications).save(callback('3'))
      await tx.in(olderNotifications).delete(ALICE, '4')
      await tx.in(olderNotifications).save(callback('5', 60))
    })
  })
  inDatabase(file, (database) => database.exec('PRAGMA user_version = 4'))
  const dueIn = (store: SqliteStore) =>
    store.transaction(async (tx) => (await findDue(tx, 99)).due.map(({ id, dueAt }) => `${id} at ${dueAt}`))

  await inFile(file, TABLES, async (store) => {
    expect(await dueIn(store)).toEqual(['1 at 50', '5 at 60', '2 at 70'])
    await store.reset()
    expect(await dueIn(store)).toEqual(['2 at 10', '3 at 20', '4 at 30', '1 at 50'])
  })

  const newer = await aDataFile()
  await inFile(newer, TABLES, async () => {})
  expect(layoutOf(file)).toEqual(layoutOf(newer))
})

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

/** A file of a mock with cards: one in the seed is as it was, one is changed, one is gone, one is new, one is Bob's. */
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

/** The cards that a mock with them has in a file, as short texts. */
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

    await inFile(file, TABLES, (store) => store.transaction((tx) => tx.in(stocks).save(aStock({ name: 'changed' }))))

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

  test('is of an older version, with a product that the first mock to upgrade it does not have', async () => {
    const file = await aFileWithCards()
    const expected = layoutOf(file)
    inDatabase(file, (database) => database.exec('PRAGMA user_version = 3'))

    await inFile(file, TABLES, (store) => store.reset(BOB))

    expect(await cardsIn(file)).toEqual(KEPT.filter((card) => card.startsWith('Alice')))
    expect(layoutOf(file)).toEqual(expected)
    await inFile(file, TABLES, (store) => store.reset())
    expect(await cardsIn(file)).toEqual(['Alice 1 oA', 'Alice 2 oA', 'Alice 3 oA'])
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
