import type { Expected } from '../plans.ts'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
const CHINA = 8 * HOUR
export const TOKEN_MS = 5 * MINUTE

export const midnightOf = (at: number) => at - ((at + CHINA) % DAY)
export const wireTime = (at: number) => `${new Date(at + CHINA).toISOString().slice(0, 19)}+08:00`

/** Why a batch, a product coupon or a coupon has ended by a call. */
export interface End {
  readonly no: string
  readonly at: number
  readonly reason: string
}

export interface Product {
  readonly by: string
  readonly brand: string
  /** How often a coupon can be used: 1, or the rounds of a bundle. */
  readonly rounds: number
  readonly intervalDays: number
  readonly id: string
  end?: End
}

export interface Period {
  readonly from: number
  readonly until: number
  readonly days?: number
  readonly wait?: number
  readonly seconds?: number
  /** Hours of days of the week, Sunday being 0. */
  readonly weekly?: { readonly days: readonly number[]; readonly from: number; readonly until: number }
  readonly irregular?: readonly { readonly from: number; readonly until: number }[]
}

export type CodeMode = 'WECHATPAY' | 'UPLOAD' | 'API_ASSIGN'

export interface Batch {
  readonly product: string
  readonly mode: CodeMode
  max: number
  byDay?: number
  readonly byUser: number
  readonly period: Period
  readonly id: string
  /** Name of the bundle that it is a round of. */
  readonly bundle?: string
  readonly round: number
  /** By midnight of the day. */
  readonly sent: Map<number, number>
  /** Uploaded codes, and whether they were sent. */
  readonly codes: Map<string, boolean>
  isPaused?: boolean
  end?: End
}

interface Use {
  readonly no: string
  readonly at: number
  readonly transaction: string
  back?: { readonly no: string; readonly at: number }
}

export type Channel = 'API' | 'RECEIVE_COMPONENT' | 'BRAND_MANAGE'

export interface Coupon {
  readonly batch: string
  readonly user: string
  readonly openid: string
  readonly no: string
  readonly attach?: string
  readonly code: string
  readonly at: number
  readonly begin: number
  readonly until: number
  readonly channel: Channel
  /** Name of the bundle of coupons that it belongs to. */
  readonly bundle?: string
  /** Whether its partner was told of it: once, when it was sent, and of nothing that is done with it. */
  readonly isTold: boolean
  confirmed?: { readonly no: string; readonly at: number }
  use?: Use
  /** Whether time had ended it when the clock was set back. */
  isOver?: boolean
  isDeleted?: boolean
  end?: End
}

/** A coupon that a user may take from a page for a while: nothing is sent yet. */
export interface Token {
  readonly thing: string
  readonly openid: string
  readonly user: string
  readonly no: string
  readonly attach?: string
  readonly code?: string
  readonly at: number
  /** As that of a coupon. */
  isOver?: boolean
}

/** A request number with what it was used for. */
interface Used {
  readonly values: string
  readonly thing: string
}

const refused = (status: number, code: string): Expected => ({ status, code })
export const invalid = refused(400, 'INVALID_REQUEST')
export const unusable = refused(403, 'NOT_ENOUGH')
export const exists = refused(400, 'ALREADY_EXISTS')
export const unknown = refused(404, 'NOT_FOUND')
export const forbidden = refused(403, 'NO_AUTH')
/** The answer of a control call. */
export const impossible: Expected = { status: 0 }

/**
 * A model of product coupons, written from the vendor's pages and apart from the tested code: a counter moves with each send, and each coupon has its
 * own slip of paper. The mock derives states and counts from rows.
 */
export class Book {
  now: number
  readonly products = new Map<string, Product>()
  readonly batches = new Map<string, Batch>()
  readonly coupons = new Map<string, Coupon>()
  /** By operation, partner, brand and number. */
  readonly numbers = new Map<string, Used>()
  /** Partners and brands that are at odds. */
  readonly withdrawn = new Set<string>()
  /** Ids of bundles, of batches and of coupons. */
  readonly bundles = new Map<string, string>()
  readonly tokens = new Map<string, Token>()
  /** Partners that are told of their coupons. */
  readonly addresses = new Set<string>()

  constructor(now: number) {
    this.now = now
  }

  copy(): Book {
    return Object.assign(new Book(this.now), structuredClone({ ...this }))
  }

  /** Sets time back. What it has ended stays ended. */
  setBack(ms: number): void {
    for (const one of this.coupons.values()) if (couponState(one, this.now) === 'EXPIRED') one.isOver = true
    for (const one of this.tokens.values()) if (this.now >= one.at + TOKEN_MS) one.isOver = true
    this.now -= ms
  }

  roundsOf(bundle: string): readonly (readonly [string, Batch])[] {
    return [...this.batches].filter(([, one]) => one.bundle === bundle).toSorted(([, a], [, b]) => a.round - b.round)
  }

  /** Coupons that were sent with another one. */
  together(bundle: string): readonly (readonly [string, Coupon])[] {
    const round = ({ batch }: Coupon) => this.batches.get(batch)?.round ?? 0
    return [...this.coupons].filter(([, one]) => one.bundle === bundle).toSorted(([, a], [, b]) => round(a) - round(b))
  }

  productAt(key: string): Product {
    const product = this.products.get(key)
    if (!product) throw new Error(`no product coupon ${key}`)
    return product
  }

  batchAt(key: string): Batch {
    const batch = this.batches.get(key)
    if (!batch) throw new Error(`no batch ${key}`)
    return batch
  }

  productOf({ product }: Batch): Product {
    return this.productAt(product)
  }

  batchOf({ batch }: Coupon): Batch {
    return this.batchAt(batch)
  }

  /**
   * Does something once for a number: a repeat is answered with the thing as it is now, other values are refused, and a refused request leaves its number
   * free.
   */
  once(
    scope: string,
    values: unknown,
    {
      reused = invalid,
      again,
      act,
    }: { reused?: Expected; again: (thing: string) => Expected; act: () => Expected | string },
  ): Expected {
    const known = this.numbers.get(scope)
    const text = JSON.stringify(values)
    if (known) return known.values === text ? again(known.thing) : reused
    const done = act()
    if (typeof done !== 'string') return done
    this.numbers.set(scope, { values: text, thing: done })
    return again(done)
  }
}

/** The state of a batch: one whose time is over has stopped. */
export function batchState({ end, period, isPaused }: Batch, now: number): string {
  if (end) return 'DEACTIVATED'
  if (now >= period.until) return 'STOPPED'
  return isPaused ? 'PAUSED' : 'SENDING'
}

export function couponState({ end, use, until, begin, confirmed, isDeleted, isOver }: Coupon, now: number): string {
  if (end) return 'DEACTIVATED'
  if (isDeleted) return 'DELETED'
  if (use && !use.back) return 'USED'
  if (isOver || now >= until) return 'EXPIRED'
  if (!confirmed) return 'CONFIRMING'
  return now < begin ? 'PENDING' : 'EFFECTIVE'
}

/** When a coupon that is received now can be used. Days are natural days; nothing outlives the batch. */
export function validity({ from, until, days, wait, seconds }: Period, now: number): { begin: number; until: number } {
  const first = now < from ? from : now
  const begin = wait === undefined ? first : midnightOf(first) + wait * DAY
  const ends = [until]
  if (days !== undefined) ends.push(midnightOf(begin) + days * DAY)
  if (seconds !== undefined) ends.push(now + seconds * SECOND)
  return { begin, until: Math.min(...ends) }
}

/** Whether the hours of the week or the dated periods let a coupon be used. */
export function isOpen({ weekly, irregular }: Period, now: number): boolean {
  if (irregular) return irregular.some((one) => one.from <= now && now <= one.until)
  if (!weekly) return true
  const second = (now - midnightOf(now)) / SECOND
  const day = new Date(now + CHINA).getUTCDay()
  return weekly.days.includes(day) && weekly.from <= second && second <= weekly.until
}

const endOf = (end: End | undefined) => ({
  deactivate_request_no: end?.no ?? null,
  deactivate_time: end ? wireTime(end.at) : null,
  deactivate_reason: end?.reason ?? null,
})

export function shownProduct({ id, brand, rounds, end }: Product) {
  return {
    ...{ product_coupon_id: id, brand_id: brand, usage_mode: rounds === 1 ? 'SINGLE' : 'PROGRESSIVE_BUNDLE' },
    ...{ state: end ? 'DEACTIVATED' : 'EFFECTIVE' },
    ...endOf(end),
  }
}

export function shownBatch(book: Book, batch: Batch) {
  const { id, mode, max, byDay, byUser, sent, codes, bundle, round, end } = batch
  const product = book.productOf(batch)
  const left = [...codes.values()].filter((isSent) => !isSent).length
  return {
    ...{ product_coupon_id: product.id, stock_id: id, brand_id: product.brand, coupon_code_mode: mode },
    stock_send_rule: { max_count: max, max_count_per_day: byDay ?? null, max_count_per_user: byUser },
    sent_count_info: {
      total_count: sumOf([...sent.values()]),
      today_count: sent.get(midnightOf(book.now)) ?? 0,
    },
    coupon_code_count_info: mode === 'UPLOAD' ? { total_count: codes.size, available_count: left } : null,
    stock_bundle_info: bundle ? { stock_bundle_id: book.bundles.get(bundle), stock_bundle_index: round } : null,
    state: batchState(batch, book.now),
    ...endOf(end),
  }
}

export function shownCoupon(book: Book, coupon: Coupon) {
  const batch = book.batchOf(coupon)
  const product = book.productOf(batch)
  const { code, begin, until, at, no, channel, attach, confirmed, use, bundle, end } = coupon
  const isUsed = use && !use.back
  const detail = {
    // The pages disagree on whether a coupon that was returned still names its use.
    ...(use?.back ? {} : { use_request_no: use?.no ?? null, use_time: use ? wireTime(use.at) : null }),
    ...(isUsed && { associated_order_info: { transaction_id: use.transaction } }),
    ...{ return_request_no: use?.back?.no ?? null, return_time: use?.back ? wireTime(use.back.at) : null },
  }
  const all = bundle === undefined ? [] : book.together(bundle)
  return {
    ...{
      coupon_code: code,
      coupon_state: couponState(coupon, book.now),
      brand_id: product.brand,
      attach: attach ?? null,
    },
    ...{ valid_begin_time: wireTime(begin), valid_end_time: wireTime(until), receive_time: wireTime(at) },
    ...{ send_request_no: no, send_channel: channel },
    ...{ confirm_request_no: confirmed?.no ?? null, confirm_time: confirmed ? wireTime(confirmed.at) : null },
    ...endOf(end),
    single_usage_detail: product.rounds === 1 ? detail : null,
    progressive_bundle_usage_detail: product.rounds === 1 ? null : detail,
    user_product_coupon_bundle_info: bundle
      ? {
          user_coupon_bundle_id: book.bundles.get(bundle),
          user_coupon_bundle_index: batch.round,
          total_count: all.length,
          used_count: all.filter(([, one]) => one.use && !one.use.back).length,
        }
      : null,
    product_coupon: shownProduct(product),
    stock: shownBatch(book, batch),
  }
}

/** The notice of a coupon, in short. */
export function noticeOf(book: Book, coupon: Coupon): string {
  const { code, no, channel, at, bundle, begin, until } = coupon
  const batch = book.batchOf(coupon)
  const { by, brand, id } = book.productOf(batch)
  const ids = [book.bundles.get(batch.bundle ?? ''), book.bundles.get(bundle ?? '')]
  return [by, brand, id, batch.id, code, ...ids, no, channel, ...[at, begin, until].map(wireTime)].join(' ')
}

export const sumOf = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0)
