import { z } from 'zod'
import { keepEnded } from '../../engine/state/endings.ts'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import { inPieces, readUntil, type Transaction } from '../../engine/state/store.ts'
import {
  ALL,
  ascending,
  defineTable,
  descending,
  type LoadingWorld,
  type RowDefaults,
  type Surroundings,
} from '../../engine/state/table.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { DAY_MS } from '../../wire/shared/china-time.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import { handedOutAs } from './code-rules.ts'
import { codes } from './codes.ts'
import { usablePeriod, withCodeDispatched, withCouponCounted } from './stock-rules.ts'
import { completeStock, type Stock, stocks } from './stocks.ts'

const HOUR = 3_600_000

/** The service's `coupon_state`. */
export const couponStates = z.enum(['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'])
export type CouponState = z.output<typeof couponStates>

const couponEvent = z.strictObject({
  event: z.enum([
    'sent',
    'associated',
    'disassociated',
    'used',
    'returned',
    'expired',
    'deactivated',
    'deleted',
    'set',
  ]),
  time: instant,
  request_no: shortText.optional(),
  out_trade_no: shortText.optional(),
  state_before: couponStates.optional().describe('of what was set by hand'),
  state_after: couponStates.optional(),
})
export type CouponEvent = z.output<typeof couponEvent>

/** A coupon (券) that a user holds. As it is kept, its state is EXPIRED only if the clock was set back since: see {@link couponState}. */
export const couponRow = z
  .strictObject({
    mchid: mchid.describe('creator of the batch; the well-known merchant if left out'),
    stock_id: z.string().min(1).max(20).describe('batch; made if there is none with this id'),
    coupon_code: z.string().min(1).max(32),
    state: couponStates.describe('SENDED if left out'),
    openid: z.string().min(1).max(128),
    send_merchant: mchid,
    send_request_no: shortText,
    receive_time: instant,
    available_start_time: instant,
    expire_time: instant,
    use_request_no: shortText.optional(),
    use_time: instant.optional(),
    use_merchant: mchid
      .optional()
      .describe('who redeemed it; if left out, use_request_no is a repeat whoever brings it again'),
    associate_out_trade_no: shortText.optional().describe('the order it is linked to'),
    associate_request_no: shortText.optional(),
    associate_time: instant.optional(),
    return_request_no: shortText.optional(),
    return_time: instant.optional(),
    return_merchant: mchid.optional().describe('who gave it back; left out as for use_merchant'),
    deactivate_request_no: shortText.optional(),
    deactivate_time: instant.optional(),
    deactivate_merchant: mchid.optional().describe('who made it void; left out as for use_merchant'),
    deactivate_reason: shortText.optional(),
    history: z.array(couponEvent),
  })
  .meta({ id: 'CompletedCoupon', description: 'a coupon with everything that was left out filled in' })

export const givenCoupon = couponRow.partial().meta({ id: 'Coupon', description: 'a coupon (券) that a user holds' })

export type Coupon = Readonly<z.output<typeof couponRow>>
export type CompletedCoupon = z.input<typeof couponRow>
export type GivenCoupon = z.output<typeof givenCoupon>
export type CouponJson = z.input<typeof givenCoupon>

/** A coupon remembers so many events: the latest, oldest first. */
const HISTORY_LIMIT = 100

/** The coupon with one more event in its history. */
export function withEvent(coupon: Coupon, event: CouponEvent): Coupon {
  return { ...coupon, history: [...coupon.history.slice(1 - HISTORY_LIMIT), event] }
}

/**
 * The state at an instant: EXPIRED is worked out, and stored only where the clock is set back.
 *
 * A redeemed coupon stays USED when its time passes; given back after that, it is EXPIRED (busifavor.md 2.2).
 */
export function couponState({ state, expire_time }: Coupon, at: number): CouponState {
  return state === 'SENDED' && at >= expire_time ? 'EXPIRED' : state
}

/** Keeps coupons as expired, see `keepEnds` of products. */
export async function keepEndsOfCoupons(tx: Transaction, setBack: SetBack): Promise<void> {
  for (const { mchid: owner, stock_id } of await tx.in(stocks).list()) {
    const usable = withState('SENDED', stock_id)
    const expiring = readUntil(
      coupons,
      'inStock',
      (stretch) => tx.in(coupons).page('inStock', usable, { ...stretch, owner }),
      ({ expire_time }) => expire_time > setBack.from,
      { by: ascending(setBack.to + 1), owner, key: '' },
    )
    await keepEnded(tx, coupons, expiring, (coupon): Coupon | undefined => {
      const { expire_time } = coupon
      if (!isUndone(setBack, expire_time)) return undefined
      return { ...withEvent(coupon, { event: 'expired', time: expire_time }), state: 'EXPIRED' }
    })
  }
}

/** The coupon as it is at an instant. */
export function couponAt(coupon: Coupon, now: number): Coupon {
  return { ...coupon, state: couponState(coupon, now) }
}

/** Coupons (券) that users hold: they belong to the creator of their batch. */
export const coupons = defineTable({
  name: 'coupons',
  title: { en: 'Coupons', zh: '券' },
  row: couponRow,
  given: givenCoupon,
  complete: loadCoupon,
  at: couponAt,
  key: ['stock_id', 'coupon_code'],
  indexes: {
    coupon_code: ({ coupon_code }) => coupon_code,
    /** Who, other than the creator, handed out coupons of a batch: `<mchid> <stock id>`. */
    sentIn: ({ send_merchant, mchid, stock_id }) =>
      send_merchant === mchid ? undefined : `${send_merchant} ${stock_id}`,
    associate_out_trade_no: ({ associate_out_trade_no }) => associate_out_trade_no,
  },
  sorted: {
    newest: { among: () => ALL, by: ({ receive_time }) => descending(receive_time) },
    /** The coupons of a batch in one kept state, those that expire first at the front: see {@link withState}. */
    inStock: {
      among: ({ state, stock_id }) => withState(state, stock_id),
      by: ({ expire_time }) => ascending(expire_time),
    },
    /** The coupons of a user, those received last first; of those received at the same time in the order of batch and code. */
    ofUser: {
      among: ({ openid }) => openid,
      by: ({ receive_time, stock_id, coupon_code }) => `${descending(receive_time)}${stock_id} ${coupon_code}`,
    },
  },
  inJournal: true,
})

/** The coupons of a batch in a kept state are listed under this. */
export function withState(state: CouponState, stockId: string): string {
  return `${state} ${stockId}`
}

/** Every coupon that a user holds, piece by piece, in the order of the list: of one creator's batches, or of all. */
export function couponsOfUser(tx: Transaction, openid: string, creatorMchid?: string) {
  return inPieces(coupons, 'ofUser', (stretch) =>
    tx.in(coupons).page('ofUser', openid, { ...stretch, owner: creatorMchid }),
  )
}

/** Makes a coupon of a seed file, with its batch if the file has none, and counts it and its code there. */
function loadCoupon(given: GivenCoupon, surroundings: Surroundings): Coupon {
  const { world, defaultMchid } = surroundings
  const { mchid = defaultMchid, stock_id } = given
  const named = stock_id === undefined ? undefined : world.in(stocks).find(mchid, stock_id)
  const stock = named ?? completeStock({ mchid, ...(stock_id !== undefined && { stock_id }) }, surroundings)
  const made = completeCoupon(given, stock, surroundings)
  const isCounted = world.in(stocks).given(mchid, stock.stock_id)?.sent !== undefined
  world.in(stocks).save(withCodeOf(made, isCounted ? stock : withCouponCounted(stock, made.receive_time), world))
  return made
}

/** The batch after the coupon's code was handed out, where it was an uploaded one. */
function withCodeOf(coupon: Coupon, stock: Stock, world: LoadingWorld): Stock {
  const code = world.in(codes).find(coupon.mchid, coupon.stock_id, coupon.coupon_code)
  if (code === undefined || code.dispatched_time !== undefined) return stock
  world.in(codes).save(handedOutAs(code, coupon))
  return withCodeDispatched(stock)
}

/**
 * Makes a whole coupon of a partial one: received yesterday, in the state asked for, with the traces that the state leaves.
 *
 * EXPIRED is a time that has passed, so it moves `expire_time` to an hour ago unless that is given.
 *
 * @throws UsageError `MOCK_COUPON_STATE` when state and times contradict each other
 */
export function completeCoupon(
  given: GivenCoupon,
  stock: Stock,
  { now, ids }: Pick<RowDefaults, 'now' | 'ids'>,
): Coupon {
  const {
    mchid: _,
    stock_id: __,
    coupon_code,
    state = 'SENDED',
    openid,
    send_merchant,
    send_request_no,
    receive_time: ___,
    available_start_time,
    expire_time: ____,
    history,
    ...traces
  } = given
  const isExpired = state === 'EXPIRED'
  // Its history says so where the clock was set back since.
  const isOver = isExpired && history?.at(-1)?.event === 'expired'
  const receive_time = given.receive_time ?? now - (isExpired ? 30 * DAY_MS : DAY_MS)
  const period = usablePeriod(stock.coupon_use_rule.coupon_available_time, receive_time)
  const expire_time = given.expire_time ?? (isExpired ? Math.min(period.expiresAt, now - HOUR) : period.expiresAt)
  if (!isOver) checkState(given, expire_time, stock, now)
  const bare: Coupon = {
    mchid: stock.mchid,
    stock_id: stock.stock_id,
    state: isExpired && !isOver ? 'SENDED' : state,
    send_request_no: send_request_no ?? ids.digits(12, 'SEND'),
    coupon_code: coupon_code ?? ids.digits(22),
    openid: openid ?? ids.letters(27, 'o'),
    send_merchant: send_merchant ?? stock.mchid,
    receive_time,
    available_start_time: available_start_time ?? Math.min(period.usableFrom, expire_time),
    expire_time,
    history: [],
  }
  const left: Partial<Pick<Coupon, Trace>> = {
    ...traces,
    // Keeps what a snapshot has, even where the state alone would not require it.
    ...((state === 'USED' || given.use_request_no !== undefined) && {
      use_request_no: given.use_request_no ?? `USE${ids.digits(12)}`,
      use_time: given.use_time ?? now - HOUR,
    }),
    ...(given.associate_out_trade_no !== undefined && {
      associate_request_no: given.associate_request_no ?? `LINK${ids.digits(12)}`,
      // Linked while it could be: after it was received and before it expired.
      associate_time: given.associate_time ?? Math.max(receive_time, Math.min(now, expire_time) - HOUR),
    }),
    ...(given.return_request_no !== undefined && { return_time: given.return_time ?? now - HOUR }),
    ...((state === 'DEACTIVATED' || given.deactivate_request_no !== undefined) && {
      deactivate_request_no: given.deactivate_request_no ?? `STOP${ids.digits(12)}`,
      deactivate_time: given.deactivate_time ?? now - HOUR,
    }),
  }
  const strays = Object.values(TRACES).flatMap(([number, ...others]) =>
    left[number] === undefined ? others.filter((member) => member in left) : [],
  )
  // A million coupons without traces have one shape, and no room for any.
  const made = Object.keys(left).length === 0 ? bare : { ...bare, ...left }
  const whole = strays.length > 0 ? without(made, strays) : made
  return { ...whole, history: history ?? tracesOf(whole, now, send_request_no) }
}

/** @throws UsageError `MOCK_COUPON_STATE` */
function checkState(
  { state = 'SENDED', expire_time }: GivenCoupon,
  expiresAt: number,
  stock: Stock,
  now: number,
): void {
  if (state === 'EXPIRED' && expiresAt > now) {
    throw refusalAt('/expire_time', 'MOCK_COUPON_STATE', {
      en: 'state EXPIRED needs an expire_time that has passed: leave expire_time out.',
      zh: 'EXPIRED（已过期）要求 expire_time 是已过去的时间：请去掉 expire_time。',
    })
  }
  if (state === 'SENDED' && expiresAt <= now) {
    throw new UsageError(
      'MOCK_COUPON_STATE',
      expire_time === undefined
        ? {
            en: `state SENDED is impossible here: batch ${stock.stock_id} has ended. Give expire_time, or another batch.`,
            zh: `批次 ${stock.stock_id} 已过结束时间，券不能是 SENDED（可用）：请给出 expire_time，或换一个批次。`,
          }
        : {
            en: 'state SENDED needs an expire_time in the future: ask for EXPIRED instead.',
            zh: 'SENDED（可用）要求 expire_time 是将来的时间：请改用 EXPIRED。',
          },
      { path: expire_time === undefined ? '/stock_id' : '/expire_time' },
    )
  }
}

/** The members that something done to a coupon leaves, first the one that is always there. */
export const TRACES = {
  use: ['use_request_no', 'use_time', 'use_merchant'],
  deactivation: ['deactivate_request_no', 'deactivate_time', 'deactivate_merchant', 'deactivate_reason'],
  link: ['associate_out_trade_no', 'associate_request_no', 'associate_time'],
  return: ['return_request_no', 'return_time', 'return_merchant'],
} as const

export type Trace = (typeof TRACES)[keyof typeof TRACES][number]

/** The coupon without some members, and without those that have no value. */
export function without<Some extends GivenCoupon>(coupon: Some, members: readonly Trace[]): Some {
  const gone: readonly string[] = members
  const kept = Object.entries(coupon).filter(([name, value]) => value !== undefined && !gone.includes(name))
  // Traces may all be left out.
  return Object.fromEntries(kept) as Some
}

/**
 * The history that a coupon in its state must have had.
 *
 * @param sentAs the number that it was sent with, if that was given: one that was made up belongs to no call
 */
function tracesOf(coupon: Coupon, now: number, sentAs: string | undefined): CouponEvent[] {
  const { associate_out_trade_no: out_trade_no } = coupon
  const events: CouponEvent[] = []
  const add = (event: CouponEvent['event'], time: number | undefined, more: Omit<CouponEvent, 'event' | 'time'>) => {
    if (time !== undefined) events.push({ event, time, ...more })
  }
  add('associated', coupon.associate_time, { request_no: coupon.associate_request_no, out_trade_no })
  add('used', coupon.use_time, { request_no: coupon.use_request_no })
  add('returned', coupon.return_time, { request_no: coupon.return_request_no })
  add('deactivated', coupon.deactivate_time, { request_no: coupon.deactivate_request_no })
  if (coupon.state === 'DELETED') add('deleted', now, {})
  if (sentAs === undefined && events.length === 0) return sentAt(coupon.receive_time)
  events.unshift({ event: 'sent', time: coupon.receive_time, ...(sentAs !== undefined && { request_no: sentAs }) })
  return events.toSorted((a, b) => a.time - b.time)
}

let latestSent: { readonly time: number; readonly history: CouponEvent[] } | undefined

/** The history of coupons that were only sent. A million of a seed file were sent at one time and share it: a row is replaced, never changed. */
function sentAt(time: number): CouponEvent[] {
  if (latestSent?.time !== time) latestSent = { time, history: [{ event: 'sent', time }] }
  return latestSent.history
}
