import type { z } from 'zod'
import type { OperationContext, Rule } from '../../../engine/operation.ts'
import { sources } from '../../../protocol/sources.ts'
import type { Texts } from '../../../shared/texts.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { explainOrder } from '../explain.ts'
import { explainUrl, mayNotify, NOTIFY_URL_RULES } from '../notify-url.ts'
import { type Order, type PlaceRefusal, place, type TradeType, timesOf } from '../rules/order.ts'
import { paymentSettings } from '../settings.ts'
import { leftInCode, paymentSources } from '../sources.ts'
import { isUsedUp } from './close-order.ts'
import { prepayErrors } from './errors.ts'
import { prepayIdOf } from './numbers.ts'
import type { prepayMembers } from './schemas.ts'
import { orders } from './table.ts'

type PrepayBody = z.output<z.ZodObject<typeof prepayMembers>> & {
  readonly payer?: { readonly openid: string }
  readonly scene_info?: { readonly payer_client_ip: string; readonly device_id?: string | undefined } | undefined
}

type PrepayError = keyof typeof prepayErrors

/**
 * Places an order for the caller, or finds the one that was placed before, and keeps it.
 *
 * @returns its `prepay_id`
 */
export async function placeOrder(
  tradeType: TradeType,
  body: PrepayBody,
  { tx, now, caller, ids, settings, fail }: OperationContext<PrepayError>,
): Promise<string> {
  if (!mayNotify(body.notify_url, settings)) return fail('url_unfit', explainUrl(body.notify_url))
  if (!mayUseAppid(body.appid, [caller])) return fail('appid_unbound', explainAppid(body.appid, [caller]))
  const { out_trade_no: outTradeNo, attach, payer, scene_info } = body
  const reorder = paymentSettings.reorder.of(settings)
  const existing = await tx.in(orders).find(caller.mchid, outTradeNo)
  if (existing === undefined && (await isUsedUp(tx, caller.mchid, outTradeNo))) {
    return fail(errorOf('placed_with_other_values', reorder), {
      en: `${outTradeNo} was closed before there was an order for it, which uses it up`,
      zh: `${outTradeNo} 在下单之前就已被关闭，不能再使用`,
    })
  }
  const values = valuesOf(tradeType, body)
  const decision = place(
    existing,
    {
      mchid: caller.mchid,
      outTradeNo,
      state: 'notpay',
      totalFen: body.amount.total,
      currency: body.amount.currency ?? 'CNY',
      description: body.description,
      tradeType,
      appid: body.appid,
      notifyUrl: body.notify_url,
      ...(attach !== undefined && { attach }),
      ...(scene_info?.device_id !== undefined && { deviceId: scene_info.device_id }),
      ...(payer && { openid: payer.openid }),
      createdAt: now,
      ...timesOf(body.time_expire, { at: now, mostDays: paymentSettings.timeExpireMax.of(settings) }),
      prepayId: prepayIdOf(ids, now),
      prepayIdAt: now,
      request: values,
    },
    now,
  )
  if (!decision.ok) {
    return fail(errorOf(decision.reason, reorder), existing && explainPlace(decision.reason, existing, { values, now }))
  }
  await tx.in(orders).save(decision.value)
  return decision.value.prepayId
}

function errorOf(reason: PlaceRefusal, reorder: 'live' | 'documented'): PrepayError {
  if (reason === 'placed_another_way') return 'number_used'
  return reason === 'placed_with_other_values' && reorder === 'documented' ? 'number_used' : reason
}

function explainPlace(
  reason: PlaceRefusal,
  existing: Order,
  { values, now }: { readonly values: readonly string[]; readonly now: number },
): Texts {
  return reason === 'placed_with_other_values' || reason === 'placed_another_way'
    ? explainReuse(existing.outTradeNo, { values: existing.request ?? [], at: existing.createdAt }, values)
    : explainOrder(existing, now)
}

/** The values that a repeated number has to match: everything but the address of the user's device (reported). */
function valuesOf(tradeType: TradeType, { scene_info, ...body }: PrepayBody): string[] {
  const { payer_client_ip: _, ...scene } = scene_info ?? { payer_client_ip: undefined }
  return [tradeType, JSON.stringify(body), JSON.stringify(scene)]
}

/** The rules of placing an order, however it is paid. */
export const PREPAY_RULES: readonly Rule[] = [
  ...NOTIFY_URL_RULES,
  {
    rule: 'A time_expire that has passed, or is less than a minute after ordering, is moved to one minute after ordering; one beyond the maximum is moved to the maximum.',
    evidence: 'documented',
    source: paymentSources.appOrderPage,
  },
  {
    rule: 'The maximum is 15 days from ordering, for Native too; timeExpireMax lowers or raises it.',
    evidence: 'documented',
    source: [paymentSources.appOrderPage, paymentSources.nativeOrderPage],
  },
  {
    rule: 'After time_expire the order can no longer be paid, but it is not closed: it stays NOTPAY, and the payment page refuses it with 订单已超过商户设置的最晚支付成功时间，请重新发起支付.',
    evidence: 'documented',
    source: [paymentSources.appOrderPage, paymentSources.cashierPages],
  },
  {
    rule: 'An order that is not paid within seven days is CLOSED; if time_expire is later, it is CLOSED then (the latter is inferred).',
    evidence: 'documented',
    source: sources.vendorSkills,
  },
  {
    rule: 'The same out_trade_no with the same parameters is answered with 200 while the order is open.',
    evidence: 'documented',
  },
  { rule: 'A prepay_id or a code_url is valid for two hours, an h5_url for five minutes.', evidence: 'documented' },
  {
    rule: 'The same out_trade_no with other parameters is refused with INVALID_REQUEST, as seen live; with reorder=documented, with OUT_TRADE_NO_USED, as the error table says.',
    evidence: 'observed',
    source: prepayErrors.placed_with_other_values.source,
  },
  {
    rule: 'The same out_trade_no for another way of paying is refused with OUT_TRADE_NO_USED.',
    evidence: 'documented',
    source: paymentSources.orderQuestions,
  },
  {
    rule: 'An out_trade_no that was closed before it was ever placed is used up: placing it is refused as if its parameters had changed.',
    evidence: 'observed',
    source: leftInCode('请求重入时，参数与首次请求时不一致'),
  },
  {
    rule: 'scene_info.payer_client_ip may differ when the same out_trade_no is placed again.',
    evidence: 'reported',
    source: sources.vendorSkills,
  },
  {
    rule: 'detail has at most 6144 bytes of compact JSON, goods_detail 1 to 6000 goods, merchant_goods_id half-width letters, digits, - and _.',
    evidence: 'documented',
  },
  {
    rule: 'A detail that is too long gets the error of a text that is too long; too few or too many goods get 请求参数错误.',
    evidence: 'inferred',
  },
  { rule: 'Whether the order is paid or closed is judged before its parameters.', evidence: 'inferred' },
  {
    rule: 'TRANSACTION.SUCCESS always has appid and attach, "" where the order had none, and promotion_detail only with coupons of WeChat Pay.',
    evidence: 'observed',
    source: [
      paymentSources.paymentNotice,
      leftInCode('"trade_state_desc":"支付成功","bank_type":"OTHERS","attach":""'),
    ],
  },
  {
    rule: 'goods_tag, support_fapiao, detail, settle_info and most of scene_info are checked and compared, and change nothing else.',
    evidence: 'inferred',
  },
]

/** Of ways of paying that answer with the same `prepay_id` again. */
export const SAME_PREPAY_ID: Rule = {
  rule: 'Placed again with the same parameters, the order keeps its prepay_id while that is valid, and gets a new one afterwards.',
  evidence: 'documented',
}
