import { type Reason, reasonAt } from '../../src/catalogue/reasons.ts'
import { sourcesOf } from '../../src/wire/protocol/sources.ts'
import type { Difference } from './differences.ts'

/** The reason of a difference; `undefined` if none is given. */
export function reasonFor(difference: Difference): Reason | undefined {
  return reasonAt(difference.call, difference.fact) ?? ownEvidence(difference)
}

/** The source of an error of ours, unless it is the page itself. */
function ownEvidence({ call, fact, error }: Difference): Reason | undefined {
  if (!error) return undefined
  const { evidence, when } = error
  const links = sourcesOf(error).map(({ title, url }) => `[${title}](${url})`)
  if (links.length > 0) return { call, fact, why: `${evidence}: ${links.join(', ')}` }
  return evidence === 'documented' ? undefined : { call, fact, why: `${evidence}: ${when.en}` }
}
