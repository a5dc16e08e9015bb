import type { LeftOutCalls } from '../control/pact-recorder.ts'
import { pathOf } from '../engine/http-message.ts'
import type { ExchangeJson } from '../products/json.ts'
import type { Texts } from '../shared/texts.ts'
import { operationNamed } from './request-members.ts'

/** Why an exchange does not become an interaction. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
  readonly texts: Texts

  constructor(texts: Texts) {
    super(texts.en)
    this.texts = texts
  }
}

/** Groups calls left out by kind and reason, in the order in which each group first occurred. */
export function leftOutCalls(
  leftOut: readonly { readonly exchange: ExchangeJson; readonly texts: Texts }[],
): LeftOutCalls[] {
  const calls = new Map<string, LeftOutCalls>()
  for (const { exchange, texts } of leftOut) {
    const { id, callback, response } = exchange
    const call = callNamed(exchange)
    const status = callback ? undefined : response?.status
    const key = JSON.stringify([call, status, texts.en])
    const first = calls.get(key) ?? { id, call, ...(status !== undefined && { status }), texts, times: 0 }
    calls.set(key, { ...first, times: first.times + 1 })
  }
  return [...calls.values()]
}

function callNamed({ callback, request, operation }: ExchangeJson): string {
  return callback?.event_type ?? `${request.method} ${operationNamed(operation)?.path ?? pathOf(request.target)}`
}
