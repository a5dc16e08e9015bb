import { z } from 'zod'
import type { Stock } from '../../domain/stock.ts'
import type { Transaction } from '../../engine/store.ts'
import { fromWire, STOCK_STATE } from '../../operations/wire.ts'
import { UsageError } from '../../protocol/errors.ts'
import { defineCall } from '../call.ts'
import { describeStock } from '../describe.ts'
import { completedStock, stockPatch } from '../world-format.ts'
import { mchidQuery } from './queries.ts'

export const stockParams = z.object({ stock_id: z.string().meta({ description: 'batch' }) })

/** Ways in which a call refuses that names a batch. */
export const stockRefusals = {
  MOCK_STOCK_UNKNOWN: 'there is no such batch',
  MOCK_AMBIGUOUS: 'several merchants have such a batch, and the well-known one has not: give ?mchid=',
} as const

export const stock = defineCall({
  id: 'stock',
  method: 'GET',
  path: '/_mock/stocks/{stock_id}',
  summary: 'Look at a batch',
  params: stockParams,
  query: mchidQuery,
  answer: completedStock,
  refusals: stockRefusals,
  async handle({ params, query }, { mock }) {
    const { defaultMerchant, store } = mock
    return describeStock(
      await store.transaction((tx) => namedStock(tx, params.stock_id, query.mchid, defaultMerchant.mchid)),
    )
  },
})

export const patchStock = defineCall({
  id: 'patchStock',
  method: 'PATCH',
  path: '/_mock/stocks/{stock_id}',
  summary:
    'Do to a batch what a merchant does in the console (商户平台): pause, resume or stop it, or put it in review',
  params: stockParams,
  query: mchidQuery,
  body: stockPatch,
  answer: completedStock,
  refusals: stockRefusals,
  async handle({ params, query, body }, { mock }) {
    const { defaultMerchant, store } = mock
    return store.transaction(async (tx) => {
      const before = await namedStock(tx, params.stock_id, query.mchid, defaultMerchant.mchid)
      const after: Stock = { ...before, state: fromWire(STOCK_STATE, body.state) }
      await tx.stocks.save(after)
      return describeStock(after)
    })
  },
})

/** The named merchant's batch; without one the well-known merchant's, else the only one. */
export async function namedStock(
  tx: Transaction,
  stockId: string,
  mchid: string | undefined,
  defaultMchid: string,
): Promise<Stock> {
  const own = await tx.stocks.find(mchid ?? defaultMchid, stockId)
  if (own) return own
  const others = mchid === undefined ? await tx.stocks.where('stockId', stockId) : []
  if (others.length > 1) {
    throw new UsageError(
      'MOCK_AMBIGUOUS',
      `Several merchants have a batch ${stockId}: give ?mchid=, one of ${others.map(({ creatorMchid }) => creatorMchid).join(', ')}.`,
      { path: '/query/mchid' },
    )
  }
  const [only] = others
  if (!only) {
    throw new UsageError(
      'MOCK_STOCK_UNKNOWN',
      `There is no batch ${stockId}${mchid === undefined ? '' : ` of merchant ${mchid}`}: add it with POST /_mock/stocks.`,
      { path: '/path/stock_id' },
    )
  }
  return only
}
