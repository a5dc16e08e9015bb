import { z } from 'zod'
import { defineAddCalls, defineCall } from '../../control/call.ts'
import { pageOf, pageQuery } from '../../control/formats/page.ts'
import { type Transition, transition } from '../../control/life.ts'
import { readPage } from '../../control/read-page.ts'
import { rowCalls } from '../../control/row-calls.ts'
import { foundOthers, historyOf, timelineJson, timelineQuery } from '../../control/timeline.ts'
import { type Exchange, mentions } from '../../engine/journal/journal.ts'
import { mchid, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import type { RowDefaults } from '../../engine/state/table.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { orLastInstant } from '../../wire/shared/china-time.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { handedOutAs } from './code-rules.ts'
import { codes } from './codes.ts'
import { stepsOf } from './coupon-rules.ts'
import { couponSend } from './coupon-send.ts'
import {
  type CompletedCoupon,
  type Coupon,
  type CouponState,
  completeCoupon,
  couponAt,
  couponRow,
  couponState,
  couponStates,
  coupons,
  type GivenCoupon,
  givenCoupon,
  TRACES,
  type Trace,
  withEvent,
  without,
} from './coupons.ts'
import { withCodeDispatched, withCouponCounted } from './stock-rules.ts'
import { completeStock, type Stock, stocks } from './stocks.ts'

const aboutCoupon = rowCalls(coupons, {
  one: { en: 'coupon', zh: '券' },
  key: 'coupon_code',
  params: z.object({ stock_id: z.string().describe('batch'), coupon_code: z.string() }),
  named: (stockId, code) => ({ en: `coupon ${code} in batch ${stockId}`, zh: `批次 ${stockId} 的券 ${code}` }),
  shown: couponRow,
  show: coupons.toJson,
  summary: 'Look at a coupon with its history',
  advice: { en: 'add it with POST /_mock/coupons', zh: '请用 POST /_mock/coupons 添加' },
})

const couponTimelineJson = z.strictObject({ coupon: couponRow, ...timelineJson }).meta({ id: 'CouponTimeline' })

export const couponTimeline = defineCall({
  summary:
    'A coupon with what happened to it, which exchange did it, and the calls and callbacks about it that changed nothing',
  params: aboutCoupon.params,
  query: timelineQuery,
  answer: couponTimelineJson,
  refusals: aboutCoupon.refusals,
  async handle({ params: { stock_id, coupon_code }, query: { limit, mchid } }, { mock, language, left }) {
    const name = [stock_id, coupon_code]
    const { coupon, now } = await aboutCoupon.withRow(mock, name, mchid, (coupon, _, now) => ({ coupon, now }))
    return {
      coupon: coupons.toJson(coupon, now),
      ...(await couponHistory(coupon, { mock, language, now, limit, left })),
    }
  },
})

export const couponHistory = historyOf({
  table: coupons,
  others: () => undefined,
  events: [couponSend],
  reports: (content, { stock_id, coupon_code }) => content.stock_id === stock_id && content.coupon_code === coupon_code,
  names: () => [],
  // Merchants other than the creator hand coupons out and redeem them.
  isAbout: (exchange, { stock_id, coupon_code, mchid }) =>
    !foundOthers(exchange, coupons, mchid) &&
    ((mentions(exchange, 'coupon_code', coupon_code) && namesBatch(exchange, stock_id)) ||
      answers(exchange, coupon_code)),
  steps: (coupon: Coupon, now) =>
    stepsOf(coupon, now).map(({ event, time, state_before, state_after, request_no, out_trade_no }) => ({
      event,
      at: time,
      before: state_before,
      after: state_after,
      requestNo: request_no,
      outTradeNo: out_trade_no,
      isTold: event === 'sent',
      byCall: event !== 'set' && event !== 'deleted' && event !== 'expired',
    })),
})

/** A call may leave the batch out. */
function namesBatch(exchange: Exchange, stockId: string): boolean {
  return mentions(exchange, 'stock_id', stockId) || !hasText(exchange.request.body, '"stock_id"')
}

function answers({ response }: Exchange, code: string): boolean {
  return response !== undefined && hasText(response.body, JSON.stringify(code))
}

function hasText({ buffer, byteOffset, byteLength }: Uint8Array, text: string): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).includes(text)
}

const listedCoupons = defineCall({
  summary: 'Look for coupons: those received last first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().describe('who created the batch; any if left out'),
    stock_id: z.string().optional().describe('batch'),
    state: couponStates.optional(),
  }),
  answer: pageOf(couponRow).meta({ id: 'CouponPage' }),
  async handle({ query: { mchid, stock_id, state, text, ...page } }, { mock, left }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const isFiltered = stock_id !== undefined || state !== undefined || wanted !== undefined
    const fits = (one: Coupon) =>
      (stock_id === undefined || one.stock_id === stock_id) &&
      (state === undefined || couponState(one, now) === state) &&
      (wanted === undefined || couponTexts(one).some((text) => text?.toLowerCase().includes(wanted)))
    const { items, ...rest } = await readPage(mock, coupons, {
      owner: mchid,
      ...(isFiltered && { fits }),
      ...page,
      left,
    })
    return { ...rest, items: items.map((one) => coupons.toJson(one, now)) }
  },
})

export { listedCoupons as coupons }

/** The texts by which a coupon is looked for. */
export function couponTexts(coupon: Coupon | CompletedCoupon): readonly (string | undefined)[] {
  const { coupon_code, stock_id, openid, send_request_no, associate_out_trade_no } = coupon
  return [coupon_code, stock_id, openid, send_request_no, associate_out_trade_no]
}

export const coupon = aboutCoupon.look

/** Shown once a coupon was changed by hand. */
export const COUPON_CHANGED = { en: 'The coupon was changed.', zh: '券已修改。' } as const

const couponPatch = givenCoupon
  .extend({
    associate_out_trade_no: shortText.nullable().optional().describe('the order to link it to; null removes the link'),
  })
  .meta({ id: 'CouponPatch', description: 'what to change of a coupon; what is left out stays' })

/** Changes to a coupon: any of its members; `associate_out_trade_no: null` removes the link to an order. */
export type CouponPatch = z.input<typeof couponPatch>

const put = (
  event: string,
  by: Transition['by'],
  from: readonly CouponState[],
  to: CouponState,
  title: Texts,
  happened?: Texts,
) =>
  transition(event, by, from, to, { title, ...(happened && { happened }), body: { state: to }, done: COUPON_CHANGED })

/** Its transitions are the life of a coupon (busifavor.md 2.2): a link to an order changes nothing of it. */
export const patchCoupon = aboutCoupon.change({
  summary: 'Put a coupon in a state, whatever happened to it before',
  transitions: [
    put('used', 'call', ['SENDED'], 'USED', { en: 'Redeem', zh: '核销' }, { en: 'Redeemed', zh: '已核销' }),
    put('returned', 'call', ['USED'], 'SENDED', { en: 'Give back', zh: '退券' }, { en: 'Given back', zh: '已退券' }),
    put('returned', 'call', ['USED'], 'EXPIRED', { en: 'Give back late', zh: '过期后退券' }),
    put('expired', 'time', ['SENDED'], 'EXPIRED', { en: 'Expire', zh: '过期' }, { en: 'Expired', zh: '已过期' }),
    put(
      'deactivated',
      'call',
      ['SENDED'],
      'DEACTIVATED',
      { en: 'Make void', zh: '设为失效' },
      { en: 'Made void', zh: '已失效' },
    ),
    put('deleted', 'user', ['SENDED'], 'DELETED', { en: 'Delete', zh: '删除' }, { en: 'Deleted', zh: '已删除' }),
    put(
      'set',
      'hand',
      ['EXPIRED', 'DEACTIVATED', 'DELETED'],
      'SENDED',
      { en: 'Make usable', zh: '恢复可用' },
      { en: 'Set by hand', zh: '手动设置' },
    ),
  ],
  body: couponPatch,
  refusals: {
    MOCK_COUPON_KEY: 'the patch would make it another coupon',
    MOCK_COUPON_STATE: 'the patch contradicts itself',
  },
  async apply(before, { body, tx, now, ids }) {
    const stock = await tx.in(stocks).find(before.mchid, before.stock_id)
    if (!stock) throw new Error(`Coupon ${before.coupon_code} has no batch ${before.stock_id}`)
    return patched(before, body, stock, { now, ids })
  },
})

export const { one: addCoupon, many: addCoupons } = defineAddCalls({
  summary: 'Add a coupon or a list of them, in any state; one with the same code in the batch is replaced',
  json: givenCoupon,
  made: couponRow,
  refusals: { MOCK_COUPON_STATE: 'state and times contradict each other' },
  add,
})

async function add(tx: Transaction, given: GivenCoupon, defaults: RowDefaults): Promise<CompletedCoupon> {
  const { mchid = defaults.defaultMchid, stock_id } = given
  const existing = stock_id === undefined ? undefined : await tx.in(stocks).find(mchid, stock_id)
  const stock = existing ?? completeStock({ mchid, stock_id }, defaults)
  const made = completeCoupon(given, stock, defaults)
  const name = [mchid, made.stock_id, made.coupon_code] as const
  const isNew = (await tx.in(coupons).find(...name)) === undefined
  const code = await tx.in(codes).find(...name)
  const takesCode = code !== undefined && code.dispatched_time === undefined
  if (takesCode) await tx.in(codes).save(handedOutAs(code, made))
  const counted = isNew ? withCouponCounted(stock, made.receive_time) : stock
  await tx.in(stocks).save(takesCode ? withCodeDispatched(counted) : counted)
  await tx.in(coupons).save(made)
  return coupons.toJson(made, defaults.now)
}

const MONTH_MS = 30 * 86_400_000

/**
 * Puts a coupon in a state, whatever happened to it before, and writes a `set` event into its history.
 *
 * SENDED makes it usable again: what a redemption or deactivation left is cleared, and an expire_time that has passed moves 30 days
 * ahead. EXPIRED moves an expire_time that is still ahead to now. Without `state` the coupon is SENDED or EXPIRED as its times say.
 *
 * @throws UsageError `MOCK_COUPON_KEY` when the patch would make it another coupon, `MOCK_COUPON_STATE` when it contradicts itself
 */
function patched(
  coupon: Coupon,
  patch: z.output<typeof couponPatch>,
  stock: Stock,
  surroundings: Pick<RowDefaults, 'now' | 'ids'>,
): Coupon {
  const { now } = surroundings
  const before = couponAt(coupon, now)
  for (const key of ['mchid', 'stock_id', 'coupon_code'] as const) {
    if (patch[key] !== undefined && patch[key] !== before[key]) {
      throw refusalAt(`/${key}`, 'MOCK_COUPON_KEY', {
        en: `${key} names the coupon and stays ${before[key]}: add another coupon with POST /_mock/coupons.`,
        zh: `${key} 标识这张券，只能是 ${before[key]}：另一张券请用 POST /_mock/coupons 添加。`,
      })
    }
  }

  // Another expire_time lets it begin again, even where time had ended it for good.
  const kept = patch.expire_time !== undefined && coupon.state === 'EXPIRED' ? 'SENDED' : coupon.state
  const timed = { ...coupon, state: kept, expire_time: patch.expire_time ?? coupon.expire_time }
  const state = patch.state ?? couponState(timed, now)
  const expire_time = patch.expire_time ?? expiryFor(state, coupon.expire_time, now)
  const { associate_out_trade_no: order = before.associate_out_trade_no ?? null } = patch
  const linkIsNew = order !== (before.associate_out_trade_no ?? null)
  const next: GivenCoupon = {
    ...before,
    ...(linkIsNew && { associate_request_no: undefined, associate_time: now }),
    ...(before.state !== 'USED' && { use_time: now }),
    ...(before.state !== 'DEACTIVATED' && { deactivate_time: now }),
    ...(before.return_request_no === undefined && { return_time: now }),
    ...patch,
    state,
    expire_time,
    available_start_time: patch.available_start_time ?? Math.min(coupon.available_start_time, expire_time),
    associate_out_trade_no: order ?? undefined,
  }
  const gone = tracesThatGo(patch, {
    use: state === 'USED',
    deactivation: state === 'DEACTIVATED',
    link: order !== null,
    return: next.return_request_no !== undefined,
  })
  const patched = completeCoupon(without(next, gone), stock, surroundings)
  return withEvent(patched, {
    event: 'set',
    time: now,
    state_before: before.state,
    state_after: couponState(patched, now),
  })
}

function expiryFor(state: CouponState, expiresAt: number, now: number): number {
  if (state === 'EXPIRED') return Math.min(expiresAt, now)
  return state === 'SENDED' && expiresAt <= now ? orLastInstant(now + MONTH_MS) : expiresAt
}

type Kind = keyof typeof TRACES

/** The members that do not go with the patched coupon. @throws UsageError `MOCK_COUPON_STATE` when the patch asks for one of them */
function tracesThatGo(patch: z.output<typeof couponPatch>, stays: Readonly<Record<Kind, boolean>>): readonly Trace[] {
  const kinds = (Object.keys(TRACES) as Kind[]).filter((kind) => !stays[kind])
  for (const kind of kinds) {
    const asked = TRACES[kind].find((member) => patch[member] !== undefined && patch[member] !== null)
    if (asked === undefined) continue
    throw refusalAt(`/${asked}`, 'MOCK_COUPON_STATE', {
      en: `${asked} does not go with this coupon: give ${REMEDY[kind]} too.`,
      zh: `${asked} 与这张券的状态不符：请同时给出 ${REMEDY[kind]}。`,
    })
  }
  return kinds.flatMap((kind): readonly Trace[] => TRACES[kind])
}

const REMEDY: Readonly<Record<Kind, string>> = {
  use: '"state": "USED"',
  deactivation: '"state": "DEACTIVATED"',
  link: 'associate_out_trade_no',
  return: 'return_request_no',
}
