import { documentedCall, type FieldRule, type InputOf, type Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext, REPEAT, upon } from '../../engine/operation.ts'
import { fieldError } from '../../wire/protocol/field-check.ts'
import { explainNoMerchant } from '../common/explain.ts'
import { because, fromPage, invalidRequest, parameterUnfit, resourceUnknown } from '../common/refusal.ts'
import { SUB_MCHID } from './partners.ts'
import { keepAndTell, receivedAtOf } from './refund-events.ts'
import { type AnotherWay, moneyOf, refundStatus, sendAnotherWay } from './refund-rules.ts'
import { type Refund, refunds } from './refunds.ts'
import { paymentSettings } from './settings.ts'
import { leftInCode, paymentSources } from './sources.ts'

/** 商户退款单号: up to 64 digits, letters, `_-|*@`. */
export const OUT_REFUND_NO: FieldRule = {
  bytes: true,
  pattern: /^[0-9a-zA-Z_|*@-]+$/.source,
  example: '1217752501201407033233368018',
}

const NOT_FOUND = resourceUnknown('observed', '退款单不存在', {
  en: 'the caller has no such refund',
  zh: '调用方没有该退款单',
  source: leftInCode('退款单不存在'),
})

export const SUB_MERCHANT_UNKNOWN = fromPage('404 MCH_NOT_EXISTS', {
  en: 'with subMerchants=known: sub_mchid is no merchant of the mock',
  zh: '设置 subMerchants=known 时：sub_mchid 不是模拟服务中已有的商户',
}) satisfies Refusal

/** The row of the table for what the other rows do not name. */
export const UNFIT = '400 INVALID_REQUEST'

/** 查询单笔退款: look a refund up by the merchant's number. */
export const queryRefund = documentedCall('GET /v3/refund/domestic/refunds/{out_refund_no}', {
  id: 'queryRefund',
  summary: "Look up a refund by the merchant's number",
  fields: { 'path/out_refund_no': OUT_REFUND_NO, 'query/sub_mchid': SUB_MCHID },
  refusals: { timed_out: '500 SYSTEM_ERROR', sub_merchant_unknown: SUB_MERCHANT_UNKNOWN, not_found: NOT_FOUND },
  rules: [
    documented('A refund is found by the merchant that made it only.'),
    documented(
      'A partner gives the sub_mchid of the order, a direct merchant none (that any other is not found is inferred).',
    ),
    documented('success_time is there once it has succeeded.'),
    documented('The answer has the members of the call that made it.'),
  ],
  async handle({ path, query: { sub_mchid } }, context) {
    checkSubMerchant(sub_mchid, context)
    return refundDetails(await findRefund({ ...path, sub_mchid }, context), context.now)
  },
})

/** The caller's refund with the merchant's number or WeChat Pay's, if it is of the sub-merchant. @throws ApiError `not_found` */
export async function findRefund(
  {
    out_refund_no,
    refund_id = '',
    sub_mchid,
  }: { readonly out_refund_no?: string; readonly refund_id?: string; readonly sub_mchid?: string | undefined },
  { tx, caller: { mchid }, fail }: Pick<OperationContext<'not_found'>, 'tx' | 'caller' | 'fail'>,
): Promise<Refund> {
  const found =
    out_refund_no === undefined
      ? (await tx.in(refunds).where('refund_id', refund_id, mchid))[0]
      : await tx.in(refunds).find(mchid, out_refund_no)
  if (found?.sub_mchid === sub_mchid && found) return found
  const number = out_refund_no ?? refund_id
  return fail('not_found', {
    en: `${mchid} has no refund ${number}${sub_mchid === undefined ? '' : ` of ${sub_mchid}`}`,
    zh: `${mchid} 没有${sub_mchid === undefined ? '' : `子商户 ${sub_mchid} 的`}退款单 ${number}`,
  })
}

/** The banks whose cards a refund can be sent to, by the names that `user_received_account` has (the names are ours). */
const BANKS = {
  ICBC_DEBIT: '工商银行',
  ABC_DEBIT: '农业银行',
  PSBC_DEBIT: '邮储银行',
  CCB_DEBIT: '建设银行',
  CMB_DEBIT: '招商银行',
  BOC_DEBIT: '中国银行',
  COMM_DEBIT: '交通银行',
  SPDB_DEBIT: '浦发银行',
  GDB_DEBIT: '广发银行',
  CMBC_DEBIT: '民生银行',
  PAB_DEBIT: '平安银行',
  CEB_DEBIT: '光大银行',
  CIB_DEBIT: '兴业银行',
  CITIC_DEBIT: '中信银行',
  NBCB_DEBIT: '宁波银行',
} as const

const MERCHANT_ACCOUNT = '商户基本账户商户结算银行账户'

const TITLES = { bank_type: '开户银行', bank_account: '收款银行卡号', real_name: '收款用户姓名' } as const

type AbnormalRefund = InputOf<'POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund'>
type AbnormalBody = AbnormalRefund['body']

export type AbnormalInput = Pick<AbnormalRefund, 'path'> & {
  readonly body: Omit<AbnormalBody, 'bank_type'> & { readonly bank_type?: keyof typeof BANKS }
}

/** Fields and rules of the calls that redirect an abnormal refund. */
export const ABNORMAL_REFUND = {
  fields: {
    'path/refund_id': { bytes: true, example: '50303400132024073100000000169' },
    'body/sub_mchid': SUB_MCHID,
    'body/out_refund_no': OUT_REFUND_NO,
    'body/bank_type': { values: Object.keys(BANKS) as (keyof typeof BANKS)[] },
    'body/bank_account': { bytes: true },
    'body/real_name': { bytes: true },
  },
  refusals: {
    bank_account_unfit: parameterUnfit({
      en: 'bank_account, once decrypted, is not 8 to 30 digits',
      zh: 'bank_account 解密后不是 8 到 30 位数字',
    }),
    // In the tables of the calls beside, and not in that of this one.
    sub_merchant_unknown: {
      when: SUB_MERCHANT_UNKNOWN.when,
      status: 404,
      code: 'MCH_NOT_EXISTS',
      message: 'MCHID不存在',
      evidence: 'sibling',
      source: paymentSources.refundPage,
    },
    not_found: because(NOT_FOUND, {
      en: 'the caller has no refund with this refund_id and out_refund_no',
      zh: '调用方没有此 refund_id 与 out_refund_no 对应的退款单',
    }),
    not_abnormal: invalidRequest('documented', '请求参数符合参数格式，但不符合业务规则', {
      en: 'the refund is not ABNORMAL (status and code documented; that it has this text is inferred)',
      zh: '退款状态不是 ABNORMAL（状态码和错误码见文档，使用此文字为推断）',
    }),
  },
  rules: [
    documented('Only an ABNORMAL refund can be redirected; it is then PROCESSING again.'),
    documented('bank_type, bank_account and real_name are needed for USER_BANK_CARD.'),
    documented('bank_account and real_name are encrypted with the key that Wechatpay-Serial names.'),
    inferred('Without either of them, Wechatpay-Serial need not be there.'),
    documented(
      'USER_BANK_CARD ends as SUCCESS with the channel OTHER_BANKCARD, five seconds later (the time is inferred).',
    ),
    documented(
      `MERCHANT_BANK_CARD ends as SUCCESS with user_received_account ${MERCHANT_ACCOUNT}, and keeps the channel (the latter is inferred).`,
    ),
    upon(REPEAT, inferred('A repeat while it is PROCESSING returns the refund as it stands.')),
    documented('REFUND.SUCCESS is sent where the refund named a notify_url.'),
  ],
} as const

/** 发起异常退款: redirect an abnormal refund to a bank card. */
export const applyAbnormalRefund = documentedCall(
  'POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund',
  {
    ...ABNORMAL_REFUND,
    id: 'applyAbnormalRefund',
    summary: 'Redirect an abnormal refund to a bank card',
    // The page writes 等 behind it: and the like.
    refusals: { timed_out: { row: '500 SYSTEM_ERROR', message: '系统超时' }, ...ABNORMAL_REFUND.refusals },
    handle: async (input, context) => refundDetails(await redirectRefund(input, context), context.now),
  },
)

/** Redirects the caller's refund. @throws ApiError for one that it does not have, or that is not abnormal */
export async function redirectRefund(
  { path, body }: AbnormalInput,
  context: OperationContext<'bank_account_unfit' | 'sub_merchant_unknown' | 'not_found' | 'not_abnormal'>,
): Promise<Refund> {
  const { tx, now, caller, ids, fail } = context
  const { out_refund_no, sub_mchid } = body
  const another = anotherWay(body)
  if (another === undefined)
    return fail('bank_account_unfit', {
      en: '/body/bank_account: not 8 to 30 digits, once decrypted',
      zh: '/body/bank_account：解密后不是 8 到 30 位数字',
    })
  checkSubMerchant(sub_mchid, context)
  const refund = await tx.in(refunds).find(caller.mchid, out_refund_no)
  if (refund?.refund_id !== path.refund_id || refund.sub_mchid !== sub_mchid) {
    return fail('not_found', {
      en: `${caller.mchid} has no refund ${path.refund_id} with out_refund_no ${out_refund_no}`,
      zh: `${caller.mchid} 没有 out_refund_no 为 ${out_refund_no} 的退款单 ${path.refund_id}`,
    })
  }
  const decision = sendAnotherWay(refund, another, now)
  if (!decision.ok) {
    const status = refundStatus(refund, now)
    return fail(decision.reason, {
      en: `refund ${out_refund_no} is ${status}`,
      zh: `退款单 ${out_refund_no} 的状态是 ${status}`,
    })
  }
  if (decision.value !== refund) await keepAndTell(tx, decision.value, { now, ids })
  return decision.value
}

/** @throws ApiError for a field that is missing */
function anotherWay(body: AbnormalInput['body']): AnotherWay | undefined {
  if (body.type === 'MERCHANT_BANK_CARD') return { received_account: MERCHANT_ACCOUNT }
  const { bank_type = missing('bank_type'), bank_account = missing('bank_account') } = body
  if (body.real_name === undefined) missing('real_name')
  if (!/^\d{8,30}$/.test(bank_account)) return undefined
  return { received_account: `${BANKS[bank_type]}借记卡${bank_account.slice(-4)}`, channel: 'OTHER_BANKCARD' }
}

function missing(field: keyof typeof TITLES): never {
  throw fieldError(
    'body',
    [field],
    TITLES[field],
    { rule: 'missing' },
    {
      en: `/body/${field}: missing, with USER_BANK_CARD`,
      zh: `/body/${field}：缺少此字段，type 为 USER_BANK_CARD 时必填`,
    },
  )
}

/** A refund as the calls that make it and look it up show it at an instant (pay-family.md 5.2), with more than they show. */
export function refundDetails(refund: Refund, now: number) {
  const { funds_account = 'AVAILABLE', channel = 'ORIGINAL', promotions = [], goods } = refund
  const status = refundStatus(refund, now)
  return {
    ...refund,
    status,
    channel,
    funds_account,
    user_received_account: receivedAtOf(refund),
    success_time: status === 'SUCCESS' ? refund.settle_time : undefined,
    amount: moneyOf(refund),
    promotion_detail: promotions
      .filter(({ refund_amount }) => refund_amount > 0)
      .map((one) => ({ ...one, promotion_id: one.coupon_id, goods_detail: goods })),
  }
}

/** Refuses an unknown `sub_mchid` with subMerchants=known. */
export function checkSubMerchant(
  subMchid: string | undefined,
  { merchantOf, settings, fail }: Pick<OperationContext<'sub_merchant_unknown'>, 'merchantOf' | 'settings' | 'fail'>,
): void {
  if (subMchid === undefined || merchantOf(subMchid) || paymentSettings.subMerchants.of(settings) === 'any') return
  fail('sub_merchant_unknown', explainNoMerchant(subMchid))
}
