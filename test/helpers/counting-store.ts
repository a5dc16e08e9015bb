import type { DocumentsChange } from '../../src/engine/state/documents.ts'
import { type AnyRepository, type Store, type Transaction, transactionOver } from '../../src/engine/state/store.ts'
import type { Table } from '../../src/engine/state/table.ts'
import type { Awaitable } from '../../src/wire/shared/pieces.ts'

/** A store that counts the rows read from it, in total and at most in one transaction. */
export class CountingStore implements Store {
  readonly #store: Store
  rows = 0
  mostAtOnce = 0

  constructor(store: Store) {
    this.#store = store
  }

  get documents() {
    return this.#store.documents
  }

  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>, along?: DocumentsChange): Promise<Result> {
    return this.#store.transaction(async (tx) => {
      let rows = 0
      const result = await work(
        transactionOver((table) =>
          counted(tx, table, (count) => {
            rows += count
          }),
        ),
      )
      this.rows += rows
      this.mostAtOnce = Math.max(this.mostAtOnce, rows)
      return result
    }, along)
  }

  reset: Store['reset'] = (...given) => this.#store.reset(...given)
  replace: Store['replace'] = (...given) => this.#store.replace(...given)

  /** Counts the rows that `work` reads. */
  async during<Result>(work: () => Promise<Result>): Promise<{ result: Result; rows: number; mostAtOnce: number }> {
    this.rows = 0
    this.mostAtOnce = 0
    const result = await work()
    return { result, rows: this.rows, mostAtOnce: this.mostAtOnce }
  }
}

function counted(tx: Transaction, table: Table, count: (rows: number) => void): AnyRepository {
  const repository = tx.in(table)
  const many = async (answer: Awaitable<readonly unknown[]>) => {
    const rows = await answer
    count(rows.length)
    return rows
  }
  return {
    find: async (owner, ...key) => {
      const row = await repository.find(owner, ...key)
      count(row === undefined ? 0 : 1)
      return row
    },
    where: (...what) => many(repository.where(...what)),
    list: (...what) => many(repository.list(...what)),
    page: (...what) => many(repository.page(...what)),
    count: (...what) => repository.count(...what),
    countAmong: (...what) => repository.countAmong(...what),
    save: (row) => repository.save(row),
    delete: (owner, ...key) => repository.delete(owner, ...key),
  }
}
