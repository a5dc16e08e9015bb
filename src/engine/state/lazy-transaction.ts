import { TABLE_NAMES, type TableName, type Transaction } from './store.ts'

/**
 * A transaction whose tables are made when they are first asked for: there are many, and most calls need three.
 *
 * @param make makes the table with a name
 */
export function lazyTransaction(make: (name: TableName) => Transaction[TableName]): Transaction {
  // Every table has a getter below.
  return new LazyTransaction(make) as unknown as Transaction
}

/** A transaction like another, but for some of its tables. */
export function withTables(
  tx: Transaction,
  tables: { readonly [Name in TableName]?: () => Transaction[Name] },
): Transaction {
  return lazyTransaction((name) => tables[name]?.() ?? tx[name])
}

class LazyTransaction {
  readonly make: (name: TableName) => Transaction[TableName]
  readonly made: { [Name in TableName]?: Transaction[TableName] } = {}

  constructor(make: (name: TableName) => Transaction[TableName]) {
    this.make = make
  }

  static {
    for (const name of TABLE_NAMES) {
      Object.defineProperty(LazyTransaction.prototype, name, {
        get(this: LazyTransaction) {
          this.made[name] ??= this.make(name)
          return this.made[name]
        },
      })
    }
  }
}
