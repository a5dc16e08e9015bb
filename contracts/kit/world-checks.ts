import type { WireResponse } from '../../src/engine/http-message.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { TIMESTAMP_WINDOW_SECONDS } from '../../src/wire/protocol/authorization.ts'
import { formatInstant } from '../../src/wire/protocol/instant.ts'
import { isJsonObject, parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import { CHINA_OFFSET } from '../../src/wire/shared/china-time.ts'
import type { Texts } from '../../src/wire/shared/texts.ts'

/** Everything that the provider holds. A pact knows nothing of it. */
export type World = Awaited<ReturnType<MockControl['world']>>

/** Tables that change without a call: callbacks are on their way. */
const CHANGE_BY_THEMSELVES: ReadonlySet<string> = new Set(['notifications'])

/**
 * Tables that a call changed although it was refused. A pact sees one answer, so it cannot say that nothing happened. What was refused unread, or for how
 * it is written, leaves no trace; a rule of the trade may have it noted, so then only what was there before has to be as it was.
 */
export function reasonsOfRefusal(answer: Pick<WireResponse, 'status' | 'body'>, before: World, after: World): Texts[] {
  const { status, body } = answer
  // A call that failed with 5xx may have been carried out.
  if (status < 400 || status >= 500) return []
  const mayBeNoted = status !== 401 && parseJsonObject(body)?.code !== 'PARAM_ERROR'
  const later = new Map(tablesOf(after))
  const changed = tablesOf(before).filter(([name, rows]) => {
    const left = later.get(name) ?? []
    const kept = new Set(left)
    return rows.some((row) => !kept.has(row)) || (!mayBeNoted && left.length !== rows.length)
  })
  if (changed.length === 0) return []
  const names = changed.map(([name]) => name)
  return [
    {
      en: `It was refused with ${status}, and changed something all the same: ${names.join(', ')}. (Nobody else may call the provider during a verification.)`,
      zh: `请求被拒绝（${status}），却改变了数据：${names.join('、')}。（验证期间不能有其他人请求提供方。）`,
    },
  ]
}

/** The rows of each table, as texts. */
function tablesOf(world: World): [name: string, rows: readonly string[]][] {
  return Object.entries<unknown>({ ...world }).flatMap(([name, rows]) =>
    Array.isArray(rows) && !CHANGE_BY_THEMSELVES.has(name) ? [[name, rows.map((row) => JSON.stringify(row))]] : [],
  )
}

/** Whether an answer shows a coupon as linked that is not, since Pact has no word for a member that must be absent. */
export function reasonsOfLink({ status, body }: Pick<WireResponse, 'status' | 'body'>, { coupons }: World): Texts[] {
  const shown = status < 300 ? parseJsonObject(body) : undefined
  if (shown?.associate_out_trade_no === undefined) return []
  // Merchants may have batches and codes of the same names.
  const named = coupons.filter(
    ({ stock_id, coupon_code }) => stock_id === shown.stock_id && coupon_code === shown.coupon_code,
  )
  if (named.length === 0 || named.some(({ associate_out_trade_no }) => associate_out_trade_no !== undefined)) return []
  return [
    {
      en: 'It has associate_out_trade_no, although the coupon is not linked to an order.',
      zh: '券没有关联订单，应答中却有 associate_out_trade_no。',
    },
  ]
}

/** The facts that times are judged by. */
export interface Present {
  /** The clock at the call, epoch milliseconds. */
  readonly now: number
  /** After the call. */
  readonly world: World
}

interface ShownTime {
  readonly name: string
  readonly value: string
}

/**
 * Why times are neither those of the call nor of anything before it, which no pact can express either: of those at which WeChat Pay did something,
 * each that is another; of the rest, those that are eight hours off, as UTC is where it is written as the time of China.
 *
 * @param contents of an answer or a callback
 */
export function reasonsOfTimes(contents: unknown, { now, world }: Present): Texts[] {
  const known = JSON.stringify(world)
  const isThen = (time: number) => known.includes(formatInstant(time).replace(OFFSET, ''))
  const isNow = (time: number) => Math.abs(time - now) <= 1_000 * TIMESTAMP_WINDOW_SECONDS
  const isKnown = (time: number) => isThen(time) || isNow(time)
  return timesIn(contents, '').flatMap(({ name, value }) => {
    const time = Date.parse(value)
    if (/^wechatpay_\w+_time$/.test(name))
      return isNow(time) || (time <= now && isThen(time)) ? [] : [nothingThen(name, value, now)]
    const isOff = !isKnown(time) && (isKnown(time - CHINA_OFFSET) || isKnown(time + CHINA_OFFSET))
    return isOff ? [ofAnotherZone(name, value)] : []
  })
}

const OFFSET = '+08:00'

/** The times in contents, at any depth, that are written as WeChat Pay writes them. */
function timesIn(value: unknown, name: string): ShownTime[] {
  if (Array.isArray(value)) return value.flatMap((one) => timesIn(one, name))
  if (isJsonObject(value)) return Object.entries(value).flatMap(([member, one]) => timesIn(one, member))
  const isTime = typeof value === 'string' && value.endsWith(OFFSET) && !Number.isNaN(Date.parse(value))
  return isTime ? [{ name, value }] : []
}

const nothingThen = (name: string, value: string, now: number): Texts => ({
  en: `${name} is ${value}, but nothing was done then: it is ${formatInstant(now)}.`,
  zh: `${name} 为 ${value}，但那时没有任何操作：现在是 ${formatInstant(now)}。`,
})

const ofAnotherZone = (name: string, value: string): Texts => ({
  en: `${name} is ${value}, which is eight hours off: it has to be the time of China.`,
  zh: `${name} 为 ${value}，相差八小时，应为北京时间。`,
})
