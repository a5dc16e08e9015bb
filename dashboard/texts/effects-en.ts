import type { AnswerEffect } from '../../src/engine/faults/damage.ts'
import type { CallbackEffect, FaultEffect } from '../../src/engine/faults/fault-plan.ts'

/** Effects on calls and callbacks alike. */
const hold: Readonly<Record<'hold', string>> = {
  hold: 'held until you decide what becomes of it',
}

/** Effects on the connection of a call. */
const line: Readonly<Record<Exclude<FaultEffect, CallbackEffect>, string>> = {
  delay: 'the answer comes late',
  reset: 'connection reset',
  empty: 'closed without an answer',
  half_body: 'half of the body, then closed',
  slow_drip: 'the body byte by byte',
  answer_lost: 'the call takes effect, but the answer is lost',
  error_as_200: 'an error with the status 200',
}

/** Effects on the signature of an answer or a callback. */
const answer: Readonly<Record<AnswerEffect, string>> = {
  bad_signature: 'signature changed',
  wrong_key: 'signed with another key',
  tampered_body: 'body changed after it was signed',
  replayed_signature: 'signature of another message',
  stale_timestamp: 'signed ten minutes ago',
  unknown_serial: 'serial and key that nobody knows',
  missing_timestamp: 'without Wechatpay-Timestamp',
  missing_nonce: 'without Wechatpay-Nonce',
  missing_signature: 'without Wechatpay-Signature',
  missing_serial: 'without Wechatpay-Serial',
  missing_signature_type: 'without Wechatpay-Signature-Type',
  unsigned: 'without any Wechatpay-* header',
  probe: 'signature probe, 344 characters',
  probe_long: 'signature probe, 355 characters',
}

/** Effects on callbacks only. */
const callback: Readonly<Record<Exclude<CallbackEffect, AnswerEffect | 'hold'>, string>> = {
  duplicate: 'sent again after it was accepted',
  late: 'sent late',
  out_of_order: 'held back until the next one was accepted',
  wrong_tag: 'the tag of the sealed content does not fit',
  wrong_api_v3_key: 'sealed with another APIv3 key',
}

export const effectsEn = { hold, line, answer, callback }
