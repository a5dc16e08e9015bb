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
  vendorSkills: {
    title: "the vendor's guides for assistants, 2026-04",
    url: 'https://github.com/wechatpay-apiv3/wechatpay-skills',
  },
  malformedAuthorization: {
    title: 'forum thread with an answer to a malformed Authorization, 2025',
    url: 'https://developers.weixin.qq.com/community/develop/doc/000a66326d0b488e6263c9f2e6b000',
  },
  noContent: {
    title: 'thread with all header fields of a 204, 2024',
    url: 'https://segmentfault.com/q/1010000045117115',
  },
  wrongNumber: {
    title: 'issue with the answer to a fraction for an amount, 2021',
    url: 'https://github.com/TheNorthMemory/wechatpay-axios-plugin/issues/38',
  },
  wrongText: {
    title: 'forum thread with the answer to a number for a text',
    url: 'https://developers.weixin.qq.com/community/pay/doc/00060e31ff42e06bf0ade32a951c00',
  },
  wrongType: {
    title: 'forum thread with the answer to another JSON type',
    url: 'https://developers.weixin.qq.com/community/pay/doc/00004e43bbc7a8b5a56b2457355c00',
  },
  wrongInteger: {
    title: 'issue with the answer to a field that is no integer, 2022',
    url: 'https://github.com/binarywang/WxJava/issues/2710',
  },
  javaSdk: { title: 'the official Java SDK', url: 'https://github.com/wechatpay-apiv3/wechatpay-java' },
  goSdk: { title: 'the official Go SDK', url: 'https://github.com/wechatpay-apiv3/wechatpay-go' },
} as const satisfies Record<string, Source>
