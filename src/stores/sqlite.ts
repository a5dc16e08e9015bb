import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type DocumentsChange, DocumentsCopy, type DocumentsDelta, draftOver } from '../engine/state/documents.ts'
import { type Store, StoreUnavailable, type Transaction, type World } from '../engine/state/store.ts'
import type { Table } from '../engine/state/table.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { isFromSystem } from '../wire/shared/errors.ts'
import { type Awaitable, inPauses, Turns, type Work } from '../wire/shared/pieces.ts'
import { Draft } from './draft.ts'
import { documentPlace, markAsClosed, sealed, unsealed } from './sqlite/checksums.ts'
import { fill, stage } from './sqlite/fill.ts'
import { fitLog, PAGE_BYTES } from './sqlite/log.ts'
import {
  closeAgain,
  closeFile,
  explainOpening,
  filesOpenToOthers,
  isDamage,
  isSqliteError,
  OpenFiles,
  openDatabase,
  realPathOf,
} from './sqlite/open-database.ts'
import { changedTables, changeWriter, FORMAT, IN_USE, leftColumnsOf, RowsInFile, Statements } from './sqlite/schema.ts'
import { encodeText, StoreWarning } from './store-errors.ts'

const FULL = 13
/** Bytes. */
const WORTH_SHRINKING = 4 * 1_048_576
/** How often the log is fitted to the free space, milliseconds. */
const FIT_LOG_MS = 1_000

/**
 * State in a file, which one process uses at a time (`docs/decisions/0014-*`). Once a transaction or a change of documents resolves, the operating
 * system has its data, so it survives even a crash of the process.
 */
export class SqliteStore implements Store {
  readonly documents: SqliteDocuments
  readonly warnings: readonly StoreWarning[]
  readonly #file: DataFile
  readonly #turns = new Turns()
  /** Worlds take their turn one after another, and another one once they are written. */
  readonly #replacing = new Turns()

  private constructor(file: DataFile, warnings: readonly StoreWarning[]) {
    this.#file = file
    this.warnings = warnings
    this.documents = new SqliteDocuments(file)
  }

  /** Opens a data file, creating it if it does not exist. @throws DataFileError for one that cannot be used, which is left unchanged */
  static async open(
    file: string,
    tables: readonly Table[],
    { acceptDataLoss = false }: { readonly acceptDataLoss?: boolean } = {},
  ): Promise<SqliteStore> {
    const warnings = filesOpenToOthers(file).map((path) => new StoreWarning('open_to_others', path))
    const database = await openDatabase(file, tables, {
      acceptDataLoss,
      warn: (kind, path) => warnings.push(new StoreWarning(kind, path)),
    })
    try {
      const data = new DataFile(file, database, tables)
      const store = new SqliteStore(data, warnings)
      data.markInUse()
      return store
    } catch (error) {
      closeAgain(database, file)
      throw explainOpening(error, file)
    }
  }

  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>, along?: DocumentsChange): Promise<Result> {
    return this.#turns.take(async () => {
      const draft = new Draft(this.#file.rows)
      try {
        // Checked before the work, since a refusal is an answer from the file too.
        this.#file.checkInPlace()
        const result = await work(draft.transaction)
        if (along || !draft.isEmpty) this.documents.changeWith(along, () => this.#file.keep(draft))
        return result
      } catch (error) {
        throw this.#file.explain(error)
      }
    })
  }

  reset(mchid?: string, along?: DocumentsChange): Promise<void> {
    return this.#turns.take(() => {
      this.documents.changeWith(along, () => {
        const owner = mchid === undefined ? [] : [encodeText(mchid)]
        const { statements } = this.#file
        for (const { changed, seed, left } of this.#file.layers) {
          statements.of(`DELETE FROM ${changed}${mchid === undefined ? '' : ' WHERE owner = ?'}`).run(...owner)
          for (const column of left) {
            const whose = mchid === undefined ? '' : ' AND owner = ?'
            statements.of(`UPDATE ${seed} SET ${column} = 0 WHERE ${column} = 1${whose}`).run(...owner)
          }
        }
      })
      this.#file.shrink()
    })
  }

  replace(world: World, along?: DocumentsChange): Promise<void> {
    return this.#replacing.take(async () => {
      const staged = await inPauses(this.#file.stage(world))
      await this.#turns.take(() => {
        this.documents.changeWith(along, () => this.#file.fill(world, staged))
        this.#file.shrink()
      })
    })
  }

  /** Waits for earlier transactions, then releases the file. */
  close(): Promise<void> {
    return this.#replacing.take(() => this.#turns.take(() => this.#file.close()))
  }
}

class DataFile {
  readonly statements: Statements
  readonly rows: RowsInFile
  readonly #path: string
  readonly #directory: string
  readonly #database: DatabaseSync
  readonly #tables: readonly Table[]
  readonly #files: OpenFiles
  #logFittedAt = performance.now()
  #closed = false

  constructor(path: string, database: DatabaseSync, tables: readonly Table[]) {
    this.#path = path
    this.#directory = dirname(realPathOf(path))
    this.#database = database
    this.#tables = tables
    this.#files = new OpenFiles(path)
    this.statements = new Statements(database)
    this.rows = new RowsInFile(this.statements)
  }

  /** Tables with changes and with the seed, including those of products that this mock does not have. */
  get layers(): readonly { changed: string; seed: string; left: readonly string[] }[] {
    return changedTables(this.#database).map((changed) => {
      const seed = changed.replace('changed', 'seed')
      return { changed, seed, left: leftColumnsOf(this.#database, seed) }
    })
  }

  /** @throws StoreUnavailable if the file was moved or deleted: nobody would find later writes, or expect answers from it */
  checkInPlace(): void {
    const { missing } = this.#files
    if (missing === undefined) return
    throw new StoreUnavailable({
      en: `${missing} was moved, deleted or replaced while the mock had it open: put it back, or restart the mock.`,
      zh: `${missing} 在模拟服务使用期间被移走、删除或替换：请把它放回原处，或重启模拟服务。`,
    })
  }

  /**
   * Makes a change that is kept if `work` returns, and rolled back if it throws.
   *
   * @param work may run again
   */
  change(work: () => void): void {
    try {
      this.checkInPlace()
      this.#fitLog()
      this.#commitWithRoom(work)
    } catch (error) {
      throw this.explain(error)
    }
  }

  /** Marks the file as open, which is also how a crash leaves it: its log then belongs to it. Call it once it is known to be sound. */
  markInUse(): void {
    this.#commitWithRoom(() => this.#database.exec(`PRAGMA user_version = ${FORMAT.version | IN_USE}`))
    // The next process looks for the mark in the file itself.
    this.#database.exec('PRAGMA wal_checkpoint')
  }

  /** Gives the space of deleted rows back to the disk, if it is much: SQLite would do so with some later change. */
  shrink(): void {
    const pages = Number(this.statements.of('PRAGMA page_count').get()?.page_count)
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
    if (size - pages * PAGE_BYTES > WORTH_SHRINKING) this.#database.exec('PRAGMA wal_checkpoint')
  }

  #commitWithRoom(work: () => void): void {
    try {
      this.#commit(work)
    } catch (error) {
      if (!isSqliteError(error) || error.errcode !== FULL || !this.#emptyLog()) throw error
      this.#commit(work)
    }
  }

  #commit(work: () => void): void {
    this.statements.of('BEGIN IMMEDIATE').run()
    try {
      work()
      this.statements.of('COMMIT').run()
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  #fitLog(): void {
    const now = performance.now()
    if (now - this.#logFittedAt < FIT_LOG_MS) return
    this.#logFittedAt = now
    fitLog(this.#database, this.#directory)
  }

  /** Gives the space of the log back to the disk. Returns whether that was possible. */
  #emptyLog(): boolean {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      fitLog(this.#database, this.#directory)
      return true
    } catch (error) {
      if (isSqliteError(error)) return false
      throw error
    }
  }

  #rollBack(): void {
    try {
      this.statements.of('ROLLBACK').run()
    } catch (error) {
      // SQLite has already rolled the change back, as it does on a full disk; the caller reports what went wrong.
      if (!isSqliteError(error)) throw error
    }
  }

  keep(draft: Draft): void {
    for (const [table, writes] of draft.writes()) {
      const write = changeWriter((text) => this.statements.of(text), table)
      for (const row of writes) write(row)
    }
  }

  /** See {@link stage}. */
  stage(world: World): Work<ReadonlySet<Table>> {
    return stage(this.#database, this.#tables, world, (step) => this.change(step))
  }

  /** Replaces the seed with a world, within a change. */
  fill(world: World, staged: ReadonlySet<Table>): void {
    fill(this.#database, this.#tables, world, staged)
  }

  /** Turns errors of SQLite into one that doors know; other errors are returned unchanged. */
  explain(error: unknown): unknown {
    if (this.#closed)
      return new StoreUnavailable(
        { en: `The data file ${this.#path} is closed.`, zh: `数据文件 ${this.#path} 已关闭。` },
        { cause: error },
      )
    if (isDamage(error)) {
      const fault = explainOpening(error, this.#path)
      return fault instanceof UsageError ? new StoreUnavailable(fault.texts, { cause: error }) : fault
    }
    if (!isSqliteError(error)) return error
    return new StoreUnavailable(
      {
        en: `The data file ${this.#path} cannot be used: ${error.message}.`,
        zh: `数据文件 ${this.#path} 无法使用：${error.message}。`,
      },
      { cause: error },
    )
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    const isInPlace = this.#files.missing === undefined
    try {
      this.#commitWithRoom(() => this.#database.exec(`PRAGMA user_version = ${FORMAT.version}`))
    } catch (error) {
      // On a full disk, for example.
      if (!isSqliteError(error)) throw error
    }
    if (!isInPlace) {
      this.#database.close()
      return
    }
    try {
      closeFile(this.#database, this.#path)
      markAsClosed(this.#path)
    } catch (error) {
      // The next opening takes longer, since it examines the file.
      if (!isFromSystem(error)) throw error
    }
  }
}

/** The documents of a file: each change is written before it becomes visible. */
class SqliteDocuments extends DocumentsCopy {
  readonly #file: DataFile

  constructor(file: DataFile) {
    super(
      file.statements
        .of('SELECT name, value FROM documents ORDER BY rowid')
        .all()
        .map(({ name, value }) => [String(name), unsealed(documentPlace(String(name)), value)] as const),
    )
    this.#file = file
  }

  override update<Result>(change: DocumentsChange<Result>): Result {
    const { result, delta } = draftOver(this.documents, change)
    if (delta.size > 0) this.#file.change(() => this.#write(delta))
    this.apply(delta)
    return result
  }

  /** Makes a change of documents, if there is one, in the same atomic step as `work`. */
  changeWith(change: DocumentsChange | undefined, work: () => void): void {
    const { delta } = draftOver(this.documents, change ?? (() => {}))
    this.#file.change(() => {
      work()
      this.#write(delta)
    })
    this.apply(delta)
  }

  #write(delta: DocumentsDelta): void {
    for (const [name, value] of delta) {
      if (value === undefined) this.#file.statements.of('DELETE FROM documents WHERE name = ?').run(name)
      else {
        this.#file.statements
          .of('INSERT INTO documents VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
          .run(name, sealed(documentPlace(name), value))
      }
    }
  }
}
