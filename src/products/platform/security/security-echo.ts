import { z } from 'zod'
import { callbackOf, defineEvent } from '../../../engine/callbacks/event.ts'
import type { PlatformKey } from '../../../engine/keys/merchants.ts'
import { defineOperation } from '../../../engine/operation.ts'
import { commonErrors } from '../../../protocol/common-errors.ts'
import { ApiError } from '../../../protocol/errors.ts'
import {
  decryptField,
  encryptField,
  MAX_SENSITIVE_BYTES,
  sensitiveFieldError,
} from '../../../protocol/sensitive-field.ts'
import { sources } from '../../../protocol/sources.ts'
import { text } from '../../common/fields.ts'

const resource = z
  .object({
    echo_message: z.string(),
    encrypt_echo_message: z.string().optional().meta({ description: 'for the merchant; spelled so' }),
  })
  .meta({ id: 'SecurityEchoEvent' })

/** The callback that the call sends to its `notify_url`. */
export const securityEchoSuccess = defineEvent({
  id: 'securityEchoSuccess',
  eventType: 'SECURITY_ECHO.SUCCESS',
  label: { en: 'a security echo succeeded', zh: '安全回显成功' },
  description: 'The call that tries out signing and encrypting succeeded',
  title: '商户签名验签/加解密测试回调通知',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4015164042',
  summary: '安全联通性测试成功',
  originalType: 'security',
  associatedData: '',
  schedule: 'payment',
  resource,
  sample: () => ({ echo_message: 'wechatpay-mock' }),
})

/** 商户签名验签/加解密测试: a call that tests everything that a client has to be able to do. */
export const securityEcho = defineOperation({
  id: 'securityEcho',
  method: 'POST',
  path: '/v3/security/echo',
  summary: 'Try out signing, verifying, encrypting and callbacks',
  title: '商户签名验签/加解密测试',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4014551946',
  encryptedFields: true,

  input: {
    body: z.strictObject({
      echo_message: text({ title: '回显信息', max: 1_024, example: 'hello' }),
      encrypted_echo_message: text({
        title: '平台证书或微信支付公钥加密测试字段',
        max: 2_048,
        example: 'Fx9mh7K5sjqHxxQcgDVhnJ9QdS4nKfcUbuAOj…',
      }).optional(),
      notify_url: text({
        title: '商户回调地址',
        max: 256,
        pattern: /^https?:\/\/[^\s?#]+$/,
        example: 'https://www.example.com/notify',
      }).optional(),
    }),
  },
  output: z.object({ echo_message: z.string(), encrypted_echo_message: z.string().optional() }),

  errors: {},

  rules: [
    {
      rule: 'echo_message comes back as it was sent; what was encrypted for the platform comes back encrypted for the merchant, with the key of its API certificate.',
      evidence: 'documented',
    },
    { rule: 'Wechatpay-Serial has to name the key that was encrypted with.', evidence: 'documented' },
    {
      rule: "The merchant's own serial in Wechatpay-Serial is refused, as on every call with encrypted fields.",
      evidence: 'sibling',
      source: sources.platformSerial,
    },
    { rule: 'One call cannot have the certificate and the public key.', evidence: 'documented' },
    {
      rule: 'Without encrypted_echo_message Wechatpay-Serial still has to be there.',
      evidence: 'documented',
    },
    { rule: 'With notify_url a callback SECURITY_ECHO.SUCCESS is sent; without it none is.', evidence: 'documented' },
    {
      rule: 'The callback has echo_message, and encrypt_echo_message (spelled so) encrypted for the merchant; its summary is ours.',
      evidence: 'inferred',
    },
    { rule: 'The callback is repeated like those of payments.', evidence: 'inferred' },
    { rule: 'echo_message has up to 1,024 bytes.', evidence: 'inferred' },
  ],

  async handle({ body }, { caller, platformKey, notify }) {
    const { echo_message, encrypted_echo_message, notify_url } = body
    const opened = encrypted_echo_message === undefined ? undefined : open(encrypted_echo_message, platformKey)
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

/** @throws ApiError for what is not ciphertext, was encrypted for another key, or is not text */
function open(ciphertext: string, { privateKey, serialNo }: PlatformKey): string {
  const decrypted = decryptField(ciphertext, privateKey)
  if (!decrypted.ok) throw sensitiveFieldError(decrypted.reason, '/body/encrypted_echo_message', serialNo)
  // Bytes that are not UTF-8 become longer when they are read as text.
  const bytes = Buffer.byteLength(decrypted.plaintext)
  if (bytes > MAX_SENSITIVE_BYTES) {
    const explanation = {
      en: `/body/encrypted_echo_message: ${bytes} bytes once it is decrypted, at most ${MAX_SENSITIVE_BYTES}`,
      zh: `/body/encrypted_echo_message：解密后长 ${bytes} 字节，最多 ${MAX_SENSITIVE_BYTES} 字节`,
    }
    throw new ApiError(commonErrors.parameter_invalid, { explanation })
  }
  return decrypted.plaintext
}
