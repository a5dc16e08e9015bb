import type { DatabaseSync } from 'node:sqlite'
import type { Table } from '../../engine/state/table.ts'
import { writeOf } from '../draft.ts'
import { parseKept } from '../store-errors.ts'
import { keepLayout, sealed, unsealed } from './checksums.ts'
import {
  changedTables,
  changeWriter,
  columnsOf,
  createIndexes,
  createTable,
  dropStaged,
  type Format,
  insertInto,
  LAYERS,
  type Layer,
  leftColumns,
  rowOf,
  SEALED_SINCE,
  textColumns,
} from './schema.ts'

/** A row of an older file lacks what a table of this version finds it by. */
export class UnfitRow extends Error {
  override readonly name = 'UnfitRow'
}

/**
 * Upgrades a file to this version and to the tables of its mock. Call it in a transaction. A missing table is created, one with different indexes
 * is rebuilt, and one that the mock does not have is left unchanged.
 *
 * @param from the version of the file
 * @throws UnfitRow if a row of an older file has no place in its table
 */
export function upgrade(database: DatabaseSync, tables: readonly Table[], from: number, format: Format): void {
  for (const table of tables) {
    for (const layer of LAYERS) upgradeTable(database, layer, table, from, format)
  }
  if (from < SEALED_SINCE) sealTheRest(database, tables)
  dropStaged(database)
  keepLayout(database)
  if (from === format.version) return
  database.exec(`PRAGMA user_version = ${format.version}`)
}

/** Adds the checksums of documents, and of rows of products that the mock does not have. */
function sealTheRest(database: DatabaseSync, tables: readonly Table[]): void {
  const own = tables.flatMap(({ name }) => LAYERS.map((layer) => `${layer}_${name}`))
  const others = changedTables(database)
    .flatMap((name) => [name, name.replace('changed', 'seed')])
    .filter((name) => !own.includes(name))
  for (const [name, place] of [
    ['documents', "'document ' || name"],
    ...others.map((name) => [name, `'${name.slice(name.indexOf('_') + 1)}'`]),
  ]) {
    const seal = database.prepare(`UPDATE ${name} SET value = ? WHERE rowid = ?`)
    const rows = database.prepare(`SELECT rowid, ${place} AS place, value FROM ${name} WHERE value IS NOT NULL`)
    for (const { rowid, place: of, value } of rows.all())
      seal.run(sealed(String(of), parseKept(String(value))), Number(rowid))
  }
}

function upgradeTable(
  database: DatabaseSync,
  layer: Layer,
  table: Table,
  from: number,
  { version, upgrades }: Format,
): void {
  const name = `${layer}_${table.name}`
  const columns = columnsOf(database, name)
  if (columns.length === 0) {
    createTable(database, layer, table)
    createIndexes(database, layer, table)
    return
  }
  const wanted = [...textColumns(table), ...leftColumns(layer, table)]
  if (from === version && columns.join() === wanted.join()) return
  database.exec(`ALTER TABLE ${name} RENAME TO old_${name}`)
  createTable(database, layer, table)
  const seed = database.prepare(insertInto('seed', table))
  const change = layer === 'changed' ? changeWriter((text) => database.prepare(text), table) : undefined
  for (const { owner, key, value } of database.prepare(`SELECT owner, key, value FROM old_${name}`).iterate()) {
    const older =
      value === null ? undefined : from < SEALED_SINCE ? parseKept(String(value)) : unsealed(table.name, value)
    const row = older === undefined ? undefined : upgraded(table.name, older, { from, to: version }, upgrades)
    try {
      if (!change) seed.run(...rowOf(table, row))
      else change(row === undefined ? { owner: String(owner), key: String(key) } : writeOf(table, row))
    } catch (error) {
      // The columns that find a row are computed from its members.
      const isUnfit = from < version && (error instanceof RangeError || error instanceof TypeError)
      throw isUnfit ? new UnfitRow(`A row of ${table.name} does not fit.`, { cause: error }) : error
    }
  }
  // Also drops the old indexes, whose names the new ones need.
  database.exec(`DROP TABLE old_${name}`)
  createIndexes(database, layer, table)
}

function upgraded(
  name: string,
  value: unknown,
  { from, to }: { readonly from: number; readonly to: number },
  steps: Format['upgrades'],
): unknown {
  const between = Array.from({ length: to - from }, (_, i) => steps[from + 1 + i])
  return between.reduce((older, step) => (step ? step(name, older) : older), value)
}
