import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { type ErrorDefinition, refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { inItsPlace, nearestWord, type Texts } from '../../wire/shared/texts.ts'
import type { EventDescription } from '../callbacks/event.ts'
import type { OperationDescription } from '../operation.ts'
import type { Gateway } from '../product.ts'
import {
  CALL_EFFECTS,
  CALLBACK_EFFECTS,
  delayRefusal,
  type FaultPlan,
  GATEWAY_EFFECTS,
  isCallbackEffect,
  LATE_LIMIT_MS,
  PAUSE_LIMIT_MS,
} from './fault-plan.ts'

/** Keys of an operation's own errors; none for an open record. */
type OwnErrors<Errors> = keyof { [Key in keyof Errors as string extends Key ? never : Key]: true }

/** Keys of the errors that a fault can make an operation answer with. */
export type ErrorOf<Described extends Pick<OperationDescription, 'errors'>> =
  | (OwnErrors<Described['errors']> & string)
  | keyof typeof commonErrors
  | keyof typeof PUBLIC_ROWS

const publicRow = { evidence: 'documented', source: sources.commonErrors } as const

/** The rows that pages print for every call (公共错误码), by their codes. */
const PUBLIC_ROWS = {
  PARAM_ERROR: { ...commonErrors.parameter_invalid, message: '参数错误', ...publicRow },
  INVALID_REQUEST: commonErrors.malformed,
  SIGN_ERROR: { ...commonErrors.signature_mismatch, message: '验证不通过', ...publicRow },
  SYSTEM_ERROR: commonErrors.system_error,
} as const satisfies Readonly<Record<string, ErrorDefinition>>

/**
 * Finds an error of the operation itself, or one that any call can have, as the gateway words it; by a code, the first error of the operation with that
 * code, or the row that pages print for every call.
 */
export function errorOf(
  { errors }: Pick<OperationDescription, 'errors'>,
  key: string,
  gateway: Gateway = {},
): ErrorDefinition | undefined {
  if (Object.hasOwn(errors, key)) return errors[key]
  if (isCommon(key)) return commonErrorOf(key, gateway)
  const byCode = Object.values(errors).find(({ code }) => code !== '' && code === key)
  return byCode ?? (isPublic(key) ? PUBLIC_ROWS[key] : undefined)
}

function isPublic(key: string): key is keyof typeof PUBLIC_ROWS {
  return Object.hasOwn(PUBLIC_ROWS, key)
}

/** An error that any call can have, as the gateway words it. */
export function commonErrorOf(key: keyof typeof commonErrors, { errors }: Gateway): ErrorDefinition {
  return errors?.[key] ?? commonErrors[key]
}

function isCommon(key: string): key is keyof typeof commonErrors {
  return Object.hasOwn(commonErrors, key)
}

const TIMES_LIMIT = 1_000_000

type Refuse = (path: string, texts: Texts) => void

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
  throw unknownOperation(wanted, `/${name}`, operations)
}

/** @param path its place as a JSON pointer */
export function unknownOperation(
  wanted: string,
  path: string,
  operations: readonly Pick<OperationDescription, 'id'>[],
): UsageError {
  const advice = adviceOn(
    wanted,
    operations.map(({ id }) => id),
  )
  return refusalAt(path, 'MOCK_OPERATION_UNKNOWN', {
    en: `The mock has no operation ${wanted}.${advice.en}`,
    zh: `模拟服务没有接口 ${wanted}，${advice.zh}`,
  })
}

function adviceOn(word: string | undefined, known: readonly string[]): Texts {
  return inItsPlace(nearestWord(String(word), known), known)
}

function checkError({ operation, error }: FaultPlan, operations: readonly OperationDescription[]): void {
  const named = operations.filter(({ id }) => operation === undefined || id === operation)
  if (error === undefined || named.some((one) => errorOf(one, error))) return
  const known = [...new Set([...named.flatMap(({ errors }) => Object.keys(errors)), ...Object.keys(commonErrors)])]
  const advice = adviceOn(error, known)
  throw refusalAt('/error', 'MOCK_FAULT_UNKNOWN', {
    en: `${operation ?? 'The mock'} has no error ${error}.${advice.en}`,
    zh: `${operation === undefined ? '模拟服务' : `接口 ${operation} `}没有错误 ${error}，${advice.zh}`,
  })
}

function checkMembers(plan: FaultPlan, events: Served['events']): void {
  const { error, effect, when, times, always, nth, percent, delayMs, pauseMs } = plan
  const refuse: Refuse = (path, texts) => {
    throw new UsageError('MOCK_FAULT_PLAN', texts, { path })
  }
  const outside = (value: number | undefined, min: number, max: number) =>
    value !== undefined && !(value >= min && value <= max)
  const noCount = (value: number | undefined) =>
    outside(value, 1, TIMES_LIMIT) || (value !== undefined && !Number.isInteger(value))
  if (error === undefined && effect === undefined && plan.status === undefined)
    refuse('', {
      en: 'Say what is to happen: an error, the status of a gateway, an effect, or an effect on one of these.',
      zh: '请写明要发生什么：错误（error）、网关的状态码（status）、效果（effect），或前两者之一加上效果。',
    })
  if (plan.event === undefined) checkOfCalls(plan, refuse)
  else checkOfCallbacks(plan, events, refuse)
  if (noCount(times))
    refuse('/times', {
      en: `times is ${times}: use a whole number from 1 to ${TIMES_LIMIT}.`,
      zh: `次数（times）不能是 ${times}，请使用 1 到 ${TIMES_LIMIT} 的整数。`,
    })
  if (noCount(nth))
    refuse('/nth', {
      en: `nth is ${nth}: use a whole number from 1 to ${TIMES_LIMIT}.`,
      zh: `起始次序（nth）不能是 ${nth}，请使用 1 到 ${TIMES_LIMIT} 的整数。`,
    })
  if (percent !== undefined && !(percent > 0 && percent <= 100)) {
    refuse('/percent', {
      en: `percent is ${percent}: use a number above 0, up to 100.`,
      zh: `百分比（percent）不能是 ${percent}，请使用大于 0 且不超过 100 的数。`,
    })
  }
  if (always === true && times !== undefined)
    refuse('/always', { en: 'Say always or times, not both.', zh: 'always 和 times 只能写一个。' })
  if (effect === 'answer_lost' && when === 'before') {
    refuse('/when', {
      en: 'answer_lost is after the change; before it, it is reset.',
      zh: 'answer_lost 发生在状态改变之后；要在改变之前断开连接，请使用 reset。',
    })
  }
  if ((effect === 'delay') !== (delayMs !== undefined)) {
    refuse('/delayMs', {
      en: 'A delay needs its milliseconds, and only a delay has them.',
      zh: '延迟（delay）必须写明毫秒数，其他效果不能写。',
    })
  }
  const whyNotThatLong = delayMs === undefined ? undefined : delayRefusal(delayMs)
  if (whyNotThatLong !== undefined) refuse('/delayMs', whyNotThatLong)
  if (pauseMs !== undefined && effect !== 'slow_drip')
    refuse('/pauseMs', { en: 'Only slow_drip has pauses.', zh: '只有 slow_drip 可以设置字节间隔。' })
  if (outside(pauseMs, 0, PAUSE_LIMIT_MS))
    refuse('/pauseMs', {
      en: `A pause is 0 to ${PAUSE_LIMIT_MS} milliseconds long.`,
      zh: `字节间隔应为 0 到 ${PAUSE_LIMIT_MS} 毫秒。`,
    })
}

function checkOfCalls({ error, effect, status, body, lateMs }: FaultPlan, refuse: Refuse): void {
  if (effect !== undefined && !Object.hasOwn(CALL_EFFECTS, effect)) {
    if (isCallbackEffect(effect))
      refuse('/event', {
        en: `${effect} happens to callbacks: name their event, or "any".`,
        zh: `${effect} 作用于回调：请用 event 写明事件类型，或写 "any"。`,
      })
    const advice = adviceOn(effect, Object.keys(CALL_EFFECTS))
    refuse('/effect', { en: `There is no effect ${effect}.${advice.en}`, zh: `没有效果 ${effect}，${advice.zh}` })
  }
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599))
    refuse('/status', {
      en: `status is ${status}: use a status from 200 to 599, such as 502.`,
      zh: `状态码（status）不能是 ${status}，请使用 200 到 599 的状态码，如 502。`,
    })
  if (status !== undefined && error !== undefined)
    refuse('/status', {
      en: 'error is what the service answers, and status what a gateway does in its place: say one.',
      zh: 'error 由微信支付应答，status 由网关代为应答：只能写一个。',
    })
  if (status !== undefined && effect !== undefined && !GATEWAY_EFFECTS.includes(effect))
    refuse('/effect', {
      en: `The answer of a gateway has no effect ${effect}. It may have: ${GATEWAY_EFFECTS.join(', ')}.`,
      zh: `网关的应答没有效果 ${effect}，可用的有：${GATEWAY_EFFECTS.join('、')}。`,
    })
  if (body !== undefined && (status === undefined || status === 204 || status === 304))
    refuse('/body', {
      en: 'body is that of an answer with status, and 204 and 304 have none.',
      zh: 'body 须与 status 一起写，且 204 和 304 没有报文主体。',
    })
  if (lateMs !== undefined)
    refuse('/lateMs', {
      en: 'Only callbacks are late by the clock of the mock; calls have a delay.',
      zh: '只有回调可以按模拟服务的时钟推迟；请求请使用 delay。',
    })
}

/** Members that only plans for calls have. */
const OF_CALLS = [
  'operation',
  'except',
  'stockId',
  'couponCode',
  'error',
  'status',
  'body',
  'when',
  'delayMs',
  'pauseMs',
] as const

function checkOfCallbacks(
  { event, effect, lateMs, ...plan }: FaultPlan,
  events: Served['events'],
  refuse: Refuse,
): void {
  const known = ['any', ...events.map(({ eventType }) => eventType)]
  if (event === undefined || !known.includes(event)) {
    const advice = adviceOn(event, known)
    refuse('/event', { en: `There is no event ${event}.${advice.en}`, zh: `没有事件 ${event}，${advice.zh}` })
  }
  for (const name of OF_CALLS) {
    if (plan[name] !== undefined)
      refuse(`/${name}`, {
        en: `${name} is about calls, and an event about callbacks: say one.`,
        zh: `${name} 作用于请求，event 作用于回调：只能写一个。`,
      })
  }
  if (!isCallbackEffect(effect)) {
    const effects = Object.keys(CALLBACK_EFFECTS)
    refuse('/effect', {
      en: `Callbacks have no effect ${effect}. They have: ${effects.join(', ')}.`,
      zh: `回调没有效果 ${effect}，可用的有：${effects.join('、')}。`,
    })
  }
  if ((effect === 'late') !== (lateMs !== undefined)) {
    refuse('/lateMs', {
      en: 'What is late needs how much it is late by, and only that has it.',
      zh: '推迟（late）必须写明推迟多久，其他效果不能写。',
    })
  }
  if (lateMs !== undefined && !(Number.isInteger(lateMs) && lateMs >= 1 && lateMs <= LATE_LIMIT_MS)) {
    refuse('/lateMs', {
      en: `A callback is late by a whole number of milliseconds, from 1 to ${LATE_LIMIT_MS}.`,
      zh: `回调推迟的毫秒数应为 1 到 ${LATE_LIMIT_MS} 的整数。`,
    })
  }
}
