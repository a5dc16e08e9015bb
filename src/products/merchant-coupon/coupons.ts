import { z } from 'zod'
import { inPieces } from '../../engine/state/in-pieces.ts'
import { mchid, shortText, time } from '../../engine/state/json-fields.ts'
import type { Life, Take } from '../../engine/state/life.ts'
import type { Transaction } from '../../engine/state/store.ts'
import {
  ALL,
  ascending,
  defineTable,
  descending,
  type LoadingWorld,
  type RowDefaults,
  type Surroundings,
} from '../../engine/state/table.ts'
import { UsageError } from '../../protocol/errors.ts'
import { exactTime } from '../../protocol/instant.ts'
import { fromWire } from '../common/spelling.ts'
import { codes } from './codes/table.ts'
import { type Coupon, type CouponEvent, type CouponStatus, couponState } from './coupon-rules.ts'
import { type Stock, withCouponCounted } from './rules/stock.ts'
import { handedOutAs, withCodeDispatched } from './rules/uploaded-code.ts'
import { usablePeriod } from './rules/validity.ts'
import { completeStock, stocks } from './stocks/table.ts'
import { COUPON_STATE } from './wire.ts'

/** What is said once a coupon was changed by hand. */
export const COUPON_CHANGED = { en: 'The coupon was changed.', zh: '券已修改。' } as const

const set = (state: string): Take => ({ call: 'patchCoupon', body: { state }, done: COUPON_CHANGED })

/** The life of a coupon (busifavor.md 2.2): a link to an order changes nothing of it. */
const couponLife = {
  stages: [
    [{ name: 'SENDED', title: { en: 'usable', zh: '可用' }, tone: 'good' }],
    [
      { name: 'USED', title: { en: 'redeemed', zh: '已核销' }, tone: 'calm' },
      { name: 'EXPIRED', title: { en: 'expired', zh: '已过期' }, tone: 'warn' },
      { name: 'DEACTIVATED', title: { en: 'void', zh: '已失效' }, tone: 'bad' },
      { name: 'DELETED', title: { en: 'deleted', zh: '已删除' }, tone: 'bad' },
    ],
  ],
  edges: [
    { event: 'used', title: { en: 'Redeem', zh: '核销' }, from: ['SENDED'], to: 'USED', by: 'call', take: set('USED') },
    {
      event: 'returned',
      title: { en: 'Give back', zh: '退券' },
      from: ['USED'],
      to: 'SENDED',
      by: 'call',
      take: set('SENDED'),
    },
    {
      event: 'returned',
      title: { en: 'Give back late', zh: '过期后退券' },
      from: ['USED'],
      to: 'EXPIRED',
      by: 'call',
      take: set('EXPIRED'),
    },
    {
      event: 'expired',
      title: { en: 'Expire', zh: '过期' },
      from: ['SENDED'],
      to: 'EXPIRED',
      by: 'time',
      take: set('EXPIRED'),
    },
    {
      event: 'deactivated',
      title: { en: 'Make void', zh: '设为失效' },
      from: ['SENDED'],
      to: 'DEACTIVATED',
      by: 'call',
      take: set('DEACTIVATED'),
    },
    {
      event: 'deleted',
      title: { en: 'Delete', zh: '删除' },
      from: ['SENDED'],
      to: 'DELETED',
      by: 'user',
      take: set('DELETED'),
    },
    {
      event: 'set',
      title: { en: 'Make usable', zh: '恢复可用' },
      from: ['EXPIRED', 'DEACTIVATED', 'DELETED'],
      to: 'SENDED',
      by: 'hand',
      take: set('SENDED'),
    },
  ],
} as const satisfies Life

const HOUR = 3_600_000
const DAY = 24 * HOUR

const couponStateJson = z.enum(Object.values(COUPON_STATE))

export const couponJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'creator of the batch; the well-known merchant if left out' }),
    stock_id: z.string().min(1).max(20).optional().meta({ description: 'batch; made if there is none with this id' }),
    coupon_code: z.string().min(1).max(32).optional(),
    state: couponStateJson.optional().meta({ description: 'SENDED if left out' }),
    openid: z.string().min(1).max(128).optional(),
    send_merchant: mchid.optional(),
    send_request_no: shortText.optional(),
    receive_time: time.optional(),
    available_start_time: time.optional(),
    expire_time: time.optional(),
    use_request_no: shortText.optional(),
    use_time: time.optional(),
    use_merchant: mchid.optional().meta({
      description: 'who redeemed it; if left out, use_request_no is a repeat whoever brings it again',
    }),
    associate_out_trade_no: shortText.optional().meta({ description: 'the order it is linked to' }),
    associate_request_no: shortText.optional(),
    associate_time: time.optional(),
    return_request_no: shortText.optional(),
    return_time: time.optional(),
    return_merchant: mchid.optional().meta({ description: 'who gave it back; left out as for use_merchant' }),
    deactivate_request_no: shortText.optional(),
    deactivate_time: time.optional(),
    deactivate_merchant: mchid.optional().meta({ description: 'who made it void; left out as for use_merchant' }),
    deactivate_reason: shortText.optional(),
    history: z
      .array(
        z.strictObject({
          event: z.enum(['sent', 'associated', 'disassociated', 'used', 'returned', 'deactivated', 'deleted', 'set']),
          time,
          request_no: shortText.optional(),
          out_trade_no: shortText.optional(),
          state_before: couponStateJson.optional().meta({ description: 'of what was set by hand' }),
          state_after: couponStateJson.optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Coupon', description: 'a coupon (券) that a user holds' })

export const completedCoupon = couponJson
  .required({
    mchid: true,
    stock_id: true,
    coupon_code: true,
    state: true,
    openid: true,
    send_merchant: true,
    send_request_no: true,
    receive_time: true,
    available_start_time: true,
    expire_time: true,
    history: true,
  })
  .meta({ id: 'CompletedCoupon', description: 'a coupon with everything that was left out filled in' })

export type CouponJson = z.input<typeof couponJson>
export type CompletedCoupon = z.output<typeof completedCoupon>

/** Coupons (券) that users hold: they belong to the creator of their batch. */
export const coupons = defineTable({
  name: 'coupons',
  title: { en: 'Coupons', zh: '券' },
  life: couponLife,
  owner: ({ creatorMchid }: Coupon) => creatorMchid,
  key: ({ stockId, code }) => [stockId, code],
  keyMembers: ['stock_id', 'coupon_code'],
  indexes: {
    code: ({ code }) => code,
    /** Who, other than the creator, handed out coupons of a batch: `<mchid> <stock id>`. */
    sentIn: ({ senderMchid, creatorMchid, stockId }) =>
      senderMchid === creatorMchid ? undefined : `${senderMchid} ${stockId}`,
    /** The order that it is linked to. */
    outTradeNo: ({ link }) => link?.outTradeNo,
  },
  sorted: {
    newest: { among: () => ALL, by: ({ receivedAt }) => descending(receivedAt) },
    /** The coupons of a batch with one status, those that expire first at the front: see {@link withStatus}. */
    inStock: {
      among: ({ status, stockId }) => withStatus(status, stockId),
      by: ({ expiresAt }) => ascending(expiresAt),
    },
    /** The coupons of a user, those received last first; of those received at the same time in the order of batch and code. */
    ofUser: {
      among: ({ openid }) => openid,
      by: ({ receivedAt, stockId, code }) => `${descending(receivedAt)}${stockId} ${code}`,
    },
  },
  json: couponJson,
  completed: completedCoupon,
  fromJson: loadCoupon,
  toJson: describeCoupon,
  inJournal: true,
})

/** What the coupons of a batch with a status are listed under. */
export function withStatus(status: CouponStatus, stockId: string): string {
  return `${status} ${stockId}`
}

/** Every coupon that a user holds, piece by piece, in the order of the list: of one creator's batches, or of all. */
export function couponsOfUser(tx: Transaction, openid: string, creatorMchid?: string) {
  return inPieces(coupons, 'ofUser', (stretch) =>
    tx.in(coupons).page('ofUser', openid, { ...stretch, owner: creatorMchid }),
  )
}

/** Makes a coupon of a seed file, with its batch if the file has none, and counts it and its code there. */
function loadCoupon(json: CouponJson, surroundings: Surroundings): Coupon {
  const { world, defaultMchid } = surroundings
  const creatorMchid = json.mchid ?? defaultMchid
  const named = json.stock_id === undefined ? undefined : world.in(stocks).find(creatorMchid, json.stock_id)
  const stock =
    named ?? completeStock({ mchid: creatorMchid, ...(json.stock_id && { stock_id: json.stock_id }) }, surroundings)
  const coupon = completeCoupon(json, stock, surroundings)
  const isCounted = world.in(stocks).given(creatorMchid, stock.stockId)?.sent !== undefined
  world.in(stocks).save(withCodeOf(coupon, isCounted ? stock : withCouponCounted(stock, coupon.receivedAt), world))
  return coupon
}

/** The batch after the coupon's code was handed out, where it was an uploaded one. */
function withCodeOf(coupon: Coupon, stock: Stock, world: LoadingWorld): Stock {
  const code = world.in(codes).find(coupon.creatorMchid, coupon.stockId, coupon.code)
  if (code === undefined || code.dispatchedAt !== undefined) return stock
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
export function completeCoupon(json: CouponJson, stock: Stock, { now, ids }: Pick<RowDefaults, 'now' | 'ids'>): Coupon {
  const state = json.state ?? 'SENDED'
  const status: CouponStatus = state === 'EXPIRED' ? 'sended' : STATUS[state]
  const expired = state === 'EXPIRED'
  const receivedAt = instantOf(json.receive_time) ?? now - (expired ? 30 * DAY : DAY)
  const period = usablePeriod(stock.validity, receivedAt)
  const expiresAt = instantOf(json.expire_time) ?? (expired ? Math.min(period.expiresAt, now - HOUR) : period.expiresAt)
  if (expired && expiresAt > now) {
    throw new UsageError(
      'MOCK_COUPON_STATE',
      {
        en: 'state EXPIRED needs an expire_time that has passed: leave expire_time out.',
        zh: 'EXPIRED（已过期）要求 expire_time 是已过去的时间：请去掉 expire_time。',
      },
      { path: '/expire_time' },
    )
  }
  if (state === 'SENDED' && expiresAt <= now) {
    throw new UsageError(
      'MOCK_COUPON_STATE',
      json.expire_time === undefined
        ? {
            en: `state SENDED is impossible here: batch ${stock.stockId} has ended. Give expire_time, or another batch.`,
            zh: `批次 ${stock.stockId} 已过结束时间，券不能是 SENDED（可用）：请给出 expire_time，或换一个批次。`,
          }
        : {
            en: 'state SENDED needs an expire_time in the future: ask for EXPIRED instead.',
            zh: 'SENDED（可用）要求 expire_time 是将来的时间：请改用 EXPIRED。',
          },
      { path: json.expire_time === undefined ? '/stock_id' : '/expire_time' },
    )
  }
  const sendRequestNo = json.send_request_no ?? `SEND${ids.digits(12)}`
  const coupon: Coupon = {
    stockId: stock.stockId,
    code: json.coupon_code ?? ids.digits(22),
    creatorMchid: stock.creatorMchid,
    openid: json.openid ?? `o${ids.letters(27)}`,
    senderMchid: json.send_merchant ?? stock.creatorMchid,
    sendRequestNo,
    receivedAt,
    usableFrom: instantOf(json.available_start_time) ?? Math.min(period.usableFrom, expiresAt),
    expiresAt,
    status,
    // Keeps what a snapshot has, even where the state alone would not require it.
    ...((status === 'used' || json.use_request_no !== undefined) && {
      redemption: {
        requestNo: json.use_request_no ?? `USE${ids.digits(12)}`,
        at: instantOf(json.use_time) ?? now - HOUR,
        ...(json.use_merchant !== undefined && { mchid: json.use_merchant }),
      },
    }),
    ...(json.associate_out_trade_no !== undefined && {
      link: {
        outTradeNo: json.associate_out_trade_no,
        requestNo: json.associate_request_no ?? `LINK${ids.digits(12)}`,
        // Linked while it could be: after it was received and before it expired.
        at: instantOf(json.associate_time) ?? Math.max(receivedAt, Math.min(now, expiresAt) - HOUR),
      },
    }),
    ...(json.return_request_no !== undefined && {
      giveBack: {
        requestNo: json.return_request_no,
        at: instantOf(json.return_time) ?? now - HOUR,
        ...(json.return_merchant !== undefined && { mchid: json.return_merchant }),
      },
    }),
    ...((status === 'deactivated' || json.deactivate_request_no !== undefined) && {
      deactivation: {
        requestNo: json.deactivate_request_no ?? `STOP${ids.digits(12)}`,
        at: instantOf(json.deactivate_time) ?? now - HOUR,
        ...(json.deactivate_merchant !== undefined && { mchid: json.deactivate_merchant }),
        ...(json.deactivate_reason !== undefined && { reason: json.deactivate_reason }),
      },
    }),
    history: [],
  }
  return { ...coupon, history: json.history?.map(eventOf) ?? tracesOf(coupon, now) }
}

const STATUS = { SENDED: 'sended', USED: 'used', DEACTIVATED: 'deactivated', DELETED: 'deleted' } as const

function eventOf({
  event,
  time,
  request_no,
  out_trade_no,
  state_before,
  state_after,
}: NonNullable<CouponJson['history']>[number]): CouponEvent {
  return {
    event,
    at: Date.parse(time),
    ...(request_no !== undefined && { requestNo: request_no }),
    ...(out_trade_no !== undefined && { outTradeNo: out_trade_no }),
    ...(state_before !== undefined && { before: fromWire(COUPON_STATE, state_before) }),
    ...(state_after !== undefined && { after: fromWire(COUPON_STATE, state_after) }),
  }
}

/** The history that a coupon in its state must have had. */
function tracesOf(
  { receivedAt, sendRequestNo, link, redemption, giveBack, deactivation, status }: Coupon,
  now: number,
): CouponEvent[] {
  const events: CouponEvent[] = [{ event: 'sent', at: receivedAt, requestNo: sendRequestNo }]
  if (link) events.push({ event: 'associated', at: link.at, requestNo: link.requestNo, outTradeNo: link.outTradeNo })
  if (redemption) events.push({ event: 'used', at: redemption.at, requestNo: redemption.requestNo })
  if (giveBack) events.push({ event: 'returned', at: giveBack.at, requestNo: giveBack.requestNo })
  if (deactivation) events.push({ event: 'deactivated', at: deactivation.at, requestNo: deactivation.requestNo })
  if (status === 'deleted') events.push({ event: 'deleted', at: now })
  return events.toSorted((a, b) => a.at - b.at)
}

/** A coupon as it stands at an instant, with its history. */
export function describeCoupon(coupon: Coupon, now: number): CompletedCoupon {
  const { redemption, link, giveBack, deactivation } = coupon
  return {
    mchid: coupon.creatorMchid,
    stock_id: coupon.stockId,
    coupon_code: coupon.code,
    state: COUPON_STATE[couponState(coupon, now)],
    openid: coupon.openid,
    send_merchant: coupon.senderMchid,
    send_request_no: coupon.sendRequestNo,
    receive_time: exactTime(coupon.receivedAt),
    available_start_time: exactTime(coupon.usableFrom),
    expire_time: exactTime(coupon.expiresAt),
    ...(redemption && {
      use_request_no: redemption.requestNo,
      use_time: exactTime(redemption.at),
      ...(redemption.mchid !== undefined && { use_merchant: redemption.mchid }),
    }),
    ...(link && {
      associate_out_trade_no: link.outTradeNo,
      associate_request_no: link.requestNo,
      associate_time: exactTime(link.at),
    }),
    ...(giveBack && {
      return_request_no: giveBack.requestNo,
      return_time: exactTime(giveBack.at),
      ...(giveBack.mchid !== undefined && { return_merchant: giveBack.mchid }),
    }),
    ...(deactivation && {
      deactivate_request_no: deactivation.requestNo,
      deactivate_time: exactTime(deactivation.at),
      ...(deactivation.mchid !== undefined && { deactivate_merchant: deactivation.mchid }),
      ...(deactivation.reason !== undefined && { deactivate_reason: deactivation.reason }),
    }),
    history: coupon.history.map(({ event, at, requestNo, outTradeNo, before, after }) => ({
      event,
      time: exactTime(at),
      ...(requestNo !== undefined && { request_no: requestNo }),
      ...(outTradeNo !== undefined && { out_trade_no: outTradeNo }),
      ...(before !== undefined && { state_before: COUPON_STATE[before] }),
      ...(after !== undefined && { state_after: COUPON_STATE[after] }),
    })),
  }
}

function instantOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}
