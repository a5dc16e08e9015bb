import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { sources } from '../../../protocol/sources.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { choice, queryNumber, stockId } from '../../common/fields.ts'
import { fromWire } from '../../common/spelling.ts'
import { shownStockId } from '../answer-schemas.ts'
import { appidUnbound, stockNotFound, stockNotPermitted } from '../errors.ts'
import { explainNoStock, explainStockRight } from '../explain.ts'
import { findStock } from '../stocks/find-stock.ts'
import { CODE_STATUS } from '../wire.ts'
import { CODE_CALLS_SOURCE, codeAppid, codeInformation, codeInformationAnswer } from './code-information.ts'
import { codes, withStatus } from './table.ts'

/** 查询预存code列表: look at the codes that were uploaded for a batch, page by page. */
export const listCouponCodes = defineOperation({
  id: 'listCouponCodes',
  method: 'GET',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes',
  summary: 'List uploaded codes',
  title: '查询预存code列表',
  source: CODE_CALLS_SOURCE,

  input: {
    path: z.object({ stock_id: stockId }),
    query: z.object({
      limit: queryNumber({ title: '分页大小', min: 1, max: 100, default: 20, example: 20 }).optional(),
      offset: queryNumber({ title: '分页页码', min: 0, default: 0, example: 0 }).optional(),
      appid: codeAppid,
      status: choice('券code状态', [CODE_STATUS.available, CODE_STATUS.dispatched]).optional(),
    }),
  },
  output: z.object({
    stock_id: shownStockId,
    total_count: z.int(),
    data: z.array(codeInformationAnswer),
    offset: z.int(),
    limit: z.int(),
  }),

  errors: {
    not_found: { ...stockNotFound, evidence: 'sibling' },
    not_permitted: stockNotPermitted,
    appid_unbound: { ...appidUnbound, evidence: 'sibling' },
  },

  rules: [
    {
      rule: 'All four query members may be left out; without status all codes are listed.',
      evidence: 'documented',
      source: [sources.goSdk, sources.javaSdk],
    },
    { rule: 'limit is 20 if left out, as in the list of coupons, and 100 at most.', evidence: 'inferred' },
    { rule: 'offset counts codes, not pages.', evidence: 'inferred' },
    { rule: 'Codes are listed in the order they were uploaded in.', evidence: 'inferred' },
    { rule: 'total_count counts all codes with the status, whatever the page.', evidence: 'inferred' },
    { rule: 'openid is the one that the coupon was sent to, also without appid.', evidence: 'inferred' },
  ],

  async handle({ path, query }, { tx, caller, merchantOf, fail }) {
    const { limit = 20, offset = 0, appid, status } = query
    const stock = await findStock(tx, caller, path.stock_id)
    if (stock === undefined) return fail('not_found', explainNoStock(path.stock_id))
    if (stock === 'not_permitted') return fail(stock, await explainStockRight(tx, caller, path.stock_id))
    const merchants = [caller, merchantOf(stock.ownerMchid)]
    if (appid !== undefined && !mayUseAppid(appid, merchants)) {
      return fail('appid_unbound', explainAppid(appid, merchants))
    }

    const { stockId, creatorMchid: owner } = stock
    const [list, among] =
      status === undefined
        ? (['ofStock', stockId] as const)
        : (['byStatus', withStatus(fromWire(CODE_STATUS, status), stockId)] as const)
    const page = await tx.in(codes).page(list, among, { owner, offset, limit })
    return {
      stock_id: stock.stockId,
      total_count: await tx.in(codes).countAmong(list, among, owner),
      data: await Promise.all(page.map((code) => codeInformation(tx, code, stock))),
      offset,
      limit,
    }
  },
})
