import type { z } from 'zod'
import type { OperationContext } from '../../engine/operation.ts'
import { type Place, placeOf, type TableDefinition } from '../../engine/state/table.ts'
import { commonErrors } from '../../protocol/common-errors.ts'
import { ApiError } from '../../protocol/errors.ts'

/** The page that a list is asked for. */
export interface PageQuery {
  readonly page_size?: number
  /** The `next_page_token` of the page before. */
  readonly page_token?: string
}

type Listed<Row, Sorted extends string> = TableDefinition<
  string,
  Row,
  readonly string[],
  string,
  z.ZodType,
  z.ZodType,
  boolean,
  Sorted
>

/**
 * A page of the caller's rows that a sorted list has under a text. Only the first tells `total_count`, and only one that others follow tells
 * `next_page_token` (documented). Rows that come or go meanwhile leave the others where they are.
 *
 * @param fits leaves rows out; then all that follow are read
 * @throws ApiError `PARAM_ERROR` for a token that no page gave (inferred)
 */
export async function pageOf<Row, Sorted extends string>(
  table: Listed<Row, Sorted>,
  [list, among]: readonly [Sorted, string],
  { page_size, page_token }: PageQuery & { readonly page_size: number },
  { tx, caller: { mchid: owner } }: Pick<OperationContext<string>, 'tx' | 'caller'>,
  fits?: (row: Row) => boolean,
) {
  const after = page_token === undefined ? undefined : placeAt(page_token, owner)
  const all = await tx.in(table).countAmong(list, among, owner)
  const read = await tx.in(table).page(list, among, { owner, after, limit: fits ? all : page_size + 1 })
  const found = fits ? read.filter(fits) : read
  const rows = found.slice(0, page_size)
  const last = found.length > page_size ? rows.at(-1) : undefined
  return {
    rows,
    total_count: after ? undefined : fits ? found.length : all,
    next_page_token: last === undefined ? undefined : tokenOf(placeOf(table, list, last)),
  }
}

function tokenOf({ by, key }: Place): string {
  return Buffer.from(`${by}\n${key}`).toString('base64url')
}

function placeAt(token: string, owner: string): Place {
  const [by, key] = Buffer.from(token, 'base64url').toString('utf8').split('\n')
  if (by !== undefined && key !== undefined) return { by, owner, key }
  throw new ApiError(commonErrors.parameter_invalid, {
    explanation: {
      en: '/query/page_token: the next_page_token of the page before is needed, unchanged',
      zh: '/query/page_token：应原样传入上一页的 next_page_token',
    },
  })
}
