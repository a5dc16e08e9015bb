import { createHash } from 'node:crypto'
import type { ErrorDefinition } from '../wire/protocol/errors.ts'
import { isJsonObject, type JsonObject } from '../wire/protocol/json-object.ts'
import type { CallFacts } from './facts.ts'
import { type NumberOfThing, numbersIn } from './numbers.ts'

/** A number that the merchant gives for what a call is to make. */
const IS_OWN = /^out_\w+_(?:no|id|code|number)$|^business_code$|(?:^|_)request_no$/

/**
 * The number that makes a second request with it a repeat (幂等) of the first: the merchant's own number for what a call makes. Of several, such as
 * `out_return_no` after `out_order_no`, the last; the others are only mentioned.
 *
 * @param about the numbers that identify what the call is about
 */
export function repeatable(
  { method, path, body = [] }: CallFacts,
  request: JsonObject,
  about: readonly NumberOfThing[],
): NumberOfThing | undefined {
  if (method !== 'POST') return undefined
  const own = body.findLast(({ name, required }) => required && IS_OWN.test(name))
  const [number] = own ? numbersIn([own.name], request) : []
  if (!number || about.some(({ name }) => name === number.name)) return number
  // No call queries by it: each call has its own such numbers.
  return { ...number, name: `${number.name} of ${path}` }
}

/** Tells requests with other values apart, in whatever order their members come. */
export function digestOf(request: JsonObject): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(request)))
    .digest('base64url')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const names = Object.keys(value).toSorted()
  return names.map((name) => [name, sorted(value[name])])
}

/** How pages word that a number is used again with other values, the surest first. */
const OTHER_VALUES = [
  /数据不一致|参数不一致/,
  /单号重复|单号已经存在|重复提交|_no(?:冲突|已使用)|申请单已存在|订单已存在|用户动态已存在|检查是否重入/,
  /不符合业务规则/,
]

/** The error of a page for a number that is used again with other values. */
export function errorOfRepeat(errors: Readonly<Record<string, ErrorDefinition>>): string | undefined {
  for (const words of OTHER_VALUES) {
    const [key] = Object.entries(errors).find(([, { status, message }]) => status < 429 && words.test(message)) ?? []
    if (key !== undefined) return key
  }
  return undefined
}
