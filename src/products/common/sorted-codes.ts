import type { Awaitable } from '../../wire/shared/pieces.ts'

/** The codes of one upload, each in the order it came in; every distinct code is in one of the first three. */
interface SortedCodes {
  readonly fresh: readonly string[]
  /** The batch has them already. */
  readonly known: readonly string[]
  /** None that could be stored. */
  readonly unfit: readonly string[]
  /** Those that came more than once, once each. */
  readonly repeated: readonly string[]
}

/** Sorts the codes of an upload (busifavor.md 3.5). */
export function sortCodes(
  codes: readonly string[],
  is: { known(code: string): boolean; fit(code: string): boolean },
): SortedCodes {
  const distinct = [...new Set(codes)]
  const storable = distinct.filter((code) => is.fit(code))
  return {
    fresh: storable.filter((code) => !is.known(code)),
    known: storable.filter((code) => is.known(code)),
    unfit: distinct.filter((code) => !is.fit(code)),
    repeated: [...new Set(codes.filter((code, i) => codes.indexOf(code) !== i))],
  }
}

/** The codes of an upload that `find` finds something of. */
export async function knownAmong(
  codes: readonly string[],
  find: (code: string) => Awaitable<unknown>,
): Promise<ReadonlySet<string>> {
  const known = new Set<string>()
  for (const code of codes) if ((await find(code)) !== undefined) known.add(code)
  return known
}
