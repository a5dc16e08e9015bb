import { z } from 'zod'
import { mchid, money, shortText, time } from '../../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../../engine/state/table.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { fromWire } from '../../common/spelling.ts'
import type { Subsidy, SubsidyReturn } from '../rules/subsidy.ts'
import { SUBSIDY_FAILURE } from '../wire.ts'

const receiptId = z.string().min(28).max(32)

const common = {
  mchid: mchid.meta({ description: 'who asked for it' }),
  stock_id: z.string().min(1).max(20),
  coupon_code: shortText,
  transaction_id: z.string().min(1).max(32),
  payer_merchant: z.string().min(1).max(32),
  payee_merchant: z.string().min(1).max(32),
  amount: money,
  description: z.string().min(1).max(1_024),
  create_time: time,
}

export const subsidyJson = z
  .strictObject({
    ...common,
    out_subsidy_no: shortText,
    subsidy_receipt_id: receiptId,
    stock_creator: mchid.meta({ description: 'creator of the batch' }),
    returned: money.meta({ description: 'fen given back so far' }),
    fail_reason: z
      .enum(Object.values(SUBSIDY_FAILURE))
      .optional()
      .meta({ description: 'why it was not paid; left out: it was' }),
  })
  .meta({ id: 'Subsidy', description: 'a subsidy that was asked for (营销补差付款单)' })

export const subsidyReturnJson = z
  .strictObject({
    ...common,
    out_subsidy_return_no: shortText,
    subsidy_return_receipt_id: receiptId,
    subsidy_receipt_id: receiptId,
    refund_id: z.string().min(1).max(32),
  })
  .meta({ id: 'SubsidyReturn', description: 'a subsidy given back (营销补差回退单)' })

export type SubsidyJson = z.input<typeof subsidyJson>
export type SubsidyReturnJson = z.input<typeof subsidyReturnJson>

export function completeSubsidy(json: SubsidyJson): Subsidy {
  return {
    mchid: json.mchid,
    outSubsidyNo: json.out_subsidy_no,
    receiptId: json.subsidy_receipt_id,
    creatorMchid: json.stock_creator,
    stockId: json.stock_id,
    couponCode: json.coupon_code,
    transactionId: json.transaction_id,
    payerMchid: json.payer_merchant,
    payeeMchid: json.payee_merchant,
    amountFen: json.amount,
    description: json.description,
    returnedFen: json.returned,
    ...(json.fail_reason !== undefined && { failReason: fromWire(SUBSIDY_FAILURE, json.fail_reason) }),
    createdAt: Date.parse(json.create_time),
  }
}

export function describeSubsidy(subsidy: Subsidy): SubsidyJson {
  return {
    ...describeCommon(subsidy),
    out_subsidy_no: subsidy.outSubsidyNo,
    subsidy_receipt_id: subsidy.receiptId,
    stock_creator: subsidy.creatorMchid,
    returned: subsidy.returnedFen,
    ...(subsidy.failReason !== undefined && { fail_reason: SUBSIDY_FAILURE[subsidy.failReason] }),
  }
}

export function completeSubsidyReturn(json: SubsidyReturnJson): SubsidyReturn {
  return {
    mchid: json.mchid,
    outSubsidyReturnNo: json.out_subsidy_return_no,
    receiptId: json.subsidy_return_receipt_id,
    subsidyReceiptId: json.subsidy_receipt_id,
    stockId: json.stock_id,
    couponCode: json.coupon_code,
    transactionId: json.transaction_id,
    refundId: json.refund_id,
    payerMchid: json.payer_merchant,
    payeeMchid: json.payee_merchant,
    amountFen: json.amount,
    description: json.description,
    createdAt: Date.parse(json.create_time),
  }
}

export function describeSubsidyReturn(given: SubsidyReturn): SubsidyReturnJson {
  return {
    ...describeCommon(given),
    out_subsidy_return_no: given.outSubsidyReturnNo,
    subsidy_return_receipt_id: given.receiptId,
    subsidy_receipt_id: given.subsidyReceiptId,
    refund_id: given.refundId,
  }
}

function describeCommon(receipt: Subsidy | SubsidyReturn) {
  return {
    mchid: receipt.mchid,
    stock_id: receipt.stockId,
    coupon_code: receipt.couponCode,
    transaction_id: receipt.transactionId,
    payer_merchant: receipt.payerMchid,
    payee_merchant: receipt.payeeMchid,
    amount: receipt.amountFen,
    description: receipt.description,
    create_time: exactTime(receipt.createdAt),
  }
}

/** Subsidies that were asked for (营销补差付款单). */
export const subsidies = defineTable({
  name: 'subsidies',
  title: { en: 'Subsidies', zh: '补差付款单' },
  owner: ({ mchid }: Subsidy) => mchid,
  key: ({ outSubsidyNo }) => [outSubsidyNo],
  keyMembers: ['out_subsidy_no'],
  indexes: { couponCode: ({ couponCode }) => couponCode, receiptId: ({ receiptId }) => receiptId },
  sorted: { newest: { among: () => ALL, by: ({ createdAt }) => descending(createdAt) } },
  json: subsidyJson,
  fromJson: completeSubsidy,
  toJson: describeSubsidy,
})

/** Subsidies that were given back (营销补差回退单). */
export const subsidyReturns = defineTable({
  name: 'subsidyReturns',
  title: { en: 'Subsidy returns', zh: '补差回退单' },
  owner: ({ mchid }: SubsidyReturn) => mchid,
  key: ({ outSubsidyReturnNo }) => [outSubsidyReturnNo],
  keyMembers: ['out_subsidy_return_no'],
  indexes: { receiptId: ({ receiptId }) => receiptId },
  sorted: { newest: { among: () => ALL, by: ({ createdAt }) => descending(createdAt) } },
  json: subsidyReturnJson,
  fromJson: completeSubsidyReturn,
  toJson: describeSubsidyReturn,
})
