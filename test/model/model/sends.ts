import { type Call, COMBINATION, exactly, isRelated, matching, repeated, stockOf, text } from './call.ts'
import { type Body, NO_RIGHT, NO_SUCH_THING, NUMBER_REUSED, type Outcome, REFUSED, refusal } from './outcome.ts'
import { type CouponState, keyOf, type State, type StockState, valuesOf } from './state.ts'
import { sentOn } from './stocks.ts'
import { DAY, midnight, SECOND, wireTime } from './time.ts'

/** Sending: busifavor.md 2.3 and 4.6. */

const NOT_RUNNING = refusal(400, 'INVALID_REQUEST', '批次状态非运营中')
const NOT_TIED = refusal(400, 'INVALID_REQUEST', '批次未关联商品信息')
const USER_FULL = refusal(403, 'RULELIMIT', '用户领取张数达到上限')
const LIMIT = refusal(403, 'RULELIMIT')

export function sendCoupon(state: State, call: Call): readonly Outcome[] {
  return send(state, call, 'BUSICOUPON')
}

export function sendProductCoupon(state: State, call: Call): readonly Outcome[] {
  return send(state, call, 'PRODUCT')
}

function send(state: State, call: Call, product: 'BUSICOUPON' | 'PRODUCT'): readonly Outcome[] {
  const { by, kind, input } = call
  const stock = stockOf(state, by, input.stock_id)
  // The number is unique for one user of one batch (documented), so that another user or batch makes it another number.
  const key = keyOf(by, kind, text(input.stock_id), text(input.openid), text(input.out_request_no))
  const values = valuesOf(input, 'out_request_no')
  const known = state.numbers.get(key)
  if (known) {
    return known.values === values ? [repeated(known.answer)] : [repeated(known.answer), NUMBER_REUSED, REFUSED]
  }
  const missing = input.coupon_type === 'MEMBER' && input.member_card_id === undefined ? COMBINATION : []
  if (!stock) return [NO_SUCH_THING, refusal(404, 'RESOURCE_NOT_EXISTS', '批次不存在'), ...missing]
  const refusals: Outcome[] = [...missing]
  if (!isRelated(by, stock)) refusals.push(NO_RIGHT)
  if (product === 'PRODUCT' && !stock.tied) refusals.push(NOT_TIED)
  if (product === 'BUSICOUPON' && stock.tied) refusals.push(REFUSED)
  if (stock.state !== 'RUNNING') refusals.push(NOT_RUNNING)
  // That a batch is over shows in its state, or in a refusal of its own; which one is not documented.
  if (state.now >= stock.end) refusals.push(refusal(400, 'INVALID_REQUEST'), LIMIT)
  const openid = text(input.openid)
  if (stock.coupons.filter((coupon) => coupon.openid === openid).length >= stock.perUser) refusals.push(USER_FULL)
  if (stock.coupons.length >= stock.max) refusals.push(LIMIT)
  if (stock.byDay !== undefined && sentOn(stock, state.now) >= stock.byDay) refusals.push(LIMIT)
  refusals.push(...refusalsOfCode(stock, input))
  if (refusals.length > 0) return refusals

  const sent = {
    stock_id: stock.id,
    out_request_no: input.out_request_no as string,
    coupon_code: (code: unknown) => isCodeFor(stock, code, input.coupon_code),
  }
  return [
    {
      status: 200,
      body: product === 'PRODUCT' ? sent : { send_coupon_result: sent },
      effect: (body) => {
        const result = Object(product === 'PRODUCT' ? body : body.send_coupon_result)
        receive(state, stock, by, text(result.coupon_code), input)
        state.numbers.set(key, { values, answer: body })
      },
    },
    // A coupon that would expire before it can be used: nothing says whether it is sent.
    ...(stock.waitDays === undefined ? [] : neverUsable(stock, state.now) ? [REFUSED] : []),
  ]
}

/** What is wrong with the code, by who gives it; that a code is refused is clear, with what is not documented. */
function refusalsOfCode(stock: StockState, input: Body): readonly Outcome[] {
  const taken = stock.coupons.some(({ code }) => code === input.coupon_code)
  switch (stock.mode) {
    case 'MERCHANT_API':
      return input.coupon_code === undefined || taken ? [REFUSED] : []
    case 'MERCHANT_UPLOAD':
      return [...stock.codes.values()].some(({ dispatchedAt }) => dispatchedAt === undefined) ? [] : [REFUSED]
    case 'WECHATPAY_MODE':
      return []
  }
}

function isCodeFor(stock: StockState, code: unknown, given: unknown): boolean {
  if (stock.coupons.some((coupon) => coupon.code === code)) return false
  switch (stock.mode) {
    case 'MERCHANT_API':
      return code === given
    case 'MERCHANT_UPLOAD':
      return stock.codes.has(text(code)) && stock.codes.get(text(code))?.dispatchedAt === undefined
    case 'WECHATPAY_MODE':
      return matching(/^\d{22}$/)(code)
  }
}

function receive(state: State, stock: StockState, sender: string, code: string, input: Body): void {
  stock.coupons.push({
    stock,
    code,
    openid: text(input.openid),
    sender,
    sendNo: text(input.out_request_no),
    receivedAt: state.now,
    start: undefined,
    expire: undefined,
    state: 'SENDED',
  })
  stock.senders.add(sender)
  const entity = stock.codes.get(code)
  if (entity) entity.dispatchedAt = state.now
  if (state.addresses.has(stock.creator)) state.announced.push(keyOf(stock.creator, stock.id, code))
}

/** The times that the rules allow for a coupon (busifavor.md 2.3); where they leave it open, all of them. */
export function timesOf({ stock, receivedAt }: CouponState): { starts: readonly number[]; expires: readonly number[] } {
  const { begin, end, days, waitDays, seconds } = stock
  const early = receivedAt < begin
  // A coupon received before the batch begins counts from the batch's first day.
  const first = early ? begin : receivedAt
  if (days === undefined) {
    const expires = seconds === undefined ? [end] : [Math.min(first + seconds * SECOND, end)]
    return { starts: early ? [begin] : [receivedAt, begin, midnight(receivedAt)], expires }
  }
  // Where waiting is counted from when a coupon comes before the batch begins is open.
  const from = waitDays === undefined ? [midnight(first)] : [midnight(first), midnight(receivedAt)]
  const opens = from.map((day) => day + (waitDays ?? 0) * DAY)
  const starts = opens.flatMap((day) => [day, Math.max(day, begin)])
  // "The end of N days" may be the last second or the midnight behind it.
  const expires = opens.flatMap((day) => [0, 1, SECOND].map((less) => Math.min(day + days * DAY - less, end)))
  return { starts: early ? [...starts, begin] : starts, expires }
}

function neverUsable(stock: StockState, now: number): boolean {
  return midnight(now) + (stock.waitDays ?? 0) * DAY >= stock.end
}

/** A consumption card (busifavor.md 4.6): number and time of sending together are the key; a time over a day back is refused. */
export function sendGovCard(state: State, { by, input }: Call): readonly Outcome[] {
  const sentAt = Date.parse(text(input.send_time))
  const key = keyOf(by, text(input.card_id), text(input.out_request_no), text(input.send_time))
  const known = state.cards.get(key)
  if (known?.openid === input.openid) return [{ status: 200, body: { card_code: exactly(known?.code) } }, REFUSED]
  if (known) return [{ status: 200, body: { card_code: known.code } }, REFUSED]
  if (sentAt < state.now - DAY) return [REFUSED]
  return [
    {
      status: 200,
      body: { card_code: (code) => typeof code === 'string' && code.length > 0 },
      effect: ({ card_code }) => {
        state.cards.set(key, { code: text(card_code), openid: text(input.openid) })
      },
    },
    // Nothing says what a time to come gets, nor whether the number alone with another time is refused.
    ...(sentAt > state.now ? [REFUSED] : []),
  ]
}

/** Holds what the mock shows of a fresh coupon against the rules, and takes its times over. @returns what is wrong */
export function learnTimes(coupon: CouponState, shown: { start: string; expire: string }): string | undefined {
  const start = Date.parse(shown.start)
  const expire = Date.parse(shown.expire)
  const { starts, expires } = timesOf(coupon)
  coupon.start = start
  coupon.expire = expire
  if (!starts.includes(start)) return `it starts at ${wireTime(start)} instead of ${starts.map(wireTime).join(' or ')}`
  if (!expires.includes(expire)) return `it expires at ${shown.expire} instead of ${expires.map(wireTime).join(' or ')}`
  return undefined
}
