import type { Merchant } from '../../engine/keys/merchants.ts'
import type { OperationContext } from '../../engine/operation.ts'
import type { Settings } from '../../engine/settings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import type { Decision } from '../../wire/shared/errors.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import { compareTexts, type Texts } from '../../wire/shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { type NumberedRequest, once } from '../common/once.ts'
import { codes } from './codes.ts'
import { type Role, rolesOf } from './coupon-rules.ts'
import { type Coupon, couponState, coupons } from './coupons.ts'
import { merchantCouponSettings } from './settings.ts'
import { type Stock, stocks } from './stocks.ts'

/** How calls find batches and coupons, and the sentences with which the journal explains why they do not. */

/** The most things that a sentence names. */
const LISTED = 5

type FindContext = Pick<OperationContext<'not_found' | 'not_permitted'>, 'tx' | 'caller' | 'fail'>

/**
 * The batch that a call looks at, which its caller created, or else owns: `not_found` and `not_permitted` otherwise. Batches of several merchants may
 * have the same id; if it owns several, the one created last is taken (inferred).
 *
 * @param ifNeither may find one that the caller neither created nor owns
 */
export async function stockFor(
  context: FindContext,
  stock_id: string,
  ifNeither: () => Promise<Stock | undefined> = async () => undefined,
): Promise<Stock> {
  const { tx, caller } = context
  const own = await tx.in(stocks).find(caller.mchid, stock_id)
  if (own) return own
  const foreign = await tx.in(stocks).where('stock_id', stock_id)
  const [owned] = foreign
    .filter(({ belong_merchant }) => belong_merchant === caller.mchid)
    .toSorted((a, b) => b.create_time - a.create_time || compareTexts(a.mchid, b.mchid))
  return owned ?? (foreign.length > 0 ? await ifNeither() : undefined) ?? refuseStock(context, stock_id, foreign)
}

/** The batch that a call changes, which only its creator may: `not_found` and `not_permitted` otherwise. */
export async function createdStockFor(context: FindContext, stock_id: string): Promise<Stock> {
  const { tx, caller } = context
  const own = await tx.in(stocks).find(caller.mchid, stock_id)
  return own ?? refuseStock(context, stock_id, await tx.in(stocks).where('stock_id', stock_id))
}

/** @param foreign the batches with the id, which the caller neither created nor owns */
function refuseStock({ caller, fail }: FindContext, stock_id: string, foreign: readonly Stock[]): never {
  if (foreign.length === 0)
    return fail('not_found', { en: `there is no batch ${stock_id}`, zh: `没有批次 ${stock_id}` })
  const whose = foreign.slice(0, LISTED).map(({ mchid, belong_merchant }) => ({
    en: `created by ${mchid} and owned by ${belong_merchant}`,
    zh: `由 ${mchid} 创建、归属 ${belong_merchant}`,
  }))
  return fail('not_permitted', {
    en: `batch ${stock_id} is ${whose.map(({ en }) => en).join(', or ')}; the caller is ${caller.mchid}`,
    zh: `批次 ${stock_id} ${whose.map(({ zh }) => zh).join('，或')}；调用方是 ${caller.mchid}`,
  })
}

export function explainEnd({ stock_id, coupon_use_rule }: Stock, now: number): Texts {
  const end = formatInstant(coupon_use_rule.coupon_available_time.available_end_time)
  const clock = byTheClock(now)
  return { en: `batch ${stock_id} ended at ${end}; ${clock.en}`, zh: `批次 ${stock_id} 已于 ${end} 结束；${clock.zh}` }
}

export function explainCodeMode({ stock_id, coupon_code_mode: mode }: Stock): Texts {
  return { en: `batch ${stock_id} is ${mode}`, zh: `批次 ${stock_id} 的券 code 模式是 ${mode}` }
}

/** The roles in which a merchant may look at a coupon. */
const LOOKING: readonly Role[] = ['creator', 'owner', 'sender']

/** The roles in which a merchant may redeem a coupon: having handed it out is not enough (corrections 11, reported). */
export const REDEEMING: readonly Role[] = ['creator', 'owner']

/** The roles in which a merchant may change a coupon in other ways; whether it is enough to have handed it out is unknown. */
function changingRoles(settings: Settings): readonly Role[] {
  return merchantCouponSettings.couponSender.of(settings) === 'change' ? LOOKING : REDEEMING
}

/** Where to look for a coupon: in one batch or in any, with one user or with any, in some roles of the caller. */
interface Where {
  readonly stock_id?: string | undefined
  readonly openid?: string
  readonly as?: readonly Role[]
}

type Context<Reason extends string> = OperationContext<Reason | 'not_found' | 'not_permitted'>

/**
 * Finds the coupon that a call names.
 *
 * @param ifUnknown may refuse a coupon that does not exist in another way
 * @throws ApiError `not_found`, or `not_permitted` where the caller has none of the roles
 */
export async function namedCoupon(
  { tx, caller, fail }: Context<never>,
  code: string,
  where: Where,
  ifUnknown?: (explanation: Texts) => Awaitable<void>,
): Promise<{ readonly coupon: Coupon; readonly stock: Stock }> {
  const found = await findCoupon(tx, caller, code, where)
  if (found === 'not_permitted') return fail(found, await explainCouponRight(tx, caller, code, where))
  if (found) return found
  const explanation = await explainNoCoupon(tx, code, where)
  await ifUnknown?.(explanation)
  return fail('not_found', explanation)
}

/**
 * Batches of several merchants may have the same id: the one that the caller created comes first, then those it owns or sends. Where no
 * batch is named and the code exists in several, the one received last is taken (busifavor.md 4.3, inferred).
 */
async function findCoupon(tx: Transaction, { mchid }: Merchant, code: string, where: Where) {
  const { stock_id, openid, as = LOOKING } = where
  if (stock_id !== undefined && openid === undefined) {
    const coupon = await tx.in(coupons).find(mchid, stock_id, code)
    const stock = coupon && (await tx.in(stocks).find(mchid, stock_id))
    if (coupon && stock) return { coupon, stock }
  }

  const ownFirst = (a: Coupon, b: Coupon) => Number(b.mchid === mchid) - Number(a.mchid === mchid)
  const candidates = (await tx.in(coupons).where('coupon_code', code))
    .filter((coupon) => stock_id === undefined || coupon.stock_id === stock_id)
    .filter((coupon) => openid === undefined || coupon.openid === openid)
    .toSorted((a, b) => (stock_id === undefined ? 0 : ownFirst(a, b)) || b.receive_time - a.receive_time)
  for (const coupon of candidates) {
    const stock = await tx.in(stocks).find(coupon.mchid, coupon.stock_id)
    if (stock && rolesOf(mchid, stock, coupon).some((role) => as.includes(role))) return { coupon, stock }
  }
  return candidates.length > 0 ? 'not_permitted' : undefined
}

/** A change of a coupon that a request asks for under a number of its own. */
interface Change<Reason extends string> extends NumberedRequest {
  readonly stock_id: string
  readonly coupon_code: string
  decide(coupon: Coupon): Awaitable<Decision<Coupon, Reason>>
  /** When it was done, which may have been before. Default: now. */
  timeOf?(changed: Coupon): number | undefined
  /** Default: the state of the coupon. */
  explain?(reason: Reason): Texts | undefined
  ifUnknown?(explanation: Texts): Awaitable<void>
}

/**
 * Changes a coupon once, however often the request is repeated.
 *
 * @returns when it was changed, and the coupon as it was before; without one for a repeat
 */
export async function changeOnce<Reason extends string>(
  context: Context<Reason | 'request_no_reused'>,
  change: Change<Reason>,
): Promise<{ readonly time: number; readonly before?: Coupon | undefined }> {
  const { tx, now, settings, fail } = context
  let before: Coupon | undefined
  const { time } = await once(context, change, async () => {
    const where = { stock_id: change.stock_id, as: changingRoles(settings) }
    const { coupon } = await namedCoupon(context, change.coupon_code, where, change.ifUnknown)
    const decision = await change.decide(coupon)
    if (!decision.ok) return fail(decision.reason, change.explain?.(decision.reason) ?? explainCoupon(coupon, now))
    await tx.in(coupons).save(decision.value)
    before = coupon
    return { time: change.timeOf?.(decision.value) ?? now }
  })
  return { time, before }
}

/** Says where a coupon that was not found is, if it exists anywhere. */
async function explainNoCoupon(tx: Transaction, code: string, { stock_id: stockId, openid }: Where): Promise<Texts> {
  const missing = {
    en: `there is no coupon ${code}${stockId === undefined ? '' : ` of batch ${stockId}`}${openid === undefined ? '' : ` held by ${openid}`}`,
    zh: `${stockId === undefined ? '' : `批次 ${stockId} 中`}没有${openid === undefined ? '' : ` ${openid} 持有的`}券 ${code}`,
  }
  const found = await tx.in(coupons).where('coupon_code', code)
  if (found.length > 0) {
    const others = found.slice(0, LISTED)
    const en = others.map((one) => `one of batch ${one.stock_id} held by ${one.openid}`)
    const zh = others.map((one) => `批次 ${one.stock_id} 中由 ${one.openid} 持有的`)
    return { en: `${missing.en}; there is ${en.join(', and ')}`, zh: `${missing.zh}；有${zh.join('，以及')}` }
  }
  if (stockId === undefined) return missing
  const named = await tx.in(stocks).where('stock_id', stockId)
  if (named.length === 0) return { en: `${missing.en}, nor such a batch`, zh: `${missing.zh}，也没有该批次` }
  for (const { mchid: creatorMchid } of named) {
    if (await tx.in(codes).find(creatorMchid, stockId, code)) {
      return {
        en: `${missing.en}: the code is uploaded, and not handed out`,
        zh: `${missing.zh}：该 code 已预存，尚未发放`,
      }
    }
  }
  return missing
}

/** Why a caller has no right over the coupons with a code. */
async function explainCouponRight(
  tx: Transaction,
  caller: Merchant,
  code: string,
  { stock_id: stockId }: Where,
): Promise<Texts> {
  const found = (await tx.in(coupons).where('coupon_code', code)).filter(
    (coupon) => stockId === undefined || coupon.stock_id === stockId,
  )
  const whose = await Promise.all(
    found.slice(0, LISTED).map(async (coupon): Promise<Texts> => {
      const owner = (await tx.in(stocks).find(coupon.mchid, coupon.stock_id))?.belong_merchant
      const { mchid: creatorMchid, send_merchant: senderMchid } = coupon
      return {
        en: `of batch ${coupon.stock_id}, created by ${creatorMchid}, owned by ${owner}, sent by ${senderMchid}`,
        zh: `属于批次 ${coupon.stock_id}（由 ${creatorMchid} 创建，归属 ${owner}，由 ${senderMchid} 发放）`,
      }
    }),
  )
  const sender = found.some(({ send_merchant }) => send_merchant === caller.mchid)
  return {
    en: `coupon ${code} is one ${whose.map(({ en }) => en).join(', or one ')}; the caller is ${caller.mchid}${sender ? ', and having handed it out is not enough' : ''}`,
    zh: `券 ${code} ${whose.map(({ zh }) => zh).join('，或')}；调用方是 ${caller.mchid}${sender ? '，只发过券不够' : ''}`,
  }
}

/** The state of a coupon in one sentence. */
export function explainCoupon(coupon: Coupon, now: number): Texts {
  const { stock_id: stockId, coupon_code: code, associate_out_trade_no: order } = coupon
  const state = couponState(coupon, now)
  const [from, until] = [formatInstant(coupon.available_start_time), formatInstant(coupon.expire_time)]
  const redeemed = explainRedemption(coupon)
  const linked =
    order === undefined
      ? { en: 'not linked', zh: '未关联订单' }
      : { en: `linked to order ${order}`, zh: `已关联订单 ${order}` }
  const clock = byTheClock(now)
  return {
    en: `Coupon ${code} of batch ${stockId} is ${state}, ${redeemed.en}${linked.en}, usable from ${from} until ${until}; ${clock.en}.`,
    zh: `批次 ${stockId} 的券 ${code} 状态为 ${state}，${redeemed.zh}${linked.zh}，可用时间为 ${from} 至 ${until}；${clock.zh}。`,
  }
}

function explainRedemption({ use_time, use_request_no: requestNo, use_merchant: mchid }: Coupon): Texts {
  if (use_time === undefined) return { en: '', zh: '' }
  const at = formatInstant(use_time)
  return {
    en: `redeemed at ${at}${mchid === undefined ? '' : ` by ${mchid}`} with ${requestNo}, `,
    zh: `已于 ${at} ${mchid === undefined ? '' : `由 ${mchid} `}核销（${requestNo}），`,
  }
}
