import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { expect } from 'vitest'
import { z } from 'zod'
import { wellKnownCredentials } from '../../fixtures/credentials.ts'
import { type ServedCall, takesBody } from '../../src/control/call.ts'
import { downloadCertificates } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { controlApp } from '../helpers/control-app.ts'
import { calls } from '../helpers/control-calls.ts'
import { asText, changed, edited, type TextEdit, textEdits, type ValueEdit, valueEdits } from './edits.ts'
import { fuzz } from './fuzz.ts'
import { createSubject, expectNoSecret, stateOf } from './subject.ts'
import { type JsonSchema, valuesOf } from './values-of-schema.ts'

/** Calls of the control API, made in succession or all at once. */
interface Input {
  readonly together?: boolean
  readonly calls: readonly ControlCall[]
}

interface ControlCall {
  readonly id: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly edits?: readonly ValueEdit[]
  readonly textEdits?: readonly TextEdit[]
  readonly contentType?: string
}

/** Names from the world of the corpus, durations, and unrelated text. */
const words = fc.constantFrom(
  ...['100088', '100089', '100090', '9900000000000001', '404', 'COUPON_SENDED', 'COUPON_LINKED', 'COUPON_USED'],
  ...['CODE_1'],
  ...['ORDER_PAID', 'ORDER_UNPAID', 'REFUND_1', '4200000913202101152566792388', 'oUser_1', 'wx233544546545989'],
  ...['PT5S', 'P31D', 'P1Y', '-PT1H', 'P8000Y', 'PT0.001S', 'machine', 'useCoupon', 'associateTradeInfo'],
  ...['already_used'],
  ...['https://shop.example/paid', 'http://127.0.0.1:1/x', 'COUPON.SEND', 'TRANSACTION.SUCCESS', '*', '', '\u0000'],
  ...['\ud800'],
)

/** Calls whose purpose is to hand out a merchant's keys: plain, in a program, or in a snapshot. */
const HANDS_OUT_KEYS = ['credentials', 'credentialsSnippet', 'callbackSnippet', 'createMerchant', 'world']

/** Calls that make keys take a second each, so the fuzzer makes them less often. */
const MAKES_KEYS = ['createMerchant', 'rotatePlatformCertificate']

/** Codes with which any call may be refused, besides its own refusals. */
const REFUSALS_OF_ALL = ['MOCK_INPUT', 'MOCK_JSON', 'MOCK_CONTENT_TYPE', 'MOCK_NOT_FOUND', 'MOCK_METHOD']

const callOf = (id: string): ServedCall => {
  const call = calls.find((one) => one.id === id)
  if (!call) throw new TypeError(`There is no call ${id}.`)
  return call
}

function objectsOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  return valuesOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, words)
}

const records = (schema: z.ZodType | undefined) =>
  (schema ? objectsOf(schema) : fc.constant({})) as fc.Arbitrary<Record<string, unknown>>

function callsOf({ id, params, query, body }: ServedCall): fc.Arbitrary<ControlCall> {
  return fc.record(
    {
      id: fc.constant(id),
      params: records(params),
      query: records(query),
      body: body ? objectsOf(body) : fc.constant(undefined),
      edits: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: valueEdits(2) }),
      textEdits: fc.oneof(
        { weight: 9, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: textEdits(['{', '"', '\0', 'null', ','], 2) },
      ),
      contentType: fc.constantFrom('application/json; charset=utf-8', 'text/plain', ''),
    },
    { requiredKeys: ['id', 'params', 'query', 'body', 'edits'] },
  )
}

const anyCall = fc.oneof(
  ...calls.map((call) => ({ weight: MAKES_KEYS.includes(call.id) ? 1 : 8, arbitrary: callsOf(call) })),
)

function requestOf({ id, params = {}, query = {}, body, edits = [], textEdits: text = [], contentType }: ControlCall) {
  const call = callOf(id)
  const path = call.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(asText(params[name] ?? 'x').toWellFormed()),
  )
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, asText(value)]),
  )
  const value = edits.length === 0 ? body : changed(body ?? {}, edits)
  const sent = takesBody(call) && value !== undefined ? edited(JSON.stringify(value), text) : undefined
  return new Request(`http://localhost${path}?${search}`, {
    method: call.method,
    ...(sent !== undefined && { body: sent, headers: { 'Content-Type': contentType ?? 'application/json' } }),
  })
}

/** The text of an answer; of events, which have no end, the first piece. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) return response.text()
  for await (const piece of response.body ?? []) return new TextDecoder().decode(piece)
  return ''
}

async function answered<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  const late = new AbortController()
  try {
    return await Promise.race([
      promise,
      wait(30_000, undefined, { signal: late.signal }).then(() => {
        throw new Error(`${what} was not answered within 30 s.`)
      }),
    ])
  } finally {
    late.abort()
  }
}

fuzz<Input>({
  name: 'control',
  inputs: () =>
    fc.record({
      together: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      calls: fc.array(anyCall, { minLength: 1, maxLength: 6 }),
    }),

  async play({ together, calls: made }) {
    const mock = createSubject()
    const bugs: unknown[] = []
    mock.outbox.onBug = (bug) => bugs.push(bug)
    const app = await controlApp(mock, { onBug: (bug) => bugs.push(bug) })
    const take = async (one: ControlCall): Promise<number> => {
      const response = await answered(Promise.resolve(app.fetch(requestOf(one))), one.id)
      const text = await answered(textOf(response), one.id)
      expect(bugs).toEqual([])
      expect(response.status).toBeLessThan(500)
      // Only calls that hand out keys, and a snapshot of merchants, have private keys in their answers.
      if (!HANDS_OUT_KEYS.includes(one.id)) expectNoSecret(text)
      const call = callOf(one.id)
      if (response.status >= 400) {
        const { code, message } = JSON.parse(text)
        expect([...REFUSALS_OF_ALL, ...Object.keys(call.refusals ?? {})]).toContain(code)
        expect(message).toMatch(/./)
      } else if (call.answer && call.mediaType !== 'text/event-stream') {
        const answer = call.mediaType === undefined ? JSON.parse(text) : text
        expect(call.answer.safeParse(answer).error).toBe(undefined)
      }
      return response.status
    }

    if (together) {
      await Promise.all(made.map(take))
    } else {
      for (const one of made) {
        const before = await stateOf(mock)
        if ((await take(one)) >= 400) expect(await stateOf(mock)).toEqual(before)
      }
    }

    // The current world can be saved and restored, and after a reset the mock works.
    const world = await mock.control.world()
    await answered(mock.control.restore(world), 'restore')
    expect(await mock.control.world()).toEqual(world)
    await answered(mock.control.reset(), 'reset')
    const client = createMerchantClient({
      credentials: wellKnownCredentials,
      now: () => mock.clock.now(),
      send: (request) => mock.handle(request),
    })
    expect(await client.call(downloadCertificates)).toMatchObject({ status: 200 })
    await answered(mock.outbox.stop(), 'the end')
    expect(bugs).toEqual([])
  },
})
