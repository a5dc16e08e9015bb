import { documentedCall, type FieldRules, type InputOf } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext, REPEAT, upon } from '../../engine/operation.ts'
import { page } from '../../wire/protocol/sources.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { fromPage, invalidRequest } from '../common/refusal.ts'
import {
  bundleFor,
  checkRunning,
  ENDED,
  LONE_STOCK_REFUSALS,
  loneStockFor,
  NUMBER_REFUSALS,
  onceFor,
  productCouponSources,
  REQUEST_NO,
  STOCK_REFUSALS,
  UNFIT_ROW,
} from './request-checks.ts'
import { MOST_COUPONS, type Stock, stockDetails, stocks } from './stocks.ts'

const source = productCouponSources.questions
const bundlePage = page('添加商品券批次组', 'doc/v3/partner/4016280622')

const REFUSALS = {
  ...NUMBER_REFUSALS,
  ended: fromPage('400 INVALID_REQUEST 已过期的批次不可修改发放预算', ENDED),
  members_unfit: fromPage(UNFIT_ROW, {
    en: 'the current and the target value of update_mode are not given, or others are',
    zh: '没有传入 update_mode 对应的当前值和目标值，或传入了其他模式的值',
  }),
  total_differs: invalidRequest('documented', '商品券批次总预算旧值已无效，请使用最新的投放预算值', {
    en: 'current_max_count is not max_count of the batch (text documented, status and code inferred)',
    zh: 'current_max_count 与批次的 max_count 不一致（文字见文档，状态码和错误码为推断）',
    source,
  }),
  daily_differs: invalidRequest('documented', '商品券批次当前每日发放次数上限与真实值不符', {
    en: 'current_max_count_per_day is not max_count_per_day of the batch, which may have none (text documented, status and code inferred)',
    zh: 'current_max_count_per_day 与批次的 max_count_per_day 不一致，或批次没有每日上限（文字见文档，状态码和错误码为推断）',
    source,
  }),
  below_sent: fromPage(UNFIT_ROW, {
    en: 'more coupons than target_max_count were sent already',
    zh: '已发放的次数超过了 target_max_count',
  }),
} as const

type BudgetBody =
  InputOf<'POST /v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}/stocks/{stock_id}/update-budget'>['body']

const LIMIT = { min: 1, max: MOST_COUPONS } as const

const FIELDS = {
  'body/out_request_no': REQUEST_NO,
  'body/target_max_count': LIMIT,
  'body/target_max_count_per_day': LIMIT,
} as const satisfies FieldRules

const RULES = [
  documented('A call changes one limit: update_mode says which, and only its two members are given.'),
  documented('The current value has to be that of the batch.', source),
  documented('A limit may be lowered; max_count not below what was sent.'),
  documented('The daily limit of a bundle is that of its first batch; the others have none.', bundlePage),
  inferred('The daily limit may be lowered below what was sent today, and be above the total one.'),
  documented('A batch without a daily limit gets none later.'),
  documented('Codes that were uploaded stay, however many the limit is.', source),
  documented('A batch that is one use of a bundle gets its limits with the bundle.'),
  upon(
    REPEAT,
    inferred('The same out_request_no with the same values is answered with the batch as it is, and changes nothing.'),
  ),
  inferred(
    'Checks run in the order fields, brand, product coupon, batch, number, end, members, current value, what was sent.',
  ),
]

type BudgetRefusal = 'members_unfit' | 'total_differs' | 'daily_differs' | 'below_sent'

/** Changes one limit of a batch (修改发放预算). */
function changeBudget(one: Stock, body: BudgetBody): Decision<Stock, BudgetRefusal> {
  const { update_mode, current_max_count, target_max_count, current_max_count_per_day, target_max_count_per_day } = body
  const total = [current_max_count, target_max_count]
  const daily = [current_max_count_per_day, target_max_count_per_day]
  const [named, others] = update_mode === 'MAX_COUNT' ? [total, daily] : [daily, total]
  const [current, target] = named
  if (target === undefined || current === undefined || others.some((value) => value !== undefined)) {
    return refuse('members_unfit')
  }
  const { stock_send_rule: rule, sent_count_info } = one
  if (update_mode === 'MAX_COUNT_PER_DAY') {
    if (current !== rule.max_count_per_day) return refuse('daily_differs')
    return accept({ ...one, stock_send_rule: { ...rule, max_count_per_day: target } })
  }
  if (current !== rule.max_count) return refuse('total_differs')
  if (target < sent_count_info.total_count) return refuse('below_sent')
  return accept({ ...one, stock_send_rule: { ...rule, max_count: target } })
}

/** Changes batches once, and shows them as they are then. */
async function changeBudgets(
  operation: string,
  found: readonly Stock[],
  request: { readonly path: object; readonly body: BudgetBody },
  context: OperationContext<keyof typeof REFUSALS>,
) {
  const { tx, now, fail } = context
  let changed = found
  await onceFor(context, operation, request, async () => {
    changed = found.map((one, i) => {
      checkRunning(one, context)
      if (i > 0 && request.body.update_mode === 'MAX_COUNT_PER_DAY') return one
      const decision = changeBudget(one, request.body)
      return decision.ok ? decision.value : fail(decision.reason, explain(decision.reason, one, request.body))
    })
    for (const one of changed) await tx.in(stocks).save(one)
    return {}
  })
  return changed.map((one) => stockDetails(one, now))
}

function explain(
  reason: BudgetRefusal,
  { stock_id, stock_send_rule: rule, sent_count_info }: Stock,
  body: BudgetBody,
): Texts {
  const { update_mode, current_max_count, current_max_count_per_day, target_max_count } = body
  const { max_count, max_count_per_day: daily } = rule
  switch (reason) {
    case 'members_unfit': {
      const name = update_mode.toLowerCase()
      return {
        en: `${update_mode} needs current_${name} and target_${name}, and nothing else`,
        zh: `${update_mode} 须传且只传 current_${name} 和 target_${name}`,
      }
    }
    case 'total_differs':
      return {
        en: `current_max_count is ${current_max_count}, and batch ${stock_id} has max_count ${max_count}`,
        zh: `传入的 current_max_count 是 ${current_max_count}，而批次 ${stock_id} 的 max_count 是 ${max_count}`,
      }
    case 'daily_differs':
      return {
        en: `current_max_count_per_day is ${current_max_count_per_day}, and batch ${stock_id} has ${daily === undefined ? 'no daily limit' : `max_count_per_day ${daily}`}`,
        zh: `传入的 current_max_count_per_day 是 ${current_max_count_per_day}，而批次 ${stock_id} ${daily === undefined ? '没有每日上限' : `的 max_count_per_day 是 ${daily}`}`,
      }
    case 'below_sent':
      return {
        en: `target_max_count is ${target_max_count}, and batch ${stock_id} has sent ${sent_count_info.total_count} coupons`,
        zh: `传入的 target_max_count 是 ${target_max_count}，而批次 ${stock_id} 已发放 ${sent_count_info.total_count} 次`,
      }
  }
}

/** 修改商品券批次发放预算: change a limit of a batch. */
export const updateStockBudget = documentedCall(
  'POST /v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}/stocks/{stock_id}/update-budget',
  {
    id: 'updateStockBudget',
    summary: 'Change how many product coupons a batch may send',
    fields: FIELDS,
    refusals: { ...LONE_STOCK_REFUSALS, ...REFUSALS },
    rules: RULES,
    async handle(request, context) {
      const stock = await loneStockFor({ ...request.path, ...request.body }, context)
      const [changed] = await changeBudgets('updateStockBudget', [stock], request, context)
      return changed
    },
  },
)

/** 修改商品券批次组发放预算: change a limit of all batches of a bundle. */
export const updateStockBundleBudget = documentedCall(
  'POST /v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}/stock-bundles/{stock_bundle_id}/update-budget',
  {
    id: 'updateStockBundleBudget',
    summary: 'Change how many product coupons a bundle of batches may send',
    fields: FIELDS,
    refusals: { ...STOCK_REFUSALS, ...REFUSALS },
    rules: RULES,
    async handle(request, context) {
      const { stock_bundle_id } = request.path
      const found = await bundleFor({ ...request.path, ...request.body }, context)
      return { stock_bundle_id, stock_list: await changeBudgets('updateStockBundleBudget', found, request, context) }
    },
  },
)
