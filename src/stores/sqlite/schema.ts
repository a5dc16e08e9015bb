import type { DatabaseSync } from 'node:sqlite'
import { keyOf, TABLE_NAMES, TABLES, type TableDefinition, type TableName } from '../../engine/state/store.ts'
import { encodeText } from '../encode-text.ts'
import { withFaultIds } from './fault-ids.ts'

/** The two layers of a table: the seed, which only a new seed changes, and what was changed since, where no value means that it is gone. */
export const LAYERS = ['seed', 'changed'] as const

export type Layer = (typeof LAYERS)[number]

/** How a file is laid out, and how the values of an older one become those of this. */
export interface Format {
  /** Counted up with each change of a table, of an index or of what a value or a document is. */
  readonly version: number
  /** By the version that it leads to. Left out: the values stay as they are, and are only found anew. */
  readonly upgrades: Readonly<Record<number, (name: TableName, value: unknown) => unknown>>
  /** The same for documents, which are found by their names. */
  readonly documentUpgrades?: Readonly<Record<number, (name: string, value: unknown) => unknown>>
}

export const FORMAT: Format = { version: 2, upgrades: {}, documentUpgrades: { 2: withFaultIds } }

/** "WPMk": tells our files from those of others, in the header of the file. */
export const APPLICATION_ID = 0x57504d6b

/** The definition of a table, whatever it holds. */
export function definitionOf(name: TableName): TableDefinition<unknown> {
  // Every value that reaches a definition is of the table with the same name.
  return TABLES[name] as TableDefinition<unknown>
}

/** The columns of a table's indexes, in the order of {@link indexTexts}. */
export function indexColumns(name: TableName): readonly string[] {
  return Object.keys(definitionOf(name).indexes).map((index) => `by_${index}`)
}

/** What each index finds a value by; nothing finds what is gone. */
export function indexTexts(name: TableName, value: unknown): readonly (string | null)[] {
  return Object.values(definitionOf(name).indexes).map((textOf) => {
    const text = value === undefined ? undefined : textOf(value)
    return text === undefined ? null : encodeText(text)
  })
}

/** The statement that writes a row, whether there is one of its name or not; its values in the order owner, key, JSON, index texts. */
export function insertInto(layer: Layer, name: TableName): string {
  const columns = ['value', ...indexColumns(name)]
  const places = columns.map(() => '?').join(', ')
  const changes = columns.map((column) => `${column} = excluded.${column}`).join(', ')
  return `INSERT INTO ${layer}_${name} (owner, key, ${columns.join(', ')}) VALUES (?, ?, ${places})
    ON CONFLICT (owner, key) DO UPDATE SET ${changes}`
}

/** What {@link insertInto} takes for a value. */
export function rowOf(name: TableName, value: unknown): (string | null)[] {
  const { owner, key } = definitionOf(name)
  return [encodeText(owner(value)), encodeText(keyOf(key(value))), JSON.stringify(value), ...indexTexts(name, value)]
}

/** Makes what a new file has; call it in a transaction. */
export function createSchema(database: DatabaseSync, { version }: Format): void {
  database.exec('CREATE TABLE documents (name TEXT PRIMARY KEY, value TEXT NOT NULL)')
  for (const layer of LAYERS) {
    for (const name of TABLE_NAMES) {
      createTable(database, layer, name)
      createIndexes(database, layer, name)
    }
  }
  database.exec(`PRAGMA user_version = ${version}`)
}

export function createTable(database: DatabaseSync, layer: Layer, name: TableName): void {
  const columns = ['owner TEXT NOT NULL', 'key TEXT NOT NULL', 'value TEXT', ...indexColumns(name).map(asText)]
  database.exec(`CREATE TABLE ${layer}_${name} (${columns.join(', ')}, UNIQUE (owner, key))`)
}

function asText(column: string): string {
  return `${column} TEXT`
}

/** Apart from the table, for filling one goes faster without. */
export function createIndexes(database: DatabaseSync, layer: Layer, name: TableName): void {
  const table = `${layer}_${name}`
  for (const column of indexColumns(name)) {
    database.exec(`CREATE INDEX ${table}_${column} ON ${table} (${column}) WHERE ${column} IS NOT NULL`)
  }
}

/** Brings a file of an older version to this one; call it in a transaction. */
export function upgrade(database: DatabaseSync, from: number, format: Format): void {
  upgradeTables(database, from, format)
  upgradeDocuments(database, from, format)
  database.exec(`PRAGMA user_version = ${format.version}`)
}

function upgradeTables(database: DatabaseSync, from: number, { version, upgrades }: Format): void {
  for (const layer of LAYERS) {
    for (const name of TABLE_NAMES) {
      const table = `${layer}_${name}`
      const isKnown = database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined
      if (isKnown) database.exec(`ALTER TABLE ${table} RENAME TO old_${table}`)
      createTable(database, layer, name)
      if (!isKnown) {
        createIndexes(database, layer, name)
        continue
      }
      const insert = database.prepare(insertInto(layer, name))
      for (const { owner, key, value } of database.prepare(`SELECT owner, key, value FROM old_${table}`).iterate()) {
        if (typeof value !== 'string') {
          insert.run(String(owner), String(key), null, ...indexTexts(name, undefined))
          continue
        }
        insert.run(...rowOf(name, upgraded(name, JSON.parse(value), { from, to: version }, upgrades)))
      }
      // Takes the old indexes along, which have the names of the new ones.
      database.exec(`DROP TABLE old_${table}`)
      createIndexes(database, layer, name)
    }
  }
}

function upgradeDocuments(database: DatabaseSync, from: number, { version, documentUpgrades = {} }: Format): void {
  const update = database.prepare('UPDATE documents SET value = ? WHERE name = ?')
  for (const { name, value } of database.prepare('SELECT name, value FROM documents').all()) {
    const known = JSON.parse(String(value))
    update.run(JSON.stringify(upgraded(String(name), known, { from, to: version }, documentUpgrades)), String(name))
  }
}

/** A value after each of the steps between two versions. */
function upgraded<Name extends string>(
  name: Name,
  value: unknown,
  { from, to }: { readonly from: number; readonly to: number },
  steps: Readonly<Record<number, (name: Name, value: unknown) => unknown>>,
): unknown {
  const between = Array.from({ length: to - from }, (_, i) => steps[from + 1 + i])
  return between.reduce((older, step) => (step ? step(name, older) : older), value)
}
