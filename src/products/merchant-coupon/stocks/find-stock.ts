import type { Merchant } from '../../../engine/keys/merchants.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { compareTexts } from '../../common/compare-texts.ts'
import type { Stock } from '../rules/stock.ts'
import { stocks } from './table.ts'

/**
 * Finds a batch for a caller: its own, else one that it owns. Batches of several merchants may have the same id; if it owns
 * several, the one created last is taken (inferred).
 *
 * @returns `not_permitted` when there are batches with this id, and the caller neither created nor owns any of them
 */
export async function findStock(
  tx: Transaction,
  caller: Merchant,
  stockId: string,
): Promise<Stock | 'not_permitted' | undefined> {
  const own = await tx.in(stocks).find(caller.mchid, stockId)
  if (own) return own
  const foreign = await tx.in(stocks).where('stockId', stockId)
  const [owned] = foreign
    .filter(({ ownerMchid }) => ownerMchid === caller.mchid)
    .toSorted((a, b) => b.createdAt - a.createdAt || compareTexts(a.creatorMchid, b.creatorMchid))
  return owned ?? (foreign.length > 0 ? 'not_permitted' : undefined)
}

/**
 * Finds a batch for a caller who has to be its creator.
 *
 * @returns `not_permitted` when there are batches with this id, and the caller created none of them
 */
export async function findCreatedStock(
  tx: Transaction,
  caller: Merchant,
  stockId: string,
): Promise<Stock | 'not_permitted' | undefined> {
  const own = await tx.in(stocks).find(caller.mchid, stockId)
  if (own) return own
  return (await tx.in(stocks).where('stockId', stockId)).length > 0 ? 'not_permitted' : undefined
}
