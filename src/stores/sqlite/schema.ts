import type { DatabaseSync } from 'node:sqlite'
import { keyOf, type Table } from '../../engine/state/table.ts'
import { orLastInstant } from '../../shared/last-instant.ts'
import { encodeText } from '../encode-text.ts'
import { entryOf, listsOf } from '../sorted.ts'

/** The two layers of a table: the seed, and the changes since, where a row without a value is deleted. */
export const LAYERS = ['seed', 'changed'] as const

export type Layer = (typeof LAYERS)[number]

/** The format of a file, and how to upgrade the values of older ones. */
export interface Format {
  /** Incremented with each change of a table, an index, a value or a document. */
  readonly version: number
  /** Upgrades of values, by the version that they lead to. Left out: values stay as they are and are only indexed anew. */
  readonly upgrades: Readonly<Record<number, (name: string, value: unknown) => unknown>>
  /** The same for documents, by name. */
  readonly documentUpgrades?: Readonly<Record<number, (name: string, value: unknown) => unknown>>
}

/** Gives an id to planned faults of a file from before faults had one. Later ids are numbers, so they cannot collide. */
function withFaultIds(name: string, value: unknown): unknown {
  if (name !== 'faults' || !Array.isArray(value)) return value
  return value.map((fault: object, i) => ({ id: `earlier-${i + 1}`, ...fault }))
}

const WEEK_MS = 7 * 86_400_000

/** Leaves unpaid orders of a file from when `time_expire` closed them open: it ends the time to pay, and seven days close. */
function withTimeToPay(table: string, row: unknown): unknown {
  if (table !== 'orders' || !isUnpaid(row)) return row
  const standard = orLastInstant(row.createdAt + WEEK_MS)
  return row.closesAt < standard ? { ...row, payableUntil: row.closesAt, closesAt: standard } : row
}

function isUnpaid(row: unknown): row is { readonly createdAt: number; readonly closesAt: number } {
  const { state, createdAt, closesAt, payableUntil } = Object(row)
  return (
    state === 'notpay' && payableUntil === undefined && typeof createdAt === 'number' && typeof closesAt === 'number'
  )
}

export const FORMAT: Format = { version: 4, upgrades: { 3: withTimeToPay }, documentUpgrades: { 2: withFaultIds } }

/** "WPMk", in the header of the file: identifies it as ours. */
export const APPLICATION_ID = 0x57504d6b

/** The columns of a table's indexes and sorted lists, in the order of {@link indexTexts}. */
export function indexColumns(table: Table): readonly string[] {
  return [
    ...Object.keys(table.indexes).map((index) => `by_${index}`),
    ...listsOf(table).flatMap((list) => [`among_${list}`, `sort_${list}`]),
  ]
}

/** The texts of a value in each index and sorted list; none for a deleted one. */
export function indexTexts(table: Table, value: unknown): readonly (string | null)[] {
  const indexed = Object.values(table.indexes).map((textOf) => {
    const text = value === undefined ? undefined : textOf(value)
    return text === undefined ? null : encodeText(text)
  })
  const sorted = listsOf(table).flatMap((list) => {
    const entry = value === undefined ? undefined : entryOf(table, list, value)
    return [entry?.among ?? null, entry?.by ?? null]
  })
  return [...indexed, ...sorted]
}

/** The statement that inserts or replaces a row. Its values are owner, key, JSON and index texts. */
export function insertInto(layer: Layer, table: Table): string {
  const columns = ['value', ...indexColumns(table)]
  const places = columns.map(() => '?').join(', ')
  const changes = columns.map((column) => `${column} = excluded.${column}`).join(', ')
  return `INSERT INTO ${layer}_${table.name} (owner, key, ${columns.join(', ')}) VALUES (?, ?, ${places})
    ON CONFLICT (owner, key) DO UPDATE SET ${changes}`
}

/** The parameters of {@link insertInto} for a value. */
export function rowOf(table: Table, row: unknown): (string | null)[] {
  const { owner, key } = table
  return [encodeText(owner(row)), encodeText(keyOf(key(row))), JSON.stringify(row), ...indexTexts(table, row)]
}

/** Creates what a new file has besides its tables. Call it in a transaction. */
export function createSchema(database: DatabaseSync, { version }: Format): void {
  database.exec('CREATE TABLE documents (name TEXT PRIMARY KEY, value TEXT NOT NULL)')
  database.exec(`PRAGMA user_version = ${version}`)
}

/** Whether a change lies over a row of the seed: then nothing that looks for rows has to pass over it. */
const HIDDEN = 'hidden INTEGER NOT NULL DEFAULT 0'

export function createTable(database: DatabaseSync, layer: Layer, table: Table): void {
  const columns = ['owner TEXT NOT NULL', 'key TEXT NOT NULL', 'value TEXT', ...indexColumns(table).map(asText)]
  if (layer === 'seed') columns.push(HIDDEN)
  database.exec(`CREATE TABLE ${layer}_${table.name} (${columns.join(', ')}, UNIQUE (owner, key))`)
}

function asText(column: string): string {
  return `${column} TEXT`
}

/** Separate from the table, because filling a table is faster without indexes. */
export function createIndexes(database: DatabaseSync, layer: Layer, table: Table): void {
  const name = `${layer}_${table.name}`
  const shown = layer === 'seed' ? ' AND hidden = 0' : ''
  for (const index of Object.keys(table.indexes)) {
    database.exec(`CREATE INDEX ${name}_by_${index} ON ${name} (by_${index}) WHERE by_${index} IS NOT NULL${shown}`)
  }
  for (const list of listsOf(table)) {
    const [among, sort] = [`among_${list}`, `sort_${list}`]
    const create = (suffix: string, columns: string) =>
      database.exec(`CREATE INDEX ${name}_${list}_${suffix} ON ${name} (${columns}) WHERE ${among} IS NOT NULL${shown}`)
    create('of_all', `${among}, ${sort}, owner, key`)
    create('of_one', `${among}, owner, ${sort}, key`)
  }
  // Lets a reset find the rows that it has to show again.
  if (layer === 'seed') database.exec(`CREATE INDEX ${name}_hidden ON ${name} (owner) WHERE hidden = 1`)
}

/**
 * Upgrades a file to this version and to the tables of its mock. Call it in a transaction. A missing table is created, one with different indexes
 * is rebuilt, and one that the mock does not have stays as it is.
 *
 * @param from the version of the file
 */
export function upgrade(database: DatabaseSync, tables: readonly Table[], from: number, format: Format): void {
  for (const table of tables) {
    const rebuilt = LAYERS.map((layer) => upgradeTable(database, layer, table, from, format))
    if (rebuilt.includes(true)) hideChanged(database, `seed_${table.name}`)
  }
  if (from === format.version) return
  for (const changed of changedTables(database)) {
    const seed = seedOf(changed)
    // A table of another mock's product: that mock rebuilds it, since it has not the index.
    if (columnsOf(database, seed).includes('hidden')) continue
    database.exec(`ALTER TABLE ${seed} ADD COLUMN ${HIDDEN}`)
    hideChanged(database, seed)
  }
  upgradeDocuments(database, from, format)
  database.exec(`PRAGMA user_version = ${format.version}`)
}

/** Returns whether rows were filed anew. */
function upgradeTable(
  database: DatabaseSync,
  layer: Layer,
  table: Table,
  from: number,
  { version, upgrades }: Format,
): boolean {
  const name = `${layer}_${table.name}`
  const columns = columnsOf(database, name)
  if (columns.length === 0) {
    createTable(database, layer, table)
    createIndexes(database, layer, table)
    return false
  }
  const indexed = columns.filter((column) => /^(by|among|sort)_/.test(column))
  const isLaidOut = layer === 'changed' || hasHiddenIndex(database, name)
  if (from === version && isLaidOut && indexed.join() === indexColumns(table).join()) return false
  database.exec(`ALTER TABLE ${name} RENAME TO old_${name}`)
  createTable(database, layer, table)
  const insert = database.prepare(insertInto(layer, table))
  for (const { owner, key, value } of database.prepare(`SELECT owner, key, value FROM old_${name}`).iterate()) {
    if (typeof value !== 'string') {
      insert.run(String(owner), String(key), null, ...indexTexts(table, undefined))
      continue
    }
    insert.run(...rowOf(table, upgraded(table.name, JSON.parse(value), { from, to: version }, upgrades)))
  }
  // Also drops the old indexes, whose names the new ones need.
  database.exec(`DROP TABLE old_${name}`)
  createIndexes(database, layer, table)
  return true
}

function columnsOf(database: DatabaseSync, name: string): readonly string[] {
  return database
    .prepare(`SELECT name FROM pragma_table_info('${name}')`)
    .all()
    .map((column) => String(column.name))
}

function hasHiddenIndex(database: DatabaseSync, seed: string): boolean {
  return database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = '${seed}_hidden'`).get() !== undefined
}

/** Hides the rows of a seed that changes lie over. */
function hideChanged(database: DatabaseSync, seed: string): void {
  database.exec(
    `UPDATE ${seed} SET hidden = 1 WHERE EXISTS (SELECT 1 FROM ${seed.replace('seed', 'changed')} AS changed
      WHERE changed.owner = ${seed}.owner AND changed.key = ${seed}.key)`,
  )
}

/** The table with the seed of a table with changes. */
export function seedOf(changed: string): string {
  return changed.replace('changed', 'seed')
}

/** The names of all tables with changes in a file, including those of other mocks. */
export function changedTables(database: DatabaseSync): readonly string[] {
  return database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'changed\\_%' ESCAPE '\\'")
    .all()
    .map(({ name }) => String(name))
}

function upgradeDocuments(database: DatabaseSync, from: number, { version, documentUpgrades = {} }: Format): void {
  const update = database.prepare('UPDATE documents SET value = ? WHERE name = ?')
  for (const { name, value } of database.prepare('SELECT name, value FROM documents').all()) {
    const known = JSON.parse(String(value))
    update.run(JSON.stringify(upgraded(String(name), known, { from, to: version }, documentUpgrades)), String(name))
  }
}

/** Applies the upgrades between two versions to a value. */
function upgraded<Name extends string>(
  name: Name,
  value: unknown,
  { from, to }: { readonly from: number; readonly to: number },
  steps: Readonly<Record<number, (name: Name, value: unknown) => unknown>>,
): unknown {
  const between = Array.from({ length: to - from }, (_, i) => steps[from + 1 + i])
  return between.reduce((older, step) => (step ? step(name, older) : older), value)
}
