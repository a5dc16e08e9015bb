import { z } from 'zod'
import { hasOpened } from '../../../engine/keys/merchants.ts'
import { defineOperation } from '../../../engine/operation.ts'
import { sources } from '../../../protocol/sources.ts'
import type { Texts } from '../../../shared/texts.ts'
import { requestNo, text, wholeNumber } from '../../common/fields.ts'
import { refundStatus, refunds } from '../../payment/index.ts'
import { requestNoReused } from '../errors.ts'
import { explainUnopened } from '../explain.ts'
import { returnSubsidy, type Subsidy } from '../rules/subsidy.ts'
import { couponSources } from '../sources.ts'
import {
  asksAgain,
  concerns,
  explainReceipt,
  receiptMembers,
  returnReceiptAnswer,
  subsidyNotOpenedEither,
  subsidyReturnDetails,
} from './subsidy.ts'
import { subsidies, subsidyReturns } from './table.ts'

/** 营销补差回退: give a subsidy back, whole or in part, after its order was refunded. */
export const subsidyReturn = defineOperation({
  id: 'subsidyReturn',
  method: 'POST',
  path: '/v3/marketing/busifavor/subsidy/return-receipts',
  summary: 'Give a subsidy back, whole or in part',
  title: '营销补差回退',
  source: 'https://pay.weixin.qq.com/doc/v3/partner/4017170533',

  input: {
    body: z.strictObject({
      ...receiptMembers,
      refund_id: text({ title: '微信支付退款单号', min: 28, max: 32, example: '50100506732021010105138718375' }),
      amount: wholeNumber({ title: '补差回退金额', min: 1, example: 100 }),
      out_subsidy_return_no: requestNo('业务请求唯一单号'),
    }),
  },
  output: returnReceiptAnswer,

  errors: {
    not_opened: subsidyNotOpenedEither,
    request_no_reused: requestNoReused,
    subsidy_unknown: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '补差付款单不存在',
      when: {
        en: 'nothing was paid for this coupon and order between these merchants, or it is none of the caller’s business (the text is ours)',
        zh: '这两个商户之间没有针对该券和该订单的补差，或与调用方无关（文字为自拟）',
      },
      evidence: 'inferred',
    },
    refund_unknown: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '退款单不存在',
      when: {
        en: 'the order has no refund with this refund_id, or it was CLOSED (the text is ours)',
        zh: '该订单没有此 refund_id 的退款，或退款已关闭（CLOSED）（文字为自拟）',
      },
      evidence: 'inferred',
    },
    more_than_subsidy: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '累计回退金额大于补差金额',
      when: {
        en: 'all returns of the subsidy together would be more than was paid (the rule is documented, the text is ours)',
        zh: '该笔补差的回退总额会超过补差金额（规则见文档，文字为自拟）',
      },
      evidence: 'inferred',
    },
  },

  rules: [
    { rule: 'The order of the subsidy has to have a refund, which refund_id names.', evidence: 'documented' },
    { rule: 'A refund that is PROCESSING or ABNORMAL will do.', evidence: 'inferred' },
    { rule: 'The sum of all returns is at most the subsidy.', evidence: 'documented' },
    { rule: 'payer_merchant and payee_merchant are those of the subsidy: the payer receives.', evidence: 'documented' },
    {
      rule: 'The same out_subsidy_return_no with the same values is answered with the same receipt.',
      evidence: 'documented',
    },
    { rule: 'It is given back at once.', evidence: 'inferred' },
    {
      rule: 'Values of status begin with RETURN_RECEIPT_, in the SDKs as on the page.',
      evidence: 'documented',
      source: [couponSources.subsidyReturnPage, sources.javaSdk, sources.goSdk],
    },
    { rule: 'One refund may go with several returns, whatever its amount.', evidence: 'inferred' },
    { rule: 'Checks run in the order product, request number, subsidy, refund, amount.', evidence: 'inferred' },
  ],

  async handle({ body }, { tx, now, caller, ids, fail }) {
    if (!hasOpened(caller, 'subsidy')) return fail('not_opened', explainUnopened(caller.mchid, 'subsidy'))
    const { stock_id, coupon_code, transaction_id, refund_id, payer_merchant, payee_merchant, amount, description } =
      body
    const { out_subsidy_return_no: outNo } = body
    const existing = await tx.in(subsidyReturns).find(caller.mchid, outNo)
    if (existing) {
      const again = existing.refundId === refund_id && asksAgain(existing, body)
      return again ? subsidyReturnDetails(existing) : fail('request_no_reused', explainReceipt(existing))
    }

    const paid = await tx.in(subsidies).where('couponCode', coupon_code)
    const subsidy = paid.find(
      (one) =>
        one.failReason === undefined &&
        one.stockId === stock_id &&
        one.transactionId === transaction_id &&
        one.payerMchid === payer_merchant &&
        one.payeeMchid === payee_merchant &&
        concerns(caller.mchid, one),
    )
    if (subsidy === undefined) {
      return fail(
        'subsidy_unknown',
        explainUnknown(
          body,
          paid.filter((one) => concerns(caller.mchid, one)),
        ),
      )
    }
    const refund = (await tx.in(refunds).where('refund_id', refund_id)).find(
      (one) => one.transaction_id === transaction_id && refundStatus(one, now) !== 'CLOSED',
    )
    if (refund === undefined) {
      return fail('refund_unknown', {
        en: `there is no refund ${refund_id} of order ${transaction_id} that is not CLOSED`,
        zh: `订单 ${transaction_id} 没有退款单 ${refund_id}，或它已是 CLOSED`,
      })
    }
    const decision = returnSubsidy(subsidy, amount)
    if (!decision.ok) {
      const left = subsidy.amountFen - subsidy.returnedFen
      const receipt = explainReceipt(subsidy)
      return fail(decision.reason, {
        en: `${receipt.en}; ${left} of it are left, and ${amount} are asked back`,
        zh: `${receipt.zh}；剩余 ${left} 分可回退，而本次要回退 ${amount} 分`,
      })
    }

    const given = {
      mchid: caller.mchid,
      outSubsidyReturnNo: outNo,
      receiptId: `21${ids.digits(26)}`,
      subsidyReceiptId: subsidy.receiptId,
      stockId: stock_id,
      couponCode: coupon_code,
      transactionId: transaction_id,
      refundId: refund_id,
      payerMchid: payer_merchant,
      payeeMchid: payee_merchant,
      amountFen: amount,
      description,
      createdAt: now,
    }
    await tx.in(subsidies).save(decision.value)
    await tx.in(subsidyReturns).save(given)
    return subsidyReturnDetails(given)
  },
})

/** Says what was paid for the coupon, and so which payer and payee would fit. */
function explainUnknown(
  {
    stock_id,
    coupon_code,
    transaction_id,
    payer_merchant,
    payee_merchant,
  }: Readonly<Record<'stock_id' | 'coupon_code' | 'transaction_id' | 'payer_merchant' | 'payee_merchant', string>>,
  subsidies: readonly Subsidy[],
): Texts {
  const wanted = {
    en: `no subsidy was paid for coupon ${coupon_code} of batch ${stock_id} and order ${transaction_id} by payer_merchant ${payer_merchant} to payee_merchant ${payee_merchant}`,
    zh: `没有针对批次 ${stock_id} 的券 ${coupon_code} 和订单 ${transaction_id}、由 payer_merchant ${payer_merchant} 付给 payee_merchant ${payee_merchant} 的补差`,
  }
  const others = subsidies.filter(({ stockId }) => stockId === stock_id)
  if (others.length === 0) return wanted
  const receipts = others.slice(0, 5).map(explainReceipt)
  return {
    en: `${wanted.en}; there is: ${receipts.map(({ en }) => en).join(', and ')}`,
    zh: `${wanted.zh}；已有的补差：${receipts.map(({ zh }) => zh).join('；')}`,
  }
}
