import type { z } from 'zod'
import { keyOf, type World } from '../engine/state/store.ts'
import { completeCode, stockForCode } from '../products/merchant-coupon/codes/code-json.ts'
import { completeEventAddress } from '../products/merchant-coupon/event-address/event-address-json.ts'
import type { Coupon } from '../products/merchant-coupon/rules/coupon.ts'
import { type Stock, withCouponCounted } from '../products/merchant-coupon/rules/stock.ts'
import { handedOutAs, type UploadedCode, withCodeCounted } from '../products/merchant-coupon/rules/uploaded-code.ts'
import { completeSubsidy, completeSubsidyReturn } from '../products/merchant-coupon/subsidies/subsidy-json.ts'
import { completeRefund } from '../products/payment/refunds/refund-json.ts'
import { completeUser } from '../products/platform/users/user-json.ts'
import { UsageError } from '../protocol/errors.ts'
import { extentOf, type JsonLimits } from '../protocol/json-extent.ts'
import { completeCoupon, completeOrder, completeRequest, completeStock, type Surroundings } from './complete.ts'
import { completeNotification } from './formats/notification.ts'
import { type MerchantJson, type WorldJson, worldJson } from './world-format.ts'

/**
 * Reads what somebody gave to the mock.
 *
 * @param where JSON pointer to what `value` is a part of; put before the places of what does not fit
 * @throws UsageError `MOCK_INPUT` for the first thing that does not fit, with its place as a JSON pointer
 */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown, where = ''): z.output<Schema> {
  const misfit = misfitInLists(schema, value) ?? misfitOf(schema, value)
  if ('data' in misfit) return misfit.data
  const { keys, message } = misfit
  const path = where + keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  throw new UsageError('MOCK_INPUT', `${path || 'The value'}: ${message}.`, { path })
}

function misfitOf<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Misfit | { readonly data: z.output<Schema> } {
  const result = schema.safeParse(value)
  return result.success ? { data: result.data } : mostTelling(result.error.issues)
}

/** What one thing of a list, or one member that is no list, may have in it: far more than any has (the limits are ours). */
const THING_LIMITS: JsonLimits = { values: 100_000, depth: 32 }
/** What is checked at once of a list. */
const PIECE = { things: 1_000, values: 10_000 } as const

/**
 * The first misfit in a thing that is too large or too deep, or in a list that is checked in several pieces; `undefined` when there is none.
 *
 * A schema goes on after the first misfit: a list of a million of them would be a million issues, which take gigabytes. It also calls itself
 * for what is nested.
 */
function misfitInLists(schema: z.ZodType, value: unknown): Misfit | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return misfitInList(value, [], (piece) => misfitOf(schema, piece))
  const members = Object.entries(value)
  const rest = {
    ...value,
    ...Object.fromEntries(members.filter(([, one]) => Array.isArray(one)).map(([key]) => [key, []])),
  }
  for (const [key, member] of members) {
    const misfit = Array.isArray(member)
      ? misfitInList(member, [key], (piece) => misfitOf(schema, { ...rest, [key]: piece }))
      : oversize(member, [key]).misfit
    if (misfit) return misfit
  }
  return undefined
}

function misfitInList(
  list: readonly unknown[],
  place: readonly PropertyKey[],
  check: (piece: readonly unknown[]) => Misfit | object,
): Misfit | undefined {
  let start = 0
  let values = 0
  const misfitUntil = (end: number): Misfit | undefined => {
    const result = check(list.slice(start, end))
    return 'keys' in result ? movedBy(start, result as Misfit, place.length) : undefined
  }
  for (const [i, thing] of list.entries()) {
    const { misfit, extent } = oversize(thing, [...place, i])
    if (misfit) return misfit
    if (i > start && (i - start >= PIECE.things || values + extent > PIECE.values)) {
      const found = misfitUntil(i)
      if (found) return found
      start = i
      values = 0
    }
    values += extent
  }
  // A list of one piece is checked with the whole.
  return start > 0 ? misfitUntil(list.length) : undefined
}

/** A misfit found in a piece of a list, with the place that it has in the list. */
function movedBy(start: number, { keys, message }: Misfit, at: number): Misfit {
  return { keys: keys.map((key, i) => (i === at && typeof key === 'number' ? key + start : key)), message }
}

function oversize(thing: unknown, keys: readonly PropertyKey[]): { misfit?: Misfit; extent: number } {
  const extent = extentOf(thing, THING_LIMITS)
  if (typeof extent === 'number') return { extent }
  const message =
    extent === 'too deep'
      ? `nested more than ${THING_LIMITS.depth} levels deep`
      : `more than ${THING_LIMITS.values} values in it`
  return { misfit: { keys, message }, extent: 0 }
}

interface Misfit {
  readonly keys: readonly PropertyKey[]
  readonly message: string
}

/** The first issue; of alternatives the one that came furthest, and of unknown members the first itself. */
function mostTelling(issues: readonly z.core.$ZodIssue[]): Misfit {
  const [issue] = issues
  if (issue === undefined) return { keys: [], message: 'does not fit' }
  if (issue.code === 'unrecognized_keys') {
    return { keys: [...issue.path, issue.keys[0] ?? ''], message: 'there is no such member, leave it out' }
  }
  if (issue.code === 'invalid_union') {
    const closest = issue.errors.find((branch) => !branch.some(isWrongKind))
    if (closest) {
      const { keys, message } = mostTelling(closest)
      return { keys: [...issue.path, ...keys], message }
    }
  }
  return { keys: issue.path, message: issue.message }
}

function isWrongKind({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0
}

/** A world as a store takes it, and the merchants that a seed file brings along. */
export interface LoadedWorld {
  readonly world: Required<World>
  readonly merchants: readonly MerchantJson[]
}

/**
 * Completes a seed file or snapshot into a world. Batches that coupons and codes name and the file does not have are made.
 *
 * @throws UsageError `MOCK_INPUT`, or what completing a thing throws, with its place in the file
 */
export function loadWorld(json: unknown, { now, ids, defaultMchid }: Surroundings): LoadedWorld {
  const file: WorldJson = readInput(worldJson, json)
  const surroundings = { now: file.taken_at === undefined ? now : Date.parse(file.taken_at), ids, defaultMchid }
  const stocks = new Map<string, Stock>()
  /** Batches whose count the file gives. */
  const countedInFile = new Set<string>()
  for (const [i, stock] of (file.stocks ?? []).entries()) {
    const whole = at(`/stocks/${i}`, () => completeStock(stock, surroundings))
    stocks.set(keyOfStock(whole), whole)
    if (stock.sent !== undefined) countedInFile.add(keyOfStock(whole))
  }
  const uploaded = (file.codes ?? []).map((code, i) => completeCode(code, i, surroundings))
  for (const code of uploaded) {
    if (!stocks.has(keyOfStock(code))) stocks.set(keyOfStock(code), completeStock(stockForCode(code), surroundings))
  }
  const coupons = (file.coupons ?? []).map((coupon, i) =>
    at(`/coupons/${i}`, () => {
      const creatorMchid = coupon.mchid ?? surroundings.defaultMchid
      const named =
        coupon.stock_id === undefined ? undefined : stocks.get(keyOfStock({ creatorMchid, stockId: coupon.stock_id }))
      const stock =
        named ??
        completeStock({ mchid: creatorMchid, ...(coupon.stock_id && { stock_id: coupon.stock_id }) }, surroundings)
      stocks.set(keyOfStock(stock), stock)
      return completeCoupon(coupon, stock, surroundings)
    }),
  )
  for (const coupon of coupons) {
    const stock = stocks.get(keyOfStock(coupon))
    if (stock && !countedInFile.has(keyOfStock(coupon)))
      stocks.set(keyOfStock(coupon), withCouponCounted(stock, coupon.receivedAt))
  }
  const codes = handedOutWith(uploaded, coupons)
  for (const code of codes) {
    const stock = stocks.get(keyOfStock(code))
    if (stock) stocks.set(keyOfStock(code), withCodeCounted(stock, code))
  }
  return {
    world: {
      stocks: [...stocks.values()],
      coupons,
      orders: (file.orders ?? []).map((order) => completeOrder(order, surroundings)),
      requests: (file.requests ?? []).map(completeRequest),
      codes,
      users: (file.users ?? []).map((user) => completeUser(user, surroundings)),
      refunds: (file.refunds ?? []).map((refund) => completeRefund(refund, surroundings)),
      subsidies: (file.subsidies ?? []).map(completeSubsidy),
      subsidyReturns: (file.subsidy_returns ?? []).map(completeSubsidyReturn),
      eventAddresses: (file.event_addresses ?? []).map((address) => completeEventAddress(address, surroundings)),
      notifications: (file.notifications ?? []).map(completeNotification),
    },
    merchants: file.merchants ?? [],
  }
}

/** What tells batches apart. */
function keyOfStock({ creatorMchid, stockId }: Pick<Stock, 'creatorMchid' | 'stockId'>): string {
  return keyOf([creatorMchid, stockId])
}

/** The codes, those that a coupon has handed out. */
function handedOutWith(codes: readonly UploadedCode[], coupons: readonly Coupon[]): readonly UploadedCode[] {
  const keyOfCode = ({ creatorMchid, stockId, code }: UploadedCode | Coupon) => keyOf([creatorMchid, stockId, code])
  const keys = new Set(codes.map(keyOfCode))
  const couponWith = new Map(
    coupons.filter((coupon) => keys.has(keyOfCode(coupon))).map((coupon) => [keyOfCode(coupon), coupon]),
  )
  return codes.map((code) => {
    const coupon = couponWith.get(keyOfCode(code))
    return coupon ? handedOutAs(code, coupon) : code
  })
}

/** Puts a place in what was given before what goes wrong inside it. */
export function at<Result>(place: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw placed(place, error)
  }
}

/** What was thrown, with a place put before its own if it is about what was given. */
export function placed(place: string, error: unknown): unknown {
  return error instanceof UsageError
    ? new UsageError(error.code, error.message, { path: place + error.path, cause: error })
    : error
}
