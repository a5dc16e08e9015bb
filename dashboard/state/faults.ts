import { computed, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { FaultJson } from '../../src/control/answer-format.ts'
import type { ErrorInShort } from '../../src/control/formats/overview.ts'
import type { FaultEffect } from '../../src/engine/faults/fault-plan.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import type { Option } from '../components/fields.tsx'
import { texts } from './appearance.ts'
import { control } from './control.ts'
import { eventWithMeaning, learnAllOperations, titleOf } from './operations.ts'
import { type Loaded, useLoaded } from './use-loaded.ts'

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

function whatOf({ operation, error, status, effect, when, delay_ms, pause_ms, late_by }: FaultJson): readonly string[] {
  const words = texts.value.faults
  return [
    error !== undefined && words.answered(errorText(error, operation)),
    status !== undefined && words.gatewayAnswered(status),
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

/** The errors that can be planned for calls: each call's by its id, and those of any call. */
const errors = signal<{
  readonly own: ReadonlyMap<string, readonly ErrorInShort[]>
  readonly common: readonly ErrorInShort[]
}>({ own: new Map(), common: [] })

/** Loads the errors of all calls, for a view that names them. */
export function useErrors(): Pick<Loaded<unknown>, 'error'> {
  const { value, error } = useLoaded('errors', async (client) => {
    const [operations, common] = await Promise.all([client.operations(), client.commonErrors()])
    return { operations, own: new Map(operations.map(({ id, errors }) => [id, errors])), common }
  })
  useEffect(() => {
    if (!value) return
    errors.value = value
    learnAllOperations(value.operations)
  }, [value])
  return { error }
}

/** The errors of one call, or of all if none is given. */
export function ownErrors(operation: string): readonly ErrorInShort[] {
  const { own } = errors.value
  return operation === '' ? [...own.values()].flat() : (own.get(operation) ?? [])
}

/** The errors that can be planned for any call. */
export function commonErrors(): readonly ErrorInShort[] {
  return errors.value.common
}

/** Kinds of evidence, from what was seen to what is only thought. */
const EVIDENCE = ['observed', 'reported', 'documented', 'sibling', 'inferred']

/** Each error once, since errors of several calls may have the same key; those that developers have met first, then the documented ones. */
export function likelyFirst(errors: readonly ErrorInShort[]): readonly ErrorInShort[] {
  const byKey = new Map(errors.map((error) => [error.key, error]))
  return [...byKey.values()].toSorted((a, b) => EVIDENCE.indexOf(a.evidence) - EVIDENCE.indexOf(b.evidence))
}

/** An error by its key: of one call, or of any if none is given. */
export function errorInShort(key: string, operation = ''): ErrorInShort | undefined {
  return [...ownErrors(operation), ...commonErrors()].find((error) => error.key === key)
}

interface EffectGroup {
  readonly name: string
  readonly options: readonly Option[]
}

/** Effects on calls and on callbacks, in groups. */
export const effects = computed((): Readonly<Record<'calls' | 'callbacks', readonly EffectGroup[]>> => {
  const { effects, faults } = texts.value
  return {
    calls: [
      { name: faults.lineGroup, options: named({ ...effects.hold, ...effects.line }) },
      { name: faults.signatureGroup, options: named(effects.answer) },
    ],
    callbacks: [
      { name: faults.callbackGroup, options: named({ ...effects.hold, ...effects.callback }) },
      { name: faults.callbackSignatureGroup, options: named(effects.answer) },
    ],
  }
})

/** The control API's name for an effect, and its meaning. */
function named(group: Readonly<Record<string, string>>): readonly Option[] {
  return Object.entries(group).map(([effect, meaning]) => [effect, `${effect} – ${meaning}`])
}

/** Meaning of an effect. */
export function meaningOf(effect: FaultEffect): string {
  const { hold, line, answer, callback } = texts.value.effects
  return { ...hold, ...line, ...answer, ...callback }[effect]
}

/**
 * Does something while a fault is planned for it, and removes the fault if it did not happen: because an earlier one came first, or nothing was sent
 * at all.
 */
export async function withFault<Value>(fault: FaultJson | undefined, work: () => Promise<Value>): Promise<Value> {
  if (!fault) return work()
  const { id } = await control.value.planFault(fault)
  try {
    return await work()
  } finally {
    await control.value.removeFault(id).catch((error: unknown) => {
      // It has happened, as intended.
      if (!(error instanceof UsageError && error.code === 'MOCK_FAULT_GONE')) throw error
    })
  }
}
