const CHINA_OFFSET_MS = 8 * 3_600_000

/** An instant as the service writes it, with its milliseconds where it has any: what a snapshot restores from. `at` is epoch milliseconds. */
export function exactTime(at: number): string {
  return timeWithMilliseconds(at).replace('.000+', '+')
}

/** The same with the milliseconds always there. */
export function timeWithMilliseconds(at: number): string {
  return `${new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, -1)}+08:00`
}
