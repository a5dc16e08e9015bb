import type { Texts } from '../../shared/texts.ts'

/** That a merchant has not opened a product. */
export function explainUnopened(mchid: string | undefined, product: string): Texts {
  return { en: `${mchid} has not opened ${product}`, zh: `${mchid} 没有开通 ${product}` }
}
