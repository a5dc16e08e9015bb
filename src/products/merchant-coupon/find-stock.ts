import type { Merchant } from '../../engine/keys/merchants.ts'
import type { OperationContext } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../protocol/instant.ts'
import type { Texts } from '../../shared/texts.ts'
import { byTheClock, compareTexts } from '../common/explain.ts'
import { type Stock, stocks } from './stocks.ts'

/** How calls find a batch, and the sentences with which the journal explains why they do not. */

/**
 * Finds a batch for a caller: its own, else one that it owns. Batches of several merchants may have the same id; if it owns
 * several, the one created last is taken (inferred).
 *
 * @returns `not_permitted` when there are batches with this id, and the caller neither created nor owns any of them
 */
async function findStock(
  tx: Transaction,
  caller: Merchant,
  stock_id: string,
): Promise<Stock | 'not_permitted' | undefined> {
  const own = await tx.in(stocks).find(caller.mchid, stock_id)
  if (own) return own
  const foreign = await tx.in(stocks).where('stock_id', stock_id)
  const [owned] = foreign
    .filter(({ belong_merchant }) => belong_merchant === caller.mchid)
    .toSorted((a, b) => b.create_time - a.create_time || compareTexts(a.mchid, b.mchid))
  return owned ?? (foreign.length > 0 ? 'not_permitted' : undefined)
}

type FindContext = Pick<OperationContext<'not_found' | 'not_permitted'>, 'tx' | 'caller' | 'fail'>

/**
 * The batch that a call looks at: {@link findStock}, or `not_found` and `not_permitted`.
 *
 * @param ifNeither may find one that the caller neither created nor owns
 */
export async function stockFor(
  context: FindContext,
  stock_id: string,
  ifNeither?: () => Promise<Stock | undefined>,
): Promise<Stock> {
  const found = await findStock(context.tx, context.caller, stock_id)
  const stock = found === 'not_permitted' ? await ifNeither?.() : found
  return stock ?? refuseStock(context, stock_id, found === 'not_permitted' ? found : undefined)
}

/** The batch that a call changes, which only its creator may: `not_found` and `not_permitted` otherwise. */
export async function createdStockFor(context: FindContext, stock_id: string): Promise<Stock> {
  const { tx, caller } = context
  const own = await tx.in(stocks).find(caller.mchid, stock_id)
  if (own) return own
  const foreign = await tx.in(stocks).where('stock_id', stock_id)
  return refuseStock(context, stock_id, foreign.length > 0 ? 'not_permitted' : undefined)
}

async function refuseStock(
  { tx, caller, fail }: FindContext,
  stock_id: string,
  found: 'not_permitted' | undefined,
): Promise<never> {
  return found === undefined
    ? fail('not_found', { en: `there is no batch ${stock_id}`, zh: `没有批次 ${stock_id}` })
    : fail(found, await explainStockRight(tx, caller, stock_id))
}

/** The most batches that a sentence names. */
const LISTED = 5

/** Why a caller has no right over the batches with an id. */
async function explainStockRight(tx: Transaction, caller: Merchant, stock_id: string): Promise<Texts> {
  const named = (await tx.in(stocks).where('stock_id', stock_id)).slice(0, LISTED)
  const whose = named.map(({ mchid, belong_merchant }) => ({
    en: `created by ${mchid} and owned by ${belong_merchant}`,
    zh: `由 ${mchid} 创建、归属 ${belong_merchant}`,
  }))
  return {
    en: `batch ${stock_id} is ${whose.map(({ en }) => en).join(', or ')}; the caller is ${caller.mchid}`,
    zh: `批次 ${stock_id} ${whose.map(({ zh }) => zh).join('，或')}；调用方是 ${caller.mchid}`,
  }
}

export function explainEnd({ stock_id, coupon_use_rule }: Stock, now: number): Texts {
  const end = formatInstant(coupon_use_rule.coupon_available_time.available_end_time)
  const clock = byTheClock(now)
  return { en: `batch ${stock_id} ended at ${end}; ${clock.en}`, zh: `批次 ${stock_id} 已于 ${end} 结束；${clock.zh}` }
}

export function explainCodeMode({ stock_id, coupon_code_mode: mode }: Stock): Texts {
  return { en: `batch ${stock_id} is ${mode}`, zh: `批次 ${stock_id} 的券 code 模式是 ${mode}` }
}
