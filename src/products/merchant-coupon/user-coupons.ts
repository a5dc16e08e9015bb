import { z } from 'zod'
import {
  choice,
  couponCode,
  queryNumber,
  shownInstant,
  shownNumber,
  shownText,
  stockId,
  text,
} from '../../catalogue/fields.ts'
import { defineOperation, documented, inferred, observed } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { because, parameterUnfit, refusal } from '../common/refusal.ts'
import { ofTheBatch, shownCouponCode } from './answer-schemas.ts'
import { type Coupon, couponState, couponStates, coupons, couponsOfUser } from './coupons.ts'
import * as errors from './errors.ts'
import { merchantsOf, requireAppids, requireOpenid } from './errors.ts'
import { namedCoupon } from './find-coupon.ts'
import { couponSources } from './sources.ts'
import { type Stock, stocks } from './stocks.ts'

const number = shownText({ min: 1, max: 128 })

/** A user's coupon (券), as the queries show it. */
export const couponAnswer = z
  .object({
    ...ofTheBatch,
    transferable: z.boolean().optional(),
    shareable: z.boolean().optional(),
    coupon_state: couponStates,
    coupon_code: shownCouponCode,
    available_start_time: shownInstant,
    expire_time: shownInstant,
    receive_time: shownInstant,
    send_request_no: number,
    use_request_no: number.optional(),
    use_time: shownInstant.optional(),
    associate_out_trade_no: number.optional(),
    return_request_no: z.string().optional(),
    return_time: shownInstant.optional(),
    deactivate_request_no: z.string().optional(),
    deactivate_time: shownInstant.optional(),
    deactivate_reason: z.string().optional(),
  })
  .meta({ id: 'CouponAnswer', description: "a user's coupon (券), as the queries show it" })

/** A user's coupon and its batch, as they are at an instant. */
export function shownCoupon(coupon: Coupon, stock: Stock, now: number) {
  return { ...stock, ...coupon, coupon_state: couponState(coupon, now) }
}

/** 查询用户券详情: look at one coupon of a user; the only call that shows the link to an order. */
export const queryUserCoupon = defineOperation({
  id: 'queryUserCoupon',
  method: 'GET',
  path: '/v3/marketing/busifavor/users/{openid}/coupons/{coupon_code}/appids/{appid}',
  summary: 'Query one coupon of a user',
  title: '查询用户券详情',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4015715938',
  input: {
    path: z.object({
      openid: text({ title: '用户标识', max: 128, example: '2323dfsdf342342' }),
      coupon_code: couponCode,
      appid: text({ title: '公众账号ID', max: 32, example: 'wx233544546545989' }),
    }),
  },
  output: couponAnswer,
  errors: {
    not_found: errors.notFound,
    not_permitted: errors.notPermitted,
    appid_unbound: errors.appidUnbound,
    openid_of_another_appid: errors.openidOfAnotherAppid,
  },
  rules: [
    documented('associate_out_trade_no shows while the coupon is linked.'),
    observed('Members that do not apply are left out.', couponSources.liveAnswers),
    inferred('Where the user holds a code from several batches, the one received last is shown.'),
    inferred('Where the user holds no such coupon, an openid of another appid is named as what is wrong.'),
  ],
  async handle({ path }, context) {
    const { coupon, stock } = await namedCoupon(context, path.coupon_code, { openid: path.openid }, async () => {
      await requireOpenid(context, path)
    })
    requireAppids(context, [path.appid], stock.belong_merchant)
    await requireOpenid(context, path, merchantsOf(stock))
    return shownCoupon(coupon, stock, context.now)
  },
})

export const DEFAULT_LIMIT = 20

export const pageOffset = queryNumber({ title: '分页页码', min: 0, default: 0, example: 0 }).optional()
export const pageLimit = queryNumber({
  title: '分页大小',
  min: 1,
  max: 100,
  default: DEFAULT_LIMIT,
  example: 20,
}).optional()

/** 根据过滤条件查询用户的券: list the coupons of a user. */
export const listUserCoupons = defineOperation({
  id: 'listUserCoupons',
  method: 'GET',
  path: '/v3/marketing/busifavor/users/{openid}/coupons',
  summary: 'List the coupons of a user',
  title: '根据过滤条件查询用户的券',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/merchant-exclusive-coupon/coupon/list-coupons-by-filter.html',
  input: {
    path: z.object({ openid: text({ title: '用户标识', max: 128, example: '2323dfsdf342342' }) }),
    query: z.object({
      appid: text({ title: '公众账号ID', max: 32, example: 'wx233544546545989' }),
      stock_id: stockId.optional(),
      coupon_state: choice('券状态', couponStates.options).optional(),
      creator_merchant: text({ title: '创建批次的商户号', max: 32, example: '1000000001' }).optional(),
      belong_merchant: text({ title: '批次归属商户号', min: 8, max: 15, example: '1000000002' }).optional(),
      sender_merchant: text({ title: '批次发放商户号', max: 32, example: '1000000003' }).optional(),
      offset: pageOffset,
      limit: pageLimit,
    }),
  },
  output: z.object({
    data: z.array(couponAnswer),
    total_count: shownNumber({ min: 0 }),
    offset: shownNumber(),
    limit: shownNumber(),
  }),
  errors: {
    role_missing: because(commonErrors.parameter_invalid, {
      en: 'none of creator_merchant, belong_merchant and sender_merchant is given',
      zh: 'creator_merchant、belong_merchant、sender_merchant 均未传',
      message: '创建方商户、归属方商户、发放方商户，必须至少填一个',
      evidence: 'observed',
      source: couponSources.listedWithoutRole,
    }),
    role_not_named: parameterUnfit({
      en: 'creator_merchant, belong_merchant and sender_merchant, as far as given, name others than the caller (rule documented, answer inferred)',
      zh: '传入的 creator_merchant、belong_merchant、sender_merchant 都不是调用方（规则见文档，应答为推断）',
    }),
    appid_unbound: because(errors.appidUnbound, {
      en: 'the appid is bound neither to the caller nor to belong_merchant',
      zh: '该 appid 既未与调用方绑定，也未与 belong_merchant 绑定',
    }),
    openid_of_another_appid: errors.openidOfAnotherAppid,
    busy: refusal(500, 'SYSTEM_ERROR')('reported', '系统繁忙', {
      en: 'for a moment; only as a planned fault (text reported, status and code inferred)',
      zh: '暂时性错误；只能通过故障注入触发（文字来自开发者反馈，状态码和错误码为推断）',
      source: couponSources.listBusy,
    }),
  },
  rules: [
    inferred('The caller has to name itself in a role that it has; one role is enough.'),
    observed('Coupons received last come first.', couponSources.liveAnswers),
    inferred('Of coupons received at the same time the order is that of batch and code.'),
    observed('DELETED coupons are listed too.', couponSources.liveAnswers),
    inferred('offset counts coupons, not pages.'),
    observed('offset is 0 and limit 20 when left out.', couponSources.liveAnswers),
    inferred('limit is 100 at most.'),
    documented('display_pattern_info comes without description.'),
    inferred('Without a match, data is an empty list.'),
    inferred('A stock_id that does not exist matches nothing.'),
  ],
  async handle({ path, query }, context) {
    const { tx, now, caller, merchantOf, fail } = context
    const { appid, creator_merchant, belong_merchant, sender_merchant, offset = 0, limit = DEFAULT_LIMIT } = query
    const named = [creator_merchant, belong_merchant, sender_merchant].filter((mchid) => mchid !== undefined)
    if (named.length === 0) {
      return fail('role_missing', {
        en: 'the query has neither creator_merchant nor belong_merchant nor sender_merchant',
        zh: '查询串中没有 creator_merchant、belong_merchant 或 sender_merchant',
      })
    }
    if (!named.includes(caller.mchid)) {
      return fail('role_not_named', {
        en: `none of creator_merchant, belong_merchant and sender_merchant is ${caller.mchid}`,
        zh: `creator_merchant、belong_merchant、sender_merchant 都不是 ${caller.mchid}`,
      })
    }
    requireAppids(context, [appid], belong_merchant)
    const isKnown = belong_merchant !== undefined && merchantOf(belong_merchant) !== undefined
    await requireOpenid(context, { openid: path.openid, appid }, isKnown ? [belong_merchant] : [])

    const { stock_id, coupon_state } = query
    const stockOf = batchesBy(tx)
    const others = [stock_id, coupon_state, belong_merchant, sender_merchant]
    const { coupons: page, total } = others.every((one) => one === undefined)
      ? {
          coupons: await tx.in(coupons).page('ofUser', path.openid, { owner: creator_merchant, offset, limit }),
          total: await tx.in(coupons).countAmong('ofUser', path.openid, creator_merchant),
        }
      : await pageOfFitting(tx, path.openid, creator_merchant, { offset, limit }, async (coupon) => {
          const fits =
            (stock_id === undefined || stock_id === coupon.stock_id) &&
            (sender_merchant === undefined || sender_merchant === coupon.send_merchant) &&
            (coupon_state === undefined || coupon_state === couponState(coupon, now))
          return fits && (belong_merchant === undefined || (await stockOf(coupon)).belong_merchant === belong_merchant)
        })
    const data = []
    for (const coupon of page) data.push(listedCoupon(coupon, await stockOf(coupon), now))
    return { data, total_count: total, offset, limit }
  },
})

/** As the list shows it: without the description, which only the single query has since 2020-07-08 (documented). */
function listedCoupon(coupon: Coupon, stock: Stock, now: number) {
  const { display_pattern_info, ...rest } = shownCoupon(coupon, stock, now)
  const { description: _, ...shown } = display_pattern_info ?? {}
  return { ...rest, ...(Object.keys(shown).length > 0 && { display_pattern_info: shown }) }
}

interface Part {
  readonly offset: number
  readonly limit: number
}

/** A part of the coupons of a user that fit, of one creator's batches or of all, and their total: looks at each of them. */
async function pageOfFitting(
  tx: Transaction,
  openid: string,
  owner: string | undefined,
  { offset, limit }: Part,
  fits: (coupon: Coupon) => Promise<boolean>,
) {
  const page: Coupon[] = []
  let total = 0
  for await (const some of couponsOfUser(tx, openid, owner)) {
    for (const coupon of some) {
      if (!(await fits(coupon))) continue
      if (total >= offset && page.length < limit) page.push(coupon)
      total++
    }
  }
  return { coupons: page, total }
}

/** Finds the batches of coupons, each only once. */
function batchesBy(tx: Transaction): (coupon: Coupon) => Promise<Stock> {
  const known = new Map<string, Stock>()
  return async ({ mchid, stock_id, coupon_code }) => {
    const name = `${mchid} ${stock_id}`
    const stock = known.get(name) ?? (await tx.in(stocks).find(mchid, stock_id))
    if (!stock) throw new Error(`Coupon ${coupon_code} has no batch ${stock_id}`)
    known.set(name, stock)
    return stock
  }
}
