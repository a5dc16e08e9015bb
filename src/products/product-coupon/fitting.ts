import { documented, inferred, type OperationContext, type Rule } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { fromPage } from '../common/refusal.ts'
import { UNFIT_ROW } from './request-checks.ts'
import type { FittingRule } from './stock-rules.ts'

/** Refusals of a call whose fields have to fit together, and whose object has to be in some state. */
export const FITTING_REFUSALS = {
  rule_broken: fromPage(UNFIT_ROW, {
    en: 'fields do not fit together',
    zh: '字段之间不符合组合要求',
    internalCode: 268_578_224,
  }),
} as const

/** Refusals of a call that makes batches. */
export const BENEFIT_REFUSALS = {
  ...FITTING_REFUSALS,
  discount_above_threshold: fromPage(UNFIT_ROW, {
    en: 'discount_amount is above a threshold that is not 0',
    zh: 'threshold 不为 0，且 discount_amount 大于 threshold',
    internalCode: INTERNAL_CODES.parameterOutOfRange,
  }),
} as const

/** Refusals of a call that makes bundles. */
export const BUNDLE_REFUSALS = {
  ...BENEFIT_REFUSALS,
  uses_get_worse: fromPage(UNFIT_ROW, {
    en: 'a use of the bundle, from the third on, is worse than the one before',
    zh: '从第三次使用起，有一次的优惠力度小于前一次',
    internalCode: 268_586_067,
  }),
} as const

/** Refuses what breaks a rule about fields that have to fit together. */
export function checkRules<Value, Name extends string>(
  rules: readonly FittingRule<Value, Name>[],
  value: Value,
  { fail }: Pick<OperationContext<Name>, 'fail'>,
): void {
  const broken = rules.find(({ fits }) => !fits(value))
  if (broken) fail(broken.refusal, { en: broken.en, zh: broken.zh })
}

/** Such rules for the documentation, each once. */
export function statementsOf(rules: readonly FittingRule<never, string>[]): Rule[] {
  const all = rules.map(({ en, isInferred }) => (isInferred ? inferred(en) : documented(en)))
  return all.filter((one, i) => all.findIndex(({ rule }) => rule === one.rule) === i)
}
