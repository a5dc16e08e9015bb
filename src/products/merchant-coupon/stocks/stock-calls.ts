import { z } from 'zod'
import { defineAddCalls } from '../../../control/add-calls.ts'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { ownOrOnly } from '../../../control/find-for-merchant.ts'
import { pageOf, pageQuery } from '../../../control/formats/page.ts'
import { readPage } from '../../../control/read-page.ts'
import { mchid } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { RowDefaults } from '../../../engine/state/table.ts'
import { fromWire } from '../../common/spelling.ts'
import type { Stock } from '../rules/stock.ts'
import { STOCK_STATE } from '../wire.ts'
import {
  type CompletedStock,
  completedStock,
  completeStock,
  describeStock,
  type StockJson,
  stockJson,
  stockPatch,
  stocks,
} from './table.ts'

export const stockParams = z.object({ stock_id: z.string().meta({ description: 'batch' }) })

/** The refusals of any control call that names a batch. */
export const stockRefusals = {
  MOCK_STOCK_UNKNOWN: { status: 404, when: 'there is no such batch' },
  MOCK_AMBIGUOUS: 'several merchants have such a batch, and the well-known one has not: give ?mchid=',
} as const

export const listedStocks = defineCall({
  summary: 'Look for batches: the newest first, page by page',
  query: pageQuery.extend({ mchid: mchid.optional().meta({ description: 'who created it; any if left out' }) }),
  answer: pageOf(completedStock).meta({ id: 'StockPage' }),
  async handle({ query: { mchid, text, ...page } }, { mock }) {
    const wanted = text?.toLowerCase()
    const fits =
      wanted === undefined
        ? undefined
        : ({ stockId, name }: Stock) => [stockId, name].some((one) => one.toLowerCase().includes(wanted))
    const { items, ...rest } = await readPage(mock, stocks, { owner: mchid, fits, ...page })
    return { ...rest, items: items.map(describeStock) }
  },
})

export const stock = defineCall({
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
      await tx.in(stocks).save(after)
      return describeStock(after)
    })
  },
})

/** The named merchant's batch; without one the well-known merchant's, else the only one. */
export function namedStock(
  tx: Transaction,
  stockId: string,
  mchid: string | undefined,
  defaultMchid: string,
): Promise<Stock> {
  return ownOrOnly(
    {
      find: (owner) => tx.in(stocks).find(owner, stockId),
      all: () => tx.in(stocks).where('stockId', stockId),
      ownerOf: ({ creatorMchid }) => creatorMchid,
      name: { en: `batch ${stockId}`, zh: `批次 ${stockId}` },
      unknown: {
        code: 'MOCK_STOCK_UNKNOWN',
        path: '/path/stock_id',
        advice: { en: 'add it with POST /_mock/stocks', zh: '请用 POST /_mock/stocks 添加' },
      },
    },
    mchid,
    defaultMchid,
  )
}

export const { one: addStock, many: addStocks } = defineAddCalls({
  summary: 'Add a batch or a list of them; one with the same id is replaced',
  json: stockJson,
  made: completedStock,
  refusals: { MOCK_STOCK_TIMES: 'a batch ends before it begins' },
  add,
})

async function add(tx: Transaction, json: StockJson, defaults: RowDefaults): Promise<CompletedStock> {
  const made = completeStock(json, defaults)
  const existing = await tx.in(stocks).find(made.creatorMchid, made.stockId)
  // A replaced batch keeps its coupons and codes.
  const stock = existing
    ? {
        ...made,
        codes: existing.codes,
        ...(existing.nextCodePosition !== undefined && { nextCodePosition: existing.nextCodePosition }),
        ...(json.sent === undefined && { sent: existing.sent }),
      }
    : made
  await tx.in(stocks).save(stock)
  return describeStock(stock)
}
