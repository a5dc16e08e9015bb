/** The last instant that the wire format can express, in China's time; `parseInstant` accepts none after it. */
export const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999+08:00')

/** Caps a computed instant at the last one. */
export function orLastInstant(at: number): number {
  return Math.min(at, LAST_INSTANT)
}
