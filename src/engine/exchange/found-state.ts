import type { Awaitable } from '../../shared/awaitable.ts'
import type { Found } from '../journal/found.ts'
import type { Settings } from '../settings.ts'
import type { AnyRepository } from '../state/store.ts'
import type { Table } from '../state/table.ts'

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
