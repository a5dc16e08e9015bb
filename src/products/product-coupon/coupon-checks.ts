import type { FieldRules } from '../../catalogue/documented-call.ts'
import type { OperationContext } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import type { Decision } from '../../wire/shared/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { fromPage, invalidRequest } from '../common/refusal.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../platform/index.ts'
import { type ProductCoupon, productCoupons } from './product-coupons.ts'
import {
  explainUnlinked,
  NUMBER_REFUSALS,
  onceFor,
  productCouponSources,
  STOCK_REFUSALS,
  stockFor,
  UNFIT_ROW,
} from './request-checks.ts'
import { couponsWith, unionidFor } from './send-coupons.ts'
import { type Stock, stockDetails, stocks, stocksOfBundle } from './stocks.ts'
import { displayOf, stateOf, type UserCoupon, userCoupons } from './user-coupons.ts'

export const USERS = '/v3/marketing/partner/product-coupon/users/{openid}'

/** The tables of the pages lack it, their samples have it, as have the tables about bundles and lists. */
export const BRAND_SHOWN = {
  'answer/brand_id': { type: 'string', title: '品牌ID', required: true },
} as const satisfies FieldRules

const APPID_UNFIT = {
  en: 'the appid belongs neither to the partner nor to the brand',
  zh: '该 appid 既不属于服务商，也不属于品牌',
  internalCode: 268_578_704,
} as const

const OPENID_UNFIT = {
  en: 'the openid is known to belong to another appid',
  zh: '已知该 openid 属于另一个 appid',
  internalCode: 268_578_526,
} as const

const source = productCouponSources.questions

/** Refusals of the calls that send or offer coupons to a user. */
export const RECEIVER_REFUSALS = {
  ...STOCK_REFUSALS,
  appid_unfit: invalidRequest('documented', '发券的公众账号ID无效', { ...APPID_UNFIT, source }),
  openid_unfit: invalidRequest('documented', '传入的OpenID不合法', { ...OPENID_UNFIT, source }),
} as const

/** Refusals of the calls about coupons that a user holds. */
export const HOLDER_REFUSALS = {
  ...STOCK_REFUSALS,
  appid_unfit: fromPage(UNFIT_ROW, APPID_UNFIT),
  openid_unfit: fromPage(UNFIT_ROW, OPENID_UNFIT),
} as const

/** Refusals of a call about one coupon. */
export const COUPON_REFUSALS = {
  ...HOLDER_REFUSALS,
  coupon_unknown: fromPage('404 NOT_FOUND 未找到 coupon_code 对应的用户商品券', {
    en: 'the batch has no such coupon, or another user holds it',
    zh: '批次中没有该券，或由其他用户持有',
    internalCode: INTERNAL_CODES.couponUnknown,
  }),
} as const

/** Refusals of a call that changes one coupon under a number, other than using it. */
export const CHANGE_REFUSALS = {
  ...COUPON_REFUSALS,
  ...NUMBER_REFUSALS,
  wrong_state: invalidRequest('documented', '用户券状态非法', {
    en: 'the coupon is in another state (text documented, status and code inferred)',
    zh: '券处于其他状态（文字见文档，状态码和错误码为推断）',
    source,
    internalCode: INTERNAL_CODES.couponState,
  }),
  expired: fromPage(UNFIT_ROW, {
    en: 'the coupon can no longer be used: valid_end_time has passed',
    zh: '券已过 valid_end_time',
    internalCode: INTERNAL_CODES.couponExpired,
  }),
  deleted: invalidRequest('documented', '券已被删除', {
    en: 'the user deleted the coupon (text documented, status and code inferred)',
    zh: '用户已删除该券（文字见文档，状态码和错误码为推断）',
    source,
    internalCode: 272_756_769,
  }),
} as const

type UserRefusal = 'not_authorized' | 'appid_unfit' | 'openid_unfit'

/** Refuses an appid that neither the caller nor the brand has, and an openid of another appid. Whoever has no list of appids may use any. */
export async function checkUser(
  { openid, appid, brand_id }: { readonly openid: string; readonly appid: string; readonly brand_id: string },
  { tx, caller, fail }: Pick<OperationContext<UserRefusal>, 'tx' | 'caller' | 'fail'>,
): Promise<void> {
  const unlinked = await explainUnlinked([appid], brand_id, { tx, caller })
  if (unlinked) fail('appid_unfit', unlinked)
  const known = await findUsers(tx, openid, [caller.mchid])
  if (!belongsToAppid(known, appid)) fail('openid_unfit', explainOpenid(openid, appid, known))
}

interface CouponPath {
  readonly openid: string
  readonly coupon_code: string
}

/** Where a coupon is looked for, and under which appid. */
export interface NamedCoupon {
  readonly product_coupon_id: string
  readonly stock_id: string
  readonly appid: string
  readonly brand_id: string
}

/** A request about one coupon. */
interface CouponRequest {
  readonly path: CouponPath
  readonly body: NamedCoupon
}

interface Found {
  readonly product: ProductCoupon
  readonly stock: Stock
  readonly coupon: UserCoupon
}

/** The coupon that a request names, if its user holds it. */
export async function couponFor(
  { path: { openid, coupon_code }, body }: CouponRequest,
  context: OperationContext<UserRefusal | 'product_unknown' | 'stock_unknown' | 'coupon_unknown'>,
): Promise<Found> {
  const { product, stock } = await stockFor(body, context)
  await checkUser({ openid, ...body }, context)
  const { tx, caller, fail } = context
  const coupon = await tx.in(userCoupons).find(caller.mchid, stock.stock_id, coupon_code)
  if (coupon && (await isHeldBy(tx, coupon, openid))) return { product, stock, coupon }
  return fail('coupon_unknown', {
    en: coupon ? `${coupon.openid} holds it, not ${openid}` : `batch ${stock.stock_id} has no coupon ${coupon_code}`,
    zh: coupon ? `该券由 ${coupon.openid} 持有，不是 ${openid}` : `批次 ${stock.stock_id} 中没有券 ${coupon_code}`,
  })
}

/** Whether a user holds a coupon, under this openid or another. */
export async function isHeldBy(tx: Transaction, { mchid, ...coupon }: UserCoupon, openid: string): Promise<boolean> {
  return coupon.openid === openid || coupon.unionid === (await unionidFor(tx, mchid, openid))
}

/** The batches of the bundle that a request names, in the order of their use. */
export async function bundleFor(
  { product_coupon_id }: ProductCoupon,
  stock_bundle_id: string,
  { tx, caller, fail }: Pick<OperationContext<'stock_unknown'>, 'tx' | 'caller' | 'fail'>,
): Promise<readonly Stock[]> {
  const batches = await stocksOfBundle(tx, caller.mchid, stock_bundle_id)
  if (batches[0]?.product_coupon_id === product_coupon_id) return batches
  return fail('stock_unknown', {
    en: `product coupon ${product_coupon_id} has no bundle ${stock_bundle_id}`,
    zh: `商品券 ${product_coupon_id} 没有批次组 ${stock_bundle_id}`,
  })
}

/** Changes the coupon that a request names, once for its number. @returns the coupon as it is now */
export async function changeCoupon<Reason extends string>(
  context: OperationContext<keyof typeof COUPON_REFUSALS | 'request_no_reused' | Reason>,
  operation: string,
  request: CouponRequest & { readonly body: { readonly out_request_no: string } },
  decide: (
    found: Found,
    bundle: readonly UserCoupon[],
  ) => Promise<Decision<UserCoupon, Reason>> | Decision<UserCoupon, Reason>,
): Promise<UserCoupon> {
  const { tx, now, fail } = context
  const found = await couponFor(request, context)
  let kept = found.coupon
  await onceFor(context, operation, request, async () => {
    const decision = await decide(found, await couponsWith(tx, found.coupon))
    if (!decision.ok) return fail(decision.reason, explainCoupon(found.coupon, now))
    kept = decision.value
    await tx.in(userCoupons).save(kept)
    return {}
  })
  return kept
}

/** A coupon as answers show it at an instant, with its product coupon and batch as they were shown when it was sent, and more than they show. */
export async function couponDetails(tx: Transaction, one: UserCoupon, now: number) {
  const { mchid, product_coupon_id, stock_id, usage, user_coupon_bundle_id, user_coupon_bundle_index } = one
  const bundle = user_coupon_bundle_id === undefined ? undefined : await couponsWith(tx, one)
  const product = await tx.in(productCoupons).find(mchid, product_coupon_id)
  const stock = await tx.in(stocks).find(mchid, stock_id)
  const { display_info, ...ofStock } = (await displayOf(tx, one)) ?? {}
  return {
    ...one,
    coupon_state: stateOf(one, now),
    [bundle ? 'progressive_bundle_usage_detail' : 'single_usage_detail']: usage,
    user_product_coupon_bundle_info: bundle && {
      user_coupon_bundle_id,
      user_coupon_bundle_index,
      total_count: bundle.length,
      used_count: bundle.filter((each) => stateOf(each, now) === 'USED').length,
    },
    product_coupon: product && { ...product, ...(display_info && { display_info }) },
    stock: stock && stockDetails({ ...stock, ...ofStock }, now),
  }
}

/** The coupons of a bundle as answers show them. */
export async function bundleDetails(
  coupons: readonly UserCoupon[],
  { tx, now }: { readonly tx: Transaction; readonly now: number },
): Promise<object> {
  const user_product_coupon_list = await Promise.all(coupons.map((one) => couponDetails(tx, one, now)))
  return { user_coupon_bundle_id: coupons[0]?.user_coupon_bundle_id, user_product_coupon_list }
}

/** The state of a coupon in one sentence, for the journal. */
export function explainCoupon(coupon: UserCoupon, now: number): Texts {
  const { coupon_code: code, stock_id, usage, confirm_time } = coupon
  const state = stateOf(coupon, now)
  const [from, until] = [formatInstant(coupon.valid_begin_time), formatInstant(coupon.valid_end_time)]
  const used = usage && { at: formatInstant(usage.use_time), by: usage.use_request_no }
  const clock = byTheClock(now)
  return {
    en: `coupon ${code} of batch ${stock_id} is ${state}${confirm_time === undefined ? ', never confirmed' : ''}${used ? `, used at ${used.at} with ${used.by}` : ''}, good from ${from} until ${until}; ${clock.en}`,
    zh: `批次 ${stock_id} 的券 ${code} 状态为 ${state}${confirm_time === undefined ? '，未确认发放' : ''}${used ? `，已于 ${used.at} 核销（${used.by}）` : ''}，有效期为 ${from} 至 ${until}；${clock.zh}`,
  }
}
