import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { commonErrors } from '../wire/protocol/common-errors.ts'
import { ApiError, UsageError } from '../wire/protocol/errors.ts'
import { lengthOf } from '../wire/protocol/field-check.ts'
import { isJsonObject, type JsonObject } from '../wire/protocol/json-object.ts'
import { MAX_SENSITIVE_BYTES } from '../wire/protocol/sensitive-field.ts'
import type { Texts } from '../wire/shared/texts.ts'
import type { Router } from './exchange/router.ts'
import { misfitInChinese } from './misfit-texts.ts'
import { ENCRYPTED, type Operation, WholeAnswer } from './operation.ts'
import { mchid } from './state/json-fields.ts'
import type { Transaction } from './state/store.ts'
import { defineTable } from './state/table.ts'

const members = z.record(z.string(), z.unknown())

/** The most calls that one plan can cover. */
const TIMES_LIMIT = 1_000_000

export const answerJson = z
  .strictObject({
    mchid: mchid.optional().describe('whose calls; those of the well-known merchant if left out'),
    operation: z
      .string()
      .min(1)
      .max(512)
      .meta({
        description:
          'method and path of a shaped call as /_mock/operations has it, or of a path that the mock does not know',
        examples: ['GET /v3/payscore/serviceorder'],
      }),
    match: members.optional().describe('only for calls whose path, query or body has these members'),
    merge: members.optional().describe('merged into the answer of a shaped call; null removes a member'),
    status: z.int().min(200).max(599).optional().describe('for a path that the mock does not know'),
    body: members.optional().describe('for a path that the mock does not know'),
    times: z
      .union([z.int().min(1).max(TIMES_LIMIT), z.literal('always')])
      .optional()
      .describe('how many calls are answered so; one if left out'),
  })
  .meta({ id: 'PlannedAnswer', description: 'what coming calls are answered with' })

/** An answer for coming calls of a merchant; `times` counts down. The ids of a merchant's are in the order of planning. */
export const plannedAnswerJson = answerJson
  .extend({ mchid, id: z.string().min(1).max(32) })
  .required({ times: true })
  .meta({ id: 'CompletedPlannedAnswer' })

export type AnswerJson = z.input<typeof answerJson>
export type PlannedAnswer = z.output<typeof plannedAnswerJson>

export const plannedAnswers = defineTable({
  name: 'answers',
  title: { en: 'Planned answers', zh: '预设应答' },
  row: plannedAnswerJson,
  given: answerJson.extend({ id: z.string().min(1).max(32).optional() }).meta({ id: 'SeedAnswer' }),
  complete: (json, { ids, defaultMchid }) => ({
    ...json,
    mchid: json.mchid ?? defaultMchid,
    id: json.id ?? newAnswerId(ids.position()),
    times: json.times ?? 1,
  }),
  key: ['id'],
  indexes: ['operation'],
})

export function newAnswerId(position: number): string {
  return String(position).padStart(16, '0')
}

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
  if (first === undefined || first.times === 'always') return first
  if (first.times > 1) await tx.in(plannedAnswers).save({ ...first, times: first.times - 1 })
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

/**
 * Checks an answer before it is planned.
 *
 * @param router finds the operation of a path
 * @throws UsageError `MOCK_ANSWER` with the JSON pointer of the offending member: for a call that the mock simulates, for members that the
 * documented answer does not have, and for wrong types or values
 */
export function checkAnswer(
  answer: Pick<PlannedAnswer, 'operation' | 'match' | 'merge' | 'status' | 'body'>,
  router: Router,
): void {
  const { operation: wanted, match, merge, status, body } = answer
  const [method = '', path = ''] = wanted.split(' ')
  if (!METHOD_AND_PATH.test(wanted)) {
    refuse('/operation', {
      en: `${wanted} is no call with a planned answer: give method and path without a query, like GET /v3/payscore/serviceorder. Calls with a name of their own are simulated: plan a fault, or change what they find by control calls.`,
      zh: `“${wanted}”不能预设应答：请写请求方法和路径（不含查询参数），如 GET /v3/payscore/serviceorder。有自己名称的接口由规则模拟，请改用故障（faults），或用控制调用修改它们读到的数据。`,
    })
  }
  const route = router.find(method, path)
  if ('miss' in route) {
    checkUnknownPath(answer)
    return
  }
  const { operation } = route
  if (!operation.shaped) {
    refuse('/operation', {
      en: `${wanted} is simulated as ${operation.id}: plan a fault (POST /_mock/faults) for an error, or change what it finds by control calls.`,
      zh: `${wanted} 由规则模拟（${operation.id}）：需要错误时请设置故障（POST /_mock/faults），或用控制调用修改它读到的数据。`,
    })
  }
  if (operation.id !== wanted) {
    refuse('/operation', {
      en: `${wanted} is a path of ${operation.id}: give that as the operation, and the values of its variables in match.`,
      zh: `${wanted} 属于接口 ${operation.id}：请以它作为 operation，变量的值写在 match 中。`,
    })
  }
  if (status !== undefined || body !== undefined) {
    refuse(status === undefined ? '/body' : '/status', {
      en: `${wanted} answers in its documented shape: say in merge which members it has. Errors are planned as faults.`,
      zh: `${wanted} 按文档的结构应答：请在 merge 中写要改的字段。错误请用故障（faults）设置。`,
    })
  }
  for (const name of Object.keys(match ?? {})) checkMatched(operation, name)
  if (!merge) return
  if (operation.fileType !== undefined || operation.output instanceof z.ZodUndefined) {
    refuse('/merge', {
      en: `${wanted} answers ${operation.fileType === undefined ? 'without a body' : 'with a file'}: there is nothing to merge into.`,
      zh: `${wanted} 的应答${operation.fileType === undefined ? '没有报文主体' : '是文件'}，没有可合并的字段。`,
    })
  }
  checkMembers(operation.output, merge, '/merge')
}

const METHOD_AND_PATH = /^(?:GET|POST|PUT|PATCH|DELETE) \/[^?#\s]*$/

function checkUnknownPath({ operation, match, merge, status, body }: Parameters<typeof checkAnswer>[0]): void {
  const [name] = [merge && 'merge', match && 'match'].filter((one) => one !== undefined)
  if (name !== undefined) {
    refuse(`/${name}`, {
      en: `The mock does not know ${operation}, so there is no answer to merge into and no member to match: give status and body.`,
      zh: `模拟服务没有接口 ${operation}，没有可合并的应答，也没有可匹配的字段：请给出 status 和 body。`,
    })
  }
  if (body !== undefined && (status === 204 || status === 304)) {
    refuse('/body', { en: `An answer ${status} has no body.`, zh: `状态码 ${status} 的应答没有报文主体。` })
  }
}

function checkMatched({ id, input }: Operation, name: string): void {
  const parts = [input.path, input.query, input.body].flatMap((part) => (part instanceof z.ZodObject ? [part] : []))
  if (parts.some((part) => Object.hasOwn(part.shape, name))) return
  const known = parts.flatMap((part) => Object.keys(part.shape)).slice(0, 30)
  refuse(`/match/${name}`, {
    en: `${id} has no ${name} in its path, query or body. It has: ${known.join(', ')}.`,
    zh: `${id} 的路径、查询和请求体中都没有 ${name}，可用的有：${known.join('、')}。`,
  })
}

/** Checks members against a schema, at any depth; a list counts as all of its elements, and `null` fits everywhere. */
function checkMembers(schema: z.core.$ZodType, value: unknown, pointer: string): void {
  if (value === null) return
  if (schema instanceof z.ZodOptional) checkMembers(schema.unwrap(), value, pointer)
  else if (schema instanceof z.ZodArray && Array.isArray(value)) {
    for (const [i, one] of value.entries()) checkMembers(schema.element, one, `${pointer}/${i}`)
  } else if (schema instanceof z.ZodObject && isJsonObject(value)) checkObject(schema, value, pointer)
  else checkValue(schema, value, pointer)
}

function checkObject(schema: z.ZodObject, value: JsonObject, pointer: string): void {
  const names = Object.keys(schema.shape)
  for (const [name, member] of Object.entries(value)) {
    const known = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined
    if (known) checkMembers(known, member, `${pointer}/${name}`)
    // An object whose members the page does not list may have any.
    else if (names.length > 0) {
      refuse(`${pointer}/${name}`, {
        en: `The answer has no member ${name} here. It has: ${names.join(', ')}.`,
        zh: `应答在此处没有字段 ${name}，可用的有：${names.join('、')}。`,
      })
    }
  }
}

function checkValue(schema: z.core.$ZodType, value: unknown, pointer: string): void {
  const result = z.safeParse(schema, value)
  const [issue] = result.error?.issues ?? []
  if (issue) {
    const zh = misfitInChinese({ ...issue, input: value } as z.core.$ZodRawIssue)
    refuse(pointer, {
      en: `${pointer}: ${issue.message}`,
      zh: `${pointer}：${typeof zh === 'string' ? zh : issue.message}`,
    })
  }
  if (typeof value === 'string') checkLength(schema, value, pointer)
}

/** Answers of the service are not checked for length, but planned ones are. */
function checkLength(schema: z.core.$ZodType, value: string, pointer: string): void {
  const { maxLength, [ENCRYPTED]: encrypted } = z.globalRegistry.get(schema) ?? {}
  const max = encrypted === true ? MAX_SENSITIVE_BYTES : maxLength
  const length = lengthOf(value, encrypted === true ? 'bytes' : 'characters')
  if (typeof max !== 'number' || length <= max) return
  const unit = encrypted === true ? { en: 'bytes', zh: '字节' } : { en: 'characters', zh: '个字符' }
  refuse(pointer, {
    en: `${pointer}: ${length} ${unit.en} are more than the ${max} that the page allows`,
    zh: `${pointer}：共 ${length} ${unit.zh}，超过文档规定的 ${max} ${unit.zh}`,
  })
}

function refuse(path: string, texts: Texts): never {
  throw new UsageError('MOCK_ANSWER', texts, { path })
}
