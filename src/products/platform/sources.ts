import { github, type Source } from '../../protocol/sources.ts'

/** Texts that say how the calls for certificates and the self test behave. */
export const platformSources = {
  noCertificate: {
    title: 'issue: a new merchant has no platform certificate, with the body, 2026-03',
    url: github('wechatpay-apiv3/wechatpay-java/issues/400'),
  },
} as const satisfies Record<string, Source>
