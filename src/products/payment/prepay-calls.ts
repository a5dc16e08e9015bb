import type { Refusal } from '../../catalogue/documented-call.ts'
import type { IdSource } from '../../engine/ids.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import { PARAM_ERROR } from '../../wire/protocol/common-errors.ts'
import { sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { explainAppid, explainReuse, mayUseAppid } from '../common/explain.ts'
import { because } from '../common/refusal.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../platform/index.ts'
import { codeUrlOf, h5UrlOf } from './cashier.ts'
import { explainOrder, isUsedUp } from './order-calls.ts'
import { type PlacedOrder, type PlaceRefusal, place, timesOf } from './order-rules.ts'
import { type Order, orders, prepayIdOf } from './orders.ts'
import { checkRelation, type Named, RELATION_REFUSALS, withPartner } from './partners.ts'
import {
  explainUrl,
  mayNotify,
  OPENID_REFUSALS,
  PREPAY_FIELDS,
  PREPAY_REFUSALS,
  PREPAY_RULES,
  SUBSIDY,
} from './prepay-refusals.ts'
import { paymentSettings } from './settings.ts'
import { paymentSources } from './sources.ts'

const SAME_PREPAY_ID = documented(
  'Placed again with the same parameters, the order keeps its prepay_id while that is valid, and gets a new one afterwards.',
)

const OF_PARTNERS = {
  fields: { 'body/settle_info/subsidy_amount': SUBSIDY },
  refusals: RELATION_REFUSALS,
  rules: [
    documented('out_trade_no is unique per partner, over all its sub-merchants.'),
    inferred(
      'Which merchants are sub-merchants of the caller is known of merchants of the mock only; see subMerchants.',
    ),
  ],
} as const

export interface PrepayBody extends Named {
  readonly description: string
  readonly out_trade_no: string
  readonly time_expire?: string
  readonly attach?: string
  readonly notify_url?: string | undefined
  readonly amount: { readonly total: number; readonly currency?: 'CNY' }
  readonly payer?: {
    readonly auth_code?: string
    readonly openid?: string
    readonly sp_openid?: string
    readonly sub_openid?: string
  }
  readonly scene_info?: { readonly payer_client_ip?: string; readonly device_id?: string }
  readonly settle_info?: { readonly profit_sharing?: boolean }
}

export const SUB_OPENID_UNFIT = because(PARAM_ERROR, {
  en: 'the sub_openid is known to belong to another appid, or comes without sub_appid (text documented, the rest inferred)',
  zh: '已知该 sub_openid 属于另一个 appid，或没有传 sub_appid（文字见文档，其余为推断）',
  message: 'sub_appid和sub_openid不匹配',
  evidence: 'documented',
  source: paymentSources.partnerOrderQuestions,
}) satisfies Refusal

/** JSAPI下单: place an order to be paid inside WeChat. */
export const [jsapiPrepay, partnerJsapiPrepay] = withPartner('POST /v3/pay/transactions/jsapi', {
  ids: ['jsapiPrepay', 'partnerJsapiPrepay'],
  summary: 'Place an order to be paid inside WeChat',
  fields: {
    ...PREPAY_FIELDS,
    // Both are required, but reported in a way of their own.
    'body/payer': { required: false },
    'body/payer/openid': { required: false, bytes: true, example: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  },
  refusals: { ...PREPAY_REFUSALS, ...OPENID_REFUSALS },
  rules: [
    ...PREPAY_RULES,
    SAME_PREPAY_ID,
    documented('payer.openid is required.'),
    documented('Only the openid of the order can pay it.'),
  ],
  ofPartners: {
    ...OF_PARTNERS,
    refusals: { ...RELATION_REFUSALS, sub_openid_unfit: SUB_OPENID_UNFIT },
    rules: [
      ...OF_PARTNERS.rules,
      documented('The payer is named by sp_openid or by sub_openid, and the latter needs sub_appid.'),
      inferred('Both may be given.'),
    ],
  },
  rateLimit: { calls: 500, seconds: 1, evidence: 'documented', source: sources.vendorSkills },

  async handle({ body }, context) {
    const { tx, caller, fail } = context
    const {
      appid = body.sp_appid ?? '',
      sub_appid,
      sub_mchid = '',
      payer: { openid, sp_openid, sub_openid } = {},
    } = body
    const own = openid ?? sp_openid
    if (own === undefined && sub_openid === undefined) {
      const member = sub_mchid === '' ? 'openid' : 'sp_openid'
      return fail('openid_missing', { en: `/body/payer/${member}: missing`, zh: `/body/payer/${member}：缺少此字段` })
    }
    if (own !== undefined) {
      const users = await findUsers(tx, own, [caller.mchid])
      if (!belongsToAppid(users, appid)) fail('openid_of_another_appid', explainOpenid(own, appid, users))
    }
    if (sub_openid !== undefined) {
      if (sub_appid === undefined) {
        return fail('sub_openid_unfit', { en: '/body/sub_appid: missing', zh: '/body/sub_appid：缺少此字段' })
      }
      const users = await findUsers(tx, sub_openid, [sub_mchid])
      if (!belongsToAppid(users, sub_appid)) fail('sub_openid_unfit', explainOpenid(sub_openid, sub_appid, users))
    }
    return { prepay_id: await prepaid('JSAPI', body, context) }
  },
})

/** APP下单: place an order to be paid out of an app. */
export const [appPrepay, partnerAppPrepay] = withPartner('POST /v3/pay/transactions/app', {
  ids: ['appPrepay', 'partnerAppPrepay'],
  summary: 'Place an order to be paid out of an app',
  fields: PREPAY_FIELDS,
  refusals: PREPAY_REFUSALS,
  rules: [...PREPAY_RULES, SAME_PREPAY_ID],
  ofPartners: OF_PARTNERS,
  handle: async ({ body }, context) => ({ prepay_id: await prepaid('APP', body, context) }),
})

/** Native下单: place an order to be paid by scanning a code. */
export const [nativePrepay, partnerNativePrepay] = withPartner('POST /v3/pay/transactions/native', {
  ids: ['nativePrepay', 'partnerNativePrepay'],
  summary: 'Place an order to be paid by scanning a code',
  fields: PREPAY_FIELDS,
  refusals: PREPAY_REFUSALS,
  rules: [
    ...PREPAY_RULES,
    documented('code_url has the form weixin://wxpay/bizpayurl?pr=…, the rest is made up of the prepay_id.'),
    documented('Placed again with the same parameters, the order gets a new code_url, and the one before is void.'),
  ],
  ofPartners: OF_PARTNERS,
  handle: async ({ body }, context) => scannedAt(await prepaid('NATIVE', body, context)),
})

/** H5下单: place an order to be paid in a browser outside WeChat. */
export const [h5Prepay, partnerH5Prepay] = withPartner('POST /v3/pay/transactions/h5', {
  ids: ['h5Prepay', 'partnerH5Prepay'],
  summary: 'Place an order to be paid in a browser outside WeChat',
  fields: { ...PREPAY_FIELDS, 'body/scene_info/h5_info/type': { example: 'Wap' } },
  refusals: { ...PREPAY_REFUSALS, rule_limit: '403 RULE_LIMIT' },
  rules: [
    ...PREPAY_RULES,
    documented('scene_info with payer_client_ip and h5_info.type is required.'),
    documented('h5_url lives five minutes.'),
    inferred('Placed again with the same parameters, the order gets a new h5_url, and the one before is void.'),
  ],
  ofPartners: OF_PARTNERS,
  handle: async ({ body }, context) => openedAt(await prepaid('MWEB', body, context), context),
})

/** The answer that is scanned to pay. */
export function scannedAt(prepayId: string) {
  return { code_url: codeUrlOf(prepayId) }
}

/** Where a browser pays, see {@link paymentSettings.h5Url}. */
export function openedAt(
  prepayId: string,
  { origin, settings }: Pick<OperationContext<string>, 'origin' | 'settings'>,
) {
  return { h5_url: h5UrlOf(prepayId, paymentSettings.h5Url.of(settings) === 'mock' ? origin : undefined) }
}

type Refusals = keyof typeof PREPAY_REFUSALS | keyof typeof RELATION_REFUSALS

/** The `prepay_id` of an order that is placed. */
async function prepaid(
  tradeType: Order['trade_type'],
  body: PrepayBody,
  context: OperationContext<Refusals>,
): Promise<string> {
  const { ids, now, settings, fail } = context
  const { notify_url } = body
  if (notify_url !== undefined && !mayNotify(notify_url, settings)) return fail('url_unfit', explainUrl(notify_url))
  const { prepay_id = '' } = await placeOrder(body, { trade_type: tradeType, prepay_id: prepayIdOf(ids, now) }, context)
  return prepay_id
}

/** Places an order for the caller, or finds the one that was placed before, and keeps it. */
export async function placeOrder(
  body: PrepayBody,
  {
    trade_type,
    prepay_id,
    state = 'NOTPAY',
  }: Pick<PlacedOrder, 'trade_type' | 'prepay_id'> & Partial<Pick<PlacedOrder, 'state'>>,
  context: OperationContext<Exclude<Refusals, 'url_unfit'>>,
): Promise<Order> {
  const { tx, now, caller: merchant, ids, settings, fail } = context
  const { appid = body.sp_appid ?? '', sub_mchid, sub_appid, out_trade_no, notify_url } = body
  const { mchid } = merchant
  if (!mayUseAppid(appid, [merchant])) return fail('appid_unbound', explainAppid(appid, [merchant]))
  checkRelation(body, context)
  const reorder = paymentSettings.reorder.of(settings)
  const existing = await tx.in(orders).find(mchid, out_trade_no)
  if (existing === undefined && (await isUsedUp(tx, mchid, out_trade_no))) {
    return fail(errorOf('placed_with_other_values', reorder), {
      en: `${out_trade_no} was closed before there was an order for it, which uses it up`,
      zh: `${out_trade_no} 在下单之前就已被关闭，不能再使用`,
    })
  }
  const wish = body.time_expire === undefined ? undefined : Date.parse(body.time_expire)
  const request = valuesOf(trade_type, { ...body, ...(wish !== undefined && { time_expire: wish }) })
  const decision = place(
    existing,
    {
      mchid,
      out_trade_no,
      state,
      total: body.amount.total,
      currency: body.amount.currency ?? 'CNY',
      description: body.description,
      trade_type,
      appid,
      sub_mchid,
      sub_appid,
      notify_url,
      attach: body.attach,
      device_id: body.scene_info?.device_id,
      profit_sharing: body.settle_info?.profit_sharing,
      ...payerOf(body, ids),
      create_time: now,
      ...timesOf(wish, { at: now, mostDays: paymentSettings.timeExpireMax.of(settings) }),
      prepay_id,
      prepay_time: prepay_id === undefined ? undefined : now,
      request,
    },
    now,
  )
  if (!decision.ok) {
    const { reason } = decision
    return fail(errorOf(reason, reorder), existing && explainPlace(reason, existing, request, now))
  }
  await tx.in(orders).save(decision.value)
  return decision.value
}

/** A user has an openid under each appid, so that one who is named under one of them only gets another one. */
function payerOf({ payer = {}, sub_appid }: PrepayBody, ids: IdSource): Pick<Order, 'openid' | 'sub_openid'> {
  const { sp_openid, openid = sp_openid, sub_openid } = payer
  const made = () => `o${ids.letters(27)}`
  return {
    openid: openid ?? (sub_openid === undefined ? undefined : made()),
    sub_openid: sub_openid ?? (sp_openid === undefined || sub_appid === undefined ? undefined : made()),
  }
}

function errorOf(
  reason: PlaceRefusal,
  reorder: 'live' | 'documented',
): Exclude<PlaceRefusal, 'placed_another_way'> | 'number_used' {
  if (reason === 'placed_another_way') return 'number_used'
  return reason === 'placed_with_other_values' && reorder === 'documented' ? 'number_used' : reason
}

function explainPlace(reason: PlaceRefusal, existing: Order, request: readonly string[], now: number): Texts {
  const { out_trade_no, request: values = [], create_time: time } = existing
  return reason === 'placed_with_other_values' || reason === 'placed_another_way'
    ? explainReuse(out_trade_no, { values, time }, request)
    : explainOrder(existing, now)
}

/** The values that a repeated number has to match: everything but the address of the user's device (reported). */
function valuesOf(tradeType: string, { scene_info, ...body }: Pick<PrepayBody, 'scene_info'>): string[] {
  const { payer_client_ip: _, ...scene } = scene_info ?? { payer_client_ip: undefined }
  return [tradeType.toLowerCase(), JSON.stringify(body), JSON.stringify(scene)]
}
