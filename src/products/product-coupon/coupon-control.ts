import { z } from 'zod'
import { defineAddCalls, defineCall } from '../../control/call.ts'
import { transition } from '../../control/life.ts'
import { rowCalls } from '../../control/row-calls.ts'
import { belongsTo, defineThing, fact } from '../../control/things/thing.ts'
import { historyOf, type Step } from '../../control/timeline.ts'
import { shortText } from '../../engine/state/json-fields.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { orders } from '../payment/index.ts'
import { users } from '../platform/index.ts'
import { takePreSend } from './pre-sends.ts'
import { objectId } from './product-coupons.ts'
import { productCouponSent, type Sending, sendCoupons } from './send-coupons.ts'
import { aboutStock, knownOrMade } from './stock-control.ts'
import { completeStock, stocks, stocksOfBundle, uploadedCodes, withCodes, withSent } from './stocks.ts'
import {
  completeUserCoupon,
  couponState,
  givenUserCoupon,
  SEND_CHANNELS,
  stateOf,
  type UserCoupon,
  userCoupon as userCouponRow,
  userCoupons,
} from './user-coupons.ts'
import { walletPage } from './wallet.ts'

export const shownCoupon = userCouponRow
  .extend({ coupon_state: couponState })
  .meta({ id: 'ShownUserProductCoupon', description: 'a product coupon of a user as it is now' })

export function showCoupon(one: UserCoupon, now: number): z.input<typeof shownCoupon> {
  return z.encode(shownCoupon, { ...one, coupon_state: stateOf(one, now) })
}

const aboutCoupon = rowCalls(userCoupons, {
  one: { en: 'user product coupon', zh: '用户商品券' },
  key: 'coupon_code',
  params: z.object({ stock_id: z.string().describe('batch'), coupon_code: z.string() }),
  named: (stockId, code) => ({
    en: `product coupon ${code} in batch ${stockId}`,
    zh: `批次 ${stockId} 的商品券 ${code}`,
  }),
  shown: shownCoupon,
  show: showCoupon,
  summary: 'Look at a product coupon of a user',
})

export const userProductCoupon = aboutCoupon.look

/** Its transition is the only one that the user makes, in the wallet; nobody is told of it (documented). */
export const deleteUserProductCoupon = aboutCoupon.change({
  summary: 'Let a user delete a product coupon in the wallet; nobody is told',
  transitions: [
    transition('deleted', 'user', ['CONFIRMING', 'PENDING', 'EFFECTIVE', 'EXPIRED'], 'DELETED', {
      title: { en: 'Delete', zh: '删除' },
      happened: { en: 'Deleted', zh: '已删除' },
      done: { en: 'The user has deleted the coupon.', zh: '用户已删除此券。' },
    }),
  ],
  refusals: { MOCK_PRODUCT_COUPON_STATE: { status: 409, when: 'it was used, deleted or deactivated' } },
  apply(one, { now }) {
    const state = stateOf(one, now)
    if (state === 'USED' || state === 'DELETED' || state === 'DEACTIVATED') {
      throw new UsageError('MOCK_PRODUCT_COUPON_STATE', {
        en: `Product coupon ${one.coupon_code} is ${state}: a user deletes one that is neither used, deleted nor deactivated.`,
        zh: `商品券 ${one.coupon_code} 的状态为 ${state}：用户只能删除尚未核销、删除或失效的券。`,
      })
    }
    return { ...one, delete_time: now }
  },
})

export const { one: addUserProductCoupon, many: addUserProductCoupons } = defineAddCalls({
  summary:
    'Add a product coupon of a user or a list of them, in any state; one with the same code in the batch is replaced',
  json: givenUserCoupon,
  made: shownCoupon,
  async add(tx, given, defaults) {
    const { mchid = defaults.defaultMchid, stock_id, product_coupon_id, brand_id } = given
    const known = stock_id === undefined ? undefined : await tx.in(stocks).find(mchid, stock_id)
    const product = () => knownOrMade(tx, { mchid, product_coupon_id, brand_id }, defaults)
    const batch = known ?? completeStock({ stock_id }, await product(), defaults)
    const { openid = '', unionid = (await tx.in(users).find(mchid, openid))?.unionid } = given
    const made = completeUserCoupon({ ...given, unionid }, batch, defaults)
    const isNew = (await tx.in(userCoupons).find(mchid, made.stock_id, made.coupon_code)) === undefined
    const code = await tx.in(uploadedCodes).find(mchid, made.stock_id, made.coupon_code)
    const takesCode = code !== undefined && code.sent_time === undefined
    if (takesCode) await tx.in(uploadedCodes).save({ ...code, sent_time: made.receive_time })
    await tx.in(stocks).save(withCodes(isNew ? withSent(batch, made.receive_time) : batch, 0, takesCode ? -1 : 0))
    await tx.in(userCoupons).save(made)
    return showCoupon(made, defaults.now)
  },
})

const refusedSend = {
  MOCK_NOT_SENT: {
    status: 409,
    when: 'the batch does not send the user a coupon; the message says which rule refuses it',
  },
} as const

/** Refuses what a user wants to take, with the rule. */
function failSend(_: string, { en, zh }: Texts): never {
  throw new UsageError('MOCK_NOT_SENT', { en: `No coupon was sent: ${en}.`, zh: `未发放商品券：${zh}。` })
}

export const takeProductCoupon = aboutStock.about({
  summary:
    'Let a user take a coupon of a batch elsewhere than by a call (领券): by the same rules, and its partner is told',
  body: z.strictObject({
    openid: shortText.optional().describe('who takes it; made up if left out'),
    appid: shortText.optional().describe('that of the batch if left out'),
    send_channel: z.enum(SEND_CHANNELS).exclude(['API']).optional().describe('BRAND_MANAGE if left out'),
    coupon_code: objectId.optional().describe('for a batch with API_ASSIGN'),
  }),
  bodyOptional: true,
  refusals: refusedSend,
  answer: z.array(shownCoupon).describe('one, or all of a bundle'),
  async handle(stock, { tx, now, ids, body = {} }) {
    const { stock_bundle_info: bundle, mchid } = stock
    const batches = bundle ? await stocksOfBundle(tx, mchid, bundle.stock_bundle_id) : [stock]
    const sending: Sending = {
      appid: body.appid ?? stock.notify_config.notify_appid,
      openid: body.openid ?? `o${ids.letters(27)}`,
      send_request_no: `TAKE_${ids.digits(20)}`,
      send_channel: body.send_channel ?? 'BRAND_MANAGE',
      coupon_code: body.coupon_code,
    }
    const sent = await sendCoupons(batches, sending, { tx, now, ids, fail: failSend })
    return sent.map((one) => showCoupon(one, now))
  },
})

export const takePreSentProductCoupon = defineCall({
  summary: 'Let a user take what a token stands for (预发放), as its page does; nothing was sent or counted before',
  params: z.object({ token: z.string() }),
  refusals: refusedSend,
  answer: z.array(shownCoupon).describe('one, or all of a bundle'),
  handle: ({ params: { token } }, { mock }) =>
    mock.inTurn(async (tx, now) => {
      const sent = await takePreSend(token, { tx, now, ids: mock.ids, fail: failSend })
      return sent.map((one) => showCoupon(one, now))
    }),
})

/** Product coupons of users as the dashboard shows them. */
export const userCouponThing = defineThing(userCoupons, {
  one: { en: 'Coupon', zh: '券' },
  none: {
    en: 'No coupons yet. Let a user take one, or send one with a call.',
    zh: '还没有券。可以让用户领取一张，或调用接口发券。',
  },
  show: showCoupon,
  state: stateOf,
  since: ({ valid_begin_time, valid_end_time, ...one }, now) => {
    const state = stateOf({ valid_begin_time, valid_end_time, ...one }, now)
    if (state === 'EXPIRED') return valid_end_time
    return state === 'EFFECTIVE' && (one.confirm_time ?? 0) < valid_begin_time ? valid_begin_time : undefined
  },
  life: {
    stages: [
      [
        { name: 'CONFIRMING', title: { en: 'to be confirmed', zh: '待确认' }, tone: 'warn' },
        { name: 'PENDING', title: { en: 'not usable yet', zh: '待生效' }, tone: 'warn' },
        { name: 'EFFECTIVE', title: { en: 'usable', zh: '已生效' }, tone: 'good' },
      ],
      [
        { name: 'EXPIRED', title: { en: 'expired', zh: '已过期' }, tone: 'warn' },
        { name: 'DEACTIVATED', title: { en: 'void', zh: '已失效' }, tone: 'bad' },
        { name: 'USED', title: { en: 'used', zh: '已核销' }, tone: 'calm' },
        { name: 'DELETED', title: { en: 'deleted', zh: '已删除' }, tone: 'bad' },
      ],
    ],
    transitions: [
      transition('confirmed', 'call', ['CONFIRMING'], 'EFFECTIVE', { title: { en: 'Confirm', zh: '确认发放' } }),
      transition('confirmed', 'call', ['CONFIRMING'], 'PENDING', { title: { en: 'Confirm early', zh: '生效前确认' } }),
      transition('begun', 'time', ['PENDING'], 'EFFECTIVE', { title: { en: 'Its time comes', zh: '到生效时间' } }),
      transition('used', 'call', ['EFFECTIVE'], 'USED', { title: { en: 'Use', zh: '核销' } }),
      transition('returned', 'call', ['USED'], 'EFFECTIVE', { title: { en: 'Give back', zh: '退券' } }),
      transition('expired', 'time', ['CONFIRMING', 'PENDING', 'EFFECTIVE'], 'EXPIRED', {
        title: { en: 'Expire', zh: '过期' },
      }),
      transition('deactivated', 'call', ['CONFIRMING', 'PENDING', 'EFFECTIVE'], 'DEACTIVATED', {
        title: { en: 'Make void', zh: '失效' },
      }),
      deleteUserProductCoupon,
    ],
  },
  search: {
    hint: { en: 'Code, batch, openid, request number, order', zh: '券 Code、批次 ID、openid、请求单号、订单号' },
    texts: ({ coupon_code, stock_id, openid, send_request_no, user_coupon_bundle_id, usage }) => [
      coupon_code,
      stock_id,
      openid,
      send_request_no,
      user_coupon_bundle_id,
      usage?.associated_order_info?.out_trade_no,
      usage?.associated_order_info?.transaction_id,
    ],
  },
  facts: [
    {
      ...fact('stock_id', 'Batch', '批次', { as: 'code', inList: 'under' }),
      to: ({ mchid, stock_id }) => ({ table: stocks, name: [mchid, stock_id] }),
    },
    {
      ...fact('openid', 'Holder (openid)', '持有人（openid）', { as: 'code', inList: 'under' }),
      opens: { page: walletPage, query: ({ openid }) => ({ openid }) },
    },
    {
      title: { en: 'Order', zh: '关联订单' },
      of: ({ usage }) => usage?.associated_order_info?.out_trade_no ?? usage?.associated_order_info?.transaction_id,
      to: ({ usage }) => {
        const { mchid, sub_mchid, out_trade_no } = usage?.associated_order_info ?? {}
        return mchid === undefined || out_trade_no === undefined || sub_mchid !== undefined
          ? undefined
          : { table: orders, name: [mchid, out_trade_no] }
      },
      as: 'code',
      inList: 'beside',
    },
    { title: { en: 'Saved', zh: '优惠金额' }, of: ({ usage }) => usage?.saved_amount, as: 'money' },
    {
      title: { en: 'Use in its bundle', zh: '券组中的次序' },
      of: ({ user_coupon_bundle_index: index }) => (index === undefined ? undefined : index + 1),
    },
    fact('user_coupon_bundle_id', 'Bundle', '券组', { as: 'code' }),
    fact('attach', 'Attached', '附加信息'),
    fact('receive_time', 'Received', '领取时间', { as: 'time', inList: 'end' }),
    fact('valid_begin_time', 'Usable from', '生效时间', { as: 'time' }),
    fact('valid_end_time', 'Expires', '失效时间', { as: 'time' }),
    { title: { en: 'Used', zh: '核销时间' }, of: ({ usage }) => usage?.use_time, as: 'time' },
    fact('brand_id', 'Brand', '品牌', { as: 'code' }),
    fact('mchid', 'Partner', '服务商', { as: 'code' }),
    fact('deactivate_reason', 'Void because', '失效原因'),
  ],
  makes: [{ title: { en: 'Let a user take a coupon', zh: '让用户领取一张券' }, of: stocks, call: 'takeProductCoupon' }],
  belongs: [
    belongsTo(stocks, {
      title: { en: 'Coupons of this batch', zh: '此批次的券' },
      list: { name: 'ofStock', among: ({ stock_id }) => [stock_id] },
    }),
    belongsTo(orders, {
      title: { en: 'Product coupons used with it', zh: '核销的商品券' },
      rows: async (tx, { transaction_id }) =>
        transaction_id === undefined ? [] : tx.in(userCoupons).where('transaction_id', transaction_id),
    }),
  ],
  history: {
    events: {
      sent: { en: 'Received', zh: '已领取' },
      confirmed: { en: 'Confirmed', zh: '已确认' },
      used: { en: 'Used', zh: '已核销' },
      returned: { en: 'Given back', zh: '已退券' },
      deactivated: { en: 'Made void', zh: '已失效' },
    },
    of: historyOf({
      table: userCoupons,
      others: () => undefined,
      events: [productCouponSent],
      reports: (content, { stock_id, coupon_code }) =>
        content.stock_id === stock_id && content.coupon_code === coupon_code,
      names: ({ coupon_code }) => [['coupon_code', coupon_code]],
      steps: stepsOf,
    }),
    leadsTo: (_, { mchid, stock_id }) => [{ table: stocks, name: [mchid, stock_id] }],
  },
})

/** The events of a coupon, as far as it remembers them: of several uses, the last one. */
function stepsOf(one: UserCoupon, now: number): readonly Step[] {
  const { receive_time, confirm_time, confirm_request_no, usage, deactivate_time, deactivate_request_no } = one
  const happened: readonly (readonly [event: string, at: number | undefined, requestNo?: string | undefined])[] = [
    ['sent', receive_time, one.send_request_no],
    ['confirmed', confirm_time, confirm_request_no],
    ['used', usage?.use_time, usage?.use_request_no],
    ['returned', usage?.return_time, usage?.return_request_no],
    ['deactivated', deactivate_time, deactivate_request_no],
    ['deleted', one.delete_time],
    ['expired', stateOf(one, now) === 'EXPIRED' ? one.valid_end_time : undefined],
  ]
  const known = happened.flatMap(([event, at, requestNo]) => (at === undefined ? [] : [{ event, at, requestNo }]))
  let before: string | undefined
  return known
    .toSorted((a, b) => a.at - b.at)
    .map(({ event, at, requestNo }) => {
      const step = {
        event,
        at,
        before,
        after: AFTER[event] ?? stateOf(one, at),
        requestNo,
        isTold: event === 'sent',
        byCall: event !== 'deleted' && event !== 'expired',
      }
      before = step.after
      return step
    })
}

const AFTER: Readonly<Record<string, string>> = {
  sent: 'CONFIRMING',
  confirmed: 'EFFECTIVE',
  used: 'USED',
  returned: 'EFFECTIVE',
  deactivated: 'DEACTIVATED',
  deleted: 'DELETED',
  expired: 'EXPIRED',
}
