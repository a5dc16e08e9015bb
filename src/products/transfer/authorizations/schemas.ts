import { z } from 'zod'
import { choice, text, titled, wireInstant } from '../../common/fields.ts'
import { notifyUrl } from '../bills/schemas.ts'
import { CLOSE_REASONS } from '../rules/authorization.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'

/** Fields that the calls around an authorization have in common. */

/** 商户侧授权单号: the documents say nothing of its characters. */
export const outAuthorizationNo = text({ title: '商户侧授权单号', max: 32, example: 'plfk2020042013' })

export const authorizationId = text({
  title: '微信免确认收款授权单号',
  max: 64,
  example: '201202504101000123456789012',
})

export const userDisplayName = text({ title: '用户展示名称', max: 32, unit: 'characters', example: '用户昵称：王先生' })

export const authorizationNotifyUrl = notifyUrl('授权结果通知地址')

export const sceneInfo = z
  .strictObject({
    client_ip: text({ title: '用户客户端IP', max: 45, example: '127.0.0.1' }).optional(),
    device_id: text({ title: '用户设备号', max: 64 }).optional(),
    device_type: choice('用户设备类型', ['IOS', 'ANDROID', 'HARMONY', 'OTHER']).optional(),
  })
  .meta(titled('用户场景信息'))

/** An authorization as it is looked up. */
export const authorizationDetails = z.object({
  out_authorization_no: z.string(),
  appid: z.string(),
  openid: z.string(),
  user_display_name: z.string(),
  authorization_id: z.string().optional().meta({ description: 'once the user has agreed' }),
  state: z.enum(Object.values(AUTHORIZATION_STATE)),
  authorize_time: wireInstant.optional(),
  close_info: z.object({ close_time: wireInstant, close_reason: z.enum(CLOSE_REASONS) }).optional(),
  transfer_scene_id: z.string(),
  user_recv_perception: z.string(),
  create_time: wireInstant,
  package_info: z.string().optional(),
})
