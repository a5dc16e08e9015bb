/** A public text that describes how the real service behaves. */
export interface Source {
  /** Short title of the text; with its date if a later edition may differ. */
  readonly title: string
  /** The address of the page or the repository, so that a reader can look it up. */
  readonly url: string
}

/** The address of a page of the official documents. */
export const docs = (path: string) => `https://pay.weixin.qq.com/${path}`
/** The address of a repository, or of something in it. */
export const github = (path: string) => `https://github.com/${path}`

/** A page of the official documents. */
export const page = (title: string, path: string): Source => ({ title, url: docs(path) })
/** A thread of the vendor's forum, which counts for the answers of the live service that it quotes. */
export const thread = (title: string, path: string): Source => ({
  title,
  url: `https://developers.weixin.qq.com/community/${path}`,
})
/** A repository, or something in it. */
export const repository = (title: string, path: string): Source => ({ title, url: github(path) })

/** Texts about the whole of API v3. Those about one product are in its folder. */
export const sources = {
  probe: repository(
    'log of 13 unsigned calls to the live API, 2026-09-11',
    'fxp/skillify/blob/main/skills/wechatpay/data/probe-log.md',
  ),
  signatureFaqs: page(
    "the vendor's table of what a 401 says (为什么请求返回401 Unauthorized？), 2024-11-25",
    'docs/partner/development/interface-rules/signature-faqs.html',
  ),
  vendorSkills: repository("the vendor's guides for assistants, 2026-04", 'wechatpay-apiv3/wechatpay-skills'),
  malformedAuthorization: thread(
    'forum thread with an answer to a malformed Authorization, 2025',
    'develop/doc/000a66326d0b488e6263c9f2e6b000',
  ),
  noContent: {
    title: 'thread with all header fields of a 204, 2024',
    url: 'https://segmentfault.com/q/1010000045117115',
  },
  wrongNumber: repository(
    'issue with the answer to a fraction for an amount, 2021',
    'TheNorthMemory/wechatpay-axios-plugin/issues/38',
  ),
  wrongText: thread('forum thread with the answer to a number for a text', 'pay/doc/00060e31ff42e06bf0ade32a951c00'),
  wrongType: thread('forum thread with the answer to another JSON type', 'pay/doc/00004e43bbc7a8b5a56b2457355c00'),
  wrongInteger: repository(
    'issue with the answer to a field that is no integer, 2022',
    'binarywang/WxJava/issues/2710',
  ),
  javaSdk: repository('the official Java SDK', 'wechatpay-apiv3/wechatpay-java'),
  goSdk: repository('the official Go SDK', 'wechatpay-apiv3/wechatpay-go'),

  platformSerial: repository(
    "issue: a serial in Wechatpay-Serial that is not the platform's, 2022-10",
    'klover2/wechatpay-node-v3-ts/issues/38',
  ),
  errorTable: page(
    'the table of errors that the pages of 2020 share, here on 查询商家券事件通知地址',
    'wiki/doc/apiv3_partner/apis/chapter9_2_8.shtml',
  ),
  commonErrors: page('公共错误码, 2024-11', 'doc/v3/partner/4012465557'),
  orderPages: page('the pages of direct orders', 'doc/v3/merchant/4012791897'),

  schemeUnfit: thread('forum: the wrong scheme', 'pay/doc/00000e4aff0318bdbd7ba626e5b800'),
  merchantSerialPage: page(
    '商户证书序列号有误',
    'docs/merchant/development/verify-signature-faq/merchant-serial-number-certificate-incorrect.html',
  ),
  merchantSerialUnknown: thread(
    "forum: a serial that is not the merchant's, 2023-07",
    'pay/doc/0008ee10df4b88d3e2ffe4c7d5b000',
  ),
  merchantSerialUnknownInPayment: repository(
    "issue: a serial that is not the merchant's, in a call of payment",
    'fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat/issues/158',
  ),
  signatureMismatch: thread(
    'forum: a signature that does not verify, 2023-03',
    'pay/doc/00004839bf4710761b8fd15dc51000',
  ),
  signatureMismatchInPayment: repository(
    'issue: a signature that does not verify, in a call of payment, with its detail, 2024-05',
    'hpyer/node-easywechat/issues/76',
  ),
  platformSerialPage: page(
    'HTTP 头缺少 Wechatpay-Serial',
    'docs/merchant/development/verify-signature-faq/error-http-header-not-wechatpay-serial.html',
  ),
  platformSerialMissing: thread(
    'forum: Wechatpay-Serial missing, then wrong, 2023-11',
    'pay/doc/000686223c4488f5ba90e6d1463400',
  ),
  fieldUndecryptable: repository('issue: a field sealed for another key', 'wechatpay-apiv3/wechatpay-java/issues/234'),
  fieldNotCiphertext: repository('issue: a field that was not sealed', 'go-pay/gopay/issues/173'),
  parameterUndefined: repository(
    'issue: a parameter that the call does not have',
    'wechatpay-apiv3/wechatpay-php/issues/64',
  ),
  nullField: repository('issue: a transfer whose notify_url is null', 'minibear2021/wechatpayv3/issues/70'),
  mchidDiffers: repository(
    'issue: an mchid that is not the one of the header',
    'fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat/issues/205',
  ),
  wrongFields: thread(
    'forum: PARAM_ERROR when a batch is created, with bodies',
    'personal/oCJUsw9VztOIj84gQ4X9hRfnGbYY/answer',
  ),
} as const satisfies Record<string, Source>

/** The sources as a list; empty if none is given. */
export function sourcesOf({ source = [] }: { readonly source?: Source | readonly Source[] }): readonly Source[] {
  return 'url' in source ? [source] : source
}
