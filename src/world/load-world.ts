import type { z } from 'zod'
import { checkAnswer } from '../engine/check-answer.ts'
import type { Router } from '../engine/exchange/router.ts'
import { type PlannedAnswer, plannedAnswers } from '../engine/planned-answers.ts'
import type { World } from '../engine/state/store.ts'
import {
  keyOf,
  type LoadingTable,
  type LoadingWorld,
  memberOf,
  type RowDefaults,
  type Table,
  type TableDefinition,
} from '../engine/state/table.ts'
import type { MerchantJson } from './merchant-json.ts'
import { at, readInput } from './read-input.ts'
import { worldJson } from './world-json.ts'

/** A world for a store, and the merchants of a seed file. */
export interface LoadedWorld {
  readonly world: World
  readonly merchants: readonly MerchantJson[]
}

/**
 * Turns a seed file or snapshot into a world, table by table: the rows of a table may depend on those of earlier tables.
 *
 * @throws UsageError `MOCK_INPUT`, or an error from making a row, with its place in the file
 */
export function loadWorld(json: unknown, tables: readonly Table[], defaults: RowDefaults): LoadedWorld {
  return loadFile(readInput(worldJson(tables), json), tables, defaults)
}

/** A seed file or snapshot as its schema has read it, with numbers for times: the schema cannot read it again. */
export type WorldFile = Readonly<Record<string, unknown>> & {
  readonly taken_at?: string | undefined
  readonly merchants?: MerchantJson[] | undefined
}

/** The same for a file that was read. */
export function loadFile(file: WorldFile, tables: readonly Table[], defaults: RowDefaults): LoadedWorld {
  const loading = new Loading()
  const surroundings = {
    ...defaults,
    now: file.taken_at === undefined ? defaults.now : Date.parse(file.taken_at),
    world: loading,
    position: 0,
  }
  for (const table of tables) {
    const member = memberOf(table)
    const rows = loading.rowsOf(table)
    // By the schema of the file, this is a list of the table's JSON.
    const given = (file[member] ?? []) as readonly unknown[]
    for (const [position, one] of given.entries()) {
      surroundings.position = position
      at(`/${member}/${position}`, () => rows.add(table.fromJson(one, surroundings), one))
    }
  }
  return {
    world: Object.fromEntries(tables.map((table) => [table.name, loading.rowsOf(table).all])),
    merchants: file.merchants ?? [],
  }
}

/**
 * Refuses planned answers that their calls could not give.
 *
 * @param routerOf returns a router for their paths; called only if there are such answers
 * @throws UsageError `MOCK_ANSWER` with its place in the file
 */
export function checkAnswers({ [plannedAnswers.name]: rows = [] }: World, routerOf: () => Router): void {
  if (rows.length === 0) return
  const router = routerOf()
  // The world has rows of a table under its name.
  for (const [position, row] of (rows as readonly PlannedAnswer[]).entries()) {
    at(`/${memberOf(plannedAnswers)}/${position}`, () => checkAnswer(row, router))
  }
}

/** The rows loaded so far. */
class Loading implements LoadingWorld {
  readonly #tables = new Map<Table, LoadingRows>()

  rowsOf(table: Table): LoadingRows {
    let rows = this.#tables.get(table)
    if (!rows) {
      rows = new LoadingRows(table)
      this.#tables.set(table, rows)
    }
    return rows
  }

  in<Row, Key extends readonly string[], Json extends z.ZodType>(
    table: TableDefinition<string, Row, Key, string, Json, z.ZodType>,
  ): LoadingTable<Row, Key, Json> {
    // Rows are only stored under their own table.
    return this.rowsOf(table) as LoadingTable<Row, Key, Json>
  }
}

class LoadingRows implements LoadingTable<unknown, readonly string[], z.ZodType> {
  readonly #table: Table
  readonly #rows: unknown[] = []
  /** JSON of each row in the file; `undefined` for a row that another row brought along. */
  readonly #given: unknown[] = []
  /** Built when a row is first looked up: a file may have a million rows of a table that nobody looks into. */
  #positions: Map<string, number> | undefined

  constructor(table: Table) {
    this.#table = table
  }

  /** If several rows have one key, the last counts. */
  get all(): readonly unknown[] {
    return this.#rows
  }

  find(...key: readonly string[]): unknown {
    const position = this.#lookUp(keyOf(key))
    return position === undefined ? undefined : this.#rows[position]
  }

  given(...key: readonly string[]): unknown {
    const position = this.#lookUp(keyOf(key))
    return position === undefined ? undefined : this.#given[position]
  }

  save(row: unknown): void {
    const known = this.#lookUp(this.#keyOf(row))
    if (known === undefined) this.add(row, undefined)
    else this.#rows[known] = row
  }

  /** @param given the row in the file */
  add(row: unknown, given: unknown): void {
    this.#positions?.set(this.#keyOf(row), this.#rows.length)
    this.#rows.push(row)
    this.#given.push(given)
  }

  #lookUp(key: string): number | undefined {
    this.#positions ??= new Map(this.#rows.map((row, position) => [this.#keyOf(row), position]))
    return this.#positions.get(key)
  }

  #keyOf(row: unknown): string {
    return keyOf([this.#table.owner(row), ...this.#table.key(row)])
  }
}
