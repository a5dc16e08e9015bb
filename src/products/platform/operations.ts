import { documentedCall } from '../../catalogue/documented-call.ts'
import { callbackOf } from '../../engine/callbacks/event.ts'
import { documented, inferred } from '../../engine/operation.ts'
import { commonErrors, INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { seal } from '../../wire/protocol/envelope.ts'
import { ApiError } from '../../wire/protocol/errors.ts'
import { encryptField, MAX_SENSITIVE_BYTES } from '../../wire/protocol/sensitive-field.ts'
import { repository, sources } from '../../wire/protocol/sources.ts'
import { faultOfImage, imageAddress } from '../common/images.ts'
import { fromPage, parameterUnfit, refusal, resourceUnknown } from '../common/refusal.ts'
import { securityEchoSuccess } from './security-echo-event.ts'

/** 下载平台证书: the platform certificates, encrypted with the caller's APIv3 key. */
export const downloadCertificates = documentedCall('GET /v3/certificates', {
  id: 'downloadCertificates',
  summary: 'Download the platform certificates',
  fields: { 'query/algorithm_type': { type: 'string', min: 0 } },
  refusals: {
    no_certificate: resourceUnknown(
      'observed',
      '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引https://pay.weixin.qq.com/docs/merchant/products/platform-certificate/wxp-pub-key-guide.html',
      {
        en: 'the merchant has the WeChat Pay public key only',
        zh: '商户只有微信支付公钥，没有平台证书',
        source: repository(
          'issue: a new merchant has no platform certificate, with the body, 2026-03',
          'wechatpay-apiv3/wechatpay-java/issues/400',
        ),
      },
    ),
    algorithm_unsupported: parameterUnfit({
      en: 'algorithm_type is not RSA or ALL: the mock has no SM2 certificates',
      zh: 'algorithm_type 不是 RSA 或 ALL：模拟服务没有 SM2 证书',
    }),
  },
  rules: [
    documented('Certificates are sealed with AES-256-GCM under the APIv3 key, associated data `certificate`.'),
    inferred('The certificate in use comes first.'),
    documented(
      'A new certificate is listed 24 hours before anything is signed with it; while it changes either one signs, and the end of the old one is moved.',
    ),
    inferred('The change takes 24 hours; then the old certificate is not listed any more, and unknown.'),
    inferred('ALL gives the RSA certificates only, since the mock has no SM2 ones.'),
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
        effective_time: from,
        expire_time: until,
        encrypt_certificate: {
          ...seal(certificate, caller.apiV3Key, { nonce: ids.letters(12), associatedData: 'certificate' }),
        },
      })),
    }
  },
})

/** 图片上传(营销专用): store an image and get an address for it, e.g. for the logo of a batch. */
export const uploadMarketingImage = documentedCall('POST /v3/marketing/favor/media/image-upload', {
  id: 'uploadMarketingImage',
  summary: 'Upload an image for marketing',
  refusals: {
    file_empty: fromPage('400 PARAM_ERROR 图片文件为空', { en: 'the file has no bytes', zh: '文件没有内容' }),
    digest_differs: fromPage('403 REQUEST_BLOCKED 图片meta信息不一致', {
      en: 'the sha256 in meta is not that of the file',
      zh: 'meta 中的 sha256 与文件不符',
    }),
    kind_unfit: fromPage('403 REQUEST_BLOCKED 未知图片类型', {
      en: 'the file is not called or does not begin like a JPG, BMP or PNG',
      zh: '文件的扩展名或文件头不是 JPG、BMP、PNG',
    }),
    signature_unfit: fromPage('403 REQUEST_BLOCKED 签名信息不匹配', {
      en: 'a row beside the 401 that a wrong signature gets from every call; only as a planned fault',
      zh: '签名错误时各接口均返回 401，这是此外的一行；只能通过故障注入触发',
    }),
    too_large: refusal(400, 'PARAM_ERROR')('inferred', '图片大小超过限制，不能大于2M', {
      en: 'the file is larger than 2 MB (rule documented, the text is ours)',
      zh: '文件大于 2 MB（规则见文档，文字为自拟）',
      internalCode: INTERNAL_CODES.parameterTooLong,
    }),
  },
  rules: [
    documented('Images are JPG, BMP or PNG, of 2 MB at most.'),
    inferred('2 MB are 2,097,152 bytes.'),
    inferred(
      'The filename in meta tells the kind, .jpeg too; a file that begins like another of the three kinds is taken.',
    ),
    inferred('The digest may be in either letter case.'),
    inferred('Checks run in the order meta, file, whether that is empty, digest, size, kind.'),
    inferred('The same image always has the same media_url, in the shape of live ones; nothing is served there.'),
    inferred('Parts may come in any order and have any type; the boundary may be left out of Content-Type.'),
  ],
  async handle({ body, file: { bytes } }, { fail }) {
    const fault = faultOfImage(body, bytes)
    return fault ? fail(fault.reason, fault.why) : { media_url: imageAddress(bytes) }
  },
})

/** 商户签名验签/加解密测试: a call that tests everything that a client has to be able to do. */
export const securityEcho = documentedCall('POST /v3/security/echo', {
  id: 'securityEcho',
  summary: 'Try out signing, verifying, encrypting and callbacks',
  encryptedFields: true,
  fields: {
    'body/echo_message': { max: 1_024 },
    'body/notify_url': { max: 256, pattern: String.raw`^https?:\/\/[^\s?#]+$` },
  },
  rules: [
    documented(
      'echo_message comes back as it was sent; what was encrypted for the platform comes back encrypted for the merchant, with the key of its API certificate.',
    ),
    documented('Wechatpay-Serial has to name the key that was encrypted with.'),
    {
      rule: "The merchant's own serial in Wechatpay-Serial is refused, as on every call with encrypted fields.",
      evidence: 'sibling',
      source: sources.platformSerial,
    },
    documented('One call cannot have the certificate and the public key.'),
    documented('Without encrypted_echo_message Wechatpay-Serial still has to be there.'),
    documented('With notify_url a callback SECURITY_ECHO.SUCCESS is sent; without it none is.'),
    inferred(
      'The callback has echo_message, and encrypt_echo_message (spelled so) encrypted for the merchant; its summary is ours.',
    ),
    inferred('The callback is repeated like those of payments.'),
    inferred('echo_message has up to 1,024 bytes.'),
  ],
  async handle({ body }, { caller, notify }) {
    const { echo_message, encrypted_echo_message: opened, notify_url } = body
    // Bytes that are not UTF-8 become longer when they are read as text.
    const bytes = Buffer.byteLength(opened ?? '')
    if (bytes > MAX_SENSITIVE_BYTES) {
      const explanation = {
        en: `/body/encrypted_echo_message: ${bytes} bytes once it is decrypted, at most ${MAX_SENSITIVE_BYTES}`,
        zh: `/body/encrypted_echo_message：解密后长 ${bytes} 字节，最多 ${MAX_SENSITIVE_BYTES} 字节`,
      }
      throw new ApiError(commonErrors.parameter_invalid, { explanation })
    }
    const sealed = opened === undefined ? undefined : encryptField(opened, caller.publicKey)
    if (notify_url !== undefined) {
      await notify(
        callbackOf(securityEchoSuccess, {
          mchid: caller.mchid,
          url: notify_url,
          resource: { echo_message, ...(sealed !== undefined && { encrypt_echo_message: sealed }) },
        }),
      )
    }
    return { echo_message, ...(sealed !== undefined && { encrypted_echo_message: sealed }) }
  },
})
