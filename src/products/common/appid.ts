import type { Merchant } from '../../engine/keys/merchants.ts'

/** Whether an appid is bound to one of some merchants: the caller, and where there is a batch, its owner. A merchant without a list may use any. */
export function mayUseAppid(appid: string, merchants: readonly (Merchant | undefined)[]): boolean {
  return merchants.some(
    (merchant) => merchant !== undefined && (merchant.appids.length === 0 || merchant.appids.includes(appid)),
  )
}

/** Explains to the developer why an appid is refused: none of the merchants may use it. */
export function explainAppid(appid: string, merchants: readonly (Merchant | undefined)[]): string {
  const known = merchants.filter((merchant) => merchant !== undefined)
  const [first, ...more] = [...new Set(known.map(({ mchid }) => mchid))]
  const other = more.length === 0 ? `not bound to ${first}` : `bound neither to ${[first, ...more].join(' nor to ')}`
  const bound = [...new Set(known.flatMap(({ appids }) => appids))].slice(0, 5)
  return `${appid} is ${other}; bound: ${bound.join(', ')}`
}
