import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMock } from '../../src/mock.ts'
import { createStock, queryStock } from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { memberAt, withMember } from '../helpers/members.ts'
import { aFullStockRequest, aStockRequest } from '../helpers/stock-request.ts'
import { NOON } from '../helpers/world.ts'

async function aMerchant() {
  const mock = createMock({ seed: 'empty', clock: { now: () => NOON }, randomSeed: 'stocks' })
  const credentials = await mock.control.credentials()
  const client = createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => NOON })
  return { control: mock.control, client }
}

type Path = readonly (string | number)[]

/** The places of all members of a JSON value, objects and lists among them. */
function placesIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  const inner = Object.entries(value).flatMap(([key, member]) =>
    placesIn(member, [...at, Array.isArray(value) ? Number(key) : key]),
  )
  return [at, ...inner]
}

const bodies = [aStockRequest(), aFullStockRequest()]
const places = [...new Map(bodies.flatMap((body) => placesIn(body)).map((place) => [place.join('/'), place])).values()]

/** Any code point; fast-check's own unit lists them all first, for seconds. */
const codePoint = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code))

/** Replacements for any value: JSON of every kind, and nearly valid values. */
const anything = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3, stringUnit: codePoint }) },
  { weight: 2, arbitrary: fc.constantFrom(-1, 0, 1, 1.5, 7, 366, 1e9, 1e16, 1e300, -0) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', ' ', '\u0000', '\ud800', '😀'.repeat(11), '1900000001', 'Color100', 'constructor'),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
        fc.constantFrom('Z', '+08:00', '-12:00', '+14:00', '+24:00'),
      )
      .map(([date, offset]) => date.toISOString().replace('Z', offset)),
  },
  { weight: 1, arbitrary: fc.constantFrom('DISCOUNT', 'EXCHANGE', 'SELF_CONSUME', 'MINI_PROGRAMS', 'MERCHANT_UPLOAD') },
  { weight: 1, arbitrary: fc.constantFrom({}, [], [{}], { __proto__: 1 }, { discount_percent: 88 }) },
)

const mutation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ at: fc.constantFrom(...places), value: anything }) },
  {
    weight: 1,
    arbitrary: fc.record({
      at: fc
        .tuple(
          fc.constantFrom(...places.filter((place) => !place.some(Number.isInteger))),
          fc.constantFrom('price', 'toString', 'exchange_coupon', 'discount_coupon', ''),
        )
        .map(([place, key]): Path => [...place, key]),
      value: anything,
    }),
  },
)

const CODES = ['PARAM_ERROR', 'INVALID_REQUEST', 'MCH_NOT_EXISTS']

test('whatever is changed of a request, it creates a batch or is refused, and what is created can be kept', async () => {
  const outcomes = { created: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...bodies),
      fc.oneof(
        // Up to two leave a third of the requests valid, up to four a fifth: enough of either kind for what is counted below, whatever the seed.
        { weight: 2, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 2 }) },
        { weight: 1, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 4 }) },
      ),
      async (valid, mutations) => {
        const body = mutations.reduce<unknown>((changed, { at, value }) => mutated(changed, at, value), valid)
        const { client, control } = await aMerchant()

        const answer = await client.request({ method: 'POST', target: createStock.path, body: body ?? '' })

        if (answer.status !== 200) {
          outcomes.refused++
          expect(answer.status).toBe(400)
          expect(CODES).toContain((answer.body as { code: string }).code)
          expect((await control.world()).stocks).toEqual([])
          return
        }
        outcomes.created++
        const { stock_id } = answer.body as { stock_id: string }
        expect(await client.call(queryStock, { stock_id })).toMatchObject({ status: 200, body: { stock_id } })
        const world = await control.world()
        const other = createMock({ seed: 'empty', clock: { now: () => NOON } })
        await other.control.restore(world)
        expect(await other.control.world()).toEqual(world)
      },
    ),
    { numRuns: 250 },
  )
  // Both have to happen, or the mutations are too harsh or too mild to tell anything.
  expect(Math.min(outcomes.created, outcomes.refused)).toBeGreaterThan(40)
})

/** The body with a member changed; as it is where an earlier change has taken the way there. */
function mutated(body: unknown, at: Path, value: unknown): unknown {
  const isThere = at.every((key, depth) => {
    const outer = memberAt(body, at.slice(0, depth))
    if (Array.isArray(outer)) return typeof key === 'number' && key < outer.length
    return typeof outer === 'object' && outer !== null
  })
  return isThere ? withMember(body, at, value) : body
}
