import { z } from 'zod'
import type { PlatformKey } from '../../../engine/keys/merchants.ts'
import { defineOperation } from '../../../engine/operation.ts'
import { commonErrors } from '../../../protocol/common-errors.ts'
import { fieldError } from '../../../protocol/field-check.ts'
import { decryptField, sensitiveFieldError } from '../../../protocol/sensitive-field.ts'
import { choice, text } from '../../common/fields.ts'
import { fromWire } from '../../common/spelling.ts'
import { type AnotherWay, refundStatus, sendAnotherWay } from '../rules/refund.ts'
import { paymentSources } from '../sources.ts'
import { REFUND_STATUS } from '../spellings.ts'
import { checkSubMerchant, refundNotFound, subMerchantUnknown, timedOut, unfitForBusiness } from './errors.ts'
import { keepAndTell } from './keep-refund.ts'
import { outRefundNo, refundAnswer, subMchid } from './schemas.ts'
import { refunds } from './table.ts'
import { refundDetails } from './wire.ts'

/** The banks whose cards a refund can be sent to, by the names that `user_received_account` has (the names are ours). */
const BANK_TYPE = {
  工商银行: 'ICBC_DEBIT',
  农业银行: 'ABC_DEBIT',
  邮储银行: 'PSBC_DEBIT',
  建设银行: 'CCB_DEBIT',
  招商银行: 'CMB_DEBIT',
  中国银行: 'BOC_DEBIT',
  交通银行: 'COMM_DEBIT',
  浦发银行: 'SPDB_DEBIT',
  广发银行: 'GDB_DEBIT',
  民生银行: 'CMBC_DEBIT',
  平安银行: 'PAB_DEBIT',
  光大银行: 'CEB_DEBIT',
  兴业银行: 'CIB_DEBIT',
  中信银行: 'CITIC_DEBIT',
  宁波银行: 'NBCB_DEBIT',
} as const

const MERCHANT_ACCOUNT = '商户基本账户商户结算银行账户'

const TITLES = { bank_type: '开户银行', bank_account: '收款银行卡号', real_name: '收款用户姓名' } as const

/** 发起异常退款: redirect an abnormal refund to a bank card. */
export const applyAbnormalRefund = defineOperation({
  id: 'applyAbnormalRefund',
  method: 'POST',
  path: '/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund',
  summary: 'Redirect an abnormal refund to a bank card',
  title: '发起异常退款',
  source: paymentSources.abnormalRefundPage.url,
  encryptedFields: ['bank_account', 'real_name'],

  input: {
    path: z.object({
      refund_id: text({ title: '微信支付退款单号', max: 32, example: '50303400132024073100000000169' }),
    }),
    body: z.strictObject({
      sub_mchid: subMchid.optional(),
      out_refund_no: outRefundNo,
      type: choice('异常退款处理方式', ['USER_BANK_CARD', 'MERCHANT_BANK_CARD']),
      bank_type: choice(TITLES.bank_type, Object.values(BANK_TYPE)).optional(),
      bank_account: text({ title: TITLES.bank_account, max: 1_024 }).optional(),
      real_name: text({ title: TITLES.real_name, max: 1_024 }).optional(),
    }),
  },
  output: refundAnswer,
  rateLimit: { calls: 150, seconds: 1, evidence: 'documented' },

  errors: {
    bank_account_unfit: {
      ...commonErrors.parameter_invalid,
      when: { en: 'bank_account, once decrypted, is not 8 to 30 digits', zh: 'bank_account 解密后不是 8 到 30 位数字' },
      evidence: 'inferred',
    },
    timed_out: timedOut,
    // In the tables of the calls beside, and not in that of this one.
    sub_merchant_unknown: { ...subMerchantUnknown, evidence: 'sibling', source: paymentSources.refundPage },
    not_found: {
      ...refundNotFound,
      when: {
        en: 'the caller has no refund with this refund_id and out_refund_no',
        zh: '调用方没有此 refund_id 与 out_refund_no 对应的退款单',
      },
    },
    not_abnormal: {
      ...unfitForBusiness,
      when: {
        en: 'the refund is not ABNORMAL (status and code documented; that it has this text is inferred)',
        zh: '退款状态不是 ABNORMAL（状态码和错误码见文档，使用此文字为推断）',
      },
    },
  },

  rules: [
    { rule: 'Only an ABNORMAL refund can be redirected; it is then PROCESSING again.', evidence: 'documented' },
    { rule: 'bank_type, bank_account and real_name are needed for USER_BANK_CARD.', evidence: 'documented' },
    {
      rule: 'bank_account and real_name are encrypted with the key that Wechatpay-Serial names.',
      evidence: 'documented',
    },
    { rule: 'Without either of them, Wechatpay-Serial need not be there.', evidence: 'inferred' },
    {
      rule: 'USER_BANK_CARD ends as SUCCESS with the channel OTHER_BANKCARD, five seconds later (the time is inferred).',
      evidence: 'documented',
    },
    {
      rule: `MERCHANT_BANK_CARD ends as SUCCESS with user_received_account ${MERCHANT_ACCOUNT}, and keeps the channel (the latter is inferred).`,
      evidence: 'documented',
    },
    { rule: 'A repeat while it is PROCESSING returns the refund as it stands.', evidence: 'inferred' },
    { rule: 'REFUND.SUCCESS is sent where the refund named a notify_url.', evidence: 'documented' },
  ],

  async handle({ path, body }, { tx, now, caller, ids, platformKey, merchantOf, fail }) {
    const { out_refund_no, sub_mchid } = body
    const another = anotherWay(body, platformKey)
    if (another === undefined)
      return fail('bank_account_unfit', {
        en: '/body/bank_account: not 8 to 30 digits, once decrypted',
        zh: '/body/bank_account：解密后不是 8 到 30 位数字',
      })
    checkSubMerchant(sub_mchid, { merchantOf, fail })
    const refund = await tx.in(refunds).find(caller.mchid, out_refund_no)
    if (refund?.refundId !== path.refund_id || sub_mchid !== undefined) {
      return fail('not_found', {
        en: `${caller.mchid} has no refund ${path.refund_id} with out_refund_no ${out_refund_no}`,
        zh: `${caller.mchid} 没有 out_refund_no 为 ${out_refund_no} 的退款单 ${path.refund_id}`,
      })
    }
    const decision = sendAnotherWay(refund, another, now)
    if (!decision.ok) {
      const status = REFUND_STATUS[refundStatus(refund, now)]
      return fail(decision.reason, {
        en: `refund ${out_refund_no} is ${status}`,
        zh: `退款单 ${out_refund_no} 的状态是 ${status}`,
      })
    }
    if (decision.value !== refund) await keepAndTell(tx, decision.value, { now, ids })
    return refundDetails(decision.value, now)
  },
})

/**
 * @returns `undefined` for an account that is no number
 * @throws ApiError for a field that is missing or does not open
 */
function anotherWay(
  body: {
    readonly type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
    readonly bank_type?: (typeof BANK_TYPE)[keyof typeof BANK_TYPE] | undefined
    readonly bank_account?: string | undefined
    readonly real_name?: string | undefined
  },
  { privateKey, serialNo }: PlatformKey,
): AnotherWay | undefined {
  if (body.type === 'MERCHANT_BANK_CARD') return { receivedAt: MERCHANT_ACCOUNT }
  const {
    bank_type = missing('bank_type'),
    bank_account = missing('bank_account'),
    real_name = missing('real_name'),
  } = body
  const [account = ''] = Object.entries({ bank_account, real_name }).map(([field, ciphertext]) => {
    const decrypted = decryptField(ciphertext, privateKey)
    if (!decrypted.ok) throw sensitiveFieldError(decrypted.reason, `/body/${field}`, serialNo)
    return decrypted.plaintext
  })
  if (!/^\d{8,30}$/.test(account)) return undefined
  return { receivedAt: `${fromWire(BANK_TYPE, bank_type)}借记卡${account.slice(-4)}`, channel: 'other_bankcard' }
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
