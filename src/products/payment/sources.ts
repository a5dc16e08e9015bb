import { page, repository, type Source, thread } from '../../wire/protocol/sources.ts'

/** Texts about orders and refunds; those about the whole of API v3 stand in `src/wire/protocol/sources.ts`. */
export const paymentSources = {
  appOrderPage: page('APP下单, 2025.03.31', 'doc/v3/merchant/4013070347'),
  nativeOrderPage: page('Native下单, 2025.03.31', 'doc/v3/merchant/4012791877'),
  paymentNotice: page('支付成功回调通知', 'doc/v3/merchant/4012791902'),
  orderQuestions: page('常见问题 of JSAPI支付, 2026.08.05', 'doc/v3/merchant/4012791869'),
  partnerOrderQuestions: page('常见问题 of JSAPI支付 for partners, 2026.08.05', 'doc/v3/partner/4013334850'),
  ecommerceQuestions: page('常见问题 of 平台收付通', 'doc/v3/partner/4012525474'),
  miniProgramQuestions: page('常见问题 of 小程序支付, 2026.08.05', 'doc/v3/merchant/4012791910'),
  refundPage: page('申请退款', 'doc/v3/merchant/4013071036'),
  refundQuestions: page('常见问题 of 订单退款, 2026.08.05', 'doc/v3/merchant/4013071200'),
  partnerRefundQuestions: page('常见问题 of 订单退款 for partners, 2026.08.05', 'doc/v3/partner/4013080629'),
  sharingQuestions: page('常见问题 of 分账, 2026.08.05', 'doc/v3/merchant/4014547102'),
  cashierPages: page('the pages on paying from a front end', 'doc/v3/merchant/4012365341'),
  notifyUrlPage: page(
    'the page on addresses for callbacks, which takes http for dedicated lines',
    'doc/v3/merchant/4012523579',
  ),
  pageNotes: repository(
    'notes on the official pages, 2026-09-11',
    'fxp/skillify/tree/main/skills/wechatpay/references',
  ),
  senparcIssue: repository('JeffreySu/WeiXinMPSDK#2606, an answer in full', 'JeffreySu/WeiXinMPSDK/issues/2606'),
  ijpayIssue: repository('Javen205/IJPay#79, an answer in full', 'Javen205/IJPay/issues/79'),
  refundOfShared: thread(
    'forum thread with the log of a refused refund of a platform, 2022-01-27',
    'develop/doc/000622983ecae8af846df278657000',
  ),
  unsharedRefund: thread(
    'forum thread with the answer to amount.from of an order that is not shared',
    'develop/doc/0000406f2787880e088e4673151400',
  ),
  consoleRefundIssue: repository(
    'wechatpay-apiv3/wechatpay-postman-script#18',
    'wechatpay-apiv3/wechatpay-postman-script/issues/18',
  ),
  codePaymentInVersion2: page('付款码支付 of API v2', 'doc/v2/merchant/4011937125'),
  codePaymentPending: repository(
    'binarywang/WxJava#4050, 2026-06-10: codepay of a partner answered 202 with trade_state USERPAYING',
    'binarywang/WxJava/issues/4050',
  ),
  codePaymentQuestions: page('常见问题 of 付款码支付 abroad', 'wiki/doc/api_external/ch/faq/chapter1_1_1.shtml'),
  reversingInVersion2: page('撤销订单 of API v2', 'wiki/doc/api/micropay.php?chapter=9_11&index=3'),
  closingInVersion2: page('关闭订单 of API v2', 'wiki/doc/api/jsapi.php?chapter=9_3'),
  noticeOfVersion2: page('退款结果通知 of API v2', 'wiki/doc/api/jsapi.php?chapter=9_16&index=10'),
  gopayTests: repository('the tests of go-pay/gopay', 'go-pay/gopay/blob/master/wechat/v3/client_test.go'),
  reorder: leftInCode('请求重入时，参数与首次请求时不一致'),
  sceneInfoIssue: repository('wechatpay-apiv3/wechatpay-java#364', 'wechatpay-apiv3/wechatpay-java/issues/364'),
} as const satisfies Record<string, Source>

/**
 * Public code and logs in which developers left an answer of the live service. Keys and identifiers stand beside some of them, so this
 * is the address of a search for the words, not of one place.
 */
export function leftInCode(words: string): Source {
  return {
    title: `public code and logs that quote an answer: ${words}`,
    url: `https://github.com/search?type=code&q=${encodeURIComponent(`"${words}"`)}`,
  }
}
