import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../protocol/instant.ts'
import type { Texts } from '../../shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import type { Stock } from './rules/stock.ts'
import { stocks } from './stocks/table.ts'
import { CODE_MODE } from './wire.ts'

/** The sentences with which the journal explains a refused call, behind the key of the error. */

/** The most things that a sentence names. */
const LISTED = 5

/** That there is no batch with an id. */
export function explainNoStock(stockId: string): Texts {
  return { en: `there is no batch ${stockId}`, zh: `没有批次 ${stockId}` }
}

/** Why a caller has no right over the batches with an id. */
export async function explainStockRight(tx: Transaction, caller: Merchant, stockId: string): Promise<Texts> {
  const named = (await tx.in(stocks).where('stockId', stockId)).slice(0, LISTED)
  const whose = named.map(({ creatorMchid, ownerMchid }) => ({
    en: `created by ${creatorMchid} and owned by ${ownerMchid}`,
    zh: `由 ${creatorMchid} 创建、归属 ${ownerMchid}`,
  }))
  return {
    en: `batch ${stockId} is ${whose.map(({ en }) => en).join(', or ')}; the caller is ${caller.mchid}`,
    zh: `批次 ${stockId} ${whose.map(({ zh }) => zh).join('，或')}；调用方是 ${caller.mchid}`,
  }
}

/** That a batch has no uploaded code. */
export function explainNoCode(stockId: string, code: string): Texts {
  return { en: `batch ${stockId} has no uploaded code ${code}`, zh: `批次 ${stockId} 没有预存 code ${code}` }
}

export function explainEnd({ stockId, validity }: Stock, now: number): Texts {
  const end = formatInstant(validity.until)
  const clock = byTheClock(now)
  return {
    en: `batch ${stockId} ended at ${end}; ${clock.en}`,
    zh: `批次 ${stockId} 已于 ${end} 结束；${clock.zh}`,
  }
}

export function explainCodeMode({ stockId, codeMode }: Stock): Texts {
  const mode = CODE_MODE[codeMode]
  return { en: `batch ${stockId} is ${mode}`, zh: `批次 ${stockId} 的券 code 模式是 ${mode}` }
}

/** That a merchant has not opened a product. */
export function explainUnopened(mchid: string | undefined, product: string): Texts {
  return { en: `${mchid} has not opened ${product}`, zh: `${mchid} 没有开通 ${product}` }
}
