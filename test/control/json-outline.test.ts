import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorJson } from '../../src/control/answer-format.ts'
import { readWorld } from '../../src/control/read-body.ts'
import type { Given, Parts } from '../../src/control/world/read-input.ts'
import { controlApp } from '../helpers/control-app.ts'
import { createMock } from '../helpers/engine.ts'

/** More than is parsed as a whole. */
const LARGE = 70_000

const valueIn = (parts: Parts): unknown => ('value' in parts ? parts.value : [...parts.list].flat())

function wholeOf(given: Given): unknown {
  if (!('members' in given)) return valueIn(given)
  return Object.fromEntries([...given.members].map(([name, parts]) => [name, valueIn(parts)]))
}

/** Reads a text that arrives in chunks, part by part. */
async function read(text: string, chunkBytes = 65_536): Promise<unknown> {
  const bytes = Buffer.from(text)
  const chunks = async function* () {
    for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes)
  }
  return wholeOf(await readWorld(chunks()))
}

const padded = (text: string) => text + ' '.repeat(LARGE)

describe('a text in parts', () => {
  const element = fc.jsonValue({ maxDepth: 3 })
  const list = fc.array(element, { maxLength: 20 })
  const json = fc.oneof(element, list, fc.dictionary(fc.string(), fc.oneof(element, list), { maxKeys: 8 }))

  test('has the value that it has as a whole, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(json, fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 2), async (value, chunk, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        const parsed: unknown = JSON.parse(text)
        // Parsing keeps a name that an object literal would not.
        fc.pre(!text.includes('__proto__'))
        expect(await read(padded(text), chunk * 20_000)).toEqual(parsed)
        expect(await read(' '.repeat(LARGE) + text, LARGE + chunk)).toEqual(parsed)
      }),
      { numRuns: 200 },
    )
  })

  test('is no JSON if it is none as a whole', async () => {
    const spoilt = fc
      .tuple(json, fc.nat(), fc.constantFrom('', ',', '[', ']', '{', '}', '"', ':', '\\', '1', 'x', '\u0001'))
      .map(([value, at, character]) => {
        const text = JSON.stringify(value)
        const from = at % text.length
        return text.slice(0, from) + character + text.slice(from + 1)
      })
    const outcome = async (parse: () => unknown) => {
      try {
        return { value: await parse() }
      } catch (error) {
        return { code: Object(error).code ?? 'MOCK_JSON' }
      }
    }
    await fc.assert(
      fc.asyncProperty(spoilt, async (text) => {
        fc.pre(!text.includes('__proto__'))
        const inParts = await outcome(() => read(padded(text)))
        // A member that is there twice is JSON, and refused all the same.
        if (inParts.code !== 'MOCK_INPUT') expect(inParts).toEqual(await outcome(() => JSON.parse(text)))
      }),
      { numRuns: 500 },
    )
  })

  test.for([
    '[',
    '[1',
    '[1,',
    '[1,]',
    '[,1]',
    '{"a"',
    '{"a":',
    '{"a":[1,2',
    '{"a":1,}',
    '{"a":[}',
    '"',
    '"\\"',
    '[1]2',
    '',
  ])('%j is cut off or wrong', async (text) => {
    await expect(read(padded(text))).rejects.toMatchObject({ code: 'MOCK_JSON' })
  })

  test('may begin with a byte order mark, and has characters of any length', async () => {
    expect(await read(padded('\ufeff{"a":["多","😀"]}'), 20_001)).toEqual({ a: ['多', '😀'] })
  })

  test('is parsed in stretches, none of which loses an element', async () => {
    const rows = Array.from({ length: 12_345 }, (_, i) => ({ i, text: `${i}`.repeat(i % 50) }))
    expect(await read(JSON.stringify({ before: 1, rows, none: [], after: rows.slice(0, 3) }))).toEqual({
      before: 1,
      rows,
      none: [],
      after: rows.slice(0, 3),
    })
  })
})

/** Sends a beginning, then pieces without end. Tells how many of these were taken before the refusal. */
async function refuse(method: string, path: string, beginning: string, piece: (i: number) => string) {
  const app = await controlApp(createMock())
  let pieces = 0
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from(beginning)),
    pull: (controller) => controller.enqueue(Buffer.from(piece(pieces++))),
  })
  const request = new Request(`http://localhost${path}`, {
    method,
    body,
    headers: { 'Content-Type': 'application/json' },
    duplex: 'half',
  })
  const answer = await app.request(request)
  const taken = pieces
  return { status: answer.status, ...errorJson.parse(await answer.json()), pieces: taken }
}

describe('a body that cannot be taken is refused before the rest of it has come', () => {
  const spaces = () => ' '.repeat(65_536)

  test.for<[what: string, path: string, beginning: string, place: string, message: string]>([
    ['unknown table', 'PUT /_mock/world', '{"coupons":[],"tokens":', '/tokens', 'there is no such member'],
    ['table twice', 'PUT /_mock/world', '{"coupons":[],"orders":[{}],"coupons":', '/coupons', 'there twice'],
    [
      'name of a prototype',
      'PUT /_mock/world',
      '{"__proto__":{"coupons":[]},',
      '/__proto__',
      'there is no such member',
    ],
    ['unknown member', 'PUT /_mock/clock', '{"frozen":true,"time":', '/time', 'there is no such member'],
    ['member of the query', 'POST /_mock/journal/1/send', '{"method":"GET","id":', '/id', 'there is no such member'],
    ['depth', 'POST /_mock/stocks', `[{"a":${'['.repeat(32)}`, '/0', 'nested more than 32 levels deep'],
    ['depth of a row', 'PUT /_mock/world', `{"orders":[{},${'['.repeat(33)}`, '/orders/1', 'nested more than 32'],
  ])('for its %s', async ([, route, beginning, place, message]) => {
    const [method = '', path = ''] = route.split(' ')
    const refused = await refuse(method, path, beginning, spaces)

    expect(refused).toMatchObject({ status: 400, code: 'MOCK_INPUT', path: place, pieces: expect.any(Number) })
    expect(refused.message).toContain(message)
    expect(refused.pieces).toBeLessThanOrEqual(2)
  })

  test('for the number of its members, of the values in one, and for the size of one', async () => {
    const members = await refuse('POST', '/_mock/stocks', '{"a":1', (i) =>
      Array.from({ length: 100 }, (_, j) => `,"${i}-${j}":1`).join(''),
    )
    expect(members).toMatchObject({
      status: 400,
      code: 'MOCK_INPUT',
      path: '',
      message: 'The value: more than 1000 members.',
    })
    expect(members.pieces).toBeLessThanOrEqual(12)

    const values = await refuse('PUT', '/_mock/world', '{"orders":[{"a":[1', () => ',1'.repeat(10_000))
    expect(values).toMatchObject({
      status: 400,
      path: '/orders/0',
      message: '/orders/0: more than 100000 values in it.',
    })
    expect(values.pieces).toBeLessThanOrEqual(12)

    const size = await refuse('PUT', '/_mock/world', '{"orders":["', () => 'x'.repeat(1_048_576))
    expect(size).toMatchObject({ status: 400, path: '/orders/0', message: '/orders/0: larger than 16 MiB.' })
    expect(size.pieces).toBeLessThanOrEqual(18)
  })

  test('for the number of its rows', async () => {
    const rows = await refuse('PUT', '/_mock/world', '{"orders":[{}', () => ',{}'.repeat(100_000))

    expect(rows).toMatchObject({
      status: 400,
      path: '/orders',
      message: '/orders: more than 1,000,000 elements in one call.',
    })
    expect(rows.pieces).toBeLessThanOrEqual(12)
  })
})

test('others get on while a large world is restored', async () => {
  const mock = createMock()
  const app = await controlApp(mock)
  const coupons = Array.from({ length: 20_000 }, (_, i) => ({ stock_id: '100088', coupon_code: `C${i}` }))
  const body = JSON.stringify({ coupons })
  let turns = 0
  const turn = () => {
    turns++
    immediate = setImmediate(turn)
  }
  let immediate = setImmediate(turn)

  const answer = await app.request('/_mock/world', {
    method: 'PUT',
    body,
    headers: { 'Content-Type': 'application/json' },
  })
  clearImmediate(immediate)
  expect(answer.status).toBe(204)
  // Parsed and checked in pieces of at most 1,000, made rows of and put into the store in pieces of 500.
  expect(turns).toBeGreaterThanOrEqual(19 + 39 + 39)
  expect((await mock.control.worldCounts()).coupons).toBe(20_000)
})
