import { CHINA_OFFSET, DAY_MS, orLastInstant, startOfDay } from '../../wire/shared/china-time.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import type { AvailableTime, Stock } from './stocks.ts'

/** The most coupons that a batch may hand out; documented. */
export const MOST_COUPONS = 1_000_000_000

type UseRule = Stock['coupon_use_rule']

/**
 * How many coupons a batch may hand out that does not say so: those that its amount pays for, where each takes the same off (busifavor.md 3.2,
 * observed), else the most there are (inferred).
 */
export function mostCoupons(
  max_amount: number | undefined,
  { fixed_normal_coupon: normal }: Pick<UseRule, 'fixed_normal_coupon'>,
): number {
  if (max_amount === undefined || normal === undefined) return MOST_COUPONS
  return Math.min(Math.floor(max_amount / normal.discount_amount), MOST_COUPONS)
}

/** The batch after one more coupon was handed out at an instant; a day's count starts at midnight in China. */
export function withCouponCounted(stock: Stock, at: number): Stock {
  const { total, day, today } = stock.sent
  const midnight = startOfDay(at)
  if (midnight < day) return { ...stock, sent: { ...stock.sent, total: total + 1 } }
  return { ...stock, sent: { total: total + 1, day: midnight, today: (midnight === day ? today : 0) + 1 } }
}

/** How many coupons were handed out on the day of an instant. */
export function sentOnDayOf({ sent }: Stock, at: number): number {
  return startOfDay(at) === sent.day ? sent.today : 0
}

/** Whether nothing can be changed any more: the batch has ended (busifavor.md 2.1). */
export function hasEnded({ coupon_use_rule }: Stock, at: number): boolean {
  return at >= coupon_use_rule.coupon_available_time.available_end_time
}

type UseRefusal = 'mini_program_missing' | 'use_method_not_open'

/** Checks how a batch is to be used: a mini program has to be named in full, and 用户自助核销 is not available (busifavor.md 3.1, F7). */
export function checkUse({
  use_method,
  mini_programs_appid: appid,
  mini_programs_path: path,
}: Pick<UseRule, 'use_method' | 'mini_programs_appid' | 'mini_programs_path'>): Decision<undefined, UseRefusal> {
  if (use_method === 'SELF_CONSUME') return refuse('use_method_not_open')
  const isNamed = appid !== undefined && path !== undefined
  return use_method === 'MINI_PROGRAMS' && !isNamed ? refuse('mini_program_missing') : accept(undefined)
}

type Members = Readonly<Record<string, unknown>>

/** Members to change; what is left out stays. */
export interface StockChange {
  readonly comment?: string | undefined
  readonly goods_name?: string | undefined
  readonly coupon_use_rule?:
    | { readonly [Name in 'use_method' | 'mini_programs_appid' | 'mini_programs_path']?: UseRule[Name] | undefined }
    | undefined
  readonly stock_send_rule?: { readonly prevent_api_abuse?: boolean | undefined } | undefined
  /** To put over what the batch has, see {@link putOver}. */
  readonly display_pattern_info?: Members | undefined
  readonly custom_entrance?: Members | undefined
  readonly notify_config?: Stock['notify_config']
  readonly subsidy?: boolean | undefined
}

export type ModifyRefusal = 'ended' | 'subsidy_stays' | 'entrance_incomplete' | UseRefusal

/**
 * Changes base data of a batch (修改商家券基本信息). A subsidy that is allowed stays allowed.
 *
 * @returns the batch after the change, or why not (busifavor.md 3.3)
 */
export function modify(stock: Stock, change: StockChange, at: number): Decision<Stock, ModifyRefusal> {
  if (hasEnded(stock, at)) return refuse('ended')
  if (change.subsidy === false && stock.subsidy) return refuse('subsidy_stays')
  const { coupon_use_rule: use, stock_send_rule: send, custom_entrance: entrance, notify_config } = change
  // The mock takes a logo and a name, and does not change them.
  const { merchant_logo_url: _logo, merchant_name: _name, ...display } = change.display_pattern_info ?? {}
  const { use_method = stock.coupon_use_rule.use_method } = use ?? {}
  const { prevent_api_abuse = stock.stock_send_rule.prevent_api_abuse } = send ?? {}
  const changed: Stock = {
    ...stock,
    comment: change.comment ?? stock.comment,
    goods_name: change.goods_name ?? stock.goods_name,
    coupon_use_rule: { ...stock.coupon_use_rule, ...use, use_method },
    stock_send_rule: { ...stock.stock_send_rule, prevent_api_abuse: prevent_api_abuse || undefined },
    notify_config: notify_config?.notify_appid === undefined ? stock.notify_config : notify_config,
    subsidy: change.subsidy || stock.subsidy,
    ...(Object.keys(display).length > 0 && { display_pattern_info: putOver(stock.display_pattern_info, display) }),
    ...(entrance && { custom_entrance: putOver(stock.custom_entrance, entrance) }),
  }
  if (entrance?.mini_programs_info !== undefined && !opensMiniProgram(changed)) return refuse('entrance_incomplete')
  // Checked only when it changes: a batch from a seed file may be used in any way.
  const checked = use?.use_method ? checkUse(changed.coupon_use_rule) : accept(undefined)
  return checked.ok ? accept(changed) : checked
}

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null

/** Members put over those that are there, also inside of a member; the others stay. */
function putOver(present: Members = {}, given: Members): Record<string, unknown> {
  const merged = Object.entries(given).map(([name, member]) => {
    const before = present[name]
    return [name, isMembers(member) && isMembers(before) ? { ...before, ...member } : member]
  })
  return { ...present, ...Object.fromEntries(merged) }
}

/** Whether a batch names all that it takes to open a mini program from a coupon. */
function opensMiniProgram({ custom_entrance }: Stock): boolean {
  const info = custom_entrance?.mini_programs_info
  return (
    isMembers(info) &&
    ['mini_programs_appid', 'mini_programs_path', 'entrance_words'].every((name) => info[name] !== undefined)
  )
}

/** A new limit for a batch: on all its coupons, or on those of a day. */
export interface BudgetChange {
  readonly limit: 'max_coupons' | 'max_coupons_by_day'
  /** The limit that the caller assumes. */
  readonly current: number | undefined
  readonly target: number
}

export type BudgetRefusal = 'ended' | 'current_missing' | 'current_differs' | 'below_sent'

/**
 * Changes how many coupons a batch may hand out (修改批次预算). A daily limit is set for the first time by giving no current value.
 *
 * @returns the batch with the limit, or why not (busifavor.md 3.4)
 */
export function changeBudget(stock: Stock, change: BudgetChange, at: number): Decision<Stock, BudgetRefusal> {
  const { limit, current, target } = change
  const present = stock.stock_send_rule[limit]
  if (hasEnded(stock, at)) return refuse('ended')
  if (current === undefined && present !== undefined) return refuse('current_missing')
  if (current !== present) return refuse('current_differs')
  const sent = limit === 'max_coupons' ? stock.sent.total : sentOnDayOf(stock, at)
  if (target < sent) return refuse('below_sent')
  return accept({ ...stock, stock_send_rule: { ...stock.stock_send_rule, [limit]: target } })
}

/** The six digits that all batch ids of a merchant begin with, derived from its number (observed; which digits is ours). */
export function stockIdPrefix(mchid: string): string {
  let sum = 0
  for (const digit of mchid) sum = (sum * 31 + digit.charCodeAt(0)) % 90_000
  return `1${sum + 10_000}`
}

/** The batch after one more code was uploaded. */
export function withCodeCounted(stock: Stock, code: { readonly dispatched_time?: number | undefined }): Stock {
  return withCodes(stock, 1, isAvailable(code) ? 1 : 0)
}

/** The batch without one of its codes. */
export function withCodeGone(stock: Stock, code: { readonly dispatched_time?: number | undefined }): Stock {
  return withCodes(stock, -1, isAvailable(code) ? -1 : 0)
}

/** The batch after a code that was still there was handed out. */
export function withCodeDispatched(stock: Stock): Stock {
  return withCodes(stock, 0, -1)
}

function isAvailable({ dispatched_time }: { readonly dispatched_time?: number | undefined }): boolean {
  return dispatched_time === undefined
}

/** Only a batch whose merchant uploads its codes counts them. */
function withCodes(stock: Stock, more: number, moreAvailable: number): Stock {
  const { codes } = stock
  return codes ? { ...stock, codes: { total: codes.total + more, available: codes.available + moreAvailable } } : stock
}

const SECOND = 1_000

/** The same time of the same day in China a year later; 1 March for 29 February. @internal */
export function aYearAfter(at: number): number {
  const date = new Date(at + CHINA_OFFSET)
  return date.setUTCFullYear(date.getUTCFullYear() + 1) - CHINA_OFFSET
}

/**
 * When a coupon received at an instant can be redeemed: `usableFrom` up to, but not including, `expiresAt`.
 *
 * Without a number of days the coupon takes over the dates of the batch. With one, days are counted from the day of
 * receipt, or from the first day of the batch when it was received earlier, and start at 00:00 of that day even for immediate
 * use (busifavor.md 2.3, observed). A number of seconds is counted from receipt, or from the first instant of the batch when
 * it was received earlier; of days and seconds, whichever is over first counts (inferred).
 */
export function usablePeriod(time: AvailableTime, receivedAt: number): { usableFrom: number; expiresAt: number } {
  const { available_begin_time: from, available_end_time: end } = time
  const { available_second_after_receive: seconds, available_day_after_receive: days } = time
  const start = Math.max(receivedAt, from)
  const until = seconds === undefined ? end : Math.min(start + seconds * SECOND, end)
  if (days === undefined) return { usableFrom: start, expiresAt: until }
  const firstDay = startOfDay(start) + (time.wait_days_after_receive ?? 0) * DAY_MS
  return { usableFrom: orLastInstant(Math.max(firstDay, from)), expiresAt: Math.min(firstDay + days * DAY_MS, until) }
}

/** Whether the weekly and irregular windows of a batch are open; a batch without windows is always open. */
export function isInsideWindows(time: AvailableTime, at: number): boolean {
  const { available_week: week, irregulary_avaliable_time: periods } = time
  if (week === undefined && periods.length === 0) return true
  // Both ends are included, to the second.
  if (periods.some(({ begin_time, end_time }) => at >= begin_time && at < end_time + SECOND)) return true
  if (week === undefined) return false
  const { week_day: days = [], available_day_time: hours = [] } = week
  const weekDay = new Date(at + CHINA_OFFSET).getUTCDay()
  const second = Math.floor((at - startOfDay(at)) / SECOND)
  return (
    (days.length === 0 || days.includes(weekDay)) &&
    (hours.length === 0 || hours.some(({ begin_time, end_time }) => second >= begin_time && second <= end_time))
  )
}

export type ValidityRefusal =
  | 'ends_before_it_begins'
  | 'longer_than_a_year'
  | 'waits_without_days'
  | 'hours_without_weekdays'
  | 'window_ends_before_it_begins'

/**
 * Whether a batch may have these times: it ends after it begins and within a year, days of waiting go with days of use, hours with weekdays
 * (busifavor.md 2.3, 3.1).
 */
export function checkValidity(time: AvailableTime): Decision<AvailableTime, ValidityRefusal> {
  const { available_begin_time: from, available_end_time: until, irregulary_avaliable_time: periods } = time
  if (until <= from) return refuse('ends_before_it_begins')
  if (until > aYearAfter(from)) return refuse('longer_than_a_year')
  if (time.wait_days_after_receive !== undefined && time.available_day_after_receive === undefined) {
    return refuse('waits_without_days')
  }
  const { week_day: days = [], available_day_time: hours = [] } = time.available_week ?? {}
  if (hours.length > 0 && days.length === 0) return refuse('hours_without_weekdays')
  return [...hours, ...periods].some(({ begin_time, end_time }) => end_time < begin_time)
    ? refuse('window_ends_before_it_begins')
    : accept(time)
}
