import type { z } from 'zod'
import type { AnyRepository, Repository, Transaction } from './store.ts'
import type { Table, TableDefinition } from './table.ts'

/** A transaction that creates repositories on first use: there are many tables, and most calls need three. */
export class LazyTransaction implements Transaction {
  readonly #make: (table: Table) => AnyRepository
  readonly #made = new Map<Table, AnyRepository>()

  /** @param make creates the repository of a table */
  constructor(make: (table: Table) => AnyRepository) {
    this.#make = make
  }

  in<Row, Key extends readonly string[], Index extends string, Sorted extends string>(
    table: TableDefinition<string, Row, Key, Index, z.ZodType, z.ZodType, boolean, Sorted>,
  ): Repository<Row, Key, Index, Sorted> {
    let repository = this.#made.get(table)
    if (!repository) {
      repository = this.#make(table)
      this.#made.set(table, repository)
    }
    // It was made for this very table, so its rows are the table's.
    return repository as Repository<Row, Key, Index, Sorted>
  }
}
