import { type Call, conditionOf, couponOf, exactly, isRelated, numbered, repeated, stockOf, text } from './call.ts'
import {
  COMBINATION_REFUSED,
  type ExpectedMembers,
  NO_RIGHT,
  NO_RIGHT_OVER_COUPON,
  NO_SUCH_THING,
  NOT_USABLE,
  NUMBER_REUSED,
  type Outcome,
  refusal,
} from './outcome.ts'
import { type CouponState, keyOf, type State, valuesOf } from './state.ts'
import { secondOfDay, weekday, wireTime } from './time.ts'

/** Life of a coupon: busifavor.md 2.2, 4.1 to 4.5, 5 and 6. */

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
const NO_ROLE = refusal(400, 'PARAM_ERROR', '创建方商户、归属方商户、发放方商户，必须至少填一个')
const NOT_LINKED = refusal(400, 'INVALID_REQUEST', '券未关联该订单')

export function useCoupon(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  const named = couponsNamed(state, call)
  // Having handed it out is not enough.
  const coupon = named.find(({ stock }) => by === stock.creator || by === stock.owner)
  if (!coupon) return [named.length === 0 ? NO_SUCH_THING : NO_RIGHT_OVER_COUPON]
  if (input.stock_id === undefined && coupon.stock.mode !== 'WECHATPAY_MODE') return [COMBINATION_REFUSED]
  const number = text(input.use_request_no)
  const key = keyOf(by, 'useCoupon', number)
  const values = valuesOf({ stock: coupon.stock.id, creator: coupon.stock.creator, code: coupon.code }, '')
  const known = state.numbers.get(key)
  if (known) return [known.values === values ? repeated(known.answer) : NUMBER_REUSED]
  const refused = refusalOfUse(coupon, call, state.now)
  if (refused) return [refused]
  return [
    {
      status: 200,
      body: { stock_id: coupon.stock.id, openid: coupon.openid, wechatpay_use_time: wireTime(state.now) },
      effect: (body) => {
        coupon.state = 'USED'
        coupon.use = { by, no: number, at: state.now }
        state.numbers.set(key, { values, answer: body })
      },
    },
  ]
}

/** Coupons that a call may mean; without a batch, the latest one received comes first. */
function couponsNamed(state: State, { by, input }: Call): readonly CouponState[] {
  if (input.stock_id !== undefined) {
    const coupon = couponOf(stockOf(state, by, input.stock_id), input.coupon_code)
    return coupon ? [coupon] : []
  }
  return state.stocks
    .flatMap((stock) => couponOf(stock, input.coupon_code) ?? [])
    .sort((left, right) => right.receivedAt - left.receivedAt)
}

function refusalOfUse(coupon: CouponState, { input }: Call, now: number): Outcome | undefined {
  if (input.openid !== undefined && input.openid !== coupon.openid) return WRONG_USER
  switch (conditionOf(coupon, now)) {
    case 'USED':
      return USED_BY_OTHER
    case 'EXPIRED':
      return NOT_IN_TIME
    case 'DEACTIVATED':
      return NOT_USABLE
    case 'DELETED':
      return DELETED
    case 'SENDED':
      return isInTime(coupon, now) ? undefined : NOT_IN_TIME
  }
}

function isInTime({ start, stock: { week, irregular } }: CouponState, now: number): boolean {
  if (now < start) return false
  if (week) {
    const second = secondOfDay(now)
    if (!week.days.includes(weekday(now))) return false
    if (!week.times.some(({ begin, end }) => second >= begin && second <= end)) return false
  }
  return irregular === undefined || irregular.some(({ begin, end }) => now >= begin && now <= end)
}

/** Checks of associate and disassociate, in order (busifavor.md 5.3): number, coupon, right, state, order, link. */
function linking(
  state: State,
  call: Call,
  change: (coupon: CouponState, order: string) => Outcome,
): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'out_request_no', () => {
    const coupon = couponOf(stockOf(state, by, input.stock_id), input.coupon_code)
    if (!coupon) return NO_COUPON_400
    if (!isRelated(by, coupon.stock)) return NO_RIGHT_OVER_COUPON
    if (conditionOf(coupon, state.now) !== 'SENDED') return NOT_USABLE
    return change(coupon, text(input.out_trade_no))
  })
}

export function associateTradeInfo(state: State, call: Call): readonly Outcome[] {
  return linking(state, call, (coupon, order) => {
    if (state.orders === 'known' && !state.payments.has(keyOf(call.by, order))) return NO_ORDER
    const { link } = coupon
    // Orders of two merchants may share a number; the coupon keeps only the number.
    if (link && link.order !== order) return OTHER_ORDER
    return {
      status: 200,
      body: { wechatpay_associate_time: wireTime(link?.at ?? state.now) },
      effect: () => {
        coupon.link ??= { order, at: state.now }
      },
    }
  })
}

export function disassociateTradeInfo(state: State, call: Call): readonly Outcome[] {
  return linking(state, call, (coupon, order) => {
    if (coupon.link?.order !== order) return NOT_LINKED
    return {
      status: 200,
      body: { wechatpay_disassociate_time: wireTime(state.now) },
      effect: () => {
        delete coupon.link
      },
    }
  })
}

export function returnCoupon(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'return_request_no', () => {
    const coupon = couponOf(stockOf(state, by, input.stock_id), input.coupon_code)
    if (!coupon) return NO_COUPON
    if (!isRelated(by, coupon.stock)) return NO_RIGHT_OVER_COUPON
    const condition = conditionOf(coupon, state.now)
    if (condition === 'DELETED') return DELETED
    if (condition !== 'USED') return NOT_USED
    return {
      status: 200,
      body: { wechatpay_return_time: wireTime(state.now) },
      effect: () => {
        coupon.state = 'SENDED'
        coupon.returned = { by, no: text(input.return_request_no), at: state.now }
        delete coupon.use
      },
    }
  })
}

export function deactivateCoupon(state: State, call: Call): readonly Outcome[] {
  const { by, input } = call
  return numbered(state, call, 'deactivate_request_no', () => {
    const stock = stockOf(state, by, input.stock_id)
    if (!stock) return NO_STOCK
    const coupon = couponOf(stock, input.coupon_code)
    if (!coupon) return NO_COUPON
    if (!isRelated(by, stock)) return NO_RIGHT_OVER_COUPON
    const condition = conditionOf(coupon, state.now)
    if (condition === 'DELETED') return DELETED
    if (condition !== 'SENDED') return NOT_USABLE
    return {
      status: 200,
      body: { wechatpay_deactivate_time: wireTime(state.now) },
      effect: () => {
        coupon.state = 'DEACTIVATED'
        coupon.deactivated = {
          by,
          no: text(input.deactivate_request_no),
          at: state.now,
          reason: input.deactivate_reason === undefined ? undefined : text(input.deactivate_reason),
        }
      },
    }
  })
}

/** A coupon as queries show it: a redemption while it holds, a return and a deactivation forever. */
export function couponBody(coupon: CouponState, now: number): ExpectedMembers {
  const { stock, use, returned, deactivated, link } = coupon
  return {
    stock_id: stock.id,
    coupon_code: coupon.code,
    coupon_state: conditionOf(coupon, now),
    belong_merchant: stock.owner,
    stock_name: stock.name,
    goods_name: stock.goods,
    comment: stock.comment,
    stock_type: stock.type,
    coupon_use_rule: exactly(stock.rule),
    receive_time: wireTime(coupon.receivedAt),
    available_start_time: wireTime(coupon.start),
    expire_time: wireTime(coupon.expire),
    send_request_no: coupon.sendNo,
    associate_out_trade_no: link?.order,
    use_request_no: use?.no,
    use_time: use && wireTime(use.at),
    return_request_no: returned?.no,
    return_time: returned && wireTime(returned.at),
    deactivate_request_no: deactivated?.no,
    deactivate_time: deactivated && wireTime(deactivated.at),
    deactivate_reason: deactivated?.reason,
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
  if (creator === undefined && owner === undefined && sender === undefined) return [NO_ROLE]
  if (![creator, owner, sender].includes(by)) return [COMBINATION_REFUSED]
  const matches = state.stocks
    .flatMap(({ coupons }) => coupons)
    .filter(
      (coupon) =>
        coupon.openid === input.openid &&
        (creator === undefined || coupon.stock.creator === creator) &&
        (owner === undefined || coupon.stock.owner === owner) &&
        (sender === undefined || coupon.sender === sender) &&
        (input.stock_id === undefined || coupon.stock.id === input.stock_id) &&
        (input.coupon_state === undefined || conditionOf(coupon, state.now) === input.coupon_state),
    )
    .sort(newestFirst)
  const offset = Number(input.offset ?? 0)
  const limit = Number(input.limit ?? 20)
  const data = matches.slice(offset, offset + limit).map((coupon) => couponBody(coupon, state.now))
  return [{ status: 200, body: { total_count: matches.length, offset, limit, data } }]
}

/** Sorts coupons received in the same instant by batch and code. */
function newestFirst(left: CouponState, right: CouponState): number {
  const [one, other] = [keyOf(left.stock.id, left.code), keyOf(right.stock.id, right.code)]
  return right.receivedAt - left.receivedAt || (one < other ? -1 : 1)
}
