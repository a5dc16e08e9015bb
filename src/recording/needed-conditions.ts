import { isDeepStrictEqual } from 'node:util'
import type { AnswerTemplate } from './answer-template.ts'
import type { Condition, Conditions } from './conditions.ts'
import { LeftOut } from './left-out.ts'

/** The provider states that an exchange needs, and the parts of it that are agreed on in them. */
export interface Needed {
  readonly conditions: readonly Condition[]
  readonly agreed: AnswerTemplate
}

/**
 * Removes the conditions of an exchange one by one, as long as it is answered in the same way: state that it did not look at, or would have done
 * without, is not part of a contract.
 *
 * @param tryOut repeats the exchange in some states
 * @throws LeftOut if it is answered differently in all of them
 */
export async function neededConditions(
  { certain, possible }: Conditions,
  tryOut: (conditions: readonly Condition[]) => Promise<AnswerTemplate>,
): Promise<Needed> {
  const agreed = await tryOut([...certain, ...possible])
  let needed = possible
  for (const one of leastFirst(possible)) {
    const fewer = needed.filter((other) => other !== one)
    if (isDeepStrictEqual(await tryIn([...certain, ...fewer], tryOut), agreed)) needed = fewer
  }
  return { conditions: [...certain, ...needed], agreed }
}

/**
 * Settings first, since other states may only matter with them; then from the end, since later states are more specific: an existing order may have
 * to be a paid one.
 */
function leastFirst(conditions: readonly Condition[]): readonly Condition[] {
  const isSetting = ({ params }: Condition) => Object.keys(params).length === 0
  return [...conditions.filter(isSetting), ...conditions.filter((one) => !isSetting(one)).toReversed()]
}

async function tryIn(
  conditions: readonly Condition[],
  tryOut: (conditions: readonly Condition[]) => Promise<AnswerTemplate>,
): Promise<AnswerTemplate | undefined> {
  try {
    return await tryOut(conditions)
  } catch (error) {
    // It is answered differently, or a state needs one that was removed.
    if (error instanceof LeftOut) return undefined
    throw error
  }
}
