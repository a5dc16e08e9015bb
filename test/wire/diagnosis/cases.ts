import type { Random } from '../../../fixtures/random.ts'
import type { Cause } from '../../../src/wire/diagnosis/variant.ts'
import { anyDraft, type Draft, messageOf } from './drafts.ts'
import { applyMistake, causeOf, type Mistake } from './mistakes.ts'

/** A request and the message that was signed for it. */
export interface Case {
  readonly wire: Draft
  readonly causes: readonly Cause[]
  readonly message: Buffer
}

/** Signs a request with mistakes; `undefined` unless each of them makes a difference. */
function caseOf(wire: Draft, mistakes: readonly Mistake[]): Case | undefined {
  let draft = wire
  const causes: Cause[] = []
  for (const mistake of mistakes) {
    const cause = causeOf(mistake, wire)
    if (!cause) return undefined
    const before = messageOf(draft)
    draft = applyMistake(cause, draft)
    if (before.equals(messageOf(draft))) return undefined
    causes.push(cause)
  }
  return { wire, causes, message: messageOf(draft) }
}

/** Draws random requests until one can be signed with these mistakes. */
export function anyCase(
  random: Random,
  mistakes: () => readonly Mistake[],
  draft: () => Draft = () => anyDraft(random),
): Case {
  for (let attempt = 0; attempt < 2_000; attempt += 1) {
    const found = caseOf(draft(), mistakes())
    if (found) return found
  }
  throw new Error('No request can be signed with these mistakes')
}
