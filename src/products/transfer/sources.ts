import { page, repository, type Source, thread } from '../../wire/protocol/sources.ts'

/** Texts about transfers; those about the whole of API v3 stand in `src/wire/protocol/sources.ts`. */
export const transferSources = {
  createPage: page('发起转账, 2025.03.21', 'doc/v3/merchant/4012716434'),
  concepts: page('关键概念, 2025.02.28', 'doc/v3/merchant/4012715191'),
  failReasons: page('订单失败原因说明, 2025.04.15', 'doc/v3/merchant/4013774966'),
  faq: page('常见问题, 2026.08.05', 'doc/v3/merchant/4013778940'),
  products: page('产品介绍, 2026.08.07', 'doc/v3/merchant/4012711988'),
  limits: page('转账额度', 'doc/v3/merchant/4013747667'),
  callbackPage: page('商家转账回调通知, 2025.03.07', 'doc/v3/merchant/4012712115'),
  receiptQuery: page('商户单号查询电子回单, 2025.03.21', 'doc/v3/merchant/4012716436'),
  receiptPage: page('申请电子回单, 2025.03.21', 'doc/v3/merchant/4013748430'),
  authorizationQuery: page('商户单号查询授权结果, 2026.05.08', 'doc/v3/merchant/4014399423'),
  authorizationCallback: page('免确认收款授权结果通知, 2026.05.08', 'doc/v3/merchant/4014512908'),
  authorizationPage: page('发起免确认收款授权, 2026.05.08', 'doc/v3/merchant/4015901167'),
  partnerPages: page('the same product for partners, 2025.12.09', 'doc/v3/partner/4016809837'),
  clientCall: {
    title: 'wx.requestMerchantTransfer',
    url: 'https://developers.weixin.qq.com/miniprogram/dev/api/payment/wx.requestMerchantTransfer.html',
  },
  thirdParty: repository(
    "a third party's description of the calls",
    'TheNorthMemory/wechatpay-openapi/tree/4d6325b/docs/v3/fund-app/mch-transfer',
  ),
  thirdPartyCallbacks: repository(
    "a third party's description of the callbacks",
    'wechatpay-im/website/tree/35a35c5/webhook/v3',
  ),
  notEnough: thread('forum thread with the answer when money is short', 'pay/doc/000e66f75b8c40b47003f175e63400'),
  noRight: thread(
    'forum thread with the answers of the old and the new product',
    'pay/doc/0004a81e28ccc05805034067561000',
  ),
  authorizationsNotOpened: thread(
    'forum thread on NO_AUTH for an authorization',
    'develop/doc/000a6076c408a0957e442769566000',
  ),
  fourRefusals: { title: 'four answers of INVALID_REQUEST in full', url: 'https://hey99.cn/shot/CSDN_155394294' },
  amounts: thread(
    'forum thread on limits of the amount, with an answer in full',
    'develop/doc/00002eba8509c824ffe2895616fc00',
  ),
  liveAnswer: thread(
    'forum thread with a successful answer in full, 2025-09-22',
    'develop/doc/000aecf72f0a68bb5ff3d48916b400',
  ),
  reports: thread('forum thread on what a scene asks for', 'pay/doc/000ccef96d868053c813e092361400'),
  liveCallback: thread('forum thread with a callback in full, 2025-01-15', 'pay/doc/000e2607ecc80099bbb2336866f400'),
  lateClosing: thread(
    'forum thread on a transfer closed after 24 hours and 47 minutes',
    'develop/doc/000c6693804fb0a043d350d7a61800',
  ),
  samePackages: thread(
    'forum thread on package_info, which changes with each call',
    'pay/doc/000e6aab7c4ad0038033aa8e069c00',
  ),
  cancelRefused: thread('forum thread on a cancel that was refused', 'pay/doc/000c4ad3a646e03149233e34561800'),
  cancelAllowed: thread(
    'forum thread on when a transfer can be cancelled',
    'develop/doc/0002049c9ec200ac02b3201b26b400',
  ),
  repeats: thread('forum thread on how callbacks are repeated', 'develop/doc/000acc6265c6200720e227ae266800'),
  merchantDay: thread('forum thread on the limit of a day', 'pay/doc/0000c4ce8fc640598fee2a6e551800'),
  badAuthorization: repository('wechatpay-apiv3/wechatpay-java#390', 'wechatpay-apiv3/wechatpay-java/issues/390'),
  oldReceipts: page('receipts of the product before this one', 'wiki/doc/apiv3/apis/chapter4_3_7.shtml'),
} as const satisfies Record<string, Source>
