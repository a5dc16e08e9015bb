import { z } from 'zod'
import { exactTime } from '../../protocol/instant.ts'
import type { RequestRecord } from '../../shared/request-record.ts'
import { mchid, time } from './json-fields.ts'
import { defineTable } from './table.ts'

export const requestJson = z
  .strictObject({
    mchid,
    operation: z.string().min(1),
    request_no: z
      .string()
      .min(1)
      .max(2_048)
      .meta({ description: 'as the mock keeps it: with what else names the request, where the number alone does not' }),
    values: z.array(z.string()),
    time,
    result: z.string().optional().meta({ description: 'what a repeat is answered with, besides the time' }),
  })
  .meta({ id: 'Request', description: 'a request number that took effect, and the values it came with' })

export type RequestJson = z.input<typeof requestJson>

/** Request numbers that took effect (`out_request_no` and the like), so that repeats are answered without acting again. */
export const requests = defineTable({
  name: 'requests',
  title: { en: 'Request numbers', zh: '请求单号' },
  owner: ({ mchid }: RequestRecord) => mchid,
  key: ({ operation, requestNo }) => [operation, requestNo],
  keyMembers: ['operation', 'request_no'],
  indexes: {},
  json: requestJson,
  fromJson: completeRequest,
  toJson: describeRequest,
  inJournal: true,
})

function completeRequest({ mchid, operation, request_no, values, time, result }: RequestJson): RequestRecord {
  return {
    mchid,
    operation,
    requestNo: request_no,
    values,
    at: Date.parse(time),
    ...(result !== undefined && { result }),
  }
}

function describeRequest({ mchid, operation, requestNo, values, at, result }: RequestRecord): RequestJson {
  return {
    mchid,
    operation,
    request_no: requestNo,
    values: [...values],
    time: exactTime(at),
    ...(result !== undefined && { result }),
  }
}
