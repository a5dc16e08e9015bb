import { access, constants, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Table } from '../../engine/state/table.ts'
import { DataFileError, type DataFileFault } from '../data-file-error.ts'
import { APPLICATION_ID, createSchema, FORMAT, type Format, upgrade } from './schema.ts'

/** What every SQLite file begins with, and where its header has what we look at. */
const MAGIC = 'SQLite format 3\0'
const HEADER_BYTES = 100
const USER_VERSION_AT = 60
const APPLICATION_ID_AT = 68

/** Pages of 4 KiB in the write-ahead log before they are moved into the file, which waits for the disk: rarely, since it holds up everything. */
const CHECKPOINT_PAGES = 10_000

/** Primary result codes of SQLite, by what they mean here. */
const FAULTS: Readonly<Record<number, DataFileFault>> = {
  5: 'locked',
  6: 'locked',
  8: 'read_only',
  11: 'damaged',
  26: 'damaged',
}

/**
 * Opens a data file, and makes it if there is none. A file of an older version is brought to this one.
 *
 * @throws DataFileError for one that can not be used; it is as it was before
 */
export async function openDatabase(
  file: string,
  tables: readonly Table[],
  format: Format = FORMAT,
): Promise<DatabaseSync> {
  const path = resolve(file)
  const version = await versionOf(path, file)
  await checkCanWrite(version === undefined ? [dirname(path)] : [path, dirname(path)], file)
  if (version !== undefined && version > format.version) throw new DataFileError('newer', file)
  const { DatabaseSync } = await loadSqlite()
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    prepare(database, { file, tables, format, isNew: version === undefined })
    return database
  } catch (error) {
    database?.close()
    throw explain(error, file)
  }
}

/** The version that is written into a file of ours, 0 for one that was never finished; `undefined` for one that is yet to be made. Reads only, so that nothing of others is changed. */
async function versionOf(path: string, file: string): Promise<number | undefined> {
  try {
    if ((await stat(path)).isDirectory()) throw new DataFileError('directory', file)
    const handle = await open(path, 'r')
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
      if (bytesRead === 0) return undefined
      const isOurs =
        buffer.toString('latin1', 0, MAGIC.length) === MAGIC &&
        buffer.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID
      if (!isOurs) throw new DataFileError('foreign', file)
      return buffer.readUInt32BE(USER_VERSION_AT)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error instanceof DataFileError) throw error
    const missing = error.code === 'ENOENT' && (await stat(dirname(path)).catch((cause: Error) => cause))
    if (missing && !(missing instanceof Error)) return undefined
    throw new DataFileError('unusable', file, { reason: error.message, cause: error })
  }
}

/** SQLite would open what it may not write, and say so only later and less clearly. */
async function checkCanWrite(paths: readonly string[], file: string): Promise<void> {
  for (const path of paths) {
    await access(path, constants.W_OK).catch((cause: unknown) => {
      throw new DataFileError('read_only', file, { cause })
    })
  }
}

/** Loaded with the first data file only. Node says that the module is new, which is of no use to those who start a mock. */
async function loadSqlite(): Promise<typeof import('node:sqlite')> {
  const { emitWarning } = process
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite is an experimental feature'))
      Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    return await import('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

function prepare(
  database: DatabaseSync,
  { file, tables, format, isNew }: { file: string; tables: readonly Table[]; format: Format; isNew: boolean },
): void {
  // Kept until the process ends, however that is; with it, SQLite needs no memory shared with others.
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  // In the file itself before anything is in the log beside it, so that one that was never finished is known for ours.
  if (isNew) database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
  database.exec('PRAGMA journal_mode = WAL')
  // What is committed is with the operating system: it survives the process, and after a power cut the file is whole, if perhaps a little older.
  database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {}
  if (version === 0) {
    database.exec('BEGIN IMMEDIATE')
    createSchema(database, format)
    upgrade(database, tables, format.version, format)
    database.exec('COMMIT')
    // The next one looks for the mark in the file itself.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return
  }
  const { quick_check: check } = database.prepare('PRAGMA quick_check(1)').get() ?? {}
  if (check !== 'ok') throw new DataFileError('damaged', file, { reason: String(check) })
  // Takes the lock, and finds out whether the file can be written.
  database.exec('BEGIN IMMEDIATE')
  upgrade(database, tables, Number(version), format)
  database.exec('COMMIT')
}

function explain(error: unknown, file: string): unknown {
  if (!isSqliteError(error)) return error
  const fault = FAULTS[error.errcode & 0xff] ?? 'unusable'
  return new DataFileError(fault, file, { reason: error.message, cause: error })
}

/** What `node:sqlite` throws when SQLite says no. */
export function isSqliteError(error: unknown): error is Error & { readonly errcode: number } {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}
