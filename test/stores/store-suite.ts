import { beforeEach, describe, expect, test } from 'vitest'
import type { RequestRecord } from '../../src/engine/state/request-numbers.ts'
import { requests } from '../../src/engine/state/request-numbers.ts'
import type { Store, Transaction, World } from '../../src/engine/state/store.ts'
import type { Table } from '../../src/engine/state/table.ts'
import { codes } from '../../src/products/merchant-coupon/codes.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { stocks } from '../../src/products/merchant-coupon/stocks.ts'
import { type Order, orders } from '../../src/products/payment/orders.ts'
import { aCoupon, aStock, aTime, NOON } from '../products/merchant-coupon/rules/builders.ts'

const ALICE = '1900000001'
const BOB = '1900000002'
const CAROL = '1900000003'

function anOrder(overrides: Partial<Order> = {}): Order {
  return {
    mchid: ALICE,
    out_trade_no: 'ORDER-1',
    state: 'NOTPAY',
    total: 100,
    description: '商家券测试',
    openid: 'oTest-1',
    create_time: NOON,
    trade_type: 'JSAPI',
    currency: 'CNY',
    close_time: NOON + 7 * 86_400_000,
    ...overrides,
  }
}

function aRecord(overrides: Partial<RequestRecord> = {}): RequestRecord {
  return {
    mchid: ALICE,
    operation: 'useCoupon',
    request_no: 'R-1',
    values: ['100088', 'c-1'],
    time: NOON,
    ...overrides,
  }
}

const SOME: readonly Table[] = [stocks, coupons, orders, requests]

/** All tables that the suites use: a file with those of every product takes several times as long to open. */
export const SUITE_TABLES: readonly Table[] = [...SOME, codes]

/** Two merchants; each has one of everything under the same names. */
const seed = {
  stocks: [aStock({ mchid: ALICE }), aStock({ mchid: BOB })],
  coupons: [aCoupon({ mchid: ALICE, coupon_code: 'c-1' }), aCoupon({ mchid: BOB, coupon_code: 'c-1' })],
  orders: [anOrder({ mchid: ALICE }), anOrder({ mchid: BOB })],
  requests: [aRecord({ mchid: ALICE }), aRecord({ mchid: BOB })],
} satisfies World
const nothing: World = { stocks: [], coupons: [], orders: [], requests: [] }

/** One merchant's part of the seed. */
const seedOf = (mchid: string): World =>
  Object.fromEntries(SOME.map((table) => [table.name, rowsIn(seed, table).filter((row) => table.owner(row) === mchid)]))

/** One more of everything. */
const oneOfEach = (mchid: string): World => ({
  stocks: [aStock({ mchid, stock_id: '200001' })],
  coupons: [aCoupon({ mchid, stock_id: '200001', coupon_code: 'new' })],
  orders: [anOrder({ mchid, out_trade_no: 'NEW' })],
  requests: [aRecord({ mchid, request_no: 'NEW' })],
})

const rowsIn = (world: World, { name }: Table): readonly unknown[] => world[name] ?? []

/** Rows in an order that does not depend on the store. */
const sorted = <Row>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))

const ordered = (world: World): World =>
  Object.fromEntries(Object.entries(world).map(([name, rows]) => [name, sorted(rows)]))

/** Entire contents of a store, of one merchant or of all. */
async function contents(store: Store, mchid?: string) {
  return store.transaction(async (tx) => {
    const lists: Record<string, readonly unknown[]> = {}
    for (const table of SOME) lists[table.name] = await tx.in(table).list(mchid)
    return ordered(lists)
  })
}

/** Saves one of everything for a merchant, awaiting each, as operations do. */
async function saveOneOfEach(tx: Transaction, mchid: string): Promise<void> {
  for (const table of SOME) for (const row of rowsIn(oneOfEach(mchid), table)) await tx.in(table).save(row)
}

/** Reads in a transaction what {@link saveOneOfEach} saved, by its key; the coupon by its code too. */
async function findOneOfEach(tx: Transaction, mchid: string): Promise<World> {
  const found: Record<string, unknown[]> = {}
  for (const table of SOME) {
    const [row] = rowsIn(oneOfEach(mchid), table)
    const there = await tx.in(table).find(mchid, ...table.key(row))
    found[table.name] = there === undefined ? [] : [there]
  }
  expect(await tx.in(coupons).where('coupon_code', 'new', mchid)).toEqual(found.coupons)
  return found
}

/**
 * Tests any store. `makeStore` makes a new, empty one each time.
 *
 * @param name for the titles
 */
export function storeSuite(name: string, makeStore: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store

    beforeEach(async () => {
      store = await makeStore()
    })

    test('starts with nothing', async () => {
      expect(await contents(store)).toEqual(nothing)
      expect(await store.transaction((tx) => findOneOfEach(tx, ALICE))).toEqual(nothing)
    })

    describe('a transaction', () => {
      test('keeps what it wrote and gives back its result', async () => {
        const result = await store.transaction(async (tx) => {
          await saveOneOfEach(tx, ALICE)
          return { done: true }
        })

        expect(result).toEqual({ done: true })
        expect(await store.transaction((tx) => findOneOfEach(tx, ALICE))).toEqual(oneOfEach(ALICE))
      })

      test('may answer at once instead of with a promise', async () => {
        expect(await store.transaction(() => 42)).toBe(42)
        expect(await store.transaction(() => undefined)).toBeUndefined()
      })

      test.for([
        [ALICE, 'is known', 2, 3],
        [CAROL, 'is new to the store', 1, 3],
      ] as const)('reads its own writes, of a merchant %s that %s', async ([mchid, , own, all]) => {
        await store.replace(seed)

        await store.transaction(async (tx) => {
          await saveOneOfEach(tx, mchid)
          expect(await findOneOfEach(tx, mchid)).toEqual(oneOfEach(mchid))
          expect(await tx.in(coupons).list(mchid)).toHaveLength(own)
          expect(await tx.in(stocks).list()).toHaveLength(all)
        })
      })

      test('reads what it wrote last', async () => {
        const names = await store.transaction(async (tx) => {
          await tx.in(stocks).save(aStock({ stock_name: 'first' }))
          const first = await tx.in(stocks).find(ALICE, '100088')
          await tx.in(stocks).save(aStock({ stock_name: 'second' }))
          const second = await tx.in(stocks).find(ALICE, '100088')
          return [first?.stock_name, second?.stock_name, (await tx.in(stocks).list()).map((one) => one.stock_name)]
        })

        expect(names).toEqual(['first', 'second', ['second']])
      })

      test('keeps nothing when it throws, and passes the error on', async () => {
        await store.replace(seed)
        const error = new Error('no')

        await expect(
          store.transaction(async (tx) => {
            await saveOneOfEach(tx, ALICE)
            await saveOneOfEach(tx, CAROL)
            await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'c-1', state: 'USED' }))
            throw error
          }),
        ).rejects.toBe(error)

        expect(await contents(store)).toEqual(ordered(seed))
        expect(await store.transaction((tx) => findOneOfEach(tx, CAROL))).toEqual(nothing)
      })

      test('keeps nothing when it throws before its first await', async () => {
        const error = new Error('no')

        await expect(
          store.transaction((tx) => {
            tx.in(stocks).save(aStock())
            throw error
          }),
        ).rejects.toBe(error)
        expect(await contents(store)).toEqual(nothing)
      })

      test('that threw does not keep the next one from running', async () => {
        const failed = store.transaction(() => Promise.reject(new Error('no')))
        const next = store.transaction((tx) => saveOneOfEach(tx, ALICE))

        await expect(failed).rejects.toThrow('no')
        await next
        expect(await store.transaction((tx) => findOneOfEach(tx, ALICE))).toEqual(oneOfEach(ALICE))
      })
    })

    describe('concurrent transactions', () => {
      test('lose no update', async () => {
        await store.transaction((tx) => tx.in(orders).save(anOrder({ total: 0 })))

        await Promise.all(
          Array.from({ length: 25 }, () =>
            store.transaction(async (tx) => {
              const order = await tx.in(orders).find(ALICE, 'ORDER-1')
              await new Promise((resolve) => setImmediate(resolve))
              await tx.in(orders).save(anOrder({ total: (order?.total ?? 0) + 1 }))
            }),
          ),
        )

        expect(await store.transaction((tx) => tx.in(orders).find(ALICE, 'ORDER-1'))).toEqual(anOrder({ total: 25 }))
      })

      test('let only one of them do what can be done once', async () => {
        await store.replace(seed)

        const redeemed = await Promise.all(
          Array.from({ length: 10 }, (_, i) =>
            store.transaction(async (tx) => {
              const coupon = await tx.in(coupons).find(ALICE, '100088', 'c-1')
              await new Promise((resolve) => setTimeout(resolve, (10 - i) % 3))
              if (coupon?.state !== 'SENDED') return false
              await tx.in(coupons).save({ ...coupon, state: 'USED' })
              return true
            }),
          ),
        )

        expect(redeemed.filter(Boolean)).toHaveLength(1)
      })

      test('do not see what another one has written so far', async () => {
        let report: (count: number) => void = () => undefined
        const seen = new Promise<number>((resolve) => {
          report = resolve
        })
        const writer = store.transaction(async (tx) => {
          await saveOneOfEach(tx, ALICE)
          await new Promise((resolve) => setTimeout(resolve, 5))
          throw new Error('given up')
        })
        const reader = store.transaction(async (tx) => report((await tx.in(stocks).list()).length))

        await expect(writer).rejects.toThrow('given up')
        await reader
        expect(await seen).toBe(0)
      })
    })

    describe('names', () => {
      beforeEach(() => store.replace(seed))

      test('a batch, a coupon, an order and a request belong to one merchant', async () => {
        await store.transaction(async (tx) => {
          await tx.in(stocks).save(aStock({ mchid: ALICE, stock_name: "Alice's" }))
          await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'c-1', openid: 'oAlice' }))
          await tx.in(orders).save(anOrder({ mchid: ALICE, total: 1 }))
          await tx.in(requests).save(aRecord({ mchid: ALICE, time: 1 }))
        })

        expect(await contents(store, BOB)).toEqual(seedOf(BOB))
        expect((await contents(store, ALICE)).stocks).toEqual([aStock({ mchid: ALICE, stock_name: "Alice's" })])
      })

      test('batch and coupon count for their creator, not for owner or sender', async () => {
        await store.transaction(async (tx) => {
          await tx.in(stocks).save(aStock({ stock_id: '300001', mchid: CAROL, belong_merchant: ALICE }))
          await tx
            .in(coupons)
            .save(aCoupon({ stock_id: '300001', mchid: CAROL, send_merchant: ALICE, coupon_code: 'c-9' }))
        })

        const carols = await contents(store, CAROL)
        expect([carols.stocks?.length, carols.coupons?.length]).toEqual([1, 1])
        expect((await contents(store, ALICE)).stocks).toHaveLength(1)
      })

      test('a code is found in every batch and for every merchant that has it', async () => {
        const sibling = aCoupon({ mchid: ALICE, stock_id: '100089', coupon_code: 'c-1' })
        await store.transaction((tx) => tx.in(coupons).save(sibling))

        const found = await store.transaction((tx) => tx.in(coupons).where('coupon_code', 'c-1'))
        expect(sorted(found)).toEqual(sorted([...seed.coupons, sibling]))
        expect(await store.transaction((tx) => tx.in(coupons).where('coupon_code', 'c-2'))).toEqual([])
      })

      test('saving a coupon leaves the one with its code in another batch alone', async () => {
        const sibling = aCoupon({ mchid: ALICE, stock_id: '100089', coupon_code: 'c-1' })
        await store.transaction((tx) => tx.in(coupons).save(sibling))
        await store.transaction((tx) => tx.in(coupons).save({ ...sibling, state: 'USED' }))

        const find = (stock_id: string) => store.transaction((tx) => tx.in(coupons).find(ALICE, stock_id, 'c-1'))
        expect(await find('100088')).toEqual(seed.coupons[0])
        expect(await find('100089')).toEqual({ ...sibling, state: 'USED' })
        expect(await find('100090')).toBeUndefined()
        expect((await contents(store, ALICE)).coupons).toHaveLength(2)
      })

      test('a request number counts per operation', async () => {
        const other = aRecord({ operation: 'associateTradeInfo', time: 7 })
        await store.transaction((tx) => tx.in(requests).save(other))

        const find = (operation: string) => store.transaction((tx) => tx.in(requests).find(ALICE, operation, 'R-1'))
        expect(await find('associateTradeInfo')).toEqual(other)
        expect(await find('useCoupon')).toEqual(seed.requests[0])
        expect(await find('disassociateTradeInfo')).toBeUndefined()
      })

      test('what is deleted is gone, also from the indexes, until a reset', async () => {
        const code = { mchid: ALICE, stock_id: '100088', upload_time: NOON, position: 0 }
        await store.replace({ codes: [{ ...code, code: 'seeded' }] })
        await store.transaction((tx) => tx.in(codes).save({ ...code, code: 'added', position: 1 }))
        const look = () =>
          store.transaction(async (tx) => ({
            found: await tx.in(codes).find(ALICE, '100088', 'seeded'),
            listed: (await tx.in(codes).list(ALICE)).map((one) => one.code).toSorted(),
            available: (await tx.in(codes).page('byStatus', 'AVAILABLE 100088', { limit: 9 }))
              .map((one) => one.code)
              .toSorted(),
          }))
        expect(await look()).toMatchObject({ listed: ['added', 'seeded'], available: ['added', 'seeded'] })

        const inside = await store.transaction(async (tx) => {
          await tx.in(codes).delete(ALICE, '100088', 'seeded')
          await tx.in(codes).delete(ALICE, '100088', 'never was')
          return [await tx.in(codes).find(ALICE, '100088', 'seeded'), (await tx.in(codes).list()).length]
        })

        expect(inside).toEqual([undefined, 1])
        expect(await look()).toEqual({ found: undefined, listed: ['added'], available: ['added'] })
        await store.transaction((tx) => tx.in(codes).save({ ...code, code: 'seeded', dispatched_time: NOON }))
        expect(await look()).toMatchObject({ listed: ['added', 'seeded'], available: ['added'] })
        await store.reset()
        expect(await look()).toMatchObject({ listed: ['seeded'], available: ['seeded'] })
      })

      test('what there is is counted, of one merchant or of all, with what a transaction has written', async () => {
        const code = { mchid: ALICE, stock_id: '100088', upload_time: NOON, position: 0 }
        const counts = async (tx: Transaction) => {
          const counted = { alice: await tx.in(codes).count(ALICE), all: await tx.in(codes).count() }
          const listed = { alice: (await tx.in(codes).list(ALICE)).length, all: (await tx.in(codes).list()).length }
          expect(counted).toEqual(listed)
          return [counted.alice, counted.all]
        }
        expect(await store.transaction(counts)).toEqual([0, 0])
        await store.transaction((tx) => tx.in(codes).save({ ...code, code: 'without a seed' }))
        expect(await store.transaction(counts)).toEqual([1, 1])

        await store.replace({
          codes: [...['a', 'b', 'c'].map((text) => ({ ...code, code: text })), { ...code, mchid: BOB, code: 'a' }],
        })
        expect(await store.transaction(counts)).toEqual([3, 4])
        const write = async (tx: Transaction) => {
          await tx.in(codes).save({ ...code, code: 'a', dispatched_time: NOON })
          await tx.in(codes).delete(ALICE, '100088', 'b')
          await tx.in(codes).delete(ALICE, '100088', 'never was')
          await tx.in(codes).save({ ...code, code: 'd' })
          await tx.in(codes).save({ ...code, mchid: CAROL, code: 'a' })
        }
        const inside = store.transaction(async (tx) => {
          await write(tx)
          return counts(tx)
        })
        expect(await inside).toEqual([3, 5])
        expect(await store.transaction(counts)).toEqual([3, 5])
        const again = store.transaction(async (tx) => {
          await tx.in(codes).delete(ALICE, '100088', 'a')
          await tx.in(codes).save({ ...code, code: 'b' })
          await tx.in(codes).save({ ...code, code: 'd' })
          await tx.in(codes).delete(CAROL, '100088', 'a')
          return counts(tx)
        })
        expect(await again).toEqual([3, 4])
        await store.reset()
        expect(await store.transaction(counts)).toEqual([3, 4])
      })

      test('an index follows what a transaction writes', async () => {
        const linked = (outTradeNo: string) => ({ associate_out_trade_no: outTradeNo })
        const linkedTo = (outTradeNo: string) => (tx: Transaction) =>
          tx.in(coupons).where('associate_out_trade_no', outTradeNo, ALICE)
        await store.replace({ ...seed, coupons: seed.coupons.map((coupon) => ({ ...coupon, ...linked('T1') })) })

        const counts = await store.transaction(async (tx) => {
          const before = (await linkedTo('T1')(tx)).length
          await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'c-1', ...linked('T2') }))
          await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'c-2', ...linked('T1') }))
          return [
            before,
            (await linkedTo('T1')(tx)).map(({ coupon_code }) => coupon_code),
            (await linkedTo('T2')(tx)).length,
          ]
        })

        expect(counts).toEqual([1, ['c-2'], 1])
        expect(await store.transaction(linkedTo('T2'))).toHaveLength(1)
        expect(await store.transaction((tx) => tx.in(coupons).where('associate_out_trade_no', 'T1'))).toHaveLength(2)
      })

      test('parts of a key do not run into one another', async () => {
        await store.transaction(async (tx) => {
          await tx.in(coupons).save(aCoupon({ mchid: ALICE, stock_id: '1', coupon_code: '23' }))
          await tx.in(coupons).save(aCoupon({ mchid: ALICE, stock_id: '12', coupon_code: '3' }))
        })

        const found = await store.transaction(async (tx) => [
          await tx.in(coupons).find(ALICE, '1', '23'),
          await tx.in(coupons).find(ALICE, '12', '3'),
          await tx.in(coupons).find(ALICE, '123', ''),
        ])
        expect(found.map((coupon) => coupon?.stock_id)).toEqual(['1', '12', undefined])
      })

      test('are compared letter by letter', async () => {
        await store.transaction((tx) =>
          tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'C-1', openid: 'oBig' })),
        )

        const found = await store.transaction((tx) => tx.in(coupons).where('coupon_code', 'C-1'))
        expect(found.map(({ openid }) => openid)).toEqual(['oBig'])
        expect(await store.transaction((tx) => tx.in(coupons).where('coupon_code', 'c-1'))).toHaveLength(2)
        expect(await store.transaction((tx) => tx.in(coupons).where('coupon_code', 'c%'))).toEqual([])
        expect(await store.transaction((tx) => tx.in(orders).find(ALICE, 'order-1'))).toBeUndefined()
      })

      test.for(['__proto__', 'constructor', "'; DROP TABLE coupons; --", 'a b:c', '券😀', '\\/=|', '%', '*'])(
        'may be anything: %s',
        async (odd) => {
          await store.transaction(async (tx) => {
            await tx.in(coupons).save(aCoupon({ mchid: odd, stock_id: odd, coupon_code: odd }))
            await tx.in(orders).save(anOrder({ mchid: odd, out_trade_no: odd }))
            await tx.in(requests).save(aRecord({ mchid: odd, operation: odd, request_no: odd }))
          })

          const found = await store.transaction(async (tx) => [
            await tx.in(coupons).find(odd, odd, odd),
            await tx.in(orders).find(odd, odd),
            await tx.in(requests).find(odd, odd, odd),
          ])
          expect(found).toEqual([
            aCoupon({ mchid: odd, stock_id: odd, coupon_code: odd }),
            anOrder({ mchid: odd, out_trade_no: odd }),
            aRecord({ mchid: odd, operation: odd, request_no: odd }),
          ])
          expect(await contents(store, ALICE)).toEqual(seedOf(ALICE))
        },
      )
    })

    describe('values', () => {
      test('come back as they were saved, with every member', async () => {
        const stock = aStock({
          comment: '活动使用',
          coupon_use_rule: {
            fixed_normal_coupon: undefined,
            coupon_available_time: aTime({
              available_day_after_receive: 30,
              available_week: { week_day: [0, 6], available_day_time: [{ begin_time: 0, end_time: 86_399 }] },
              irregulary_avaliable_time: [{ begin_time: 1, end_time: 2 }],
            }),
          },
          display_pattern_info: { description: '多行\n说明 😀', nested: { list: [1, null, 'x', true] } },
        })
        const coupon = aCoupon({
          state: 'USED',
          use_request_no: 'USE-1',
          use_time: NOON,
          associate_out_trade_no: 'ORDER-1',
          deactivate_reason: '测试',
          history: [
            { event: 'sent', time: 1 },
            { event: 'associated', time: 2, request_no: 'LINK-1', out_trade_no: 'ORDER-1' },
          ],
        })
        const order = anOrder({ state: 'SUCCESS', transaction_id: '4200000000', success_time: NOON })
        const record = aRecord({ values: ['', '券', '"\\'] })
        await store.transaction(async (tx) => {
          await tx.in(stocks).save(stock)
          await tx.in(coupons).save(coupon)
          await tx.in(orders).save(order)
          await tx.in(requests).save(record)
        })

        expect(await contents(store)).toEqual({
          stocks: [stock],
          coupons: [coupon],
          orders: [order],
          requests: [record],
        })
      })

      test('a member that was left out the second time is gone', async () => {
        await store.transaction((tx) => tx.in(coupons).save(aCoupon({ associate_out_trade_no: 'ORDER-1' })))
        await store.transaction((tx) => tx.in(coupons).save(aCoupon()))

        const [coupon] = await store.transaction((tx) => tx.in(coupons).list())
        expect(coupon).toEqual(aCoupon())
        expect(coupon).not.toHaveProperty('associate_out_trade_no')
      })
    })

    describe('replace', () => {
      test('makes a world the only content', async () => {
        await store.transaction((tx) => saveOneOfEach(tx, CAROL))
        await store.replace(seed)

        expect(await contents(store)).toEqual(ordered(seed))
        expect(await contents(store, CAROL)).toEqual(nothing)
      })

      test('by an empty world empties the store', async () => {
        await store.replace(seed)
        await store.replace(nothing)

        expect(await contents(store)).toEqual(nothing)
      })

      test('makes the seed that a reset goes back to', async () => {
        const smaller = { ...nothing, stocks: [aStock({ mchid: CAROL })] }
        await store.replace(seed)
        await store.replace(smaller)
        await store.transaction((tx) => saveOneOfEach(tx, CAROL))
        await store.reset()

        expect(await contents(store)).toEqual(smaller)
      })

      test('keeps both of two coupons with one code in two batches', async () => {
        const coupons = [
          aCoupon({ stock_id: '1', coupon_code: 'same' }),
          aCoupon({ stock_id: '2', coupon_code: 'same' }),
        ]
        await store.replace({ ...nothing, coupons })

        expect((await contents(store)).coupons).toEqual(sorted(coupons))
      })
    })

    describe('reset', () => {
      beforeEach(async () => {
        await store.replace(seed)
        await store.transaction(async (tx) => {
          for (const mchid of [ALICE, BOB, CAROL]) await saveOneOfEach(tx, mchid)
          for (const coupon of seed.coupons) await tx.in(coupons).save({ ...coupon, state: 'USED' })
        })
      })

      test('goes back to the seed', async () => {
        await store.reset()

        expect(await contents(store)).toEqual(ordered(seed))
      })

      test('of one merchant leaves the others as they are', async () => {
        const before = await contents(store, BOB)
        await store.reset(ALICE)

        expect(await contents(store, ALICE)).toEqual(seedOf(ALICE))
        expect(await contents(store, BOB)).toEqual(before)
        expect(await store.transaction((tx) => findOneOfEach(tx, CAROL))).toEqual(oneOfEach(CAROL))
      })

      test('of a merchant without a seed leaves it nothing', async () => {
        await store.reset(CAROL)

        expect(await contents(store, CAROL)).toEqual(nothing)
        expect((await contents(store)).stocks).toHaveLength(4)
      })

      test('of a merchant that the store does not know changes nothing', async () => {
        const before = await contents(store)
        await store.reset('1900000099')

        expect(await contents(store)).toEqual(before)
      })

      test('can be repeated, with changes between', async () => {
        for (let i = 0; i < 3; i++) {
          await store.transaction((tx) => saveOneOfEach(tx, ALICE))
          await store.reset()
        }

        expect(await contents(store)).toEqual(ordered(seed))
      })
    })
  })
}
