import { createHash } from 'node:crypto'
import { EVENT_TYPES, type EventType } from '../domain/notification.ts'
import { commonErrors } from '../protocol/common-errors.ts'
import { type ErrorDefinition, UsageError } from '../protocol/errors.ts'
import { type Documents, DocumentsCopy, type DocumentsDraft, documentKey } from './documents.ts'
import { mentions } from './journal.ts'
import type { OperationDescription } from './operation.ts'
import { PutOffTries } from './put-off-tries.ts'
import { ANSWER_EFFECTS, type AnswerEffect } from './spoil.ts'
import { CALLBACK_SPOILS, type CallbackSpoil } from './spoil-callback.ts'
import type { Awaitable } from './store.ts'
import type { Delivery, WireRequest } from './wire.ts'

/** What can happen to the connection, with what it is called in the journal. */
const LINE_EFFECTS = {
  delay: 'the answer was late',
  reset: 'the connection was reset',
  empty: 'the connection was closed without an answer',
  half_body: 'the connection was closed after half of the body',
  slow_drip: 'the body was sent byte by byte',
  answer_lost: 'it was done, and the connection was reset before the answer',
} as const

/** Everything that can happen besides errors, with what it is called in the journal. */
const EFFECTS = {
  ...LINE_EFFECTS,
  ...ANSWER_EFFECTS,
  error_as_200: 'an error was answered with the status 200',
} as const

/** Everything that can happen to a try to deliver a callback, with what it is called in the journal. */
const CALLBACK_EFFECTS = {
  duplicate: 'once it was taken, it was sent once more',
  late: 'it was late',
  out_of_order: 'it was held back, to come after the next one',
  ...CALLBACK_SPOILS,
} as const

/** Something that happens to a try to deliver a callback. */
export type CallbackEffect = keyof typeof CALLBACK_EFFECTS

/** Something that happens to the connection or to the answer, or to a callback. */
export type FaultEffect = keyof typeof EFFECTS | CallbackEffect

/** Every {@link FaultEffect}. */
export const FAULT_EFFECTS = Object.keys({ ...EFFECTS, ...CALLBACK_EFFECTS }) as readonly FaultEffect[]

/** The longest delay, in milliseconds. */
export const DELAY_LIMIT_MS = 120_000
/** The longest pause between two bytes, in milliseconds. */
export const PAUSE_LIMIT_MS = 1_000
/** The most that a callback is late by, in milliseconds: a year. */
export const LATE_LIMIT_MS = 365 * 86_400_000
const DEFAULT_PAUSE_MS = 5
const TIMES_LIMIT = 1_000_000

/**
 * Which calls a fault happens to, which of them, and what happens. `error` or `effect` is needed; with both, the error is what arrives so.
 *
 * With `event` it happens to tries to deliver callbacks instead, each repeat being one: of what is said here about calls, `mchid`, `times`,
 * `always`, `nth`, `percent` and `seed` hold for them too, and the others are refused.
 */
export interface FaultPlan {
  /** It happens to the mock's own callbacks of this event, or of any. */
  readonly event?: EventType | 'any'
  /** Id of the operation, e.g. `associateTradeInfo`. Left out: any operation, with `error` any that has such an error. */
  readonly operation?: string
  /** Id of an operation that it does not happen to. */
  readonly except?: string
  /** Only calls of this merchant. */
  readonly mchid?: string
  /** Only calls that name this batch, in the path or as a member of the body. */
  readonly stockId?: string
  /** Only calls that name this coupon. */
  readonly couponCode?: string

  /** How many calls it happens to. Default: 1; with `always` or `percent` there is no end. */
  readonly times?: number
  /** It happens to every call until the faults are cleared. */
  readonly always?: boolean
  /** It begins with the nth call that it fits, counted from 1. */
  readonly nth?: number
  /** It happens to that share of the calls, above 0 up to 100; which ones, `seed` and their position decide. */
  readonly percent?: number
  /** Makes other choices for `percent` and for a range of delays. Default: `fault`. */
  readonly seed?: string

  /** Key of one of the operation's `errors`, or of the errors that any call has, e.g. `rate_limited`, `system_error`. */
  readonly error?: string
  /**
   * Callbacks have effects of their own: `duplicate`, sent once more right after it was taken; `late` by `lateMs`; `out_of_order`, held back
   * until the next callback to the same address was taken, or until the time of the next repeat; and all ways to spoil it, after which a good
   * one follows as the next repeat, whatever the spoiled one was answered.
   */
  readonly effect?: FaultEffect
  /**
   * `before`: nothing is changed. `after`: the call is done first, with all that comes of it.
   *
   * Default: `before` for errors, `reset`, `empty` and `error_as_200`; `after` for the others, whose answer is that of a call that is done.
   */
  readonly when?: 'before' | 'after'
  /** For `delay`: milliseconds on the machine's clock, at most {@link DELAY_LIMIT_MS}. */
  readonly delayMs?: number | { readonly min: number; readonly max: number }
  /** For `slow_drip`: milliseconds between two bytes. Default: 5. */
  readonly pauseMs?: number
  /** For `late`: milliseconds on the mock's clock, at most {@link LATE_LIMIT_MS}. */
  readonly lateMs?: number
}

/** A plan, and what came of it so far. */
export interface PlannedFault extends FaultPlan {
  /** Calls that it still happens to; left out where there is no end. */
  readonly left?: number
  /** Calls that it happened to. */
  readonly fired: number
  /** Calls that it fitted, whether it happened to them or not. */
  readonly calls: number
}

/** An authenticated call, as far as plans look at it. */
export interface FaultyCall {
  readonly operation: OperationDescription
  readonly mchid: string
  readonly request: WireRequest
}

/** What happens to one call. */
export interface FiredFault {
  /** What is answered in place of the operation's own answer. */
  readonly error?: ErrorDefinition
  /** Whether the change is made. */
  readonly when: 'before' | 'after'
  /** Whether nothing of the operation is to be run: what would be answered never matters. */
  readonly inPlace: boolean
  readonly spoil?: AnswerEffect
  readonly errorAs200: boolean
  readonly delivery?: Delivery
  /** Milliseconds before anything is done, and after it. */
  readonly delayMs: { readonly before: number; readonly after: number }
  /** For the journal. */
  readonly remark: string
}

/** A try to deliver a callback, as far as plans look at it. */
export interface FaultyTry {
  readonly mchid: string
  readonly eventType: string
  /** Whether it is made because it is due, so that it can be put off. */
  readonly isDue: boolean
  /** Whether another callback to the same address is held back already. */
  readonly isOvertaking: boolean
}

/** What happens to one try to deliver a callback. */
export interface FiredCallbackFault {
  readonly effect: CallbackEffect
  /** Milliseconds on the mock's clock; 0 for all but `late`. */
  readonly lateMs: number
  /** Left out where the callback is as it should be. */
  readonly spoil?: CallbackSpoil
  /** For the journal. */
  readonly remark: string
}

/** Keys of an operation's own errors; those of a record in general are no keys. */
type OwnErrors<Errors> = keyof { [Key in keyof Errors as string extends Key ? never : Key]: true }

/** Keys of the errors that an operation can be made to answer with. */
export type ErrorOf<Described extends Pick<OperationDescription, 'errors'>> =
  | (OwnErrors<Described['errors']> & string)
  | keyof typeof commonErrors

const PLANNED = documentKey<readonly PlannedFault[]>('faults')
/** How often the faults were cleared. */
const CLEARINGS = documentKey<number>('fault-clearings')

const NO_PLANS: readonly PlannedFault[] = []

/** The faults that are planned, in the order they were planned in; they are a document of the store, and so is how often each has happened. */
export class Faults {
  readonly #operations: readonly OperationDescription[]
  readonly #documents: Documents
  /** Callbacks that a fault has happened to, and is not done with. */
  readonly putOff: PutOffTries
  readonly #waiting = new Set<() => void>()

  /** @param documents those of the mock's store */
  constructor(operations: readonly OperationDescription[], documents: Documents = new DocumentsCopy()) {
    this.#operations = operations
    this.#documents = documents
    this.putOff = new PutOffTries(documents)
    documents.subscribe((names) => {
      if (names.has(CLEARINGS.name)) for (const end of this.#waiting) end()
    })
  }

  /**
   * Plans a fault for authenticated calls to come.
   *
   * @throws UsageError `MOCK_OPERATION_UNKNOWN`; `MOCK_FAULT_UNKNOWN` when the operation has no such error; `MOCK_FAULT_PLAN` for a plan
   * that says too much or too little
   */
  plan(plan: FaultPlan): Awaitable<PlannedFault> {
    const given = withoutGaps(plan)
    for (const name of ['operation', 'except'] as const) this.#checkOperation(given[name], name)
    const named = this.#operations.filter(({ id }) => given.operation === undefined || id === given.operation)
    const { error } = given
    if (error !== undefined && !named.some((one) => errorOf(one, error))) {
      const known = [...new Set([...named.flatMap(({ errors }) => Object.keys(errors)), ...Object.keys(commonErrors)])]
      throw new UsageError(
        'MOCK_FAULT_UNKNOWN',
        `${given.operation ?? 'The mock'} has no error ${error}. There are: ${known.join(', ')}.`,
        { path: '/error' },
      )
    }
    checkPlan(given)
    const endless = given.always === true || (given.percent !== undefined && given.times === undefined)
    const times = given.times ?? 1
    const planned = { ...given, ...(!endless && { times, left: times }), fired: 0, calls: 0 }
    return this.#documents.update((draft) => {
      draft.put(PLANNED, [...(draft.get(PLANNED) ?? NO_PLANS), planned])
      return planned
    })
  }

  #checkOperation(wanted: string | undefined, name: string): void {
    if (wanted === undefined || this.#operations.some(({ id }) => id === wanted)) return
    throw new UsageError(
      'MOCK_OPERATION_UNKNOWN',
      `The mock has no operation ${wanted}. It has: ${this.#operations.map(({ id }) => id).join(', ')}.`,
      { path: `/${name}` },
    )
  }

  /**
   * Lets the next call of an operation be answered with one of its errors, or of those that any call has.
   *
   * ```ts
   * mock.faults.next(associateTradeInfo, 'linked_to_other_order')
   * ```
   */
  next<const Described extends Pick<OperationDescription, 'id' | 'errors'>>(
    operation: Described,
    error: ErrorOf<Described>,
    more: Omit<FaultPlan, 'operation' | 'error'> = {},
  ): Awaitable<PlannedFault> {
    return this.plan({ ...more, operation: operation.id, error })
  }

  /** Those that are still to come, in the order they were planned in. */
  get planned(): readonly PlannedFault[] {
    return this.#documents.get(PLANNED) ?? NO_PLANS
  }

  /** Those that happened to no call so far. */
  get unused(): readonly PlannedFault[] {
    return this.planned.filter(({ fired }) => fired === 0)
  }

  /** @throws UsageError `MOCK_FAULTS_LEFT` that lists the plans which never happened to a call */
  assertAllUsed(): void {
    const { unused } = this
    if (unused.length === 0) return
    const list = unused.map(
      (fault) =>
        `  ${describePlan(fault)}, which fitted ${fault.calls} ${fault.event === undefined ? 'calls' : 'tries'}`,
    )
    throw new UsageError(
      'MOCK_FAULTS_LEFT',
      `${unused.length} planned faults never happened:\n${list.join('\n')}\nMake the calls, let the callbacks come, or take the plans away.`,
    )
  }

  /** What happens to a call: the first fault that is planned for it, and with it the first delay. Counts the call. */
  async take(call: FaultyCall): Promise<FiredFault | undefined> {
    const fired = await this.#count(
      (fault) => fits(fault, call),
      (one, other) => (one.effect === 'delay') === (other.effect === 'delay'),
    )
    return fired.length === 0 ? undefined : firedFault(fired, call.operation)
  }

  /** What happens to a try to deliver a callback: the first fault that is planned for it. Counts the try. */
  async takeTry(attempt: FaultyTry): Promise<FiredCallbackFault | undefined> {
    const [fired] = await this.#count(
      (fault) => fitsTry(fault, attempt),
      () => true,
    )
    if (!fired || !isCallbackEffect(fired.effect)) return undefined
    const { effect, lateMs = 0 } = fired
    return {
      effect,
      lateMs,
      ...(isCallbackSpoil(effect) && { spoil: effect }),
      remark: `A planned fault: ${CALLBACK_EFFECTS[effect]} (${describePlan(fired)}).`,
    }
  }

  /** Those that happen, in the order they were planned in, of those that exclude each other the first. */
  #count(
    fitting: (fault: PlannedFault) => boolean,
    exclude: (one: PlannedFault, other: PlannedFault) => boolean,
  ): Awaitable<readonly PlannedFault[]> {
    if (!this.planned.some(fitting)) return NO_PLANS
    return this.#documents.update((draft) => {
      const fired: PlannedFault[] = []
      const counted = (draft.get(PLANNED) ?? NO_PLANS).map((fault) => {
        if (!fitting(fault)) return fault
        const counted = { ...fault, calls: fault.calls + 1 }
        if (fired.some((other) => exclude(other, fault)) || !isDue(counted)) return counted
        fired.push(counted)
        return {
          ...counted,
          fired: counted.fired + 1,
          ...(counted.left !== undefined && { left: counted.left - 1 }),
        }
      })
      putPlans(
        draft,
        counted.filter(({ left }) => left !== 0),
      )
      return fired
    })
  }

  /** Waits on the machine's clock, or until the faults are cleared. */
  wait(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#waiting.delete(end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#waiting.add(end)
    })
  }

  /** Forgets all plans, and ends the delays that are under way. */
  clear(): Awaitable<void> {
    return this.#documents.update((draft) => this.clearIn(draft))
  }

  /** Does what {@link clear} does as a part of a larger change. */
  clearIn(draft: DocumentsDraft): void {
    draft.delete(PLANNED)
    this.putOff.clearIn(draft)
    draft.put(CLEARINGS, (draft.get(CLEARINGS) ?? 0) + 1)
  }
}

function putPlans(draft: DocumentsDraft, plans: readonly PlannedFault[]): void {
  if (plans.length > 0) draft.put(PLANNED, plans)
  else draft.delete(PLANNED)
}

/** A plan without members that are `undefined`, which JavaScript may hand over. */
function withoutGaps(plan: FaultPlan): FaultPlan {
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined))
}

function checkPlan(plan: FaultPlan): void {
  const { error, effect, when, times, always, nth, percent, delayMs, pauseMs } = plan
  const refuse: Refuse = (path, message) => {
    throw new UsageError('MOCK_FAULT_PLAN', message, { path })
  }
  const outside = (value: number | undefined, min: number, max: number) =>
    value !== undefined && !(value >= min && value <= max)
  const noCount = (value: number | undefined) =>
    outside(value, 1, TIMES_LIMIT) || (value !== undefined && !Number.isInteger(value))
  if (error === undefined && effect === undefined) refuse('', 'Say what is to happen: an error, an effect, or both.')
  if (plan.event === undefined) checkOfCalls(plan, refuse)
  else checkOfCallbacks(plan, refuse)
  if (noCount(times)) refuse('/times', `times is ${times}: use a whole number from 1 to ${TIMES_LIMIT}.`)
  if (noCount(nth)) refuse('/nth', `nth is ${nth}: use a whole number from 1 to ${TIMES_LIMIT}.`)
  if (percent !== undefined && !(percent > 0 && percent <= 100)) {
    refuse('/percent', `percent is ${percent}: use a number above 0, up to 100.`)
  }
  if (always === true && times !== undefined) refuse('/always', 'Say always or times, not both.')
  if (effect === 'answer_lost' && when === 'before') {
    refuse('/when', 'answer_lost is after the change; before it, it is reset.')
  }
  if ((effect === 'delay') !== (delayMs !== undefined)) {
    refuse('/delayMs', 'A delay needs its milliseconds, and only a delay has them.')
  }
  const { min, max } = typeof delayMs === 'object' ? delayMs : { min: delayMs, max: delayMs }
  if (outside(min, 0, DELAY_LIMIT_MS) || outside(max, min ?? 0, DELAY_LIMIT_MS)) {
    refuse('/delayMs', `A delay is 0 to ${DELAY_LIMIT_MS} milliseconds long, and its min is not above its max.`)
  }
  if (pauseMs !== undefined && effect !== 'slow_drip') refuse('/pauseMs', 'Only slow_drip has pauses.')
  if (outside(pauseMs, 0, PAUSE_LIMIT_MS)) refuse('/pauseMs', `A pause is 0 to ${PAUSE_LIMIT_MS} milliseconds long.`)
}

type Refuse = (path: string, message: string) => void

function checkOfCalls({ effect, lateMs }: FaultPlan, refuse: Refuse): void {
  if (effect !== undefined && !Object.hasOwn(EFFECTS, effect)) {
    if (isCallbackEffect(effect)) refuse('/event', `${effect} happens to callbacks: name their event, or "any".`)
    refuse('/effect', `There is no effect ${effect}. There are: ${Object.keys(EFFECTS).join(', ')}.`)
  }
  if (lateMs !== undefined) refuse('/lateMs', 'Only callbacks are late by the clock of the mock; calls have a delay.')
}

/** What only plans for calls have. */
const OF_CALLS = ['operation', 'except', 'stockId', 'couponCode', 'error', 'when', 'delayMs', 'pauseMs'] as const

function checkOfCallbacks({ event, effect, lateMs, ...plan }: FaultPlan, refuse: Refuse): void {
  if (event !== 'any' && !EVENT_TYPES.some((known) => known === event)) {
    refuse('/event', `There is no event ${event}. There are: any, ${EVENT_TYPES.join(', ')}.`)
  }
  for (const name of OF_CALLS) {
    if (plan[name] !== undefined) refuse(`/${name}`, `${name} is about calls, and an event about callbacks: say one.`)
  }
  if (!isCallbackEffect(effect)) {
    const known = Object.keys(CALLBACK_EFFECTS).join(', ')
    refuse('/effect', `Callbacks have no effect ${effect}. They have: ${known}.`)
  }
  if ((effect === 'late') !== (lateMs !== undefined)) {
    refuse('/lateMs', 'What is late needs how much it is late by, and only that has it.')
  }
  if (lateMs !== undefined && !(Number.isInteger(lateMs) && lateMs >= 1 && lateMs <= LATE_LIMIT_MS)) {
    refuse('/lateMs', `A callback is late by a whole number of milliseconds, from 1 to ${LATE_LIMIT_MS}.`)
  }
}

function fitsTry({ event, mchid, effect }: PlannedFault, attempt: FaultyTry): boolean {
  return (
    (event === 'any' || event === attempt.eventType) &&
    (mchid === undefined || mchid === attempt.mchid) &&
    (effect !== 'late' || attempt.isDue) &&
    (effect !== 'out_of_order' || (attempt.isDue && !attempt.isOvertaking))
  )
}

function fits({ mchid, stockId, couponCode, ...fault }: PlannedFault, call: FaultyCall): boolean {
  return (
    fault.event === undefined &&
    (fault.operation === undefined || fault.operation === call.operation.id) &&
    fault.except !== call.operation.id &&
    (mchid === undefined || mchid === call.mchid) &&
    (fault.error === undefined || errorOf(call.operation, fault.error) !== undefined) &&
    mentions(call, 'stock_id', stockId) &&
    mentions(call, 'coupon_code', couponCode)
  )
}

/** Whether it happens to the call that was counted last. */
function isDue({ calls, nth = 1, percent, seed }: PlannedFault): boolean {
  return calls >= nth && (percent === undefined || share(seed, 'percent', calls) * 100 < percent)
}

/** A number from 0 up to 1 that depends on nothing but the seed and the position of the call. */
function share(seed = 'fault', about: string, calls: number): number {
  return createHash('sha256').update(`${seed}:${about}:${calls}`).digest().readUInt32BE() / 2 ** 32
}

function firedFault(faults: readonly PlannedFault[], operation: OperationDescription): FiredFault {
  const what = faults.find(({ effect }) => effect !== 'delay')
  const delay = faults.find(({ effect }) => effect === 'delay')
  const { error, effect } = what ?? delay ?? {}
  const when = what ? momentOf(what) : delay?.error === undefined ? 'after' : momentOf(delay)
  const lost = effect === 'reset' || effect === 'empty'
  const key = error ?? (effect === 'error_as_200' || (lost && when === 'before') ? 'system_error' : undefined)
  const definition = key === undefined ? undefined : errorOf(operation, key)
  const ms = delay ? delayOf(delay) : 0
  const delivery = what && deliveryOf(what)
  return {
    when,
    inPlace: definition !== undefined && when === 'before',
    errorAs200: effect === 'error_as_200',
    delayMs: delay && momentOf(delay) === 'before' ? { before: ms, after: 0 } : { before: 0, after: ms },
    remark: faults.map((fault) => `${happened(fault, definition)} (${describePlan(fault)}).`).join(' '),
    ...(definition && { error: definition }),
    ...(isAnswerEffect(effect) && { spoil: effect }),
    ...(delivery && { delivery }),
  }
}

function momentOf({ when, error, effect }: FaultPlan): 'before' | 'after' {
  if (when !== undefined) return when
  if (effect === 'answer_lost') return 'after'
  return error !== undefined || effect === 'reset' || effect === 'empty' || effect === 'error_as_200'
    ? 'before'
    : 'after'
}

function delayOf({ delayMs = 0, seed, calls }: PlannedFault): number {
  if (typeof delayMs === 'number') return delayMs
  return Math.round(delayMs.min + (delayMs.max - delayMs.min) * share(seed, 'delay', calls))
}

function deliveryOf({ effect, pauseMs = DEFAULT_PAUSE_MS }: FaultPlan): Delivery | undefined {
  switch (effect) {
    case 'reset':
    case 'answer_lost':
      return { kind: 'reset' }
    case 'empty':
    case 'half_body':
      return { kind: effect }
    case 'slow_drip':
      return { kind: 'slow_drip', pauseMs }
    default:
      return undefined
  }
}

function happened({ error, effect }: FaultPlan, definition: ErrorDefinition | undefined): string {
  const answered =
    error !== undefined && definition ? `answered with ${definition.status} ${definition.code}` : undefined
  const texts = [answered, isCallEffect(effect) ? EFFECTS[effect] : undefined].filter((text) => text !== undefined)
  return `A planned fault: ${texts.join('; ')}`
}

/** A plan in one line, e.g. `operation associateTradeInfo, error system_error, times 2`. */
function describePlan({ left: _, fired: __, calls: ___, ...plan }: PlannedFault): string {
  return Object.entries(plan)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ')
}

function isCallEffect(effect: FaultEffect | undefined): effect is keyof typeof EFFECTS {
  return effect !== undefined && Object.hasOwn(EFFECTS, effect)
}

function isCallbackEffect(effect: FaultEffect | undefined): effect is CallbackEffect {
  return effect !== undefined && Object.hasOwn(CALLBACK_EFFECTS, effect)
}

function isCallbackSpoil(effect: CallbackEffect): effect is CallbackSpoil {
  return Object.hasOwn(CALLBACK_SPOILS, effect)
}

function isAnswerEffect(effect: FaultEffect | undefined): effect is AnswerEffect {
  return effect !== undefined && Object.hasOwn(ANSWER_EFFECTS, effect)
}

/** An error of the operation itself, or one that any call has. */
function errorOf({ errors }: Pick<OperationDescription, 'errors'>, key: string): ErrorDefinition | undefined {
  if (Object.hasOwn(errors, key)) return errors[key]
  return isCommon(key) ? commonErrors[key] : undefined
}

function isCommon(key: string): key is keyof typeof commonErrors {
  return Object.hasOwn(commonErrors, key)
}
