import { z } from 'zod'
import type { FieldRules, Refusal } from '../../catalogue/documented-call.ts'
import { inferred, observed, REPEAT, type Rule, upon, WholeAnswer } from '../../engine/operation.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import { ALL, defineTable } from '../../engine/state/table.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { docs } from '../../wire/protocol/sources.ts'
import { fromPage, invalidRequest, refusal } from '../common/refusal.ts'
import { explainOrder, OUT_TRADE_NO } from './order-calls.ts'
import { orderDetails } from './order-events.ts'
import { payAsUser } from './order-payment.ts'
import { reverse } from './order-rules.ts'
import { type Order, orders } from './orders.ts'
import { MCHID, onPath, RELATION_REFUSALS, SUB_MERCHANT_DIFFERS, withPartner } from './partners.ts'
import { placeOrder } from './prepay-calls.ts'
import { PREPAY_REFUSALS } from './prepay-refusals.ts'
import { paymentSources } from './sources.ts'

/** A page of 2025 that the catalogue does not have. */
const PAGE = docs('docs/merchant/apis/code-payment-v3/direct/code-pay.html')

const AUTH_CODE = /^1[0-5]\d{16}$/

export const paymentCode = z
  .strictObject({
    mchid: mchid.optional().describe('whose till scans it; the well-known merchant if left out'),
    auth_code: z.string().regex(AUTH_CODE, '18 digits that begin with 10 to 15'),
    openid: z.string().min(1).max(128).optional().describe('who shows it; made up if left out'),
    outcome: z
      .enum(['paid', 'password', 'not_enough'])
      .optional()
      .describe(
        'what comes of it; paid if left out. password: the user is asked for the password (USERPAYING), and pays or declines by a control call; not_enough: the user has no money',
      ),
  })
  .meta({ id: 'PaymentCode', description: 'a payment code (付款码) that a user shows; any other code pays at once' })

/** Payment codes (付款码), with the outcome of scanning each. */
export const paymentCodes = defineTable({
  name: 'paymentCodes',
  title: { en: 'Payment codes', zh: '付款码' },
  row: paymentCode.required({ mchid: true }).meta({ id: 'CompletedPaymentCode' }),
  given: paymentCode,
  complete: (given, { defaultMchid }) => ({ ...given, mchid: given.mchid ?? defaultMchid }),
  key: ['auth_code'],
  // It is not known since when a code exists: they come in the order of their merchants and digits, page by page.
  sorted: { newest: { among: () => ALL, by: () => '' } },
})

// The second source says no lengths; those are of orders that are placed in other ways.
const FIELDS = {
  'body/appid': { max: 32 },
  'body/mchid': MCHID,
  'body/description': { max: 127 },
  'body/out_trade_no': { ...OUT_TRADE_NO, max: 32 },
  'body/attach': { max: 128 },
  'body/goods_tag': { max: 32 },
  'body/scene_info/device_id': { max: 32 },
  'body/scene_info/device_ip': { max: 45 },
  'body/scene_info/store_info/id': { max: 32 },
  'body/scene_info/store_info/out_id': { max: 256 },
  'body/detail': { bytes: true, max: 6_144 },
  'body/amount/total': { min: 1, example: 100 },
  'body/amount/currency': { values: ['CNY'] },
  'body/payer/auth_code': { example: '134567890123456789' },
  'answer/success_time': { time: true },
} as const satisfies FieldRules

const RULES: readonly Rule[] = [
  inferred('A payment code pays at once; POST /_mock/payment-codes says where one does not.'),
  observed(
    'USERPAYING is answered with 202 and the order (seen for a partner; for a direct merchant it is inferred).',
    paymentSources.codePaymentPending,
  ),
  inferred('Of an order in USERPAYING there is no callback: the till asks until it has another state.'),
  inferred('A user who declines leaves PAYERROR; that order cannot be paid with another code.'),
  upon(
    REPEAT,
    inferred(
      'The same out_trade_no with the same values is answered with the order as it is, until it is paid or closed.',
    ),
  ),
  inferred('A code may be used for several orders.'),
]

/** Status of the answer while the user has to enter the password. */
const PENDING = 202

/** A payment by code has no notify_url. */
const { url_unfit: _, ...PLACE_REFUSALS } = PREPAY_REFUSALS

/** 付款码支付: take a payment by the code that a user shows. */
export const [codePay, partnerCodePay] = withPartner('POST /v3/pay/transactions/codepay', {
  ids: ['codePay', 'partnerCodePay'],
  source: PAGE,
  summary: 'Take a payment by the code that a user shows',
  fields: FIELDS,
  refusals: {
    ...PLACE_REFUSALS,
    auth_code_invalid: refusal(400, 'AUTH_CODE_INVALID')(
      'sibling',
      '请扫描微信支付授权码(以10/11/12/13/14/15为前缀的18位数字)',
      {
        en: 'auth_code is not 18 digits that begin with 10 to 15 (code and text of API v2)',
        zh: 'auth_code 不是以 10 至 15 开头的 18 位数字（错误码和文字取自 API v2）',
        source: paymentSources.codePaymentInVersion2,
      },
    ),
    not_enough: refusal(403, 'NOT_ENOUGH')('sibling', '余额不足', {
      en: 'the user has no money, as POST /_mock/payment-codes said (code and text of API v2)',
      zh: '用户余额不足，由 POST /_mock/payment-codes 设定（错误码和文字取自 API v2）',
      source: paymentSources.codePaymentInVersion2,
    }),
  },
  rules: RULES,
  pendingStatus: PENDING,
  ofPartners: { refusals: RELATION_REFUSALS },

  async handle({ body }, context) {
    const { tx, now, caller, fail } = context
    const { auth_code } = body.payer
    if (!AUTH_CODE.test(auth_code)) {
      return fail('auth_code_invalid', {
        en: `/body/payer/auth_code is ${auth_code}`,
        zh: `/body/payer/auth_code 是 ${auth_code}`,
      })
    }
    const { openid, outcome = 'paid' } = (await tx.in(paymentCodes).find(caller.mchid, auth_code)) ?? {}
    // The second source leaves members out, so that unknown ones may be sent.
    const wanted = { ...body, notify_url: undefined }
    const order = await placeOrder(
      wanted,
      { trade_type: 'MICROPAY', prepay_id: undefined, state: 'USERPAYING' },
      context,
    )
    if (outcome === 'not_enough') {
      return fail('not_enough', {
        en: `POST /_mock/payment-codes said so of ${auth_code}`,
        zh: `POST /_mock/payment-codes 对 ${auth_code} 如此设定`,
      })
    }
    const isDue = order.state === 'USERPAYING' && outcome === 'paid'
    const paid = isDue ? await payAsUser(tx, order, { openid }, context) : order
    const shown = orderDetails(paid, now)
    return paid.state === 'USERPAYING' ? new WholeAnswer(PENDING, shown) : shown
  },
})

const NOT_BY_CODE = '订单的支付场景不支持该请求'

const REVERSING = {
  merchant_unknown: '400 MCH_NOT_EXISTS',
  rule_limit: '403 RULE_LIMIT',
  trade_error: '403 TRADE_ERROR',
  not_found: {
    row: '404 ORDER_NOT_EXIST',
    when: { en: 'the caller has no such order', zh: '调用方没有该订单' },
    internalCode: INTERNAL_CODES.orderUnknown,
  },
  not_by_code: invalidRequest('sibling', NOT_BY_CODE, {
    en: 'the order was not placed with a payment code (text of API v2)',
    zh: '该订单不是用付款码支付下的（文字取自 API v2）',
    source: paymentSources.codePaymentQuestions,
  }),
  refunded: fromPage('400 INVALID_REQUEST', {
    en: 'the order was refunded (inferred)',
    zh: '订单已退款（推断）',
    evidence: 'inferred',
  }),
  shared: fromPage('400 INVALID_REQUEST', {
    en: 'others got shares (分账) of the order: a refund gives the user the money back (inferred)',
    zh: '订单已分账给其他接收方：请改用退款（推断）',
    evidence: 'inferred',
  }),
  too_late: refusal(400, 'REVERSE_EXPIRE')('sibling', '订单无法撤销', {
    en: 'the payment is more than seven days ago (code and text of API v2)',
    zh: '支付距今已超过 7 天（错误码和文字取自 API v2）',
    source: paymentSources.reversingInVersion2,
  }),
} as const satisfies Readonly<Record<string, Refusal>>

/** 撤销: give up a payment by code, or give its money back. */
export const [reverseOrder, partnerReverseOrder] = withPartner(
  'POST /v3/pay/transactions/out-trade-no/{out_trade_no}/reverse',
  {
    ids: ['reverseOrder', 'partnerReverseOrder'],
    source: PAGE,
    summary: 'Reverse an order paid by code',
    fields: { 'path/out_trade_no': { ...OUT_TRADE_NO, max: 32 }, 'body/mchid': MCHID },
    refusals: REVERSING,
    rules: [
      inferred(
        'An order that was not paid is REVOKED and cannot be paid any more; of one that was the user gets the money back.',
      ),
      inferred('An order that is closed or reversed already is answered in the same way, and stays as it is.'),
      inferred('An order of which others got shares cannot be reversed, nor one that was reversed be shared.'),
      inferred('The order may be reversed at once; API v2 asks to wait 15 seconds.'),
    ],
    ofPartners: { refusals: { sub_merchant_differs: SUB_MERCHANT_DIFFERS } },
    async handle({ path, body }, { tx, now, caller, fail }) {
      const { out_trade_no } = path
      const order: Order | undefined = onPath(await tx.in(orders).find(caller.mchid, out_trade_no), body, { fail })
      if (!order) {
        return fail('not_found', {
          en: `${caller.mchid} has no order with out_trade_no ${out_trade_no}`,
          zh: `${caller.mchid} 没有 out_trade_no 为 ${out_trade_no} 的订单`,
        })
      }
      const decision = reverse(order, now)
      if (!decision.ok) return fail(decision.reason, explainOrder(order, now))
      await tx.in(orders).save(decision.value)
      return orderDetails(decision.value, now)
    },
  },
)
