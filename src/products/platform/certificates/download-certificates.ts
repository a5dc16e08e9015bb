import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { commonErrors } from '../../../protocol/common-errors.ts'
import { seal } from '../../../protocol/envelope.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { wireInstant } from '../../common/fields.ts'
import { platformSources } from '../sources.ts'

/** 获取平台证书列表: the platform certificates, encrypted with the caller's APIv3 key. */
export const downloadCertificates = defineOperation({
  id: 'downloadCertificates',
  method: 'GET',
  path: '/v3/certificates',
  summary: 'Download the platform certificates',
  title: '获取平台证书列表',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/platform-certificate/api-v3-get-certificates/get.html',

  input: { query: z.object({ algorithm_type: z.string().optional() }) },
  output: z.object({
    data: z.array(
      z.object({
        serial_no: z.string(),
        effective_time: wireInstant,
        expire_time: wireInstant,
        encrypt_certificate: z.object({
          algorithm: z.string(),
          nonce: z.string(),
          associated_data: z.string(),
          ciphertext: z.string(),
        }),
      }),
    ),
  }),

  errors: {
    no_certificate: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message:
        '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引https://pay.weixin.qq.com/docs/merchant/products/platform-certificate/wxp-pub-key-guide.html',
      when: { en: 'the merchant has the WeChat Pay public key only', zh: '商户只有微信支付公钥，没有平台证书' },
      evidence: 'observed',
      source: platformSources.noCertificate,
    },
    algorithm_unsupported: {
      ...commonErrors.parameter_invalid,
      when: {
        en: 'algorithm_type is not RSA or ALL: the mock has no SM2 certificates',
        zh: 'algorithm_type 不是 RSA 或 ALL：模拟服务没有 SM2 证书',
      },
      evidence: 'inferred',
    },
  },

  rules: [
    {
      rule: 'Certificates are sealed with AES-256-GCM under the APIv3 key, associated data `certificate`.',
      evidence: 'documented',
    },
    { rule: 'The certificate in use comes first.', evidence: 'inferred' },
    {
      rule: 'A new certificate is listed 24 hours before anything is signed with it; while it changes either one signs, and the end of the old one is moved.',
      evidence: 'documented',
    },
    {
      rule: 'The change takes 24 hours; then the old certificate is not listed any more, and unknown.',
      evidence: 'inferred',
    },
    { rule: 'ALL gives the RSA certificates only, since the mock has no SM2 ones.', evidence: 'inferred' },
  ],

  async handle({ query }, { caller, keyMode, platform, ids, fail }) {
    if (keyMode === 'public-key')
      return fail('no_certificate', {
        en: `${caller.mchid} has the WeChat Pay public key only (--key-mode public-key)`,
        zh: `${caller.mchid} 只有微信支付公钥（--key-mode public-key）`,
      })
    const algorithm = query.algorithm_type ?? 'RSA'
    if (algorithm !== 'RSA' && algorithm !== 'ALL') {
      return fail(
        'algorithm_unsupported',
        algorithm === 'SM2'
          ? {
              en: 'The mock has no SM2 certificates: Node.js has no SM4-GCM to seal them with (docs/decisions/0009-no-sm2.md). Use algorithm_type=RSA.',
              zh: '模拟服务没有 SM2 证书：Node.js 不支持加密它们所需的 SM4-GCM（docs/decisions/0009-no-sm2.md）。请使用 algorithm_type=RSA。',
            }
          : {
              en: `algorithm_type is ${algorithm}; there are RSA and ALL.`,
              zh: `algorithm_type 是 ${algorithm}，只能是 RSA 或 ALL。`,
            },
      )
    }
    return {
      data: platform.certificates.map(({ serialNo, certificate, from, until }) => ({
        serial_no: serialNo,
        effective_time: formatInstant(from),
        expire_time: formatInstant(until),
        encrypt_certificate: {
          ...seal(certificate, caller.apiV3Key, { nonce: ids.letters(12), associatedData: 'certificate' }),
        },
      })),
    }
  },
})
