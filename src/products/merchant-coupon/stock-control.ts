import { z } from 'zod'
import { defineAddCalls, defineCall } from '../../control/call.ts'
import { pageOf, pageQuery } from '../../control/formats/page.ts'
import { field, transition } from '../../control/life.ts'
import { readPage } from '../../control/read-page.ts'
import { rowCalls } from '../../control/row-calls.ts'
import { belongsTo, defineThing, fact } from '../../control/things/thing.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { yuan } from '../common/explain.ts'
import { handedOutAs } from './code-rules.ts'
import {
  codeRow,
  codeState,
  codeStatus,
  codes,
  completeCode,
  givenCode,
  nextPosition,
  stockForCode,
  type UploadedCode,
  withStatus,
} from './codes.ts'
import { coupons } from './coupons.ts'
import { withCodeCounted, withCodeGone } from './stock-rules.ts'
import { type CompletedStock, completeStock, givenStock, type Stock, stockRow, stockState, stocks } from './stocks.ts'

const stockPatch = z
  .strictObject({ state: stockState })
  .meta({ id: 'StockPatch', description: 'what to change of a batch' })

export const aboutStock = rowCalls(stocks, {
  one: { en: 'batch', zh: '批次' },
  key: 'stock_id',
  params: z.object({ stock_id: z.string().describe('batch') }),
  unknown: 'MOCK_STOCK_UNKNOWN',
  shown: stockRow,
  show: stocks.toJson,
  summary: 'Look at a batch',
  advice: { en: 'add it with POST /_mock/stocks', zh: '请用 POST /_mock/stocks 添加' },
})

const listedStocks = defineCall({
  summary: 'Look for batches: the newest first, page by page',
  query: pageQuery.extend({ mchid: mchid.optional().describe('who created it; any if left out') }),
  answer: pageOf(stockRow).meta({ id: 'StockPage' }),
  async handle({ query: { mchid, text, ...page } }, { mock, left }) {
    const wanted = text?.toLowerCase()
    const fits =
      wanted === undefined
        ? undefined
        : ({ stock_id, stock_name }: Stock) => [stock_id, stock_name].some((one) => one.toLowerCase().includes(wanted))
    const { items, ...rest } = await readPage(mock, stocks, { owner: mchid, fits, ...page, left })
    return { ...rest, items: items.map((one) => z.encode(stockRow, one)) }
  },
})

export { listedStocks as stocks }

export const stock = aboutStock.look

type StateName = z.output<typeof stockState>

const set = (title: Texts, from: readonly StateName[], to: StateName) =>
  transition('changed', 'hand', from, to, {
    title,
    body: { state: to },
    done: { en: 'The batch was changed.', zh: '批次已修改。' },
  })

/** Its transitions are the life of a batch (busifavor.md 2.1), as the merchant console leads it. */
export const patchStock = aboutStock.change({
  summary:
    'Do to a batch what a merchant does in the console (商户平台): pause, resume or stop it, or put it in review',
  transitions: [
    set({ en: 'Run', zh: '运行' }, ['UNAUDIT', 'PAUSED'], 'RUNNING'),
    set({ en: 'Pause', zh: '暂停' }, ['UNAUDIT', 'RUNNING'], 'PAUSED'),
    set({ en: 'Put in review', zh: '转为审核中' }, ['RUNNING', 'PAUSED'], 'UNAUDIT'),
    set({ en: 'Stop', zh: '停止' }, ['RUNNING', 'PAUSED', 'UNAUDIT'], 'STOPED'),
    set({ en: 'Run again', zh: '恢复运行' }, ['STOPED'], 'RUNNING'),
  ],
  body: stockPatch,
  apply: (before, { body }) => ({ ...before, ...body }),
})

export const { one: addStock, many: addStocks } = defineAddCalls({
  summary: 'Add a batch or a list of them; one with the same id is replaced',
  json: givenStock,
  made: stockRow,
  refusals: { MOCK_STOCK_TIMES: 'a batch ends before it begins' },
  async add(tx, given, defaults) {
    const made = completeStock(given, defaults)
    const existing = await tx.in(stocks).find(made.mchid, made.stock_id)
    // A replaced batch keeps its coupons and codes.
    const stock = existing
      ? {
          ...made,
          codes: made.codes && (await countCodes(tx, made)),
          ...(given.sent === undefined && { sent: existing.sent }),
        }
      : made
    await tx.in(stocks).save(stock)
    return z.encode(stockRow, stock)
  },
})

async function countCodes(tx: Transaction, { mchid, stock_id }: Stock) {
  return {
    total: await tx.in(codes).countAmong('ofStock', stock_id, mchid),
    available: await tx.in(codes).countAmong('byStatus', withStatus('AVAILABLE', stock_id), mchid),
  }
}

export const { one: addCode, many: addCodes } = defineAddCalls({
  summary: 'Add an uploaded code (预存code) or a list of them; one with the same code in the batch is replaced',
  json: givenCode,
  made: codeRow,
  refusals: { MOCK_CODE_MODE: 'the batch does not take uploaded codes' },
  async add(tx, json, defaults) {
    const existing = await tx.in(stocks).find(json.mchid ?? defaults.defaultMchid, json.stock_id)
    if (existing && !existing.codes) {
      throw refusalAt('/stock_id', 'MOCK_CODE_MODE', {
        en: `Batch ${json.stock_id} takes no uploaded codes: give it "coupon_code_mode": "MERCHANT_UPLOAD".`,
        zh: `批次 ${json.stock_id} 不接受上传的券 code：请把它的 coupon_code_mode 设为 "MERCHANT_UPLOAD"。`,
      })
    }
    const place = existing && json.position === undefined ? await nextPosition(tx, existing) : 0
    const given = completeCode(json, place, defaults)
    const coupon = await tx.in(coupons).find(given.mchid, given.stock_id, given.code)
    const code = coupon ? handedOutAs(given, coupon) : given
    const stock = existing ?? completeStock(stockForCode(code), defaults)
    const replaced = await tx.in(codes).find(stock.mchid, stock.stock_id, code.code)
    await tx.in(stocks).save(withCodeCounted(replaced ? withCodeGone(stock, replaced) : stock, code))
    await tx.in(codes).save(code)
    return z.encode(codeRow, code)
  },
})

export const stockThing = defineThing(stocks, {
  one: { en: 'Batch', zh: '批次' },
  none: { en: 'No batches yet. Create one with a call.', zh: '还没有批次。可以调用接口创建。' },
  show: (stock: Stock) => z.encode(stockRow, stock),
  life: {
    stages: [
      [
        { name: 'RUNNING', title: { en: 'running', zh: '运行中' }, tone: 'good' },
        { name: 'PAUSED', title: { en: 'paused', zh: '已暂停' }, tone: 'warn' },
        { name: 'UNAUDIT', title: { en: 'in review', zh: '审核中' }, tone: 'warn' },
      ],
      [{ name: 'STOPED', title: { en: 'stopped', zh: '已停止' }, tone: 'bad' }],
    ],
    transitions: [patchStock],
  },
  search: {
    hint: { en: 'Number or name', zh: '批次号、名称' },
    texts: ({ stock_id, stock_name }) => [stock_id, stock_name],
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
      used: ({ sent, stock_send_rule: rule }) => (rule.max_coupons_by_day === undefined ? undefined : sent.today),
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
    { title: { en: 'Sent', zh: '已发放' }, of: ({ sent: { total } }) => total, inList: 'under' },
    fact('goods_name', 'Goods', '适用商品'),
    {
      title: { en: 'Usable from', zh: '可用开始时间' },
      of: ({ coupon_use_rule: use }) => use.coupon_available_time.available_begin_time,
      as: 'time',
    },
    {
      title: { en: 'Usable until', zh: '可用结束时间' },
      of: ({ coupon_use_rule: use }) => use.coupon_available_time.available_end_time,
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
    fact('mchid', 'Creator', '创建方', { as: 'code' }),
    fact('belong_merchant', 'Owner', '归属方', { as: 'code' }),
    fact('create_time', 'Created', '创建时间', { as: 'time', inList: 'end' }),
  ],
  actions: [
    {
      title: { en: 'Hand out a coupon', zh: '发放一张券' },
      call: 'handOutCoupon',
      fields: [
        field('openid', 'User (openid)', '用户（openid）', { placeholder: { en: 'auto', zh: '自动生成' } }),
        field('coupon_code', 'Code (this merchant brings its own)', '券 code（该批次由商户提供）', {
          placeholder: { en: 'auto', zh: '自动生成' },
          digits: 20,
        }),
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

/** Describes the benefit of a batch's coupons. */
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

/** Uploaded codes as the dashboard shows them: those of a batch. */
export const codeThing = defineThing(codes, {
  one: { en: 'Uploaded code', zh: '预存 code' },
  none: { en: 'No codes yet. Upload some with a call.', zh: '还没有预存 code。可以调用接口上传。' },
  isListed: false,
  show: (code: UploadedCode) => z.encode(codeRow, code),
  state: codeStatus,
  life: {
    stages: [
      [{ name: 'AVAILABLE', title: { en: 'to be handed out', zh: '待发放' }, tone: 'good' }],
      [{ name: 'DISPATCHED', title: { en: 'handed out', zh: '已发放' }, tone: 'calm' }],
    ],
    transitions: [
      transition('handed_out', 'call', ['AVAILABLE'], 'DISPATCHED', {
        title: { en: 'Handed out', zh: '发放' },
      }),
    ],
  },
  search: { hint: { en: 'Code or batch', zh: 'code、批次号' }, texts: ({ code, stock_id }) => [code, stock_id] },
  facts: [
    {
      ...fact('stock_id', 'Batch', '批次', { as: 'code', inList: 'under' }),
      to: ({ mchid, stock_id }) => ({ table: stocks, name: [mchid, stock_id] }),
    },
    {
      title: { en: 'Coupon', zh: '券' },
      of: ({ code, dispatched_time }) => (dispatched_time === undefined ? undefined : code),
      to: ({ mchid, stock_id, code }) => ({ table: coupons, name: [mchid, stock_id, code] }),
      as: 'code',
    },
    { title: { en: 'Place in the batch', zh: '发放顺序' }, of: ({ position }) => position + 1 },
    fact('upload_time', 'Uploaded', '上传时间', { as: 'time', inList: 'end' }),
    fact('dispatched_time', 'Handed out', '发放时间', { as: 'time' }),
  ],
  belongs: [
    belongsTo(stocks, {
      title: { en: 'Uploaded codes', zh: '预存 code' },
      list: {
        name: 'byStatus',
        among: ({ stock_id }, state) =>
          codeState.options
            .filter((status) => state === undefined || state === status)
            .map((status) => withStatus(status, stock_id)),
        async states(tx, stock) {
          const { total, available } = await countCodes(tx, stock)
          return { AVAILABLE: available, DISPATCHED: total - available }
        },
      },
    }),
  ],
})
