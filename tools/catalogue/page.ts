/** Reads one of the vendor's pages, which are Markdown: its headings, lines and tables. */

/** A fact that could not be read, and where it stands. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'

  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`)
  }
}

export interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

export interface Table {
  /** Of the section it stands in. */
  readonly heading: string
  readonly line: number
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

export interface Page {
  readonly file: string
  readonly lines: readonly string[]
  readonly tables: readonly Table[]
}

/** Cells with text as it is read: without escapes, links, emphasis and hard spaces. */
export const plain = (markdown: string): string =>
  markdown
    .replace(/&nbsp;|\u00a0|\u3000/g, ' ')
    .replace(/&#124;/g, '|')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*/g, '')
    .replace(/\\([\\`*_{}[\]()#+\-.!|~<>])/g, '$1')
    .trim()

export function readPage(file: string, text: string): Page {
  const lines = text.split(/\r?\n/)
  const tables: Table[] = []
  let heading = ''
  let inCode = false
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (line.trimStart().startsWith('```')) inCode = !inCode
    else if (inCode) continue
    else if (/^#{1,6} /.test(line)) heading = plain(line.replace(/^#+/, ''))
    else if (line.startsWith('|')) {
      const table = readTable(file, lines, at, heading)
      tables.push(table)
      at = table.line + table.rows.length
    }
  }
  return { file, lines, tables }
}

/** The table whose head is in `lines[at]`. Its rows follow one another, after a line of dashes. */
function readTable(file: string, lines: readonly string[], at: number, heading: string): Table {
  const columns = cellsOf(lines[at] ?? '').map(plain)
  if (!/^\|(?:\s*:?-+:?\s*\|)+\s*$/.test(lines[at + 1] ?? ''))
    throw new Unreadable(file, at + 2, 'no line of dashes below the head of the table')
  const rows: Row[] = []
  for (let next = at + 2; lines[next]?.startsWith('|'); next += 1) {
    const line = lines[next] ?? ''
    const cells = cellsOf(line)
    if (cells.length !== columns.length || !line.trimEnd().endsWith('|'))
      throw new Unreadable(file, next + 1, `${cells.length} cells in a table of ${columns.length} columns`)
    rows.push({ line: next + 1, cells })
  }
  return { heading, line: at + 1, columns, rows }
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
