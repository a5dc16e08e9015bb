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
import { operations } from '../helpers/operations.ts'
import { asText, changed, edited, type TextEdit, textEdits, type ValueEdit, valueEdits } from './edits.ts'
import { fuzz, readInputs } from './fuzz.ts'
import { KnownValues } from './known-values.ts'
import { createSubject, expectNoSecret, stateOf } from './subject.ts'
import { type JsonSchema, valuesOf } from './values-of-schema.ts'

/** Calls of the control API and of merchants, made in succession or all at once. */
interface Input {
  readonly together?: boolean
  readonly calls: readonly (ControlCall | MerchantCall)[]
}

/** A call of the well-known merchant. The next call does not wait for it where a fault holds or delays it. */
interface MerchantCall {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

interface ControlCall {
  readonly id: string
  /** Members of `params` and `query` that have what an earlier answer said under the same name, the newest first. */
  readonly known?: Readonly<Record<string, number>>
  /** Sends the latest answer of this call in place of a body. */
  readonly bodyFrom?: string
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

/** Calls whose purpose is to hand out a merchant's keys: plain, in a program, or in a snapshot, which has those of a new certificate. */
const HANDS_OUT_KEYS = [
  ...['credentials', 'credentialsSnippet', 'exchangeCode', 'createMerchant', 'replaceCertificate', 'world', 'snapshot'],
]

/** Calls that make keys take a second each, so the fuzzer makes them less often. */
const MAKES_KEYS = ['createMerchant', 'replaceCertificate', 'rotatePlatformCertificate']

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

const merchantCalls: readonly MerchantCall[] = readInputs<{ readonly calls: readonly MerchantCall[] }>(
  'corpus',
  'bodies',
).flatMap(([, input]) => input.calls)
const merchantCall = fc.constantFrom(...merchantCalls)

/** A call that takes the variables of its path, and some of its query, from earlier answers. */
function following(call: ServedCall): fc.Arbitrary<ControlCall> {
  const names = variablesOf(call)
  const asked = ['mchid', 'cursor', 'of', 'stock_id', 'text', 'operation'].filter((name) => name in shapeOf(call.query))
  const picks = fc.record(Object.fromEntries([...names, ...asked].map((name) => [name, fc.nat({ max: 7 })])), {
    requiredKeys: [...names],
  })
  return fc.tuple(callsOf(call), picks).map(([made, known]) => ({ ...made, known }))
}

const variablesOf = ({ path }: ServedCall): readonly string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => name)

const shapeOf = (schema: z.ZodType | undefined) =>
  schema ? ((z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema).properties ?? {}) : {}

const one = (id: string): fc.Arbitrary<ControlCall> => callsOf(callOf(id))
const next = (...ids: readonly string[]): fc.Arbitrary<ControlCall> =>
  fc.oneof(...ids.map((id) => following(callOf(id))))
const nextOfAll = next(
  ...calls
    .filter(({ id, path, query }) => !MAKES_KEYS.includes(id) && (path.includes('{') || query))
    .map(({ id }) => id),
)
const held = merchantCall.chain((made) => {
  const effect = fc.constantFrom('hold', 'answer_lost', 'half_body', 'error_as_200')
  const body = fc.oneof(
    fc.record({ operation: fc.constant(made.operation), effect, times: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ operation: fc.constant(made.operation), effect, when: fc.constantFrom('before', 'after') }),
    fc.record({ event: fc.constant('any'), effect: fc.constant('hold'), always: fc.constant(true) }),
  )
  const plan: fc.Arbitrary<ControlCall> = body.map((written) => ({ id: 'planFault', body: written }))
  return fc.tuple(plan, fc.constant(made), one('held'), next('decideHeld', 'clearFaults', 'removeFault'), nextOfAll)
})

/** Calls in an order that means something: what a call makes is what the next ones are about. */
const story: fc.Arbitrary<readonly (ControlCall | MerchantCall)[]> = fc.oneof(
  held,
  fc.tuple(merchantCall, one('journal'), nextOfAll, nextOfAll, nextOfAll),
  fc.tuple(one('playStory'), one('journalPage'), nextOfAll, nextOfAll, next('replayExchange', 'sendCall')),
  fc.tuple(
    one('keepSnapshot'),
    merchantCall,
    one('snapshots'),
    next('snapshot', 'restoreSnapshot'),
    next('removeSnapshot'),
  ),
  fc.tuple(
    one('createMerchant'),
    next('credentials', 'world', 'changeMerchant'),
    nextOfAll,
    next('reset', 'thingPage'),
  ),
  fc.tuple(one('planAnswer'), merchantCall, one('answers'), next('removeAnswer', 'clearAnswers'), nextOfAll),
  fc.tuple(one('sendNotification'), one('notifications'), next('notification', 'exchangeCode', 'exchangeThings')),
  fc.tuple(one('things'), next('thingPage'), next('thing'), next('thingPage', 'search', 'savedView')),
  fc.tuple(fc.oneof(one('setClock'), one('advance')), merchantCall, fc.oneof(nextOfAll, anyCall), one('advance')),
  fc
    .tuple(merchantCall, one('world'), valueEdits(2))
    .map(([made, world, edits]) => [
      made,
      { ...world, query: {}, edits: [] },
      { id: 'restore', bodyFrom: 'world', edits },
      made,
    ]),
)

function requestOf(
  { id, params: given = {}, query: asked = {}, body: written, known = {}, bodyFrom, ...more }: ControlCall,
  values: KnownValues,
) {
  const { edits = [], textEdits: text = [], contentType } = more
  const call = callOf(id)
  const variables = new Set(variablesOf(call))
  const recalled = Object.entries(known).flatMap(([name, pick]): [string, unknown][] => {
    const value = values.get(name, pick)
    return value === undefined ? [] : [[name, value]]
  })
  const params = { ...given, ...Object.fromEntries(recalled.filter(([name]) => variables.has(name))) }
  const query = { ...asked, ...Object.fromEntries(recalled.filter(([name]) => !variables.has(name))) }
  const body = bodyFrom === undefined ? written : values.answerOf(bodyFrom)
  // A URL cannot have a dot as a part of its path: it is another URL then.
  const partOf = (value: unknown) => encodeURIComponent(asText(value ?? 'x').toWellFormed()).replace(/^\.{1,2}$/, 'x')
  const path = call.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => partOf(params[name]))
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

/** A world with the rows of each table in one order: those of a store have none in particular. */
function sorted(world: object): object {
  const textOf = (row: unknown): string => JSON.stringify(row)
  const inOrder = (rows: readonly unknown[]) => rows.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1))
  return Object.fromEntries(
    Object.entries(world).map(([table, rows]) => [table, Array.isArray(rows) ? inOrder(rows) : rows]),
  )
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
      calls: fc.oneof(
        fc.array(anyCall, { minLength: 1, maxLength: 6 }),
        fc.array(fc.oneof(story, fc.tuple(anyCall)), { minLength: 1, maxLength: 3 }).map((parts) => parts.flat()),
      ),
    }),

  async play({ together, calls: made }) {
    const mock = createSubject()
    const bugs: unknown[] = []
    mock.outbox.onBug = (bug) => bugs.push(bug)
    const app = await controlApp(mock, { onBug: (bug) => bugs.push(bug) })
    const values = new KnownValues()
    const client = createMerchantClient({
      credentials: wellKnownCredentials,
      now: () => mock.clock.now(),
      send: (request) =>
        mock.handle(request).catch((bug: unknown) => {
          bugs.push(bug)
          throw bug
        }),
    })
    const open = new Set<Promise<unknown>>()
    const call = async ({ operation: id, input }: MerchantCall): Promise<number> => {
      const operation = operations.find((one) => one.id === id)
      if (!operation) throw new TypeError(`There is no operation ${id}.`)
      // Faults lose answers and falsify them; only a bug matters.
      const made = client.call(operation, input).then(
        ({ body }) => values.add(id, body),
        () => undefined,
      )
      open.add(made)
      void made.finally(() => open.delete(made))
      await Promise.race([made, wait(20)])
      expect(bugs).toEqual([])
      return 200
    }
    const take = async (one: ControlCall | MerchantCall): Promise<number> => {
      if ('operation' in one) return call(one)
      const response = await answered(Promise.resolve(app.fetch(requestOf(one, values))), one.id)
      const text = await answered(textOf(response), one.id)
      expect(bugs).toEqual([])
      expect(response.status).toBeLessThan(500)
      // Only calls that hand out keys, and a snapshot of merchants, have private keys in their answers.
      if (!HANDS_OUT_KEYS.includes(one.id)) expectNoSecret(text)
      const called = callOf(one.id)
      if (response.status >= 400) {
        const { code, message } = JSON.parse(text)
        expect([...REFUSALS_OF_ALL, ...Object.keys(called.refusals ?? {})]).toContain(code)
        expect(message).toMatch(/./)
      } else if (called.answer && called.mediaType !== 'text/event-stream') {
        const answer = called.mediaType === undefined ? JSON.parse(text) : text
        values.add(one.id, answer)
        expect(called.answer.safeParse(answer).error).toBe(undefined)
      }
      return response.status
    }

    if (together) {
      await Promise.all(made.map(take))
    } else {
      for (const one of made) {
        const before = await stateOf(mock)
        // A call that goes on meanwhile changes the state itself.
        const isQuiet = open.size === 0
        if ((await take(one)) >= 400 && isQuiet) expect(await stateOf(mock)).toEqual(before)
      }
    }
    await answered(mock.control.clearFaults(), 'clearFaults')
    await answered(Promise.all(open), 'a call of a merchant')

    // The current world can be saved and restored, and after a reset the mock works.
    const world = await mock.control.world()
    await answered(mock.control.restore(world), 'restore')
    expect(sorted(await mock.control.world())).toEqual(sorted(world))
    await answered(mock.control.reset(), 'reset')
    expect(await client.call(downloadCertificates)).toMatchObject({ status: 200 })
    await answered(mock.outbox.stop(), 'the end')
    expect(bugs).toEqual([])
  },
})
