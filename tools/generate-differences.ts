/** Writes docs/differences.md: where the official page of a simulated call differs from the mock, and why. */
import { writeFileSync } from 'node:fs'
import { catalogueIndex } from '../src/catalogue/facts.ts'
import { comparedCalls, findDifferences } from './documents/differences.ts'
import { table } from './documents/made-parts.ts'
import { reasonFor } from './documents/reasons.ts'

export const differencesFile = new URL('../docs/differences.md', import.meta.url)

/** The document. A difference without a reason has an empty one, which a test rejects. */
export async function differencesPage(): Promise<string> {
  const found = await findDifferences()
  const sections = comparedCalls.map(({ operation, page }) => {
    const own = found.filter(({ call }) => call === operation.id)
    const rows = own.map((one) => [code(one.fact), one.ours, one.page, reasonFor(one)?.why ?? ''])
    return [
      `## ${operation.title} · ${operation.summary}`,
      `\`${operation.id}\` · [page](${page.source})`,
      rows.length === 0 ? 'None.' : table(['fact', 'ours', 'page', 'why'], rows),
      ...Object.entries(operation.notes ?? {}).map(([place, { en }]) => `\`${place}\`: ${en}.`),
    ].join('\n\n')
  })
  return `${[
    '# Where we differ from the pages',
    `Made by \`npm run docs\` from the facts of the official pages of ${catalogueIndex.date} and what the simulated calls say of themselves; do not edit. A field is compared in what the mock checks or promises: whether it is there, required, its type, length, values, and in requests its title. An error is compared in status, code and message; those that every call has are left out. The reasons are kept in \`src/catalogue/reasons.ts\`; [how sure we are](fidelity.md) of all else is a page of its own. Merchant coupons (商家券) are on no page any more.`,
    ...sections,
  ].join('\n\n')}\n`
}

function code(fact: string): string {
  return fact.replace(/^\S+\/\S+/, '`$&`')
}

if (import.meta.main) writeFileSync(differencesFile, await differencesPage())
