/**
 * Whether suites that repeat one thing for many SDKs, languages, test runners or broken servers play a part that stands for the rest, as in `.ci/run`:
 * `.ci/night` plays all of it.
 */
export const isRepresentative = process.env.REPRESENTATIVE === '1'

/**
 * Every fourth of cases that repeat one rule where such a part is played, or all of them.
 *
 * @param first number of the case to begin with, so that suites that repeat the same cases together play all of them. Default: 0
 */
export function representatives<Case>(cases: readonly Case[], first = 0): readonly Case[] {
  return isRepresentative ? cases.filter((_, i) => i % 4 === first % 4) : cases
}

/**
 * Picks from all pairs of two kinds of keys and two other choices, where a part stands for the rest: each kind of keys once, with another choice.
 */
export function crosswise<Case>(pairs: readonly Case[]): readonly Case[] {
  return isRepresentative ? pairs.filter((_, i) => i % 3 === 0) : pairs
}
