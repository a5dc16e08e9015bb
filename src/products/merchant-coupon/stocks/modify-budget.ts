import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { commonErrors, INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { replay } from '../../../shared/request-record.ts'
import type { Texts } from '../../../shared/texts.ts'
import { explainReuse } from '../../common/explain.ts'
import { stockId, text } from '../../common/fields.ts'
import { creatorOnly, requestNoReused, stockEnded, stockNotFound } from '../errors.ts'
import { explainEnd, explainNoStock, explainStockRight } from '../explain.ts'
import { type BudgetChange, type BudgetRefusal, changeBudget, type Stock, sentOnDayOf } from '../rules/stock.ts'
import { couponSources } from '../sources.ts'
import { findCreatedStock } from './find-stock.ts'
import { couponLimit } from './stock-fields.ts'
import { stocks } from './table.ts'

const body = z.strictObject({
  target_max_coupons: couponLimit('目标批次最大发放个数', 3_000).optional(),
  current_max_coupons: couponLimit('当前批次最大发放个数', 500).optional(),
  target_max_coupons_by_day: couponLimit('目标单天发放上限个数', 500).optional(),
  current_max_coupons_by_day: couponLimit('当前单天发放上限个数', 300).optional(),
  modify_budget_request_no: text({ title: '修改预算请求单据号', max: 128, example: '1002600620019090123143254436' }),
})

const output = z.object({ max_coupons: z.int(), max_coupons_by_day: z.int().optional() })

/** 修改批次预算: change how many coupons a batch may hand out. */
export const modifyBudget = defineOperation({
  id: 'modifyBudget',
  method: 'PATCH',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/budget',
  summary: 'Change the sending limits of a batch',
  title: '修改批次预算',
  source: 'https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter9_2_11.shtml',

  input: { path: z.object({ stock_id: stockId }), body },
  output,

  errors: {
    parameter_invalid: {
      ...commonErrors.parameter_invalid,
      when: {
        en: 'both targets or none are given, or the target comes without its current value',
        zh: '两个目标值都传了或都没有传，或传了目标值而没有传当前值',
      },
      evidence: 'inferred',
    },
    request_no_reused: requestNoReused,
    not_found: { ...stockNotFound, evidence: 'sibling' },
    not_permitted: creatorOnly,
    ended: stockEnded,
    current_differs: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '批次库存的当前值错误，请获取批次详情查看最新值',
      when: {
        en: 'the current value is not the limit of stock_send_rule (text reported, status and code inferred)',
        zh: '传入的当前值与 stock_send_rule 中的上限不一致（文字来自开发者反馈，状态码和错误码为推断）',
      },
      evidence: 'reported',
      source: couponSources.budgetDiffers,
      internalCode: INTERNAL_CODES.parameterInvalid,
    },
    below_sent: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '目标值小于已发放的张数',
      when: {
        en: 'more coupons than the target were sent already, in all or today (the text is ours)',
        zh: '已发放的券数（总数或当天）超过了要改成的上限（文字为自拟）',
      },
      evidence: 'inferred',
      internalCode: INTERNAL_CODES.parameterInvalid,
    },
  },

  rules: [
    { rule: 'The batch exists and its available_end_time lies ahead.', evidence: 'documented' },
    { rule: 'Exactly one of the two targets is given, with its current value.', evidence: 'documented' },
    { rule: 'A current value whose target is left out is not looked at.', evidence: 'inferred' },
    {
      rule: 'A daily limit that the batch does not have is set by leaving current_max_coupons_by_day out.',
      evidence: 'inferred',
    },
    { rule: 'Only the creator of a batch changes its limits.', evidence: 'inferred' },
    { rule: 'A limit may be lowered, down to what was sent.', evidence: 'inferred' },
    { rule: 'The daily limit may be above the total one.', evidence: 'observed', source: couponSources.liveAnswers },
    { rule: 'The same modify_budget_request_no with the same body gets the same answer.', evidence: 'inferred' },
    {
      rule: 'Checks run in the order fields, request number, batch, right, end, current value, what was sent.',
      evidence: 'inferred',
    },
  ],

  async handle({ path, body }, { tx, now, caller, fail }) {
    const change = changeOf(body)
    if (!change)
      return fail('parameter_invalid', {
        en: 'Exactly one of target_max_coupons and target_max_coupons_by_day is needed.',
        zh: 'target_max_coupons 与 target_max_coupons_by_day 须传且只传一个。',
      })
    // Checked bodies have their members in the order of the schema, so equal bodies are equal texts.
    const values = [path.stock_id, JSON.stringify(body)]
    const record = await tx.in(requests).find(caller.mchid, 'modifyBudget', body.modify_budget_request_no)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(body.modify_budget_request_no, record, values))
    if (repeated.value?.result !== undefined) return output.parse(JSON.parse(repeated.value.result))

    const stock = await findCreatedStock(tx, caller, path.stock_id)
    if (stock === undefined) return fail('not_found', explainNoStock(path.stock_id))
    if (stock === 'not_permitted') return fail(stock, await explainStockRight(tx, caller, path.stock_id))
    const decision = changeBudget(stock, change, now)
    if (!decision.ok) {
      const { reason } = decision
      return fail(
        reason === 'current_missing' ? 'parameter_invalid' : reason,
        explainBudget(reason, stock, change, now),
      )
    }

    const { maxCoupons, maxCouponsByDay } = decision.value.sendRule
    const answer = {
      max_coupons: maxCoupons,
      ...(maxCouponsByDay !== undefined && { max_coupons_by_day: maxCouponsByDay }),
    }
    await tx.in(stocks).save(decision.value)
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'modifyBudget',
      requestNo: body.modify_budget_request_no,
      values,
      at: now,
      result: JSON.stringify(answer),
    })
    return answer
  },
})

function explainBudget(reason: BudgetRefusal, stock: Stock, change: BudgetChange, now: number): Texts {
  const { limit, current, target } = change
  const name = limit === 'maxCoupons' ? 'max_coupons' : 'max_coupons_by_day'
  const has = stock.sendRule[limit]
  const present = {
    en: `batch ${stock.stockId} has ${has === undefined ? `no ${name}` : `${name} ${has}`}`,
    zh: `批次 ${stock.stockId} ${has === undefined ? `没有 ${name}` : `的 ${name} 是 ${has}`}`,
  }
  switch (reason) {
    case 'ended':
      return explainEnd(stock, now)
    case 'current_missing':
      return {
        en: `/body/current_${name}: missing; target_${name} needs the current value, and ${present.en}`,
        zh: `/body/current_${name}：缺少此字段；传 target_${name} 时须同时传当前值，${present.zh}`,
      }
    case 'current_differs':
      return {
        en: `current_${name} is ${current}, and ${present.en}`,
        zh: `传入的 current_${name} 是 ${current}，而${present.zh}`,
      }
    case 'below_sent': {
      const sent = limit === 'maxCoupons' ? sentInAll(stock) : sentToday(stock, now)
      return {
        en: `target_${name} is ${target}, and ${sent.en}`,
        zh: `传入的 target_${name} 是 ${target}，而${sent.zh}`,
      }
    }
  }
}

function sentInAll({ sent: { total } }: Stock): Texts {
  return { en: `${total} coupons are handed out`, zh: `已发放 ${total} 张券` }
}

function sentToday(stock: Stock, now: number): Texts {
  const count = sentOnDayOf(stock, now)
  const day = formatInstant(now).slice(0, 10)
  return { en: `${count} coupons were handed out today (${day})`, zh: `今天（${day}）已发放 ${count} 张券` }
}

/** The limit that is to change; `undefined` when the request names both or none. */
function changeOf(wanted: z.output<typeof body>): BudgetChange | undefined {
  const { target_max_coupons: total, target_max_coupons_by_day: byDay } = wanted
  if (total !== undefined && byDay === undefined) return changing('maxCoupons', total, wanted.current_max_coupons)
  if (total === undefined && byDay !== undefined) {
    return changing('maxCouponsByDay', byDay, wanted.current_max_coupons_by_day)
  }
  return undefined
}

function changing(limit: BudgetChange['limit'], target: number, current: number | undefined): BudgetChange {
  return { limit, target, ...(current !== undefined && { current }) }
}
