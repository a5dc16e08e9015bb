/**
 * Whether suites that repeat one thing for many SDKs, languages, test runners or broken servers play a part that stands for the rest, as in `.ci/run`:
 * `.ci/night` plays all of it.
 */
export const isRepresentative = process.env.REPRESENTATIVE === '1'
