/** What became of a variant. */
export interface Row {
  readonly variant: string
  /** How many interactions failed, of how many. */
  readonly failed: number
  readonly of: number
  /** The most telling of what they failed with. */
  readonly by: string
}

const REASON_LIMIT = 180

/** A table in Markdown of which interactions noticed which variant. */
export function formatTable(rows: readonly Row[]): string {
  const cells = [
    ['variant', 'interactions', 'caught by'],
    ...rows.map(({ variant, failed, of, by }) => [variant, `${failed} of ${of}`, shortened(by)]),
  ]
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '))
  return lines.join('\n')
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > REASON_LIMIT ? `${line.slice(0, REASON_LIMIT)}…` : line
}
