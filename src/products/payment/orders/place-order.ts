import type { z } from 'zod'
import { isSafeAddress } from '../../../engine/callbacks/callback-host.ts'
import type { OperationContext, Rule } from '../../../engine/operation.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { byTheClock, explainReuse } from '../../common/explain.ts'
import { explainOrder } from '../explain.ts'
import { place, type TradeType, UNPAID_ORDER_LIFE_MS } from '../rules/order.ts'
import type { prepayErrors } from './errors.ts'
import type { prepayMembers } from './schemas.ts'
import { orders } from './table.ts'

type PrepayBody = z.output<z.ZodObject<typeof prepayMembers>> & {
  readonly payer?: { readonly openid: string }
  readonly scene_info?: { readonly payer_client_ip: string } | undefined
}

/**
 * Places an order for the caller, or finds the one that was placed before, and keeps it.
 *
 * @returns its `prepay_id`
 */
export async function placeOrder(
  tradeType: TradeType,
  body: PrepayBody,
  { tx, now, caller, ids, fail }: OperationContext<keyof typeof prepayErrors>,
): Promise<string> {
  if (!isSafeAddress(body.notify_url))
    return fail('url_unfit', `notify_url ${body.notify_url} is neither https nor on this machine`)
  if (!mayUseAppid(body.appid, [caller])) return fail('appid_unbound', explainAppid(body.appid, [caller]))
  const { out_trade_no: outTradeNo, attach, payer } = body
  const existing = await tx.in(orders).find(caller.mchid, outTradeNo)
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
      ...(payer && { openid: payer.openid }),
      createdAt: now,
      closesAt: body.time_expire ?? orLastInstant(now + UNPAID_ORDER_LIFE_MS),
      prepayId: prepayIdOf(now, ids.nonce()),
      prepayIdAt: now,
      request: values,
    },
    now,
  )
  if (!decision.ok) {
    if (decision.reason === 'closes_in_the_past' || existing === undefined) {
      return fail(
        decision.reason,
        `/body/time_expire: after now; got ${formatInstant(body.time_expire ?? now)}, and ${byTheClock(now)}`,
      )
    }
    return fail(
      decision.reason,
      decision.reason === 'placed_with_other_values'
        ? explainReuse(outTradeNo, { values: existing.request ?? [], at: existing.createdAt }, values)
        : explainOrder(existing, now),
    )
  }
  await tx.in(orders).save(decision.value)
  return decision.value.prepayId
}

/** `wx`, the time in China in 14 digits, and 20 hex digits: the shape of those of the live service. */
function prepayIdOf(now: number, nonce: string): string {
  return `wx${formatInstant(now).slice(0, 19).replaceAll(/\D/g, '')}${nonce.slice(0, 20)}`
}

/** The values that a repeated number has to match: everything but the address of the user's device (reported). */
function valuesOf(tradeType: TradeType, { scene_info, ...body }: PrepayBody): string[] {
  const { payer_client_ip: _, ...scene } = scene_info ?? { payer_client_ip: undefined }
  return [tradeType, JSON.stringify(body), JSON.stringify(scene)]
}

/** The rules of placing an order, however it is paid. */
export const PREPAY_RULES: readonly Rule[] = [
  { rule: 'notify_url is https and has no query.', evidence: 'documented' },
  { rule: 'A notify_url on this machine may be http (decision 0007).', evidence: 'inferred' },
  {
    rule: 'The same out_trade_no with the same parameters is answered with the same prepay_id while that lives.',
    evidence: 'documented',
  },
  { rule: 'A prepay_id lives two hours; after that the same number gets a new one.', evidence: 'inferred' },
  {
    rule: 'The same out_trade_no with other parameters, or another way of paying, is refused.',
    evidence: 'documented',
  },
  { rule: 'scene_info.payer_client_ip may differ when the number comes again.', evidence: 'reported' },
  {
    rule: 'An unpaid order closes at time_expire, or after seven days; it cannot be placed again then.',
    evidence: 'documented',
  },
  { rule: 'Whether the order is paid or closed is judged before its parameters.', evidence: 'inferred' },
  {
    rule: 'goods_tag, support_fapiao, detail, scene_info and settle_info are checked and compared, and change nothing else.',
    evidence: 'inferred',
  },
]
