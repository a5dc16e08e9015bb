import { type Call, conditionOf, couponOf, isRelated, numbered, repeated, stockOf, text } from './call.ts'
import {
  absentOr,
  type Body,
  type ExpectedMembers,
  NO_RIGHT,
  NO_RIGHT_OVER_COUPON,
  NO_SUCH_THING,
  NOT_USABLE,
  NUMBER_REUSED,
  type Outcome,
  oneOf,
  REFUSED,
  refusal,
} from './outcome.ts'
import { type CouponState, keyOf, type State, valuesOf } from './state.ts'
import { secondOfDay, weekday, wireTime } from './time.ts'

/** What a coupon goes through: busifavor.md 2.2, 4.1 to 4.5, 5 and 6. */

const NO_COUPON = refusal(404, 'RESOURCE_NOT_EXISTS', '券不存在')
const NO_COUPON_400 = refusal(400, 'INVALID_REQUEST', '券不存在')
const NO_STOCK = refusal(404, 'RESOURCE_NOT_EXISTS', '批次不存在')
const DELETED = refusal(404, 'RESOURCE_NOT_EXISTS', '券已被删除')
const NOT_IN_TIME = refusal(403, 'RULELIMIT', '券不在有效期')
const USED_BY_OTHER = refusal(400, 'RESOURCE_ALREADY_EXISTS', '券已被其他订单核销')
const WRONG_USER = refusal(404, 'USER_NOT_EXISTS', 'openid不正确')
const NOT_USED = refusal(400, 'INVALID_REQUEST', '券未被核销')
const NO_ORDER = refusal(404, 'RESOURCE_NOT_EXISTS', '查询记录为空')
const OTHER_ORDER = refusal(400, 'INVALID_REQUEST', '券已关联其他订单')
const NOT_LINKED = refusal(400, 'INVALID_REQUEST', '券未关联该订单')

export function useCoupon(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  const found = couponsNamed(state, call)
  const coupon = found[0]
  const merchantCode = coupon && coupon.stock.mode !== 'WECHATPAY_MODE'
  // A merchant's code without its batch is refused; as what is not documented.
  if (input.stock_id === undefined && (merchantCode || found.length > 1)) return [REFUSED]
  if (!coupon) return [NO_SUCH_THING]
  if (!isRelated(by, coupon.stock)) return [NO_RIGHT]
  const number = text(input.use_request_no)
  const key = keyOf(by, 'useCoupon', number)
  const values = valuesOf({ stock: coupon.stock.id, creator: coupon.stock.creator, code: coupon.code }, '')
  const known = state.numbers.get(key)
  if (known?.values === values) {
    // The first answer again. A coupon that came back since "needs a new number": that may as well be refused.
    const moved = coupon.use?.no !== number || coupon.state !== 'USED'
    return [
      repeated(known.answer),
      ...(moved ? [NUMBER_REUSED, ...refusalsOfUse(coupon, call, state.now)] : []),
    ].concat(input.openid === undefined || input.openid === coupon.openid ? [] : [WRONG_USER, NUMBER_REUSED])
  }
  const refusals = refusalsOfUse(coupon, call, state.now)
  if (known) return [NUMBER_REUSED, ...refusals]
  if (coupon.use?.no === number && coupon.state === 'USED') {
    // Another merchant redeemed it with this number: a repeat for some, another redemption for others.
    const repeat: Outcome = {
      status: 200,
      body: { wechatpay_use_time: wireTime(coupon.use.at) },
      effect: (body) => state.numbers.set(key, { values, answer: body }),
    }
    return [...refusals, repeat]
  }
  if (refusals.length > 0) return refusals
  // A batch that opens in the course of a day, and a coupon of it that is shown to start at that day's midnight.
  const early = state.now < coupon.stock.begin ? [NOT_IN_TIME] : []
  return [
    ...early,
    {
      status: 200,
      body: { stock_id: coupon.stock.id, openid: coupon.openid, wechatpay_use_time: wireTime(state.now) },
      effect: (body) => {
        coupon.state = 'USED'
        coupon.use = { by, no: number, at: state.now, asked: text(input.use_time) }
        state.numbers.set(key, { values, answer: body })
      },
    },
  ]
}

function couponsNamed(state: State, { by, input }: Call): readonly CouponState[] {
  if (input.stock_id !== undefined) {
    const coupon = couponOf(stockOf(state, by, input.stock_id), input.coupon_code)
    return coupon ? [coupon] : []
  }
  const named = state.stocks.flatMap((stock) => couponOf(stock, input.coupon_code) ?? [])
  const own = named.filter(({ stock }) => isRelated(by, stock))
  return own.length > 0 ? own : named
}

function refusalsOfUse(coupon: CouponState, { input }: Call, now: number): readonly Outcome[] {
  const refusals: Outcome[] = []
  if (input.openid !== undefined && input.openid !== coupon.openid) refusals.push(WRONG_USER)
  switch (conditionOf(coupon, now)) {
    case 'USED':
      refusals.push(USED_BY_OTHER)
      break
    case 'EXPIRED':
      refusals.push(NOT_IN_TIME)
      break
    case 'DEACTIVATED':
      refusals.push(NOT_USABLE)
      break
    case 'DELETED':
      refusals.push(DELETED)
      break
    case 'SENDED':
      if (!isInTime(coupon, now)) refusals.push(NOT_IN_TIME)
  }
  return refusals
}

function isInTime({ start, stock: { week, irregular, begin } }: CouponState, now: number): boolean {
  if (now < (start ?? begin)) return false
  if (week) {
    const second = secondOfDay(now)
    if (!week.days.includes(weekday(now))) return false
    if (!week.times.some(({ begin, end }) => second >= begin && second <= end)) return false
  }
  return irregular === undefined || irregular.some(({ begin, end }) => now >= begin && now <= end)
}

/** The checks of associate and disassociate come in an order (busifavor.md 5.3): number, coupon, right, state, order, link. */
function linking(
  state: State,
  call: Call,
  change: (coupon: CouponState, order: string) => readonly Outcome[],
): readonly Outcome[] {
  const { by, kind, input } = call
  const key = keyOf(by, kind, text(input.out_request_no))
  const known = state.numbers.get(key)
  const values = valuesOf(input, 'out_request_no')
  if (known) return [known.values === values ? repeated(known.answer) : NUMBER_REUSED]
  const stock = stockOf(state, by, input.stock_id)
  const coupon = couponOf(stock, input.coupon_code)
  if (!stock) return [NO_COUPON_400]
  // Whether the right is looked at before the coupon of a stranger's batch is found at all is open.
  if (!coupon) return isRelated(by, stock) ? [NO_COUPON_400] : [NO_COUPON_400, NO_RIGHT_OVER_COUPON]
  if (!isRelated(by, stock)) return [NO_RIGHT_OVER_COUPON]
  if (conditionOf(coupon, state.now) !== 'SENDED') return [NOT_USABLE]
  return change(coupon, text(input.out_trade_no)).map((outcome) =>
    outcome.status !== 200
      ? outcome
      : {
          ...outcome,
          effect: (body: Body) => {
            outcome.effect?.(body)
            state.numbers.set(key, { values, answer: body })
          },
        },
  )
}

export function associateTradeInfo(state: State, call: Call): readonly Outcome[] {
  return linking(state, call, (coupon, order) => {
    if (state.orders === 'known' && !state.payments.has(keyOf(call.by, order))) return [NO_ORDER]
    const { link } = coupon
    if (link && link.order !== order) return [OTHER_ORDER]
    const linked: Outcome = {
      status: 200,
      body: { wechatpay_associate_time: wireTime(link?.at ?? state.now) },
      effect: () => {
        coupon.link ??= { by: call.by, order, at: state.now }
      },
    }
    // The same number may name orders of two merchants; the coupon keeps only the number.
    return link && link.by !== call.by ? [linked, OTHER_ORDER] : [linked]
  })
}

export function disassociateTradeInfo(state: State, call: Call): readonly Outcome[] {
  return linking(state, call, (coupon, order) => {
    const { link } = coupon
    if (link?.order !== order) return [NOT_LINKED]
    const removed: Outcome = {
      status: 200,
      body: { wechatpay_disassociate_time: wireTime(state.now) },
      effect: () => {
        delete coupon.link
      },
    }
    return link.by === call.by ? [removed] : [removed, NOT_LINKED]
  })
}

/** A repeat for a coupon that the user has deleted since: the first answer, or that it is deleted. */
function orDeleted(state: State, { by, input }: Call, outcomes: readonly Outcome[]): readonly Outcome[] {
  const coupon = couponOf(stockOf(state, by, input.stock_id), input.coupon_code)
  return coupon?.state === 'DELETED' ? [...outcomes, DELETED] : outcomes
}

export function returnCoupon(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return orDeleted(
    state,
    call,
    numbered(state, call, 'return_request_no', () => {
      const stock = stockOf(state, by, input.stock_id)
      const coupon = couponOf(stock, input.coupon_code)
      if (!stock) return { refusals: [NO_COUPON, NO_STOCK], success: [] }
      const refusals: Outcome[] = []
      if (!isRelated(by, stock)) refusals.push(NO_RIGHT_OVER_COUPON)
      if (!coupon) return { refusals: [...refusals, NO_COUPON], success: [] }
      const condition = conditionOf(coupon, state.now)
      if (condition === 'DELETED') refusals.push(DELETED)
      else if (condition !== 'USED') refusals.push(NOT_USED)
      return {
        refusals,
        success: [
          {
            status: 200,
            body: { wechatpay_return_time: wireTime(state.now) },
            effect: () => {
              coupon.state = 'SENDED'
              coupon.returned = { no: text(input.return_request_no), at: state.now }
            },
          },
        ],
      }
    }),
  )
}

export function deactivateCoupon(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return orDeleted(
    state,
    call,
    numbered(state, call, 'deactivate_request_no', () => {
      const stock = stockOf(state, by, input.stock_id)
      const coupon = couponOf(stock, input.coupon_code)
      if (!stock) return { refusals: [NO_STOCK], success: [] }
      const refusals: Outcome[] = []
      if (!isRelated(by, stock)) refusals.push(NO_RIGHT_OVER_COUPON)
      if (!coupon) return { refusals: [...refusals, NO_COUPON], success: [] }
      const condition = conditionOf(coupon, state.now)
      if (condition === 'DELETED') refusals.push(DELETED)
      else if (condition !== 'SENDED') refusals.push(NOT_USABLE)
      return {
        refusals,
        success: [
          {
            status: 200,
            body: { wechatpay_deactivate_time: wireTime(state.now) },
            effect: () => {
              coupon.state = 'DEACTIVATED'
              coupon.deactivated = {
                no: text(input.deactivate_request_no),
                at: state.now,
                reason: input.deactivate_reason === undefined ? undefined : text(input.deactivate_reason),
              }
            },
          },
        ],
      }
    }),
  )
}

/** A coupon as queries show it. What is shown of a redemption that was taken back is open. */
function couponBody(coupon: CouponState, now: number): ExpectedMembers {
  const { stock, use, returned, deactivated, link } = coupon
  const used = coupon.state === 'USED'
  const reused = returned !== undefined && used
  return {
    stock_id: stock.id,
    coupon_code: coupon.code,
    coupon_state: conditionOf(coupon, now),
    belong_merchant: stock.owner,
    stock_name: stock.name,
    goods_name: stock.goods,
    comment: stock.comment,
    stock_type: stock.type,
    receive_time: wireTime(coupon.receivedAt),
    available_start_time: coupon.start === undefined ? () => true : wireTime(coupon.start),
    expire_time: coupon.expire === undefined ? () => true : wireTime(coupon.expire),
    send_request_no: coupon.sendNo,
    associate_out_trade_no: link?.order,
    ...(coupon.touched
      ? {}
      : {
          use_request_no: used ? use?.no : absentOr(use?.no),
          use_time: use && (used ? oneOf : absentOr)(oneOf(wireTime(use.at), use.asked)),
          return_request_no: reused ? absentOr(returned?.no) : returned?.no,
          return_time: returned && (reused ? absentOr : oneOf)(wireTime(returned.at)),
          deactivate_request_no: deactivated?.no,
          deactivate_time: deactivated && wireTime(deactivated.at),
          deactivate_reason: deactivated?.reason,
        }),
  }
}

export function queryUserCoupon(state: State, { by, input }: Call): readonly Outcome[] {
  const held = state.stocks
    .flatMap(({ coupons }) => coupons)
    .filter(({ code, openid }) => code === input.coupon_code && openid === input.openid)
  const seen = held.filter(({ stock }) => isRelated(by, stock))
  if (held.length === 0) return [NO_SUCH_THING]
  if (seen.length === 0) return [NO_RIGHT]
  const newest = Math.max(...seen.map(({ receivedAt }) => receivedAt))
  return seen
    .filter(({ receivedAt }) => receivedAt === newest)
    .map((coupon) => ({ status: 200, body: couponBody(coupon, state.now) }))
}

export function listUserCoupons(state: State, { by, input }: Call): readonly Outcome[] {
  const { creator_merchant: creator, belong_merchant: owner, sender_merchant: sender } = input
  const matches = state.stocks
    .flatMap(({ coupons }) => coupons)
    .filter(
      (coupon) =>
        coupon.openid === input.openid &&
        (creator === undefined || coupon.stock.creator === creator) &&
        (owner === undefined || coupon.stock.owner === owner) &&
        (sender === undefined || coupon.sender === sender) &&
        (input.stock_id === undefined || coupon.stock.id === input.stock_id) &&
        (input.coupon_state === undefined || conditionOf(coupon, state.now) === input.coupon_state) &&
        isRelated(by, coupon.stock),
    )
    .sort((left, right) => right.receivedAt - left.receivedAt)
  const offset = Number(input.offset ?? 0)
  const limit = Number(input.limit ?? 20)
  const page = matches.slice(offset, offset + limit)
  const list: Outcome = {
    status: 200,
    body: {
      total_count: matches.length,
      offset,
      limit,
      data:
        page.length === 0
          ? (data) => data === undefined || (Array.isArray(data) && data.length === 0)
          : isPage(page, matches, state.now),
    },
  }
  const roles = [creator, owner, sender]
  const ownRole = roles.includes(by)
  // A caller has to name its own role; what else it gets is not documented, but never a coupon that is none of its business.
  const exact =
    ownRole &&
    roles.every((role) => role === undefined || role === by) &&
    (creator !== undefined || owner !== undefined)
  return exact ? [list] : [list, REFUSED]
}

/** Newest first; of coupons received in the same instant any order will do. */
function isPage(page: readonly CouponState[], matches: readonly CouponState[], now: number) {
  return (data: unknown): boolean =>
    Array.isArray(data) &&
    data.length === page.length &&
    new Set(data.map((item) => `${Object(item).stock_id} ${Object(item).coupon_code}`)).size === data.length &&
    data.every((item, index) =>
      matches
        .filter(({ receivedAt }) => receivedAt === page[index]?.receivedAt)
        .some((coupon) => oneOf(couponBody(coupon, now))(item)),
    )
}
