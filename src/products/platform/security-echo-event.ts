import { z } from 'zod'
import { defineEvent } from '../../engine/callbacks/event.ts'

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
  resource: z
    .object({
      echo_message: z.string(),
      encrypt_echo_message: z.string().optional().describe('for the merchant; spelled so'),
    })
    .meta({ id: 'SecurityEchoEvent' }),
  sample: () => ({ echo_message: 'wechatpay-mock' }),
})
