import { forum, github, type Source } from '../../protocol/sources.ts'

/** Texts that say how the calls for certificates, images and the self test behave. */
export const platformSources = {
  noCertificate: {
    title: 'issue: a new merchant has no platform certificate, with the body, 2026-03',
    url: github('wechatpay-apiv3/wechatpay-java/issues/400'),
  },
  imageDigest: {
    title: 'forum: the digest of an image uploaded to /v3/merchant/media/upload, with its header fields, 2019-09',
    url: forum('personal/oCJUsw8vodq7wcNLVLscS14zuJig/answer'),
  },
} as const satisfies Record<string, Source>
