import type { FaultJson } from '../src/control/answer-format.ts'
import type { FaultEffect } from '../src/engine/faults/fault-plan.ts'

/** The fields of the form for a fault as it begins; an empty text means unspecified. */
export const EMPTY_FIELDS = {
  about: 'calls' as 'calls' | 'callbacks',
  operation: '',
  event: 'any',
  /** `undefined` until one is chosen; empty for none. */
  error: undefined as string | undefined,
  /** The answer of a gateway, in place of an error. */
  status: '',
  body: '',
  effect: '',
  when: '',
  delaySpread: 'even' as 'even' | 'long_tail',
  delayFrom: '1000',
  delayTo: '',
  delayMedian: '200',
  delayP99: '3000',
  pause: '',
  lateBy: 'PT5M',
  howOften: 'next' as 'next' | 'always' | 'percent',
  times: '1',
  percent: '10',
  seed: '',
  nth: '',
  mchid: '',
  stockId: '',
  couponCode: '',
}

export type FaultFields = Readonly<typeof EMPTY_FIELDS>

/** The error that a call is answered with: the usual one, unless another one, the status of a gateway or an effect is chosen. */
export function errorOf({ error, status, effect }: FaultFields): string {
  return error ?? (effect === '' && status === '' ? 'system_error' : '')
}

/** The plan in a form; the mock validates it. */
export function faultOf(fields: FaultFields): FaultJson {
  const { about, effect, howOften } = fields
  return {
    // The page offers only effects that the mock knows, and the mock refuses others.
    ...(effect !== '' && { effect: effect as FaultEffect }),
    ...(about === 'calls' ? ofCalls(fields) : ofCallbacks(fields)),
    ...(howOften === 'next' && { times: Number(fields.times) }),
    ...(howOften === 'always' && { always: true }),
    ...(howOften === 'percent' && { percent: Number(fields.percent) }),
    ...(howOften === 'percent' && fields.seed !== '' && { seed: fields.seed }),
    ...(fields.nth !== '' && { nth: Number(fields.nth) }),
    ...(fields.mchid !== '' && { mchid: fields.mchid }),
  }
}

function ofCalls(fields: FaultFields): FaultJson {
  const { operation, status, body, effect, when, pause, stockId, couponCode } = fields
  const error = errorOf(fields)
  return {
    ...(operation !== '' && { operation }),
    ...(error !== '' && { error }),
    ...(status !== '' && { status: Number(status) }),
    ...(status !== '' && body !== '' && { body }),
    ...((when === 'before' || when === 'after') && { when }),
    ...(effect === 'delay' && { delay_ms: delayOf(fields) }),
    ...(effect === 'slow_drip' && pause !== '' && { pause_ms: Number(pause) }),
    ...(stockId !== '' && { stock_id: stockId }),
    ...(couponCode !== '' && { coupon_code: couponCode }),
  }
}

function delayOf({ delaySpread, delayFrom, delayTo, delayMedian, delayP99 }: FaultFields): FaultJson['delay_ms'] {
  if (delaySpread === 'long_tail') return { median: Number(delayMedian), p99: Number(delayP99) }
  return delayTo === '' ? Number(delayFrom) : { min: Number(delayFrom), max: Number(delayTo) }
}

function ofCallbacks({ event, effect, lateBy }: FaultFields): FaultJson {
  // The page offers only existing events.
  return { event: event as NonNullable<FaultJson['event']>, ...(effect === 'late' && { late_by: lateBy }) }
}
