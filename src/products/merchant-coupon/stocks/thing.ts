import { defineThing } from '../../../control/things/thing.ts'
import type { Texts } from '../../../shared/texts.ts'
import { STOCK_STATE } from '../wire.ts'
import { type CompletedStock, describeStock, stocks } from './table.ts'

/** Batches as the dashboard shows them. */
export const stockThing = defineThing(stocks, {
  one: { en: 'Batch', zh: '批次' },
  none: { en: 'No batches yet. Create one with a call.', zh: '还没有批次。可以调用接口创建。' },
  show: describeStock,
  state: ({ state }) => STOCK_STATE[state],
  search: {
    hint: { en: 'Number or name', zh: '批次号、名称' },
    texts: ({ stockId, name }) => [stockId, name],
  },
  about: ({ stock_name }) => stock_name,
  bars: [
    {
      title: { en: 'Sent', zh: '已发放' },
      used: ({ sent }) => sent.total,
      limit: ({ stock_send_rule: rule }) => rule.max_coupons,
    },
    {
      title: { en: 'Sent on the latest day', zh: '最近一日已发放' },
      used: ({ sent, stock_send_rule: rule }) =>
        rule.max_coupons_by_day === undefined ? undefined : (sent.today ?? 0),
      limit: ({ stock_send_rule: rule }) => rule.max_coupons_by_day,
    },
    {
      title: { en: 'Uploaded codes handed out', zh: '已发放的预存 code' },
      used: ({ codes }) => codes && codes.total - codes.available,
      limit: ({ codes }) => codes?.total,
    },
  ],
  facts: [
    { title: { en: 'Worth', zh: '优惠' }, of: worthOf, inList: 'under' },
    {
      title: { en: 'Sent', zh: '已发放' },
      of: ({ sent: { total } }) => total,
      inList: 'under',
    },
    { title: { en: 'Goods', zh: '适用商品' }, of: ({ goods_name }) => goods_name },
    {
      title: { en: 'Usable from', zh: '可用开始时间' },
      of: ({ coupon_use_rule: use }) => use.coupon_available_time?.available_begin_time,
      as: 'time',
    },
    {
      title: { en: 'Usable until', zh: '可用结束时间' },
      of: ({ coupon_use_rule: use }) => use.coupon_available_time?.available_end_time,
      as: 'time',
    },
    { title: { en: 'Limit per user', zh: '每人限领' }, of: ({ stock_send_rule: rule }) => rule.max_coupons_per_user },
    { title: { en: 'Budget', zh: '预算' }, of: ({ stock_send_rule: rule }) => rule.max_amount, as: 'money' },
    {
      title: { en: 'Daily budget', zh: '单日预算' },
      of: ({ stock_send_rule: rule }) => rule.max_amount_by_day,
      as: 'money',
    },
    { title: { en: 'Code mode', zh: 'code 模式' }, of: ({ coupon_code_mode: mode }) => CODE_MODES[mode] },
    { title: { en: 'Creator', zh: '创建方' }, of: ({ mchid }) => mchid, as: 'code' },
    { title: { en: 'Owner', zh: '归属方' }, of: ({ belong_merchant }) => belong_merchant, as: 'code' },
    { title: { en: 'Created', zh: '创建时间' }, of: ({ create_time }) => create_time, as: 'time', inList: 'end' },
  ],
  actions: [
    {
      title: { en: 'Hand out a coupon', zh: '发放一张券' },
      call: 'handOutCoupon',
      fields: [
        {
          member: 'openid',
          title: { en: 'User (openid)', zh: '用户（openid）' },
          placeholder: { en: 'auto', zh: '自动生成' },
        },
        {
          member: 'coupon_code',
          title: { en: 'Code (this merchant brings its own)', zh: '券 code（该批次由商户提供）' },
          placeholder: { en: 'auto', zh: '自动生成' },
          digits: 20,
        },
      ],
      asks: ({ coupon_code_mode: mode }) => (mode === 'MERCHANT_API' ? ['openid', 'coupon_code'] : ['openid']),
      done: { en: 'The user has received a coupon.', zh: '用户已领取一张券。' },
    },
  ],
})

const CODE_MODES: Readonly<Record<CompletedStock['coupon_code_mode'], Texts>> = {
  WECHATPAY_MODE: { en: 'WECHATPAY_MODE made by WeChat Pay', zh: 'WECHATPAY_MODE 微信支付生成' },
  MERCHANT_API: { en: 'MERCHANT_API given when sent', zh: 'MERCHANT_API 发券时由商户提供' },
  MERCHANT_UPLOAD: { en: 'MERCHANT_UPLOAD uploaded before', zh: 'MERCHANT_UPLOAD 商户预存' },
}

/** What a coupon of a batch is worth. */
function worthOf({ coupon_use_rule: rule }: CompletedStock): Texts | undefined {
  const { fixed_normal_coupon: normal, discount_coupon: discount, exchange_coupon: exchange } = rule
  const from = yuan((normal ?? discount ?? exchange)?.transaction_minimum ?? 0)
  if (normal) {
    const off = yuan(normal.discount_amount)
    return { en: `${off} off from ${from}`, zh: `满 ${from} 减 ${off}` }
  }
  if (discount) {
    const percent = discount.discount_percent
    return { en: `${percent}% of the price from ${from}`, zh: `满 ${from} 按 ${percent}% 计价` }
  }
  const price = exchange && yuan(exchange.exchange_price)
  return price === undefined ? undefined : { en: `for ${price} from ${from}`, zh: `满 ${from} 以 ${price} 换购` }
}

function yuan(fen: number): string {
  return `¥${(fen / 100).toFixed(2)}`
}
