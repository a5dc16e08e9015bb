import { type BigIntStats, closeSync, existsSync, openSync, readSync, realpathSync, statSync, writeSync } from 'node:fs'
import { access, constants, open, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreUnavailable } from '../../engine/state/store.ts'
import type { Table } from '../../engine/state/table.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { fileFault, isError, isFromSystem } from '../../wire/shared/errors.ts'
import { quoted, type Texts } from '../../wire/shared/texts.ts'
import type { StoreWarningKind } from '../store-errors.ts'
import { Damage, examine, isAsClosed } from './checksums.ts'
import { examineLog, fitLog, freeBytes, LOG, type LogCondition } from './log.ts'
import { APPLICATION_ID, createSchema, FORMAT, type Format, IN_USE, SEALED_SINCE } from './schema.ts'
import { UnfitRow, upgrade } from './upgrade.ts'

/** Ways to say that a loss is known. */
const GO_ON: Texts = {
  en: 'With --accept-data-loss (acceptDataLoss: true)',
  zh: '如果加上 --accept-data-loss（acceptDataLoss: true）',
}

const TEXTS = {
  directory: (file) => ({
    en: `${file} is a directory: name a file in it.`,
    zh: `${file} 是目录，请写出其中的文件名。`,
  }),
  foreign: (file) => ({
    en: `${file} was not made by wechatpay-mock, or its beginning is damaged, and is left alone: name another file, or restore a copy.`,
    zh: `${file} 不是 wechatpay-mock 的数据文件，或其开头已损坏，因此不做改动：请换一个文件，或恢复备份。`,
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
  log_damaged: (file, reason) => ({
    en: `${file}${LOG}, its log, is damaged, and is left as it is: restore a copy of both, or cut the log where the damage begins, to go on without the changes after that: truncate -s ${reason.en} ${file}${LOG}`,
    zh: `${file} 的日志 ${file}${LOG} 已损坏，未做改动：请恢复两者的备份；也可以从损坏处截断日志，放弃其后的改动：truncate -s ${reason.zh} ${file}${LOG}`,
  }),
  emptied: (file) => ({
    en: `${file} is there, but empty: restore a copy if it had a state, or delete it to start afresh. ${GO_ON.en} it starts afresh as well.`,
    zh: `${file} 是空文件：如果其中曾有状态，请恢复备份；如需重新开始，请删除该文件。${GO_ON.zh}，也会重新开始。`,
  }),
  log_missing: (file) => ({
    en: `${file} was not closed, and its log ${file}${LOG} is missing or empty: unless another program has put the log's changes into the file, they are lost. Restore a copy of both, or move the file away to start afresh. ${GO_ON.en} it goes on with what is in the file.`,
    zh: `${file} 没有正常关闭，而它的日志 ${file}${LOG} 不存在或为空：除非其他程序已把日志中的改动写入文件，否则这些改动已丢失。请恢复两者的备份，或把文件移走以重新开始。${GO_ON.zh}，则用文件中现有的内容继续。`,
  }),
  full: (file, reason) => ({
    en: `${file} cannot be opened, since its disk is full (${reason.en}): make room there and start again. Nothing that was answered is lost: keep the file, and ${file}${LOG} if that is there.`,
    zh: `无法打开 ${file}，因为磁盘空间已满（${reason.zh}）：请腾出空间后重新启动。已经应答的内容不会丢失：请保留该文件，以及 ${file}${LOG}（如果存在）。`,
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
 * Why a data file is not opened: the path is a directory; another program made the file; a newer version did, or one that is too old; the file is damaged, or its log;
 * it was emptied, or its log is missing, and nobody accepts the loss; its disk is full; another process has it open; it is not writable; the operating system refuses.
 * @internal
 */
export type DataFileFault = keyof typeof TEXTS

/** A data file cannot be used, and was left unchanged: `MOCK_DATA`. */
class DataFileError extends UsageError {
  readonly fault: DataFileFault
  readonly file: string

  /** @param options `reason`: the message of SQLite or the operating system, if it adds something */
  constructor(fault: DataFileFault, file: string, options: { reason?: Texts; cause?: unknown } = {}) {
    super('MOCK_DATA', TEXTS[fault](file, options.reason ?? quoted('')), { cause: options.cause })
    this.fault = fault
    this.file = file
  }
}

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

/** Meanings of SQLite's primary result codes. */
const FAULTS: Readonly<Record<number, DataFileFault>> = { 5: 'locked', 6: 'locked', 8: 'read_only', 13: 'full' }
/** An error of the disk, which SQLite also has for one that is full. */
const IO_ERROR = 10
/** Less than what SQLite keeps beside a file that it opens. */
const NO_ROOM_BYTES = 65_536
const DAMAGED = [11, 26]
const NO_SUCH_NAME = 1

/** How a data file is opened. */
interface OpeningOptions {
  readonly format?: Format
  /** Opens a file that has lost a part of its state or all of it, with a warning. */
  readonly acceptDataLoss?: boolean
  /** Called for each doubt about a file that is used all the same, with the path of the file or its log. */
  readonly warn?: (kind: Exclude<StoreWarningKind, 'eviction_unknown' | 'open_to_others'>, path: string) => void
}

/**
 * Opens a data file, creating it if it does not exist and upgrading it from an older version.
 *
 * @throws DataFileError for one that cannot be used, which is left unchanged
 */
export async function openDatabase(
  file: string,
  tables: readonly Table[],
  { format = FORMAT, acceptDataLoss = false, warn = () => {} }: OpeningOptions = {},
): Promise<DatabaseSync> {
  const path = resolve(file)
  const { version, isEmpty, inUse } = await headOf(path, file)
  const directory = dirname(realPathOf(path))
  await checkCanWrite(version === undefined ? [directory] : [path, directory], file)
  if (version !== undefined && version > format.version) throw new DataFileError('newer', file)
  if (version && version < format.oldest) throw new DataFileError('older', file)
  const log = realPathOf(path) + LOG
  const condition = await conditionOf(log, file)
  const { kind } = condition
  if (condition.kind === 'damaged')
    throw new DataFileError('log_damaged', file, { reason: quoted(String(condition.wholeBytes)) })
  if (kind !== 'none' && version === undefined) {
    const reason = { en: `it is empty, and its log ${log} is not`, zh: `文件为空，日志 ${log} 却不为空` }
    throw new DataFileError('damaged', file, { reason })
  }
  if (isEmpty && !acceptDataLoss) throw new DataFileError('emptied', file)
  if (isEmpty) warn('was_empty', file)
  if (kind === 'cut') warn('log_cut', log)
  const { DatabaseSync } = await loadSqlite()
  let database: DatabaseSync | undefined
  try {
    if (version === undefined) await createClosedToOthers(path)
    const isSound = kind === 'none' && isAsClosed(path)
    if (kind === 'none' && inUse && !isSound) {
      if (!acceptDataLoss) throw new DataFileError('log_missing', file)
      warn('log_missing', file)
    }
    // For reading only, as SQLite would put the log of a damaged file into it when it closes that.
    if (kind !== 'none') {
      const reader = new DatabaseSync(path, { readOnly: true })
      try {
        examineFinished(reader)
      } finally {
        reader.close()
      }
    }
    database = new DatabaseSync(path)
    prepare(database, { file, tables, format, isNew: version === undefined, isExamined: isSound || kind !== 'none' })
    return database
  } catch (error) {
    if (database && kind !== 'none') closeAgain(database, path)
    else database?.close()
    if (version === undefined && !isEmpty) await removeEmpty(path)
    throw explainOpening(error, file)
  }
}

/** Facts about a file before SQLite opens it. */
interface Head {
  /** 0 if it was never finished, `undefined` if it does not exist or is empty. */
  readonly version: number | undefined
  readonly isEmpty: boolean
  /** Whether it was never closed, so that its log belongs to it. */
  readonly inUse: boolean
}

const NO_FILE: Head = { version: undefined, isEmpty: false, inUse: false }

/** The head of one of our files. Only reads, so that no foreign file is changed. */
async function headOf(path: string, file: string): Promise<Head> {
  try {
    if ((await stat(path)).isDirectory()) throw new DataFileError('directory', file)
    const handle = await open(path, 'r')
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
      if (bytesRead === 0) return { ...NO_FILE, isEmpty: true }
      const isOurs =
        buffer.toString('latin1', 0, MAGIC.length) === MAGIC &&
        buffer.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID
      if (!isOurs) throw new DataFileError('foreign', file)
      const version = buffer.readUInt32BE(USER_VERSION_AT)
      return { version: version & ~IN_USE, isEmpty: false, inUse: (version & IN_USE) !== 0 }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!isFromSystem(error)) throw error
    const missing = error.code === 'ENOENT' && (await stat(dirname(path)).catch((cause: Error) => cause))
    if (missing && !isError(missing)) return NO_FILE
    throw new DataFileError('unusable', file, { reason: fileFault(error), cause: error })
  }
}

async function conditionOf(log: string, file: string): Promise<LogCondition> {
  return examineLog(log).catch((error: unknown) => {
    if (!isFromSystem(error)) throw error
    throw new DataFileError('unusable', file, { reason: fileFault(error), cause: error })
  })
}

/** SQLite would create it with the permissions that the umask leaves, and its log with the same. */
async function createClosedToOthers(path: string): Promise<void> {
  await (await open(path, 'a', 0o600)).close()
}

/** Removes what {@link createClosedToOthers} has made, which would look like a file that was emptied. */
async function removeEmpty(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  )
  if (size === 0) await rm(path, { force: true })
}

/**
 * Closes a file, and takes the mark {@link IN_USE} off if SQLite has merged the log into it, which it then deletes. The mark is overwritten in its place:
 * unlike a change of the database, that needs no room on the disk.
 *
 * @throws NodeJS.ErrnoException for a file that was closed and keeps the mark
 */
export function closeFile(database: DatabaseSync, path: string): void {
  database.close()
  if (existsSync(realPathOf(path) + LOG)) return
  const file = openSync(path, 'r+')
  try {
    const version = Buffer.alloc(4)
    readSync(file, version, 0, version.length, USER_VERSION_AT)
    if ((version.readUInt32BE() & IN_USE) === 0) return
    version.writeUInt32BE(version.readUInt32BE() & ~IN_USE)
    writeSync(file, version, 0, version.length, USER_VERSION_AT)
  } finally {
    closeSync(file)
  }
}

/** Closes a file that could not be opened to the end. */
export function closeAgain(database: DatabaseSync, path: string): void {
  try {
    closeFile(database, path)
  } catch (error) {
    // The error that it was closed for says more.
    if (!isFromSystem(error)) throw error
  }
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

function versionIn(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version) & ~IN_USE
}

function examineFinished(database: DatabaseSync): void {
  const version = versionIn(database)
  if (version > 0) examine(database, version >= SEALED_SINCE)
}

/** How a file is brought to this version. */
interface Preparation {
  readonly file: string
  readonly tables: readonly Table[]
  readonly format: Format
  readonly isNew: boolean
  readonly isExamined: boolean
}

function prepare(database: DatabaseSync, { file, tables, format, isNew, isExamined }: Preparation): void {
  // The lock is held until the process ends, even in a crash; with it, SQLite needs no shared memory.
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  // Written to the file itself before anything is in the log, so that an unfinished file is recognized as ours. A commit that frees pages gives them back.
  if (isNew) database.exec(`PRAGMA auto_vacuum = FULL; PRAGMA application_id = ${APPLICATION_ID}`)
  database.exec('PRAGMA journal_mode = WAL')
  // A commit reaches the operating system: it survives a crash, and after a power cut the file is intact, if perhaps a little older.
  database.exec('PRAGMA synchronous = NORMAL')
  fitLog(database, dirname(realPathOf(file)))
  const version = versionIn(database)
  if (version === 0) {
    database.exec('BEGIN IMMEDIATE')
    createSchema(database, format)
    upgrade(database, tables, format.version, format)
    database.exec('COMMIT')
    // The next process looks for the mark in the file itself.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return
  }
  if (!isExamined) examineFinished(database)
  // Takes the lock, and checks that the file is writable.
  database.exec('BEGIN IMMEDIATE')
  upgrade(database, tables, version, format)
  database.exec('COMMIT')
  // Files of earlier versions keep their free pages. The new kind takes effect with the file written anew.
  if (version < SEALED_SINCE) database.exec('PRAGMA auto_vacuum = FULL; VACUUM')
}

/** An error of opening a file, as a {@link DataFileError}; a bug is returned unchanged. */
export function explainOpening(error: unknown, file: string): unknown {
  if (isFromSystem(error)) {
    const fault = error.code === 'ENOSPC' ? 'full' : 'unusable'
    return new DataFileError(fault, file, { reason: fileFault(error), cause: error })
  }
  if (error instanceof UnfitRow) return new DataFileError('older', file, { cause: error })
  if (error instanceof Damage || error instanceof StoreUnavailable)
    return new DataFileError('damaged', file, { reason: error.texts, cause: error })
  if (!isSqliteError(error)) return error
  // A statement that fits every file of its version may not fit one with damaged names.
  const code = error.errcode & 0xff
  const isFull = code === IO_ERROR && freeBytes(dirname(realPathOf(file))) < NO_ROOM_BYTES
  const fault =
    isDamage(error) || error.errcode === NO_SUCH_NAME ? 'damaged' : isFull ? 'full' : (FAULTS[code] ?? 'unusable')
  return new DataFileError(fault, file, { reason: quoted(error.message), cause: error })
}

/** Whether an error says that a file is damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof Damage || (isSqliteError(error) && DAMAGED.includes(error.errcode & 0xff))
}

/** Whether `node:sqlite` threw this for an error of SQLite. */
export function isSqliteError(error: unknown): error is Error & { readonly errcode: number } {
  return isError(error) && 'errcode' in error && typeof error.errcode === 'number'
}
