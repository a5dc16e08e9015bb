/**
 * How many random cases a test plays: all that it names, or DIAGNOSIS_PERCENT of a hundred of them. Mutation testing plays fewer, as it runs
 * them for each of thousands of changes; they are the first ones of the same sequence.
 */
export function amountOf(cases: number): number {
  return Math.ceil((cases * Number(process.env.DIAGNOSIS_PERCENT ?? 100)) / 100)
}
