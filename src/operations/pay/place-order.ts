import type { z } from 'zod'
import { place, type TradeType, UNPAID_ORDER_LIFE } from '../../domain/order.ts'
import type { OperationContext, Rule } from '../../engine/operation.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { mayUseAppid } from '../busifavor/find-coupon.ts'
import type { prepayErrors } from './errors.ts'
import type { prepayMembers } from './schemas.ts'

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
  if (!mayUseAppid(body.appid, [caller])) return fail('appid_unbound')
  const { out_trade_no: outTradeNo, attach, payer } = body
  const decision = place(
    await tx.orders.find(caller.mchid, outTradeNo),
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
      closesAt: body.time_expire ?? now + UNPAID_ORDER_LIFE,
      prepayId: prepayIdOf(now, ids.nonce()),
      prepayIdAt: now,
      request: valuesOf(tradeType, body),
    },
    now,
  )
  if (!decision.ok) return fail(decision.reason)
  await tx.orders.save(decision.value)
  return decision.value.prepayId
}

/** `wx`, the time in China in 14 digits, and 20 hex digits: the shape of those of the live service. */
function prepayIdOf(now: number, nonce: string): string {
  return `wx${formatInstant(now).slice(0, 19).replaceAll(/\D/g, '')}${nonce.slice(0, 20)}`
}

/** What has to be the same when the number comes again: everything but the address of the user's device (reported). */
function valuesOf(tradeType: TradeType, { scene_info, ...body }: PrepayBody): string[] {
  const { payer_client_ip: _, ...scene } = scene_info ?? { payer_client_ip: undefined }
  return [tradeType, JSON.stringify(body), JSON.stringify(scene)]
}

/** What is known of placing an order, whichever way it is paid. */
export const PREPAY_RULES: readonly Rule[] = [
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
    rule: 'An unpaid order closes at time_expire, or after seven days; it can not be placed again then.',
    evidence: 'documented',
  },
  { rule: 'Whether the order is paid or closed is judged before its parameters.', evidence: 'inferred' },
  {
    rule: 'goods_tag, support_fapiao, detail, scene_info and settle_info are checked and compared, and change nothing else.',
    evidence: 'inferred',
  },
]
