import type { Texts } from '../../shared/texts.ts'
import { CALLBACK_SPOILS, type CallbackSpoil } from '../callbacks/spoil-callback.ts'
import { ANSWER_EFFECTS } from './spoil.ts'

/** Effects on the connection, each with its text for the journal. */
const LINE_EFFECTS = {
  delay: { en: 'the answer was late', zh: '应答延迟' },
  reset: { en: 'the connection was reset', zh: '连接被重置' },
  empty: { en: 'the connection was closed without an answer', zh: '未应答即关闭连接' },
  half_body: { en: 'the connection was closed after half of the body', zh: '只发送一半报文主体后关闭连接' },
  slow_drip: { en: 'the body was sent byte by byte', zh: '报文主体逐字节发送' },
  answer_lost: {
    en: 'it was done, and the connection was reset before the answer',
    zh: '请求已处理，应答之前连接被重置',
  },
} as const satisfies Readonly<Record<string, Texts>>

/** Effects on a call besides errors, each with its text for the journal. */
export const CALL_EFFECTS = {
  ...LINE_EFFECTS,
  ...ANSWER_EFFECTS,
  error_as_200: { en: 'an error was answered with the status 200', zh: '以状态码 200 返回错误' },
} as const satisfies Readonly<Record<string, Texts>>

/** Effects on an attempt to deliver a callback, each with its text for the journal. */
export const CALLBACK_EFFECTS = {
  duplicate: { en: 'once it was taken, it was sent once more', zh: '被接受后再次发送' },
  late: { en: 'it was late', zh: '延迟发送' },
  out_of_order: { en: 'it was held back, to come after the next one', zh: '暂缓发送，排在下一条之后' },
  ...CALLBACK_SPOILS,
} as const satisfies Readonly<Record<string, Texts>>

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
