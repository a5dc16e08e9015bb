import { z } from 'zod'
import { choice, shownNumber, text, titled, wholeNumber, wireInstant } from '../../common/fields.ts'
import { FAIL_REASONS } from '../meanings.ts'
import { BILL_STATE, BILL_STYLE } from '../spellings.ts'

/** Fields that the calls around a transfer have in common. */

/** 商户单号: letters and digits only. */
export const outBillNo = text({
  title: '商户单号',
  max: 32,
  pattern: /^[0-9A-Za-z]{1,32}$/,
  example: 'plfk2020042013',
})

/** 微信转账单号 */
export const transferBillNo = text({
  title: '微信转账单号',
  max: 64,
  example: '1330000071100999991182020050700019480001',
})

export const appid = text({ title: '商户AppID', max: 32, example: 'wxf636efh567hg4356' })

export const openid = text({ title: '收款用户OpenID', max: 64, example: 'o-MYE42l80oelYMDE34nYD456Xoy' })

export const transferSceneId = text({ title: '转账场景ID', max: 36, example: '1000' })

/** 收款用户姓名, encrypted for the platform. The limit is that of the ciphertext of a 2048-bit key and more (inferred). */
export const userName = text({
  title: '收款用户姓名',
  max: 1_024,
  example: '757b340b45ebef5467rter35gf464344v3542sdf4t6re4tb4f54ty45t4yyry45',
})

/** An address for callbacks without a query. That one on this machine may be http is checked apart. */
export const notifyUrl = (title: string) =>
  text({ title, max: 256, pattern: /^https?:\/\/[^\s?#]+$/, example: 'https://www.example.com/notify' })

export const userRecvPerception = text({ title: '用户收款感知', max: 256, unit: 'characters', example: '现金奖励' })

export const sponsorMchid = text({ title: '出资商户号', max: 32, pattern: /^[1-9]\d*$/, example: '1900000109' })

const reportInfos = z
  .array(
    z.strictObject({
      info_type: text({ title: '信息类型', max: 15, unit: 'characters', example: '活动名称' }),
      info_content: text({ title: '信息内容', max: 32, unit: 'characters', example: '新会员有礼' }),
    }),
  )
  .max(100)
  .meta(titled('转账场景报备信息'))

/** What every way of transferring takes, in the order in which the fields are checked. */
export const billMembers = {
  appid,
  out_bill_no: outBillNo,
  transfer_scene_id: transferSceneId,
  user_name: userName.optional(),
  transfer_amount: wholeNumber({ title: '转账金额', min: 1, example: 400_000 }),
  transfer_remark: text({ title: '转账备注', max: 32, unit: 'characters', example: '新会员开通有礼' }),
  notify_url: notifyUrl('通知地址').optional(),
  user_recv_perception: userRecvPerception.optional(),
  // Required, but reported in a way of its own.
  transfer_scene_report_infos: reportInfos.optional().meta({ description: 'required' }),
}

export const userRecvStyle = z
  .strictObject({ type: choice('用户收款样式类型', Object.values(BILL_STYLE)).optional() })
  .meta(titled('用户收款样式'))

const state = z.enum(Object.values(BILL_STATE))
export const failReason = z.enum(FAIL_REASONS)

/** A transfer as the call that creates it answers. */
export const billAnswer = z.object({
  out_bill_no: z.string(),
  transfer_bill_no: z.string(),
  create_time: wireInstant,
  state,
  fail_reason: failReason.optional().meta({ description: 'only of FAIL and CANCELLED' }),
  package_info: z
    .string()
    .optional()
    .meta({ description: 'what the phone opens the page with; only of WAIT_USER_CONFIRM' }),
})

/** A transfer as the calls that look it up show it. */
export const billDetails = z.object({
  mch_id: z.string(),
  out_bill_no: z.string(),
  transfer_bill_no: z.string(),
  appid: z.string(),
  state,
  transfer_amount: shownNumber({ min: 1 }),
  transfer_remark: z.string(),
  fail_reason: failReason.optional().meta({ description: 'only of FAIL and CANCELLED' }),
  openid: z.string().optional(),
  user_name: z.string().optional().meta({ description: 'encrypted for the merchant, where it gave one' }),
  create_time: wireInstant,
  update_time: wireInstant,
})
