import { type Call, exactly, isRelated, matching, repeated, stockOf, text } from './call.ts'
import {
  type Body,
  type Check,
  COMBINATION_REFUSED,
  NO_SUCH_THING,
  NUMBER_REUSED,
  type Outcome,
  refusal,
} from './outcome.ts'
import { announcement, keyOf, type State, type StockState, valuesOf } from './state.ts'
import { sentOn } from './stocks.ts'
import { DAY, midnight, SECOND } from './time.ts'

/** Sending: busifavor.md 2.3 and 4.6. */

const NO_RIGHT_TO_SEND = refusal(403, 'NO_AUTH', '发券商户无权限使用此API')
const NOT_RUNNING = refusal(400, 'INVALID_REQUEST', '批次状态非运营中')
const OVER = refusal(400, 'INVALID_REQUEST', '批次已过期')
const NOT_TIED = refusal(400, 'INVALID_REQUEST', '批次未关联商品信息')
const TIED = refusal(400, 'INVALID_REQUEST', '批次已关联商品信息')
const ALL_GONE = refusal(403, 'RULELIMIT', '总预算用完')
const DAY_FULL = refusal(403, 'RULELIMIT', '用户达到单天限领')
const USER_FULL = refusal(403, 'RULELIMIT', '用户领取张数达到上限')
const CODE_TAKEN = refusal(400, 'INVALID_REQUEST', '券code已被使用')

export function sendCoupon(state: State, call: Call): readonly Outcome[] {
  return [send(state, call, 'BUSICOUPON')]
}

export function sendProductCoupon(state: State, call: Call): readonly Outcome[] {
  const { coupon_type: type, member_card_id: card } = call.input
  return [type === 'MEMBER' && card === undefined ? COMBINATION_REFUSED : send(state, call, 'PRODUCT')]
}

function send(state: State, call: Call, product: 'BUSICOUPON' | 'PRODUCT'): Outcome {
  const { by, kind, input } = call
  const stock = stockOf(state, by, input.stock_id)
  if (!stock) return NO_SUCH_THING
  if (!isRelated(by, stock)) return NO_RIGHT_TO_SEND
  if (product === 'PRODUCT' && !stock.tied) return NOT_TIED
  if (product === 'BUSICOUPON' && stock.tied) return TIED
  // The number is unique for one user of one batch (documented), so that another user or batch makes it another number.
  const key = keyOf(by, kind, stock.creator, stock.id, text(input.openid), text(input.out_request_no))
  const values = valuesOf(input, 'out_request_no')
  const known = state.numbers.get(key)
  if (known) return known.values === values ? repeated(known.answer) : NUMBER_REUSED

  const answer = (coupon_code: Check | string): Outcome => {
    const sent = { stock_id: stock.id, out_request_no: text(input.out_request_no), coupon_code }
    return { status: 200, body: product === 'PRODUCT' ? sent : { send_coupon_result: sent } }
  }
  // Nobody gets a second coupon for one number of one user and batch, whoever sends it.
  const before = stock.coupons.find(({ openid, sendNo }) => openid === input.openid && sendNo === input.out_request_no)
  if (before) {
    const another = stock.mode === 'MERCHANT_API' && ![undefined, before.code].includes(maybeCode(input))
    return another ? NUMBER_REUSED : answer(before.code)
  }
  const refused = refusalOf(state, stock, input)
  if (refused) return refused
  return {
    ...answer((code) => isCodeFor(stock, code, input.coupon_code)),
    effect: (body) => {
      const result = Object(product === 'PRODUCT' ? body : body.send_coupon_result)
      receive(state, stock, by, text(result.coupon_code), input)
      state.numbers.set(key, { values, answer: body })
    },
  }
}

function maybeCode({ coupon_code: code }: Body): string | undefined {
  return code === undefined ? undefined : text(code)
}

/** The first of the rules that a coupon cannot be sent by; their order is inferred. */
function refusalOf({ now }: State, stock: StockState, { openid, coupon_code: code }: Body): Outcome | undefined {
  if (stock.mode === 'MERCHANT_API' && code === undefined) return COMBINATION_REFUSED
  if (stock.state !== 'RUNNING') return NOT_RUNNING
  if (now >= stock.end) return OVER
  if (stock.coupons.length >= stock.max) return ALL_GONE
  if (stock.byDay !== undefined && sentOn(stock, now) >= stock.byDay) return DAY_FULL
  if (stock.coupons.filter((coupon) => coupon.openid === openid).length >= stock.perUser) return USER_FULL
  if (stock.mode === 'MERCHANT_UPLOAD' && nextCode(stock) === undefined) return ALL_GONE
  if (stock.mode === 'MERCHANT_API' && stock.coupons.some((coupon) => coupon.code === code)) return CODE_TAKEN
  return undefined
}

function isCodeFor(stock: StockState, code: unknown, given: unknown): boolean {
  switch (stock.mode) {
    case 'MERCHANT_API':
      return code === given
    case 'MERCHANT_UPLOAD':
      return code === nextCode(stock)
    case 'WECHATPAY_MODE':
      return matching(/^\d{22}$/)(code) && !stock.coupons.some((coupon) => coupon.code === code)
  }
}

/** The code that was uploaded first, of those that nobody has. */
function nextCode({ codes }: StockState): string | undefined {
  return [...codes].find(([, { dispatchedAt }]) => dispatchedAt === undefined)?.[0]
}

function receive(state: State, stock: StockState, sender: string, code: string, input: Body): void {
  stock.coupons.push({
    stock,
    code,
    openid: text(input.openid),
    sender,
    sendNo: text(input.out_request_no),
    receivedAt: state.now,
    ...timesOf(stock, state.now),
    state: 'SENDED',
  })
  stock.senders.add(sender)
  const entity = stock.codes.get(code)
  if (entity) entity.dispatchedAt = state.now
  const address = state.addresses.get(stock.creator)
  if (address) state.announced.push(announcement('COUPON.SEND', stock.creator, address.url, stock.id, code))
}

/**
 * From when, and up to when, a coupon received at an instant can be used (busifavor.md 2.3). Days begin at midnight, as was observed; what
 * is received before the batch begins counts from its first day.
 */
function timesOf(stock: StockState, receivedAt: number): { start: number; expire: number } {
  const { begin, end, days, waitDays = 0, seconds } = stock
  const first = Math.max(receivedAt, begin)
  if (days === undefined) {
    return { start: first, expire: seconds === undefined ? end : Math.min(first + seconds * SECOND, end) }
  }
  const day = midnight(first) + waitDays * DAY
  const expire = Math.min(day + days * DAY, end)
  return { start: Math.min(Math.max(day, begin), expire), expire }
}

/** A consumption card (busifavor.md 4.6): number and time of sending together are the key; a time over a day back is refused first. */
export function sendGovCard(state: State, { by, input }: Call): readonly Outcome[] {
  const sentAt = Date.parse(text(input.send_time))
  if (state.now - sentAt > DAY) return [COMBINATION_REFUSED]
  const key = keyOf(by, text(input.out_request_no), text(sentAt))
  const known = state.cards.get(key)
  if (known) {
    const again = known.openid === input.openid && known.card === input.card_id
    return [again ? { status: 200, body: { card_code: exactly(known.code) } } : NUMBER_REUSED]
  }
  return [
    {
      status: 200,
      body: { card_code: matching(/^\d+$/) },
      effect: ({ card_code }) => {
        state.cards.set(key, { card: text(input.card_id), code: text(card_code), openid: text(input.openid) })
      },
    },
  ]
}
