import type { Coupon } from '../../products/merchant-coupon/rules/coupon.ts'
import type { Order } from '../../products/payment/rules/order.ts'
import type { Settings } from '../settings.ts'
import { withTables } from '../state/lazy-transaction.ts'
import type { RequestRecord } from '../state/request-record.ts'
import type { Awaitable, Transaction } from '../state/store.ts'

/**
 * What an exchange found: the things it read, as they stood before it changed anything, and the settings that counted. Enough to let the
 * same exchange happen again on another mock.
 */
export interface Before {
  /** `keyMode` is the one of the caller, where it has one of its own. */
  settings: Settings
  readonly coupons: Coupon[]
  readonly orders: Order[]
  readonly requests: RequestRecord[]
}

/** Things of one kind that are kept. A code may exist in any number of batches. */
const KEPT_THINGS = 8

/** Nothing found yet. */
export function nothingFound(settings: Settings): Before {
  return { settings, coupons: [], orders: [], requests: [] }
}

/** A transaction that writes down what is read through it. What it reads is immutable, so nothing is copied. */
export function noting(tx: Transaction, before: Before, mchid: string): Transaction {
  // A transaction that runs again after a conflict starts over.
  for (const found of [before.coupons, before.orders, before.requests]) found.length = 0
  return withTables(tx, {
    coupons: () => ({
      ...tx.coupons,
      find: (...key) => whenThere(tx.coupons.find(...key), (coupon) => noted(coupon, before.coupons)),
      where: (...what) =>
        whenThere(tx.coupons.where(...what), (coupons) => {
          const own = coupons.filter(({ creatorMchid }) => creatorMchid === mchid)
          for (const coupon of [...own, ...coupons].slice(0, KEPT_THINGS)) noted(coupon, before.coupons)
          return coupons
        }),
    }),
    orders: () => ({
      ...tx.orders,
      find: (...key) => whenThere(tx.orders.find(...key), (order) => noted(order, before.orders)),
    }),
    requests: () => ({
      ...tx.requests,
      find: (...key) => whenThere(tx.requests.find(...key), (record) => noted(record, before.requests)),
    }),
  })
}

/** Looks at an answer of the store: at once where it has it at hand. */
function whenThere<Value>(answer: Awaitable<Value>, look: (value: Value) => Value): Awaitable<Value> {
  return answer instanceof Promise ? answer.then(look) : look(answer)
}

function noted<Thing>(thing: Thing | undefined, known: Thing[]): Thing | undefined {
  if (thing !== undefined && known.length < KEPT_THINGS && !known.includes(thing)) known.push(thing)
  return thing
}
