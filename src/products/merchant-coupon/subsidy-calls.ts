import { z } from 'zod'
import { requestNo, shownInstant, text, wholeNumber } from '../../catalogue/fields.ts'
import { defineOperation, documented, inferred, type OperationContext, REPEAT, upon } from '../../engine/operation.ts'
import type { Settings } from '../../engine/settings.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { compareTexts, type Texts } from '../../wire/shared/texts.ts'
import { because, invalidRequest, refusal, resourceUnknown } from '../common/refusal.ts'
import { isPaid, orders } from '../payment/index.ts'
import type { Coupon } from './coupons.ts'
import { couponNotFound, couponNotUsed, notPermitted, requestNoReused, requireProduct } from './errors.ts'
import { explainCoupon, namedCoupon } from './find-coupon.ts'
import { merchantCouponSettings } from './settings.ts'
import { couponSources } from './sources.ts'
import type { Stock } from './stocks.ts'
import { type Subsidy, type SubsidyReturn, subsidies } from './subsidies.ts'
import { paySubsidy, type SubsidyRefusal, subsidyStatus } from './subsidy-rules.ts'

/** A receipt number in a path. */
export const receiptId = (title: string, example: string) => text({ title, min: 28, max: 32, example })

/** The members that requests for a subsidy and for its return share. */
export const receiptMembers = {
  stock_id: text({ title: '商家券批次号', max: 20, example: '128888000000001' }),
  // Longer than elsewhere (busifavor.openapi.yaml).
  coupon_code: text({ title: '券code', max: 128, example: 'ABCD12345678' }),
  transaction_id: text({ title: '微信支付订单号', min: 28, max: 32, example: '4200000913202101152566792388' }),
  payer_merchant: text({ title: '营销补差扣款商户号', max: 32, example: '1900000001' }),
  payee_merchant: text({ title: '营销补差入账商户号', max: 32, example: '1900000002' }),
  description: text({ title: '补差付款描述', max: 1_024, unit: 'characters', example: '20210115DESCRIPTION' }),
}

export const answerMembers = {
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

const payReceiptAnswer = z.object({
  ...answerMembers,
  subsidy_receipt_id: z.string().min(28).max(32).optional(),
  status: z.enum([...STATUS, ...STATUS.map(sdkWord), sdkWord('UNKNOWN')]),
  fail_reason: z.enum([...FAIL_REASON, ...FAIL_REASON.map(sdkWord)]).optional(),
  success_time: shownInstant.optional(),
  out_subsidy_no: z.string(),
  create_time: shownInstant,
})

/** Current details of a subsidy. They include its number and the time of payment only if it was paid. */
function subsidyDetails(subsidy: Subsidy, settings: Settings) {
  const { fail_reason, subsidy_receipt_id, create_time } = subsidy
  const bySdk = merchantCouponSettings.couponModels.of(settings) === 'sdk'
  const worded = <Word extends string>(word: Word) => (bySdk ? sdkWord(word) : word)
  const isPaid = fail_reason === undefined
  return {
    ...subsidy,
    status: worded(subsidyStatus(subsidy)),
    subsidy_receipt_id: isPaid ? subsidy_receipt_id : undefined,
    success_time: isPaid ? create_time : undefined,
    fail_reason: fail_reason && worded(fail_reason),
  }
}

/** Whether a request repeats the values that made a receipt. */
export function asksAgain(receipt: object, body: object): boolean {
  const made = new Map(Object.entries(receipt))
  return Object.entries(body).every(([name, value]) => made.get(name) === value)
}

/** A receipt in words, for the journal. */
export function explainReceipt(receipt: Subsidy | SubsidyReturn): Texts {
  const { stock_id, coupon_code, transaction_id, payer_merchant, payee_merchant, amount } = receipt
  const id = 'refund_id' in receipt ? receipt.subsidy_return_receipt_id : receipt.subsidy_receipt_id
  const failed = 'fail_reason' in receipt && receipt.fail_reason !== undefined
  return {
    en: `receipt ${id} is over ${amount} fen from payer ${payer_merchant} to payee ${payee_merchant} for coupon ${coupon_code} of batch ${stock_id} and order ${transaction_id}${failed ? ', not paid' : ''}`,
    zh: `单据 ${id}：由 ${payer_merchant} 付给 ${payee_merchant}，金额 ${amount} 分，批次 ${stock_id} 的券 ${coupon_code}，订单 ${transaction_id}${failed ? '，未付款' : ''}`,
  }
}

/** Whether a receipt is a merchant's business: it asked for it, pays or is paid (inferred). */
export function concerns(
  mchid: string,
  { mchid: asker, payer_merchant, payee_merchant }: Subsidy | SubsidyReturn,
): boolean {
  return [asker, payer_merchant, payee_merchant].includes(mchid)
}

/** The receipt among those with an id that concerns the caller. */
export function receiptOf<Receipt extends Subsidy | SubsidyReturn>(
  { caller: { mchid }, fail }: Pick<OperationContext<'not_found'>, 'caller' | 'fail'>,
  receipts: readonly Receipt[],
  id: string,
  name: Texts,
): Receipt {
  return (
    receipts.find((receipt) => concerns(mchid, receipt)) ??
    fail('not_found', { en: `no ${name.en} ${id} concerns ${mchid}`, zh: `没有与 ${mchid} 相关的${name.zh} ${id}` })
  )
}

/** 403 of the pay call, as observed. */
const subsidyNotOpened = refusal(403, 'NO_AUTH')('observed', '无权限使用此API', {
  en: 'the caller has not opened subsidies (code and text observed, status inferred)',
  zh: '调用方没有开通补差（错误码和文字为实测，状态码为推断）',
  source: couponSources.subsidyWithoutRight,
})

/** The same for the calls where it was not observed. */
export const subsidyNotOpenedEither = because(subsidyNotOpened, {
  en: 'the caller has not opened subsidies',
  zh: '调用方没有开通补差',
  evidence: 'sibling',
})

export const receiptUnknown = resourceUnknown('sibling', '查询的资源不存在', {
  en: 'no such receipt, or the caller neither asked for it nor pays nor is paid',
  zh: '没有该单据，或调用方既不是发起方，也不是付款方或收款方',
  source: couponSources.sharedErrors,
})

/** 营销补差付款: let one merchant pay another for a coupon that was redeemed. */
export const subsidyPay = defineOperation({
  id: 'subsidyPay',
  method: 'POST',
  path: '/v3/marketing/busifavor/subsidy/pay-receipts',
  summary: 'Pay a subsidy for a redeemed coupon',
  title: '营销补差付款',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4017147321',
  input: {
    body: z.strictObject({
      ...receiptMembers,
      amount: wholeNumber({ title: '补差付款金额', min: 1, max: 500_000, example: 100 }),
      out_subsidy_no: requestNo('业务请求唯一单号'),
    }),
  },
  output: payReceiptAnswer,
  errors: {
    not_opened: subsidyNotOpened,
    request_no_reused: requestNoReused,
    not_found: { ...couponNotFound, evidence: 'sibling' },
    not_permitted: notPermitted,
    not_used: couponNotUsed,
    batch_not_subsidised: invalidRequest('inferred', '批次不支持营销补差', {
      en: 'the batch was made without subsidy, or is one of exchange coupons (the text is ours)',
      zh: '批次创建时未开启补差（subsidy），或是换购券批次（文字为自拟）',
    }),
    order_unknown: resourceUnknown('inferred', '订单不存在', {
      en: 'no order was paid under this transaction_id (the text is ours)',
      zh: '没有以此 transaction_id 支付的订单（文字为自拟）',
      internalCode: INTERNAL_CODES.orderUnknown,
    }),
    payer_unfit: invalidRequest('inferred', '扣款商户号须为批次创建方或归属商户', {
      en: 'payer_merchant neither created nor owns the batch (the text is ours)',
      zh: 'payer_merchant 不是批次的创建方或归属方（文字为自拟）',
    }),
    payee_unfit: invalidRequest('inferred', '入账商户号须为批次归属商户', {
      en: 'payee_merchant does not own the batch (the text is ours)',
      zh: 'payee_merchant 不是批次的归属方（文字为自拟）',
    }),
  },
  rules: [
    documented('The coupon has to be redeemed, and the order to be paid.'),
    documented('The batch has to allow subsidies; exchange coupons are never subsidised.'),
    documented('The payer created or owns the batch; the payee owns it.'),
    inferred('A payee of the same chain brand as the owner is not known to the mock, and refused.'),
    upon(REPEAT, documented('The same out_subsidy_no with the same values is answered with the receipt as it stands.')),
    inferred(
      'More than the coupon takes off is a receipt with status FAIL and fail_reason EXCEED_SUBSIDY_AMOUNT_QUOTA, not an error.',
    ),
    inferred('A second subsidy for a coupon is a receipt with status FAIL and fail_reason EXCEED_SUBSIDY_COUNT_QUOTA.'),
    inferred('A discount coupon takes its percentage off the total of the order, rounded down.'),
    inferred('A subsidy is paid at once: ACCEPTED is never seen.'),
    documented(
      'status and fail_reason have the values of the SDKs, which are those of the pages with the prefix PAY_RECEIPT_; with the setting coupon_models at page the prefix is left out.',
      sources.javaSdk,
      sources.goSdk,
    ),
    inferred('Whose order it is, and whether the coupon is linked to it, does not matter.'),
    inferred(
      'Checks run in the order product, request number, coupon, right, state, order, batch, payer, payee, quotas.',
    ),
  ],
  async handle({ body }, context) {
    const { tx, now, caller, settings, ids, fail } = context
    requireProduct(context, 'subsidy')
    const { stock_id, coupon_code, transaction_id } = body
    const existing = await tx.in(subsidies).find(caller.mchid, body.out_subsidy_no)
    if (existing)
      return asksAgain(existing, body)
        ? subsidyDetails(existing, settings)
        : fail('request_no_reused', explainReceipt(existing))

    const { coupon, stock } = await namedCoupon(context, coupon_code, { stock_id })
    const order = (await tx.in(orders).where('transaction_id', transaction_id)).find(isPaid)
    const others = (await tx.in(subsidies).where('coupon_code', coupon_code)).filter(
      (one) => one.stock_id === stock_id && one.stock_creator === stock.mchid,
    )
    const wanted = {
      ...body,
      mchid: caller.mchid,
      subsidy_receipt_id: `11${ids.digits(26)}`,
      stock_creator: stock.mchid,
      create_time: now,
    }
    const decision = paySubsidy(wanted, { coupon, stock, order, others })
    if (!decision.ok) return fail(decision.reason, explainSubsidy(decision.reason, coupon, stock, wanted, now))
    await tx.in(subsidies).save(decision.value)
    return subsidyDetails(decision.value, settings)
  },
})

function explainSubsidy(
  reason: SubsidyRefusal,
  coupon: Coupon,
  { stock_id, mchid, belong_merchant, stock_type, subsidy }: Stock,
  { transaction_id, payer_merchant, payee_merchant }: Omit<Subsidy, 'returned' | 'fail_reason'>,
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
            en: `batch ${stock_id} has coupons of the type ${stock_type}, which are never subsidised`,
            zh: `批次 ${stock_id} 的券类型是 ${stock_type}，不能补差`,
          }
        : { en: `batch ${stock_id} was made without subsidy`, zh: `批次 ${stock_id} 创建时没有开启补差（subsidy）` }
    case 'payer_unfit': {
      const fit = [...new Set([mchid, belong_merchant])]
      return {
        en: `payer_merchant is ${payer_merchant}, and has to be ${fit.join(' or ')}, creator or owner of batch ${stock_id}`,
        zh: `payer_merchant 是 ${payer_merchant}，应为批次 ${stock_id} 的创建方或归属方 ${fit.join(' 或 ')}`,
      }
    }
    case 'payee_unfit':
      return {
        en: `payee_merchant is ${payee_merchant}, and has to be ${belong_merchant}, owner of batch ${stock_id}`,
        zh: `payee_merchant 是 ${payee_merchant}，应为批次 ${stock_id} 的归属方 ${belong_merchant}`,
      }
  }
}

/** 查询营销补差付款单详情: look a subsidy up. */
export const querySubsidyPayReceipt = defineOperation({
  id: 'querySubsidyPayReceipt',
  method: 'GET',
  path: '/v3/marketing/busifavor/subsidy/pay-receipts/{subsidy_receipt_id}',
  summary: 'Look up a subsidy',
  title: '查询营销补差付款单详情',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4017147336',
  input: { path: z.object({ subsidy_receipt_id: receiptId('补差付款唯一单号', '1120200119165100000000000001') }) },
  output: payReceiptAnswer,
  errors: { not_found: receiptUnknown },
  rules: [
    documented('Only a subsidy that was paid has a receipt number, so only those are found.'),
    documented(
      'status says SUCCESS, PARTIAL_RETURN once some of it was given back, and FULL_RETURN once all of it was.',
    ),
  ],
  async handle({ path: { subsidy_receipt_id: id } }, context) {
    const asked = await context.tx.in(subsidies).where('subsidy_receipt_id', id)
    const paid = asked.filter(({ fail_reason }) => fail_reason === undefined)
    return subsidyDetails(receiptOf(context, paid, id, { en: 'subsidy', zh: '补差付款单' }), context.settings)
  },
})

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
    documented('With out_subsidy_no only the subsidy with this number is shown.'),
    documented('pay_receipt_list is left out when there are none, and when there is no such coupon.'),
    inferred('Subsidies that failed are shown; the one asked for first comes first.'),
    inferred('Of those asked for at the same time the order is that of out_subsidy_no, then that of the merchants.'),
    inferred('A merchant sees what it asked for, pays or is paid.'),
  ],
  async handle({ query }, context) {
    const { tx, caller, settings } = context
    requireProduct(context, 'subsidy')
    const receipts = (await tx.in(subsidies).where('coupon_code', query.coupon_code))
      .filter((subsidy) => asksAgain(subsidy, query) && concerns(caller.mchid, subsidy))
      .toSorted(
        (a, b) =>
          a.create_time - b.create_time ||
          compareTexts(a.out_subsidy_no, b.out_subsidy_no) ||
          compareTexts(a.mchid, b.mchid),
      )
    const pay_receipt_list = receipts.map((subsidy) => subsidyDetails(subsidy, settings))
    return receipts.length === 0 ? {} : { pay_receipt_list }
  },
})
