import { z } from 'zod'
import { type Exchange, isError, isFaulted, statusClassOf } from '../../engine/journal/journal.ts'
import { time } from '../../engine/state/json-fields.ts'
import { UsageError } from '../../protocol/errors.ts'
import { exactTime } from '../../protocol/instant.ts'

/**
 * Maximum number of exchanges in an export of each format: a contract tries out each of them, and a script signs each of them.
 * Separate from the calls because the dashboard loads it.
 */
export const EXPORT_LIMITS = { pact: 1_000, har: 10_000, curl: 1_000 } as const

export type ExportFormat = keyof typeof EXPORT_LIMITS

/** Statistics of exchanges: outcomes, times and durations. */

/** Step of the recent traffic. It divides a minute, so that steps begin at the same seconds whenever somebody looks. */
const STEP_MS = 15_000
/** Five minutes. */
const STEPS = 20

const count = z.int().min(0)
const statusCounts = { '2xx': count, '4xx': count, '5xx': count, other: count }

export const outcomeCountsJson = z
  .strictObject({ all: count, error: count, ...statusCounts, faulted: count })
  .meta({ id: 'OutcomeCounts', description: 'how many exchanges ended in which way; one may count in several' })

export const recentTrafficJson = z
  .strictObject({
    steps: z
      .array(z.strictObject({ from: time, to: time, ...statusCounts }))
      .meta({ description: `${STEPS} times ${STEP_MS / 1_000} seconds, the oldest first; the last one is not over` }),
    duration_ms: z
      .strictObject({ median: z.number(), p95: z.number() })
      .optional()
      .meta({ description: "how long they took on the machine's clock; left out where there are none" }),
  })
  .meta({ id: 'RecentTraffic', description: "the last five minutes on the mock's clock" })

export type OutcomeCounts = z.output<typeof outcomeCountsJson>
export type RecentTraffic = z.output<typeof recentTrafficJson>

const NONE = { '2xx': 0, '4xx': 0, '5xx': 0, other: 0 }

export function countOutcomes(exchanges: readonly Exchange[]): OutcomeCounts {
  const counts = { all: exchanges.length, error: 0, ...NONE, faulted: 0 }
  for (const exchange of exchanges) {
    const statusClass = statusClassOf(exchange)
    counts[statusClass] += 1
    if (isError(statusClass)) counts.error += 1
    if (isFaulted(exchange)) counts.faulted += 1
  }
  return counts
}

/** @param now epoch milliseconds on the mock's clock */
export function recentTraffic(exchanges: readonly Exchange[], now: number): RecentTraffic {
  const begin = (Math.floor(now / STEP_MS) + 1 - STEPS) * STEP_MS
  const steps = Array.from({ length: STEPS }, (_, i) => ({
    from: exactTime(begin + i * STEP_MS),
    to: exactTime(begin + (i + 1) * STEP_MS - 1),
    ...NONE,
  }))
  const durations: number[] = []
  for (const exchange of exchanges) {
    const step = steps[Math.floor((exchange.at - begin) / STEP_MS)]
    if (!step) continue
    step[statusClassOf(exchange)] += 1
    durations.push(exchange.durationMs)
  }
  if (durations.length === 0) return { steps }
  const sorted = Float64Array.from(durations).sort()
  return { steps, duration_ms: { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) } }
}

/** The smallest value that this share of all does not exceed. The list must not be empty. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}

/** Default and maximum length of a page. */
export const USUAL_LENGTH = 50
const LARGEST_LENGTH = 500

/** Query of every paged call. */
export const pageQuery = z.strictObject({
  text: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'only what has this text somewhere, in upper or lower case' }),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .meta({ description: '`next` of the page before; the first page if left out' }),
  limit: z.coerce
    .number<string>()
    .int()
    .min(1)
    .max(LARGEST_LENGTH)
    .optional()
    .meta({ description: `how many; ${USUAL_LENGTH} if left out` }),
})

/** A page of things, newest first. */
export interface Page<Thing> {
  readonly items: Thing[]
  /** `cursor` of the next page; absent on the last one. */
  readonly next?: string | undefined
  /** Number of matches on all pages. */
  readonly total: number
}

/** The schema of a {@link Page}. */
export function pageOf<Schema extends z.ZodType>(schema: Schema) {
  return z.strictObject({
    items: z.array(schema).meta({ description: 'the newest first' }),
    next: z.string().optional().meta({ description: 'cursor of the page behind; left out on the last one' }),
    total: z.int().min(0).meta({ description: 'how many fit, on all pages' }),
  })
}

/** A thing's position in a list: newer first, then smaller key first. */
export type Place = readonly [at: number, key: string]

const placeJson = z.tuple([z.number(), z.string()])

/**
 * One page, newest first. A cursor names a place rather than a number, so that new things at the front shift nothing.
 *
 * @throws UsageError `MOCK_INPUT` for a cursor that is not from a page
 */
export function takePage<Thing>(
  things: readonly Thing[],
  placeOf: (thing: Thing) => Place,
  { cursor, limit = USUAL_LENGTH }: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): { readonly items: Thing[]; readonly next?: string; readonly total: number } {
  const after = cursor === undefined ? undefined : readCursor(cursor, placeJson)
  const first = firstBehind(things, placeOf, after, limit + 1)
  const taken = first.slice(0, limit)
  const last = first.length > limit ? taken.at(-1) : undefined
  return {
    items: taken.map(({ thing }) => thing),
    ...(last && { next: writeCursor(last.place) }),
    total: things.length,
  }
}

/** The first things behind a place, in order, without sorting the rest: there may be thousands. */
function firstBehind<Thing>(
  things: readonly Thing[],
  placeOf: (thing: Thing) => Place,
  after: Place | undefined,
  count: number,
): readonly { readonly thing: Thing; readonly place: Place }[] {
  const best: { readonly thing: Thing; readonly place: Place }[] = []
  let worst: Place | undefined
  const tidy = () => {
    best.sort((a, b) => comparePlaces(a.place, b.place))
    best.length = Math.min(best.length, count)
    if (best.length === count) worst = best.at(-1)?.place
  }
  for (const thing of things) {
    const place = placeOf(thing)
    if (after !== undefined && comparePlaces(after, place) >= 0) continue
    if (worst !== undefined && comparePlaces(worst, place) <= 0) continue
    best.push({ thing, place })
    if (best.length >= 4 * count) tidy()
  }
  tidy()
  return best
}

function comparePlaces([a, aKey]: Place, [b, bKey]: Place): number {
  return b - a || (aKey < bKey ? -1 : aKey > bKey ? 1 : 0)
}

/** @param place a JSON value that marks where the next page begins */
export function writeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/**
 * Reads the result of {@link writeCursor}.
 *
 * @throws UsageError `MOCK_INPUT` for a cursor that is not from a page of the same list
 */
export function readCursor<Place>(cursor: string, schema: z.ZodType<Place>): Place {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    // Neither JSON nor a place of this list.
    throw new UsageError(
      'MOCK_INPUT',
      {
        en: '/query/cursor: use `next` of the previous page unchanged.',
        zh: '/query/cursor：请原样使用上一页的 next。',
      },
      { path: '/query/cursor' },
    )
  }
}
