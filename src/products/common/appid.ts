import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Texts } from '../../shared/texts.ts'

/** Whether an appid is bound to one of some merchants: the caller, and where there is a batch, its owner. A merchant without a list may use any. */
export function mayUseAppid(appid: string, merchants: readonly (Merchant | undefined)[]): boolean {
  return merchants.some(
    (merchant) => merchant !== undefined && (merchant.appids.length === 0 || merchant.appids.includes(appid)),
  )
}

/** Explains to the developer why an appid is refused: none of the merchants may use it. */
export function explainAppid(appid: string, merchants: readonly (Merchant | undefined)[]): Texts {
  const known = merchants.filter((merchant) => merchant !== undefined)
  const [first, ...more] = [...new Set(known.map(({ mchid }) => mchid))]
  const bound = [...new Set(known.flatMap(({ appids }) => appids))].slice(0, 5)
  const all = [first, ...more]
  return {
    en: `${appid} is ${more.length === 0 ? `not bound to ${first}` : `bound neither to ${all.join(' nor to ')}`}; bound: ${bound.join(', ')}`,
    zh: `${appid} 未与${more.length === 0 ? `商户 ${first} ` : `商户 ${all.join('、')} 中的任何一个`}绑定，已绑定的有：${bound.join('、')}`,
  }
}
