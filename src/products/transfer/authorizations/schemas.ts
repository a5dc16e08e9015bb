import { z } from 'zod'
import { choice, text, titled, wireInstant } from '../../common/fields.ts'
import { CLOSE_REASONS } from '../authorization-rules.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'

/** Fields that the calls around an authorization have in common. */

export const outBillNo = text({ title: '商户单号', max: 32, pattern: /^[0-9A-Za-z]{1,32}$/, example: 'plfk2020042013' })
export const transferBillNo = text({
  title: '微信转账单号',
  max: 64,
  example: '1330000071100999991182020050700019480001',
})
export const appid = text({ title: '商户AppID', max: 32, example: 'wxf636efh567hg4356' })
export const openid = text({ title: '收款用户OpenID', max: 64, example: 'o-MYE42l80oelYMDE34nYD456Xoy' })
export const transferSceneId = text({ title: '转账场景ID', max: 36, example: '1000' })
export const userRecvPerception = text({ title: '用户收款感知', max: 256, unit: 'characters', example: '现金奖励' })
const notifyUrl = (title: string) =>
  text({ title, max: 256, pattern: /^https?:\/\/[^\s?#]+$/, example: 'https://www.example.com/notify' })

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
