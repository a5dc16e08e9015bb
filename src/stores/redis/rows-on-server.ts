import type { Stretch } from '../../engine/state/store.ts'
import type { Table } from '../../engine/state/table.ts'
import type { Selection, StoredRows, Write } from '../draft.ts'
import { encodePlace, entryOf, listsOf } from '../sorted.ts'
import { encodeText, parseKept } from '../store-errors.ts'
import { listIn } from './connection.ts'
import { Together } from './together.ts'

/** Separates the parts of a name in an index. {@link encodeText} leaves none in a text, so that no text up to its separator is a prefix of another. */
const SEPARATOR = '\u0001'

/** Separates the parts of a place in a sorted list. */
const PLACE_SEPARATOR = '\u0002'

/** Marks the name of a sorted list among those of indexes. */
const SORTED = '+'

/** The names of a table's indexes and, marked, of its sorted lists, in the order of {@link indexTexts}. */
export function indexNames(table: Table): string {
  return [...Object.keys(table.indexes), ...listsOf(table).map((list) => `${SORTED}${list}`)].join(',')
}

/**
 * The text of a value in each index, as stored beside it: `=text`, or `-` if the index leaves it out. In a sorted list, the sort key of the value
 * follows the text.
 */
function indexTexts(table: Table, value: unknown): string {
  const indexed = Object.values(table.indexes)
    .map((textOf) => textOf(value))
    .map((text) => (text === undefined ? '-' : `=${encodeText(text)}`))
  const sorted = listsOf(table)
    .map((list) => entryOf(table, list, value))
    .map((entry) => (entry === undefined ? '-' : `=${entry.among}${PLACE_SEPARATOR}${entry.by}`))
  return [...indexed, ...sorted].join(SEPARATOR)
}

/** Reverses {@link encodeText}. */
export function decodeText(text: string): string {
  return text.replace(/%([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** Arguments of a read: its kind, a table and three more, empty if the kind takes fewer. */
type Reading = readonly [
  way: 'find' | 'where' | 'list' | 'count' | 'page' | 'countAmong',
  table: string,
  a: string,
  b: string,
  c: string,
]

/** The result of a read: a fingerprint that shows whether it would still be the same, and the JSON of each row. */
interface Read {
  readonly mark: string
  readonly values: readonly unknown[]
}

interface KeptRead {
  readonly reading: Reading
  readonly answer: Promise<Read>
  /** Set once the answer has arrived. */
  mark?: string
}

/** How many readings a script makes at most: the server does nothing else meanwhile. */
const MOST_AT_ONCE = 128

/** The rows on the server, each read only once in a transaction. */
export class RowsOnServer implements StoredRows {
  readonly #run: (readings: readonly string[]) => Promise<unknown>
  readonly #reads = new Map<string, KeptRead>()
  readonly #together = new Together((readings: readonly Reading[]) => this.#readAll(readings))
  #scripts = 0

  /** @param run runs the script that makes readings, with the arguments of all of them */
  constructor(run: (readings: readonly string[]) => Promise<unknown>) {
    this.#run = run
  }

  /** Whether one script has made all readings: only those of several can be mutually inconsistent. */
  get hasReadOnce(): boolean {
    return this.#scripts < 2
  }

  /** The arguments of the commit script: everything that was read, with the document that the instant came from, and everything to write. */
  commitArguments(
    writes: Iterable<readonly [table: Table, writes: Iterable<Write>]>,
    document: { readonly name: string; readonly json: string },
  ): string[] {
    const reads = [...this.#reads.values()].flatMap(({ reading, mark }) =>
      mark === undefined ? [] : [...reading, mark],
    )
    const rows = [...writes].flatMap(([table, some]) => [...some].map((write) => rowArguments(table, write)))
    reads.push('document', '', encodeText(document.name), '', '', document.json)
    return [String(reads.length / 6), ...reads, String(rows.length), ...rows.flat()]
  }

  async find({ name }: Table, { owner, key }: Write): Promise<unknown> {
    return (await this.#ask('find', name, owner, key))[0]
  }

  select({ name }: Table, { owner = '', index, text = '' }: Selection): Promise<readonly unknown[]> {
    return index === undefined
      ? this.#ask('list', name, encodeText(owner))
      : this.#ask('where', name, index, encodeText(text), encodeText(owner))
  }

  async count({ name }: Table, owner = ''): Promise<number> {
    return Number((await this.#ask('count', name, encodeText(owner)))[0])
  }

  page(
    { name }: Table,
    list: string,
    among: string,
    { owner = '', after, offset = 0, limit }: Stretch,
  ): Promise<readonly unknown[]> {
    const { by, owner: behind, key } = encodePlace(after ?? { by: '', owner: '', key: '' })
    const stretch = [encodeText(owner), after ? 'after' : '', by, behind, key, String(offset), String(limit)]
    return this.#ask('page', name, list, encodeText(among), stretch.join(SEPARATOR))
  }

  async countAmong({ name }: Table, list: string, among: string, owner = ''): Promise<number> {
    return Number((await this.#ask('countAmong', name, list, encodeText(among), encodeText(owner)))[0])
  }

  async #ask(way: Reading[0], table: string, a: string, b = '', c = ''): Promise<readonly unknown[]> {
    const reading = [way, table, a, b, c] as const
    const id = reading.join(SEPARATOR)
    const known = this.#reads.get(id)
    if (known) return (await known.answer).values
    const kept: KeptRead = {
      reading,
      answer: this.#together.add(reading).then(({ outcome, position }) => {
        const read = parseReply(outcome[position])
        kept.mark = read.mark
        return read
      }),
    }
    this.#reads.set(id, kept)
    return (await kept.answer).values
  }

  async #readAll(readings: readonly Reading[]): Promise<readonly unknown[]> {
    const replies: unknown[] = []
    for (let from = 0; from < readings.length; from += MOST_AT_ONCE) {
      this.#scripts++
      const some = readings.slice(from, from + MOST_AT_ONCE)
      replies.push(...listIn(await this.#run(some.flat()), 'readings'))
    }
    return replies
  }
}

/** The six arguments that describe a row to scripts. */
export function rowArguments(table: Table, { owner, key, value }: Write): string[] {
  const [texts, json] = value === undefined ? ['', ''] : [indexTexts(table, value), JSON.stringify(value)]
  return [table.name, indexNames(table), owner, key, texts, json]
}

function parseReply(reply: unknown): Read {
  const [mark, ...rows] = listIn(reply, 'rows').map(String)
  return { mark: mark ?? '', values: rows.map(parseKept) }
}
