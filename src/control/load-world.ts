import type { z } from 'zod'
import type { Coupon } from '../domain/coupon.ts'
import { type Stock, withCodeCounted, withCouponCounted } from '../domain/stock.ts'
import type { UploadedCode } from '../domain/uploaded-code.ts'
import type { World } from '../engine/store.ts'
import { UsageError } from '../protocol/errors.ts'
import { completeCoupon, completeOrder, completeRequest, completeStock, type Surroundings } from './complete.ts'
import { completeCode, handedOutAs, stockForCode } from './formats/code.ts'
import { completeEventAddress } from './formats/event-address.ts'
import { completeNotification } from './formats/notification.ts'
import { completeRefund } from './formats/refund.ts'
import { completeSubsidy, completeSubsidyReturn } from './formats/subsidy.ts'
import { completeUser } from './formats/user.ts'
import { type MerchantJson, type WorldJson, worldJson } from './world-format.ts'

/**
 * Reads what somebody gave to the mock.
 *
 * @param where JSON pointer to what `value` is a part of; put before the places of what does not fit
 * @throws UsageError `MOCK_INPUT` for the first thing that does not fit, with its place as a JSON pointer
 */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown, where = ''): z.output<Schema> {
  let issues = issuesInLongList(schema, value)
  if (issues === undefined) {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    issues = result.error.issues
  }
  const { keys, message } = mostTelling(issues)
  const path = where + keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  throw new UsageError('MOCK_INPUT', `${path || 'The value'}: ${message}.`, { path })
}

const PIECE = 1_000

/**
 * What is wrong in the first piece of a long list that does not fit; `undefined` when every piece fits.
 *
 * A schema goes on after the first misfit: a list of a million of them would be a million issues, which take gigabytes.
 */
function issuesInLongList(schema: z.ZodType, value: unknown): readonly z.core.$ZodIssue[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const long = Object.entries(value).filter((entry): entry is [string, unknown[]] => isLong(entry[1]))
  const rest = { ...value, ...Object.fromEntries(long.map(([key]) => [key, []])) }
  for (const [key, list] of long) {
    for (let start = 0; start < list.length; start += PIECE) {
      const result = schema.safeParse({ ...rest, [key]: list.slice(start, start + PIECE) })
      if (result.success) continue
      return result.error.issues.map((issue) => {
        const [first, index, ...inner] = issue.path
        return first === key && typeof index === 'number' ? { ...issue, path: [first, index + start, ...inner] } : issue
      })
    }
  }
  return undefined
}

function isLong(member: unknown): boolean {
  return Array.isArray(member) && member.length > PIECE
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
    stocks.set(keyOf(whole), whole)
    if (stock.sent !== undefined) countedInFile.add(keyOf(whole))
  }
  const uploaded = (file.codes ?? []).map((code, i) => completeCode(code, i, surroundings))
  for (const code of uploaded) {
    if (!stocks.has(keyOf(code))) stocks.set(keyOf(code), completeStock(stockForCode(code), surroundings))
  }
  const coupons = (file.coupons ?? []).map((coupon, i) =>
    at(`/coupons/${i}`, () => {
      const creatorMchid = coupon.mchid ?? surroundings.defaultMchid
      const named =
        coupon.stock_id === undefined ? undefined : stocks.get(keyOf({ creatorMchid, stockId: coupon.stock_id }))
      const stock =
        named ??
        completeStock({ mchid: creatorMchid, ...(coupon.stock_id && { stock_id: coupon.stock_id }) }, surroundings)
      stocks.set(keyOf(stock), stock)
      return completeCoupon(coupon, stock, surroundings)
    }),
  )
  for (const coupon of coupons) {
    const stock = stocks.get(keyOf(coupon))
    if (stock && !countedInFile.has(keyOf(coupon)))
      stocks.set(keyOf(coupon), withCouponCounted(stock, coupon.receivedAt))
  }
  const codes = handedOutWith(uploaded, coupons)
  for (const code of codes) {
    const stock = stocks.get(keyOf(code))
    if (stock) stocks.set(keyOf(code), withCodeCounted(stock, code))
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
function keyOf({ creatorMchid, stockId }: Pick<Stock, 'creatorMchid' | 'stockId'>): string {
  return `${creatorMchid} ${stockId}`
}

/** The codes, those that a coupon has handed out. */
function handedOutWith(codes: readonly UploadedCode[], coupons: readonly Coupon[]): readonly UploadedCode[] {
  const keyOfCode = (one: UploadedCode | Coupon) => `${keyOf(one)} ${one.code}`
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
