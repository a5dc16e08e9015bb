import { type AnyRepository, type Stretch, type Transaction, transactionOver } from '../../engine/state/store.ts'
import { keyOf, type Table } from '../../engine/state/table.ts'
import type { Awaitable } from '../../shared/pieces.ts'
import { countWithWrites, encodePlace, entryOf, listsOf, type OwnWrite, pageWithWrites } from '../sorted.ts'
import { encodeText, parseKept } from '../store-errors.ts'

/** Separates the parts of a name in an index. {@link encodeText} leaves none in a text, so that no text up to its separator is a prefix of another. */
export const SEPARATOR = '\u0001'

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

interface Write {
  readonly table: Table
  readonly owner: string
  readonly key: string
  /** Left out if the row was deleted. */
  readonly value?: unknown
}

/** One transaction's view of the server: what it has read, each thing only once, overlaid with what it has written. */
export class Draft {
  readonly #read: (reading: Reading) => Promise<unknown>
  readonly #reads = new Map<string, KeptRead>()
  readonly #writes = new Map<string, Write>()
  readonly transaction: Transaction

  /** @param read asks the server */
  constructor(read: (reading: Reading) => Promise<unknown>) {
    this.#read = read
    this.transaction = transactionOver((table) => this.#repository(table))
  }

  /** Whether it has read at most once: only multiple reads can be mutually inconsistent. */
  get hasReadOnce(): boolean {
    return this.#reads.size < 2
  }

  /** Whether there is nothing to validate and nothing to write. */
  get isSettled(): boolean {
    return this.#writes.size === 0 && this.hasReadOnce
  }

  /** The arguments of the commit script: everything that was read and, unless it is to be dropped, everything that was written. */
  commitArguments({ keep }: { readonly keep: boolean }): string[] {
    const reads = [...this.#reads.values()].flatMap(({ reading, mark }) =>
      mark === undefined ? [] : [...reading, mark],
    )
    const writes = keep ? [...this.#writes.values()] : []
    return [
      String(reads.length / 6),
      ...reads,
      String(writes.length),
      ...writes.flatMap(({ table, owner, key, value }) => rowArguments(table, owner, key, value)),
    ]
  }

  #repository(table: Table): AnyRepository {
    const { name } = table
    const idOf = (value: unknown) => idOfRow(name, table.owner(value), keyOf(table.key(value)))
    // The rows that were read and not overwritten by this transaction, and the matching ones that it wrote.
    const overlaid = ({ values }: Read, fits: (write: Write) => boolean): readonly unknown[] => {
      if (this.#writes.size === 0) return values
      const own = [...this.#writes.values()].filter(
        (write) => write.table === table && write.value !== undefined && fits(write),
      )
      return [...values.filter((value) => !this.#writes.has(idOf(value))), ...own.map(({ value }) => value)]
    }
    const write = (written: Write): void => {
      this.#writes.set(idOfRow(name, written.owner, written.key), written)
    }
    return {
      find: (owner, ...parts) => this.#find(name, owner, keyOf(parts)),
      where: async (index, text, owner) => {
        const read = await this.#ask(['where', name, index, encodeText(text), encodeText(owner ?? '')])
        const textOf = table.indexes[index]
        return overlaid(read, (own) => (owner === undefined || own.owner === owner) && textOf?.(own.value) === text)
      },
      list: async (owner) => {
        const read = await this.#ask(['list', name, encodeText(owner ?? ''), '', ''])
        return overlaid(read, (own) => owner === undefined || own.owner === owner)
      },
      count: async (owner) => {
        const [stored] = (await this.#ask(['count', name, encodeText(owner ?? ''), '', ''])).values
        return countWithWrites(Number(stored), this.#writesIn(table, owner), {
          isCounted: (row) => row !== undefined,
          before: (write) => this.#before(name, write),
        })
      },
      page: async (list, among, stretch) => {
        const writes = this.#writesIn(table, stretch.owner)
        const read = async (wanted: Stretch) => (await this.#ask(pageReading(name, list, among, wanted))).values
        if (writes.length === 0) return read(stretch)
        return pageWithWrites(table, list, among, stretch, writes, (limit) =>
          read({ owner: stretch.owner, after: stretch.after, limit }),
        )
      },
      countAmong: async (list, among, owner) => {
        const text = encodeText(among)
        const [stored] = (await this.#ask(['countAmong', name, list, text, encodeText(owner ?? '')])).values
        return countWithWrites(Number(stored), this.#writesIn(table, owner), {
          isCounted: (row) => row !== undefined && entryOf(table, list, row)?.among === text,
          before: (write) => this.#before(name, write),
        })
      },
      save: (value) => write({ table, owner: table.owner(value), key: keyOf(table.key(value)), value }),
      delete: (owner, ...parts) => write({ table, owner, key: keyOf(parts) }),
    }
  }

  /** The rows that the transaction has written, of one merchant or of all, their owners and keys encoded. */
  #writesIn(table: Table, owner: string | undefined): readonly OwnWrite[] {
    return [...this.#writes.values()]
      .filter((write) => write.table === table && (owner === undefined || write.owner === owner))
      .map((write) => ({ ...write, owner: encodeText(write.owner), key: encodeText(write.key) }))
  }

  /** The row on the server that a write replaces. */
  async #before(name: string, { owner, key }: OwnWrite): Promise<unknown> {
    return (await this.#ask(['find', name, owner, key, ''])).values[0]
  }

  #find(name: string, owner: string, key: string): Awaitable<unknown> {
    const written = this.#writes.get(idOfRow(name, owner, key))
    if (written) return written.value
    return this.#ask(['find', name, encodeText(owner), encodeText(key), '']).then(({ values }) => values[0])
  }

  #ask(reading: Reading): Promise<Read> {
    const id = reading.join(SEPARATOR)
    const known = this.#reads.get(id)
    if (known) return known.answer
    const kept: KeptRead = {
      reading,
      answer: this.#read(reading).then((reply) => {
        const read = parseReply(reply)
        kept.mark = read.mark
        return read
      }),
    }
    this.#reads.set(id, kept)
    return kept.answer
  }
}

/** The six arguments that describe a row to scripts. */
export function rowArguments(table: Table, owner: string, key: string, value: unknown): string[] {
  const [texts, json] = value === undefined ? ['', ''] : [indexTexts(table, value), JSON.stringify(value)]
  return [table.name, indexNames(table), encodeText(owner), encodeText(key), texts, json]
}

function pageReading(
  name: string,
  list: string,
  among: string,
  { owner = '', after, offset = 0, limit }: Stretch,
): Reading {
  const { by, owner: behind, key } = encodePlace(after ?? { by: '', owner: '', key: '' })
  const stretch = [encodeText(owner), after ? 'after' : '', by, behind, key, String(offset), String(limit)]
  return ['page', name, list, encodeText(among), stretch.join(SEPARATOR)]
}

function idOfRow(name: string, owner: string, key: string): string {
  return [name, encodeText(owner), encodeText(key)].join(SEPARATOR)
}

function parseReply(reply: unknown): Read {
  if (!Array.isArray(reply)) throw new Error(`A script answered ${String(reply)} instead of rows.`)
  const [mark, ...rows] = reply.map(String)
  return { mark: mark ?? '', values: rows.map(parseKept) }
}
