import { z } from 'zod'
import type { Exchange } from '../../engine/journal.ts'
import { timeWithMilliseconds } from '../exact-time.ts'
import { time } from './basics.ts'

/** What an exchange is told by, in short and in full: which one it is, when it was, what it called and whose it is. */
export const exchangeHead = {
  id: z.string().meta({ description: 'the Request-ID without the code behind the dash' }),
  time: time.meta({ description: "on the mock's clock" }),
  duration_ms: z.number().meta({ description: "on the machine's clock" }),
  operation: z.string().optional().meta({ description: 'left out when the path has none' }),
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
}

/** The members of {@link exchangeHead}, for one exchange. */
export function describeHead({ id, at, durationMs, operation, mchid, callback }: Exchange) {
  return {
    id,
    time: timeWithMilliseconds(at),
    duration_ms: durationMs,
    ...(operation !== undefined && { operation }),
    ...(mchid !== undefined && { mchid }),
    ...(callback && { callback: { id: callback.id, event_type: callback.eventType, attempt: callback.attempt } }),
  }
}
