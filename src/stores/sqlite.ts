import type { DatabaseSync } from 'node:sqlite'
import { type DocumentsChange, DocumentsCopy, type DocumentsDelta, draftOver } from '../engine/state/documents.ts'
import type { Store, Transaction, World } from '../engine/state/store.ts'
import { StoreUnavailable } from '../engine/state/store-unavailable.ts'
import type { Table } from '../engine/state/table.ts'
import type { Awaitable } from '../shared/awaitable.ts'
import { DataFileError } from './data-file-error.ts'
import { encodeText } from './encode-text.ts'
import { parseKept } from './parse-kept.ts'
import { Draft, Statements } from './sqlite/draft.ts'
import { isSqliteError, openDatabase } from './sqlite/open-database.ts'
import { changedTables, createIndexes, createTable, insertInto, LAYERS, leftColumnsOf, rowOf } from './sqlite/schema.ts'
import { Turns } from './turns.ts'

/**
 * State in a file, which one process uses at a time (`docs/decisions/0014-*`). Once a transaction or a change of documents resolves, the operating
 * system has its data, so it survives even a crash of the process.
 */
export class SqliteStore implements Store {
  readonly documents: SqliteDocuments
  readonly #file: DataFile
  readonly #turns = new Turns()

  private constructor(file: DataFile) {
    this.#file = file
    this.documents = new SqliteDocuments(file)
  }

  /**
   * Opens a data file, creating it if it does not exist.
   *
   * @throws DataFileError for one that cannot be used, which is left unchanged
   */
  static async open(file: string, tables: readonly Table[]): Promise<SqliteStore> {
    const database = await openDatabase(file, tables)
    try {
      return new SqliteStore(new DataFile(file, database, tables))
    } catch (error) {
      database.close()
      // The pages of the file are consistent, yet their content cannot be read.
      if (!(error instanceof StoreUnavailable) && !isSqliteError(error)) throw error
      throw new DataFileError('damaged', file, { reason: error.message, cause: error })
    }
  }

  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>): Promise<Result> {
    return this.#turns.take(async () => {
      const draft = new Draft(this.#file.statements)
      try {
        const result = await work(draft.transaction)
        if (!draft.isEmpty) this.#file.change(() => draft.keep())
        return result
      } catch (error) {
        throw this.#file.explain(error)
      }
    })
  }

  reset(mchid?: string, along?: DocumentsChange): Promise<void> {
    return this.#turns.take(() =>
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
      }),
    )
  }

  replace(world: World, along?: DocumentsChange): Promise<void> {
    return this.#turns.take(() => this.documents.changeWith(along, () => this.#file.fill(world)))
  }

  /** Waits for earlier transactions, then releases the file. */
  close(): Promise<void> {
    return this.#turns.take(() => this.#file.close())
  }
}

/** The open file. */
class DataFile {
  readonly statements: Statements
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #tables: readonly Table[]
  #closed = false

  constructor(path: string, database: DatabaseSync, tables: readonly Table[]) {
    this.#path = path
    this.#database = database
    this.#tables = tables
    this.statements = new Statements(database)
  }

  /** Tables with changes and with the seed, including those of products that this mock does not have. */
  get layers(): readonly { changed: string; seed: string; left: readonly string[] }[] {
    return changedTables(this.#database).map((changed) => {
      const seed = changed.replace('changed', 'seed')
      return { changed, seed, left: leftColumnsOf(this.#database, seed) }
    })
  }

  /** Makes a change that is kept if `work` returns, and rolled back if it throws. */
  change(work: () => void): void {
    try {
      this.statements.of('BEGIN IMMEDIATE').run()
      try {
        work()
        this.statements.of('COMMIT').run()
      } catch (error) {
        this.#rollBack()
        throw error
      }
    } catch (error) {
      throw this.explain(error)
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

  /** Replaces the seed with a world, within a change. */
  fill(world: World): void {
    for (const { changed, seed } of this.layers) this.#database.exec(`DELETE FROM ${changed}; DELETE FROM ${seed}`)
    for (const table of this.#tables) {
      for (const layer of LAYERS) {
        this.#database.exec(`DROP TABLE ${layer}_${table.name}`)
        createTable(this.#database, layer, table)
      }
      const insert = this.#database.prepare(insertInto('seed', table))
      for (const row of world[table.name] ?? []) insert.run(...rowOf(table, row))
      for (const layer of LAYERS) createIndexes(this.#database, layer, table)
    }
  }

  /** Turns errors of SQLite into one that doors know; others stay as they are. */
  explain(error: unknown): unknown {
    if (this.#closed) return new StoreUnavailable(`The data file ${this.#path} is closed.`, { cause: error })
    if (!isSqliteError(error)) return error
    return new StoreUnavailable(`The data file ${this.#path} cannot be used: ${error.message}.`, { cause: error })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#database.close()
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
        .map(({ name, value }) => [String(name), parseKept(String(value))] as const),
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
          .run(name, JSON.stringify(value))
      }
    }
  }
}
