import type { WireResponse } from '../../src/engine/http-message.ts'
import { headerOf } from '../../src/testing/answer-faults.ts'
import { SIGNATURE_FIELDS } from '../../src/wire/protocol/response-headers.ts'

/** Header fields whose spelling some clients depend on, although HTTP names are case-insensitive. */
const SPELLINGS: readonly string[] = ['Content-Type', 'Content-Length', 'Request-ID', ...SIGNATURE_FIELDS]

/**
 * Differences in form between an answer and the service's. A contract cannot require the form, since to HTTP it is the same answer, so it is checked
 * separately from the pacts. One sentence each.
 */
export function faultsOfForm(answer: WireResponse): string[] {
  const type = headerOf(answer, 'Content-Type')
  return [
    ...answer.headers.flatMap(([name]) => {
      const right = SPELLINGS.find((spelling) => spelling.toLowerCase() === name.toLowerCase())
      return right === undefined || right === name ? [] : [`The header ${right} is spelled ${name}.`]
    }),
    ...(type === 'application/json; charset=utf-8' ? [] : [`Content-Type is ${type}.`]),
  ]
}
