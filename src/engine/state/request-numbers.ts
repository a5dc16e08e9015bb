import { z } from 'zod'
import { instant, mchid } from './json-fields.ts'
import { defineTable } from './table.ts'

const requestJson = z
  .strictObject({
    mchid,
    operation: z.string().min(1),
    request_no: z
      .string()
      .min(1)
      .max(2_048)
      .describe('as the mock keeps it: with what else names the request, where the number alone does not'),
    values: z.array(z.string()),
    time: instant,
    result: z.string().optional().describe('what a repeat is answered with, besides the time'),
  })
  .meta({ id: 'Request', description: 'a request number that took effect, and the values it came with' })

export type RequestJson = z.input<typeof requestJson>

/**
 * The record of a request that took effect, so that repeating its number does nothing twice.
 *
 * Numbers count per merchant and per operation. Refused requests leave no record, so their number may be used again
 * (busifavor.md 5.4, inferred).
 */
export type RequestRecord = z.output<typeof requestJson>

/** Request numbers that took effect (`out_request_no` and the like), so that repeats are answered without acting again. */
export const requests = defineTable({
  name: 'requests',
  title: { en: 'Request numbers', zh: '请求单号' },
  row: requestJson,
  key: ['operation', 'request_no'],
  inJournal: true,
})
