import { z } from 'zod'
import { callbackOf } from '../../engine/callbacks/event.ts'
import { hasOpened } from '../../engine/keys/merchants.ts'
import type { OperationContext } from '../../engine/operation.ts'
import { mchid, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { type Place, placeOf } from '../../engine/state/table.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { type User, users } from '../platform/index.ts'
import { handedOutAs } from './code-rules.ts'
import { codes, type UploadedCode, withStatus } from './codes.ts'
import { type Receiver, type SendRefusal, send } from './coupon-rules.ts'
import { couponSend, couponSendEvent, eventAddressOf, SEND_CHANNELS } from './coupon-send.ts'
import { type Coupon, coupons, couponsOfUser } from './coupons.ts'
import { explainCodeMode, explainEnd } from './find-coupon.ts'
import { sentOnDayOf, withCodeDispatched } from './stock-rules.ts'
import { type Stock, stocks } from './stocks.ts'

/** The part of an operation's context that handing out needs. */
type HandOutContext = Pick<OperationContext<never>, 'tx' | 'now' | 'ids' | 'merchantOf' | 'notify'>

export const handOutJson = z
  .strictObject({
    openid: shortText.optional().describe('who receives it; made up if left out'),
    send_channel: z.enum(SEND_CHANNELS).optional().describe('without BUSICOUPON_SEND_CHANNEL_; H5 if left out'),
    send_merchant: mchid.optional().describe('who hands it out; the creator of the batch if left out'),
    send_request_no: shortText.optional(),
    coupon_code: z.string().min(1).max(32).optional().describe('needed for MERCHANT_API, passed over otherwise'),
    attach_info: z
      .record(z.string(), z.union([z.string(), z.int()]))
      .optional()
      .describe('what PAYGIFT, HALL and MEMBERCARD_ACT tell besides'),
  })
  .meta({ id: 'HandOut', description: 'how a coupon of a batch reaches a user' })

export type HandOutJson = z.input<typeof handOutJson>

/** A coupon that is to be handed out; its code is used only when the merchant supplies codes one by one (MERCHANT_API). */
export type HandOut = HandOutJson & {
  readonly [Name in 'openid' | 'send_channel' | 'send_merchant' | 'send_request_no']: NonNullable<HandOutJson[Name]>
} & {
  /** The users with this openid. */
  readonly users: readonly User[]
}

export type HandOutRefusal = SendRefusal | 'coupon_code_needed' | 'code_taken'

/** Length of the codes that WeChat Pay generates. */
const CODE_DIGITS = 22

/**
 * Hands a coupon of a batch to a user: counts it, takes its code, keeps it and tells the creator of the batch.
 *
 * @returns the coupon, or why it was not handed out, in which case nothing is written
 */
export async function handOut(
  context: HandOutContext,
  stock: Stock,
  how: HandOut,
): Promise<Decision<Coupon, HandOutRefusal>> {
  const { tx, now } = context
  const { openid, send_merchant, send_request_no, coupon_code: given } = how
  const { coupon_code_mode: mode } = stock
  if (mode === 'MERCHANT_API' && given === undefined) return refuse('coupon_code_needed')
  const uploaded = mode === 'MERCHANT_UPLOAD' ? await uploadedCode(tx, stock) : undefined
  const supplied = mode === 'MERCHANT_API' ? given : uploaded?.code
  const coupon_code = mode === 'WECHATPAY_MODE' ? await newCode(context, stock) : supplied

  const sending = { coupon_code, openid, send_merchant, send_request_no, receive_time: now }
  const decision = send(stock, sending, await receiver(tx, stock, how))
  if (!decision.ok) return decision
  const { coupon } = decision.value
  if (await tx.in(coupons).find(coupon.mchid, coupon.stock_id, coupon.coupon_code)) return refuse('code_taken')

  await tx.in(coupons).save(coupon)
  if (uploaded) await tx.in(codes).save(handedOutAs(uploaded, coupon))
  await tx.in(stocks).save(uploaded ? withCodeDispatched(decision.value.stock) : decision.value.stock)
  await tellCreator(context, stock, coupon, how)
  return accept(coupon)
}

/** A code that no coupon of the batch has: ids repeat when a snapshot is restored by a mock with the same random seed. */
async function newCode({ tx, ids }: HandOutContext, { mchid, stock_id }: Stock): Promise<string> {
  for (;;) {
    const code = ids.digits(CODE_DIGITS)
    if (!(await tx.in(coupons).find(mchid, stock_id, code))) return code
  }
}

/** The next code of the batch that no coupon has yet: a test may have put a coupon with any code into the world. */
async function uploadedCode(
  tx: Transaction,
  { mchid: creatorMchid, stock_id: stockId }: Stock,
): Promise<UploadedCode | undefined> {
  const available = withStatus('AVAILABLE', stockId)
  let after: Place | undefined
  for (;;) {
    const [next] = await tx.in(codes).page('byStatus', available, { owner: creatorMchid, after, limit: 1 })
    if (next === undefined || !(await tx.in(coupons).find(creatorMchid, stockId, next.code))) return next
    after = placeOf(codes, 'byStatus', next)
  }
}

/** Gathers what is known of the user who is to receive a coupon. */
async function receiver(
  tx: Transaction,
  stock: Stock,
  { openid, send_merchant, users: known }: HandOut,
): Promise<Receiver> {
  const accounts = new Set<string>()
  // Only this batch's merchants count: parallel tests may give their users the same names.
  const concerned = [stock.mchid, stock.belong_merchant, send_merchant]
  for (const { person } of stock.stock_send_rule.natural_person_limit ? known : []) {
    if (person === undefined) continue
    for (const account of await tx.in(users).where('person', person)) {
      if (concerned.includes(account.mchid)) accounts.add(account.openid)
    }
  }
  const received = (await couponsOf(tx, stock, openid)).length
  accounts.delete(openid)
  let receivedByPerson = received
  for (const account of accounts) receivedByPerson += (await couponsOf(tx, stock, account)).length
  return { received, receivedByPerson, suspicious: known.some(({ suspicious }) => suspicious) }
}

/** Every coupon of a batch that a user ever received. */
export async function couponsOf(
  tx: Transaction,
  { mchid: creatorMchid, stock_id: stockId }: Stock,
  openid: string,
): Promise<readonly Coupon[]> {
  const received: Coupon[] = []
  for await (const some of couponsOfUser(tx, openid, creatorMchid)) {
    received.push(...some.filter(({ stock_id }) => stock_id === stockId))
  }
  return received
}

/** Sends COUPON.SEND to the creator of the batch, if it has an address and has opened 营销事件推送 (busifavor.md 7). */
async function tellCreator(
  { tx, merchantOf, notify }: HandOutContext,
  stock: Stock,
  coupon: Coupon,
  { send_channel, attach_info, users }: HandOut,
): Promise<void> {
  const creator = merchantOf(stock.mchid)
  const url = await eventAddressOf(tx, stock.mchid)
  if (!creator || url === undefined || !hasOpened(creator, 'event_push')) return
  const isNamed = stock.notify_config?.notify_appid !== undefined
  const resource = couponSendEvent(coupon, {
    openid: isNamed ? coupon.openid : '',
    unionid: (isNamed && users.find(({ unionid }) => unionid !== undefined)?.unionid) || '',
    send_channel,
    attach_info,
  })
  await notify(callbackOf(couponSend, { mchid: creator.mchid, url, resource }))
}

/** Why a coupon was not handed out, with the numbers that count; for the journal. */
export async function explainHandOut(
  reason: HandOutRefusal,
  { tx, now }: Pick<HandOutContext, 'tx' | 'now'>,
  stock: Stock,
  how: HandOut,
): Promise<Texts> {
  const { stock_id: stockId, state, sent, stock_send_rule: rule, mchid: creatorMchid } = stock
  const { openid, coupon_code: couponCode = '' } = how
  switch (reason) {
    case 'coupon_code_needed': {
      const mode = explainCodeMode(stock)
      return {
        en: `/body/coupon_code: missing; ${mode.en}, so the request brings the code`,
        zh: `/body/coupon_code：缺少此字段；${mode.zh}，须在请求中指定券 code`,
      }
    }
    case 'not_running':
      return { en: `batch ${stockId} is ${state}`, zh: `批次 ${stockId} 的状态是 ${state}` }
    case 'stock_expired':
      return explainEnd(stock, now)
    case 'suspicious':
      return {
        en: `${openid} is suspicious, and batch ${stockId} has prevent_api_abuse`,
        zh: `${openid} 是可疑账号，而批次 ${stockId} 开启了 prevent_api_abuse`,
      }
    case 'budget_used_up': {
      const used = handedOut(sent.total, stock, rule.max_coupons, rule.max_amount)
      return { en: `of batch ${stockId}, ${used.en} are handed out`, zh: `批次 ${stockId} 已发放${used.zh}` }
    }
    case 'day_limit': {
      const used = handedOut(sentOnDayOf(stock, now), stock, rule.max_coupons_by_day, rule.max_amount_by_day)
      const day = formatInstant(now).slice(0, 10)
      return { en: `${used.en} were handed out today (${day})`, zh: `今天（${day}）已发放${used.zh}` }
    }
    case 'user_limit':
    case 'person_limit': {
      const { received, receivedByPerson } = await receiver(tx, stock, how)
      const limit = rule.max_coupons_per_user
      if (reason === 'user_limit')
        return {
          en: `${openid} has ${received} of ${limit}`,
          zh: `${openid} 已领 ${received} 张，每人限领 ${limit} 张`,
        }
      return {
        en: `all accounts of the person of ${openid} have ${receivedByPerson} of ${limit}`,
        zh: `${openid} 所属自然人的所有账号共领 ${receivedByPerson} 张，每人限领 ${limit} 张`,
      }
    }
    case 'no_code_left':
      return explainNoCodeLeft(stock)
    case 'code_taken': {
      const holder = (await tx.in(coupons).find(creatorMchid, stockId, couponCode))?.openid
      return {
        en: `batch ${stockId} has a coupon ${couponCode} already, held by ${holder}`,
        zh: `批次 ${stockId} 中已有券 ${couponCode}，由 ${holder} 持有`,
      }
    }
  }
}

function explainNoCodeLeft({ stock_id: stockId, codes = { total: 0, available: 0 } }: Stock): Texts {
  const { total, available } = codes
  if (total === 0) {
    return { en: `no code is uploaded for batch ${stockId}`, zh: `批次 ${stockId} 没有预存 code` }
  }
  if (available === 0) {
    return {
      en: `all ${total} uploaded codes of batch ${stockId} are handed out`,
      zh: `批次 ${stockId} 的 ${total} 个预存 code 已全部发放`,
    }
  }
  return {
    en: `of ${total} uploaded codes of batch ${stockId} none is free: coupons have the ${available} that are left`,
    zh: `批次 ${stockId} 的 ${total} 个预存 code 均不可用：剩余的 ${available} 个已是其他券的 code`,
  }
}

/** `4 of 4 coupons`, and their worth where that is limited too. */
function handedOut(
  coupons: number,
  { coupon_use_rule: { fixed_normal_coupon: normal } }: Stock,
  maxCoupons: number | undefined,
  maxAmountFen: number | undefined,
): Texts {
  const fen = maxAmountFen === undefined ? undefined : normal && coupons * normal.discount_amount
  return {
    en: `${coupons}${maxCoupons === undefined ? '' : ` of ${maxCoupons}`} coupons${fen === undefined ? '' : `, worth ${fen} of ${maxAmountFen} fen,`}`,
    zh: ` ${coupons} 张券${maxCoupons === undefined ? '' : `（上限 ${maxCoupons} 张）`}${fen === undefined ? '' : `，面额合计 ${fen} 分（上限 ${maxAmountFen} 分）`}`,
  }
}
