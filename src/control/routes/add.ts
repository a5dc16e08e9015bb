import { withCouponCounted } from '../../domain/stock.ts'
import type { Mock } from '../../engine/mock.ts'
import type { Transaction } from '../../engine/store.ts'
import { defineCall, oneOrMany } from '../call.ts'
import { completeCoupon, completeOrder, completeStock, type Surroundings } from '../complete.ts'
import { describeCoupon, describeOrder, describeStock } from '../describe.ts'
import {
  type CompletedUser,
  completedUser,
  completeUser,
  describeUser,
  type UserJson,
  userJson,
} from '../formats/user.ts'
import { placed } from '../load-world.ts'
import {
  type CompletedCoupon,
  type CompletedOrder,
  type CompletedStock,
  type CouponJson,
  completedCoupon,
  completedOrder,
  completedStock,
  couponJson,
  type OrderJson,
  orderJson,
  type StockJson,
  stockJson,
} from '../world-format.ts'

export const addStocks = defineCall({
  id: 'addStocks',
  method: 'POST',
  path: '/_mock/stocks',
  summary: 'Add a batch or a list of them; one with the same id is replaced',
  body: oneOrMany(stockJson),
  status: 201,
  answer: oneOrMany(completedStock),
  refusals: { MOCK_STOCK_TIMES: 'a batch ends before it begins' },
  handle: ({ body }, { mock }) => addAll(mock, body, addStock),
})

export const addCoupons = defineCall({
  id: 'addCoupons',
  method: 'POST',
  path: '/_mock/coupons',
  summary: 'Add a coupon or a list of them, in any state; one with the same code in the batch is replaced',
  body: oneOrMany(couponJson),
  status: 201,
  answer: oneOrMany(completedCoupon),
  refusals: { MOCK_COUPON_STATE: 'state and times contradict each other' },
  handle: ({ body }, { mock }) => addAll(mock, body, addCoupon),
})

export const addOrders = defineCall({
  id: 'addOrders',
  method: 'POST',
  path: '/_mock/orders',
  summary: 'Add an order or a list of them; one with the same number is replaced',
  body: oneOrMany(orderJson),
  status: 201,
  answer: oneOrMany(completedOrder),
  handle: ({ body }, { mock }) => addAll(mock, body, addOrder),
})

export const addUsers = defineCall({
  id: 'addUsers',
  method: 'POST',
  path: '/_mock/users',
  summary: 'Say what is known of a WeChat user or a list of them; one with the same openid is replaced',
  body: oneOrMany(userJson),
  status: 201,
  answer: oneOrMany(completedUser),
  handle: ({ body }, { mock }) => addAll(mock, body, addUser),
})

type Add<Json, Made> = (tx: Transaction, json: Json, surroundings: Surroundings) => Promise<Made>

/** Adds one thing or all things of a list; answers one for one and a list for a list. */
function addAll<Json, Made>(mock: Mock, body: Json | Json[], add: Add<Json, Made>): Promise<Made | Made[]> {
  const surroundings = { now: mock.clock.now(), ids: mock.ids, defaultMchid: mock.defaultMerchant.mchid }
  return mock.store.transaction(async (tx) => {
    if (!Array.isArray(body)) return add(tx, body, surroundings)
    const made: Made[] = []
    for (const [i, json] of body.entries()) {
      made.push(
        await add(tx, json, surroundings).catch((error: unknown) => {
          throw placed(`/${i}`, error)
        }),
      )
    }
    return made
  })
}

async function addStock(tx: Transaction, json: StockJson, surroundings: Surroundings): Promise<CompletedStock> {
  const made = completeStock(json, surroundings)
  const existing = await tx.stocks.find(made.creatorMchid, made.stockId)
  // What is replaced keeps the coupons and codes that it has.
  const stock = existing
    ? { ...made, codes: existing.codes, ...(json.sent === undefined && { sent: existing.sent }) }
    : made
  await tx.stocks.save(stock)
  return describeStock(stock)
}

async function addCoupon(tx: Transaction, json: CouponJson, surroundings: Surroundings): Promise<CompletedCoupon> {
  const creatorMchid = json.mchid ?? surroundings.defaultMchid
  const existing = json.stock_id === undefined ? undefined : await tx.stocks.find(creatorMchid, json.stock_id)
  const stock = existing ?? completeStock({ mchid: creatorMchid, stock_id: json.stock_id }, surroundings)
  const coupon = completeCoupon(json, stock, surroundings)
  const isNew = (await tx.coupons.find(creatorMchid, stock.stockId, coupon.code)) === undefined
  if (isNew) await tx.stocks.save(withCouponCounted(stock, coupon.receivedAt))
  await tx.coupons.save(coupon)
  return describeCoupon(coupon, surroundings.now)
}

async function addOrder(tx: Transaction, json: OrderJson, surroundings: Surroundings): Promise<CompletedOrder> {
  const order = completeOrder(json, surroundings)
  await tx.orders.save(order)
  return describeOrder(order)
}

async function addUser(tx: Transaction, json: UserJson, surroundings: Surroundings): Promise<CompletedUser> {
  const user = completeUser(json, surroundings)
  await tx.users.save(user)
  return describeUser(user)
}
