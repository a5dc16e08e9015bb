import { defineThing, type Fact } from '../../../control/things/thing.ts'
import { coupons } from '../coupons.ts'
import {
  describeSubsidy,
  describeSubsidyReturn,
  type SubsidyJson,
  type SubsidyReturnJson,
  subsidies,
  subsidyReturns,
} from './table.ts'

/** Subsidies, and what was given back of them, as the dashboard shows them. */

const AMOUNT: Fact<SubsidyJson | SubsidyReturnJson> = {
  title: { en: 'Amount', zh: '金额' },
  of: ({ amount }) => amount,
  as: 'money',
  inList: 'beside',
}

const COMMON: readonly Fact<SubsidyJson | SubsidyReturnJson>[] = [
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
  show: describeSubsidy,
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
  none: {
    en: 'No returns yet. Give a subsidy back with a call.',
    zh: '还没有补差回退单。可以调用接口回退。',
  },
  show: describeSubsidyReturn,
  about: ({ description }) => description,
  facts: [
    AMOUNT,
    { title: { en: 'Subsidy', zh: '补差付款单' }, of: ({ subsidy_receipt_id: id }) => id, as: 'code', inList: 'under' },
    { title: { en: 'WeChat Pay refund number', zh: '微信支付退款单号' }, of: ({ refund_id }) => refund_id, as: 'code' },
    ...COMMON,
  ],
})
