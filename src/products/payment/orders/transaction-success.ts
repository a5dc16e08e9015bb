import { z } from 'zod'
import { callbackOf, defineEvent } from '../../../engine/callbacks/event.ts'
import type { NewNotification } from '../../../engine/operation.ts'
import { ALL } from '../../../engine/state/table.ts'
import { shownNumber, wireInstant } from '../../common/fields.ts'
import { isPaid, type PaidOrder, UNPAID_ORDER_LIFE_MS } from '../rules/order.ts'
import { TRADE_TYPE } from '../spellings.ts'
import { transactionIdOf } from './numbers.ts'
import { promotionDetail } from './promotions.ts'
import { orders } from './table.ts'
import { paidDetails } from './wire.ts'

const fen = shownNumber({ min: 0 })

const resource = z
  .object({
    mchid: z.string(),
    appid: z.string(),
    out_trade_no: z.string(),
    transaction_id: z.string(),
    trade_type: z.enum(Object.values(TRADE_TYPE)),
    trade_state: z.literal('SUCCESS'),
    trade_state_desc: z.string(),
    bank_type: z.string(),
    attach: z.string().meta({ description: 'empty where the order had none' }),
    success_time: wireInstant,
    payer: z.object({ openid: z.string() }).optional(),
    amount: z.object({ total: fen, payer_total: fen, currency: z.string(), payer_currency: z.string() }),
    scene_info: z.object({ device_id: z.string() }).optional().meta({ description: 'only if the order gave one' }),
    promotion_detail: promotionDetail.optional().meta({ description: 'only with coupons of WeChat Pay' }),
  })
  .meta({ id: 'TransactionEvent' })

/** 支付成功: an order was paid. */
export const transactionSuccess = defineEvent<PaidOrder>({
  id: 'transactionSuccess',
  eventType: 'TRANSACTION.SUCCESS',
  label: { en: 'an order was paid', zh: '支付成功' },
  description: 'An order was paid',
  title: '支付成功回调通知',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791861',
  summary: '支付成功',
  originalType: 'transaction',
  associatedData: 'transaction',
  schedule: 'payment',
  resource,
  async find(tx, mchid) {
    const [newest] = await tx.in(orders).page('newest', ALL, { owner: mchid, limit: 1 })
    return { about: newest?.state === 'success' && isPaid(newest) ? newest : undefined }
  },
  sample: ({ mchid, appid, now, ids }, order) => {
    const paid: PaidOrder = order ?? {
      mchid,
      outTradeNo: `MCH_${ids.digits(12)}`,
      state: 'success',
      totalFen: 100,
      description: '测试商品',
      openid: `o${ids.letters(27)}`,
      createdAt: now,
      transactionId: transactionIdOf(ids, now),
      paidAt: now,
      appid,
      tradeType: 'jsapi',
      currency: 'CNY',
      closesAt: now + UNPAID_ORDER_LIFE_MS,
    }
    return paidDetails(paid, now)
  },
})

/** The callback of a payment (支付通知). */
export function paymentNotification(order: PaidOrder, url: string, now: number): NewNotification {
  return callbackOf(transactionSuccess, { mchid: order.mchid, url, resource: paidDetails(order, now) })
}
