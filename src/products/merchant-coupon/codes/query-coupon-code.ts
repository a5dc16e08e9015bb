import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { sources } from '../../../protocol/sources.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { couponCode, stockId } from '../../common/fields.ts'
import { appidUnbound, stockNotFound, stockNotPermitted } from '../errors.ts'
import { explainNoCode, explainNoStock, explainStockRight } from '../explain.ts'
import { findStock } from '../stocks/find-stock.ts'
import { couponAnswer, shownCoupon } from '../user-coupons.ts'
import { CODE_CALLS_SOURCE, codeAppid, codeInformation, codeInformationAnswer, couponOf } from './code-information.ts'
import { codes } from './table.ts'

/** 查询预存code详情: look at one uploaded code, and at the coupon that it became. */
export const queryCouponCode = defineOperation({
  id: 'queryCouponCode',
  method: 'GET',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes/{coupon_code}',
  summary: 'Query one uploaded code',
  title: '查询预存code详情',
  source: CODE_CALLS_SOURCE,

  input: {
    path: z.object({ stock_id: stockId, coupon_code: couponCode }),
    query: z.object({ appid: codeAppid }),
  },
  output: z.object({
    code_information: codeInformationAnswer,
    coupon_information: couponAnswer.optional(),
  }),

  errors: {
    not_found: {
      ...stockNotFound,
      when: { en: 'there is no such batch or code', zh: '没有该批次或该 code' },
      evidence: 'sibling',
    },
    not_permitted: stockNotPermitted,
    appid_unbound: { ...appidUnbound, evidence: 'sibling' },
  },

  rules: [
    {
      rule: 'coupon_information shows once the code is handed out, like the query of the coupon.',
      evidence: 'documented',
      source: [sources.goSdk, sources.javaSdk],
    },
    { rule: 'openid is the one that the coupon was sent to, also without appid.', evidence: 'inferred' },
  ],

  async handle({ path, query }, { tx, now, caller, merchantOf, fail }) {
    const stock = await findStock(tx, caller, path.stock_id)
    if (stock === undefined) return fail('not_found', explainNoStock(path.stock_id))
    if (stock === 'not_permitted') return fail(stock, await explainStockRight(tx, caller, path.stock_id))
    const merchants = [caller, merchantOf(stock.ownerMchid)]
    if (query.appid !== undefined && !mayUseAppid(query.appid, merchants)) {
      return fail('appid_unbound', explainAppid(query.appid, merchants))
    }
    const code = await tx.in(codes).find(stock.creatorMchid, stock.stockId, path.coupon_code)
    if (!code) return fail('not_found', explainNoCode(path.stock_id, path.coupon_code))
    const coupon = await couponOf(tx, code)
    return {
      code_information: await codeInformation(tx, code, stock),
      ...(coupon && { coupon_information: shownCoupon(coupon, stock, now) }),
    }
  },
})
