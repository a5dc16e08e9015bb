import { z } from 'zod'
import type { Exchange } from '../../engine/journal/journal.ts'
import { time } from '../../engine/state/json-fields.ts'
import { timeWithMilliseconds } from '../../protocol/instant.ts'
import { parseJsonObject } from '../../protocol/json-object.ts'

/** Maximum length of a message, in characters. */
const SHOWN_CHARACTERS = 300

/** Members that identify an exchange, in summaries and in full: id, time, call, merchant, and its failure if any. */
export const exchangeHead = {
  id: z.string().meta({ description: 'the Request-ID without the code behind the dash' }),
  time: time.meta({ description: "on the mock's clock" }),
  duration_ms: z.number().meta({ description: "on the machine's clock" }),
  operation: z.string().optional().meta({ description: 'left out when the path has none' }),
  served: z
    .literal('shaped')
    .optional()
    .meta({ description: 'set where the answer has the documented shape, without rules behind it' }),
  mchid: z
    .string()
    .optional()
    .meta({ description: 'who it is from, or says it is from; of a callback, whom it is for' }),
  callback: z
    .strictObject({
      id: z.string().meta({ description: "the callback's id, the same in every repeat" }),
      event_type: z.string(),
      attempt: z.int().min(1).meta({ description: '1 for the first try' }),
    })
    .optional()
    .meta({ description: 'set for a try to deliver a callback' }),
  code: z.string().optional().meta({ description: 'of the error answered with' }),
  message: z
    .string()
    .optional()
    .meta({ description: `of the error answered with, its first ${SHOWN_CHARACTERS} characters` }),
}

/** The members of {@link exchangeHead}, for one exchange. */
export function describeHead({ id, at, durationMs, operation, shaped, mchid, callback, code, response }: Exchange) {
  // The reply of a callback receiver is not an error of WeChat Pay.
  const message = code !== undefined && !callback && response ? messageOf(response.body) : undefined
  return {
    id,
    time: timeWithMilliseconds(at),
    duration_ms: durationMs,
    ...(operation !== undefined && { operation }),
    ...(shaped && { served: 'shaped' as const }),
    ...(mchid !== undefined && { mchid }),
    ...(callback && { callback: { id: callback.id, event_type: callback.eventType, attempt: callback.attempt } }),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message: message.slice(0, SHOWN_CHARACTERS) }),
  }
}

/** The message of an error in an answer of WeChat Pay. */
function messageOf(body: Uint8Array): string | undefined {
  // A fault may have cut the answer.
  const message = parseJsonObject(body)?.message
  return typeof message === 'string' ? message : undefined
}
