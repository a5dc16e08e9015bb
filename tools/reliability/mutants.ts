import { NOT_IN_SHARE } from './share.ts'

/** Files whose changes have to be noticed: the rules of products, and what decides on the wire. */
export const RULES = 'src/{products/*/{rules/*,*-rules},wire/protocol/**/*,wire/diagnosis/**/*}.ts'

/** `src/products/transfer`, `src/wire/protocol` or `src/engine`, the folder that a file belongs to. */
export const roomOf = (file: string): string =>
  /^src(?:\/(?:products|wire)\/[^/]+|\/[^/]+)?(?=\/)/.exec(file)?.[0] ?? ''

/** The tests that have to notice changes of a file: those of its room. */
export const testsOf = (file: string): string => `${roomOf(file).replace(/^src/, 'test')}/**/*.test.ts`

type Status = 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'CompileError' | 'RuntimeError' | 'Pending'

/** A change in a report of Stryker. */
export interface Mutant {
  readonly status: Status
  readonly statusReason?: string
}

export interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>
}

/** Outcomes of changes. */
export interface Tally {
  readonly noticed: number
  /** No test failed, or none reaches the change. */
  readonly unnoticed: number
  /** Changes without an observable effect, each with its reason beside it in the source. */
  readonly equivalent: number
}

/** Leaves out changes that were not tried. */
export function tallyIn(mutants: readonly Mutant[]): Tally {
  // Changes to the wording of texts do not count: `stryker.config.js` explains why.
  const isLeftOut = ({ statusReason = '' }: Mutant) =>
    statusReason.includes('excluded mutation') || statusReason === NOT_IN_SHARE
  const changes = mutants.filter((mutant) => !isLeftOut(mutant))
  const count = (...wanted: readonly Status[]) => changes.filter(({ status }) => wanted.includes(status)).length
  return {
    noticed: count('Killed', 'Timeout'),
    unnoticed: count('Survived', 'NoCoverage'),
    equivalent: count('Ignored'),
  }
}

export function sum(tallies: readonly Tally[]): Tally {
  const add = (key: keyof Tally) => tallies.reduce((all, tally) => all + tally[key], 0)
  return { noticed: add('noticed'), unnoticed: add('unnoticed'), equivalent: add('equivalent') }
}

/** A file without any change counts as fully noticed. */
export function percentOf({ noticed, unnoticed }: Tally): number {
  return noticed + unnoticed === 0 ? 100 : (100 * noticed) / (noticed + unnoticed)
}

export function describe(tally: Tally): string {
  return `${tally.noticed} of ${tally.noticed + tally.unnoticed} changes noticed, ${percentOf(tally).toFixed(1)} %`
}
