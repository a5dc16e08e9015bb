import { MERCHANTS, SUB_MERCHANTS } from '../merchants.ts'
import { type Call, couponOf, exactly, isRelated, matching, maybeText, numbered, stockOf, text } from './call.ts'
import { couponBody } from './coupons.ts'
import {
  type Body,
  COMBINATION_REFUSED,
  type ExpectedMembers,
  NO_RIGHT,
  NO_SUCH_THING,
  type Outcome,
  refusal,
} from './outcome.ts'
import type { CodeState, State, StockState } from './state.ts'
import { DAY, midnight, wireTime } from './time.ts'

/** Batches and uploaded codes: busifavor.md 2.1 and 3. */

const YEAR = 366 * DAY
const ALREADY_THERE = refusal(400, 'RESOURCE_ALREADY_EXISTS', '批次已存在')
const NO_RELATION = refusal(400, 'INVALID_REQUEST', '商户票据校验失败')
const NO_SUCH_MERCHANT = refusal(400, 'MCH_NOT_EXISTS', '商户号不存在')
const OVER = refusal(400, 'INVALID_REQUEST', '批次已过期')
const BELOW_SENT = refusal(400, 'INVALID_REQUEST', '目标值小于已发放的张数')
const CURRENT_WRONG = refusal(400, 'INVALID_REQUEST', '批次库存的当前值错误，请获取批次详情查看最新值')
const WRONG_MODE = refusal(400, 'INVALID_REQUEST', '发券模式不合法')
const TOO_MANY_CODES = refusal(400, 'INVALID_REQUEST', '上传的自定义code已达上限')
const HANDED_OUT = refusal(400, 'INVALID_REQUEST', '券code已被分配')

const members = (value: unknown): Body => Object(value)

export function createStock(state: State, { by, input }: Call): readonly Outcome[] {
  const numberKey = `${by} createStock ${input.out_request_no}`
  const owner = text(input.belong_merchant)
  const stock = stockFrom(by, input)
  if (!fitsTogether(stock, members(input.coupon_use_rule))) return [COMBINATION_REFUSED]
  if (state.numbers.has(numberKey)) return [ALREADY_THERE]
  if (!Object.values(MERCHANTS).includes(owner)) return [NO_SUCH_MERCHANT]
  if (owner !== by && !SUB_MERCHANTS[by]?.includes(owner)) return [NO_RELATION]
  return [
    {
      status: 200,
      body: {
        create_time: wireTime(state.now),
        stock_id: (id) => matching(/^\d{16}$/)(id) && !state.stocks.some((other) => other.id === id),
      },
      effect: (body) => {
        state.stocks.push({ ...stock, id: text(body.stock_id) })
        state.numbers.set(numberKey, { values: '', answer: body })
      },
    },
  ]
}

/** A batch as its creation describes it; ready for use but for the id, which the service gives. */
export function stockFrom(creator: string, input: Body): StockState {
  const rule = members(input.coupon_use_rule)
  const time = members(rule.coupon_available_time)
  const send = members(input.stock_send_rule)
  const week = members(time.available_week)
  return {
    creator,
    owner: text(input.belong_merchant),
    id: text(input.stock_id),
    mode: input.coupon_code_mode as StockState['mode'],
    type: input.stock_type as StockState['type'],
    discount: Number(members(rule.fixed_normal_coupon).discount_amount ?? 0),
    percent: Number(members(rule.discount_coupon).discount_percent ?? 100),
    rule: {
      ...rule,
      coupon_available_time: { irregulary_avaliable_time: [], ...time },
    },
    begin: Date.parse(text(time.available_begin_time)),
    end: Date.parse(text(time.available_end_time)),
    ...(time.available_day_after_receive !== undefined && { days: Number(time.available_day_after_receive) }),
    ...(time.wait_days_after_receive !== undefined && { waitDays: Number(time.wait_days_after_receive) }),
    ...(time.available_second_after_receive !== undefined && { seconds: Number(time.available_second_after_receive) }),
    ...(time.available_week !== undefined && {
      week: {
        days: week.week_day as readonly number[],
        times: (week.available_day_time as readonly Body[]).map(({ begin_time, end_time }) => ({
          begin: Number(begin_time),
          end: Number(end_time),
        })),
      },
    }),
    ...(time.irregulary_avaliable_time !== undefined && {
      irregular: (time.irregulary_avaliable_time as readonly Body[]).map(({ begin_time, end_time }) => ({
        begin: Date.parse(text(begin_time)),
        end: Date.parse(text(end_time)),
      })),
    }),
    perUser: Number(send.max_coupons_per_user),
    name: text(input.stock_name),
    tied: input.tied_to_goods === true,
    senders: new Set(),
    max: Number(send.max_coupons),
    byDay: send.max_coupons_by_day === undefined ? undefined : Number(send.max_coupons_by_day),
    goods: text(input.goods_name),
    comment: maybeText(input.comment),
    subsidy: input.subsidy === true,
    state: 'RUNNING',
    codes: new Map(),
    coupons: [],
  }
}

function fitsTogether({ type, days, waitDays, begin, end }: StockState, rule: Body): boolean {
  const benefits = { NORMAL: 'fixed_normal_coupon', DISCOUNT: 'discount_coupon', EXCHANGE: 'exchange_coupon' }
  const given = Object.values(benefits).filter((name) => rule[name] !== undefined)
  if (given.length !== 1 || given[0] !== benefits[type]) return false
  return end > begin && end - begin <= YEAR && (waitDays === undefined || days !== undefined)
}

export function queryStock(state: State, { by, input }: Call): readonly Outcome[] {
  const stock = stockOf(state, by, input.stock_id)
  if (!stock) return [NO_SUCH_THING]
  if (!isRelated(by, stock)) return [NO_RIGHT]
  return [{ status: 200, body: stockBody(stock, state.now) }]
}

export function sentOn(stock: StockState, now: number): number {
  return stock.coupons.filter(({ receivedAt }) => midnight(receivedAt) === midnight(now)).length
}

function stockBody(stock: StockState, now: number) {
  const sent = stock.coupons.length
  const today = sentOn(stock, now)
  const available = [...stock.codes.values()].filter(({ dispatchedAt }) => dispatchedAt === undefined).length
  return {
    stock_id: stock.id,
    stock_name: stock.name,
    belong_merchant: stock.owner,
    goods_name: stock.goods,
    comment: stock.comment,
    stock_type: stock.type,
    coupon_code_mode: stock.mode,
    coupon_use_rule: exactly(stock.rule),
    // Its end leaves the state of a batch alone.
    stock_state: stock.state,
    subsidy: stock.subsidy ? true : undefined,
    stock_send_rule: {
      max_coupons: stock.max,
      max_coupons_per_user: stock.perUser,
      max_coupons_by_day: stock.byDay,
    },
    coupon_code_count:
      stock.mode === 'MERCHANT_UPLOAD' ? { total_count: stock.codes.size, available_count: available } : undefined,
    send_count_information: sendCount(stock, sent, today),
  }
}

/** Amounts of NORMAL batches only, what was sent today of batches with a daily limit only. */
function sendCount({ type, byDay, discount }: StockState, sent: number, today: number): ExpectedMembers {
  const normal = type === 'NORMAL'
  const daily = byDay !== undefined
  return {
    total_send_num: sent,
    total_send_amount: normal ? sent * discount : undefined,
    today_send_num: daily ? today : undefined,
    today_send_amount: daily && normal ? today * discount : undefined,
  }
}

export function modifyStock(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'out_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    if (!stock) return NO_SUCH_THING
    if (stock.creator !== by) return NO_RIGHT
    if (state.now >= stock.end) return OVER
    return {
      status: 204,
      effect: () => {
        if (input.comment !== undefined) stock.comment = text(input.comment)
        if (input.goods_name !== undefined) stock.goods = text(input.goods_name)
        if (input.subsidy === true) stock.subsidy = true
      },
    }
  })
}

export function modifyBudget(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  const total = input.target_max_coupons
  const daily = input.target_max_coupons_by_day
  if ((total === undefined) === (daily === undefined)) return [COMBINATION_REFUSED]
  return numbered(state, call, 'modify_budget_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    if (!stock) return NO_SUCH_THING
    if (stock.creator !== by) return NO_RIGHT
    if (state.now >= stock.end) return OVER
    const limit = total === undefined ? stock.byDay : stock.max
    const current = total === undefined ? input.current_max_coupons_by_day : input.current_max_coupons
    if (current === undefined && limit !== undefined) return COMBINATION_REFUSED
    if (current !== limit) return CURRENT_WRONG
    const sent = total === undefined ? sentOn(stock, state.now) : stock.coupons.length
    if (Number(total ?? daily) < sent) return BELOW_SENT
    return {
      status: 200,
      body: {
        max_coupons: total === undefined ? stock.max : Number(total),
        max_coupons_by_day: daily === undefined ? stock.byDay : Number(daily),
      },
      effect: () => {
        if (total !== undefined) stock.max = Number(total)
        if (daily !== undefined) stock.byDay = Number(daily)
      },
    }
  })
}

export function uploadCouponCodes(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'upload_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    if (!stock) return NO_SUCH_THING
    if (stock.creator !== by) return NO_RIGHT
    if (stock.mode !== 'MERCHANT_UPLOAD') return WRONG_MODE
    const given = input.coupon_code_list as readonly string[]
    const codes = [...new Set(given)]
    const tooLong = codes.filter((code) => code.length > 32)
    const known = codes.filter((code) => stock.codes.has(code))
    const fresh = codes.filter((code) => !known.includes(code) && !tooLong.includes(code))
    if (fresh.length > 0 && stock.codes.size + fresh.length > stock.max) return TOO_MANY_CODES
    return {
      status: 200,
      body: {
        stock_id: stock.id,
        total_count: codes.length,
        success_count: fresh.length,
        success_codes: fresh,
        success_time: wireTime(state.now),
        fail_count: tooLong.length,
        fail_codes: tooLong.map((coupon_code) => ({
          coupon_code,
          code: 'LENGTH_LIMIT',
          message: '长度超过最大值32位',
        })),
        exist_codes: known,
        // In the order of the second time that they came.
        duplicate_codes: [...new Set(given.filter((code, index) => given.indexOf(code) < index))],
      },
      effect: () => {
        for (const code of fresh) stock.codes.set(code, { uploadedAt: state.now })
      },
    }
  })
}

function codeBody(stock: StockState, code: string, { uploadedAt, dispatchedAt }: CodeState): ExpectedMembers {
  const coupon = dispatchedAt === undefined ? undefined : couponOf(stock, code)
  return {
    code,
    code_status: dispatchedAt === undefined ? 'AVAILABLE' : 'DISPATCHED',
    upload_time: wireTime(uploadedAt),
    dispatched_time: dispatchedAt === undefined ? undefined : wireTime(dispatchedAt),
    openid: coupon?.openid,
    coupon_code: coupon?.code,
  }
}

export function listCouponCodes(state: State, { by, input }: Call): readonly Outcome[] {
  const stock = stockOf(state, by, input.stock_id)
  if (!stock) return [NO_SUCH_THING]
  if (!isRelated(by, stock)) return [NO_RIGHT]
  // A map keeps the order that codes came in.
  const wanted = [...stock.codes].filter(
    ([, { dispatchedAt }]) =>
      input.status === undefined || (input.status === 'DISPATCHED') === (dispatchedAt !== undefined),
  )
  const offset = Number(input.offset ?? 0)
  const limit = Number(input.limit ?? 20)
  const data = wanted.slice(offset, offset + limit).map(([code, entity]) => codeBody(stock, code, entity))
  return [{ status: 200, body: { stock_id: stock.id, total_count: wanted.length, offset, limit, data } }]
}

export function queryCouponCode(state: State, { by, input }: Call): readonly Outcome[] {
  const stock = stockOf(state, by, input.stock_id)
  const code = text(input.coupon_code)
  const entity = stock?.codes.get(code)
  if (!stock) return [NO_SUCH_THING]
  if (!isRelated(by, stock)) return [NO_RIGHT]
  if (!entity) return [NO_SUCH_THING]
  const coupon = entity.dispatchedAt === undefined ? undefined : couponOf(stock, code)
  return [
    {
      status: 200,
      body: {
        code_information: codeBody(stock, code, entity),
        coupon_information: coupon && couponBody(coupon, state.now),
      },
    },
  ]
}

export function deleteCouponCode(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'delete_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    const code = text(input.coupon_code)
    if (!stock) return NO_SUCH_THING
    if (stock.creator !== by) return NO_RIGHT
    const entity = stock.codes.get(code)
    if (!entity) return NO_SUCH_THING
    if (entity.dispatchedAt !== undefined) return HANDED_OUT
    return {
      status: 200,
      body: { stock_id: stock.id, delete_time: wireTime(state.now) },
      effect: () => {
        stock.codes.delete(code)
      },
    }
  })
}
