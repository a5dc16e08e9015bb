import { z } from 'zod'
import { defineCall } from '../../control/call.ts'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { exactTime } from '../../wire/protocol/instant.ts'
import { behind, type Language } from '../../wire/shared/texts.ts'
import { findUsers } from '../platform/index.ts'
import { couponDetails } from './coupon-checks.ts'
import { showCoupon, shownCoupon } from './coupon-control.ts'
import { openPreSend } from './pre-sends.ts'
import { type ProductCoupon, productCoupons, productCoupon as productRow } from './product-coupons.ts'
import { worthOf } from './stock-control.ts'
import { ruleOf, type Stock, stock as stockRow } from './stocks.ts'
import { stateOf, type UserCoupon, unionidOf, userCoupons, validPeriod } from './user-coupons.ts'
import { NO_DATA } from './wallet.ts'

const product = z.object({
  name: z.string(),
  price: z.int().optional().describe('fen'),
  mini_program_path: z.string().optional(),
})

/** The packages (套餐) of a product coupon, with what a user may choose for them. */
const packages = z.object({ combo_package_list: z.array(z.object({ choice_list: z.array(product) })) })

/** A coupon of a batch, as far as the phone shows it. */
const offered = z.strictObject({
  worth: z.string().optional().describe('what it takes off, in the language of the caller'),
  brand_id: productRow.shape.brand_id,
  product_coupon: productRow
    .pick({ scope: true, display_info: true })
    .extend({ products: z.array(product).describe('those that the user may choose from (单品)') }),
  stock: stockRow.pick({ coupon_display_info: true, usage_rule_display_info: true }),
  valid_begin_time: instant,
  valid_end_time: instant,
})

export type OfferedCoupon = z.input<typeof offered>

const held = shownCoupon
  .extend(offered.pick({ worth: true, product_coupon: true, stock: true }).shape)
  .extend({
    user_product_coupon_bundle_info: z
      .strictObject({ total_count: z.int(), used_count: z.int() })
      .optional()
      .describe('of one in a bundle (多次优惠)'),
  })
  .meta({ id: 'CouponInWallet', description: 'a product coupon as the phone of its user shows it' })

export type CouponInWallet = z.input<typeof held>

/** The parts of a batch and its product coupon that the phone shows. */
function describeBatch(stock: Stock, product: ProductCoupon, language: Language) {
  const { coupon_display_info, usage_rule_display_info } = stock
  const { scope, display_info, single_usage_info = ruleOf(stock) } = product
  return {
    worth: worthOf(single_usage_info)?.[language],
    product_coupon: {
      scope,
      display_info,
      products: packages.safeParse(display_info).data?.combo_package_list.flatMap((one) => one.choice_list) ?? [],
    },
    stock: { coupon_display_info, usage_rule_display_info },
  }
}

/** A coupon as the phone shows it; none for one whose batch was deleted. */
async function inWallet(tx: Transaction, one: UserCoupon, now: number, language: Language): Promise<CouponInWallet[]> {
  const { stock, product_coupon, user_product_coupon_bundle_info: bundle } = await couponDetails(tx, one, now)
  if (!stock || !product_coupon) return []
  return [
    {
      ...showCoupon(one, now),
      ...describeBatch(stock, product_coupon, language),
      ...(bundle && {
        user_product_coupon_bundle_info: { total_count: bundle.total_count, used_count: bundle.used_count },
      }),
    },
  ]
}

/** So many are shown, the newest. */
const MOST = 100

const openedWallet = z
  .strictObject({
    now: instant.describe("by the mock's clock"),
    coupons: z
      .array(held)
      .describe(`the newest first; of the last ${MOST} that the user got those that are not deleted`),
    is_complete: z.boolean().describe('false: there are older ones'),
  })
  .meta({ id: 'OpenedWallet', description: 'what the wallet shows' })

export type OpenedWallet = z.input<typeof openedWallet>

export const openWallet = defineCall({
  summary: 'Open the wallet (卡包) of a user, and look at the product coupons in it, of all brands',
  body: z.strictObject({
    openid: shortText.describe('whose phone; coupons of the same unionid under other openids are in it too'),
    mchid: mchid.optional().describe('only coupons of this partner'),
  }),
  answer: openedWallet,
  handle: ({ body: { openid, mchid } }, { mock, language }) =>
    mock.inTurn(async (tx, now) => {
      const partners = mchid === undefined ? mock.merchants.all.map((one) => one.mchid) : [mchid]
      const accounts = [
        ...(await findUsers(tx, openid, partners)),
        ...(await tx.in(userCoupons).where('openid', openid, mchid)),
      ]
      const unionids = new Set([unionidOf(openid), ...accounts.flatMap(({ unionid }) => unionid ?? [])])
      const found: UserCoupon[] = []
      for (const unionid of unionids) {
        found.push(...(await tx.in(userCoupons).page('ofUser', unionid, { owner: mchid, limit: MOST + 1 })))
      }
      const coupons: CouponInWallet[] = []
      for (const one of found.toSorted((a, b) => b.receive_time - a.receive_time).slice(0, MOST)) {
        if (stateOf(one, now) !== 'DELETED') coupons.push(...(await inWallet(tx, one, now, language)))
      }
      return { now: exactTime(now), coupons, is_complete: found.length <= MOST }
    }),
})

const openedToken = z
  .strictObject({
    now: instant.describe("by the mock's clock"),
    openid: shortText,
    offered: z.array(offered).describe('one, or all of a bundle in the order of their use; usable then if taken now'),
    taken: z.array(held).describe('what the user got with it, or with the same send_request_no; none if nothing yet'),
    valid_until: instant.describe('when the token expires'),
  })
  .meta({ id: 'OpenedProductCouponToken', description: 'what the component for taking coupons (领券组件) shows' })

export type OpenedToken = z.input<typeof openedToken>

export const preSentProductCoupon = defineCall({
  summary: 'Look at what a token stands for (预发放), as the component (领券组件) shows it on the phone',
  params: z.object({ token: z.string() }),
  answer: openedToken,
  refusals: {
    MOCK_PRODUCT_COUPON_TOKEN: { status: 409, when: 'there is no such token, or it has expired before it was used' },
  },
  handle: ({ params: { token } }, { mock, language }) =>
    mock.inTurn(async (tx, now) => {
      const { offer, batches, taken, until } = await openPreSend(token, {
        tx,
        now,
        fail(_, { en, zh }) {
          throw new UsageError('MOCK_PRODUCT_COUPON_TOKEN', behind(NO_DATA, { en: `${en}.`, zh: `${zh}。` }))
        },
      })
      const product = await tx.in(productCoupons).find(offer.mchid, offer.product_coupon_id)
      return {
        now: exactTime(now),
        openid: offer.openid,
        offered: batches.flatMap((stock) => {
          if (!product) return []
          const period = validPeriod(ruleOf(stock).coupon_available_period, now)
          return {
            ...describeBatch(stock, product, language),
            brand_id: stock.brand_id,
            valid_begin_time: exactTime(period.valid_begin_time),
            valid_end_time: exactTime(period.valid_end_time),
          }
        }),
        taken: (await Promise.all(taken.map((one) => inWallet(tx, one, now, language)))).flat(),
        valid_until: exactTime(until),
      }
    }),
})
