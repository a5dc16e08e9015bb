/** The last instant that a time on the wire can tell, in China's time; `parseInstant` reads none after it. */
export const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999+08:00')

/** An instant that was worked out, or the last one if it lies behind that: what has no end before then has it there. */
export function orLastInstant(at: number): number {
  return Math.min(at, LAST_INSTANT)
}
