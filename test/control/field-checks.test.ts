import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ServedCall, takesBody } from '../../src/control/call.ts'
import { controlApp } from '../helpers/control-app.ts'
import { calls } from '../helpers/control-calls.ts'
import { createMock } from '../helpers/engine.ts'
import { json, NOON } from './doors.ts'

/** The members of a JSON Schema that say which values do not fit. */
interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: unknown
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

const mock = createMock({ clock: { now: () => NOON } })
const app = await controlApp(mock)

/** The object that a call takes; of one or a list of them, one. */
function objectOf(schema: z.ZodType | undefined): JsonSchema | undefined {
  if (!schema) return undefined
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const follow = (one: JsonSchema): JsonSchema => whole.$defs?.[one.$ref?.replace('#/$defs/', '') ?? ''] ?? one
  return [whole, ...(whole.anyOf ?? [])].map(follow).find(({ properties }) => properties)
}

/** Values that do not fit a member. */
function misfits(schema: JsonSchema): readonly unknown[] {
  const { type, minimum, exclusiveMinimum, maximum, minLength = 0, maxLength } = schema
  const found: unknown[] = []
  if (schema.enum ?? schema.const) found.push('NO_SUCH_VALUE')
  if (type !== undefined) found.push(type === 'object' || type === 'array' ? 5 : { no: 'such' })
  if (type === 'string' && minLength > 0) found.push('')
  if (type === 'string' && maxLength !== undefined) found.push('x'.repeat(maxLength + 1))
  if (type === 'integer') found.push(0.5)
  if (minimum !== undefined) found.push(minimum - 1)
  if (exclusiveMinimum !== undefined) found.push(exclusiveMinimum)
  if (maximum !== undefined) found.push(maximum + 1)
  return found
}

async function answerTo({ method, path }: ServedCall, query: string, body?: unknown) {
  const response = await app.request(
    path.replaceAll(/\{\w+\}/g, 'X') + query,
    body === undefined ? { method } : json(body, method),
  )
  const { code, path: place } = (await response.json()) as { code: string; path: string }
  return `${response.status} ${code} ${place}`
}

/** Whether an answer refuses a member, or another one that is missing beside it. */
function refuses(answer: string, where: string, member: string, { required = [] }: JsonSchema): boolean {
  return [member, ...required].some((name) => `${answer}/`.startsWith(`400 MOCK_INPUT ${where}/${name}/`))
}

test('every call refuses members that it does not have, and values that do not fit its members', async () => {
  const before = await mock.control.world()
  const taken: string[] = []
  let checks = 0
  for (const call of calls) {
    const body = takesBody(call) ? (objectOf(call.body) ?? { properties: {}, additionalProperties: false }) : {}
    for (const [member, values] of Object.entries({
      ...(body.additionalProperties === false && { nonsense: [1] }),
      ...Object.fromEntries(Object.entries(body.properties ?? {}).map(([name, one]) => [name, misfits(one)])),
    })) {
      for (const value of values) {
        const answer = await answerTo(call, '', { [member]: value })
        checks += 1
        if (!refuses(answer, '', member, body)) taken.push(`${call.id} ${member}=${JSON.stringify(value)}: ${answer}`)
      }
    }
    const query = objectOf(call.query) ?? {}
    for (const [member, values] of Object.entries({
      nonsense: ['1'],
      ...Object.fromEntries(Object.entries(query.properties ?? {}).map(([name, one]) => [name, misfits(one)])),
    })) {
      for (const value of values) {
        if (typeof value === 'object') continue
        const answer = await answerTo(call, `?${new URLSearchParams({ [member]: String(value) })}`)
        checks += 1
        if (!refuses(answer, '/query', member, query)) taken.push(`${call.id} ?${member}=${value}: ${answer}`)
      }
    }
  }
  expect(taken).toEqual([])
  expect(checks).toBeGreaterThan(700)
  expect(await mock.control.world()).toEqual(before)
})
