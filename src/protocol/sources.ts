/** A public text that describes how the real service behaves. */
export interface Source {
  /** Short title of the text; with its date if a later edition may differ. */
  readonly title: string
  /** The address of the page or the repository, so that a reader can look it up. */
  readonly url: string
}

/** The address of a page of the official documents. */
export const docs = (path: string) => `https://pay.weixin.qq.com/${path}`
/** The address of a thread of the vendor's forum, which counts for the answers of the live service that it quotes. */
export const forum = (path: string) => `https://developers.weixin.qq.com/community/${path}`
/** The address of a repository, or of something in it. */
export const github = (path: string) => `https://github.com/${path}`

/** Texts about the whole of API v3. Those about one product are in its folder. */
export const sources = {
  probe: {
    title: 'log of 13 unsigned calls to the live API, 2026-09-11',
    url: github('fxp/skillify/blob/main/skills/wechatpay/data/probe-log.md'),
  },
  signatureFaqs: {
    title: "the vendor's table of what a 401 says (为什么请求返回401 Unauthorized？), 2024-11-25",
    url: docs('docs/partner/development/interface-rules/signature-faqs.html'),
  },
  vendorSkills: {
    title: "the vendor's guides for assistants, 2026-04",
    url: github('wechatpay-apiv3/wechatpay-skills'),
  },
  malformedAuthorization: {
    title: 'forum thread with an answer to a malformed Authorization, 2025',
    url: forum('develop/doc/000a66326d0b488e6263c9f2e6b000'),
  },
  noContent: {
    title: 'thread with all header fields of a 204, 2024',
    url: 'https://segmentfault.com/q/1010000045117115',
  },
  wrongNumber: {
    title: 'issue with the answer to a fraction for an amount, 2021',
    url: github('TheNorthMemory/wechatpay-axios-plugin/issues/38'),
  },
  wrongText: {
    title: 'forum thread with the answer to a number for a text',
    url: forum('pay/doc/00060e31ff42e06bf0ade32a951c00'),
  },
  wrongType: {
    title: 'forum thread with the answer to another JSON type',
    url: forum('pay/doc/00004e43bbc7a8b5a56b2457355c00'),
  },
  wrongInteger: {
    title: 'issue with the answer to a field that is no integer, 2022',
    url: github('binarywang/WxJava/issues/2710'),
  },
  javaSdk: { title: 'the official Java SDK', url: github('wechatpay-apiv3/wechatpay-java') },
  goSdk: { title: 'the official Go SDK', url: github('wechatpay-apiv3/wechatpay-go') },

  platformSerial: {
    title: "issue: a serial in Wechatpay-Serial that is not the platform's, 2022-10",
    url: github('klover2/wechatpay-node-v3-ts/issues/38'),
  },
  errorTable: {
    title: 'the table of errors that the pages of 2020 share, here on 查询商家券事件通知地址',
    url: docs('wiki/doc/apiv3_partner/apis/chapter9_2_8.shtml'),
  },
  commonErrors: { title: '公共错误码, 2024-11', url: docs('doc/v3/partner/4012465557') },
  orderPages: { title: 'the pages of direct orders', url: docs('doc/v3/merchant/4012791897') },

  schemeUnfit: { title: 'forum: the wrong scheme', url: forum('pay/doc/00000e4aff0318bdbd7ba626e5b800') },
  merchantSerialPage: {
    title: '商户证书序列号有误',
    url: docs('docs/merchant/development/verify-signature-faq/merchant-serial-number-certificate-incorrect.html'),
  },
  merchantSerialUnknown: {
    title: "forum: a serial that is not the merchant's, 2023-07",
    url: forum('pay/doc/0008ee10df4b88d3e2ffe4c7d5b000'),
  },
  merchantSerialUnknownInPayment: {
    title: "issue: a serial that is not the merchant's, in a call of payment",
    url: github('fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat/issues/158'),
  },
  signatureMismatch: {
    title: 'forum: a signature that does not verify, 2023-03',
    url: forum('pay/doc/00004839bf4710761b8fd15dc51000'),
  },
  signatureMismatchInPayment: {
    title: 'issue: a signature that does not verify, in a call of payment, with its detail, 2024-05',
    url: github('hpyer/node-easywechat/issues/76'),
  },
  platformSerialPage: {
    title: 'HTTP 头缺少 Wechatpay-Serial',
    url: docs('docs/merchant/development/verify-signature-faq/error-http-header-not-wechatpay-serial.html'),
  },
  platformSerialMissing: {
    title: 'forum: Wechatpay-Serial missing, then wrong, 2023-11',
    url: forum('pay/doc/000686223c4488f5ba90e6d1463400'),
  },
  fieldUndecryptable: {
    title: 'issue: a field sealed for another key',
    url: github('wechatpay-apiv3/wechatpay-java/issues/234'),
  },
  fieldNotCiphertext: {
    title: 'issue: a field that was not sealed',
    url: github('go-pay/gopay/issues/173'),
  },
  parameterUndefined: {
    title: 'issue: a parameter that the call does not have',
    url: github('wechatpay-apiv3/wechatpay-php/issues/64'),
  },
  nullField: {
    title: 'issue: a transfer whose notify_url is null',
    url: github('minibear2021/wechatpayv3/issues/70'),
  },
  mchidDiffers: {
    title: 'issue: an mchid that is not the one of the header',
    url: github('fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat/issues/205'),
  },
  wrongFields: {
    title: 'forum: PARAM_ERROR when a batch is created, with bodies',
    url: forum('personal/oCJUsw9VztOIj84gQ4X9hRfnGbYY/answer'),
  },
} as const satisfies Record<string, Source>

/** The sources as a list; empty if none is given. */
export function sourcesOf({ source = [] }: { readonly source?: Source | readonly Source[] }): readonly Source[] {
  return 'url' in source ? [source] : source
}
