import type { Coupon } from '../domain/coupon.ts'
import type { Order } from '../domain/order.ts'
import type { RequestRecord } from '../domain/request-record.ts'
import type { Stock } from '../domain/stock.ts'

/** What a repository answers with; a store that has the value at hand need not wrap it. */
export type Awaitable<Value> = Value | Promise<Value>

/** Names one coupon. Stock ids are only unique per creator, so that parallel tests may all use `100088`. */
export type CouponKey = Pick<Coupon, 'creatorMchid' | 'stockId' | 'code'>

/** State as one transaction sees it: its own writes, and otherwise nothing newer than its start. */
export interface Transaction {
  readonly stocks: {
    find(creatorMchid: string, stockId: string): Awaitable<Stock | undefined>
    save(stock: Stock): Awaitable<void>
    list(mchid?: string): Awaitable<readonly Stock[]>
  }
  readonly coupons: {
    find(key: CouponKey): Awaitable<Coupon | undefined>
    /** Every coupon with this code, over all batches and merchants; codes are only unique per batch. */
    withCode(code: string): Awaitable<readonly Coupon[]>
    save(coupon: Coupon): Awaitable<void>
    list(mchid?: string): Awaitable<readonly Coupon[]>
  }
  readonly orders: {
    find(mchid: string, outTradeNo: string): Awaitable<Order | undefined>
    save(order: Order): Awaitable<void>
    list(mchid?: string): Awaitable<readonly Order[]>
  }
  readonly requests: {
    find(mchid: string, operation: string, requestNo: string): Awaitable<RequestRecord | undefined>
    save(record: RequestRecord): Awaitable<void>
    list(mchid?: string): Awaitable<readonly RequestRecord[]>
  }
}

/** Everything a store holds, in no particular order. */
export interface World {
  readonly stocks: readonly Stock[]
  readonly coupons: readonly Coupon[]
  readonly orders: readonly Order[]
  readonly requests: readonly RequestRecord[]
}

/** Keeps the state of the simulated service. Stock and coupon belong to the batch's creator, order and request to the caller. */
export interface Store {
  /**
   * Runs `work` alone: what it wrote is kept when it returns and dropped when it throws.
   *
   * `work` may run again after a conflict, so it must have no other effects. Do not open a transaction inside another.
   */
  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>): Promise<Result>
  /** Forgets every change since the seed, of one merchant or of all. */
  reset(mchid?: string): Promise<void>
  /** Makes a world the new seed and drops everything else. */
  replace(world: World): Promise<void>
}
