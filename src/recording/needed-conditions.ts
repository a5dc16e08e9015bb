import { isDeepStrictEqual } from 'node:util'
import type { AnswerTemplate } from './answer-template.ts'
import type { Condition, Conditions } from './conditions.ts'
import { LeftOut } from './left-out.ts'

/** The provider states that an exchange needs, and what is agreed on in them. */
export interface Needed {
  readonly conditions: readonly Condition[]
  readonly agreed: AnswerTemplate
}

/**
 * Leaves out one after the other of what an exchange found, as long as it is answered in the same way: what it did not look at, or would have done
 * without, is no part of a contract.
 *
 * @param tryOut makes the exchange again in some states
 * @throws LeftOut when it is answered otherwise in all of them
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

/** Settings first, without which what they look at may not matter; then from the end, since later states say more: an order that exists may have to be one that is paid. */
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
    // It is answered otherwise, or a state needs one that was left out.
    if (error instanceof LeftOut) return undefined
    throw error
  }
}
