import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { fieldError } from '../../../protocol/field-check.ts'
import { sources } from '../../../protocol/sources.ts'
import { explainOrder } from '../explain.ts'
import { close } from '../rules/order.ts'
import { paymentSettings } from '../settings.ts'
import { paymentSources } from '../sources.ts'
import { closeErrors, prepayErrors } from './errors.ts'
import { MCHID_TITLE, mchid, outTradeNo } from './schemas.ts'
import { orders } from './table.ts'

const CLOSING = 'closeOrder'

/** 关闭订单: close an order that was not paid. */
export const closeOrder = defineOperation({
  id: CLOSING,
  method: 'POST',
  path: '/v3/pay/transactions/out-trade-no/{out_trade_no}/close',
  summary: 'Close an unpaid order',
  title: '关闭订单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791860',

  input: {
    path: z.object({ out_trade_no: outTradeNo }),
    // Required, but reported in a way of its own.
    body: z.strictObject({ mchid: mchid.optional().meta({ description: 'required' }) }),
  },
  output: z.undefined(),
  errors: closeErrors,

  rules: [
    { rule: 'Success is answered with 204 and no body.', evidence: 'documented' },
    {
      rule: 'Closing an order again, or an out_trade_no that has no order, is answered with 204 too.',
      evidence: 'observed',
      source: prepayErrors.placed_with_other_values.source,
    },
    {
      rule: 'An order that was paid is not closed, whether it was refunded or not.',
      evidence: 'documented',
      source: sources.vendorSkills,
    },
    {
      rule: 'An out_trade_no that was closed before it had an order is used up: it can no longer be placed, and a query still answers ORDER_NOT_EXIST (the query is inferred).',
      evidence: 'observed',
      source: prepayErrors.placed_with_other_values.source,
    },
    {
      rule: 'A missing mchid is reported for the path, as /uri_template/mchid.',
      evidence: 'observed',
      source: [paymentSources.senparcIssue, paymentSources.ijpayIssue],
    },
    { rule: 'An order in USERPAYING or PAYERROR is closed as one in NOTPAY is; REVOKED stays.', evidence: 'inferred' },
  ],

  async handle({ path: { out_trade_no }, body }, { tx, now, caller, settings, fail }) {
    if (body.mchid === undefined) {
      const explanation = { en: '/body/mchid: missing', zh: '/body/mchid：缺少此字段' }
      throw fieldError('uri_template', ['mchid'], MCHID_TITLE, { rule: 'missing' }, explanation)
    }
    const order = await tx.in(orders).find(caller.mchid, out_trade_no)
    if (order === undefined) {
      await useUp(tx, caller.mchid, out_trade_no, now)
      return undefined
    }
    const decision = close(order, now)
    if (!decision.ok) {
      const asInV2 = paymentSettings.closePaid.of(settings) === 'ORDERPAID'
      return fail(asInV2 ? 'already_paid_as_in_v2' : 'already_paid', explainOrder(order, now))
    }
    await tx.in(orders).save(decision.value)
    return undefined
  },
})

/**
 * Keeps that a number was closed before there was an order for it, which uses it up (pay-family.md 2.7): as the request number of a closing
 * that took effect.
 */
async function useUp(tx: Transaction, mchid: string, outTradeNo: string, now: number): Promise<void> {
  if (await isUsedUp(tx, mchid, outTradeNo)) return
  await tx.in(requests).save({ mchid, operation: CLOSING, requestNo: outTradeNo, values: [], at: now })
}

/** Whether a number was closed before there was an order for it. */
export async function isUsedUp(tx: Transaction, mchid: string, outTradeNo: string): Promise<boolean> {
  return (await tx.in(requests).find(mchid, CLOSING, outTradeNo)) !== undefined
}
