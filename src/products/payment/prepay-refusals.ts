import { type FieldRule, type FieldRules, HELD_BY_RULES, type Refusal } from '../../catalogue/documented-call.ts'
import { isSafeAddress } from '../../engine/callbacks/callback.ts'
import { documented, inferred, observed, REPEAT, type Rule, reported, upon } from '../../engine/operation.ts'
import type { Settings } from '../../engine/settings.ts'
import { INTERNAL_CODES, PARAM_ERROR } from '../../wire/protocol/common-errors.ts'
import { sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { because, fromPage, invalidRequest, refusal } from '../common/refusal.ts'
import { OUT_TRADE_NO } from './order-calls.ts'
import { MCHID } from './partners.ts'
import { paymentSettings } from './settings.ts'
import { leftInCode, paymentSources } from './sources.ts'

/** An address for callbacks without a query (protocol.md 8). */
export const NOTIFY_URL: FieldRule = {
  ...HELD_BY_RULES,
  bytes: true,
  pattern: /^https?:\/\/([^\s/?#[\]@]+@)?([^\s/?#@:]+)(?::\d{2,5})?([^\s?#[\]]*)$/.source,
  example: 'https://shop.example.com/pay/notify',
}

export const NOTIFY_URL_RULES: readonly Rule[] = [
  documented(
    'notify_url is http or https, without a query. One page requires https, as notifyUrl=https does.',
    sources.vendorSkills,
    paymentSources.notifyUrlPage,
  ),
  inferred('With notifyUrl=https, a notify_url on this machine may still be http (decision 0007).'),
]

export const urlUnfit = because(PARAM_ERROR, {
  en: 'with notifyUrl=https: notify_url is http, and not on this machine (one page requires https; the answer is that for an event address)',
  zh: '设置 notifyUrl=https 时：notify_url 是 http 且不在本机（有一页文档要求 https；应答沿用设置事件通知地址时的错误）',
  message: '参数错误',
  evidence: 'inferred',
})

/** Whether an address will do, with the setting `notifyUrl` as it is. */
export function mayNotify(url: string, settings: Settings): boolean {
  return paymentSettings.notifyUrl.of(settings) === 'any' || isSafeAddress(url)
}

export function explainUrl(url: string): Texts {
  return {
    en: `notify_url ${url} is neither https nor on this machine`,
    zh: `notify_url ${url} 既不是 https，也不在本机`,
  }
}

/** The page has no forms of numbers. Live answers of 2022 to 2024 have 通知地址 and 附加数据 where it has 商户回调地址 and 商户数据包. */
export const PREPAY_FIELDS = {
  'body/appid': { example: 'wxd678efh567hg6787' },
  'body/mchid': MCHID,
  'body/description': { example: '测试商品' },
  'body/out_trade_no': OUT_TRADE_NO,
  'body/attach': { title: '附加数据' },
  'body/notify_url': { ...NOTIFY_URL, title: '通知地址' },
  'body/amount/total': { min: 1, example: 10_000 },
  'body/detail': { bytes: true, max: 6_144 },
  'body/detail/cost_price': { min: 0 },
  'body/detail/goods_detail': { min: 1, max: 6_000 },
  'body/detail/goods_detail/merchant_goods_id': {
    bytes: true,
    pattern: /^[0-9a-zA-Z_-]+$/.source,
    example: '1246464644',
  },
  'body/detail/goods_detail/quantity': { min: 1, example: 1 },
  'body/detail/goods_detail/unit_price': { min: 0, example: 52_800 },
  'body/scene_info/payer_client_ip': { example: '14.23.150.211' },
  // In the models of the official SDKs, on no page.
  'body/limit_pay': { type: 'string', list: true, title: '指定支付方式' },
} as const satisfies FieldRules

/** 补差金额: at most 5,000 yuan an order. */
export const SUBSIDY: FieldRule = { max: 500_000 }

export const PREPAY_REFUSALS = {
  merchant_unknown: '400 MCH_NOT_EXISTS',
  invalid_request: '400 INVALID_REQUEST 无效请求',
  no_right: fromPage('403 NO_AUTH', {
    en: 'the merchant may not use the product (the table has the text 商户无权限); only as a planned fault',
    zh: '商户没有开通该产品（错误码表中的文字是“商户无权限”）；只能通过故障注入触发',
    message: '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试',
    evidence: 'observed',
    source: [leftInCode('商户号该产品权限未开通，请前往商户平台>产品中心检查后重试'), paymentSources.orderQuestions],
  }),
  receiving_limited: fromPage('403 NO_AUTH', {
    en: 'WeChat Pay keeps the merchant from being paid (text documented, code reported, status inferred); only as a planned fault',
    zh: '微信支付限制了该商户收款（文字见文档，错误码来自开发者反馈，状态码为推断）；只能通过故障注入触发',
    message:
      '此商家的收款功能已被限制，暂无法支付。商家可登录微信商户平台/微信支付商家助手小程序/经营账户页面查看原因和解决方案',
    source: [paymentSources.orderQuestions, leftInCode('NO_AUTH: 此商家的收款功能已被限制')],
  }),
  url_unfit: urlUnfit,
  appid_unbound: {
    row: '400 APPID_MCHID_NOT_MATCH',
    message: 'appid和mch_id不匹配，请检查后再试',
    when: { en: 'the appid is not bound to the caller', zh: '该 appid 未与调用方绑定' },
    source: paymentSources.orderQuestions,
    internalCode: INTERNAL_CODES.appidUnbound,
  },
  already_paid: {
    row: '403 OUT_TRADE_NO_USED',
    when: {
      en: 'the order of this out_trade_no was paid, whether it was refunded or not (status and code documented, text the one of the table)',
      zh: '该 out_trade_no 的订单已支付，不论是否退过款（状态码和错误码见文档，文字取自错误码表）',
    },
    internalCode: INTERNAL_CODES.alreadyPaid,
  },
  closed: refusal(400, 'ORDER_CLOSED')('documented', '订单已关闭', {
    en: 'the order was closed, by a call or after seven days without payment: a new out_trade_no is needed (the table of Native has the row; that the other ways of paying answer alike is inferred)',
    zh: '订单已关闭（调用关单接口，或七天未支付）：须换一个 out_trade_no（见 Native 下单的错误码表，其他下单方式应答相同为推断）',
    source: paymentSources.nativeOrderPage,
    internalCode: INTERNAL_CODES.orderNoLongerValid,
  }),
  number_used: {
    row: '403 OUT_TRADE_NO_USED',
    when: {
      en: 'the out_trade_no was placed before for another way of paying; with reorder=documented, also if it was placed with other parameters, or closed before it was ever placed',
      zh: '该 out_trade_no 已用其他支付方式下过单；设置 reorder=documented 时，也包括已用其他参数下过单，或在下单之前就已被关闭',
    },
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  },
  placed_with_other_values: invalidRequest('observed', '请求重入时，参数与首次请求时不一致', {
    en: 'the out_trade_no was placed before with other parameters, or was closed before it was ever placed',
    zh: '该 out_trade_no 已用其他参数下过单，或在下单之前就已被关闭',
    source: [paymentSources.reorder, sources.vendorSkills],
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  }),
} as const satisfies Readonly<Record<string, Refusal>>

/** Refusals of an openid, which only JSAPI asks for. */
export const OPENID_REFUSALS = {
  openid_missing: because(PARAM_ERROR, {
    en: 'payer or its openid is not given (text reported, status and code inferred)',
    zh: '没有传 payer 或其中的 openid（文字来自开发者反馈，状态码和错误码为推断）',
    message: 'JSAPI支付必须传openid',
    evidence: 'reported',
    source: sources.vendorSkills,
  }),
  openid_invalid: because(PARAM_ERROR, {
    en: 'there is no such openid (text documented, status and code inferred); only as a planned fault, since users need not be known',
    zh: '没有该 openid（文字见文档，状态码和错误码为推断）；只能通过故障注入触发，因为用户无需登记',
    message: '无效的openid',
    evidence: 'documented',
    source: paymentSources.miniProgramQuestions,
  }),
  openid_of_another_appid: because(PARAM_ERROR, {
    en: 'the openid is known to belong to another appid (text documented, status and code inferred)',
    zh: '已知该 openid 属于另一个 appid（文字见文档，状态码和错误码为推断）',
    message: 'appid与openid不匹配',
    evidence: 'documented',
    source: paymentSources.orderQuestions,
  }),
} as const satisfies Readonly<Record<string, Refusal>>

export const PREPAY_RULES: readonly Rule[] = [
  ...NOTIFY_URL_RULES,
  documented(
    'A time_expire that has passed, or is less than a minute after ordering, is moved to one minute after ordering; one beyond the maximum is moved to the maximum.',
    paymentSources.appOrderPage,
  ),
  documented(
    'The maximum is 15 days from ordering, for Native too; timeExpireMax lowers or raises it.',
    paymentSources.appOrderPage,
    paymentSources.nativeOrderPage,
  ),
  documented(
    'After time_expire the order can no longer be paid, but it is not closed: it stays NOTPAY, and the payment page refuses it with 订单已超过商户设置的最晚支付成功时间，请重新发起支付.',
    paymentSources.appOrderPage,
    paymentSources.cashierPages,
  ),
  documented(
    'An order that is not paid within seven days is CLOSED; if time_expire is later, it is CLOSED then (the latter is inferred).',
    sources.vendorSkills,
  ),
  upon(
    REPEAT,
    documented('The same out_trade_no with the same parameters is answered with 200 while the order is open.'),
  ),
  documented('A prepay_id or a code_url is valid for two hours, an h5_url for five minutes.'),
  observed(
    'The same out_trade_no with other parameters is refused with INVALID_REQUEST, as seen live; with reorder=documented, with OUT_TRADE_NO_USED, as the error table says.',
    paymentSources.reorder,
    sources.vendorSkills,
  ),
  documented(
    'The same out_trade_no for another way of paying is refused with OUT_TRADE_NO_USED.',
    paymentSources.orderQuestions,
  ),
  observed(
    'An out_trade_no that was closed before it was ever placed is used up: placing it is refused as if its parameters had changed.',
    paymentSources.reorder,
  ),
  reported('scene_info.payer_client_ip may differ when the same out_trade_no is placed again.', sources.vendorSkills),
  documented(
    'detail has at most 6144 bytes of compact JSON, goods_detail 1 to 6000 goods, merchant_goods_id half-width letters, digits, - and _.',
  ),
  inferred(
    'A detail that is too long gets the error of a text that is too long; too few or too many goods get 请求参数错误.',
  ),
  inferred('Whether the order is paid or closed is judged before its parameters.'),
  documented('With settle_info.profit_sharing the money of the order is frozen until it is shared or unfrozen.'),
  observed(
    'TRANSACTION.SUCCESS always has appid and attach, "" where the order had none, and promotion_detail only with coupons of WeChat Pay.',
    paymentSources.paymentNotice,
    leftInCode('"trade_state_desc":"支付成功","bank_type":"OTHERS","attach":""'),
  ),
  inferred(
    'goods_tag, support_fapiao, detail and most of scene_info are checked and compared, and change nothing else.',
  ),
]
