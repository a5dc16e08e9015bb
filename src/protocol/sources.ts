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
  platformSerial: {
    title: "issue: a serial in Wechatpay-Serial that is not the platform's, 2022-10",
    url: 'https://github.com/klover2/wechatpay-node-v3-ts/issues/38',
  },
  errorTable: {
    title: 'the table of errors that the pages of 2020 share, here on 查询商家券事件通知地址',
    url: 'https://pay.weixin.qq.com/wiki/doc/apiv3_partner/apis/chapter9_2_8.shtml',
  },
  javaSdk: { title: 'the official Java SDK', url: 'https://github.com/wechatpay-apiv3/wechatpay-java' },
  goSdk: { title: 'the official Go SDK', url: 'https://github.com/wechatpay-apiv3/wechatpay-go' },
} as const satisfies Record<string, Source>

/** What says so, one by one; none where nothing is named. */
export function sourcesOf({ source = [] }: { readonly source?: Source | readonly Source[] }): readonly Source[] {
  return 'url' in source ? [source] : source
}
