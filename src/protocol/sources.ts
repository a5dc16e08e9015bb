/** A public text that says how the real service behaves. */
export interface Source {
  /** What it is, in a few words; with its date where a later edition may differ. */
  readonly title: string
  /** The address of the page or the repository, so that a reader can look it up. */
  readonly url: string
}

/** Texts about the whole of API v3. Those about one product stand in its folder. */
export const sources = {
  probe: {
    title: 'log of 13 unsigned calls to the live API, 2026-09-11',
    url: 'https://github.com/fxp/skillify/blob/main/skills/wechatpay/data/probe-log.md',
  },
  signatureFaqs: {
    title: "the vendor's table of what a 401 says (为什么请求返回401 Unauthorized？), 2024-11-25",
    url: 'https://pay.weixin.qq.com/docs/partner/development/interface-rules/signature-faqs.html',
  },
  vendorSkills: {
    title: "the vendor's guides for assistants, 2026-04",
    url: 'https://github.com/wechatpay-apiv3/wechatpay-skills',
  },
  javaSdk: { title: 'the official Java SDK', url: 'https://github.com/wechatpay-apiv3/wechatpay-java' },
  goSdk: { title: 'the official Go SDK', url: 'https://github.com/wechatpay-apiv3/wechatpay-go' },
} as const satisfies Record<string, Source>
