import { z } from 'zod'
import { refusalAt } from '../../wire/protocol/errors.ts'

/** Default and maximum length of a page. */
export const USUAL_LENGTH = 50

const LARGEST_LENGTH = 500

/** A number of things in a query, from 1. */
export const queryCount = z.coerce.number<string>().int().min(1)

export const pageQuery = z.strictObject({
  text: z.string().max(200).optional().describe('only what has this text somewhere, in upper or lower case'),
  cursor: z.string().max(1_000).optional().describe('`next` of the page before; the first page if left out'),
  limit: queryCount.max(LARGEST_LENGTH).optional().describe(`how many; ${USUAL_LENGTH} if left out`),
})

/** A page of things, newest first. */
export interface Page<Thing> {
  readonly items: Thing[]
  /** `cursor` of the next page; absent on the last one. */
  readonly next?: string | undefined
  readonly total: number
}

export function pageOf<Schema extends z.ZodType>(schema: Schema) {
  return z.strictObject({
    items: z.array(schema).describe('the newest first'),
    next: z.string().optional().describe('cursor of the page behind; left out on the last one'),
    total: z.int().min(0).describe('how many fit, on all pages'),
  })
}

/** A thing's position in a list: newer first, then smaller key first. */
export type Place = readonly [at: number, key: string]

const placeJson = z.tuple([z.number(), z.string()])

/** One page, newest first. @throws UsageError `MOCK_INPUT` for a cursor that is not from a page */
export function takePage<Thing>(
  things: readonly Thing[],
  placeOf: (thing: Thing) => Place,
  wanted: Parameters<typeof pageInOrder>[2],
): Page<Thing> {
  return pageInOrder(things, { placeOf, placeJson, compare: comparePlaces }, wanted)
}

/**
 * One page of things in some order. A cursor names a place rather than a number, so that new things at the front shift nothing.
 *
 * @throws UsageError `MOCK_INPUT` for a cursor that is not from a page
 */
export function pageInOrder<Thing, Place>(
  things: readonly Thing[],
  order: {
    placeOf(thing: Thing): Place
    readonly placeJson: z.ZodType<Place>
    compare(a: Place, b: Place): number
  },
  { cursor, limit = USUAL_LENGTH }: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): Page<Thing> {
  const after = cursor === undefined ? undefined : readCursor(cursor, order.placeJson)
  const behind = things
    .map((thing) => ({ thing, place: order.placeOf(thing) }))
    .filter(({ place }) => after === undefined || order.compare(after, place) < 0)
    .toSorted((a, b) => order.compare(a.place, b.place))
  const taken = behind.slice(0, limit)
  const last = behind.length > limit ? taken.at(-1) : undefined
  return {
    items: taken.map(({ thing }) => thing),
    ...(last && { next: writeCursor(last.place) }),
    total: things.length,
  }
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
    throw refusalAt('/query/cursor', 'MOCK_INPUT', {
      en: '/query/cursor: use `next` of the previous page unchanged.',
      zh: '/query/cursor：请原样使用上一页的 next。',
    })
  }
}
