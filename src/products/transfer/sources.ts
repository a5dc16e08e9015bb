import { docs, forum, github, type Source } from '../../protocol/sources.ts'

/** The address of a folder or a file of a third party's description of the product, at the version that was read. */
const thirdParty = (path: string) =>
  github(`TheNorthMemory/wechatpay-openapi/tree/4d6325b/docs/v3/fund-app/mch-transfer${path}`)

/** Texts about transfers; those about the whole of API v3 stand in `src/protocol/sources.ts`. */
export const transferSources = {
  createPage: { title: '发起转账, 2025.03.21', url: docs('doc/v3/merchant/4012716434') },
  concepts: { title: '关键概念, 2025.02.28', url: docs('doc/v3/merchant/4012715191') },
  failReasons: { title: '订单失败原因说明, 2025.04.15', url: docs('doc/v3/merchant/4013774966') },
  faq: { title: '常见问题, 2026.08.05', url: docs('doc/v3/merchant/4013778940') },
  products: { title: '产品介绍, 2026.08.07', url: docs('doc/v3/merchant/4012711988') },
  limits: { title: '转账额度', url: docs('doc/v3/merchant/4013747667') },
  callbackPage: { title: '商家转账回调通知, 2025.03.07', url: docs('doc/v3/merchant/4012712115') },
  receiptQuery: { title: '商户单号查询电子回单, 2025.03.21', url: docs('doc/v3/merchant/4012716436') },
  receiptPage: { title: '申请电子回单, 2025.03.21', url: docs('doc/v3/merchant/4013748430') },
  authorizationQuery: { title: '商户单号查询授权结果, 2026.05.08', url: docs('doc/v3/merchant/4014399423') },
  authorizationCallback: { title: '免确认收款授权结果通知, 2026.05.08', url: docs('doc/v3/merchant/4014512908') },
  authorizationPage: { title: '发起免确认收款授权, 2026.05.08', url: docs('doc/v3/merchant/4015901167') },
  partnerPages: { title: 'the same product for partners, 2025.12.09', url: docs('doc/v3/partner/4016809837') },
  clientCall: {
    title: 'wx.requestMerchantTransfer',
    url: 'https://developers.weixin.qq.com/miniprogram/dev/api/payment/wx.requestMerchantTransfer.html',
  },
  thirdParty: { title: "a third party's description of the calls", url: thirdParty('') },
  thirdPartyCallbacks: {
    title: "a third party's description of the callbacks",
    url: github('wechatpay-im/website/tree/35a35c5/webhook/v3'),
  },
  notEnough: {
    title: 'forum thread with the answer when money is short',
    url: forum('pay/doc/000e66f75b8c40b47003f175e63400'),
  },
  noRight: {
    title: 'forum thread with the answers of the old and the new product',
    url: forum('pay/doc/0004a81e28ccc05805034067561000'),
  },
  authorizationsNotOpened: {
    title: 'forum thread on NO_AUTH for an authorization',
    url: forum('develop/doc/000a6076c408a0957e442769566000'),
  },
  fourRefusals: { title: 'four answers of INVALID_REQUEST in full', url: 'https://hey99.cn/shot/CSDN_155394294' },
  amounts: {
    title: 'forum thread on limits of the amount, with an answer in full',
    url: forum('develop/doc/00002eba8509c824ffe2895616fc00'),
  },
  liveAnswer: {
    title: 'forum thread with a successful answer in full, 2025-09-22',
    url: forum('develop/doc/000aecf72f0a68bb5ff3d48916b400'),
  },
  reports: { title: 'forum thread on what a scene asks for', url: forum('pay/doc/000ccef96d868053c813e092361400') },
  liveCallback: {
    title: 'forum thread with a callback in full, 2025-01-15',
    url: forum('pay/doc/000e2607ecc80099bbb2336866f400'),
  },
  lateClosing: {
    title: 'forum thread on a transfer closed after 24 hours and 47 minutes',
    url: forum('develop/doc/000c6693804fb0a043d350d7a61800'),
  },
  samePackages: {
    title: 'forum thread on package_info, which changes with each call',
    url: forum('pay/doc/000e6aab7c4ad0038033aa8e069c00'),
  },
  cancelRefused: {
    title: 'forum thread on a cancel that was refused',
    url: forum('pay/doc/000c4ad3a646e03149233e34561800'),
  },
  cancelAllowed: {
    title: 'forum thread on when a transfer can be cancelled',
    url: forum('develop/doc/0002049c9ec200ac02b3201b26b400'),
  },
  repeats: {
    title: 'forum thread on how callbacks are repeated',
    url: forum('develop/doc/000acc6265c6200720e227ae266800'),
  },
  merchantDay: { title: 'forum thread on the limit of a day', url: forum('pay/doc/0000c4ce8fc640598fee2a6e551800') },
  badAuthorization: {
    title: 'wechatpay-apiv3/wechatpay-java#390',
    url: github('wechatpay-apiv3/wechatpay-java/issues/390'),
  },
  oldReceipts: {
    title: 'receipts of the product before this one',
    url: docs('wiki/doc/apiv3/apis/chapter4_3_7.shtml'),
  },
} as const satisfies Record<string, Source>
