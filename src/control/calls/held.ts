import { z } from 'zod'
import { toWireJson } from '../../engine/exchange/exchange-parts.ts'
import { HOLD_LIMIT_MS } from '../../engine/faults/held.ts'
import { KEPT_BODY_BYTES } from '../../engine/journal/journal.ts'
import { refusalAt, type UsageError } from '../../protocol/errors.ts'
import { exactTime } from '../../protocol/instant.ts'
import { heldDecisionJson, heldJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'
import { summarizeExchange } from '../formats/exchange-summary.ts'

export const held = defineCall({
  summary: 'The calls and callbacks that faults hold, the longest held first; those of the process that answers',
  answer: z.array(heldJson),
  handle: (_, { mock, language }) =>
    mock.faults.held.list.map(({ exchange, until, answer }) => ({
      exchange: summarizeExchange(mock, exchange, language),
      until: exactTime(until),
      body: exchange.callback?.resource ?? textIn(exchange.request.body),
      answer: answer && { ...answer, body: answer.body?.slice(0, KEPT_BODY_BYTES) },
    })),
})

/** The beginning of a body, as text. */
function textIn(body: Uint8Array): string | undefined {
  return body.length === 0 ? undefined : Buffer.from(body.subarray(0, KEPT_BODY_BYTES)).toString('utf8')
}

export const decideHeld = defineCall({
  summary: 'Let a held call or callback through, lose it, or answer the call in place of the mock',
  params: z.object({ id: z.string().describe('of its exchange') }),
  body: heldDecisionJson,
  refusals: {
    MOCK_HELD_GONE: { status: 404, when: 'nothing with this id is held, or not any more' },
    MOCK_HELD_CALLBACK: { status: 409, when: 'it is a callback, which has no answer to give' },
  },
  handle({ params: { id }, body: { decide, status = 200, body } }, { mock }) {
    const { held } = mock.faults
    if (decide === 'answer' && held.find(id)?.exchange.callback) throw signedAlready(id)
    if (status === 204 && body) throw noBody()
    const answer = { status, body: body && toWireJson(body) }
    if (!held.decide(id, decide === 'answer' ? { decide, ...answer } : { decide })) throw heldNoLonger(id)
  },
})

function heldNoLonger(id: string): UsageError {
  return refusalAt('/path/id', 'MOCK_HELD_GONE', {
    en: `Nothing is held under ${id}, or not any more: GET /_mock/held lists what is, and each is let through after ${HOLD_LIMIT_MS / 60_000} minutes.`,
    zh: `没有被拦下的 ${id}：它不存在，或已处理。GET /_mock/held 可列出被拦下的请求和回调，每条最多拦下 ${HOLD_LIMIT_MS / 60_000} 分钟。`,
  })
}

function signedAlready(id: string): UsageError {
  return refusalAt('/decide', 'MOCK_HELD_CALLBACK', {
    en: `${id} is a callback, whose content is sealed and signed as it is: let it through or lose it.`,
    zh: `${id} 是回调，内容已确定并会加密签名：请放行（let_through）或丢弃（lose）。`,
  })
}

function noBody(): UsageError {
  return refusalAt('/body', 'MOCK_INPUT', {
    en: '/body: an answer with status 204 has no body, leave it out.',
    zh: '/body：状态码 204 的应答没有报文主体，请去掉 body。',
  })
}
