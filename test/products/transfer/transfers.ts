import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import {
  preTransferWithAuthorization,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { type Envelope, open } from '../../../src/wire/protocol/envelope.ts'
import { encryptField } from '../../../src/wire/protocol/sensitive-field.ts'
import type { Received } from '../../helpers/receiver.ts'

/** Requests of transfers, and helpers for their tests. */

export const OPENID = 'oUser00000000000000000000001'

/** The request of a transfer of ten yuan for 现金营销, with changes. */
export const wanted = (changes: object = {}) => ({
  appid: 'wx0000000000000001',
  out_bill_no: 'T1',
  transfer_scene_id: '1000',
  openid: OPENID,
  transfer_amount: 1_000,
  transfer_remark: '新会员有礼',
  transfer_scene_report_infos: [
    { info_type: '活动名称', info_content: '新会员有礼' },
    { info_type: '奖励说明', info_content: '注册会员抽奖一等奖' },
  ],
  ...changes,
})

/** The authorization that a transfer asks for. */
export const INFO = {
  user_display_name: '张三',
  out_authorization_no: 'A1',
  authorization_notify_url: 'https://shop.example.com/a',
}

/** The request of the authorization A1, with changes. */
export const asked = (changes: object = {}) => ({
  ...INFO,
  appid: 'wx0000000000000001',
  openid: OPENID,
  transfer_scene_id: '1000',
  ...changes,
})

const { openid: _, ...withoutOpenid } = wanted()

/** The request of a transfer to the user who has given the authorization A1, with changes. */
export const authorized = (changes: object = {}) => ({ ...withoutOpenid, out_authorization_no: 'A1', ...changes })

/** The ways of creating the transfer T1. The last one needs the authorization A1. */
export const WAYS = [
  { operation: transferToUser, body: wanted() },
  { operation: preTransferWithAuthorization, body: wanted({ authorization_info: INFO }) },
  { operation: transferWithAuthorization, body: authorized() },
] as const

/** Names the key that {@link encrypted} is encrypted with. */
export const KEY = { wechatpaySerial: 'public-key' } as const

export const encrypted = (text: string) => encryptField(text, wellKnownIdentity().platform.publicKey.publicKey)

/** Content of a callback, opened with the merchant's key. */
export function told({ body }: Received, apiV3Key: string) {
  const { resource, ...envelope } = JSON.parse(body) as {
    event_type: string
    create_time: string
    summary: string
    resource: Envelope & { readonly original_type: string }
  }
  const opened = open(resource, apiV3Key)
  if (!opened.ok) throw new Error(`The resource does not open: ${opened.reason}`)
  const { original_type } = resource
  return { ...envelope, original_type, plaintext: opened.plaintext, resource: JSON.parse(opened.plaintext) }
}

export const refused = (status: number, code: string, message: string) => ({ status, body: { code, message } })
