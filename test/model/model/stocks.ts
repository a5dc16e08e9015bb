import { MERCHANTS, SUB_MERCHANTS } from '../merchants.ts'
import { attempted, type Call, COMBINATION, isRelated, matching, maybeText, numbered, stockOf, text } from './call.ts'
import {
  absentOr,
  type Body,
  type Check,
  COMBINATION_REFUSED,
  inAnyOrder,
  NO_RIGHT,
  NO_SUCH_THING,
  type Outcome,
  oneOf,
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
const CURRENT_WRONG = refusal(400, 'INVALID_REQUEST', '批次库存的当前值错误，请获取批次详情查看最新值')
const WRONG_MODE = refusal(400, 'INVALID_REQUEST', '发券模式不合法')
const TOO_MANY_CODES = refusal(400, 'INVALID_REQUEST', '上传的自定义code已达上限')
const HANDED_OUT = refusal(400, 'INVALID_REQUEST', '券code已被分配')

const members = (value: unknown): Body => Object(value)

export function createStock(state: State, { by, input }: Call): readonly Outcome[] {
  const refusals: Outcome[] = []
  const numberKey = `${by} createStock ${input.out_request_no}`
  if (state.numbers.has(numberKey)) refusals.push(ALREADY_THERE)
  const owner = text(input.belong_merchant)
  if (!Object.values(MERCHANTS).includes(owner)) refusals.push(NO_SUCH_MERCHANT)
  else if (owner !== by && !SUB_MERCHANTS[by]?.includes(owner)) refusals.push(NO_RELATION)
  const stock = stockFrom(by, input)
  if (!fitsTogether(stock, members(input.coupon_use_rule))) refusals.push(...COMBINATION)
  return attempted({
    refusals,
    success: [
      {
        status: 200,
        body: {
          create_time: wireTime(state.now),
          stock_id: (id) => matching(/^.{1,20}$/)(id) && !state.stocks.some((other) => other.id === id),
        },
        effect: (body) => {
          state.stocks.push({ ...stock, id: text(body.stock_id) })
          state.numbers.set(numberKey, { values: '', answer: body })
        },
      },
    ],
  })
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
    // A batch ends by time too, but nothing says that its state then changes at once.
    stock_state: now >= stock.end ? oneOf(stock.state, 'STOPED') : stock.state,
    subsidy: stock.subsidy ? true : oneOf(undefined, false),
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

/** Whether the counts are shown while they are 0 is not documented. */
function sendCount(stock: StockState, sent: number, today: number): Check {
  const normal = stock.type === 'NORMAL'
  const daily = stock.byDay !== undefined
  const counts = {
    total_send_num: sent === 0 ? absentOr(0) : sent,
    total_send_amount: normal ? (sent === 0 ? absentOr(0) : sent * stock.discount) : undefined,
    today_send_num: daily ? (today === 0 ? absentOr(0) : today) : undefined,
    today_send_amount: daily && normal ? (today === 0 ? absentOr(0) : today * stock.discount) : undefined,
  }
  return sent === 0 ? absentOr(counts) : oneOf(counts)
}

export function modifyStock(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'out_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    if (!stock) return { refusals: [NO_SUCH_THING], success: [] }
    const refusals: Outcome[] = []
    if (stock.creator !== by) refusals.push(NO_RIGHT)
    if (state.now >= stock.end) refusals.push(OVER)
    return {
      refusals,
      success: [
        {
          status: 204,
          effect: () => {
            if (input.comment !== undefined) stock.comment = text(input.comment)
            if (input.goods_name !== undefined) stock.goods = text(input.goods_name)
            if (input.subsidy === true) stock.subsidy = true
          },
        },
      ],
    }
  })
}

export function modifyBudget(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'modify_budget_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    const refusals: Outcome[] = []
    const total = input.target_max_coupons
    const daily = input.target_max_coupons_by_day
    if ((total === undefined) === (daily === undefined)) refusals.push(COMBINATION_REFUSED)
    if (!stock) return { refusals: [...refusals, NO_SUCH_THING], success: [] }
    if (stock.creator !== by) refusals.push(NO_RIGHT)
    if (state.now >= stock.end) refusals.push(refusal(400, 'INVALID_REQUEST'))
    if (total !== undefined && input.current_max_coupons !== stock.max) refusals.push(CURRENT_WRONG)
    if (daily !== undefined && stock.byDay !== undefined && input.current_max_coupons_by_day !== stock.byDay) {
      refusals.push(CURRENT_WRONG)
    }
    if (total !== undefined && Number(total) < stock.coupons.length) refusals.push(refusal(400, 'INVALID_REQUEST'))
    const done: Outcome = {
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
    // Two things that nothing says: a daily limit where there was none, and one below what was sent today.
    const open =
      daily !== undefined && (stock.byDay === undefined || Number(daily) < sentOn(stock, state.now))
        ? [refusal(400, 'INVALID_REQUEST'), ...COMBINATION]
        : []
    return { refusals, success: [done, ...open] }
  })
}

export function uploadCouponCodes(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'upload_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    if (!stock) return { refusals: [NO_SUCH_THING], success: [] }
    const refusals: Outcome[] = []
    if (stock.creator !== by) refusals.push(NO_RIGHT)
    if (stock.mode !== 'MERCHANT_UPLOAD') refusals.push(WRONG_MODE)
    const given = input.coupon_code_list as readonly string[]
    const codes = [...new Set(given)]
    const tooLong = codes.filter((code) => code.length > 32)
    const known = codes.filter((code) => stock.codes.has(code))
    const fresh = codes.filter((code) => !known.includes(code) && !tooLong.includes(code))
    const repeats = codes.filter((code) => given.filter((other) => other === code).length > 1)
    const success: Outcome = {
      status: 200,
      body: {
        stock_id: stock.id,
        total_count: codes.length,
        success_count: fresh.length,
        success_codes: inAnyOrder(fresh),
        success_time: wireTime(state.now),
        fail_count: tooLong.length === 0 ? absentOr(0) : tooLong.length,
        fail_codes: (failed) =>
          tooLong.length === 0
            ? failed === undefined || (Array.isArray(failed) && failed.length === 0)
            : oneOf(
                tooLong.map((coupon_code) => ({ coupon_code, code: 'LENGTH_LIMIT', message: '长度超过最大值32位' })),
              )(failed),
        exist_codes: inAnyOrder(known),
        // Whether a code given three times is listed once or twice is not documented.
        duplicate_codes: (listed) => inAnyOrder(repeats)(Array.isArray(listed) ? [...new Set(listed)] : listed),
      },
      effect: () => {
        for (const code of fresh) stock.codes.set(code, { uploadedAt: state.now })
      },
    }
    // How many codes a batch takes, and whether it takes any after its end, is not documented.
    const full = stock.codes.size + fresh.length > stock.max ? [TOO_MANY_CODES] : []
    const over = state.now >= stock.end ? [refusal(400, 'INVALID_REQUEST')] : []
    return { refusals, success: [success, ...full, ...over] }
  })
}

function codeBody(stock: StockState, code: string, { uploadedAt, dispatchedAt }: CodeState) {
  const coupon = stock.coupons.find((candidate) => candidate.code === code)
  return {
    code,
    code_status: dispatchedAt === undefined ? 'AVAILABLE' : 'DISPATCHED',
    upload_time: absentOr(wireTime(uploadedAt)),
    dispatched_time: dispatchedAt === undefined ? undefined : wireTime(dispatchedAt),
    openid: dispatchedAt === undefined ? undefined : absentOr(coupon?.openid),
    coupon_code: dispatchedAt === undefined ? undefined : absentOr(code),
  }
}

export function listCouponCodes(state: State, { by, input }: Call): readonly Outcome[] {
  const stock = stockOf(state, by, input.stock_id)
  if (!stock) return [NO_SUCH_THING]
  if (!isRelated(by, stock)) return [NO_RIGHT, NO_SUCH_THING]
  const wanted = [...stock.codes].filter(
    ([, { dispatchedAt }]) =>
      input.status === undefined || (input.status === 'DISPATCHED') === (dispatchedAt !== undefined),
  )
  const offset = Number(input.offset ?? 0)
  const page = (limit: number) => Math.max(0, Math.min(limit, wanted.length - offset))
  const items = wanted.map(([code, entity]) => codeBody(stock, code, entity))
  const list: Outcome = {
    status: 200,
    body: {
      stock_id: stock.id,
      total_count: wanted.length,
      offset,
      limit: (limit) => typeof limit === 'number' && (input.limit === undefined || limit === input.limit),
      // The order of the list is not documented.
      data: (data) =>
        data === undefined
          ? wanted.length === 0 || offset >= wanted.length
          : Array.isArray(data) &&
            data.length === page(Number(input.limit ?? data.length)) &&
            data.every((item) => items.some((expected) => oneOf(expected)(item))),
    },
  }
  // Whether the owner may look, and what a batch without uploads answers, is not documented.
  return [list, ...(stock.creator === by ? [] : [NO_RIGHT]), ...(stock.mode === 'MERCHANT_UPLOAD' ? [] : [WRONG_MODE])]
}

export function queryCouponCode(state: State, { by, input }: Call): readonly Outcome[] {
  const stock = stockOf(state, by, input.stock_id)
  const code = text(input.coupon_code)
  const entity = stock?.codes.get(code)
  if (!stock) return [NO_SUCH_THING]
  const mode = stock.mode === 'MERCHANT_UPLOAD' ? [] : [WRONG_MODE]
  if (!isRelated(by, stock)) return [NO_RIGHT, NO_SUCH_THING, ...mode]
  const owner = stock.creator === by ? [] : [NO_RIGHT]
  if (!entity) return [NO_SUCH_THING, ...owner, ...mode]
  return [
    {
      status: 200,
      body: {
        code_information: codeBody(stock, code, entity),
        coupon_information:
          entity.dispatchedAt === undefined
            ? undefined
            : { coupon_code: code, stock_id: stock.id, stock_name: stock.name },
      },
    },
    ...owner,
  ]
}

export function deleteCouponCode(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'delete_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    const code = text(input.coupon_code)
    if (!stock) return { refusals: [NO_SUCH_THING], success: [] }
    const refusals: Outcome[] = []
    const entity = stock.codes.get(code)
    if (stock.creator !== by) refusals.push(NO_RIGHT, NO_SUCH_THING)
    if (stock.mode !== 'MERCHANT_UPLOAD') refusals.push(WRONG_MODE)
    if (!entity) refusals.push(NO_SUCH_THING)
    if (entity?.dispatchedAt !== undefined) refusals.push(HANDED_OUT)
    return {
      refusals,
      success: [
        {
          status: 200,
          body: { stock_id: stock.id, delete_time: wireTime(state.now) },
          effect: () => stock.codes.delete(code),
        },
      ],
    }
  })
}
