import { z } from 'zod'
import { replay } from '../../domain/request-record.ts'
import { deleteCode } from '../../domain/uploaded-code.ts'
import { defineOperation } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../protocol/common-errors.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { couponCode, stockId, text, wireInstant } from '../schemas.ts'
import { shownStockId } from './answer-schemas.ts'
import { CODE_CALLS_SOURCE } from './code-information.ts'
import { creatorOnly, requestNoReused, stockNotFound } from './errors.ts'
import { findStock } from './find-stock.ts'

/** 删除预存code: take back an uploaded code that was not handed out. */
export const deleteCouponCode = defineOperation({
  id: 'deleteCouponCode',
  method: 'DELETE',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes/{coupon_code}',
  summary: 'Delete an uploaded code',
  title: '删除预存code',
  source: CODE_CALLS_SOURCE,

  input: {
    path: z.object({ stock_id: stockId, coupon_code: couponCode }),
    query: z.object({
      delete_request_no: text({ title: '删除请求单据号', max: 128, example: '1002600620019090123143254436' }),
    }),
  },
  output: z.object({ stock_id: shownStockId, delete_time: wireInstant }),

  errors: {
    request_no_reused: requestNoReused,
    not_found: { ...stockNotFound, when: 'there is no such batch or code', evidence: 'sibling' },
    not_permitted: creatorOnly,
    dispatched: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '券code已被分配',
      when: 'the code is DISPATCHED (the text is ours)',
      evidence: 'inferred',
      internalCode: INTERNAL_CODES.couponState,
    },
  },

  rules: [
    { rule: 'Only a code that is AVAILABLE is deleted; it may be uploaded again.', evidence: 'inferred' },
    { rule: 'Only the creator of a batch deletes its codes.', evidence: 'sibling' },
    { rule: 'The same delete_request_no for the same code is answered with the first time.', evidence: 'inferred' },
    { rule: 'The state of the batch does not matter.', evidence: 'inferred' },
  ],

  async handle({ path, query }, { tx, now, caller, fail }) {
    const { stock_id, coupon_code } = path
    const { delete_request_no } = query
    const values = [stock_id, coupon_code]
    const repeated = replay(await tx.requests.find(caller.mchid, 'deleteCouponCode', delete_request_no), values)
    if (!repeated.ok) return fail(repeated.reason)
    if (repeated.value !== undefined) return { stock_id, delete_time: formatInstant(repeated.value) }

    const stock = await findStock(tx, caller, stock_id)
    if (stock === undefined) return fail('not_found')
    if (stock === 'not_permitted' || stock.creatorMchid !== caller.mchid) return fail('not_permitted')
    const code = await tx.codes.find(stock.creatorMchid, stock_id, coupon_code)
    if (!code) return fail('not_found')
    const decision = deleteCode(stock, code)
    if (!decision.ok) return fail(decision.reason)

    await tx.stocks.save(decision.value)
    await tx.codes.delete(stock.creatorMchid, stock_id, coupon_code)
    await tx.requests.save({
      mchid: caller.mchid,
      operation: 'deleteCouponCode',
      requestNo: delete_request_no,
      values,
      at: now,
    })
    return { stock_id, delete_time: formatInstant(now) }
  },
})
