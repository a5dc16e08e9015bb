import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred } from '../../engine/operation.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { refuse } from '../../wire/shared/errors.ts'
import { fromPage } from '../common/refusal.ts'
import {
  BRAND_SHOWN,
  bundleDetails,
  bundleFor,
  CHANGE_REFUSALS,
  COUPON_REFUSALS,
  changeCoupon,
  checkUser,
  couponDetails,
  couponFor,
  explainCoupon,
  HOLDER_REFUSALS,
  isHeldBy,
  USERS,
} from './coupon-checks.ts'
import { confirm, deactivate } from './coupon-rules.ts'
import { REPEAT_RULE } from './product-calls.ts'
import { checkBrand, onceFor, pageOf, productFor, REQUEST_NO, stockFor, UNFIT_ROW } from './request-checks.ts'
import { couponsWith, unionidFor } from './send-coupons.ts'
import { stateOf, type UserCoupon, userCoupons } from './user-coupons.ts'

/** 确认发放用户商品券: confirm a coupon that was sent. */
export const confirmProductCoupon = documentedCall(`POST ${USERS}/coupons/{coupon_code}/confirm`, {
  id: 'confirmProductCoupon',
  summary: 'Confirm a product coupon that was sent to a user',
  fields: { 'body/out_request_no': REQUEST_NO, ...BRAND_SHOWN },
  refusals: CHANGE_REFUSALS,
  rules: [
    documented('Every coupon has to be confirmed, over whatever channel it was sent; only then can it be used.'),
    documented('Its time counts from its receipt.', sources.vendorSkills),
    REPEAT_RULE,
    inferred('One that was never confirmed can be until it has EXPIRED.'),
  ],
  async handle(request, context) {
    const { tx, now } = context
    const command = { request_no: request.body.out_request_no, at: now }
    const kept = await changeCoupon(context, 'confirmProductCoupon', request, ({ coupon }) => confirm(coupon, command))
    return couponDetails(tx, kept, now)
  },
})

/** 查询用户商品券详情: look up a coupon of a user. */
export const queryUserProductCoupon = documentedCall(`GET ${USERS}/coupons/{coupon_code}`, {
  id: 'queryUserProductCoupon',
  summary: 'Look up a product coupon of a user',
  fields: BRAND_SHOWN,
  refusals: COUPON_REFUSALS,
  rules: [inferred('A user has the same coupons under each of its openids.')],
  async handle({ path, query }, context) {
    const { coupon } = await couponFor({ path, body: query }, context)
    return couponDetails(context.tx, coupon, context.now)
  },
})

/** The most coupons of a page, and as many as it has if the request does not say; documented. */
const PAGE_SIZE = { most: 50, usual: 20 }

/** 指定券状态查询用户商品券列表: list the coupons of a user. */
export const listUserProductCoupons = documentedCall(`GET ${USERS}/coupons`, {
  id: 'listUserProductCoupons',
  summary: 'List the product coupons of a user',
  fields: { 'query/page_size': { min: 1, max: PAGE_SIZE.most }, 'answer/total_count': { required: false } },
  refusals: HOLDER_REFUSALS,
  rules: [
    documented('Without product_coupon_id all coupons of the brand are listed.'),
    documented(
      'A page has 20 if page_size is left out. Only the first tells total_count, and the last no next_page_token.',
    ),
    inferred('The newest come first.'),
  ],
  async handle({ path: { openid }, query }, context) {
    const { tx, caller, now } = context
    const { brand_id, product_coupon_id, stock_id, user_coupon_bundle_id: bundle, coupon_state, page_token } = query
    const { page_size = PAGE_SIZE.usual } = query
    if (product_coupon_id === undefined) await checkBrand(brand_id, context)
    else if (stock_id === undefined) await productFor({ brand_id, product_coupon_id }, context)
    else await stockFor({ brand_id, product_coupon_id, stock_id }, context)
    await checkUser({ openid, ...query }, context)
    const unionid = await unionidFor(tx, caller.mchid, openid)
    const isListed = (one: UserCoupon) =>
      one.brand_id === brand_id &&
      (product_coupon_id ?? one.product_coupon_id) === one.product_coupon_id &&
      (stock_id ?? one.stock_id) === one.stock_id &&
      (bundle === undefined || bundle === one.user_coupon_bundle_id) &&
      (coupon_state === undefined || coupon_state === stateOf(one, now))
    const page = { page_size, ...(page_token !== undefined && { page_token }) }
    const { rows, ...rest } = await pageOf(userCoupons, ['ofUser', unionid], page, context, isListed)
    return { ...rest, user_coupon_list: await Promise.all(rows.map((one) => couponDetails(tx, one, now))) }
  },
})

type Deactivation = { readonly out_request_no: string; readonly deactivate_reason: string }

const commandOf = ({ out_request_no, deactivate_reason }: Deactivation, at: number) => ({
  request_no: out_request_no,
  reason: deactivate_reason,
  at,
})

/** 失效用户商品券: make a coupon of a user void. */
export const deactivateUserProductCoupon = documentedCall(`POST ${USERS}/coupons/{coupon_code}/deactivate`, {
  id: 'deactivateUserProductCoupon',
  summary: 'Make a product coupon of a user void',
  fields: { 'body/out_request_no': REQUEST_NO, 'body/deactivate_reason': { min: 1 }, ...BRAND_SHOWN },
  refusals: {
    ...CHANGE_REFUSALS,
    in_bundle: fromPage(UNFIT_ROW, {
      en: 'the coupon is one use of a bundle, whose coupons are made void together',
      zh: '该券属于用户券组，须整组失效',
    }),
  },
  rules: [
    documented('The coupon is in no bundle.'),
    REPEAT_RULE,
    inferred('A coupon can be made void before it is confirmed and before its time, but not once it is USED.'),
  ],
  async handle(request, context) {
    const { tx, now } = context
    const command = commandOf(request.body, now)
    const kept = await changeCoupon(context, 'deactivateUserProductCoupon', request, ({ coupon }) =>
      coupon.user_coupon_bundle_id === undefined ? deactivate(coupon, command) : refuse('in_bundle'),
    )
    return couponDetails(tx, kept, now)
  },
})

/** 失效用户商品券组: make the coupons of a bundle void. */
export const deactivateUserProductCouponBundle = documentedCall(
  `POST ${USERS}/coupon-bundles/{user_coupon_bundle_id}/deactivate`,
  {
    id: 'deactivateUserProductCouponBundle',
    summary: 'Make a bundle of product coupons of a user void',
    fields: { 'body/out_request_no': REQUEST_NO, 'body/deactivate_reason': { min: 1 } },
    refusals: CHANGE_REFUSALS,
    rules: [
      inferred('Those of its coupons that can still be used are made void; the others stay as they are.'),
      REPEAT_RULE,
      inferred('It is refused if there are none, as the first of its coupons would be.'),
    ],
    async handle(request, context) {
      const { tx, now, caller, fail } = context
      const { path, body } = request
      const { stock_bundle_id } = body
      const batches = await bundleFor(await productFor(body, context), stock_bundle_id, context)
      await checkUser({ ...path, ...body }, context)
      const [first] = await tx.in(userCoupons).where('user_coupon_bundle_id', path.user_coupon_bundle_id, caller.mchid)
      const isOfBundle = batches.some(({ stock_id }) => stock_id === first?.stock_id)
      if (!first || !isOfBundle || !(await isHeldBy(tx, first, path.openid))) {
        return fail('coupon_unknown', {
          en: `${path.openid} has no bundle ${path.user_coupon_bundle_id} of ${stock_bundle_id}`,
          zh: `${path.openid} 没有批次组 ${stock_bundle_id} 的用户券组 ${path.user_coupon_bundle_id}`,
        })
      }
      const coupons = await couponsWith(tx, first)
      let kept = coupons
      await onceFor(context, 'deactivateUserProductCouponBundle', request, async () => {
        const decisions = coupons.map((one) => deactivate(one, commandOf(body, now)))
        const [refused] = decisions
        if (refused && !refused.ok && !decisions.some(({ ok }) => ok)) {
          return fail(refused.reason, explainCoupon(first, now))
        }
        kept = coupons.map((one, i) => {
          const decision = decisions[i]
          return decision?.ok ? decision.value : one
        })
        for (const one of kept) await tx.in(userCoupons).save(one)
        return {}
      })
      return bundleDetails(kept, context)
    },
  },
)
