import { z } from 'zod'
import { requestNo, shownInstant, text, wholeNumber } from '../../catalogue/fields.ts'
import { defineOperation, documented, inferred, REPEAT, upon } from '../../engine/operation.ts'
import { sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { invalidRequest, resourceUnknown } from '../common/refusal.ts'
import { refundStatus, refunds } from '../payment/index.ts'
import { requestNoReused, requireProduct } from './errors.ts'
import { couponSources } from './sources.ts'
import { type Subsidy, type SubsidyReturn, subsidies, subsidyReturns } from './subsidies.ts'
import {
  answerMembers,
  asksAgain,
  concerns,
  explainReceipt,
  receiptId,
  receiptMembers,
  receiptOf,
  receiptUnknown,
  subsidyNotOpenedEither,
} from './subsidy-calls.ts'
import { returnSubsidy } from './subsidy-rules.ts'

const returnReceiptAnswer = z.object({
  ...answerMembers,
  subsidy_return_receipt_id: z.string().min(28).max(32),
  refund_id: z.string(),
  status: z.enum([
    'RETURN_RECEIPT_UNKNOWN',
    'RETURN_RECEIPT_ACCEPTED',
    'RETURN_RECEIPT_SUCCESS',
    'RETURN_RECEIPT_FAIL',
  ]),
  fail_reason: z.enum(['RETURN_RECEIPT_INSUFFICIENT_BALANCE', 'RETURN_RECEIPT_OTHER']).optional(),
  return_done_time: shownInstant,
  subsidy_receipt_id: z.string(),
  out_subsidy_return_no: z.string(),
  return_create_time: shownInstant,
})

const returnBody = z.strictObject({
  ...receiptMembers,
  refund_id: text({ title: '微信支付退款单号', min: 28, max: 32, example: '50100506732021010105138718375' }),
  amount: wholeNumber({ title: '补差回退金额', min: 1, example: 100 }),
  out_subsidy_return_no: requestNo('业务请求唯一单号'),
})

/** 营销补差回退: give a subsidy back, whole or in part, after its order was refunded. */
export const subsidyReturn = defineOperation({
  id: 'subsidyReturn',
  method: 'POST',
  path: '/v3/marketing/busifavor/subsidy/return-receipts',
  summary: 'Give a subsidy back, whole or in part',
  title: '营销补差回退',
  source: 'https://pay.weixin.qq.com/doc/v3/partner/4017170533',
  input: { body: returnBody },
  output: returnReceiptAnswer,
  errors: {
    not_opened: subsidyNotOpenedEither,
    request_no_reused: requestNoReused,
    subsidy_unknown: resourceUnknown('inferred', '补差付款单不存在', {
      en: 'nothing was paid for this coupon and order between these merchants, or it is none of the caller’s business (the text is ours)',
      zh: '这两个商户之间没有针对该券和该订单的补差，或与调用方无关（文字为自拟）',
    }),
    refund_unknown: resourceUnknown('inferred', '退款单不存在', {
      en: 'the order has no refund with this refund_id, or it was CLOSED (the text is ours)',
      zh: '该订单没有此 refund_id 的退款，或退款已关闭（CLOSED）（文字为自拟）',
    }),
    more_than_subsidy: invalidRequest('inferred', '累计回退金额大于补差金额', {
      en: 'all returns of the subsidy together would be more than was paid (the rule is documented, the text is ours)',
      zh: '该笔补差的回退总额会超过补差金额（规则见文档，文字为自拟）',
    }),
  },
  rules: [
    documented('The order of the subsidy has to have a refund, which refund_id names.'),
    inferred('A refund that is PROCESSING or ABNORMAL will do.'),
    documented('The sum of all returns is at most the subsidy.'),
    documented('payer_merchant and payee_merchant are those of the subsidy: the payer receives.'),
    upon(REPEAT, documented('The same out_subsidy_return_no with the same values is answered with the same receipt.')),
    inferred('It is given back at once.'),
    documented(
      'Values of status begin with RETURN_RECEIPT_, in the SDKs as on the page.',
      couponSources.subsidyReturnPage,
      sources.javaSdk,
      sources.goSdk,
    ),
    inferred('One refund may go with several returns, whatever its amount.'),
    inferred('Checks run in the order product, request number, subsidy, refund, amount.'),
  ],
  async handle({ body }, context) {
    const { tx, now, caller, ids, fail } = context
    requireProduct(context, 'subsidy')
    const { stock_id, coupon_code, transaction_id, refund_id, payer_merchant, payee_merchant, amount } = body
    const existing = await tx.in(subsidyReturns).find(caller.mchid, body.out_subsidy_return_no)
    if (existing) {
      return asksAgain(existing, body) ? returnDetails(existing) : fail('request_no_reused', explainReceipt(existing))
    }

    const concerning = (await tx.in(subsidies).where('coupon_code', coupon_code)).filter((one) =>
      concerns(caller.mchid, one),
    )
    const wanted = { stock_id, transaction_id, payer_merchant, payee_merchant, fail_reason: undefined }
    const subsidy = concerning.find((one) => asksAgain(one, wanted))
    if (subsidy === undefined) return fail('subsidy_unknown', explainUnknown(body, concerning))
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
      const left = subsidy.amount - subsidy.returned
      const receipt = explainReceipt(subsidy)
      return fail(decision.reason, {
        en: `${receipt.en}; ${left} of it are left, and ${amount} are asked back`,
        zh: `${receipt.zh}；剩余 ${left} 分可回退，而本次要回退 ${amount} 分`,
      })
    }

    const given = {
      ...body,
      mchid: caller.mchid,
      subsidy_return_receipt_id: `21${ids.digits(26)}`,
      subsidy_receipt_id: subsidy.subsidy_receipt_id,
      create_time: now,
    }
    await tx.in(subsidies).save(decision.value)
    await tx.in(subsidyReturns).save(given)
    return returnDetails(given)
  },
})

function returnDetails(given: SubsidyReturn) {
  const { create_time } = given
  return {
    ...given,
    status: 'RETURN_RECEIPT_SUCCESS' as const,
    return_done_time: create_time,
    return_create_time: create_time,
  }
}

/** Says what was paid for the coupon, and so which payer and payee would fit. */
function explainUnknown(asked: z.output<typeof returnBody>, subsidies: readonly Subsidy[]): Texts {
  const { stock_id, coupon_code, transaction_id, payer_merchant, payee_merchant } = asked
  const wanted = {
    en: `no subsidy was paid for coupon ${coupon_code} of batch ${stock_id} and order ${transaction_id} by payer_merchant ${payer_merchant} to payee_merchant ${payee_merchant}`,
    zh: `没有针对批次 ${stock_id} 的券 ${coupon_code} 和订单 ${transaction_id}、由 payer_merchant ${payer_merchant} 付给 payee_merchant ${payee_merchant} 的补差`,
  }
  const others = subsidies.filter((one) => one.stock_id === stock_id)
  if (others.length === 0) return wanted
  const receipts = others.slice(0, 5).map(explainReceipt)
  return {
    en: `${wanted.en}; there is: ${receipts.map(({ en }) => en).join(', and ')}`,
    zh: `${wanted.zh}；已有的补差：${receipts.map(({ zh }) => zh).join('；')}`,
  }
}

/** 查询营销补差回退单详情: look a returned subsidy up. */
export const querySubsidyReturnReceipt = defineOperation({
  id: 'querySubsidyReturnReceipt',
  method: 'GET',
  path: '/v3/marketing/busifavor/subsidy/return-receipts/{subsidy_return_receipt_id}',
  summary: 'Look up the return of a subsidy',
  title: '查询商家券营销补差回退单详情',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4017147344',
  input: {
    path: z.object({ subsidy_return_receipt_id: receiptId('补差回退唯一单号', '2120200119165100000000000001') }),
  },
  output: returnReceiptAnswer,
  errors: { not_found: receiptUnknown },
  rules: [inferred('A return is done at once, so its status is RETURN_RECEIPT_SUCCESS.')],
  async handle({ path: { subsidy_return_receipt_id: id } }, context) {
    const given = await context.tx.in(subsidyReturns).where('subsidy_return_receipt_id', id)
    return returnDetails(receiptOf(context, given, id, { en: 'return', zh: '补差回退单' }))
  },
})
