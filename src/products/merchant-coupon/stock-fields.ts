import { z } from 'zod'
import { choice, group, instant, listOf, text, titled, wholeNumber } from '../../catalogue/fields.ts'
import { FIELD_TITLE } from '../../engine/exchange/input.ts'
import { fieldError } from '../../wire/protocol/field-check.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { MOST_COUPONS, type ModifyRefusal, type ValidityRefusal } from './stock-rules.ts'
import { type AvailableTime, MOST_PERIODS, useMethod } from './stocks.ts'

/** The fields of a batch that create and modify have in common, and what they mean. */

const option = (words: string) => z.boolean().meta(titled(words)).optional()

const appid = (words: string) => text({ title: words, max: 32, example: 'wx23232232323' })
const miniProgramPath = (words: string) => text({ title: words, max: 128, example: '/path/index/index' })

export const comment = text({ title: '批次备注', max: 20, unit: 'characters', example: '活动使用' })
export const goodsName = text({ title: '适用商品范围', max: 15, unit: 'characters', example: 'xxx商品使用' })
export const stockName = text({ title: '商家券批次名称', max: 21, unit: 'characters', example: '8月1日活动券' })
export const subsidy = z.boolean().meta(titled('是否允许营销补贴'))

/** A coupon's entrance to a mini program. */
export const miniProgramEntrance = z.strictObject({
  mini_programs_appid: appid('商家小程序appid'),
  mini_programs_path: miniProgramPath('商家小程序path'),
  entrance_words: text({ title: '入口文案', max: 5, unit: 'characters', example: '欢迎选购' }),
  guiding_words: text({ title: '引导文案', max: 6, unit: 'characters', example: '获取更多优惠' }).optional(),
})

const entranceTo = <MiniProgram extends z.ZodType>(miniProgram: MiniProgram) =>
  group('自定义入口', {
    mini_programs_info: miniProgram.meta(titled('小程序入口')).optional(),
    appid: appid('商户公众号appid').optional(),
    hall_id: text({ title: '营销馆id', max: 64, example: '233455656' }).optional(),
    store_id: text({ title: '可用门店id', max: 64, example: '233554655' }).optional(),
    code_display_mode: choice('code展示模式', ['NOT_SHOW', 'BARCODE', 'QRCODE']).optional(),
  })

export const customEntrance = entranceTo(miniProgramEntrance)
/** The same where only some of it changes. */
export const changedEntrance = entranceTo(miniProgramEntrance.partial())

/** 视频号: what the pages require of it, and the models of the SDKs do not. */
export const finderInfo = z.strictObject({
  finder_id: text({ title: '视频号ID', min: 0, max: 256 }),
  finder_video_id: text({ title: '视频号视频ID', min: 0, max: 256 }),
  finder_video_cover_image_url: text({ title: '视频号封面图', min: 0, max: 1_024 }),
})

const COLORS = [
  ...(['Color010', 'Color020', 'Color030', 'Color040', 'Color050'] as const),
  ...(['Color060', 'Color070', 'Color080', 'Color090', 'Color100'] as const),
] as const

export const displayPatternInfo = group('样式信息', {
  description: text({ title: '使用须知', max: 1_000, unit: 'characters', example: 'xxx门店可用' }).optional(),
  merchant_logo_url: text({ title: '商户logo', max: 128, example: 'https://qpic.cn/xxx' }).optional(),
  merchant_name: text({ title: '商户名称', max: 16, unit: 'characters', example: '微信支付' }).optional(),
  background_color: choice('背景颜色', COLORS).optional(),
  coupon_image_url: text({ title: '券详情图片', max: 128, example: 'https://qpic.cn/xxx' }).optional(),
  finder_info: finderInfo.partial().meta(titled('视频号相关信息')).optional(),
})

export const notifyConfig = group('事件通知配置', { notify_appid: appid('事件通知appid').optional() })

/** How a coupon is used, and the mini program that it is used in. */
export const useFields = {
  use_method: choice('核销方式', useMethod.options),
  mini_programs_appid: appid('小程序appid').optional(),
  mini_programs_path: miniProgramPath('小程序path').optional(),
} as const

/** The last second of a day, counted from 0. */
const LAST_SECOND = 86_399

export const availableTime = group('券可核销时间', {
  available_begin_time: instant({ title: '开始时间', example: '2026-11-20T13:29:35+08:00' }),
  available_end_time: instant({ title: '结束时间', example: '2027-05-20T13:29:35+08:00' }),
  available_day_after_receive: wholeNumber({ title: '生效后N天内有效', min: 1, max: 365, example: 3 }).optional(),
  wait_days_after_receive: wholeNumber({ title: '领取后N天开始生效', min: 1, max: 30, example: 7 }).optional(),
  available_second_after_receive: wholeNumber({ title: '领取后N秒内有效', min: 1, example: 3_600 }).optional(),
  available_week: group('固定周期有效时间段', {
    week_day: listOf('可用星期数', wholeNumber({ title: '可用星期数', min: 0, max: 6, example: 1 }), 7).optional(),
    available_day_time: listOf(
      '当天可用时间段',
      z.strictObject({
        begin_time: secondOfDay('当天可用开始时间', 3_600).optional(),
        end_time: secondOfDay('当天可用结束时间', 86_399).optional(),
      }),
      2,
    ).optional(),
  }).optional(),
  irregulary_avaliable_time: listOf(
    '无规律的有效时间段',
    z.strictObject({
      begin_time: instant({ title: '开始时间', example: '2026-12-24T00:00:00+08:00' }).optional(),
      end_time: instant({ title: '结束时间', example: '2026-12-26T23:59:59+08:00' }).optional(),
    }),
    MOST_PERIODS,
  ).optional(),
})

function secondOfDay(words: string, example: number) {
  return wholeNumber({ title: words, min: 0, max: LAST_SECOND, example })
}

/** The times of a batch; a window without a begin or an end has the day's, or the batch's (inferred). */
export function availableTimeOf(time: z.output<typeof availableTime>): AvailableTime {
  const { available_begin_time: from, available_end_time: until, available_week: week } = time
  const { irregulary_avaliable_time: periods = [] } = time
  const hours = week?.available_day_time?.map(({ begin_time = 0, end_time = LAST_SECOND }) => ({
    begin_time,
    end_time,
  }))
  return {
    ...time,
    available_week: week && { ...week, available_day_time: hours },
    irregulary_avaliable_time: periods.map(({ begin_time = from, end_time = until }) => ({ begin_time, end_time })),
  }
}

const OFF = { default: false }

/** The switches of a batch; a change that leaves one out keeps it. */
export const stockOptions = {
  natural_person_limit: option('是否开启自然人限制'),
  prevent_api_abuse: option('可疑账号拦截'),
}

export const stockSendRule = group('发放规则', {
  max_coupons: couponLimit('批次最大发放个数', 100).optional(),
  max_coupons_per_user: wholeNumber({ title: '用户最大可领个数', min: 1, max: 100, example: 5 }),
  max_coupons_by_day: couponLimit('单天发放上限个数', 100).optional(),
  max_amount: wholeNumber({ title: '批次总预算', min: 0, example: 100_000 }).optional(),
  max_amount_by_day: wholeNumber({ title: '单天发放上限金额', min: 0, example: 1_000 }).optional(),
  natural_person_limit: stockOptions.natural_person_limit.meta(OFF),
  prevent_api_abuse: stockOptions.prevent_api_abuse.meta(OFF),
  transferable: option('是否允许转赠').meta(OFF),
  shareable: option('是否允许分享链接').meta(OFF),
})

/** A limit on the coupons of a batch or of a day. */
export function couponLimit(words: string, example: number) {
  return wholeNumber({ title: words, min: 1, max: MOST_COUPONS, example })
}

/** Every appid that a request for a batch names. */
export function appidsOf(body: {
  readonly custom_entrance?: z.output<typeof changedEntrance> | undefined
  readonly coupon_use_rule?: { readonly mini_programs_appid?: string | undefined } | undefined
  readonly notify_config?: z.output<typeof notifyConfig> | undefined
}): string[] {
  return [
    body.custom_entrance?.mini_programs_info?.mini_programs_appid,
    body.custom_entrance?.appid,
    body.coupon_use_rule?.mini_programs_appid,
    body.notify_config?.notify_appid,
  ].filter((named) => named !== undefined)
}

/** For the journal: which fields do not go together. */
export const EXPLANATION = {
  benefit_unfit: {
    en: 'Exactly one of fixed_normal_coupon, discount_coupon and exchange_coupon is needed, the one of stock_type, with both its members.',
    zh: 'fixed_normal_coupon、discount_coupon、exchange_coupon 须传且只传与 stock_type 对应的一个，并包含它的两个字段。',
  },
  amount_too_small: {
    en: 'max_amount is less than what one coupon takes off, and max_coupons is left out.',
    zh: 'max_amount 小于一张券的优惠金额，且没有传 max_coupons。',
  },
  ends_before_it_begins: {
    en: 'available_end_time is not after available_begin_time.',
    zh: 'available_end_time 须晚于 available_begin_time。',
  },
  longer_than_a_year: {
    en: 'There is more than a year between available_begin_time and available_end_time.',
    zh: 'available_begin_time 与 available_end_time 相隔超过一年。',
  },
  waits_without_days: {
    en: 'wait_days_after_receive needs available_day_after_receive.',
    zh: '传 wait_days_after_receive 时须同时传 available_day_after_receive。',
  },
  hours_without_weekdays: {
    en: 'available_day_time needs week_day.',
    zh: '传 available_day_time 时须同时传 week_day。',
  },
  window_ends_before_it_begins: {
    en: 'A window of available_day_time or irregulary_avaliable_time ends before it begins.',
    zh: 'available_day_time 或 irregulary_avaliable_time 中有时段的结束时间早于开始时间。',
  },
  mini_program_missing: {
    en: 'use_method MINI_PROGRAMS needs mini_programs_appid and mini_programs_path.',
    zh: 'use_method 为 MINI_PROGRAMS 时须传 mini_programs_appid 和 mini_programs_path。',
  },
  use_method_not_open: { en: 'use_method SELF_CONSUME is not open.', zh: 'use_method 的 SELF_CONSUME 尚未开放。' },
  subsidy_stays: { en: 'subsidy cannot be changed from true to false.', zh: 'subsidy 不能由 true 改为 false。' },
  entrance_incomplete: {
    en: 'mini_programs_info needs mini_programs_appid, mini_programs_path and entrance_words, those that the batch has already included.',
    zh: 'mini_programs_info 须包含 mini_programs_appid、mini_programs_path 和 entrance_words，批次已有的值也算在内。',
  },
} as const satisfies Record<
  ValidityRefusal | Exclude<ModifyRefusal, 'ended'> | 'benefit_unfit' | 'amount_too_small',
  Texts
>

/**
 * Refuses an object that lacks a member which the pages require of it, as the field checker refuses it; for those that the models of the SDKs leave
 * optional (corrections 27). `path` leads to the object; one that is not given is not looked at.
 *
 * @throws ApiError for the first one
 */
export function requireMembers(
  { shape }: { readonly shape: Readonly<Record<string, z.ZodType>> },
  path: readonly string[],
  given: object | undefined,
): void {
  if (given === undefined) return
  for (const [name, field] of Object.entries(shape)) {
    if (name in given || field instanceof z.ZodOptional) continue
    const pointer = `/body/${[...path, name].join('/')}`
    const explanation = {
      en: `${pointer}: missing; the reference page requires it (setting coupon_models)`,
      zh: `${pointer}：缺少此字段，接口文档规定必填（设置 coupon_models）`,
    }
    throw fieldError('body', [...path, name], String(field.meta()?.[FIELD_TITLE]), { rule: 'missing' }, explanation)
  }
}
