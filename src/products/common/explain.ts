import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../protocol/instant.ts'
import type { RequestRecord } from '../../shared/request-record.ts'
import { type Coupon, couponState } from '../merchant-coupon/rules/coupon.ts'
import type { Stock } from '../merchant-coupon/rules/stock.ts'
import { type Order, orderState } from '../payment/rules/order.ts'
import type { User } from '../platform/users/user.ts'
import { CODE_MODE, COUPON_STATE, TRADE_STATE } from './wire.ts'

/** What is so, for the journal of a refused call: sentences of ours behind the key of the error. */

/** By whose time something is past. */
export function byTheClock(now: number): string {
  return `it is ${formatInstant(now)} by the mock's clock`
}

/** `appid`: one that none of the merchants may use. */
export function explainAppid(appid: string, merchants: readonly (Merchant | undefined)[]): string {
  const known = merchants.filter((merchant) => merchant !== undefined)
  const [first, ...more] = [...new Set(known.map(({ mchid }) => mchid))]
  const other = more.length === 0 ? `not bound to ${first}` : `bound neither to ${[first, ...more].join(' nor to ')}`
  const bound = [...new Set(known.flatMap(({ appids }) => appids))].slice(0, LISTED)
  return `${appid} is ${other}; bound: ${bound.join(', ')}`
}

/** `users`: what is known of the openid, which has another appid than the request. */
export function explainOpenid(openid: string, appid: string, users: readonly User[]): string {
  const known = [...new Set(users.flatMap((user) => user.appid ?? []))]
  return `${openid} belongs to ${known.join(', ')}, not to ${appid}`
}

/** What a number was used for before, as far as the repeat differs; of values that are JSON, the members that do. */
export function explainReuse(
  requestNo: string,
  record: Pick<RequestRecord, 'values' | 'at'> | undefined,
  values: readonly string[],
): string {
  if (!record) return `${requestNo} was used before, with other values`
  const length = Math.max(record.values.length, values.length)
  const differences = Array.from({ length }, (_, i) => differencesOf(record.values[i], values[i])).flat()
  const told = differences.slice(0, LISTED).join(', ')
  return `${requestNo} took effect at ${formatInstant(record.at)} with other values: ${told}${differences.length > LISTED ? ', …' : ''}`
}

/** How two values differ, in words: none where they are the same. */
function differencesOf(before: string | undefined, now: string | undefined): string[] {
  if (before === now) return []
  const [one, other] = [membersOf(before), membersOf(now)]
  if (!one || !other)
    return [`${before === undefined ? 'nothing' : cut(before)} then, ${now === undefined ? 'nothing' : cut(now)} now`]
  return differingMembers('', one, other)
}

function differingMembers(pointer: string, one: Members, other: Members): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) => {
    const [before, now] = [one[name], other[name]]
    const [text, newText] = [JSON.stringify(before), JSON.stringify(now)]
    if (text === newText) return []
    const here = `${pointer}/${name}`
    if (isMembers(before) && isMembers(now) && pointer === '') return differingMembers(here, before, now)
    return [`${here} ${shorten(text ?? 'left out')} then, ${shorten(newText ?? 'left out')} now`]
  })
}

type Members = Readonly<Record<string, unknown>>

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of a value that is a JSON object. */
function membersOf(text: string | undefined): Members | undefined {
  if (!text?.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isMembers(value) ? value : undefined
  } catch {
    // A merchant's own text that only begins like JSON.
    return undefined
  }
}

const LISTED = 5
const SHOWN = 100

function cut(text: string): string {
  return JSON.stringify(shorten(text))
}

function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** Why a caller has no right over the batches with an id. */
export async function explainStockRight(tx: Transaction, caller: Merchant, stockId: string): Promise<string> {
  const stocks = (await tx.stocks.where('stockId', stockId)).slice(0, LISTED)
  const whose = stocks.map(({ creatorMchid, ownerMchid }) => `created by ${creatorMchid} and owned by ${ownerMchid}`)
  return `batch ${stockId} is ${whose.join(', or ')}; the caller is ${caller.mchid}`
}

/** Where a coupon is that is not found, if it is anywhere. */
export async function explainNoCoupon(
  tx: Transaction,
  code: string,
  where: { stockId?: string | undefined; openid?: string } = {},
): Promise<string> {
  const { stockId, openid } = where
  const of = stockId === undefined ? '' : ` of batch ${stockId}`
  const held = openid === undefined ? '' : ` held by ${openid}`
  const missing = `there is no coupon ${code}${of}${held}`
  const coupons = await tx.coupons.where('code', code)
  if (coupons.length > 0) {
    const others = coupons.slice(0, LISTED).map((one) => `one of batch ${one.stockId} held by ${one.openid}`)
    return `${missing}; there is ${others.join(', and ')}`
  }
  if (stockId === undefined) return missing
  const stocks = await tx.stocks.where('stockId', stockId)
  if (stocks.length === 0) return `${missing}, nor such a batch`
  for (const { creatorMchid } of stocks) {
    if (await tx.codes.find(creatorMchid, stockId, code)) return `${missing}: the code is uploaded, and not handed out`
  }
  return missing
}

/** Why a caller has no right over the coupons with a code. */
export async function explainCouponRight(
  tx: Transaction,
  caller: Merchant,
  code: string,
  stockId?: string,
): Promise<string> {
  const coupons = (await tx.coupons.where('code', code)).filter(
    (coupon) => stockId === undefined || coupon.stockId === stockId,
  )
  const whose = await Promise.all(
    coupons.slice(0, LISTED).map(async (coupon) => {
      const stock = await tx.stocks.find(coupon.creatorMchid, coupon.stockId)
      return `of batch ${coupon.stockId}, created by ${coupon.creatorMchid}, owned by ${stock?.ownerMchid}, sent by ${coupon.senderMchid}`
    }),
  )
  return `coupon ${code} is one ${whose.join(', or one ')}; the caller is ${caller.mchid}`
}

/** One sentence on how a coupon stands. */
export function explainCoupon(coupon: Coupon, now: number): string {
  const { stockId, code, link, redemption, usableFrom, expiresAt } = coupon
  const linked = link ? `linked to order ${link.outTradeNo}` : 'not linked'
  const by = redemption?.mchid === undefined ? '' : ` by ${redemption.mchid}`
  const redeemed = redemption ? `redeemed at ${formatInstant(redemption.at)}${by} with ${redemption.requestNo}, ` : ''
  return `Coupon ${code} of batch ${stockId} is ${COUPON_STATE[couponState(coupon, now)]}, ${redeemed}${linked}, usable from ${formatInstant(usableFrom)} until ${formatInstant(expiresAt)}; ${byTheClock(now)}.`
}

export function explainHolder({ code, stockId, openid }: Coupon, wanted: string | undefined): string {
  return `coupon ${code} of batch ${stockId} is held by ${openid}, not ${wanted}`
}

export function explainEnd({ stockId, validity }: Stock, now: number): string {
  return `batch ${stockId} ended at ${formatInstant(validity.until)}; ${byTheClock(now)}`
}

export function explainCodeMode({ stockId, codeMode }: Stock): string {
  return `batch ${stockId} is ${CODE_MODE[codeMode]}`
}

/** How an order stands, with the times that made it so. */
export function explainOrder(order: Order, now: number): string {
  const { outTradeNo, transactionId, paidAt, closedAt, closesAt, totalFen } = order
  const state = orderState(order, now)
  const paid = paidAt === undefined ? '' : `, paid at ${formatInstant(paidAt)} as ${transactionId}`
  const closed =
    state !== 'closed'
      ? ''
      : closedAt !== undefined
        ? `, closed at ${formatInstant(closedAt)}`
        : closesAt <= now
          ? `, its time ran out at ${formatInstant(closesAt)}`
          : ''
  return `order ${outTradeNo} is ${TRADE_STATE[state]}, ${totalFen} fen${paid}${closed}; ${byTheClock(now)}`
}
