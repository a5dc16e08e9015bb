import { z } from 'zod'
import { over } from '../../engine/state/endings.ts'
import { instant, mchid, money, shortText } from '../../engine/state/json-fields.ts'
import { ALL, ascending, defineTable, descending, type RowDefaults } from '../../engine/state/table.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { payeeOf, sumOf } from './orders.ts'
import { paymentSettings } from './settings.ts'

export const refundOutcome = z.enum(['SUCCESS', 'CLOSED', 'ABNORMAL'])

/** The APIv2 key of a merchant. The mock keeps it with the refund whose notice it seals only. */
export const apiV2Key = z.string().regex(/^[0-9A-Za-z]{32}$/, '32 letters and digits')

const number = z.string().min(1).max(32)

const source = z.strictObject({ account: z.enum(['AVAILABLE', 'UNAVAILABLE']), amount: z.int().min(1) })

const goods = z.strictObject({
  merchant_goods_id: number,
  wechatpay_goods_id: number.optional(),
  goods_name: z.string().min(1).max(256).optional(),
  unit_price: money,
  refund_amount: money,
  refund_quantity: z.int().min(1),
})

const promotion = z.strictObject({
  coupon_id: number,
  scope: z.enum(['GLOBAL', 'SINGLE']),
  type: z.enum(['CASH', 'NOCASH']),
  amount: money.describe('fen that it took off the order'),
  refund_amount: money.describe('fen of it that go back'),
})

/** 垫付回补: a sub-merchant pays back what its platform advanced for a refund. */
const advanceReturn = z
  .strictObject({
    advance_return_id: number,
    create_time: instant,
    success_time: instant.optional().describe('left out as long as the sub-merchant has no money for it'),
    over,
  })
  .meta({ id: 'AdvanceReturn', description: 'how the advance of the platform (垫付退款) is paid back (垫付回补)' })

/** A refund in a seed file. */
const refundJson = z
  .strictObject({
    mchid: mchid.optional().describe('merchant of the order; the well-known merchant if left out'),
    sub_mchid: mchid.optional().describe('sub-merchant (子商户) of the order, if a partner placed it'),
    out_refund_no: shortText,
    refund_id: number,
    out_trade_no: shortText,
    transaction_id: number,
    refund: money,
    total: z.int().min(1).describe('fen of the order'),
    currency: z.enum(['CNY']).optional(),
    reason: shortText.optional(),
    notify_url: z.string().optional(),
    notification_id: z.string().max(36).optional().describe('the callback that tells how it ended'),
    funds_account: z
      .enum(['UNSETTLED', 'AVAILABLE', 'UNAVAILABLE', 'OPERATION', 'BASIC', 'ECNY_BASIC'])
      .optional()
      .describe('where the money comes from; AVAILABLE if left out'),
    from: z.array(source).max(50).optional().describe('the accounts that the request named'),
    promotions: z.array(promotion).max(20).optional().describe('what of the coupons of WeChat Pay (代金券) goes back'),
    goods: z.array(goods).max(3_000).optional().describe('the goods that the request named'),
    fee: money.optional().describe("fen of the order's fee that go back; its part of it if left out"),
    fee_account: paymentSettings.feeAccount.schema
      .optional()
      .describe('which account that part goes to; BASIC if left out'),
    refund_account: z
      .enum(['REFUND_SOURCE_SUB_MERCHANT', 'REFUND_SOURCE_PARTNER_ADVANCE'])
      .optional()
      .describe('of a refund that a platform (电商平台) applied for: whose money it is'),
    advance_return: advanceReturn.optional(),
    unfunded: z
      .boolean()
      .optional()
      .describe('accepted without money: nothing was taken for it, and it closes at settle_time'),
    funded_time: instant.optional().describe('when it got the money that it had waited for'),
    channel: z
      .enum(['ORIGINAL', 'BALANCE', 'OTHER_BALANCE', 'OTHER_BANKCARD'])
      .optional()
      .describe('ORIGINAL if left out'),
    received_account: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe("user_received_account; the user's wallet if left out"),
    sent_another_way_time: instant
      .optional()
      .describe('when it was sent another way (发起异常退款), since it could not arrive'),
    api_v2_key: apiV2Key.optional().describe('the callback is a notice of API v2, sealed with this key'),
    create_time: instant,
    settle_time: instant.describe('until when it is PROCESSING'),
    over,
    outcome: refundOutcome.describe('how it ends'),
    request: z.array(z.string()).optional().describe('what the same number has to bring again'),
  })
  .meta({ id: 'Refund', description: 'a refund (退款)' })

export const completedRefund = refundJson
  .required({ mchid: true, currency: true, request: true })
  .meta({ id: 'CompletedRefund' })

export type RefundJson = z.input<typeof refundJson>

/** A refund (退款). */
export type Refund = z.output<typeof completedRefund>
export type RefundOutcome = Refund['outcome']
export type RefundSource = z.output<typeof source>
export type RefundedGoods = z.output<typeof goods>
export type AdvanceReturn = z.output<typeof advanceReturn>
export type RefundedPromotion = z.output<typeof promotion>

/** Refunds (退款). */
export const refunds = defineTable({
  name: 'refunds',
  title: { en: 'Refunds', zh: '退款单' },
  row: completedRefund,
  given: refundJson,
  complete,
  key: ['out_refund_no'],
  indexes: ['out_refund_no', 'out_trade_no', 'refund_id'],
  sorted: {
    newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) },
    // As bills list them: of who made them, by whose money they take, and those that gave it back.
    accepted: { among: () => ALL, by: ({ create_time }) => ascending(create_time) },
    repaid: { among: takenFrom, by: (refund) => ascending(takenAt(refund)) },
    closed: {
      among: (refund) => (refund.outcome === 'CLOSED' ? payerOf(refund) : undefined),
      by: ({ settle_time }) => ascending(settle_time),
    },
    // Those whose advance was paid back: of who paid, and of the platform that got it.
    returned: {
      among: (refund) => (refund.advance_return?.success_time === undefined ? undefined : payeeOf(refund)),
      by: ({ advance_return }) => ascending(advance_return?.success_time ?? 0),
    },
    regained: {
      among: ({ mchid, advance_return }) => (advance_return?.success_time === undefined ? undefined : mchid),
      by: ({ advance_return }) => ascending(advance_return?.success_time ?? 0),
    },
  },
  inJournal: true,
})

/** The merchant whose account an accepted refund is taken from: the platform that advances it (电商平台垫付), or the merchant of the order. */
export function takenFrom(refund: Refund): string {
  return isAdvanced(refund) ? refund.mchid : payeeOf(refund)
}

/** When the money was taken: as it was accepted, or once it was there. */
export function takenAt({ create_time, funded_time = create_time }: Refund): number {
  return funded_time
}

/** The merchant whose money a refund is: a platform's advance (垫付) is its own until the sub-merchant has paid it back. */
export function payerOf(refund: Refund): string {
  return refund.advance_return?.success_time === undefined ? takenFrom(refund) : payeeOf(refund)
}

export function isAdvanced({ refund_account }: Refund): boolean {
  return refund_account === 'REFUND_SOURCE_PARTNER_ADVANCE'
}

/** @throws UsageError for a refund that gives back more than there is */
function complete(given: z.output<typeof refundJson>, { defaultMchid }: RowDefaults): Refund {
  const { refund, total, promotions = [] } = given
  if (refund > total) {
    throw refusalAt('/refund', 'MOCK_REFUND_AMOUNT', {
      en: `A refund gives back its total at most: give at most ${total} fen.`,
      zh: `退款金额不能超过原订单金额，最多 ${total} 分。`,
    })
  }
  const fits =
    sumOf(promotions) <= total &&
    promotions.reduce((sum, one) => sum + one.refund_amount, 0) <= refund &&
    promotions.every(({ amount, refund_amount }) => refund_amount <= amount)
  if (!fits) {
    throw refusalAt('/promotions', 'MOCK_PROMOTIONS', {
      en: 'The coupons of an order take off its total at most, and a refund gives back no more of each than it took off, nor of all than the refund: give lower amounts.',
      zh: '优惠金额合计不能超过订单金额；优惠退款金额每项不能超过该项优惠，合计不能超过退款金额：请减小金额。',
    })
  }
  return {
    ...given,
    mchid: given.mchid ?? defaultMchid,
    currency: given.currency ?? 'CNY',
    request: given.request ?? [],
  }
}
