import type { ErrorDefinition } from '../../wire/protocol/errors.ts'
import { parseJsonObject } from '../../wire/protocol/json-object.ts'
import { STATUS_CODES } from '../../wire/shared/node-version.ts'
import { sentences, type Texts } from '../../wire/shared/texts.ts'
import type { Delivery, WireRequest } from '../http-message.ts'
import { mentions } from '../journal/journal.ts'
import type { OperationDescription } from '../operation.ts'
import type { Gateway } from '../product.ts'
import { errorOf } from './check-plan.ts'
import { type AnswerEffect, CALLBACK_DAMAGE, isAnswerEffect } from './damage.ts'
import {
  CALL_EFFECTS,
  drawDelay,
  type FaultEffect,
  type FaultPlan,
  happenedAsPlanned,
  isCallEffect,
  type PlannedFault,
} from './fault-plan.ts'

/** Facts of an authenticated call that plans are matched against. */
export interface FaultyCall {
  readonly operation: OperationDescription
  readonly mchid: string
  readonly request: WireRequest
  /** The gateway of the path; it words errors that any call can have. */
  readonly gateway?: Gateway
}

/** Facts of an attempt to deliver a callback that plans are matched against. */
export interface FaultyAttempt {
  readonly mchid: string
  readonly eventType: string
  /** Whether it is made because it is due, so that it can be postponed. */
  readonly isDue: boolean
  /** Whether another callback to the same address is already held back. */
  readonly isOvertaking: boolean
  /** Whether it is sealed and signed as callbacks of API v3 are; only such a callback can be corrupted. */
  readonly isSigned: boolean
}

export function fitsCall({ mchid, stockId, couponCode, ...fault }: FaultPlan, call: FaultyCall): boolean {
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

export function fitsAttempt({ event, mchid, effect }: FaultPlan, attempt: FaultyAttempt): boolean {
  return (
    (event === 'any' || event === attempt.eventType) &&
    (mchid === undefined || mchid === attempt.mchid) &&
    (effect !== 'late' || attempt.isDue) &&
    (effect !== 'out_of_order' || (attempt.isDue && !attempt.isOvertaking)) &&
    (attempt.isSigned || effect === undefined || !Object.hasOwn(CALLBACK_DAMAGE, effect))
  )
}

const DEFAULT_PAUSE_MS = 5

/** The answer of a gateway in front of the service. */
interface GatewayAnswer {
  readonly status: number
  readonly body: Uint8Array
  /** Left out for an answer without a body. */
  readonly contentType?: string
}

/** Reasons that nginx words otherwise than HTTP. */
const NGINX_REASONS: Readonly<Record<number, string>> = {
  413: 'Request Entity Too Large',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
}

/** The page that nginx has for a status (inferred), or a given body. */
function gatewayAnswer(status: number, given: string | undefined): GatewayAnswer {
  if (status === 204 || status === 304) return { status, body: new Uint8Array() }
  const title = `${status} ${NGINX_REASONS[status] ?? STATUS_CODES[status] ?? ''}`.trimEnd()
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ]
  const body = Buffer.from(given ?? lines.join('\r\n'))
  return { status, body, contentType: parseJsonObject(body) ? 'application/json' : 'text/html' }
}

/** The combined effect of planned faults on one call. */
export interface FiredFault {
  /** Replaces the operation's own answer. */
  readonly error?: ErrorDefinition
  /** The answer of a gateway in front of the service, which replaces the service's own. */
  readonly gatewayAnswer?: GatewayAnswer
  /** Whether it happens before the operation's change or after it. */
  readonly when: 'before' | 'after'
  /** Whether the operation need not run at all, since its answer would not matter. */
  readonly inPlace: boolean
  readonly damage?: AnswerEffect
  /** Whether it waits for a decision, at the moment that `when` says. */
  readonly isHeld: boolean
  readonly errorAs200: boolean
  readonly delivery?: Delivery
  /** Milliseconds to wait before the operation runs, and after it. */
  readonly delayMs: { readonly before: number; readonly after: number }
  /** For the journal. */
  readonly remark: Texts
  readonly effects: readonly FaultEffect[]
  /** The plans, in their state before they happened. */
  readonly plans: readonly PlannedFault[]
}

/** Combines the plans that happen to one call: one with an effect or an error, one that delays it, or both. */
export function firedFault(
  faults: readonly PlannedFault[],
  { operation, gateway }: Pick<FaultyCall, 'operation' | 'gateway'>,
): FiredFault {
  const what = faults.find(({ effect }) => effect !== 'delay')
  const delay = faults.find(({ effect }) => effect === 'delay')
  const { error, effect, status, body } = what ?? delay ?? {}
  const when = what
    ? momentOf(what)
    : delay?.error === undefined && delay?.status === undefined
      ? 'after'
      : momentOf(delay)
  const lost = effect === 'reset' || effect === 'empty'
  const key = error ?? (effect === 'error_as_200' || (lost && when === 'before') ? 'system_error' : undefined)
  const definition = key === undefined ? undefined : errorOf(operation, key, gateway)
  const ms = delay ? drawDelay(delay.delayMs ?? 0, delay.seed, delay.calls) : 0
  const delivery = what && deliveryOf(what)
  return {
    when,
    inPlace: (definition !== undefined || status !== undefined) && when === 'before',
    isHeld: effect === 'hold',
    errorAs200: effect === 'error_as_200',
    delayMs: delay && momentOf(delay) === 'before' ? { before: ms, after: 0 } : { before: 0, after: ms },
    remark: sentences(faults.map((fault) => happenedAsPlanned(happened(fault, definition), fault))),
    effects: faults.flatMap(({ effect }) => effect ?? []),
    plans: faults,
    ...(definition && { error: definition }),
    ...(status !== undefined && { gatewayAnswer: gatewayAnswer(status, body) }),
    ...(isAnswerEffect(effect) && { damage: effect }),
    ...(delivery && { delivery }),
  }
}

const BEFORE: readonly (FaultEffect | undefined)[] = ['hold', 'reset', 'empty', 'error_as_200']

function momentOf({ when, error, status, effect }: FaultPlan): 'before' | 'after' {
  if (when !== undefined) return when
  if (effect === 'answer_lost') return 'after'
  return error !== undefined || status !== undefined || BEFORE.includes(effect) ? 'before' : 'after'
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

function happened({ error, status, effect }: FaultPlan, definition: ErrorDefinition | undefined): Texts {
  const answered = error !== undefined && definition ? answeredWith(definition) : []
  const byGateway =
    status === undefined ? [] : [{ en: `a gateway answered with ${status}`, zh: `网关以 ${status} 应答` }]
  const texts = [...answered, ...byGateway, ...(isCallEffect(effect) ? [CALL_EFFECTS[effect]] : [])]
  return { en: texts.map(({ en }) => en).join('; '), zh: texts.map(({ zh }) => zh).join('，') }
}

function answeredWith({ status, code }: ErrorDefinition): readonly [Texts] {
  return [{ en: `answered with ${status} ${code}`, zh: `以 ${status} ${code} 应答` }]
}
