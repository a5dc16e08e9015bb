import type { Coupon } from '../domain/coupon.ts'
import type { Order } from '../domain/order.ts'
import type { RequestRecord } from '../domain/request-record.ts'
import type { Stock } from '../domain/stock.ts'
import type { Awaitable, Store, Transaction, World } from '../engine/store.ts'

/** What is kept for one merchant. Coupons with the same code in several batches share an entry. */
interface Rows {
  readonly stocks: Stock
  readonly coupons: readonly Coupon[]
  readonly orders: Order
  readonly requests: RequestRecord
}

type Tables = { readonly [Name in keyof Rows]: Table<Rows[Name]> }
type Seed = { readonly [Name in keyof Rows]: Map<string, Rows[Name]> }

/** A map whose changes lie over an untouched seed, so that going back to the seed drops one map. */
class Table<Value> {
  readonly #seed: ReadonlyMap<string, Value>
  readonly #changes = new Map<string, Value>()

  constructor(seed: ReadonlyMap<string, Value> = new Map()) {
    this.#seed = seed
  }

  get(key: string): Value | undefined {
    return this.#changes.get(key) ?? this.#seed.get(key)
  }

  set(key: string, value: Value): void {
    this.#changes.set(key, value)
  }

  keys(): Iterable<string> {
    return this.#changes.size === 0 ? this.#seed.keys() : new Set([...this.#seed.keys(), ...this.#changes.keys()])
  }

  /** Takes over the changes of another table. */
  apply(other: Table<Value>): void {
    for (const [key, value] of other.#changes) this.#changes.set(key, value)
  }

  /** The same seed without the changes. */
  fresh(): Table<Value> {
    return new Table(this.#seed)
  }
}

/** State in this process's memory. */
export class MemoryStore implements Store {
  #merchants: Map<string, Tables>
  /** Transactions run one after the other: each waits for the one before. */
  #last: Promise<unknown> = Promise.resolve()

  /** `seed`: what the store starts with and goes back to. */
  constructor(seed: World = { stocks: [], coupons: [], orders: [], requests: [] }) {
    this.#merchants = seeded(seed)
  }

  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>): Promise<Result> {
    return this.#alone(async () => {
      const draft = new Draft(this.#merchants)
      const result = await work(draft)
      draft.keep()
      return result
    })
  }

  reset(mchid?: string): Promise<void> {
    return this.#alone(() => {
      for (const [key, { stocks, coupons, orders, requests }] of this.#merchants) {
        if (mchid !== undefined && key !== mchid) continue
        this.#merchants.set(key, {
          stocks: stocks.fresh(),
          coupons: coupons.fresh(),
          orders: orders.fresh(),
          requests: requests.fresh(),
        })
      }
    })
  }

  replace(world: World): Promise<void> {
    return this.#alone(() => {
      this.#merchants = seeded(world)
    })
  }

  #alone<Result>(work: () => Awaitable<Result>): Promise<Result> {
    const result = this.#last.then(work)
    // The caller sees a failure through `result`; the queue only has to go on.
    this.#last = result.catch(() => undefined)
    return result
  }
}

function tables(seed?: Seed): Tables {
  return {
    stocks: new Table(seed?.stocks),
    coupons: new Table(seed?.coupons),
    orders: new Table(seed?.orders),
    requests: new Table(seed?.requests),
  }
}

function seeded(world: World): Map<string, Tables> {
  return new Map([...seedsOf(world)].map(([mchid, seed]) => [mchid, tables(seed)]))
}

function tablesOf(merchants: Map<string, Tables>, mchid: string): Tables {
  const known = merchants.get(mchid)
  if (known) return known
  const made = tables()
  merchants.set(mchid, made)
  return made
}

/** Groups a world by merchant, in maps that no one changes afterwards. */
function seedsOf(world: World): Map<string, Seed> {
  const seeds = new Map<string, Seed>()
  const seedOf = (mchid: string): Seed => {
    const known = seeds.get(mchid)
    if (known) return known
    const made: Seed = { stocks: new Map(), coupons: new Map(), orders: new Map(), requests: new Map() }
    seeds.set(mchid, made)
    return made
  }
  for (const stock of world.stocks) seedOf(stock.creatorMchid).stocks.set(stock.stockId, stock)
  for (const coupon of world.coupons) {
    const { coupons } = seedOf(coupon.creatorMchid)
    coupons.set(coupon.code, withCoupon(coupons.get(coupon.code), coupon))
  }
  for (const order of world.orders) seedOf(order.mchid).orders.set(order.outTradeNo, order)
  for (const record of world.requests) {
    seedOf(record.mchid).requests.set(requestKey(record.operation, record.requestNo), record)
  }
  return seeds
}

/** One transaction's view: its own writes over the store's tables. */
class Draft implements Transaction {
  readonly #merchants: Map<string, Tables>
  readonly #written = new Map<string, Tables>()

  constructor(merchants: Map<string, Tables>) {
    this.#merchants = merchants
  }

  readonly stocks: Transaction['stocks'] = {
    find: (creatorMchid, stockId) => this.#get(creatorMchid, 'stocks', stockId),
    save: (stock) => tablesOf(this.#written, stock.creatorMchid).stocks.set(stock.stockId, stock),
    list: (mchid) => this.#list(mchid, 'stocks'),
  }

  readonly coupons: Transaction['coupons'] = {
    find: ({ creatorMchid, stockId, code }) =>
      this.#get(creatorMchid, 'coupons', code)?.find((coupon) => coupon.stockId === stockId),
    withCode: (code) => this.#mchids().flatMap((mchid) => this.#get(mchid, 'coupons', code) ?? []),
    save: (coupon) => {
      const { creatorMchid, code } = coupon
      const siblings = this.#get(creatorMchid, 'coupons', code)
      tablesOf(this.#written, creatorMchid).coupons.set(code, withCoupon(siblings, coupon))
    },
    list: (mchid) => this.#list(mchid, 'coupons').flat(),
  }

  readonly orders: Transaction['orders'] = {
    find: (mchid, outTradeNo) => this.#get(mchid, 'orders', outTradeNo),
    save: (order) => tablesOf(this.#written, order.mchid).orders.set(order.outTradeNo, order),
    list: (mchid) => this.#list(mchid, 'orders'),
  }

  readonly requests: Transaction['requests'] = {
    find: (mchid, operation, requestNo) => this.#get(mchid, 'requests', requestKey(operation, requestNo)),
    save: (record) =>
      tablesOf(this.#written, record.mchid).requests.set(requestKey(record.operation, record.requestNo), record),
    list: (mchid) => this.#list(mchid, 'requests'),
  }

  /** Writes the draft into the store. */
  keep(): void {
    for (const [mchid, written] of this.#written) {
      const { stocks, coupons, orders, requests } = tablesOf(this.#merchants, mchid)
      stocks.apply(written.stocks)
      coupons.apply(written.coupons)
      orders.apply(written.orders)
      requests.apply(written.requests)
    }
  }

  /** Every merchant that has something in the store or in this draft. */
  #mchids(): string[] {
    return [...new Set([...this.#merchants.keys(), ...this.#written.keys()])]
  }

  #get<Name extends keyof Rows>(mchid: string, name: Name, key: string): Rows[Name] | undefined {
    return this.#written.get(mchid)?.[name].get(key) ?? this.#merchants.get(mchid)?.[name].get(key)
  }

  #list<Name extends keyof Rows>(mchid: string | undefined, name: Name): Rows[Name][] {
    const mchids = mchid === undefined ? this.#mchids() : [mchid]
    return mchids.flatMap((owner) => {
      const keys = new Set([
        ...(this.#merchants.get(owner)?.[name].keys() ?? []),
        ...(this.#written.get(owner)?.[name].keys() ?? []),
      ])
      return [...keys].flatMap((key) => {
        const value = this.#get(owner, name, key)
        return value === undefined ? [] : [value as Rows[Name]]
      })
    })
  }
}

/** The coupons of one code with one of them added or replaced. */
function withCoupon(siblings: readonly Coupon[] = [], coupon: Coupon): readonly Coupon[] {
  return [...siblings.filter(({ stockId }) => stockId !== coupon.stockId), coupon]
}

function requestKey(operation: string, requestNo: string): string {
  return `${operation} ${requestNo}`
}
