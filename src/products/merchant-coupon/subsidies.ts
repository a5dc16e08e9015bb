import { z } from 'zod'
import { defineThing, type Fact } from '../../control/things/thing.ts'
import { instant, mchid, money, shortText } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { coupons } from './coupons.ts'

const receiptId = z.string().min(28).max(32)

const common = {
  mchid: mchid.meta({ description: 'who asked for it' }),
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
    stock_creator: mchid.meta({ description: 'creator of the batch' }),
    returned: money.meta({ description: 'fen given back so far' }),
    fail_reason: z
      .enum(['EXCEED_SUBSIDY_AMOUNT_QUOTA', 'EXCEED_SUBSIDY_COUNT_QUOTA'])
      .optional()
      .meta({ description: 'why it was not paid; left out: it was' }),
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

const AMOUNT: Fact<ReceiptJson> = {
  title: { en: 'Amount', zh: '金额' },
  of: ({ amount }) => amount,
  as: 'money',
  inList: 'beside',
}

const COMMON: readonly Fact<ReceiptJson>[] = [
  { title: { en: 'From', zh: '付款方' }, of: ({ payer_merchant }) => payer_merchant, as: 'code' },
  { title: { en: 'To', zh: '收款方' }, of: ({ payee_merchant }) => payee_merchant, as: 'code' },
  { title: { en: 'Merchant', zh: '商户号' }, of: ({ mchid }) => mchid, as: 'code' },
  {
    title: { en: 'WeChat Pay order number', zh: '微信支付订单号' },
    of: ({ transaction_id }) => transaction_id,
    as: 'code',
  },
  { title: { en: 'Created', zh: '创建时间' }, of: ({ create_time }) => create_time, as: 'time', inList: 'end' },
]

export const subsidyThing = defineThing(subsidies, {
  one: { en: 'Subsidy', zh: '补差付款单' },
  none: { en: 'No subsidies yet. Pay one with a call.', zh: '还没有补差付款单。可以调用接口付款。' },
  show: (subsidy: Subsidy) => z.encode(subsidyRow, subsidy),
  about: ({ description }) => description,
  facts: [
    AMOUNT,
    {
      title: { en: 'Coupon', zh: '券' },
      of: ({ coupon_code }) => coupon_code,
      to: ({ stock_creator, stock_id, coupon_code }) => ({
        table: coupons,
        name: [stock_creator, stock_id, coupon_code],
      }),
      as: 'code',
      inList: 'under',
    },
    {
      title: { en: 'Why not paid', zh: '付款失败原因' },
      of: ({ fail_reason }) => fail_reason,
      as: 'code',
      inList: 'beside',
    },
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
    { title: { en: 'Subsidy', zh: '补差付款单' }, of: ({ subsidy_receipt_id: id }) => id, as: 'code', inList: 'under' },
    { title: { en: 'WeChat Pay refund number', zh: '微信支付退款单号' }, of: ({ refund_id }) => refund_id, as: 'code' },
    ...COMMON,
  ],
})
