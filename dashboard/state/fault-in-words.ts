import type { FaultJson } from '../../src/control/answer-format.ts'
import { texts } from './appearance.ts'
import { meaningOf } from './effects.ts'
import { errorInShort } from './errors.ts'
import { eventWithMeaning, titleOf } from './operations.ts'

/** Describes a fault in a sentence. Its values may come from anybody. */
export function faultInWords(fault: FaultJson): string {
  const words = texts.value.faults
  const what = whatOf(fault)
  return words.sentence(whichOf(fault), conditionsOf(fault), what.length > 0 ? what : [words.nothingYet])
}

function whichOf({ event, operation, always, percent, times = 1 }: FaultJson): string {
  const { whichCalls, whichCallbacks } = texts.value.faults
  const words = event === undefined ? whichCalls : whichCallbacks
  const about =
    event !== undefined
      ? event === 'any'
        ? undefined
        : eventWithMeaning(event)
      : operation === undefined
        ? undefined
        : titleOf(operation)
  if (always) return words.every(about)
  return percent === undefined ? words.next(times, about) : words.share(percent, about)
}

function conditionsOf({ times, percent, seed, nth, except, mchid, stock_id, coupon_code }: FaultJson) {
  const words = texts.value.faults
  return [
    percent !== undefined && times !== undefined && words.atMost(times),
    seed !== undefined && words.withSeed(seed),
    nth !== undefined && words.fromNth(nth),
    except !== undefined && words.except(titleOf(except)),
    mchid !== undefined && words.ofMerchant(mchid),
    stock_id !== undefined && words.ofStock(stock_id),
    coupon_code !== undefined && words.ofCoupon(coupon_code),
  ].filter((one) => typeof one === 'string')
}

function whatOf({ operation, error, effect, when, delay_ms, pause_ms, late_by }: FaultJson): readonly string[] {
  const words = texts.value.faults
  return [
    error !== undefined && words.answered(errorText(error, operation)),
    effect !== undefined && meaningOf(effect),
    delay_ms !== undefined && delayText(delay_ms),
    pause_ms !== undefined && `${pause_ms} ms`,
    late_by !== undefined && (typeof late_by === 'number' ? lateText(late_by) : late_by),
    when !== undefined && words.whenShort[when],
  ].filter((one) => typeof one === 'string')
}

function errorText(key: string, operation: string | undefined): string {
  const found = errorInShort(key, operation)
  return found ? texts.value.explained(`${found.status} ${found.code}`.trimEnd(), key) : key
}

const UNITS = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
] as const

/** A number of seconds in the largest unit that gives a whole number. */
function lateText(seconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => seconds > 0 && seconds % length === 0) ?? []
  return unit === undefined ? `${seconds} s` : texts.value.units[unit](seconds / length)
}

function delayText(delay: NonNullable<FaultJson['delay_ms']>): string {
  if (typeof delay === 'number') return `${delay} ms`
  if ('min' in delay) return `${delay.min}–${delay.max} ms`
  return texts.value.faults.longTailShort(delay.median, delay.p99)
}
