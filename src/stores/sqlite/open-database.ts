import { type BigIntStats, realpathSync, statfsSync, statSync } from 'node:fs'
import { access, constants, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Table } from '../../engine/state/table.ts'
import { UsageError } from '../../protocol/errors.ts'
import { fileFault, isError, isFromSystem } from '../../shared/errors.ts'
import { quoted, type Texts } from '../../shared/texts.ts'
import { APPLICATION_ID, createSchema, FORMAT, type Format, upgrade } from './schema.ts'

const TEXTS = {
  directory: (file) => ({
    en: `${file} is a directory: name a file in it.`,
    zh: `${file} 是目录，请写出其中的文件名。`,
  }),
  foreign: (file) => ({
    en: `${file} was not made by wechatpay-mock, and is left alone: name another file.`,
    zh: `${file} 不是 wechatpay-mock 的数据文件，因此不做改动：请换一个文件。`,
  }),
  newer: (file) => ({
    en: `${file} was made by a newer wechatpay-mock: use that one, or name another file.`,
    zh: `${file} 由更新版本的 wechatpay-mock 生成：请使用该版本，或换一个文件。`,
  }),
  older: (file) => ({
    en: `${file} was made by an older wechatpay-mock and was not changed. To carry its state over, serve it with that version, save GET /_mock/world as world.json, then start this version with another file and --seed world.json.`,
    zh: `${file} 由较旧版本的 wechatpay-mock 生成，未做改动。如需保留其中的状态：请用原版本启动，将 GET /_mock/world 的结果存为 world.json，再用本版本指定新的数据文件，并加上 --seed world.json。`,
  }),
  damaged: (file, reason) => ({
    en: `${file} is damaged (${reason.en}), and is left as it is: restore a copy, or move it away to start afresh.`,
    zh: `${file} 已损坏（${reason.zh}），未做改动：请恢复备份，或把它移走以重新开始。`,
  }),
  locked: (file) => ({
    en: `${file} is open in another process: only one mock at a time can use it.`,
    zh: `${file} 正被另一个进程使用：同一时刻只能有一个模拟服务使用它。`,
  }),
  read_only: (file) => ({
    en: `${file} is not writable: make it and its directory writable, or name another file.`,
    zh: `${file} 无法写入：请取得该文件及其目录的写权限，或换一个文件。`,
  }),
  unusable: (file, reason) => ({
    en: `${file} cannot be opened: ${reason.en}.`,
    zh: `无法打开 ${file}：${reason.zh}。`,
  }),
} as const satisfies Readonly<Record<string, (file: string, reason: Texts) => Texts>>

/**
 * Why a data file is not opened: the path is a directory; another program made the file; a newer version did, or one that is too old; the file is damaged; another process
 * has it open; it is not writable; the operating system refuses.
 */
export type DataFileFault = keyof typeof TEXTS

/** A data file cannot be used, and was left unchanged: `MOCK_DATA`. */
export class DataFileError extends UsageError {
  readonly fault: DataFileFault
  readonly file: string

  /** @param options `reason`: the message of SQLite or the operating system, if it adds something */
  constructor(fault: DataFileFault, file: string, options: { reason?: Texts; cause?: unknown } = {}) {
    super('MOCK_DATA', TEXTS[fault](file, options.reason ?? quoted('')), { cause: options.cause })
    this.fault = fault
    this.file = file
  }
}

const LOG = '-wal'
/** Suffixes of the files that SQLite keeps beside a database. Each is created with the permissions of the database. */
const BESIDE = [LOG, '-shm', '-journal']
const OTHERS_CAN_DO_ANYTHING = 0o077n

/** The path of a database without symbolic links, as SQLite uses it: the other files are beside the database itself, not beside a link to it. */
export function realPathOf(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    // The file does not exist yet.
    return resolve(file)
  }
}

/** The files of a database that users other than their owner can read or write. Windows has no such permissions. */
export function filesOpenToOthers(file: string): readonly string[] {
  if (process.platform === 'win32') return []
  const real = realPathOf(file)
  return [file, ...BESIDE.map((end) => real + end)].filter((path) => {
    const mode = statOf(path)?.mode
    return mode !== undefined && (mode & OTHERS_CAN_DO_ANYTHING) !== 0n
  })
}

/** The database and its log as they were opened. SQLite continues to write to them after they are moved or deleted, where nobody finds the data. */
export class OpenFiles {
  readonly #opened: readonly { readonly path: string; readonly stat: BigIntStats | undefined }[]

  /** Call it once SQLite has opened both. */
  constructor(file: string) {
    this.#opened = [resolve(file), realPathOf(file) + LOG].map((one) => ({ path: one, stat: statOf(one) }))
  }

  /** The path of a file that was moved or deleted, even if another file has taken its place. */
  get missing(): string | undefined {
    return this.#opened.find(({ path, stat }) => {
      const now = statOf(path)
      return now?.ino !== stat?.ino || now?.dev !== stat?.dev
    })?.path
  }
}

/** `undefined` for a file that does not exist or is out of reach. */
function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** The magic bytes of a SQLite file, and the offsets in its header that we read. */
const MAGIC = 'SQLite format 3\0'
const HEADER_BYTES = 100
const USER_VERSION_AT = 60
const APPLICATION_ID_AT = 68

const PAGE_BYTES = 4_096
/** Pages in the write-ahead log before a checkpoint. Checkpoints are rare because they wait for the disk and hold up everything. */
const MOST_LOG_PAGES = 10_000
/** On a small or crowded disk the log gets this share of the free space, since a checkpoint may enlarge the file by as much. */
const LOG_SHARE = 1 / 8
const LEAST_LOG_PAGES = 16

/** Meanings of SQLite's primary result codes. */
const FAULTS: Readonly<Record<number, DataFileFault>> = {
  5: 'locked',
  6: 'locked',
  8: 'read_only',
  11: 'damaged',
  26: 'damaged',
}

/**
 * Opens a data file, creating it if it does not exist and upgrading it from an older version.
 *
 * @throws DataFileError for one that cannot be used, which is left unchanged
 */
export async function openDatabase(
  file: string,
  tables: readonly Table[],
  format: Format = FORMAT,
): Promise<DatabaseSync> {
  const path = resolve(file)
  const version = await versionOf(path, file)
  const directory = dirname(realPathOf(path))
  await checkCanWrite(version === undefined ? [directory] : [path, directory], file)
  if (version !== undefined && version > format.version) throw new DataFileError('newer', file)
  if (version && version < format.oldest) throw new DataFileError('older', file)
  const { DatabaseSync } = await loadSqlite()
  let database: DatabaseSync | undefined
  try {
    if (version === undefined) await createClosedToOthers(path)
    database = new DatabaseSync(path)
    prepare(database, { file, tables, format, isNew: version === undefined })
    return database
  } catch (error) {
    database?.close()
    throw explain(error, file)
  }
}

/** The version of one of our files, 0 if it was never finished, `undefined` if it does not exist. Only reads, so that no foreign file is changed. */
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
    if (!isFromSystem(error)) throw error
    const missing = error.code === 'ENOENT' && (await stat(dirname(path)).catch((cause: Error) => cause))
    if (missing && !isError(missing)) return undefined
    throw new DataFileError('unusable', file, { reason: fileFault(error), cause: error })
  }
}

/** SQLite would create it with the permissions that the umask leaves, and its log with the same. */
async function createClosedToOthers(path: string): Promise<void> {
  await (await open(path, 'a', 0o600)).close()
}

/** SQLite would open a read-only file, and fail later with a less clear error. */
async function checkCanWrite(paths: readonly string[], file: string): Promise<void> {
  for (const path of paths) {
    await access(path, constants.W_OK).catch((cause: unknown) => {
      throw new DataFileError('read_only', file, { cause })
    })
  }
}

/** Loaded only with the first data file. Suppresses Node's warning that the module is experimental, which is of no use to users of the mock. */
async function loadSqlite(): Promise<typeof import('node:sqlite')> {
  const { emitWarning } = process
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite is an experimental feature'))
      Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    // Jest 30.0 cannot import modules that exist only with the prefix `node:`.
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

function prepare(
  database: DatabaseSync,
  { file, tables, format, isNew }: { file: string; tables: readonly Table[]; format: Format; isNew: boolean },
): void {
  // The lock is held until the process ends, even in a crash; with it, SQLite needs no shared memory.
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  // Written to the file itself before anything is in the log, so that an unfinished file is recognized as ours.
  if (isNew) database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
  database.exec('PRAGMA journal_mode = WAL')
  // A commit reaches the operating system: it survives a crash, and after a power cut the file is intact, if perhaps a little older.
  database.exec('PRAGMA synchronous = NORMAL')
  fitLog(database, dirname(realPathOf(file)))
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {}
  if (version === 0) {
    database.exec('BEGIN IMMEDIATE')
    createSchema(database, format)
    upgrade(database, tables, format.version, format)
    database.exec('COMMIT')
    // The next process looks for the mark in the file itself.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return
  }
  const { quick_check: check } = database.prepare('PRAGMA quick_check(1)').get() ?? {}
  if (check !== 'ok') throw new DataFileError('damaged', file, { reason: quoted(String(check)) })
  // Takes the lock, and checks that the file is writable.
  database.exec('BEGIN IMMEDIATE')
  upgrade(database, tables, Number(version), format)
  database.exec('COMMIT')
}

/**
 * Limits the log to the space that the disk has. A log that has grown larger is cut with the first change after the next checkpoint.
 *
 * @param directory the directory of the log
 */
export function fitLog(database: DatabaseSync, directory: string): void {
  const fitting = Math.floor((freeBytes(directory) * LOG_SHARE) / PAGE_BYTES)
  const pages = Math.max(LEAST_LOG_PAGES, Math.min(fitting, MOST_LOG_PAGES))
  database.exec(`PRAGMA wal_autocheckpoint = ${pages}; PRAGMA journal_size_limit = ${pages * PAGE_BYTES}`)
}

function freeBytes(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  } catch {
    // Some file systems do not report their free space.
    return Number.POSITIVE_INFINITY
  }
}

function explain(error: unknown, file: string): unknown {
  if (isFromSystem(error)) return new DataFileError('unusable', file, { reason: fileFault(error), cause: error })
  if (!isSqliteError(error)) return error
  const fault = FAULTS[error.errcode & 0xff] ?? 'unusable'
  return new DataFileError(fault, file, { reason: quoted(error.message), cause: error })
}

/** Whether `node:sqlite` threw this for an error of SQLite. */
export function isSqliteError(error: unknown): error is Error & { readonly errcode: number } {
  return isError(error) && 'errcode' in error && typeof error.errcode === 'number'
}
