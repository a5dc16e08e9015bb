import { z } from 'zod'
import type { Settings } from '../../../engine/settings.ts'
import type { ErrorDefinition } from '../../../protocol/errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import type { Texts } from '../../../shared/texts.ts'
import { text, wholeNumber, wireInstant } from '../../common/fields.ts'
import { type Subsidy, type SubsidyReturn, subsidyStatus } from '../rules/subsidy.ts'
import { merchantCouponSettings } from '../settings.ts'
import { couponSources } from '../sources.ts'
import { SUBSIDY_FAILURE, SUBSIDY_STATUS } from '../wire.ts'

/** What the calls of subsidies (营销补差) have in common: fields, answers and errors. */

/** The code of a subsidised coupon; longer than elsewhere (busifavor.openapi.yaml). */
export const subsidisedCode = text({ title: '券code', max: 128, example: 'ABCD12345678' })

/** A receipt number in a path. */
export const receiptId = (title: string, example: string) => text({ title, min: 28, max: 32, example })

/** The members that requests for a subsidy and for its return share. */
export const receiptMembers = {
  stock_id: text({ title: '商家券批次号', max: 20, example: '128888000000001' }),
  coupon_code: subsidisedCode,
  transaction_id: text({ title: '微信支付订单号', min: 28, max: 32, example: '4200000913202101152566792388' }),
  payer_merchant: text({ title: '营销补差扣款商户号', max: 32, example: '1900000001' }),
  payee_merchant: text({ title: '营销补差入账商户号', max: 32, example: '1900000002' }),
  description: text({ title: '补差付款描述', max: 1_024, unit: 'characters', example: '20210115DESCRIPTION' }),
}

/** In fen; the maximum is documented. */
export const subsidyAmount = wholeNumber({ title: '补差付款金额', min: 1, max: 500_000, example: 100 })

const answerMembers = {
  stock_id: z.string(),
  coupon_code: z.string(),
  transaction_id: z.string(),
  payer_merchant: z.string(),
  payee_merchant: z.string(),
  amount: z.int().min(1),
  description: z.string(),
}

/** The words of a pay receipt as the reference pages have them. */
const STATUS = ['ACCEPTED', 'SUCCESS', 'FAIL', 'RETURNING', 'PARTIAL_RETURN', 'FULL_RETURN'] as const
const FAIL_REASON = [
  'INSUFFICIENT_BALANCE',
  'NOT_INCOMESPLIT_ORDER',
  'EXCEED_SUBSIDY_AMOUNT_QUOTA',
  'EXCEED_SUBSIDY_COUNT_QUOTA',
  'OTHER',
] as const

/** Such a word as the models of the SDKs have it (corrections 26). */
const sdkWord = <Word extends string>(word: Word) => `PAY_RECEIPT_${word}` as const

export const payReceiptAnswer = z.object({
  ...answerMembers,
  subsidy_receipt_id: z.string().min(28).max(32).optional(),
  status: z.enum([...STATUS, ...STATUS.map(sdkWord), sdkWord('UNKNOWN')]),
  fail_reason: z.enum([...FAIL_REASON, ...FAIL_REASON.map(sdkWord)]).optional(),
  success_time: wireInstant.optional(),
  out_subsidy_no: z.string(),
  create_time: wireInstant,
})

export const returnReceiptAnswer = z.object({
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
  return_done_time: wireInstant,
  subsidy_receipt_id: z.string(),
  out_subsidy_return_no: z.string(),
  return_create_time: wireInstant,
})

/** A subsidy as it stands now. Its number and the time of payment are there only when it was paid. */
export function subsidyDetails(subsidy: Subsidy, settings: Settings) {
  const { failReason, createdAt } = subsidy
  const bySdk = merchantCouponSettings.couponModels.of(settings) === 'sdk'
  const worded = <Word extends string>(word: Word) => (bySdk ? sdkWord(word) : word)
  return {
    ...receiptDetails(subsidy),
    status: worded(SUBSIDY_STATUS[subsidyStatus(subsidy)]),
    ...(failReason === undefined
      ? { subsidy_receipt_id: subsidy.receiptId, success_time: formatInstant(createdAt) }
      : { fail_reason: worded(SUBSIDY_FAILURE[failReason]) }),
    out_subsidy_no: subsidy.outSubsidyNo,
    create_time: formatInstant(createdAt),
  }
}

export function subsidyReturnDetails(given: SubsidyReturn) {
  const at = formatInstant(given.createdAt)
  return {
    ...receiptDetails(given),
    refund_id: given.refundId,
    status: 'RETURN_RECEIPT_SUCCESS' as const,
    subsidy_return_receipt_id: given.receiptId,
    return_done_time: at,
    subsidy_receipt_id: given.subsidyReceiptId,
    out_subsidy_return_no: given.outSubsidyReturnNo,
    return_create_time: at,
  }
}

function receiptDetails(receipt: Subsidy | SubsidyReturn) {
  return {
    stock_id: receipt.stockId,
    coupon_code: receipt.couponCode,
    transaction_id: receipt.transactionId,
    payer_merchant: receipt.payerMchid,
    payee_merchant: receipt.payeeMchid,
    amount: receipt.amountFen,
    description: receipt.description,
  }
}

/** Whether a request repeats the values that made a receipt. */
export function asksAgain(receipt: Subsidy | SubsidyReturn, body: ReturnType<typeof receiptDetails>): boolean {
  return Object.entries(receiptDetails(receipt)).every(([name, value]) => body[name as keyof typeof body] === value)
}

/** A receipt in words, for the journal. */
export function explainReceipt(receipt: Subsidy | SubsidyReturn): Texts {
  const { receiptId, stockId, couponCode, transactionId, payerMchid, payeeMchid, amountFen } = receipt
  const failed = 'failReason' in receipt && receipt.failReason !== undefined
  return {
    en: `receipt ${receiptId} is over ${amountFen} fen from payer ${payerMchid} to payee ${payeeMchid} for coupon ${couponCode} of batch ${stockId} and order ${transactionId}${failed ? ', not paid' : ''}`,
    zh: `单据 ${receiptId}：由 ${payerMchid} 付给 ${payeeMchid}，金额 ${amountFen} 分，批次 ${stockId} 的券 ${couponCode}，订单 ${transactionId}${failed ? '，未付款' : ''}`,
  }
}

/** Whether a receipt is a merchant's business: it asked for it, pays or is paid (inferred). */
export function concerns(mchid: string, { mchid: asker, payerMchid, payeeMchid }: Subsidy | SubsidyReturn): boolean {
  return [asker, payerMchid, payeeMchid].includes(mchid)
}

/** 403 of the pay call, as observed. */
export const subsidyNotOpened = {
  status: 403,
  code: 'NO_AUTH',
  message: '无权限使用此API',
  when: {
    en: 'the caller has not opened subsidies (code and text observed, status inferred)',
    zh: '调用方没有开通补差（错误码和文字为实测，状态码为推断）',
  },
  evidence: 'observed',
  source: couponSources.subsidyWithoutRight,
} as const satisfies ErrorDefinition

/** The same for the calls where it was not observed. */
export const subsidyNotOpenedEither = {
  ...subsidyNotOpened,
  when: { en: 'the caller has not opened subsidies', zh: '调用方没有开通补差' },
  evidence: 'sibling',
} as const satisfies ErrorDefinition

export const receiptUnknown = {
  status: 404,
  code: 'RESOURCE_NOT_EXISTS',
  message: '查询的资源不存在',
  when: {
    en: 'no such receipt, or the caller neither asked for it nor pays nor is paid',
    zh: '没有该单据，或调用方既不是发起方，也不是付款方或收款方',
  },
  evidence: 'sibling',
  source: couponSources.sharedErrors,
} as const satisfies ErrorDefinition
