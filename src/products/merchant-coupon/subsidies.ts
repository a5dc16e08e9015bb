import { z } from 'zod'
import { defineThing, type Fact, fact } from '../../control/things/thing.ts'
import { instant, mchid, money, shortText } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { coupons } from './coupons.ts'

const receiptId = z.string().min(28).max(32)

const common = {
  mchid: mchid.describe('who asked for it'),
  stock_id: z.string().min(1).max(20),
  coupon_code: shortText,
  transaction_id: z.string().min(1).max(32),
  payer_merchant: z.string().min(1).max(32),
  payee_merchant: z.string().min(1).max(32),
  amount: money,
  description: z.string().min(1).max(1_024),
  create_time: instant,
}

const subsidyRow = z
  .strictObject({
    ...common,
    out_subsidy_no: shortText,
    subsidy_receipt_id: receiptId,
    stock_creator: mchid.describe('creator of the batch'),
    returned: money.describe('fen given back so far'),
    fail_reason: z
      .enum(['EXCEED_SUBSIDY_AMOUNT_QUOTA', 'EXCEED_SUBSIDY_COUNT_QUOTA'])
      .optional()
      .describe('why it was not paid; left out: it was'),
  })
  .meta({ id: 'Subsidy', description: 'a subsidy that was asked for (营销补差付款单)' })

const returnRow = z
  .strictObject({
    ...common,
    out_subsidy_return_no: shortText,
    subsidy_return_receipt_id: receiptId,
    subsidy_receipt_id: receiptId,
    refund_id: z.string().min(1).max(32),
  })
  .meta({ id: 'SubsidyReturn', description: 'a subsidy given back (营销补差回退单)' })

export type Subsidy = z.output<typeof subsidyRow>
export type SubsidyReturn = z.output<typeof returnRow>

/** Subsidies that were asked for (营销补差付款单). */
export const subsidies = defineTable({
  name: 'subsidies',
  title: { en: 'Subsidies', zh: '补差付款单' },
  row: subsidyRow,
  key: ['out_subsidy_no'],
  indexes: ['coupon_code', 'subsidy_receipt_id'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
})

/** Subsidies that were given back (营销补差回退单). */
export const subsidyReturns = defineTable({
  name: 'subsidyReturns',
  title: { en: 'Subsidy returns', zh: '补差回退单' },
  row: returnRow,
  key: ['out_subsidy_return_no'],
  indexes: ['subsidy_return_receipt_id'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
})

type ReceiptJson = z.input<typeof subsidyRow> | z.input<typeof returnRow>

const AMOUNT: Fact<ReceiptJson> = fact('amount', 'Amount', '金额', { as: 'money', inList: 'beside' })

const COMMON: readonly Fact<ReceiptJson>[] = [
  fact('payer_merchant', 'From', '付款方', { as: 'code' }),
  fact('payee_merchant', 'To', '收款方', { as: 'code' }),
  fact('mchid', 'Merchant', '商户号', { as: 'code' }),
  fact('transaction_id', 'WeChat Pay order number', '微信支付订单号', { as: 'code' }),
  fact('create_time', 'Created', '创建时间', { as: 'time', inList: 'end' }),
]

export const subsidyThing = defineThing(subsidies, {
  one: { en: 'Subsidy', zh: '补差付款单' },
  none: { en: 'No subsidies yet. Pay one with a call.', zh: '还没有补差付款单。可以调用接口付款。' },
  show: (subsidy: Subsidy) => z.encode(subsidyRow, subsidy),
  about: ({ description }) => description,
  facts: [
    AMOUNT,
    {
      ...fact('coupon_code', 'Coupon', '券', { as: 'code', inList: 'under' }),
      to: ({ stock_creator, stock_id, coupon_code }) => ({
        table: coupons,
        name: [stock_creator, stock_id, coupon_code],
      }),
    },
    fact('fail_reason', 'Why not paid', '付款失败原因', { as: 'code', inList: 'beside' }),
    ...COMMON,
  ],
  bars: [
    {
      title: { en: 'Returned (fen)', zh: '已回退（分）' },
      used: ({ returned }) => returned,
      limit: ({ amount }) => amount,
    },
  ],
})

export const subsidyReturnThing = defineThing(subsidyReturns, {
  one: { en: 'Subsidy return', zh: '补差回退单' },
  none: { en: 'No returns yet. Give a subsidy back with a call.', zh: '还没有补差回退单。可以调用接口回退。' },
  show: (given: SubsidyReturn) => z.encode(returnRow, given),
  about: ({ description }) => description,
  facts: [
    AMOUNT,
    fact('subsidy_receipt_id', 'Subsidy', '补差付款单', { as: 'code', inList: 'under' }),
    fact('refund_id', 'WeChat Pay refund number', '微信支付退款单号', { as: 'code' }),
    ...COMMON,
  ],
})
