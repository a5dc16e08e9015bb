import type { Texts } from '../texts/en.ts'
import type { Row } from './rows.ts'

/** The cases as a table, with what each miss means below it, and the score. */
export function table(rows: readonly Row[], { gauntlet: own }: Texts): string {
  const cells = rows.map(({ ok, name, expects, did }) => [
    ok ? own.verdicts.ok : own.verdicts.miss,
    name,
    own.expects[expects],
    did,
  ])
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((line) => width(line[column] ?? ''))))
  const lines: string[] = []
  for (const [i, row] of rows.entries()) {
    if (row.kind !== rows[i - 1]?.kind) lines.push(own.titles[row.kind])
    const line = (cells[i] ?? []).map(
      (cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))),
    )
    lines.push(`  ${line.join('  ').trimEnd()}`)
    if (row.danger !== undefined) lines.push(`  ${' '.repeat(widths[0] ?? 0)}  - ${row.danger}`)
  }
  return [...lines, own.score(rows.filter(({ ok }) => ok).length, rows.length), ''].join('\n')
}

/** Columns that a text takes up on a terminal: two for a Chinese character. */
function width(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u2E80-\uFFEF]/u.test(character) ? 2 : 1), 0)
}
