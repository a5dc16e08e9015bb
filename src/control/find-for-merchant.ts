import { UsageError, type UsageErrorCode } from '../protocol/errors.ts'
import type { Awaitable } from '../shared/awaitable.ts'

/** How to find a thing, and how to name it when it is not found. */
export interface Search<Thing> {
  /** The thing of one merchant. */
  find(mchid: string): Awaitable<Thing | undefined>
  /** The things of all merchants. */
  all(): Awaitable<readonly Thing[]>
  /** Whose a thing is. */
  ownerOf(thing: Thing): string
  /** e.g. `order MCH_1` */
  readonly name: string
  readonly unknown: { readonly code: UsageErrorCode; readonly path: string; readonly advice: string }
}

/**
 * The named merchant's thing; without one the well-known merchant's, else the only one.
 *
 * @throws UsageError the search's own code when there is none; `MOCK_AMBIGUOUS` when several merchants have one
 */
export async function ownOrOnly<Thing>(
  { find, all, ownerOf, name, unknown }: Search<Thing>,
  mchid: string | undefined,
  defaultMchid: string,
): Promise<Thing> {
  const own = await find(mchid ?? defaultMchid)
  if (own) return own
  const others = mchid === undefined ? await all() : []
  if (others.length > 1) {
    throw new UsageError(
      'MOCK_AMBIGUOUS',
      `Several merchants have ${name}: give ?mchid=, one of ${others.map(ownerOf).join(', ')}.`,
      { path: '/query/mchid' },
    )
  }
  const [only] = others
  if (only) return only
  throw new UsageError(
    unknown.code,
    `There is no ${name}${mchid === undefined ? '' : ` of merchant ${mchid}`}: ${unknown.advice}.`,
    { path: unknown.path },
  )
}
