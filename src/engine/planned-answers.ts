import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { commonErrors } from '../protocol/common-errors.ts'
import { ApiError } from '../protocol/errors.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import { type Operation, WholeAnswer } from './operation.ts'
import { mchid } from './state/json-fields.ts'
import type { Transaction } from './state/store.ts'
import { defineTable } from './state/table.ts'

/** An answer for coming calls of a merchant. */
export interface PlannedAnswer {
  readonly mchid: string
  /** Unique among the merchant's planned answers, and in the order of planning. */
  readonly id: string
  /** Method and path of the call: a template of the catalogue, or any path that the mock does not know. */
  readonly operation: string
  /** Members that the path, query or body of the call must have. */
  readonly match?: JsonObject | undefined
  /** Merged into the answer of a shaped call; `null` removes a member. */
  readonly merge?: JsonObject | undefined
  /** The answer of a path that the mock does not know. */
  readonly status?: number | undefined
  readonly body?: JsonObject | undefined
  /** How many more calls get it; left out for all. */
  readonly left?: number
}

const members = z.record(z.string(), z.unknown())

/** The most calls that one plan can cover. */
const TIMES_LIMIT = 1_000_000

export const answerJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'whose calls; those of the well-known merchant if left out' }),
    operation: z
      .string()
      .min(1)
      .max(512)
      .meta({
        description:
          'method and path of a shaped call as /_mock/operations has it, or of a path that the mock does not know',
        examples: ['GET /v3/payscore/serviceorder'],
      }),
    match: members.optional().meta({ description: 'only for calls whose path, query or body has these members' }),
    merge: members.optional().meta({ description: 'merged into the answer of a shaped call; null removes a member' }),
    status: z.int().min(200).max(599).optional().meta({ description: 'for a path that the mock does not know' }),
    body: members.optional().meta({ description: 'for a path that the mock does not know' }),
    times: z
      .union([z.int().min(1).max(TIMES_LIMIT), z.literal('always')])
      .optional()
      .meta({ description: 'how many calls are answered so; one if left out' }),
  })
  .meta({ id: 'PlannedAnswer', description: 'what coming calls are answered with' })

export const plannedAnswerJson = answerJson
  .extend({ mchid, id: z.string().min(1).max(32) })
  .required({ times: true })
  .meta({ id: 'CompletedPlannedAnswer' })

export type AnswerJson = z.input<typeof answerJson>
export type PlannedAnswerJson = z.output<typeof plannedAnswerJson>

export function answerFrom(json: z.output<typeof answerJson>, id: string, defaultMchid: string): PlannedAnswer {
  const { times = 1, mchid = defaultMchid, ...rest } = json
  return { ...rest, mchid, id, ...(times !== 'always' && { left: times }) }
}

export function describeAnswer({ left, ...rest }: PlannedAnswer): PlannedAnswerJson {
  // The other members of a row are the same in its JSON.
  return { ...(rest as Omit<PlannedAnswerJson, 'times'>), times: left ?? 'always' }
}

/** Answers planned by tests and seed files. */
export const plannedAnswers = defineTable({
  name: 'answers',
  title: { en: 'Planned answers', zh: '预设应答' },
  owner: ({ mchid }: PlannedAnswer) => mchid,
  key: ({ id }) => [id],
  keyMembers: ['id'],
  indexes: { operation: ({ operation }) => operation },
  json: answerJson.extend({ id: z.string().min(1).max(32).optional() }).meta({ id: 'SeedAnswer' }),
  completed: plannedAnswerJson,
  fromJson: ({ id, ...json }, { ids, defaultMchid }) =>
    answerFrom(json, id ?? newAnswerId(ids.position()), defaultMchid),
  toJson: describeAnswer,
})

/** An id that sorts by the position. */
export function newAnswerId(position: number): string {
  return String(position).padStart(16, '0')
}

/** The most answers planned for one merchant. */
export const ANSWERS_LIMIT = 1_000

/** Takes the first answer that is planned for a call of a merchant, and uses up one of its calls. */
export async function takeAnswer(
  tx: Transaction,
  mchid: string,
  operation: string,
  request: JsonObject,
): Promise<PlannedAnswer | undefined> {
  const planned = await tx.in(plannedAnswers).where('operation', operation, mchid)
  const fitting = planned.filter(({ match = {} }) => has(request, match))
  const [first] = fitting.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (first?.left === undefined) return first
  if (first.left > 1) await tx.in(plannedAnswers).save({ ...first, left: first.left - 1 })
  else await tx.in(plannedAnswers).delete(mchid, first.id)
  return first
}

/** Whether an object has some members, at any depth. Paths and queries have numbers as texts. */
function has(object: JsonObject, wanted: JsonObject): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const there = Object.hasOwn(object, name) ? object[name] : undefined
    if (isJsonObject(value) && isJsonObject(there)) return has(there, value)
    return typeof there === 'string' ? there === String(value) : isDeepStrictEqual(there, value)
  })
}

/**
 * The operation of a path that the mock does not know, if an answer is planned for it.
 *
 * @param mchid whose call it claims to be
 */
export async function plannedOperation(
  tx: Transaction,
  mchid: string,
  { method, path }: { readonly method: string; readonly path: string },
): Promise<Operation | undefined> {
  const id = `${method} ${path}`
  const planned = await tx.in(plannedAnswers).where('operation', id, mchid)
  if (planned.length === 0) return undefined
  return {
    id,
    shaped: true,
    // A plan has the method of the calls that it is for.
    method: method as Operation['method'],
    path,
    summary: `Call ${path}`,
    title: id,
    source: '',
    rules: [],
    input: {},
    output: z.unknown(),
    errors: {},
    async handle(_, { tx, caller }) {
      const answer = await takeAnswer(tx, caller.mchid, id, {})
      // Another call has taken the last answer meanwhile.
      if (!answer) throw new ApiError(commonErrors.path_unknown)
      return new WholeAnswer(answer.status ?? (answer.body ? 200 : 204), answer.body)
    },
  }
}
