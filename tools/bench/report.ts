import { show, summary } from './measure.ts'

/** Target for a number: at least, or at most. */
interface Aim {
  readonly at: 'least' | 'most'
  readonly value: number
}

/** One line of the table: a number from each round. */
export interface Row {
  readonly what: string
  /** Appended to the number; left out for a ratio. */
  readonly unit?: string
  readonly digits?: number
  readonly values: readonly number[]
  readonly aim?: Aim
  /** Why the aim is what it is compared with, or why it is missed. */
  readonly note?: string
}

/** A line of a plot; a point is the median of the rounds, between the lowest and the highest. */
export interface Line {
  readonly name: string
  readonly points: readonly { readonly median: number; readonly low: number; readonly high: number }[]
}

/** A picture: lines over the same few places. */
export interface Plot {
  /** File name, without an extension. */
  readonly name: string
  readonly title: string
  readonly places: readonly string[]
  readonly across: string
  readonly upwards: string
  readonly lines: readonly Line[]
}

/** Results of one bench. */
export interface Report {
  readonly title: string
  readonly rows: readonly Row[]
  readonly plots?: readonly Plot[]
}

/** Whether the median of the rounds meets the aim. */
export function isMet({ values, aim }: Row): boolean | undefined {
  if (!aim) return undefined
  const { median } = summary(values)
  return aim.at === 'least' ? median >= aim.value : median <= aim.value
}

/** e.g. `0.93 (0.91 to 0.95)`, with the unit. */
export function formatValues({ values, digits = 2, unit }: Row): string {
  return `${show(values, digits)}${unit === undefined ? '' : ` ${unit}`}`
}

/** e.g. `at least 0.90` */
export function formatAim({ aim, digits = 2, unit }: Row): string {
  return aim ? `at ${aim.at} ${aim.value.toFixed(digits)}${unit === undefined ? '' : ` ${unit}`}` : ''
}

/** A report for a person at a terminal. */
export function printReport({ title, rows }: Report): void {
  const width = Math.max(...rows.map(({ what }) => what.length))
  console.log(`\n${title}`)
  for (const row of rows) {
    const met = isMet(row)
    const verdict = met === undefined ? '' : `   ${formatAim(row)}: ${met ? 'met' : 'not met'}`
    console.log(`  ${row.what.padEnd(width)}  ${formatValues(row)}${verdict}`)
  }
}

/** The ratio of two numbers, round by round. */
export function ratios(upper: readonly number[], lower: readonly number[]): number[] {
  return upper.map((value, i) => value / (lower[i] ?? Number.NaN))
}

/** A point of a plot. */
export function pointOf(values: readonly number[]): Line['points'][number] {
  return summary(values)
}
