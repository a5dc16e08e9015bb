import { type AnyRepository, type Stretch, type Transaction, transactionOver } from '../engine/state/store.ts'
import { keyOf, type Table } from '../engine/state/table.ts'
import type { Awaitable } from '../wire/shared/pieces.ts'
import { comparePlaces, encodePlace, entryOf } from './sorted.ts'
import { encodeText } from './store-errors.ts'

/** Identifies a row in its table, by owner and key as stored. */
interface RowId {
  readonly owner: string
  readonly key: string
}

/** A row to write, or to delete if it has no value. Owner and key are encoded as stored. */
export interface Write extends RowId {
  readonly value?: unknown
}

export function writeOf(table: Table, value: unknown): Write {
  return { ...idOf(table, value), value }
}

function idOf(table: Table, row: unknown): RowId {
  return { owner: encodeText(table.owner(row)), key: encodeText(keyOf(table.key(row))) }
}

/** Encoded texts contain no control characters. */
function textOf({ owner, key }: RowId): string {
  return `${owner}\n${key}`
}

/** Selects rows by a text in an index, and those of one merchant. Without either, all rows. */
export interface Selection {
  readonly owner?: string | undefined
  readonly index?: string
  readonly text?: string
}

/** The rows that a store holds, without those that a transaction has written. */
export interface StoredRows {
  find(table: Table, id: RowId): Awaitable<unknown>
  select(table: Table, selection: Selection): Awaitable<readonly unknown[]>
  count(table: Table, owner: string | undefined): Awaitable<number>
  page(table: Table, list: string, among: string, stretch: Stretch): Awaitable<readonly unknown[]>
  countAmong(table: Table, list: string, among: string, owner: string | undefined): Awaitable<number>
}

/** One transaction's view of a store: its rows, overlaid with the transaction's own writes, which reach the store only at the end. */
export class Draft {
  readonly #stored: StoredRows
  readonly #written = new Map<Table, Map<string, Write>>()
  readonly transaction: Transaction

  constructor(stored: StoredRows) {
    this.#stored = stored
    this.transaction = transactionOver((table) => this.#repository(table))
  }

  get isEmpty(): boolean {
    return this.#written.size === 0
  }

  /** The last write of each row, table by table. */
  *writes(): Generator<readonly [table: Table, writes: Iterable<Write>], undefined> {
    for (const [table, rows] of this.#written) yield [table, rows.values()]
  }

  #repository(table: Table): AnyRepository {
    const stored = this.#stored
    return {
      find: (owner, ...parts) => {
        const id = { owner: encodeText(owner), key: encodeText(keyOf(parts)) }
        const write = this.#written.get(table)?.get(textOf(id))
        return write ? write.value : stored.find(table, id)
      },
      where: (index, text, owner) =>
        this.#overlaid(table, stored.select(table, { owner, index, text }), owner, (row) => {
          return table.indexes[index]?.(row) === text
        }),
      list: (owner) => this.#overlaid(table, stored.select(table, { owner }), owner, () => true),
      count: (owner) => this.#counted(table, stored.count(table, owner), owner, (row) => row !== undefined),
      page: (list, among, stretch) => this.#page(table, list, among, stretch),
      countAmong: (list, among, owner) => {
        const text = encodeText(among)
        const isCounted = (row: unknown) => row !== undefined && entryOf(table, list, row)?.among === text
        return this.#counted(table, stored.countAmong(table, list, among, owner), owner, isCounted)
      },
      save: (value) => this.#write(table, writeOf(table, value)),
      delete: (owner, ...parts) => this.#write(table, { owner: encodeText(owner), key: encodeText(keyOf(parts)) }),
    }
  }

  #write(table: Table, write: Write): void {
    const rows = this.#written.get(table) ?? new Map<string, Write>()
    this.#written.set(table, rows)
    rows.set(textOf(write), write)
  }

  /** The rows that the transaction has written, of one merchant or of all. */
  #writesOf(table: Table, owner: string | undefined): readonly Write[] {
    const all = [...(this.#written.get(table)?.values() ?? [])]
    return owner === undefined ? all : all.filter((write) => write.owner === encodeText(owner))
  }

  /** Replaces the stored rows that the transaction has written. */
  async #overlaid(
    table: Table,
    stored: Awaitable<readonly unknown[]>,
    owner: string | undefined,
    fits: (row: unknown) => boolean,
  ): Promise<readonly unknown[]> {
    const rows = await stored
    const written = this.#written.get(table)
    if (!written) return rows
    const own = this.#writesOf(table, owner).filter(({ value }) => value !== undefined && fits(value))
    return [...rows.filter((row) => !written.has(textOf(idOf(table, row)))), ...own.map(({ value }) => value)]
  }

  async #counted(
    table: Table,
    stored: Awaitable<number>,
    owner: string | undefined,
    isCounted: (row: unknown) => boolean,
  ): Promise<number> {
    let count = await stored
    for (const write of this.#writesOf(table, owner)) {
      const before = await this.#stored.find(table, write)
      count += Number(isCounted(write.value)) - Number(isCounted(before))
    }
    return count
  }

  async #page(table: Table, list: string, among: string, stretch: Stretch): Promise<readonly unknown[]> {
    const { owner, after, offset = 0, limit } = stretch
    const writes = this.#writesOf(table, owner)
    if (writes.length === 0) return this.#stored.page(table, list, among, stretch)
    // Each write hides at most one of the stored rows.
    const atMost = offset + limit + writes.length
    const stored = await this.#stored.page(table, list, among, { owner, after, limit: atMost })
    const written = new Set(writes.map(textOf))
    const text = encodeText(among)
    const start = after && encodePlace(after)
    const placed = (row: unknown) => {
      const entry = row === undefined ? undefined : entryOf(table, list, row)
      return entry ? [{ row, entry }] : []
    }
    return [
      ...stored.flatMap(placed).filter(({ entry }) => !written.has(textOf(entry))),
      ...writes
        .flatMap(({ value }) => placed(value))
        .filter(({ entry }) => entry.among === text && (start === undefined || comparePlaces(start, entry) < 0)),
    ]
      .toSorted((a, b) => comparePlaces(a.entry, b.entry))
      .slice(offset, offset + limit)
      .map(({ row }) => row)
  }
}
