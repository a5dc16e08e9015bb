import { documentedEvent } from '../../catalogue/documented-event.ts'
import { callbackOf } from '../../engine/callbacks/event.ts'
import { type OutboxContext, putIntoOutbox } from '../../engine/callbacks/notifications.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, type Place, placeOf } from '../../engine/state/table.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { findUsers, users } from '../platform/index.ts'
import { couponAddressOf, type ProductCoupon, productCoupons } from './product-coupons.ts'
import { hasExpired, ruleOf, type Stock, sentOn, stocks, uploadedCodes, withCodes, withSent } from './stocks.ts'
import { heldOf, keepDisplay, sendOf, type UserCoupon, unionidOf, userCoupons, validPeriod } from './user-coupons.ts'

export type SendRefusal =
  | 'code_needed'
  | 'code_not_wanted'
  | 'not_sending'
  | 'budget_used_up'
  | 'user_limit'
  | 'no_code_left'
  | 'code_taken'

/** The facts that decide whether a batch sends one more coupon. */
interface NextCoupon {
  readonly at: number
  /** How many of the batch the user has got, whatever became of them. */
  readonly held: number
  /** Left out where none is left. */
  readonly coupon_code: string | undefined
  readonly isTaken: boolean
}

/** Judges whether a batch sends one more coupon. @returns its code, or why not, judged in the order of the reasons (product-coupon.md 4.1) */
function sendNext(
  stock: Stock,
  { at, held, coupon_code, isTaken }: NextCoupon,
): Decision<string, Exclude<SendRefusal, 'code_needed' | 'code_not_wanted'>> {
  const { max_count, max_count_per_day = max_count, max_count_per_user } = stock.stock_send_rule
  if (stock.state !== 'SENDING' || hasExpired(stock, at)) return refuse('not_sending')
  if (stock.sent_count_info.total_count >= max_count || sentOn(stock, at) >= max_count_per_day) {
    return refuse('budget_used_up')
  }
  if (held >= max_count_per_user) return refuse('user_limit')
  if (coupon_code === undefined) return refuse('no_code_left')
  return isTaken ? refuse('code_taken') : accept(coupon_code)
}

/** A coupon, or the coupons of a bundle, for a user. */
export interface Sending
  extends Pick<
    UserCoupon,
    'appid' | 'openid' | 'send_request_no' | 'send_channel' | 'attach' | 'channel_custom_info' | 'coupon_tag_info'
  > {
  /** For a batch to which the merchant brings the codes one by one (API_ASSIGN), and only there. */
  readonly coupon_code?: string | undefined
}

export interface SendContext<Reason extends string> extends OutboxContext {
  readonly tx: Transaction
  /** Throws, so that the transaction keeps nothing. */
  fail(reason: Reason, explanation: Texts): never
}

/** The unionid of a user of a partner: a known one, or the one that its openid makes. */
export async function unionidFor(tx: Transaction, mchid: string, openid: string): Promise<string> {
  const [known] = await findUsers(tx, openid, [mchid])
  return known?.unionid ?? unionidOf(openid)
}

/** A batch that may send its next coupon, with what that will be. */
interface Next {
  readonly stock: Stock
  readonly product: ProductCoupon
  readonly unionid: string
  readonly coupon_code: string
}

/**
 * Finds out what batches would send to a user, and keeps nothing.
 *
 * @param batches one, or all of a bundle in the order of their use
 * @throws what `fail` throws for the first that cannot send
 */
export async function nextCoupons(
  batches: readonly Stock[],
  { openid, coupon_code: given }: Pick<Sending, 'openid' | 'coupon_code'>,
  context: SendContext<SendRefusal>,
): Promise<readonly Next[]> {
  const { tx, now } = context
  const found: Next[] = []
  for (const stock of batches) {
    const { mchid, product_coupon_id, stock_id, coupon_code_mode } = stock
    const unionid = await unionidFor(tx, mchid, openid)
    const held = (await tx.in(userCoupons).where('held', heldOf({ unionid, stock_id }), mchid)).length
    const fail = (reason: SendRefusal) => context.fail(reason, explainSend(reason, stock, { held, given, now }))
    if (coupon_code_mode === 'API_ASSIGN' && given === undefined) return fail('code_needed')
    if (coupon_code_mode !== 'API_ASSIGN' && given !== undefined) return fail('code_not_wanted')
    const coupon_code = given ?? (await nextCode(stock, context))
    const product = await tx.in(productCoupons).find(mchid, product_coupon_id)
    if (product?.state !== 'EFFECTIVE') return fail('not_sending')
    const isTaken = given !== undefined && (await tx.in(userCoupons).find(mchid, stock_id, given)) !== undefined
    const decision = sendNext(stock, { at: now, held, coupon_code, isTaken })
    if (!decision.ok) return fail(decision.reason)
    found.push({ stock, product, unionid, coupon_code: decision.value })
  }
  return found
}

/**
 * Sends one coupon of a batch to a user, or one of each batch of a bundle, which then belong together: counts them, takes their codes, keeps them
 * and puts their callbacks into the outbox, if the partner has set an address.
 *
 * @returns the coupons, CONFIRMING, in the order of the batches
 */
export async function sendCoupons(
  batches: readonly Stock[],
  sending: Sending,
  context: SendContext<SendRefusal>,
): Promise<readonly UserCoupon[]> {
  const { tx, now, ids } = context
  const user_coupon_bundle_id = batches[0]?.stock_bundle_info && ids.digits(22)
  const sent: UserCoupon[] = []
  for (const { stock, product, ...next } of await nextCoupons(batches, sending, context)) {
    const { mchid, brand_id, product_coupon_id, stock_id, stock_bundle_info } = stock
    const uploaded = await tx.in(uploadedCodes).find(mchid, stock_id, next.coupon_code)
    if (uploaded) await tx.in(uploadedCodes).save({ ...uploaded, sent_time: now })
    await tx.in(stocks).save(withCodes(withSent(stock, now), 0, uploaded ? -1 : 0))
    const coupon: UserCoupon = {
      ...sending,
      ...next,
      ...{ mchid, brand_id, product_coupon_id, stock_id, receive_time: now },
      display_id: await keepDisplay(tx, product, stock),
      ...(user_coupon_bundle_id !== undefined && { user_coupon_bundle_id }),
      ...(stock_bundle_info && { user_coupon_bundle_index: stock_bundle_info.stock_bundle_index }),
      ...validPeriod(ruleOf(stock).coupon_available_period, now),
    }
    await tx.in(userCoupons).save(coupon)
    await tellSent(coupon, stock, context)
    sent.push(coupon)
  }
  return sent
}

const CODE_DIGITS = 16

/** The next code of a batch that no coupon has: a new one, or the next uploaded one, as a seed may have given any code to a coupon. */
async function nextCode(
  { mchid, stock_id, coupon_code_mode }: Stock,
  { tx, ids }: Pick<SendContext<SendRefusal>, 'tx' | 'ids'>,
): Promise<string | undefined> {
  let after: Place | undefined
  for (;;) {
    const [uploaded] =
      coupon_code_mode === 'UPLOAD'
        ? await tx.in(uploadedCodes).page('available', stock_id, { owner: mchid, after, limit: 1 })
        : []
    const code = coupon_code_mode === 'UPLOAD' ? uploaded?.coupon_code : ids.digits(CODE_DIGITS)
    if (code === undefined || !(await tx.in(userCoupons).find(mchid, stock_id, code))) return code
    if (uploaded) after = placeOf(uploadedCodes, 'available', uploaded)
  }
}

/** The coupons that a number has sent to a user before, all of a bundle; empty for a new number. */
export async function sentBefore(
  tx: Transaction,
  [first]: readonly Stock[],
  { unionid, send_request_no }: Pick<UserCoupon, 'unionid' | 'send_request_no'>,
): Promise<readonly UserCoupon[]> {
  if (!first) return []
  const { mchid, stock_id } = first
  const [sent] = await tx.in(userCoupons).where('send', sendOf({ unionid, stock_id, send_request_no }), mchid)
  return sent ? couponsWith(tx, sent) : []
}

/** A coupon, with those that belong to the same bundle, in the order of their use. */
export async function couponsWith(tx: Transaction, one: UserCoupon): Promise<readonly UserCoupon[]> {
  const { mchid, user_coupon_bundle_id: id } = one
  if (id === undefined) return [one]
  const all = await tx.in(userCoupons).where('user_coupon_bundle_id', id, mchid)
  return all.toSorted((a, b) => (a.user_coupon_bundle_index ?? 0) - (b.user_coupon_bundle_index ?? 0))
}

/** 商品券领券通知: a user has got a product coupon, over whatever channel. */
export const productCouponSent = documentedEvent<UserCoupon>('product-coupons PRODUCT_COUPON_SP.SEND', {
  id: 'productCouponSent',
  resourceId: 'ProductCouponSentEvent',
  label: { en: 'a user received a product coupon', zh: '用户领取商品券' },
  description: 'A user received a product coupon of a brand, which its partner has to confirm',
  find: async (tx, mchid) => ({
    url: (await couponAddressOf(tx, mchid))?.notify_url,
    about: (await tx.in(userCoupons).page('newest', ALL, { owner: mchid, limit: 1 }))[0],
  }),
  sample({ mchid, appid, now, ids }, coupon) {
    const product_coupon_id = ids.digits(10)
    const openid = `o${ids.letters(27)}`
    const made = {
      mchid,
      coupon_code: ids.digits(CODE_DIGITS),
      brand_id: ids.digits(5),
      product_coupon_id,
      stock_id: `${product_coupon_id}001`,
      appid,
      openid,
      unionid: unionidOf(openid),
      receive_time: now,
      send_request_no: `SEND_${ids.digits(12)}`,
      send_channel: 'API',
      valid_begin_time: now,
      valid_end_time: now + 30 * 86_400_000,
    }
    return coupon ?? made
  },
})

/** Tells the partner of a coupon: the user by the openid under the appid that the batch names for it. */
async function tellSent(coupon: UserCoupon, stock: Stock, { tx, ...context }: SendContext<never>): Promise<void> {
  const { mchid, unionid, openid } = coupon
  const address = await couponAddressOf(tx, mchid)
  if (!address) return
  const appid = stock.notify_config.notify_appid
  const accounts = await tx.in(users).where('unionid', unionid, mchid)
  const told = productCouponSent.content({
    ...coupon,
    stock_bundle_id: stock.stock_bundle_info?.stock_bundle_id,
    appid,
    openid: accounts.find((account) => account.appid === appid)?.openid ?? openid,
  })
  await putIntoOutbox(tx, callbackOf(productCouponSent, { mchid, url: address.notify_url, resource: told }), context)
}

/** Why a coupon was not sent, with the numbers that count; for the journal. */
function explainSend(
  reason: SendRefusal,
  stock: Stock,
  { held, given, now }: { readonly held: number; readonly given: string | undefined; readonly now: number },
): Texts {
  const { stock_id: id, state, coupon_code_mode: mode, sent_count_info, stock_send_rule: rule } = stock
  const clock = byTheClock(now)
  switch (reason) {
    case 'code_needed':
      return {
        en: `/body/coupon_code: missing; batch ${id} is ${mode}`,
        zh: `/body/coupon_code：缺少此字段；批次 ${id} 的券 code 模式是 ${mode}`,
      }
    case 'code_not_wanted':
      return {
        en: `/body/coupon_code: must be left out; batch ${id} is ${mode}`,
        zh: `/body/coupon_code：不能传此字段；批次 ${id} 的券 code 模式是 ${mode}`,
      }
    case 'not_sending': {
      const end = formatInstant(ruleOf(stock).coupon_available_period.available_end_time)
      return {
        en: `batch ${id} is ${state}, can be used until ${end}, and belongs to product coupon ${stock.product_coupon_id}; ${clock.en}`,
        zh: `批次 ${id} 的状态是 ${state}，可用至 ${end}，属于商品券 ${stock.product_coupon_id}；${clock.zh}`,
      }
    }
    case 'budget_used_up': {
      const day = rule.max_count_per_day ?? rule.max_count
      const [total, today] = [sent_count_info.total_count, sentOn(stock, now)]
      return {
        en: `batch ${id} has sent ${total} of ${rule.max_count} coupons, ${today} of ${day} today; ${clock.en}`,
        zh: `批次 ${id} 已发放 ${total} 张（上限 ${rule.max_count} 张），今天 ${today} 张（上限 ${day} 张）；${clock.zh}`,
      }
    }
    case 'user_limit':
      return {
        en: `the user has got ${held} of ${rule.max_count_per_user} coupons of batch ${id}`,
        zh: `该用户已领取批次 ${id} 的券 ${held} 张，每人限领 ${rule.max_count_per_user} 张`,
      }
    case 'no_code_left': {
      const total = stock.coupon_code_count_info?.total_count ?? 0
      return {
        en: `none of the ${total} uploaded codes of batch ${id} is left`,
        zh: `批次 ${id} 预上传的 ${total} 个券 code 已无剩余`,
      }
    }
    case 'code_taken':
      return { en: `batch ${id} has a coupon ${given} already`, zh: `批次 ${id} 中已有券 ${given}` }
  }
}
