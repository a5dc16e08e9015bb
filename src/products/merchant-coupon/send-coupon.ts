import { z } from 'zod'
import { choice, couponCode, requestNo, stockId, text } from '../../catalogue/fields.ts'
import type { Product } from '../../engine/keys/merchants.ts'
import {
  defineOperation,
  documented,
  inferred,
  type OperationContext,
  REPEAT,
  type Rule,
  reported,
  upon,
} from '../../engine/operation.ts'
import { requests } from '../../engine/state/request-numbers.ts'
import type { ErrorDefinition } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { requireSame } from '../common/numbered-calls.ts'
import { because, invalidRequest, parameterUnfit, refusal } from '../common/refusal.ts'
import * as errors from './errors.ts'
import { merchantsOf, requireAppids, requireOpenid, requireProduct } from './errors.ts'
import { stockFor } from './find-coupon.ts'
import { couponsOf, explainHandOut, type HandOut, handOut } from './hand-out.ts'
import { couponSources } from './sources.ts'
import type { Stock } from './stocks.ts'

/** 403 of the calls that send a coupon: one text for whatever right is missing (corrections 12). */
const sendNotPermitted = {
  ...errors.stockNotPermitted,
  message: '发券商户无权限使用此API',
  source: [couponSources.sentWithoutRight, couponSources.sentWithoutRightAgain],
} as const satisfies ErrorDefinition

/** 403 of the calls of a product that a merchant has to open first. */
export const notOpened = because(sendNotPermitted, {
  en: 'the merchant has not opened the product',
  zh: '商户没有开通该产品',
})

/** A limit of the batch: status and code are inferred, the text is the mini program plug-in's unless it is ours. */
const limit = refusal(403, 'RULELIMIT')

/** Errors of all calls that send a coupon. Texts of limits and states are those of the mini program plug-in (busifavor.md 4.6). @internal */
export const sendErrors = {
  not_opened: notOpened,
  not_found: { ...errors.stockNotFound, evidence: 'inferred' },
  not_permitted: sendNotPermitted,
  appid_unbound: { ...errors.appidUnbound, evidence: 'sibling' },
  openid_of_another_appid: { ...errors.openidOfAnotherAppid, evidence: 'sibling' },
  request_no_reused: errors.requestNoReused,
  coupon_code_needed: parameterUnfit({
    en: 'coupon_code left out although the merchant brings the codes: MERCHANT_API (rule documented, answer inferred)',
    zh: '券 code 由商户在发券时指定，却没有传 coupon_code：MERCHANT_API（规则见文档，应答为推断）',
  }),
  not_running: invalidRequest('inferred', '批次状态非运营中', {
    en: 'the batch is not RUNNING',
    zh: '批次的状态不是 RUNNING',
  }),
  stock_expired: errors.stockEnded,
  suspicious: limit('inferred', '用户账号存在风险，不可领取', {
    en: 'the batch has prevent_api_abuse and the account is suspicious (the text is ours)',
    zh: '批次开启了防刷（prevent_api_abuse），且该账号可疑（文字为自拟）',
  }),
  budget_used_up: limit('inferred', '总预算用完', {
    en: 'max_coupons of the batch, or its max_amount, is used up',
    zh: '批次的 max_coupons 或 max_amount 已用完',
  }),
  day_limit: limit('inferred', '用户达到单天限领', {
    en: 'max_coupons_by_day of the batch, or its max_amount_by_day, is used up for today in China (the text of DAYLIMIT, the nearest there is)',
    zh: '批次的 max_coupons_by_day 或 max_amount_by_day 今天（北京时间）已用完（文字取自最接近的 DAYLIMIT）',
  }),
  user_limit: limit('inferred', '用户领取张数达到上限', {
    en: 'the user received max_coupons_per_user coupons of the batch',
    zh: '该用户在此批次的领券数已达 max_coupons_per_user',
  }),
  person_limit: limit('inferred', '用户自然人限领', {
    en: 'the batch has natural_person_limit, and all accounts of the person together received max_coupons_per_user coupons',
    zh: '批次开启了自然人限领（natural_person_limit），且此人所有账号的领券总数已达 max_coupons_per_user',
  }),
  no_code_left: limit('inferred', '总预算用完', {
    en: 'all codes that were uploaded are handed out: MERCHANT_UPLOAD',
    zh: '已上传的 code 全部发放完毕：MERCHANT_UPLOAD',
  }),
  code_taken: invalidRequest('inferred', '券code已被使用', {
    en: 'the batch has a coupon with this code already: MERCHANT_API (the text is ours)',
    zh: '批次中已有此券 code 的券：MERCHANT_API（文字为自拟）',
  }),
} as const satisfies Record<string, ErrorDefinition>

/** Fields of the calls that send a coupon. */
const sendFields = {
  openid: text({ title: '用户标识', max: 128, example: 'xsd3434454567676' }),
  appid: text({ title: '公众账号ID', max: 32, example: 'wx1234567889999' }),
  out_request_no: requestNo('发券凭证'),
  coupon_code: couponCode.optional(),
}

/** The answer for a sent coupon. */
const sendResult = z.object({ stock_id: z.string(), out_request_no: z.string(), coupon_code: z.string() })

/** Rules of all calls that send a coupon. */
const sendRules: readonly Rule[] = [
  inferred('Creator and owner of a batch may send its coupons.'),
  reported(
    'Anybody else would need 委托营销 (sending on behalf of the creator), which the mock does not have.',
    couponSources.sentWithoutRight,
  ),
  documented(
    'out_request_no is unique for one user of one batch.',
    sources.javaSdk,
    couponSources.sendProductCouponPage,
  ),
  upon(
    REPEAT,
    inferred(
      'The same out_request_no with the same values is answered with the first coupon, also when another channel sent it.',
    ),
  ),
  documented('With MERCHANT_API the request brings coupon_code.', sources.javaSdk, couponSources.sendProductCouponPage),
  inferred(
    'With WECHATPAY_MODE and MERCHANT_UPLOAD a coupon_code in the request is passed over, the answer has the code that was given.',
  ),
  inferred('With MERCHANT_UPLOAD the code that was uploaded first is taken.'),
  inferred('Limits count every coupon that was handed out, whatever became of it; days are those of China.'),
  inferred('A coupon may be sent before the batch begins.'),
  inferred(
    'Checks run in the order batch, right, kind of batch, appid, user, request number, code given, state and end of the batch, limits, code.',
  ),
  documented(
    'The creator of the batch is told with COUPON.SEND, if it has set an address; openid is empty without notify_appid.',
    couponSources.couponSendPage,
  ),
]

/** A request to send one coupon. */
interface SendRequest {
  /** The operation among whose numbers `out_request_no` is unique. */
  readonly operation: string
  readonly product: Product
  readonly openid: string
  readonly appid: string
  readonly stock_id: string
  readonly out_request_no: string
  readonly coupon_code?: string | undefined
  /** Values that a repeat has to bring again, besides appid and code. */
  readonly more?: readonly string[]
  /** Refuses a batch that this call does not send. */
  check(stock: Stock): void
}

/** Sends a coupon for a merchant's server, and answers a repeated number with its first coupon. @throws ApiError with one of {@link sendErrors} */
async function sendByApi(
  context: OperationContext<keyof typeof sendErrors>,
  request: SendRequest,
): Promise<z.input<typeof sendResult>> {
  const { tx, caller, now, fail } = context
  const { operation, openid, appid, stock_id, out_request_no, coupon_code, more = [] } = request
  requireProduct(context, request.product)
  const stock = await stockFor(context, stock_id)
  request.check(stock)
  requireAppids(context, [appid], stock.belong_merchant)
  const users = await requireOpenid(context, request, merchantsOf(stock))

  const answer = (code: string) => ({ stock_id, out_request_no, coupon_code: code })
  const key = JSON.stringify([stock.mchid, stock_id, openid, out_request_no])
  const values = [appid, coupon_code ?? '', ...more]
  const record = await tx.in(requests).find(caller.mchid, operation, key)
  if (record) requireSame(context, out_request_no, record, values, 'request_no_reused')
  if (record?.result !== undefined) return answer(record.result)

  const sent = (await couponsOf(tx, stock, openid)).find(({ send_request_no }) => send_request_no === out_request_no)
  if (sent) {
    const another =
      stock.coupon_code_mode === 'MERCHANT_API' && coupon_code !== undefined && coupon_code !== sent.coupon_code
    if (!another) return answer(sent.coupon_code)
    const at = formatInstant(sent.receive_time)
    return fail('request_no_reused', {
      en: `${out_request_no} sent coupon ${sent.coupon_code} at ${at}, not ${coupon_code}`,
      zh: `${out_request_no} 已于 ${at} 发放券 ${sent.coupon_code}，不是 ${coupon_code}`,
    })
  }

  const how: HandOut = {
    openid,
    send_merchant: caller.mchid,
    send_request_no: out_request_no,
    coupon_code,
    send_channel: 'API',
    users,
  }
  const decision = await handOut(context, stock, how)
  if (!decision.ok) return fail(decision.reason, await explainHandOut(decision.reason, context, stock, how))
  const { coupon_code: code } = decision.value
  await tx.in(requests).save({ mchid: caller.mchid, operation, request_no: key, values, time: now, result: code })
  return answer(code)
}

/** 向用户发券: send a coupon to a user. */
export const sendCoupon = defineOperation({
  id: 'sendCoupon',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/send',
  summary: 'Send a coupon to a user',
  title: '向用户发券',
  source: 'https://pay.weixin.qq.com/docs/merchant/products/merchant-exclusive-coupon/introduction.html',
  input: {
    body: z.strictObject({
      openid: sendFields.openid,
      appid: sendFields.appid,
      stock_id: stockId,
      out_request_no: sendFields.out_request_no,
      coupon_code: sendFields.coupon_code,
    }),
  },
  output: z.object({ send_coupon_result: sendResult }),
  errors: {
    ...sendErrors,
    not_permitted: because(sendErrors.not_permitted, {
      en: 'the caller neither created nor owns the batch (code and text observed, status inferred)',
      zh: '调用方不是批次的创建方或归属方（错误码和文字为实测，状态码为推断）',
      evidence: 'observed',
    }),
    tied_to_goods: invalidRequest('inferred', '批次已关联商品信息', {
      en: 'the batch is tied to goods: send it with the call for goods coupons (the text is ours)',
      zh: '批次绑定了商品，须用商品券的发券接口发放（文字为自拟）',
    }),
  },
  rules: [
    ...sendRules,
    documented('The answer is wrapped in send_coupon_result.', sources.javaSdk, sources.goSdk),
    inferred('A batch that is tied to goods is refused.'),
  ],
  async handle({ body }, context) {
    return {
      send_coupon_result: await sendByApi(context, {
        ...body,
        operation: 'sendCoupon',
        product: 'coupon_send',
        check: (stock) => {
          if (stock.tied_to_goods)
            context.fail('tied_to_goods', {
              en: `batch ${stock.stock_id} is tied to goods: sendProductCoupon sends it`,
              zh: `批次 ${stock.stock_id} 绑定了商品，应使用 sendProductCoupon 发放`,
            })
        },
      }),
    }
  },
})

/** 向用户发放商品券: send a coupon of a batch that is tied to goods. */
export const sendProductCoupon = defineOperation({
  id: 'sendProductCoupon',
  method: 'POST',
  path: '/v3/marketing/busifavor/product-coupons/send',
  summary: 'Send a goods coupon to a user',
  title: '向用户发放商品券',
  source: 'https://pay.weixin.qq.com/doc/v3/partner/4015595255',
  input: {
    body: z.strictObject({
      openid: sendFields.openid,
      appid: sendFields.appid,
      stock_id: text({ title: '批次号', max: 128, example: '12312354' }),
      out_request_no: sendFields.out_request_no,
      coupon_code: sendFields.coupon_code,
      coupon_type: choice('券类型', ['NORMAL', 'MEMBER']),
      member_card_id: text({ title: '会员卡ID', max: 32, example: 'pbLatjvWOibDc5-TBnbUk1pD12o0' }).optional(),
    }),
  },
  output: sendResult,
  errors: {
    ...sendErrors,
    not_tied_to_goods: invalidRequest('inferred', '批次未关联商品信息', {
      en: 'the batch is not tied to goods (the text is ours)',
      zh: '批次没有绑定商品（文字为自拟）',
    }),
    member_card_id_needed: parameterUnfit({
      en: 'member_card_id left out for a coupon of type MEMBER (rule documented, answer inferred)',
      zh: '券类型为 MEMBER，却没有传 member_card_id（规则见文档，应答为推断）',
    }),
  },
  rules: [
    ...sendRules,
    documented('Only batches that are tied to goods are sent.'),
    documented('MEMBER needs member_card_id; with NORMAL it is passed over.'),
  ],
  async handle({ body }, context) {
    const { coupon_type, member_card_id } = body
    if (coupon_type === 'MEMBER' && member_card_id === undefined) {
      return context.fail('member_card_id_needed', {
        en: '/body/member_card_id: missing, and coupon_type is MEMBER',
        zh: '/body/member_card_id：缺少此字段，而 coupon_type 是 MEMBER',
      })
    }
    return sendByApi(context, {
      ...body,
      operation: 'sendProductCoupon',
      product: 'product_coupon',
      more: [coupon_type, member_card_id ?? ''],
      check: (stock) => {
        if (!stock.tied_to_goods)
          context.fail('not_tied_to_goods', {
            en: `batch ${stock.stock_id} is not tied to goods: sendCoupon sends it`,
            zh: `批次 ${stock.stock_id} 没有绑定商品，应使用 sendCoupon 发放`,
          })
      },
    })
  },
})
