import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { replay } from '../../../shared/request-record.ts'
import { explainReuse } from '../../common/explain.ts'
import { couponCode, stockId, text, wireInstant } from '../../common/fields.ts'
import { shownStockId } from '../answer-schemas.ts'
import { creatorOnly, requestNoReused, stockNotFound } from '../errors.ts'
import { explainNoCode, explainNoStock, explainStockRight } from '../explain.ts'
import { deleteCode } from '../rules/uploaded-code.ts'
import { findCreatedStock } from '../stocks/find-stock.ts'
import { stocks } from '../stocks/table.ts'
import { CODE_CALLS_SOURCE } from './code-information.ts'
import { codes } from './table.ts'

/** 删除预存code: delete an uploaded code that was not handed out. */
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
    not_found: {
      ...stockNotFound,
      when: { en: 'there is no such batch or code', zh: '没有该批次或该 code' },
      evidence: 'sibling',
    },
    not_permitted: creatorOnly,
    dispatched: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '券code已被分配',
      when: { en: 'the code is DISPATCHED (the text is ours)', zh: '该 code 已发放（DISPATCHED）（文字为自拟）' },
      evidence: 'inferred',
      internalCode: INTERNAL_CODES.couponState,
    },
  },

  rules: [
    { rule: 'Only a code that is AVAILABLE is deleted; it may be uploaded again.', evidence: 'inferred' },
    { rule: 'Only the creator of a batch deletes its codes.', evidence: 'inferred' },
    { rule: 'The same delete_request_no for the same code is answered with the first time.', evidence: 'inferred' },
    { rule: 'The state of the batch does not matter.', evidence: 'inferred' },
    { rule: 'Checks run in the order fields, request number, batch, right, code.', evidence: 'inferred' },
  ],

  async handle({ path, query }, { tx, now, caller, fail }) {
    const { stock_id, coupon_code } = path
    const { delete_request_no } = query
    const values = [stock_id, coupon_code]
    const record = await tx.in(requests).find(caller.mchid, 'deleteCouponCode', delete_request_no)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(delete_request_no, record, values))
    if (repeated.value) return { stock_id, delete_time: formatInstant(repeated.value.at) }

    const stock = await findCreatedStock(tx, caller, stock_id)
    if (stock === undefined) return fail('not_found', explainNoStock(stock_id))
    if (stock === 'not_permitted') return fail(stock, await explainStockRight(tx, caller, stock_id))
    const code = await tx.in(codes).find(stock.creatorMchid, stock_id, coupon_code)
    if (!code) return fail('not_found', explainNoCode(stock_id, coupon_code))
    const decision = deleteCode(stock, code)
    if (!decision.ok) {
      const at = formatInstant(code.dispatchedAt ?? now)
      return fail(decision.reason, {
        en: `code ${coupon_code} was handed out at ${at}`,
        zh: `code ${coupon_code} 已于 ${at} 发放`,
      })
    }

    await tx.in(stocks).save(decision.value)
    await tx.in(codes).delete(stock.creatorMchid, stock_id, coupon_code)
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'deleteCouponCode',
      requestNo: delete_request_no,
      values,
      at: now,
    })
    return { stock_id, delete_time: formatInstant(now) }
  },
})
