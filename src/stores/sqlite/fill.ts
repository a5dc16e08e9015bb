import type { DatabaseSync } from 'node:sqlite'
import type { World } from '../../engine/state/store.ts'
import type { Table } from '../../engine/state/table.ts'
import type { Work } from '../../wire/shared/pieces.ts'
import { keepLayout } from './checksums.ts'
import { changedTables, createTable, dropStaged, indexesOf, insertInto, NEXT, rowOf } from './schema.ts'

/** Rows that are written in one step: some ten milliseconds of work. */
const ROWS_AT_ONCE = 1_000

/**
 * Writes the tables of a world that are too long for one step beside those of the seed: each step is a transaction, and other work runs between them.
 * Until {@link fill} puts them into place nobody sees them, and a crash leaves the state as it was.
 *
 * @param change runs a step in a transaction
 * @returns the tables that were written
 */
export function* stage(
  database: DatabaseSync,
  tables: readonly Table[],
  world: World,
  change: (step: () => void) => void,
): Work<ReadonlySet<Table>> {
  const long = tables.filter(({ name }) => (world[name] ?? []).length > ROWS_AT_ONCE)
  if (long.length === 0) return new Set()
  const changeLayout = (step: () => void) =>
    change(() => {
      step()
      keepLayout(database)
    })
  changeLayout(() => dropStaged(database))
  try {
    for (const table of long) {
      const name = NEXT + table.name
      changeLayout(() => createTable(database, 'seed', table, name))
      const insert = database.prepare(insertInto('seed', table, name))
      const rows = world[table.name] ?? []
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
        yield
        change(() => {
          for (const row of rows.slice(from, from + ROWS_AT_ONCE)) insert.run(...rowOf(table, row))
        })
      }
      for (const index of indexesOf('seed', table, name, freePrefix(database, table))) {
        yield
        changeLayout(() => database.exec(index))
      }
    }
  } catch (error) {
    changeLayout(() => dropStaged(database))
    throw error
  }
  return new Set(long)
}

/** Indexes keep their names when their table takes its place, so those of the seed may have the first prefix. */
function freePrefix(database: DatabaseSync, { name }: Table): string {
  const [first, second] = [`${NEXT}${name}_`, `after_${name}_`]
  const named = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND substr(name, 1, ?) = ?")
  return (named.get(first.length, first) ? second : first).slice(0, -1)
}

/** Replaces the seed of a file with a world, within a transaction. */
export function fill(database: DatabaseSync, tables: readonly Table[], world: World, staged: ReadonlySet<Table>): void {
  // Those of products that this mock does not have, too.
  for (const changed of changedTables(database)) {
    database.exec(`DELETE FROM ${changed}; DELETE FROM ${changed.replace('changed', 'seed')}`)
  }
  for (const table of tables) {
    if (staged.has(table)) {
      database.exec(`DROP TABLE seed_${table.name}; ALTER TABLE ${NEXT}${table.name} RENAME TO seed_${table.name}`)
      continue
    }
    // Few rows: the indexes may stay, since to create them takes longer.
    const insert = database.prepare(insertInto('seed', table))
    for (const row of world[table.name] ?? []) insert.run(...rowOf(table, row))
  }
  keepLayout(database)
}
