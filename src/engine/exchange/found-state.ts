import type { Awaitable } from '../../shared/awaitable.ts'
import type { Found } from '../journal/found.ts'
import type { Settings } from '../settings.ts'
import type { AnyRepository } from '../state/store.ts'
import type { Table } from '../state/table.ts'

/** How many rows of a table are kept: a code may exist in any number of batches. */
const KEPT_ROWS = 8

/** Records the rows that an exchange reads. */
export class FoundState implements Found {
  settings: Settings
  rows: Record<string, unknown[]> = {}
  /** The merchant whose rows come first if an index finds many. */
  mchid = ''

  constructor(settings: Settings) {
    this.settings = settings
  }

  /** What to keep in the journal. */
  get kept(): Found {
    return { settings: this.settings, rows: this.rows }
  }

  /** Forgets the rows, because a transaction runs again. */
  clear(): void {
    this.rows = {}
  }

  /** Wraps a repository to record the rows read through it. Rows are immutable, so they are not copied. */
  noting(repository: AnyRepository, table: Table): AnyRepository {
    const record = (row: unknown) => {
      if (row === undefined) return
      this.rows[table.name] ??= []
      const known = this.rows[table.name]
      if (known && known.length < KEPT_ROWS && !known.includes(row)) known.push(row)
    }
    const recordSome = (rows: readonly unknown[]) => {
      const own = rows.filter((row) => table.owner(row) === this.mchid)
      for (const row of [...own, ...rows].slice(0, KEPT_ROWS)) record(row)
      return rows
    }
    return {
      find: (...key) =>
        whenThere(repository.find(...key), (row) => {
          record(row)
          return row
        }),
      where: (...what) => whenThere(repository.where(...what), recordSome),
      list: (owner) => repository.list(owner),
      count: (owner) => repository.count(owner),
      page: (...what) => whenThere(repository.page(...what), recordSome),
      countAmong: (...what) => repository.countAmong(...what),
      save: (row) => repository.save(row),
      delete: (...key) => repository.delete(...key),
    }
  }
}

/** Maps an answer of the store, synchronously if it is at hand. */
function whenThere<Value>(answer: Awaitable<Value>, look: (value: Value) => Value): Awaitable<Value> {
  return answer instanceof Promise ? answer.then(look) : look(answer)
}
