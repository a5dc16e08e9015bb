import { UsageError, type UsageErrorCode } from '../protocol/errors.ts'
import type { Awaitable } from '../shared/awaitable.ts'
import type { Texts } from '../shared/texts.ts'

/** How to find a thing, and how to name it when it is not found. */
export interface Search<Thing> {
  /** The thing of one merchant. */
  find(mchid: string): Awaitable<Thing | undefined>
  /** The things of all merchants. */
  all(): Awaitable<readonly Thing[]>
  /** Whose a thing is. */
  ownerOf(thing: Thing): string
  /** e.g. `order MCH_1`, `订单 MCH_1` */
  readonly name: Texts
  /** `advice`: how to get one. */
  readonly unknown: { readonly code: UsageErrorCode; readonly path: string; readonly advice: Texts }
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
      {
        en: `Several merchants have ${name.en}: give ?mchid=, one of ${others.map(ownerOf).join(', ')}.`,
        zh: `多个商户都有${name.zh}，请用 ?mchid= 指明商户，可选：${others.map(ownerOf).join('、')}。`,
      },
      { path: '/query/mchid' },
    )
  }
  const [only] = others
  if (only) return only
  throw new UsageError(
    unknown.code,
    {
      en: `There is no ${name.en}${mchid === undefined ? '' : ` of merchant ${mchid}`}: ${unknown.advice.en}.`,
      zh: `${mchid === undefined ? '' : `商户 ${mchid} `}没有${name.zh}，${unknown.advice.zh}。`,
    },
    { path: unknown.path },
  )
}
