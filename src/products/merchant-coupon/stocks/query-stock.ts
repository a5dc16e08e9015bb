import { z } from 'zod'
import type { Merchant } from '../../../engine/keys/merchants.ts'
import { defineOperation } from '../../../engine/operation.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { stockId } from '../../common/fields.ts'
import { stockAnswer } from '../answer-schemas.ts'
import { coupons } from '../coupons.ts'
import { notPermitted, stockNotFound } from '../errors.ts'
import { explainNoStock, explainStockRight } from '../explain.ts'
import type { Stock } from '../rules/stock.ts'
import { couponSources } from '../sources.ts'
import { stockDetails } from '../wire.ts'
import { findStock } from './find-stock.ts'
import { stocks } from './table.ts'

/** 查询商家券批次详情: look at a batch. */
export const queryStock = defineOperation({
  id: 'queryStock',
  method: 'GET',
  path: '/v3/marketing/busifavor/stocks/{stock_id}',
  summary: 'Query a batch',
  title: '查询商家券批次详情',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4015715866',

  input: { path: z.object({ stock_id: stockId }) },
  output: stockAnswer,

  errors: {
    not_found: stockNotFound,
    not_permitted: {
      ...notPermitted,
      when: {
        en: 'the caller neither created nor owns the batch, nor sent a coupon of it',
        zh: '调用方不是批次的创建方或归属方，也没有发放过其中的券',
      },
    },
  },

  rules: [
    {
      rule: 'Options that are not set and switches that are off are left out.',
      evidence: 'observed',
      source: couponSources.liveAnswers,
    },
    {
      rule: 'irregulary_avaliable_time is an empty list where there are no such windows.',
      evidence: 'observed',
      source: couponSources.liveAnswers,
    },
    { rule: 'coupon_code_count shows for batches with uploaded codes only.', evidence: 'documented' },
    {
      rule: 'Amounts show for NORMAL batches only, what was sent today only for batches with a daily limit.',
      evidence: 'documented',
    },
    {
      rule: 'An amount is the number of coupons times discount_amount.',
      evidence: 'observed',
      source: couponSources.liveAnswers,
    },
    { rule: 'send_count_information shows with 0 before anything was sent.', evidence: 'inferred' },
    { rule: 'A merchant that sent a coupon of the batch may look at it.', evidence: 'documented' },
  ],

  async handle({ path }, { tx, now, caller, fail }) {
    const found = await findStock(tx, caller, path.stock_id)
    if (found === undefined) return fail('not_found', explainNoStock(path.stock_id))
    const stock = found === 'not_permitted' ? await stockSentBy(tx, caller, path.stock_id) : found
    return stock ? stockDetails(stock, now) : fail('not_permitted', await explainStockRight(tx, caller, path.stock_id))
  },
})

/** A batch that the merchant did not create but handed out a coupon of; of several with this id, the one created last. */
async function stockSentBy(tx: Transaction, { mchid }: Merchant, stockId: string): Promise<Stock | undefined> {
  const sent = await tx.in(coupons).where('sentIn', `${mchid} ${stockId}`)
  const creators = [...new Set(sent.map((coupon) => coupon.mchid))].sort()
  const found = await Promise.all(creators.map((creator) => tx.in(stocks).find(creator, stockId)))
  return found.filter((stock) => stock !== undefined).toSorted((a, b) => b.createdAt - a.createdAt)[0]
}
