import { KINDS, type Kind } from './calls.ts'
import { CALLERS, type Caller, MERCHANTS } from './merchants.ts'
import type { Body } from './model/outcome.ts'
import type { Random } from './random.ts'

/**
 * Steps of a random sequence. They are plain JSON, so that a sequence can be printed, shortened and replayed. Values known only while a sequence runs
 * (ids that the mock makes, current limits) are references like `$stock:0`, see `references.ts`.
 */
export type Step =
  | CallStep
  | { readonly do: 'advance'; readonly seconds: number }
  /** The user pays. */
  | { readonly do: 'payOrder'; readonly by: Caller; readonly order: string }
  /** The latest refund turns out to be undeliverable. */
  | { readonly do: 'failRefund' }
  /** The merchant pauses or resumes a batch in its console. */
  | {
      readonly do: 'setStockState'
      readonly stock: string
      readonly creator: string
      readonly state: 'RUNNING' | 'PAUSED'
    }
  /** The user deletes a coupon. */
  | { readonly do: 'deleteCoupon'; readonly stock: string; readonly creator: string; readonly code: string }
  /** A batch that no call can create. */
  | { readonly do: 'seedStock'; readonly by: Caller; readonly input: Body }

export interface CallStep {
  readonly do: Kind
  readonly by: Caller
  readonly input: Body
}

const HOUR = 3_600
const DAY = 24 * HOUR

const USERS = ['oUser-A', 'oUser-B', 'oUser-C'] as const
const CODES = ['CODE-1', 'CODE-2', 'CODE-3', 'CODE-4', 'CODE-5', 'CODE-6'] as const
const TOO_LONG = 'X'.repeat(33)
export const ORDER_NUMBERS = ['ORDER-1', 'ORDER-2', 'ORDER-3', 'ORDER-4'] as const
const APPID = 'wx233544546545989'
/** Seconds from the start: past, soon, later, and beyond any order's limit. */
const EXPIRIES = ['$noon:-3607', '$noon:3607', '$noon:90007', '$noon:2592007'] as const
const TIED_STOCK = '9900000000000001'

/** A number that was probably used before, or one of many. */
function requestNo(random: Random, prefix: string): string {
  return random.chance(60) ? `${prefix}-${random.between(1, 5)}` : `${prefix}-${random.between(6, 60)}`
}

/** Index of a batch: mostly one of the prelude, which come first; now and then a later one, or one that does not exist. */
function stockIndex(random: Random): number {
  return random.weighted([
    [30, 0],
    [30, 1],
    [22, 2],
    [8, 3],
    [8, random.between(4, 7)],
    [2, 99],
  ])
}

/** Mostly a merchant with a role in the batch. */
function callerFor(random: Random, stock: number): Caller {
  if (random.chance(8)) return random.pick(CALLERS)
  if (stock === 1) return random.chance(60) ? 'partner' : 'sub'
  return stock > 3 ? random.pick(['partner', 'sub', 'direct', 'direct'] as const) : 'direct'
}

/** A span that opens within a day and closes within days, sometimes with rules that count from receipt. */
function availableTime(random: Random): Body {
  const begin = random.pick([-2 * DAY, -5 * HOUR, -HOUR, -HOUR, 0, 0, 7 * HOUR, DAY])
  const span = random.pick([3 * DAY, 5 * DAY, 7 * DAY, 9 * DAY])
  const days = random.chance(45) ? random.between(1, 3) : undefined
  const week = { week_day: [1, 2, 3, 4, 5], available_day_time: [{ begin_time: 9 * HOUR, end_time: 20 * HOUR }] }
  return {
    available_begin_time: `$time:${begin}`,
    available_end_time: `$time:${begin + span + random.below(7_000)}`,
    ...(days !== undefined && { available_day_after_receive: days }),
    ...(days !== undefined && random.chance(35) && { wait_days_after_receive: random.between(1, 2) }),
    ...(days === undefined &&
      random.chance(8) && { available_second_after_receive: random.between(1, 40) * 1_800 + 7 }),
    ...random.weighted<Body>([
      [80, {}],
      [12, { available_week: week }],
      [8, { irregulary_avaliable_time: [{ begin_time: `$time:${begin}`, end_time: `$time:${begin + DAY}` }] }],
    ]),
  }
}

interface StockWish {
  readonly mode: 'WECHATPAY_MODE' | 'MERCHANT_API' | 'MERCHANT_UPLOAD'
  readonly owner: Caller
  readonly no: string
}

const BENEFITS = {
  NORMAL: { fixed_normal_coupon: { discount_amount: 60, transaction_minimum: 100 } },
  DISCOUNT: { discount_coupon: { discount_percent: 88, transaction_minimum: 100 } },
  EXCHANGE: { exchange_coupon: { exchange_price: 1, transaction_minimum: 100 } },
} as const

function stockInput(random: Random, { mode, owner, no }: StockWish): Body {
  const type = random.weighted<keyof typeof BENEFITS>([
    [70, 'NORMAL'],
    [15, 'DISCOUNT'],
    [15, 'EXCHANGE'],
  ])
  return {
    stock_name: `批次${no}`.slice(0, 20),
    belong_merchant: MERCHANTS[owner],
    goods_name: '全场商品',
    stock_type: type,
    coupon_use_rule: { coupon_available_time: availableTime(random), ...BENEFITS[type], use_method: 'OFF_LINE' },
    stock_send_rule: {
      max_coupons: random.between(5, 8),
      max_coupons_per_user: random.chance(80) ? 2 : 5,
      ...(random.chance(60) && { max_coupons_by_day: 2 }),
    },
    out_request_no: no,
    coupon_code_mode: mode,
    ...(random.chance(75) && { subsidy: true }),
    ...(random.chance(30) && { comment: '活动使用' }),
  }
}

/** A user gets the same code from a batch created by its seller, and from one that the seller only owns, in either order. */
function sameCodeTwice(random: Random): readonly Step[] {
  const input = stockInput(random, { mode: 'MERCHANT_API', owner: 'sub', no: 'B-5' })
  const send = (stock: number): Step => ({
    do: 'sendCoupon',
    by: 'sub',
    input: { ...sendInput(random, stock), openid: USERS[0], coupon_code: `$newCode:${stock}:0` },
  })
  const [first, second] = random.chance(50) ? ([1, 4] as const) : ([4, 1] as const)
  return [{ do: 'createStock', by: 'sub', input }, send(first), { do: 'advance', seconds: 1 }, send(second)]
}

/** The start of every sequence: batches that most steps refer to. */
function prelude(random: Random): readonly Step[] {
  const wishes = [
    ['direct', { mode: 'WECHATPAY_MODE', owner: 'direct', no: 'B-1' }],
    ['partner', { mode: 'MERCHANT_API', owner: 'sub', no: 'B-2' }],
    ['direct', { mode: 'MERCHANT_UPLOAD', owner: 'direct', no: 'B-3' }],
    ['direct', { mode: 'WECHATPAY_MODE', owner: 'direct', no: 'B-4' }],
  ] as const satisfies readonly (readonly [Caller, StockWish])[]
  const steps = wishes.map(([by, wish], index): Step => {
    const input = stockInput(random, wish)
    if (index !== 3) return { do: 'createStock', by, input }
    // No call can tie a batch to goods.
    const { out_request_no: _, ...rest } = input
    return { do: 'seedStock', by, input: { ...rest, stock_id: TIED_STOCK, tied_to_goods: true } }
  })
  // Provides orders; without them, a sequence would long refer to things that do not exist.
  const orders = ['direct', 'direct', 'sub'] as const
  for (const [index, by] of orders.entries()) {
    if (random.chance(30)) continue
    const order = ORDER_NUMBERS[index] ?? ''
    steps.push({ do: 'payJsapi', by, input: { ...orderInput(by, order, 300), payer: { openid: USERS[0] } } })
    steps.push({ do: 'payOrder', by, order })
  }
  if (random.chance(80)) {
    const input = { stock_id: '$stock:2', coupon_code_list: CODES.slice(0, 4), upload_request_no: 'P-1' }
    steps.push({ do: 'uploadCouponCodes', by: 'direct', input })
  }
  for (const [stock, by] of [
    [0, 'direct'],
    [1, 'partner'],
    [0, 'direct'],
    [2, 'direct'],
  ] as const) {
    if (random.chance(40)) continue
    steps.push({ do: 'sendCoupon', by, input: sendInput(random, stock) })
  }
  if (random.chance(40)) steps.push(...sameCodeTwice(random))
  for (const by of ['direct', 'partner'] as const) {
    if (random.chance(60)) steps.push({ do: 'setCallback', by, input: { notify_url: `https://${by}.example/coupons` } })
  }
  return steps
}

export function isCall(step: Step): step is CallStep {
  return 'input' in step && step.do !== 'seedStock'
}

type Maker = (random: Random) => Step

const couponRef = (stock: number, coupon: number) => ({
  stock_id: `$stock:${stock}`,
  coupon_code: `$code:${stock}:${coupon}`,
})

/** A coupon, mostly an existing one, and a merchant that deals with it. */
function coupon(random: Random): {
  by: Caller
  stock: number
  index: number
  names: { stock_id: string; coupon_code: string }
} {
  const stock = stockIndex(random)
  const index = random.below(6)
  const names = random.chance(3)
    ? { stock_id: `$stock:${(stock + 1) % 3}`, coupon_code: 'CODE-UNKNOWN' }
    : couponRef(stock, index)
  return { by: callerFor(random, stock), stock, index, names }
}

const orderInput = (by: Caller, out_trade_no: string, total: number): Body => ({
  appid: APPID,
  mchid: MERCHANTS[by],
  description: '商品',
  out_trade_no,
  notify_url: `https://${by}.example/paid`,
  amount: { total, currency: 'CNY' },
})

const sendInput = (random: Random, stock: number): Body => ({
  openid: random.pick(USERS),
  appid: APPID,
  stock_id: `$stock:${stock}`,
  out_request_no: requestNo(random, 'S'),
  // Only batches whose codes come with the call take one.
  coupon_code: `$newCode:${stock}:${random.below(CODES.length)}`,
})

const linking =
  (kind: 'associateTradeInfo' | 'disassociateTradeInfo', prefix: string): Maker =>
  (random) => {
    const { by, names, stock, index } = coupon(random)
    const order = random.weighted([
      [kind === 'disassociateTradeInfo' ? 150 : 10, `$link:${stock}:${index}`],
      [95, random.pick(random.chance(60) ? ORDER_NUMBERS.slice(0, 2) : ORDER_NUMBERS)],
      [5, 'ORDER-NONE'],
    ])
    return { do: kind, by, input: { ...names, out_trade_no: order, out_request_no: requestNo(random, prefix) } }
  }

const paying =
  (kind: 'payJsapi' | 'payNative' | 'payApp' | 'payH5'): Maker =>
  (random) => {
    const by = random.pick(['direct', 'direct', 'partner', 'sub'] as const)
    return {
      do: kind,
      by,
      input: {
        ...orderInput(by, random.pick(ORDER_NUMBERS), random.chance(85) ? 300 : 200),
        ...(random.chance(3) && { mchid: MERCHANTS.stranger }),
        ...(random.chance(20) && { time_expire: random.pick(EXPIRIES) }),
        ...(kind === 'payJsapi' && { payer: { openid: random.chance(90) ? USERS[0] : USERS[1] } }),
        ...(kind === 'payH5' && { scene_info: { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } } }),
      },
    }
  }

const MAKERS = {
  createStock: (random) => {
    const by = random.pick(['direct', 'direct', 'partner', 'partner', 'sub', 'stranger'] as const)
    const mode = random.pick(['WECHATPAY_MODE', 'MERCHANT_API', 'MERCHANT_UPLOAD'] as const)
    const owner = by === 'partner' && random.chance(80) ? 'sub' : random.pick(['direct', 'direct', by] as const)
    const input = stockInput(random, { mode, owner, no: `B-${random.between(1, 6)}` })
    const rule = Object(input.coupon_use_rule)
    const time = Object(rule.coupon_available_time)
    const flaw = (change: Body) => ({ ...input, coupon_use_rule: { ...rule, ...change } })
    return {
      do: 'createStock',
      by,
      input: random.weighted<Body>([
        [76, input],
        [6, { ...input, belong_merchant: '1999999999' }],
        [
          6,
          flaw({
            coupon_available_time: { ...time, available_day_after_receive: undefined, wait_days_after_receive: 1 },
          }),
        ],
        [6, flaw({ coupon_available_time: { ...time, available_end_time: `$time:${400 * DAY}` } })],
        [6, { ...input, stock_type: input.stock_type === 'NORMAL' ? 'DISCOUNT' : 'NORMAL' }],
      ]),
    }
  },
  queryStock: (random) => {
    const stock = stockIndex(random)
    return { do: 'queryStock', by: callerFor(random, stock), input: { stock_id: `$stock:${stock}` } }
  },
  modifyStock: (random) => {
    const stock = stockIndex(random)
    return {
      do: 'modifyStock',
      by: callerFor(random, stock),
      input: {
        stock_id: `$stock:${stock}`,
        out_request_no: requestNo(random, 'M'),
        ...(random.chance(50) && { comment: random.pick(['改一', '改二']) }),
        ...(random.chance(30) && { goods_name: random.pick(['饮料', '面包']) }),
        ...(random.chance(20) && { subsidy: true }),
        ...(random.chance(10) && { stock_name: '新名字' }),
      },
    }
  },
  modifyBudget: (random) => {
    const stock = stockIndex(random)
    const total = {
      target_max_coupons: random.between(3, 9),
      current_max_coupons: random.chance(80) ? `$max:${stock}` : 4,
    }
    const daily = {
      target_max_coupons_by_day: random.between(1, 3),
      current_max_coupons_by_day: random.chance(80) ? `$byDay:${stock}` : 9,
    }
    return {
      do: 'modifyBudget',
      by: callerFor(random, stock),
      input: {
        stock_id: `$stock:${stock}`,
        modify_budget_request_no: requestNo(random, 'G'),
        ...random.weighted<Body>([
          [50, total],
          [40, daily],
          [5, { ...total, ...daily }],
          [5, {}],
        ]),
      },
    }
  },
  uploadCouponCodes: (random) => {
    const stock = random.chance(85) ? 2 : stockIndex(random)
    const codes = Array.from({ length: random.between(1, 3) }, () => random.pick(CODES))
    return {
      do: 'uploadCouponCodes',
      by: callerFor(random, stock),
      input: {
        stock_id: `$stock:${stock}`,
        coupon_code_list: random.chance(5) ? [...codes, TOO_LONG] : codes,
        upload_request_no: requestNo(random, 'P'),
      },
    }
  },
  listCouponCodes: (random) => {
    const stock = random.chance(85) ? 2 : stockIndex(random)
    return {
      do: 'listCouponCodes',
      by: callerFor(random, stock),
      input: {
        stock_id: `$stock:${stock}`,
        ...(random.chance(50) && { limit: random.between(1, 7), offset: random.between(0, 3) }),
        ...(random.chance(40) && { status: random.pick(['AVAILABLE', 'DISPATCHED']) }),
      },
    }
  },
  queryCouponCode: (random) => {
    const stock = random.chance(85) ? 2 : stockIndex(random)
    return {
      do: 'queryCouponCode',
      by: callerFor(random, stock),
      input: { stock_id: `$stock:${stock}`, coupon_code: random.pick(CODES) },
    }
  },
  deleteCouponCode: (random) => {
    const stock = random.chance(85) ? 2 : stockIndex(random)
    return {
      do: 'deleteCouponCode',
      by: callerFor(random, stock),
      input: {
        stock_id: `$stock:${stock}`,
        coupon_code: random.pick(CODES),
        delete_request_no: requestNo(random, 'X'),
      },
    }
  },
  sendCoupon: (random) => {
    const stock = stockIndex(random)
    return {
      do: 'sendCoupon',
      by: callerFor(random, stock),
      input: sendInput(random, stock),
    }
  },
  sendProductCoupon: (random) => {
    const stock = random.chance(85) ? 3 : stockIndex(random)
    const member = random.chance(20)
    return {
      do: 'sendProductCoupon',
      by: callerFor(random, stock),
      input: {
        ...sendInput(random, stock),
        coupon_type: member ? 'MEMBER' : 'NORMAL',
        ...(member && random.chance(80) && { member_card_id: 'pbLatjvWOibDc5-TBnbUk1pD12o0' }),
      },
    }
  },
  sendGovCard: (random) => ({
    do: 'sendGovCard',
    by: 'direct',
    input: {
      card_id: 'pCard1',
      appid: APPID,
      openid: random.chance(85) ? USERS[0] : USERS[1],
      out_request_no: `K-${random.between(1, 3)}`,
      send_time: random.chance(60)
        ? `$noon:${random.between(0, 2) * HOUR}`
        : `$time:${random.pick([0, -HOUR, -2 * DAY])}`,
    },
  }),
  useCoupon: (random) => {
    const { by, stock, index, names } = coupon(random)
    const named = random.chance(stock === 0 || stock === 3 ? 75 : 98)
    return {
      do: 'useCoupon',
      by,
      input: {
        coupon_code: names.coupon_code,
        ...(named && { stock_id: names.stock_id }),
        appid: APPID,
        use_time: '2026-11-25T12:00:00+08:00',
        use_request_no: requestNo(random, 'U'),
        ...(random.chance(25) && { openid: random.chance(80) ? `$holder:${stock}:${index}` : random.pick(USERS) }),
      },
    }
  },
  listUserCoupons: (random) => {
    const by = random.pick(['direct', 'direct', 'partner', 'sub', 'stranger'] as const)
    const role = by === 'sub' && random.chance(70) ? 'belong_merchant' : 'creator_merchant'
    return {
      do: 'listUserCoupons',
      by,
      input: {
        openid: random.pick(USERS),
        appid: APPID,
        ...random.weighted<Body>([
          [80, { [role]: MERCHANTS[by] }],
          [8, { [role]: MERCHANTS[by], sender_merchant: MERCHANTS[by] }],
          [6, { sender_merchant: MERCHANTS[by] }],
          [3, {}],
          [3, { [role]: MERCHANTS.direct }],
        ]),
        ...(random.chance(30) && { stock_id: `$stock:${stockIndex(random)}` }),
        ...(random.chance(30) && {
          coupon_state: random.pick(['SENDED', 'USED', 'EXPIRED', 'DELETED', 'DEACTIVATED']),
        }),
        ...(random.chance(30) && { limit: random.between(1, 5), offset: random.between(0, 2) }),
      },
    }
  },
  queryUserCoupon: (random) => {
    const { by, stock, index, names } = coupon(random)
    const openid = random.chance(95) ? `$holder:${stock}:${index}` : random.pick(USERS)
    return { do: 'queryUserCoupon', by, input: { openid, coupon_code: names.coupon_code, appid: APPID } }
  },
  associateTradeInfo: linking('associateTradeInfo', 'A'),
  disassociateTradeInfo: linking('disassociateTradeInfo', 'D'),
  returnCoupon: (random) => {
    const { by, names, stock } = coupon(random)
    const input = random.chance(60) ? { ...names, coupon_code: `$used:${stock}` } : names
    return { do: 'returnCoupon', by, input: { ...input, return_request_no: requestNo(random, 'R') } }
  },
  deactivateCoupon: (random) => {
    const { by, names } = coupon(random)
    return {
      do: 'deactivateCoupon',
      by,
      input: {
        ...names,
        deactivate_request_no: requestNo(random, 'V'),
        ...(random.chance(50) && { deactivate_reason: '设置错误' }),
      },
    }
  },
  setCallback: (random) => {
    const by = random.pick(['direct', 'direct', 'partner', 'sub', 'stranger'] as const)
    return {
      do: 'setCallback',
      by,
      input: {
        notify_url: random.weighted([
          [90, `https://${by}.example/coupons/${random.between(1, 2)}`],
          [5, `http://${by}.example/coupons`],
          [5, `https://${by}.example/coupons?a=1`],
        ]),
        ...random.weighted<Body>([
          [60, {}],
          [30, { mchid: MERCHANTS[by] }],
          [5, { mchid: '1999999999' }],
          [5, by === 'stranger' ? { mchid: MERCHANTS.direct } : {}],
          [10, by === 'partner' ? { mchid: MERCHANTS.sub } : {}],
        ]),
      },
    }
  },
  getCallback: (random) => {
    const by = random.pick(CALLERS)
    const of = by === 'partner' ? random.pick(['partner', 'sub'] as const) : by
    return { do: 'getCallback', by, input: random.chance(50) ? {} : { mchid: MERCHANTS[of] } }
  },
  subsidyPay: (random) => {
    const stock = random.pick([0, 0, 1, 1, 2])
    const payer = random.chance(85) ? `$creator:${stock}` : random.pick(Object.values(MERCHANTS))
    const by = stock === 1 ? 'partner' : 'direct'
    return {
      do: 'subsidyPay',
      by: random.chance(90) ? by : random.pick(CALLERS),
      input: {
        stock_id: `$stock:${stock}`,
        coupon_code: random.chance(85) ? `$used:${stock}` : `$code:${stock}:0`,
        transaction_id: `$transaction:${stock === 1 ? random.pick(['partner', 'sub', 'sub']) : 'direct'}:${random.chance(70) ? 5 : random.below(4)}`,
        payer_merchant: payer,
        payee_merchant: random.chance(90) ? `$owner:${stock}` : random.pick(Object.values(MERCHANTS)),
        amount: random.pick([10, 40, 60, 61]),
        description: '补差',
        out_subsidy_no: requestNo(random, 'Y'),
      },
    }
  },
  subsidyReturn: (random) => {
    const which = random.below(4)
    return {
      do: 'subsidyReturn',
      by: random.chance(75) ? 'direct' : 'partner',
      input: {
        ...subsidyRef(which),
        refund_id: random.chance(90) ? `$refundOf:${which}` : '50000000000000000000000000000',
        amount: random.pick([10, 20, 40]),
        description: '退回',
        out_subsidy_return_no: requestNo(random, 'Z'),
      },
    }
  },
  listSubsidyPayReceipts: (random) => {
    const { stock_id, coupon_code } = subsidyRef(random.below(4))
    return {
      do: 'listSubsidyPayReceipts',
      by: random.pick(['direct', 'direct', 'partner', 'sub', 'stranger'] as const),
      input: { stock_id, coupon_code, ...(random.chance(30) && { out_subsidy_no: requestNo(random, 'Y') }) },
    }
  },
  querySubsidyPayReceipt: (random) => ({
    do: 'querySubsidyPayReceipt',
    by: random.pick(['direct', 'direct', 'partner', 'sub', 'stranger'] as const),
    input: { subsidy_receipt_id: `$receipt:${random.below(4)}` },
  }),
  querySubsidyReturnReceipt: (random) => ({
    do: 'querySubsidyReturnReceipt',
    by: random.pick(['direct', 'direct', 'partner', 'sub', 'stranger'] as const),
    input: { subsidy_return_receipt_id: `$returnReceipt:${random.below(4)}` },
  }),
  payJsapi: paying('payJsapi'),
  payNative: paying('payNative'),
  payApp: paying('payApp'),
  payH5: paying('payH5'),
  queryOrderByNumber: (random) => {
    const by = random.pick(CALLERS)
    return { do: 'queryOrderByNumber', by, input: { out_trade_no: random.pick(ORDER_NUMBERS), mchid: MERCHANTS[by] } }
  },
  queryOrderById: (random) => {
    const by = random.pick(['direct', 'direct', 'partner', 'sub', 'stranger'] as const)
    const whose = random.chance(85) ? by : 'direct'
    return {
      do: 'queryOrderById',
      by,
      input: { transaction_id: `$transaction:${whose}:${random.below(4)}`, mchid: MERCHANTS[by] },
    }
  },
  closeOrder: (random) => {
    const by = random.pick(['direct', 'direct', 'partner', 'sub'] as const)
    return { do: 'closeOrder', by, input: { out_trade_no: random.pick(ORDER_NUMBERS), mchid: MERCHANTS[by] } }
  },
  createRefund: (random) => {
    const by = random.pick(['direct', 'direct', 'direct', 'partner', 'sub'] as const)
    const order = random.below(4)
    return {
      do: 'createRefund',
      by,
      input: {
        ...(random.chance(60)
          ? { out_trade_no: ORDER_NUMBERS[order] }
          : {
              transaction_id: random.chance(60)
                ? `$subsidy:${random.below(4)}:transaction_id`
                : `$transaction:${random.chance(90) ? by : 'direct'}:${order}`,
            }),
        out_refund_no: requestNo(random, 'F'),
        ...(random.chance(50) && { notify_url: `https://${by}.example/refunded` }),
        amount: {
          refund: random.pick([50, 50, 100, 200]),
          total: random.chance(95) ? `$total:${by}:${order}` : 299,
          currency: 'CNY',
        },
      },
    }
  },
  queryRefund: (random) => {
    const by = random.pick(['direct', 'direct', 'partner', 'sub', 'stranger'] as const)
    return {
      do: 'queryRefund',
      by,
      input: { out_refund_no: random.chance(70) ? `$refundNo:${random.below(4)}` : requestNo(random, 'F') },
    }
  },
  applyAbnormalRefund: (random) => {
    const which = random.below(4)
    return {
      do: 'applyAbnormalRefund',
      by: random.pick(['direct', 'direct', 'direct', 'partner', 'sub'] as const),
      input: {
        refund_id: `$abnormal:${random.chance(90) ? which : which + 1}:id`,
        out_refund_no: `$abnormal:${which}:no`,
        type: 'MERCHANT_BANK_CARD',
      },
    }
  },
} as const satisfies Readonly<Record<Kind, Maker>>

const subsidyRef = (which: number) => ({
  stock_id: `$subsidy:${which}:stock_id`,
  coupon_code: `$subsidy:${which}:coupon_code`,
  transaction_id: `$subsidy:${which}:transaction_id`,
  payer_merchant: `$subsidy:${which}:payer_merchant`,
  payee_merchant: `$subsidy:${which}:payee_merchant`,
})

const WEIGHTS = {
  createStock: 5,
  queryStock: 14,
  modifyStock: 8,
  modifyBudget: 14,
  uploadCouponCodes: 16,
  listCouponCodes: 6,
  queryCouponCode: 6,
  deleteCouponCode: 6,
  sendCoupon: 90,
  sendProductCoupon: 18,
  sendGovCard: 6,
  useCoupon: 80,
  listUserCoupons: 14,
  queryUserCoupon: 24,
  associateTradeInfo: 60,
  disassociateTradeInfo: 30,
  returnCoupon: 30,
  deactivateCoupon: 12,
  setCallback: 6,
  getCallback: 4,
  subsidyPay: 32,
  listSubsidyPayReceipts: 6,
  querySubsidyPayReceipt: 6,
  subsidyReturn: 20,
  querySubsidyReturnReceipt: 6,
  payJsapi: 12,
  payNative: 4,
  payApp: 4,
  payH5: 4,
  queryOrderByNumber: 8,
  queryOrderById: 6,
  closeOrder: 3,
  createRefund: 26,
  queryRefund: 10,
  applyAbnormalRefund: 12,
} as const satisfies Readonly<Record<Kind, number>>

/** Events that happen without a call. */
const HAPPENINGS: readonly { readonly weight: number; readonly make: Maker }[] = [
  { weight: 70, make: (random) => ({ do: 'advance', seconds: advance(random) }) },
  {
    weight: 24,
    make: (random) => ({
      do: 'payOrder',
      by: random.pick(['direct', 'direct', 'partner', 'sub'] as const),
      order: random.pick(ORDER_NUMBERS),
    }),
  },
  { weight: 24, make: () => ({ do: 'failRefund' }) },
  {
    weight: 8,
    make: (random) => {
      const stock = stockIndex(random)
      return { do: 'setStockState', ...stockRef(stock), state: random.chance(30) ? 'PAUSED' : 'RUNNING' }
    },
  },
  {
    weight: 4,
    make: (random) => {
      const stock = stockIndex(random)
      return { do: 'deleteCoupon', ...stockRef(stock), code: `$code:${stock}:${random.below(6)}` }
    },
  },
]

const stockRef = (stock: number) => ({ stock: `$stock:${stock}`, creator: `$creator:${stock}` })

/** From seconds to days; odd, so that no step lands on the exact instant when something opens or closes. */
function advance(random: Random): number {
  return random.weighted([
    [35, random.between(1, 50)],
    [30, random.between(2, 40) * 61],
    [25, random.between(1, 6) * HOUR + 13],
    [8, random.between(8, 20) * HOUR + 13],
    [2, 2 * DAY + 17],
    [1, 8 * DAY + 19],
  ])
}

/** The steps of a sequence, including the prelude. */
export function stepsOf(random: Random, length: number): readonly Step[] {
  const steps: Step[] = [...prelude(random)]
  const makers = [...CHOICES, ...HAPPENINGS.map(({ weight, make }): readonly [number, Maker] => [weight, make])]
  while (steps.length < length) steps.push(random.weighted(makers)(random))
  return steps
}

/** Calls only, for steps that run concurrently. */
export function callsOf(random: Random, length: number): readonly CallStep[] {
  return Array.from({ length }, () => random.weighted(CHOICES)(random)).filter(isCall)
}

const CHOICES: readonly (readonly [weight: number, make: Maker])[] = KINDS.map((kind) => [WEIGHTS[kind], MAKERS[kind]])
