const CHINA_OFFSET_MS = 8 * 3_600_000

/** An instant in China's time, which is what the wire has; `at` is epoch milliseconds. */
export function chinaTime(at: number): { readonly date: string; readonly time: string } {
  const text = new Date(at + CHINA_OFFSET_MS).toISOString()
  return { date: text.slice(0, 10), time: text.slice(11, 19) }
}

/** A time of the control API without its date and offset: `12:00:00.123`. */
export function timeOfDay(time: string): string {
  return /T([\d:.]+)/.exec(time)?.[1] ?? time
}

/** The date of a time of the control API: `2026-11-25`. */
export function dateOf(time: string): string {
  return time.slice(0, 10)
}

/** A time as a picture has room for it: day and month, and the time to the second. */
export function dayAndTime(time: string): readonly [day: string, time: string] {
  return [dateOf(time).slice(5), timeOfDay(time).slice(0, 8)]
}

/** Fen as yuan. */
export function yuan(fen: number): string {
  return `¥${(fen / 100).toFixed(2)}`
}

/** A time in milliseconds, in its shortest form. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

/** A number of bytes, in its shortest form. */
export function fileSize(bytes: number, language: string): string {
  const units = ['B', 'KiB', 'MiB'] as const
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const amount = bytes / 1_024 ** power
  return `${amount.toLocaleString(language, { maximumFractionDigits: amount < 10 && power > 0 ? 1 : 0 })} ${units[power]}`
}

const OFFSET_UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const

/** How long a time is in whole minutes, in its two largest units; empty for less than half a minute. */
export function offsetParts(ms: number): readonly (readonly [amount: number, unit: 'days' | 'hours' | 'minutes'])[] {
  let rest = Math.round(Math.abs(ms) / 60_000) * 60_000
  const parts = OFFSET_UNITS.map(([unit, length]) => {
    const amount = Math.floor(rest / length)
    rest -= amount * length
    return [amount, unit] as const
  })
  const first = parts.findIndex(([amount]) => amount > 0)
  return first === -1 ? [] : parts.slice(first, first + 2).filter(([amount]) => amount > 0)
}
