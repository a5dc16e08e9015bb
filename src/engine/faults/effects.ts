import { CALLBACK_SPOILS, type CallbackSpoil } from '../callbacks/spoil-callback.ts'
import { ANSWER_EFFECTS } from './spoil.ts'

/** Effects on the connection, each with its text for the journal. */
const LINE_EFFECTS = {
  delay: 'the answer was late',
  reset: 'the connection was reset',
  empty: 'the connection was closed without an answer',
  half_body: 'the connection was closed after half of the body',
  slow_drip: 'the body was sent byte by byte',
  answer_lost: 'it was done, and the connection was reset before the answer',
} as const

/** Effects on a call besides errors, each with its text for the journal. */
export const CALL_EFFECTS = {
  ...LINE_EFFECTS,
  ...ANSWER_EFFECTS,
  error_as_200: 'an error was answered with the status 200',
} as const

/** Effects on an attempt to deliver a callback, each with its text for the journal. */
export const CALLBACK_EFFECTS = {
  duplicate: 'once it was taken, it was sent once more',
  late: 'it was late',
  out_of_order: 'it was held back, to come after the next one',
  ...CALLBACK_SPOILS,
} as const

export type CallbackEffect = keyof typeof CALLBACK_EFFECTS

/** An effect on a connection, an answer or a callback. */
export type FaultEffect = keyof typeof CALL_EFFECTS | CallbackEffect

/** Every {@link FaultEffect}. */
export const FAULT_EFFECTS = Object.keys({ ...CALL_EFFECTS, ...CALLBACK_EFFECTS }) as readonly FaultEffect[]

export function isCallEffect(effect: FaultEffect | undefined): effect is keyof typeof CALL_EFFECTS {
  return effect !== undefined && Object.hasOwn(CALL_EFFECTS, effect)
}

export function isCallbackEffect(effect: FaultEffect | undefined): effect is CallbackEffect {
  return effect !== undefined && Object.hasOwn(CALLBACK_EFFECTS, effect)
}

export function isCallbackSpoil(effect: CallbackEffect): effect is CallbackSpoil {
  return Object.hasOwn(CALLBACK_SPOILS, effect)
}
