import { z } from 'zod'
import { defineAddCalls } from '../../control/call.ts'
import { field, transition } from '../../control/life.ts'
import { addCalls, rowCalls } from '../../control/row-calls.ts'
import { belongsTo, defineThing, fact } from '../../control/things/thing.ts'
import type { Transaction } from '../../engine/state/store.ts'
import type { RowDefaults } from '../../engine/state/table.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { yuan } from '../common/explain.ts'
import {
  brandPartners,
  completeProductCoupon,
  type GivenProductCoupon,
  type ProductCoupon,
  productCoupons,
  productCoupon as productRow,
} from './product-coupons.ts'
import {
  completeStock,
  givenStock,
  type ruleOf,
  type Stock,
  stockDetails,
  stock as stockRow,
  stocks,
} from './stocks.ts'

export const { one: addBrandPartner, many: addBrandPartners } = addCalls(brandPartners, {
  summary: 'Say what a brand lets a partner do (品牌授权服务商), or what several do; what was said before is replaced',
})

const aboutProduct = rowCalls(productCoupons, {
  one: { en: 'product coupon', zh: '商品券' },
  key: 'product_coupon_id',
  params: z.object({ product_coupon_id: z.string() }),
  shown: productRow,
  show: productCoupons.toJson,
})

export const productCoupon = aboutProduct.look
export const { one: addProductCoupon, many: addProductCoupons } = aboutProduct.add

const CHANGED = { en: 'It was changed.', zh: '已修改。' } as const

/** A transition to a state that somebody in a console of WeChat Pay sets. */
const set = (title: Texts, from: readonly string[], to: string) =>
  transition('changed', 'hand', from, to, { title, body: { state: to }, done: CHANGED })

/** Members that only a deactivated one has (documented). */
const NOT_ENDED = {
  deactivate_request_no: undefined,
  deactivate_time: undefined,
  deactivate_reason: undefined,
} as const

const ended = { title: { en: 'Deactivate', zh: '失效' } } as const

export const patchProductCoupon = aboutProduct.change({
  summary: 'Do to a product coupon what its review (审核) does: let it take effect, or review it again',
  transitions: [
    set({ en: 'Approve', zh: '审核通过' }, ['AUDITING'], 'EFFECTIVE'),
    set({ en: 'Put in review', zh: '转为审核中' }, ['EFFECTIVE'], 'AUDITING'),
  ],
  body: z.strictObject({ state: productRow.shape.state.exclude(['DEACTIVATED']) }),
  apply: (before, { body }) => ({ ...before, ...NOT_ENDED, ...body }),
})

export const aboutStock = rowCalls(stocks, {
  one: { en: 'batch of a product coupon', zh: '商品券批次' },
  key: 'stock_id',
  params: z.object({ stock_id: z.string() }),
  unknown: 'MOCK_PRODUCT_COUPON_STOCK_UNKNOWN',
  shown: stockRow,
  show: (one: Stock, now) => stocks.toJson(stockDetails(one, now), now),
})

export const productCouponStock = aboutStock.look

export const patchProductCouponStock = aboutStock.change({
  summary:
    'Do to a batch of a product coupon what the console of WeChat Pay does: pause, resume or stop it, or review it',
  transitions: [
    set({ en: 'Send', zh: '发放' }, ['AUDITING', 'PAUSED'], 'SENDING'),
    set({ en: 'Pause', zh: '暂停' }, ['SENDING'], 'PAUSED'),
    set({ en: 'Put in review', zh: '转为审核中' }, ['SENDING', 'PAUSED'], 'AUDITING'),
    set({ en: 'Stop', zh: '终止' }, ['SENDING', 'PAUSED'], 'STOPPED'),
  ],
  body: z.strictObject({ state: stockRow.shape.state.exclude(['DEACTIVATED']) }),
  apply: (before, { body }) => ({ ...before, ...NOT_ENDED, ...body }),
})

/** The product coupon with an id, or one that is made for a batch or coupon which names none, or one that does not exist. */
export async function knownOrMade(
  tx: Transaction,
  given: GivenProductCoupon & { readonly mchid: string },
  defaults: RowDefaults,
): Promise<ProductCoupon> {
  const { mchid, product_coupon_id: id } = given
  const known = id === undefined ? undefined : await tx.in(productCoupons).find(mchid, id)
  if (known) return known
  const made = completeProductCoupon(given, defaults)
  await tx.in(productCoupons).save(made)
  return made
}

export const { one: addProductCouponStock, many: addProductCouponStocks } = defineAddCalls({
  summary: 'Add a batch of a product coupon or a list of them; one with the same id is replaced, and keeps its coupons',
  json: givenStock,
  made: stockRow,
  refusals: { MOCK_PRODUCT_COUPON_STOCK: 'a batch of a bundle is API_ASSIGN' },
  async add(tx, given, defaults) {
    const { mchid = defaults.defaultMchid, product_coupon_id, stock_id, brand_id, stock_bundle_info } = given
    const usage_mode = stock_bundle_info ? 'PROGRESSIVE_BUNDLE' : 'SINGLE'
    const product = await knownOrMade(tx, { mchid, brand_id, product_coupon_id, usage_mode }, defaults)
    const existing = stock_id === undefined ? undefined : await tx.in(stocks).find(mchid, stock_id)
    const { sent_count_info, coupon_code_count_info } = existing ?? {}
    const made = completeStock(
      { ...given, sent_count_info: given.sent_count_info ?? sent_count_info },
      product,
      defaults,
    )
    const stock = {
      ...made,
      coupon_code_count_info: made.coupon_code_count_info && (coupon_code_count_info ?? made.coupon_code_count_info),
    }
    await tx.in(stocks).save(stock)
    return stocks.toJson(stock, defaults.now)
  },
})

/** Product coupons as the dashboard shows them. */
export const productThing = defineThing(productCoupons, {
  one: { en: 'Product coupon', zh: '商品券' },
  none: { en: 'No product coupons yet. Make one with a call.', zh: '还没有商品券。可以调用接口创建。' },
  show: productCoupons.toJson,
  life: {
    stages: [
      [
        { name: 'AUDITING', title: { en: 'in review', zh: '审核中' }, tone: 'warn' },
        { name: 'EFFECTIVE', title: { en: 'in effect', zh: '已生效' }, tone: 'good' },
      ],
      [{ name: 'DEACTIVATED', title: { en: 'void', zh: '已失效' }, tone: 'bad' }],
    ],
    transitions: [
      patchProductCoupon,
      transition('deactivated', 'call', ['EFFECTIVE', 'AUDITING'], 'DEACTIVATED', ended),
    ],
  },
  about: ({ display_info: { name } }) => (typeof name === 'string' ? name : undefined),
  search: {
    hint: { en: 'Number, brand or name', zh: '商品券 ID、品牌 ID、名称' },
    texts: ({ product_coupon_id, brand_id, display_info: { name } }) => [
      product_coupon_id,
      brand_id,
      typeof name === 'string' ? name : undefined,
    ],
  },
  facts: [
    {
      title: { en: 'Worth', zh: '优惠' },
      of: ({ single_usage_info }) => worthOf(single_usage_info ?? {}),
      inList: 'under',
    },
    fact('brand_id', 'Brand', '品牌', { as: 'code', inList: 'under' }),
    {
      title: { en: 'Uses', zh: '使用次数' },
      of: ({ progressive_bundle_usage_info: uses }) => uses?.count ?? 1,
    },
    { title: { en: 'Good for', zh: '适用范围' }, of: ({ scope }) => SCOPES[scope] },
    fact('mchid', 'Partner', '服务商', { as: 'code' }),
    fact('deactivate_reason', 'Void because', '失效原因'),
    fact('create_time', 'Created', '创建时间', { as: 'time', inList: 'end' }),
  ],
})

const SCOPES: Readonly<Record<ProductCoupon['scope'], Texts>> = {
  ALL: { en: 'everything', zh: '全场' },
  SINGLE: { en: 'one product', zh: '单品' },
}

/** Batches of product coupons as the dashboard shows them. */
export const stockThing = defineThing(stocks, {
  one: { en: 'Batch', zh: '批次' },
  none: { en: 'No batches yet. Make one with a call.', zh: '还没有批次。可以调用接口添加。' },
  show: (one: Stock, now: number) => stocks.toJson(stockDetails(one, now), now),
  life: {
    stages: [
      [
        { name: 'AUDITING', title: { en: 'in review', zh: '审核中' }, tone: 'warn' },
        { name: 'SENDING', title: { en: 'sending', zh: '发放中' }, tone: 'good' },
        { name: 'PAUSED', title: { en: 'paused', zh: '已暂停' }, tone: 'warn' },
      ],
      [
        { name: 'STOPPED', title: { en: 'stopped', zh: '已终止' }, tone: 'bad' },
        { name: 'DEACTIVATED', title: { en: 'void', zh: '已失效' }, tone: 'bad' },
      ],
    ],
    transitions: [
      patchProductCouponStock,
      transition('deactivated', 'call', ['SENDING', 'PAUSED', 'AUDITING'], 'DEACTIVATED', ended),
    ],
  },
  about: ({ remark }) => remark,
  search: {
    hint: { en: 'Number, product coupon or bundle', zh: '批次 ID、商品券 ID、批次组 ID' },
    texts: ({ stock_id, product_coupon_id, stock_bundle_info }) => [
      stock_id,
      product_coupon_id,
      stock_bundle_info?.stock_bundle_id,
    ],
  },
  bars: [
    {
      title: { en: 'Sent', zh: '已发放' },
      used: ({ sent_count_info }) => sent_count_info.total_count,
      limit: ({ stock_send_rule }) => stock_send_rule.max_count,
    },
    {
      title: { en: 'Sent today', zh: '今日已发放' },
      used: ({ sent_count_info, stock_send_rule: rule }) =>
        rule.max_count_per_day === undefined ? undefined : sent_count_info.today_count,
      limit: ({ stock_send_rule }) => stock_send_rule.max_count_per_day,
    },
    {
      title: { en: 'Uploaded codes handed out', zh: '已发放的预上传券 Code' },
      used: ({ coupon_code_count_info: codes }) => codes && codes.total_count - codes.available_count,
      limit: ({ coupon_code_count_info: codes }) => codes?.total_count,
    },
  ],
  facts: [
    {
      ...fact('product_coupon_id', 'Product coupon', '商品券', { as: 'code', inList: 'under' }),
      to: ({ mchid, product_coupon_id }) => ({ table: productCoupons, name: [mchid, product_coupon_id] }),
    },
    {
      title: { en: 'Worth', zh: '优惠' },
      of: ({ single_usage_rule, progressive_bundle_usage_rule }) =>
        worthOf(single_usage_rule ?? progressive_bundle_usage_rule ?? {}),
    },
    {
      title: { en: 'Use in its bundle', zh: '批次组中的次序' },
      of: ({ stock_bundle_info: bundle }) => bundle && bundle.stock_bundle_index + 1,
    },
    {
      title: { en: 'Usable from', zh: '可用开始时间' },
      of: (one) => periodOf(one)?.available_begin_time,
      as: 'time',
    },
    { title: { en: 'Usable until', zh: '可用结束时间' }, of: (one) => periodOf(one)?.available_end_time, as: 'time' },
    {
      title: { en: 'Limit per user', zh: '每人限领' },
      of: ({ stock_send_rule }) => stock_send_rule.max_count_per_user,
    },
    { title: { en: 'Code mode', zh: '券 Code 模式' }, of: ({ coupon_code_mode }) => CODE_MODES[coupon_code_mode] },
    fact('brand_id', 'Brand', '品牌', { as: 'code' }),
    fact('mchid', 'Partner', '服务商', { as: 'code' }),
    fact('deactivate_reason', 'Void because', '失效原因'),
    fact('create_time', 'Created', '创建时间', { as: 'time', inList: 'end' }),
  ],
  actions: [
    {
      title: { en: 'Let a user take a coupon', zh: '让用户领取' },
      call: 'takeProductCoupon',
      states: ['SENDING'],
      fields: [
        field('openid', 'User (openid)', '用户（openid）', { placeholder: { en: 'auto', zh: '自动生成' } }),
        field('coupon_code', 'Code (this merchant brings its own)', '券 Code（该批次由商户指定）', {
          placeholder: { en: 'auto', zh: '自动生成' },
          digits: 16,
        }),
      ],
      asks: ({ coupon_code_mode: mode }) => (mode === 'API_ASSIGN' ? ['openid', 'coupon_code'] : ['openid']),
      done: { en: 'The user has taken a coupon.', zh: '用户已领取。' },
    },
  ],
  belongs: [
    belongsTo(productCoupons, {
      title: { en: 'Its batches', zh: '批次' },
      list: { name: 'ofProductCoupon', among: ({ product_coupon_id }) => [product_coupon_id] },
    }),
  ],
})

type StockJson = z.input<typeof stockRow>

function periodOf({ single_usage_rule, progressive_bundle_usage_rule }: StockJson) {
  return (single_usage_rule ?? progressive_bundle_usage_rule)?.coupon_available_period
}

const CODE_MODES: Readonly<Record<Stock['coupon_code_mode'], Texts>> = {
  WECHATPAY: { en: 'WECHATPAY made by WeChat Pay', zh: 'WECHATPAY 微信支付生成' },
  UPLOAD: { en: 'UPLOAD uploaded before', zh: 'UPLOAD 预先上传' },
  API_ASSIGN: { en: 'API_ASSIGN given when sent', zh: 'API_ASSIGN 发券时指定' },
}

type Benefit = Partial<Pick<ReturnType<typeof ruleOf>, 'normal_coupon' | 'discount_coupon' | 'exchange_coupon'>>

/** Says what a coupon takes off. */
export function worthOf({
  normal_coupon: normal,
  discount_coupon: discount,
  exchange_coupon: exchange,
}: Benefit): Texts | undefined {
  const threshold = (normal ?? discount ?? exchange)?.threshold ?? 0
  const from =
    threshold === 0
      ? { en: ', no minimum', zh: '无门槛' }
      : { en: ` from ${yuan(threshold)}`, zh: `满 ${yuan(threshold)} ` }
  if (normal) {
    const off = yuan(normal.discount_amount)
    return { en: `${off} off${from.en}`, zh: `${from.zh}减 ${off}` }
  }
  if (discount) {
    const percent = discount.percent_off
    return { en: `${percent}% off${from.en}`, zh: `${from.zh}打 ${(100 - percent) / 10} 折` }
  }
  if (!exchange) return undefined
  const price = yuan(exchange.exchange_price)
  return { en: `for ${price}${from.en}`, zh: `${from.zh}以 ${price} 换购` }
}
