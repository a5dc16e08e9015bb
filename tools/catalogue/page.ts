/** Parses one of the vendor's pages, which are Markdown: its headings, lines and tables. */

/** Called for anything that cannot be read or does not fit. */
export type Refuse = (problem: string) => void

/** Called for contradictions between pages. */
export type Differ = (where: string, what: string) => void

/** A fact that could not be read, and its place. */
export class Unreadable extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`)
  }
}

/** Reads something, or notes the refusal and returns `otherwise`. */
export function readOr<Read>(otherwise: Read, refuse: Refuse, read: () => Read): Read {
  try {
    return read()
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem
    refuse(problem.message)
    return otherwise
  }
}

export interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

export interface Table {
  /** Heading of its section. */
  readonly heading: string
  readonly line: number
  readonly columns: readonly string[]
  readonly rows: Row[]
}

/** A value in a sample of a request or an answer. */
export type Example = string | number | boolean

export interface Page {
  readonly file: string
  readonly lines: readonly string[]
  readonly tables: readonly Table[]
  /** The values in its samples, by the names of their members. */
  readonly examples: ReadonlyMap<string, readonly Example[]>
}

const ENTITIES: Readonly<Record<string, string>> = { nbsp: ' ', '#124': '|', lt: '<', gt: '>', amp: '&' }

/** Visible text of a cell: without escapes, links, emphasis and hard spaces. */
export const plain = (markdown: string): string =>
  markdown
    .replace(/&(nbsp|#124|lt|gt|amp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/[\u00a0\u3000]/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*/g, '')
    .replace(/\\([\\`*_{}[\]()#+\-.!|~<>])/g, '$1')
    .trim()

/** A member of a sample, unless its value has escapes. */
const EXAMPLE = /"(\w+)"\s*:\s*("[^"\\]*"|-?\d+(?:\.\d+)?|true|false)/g

export function readPage(file: string, text: string): Page {
  const lines = text.split(/\r?\n/)
  const tables: Table[] = []
  let heading = ''
  let inCode = false
  const examples = new Map<string, Example[]>()
  let table: Table | undefined
  for (const [at, line] of lines.entries()) {
    if (line.trimStart().startsWith('```')) inCode = !inCode
    if (inCode || !line.startsWith('|')) table = undefined
    if (inCode) {
      for (const [, name = '', value = ''] of line.matchAll(EXAMPLE))
        examples.set(name, [...(examples.get(name) ?? []), JSON.parse(value)])
      continue
    }
    if (/^#{1,6} /.test(line)) heading = plain(line.replace(/^#+/, ''))
    if (!line.startsWith('|')) continue
    const cells = cellsOf(line)
    if (table === undefined) {
      if (!/^\|(?:\s*:?-+:?\s*\|)+\s*$/.test(lines[at + 1] ?? ''))
        throw new Unreadable(file, at + 2, 'no line of dashes below the head of the table')
      table = { heading, line: at + 1, columns: cells.map(plain), rows: [] }
      tables.push(table)
    } else if (at > table.line) {
      if (cells.length !== table.columns.length || !line.trimEnd().endsWith('|'))
        throw new Unreadable(file, at + 1, `${cells.length} cells in a table of ${table.columns.length} columns`)
      table.rows.push({ line: at + 1, cells })
    }
  }
  return { file, lines, tables, examples }
}

const cellsOf = (line: string): string[] => line.replace(/^\s*\|\s*|\s*\|\s*$/g, '').split(/\s*(?<!\\)\|\s*/)
