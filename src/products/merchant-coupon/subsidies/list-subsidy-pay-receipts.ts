import { z } from 'zod'
import { hasOpened } from '../../../engine/keys/merchants.ts'
import { defineOperation } from '../../../engine/operation.ts'
import { compareTexts } from '../../common/compare-texts.ts'
import { requestNo } from '../../common/fields.ts'
import { explainUnopened } from '../explain.ts'
import { concerns, payReceiptAnswer, receiptMembers, subsidyDetails, subsidyNotOpenedEither } from './subsidy.ts'
import { subsidies } from './table.ts'

/** 查询营销补差付款单列表: the subsidies of one coupon. */
export const listSubsidyPayReceipts = defineOperation({
  id: 'listSubsidyPayReceipts',
  method: 'GET',
  path: '/v3/marketing/busifavor/subsidy/pay-receipts',
  summary: 'List the subsidies of a coupon',
  title: '查询营销补差付款单列表',
  source: 'https://pay.weixin.qq.com/doc/v3/partner/4017171346',

  input: {
    query: z.strictObject({
      stock_id: receiptMembers.stock_id,
      coupon_code: receiptMembers.coupon_code,
      out_subsidy_no: requestNo('业务请求唯一单号').optional(),
    }),
  },
  output: z.object({ pay_receipt_list: z.array(payReceiptAnswer).optional() }),
  errors: { not_opened: subsidyNotOpenedEither },

  rules: [
    { rule: 'With out_subsidy_no only the subsidy with this number is shown.', evidence: 'documented' },
    {
      rule: 'pay_receipt_list is left out when there are none, and when there is no such coupon.',
      evidence: 'documented',
    },
    { rule: 'Subsidies that failed are shown; the one asked for first comes first.', evidence: 'inferred' },
    { rule: 'Of those asked for at the same time the order is that of out_subsidy_no.', evidence: 'inferred' },
    { rule: 'A merchant sees what it asked for, pays or is paid.', evidence: 'inferred' },
  ],

  async handle({ query }, { tx, caller, settings, fail }) {
    if (!hasOpened(caller, 'subsidy')) return fail('not_opened', explainUnopened(caller.mchid, 'subsidy'))
    const { stock_id, coupon_code, out_subsidy_no } = query
    const receipts = (await tx.in(subsidies).where('couponCode', coupon_code))
      .filter((subsidy) => subsidy.stockId === stock_id && concerns(caller.mchid, subsidy))
      .filter(({ outSubsidyNo }) => out_subsidy_no === undefined || outSubsidyNo === out_subsidy_no)
      .toSorted((a, b) => a.createdAt - b.createdAt || compareTexts(a.outSubsidyNo, b.outSubsidyNo))
    return receipts.length === 0
      ? {}
      : { pay_receipt_list: receipts.map((subsidy) => subsidyDetails(subsidy, settings)) }
  },
})
