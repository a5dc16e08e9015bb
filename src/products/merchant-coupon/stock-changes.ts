import { z } from 'zod'
import { group, stockId, text, titled } from '../../catalogue/fields.ts'
import { defineOperation, documented, inferred, observed, REPEAT, upon } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { once } from '../common/once.ts'
import { invalidRequest, parameterUnfit } from '../common/refusal.ts'
import { appidUnbound, creatorOnly, requestNoReused, requireAppids, stockEnded, stockNotFound } from './errors.ts'
import { createdStockFor, explainEnd } from './find-coupon.ts'
import { merchantCouponSettings } from './settings.ts'
import { couponSources } from './sources.ts'
import * as fields from './stock-fields.ts'
import { type BudgetChange, type BudgetRefusal, changeBudget, modify, sentOnDayOf } from './stock-rules.ts'
import { type Stock, stocks } from './stocks.ts'

const modifyBody = z.strictObject({
  custom_entrance: fields.changedEntrance.optional(),
  stock_name: fields.stockName.optional(),
  comment: fields.comment.optional(),
  goods_name: fields.goodsName.optional(),
  out_request_no: text({ title: '商户请求单号', max: 128, example: '6122352020010133287985742' }),
  display_pattern_info: fields.displayPatternInfo.optional(),
  coupon_use_rule: group('核销规则', {
    ...fields.useFields,
    use_method: fields.useFields.use_method.optional(),
  }).optional(),
  stock_send_rule: z.strictObject(fields.stockOptions).meta(titled('发放规则')).optional(),
  notify_config: fields.notifyConfig.optional(),
  subsidy: fields.subsidy.optional(),
})

/** 修改商家券基本信息: change base data of a batch. */
export const modifyStock = defineOperation({
  id: 'modifyStock',
  method: 'PATCH',
  path: '/v3/marketing/busifavor/stocks/{stock_id}',
  summary: 'Change base data of a batch',
  title: '修改商家券基本信息',
  source: couponSources.modifyPage.url,
  input: { path: z.object({ stock_id: stockId }), body: modifyBody },
  output: z.undefined(),
  errors: {
    request_no_reused: requestNoReused,
    not_found: { ...stockNotFound, evidence: 'sibling' },
    not_permitted: creatorOnly,
    appid_unbound: { ...appidUnbound, evidence: 'sibling' },
    ended: stockEnded,
    parameter_invalid: parameterUnfit({
      en: 'the batch would be used in a way that create refuses, its mini_programs_info would be incomplete, or subsidy would go from true to false',
      zh: '修改后批次的使用方式是创建接口所不允许的、mini_programs_info 不完整，或 subsidy 由 true 变为 false',
    }),
  },
  rules: [
    documented('The batch exists and its available_end_time lies ahead.'),
    inferred('Only the creator of a batch changes it.'),
    inferred(
      'Members that are given replace those of the batch, also inside of custom_entrance and display_pattern_info and of their members; the others stay.',
    ),
    documented(
      'mini_programs_info may bring some members only; together with those that the batch has, appid, path and entrance_words are needed. With the setting coupon_models at page the request has to bring all three, and all three of finder_info.',
      couponSources.modifyPage,
      sources.goSdk,
    ),
    inferred('stock_name, natural_person_limit, merchant_logo_url and merchant_name are taken and change nothing.'),
    documented('subsidy changes from false to true only.'),
    upon(
      REPEAT,
      inferred('The same out_request_no with the same body is answered with 204 again, and changes nothing.'),
    ),
    inferred('The state of the batch does not matter.'),
    inferred('Coupons that were handed out show the changed data.'),
    inferred('Checks run in the order fields, request number, batch, right, appids, end, fields together.'),
  ],
  async handle({ path, body }, context) {
    const { tx, now, settings, fail } = context
    if (merchantCouponSettings.couponModels.of(settings) === 'page') requireAsPages(body)
    const numbered = { operation: 'modifyStock', request_no: body.out_request_no, values: valuesOf(path, body) }
    await once(context, numbered, async () => {
      const stock = await createdStockFor(context, path.stock_id)
      requireAppids(context, fields.appidsOf(body), stock.belong_merchant)
      const decision = modify(stock, body, now)
      if (!decision.ok) {
        return decision.reason === 'ended'
          ? fail('ended', explainEnd(stock, now))
          : fail('parameter_invalid', fields.EXPLANATION[decision.reason])
      }
      await tx.in(stocks).save(decision.value)
      return {}
    })
    return undefined
  },
})

/** The values that a repeat has to bring again. Checked bodies have their members in the order of the schema, so equal bodies are equal texts. */
function valuesOf({ stock_id }: { readonly stock_id: string }, body: object): readonly string[] {
  return [stock_id, JSON.stringify(body)]
}

/** Refuses what lacks members that the pages require. */
function requireAsPages({ custom_entrance, display_pattern_info }: z.output<typeof modifyBody>): void {
  const entrance = custom_entrance?.mini_programs_info
  fields.requireMembers(fields.miniProgramEntrance, ['custom_entrance', 'mini_programs_info'], entrance)
  fields.requireMembers(fields.finderInfo, ['display_pattern_info', 'finder_info'], display_pattern_info?.finder_info)
}

const budgetBody = z.strictObject({
  target_max_coupons: fields.couponLimit('目标批次最大发放个数', 3_000).optional(),
  current_max_coupons: fields.couponLimit('当前批次最大发放个数', 500).optional(),
  target_max_coupons_by_day: fields.couponLimit('目标单天发放上限个数', 500).optional(),
  current_max_coupons_by_day: fields.couponLimit('当前单天发放上限个数', 300).optional(),
  modify_budget_request_no: text({ title: '修改预算请求单据号', max: 128, example: '1002600620019090123143254436' }),
})

const budgetAnswer = z.object({ max_coupons: z.int(), max_coupons_by_day: z.int().optional() })

/** 修改批次预算: change how many coupons a batch may hand out. */
export const modifyBudget = defineOperation({
  id: 'modifyBudget',
  method: 'PATCH',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/budget',
  summary: 'Change the sending limits of a batch',
  title: '修改批次预算',
  source: 'https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter9_2_11.shtml',
  input: { path: z.object({ stock_id: stockId }), body: budgetBody },
  output: budgetAnswer,
  errors: {
    parameter_invalid: parameterUnfit({
      en: 'both targets or none are given, or the target comes without its current value',
      zh: '两个目标值都传了或都没有传，或传了目标值而没有传当前值',
    }),
    request_no_reused: requestNoReused,
    not_found: { ...stockNotFound, evidence: 'sibling' },
    not_permitted: creatorOnly,
    ended: stockEnded,
    current_differs: invalidRequest('reported', '批次库存的当前值错误，请获取批次详情查看最新值', {
      en: 'the current value is not the limit of stock_send_rule (text reported, status and code inferred)',
      zh: '传入的当前值与 stock_send_rule 中的上限不一致（文字来自开发者反馈，状态码和错误码为推断）',
      source: couponSources.budgetDiffers,
      internalCode: INTERNAL_CODES.parameterInvalid,
    }),
    below_sent: invalidRequest('inferred', '目标值小于已发放的张数', {
      en: 'more coupons than the target were sent already, in all or today (the text is ours)',
      zh: '已发放的券数（总数或当天）超过了要改成的上限（文字为自拟）',
      internalCode: INTERNAL_CODES.parameterInvalid,
    }),
  },
  rules: [
    documented('The batch exists and its available_end_time lies ahead.'),
    documented('Exactly one of the two targets is given, with its current value.'),
    inferred('A current value whose target is left out is not looked at.'),
    inferred('A daily limit that the batch does not have is set by leaving current_max_coupons_by_day out.'),
    inferred('Only the creator of a batch changes its limits.'),
    inferred('A limit may be lowered, down to what was sent.'),
    observed('The daily limit may be above the total one.', couponSources.liveAnswers),
    upon(REPEAT, inferred('The same modify_budget_request_no with the same body gets the same answer.')),
    inferred('Checks run in the order fields, request number, batch, right, end, current value, what was sent.'),
  ],
  async handle({ path, body }, context) {
    const { tx, now, fail } = context
    const change = changeOf(body)
    if (!change)
      return fail('parameter_invalid', {
        en: 'Exactly one of target_max_coupons and target_max_coupons_by_day is needed.',
        zh: 'target_max_coupons 与 target_max_coupons_by_day 须传且只传一个。',
      })
    const { modify_budget_request_no: request_no } = body
    const numbered = { operation: 'modifyBudget', request_no, values: valuesOf(path, body) }
    const { result = '' } = await once(context, numbered, async () => {
      const stock = await createdStockFor(context, path.stock_id)
      const decision = changeBudget(stock, change, now)
      if (!decision.ok) {
        const { reason } = decision
        const why = explainBudget(reason, stock, change, now)
        return fail(reason === 'current_missing' ? 'parameter_invalid' : reason, why)
      }
      await tx.in(stocks).save(decision.value)
      return { result: JSON.stringify(budgetAnswer.parse(decision.value.stock_send_rule)) }
    })
    return budgetAnswer.parse(JSON.parse(result))
  },
})

/** The limit that is to change; `undefined` when the request names both or none. */
function changeOf(wanted: z.output<typeof budgetBody>): BudgetChange | undefined {
  const { target_max_coupons: total, target_max_coupons_by_day: byDay } = wanted
  if (total !== undefined && byDay === undefined) {
    return { limit: 'max_coupons', target: total, current: wanted.current_max_coupons }
  }
  if (total === undefined && byDay !== undefined) {
    return { limit: 'max_coupons_by_day', target: byDay, current: wanted.current_max_coupons_by_day }
  }
  return undefined
}

function explainBudget(reason: BudgetRefusal, stock: Stock, change: BudgetChange, now: number): Texts {
  const { limit, current, target } = change
  const has = stock.stock_send_rule[limit]
  const present = {
    en: `batch ${stock.stock_id} has ${has === undefined ? `no ${limit}` : `${limit} ${has}`}`,
    zh: `批次 ${stock.stock_id} ${has === undefined ? `没有 ${limit}` : `的 ${limit} 是 ${has}`}`,
  }
  switch (reason) {
    case 'ended':
      return explainEnd(stock, now)
    case 'current_missing':
      return {
        en: `/body/current_${limit}: missing; target_${limit} needs the current value, and ${present.en}`,
        zh: `/body/current_${limit}：缺少此字段；传 target_${limit} 时须同时传当前值，${present.zh}`,
      }
    case 'current_differs':
      return {
        en: `current_${limit} is ${current}, and ${present.en}`,
        zh: `传入的 current_${limit} 是 ${current}，而${present.zh}`,
      }
    case 'below_sent': {
      const sent = explainSent(stock, limit, now)
      return {
        en: `target_${limit} is ${target}, and ${sent.en}`,
        zh: `传入的 target_${limit} 是 ${target}，而${sent.zh}`,
      }
    }
  }
}

function explainSent(stock: Stock, limit: BudgetChange['limit'], now: number): Texts {
  const { total } = stock.sent
  if (limit === 'max_coupons') return { en: `${total} coupons are handed out`, zh: `已发放 ${total} 张券` }
  const count = sentOnDayOf(stock, now)
  const day = formatInstant(now).slice(0, 10)
  return { en: `${count} coupons were handed out today (${day})`, zh: `今天（${day}）已发放 ${count} 张券` }
}
