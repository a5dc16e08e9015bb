import { z } from 'zod'
import { ATTEMPT_REASONS } from '../../engine/callbacks/attempt-reasons.ts'
import { FAULT_EFFECTS } from '../../engine/faults/effects.ts'
import type { Remark } from '../../engine/journal/journal.ts'
import { time } from '../../engine/state/json-fields.ts'
import { exactTime } from '../../protocol/instant.ts'

/** Names in a remark besides its text, in summaries and in full: for programs, and to word it in another language. */
export const remarkNames = {
  error: z.string().optional().meta({ description: 'the error of a refusal, as a planned fault would name it' }),
  attempt: z
    .strictObject({
      reason: z.strictObject({
        name: z.enum([...ATTEMPT_REASONS, 'not_taken']),
        value: z.string().optional().meta({ description: 'what exactly, where the name leaves that open' }),
      }),
      next_time: time.optional().meta({ description: 'when the next try begins; left out where none follows' }),
    })
    .optional()
    .meta({ description: 'why a callback was not taken, or not even sent' }),
  effects: z
    .array(z.enum(FAULT_EFFECTS))
    .optional()
    .meta({ description: 'what a planned fault did, besides answering with an error' }),
}

/** The members of {@link remarkNames} for one remark; `shown` shortens a text. */
export function describeNames({ error, attempt, effects }: Remark, shown: (text: string) => string = (text) => text) {
  return {
    ...(error !== undefined && { error }),
    ...(attempt && {
      attempt: {
        reason: {
          name: attempt.reason.name,
          ...(attempt.reason.value !== undefined && { value: shown(attempt.reason.value) }),
        },
        ...(attempt.nextAt !== undefined && { next_time: exactTime(attempt.nextAt) }),
      },
    }),
    ...(effects && { effects: [...effects] }),
  }
}
