import { z } from 'zod'
import { hasOpened } from '../../../engine/keys/merchants.ts'
import { defineOperation } from '../../../engine/operation.ts'
import { INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { sources } from '../../../protocol/sources.ts'
import type { Texts } from '../../../shared/texts.ts'
import { requestNo } from '../../common/fields.ts'
import { isPaid, orders } from '../../payment/index.ts'
import type { Coupon } from '../coupons.ts'
import { couponNotFound, couponNotUsed, notPermitted, requestNoReused } from '../errors.ts'
import { explainUnopened } from '../explain.ts'
import { explainCoupon, namedCoupon } from '../find-coupon.ts'
import type { Stock } from '../rules/stock.ts'
import { paySubsidy, type SubsidyRefusal } from '../rules/subsidy.ts'
import { STOCK_TYPE } from '../wire.ts'
import {
  asksAgain,
  explainReceipt,
  payReceiptAnswer,
  receiptMembers,
  subsidyAmount,
  subsidyDetails,
  subsidyNotOpened,
} from './subsidy.ts'
import { subsidies } from './table.ts'

/** 营销补差付款: let one merchant pay another for a coupon that was redeemed. */
export const subsidyPay = defineOperation({
  id: 'subsidyPay',
  method: 'POST',
  path: '/v3/marketing/busifavor/subsidy/pay-receipts',
  summary: 'Pay a subsidy for a redeemed coupon',
  title: '营销补差付款',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4017147321',

  input: {
    body: z.strictObject({ ...receiptMembers, amount: subsidyAmount, out_subsidy_no: requestNo('业务请求唯一单号') }),
  },
  output: payReceiptAnswer,

  errors: {
    not_opened: subsidyNotOpened,
    request_no_reused: requestNoReused,
    not_found: { ...couponNotFound, evidence: 'sibling' },
    not_permitted: notPermitted,
    not_used: couponNotUsed,
    batch_not_subsidised: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '批次不支持营销补差',
      when: {
        en: 'the batch was made without subsidy, or is one of exchange coupons (the text is ours)',
        zh: '批次创建时未开启补差（subsidy），或是换购券批次（文字为自拟）',
      },
      evidence: 'inferred',
    },
    order_unknown: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '订单不存在',
      when: {
        en: 'no order was paid under this transaction_id (the text is ours)',
        zh: '没有以此 transaction_id 支付的订单（文字为自拟）',
      },
      evidence: 'inferred',
      internalCode: INTERNAL_CODES.orderUnknown,
    },
    payer_unfit: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '扣款商户号须为批次创建方或归属商户',
      when: {
        en: 'payer_merchant neither created nor owns the batch (the text is ours)',
        zh: 'payer_merchant 不是批次的创建方或归属方（文字为自拟）',
      },
      evidence: 'inferred',
    },
    payee_unfit: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '入账商户号须为批次归属商户',
      when: {
        en: 'payee_merchant does not own the batch (the text is ours)',
        zh: 'payee_merchant 不是批次的归属方（文字为自拟）',
      },
      evidence: 'inferred',
    },
  },

  rules: [
    { rule: 'The coupon has to be redeemed, and the order to be paid.', evidence: 'documented' },
    { rule: 'The batch has to allow subsidies; exchange coupons are never subsidised.', evidence: 'documented' },
    { rule: 'The payer created or owns the batch; the payee owns it.', evidence: 'documented' },
    {
      rule: 'A payee of the same chain brand as the owner is not known to the mock, and refused.',
      evidence: 'inferred',
    },
    {
      rule: 'The same out_subsidy_no with the same values is answered with the receipt as it stands.',
      evidence: 'documented',
    },
    {
      rule: 'More than the coupon takes off is a receipt with status FAIL and fail_reason EXCEED_SUBSIDY_AMOUNT_QUOTA, not an error.',
      evidence: 'inferred',
    },
    {
      rule: 'A second subsidy for a coupon is a receipt with status FAIL and fail_reason EXCEED_SUBSIDY_COUNT_QUOTA.',
      evidence: 'inferred',
    },
    { rule: 'A discount coupon takes its percentage off the total of the order, rounded down.', evidence: 'inferred' },
    { rule: 'A subsidy is paid at once: ACCEPTED is never seen.', evidence: 'inferred' },
    {
      rule: 'status and fail_reason have the values of the SDKs, which are those of the pages with the prefix PAY_RECEIPT_; with the setting coupon_models at page the prefix is left out.',
      evidence: 'documented',
      source: [sources.javaSdk, sources.goSdk],
    },
    { rule: 'Whose order it is, and whether the coupon is linked to it, does not matter.', evidence: 'inferred' },
    {
      rule: 'Checks run in the order product, request number, coupon, right, state, order, batch, payer, payee, quotas.',
      evidence: 'inferred',
    },
  ],

  async handle({ body }, context) {
    const { tx, now, caller, settings, ids, fail } = context
    if (!hasOpened(caller, 'subsidy')) return fail('not_opened', explainUnopened(caller.mchid, 'subsidy'))
    const { stock_id, coupon_code, transaction_id, out_subsidy_no: outSubsidyNo } = body
    const existing = await tx.in(subsidies).find(caller.mchid, outSubsidyNo)
    if (existing)
      return asksAgain(existing, body)
        ? subsidyDetails(existing, settings)
        : fail('request_no_reused', explainReceipt(existing))

    const { coupon, stock } = await namedCoupon(context, coupon_code, { stock_id })
    const order = (await tx.in(orders).where('transactionId', transaction_id)).find(isPaid)
    const others = (await tx.in(subsidies).where('couponCode', coupon.coupon_code)).filter(
      ({ stockId, creatorMchid }) => stockId === coupon.stock_id && creatorMchid === coupon.mchid,
    )
    const wanted = {
      mchid: caller.mchid,
      outSubsidyNo,
      receiptId: `11${ids.digits(26)}`,
      creatorMchid: coupon.mchid,
      stockId: coupon.stock_id,
      couponCode: coupon.coupon_code,
      transactionId: transaction_id,
      payerMchid: body.payer_merchant,
      payeeMchid: body.payee_merchant,
      amountFen: body.amount,
      description: body.description,
      createdAt: now,
    }
    const decision = paySubsidy(wanted, { coupon, stock, order, others })
    if (!decision.ok) return fail(decision.reason, explainSubsidy(decision.reason, coupon, stock, body, now))
    await tx.in(subsidies).save(decision.value)
    return subsidyDetails(decision.value, settings)
  },
})

type Wanted = Readonly<Record<'transaction_id' | 'payer_merchant' | 'payee_merchant', string>>

function explainSubsidy(
  reason: SubsidyRefusal,
  coupon: Coupon,
  { stockId, creatorMchid, ownerMchid, benefit, subsidy }: Stock,
  { transaction_id, payer_merchant, payee_merchant }: Wanted,
  now: number,
): Texts {
  switch (reason) {
    case 'not_used':
      return explainCoupon(coupon, now)
    case 'order_unknown':
      return { en: `no order was paid as ${transaction_id}`, zh: `没有以 ${transaction_id} 支付的订单` }
    case 'batch_not_subsidised':
      return subsidy
        ? {
            en: `batch ${stockId} has coupons of the type ${STOCK_TYPE[benefit.type]}, which are never subsidised`,
            zh: `批次 ${stockId} 的券类型是 ${STOCK_TYPE[benefit.type]}，不能补差`,
          }
        : { en: `batch ${stockId} was made without subsidy`, zh: `批次 ${stockId} 创建时没有开启补差（subsidy）` }
    case 'payer_unfit': {
      const fit = [...new Set([creatorMchid, ownerMchid])]
      return {
        en: `payer_merchant is ${payer_merchant}, and has to be ${fit.join(' or ')}, creator or owner of batch ${stockId}`,
        zh: `payer_merchant 是 ${payer_merchant}，应为批次 ${stockId} 的创建方或归属方 ${fit.join(' 或 ')}`,
      }
    }
    case 'payee_unfit':
      return {
        en: `payee_merchant is ${payee_merchant}, and has to be ${ownerMchid}, owner of batch ${stockId}`,
        zh: `payee_merchant 是 ${payee_merchant}，应为批次 ${stockId} 的归属方 ${ownerMchid}`,
      }
  }
}
