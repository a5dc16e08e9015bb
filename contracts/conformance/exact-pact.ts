import { fileURLToPath } from 'node:url'
import { errorOf } from '../../src/engine/faults/check-plan.ts'
import { answerHeaders, signatureHeadersLike } from '../../src/traffic/recording/matchers.ts'
import { precedesAuthentication } from '../../src/wire/protocol/common-errors.ts'
import { type InteractionStart, type MessageStart, type WechatPayPact, wechatPayPact } from '../kit/index.ts'

/** Directory of the conformance pacts, which are committed. */
const directory = fileURLToPath(new URL('pacts', import.meta.url))

/**
 * A pact that holds the mock to the service's exact behaviour, down to the header fields of every answer: more than any shop reads, so it is not a
 * contract of one.
 *
 * @param subject the part of the service that it covers
 */
export function exactPact(subject: string): WechatPayPact {
  const pact = wechatPayPact({ consumer: `conformance-${subject}`, dir: directory, fresh: true, authorization: true })
  return {
    upon: (description) => exactly(pact.upon(description)),
    receives: (description) => exactMessage(pact.receives(description)),
  }
}

function exactly(start: InteractionStart): InteractionStart {
  return {
    given: (name, parameters) => exactly(start.given(name, parameters)),
    calls(operation, input, terms) {
      const answer = start.calls(operation, input, terms)
      return {
        answers: (body, headers) => answer.answers(body, { ...answerHeaders(200, true), ...headers }),
        refuses(key, body, headers) {
          const error = errorOf(operation, key)
          const usual = error && answerHeaders(error.status, !precedesAuthentication(error))
          return answer.refuses(key, body, { ...usual, ...headers })
        },
      }
    },
  }
}

function exactMessage(start: MessageStart): MessageStart {
  return {
    given: (name, parameters) => exactMessage(start.given(name, parameters)),
    with: (contents, options = {}) =>
      start.with(contents, {
        ...options,
        ...(options.signed && { headers: { ...signatureHeadersLike(), ...options.headers } }),
      }),
  }
}
