import { z } from 'zod'
import { UsageError } from '../protocol/errors.ts'
import { isJsonObject, type JsonObject } from '../protocol/json-object.ts'
import type { Texts } from '../shared/texts.ts'
import type { Router } from './exchange/router.ts'
import { misfitInChinese } from './misfit-texts.ts'
import type { Operation } from './operation.ts'
import type { PlannedAnswer } from './planned-answers.ts'

/**
 * Checks an answer before it is planned.
 *
 * @param router finds what a path is served by
 * @throws UsageError `MOCK_ANSWER` with the JSON pointer of the member that is wrong: for a call that the mock simulates, and for members that the
 * documented answer does not have, or of another type or value
 */
export function checkAnswer(
  answer: Pick<PlannedAnswer, 'operation' | 'match' | 'merge' | 'status' | 'body'>,
  router: Router,
): void {
  const { operation: wanted, match, merge, status, body } = answer
  const [method = '', path = ''] = wanted.split(' ')
  if (!path.startsWith('/')) {
    refuse('/operation', {
      en: `${wanted} is no call with a planned answer: give method and path, like GET /v3/payscore/serviceorder. Calls with a name of their own are simulated: plan a fault, or change what they find by control calls.`,
      zh: `“${wanted}”不能预设应答：请写请求方法和路径，如 GET /v3/payscore/serviceorder。有自己名称的接口由规则模拟，请改用故障（faults），或用控制调用修改它们读到的数据。`,
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
  if (merge) checkMembers(operation.output, merge, '/merge')
}

function checkUnknownPath({ operation, match, merge }: Pick<PlannedAnswer, 'operation' | 'match' | 'merge'>): void {
  const [name] = [merge && 'merge', match && 'match'].filter((one) => one !== undefined)
  if (name === undefined) return
  refuse(`/${name}`, {
    en: `The mock does not know ${operation}, so there is no answer to merge into and no member to match: give status and body.`,
    zh: `模拟服务没有接口 ${operation}，没有可合并的应答，也没有可匹配的字段：请给出 status 和 body。`,
  })
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

/** Checks members that a schema is to have at any depth; a list counts as all of its elements, and `null` fits everywhere. */
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
    // An object of which the page tells no members may have any.
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
  if (result.success) return
  const [issue] = result.error.issues
  const message = issue?.message ?? ''
  const zh = issue && misfitInChinese({ ...issue, input: value } as z.core.$ZodRawIssue)
  refuse(pointer, { en: `${pointer}: ${message}`, zh: `${pointer}：${typeof zh === 'string' ? zh : message}` })
}

function refuse(path: string, texts: Texts): never {
  throw new UsageError('MOCK_ANSWER', texts, { path })
}
