import type { z } from 'zod'
import type { Settings } from '../operation.ts'
import type { AnyRepository, Awaitable } from '../state/store.ts'
import type { Table, TableDefinition } from '../state/table.ts'

/**
 * What an exchange found: the rows that it read, as they were before it changed anything, and the settings that counted. Enough to let the
 * same exchange happen again on another mock.
 */
export interface Found {
  /** `keyMode` is the one of the caller, where it has one of its own. */
  readonly settings: Settings
  /** By the name of their table: those of tables that are `inJournal`. */
  readonly rows: Readonly<Record<string, readonly unknown[]>>
}

/** The state of an exchange that read nothing. */
export function nothingFound(settings: Settings): Found {
  return { settings, rows: {} }
}

/** The rows of a table among those that were found. */
export function rowsIn<Row>(
  { rows }: Found,
  { name }: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>,
): readonly Row[] {
  // What is kept under the name of a table was read from it.
  return (rows[name] ?? []) as readonly Row[]
}

/** Rows of one table that are kept. A code may exist in any number of batches. */
const KEPT_ROWS = 8

/** Notes what an exchange finds, while it goes on. */
export class FoundState implements Found {
  settings: Settings
  rows: Readonly<Record<string, unknown[]>>
  /** Whose rows come before those of others where an index finds many. */
  mchid = ''

  /** @param tables those of the mock that are `inJournal` */
  constructor(settings: Settings, tables: readonly Table[]) {
    this.settings = settings
    this.rows = Object.fromEntries(tables.map(({ name }) => [name, []]))
  }

  /** What the journal keeps. */
  get kept(): Found {
    return { settings: this.settings, rows: this.rows }
  }

  /** Forgets the rows: a transaction runs again. */
  clear(): void {
    for (const rows of Object.values(this.rows)) rows.length = 0
  }

  /** A repository that notes what is read through it. What it reads is immutable, so nothing is copied. */
  noting(repository: AnyRepository, table: Table): AnyRepository {
    const note = (row: unknown) => {
      const known = this.rows[table.name]
      if (row !== undefined && known && known.length < KEPT_ROWS && !known.includes(row)) known.push(row)
    }
    return {
      find: (...key) =>
        whenThere(repository.find(...key), (row) => {
          note(row)
          return row
        }),
      where: (...what) =>
        whenThere(repository.where(...what), (rows) => {
          const own = rows.filter((row) => table.owner(row) === this.mchid)
          for (const row of [...own, ...rows].slice(0, KEPT_ROWS)) note(row)
          return rows
        }),
      list: (owner) => repository.list(owner),
      count: (owner) => repository.count(owner),
      save: (row) => repository.save(row),
      delete: (...key) => repository.delete(...key),
    }
  }
}

/** Looks at an answer of the store: at once where it has it at hand. */
function whenThere<Value>(answer: Awaitable<Value>, look: (value: Value) => Value): Awaitable<Value> {
  return answer instanceof Promise ? answer.then(look) : look(answer)
}
