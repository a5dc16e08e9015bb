const CHINA_OFFSET_MS = 8 * 3_600_000

/** An instant as the service writes it: RFC 3339, whole seconds, `+08:00`. `at` is epoch milliseconds. */
export function formatInstant(at: number): string {
  return `${new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 19)}+08:00`
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})$/

/** Reads an RFC 3339 time with offset; `undefined` when it is not one, or names a day that does not exist. */
export function parseInstant(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) return undefined
  // `Date.parse` lets 30 February run over into March.
  const day = Number(text.slice(8, 10))
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === day ? at : undefined
}
