import { commonErrors } from '../../protocol/common-errors.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { EventDescription } from '../callbacks/event.ts'
import type { OperationDescription } from '../operation.ts'
import { CALL_EFFECTS, CALLBACK_EFFECTS, isCallbackEffect } from './effects.ts'
import { delayRefusal } from './fault-delay.ts'
import { type FaultPlan, LATE_LIMIT_MS, PAUSE_LIMIT_MS } from './fault-plan.ts'
import { errorOf } from './operation-errors.ts'

const TIMES_LIMIT = 1_000_000

type Refuse = (path: string, message: string) => void

/** The parts of a mock that faults can happen to. */
export interface Served {
  readonly operations: readonly OperationDescription[]
  readonly events: readonly Pick<EventDescription, 'eventType'>[]
}

/**
 * Refuses a plan that names something unknown, or has too many or too few members.
 *
 * @throws UsageError `MOCK_OPERATION_UNKNOWN`; `MOCK_FAULT_UNKNOWN` if the operation has no such error; `MOCK_FAULT_PLAN`
 */
export function checkPlan(plan: FaultPlan, { operations, events }: Served): void {
  for (const name of ['operation', 'except'] as const) checkOperation(plan[name], name, operations)
  checkError(plan, operations)
  checkMembers(plan, events)
}

function checkOperation(wanted: string | undefined, name: string, operations: readonly OperationDescription[]): void {
  if (wanted === undefined || operations.some(({ id }) => id === wanted)) return
  throw new UsageError(
    'MOCK_OPERATION_UNKNOWN',
    `The mock has no operation ${wanted}. It has: ${operations.map(({ id }) => id).join(', ')}.`,
    { path: `/${name}` },
  )
}

function checkError({ operation, error }: FaultPlan, operations: readonly OperationDescription[]): void {
  const named = operations.filter(({ id }) => operation === undefined || id === operation)
  if (error === undefined || named.some((one) => errorOf(one, error))) return
  const known = [...new Set([...named.flatMap(({ errors }) => Object.keys(errors)), ...Object.keys(commonErrors)])]
  throw new UsageError(
    'MOCK_FAULT_UNKNOWN',
    `${operation ?? 'The mock'} has no error ${error}. There are: ${known.join(', ')}.`,
    { path: '/error' },
  )
}

function checkMembers(plan: FaultPlan, events: Served['events']): void {
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
  else checkOfCallbacks(plan, events, refuse)
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
  const whyNotThatLong = delayMs === undefined ? undefined : delayRefusal(delayMs)
  if (whyNotThatLong !== undefined) refuse('/delayMs', whyNotThatLong)
  if (pauseMs !== undefined && effect !== 'slow_drip') refuse('/pauseMs', 'Only slow_drip has pauses.')
  if (outside(pauseMs, 0, PAUSE_LIMIT_MS)) refuse('/pauseMs', `A pause is 0 to ${PAUSE_LIMIT_MS} milliseconds long.`)
}

function checkOfCalls({ effect, lateMs }: FaultPlan, refuse: Refuse): void {
  if (effect !== undefined && !Object.hasOwn(CALL_EFFECTS, effect)) {
    if (isCallbackEffect(effect)) refuse('/event', `${effect} happens to callbacks: name their event, or "any".`)
    refuse('/effect', `There is no effect ${effect}. There are: ${Object.keys(CALL_EFFECTS).join(', ')}.`)
  }
  if (lateMs !== undefined) refuse('/lateMs', 'Only callbacks are late by the clock of the mock; calls have a delay.')
}

/** Members that only plans for calls have. */
const OF_CALLS = ['operation', 'except', 'stockId', 'couponCode', 'error', 'when', 'delayMs', 'pauseMs'] as const

function checkOfCallbacks(
  { event, effect, lateMs, ...plan }: FaultPlan,
  events: Served['events'],
  refuse: Refuse,
): void {
  const known = ['any', ...events.map(({ eventType }) => eventType)]
  if (event === undefined || !known.includes(event))
    refuse('/event', `There is no event ${event}. There are: ${known.join(', ')}.`)
  for (const name of OF_CALLS) {
    if (plan[name] !== undefined) refuse(`/${name}`, `${name} is about calls, and an event about callbacks: say one.`)
  }
  if (!isCallbackEffect(effect)) {
    const effects = Object.keys(CALLBACK_EFFECTS).join(', ')
    refuse('/effect', `Callbacks have no effect ${effect}. They have: ${effects}.`)
  }
  if ((effect === 'late') !== (lateMs !== undefined)) {
    refuse('/lateMs', 'What is late needs how much it is late by, and only that has it.')
  }
  if (lateMs !== undefined && !(Number.isInteger(lateMs) && lateMs >= 1 && lateMs <= LATE_LIMIT_MS)) {
    refuse('/lateMs', `A callback is late by a whole number of milliseconds, from 1 to ${LATE_LIMIT_MS}.`)
  }
}
