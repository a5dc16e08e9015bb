import { z } from 'zod'
import { hasOpened, type Product } from '../../../engine/keys/merchants.ts'
import type { OperationContext, Rule } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { sources } from '../../../protocol/sources.ts'
import { replay } from '../../../shared/request-record.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { couponCode, requestNo, text } from '../../common/fields.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { explainNoStock, explainStockRight, explainUnopened } from '../explain.ts'
import type { Stock } from '../rules/stock.ts'
import { couponSources } from '../sources.ts'
import { findStock } from '../stocks/find-stock.ts'
import { explainHandOut } from './explain-hand-out.ts'
import { couponsOf, type HandOut, handOut } from './hand-out.ts'
import type { sendErrors } from './send-errors.ts'

/** Fields of the calls that send a coupon. */
export const sendFields = {
  openid: text({ title: '用户标识', max: 128, example: 'xsd3434454567676' }),
  appid: text({ title: '公众账号ID', max: 32, example: 'wx1234567889999' }),
  out_request_no: requestNo('发券凭证'),
  coupon_code: couponCode.optional(),
}

/** The answer for a sent coupon. */
export const sendResult = z.object({ stock_id: z.string(), out_request_no: z.string(), coupon_code: z.string() })

/** What the calls that send a coupon rely on. */
export const sendRules: readonly Rule[] = [
  { rule: 'Creator and owner of a batch may send its coupons.', evidence: 'inferred' },
  {
    rule: 'Anybody else would need 委托营销 (sending on behalf of the creator), which the mock does not have.',
    evidence: 'reported',
    source: couponSources.sentWithoutRight,
  },
  {
    rule: 'out_request_no is unique for one user of one batch.',
    evidence: 'documented',
    source: [sources.javaSdk, couponSources.sendProductCouponPage],
  },
  {
    rule: 'The same out_request_no with the same values is answered with the first coupon, also when another channel sent it.',
    evidence: 'inferred',
  },
  {
    rule: 'With MERCHANT_API the request brings coupon_code.',
    evidence: 'documented',
    source: [sources.javaSdk, couponSources.sendProductCouponPage],
  },
  {
    rule: 'With WECHATPAY_MODE and MERCHANT_UPLOAD a coupon_code in the request is passed over, the answer has the code that was given.',
    evidence: 'inferred',
  },
  { rule: 'With MERCHANT_UPLOAD the code that was uploaded first is taken.', evidence: 'inferred' },
  {
    rule: 'Limits count every coupon that was handed out, whatever became of it; days are those of China.',
    evidence: 'inferred',
  },
  { rule: 'A coupon may be sent before the batch begins.', evidence: 'inferred' },
  {
    rule: 'Checks run in the order batch, right, kind of batch, appid, user, request number, code given, state and end of the batch, limits, code.',
    evidence: 'inferred',
  },
  {
    rule: 'The creator of the batch is told with COUPON.SEND, if it has set an address; openid is empty without notify_appid.',
    evidence: 'documented',
    source: couponSources.couponSendPage,
  },
]

/** A request to send one coupon. */
export interface SendRequest {
  /** The operation among whose numbers `out_request_no` is unique. */
  readonly operation: string
  readonly product: Product
  readonly openid: string
  readonly appid: string
  readonly stock_id: string
  readonly out_request_no: string
  readonly coupon_code: string | undefined
  /** Values that a repeat has to bring again, besides appid and code. */
  readonly more?: readonly string[]
  /** Refuses a batch that this call does not send. */
  check(stock: Stock): void
}

/**
 * Sends a coupon for a merchant's server, and answers a repeated number with its first coupon.
 *
 * @throws ApiError with one of {@link sendErrors}
 */
export async function sendByApi(
  context: OperationContext<keyof typeof sendErrors>,
  request: SendRequest,
): Promise<z.input<typeof sendResult>> {
  const { tx, caller, merchantOf, now, fail } = context
  const { operation, openid, appid, stock_id, out_request_no, coupon_code, more = [] } = request
  if (!hasOpened(caller, request.product)) return fail('not_opened', explainUnopened(caller.mchid, request.product))
  const stock = await findStock(tx, caller, stock_id)
  if (stock === undefined) return fail('not_found', explainNoStock(stock_id))
  if (stock === 'not_permitted') return fail(stock, await explainStockRight(tx, caller, stock_id))
  request.check(stock)
  const merchants = [caller, merchantOf(stock.ownerMchid)]
  if (!mayUseAppid(appid, merchants)) return fail('appid_unbound', explainAppid(appid, merchants))
  const users = await findUsers(tx, openid, [caller.mchid, stock.ownerMchid, stock.creatorMchid])
  if (!belongsToAppid(users, appid)) return fail('openid_of_another_appid', explainOpenid(openid, appid, users))

  const answer = (code: string) => ({ stock_id, out_request_no, coupon_code: code })
  const key = JSON.stringify([stock.creatorMchid, stock_id, openid, out_request_no])
  const values = [appid, coupon_code ?? '', ...more]
  const record = await tx.in(requests).find(caller.mchid, operation, key)
  const repeated = replay(record, values)
  if (!repeated.ok) return fail(repeated.reason, explainReuse(out_request_no, record, values))
  if (repeated.value?.result !== undefined) return answer(repeated.value.result)

  const sent = (await couponsOf(tx, stock, openid)).find(({ sendRequestNo }) => sendRequestNo === out_request_no)
  if (sent) {
    const another = stock.codeMode === 'merchant_api' && coupon_code !== undefined && coupon_code !== sent.code
    if (!another) return answer(sent.code)
    const at = formatInstant(sent.receivedAt)
    return fail('request_no_reused', {
      en: `${out_request_no} sent coupon ${sent.code} at ${at}, not ${coupon_code}`,
      zh: `${out_request_no} 已于 ${at} 发放券 ${sent.code}，不是 ${coupon_code}`,
    })
  }

  const how: HandOut = {
    openid,
    senderMchid: caller.mchid,
    requestNo: out_request_no,
    couponCode: coupon_code,
    channel: 'API',
    users,
  }
  const decision = await handOut(context, stock, how)
  if (!decision.ok) return fail(decision.reason, await explainHandOut(decision.reason, context, stock, how))
  const { code } = decision.value
  await tx.in(requests).save({ mchid: caller.mchid, operation, requestNo: key, values, at: now, result: code })
  return answer(code)
}
