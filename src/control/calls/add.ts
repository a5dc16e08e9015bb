import type { Mock } from '../../engine/mock.ts'
import type { Transaction } from '../../engine/state/store.ts'
import {
  codeJson,
  completeCode,
  completedCode,
  describeCode,
  stockForCode,
} from '../../products/merchant-coupon/codes/code-json.ts'
import { withCouponCounted } from '../../products/merchant-coupon/rules/stock.ts'
import {
  handedOutAs,
  withCodeCounted,
  withCodeDispatched,
  withCodeGone,
} from '../../products/merchant-coupon/rules/uploaded-code.ts'
import {
  type CompletedUser,
  completedUser,
  completeUser,
  describeUser,
  type UserJson,
  userJson,
} from '../../products/platform/users/user-json.ts'
import { UsageError } from '../../protocol/errors.ts'
import { defineCall, oneOrMany } from '../call.ts'
import { completeCoupon, completeOrder, completeStock, type Surroundings } from '../complete.ts'
import { describeCoupon, describeOrder, describeStock } from '../describe.ts'
import { placed } from '../load-world.ts'
import {
  type CodeJson,
  type CompletedCode,
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

export const addCodes = defineCall({
  id: 'addCodes',
  method: 'POST',
  path: '/_mock/codes',
  summary: 'Add an uploaded code (预存code) or a list of them; one with the same code in the batch is replaced',
  body: oneOrMany(codeJson),
  status: 201,
  answer: oneOrMany(completedCode),
  refusals: { MOCK_CODE_MODE: 'the batch does not take uploaded codes' },
  handle: ({ body }, { mock }) => addAll(mock, body, addCode),
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
    ? {
        ...made,
        codes: existing.codes,
        ...(existing.nextCodePosition !== undefined && { nextCodePosition: existing.nextCodePosition }),
        ...(json.sent === undefined && { sent: existing.sent }),
      }
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
  const code = await tx.codes.find(creatorMchid, stock.stockId, coupon.code)
  const takesCode = code !== undefined && code.dispatchedAt === undefined
  if (takesCode) await tx.codes.save(handedOutAs(code, coupon))
  const counted = isNew ? withCouponCounted(stock, coupon.receivedAt) : stock
  await tx.stocks.save(takesCode ? withCodeDispatched(counted) : counted)
  await tx.coupons.save(coupon)
  return describeCoupon(coupon, surroundings.now)
}

async function addCode(tx: Transaction, json: CodeJson, surroundings: Surroundings): Promise<CompletedCode> {
  const creatorMchid = json.mchid ?? surroundings.defaultMchid
  const existing = await tx.stocks.find(creatorMchid, json.stock_id)
  if (existing && existing.codeMode !== 'merchant_upload') {
    throw new UsageError(
      'MOCK_CODE_MODE',
      `Batch ${json.stock_id} takes no uploaded codes: give it "coupon_code_mode": "MERCHANT_UPLOAD".`,
      { path: '/stock_id' },
    )
  }
  const given = completeCode(json, existing?.nextCodePosition ?? 0, surroundings)
  const coupon = await tx.coupons.find(creatorMchid, given.stockId, given.code)
  const code = coupon ? handedOutAs(given, coupon) : given
  const stock = existing ?? completeStock(stockForCode(code), surroundings)
  const replaced = await tx.codes.find(creatorMchid, stock.stockId, code.code)
  await tx.stocks.save(withCodeCounted(replaced ? withCodeGone(stock, replaced) : stock, code))
  await tx.codes.save(code)
  return describeCode(code)
}

async function addOrder(tx: Transaction, json: OrderJson, surroundings: Surroundings): Promise<CompletedOrder> {
  const order = completeOrder(json, surroundings)
  await tx.orders.save(order)
  return describeOrder(order, surroundings.now)
}

async function addUser(tx: Transaction, json: UserJson, surroundings: Surroundings): Promise<CompletedUser> {
  const user = completeUser(json, surroundings)
  await tx.users.save(user)
  return describeUser(user)
}
