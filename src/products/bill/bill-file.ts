/** One line of a bill by the titles of its columns; numbers are amounts in fen. */
export type Line = Readonly<Record<string, string | number>>

/** The form of a bill: its columns, and what its last line sums up. */
export interface BillForm {
  readonly columns: readonly string[]
  readonly totals: readonly Total[]
}

interface Total {
  readonly title: string
  readonly of: (line: Line) => number
  /** A number of lines, and no amount. */
  readonly isCount?: true
}

export function countOf(title: string, isCounted: (line: Line) => boolean = () => true): Total {
  return { title, of: (line) => Number(isCounted(line)), isCount: true }
}

export function totalOf(title: string, column: string, isCounted: (line: Line) => boolean = () => true): Total {
  return { title, of: (line) => (isCounted(line) ? Number(line[column]) : 0) }
}

/** Lines are handed on in chunks, since a bill may have a hundred thousand. */
const CHUNK = 500

/**
 * The text of a bill, chunk by chunk: no text at all if it has no lines (pay-family.md 6.4).
 *
 * A byte order mark comes first, each line ends in CRLF, values have a backquote before them, and titles have none.
 */
export async function* billFile(
  { columns, totals }: BillForm,
  lines: AsyncIterable<Line>,
): AsyncGenerator<string, void> {
  const sums = totals.map(() => 0)
  let chunk = [`\ufeff${columns.join()}`]
  let isEmpty = true
  for await (const line of lines) {
    isEmpty = false
    chunk.push(backquoted(columns.map((title) => formatted(title, line[title]))))
    totals.forEach(({ of }, i) => {
      sums[i] = (sums[i] ?? 0) + of(line)
    })
    if (chunk.length < CHUNK) continue
    yield textOf(chunk)
    chunk = []
  }
  if (isEmpty) return
  const last = totals.map(({ title, isCount }, i) => (isCount ? String(sums[i]) : formatted(title, sums[i])))
  yield textOf([...chunk, totals.map(({ title }) => title).join(), backquoted(last)])
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('')
}

function backquoted(values: readonly string[]): string {
  return values.map((value) => `\`${value}`).join()
}

/** Fees are shown with five decimals (observed), though they are whole fen. */
function formatted(title: string, value: string | number = ''): string {
  if (typeof value === 'string') return value
  return title.startsWith('手续费') ? `${yuan(value)}000` : yuan(value)
}

/** An amount in yuan with two decimals. @param fen whole; it may be negative */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Replaces the characters that would break a line. */
export function escaped(text: string, escapes: Readonly<Record<string, string>>): string {
  return Array.from(text, (character) => escapes[character] ?? character).join('')
}
