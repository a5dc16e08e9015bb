import { z } from 'zod'
import type { SnakeCase } from '../engine/snake-case.ts'
import { clockTime } from '../engine/state/json-fields.ts'
import { memberOf, type Table } from '../engine/state/table.ts'
import { type MerchantJson, merchantJson } from './merchant-json.ts'

/** Members of a seed file besides the rows of tables. */
const head = {
  $schema: z.string().optional(),
  description: z.string().optional(),
  taken_at: clockTime.optional().meta({
    description:
      "when the states hold, and what times that are left out are counted from; the mock's time if left out. A snapshot has it, so that it restores exactly at any time",
  }),
  merchants: z.array(merchantJson).optional().meta({
    description:
      'besides the well-known merchant, which has to be named only if it stands otherwise; keys are made if left out',
  }),
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

/** A snapshot of unknown tables. */
export type AnySnapshotJson = SnapshotJsonOf<never>

/** The schema of seed files for a mock with these tables. */
export function worldJson(tables: readonly Table[]) {
  return z
    .strictObject({
      ...head,
      ...Object.fromEntries(tables.map((table) => [memberOf(table), z.array(table.json).optional()])),
    })
    .meta({ id: 'World', title: 'wechatpay-mock seed file', description: 'the state that a mock starts with' })
}

/** The schema of snapshots of a mock with these tables. */
export function snapshotJson(tables: readonly Table[]) {
  return z
    .strictObject({
      taken_at: clockTime,
      merchants: z
        .array(merchantJson)
        .meta({ description: 'with their private keys; the well-known merchant only if it was changed' }),
      ...Object.fromEntries(tables.map((table) => [memberOf(table), z.array(table.completed ?? table.json)])),
    })
    .meta({ id: 'Snapshot', description: 'everything that a mock holds, in the format of a seed file' })
}
