import { inject } from 'vitest'

/**
 * How many random cases a test plays: `randomPercent` of a hundred of those that it names. `npm test` plays some, `npm run test:thorough` all, and
 * mutation testing the fewest, as it plays them for each of thousands of changes; fewer are the first ones of the same sequence.
 */
export function amountOf(cases: number): number {
  return Math.ceil((cases * inject('randomPercent')) / 100)
}
