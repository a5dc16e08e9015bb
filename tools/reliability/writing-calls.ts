import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { send } from './readers.ts'
import { readyCall } from './signed-calls.ts'

/** Clients that make each call at once, each about rows of its own. */
export const CLIENTS = 20

/** Rows of a list that is added: the most that such a call takes. */
const ROWS = 10_000
/** Faults or planned answers before some are removed: the most that a mock keeps of either. */
const PLANS = 1_000
/** Transfers that end while the clock moves, each with a callback that is tried until it has failed for good: 1,600 tries. */
const ENDING = 100
/** Coupons in the wallet of one user. */
const IN_WALLET = 1_000

const MCHID = '1900000001'
const APPID = 'wx8888888888888888'
const SUPPLIER = '1900000109'
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
/** Nobody listens there: the mock tries it again, as it does with a shop that is down. */
const NOBODY = 'http://127.0.0.1:9/'

const DAY = 86_400_000
const now = new Date().toISOString()
const tomorrow = new Date(Date.now() + DAY).toISOString()

function many<Made>(count: number, make: (i: number) => Made): Made[] {
  return Array.from({ length: count }, (_, i) => make(i))
}

const paid = (i: number) => ({ mchid: MCHID, out_trade_no: `P${i}`, transaction_id: `4200P${i}`, total: 10_000 })
const shared = (i: number) => ({ mchid: MCHID, out_trade_no: `S${i}`, transaction_id: `4200S${i}`, total: 10_000 })
const transfer = (i: number) => ({ out_bill_no: `T${i}`, appid: APPID, openid: OPENID, transfer_amount: 100 })
const productStock = { mchid: MCHID, brand_id: '40001', product_coupon_id: 'PRODUCT', stock_id: 'BATCH' }

/** Rows that the calls are about, besides the coupons: one of each kind for each client. */
export const rows = {
  stocks: [{ stock_id: 'BENCH' }, { stock_id: 'HANDED' }],
  orders: [
    ...many(CLIENTS, (i) => ({ out_trade_no: `O${i}`, state: 'NOTPAY', total: 100, prepay_id: `wx${i}` })),
    ...many(CLIENTS, paid),
    ...many(CLIENTS, (i) => ({ ...shared(i), profit_sharing: true, success_time: now })),
  ],
  refunds: many(CLIENTS, (i) => {
    const { total, ...order } = paid(i)
    const ends = { create_time: now, settle_time: tomorrow, outcome: 'SUCCESS' }
    return { ...order, out_refund_no: `R${i}`, refund_id: `5000${i}`, refund: 1, total, ...ends }
  }),
  sharing_orders: many(CLIENTS, (i) => {
    const { total, ...order } = shared(i)
    const receiver = { type: 'MERCHANT_ID', account: SUPPLIER, amount: 30, description: '供货', detail_id: `3600${i}` }
    const receivers = [{ ...receiver, finish_time: tomorrow }]
    const share = { out_order_no: `S${i}`, order_id: `3000${i}`, unfreezes: 'nothing', create_time: now, request: [] }
    return { ...order, ...share, receivers }
  }),
  sharing_returns: many(CLIENTS, (i) => {
    const { mchid, transaction_id } = shared(i)
    const share = { mchid, order_id: `3000${i}`, out_order_no: `S${i}`, transaction_id }
    const back = { return_mchid: SUPPLIER, amount: 10, description: '退货', create_time: now, request: [] }
    return { ...share, out_return_no: `B${i}`, return_id: `3008${i}`, ...back }
  }),
  transfers: [
    ...many(CLIENTS, transfer),
    ...many(CLIENTS, (i) => ({ ...transfer(i), out_bill_no: `V${i}`, transfer_bill_no: `1330${i}`, state: 'SUCCESS' })),
  ],
  transfer_receipts: many(CLIENTS, (i) => ({
    ...{ mchid: MCHID, out_bill_no: `V${i}`, transfer_bill_no: `1330${i}` },
    ...{ apply_time: now, ready_time: tomorrow },
  })),
  transfer_authorizations: many(CLIENTS, (i) => ({ out_authorization_no: `A${i}`, authorize_time: null })),
  product_coupons: [{ mchid: MCHID, brand_id: '40001', product_coupon_id: 'PRODUCT' }],
  product_coupon_stocks: [productStock],
  user_product_coupons: many(IN_WALLET, (i) => ({
    ...productStock,
    ...{ coupon_code: `U${i}`, openid: OPENID, confirm_time: now },
  })),
  pre_sent_product_coupons: many(CLIENTS, (i) => ({
    ...productStock,
    ...{ token: `TOKEN${i}`, appid: APPID, openid: `oReader${i}`, send_request_no: `SEND${i}`, create_time: now },
  })),
}

/** Values of the variables of a path. */
export function namesFor(path: string, client: number, id: string): Readonly<Record<string, string>> {
  const isProduct = /product-coupon/.test(path)
  return {
    id,
    mchid: MCHID,
    thing: 'coupons',
    name: path.includes('/snapshots/') ? id : `${MCHID}/BENCH/C${client}`,
    stock_id: isProduct ? productStock.stock_id : path.endsWith('/hand-out') ? 'HANDED' : 'BENCH',
    coupon_code: `${isProduct ? 'U' : 'C'}${client}`,
    out_trade_no: `${path.endsWith('/refund') ? 'P' : 'O'}${client}`,
    out_refund_no: `R${client}`,
    out_order_no: `S${client}`,
    out_return_no: `B${client}`,
    out_bill_no: `${path.endsWith('/receipt/settle') ? 'V' : 'T'}${client}`,
    out_authorization_no: `A${client}`,
    product_coupon_id: productStock.product_coupon_id,
    token: `TOKEN${client}`,
  }
}

/** The rows that each list adds: those of all clients have the same names, so that the later ones replace them. */
const lists: Readonly<Record<string, (i: number) => object>> = {
  addStocks: (i) => ({ stock_id: `N${i}` }),
  addCodes: (i) => ({ stock_id: 'CODES', code: `N${i}` }),
  addCoupons: (i) => ({ stock_id: 'BENCH', coupon_code: `N${i}` }),
  addOrders: (i) => ({ out_trade_no: `N${i}`, total: 100 }),
  addPaymentCodes: (i) => ({ auth_code: `13${String(i).padStart(16, '0')}` }),
  addSharingAccounts: (i) => ({ mchid: String(1_800_000_000 + i) }),
  addSharingReceivers: (i) => ({ account: `N${i}`, type: 'PERSONAL_OPENID' }),
  addUsers: (i) => ({ openid: `oN${i}` }),
  addTransferAccounts: (i) => ({ mchid: String(1_800_000_000 + i) }),
  addTransfers: (i) => ({ out_bill_no: `N${i}` }),
  addTransferAuthorizations: (i) => ({ out_authorization_no: `N${i}` }),
  addBrandPartners: (i) => ({ brand_id: `N${i}` }),
  addProductCoupons: (i) => ({ product_coupon_id: `N${i}` }),
  addProductCouponStocks: (i) => ({ product_coupon_id: productStock.product_coupon_id, stock_id: `N${i}` }),
  addUserProductCoupons: (i) => ({ ...productStock, coupon_code: `N${i}` }),
}

/** A control call that has to succeed, with its answer. */
export async function ask(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const json = body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(`${url}/_mock${path}`, { method, ...json })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

async function idsAt(url: string, path: string): Promise<string[]> {
  const found = await ask(url, 'GET', path)
  const listed: readonly object[] = Array.isArray(found) ? found : Object(found).items
  return listed.map((one) => String(Object('exchange' in one ? one.exchange : one).id))
}

const newestCall = (url: string) => idsAt(url, '/journal/page?limit=1')

const callback = { event_type: 'COUPON.SEND', url: NOBODY }
const fault = { error: 'rate_limited' }
const answer = { operation: 'GET /v3/capital/capitallhh/areas/provinces' }

async function planned(url: string, path: string, plan: object): Promise<string[]> {
  for (let made = 0; made < PLANS; made += CLIENTS) await Promise.all(many(CLIENTS, () => ask(url, 'POST', path, plan)))
  return idsAt(url, path)
}

async function held(url: string): Promise<string[]> {
  await ask(url, 'POST', '/faults', { operation: 'associateTradeInfo', effect: 'hold', times: CLIENTS })
  const ended = many(CLIENTS, async (i) => {
    const target = '/v3/marketing/busifavor/coupons/associate'
    const body = { stock_id: 'BENCH', coupon_code: `C${i}`, out_trade_no: 'HELD', out_request_no: `H${i}` }
    const call = await readyCall({ method: 'POST', target, body, status: 200 })
    return send(url, call.method, target, { body: [call.body], headers: call.headers })
  })
  void Promise.all(ended)
  for (;;) {
    const ids = await idsAt(url, '/held')
    if (ids.length === CLIENTS) return ids
    await wait(50)
  }
}

/** Adds transfers whose end the clock passes, with callbacks that nobody takes. */
const ending = async (url: string) => {
  const one = (i: number) => ({ out_bill_no: `E${i}`, notify_url: NOBODY })
  await ask(url, 'POST', '/transfers', many(ENDING, one))
  return []
}

/** Sends a call what it does most with. */
export interface Writing {
  /** Text of JSON, or a value. `id` is the one that was prepared for the client. */
  readonly body?: (client: number, id: string) => unknown
  /** Makes what the call is about, and returns an id for each client, or one for all. */
  readonly prepare?: (url: string) => Promise<readonly string[]>
}

/**
 * By the ids of calls. Others need no body, or do most without any.
 *
 * @param seed file of the world that the mock has
 */
export function writingCalls(seed: string): Readonly<Record<string, Writing>> {
  const added = Object.entries(lists).map(([id, row]): [string, Writing] => {
    const body = JSON.stringify(many(ROWS, row))
    return [id, { body: () => body }]
  })
  return {
    ...Object.fromEntries(added),
    changeMerchant: { body: () => ({ appids: many(ROWS, (i) => `wx${i}`) }) },
    restore: { body: () => readFileSync(seed, 'utf8') },
    keepSnapshot: { body: (client) => ({ name: `more ${client}` }) },
    restoreSnapshot: { prepare: async () => ['kept'] },
    removeSnapshot: {
      async prepare(url) {
        const names = Object(await ask(url, 'GET', '/snapshots')).map(({ name }: { name: string }) => name)
        return names.filter((name: string) => name !== 'kept')
      },
    },
    setClock: { prepare: ending, body: () => ({ now: new Date(Date.now() + 31 * DAY).toISOString() }) },
    advance: { prepare: ending, body: () => ({ duration: 'P31D' }) },
    changeSettings: { body: () => ({ transfer_takes: 10 }) },
    planFault: { body: () => fault },
    clearFaults: { prepare: (url) => planned(url, '/faults', fault) },
    removeFault: { prepare: (url) => planned(url, '/faults', fault) },
    decideHeld: { prepare: held, body: () => ({ decide: 'let_through' }) },
    planAnswer: { body: () => answer },
    clearAnswers: { prepare: (url) => planned(url, '/answers', answer) },
    removeAnswer: { prepare: (url) => planned(url, '/answers', answer) },
    notification: { prepare: async (url) => [String(Object(await ask(url, 'POST', '/notifications', callback)).id)] },
    sendNotification: { body: () => callback },
    replayExchange: { prepare: newestCall },
    sendCall: { prepare: newestCall, body: () => ({ body: JSON.stringify({ more: 'x'.repeat(1_900_000) }) }) },
    patchStock: { body: () => ({ state: 'PAUSED' }) },
    patchCoupon: { body: () => ({ state: 'USED' }) },
    openCashier: { body: (client) => ({ prepay_id: `wx${client}` }) },
    markOrder: { body: () => ({ state: 'USERPAYING' }) },
    changeTransferAccount: { body: () => ({ balance: 1_000_000 }) },
    openTransferPage: {
      prepare: (url) =>
        Promise.all(many(CLIENTS, async (i) => String(Object(await ask(url, 'GET', `/transfers/T${i}`)).package_info))),
      body: (_, package_info) => ({ mchid: MCHID, appid: APPID, package_info }),
    },
    patchProductCoupon: { body: () => ({ state: 'AUDITING' }) },
    patchProductCouponStock: { body: () => ({ state: 'PAUSED' }) },
    openWallet: { body: () => ({ openid: OPENID }) },
  }
}
