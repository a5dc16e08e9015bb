import {
  documentedCall,
  type FieldRule,
  type FieldRules,
  type InputOf,
  type Refusal,
} from '../../catalogue/documented-call.ts'
import {
  documented,
  inferred,
  type OperationContext,
  REPEAT,
  type Rule,
  reported,
  upon,
} from '../../engine/operation.ts'
import { INTERNAL_CODES, PARAM_ERROR } from '../../wire/protocol/common-errors.ts'
import { fieldError } from '../../wire/protocol/field-check.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { explainAppid, explainNoMerchant, explainReuse, mayUseAppid } from '../common/explain.ts'
import { because, fromPage, parameterUnfit } from '../common/refusal.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../platform/index.ts'
import { explainOrder, isUsedUp, OUT_TRADE_NO } from './order-calls.ts'
import { type PlacedOrder, place, timesOf } from './order-rules.ts'
import { combinedOrders, type Order, orders, prepayIdOf } from './orders.ts'
import { checkRelation, RELATION_REFUSALS, SUB_MCHID } from './partners.ts'
import { openedAt, SUB_OPENID_UNFIT, scannedAt } from './prepay-calls.ts'
import {
  explainUrl,
  mayNotify,
  NOTIFY_URL,
  NOTIFY_URL_RULES,
  OPENID_REFUSALS,
  PREPAY_REFUSALS,
  SUBSIDY,
} from './prepay-refusals.ts'
import { paymentSettings } from './settings.ts'
import { paymentSources } from './sources.ts'

/** How many days from ordering a combined order can be paid at most (pay-family.md 4.1). */
const MOST_DAYS = 7

const MERCHANT: FieldRule = { bytes: true, pattern: /^[1-9]\d*$/.source, example: '1900000001' }

const FIELDS = {
  'body/combine_mchid': MERCHANT,
  'body/combine_out_trade_no': OUT_TRADE_NO,
  'body/notify_url': { ...NOTIFY_URL, max: 255 },
  'body/sub_orders': { min: 1, max: 50 },
  'body/sub_orders/mchid': MERCHANT,
  'body/sub_orders/sub_mchid': SUB_MCHID,
  'body/sub_orders/sub_appid': { max: 32 },
  'body/sub_orders/out_trade_no': OUT_TRADE_NO,
  'body/sub_orders/amount/total_amount': { min: 1, max: 1_000_000_000, example: 10 },
  'body/sub_orders/settle_info/subsidy_amount': SUBSIDY,
  // In the models of public clients, on no page.
  'body/limit_pay': { type: 'string', list: true, title: '指定支付方式' },
} as const satisfies FieldRules

const REFUSALS = {
  invalid_request: '400 INVALID_REQUEST',
  rule_limit: '403 RULELIMIT',
  no_right: { ...PREPAY_REFUSALS.no_right, row: '403 NOAUTH' },
  url_unfit: PREPAY_REFUSALS.url_unfit,
  appid_unbound: because(PREPAY_REFUSALS.appid_unbound, {
    en: 'combine_appid is not bound to the caller, or to a direct merchant among the sub orders',
    zh: 'combine_appid 未与调用方绑定，或未与子单中的普通商户绑定',
  }),
  ...RELATION_REFUSALS,
  merchant_unknown: fromPage('400 MCH_NOT_EXISTS', {
    en: 'with subMerchants=known: the merchant of a sub order is no merchant of the mock',
    zh: '设置 subMerchants=known 时：子单的商户不是模拟服务中已有的商户',
  }),
  not_related: { ...RELATION_REFUSALS.not_related, row: '403 NOAUTH' },
  product_not_granted: { ...RELATION_REFUSALS.product_not_granted, row: '403 NOAUTH' },
  sub_merchant_missing: because(PARAM_ERROR, {
    en: 'the caller is a partner, as other sub orders have a sub_mchid, and this one has none (text documented)',
    zh: '其他子单传了 sub_mchid，说明调用方是服务商，而该子单没有传（文字见文档）',
    message: '受理机构必须传入sub_mch_id',
    evidence: 'documented',
    source: paymentSources.orderQuestions,
  }),
  sub_orders_unfit: parameterUnfit({
    en: 'direct merchants have not 2 to 10 sub orders, or more than one sub order has a sub_appid (limits documented)',
    zh: '普通商户的子单不是 2 到 10 个，或有多个子单传了 sub_appid（限制见文档）',
  }),
  openid_missing: OPENID_REFUSALS.openid_missing,
  openid_of_another_appid: fromPage('500 OPENID_MISMATCH', {
    en: 'the openid is known to belong to another appid (text documented; the table has OpenID和AppID不匹配)',
    zh: '已知该 openid 属于另一个 appid（文字见文档；错误码表中是“OpenID和AppID不匹配”）',
    message: 'appid与openid不匹配',
    evidence: 'documented',
    source: paymentSources.orderQuestions,
  }),
  sub_openid_unfit: SUB_OPENID_UNFIT,
  already_paid: because(PREPAY_REFUSALS.already_paid, {
    en: 'the combined order, or an order with the number of a sub order, was paid',
    zh: '该合单订单，或与某个子单号相同的订单，已支付',
  }),
  closed: fromPage('400 ORDER_CLOSED', { en: 'the combined order was closed', zh: '该合单订单已关闭' }),
  number_used: {
    row: '403 OUT_TRADE_NO_USED',
    when: {
      en: 'combine_out_trade_no was placed before with other parameters or for another way of paying, or the out_trade_no of a sub order is used by another one',
      zh: '该 combine_out_trade_no 已用其他参数或其他支付方式下过单，或某个子单的 out_trade_no 已用于其他订单或子单',
    },
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  },
} as const satisfies Readonly<Record<string, Refusal>>

const RULES: readonly Rule[] = [
  ...NOTIFY_URL_RULES,
  documented('All sub orders are paid together, or none; combine_mchid is told once, of all of them.'),
  documented('A direct merchant combines 2 to 10 orders of any merchants, a partner up to 50 of its sub-merchants.'),
  documented('Every sub order has an out_trade_no of its merchant, and once it is paid a transaction_id.'),
  documented('A sub order is refunded as any order of its merchant; it is neither looked up nor closed as one.'),
  documented('time_expire is at most seven days from ordering.'),
  upon(REPEAT, documented('The same numbers with the same parameters are answered with 200 while the order is open.')),
  inferred('The numbers of sub orders are those of the orders that their merchant places by itself.'),
  reported('scene_info.payer_client_ip may differ when the order is placed again.', sources.vendorSkills),
  inferred('goods_tag, time_start and limit_pay are checked and compared, and change nothing else.'),
  documented('settle_info.profit_sharing lets the money of that sub order wait to be shared.'),
]

type CombinedBody = Omit<
  InputOf<'POST /v3/combine-transactions/jsapi', typeof FIELDS>['body'],
  'combine_payer_info'
> & {
  readonly combine_payer_info?: { readonly openid?: string; readonly sub_openid?: string }
}

type Context = OperationContext<keyof typeof REFUSALS>

/** One of the ways of placing a combined order (合单下单). */
function combinedPrepay<const Id extends string>(
  path: 'jsapi' | 'app' | 'native' | 'h5',
  trade_type: Order['trade_type'],
  {
    id,
    summary,
    fields = {},
    answer,
  }: {
    readonly id: Id
    readonly summary: string
    readonly fields?: Readonly<Record<string, FieldRule>>
    answer(prepayId: string, context: OperationContext<string>): object
  },
) {
  return documentedCall(`POST /v3/combine-transactions/${path}`, {
    id,
    summary,
    fields: { ...FIELDS, ...fields },
    refusals: REFUSALS,
    rules: RULES,
    handle: async ({ body }, context) => answer(await placeCombined(trade_type, body, context), context),
  })
}

/** JSAPI合单下单: place several orders to be paid together inside WeChat. */
export const combineJsapiPrepay = combinedPrepay('jsapi', 'JSAPI', {
  id: 'combineJsapiPrepay',
  summary: 'Place a combined order to be paid inside WeChat',
  // It is required, but reported in a way of its own.
  fields: { 'body/combine_payer_info': { required: false } },
  answer: (prepay_id) => ({ prepay_id }),
})

/** App合单下单: the same out of an app. */
export const combineAppPrepay = combinedPrepay('app', 'APP', {
  id: 'combineAppPrepay',
  summary: 'Place a combined order to be paid in an app',
  answer: (prepay_id) => ({ prepay_id }),
})

/** Native合单下单: the same by scanning a code. */
export const combineNativePrepay = combinedPrepay('native', 'NATIVE', {
  id: 'combineNativePrepay',
  summary: 'Place a combined order to be paid by scanning a code',
  answer: scannedAt,
})

/** H5合单下单: the same in a browser outside WeChat. */
export const combineH5Prepay = combinedPrepay('h5', 'MWEB', {
  id: 'combineH5Prepay',
  summary: 'Place a combined order to be paid in a browser',
  answer: openedAt,
})

/** Places a combined order for the caller, or finds the one that was placed before, and keeps its sub orders. @returns its `prepay_id` */
async function placeCombined(trade_type: Order['trade_type'], body: CombinedBody, context: Context): Promise<string> {
  const { tx, now, caller, ids, settings, fail } = context
  const { combine_appid, combine_out_trade_no, sub_orders, notify_url, scene_info, time_expire } = body
  if (notify_url !== undefined && !mayNotify(notify_url, settings)) return fail('url_unfit', explainUrl(notify_url))
  if (!mayUseAppid(combine_appid, [caller])) return fail('appid_unbound', explainAppid(combine_appid, [caller]))
  checkSubOrders(body, context)
  if (trade_type === 'JSAPI') await checkPayer(body, context)
  const { openid, sub_openid } = body.combine_payer_info ?? {}
  const made = sub_openid === undefined ? undefined : `o${ids.letters(27)}`
  const wish = time_expire === undefined ? undefined : Date.parse(time_expire)
  const prepay_id = prepayIdOf(ids, now)
  const common = commonValuesOf(body, wish)
  const wanted = sub_orders.map(
    ({ amount, ...sub }, combine_position): PlacedOrder => ({
      mchid: sub.mchid,
      sub_mchid: sub.sub_mchid,
      sub_appid: sub.sub_appid,
      out_trade_no: sub.out_trade_no,
      description: sub.description,
      attach: sub.attach,
      appid: combine_appid,
      combine_mchid: caller.mchid,
      combine_out_trade_no,
      combine_position,
      state: 'NOTPAY',
      total: amount.total_amount,
      currency: amount.currency,
      trade_type,
      notify_url,
      device_id: scene_info?.device_id,
      profit_sharing: sub.settle_info?.profit_sharing,
      openid: openid ?? made,
      sub_openid: sub.sub_appid === undefined ? undefined : sub_openid,
      create_time: now,
      ...timesOf(wish, { at: now, mostDays: MOST_DAYS }),
      prepay_id,
      prepay_time: now,
      request: [trade_type.toLowerCase(), common, JSON.stringify({ ...sub, amount })],
    }),
  )
  const before = await combinedOrders(tx, caller.mchid, combine_out_trade_no)
  if (before.length > 0 && before.length !== wanted.length) {
    return fail('number_used', {
      en: `${combine_out_trade_no} was placed with ${before.length} sub orders, not with ${wanted.length}`,
      zh: `${combine_out_trade_no} 下单时有 ${before.length} 个子单，而不是 ${wanted.length} 个`,
    })
  }
  let placed = prepay_id
  for (const one of wanted) {
    const { mchid, out_trade_no, request } = one
    const existing = await tx.in(orders).find(mchid, out_trade_no)
    if (!existing && (before.length > 0 || (await isUsedUp(tx, mchid, out_trade_no)))) {
      return fail('number_used', {
        en: `${out_trade_no} of ${mchid} is no sub order of ${combine_out_trade_no}, or was closed before it was placed`,
        zh: `${mchid} 的 ${out_trade_no} 不是 ${combine_out_trade_no} 的子单，或在下单之前就已被关闭`,
      })
    }
    const decision = place(existing, one, now)
    if (!decision.ok) {
      if (!existing || decision.reason === 'already_paid' || decision.reason === 'closed') {
        return fail(decision.reason === 'closed' ? 'closed' : 'already_paid', existing && explainOrder(existing, now))
      }
      const { request: values = [], create_time: time } = existing
      return fail('number_used', explainReuse(out_trade_no, { values, time }, request))
    }
    await tx.in(orders).save(decision.value)
    placed = decision.value.prepay_id ?? placed
  }
  return placed
}

/** The values of the whole that a repeated number has to match: everything but the address of the user's device (reported). */
function commonValuesOf({ sub_orders: _, scene_info, ...body }: CombinedBody, wish: number | undefined): string {
  const { payer_client_ip: __, ...scene } = scene_info ?? { payer_client_ip: undefined }
  return JSON.stringify({ ...body, ...(wish !== undefined && { time_expire: wish }), scene_info: scene })
}

/** Who may combine which orders (pay-family.md 4.1). */
function checkSubOrders({ combine_appid, sub_orders, notify_url }: CombinedBody, context: Context): void {
  const { caller, merchantOf, settings, fail } = context
  const isPartner = sub_orders.some(({ sub_mchid }) => sub_mchid !== undefined)
  const withAppid = sub_orders.filter(({ sub_appid }) => sub_appid !== undefined)
  if ((!isPartner && (sub_orders.length < 2 || sub_orders.length > 10)) || withAppid.length > 1) {
    fail('sub_orders_unfit', {
      en: `/body/sub_orders: ${sub_orders.length}, ${withAppid.length} of them with sub_appid`,
      zh: `/body/sub_orders：${sub_orders.length} 个，其中 ${withAppid.length} 个传了 sub_appid`,
    })
  }
  const numbers = new Set(sub_orders.map(({ mchid, out_trade_no }) => `${mchid} ${out_trade_no}`))
  if (numbers.size < sub_orders.length) {
    fail('number_used', {
      en: '/body/sub_orders: several have the same mchid and out_trade_no',
      zh: '/body/sub_orders：有多个子单的 mchid 和 out_trade_no 相同',
    })
  }
  if (!isPartner && notify_url === undefined) {
    const explanation = { en: '/body/notify_url: missing', zh: '/body/notify_url：缺少此字段' }
    throw fieldError('body', ['notify_url'], '商户回调地址', { rule: 'missing' }, explanation)
  }
  for (const [i, { mchid, ...sub }] of sub_orders.entries()) {
    if (isPartner && sub.sub_mchid === undefined) {
      const place = `/body/sub_orders/${i}/sub_mchid`
      fail('sub_merchant_missing', { en: `${place}: missing`, zh: `${place}：缺少此字段` })
    }
    if (isPartner && mchid !== caller.mchid) {
      fail('not_related', {
        en: `/body/sub_orders/${i}/mchid is ${mchid}, and the partner is ${caller.mchid}`,
        zh: `/body/sub_orders/${i}/mchid 是 ${mchid}，而服务商是 ${caller.mchid}`,
      })
    }
    checkRelation(sub, context)
    const merchant = merchantOf(mchid)
    if (!merchant && paymentSettings.subMerchants.of(settings) === 'known') {
      fail('merchant_unknown', explainNoMerchant(mchid))
    }
    if (merchant && !mayUseAppid(combine_appid, [merchant])) {
      fail('appid_unbound', explainAppid(combine_appid, [merchant]))
    }
  }
}

async function checkPayer(
  { combine_appid, sub_orders, combine_payer_info }: CombinedBody,
  context: Context,
): Promise<void> {
  const { tx, caller, fail } = context
  const { openid, sub_openid } = combine_payer_info ?? {}
  if (openid === undefined && sub_openid === undefined) {
    const place = '/body/combine_payer_info/openid'
    fail('openid_missing', { en: `${place}: missing`, zh: `${place}：缺少此字段` })
  }
  if (openid !== undefined) {
    const users = await findUsers(tx, openid, [caller.mchid])
    if (!belongsToAppid(users, combine_appid))
      fail('openid_of_another_appid', explainOpenid(openid, combine_appid, users))
  }
  if (sub_openid === undefined) return
  const { sub_mchid = '', sub_appid } = sub_orders.find((sub) => sub.sub_appid !== undefined) ?? {}
  if (sub_appid === undefined) {
    const place = '/body/sub_orders/0/sub_appid'
    return fail('sub_openid_unfit', { en: `${place}: missing`, zh: `${place}：缺少此字段` })
  }
  const users = await findUsers(tx, sub_openid, [sub_mchid])
  if (!belongsToAppid(users, sub_appid)) fail('sub_openid_unfit', explainOpenid(sub_openid, sub_appid, users))
}
