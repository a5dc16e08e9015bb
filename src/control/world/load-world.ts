import { z } from 'zod'
import type { Router } from '../../engine/exchange/router.ts'
import { checkAnswer, type PlannedAnswer, plannedAnswers } from '../../engine/planned-answers.ts'
import { clockTime } from '../../engine/state/json-fields.ts'
import type { World } from '../../engine/state/store.ts'
import {
  keyOf,
  type LoadingTable,
  type LoadingWorld,
  memberOf,
  type RowDefaults,
  type Table,
  type TableDefinition,
} from '../../engine/state/table.ts'
import { atOnce, onceFor, PIECE, type Work } from '../../wire/shared/pieces.ts'
import type { SnakeCase } from '../../wire/shared/texts.ts'
import { type MerchantJson, merchantJson } from './merchant-json.ts'
import { at, readInput } from './read-input.ts'

/** Members of a seed file besides the rows of tables. */
const head = {
  $schema: z.string().optional(),
  description: z.string().optional(),
  taken_at: clockTime
    .optional()
    .describe(
      "when the states hold, and what times that are left out are counted from; the mock's time if left out. A snapshot has it, so that it restores exactly at any time",
    ),
  merchants: z
    .array(merchantJson)
    .optional()
    .describe(
      'besides the well-known merchant, which has to be named only if it stands otherwise; keys are made if left out',
    ),
}

/** A seed file: any number of rows of each table; fields with a default may be left out. */
export type WorldJsonOf<T extends Table> = {
  readonly $schema?: string | undefined
  readonly description?: string | undefined
  readonly taken_at?: string | undefined
  readonly merchants?: MerchantJson[] | undefined
} & { [One in T as SnakeCase<One['name']>]?: z.input<One['json']>[] | undefined }

/** A snapshot, where nothing is left out. */
export type SnapshotJsonOf<T extends Table> = {
  readonly taken_at: string
  merchants: MerchantJson[]
} & { [One in T as SnakeCase<One['name']>]: z.input<NonNullable<One['completed']>>[] }

/** The number of rows in each table, and of merchants that may call. */
export type WorldCountsOf<T extends Table> = { readonly merchants: number } & {
  readonly [One in T as SnakeCase<One['name']>]: number
}

export const worldJson = onceFor((tables: readonly Table[]) =>
  z
    .strictObject({
      ...head,
      ...Object.fromEntries(tables.map((table) => [memberOf(table), z.array(table.json).optional()])),
    })
    .meta({ id: 'World', title: 'wechatpay-mock seed file', description: 'the state that a mock starts with' }),
)

export const snapshotJson = onceFor((tables: readonly Table[]) =>
  z
    .strictObject({
      taken_at: clockTime,
      merchants: z
        .array(merchantJson)
        .describe('with their private keys; the well-known merchant only if it was changed'),
      ...Object.fromEntries(tables.map((table) => [memberOf(table), z.array(table.completed ?? table.json)])),
    })
    .meta({ id: 'Snapshot', description: 'everything that a mock holds, in the format of a seed file' }),
)

/** A world for a store, and the merchants of a seed file. */
interface LoadedWorld {
  readonly world: World
  readonly merchants: readonly MerchantJson[]
}

/**
 * Turns a seed file or snapshot into a world.
 *
 * @param routerOf returns a router for the paths of planned answers, if these are to be checked; called only if there are some
 * @throws UsageError `MOCK_INPUT`, `MOCK_ANSWER`, or an error from making a row, with its place in the file
 */
export function loadWorld(
  json: unknown,
  tables: readonly Table[],
  defaults: RowDefaults,
  routerOf?: () => Router,
): LoadedWorld {
  return atOnce(loading(readInput(worldJson(tables), json), tables, defaults, routerOf))
}

/** A seed file or snapshot as its schema has read it, with numbers for times: the schema cannot read it again. */
export type WorldFile = Readonly<Record<string, unknown>> & {
  readonly taken_at?: string | undefined
  readonly merchants?: MerchantJson[] | undefined
}

/** The same for a file that was read, table by table: the rows of a table may depend on those of earlier tables. */
export function* loading(
  file: WorldFile,
  tables: readonly Table[],
  defaults: RowDefaults,
  routerOf?: () => Router,
): Work<LoadedWorld> {
  const loaded = new Loading()
  const surroundings = {
    ...defaults,
    now: file.taken_at === undefined ? defaults.now : Date.parse(file.taken_at),
    world: loaded,
    position: 0,
  }
  let router: Router | undefined
  for (const table of tables) {
    const member = memberOf(table)
    const rows = loaded.rowsOf(table)
    // By the schema of the file, this is a list of the table's JSON.
    const given = (file[member] ?? []) as readonly unknown[]
    for (const [position, one] of given.entries()) {
      if (position % PIECE === PIECE - 1) yield
      surroundings.position = position
      at(`/${member}/${position}`, () => {
        const row = table.fromJson(one, surroundings)
        if (routerOf && table === (plannedAnswers as Table)) {
          router ??= routerOf()
          // A row of this table.
          checkAnswer(row as PlannedAnswer, router)
        }
        rows.add(row, one)
      })
    }
  }
  return {
    world: Object.fromEntries(tables.map((table) => [table.name, loaded.rowsOf(table).all])),
    merchants: file.merchants ?? [],
  }
}

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
