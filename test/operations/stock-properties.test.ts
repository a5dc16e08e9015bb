import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMock } from '../../src/mock.ts'
import { createStock, queryStock } from '../../src/products/operations.ts'
import { formatInstant } from '../../src/protocol/instant.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { amountOf } from '../helpers/amount.ts'
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

/** Replacements for any value: JSON of every kind, and nearly valid values. */
const anything = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }) },
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

const letters = (max: number) =>
  fc.string({ unit: fc.constantFrom('券', '8', '月', 'a', '😀', ' ', '“'), minLength: 1, maxLength: max })
const ascii = (max: number, min = 1) => fc.string({ unit: 'grapheme-ascii', minLength: min, maxLength: max })
const upTo = (max: number, min = 1) => fc.integer({ min, max })
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const fen = upTo(10_000_000)
const offset = fc.constantFrom(-12, -3.5, 0, 5.75, 8, 14)

/** Written with an offset, whole seconds. */
function written(second: number, hours: number): string {
  const sign = hours < 0 ? '-' : '+'
  const minutes = Math.abs(hours) * 60
  const local = new Date(second * 1_000 + hours * 3_600_000).toISOString().slice(0, 19)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

const time = fc
  .record({
    begin: upTo(4_000_000_000, 0),
    seconds: upTo(365 * 86_400),
    offsets: fc.tuple(offset, offset),
    days: maybe(fc.record({ use: upTo(365), wait: maybe(upTo(30)) })),
    week: maybe(
      fc.record({
        week_day: fc.array(upTo(6, 0), { minLength: 1, maxLength: 7 }),
        times: maybe(fc.array(fc.tuple(upTo(86_399, 0), upTo(86_399, 0)), { minLength: 1, maxLength: 2 })),
      }),
    ),
    periods: maybe(fc.array(fc.tuple(upTo(4_000_000_000, 0), upTo(1_000_000, 0)), { maxLength: 3 })),
  })
  .map(({ begin, seconds, offsets, days, week, periods }) => ({
    available_begin_time: written(begin, offsets[0]),
    available_end_time: written(begin + seconds, offsets[1]),
    available_day_after_receive: days?.use,
    wait_days_after_receive: days?.wait,
    available_week: week && {
      week_day: week.week_day,
      available_day_time: week.times?.map(([a, b]) => ({ begin_time: Math.min(a, b), end_time: Math.max(a, b) })),
    },
    irregulary_avaliable_time: periods?.map(([from, length]) => ({
      begin_time: written(from, offsets[0]),
      end_time: written(from + length, offsets[1]),
    })),
  }))

const benefit = fc.oneof(
  fc.record({
    stock_type: fc.constant('NORMAL'),
    rule: fc.record({ fixed_normal_coupon: fc.record({ discount_amount: fen, transaction_minimum: fen }) }),
  }),
  fc.record({
    stock_type: fc.constant('DISCOUNT'),
    rule: fc.record({ discount_coupon: fc.record({ discount_percent: upTo(100), transaction_minimum: fen }) }),
  }),
  fc.record({
    stock_type: fc.constant('EXCHANGE'),
    rule: fc.record({ exchange_coupon: fc.record({ exchange_price: upTo(10_000_000, 0), transaction_minimum: fen }) }),
  }),
)

const use = fc.oneof(
  fc.record({
    use_method: fc.constantFrom('OFF_LINE', 'PAYMENT_CODE'),
    mini_programs_appid: maybe(ascii(32)),
    mini_programs_path: maybe(ascii(128)),
  }),
  fc.record({
    use_method: fc.constant('MINI_PROGRAMS'),
    mini_programs_appid: ascii(32),
    mini_programs_path: ascii(128),
  }),
)

/** Any valid request for a batch. */
const request = fc
  .record({
    benefit,
    use,
    time,
    rest: fc.record({
      stock_name: letters(21),
      belong_merchant: fc.constant('1900000001'),
      comment: maybe(letters(20)),
      goods_name: letters(15),
      stock_send_rule: fc.record({
        max_coupons: upTo(1_000_000_000),
        max_coupons_per_user: upTo(100),
        max_coupons_by_day: maybe(upTo(1_000_000_000)),
        max_amount: maybe(fc.maxSafeNat()),
        max_amount_by_day: maybe(fc.maxSafeNat()),
        natural_person_limit: maybe(fc.boolean()),
        prevent_api_abuse: maybe(fc.boolean()),
        transferable: maybe(fc.boolean()),
        shareable: maybe(fc.boolean()),
      }),
      out_request_no: ascii(128),
      custom_entrance: maybe(
        fc.record({
          mini_programs_info: maybe(
            fc.record({
              mini_programs_appid: ascii(32),
              mini_programs_path: ascii(128),
              entrance_words: letters(5),
              guiding_words: maybe(letters(6)),
            }),
          ),
          appid: maybe(ascii(32)),
          hall_id: maybe(ascii(64)),
          store_id: maybe(ascii(64)),
          code_display_mode: maybe(fc.constantFrom('NOT_SHOW', 'BARCODE', 'QRCODE')),
        }),
      ),
      display_pattern_info: maybe(
        fc.record({
          description: maybe(letters(1_000)),
          merchant_logo_url: maybe(ascii(128)),
          merchant_name: maybe(letters(16)),
          background_color: maybe(fc.constantFrom('Color010', 'Color100')),
          coupon_image_url: maybe(ascii(128)),
          finder_info: maybe(
            fc.record({
              finder_id: fc.string(),
              finder_video_id: fc.string(),
              finder_video_cover_image_url: fc.string(),
            }),
          ),
        }),
      ),
      coupon_code_mode: fc.constantFrom('WECHATPAY_MODE', 'MERCHANT_API', 'MERCHANT_UPLOAD'),
      notify_config: maybe(fc.record({ notify_appid: ascii(32) })),
      subsidy: maybe(fc.boolean()),
    }),
  })
  .map(({ benefit: { stock_type, rule }, use, time, rest }) => ({
    ...rest,
    stock_type,
    coupon_use_rule: { ...rule, ...use, coupon_available_time: time },
  }))

/** The query's view of a sent batch: times are in China, and switches that are off and omitted members are missing. */
function shown(sent: unknown): unknown {
  return JSON.parse(JSON.stringify(sent), (key, value: unknown) => {
    if (value === false) return undefined
    return key.endsWith('_time') && typeof value === 'string' ? formatInstant(Date.parse(value)) : value
  })
}

test('any valid batch is created, and its query shows every value that was sent', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (wanted) => {
      const { client } = await aMerchant()

      const created = await client.call(createStock, wanted)

      expect(created).toMatchObject({ status: 200 })
      const { stock_id } = created.body as { stock_id: string }
      const { body } = await client.call(queryStock, { stock_id })
      const { out_request_no: _, ...expected } = shown(wanted) as Record<string, object>
      expect(body).toMatchObject(expected)
      expect((body as Record<string, unknown>).stock_send_rule).toEqual(expected.stock_send_rule)
      expect((body as Record<string, unknown>).subsidy).toBe(wanted.subsidy || undefined)
    }),
    { numRuns: amountOf(200) },
  )
})
