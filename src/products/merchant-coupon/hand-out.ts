import { callbackOf } from '../../engine/callbacks/event.ts'
import type { IdSource } from '../../engine/ids.ts'
import { hasOpened } from '../../engine/keys/merchants.ts'
import type { OperationContext } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { type Place, placeOf } from '../../engine/state/table.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { accept, type Decision, refuse } from '../../shared/decision.ts'
import type { Texts } from '../../shared/texts.ts'
import { type User, users } from '../platform/index.ts'
import { codes, withStatus } from './codes/table.ts'
import { type Coupon, type Receiver, type SendRefusal, send } from './coupon-rules.ts'
import { type AttachInfo, couponSend, couponSendEvent, type SendChannel } from './coupon-send.ts'
import { coupons, couponsOfUser } from './coupons.ts'
import { eventAddresses } from './event-address.ts'
import { explainCodeMode, explainEnd } from './explain.ts'
import { type Stock, sentOnDayOf } from './rules/stock.ts'
import { handedOutAs, type UploadedCode, withCodeDispatched } from './rules/uploaded-code.ts'
import { stocks } from './stocks/table.ts'
import { STOCK_STATE } from './wire.ts'

/** The part of an operation's context that handing out needs. */
type HandOutContext = Pick<OperationContext<never>, 'tx' | 'now' | 'ids' | 'merchantOf' | 'notify'>

/** A coupon that is to be handed out. */
export interface HandOut {
  readonly openid: string
  readonly senderMchid: string
  readonly requestNo: string
  /** Used only when the merchant supplies codes one by one (MERCHANT_API). */
  readonly couponCode: string | undefined
  readonly channel: SendChannel
  readonly attachInfo?: AttachInfo
  /** What is known of the openid. */
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
  const { tx, now, ids } = context
  const { openid, senderMchid, requestNo, couponCode } = how
  if (stock.codeMode === 'merchant_api' && couponCode === undefined) return refuse('coupon_code_needed')
  const uploaded = stock.codeMode === 'merchant_upload' ? await uploadedCode(tx, stock) : undefined
  const code = await codeFor(stock, { tx, ids, uploaded, couponCode })

  const decision = send(stock, { code, openid, senderMchid, requestNo, at: now }, await receiver(tx, stock, how))
  if (!decision.ok) return decision
  const { coupon } = decision.value
  if (await tx.in(coupons).find(coupon.creatorMchid, coupon.stockId, coupon.code)) return refuse('code_taken')

  await tx.in(coupons).save(coupon)
  if (uploaded) await tx.in(codes).save(handedOutAs(uploaded, coupon))
  await tx.in(stocks).save(uploaded ? withCodeDispatched(decision.value.stock) : decision.value.stock)
  await tellCreator(context, stock, coupon, how)
  return accept(coupon)
}

async function codeFor(
  { creatorMchid, stockId, codeMode }: Stock,
  given: { tx: Transaction; ids: IdSource; uploaded: UploadedCode | undefined; couponCode: string | undefined },
): Promise<string | undefined> {
  const { tx, ids } = given
  switch (codeMode) {
    case 'merchant_api':
      return given.couponCode
    case 'merchant_upload':
      return given.uploaded?.code
    case 'wechatpay': {
      // Ids repeat when a snapshot is restored by a mock with the same random seed.
      let code = ids.digits(CODE_DIGITS)
      while (await tx.in(coupons).find(creatorMchid, stockId, code)) code = ids.digits(CODE_DIGITS)
      return code
    }
  }
}

/** The next code of the batch that no coupon has yet: a test may have put a coupon with any code into the world. */
async function uploadedCode(tx: Transaction, { creatorMchid, stockId }: Stock): Promise<UploadedCode | undefined> {
  const available = withStatus('available', stockId)
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
  { openid, senderMchid, users: known }: HandOut,
): Promise<Receiver> {
  const accounts = new Set([openid])
  // Only this batch's merchants count: parallel tests may give their users the same names.
  const concerned = [stock.creatorMchid, stock.ownerMchid, senderMchid]
  for (const { person } of stock.sendRule.naturalPersonLimit ? known : []) {
    if (person === undefined) continue
    for (const account of await tx.in(users).where('person', person)) {
      if (concerned.includes(account.mchid)) accounts.add(account.openid)
    }
  }
  const received = await receivedBy(tx, stock, openid)
  let receivedByPerson = received
  for (const account of accounts) if (account !== openid) receivedByPerson += await receivedBy(tx, stock, account)
  return { received, receivedByPerson, suspicious: known.some(({ suspicious }) => suspicious) }
}

async function receivedBy(tx: Transaction, stock: Stock, openid: string): Promise<number> {
  return (await couponsOf(tx, stock, openid)).length
}

/** Every coupon of a batch that a user ever received. */
export async function couponsOf(
  tx: Transaction,
  { creatorMchid, stockId }: Stock,
  openid: string,
): Promise<readonly Coupon[]> {
  const received: Coupon[] = []
  for await (const some of couponsOfUser(tx, openid, creatorMchid)) {
    received.push(...some.filter((coupon) => coupon.stockId === stockId))
  }
  return received
}

/** Sends COUPON.SEND to the creator of the batch, if it has an address and has opened 营销事件推送 (busifavor.md 7). */
async function tellCreator(
  { tx, merchantOf, notify }: HandOutContext,
  stock: Stock,
  coupon: Coupon,
  { channel, attachInfo, users }: HandOut,
): Promise<void> {
  const creator = merchantOf(stock.creatorMchid)
  const address = await tx.in(eventAddresses).find(stock.creatorMchid)
  if (!creator || !address || !hasOpened(creator, 'event_push')) return
  const named = stock.notifyAppid !== undefined
  const resource = couponSendEvent({
    couponCode: coupon.code,
    stockId: coupon.stockId,
    at: coupon.receivedAt,
    openid: named ? coupon.openid : '',
    unionid: (named && users.find(({ unionid }) => unionid !== undefined)?.unionid) || '',
    channel,
    senderMchid: coupon.senderMchid,
    requestNo: coupon.sendRequestNo,
    ...(attachInfo && { attachInfo }),
  })
  await notify(callbackOf(couponSend, { mchid: creator.mchid, url: address.url, resource: { ...resource } }))
}

/** Why a coupon was not handed out, with the numbers that count; for the journal. */
export async function explainHandOut(
  reason: HandOutRefusal,
  { tx, now }: Pick<HandOutContext, 'tx' | 'now'>,
  stock: Stock,
  how: HandOut,
): Promise<Texts> {
  const { stockId, state, sent, sendRule, creatorMchid } = stock
  const { openid, couponCode = '' } = how
  switch (reason) {
    case 'coupon_code_needed': {
      const mode = explainCodeMode(stock)
      return {
        en: `/body/coupon_code: missing; ${mode.en}, so the request brings the code`,
        zh: `/body/coupon_code：缺少此字段；${mode.zh}，须在请求中指定券 code`,
      }
    }
    case 'not_running':
      return { en: `batch ${stockId} is ${STOCK_STATE[state]}`, zh: `批次 ${stockId} 的状态是 ${STOCK_STATE[state]}` }
    case 'stock_expired':
      return explainEnd(stock, now)
    case 'suspicious':
      return {
        en: `${openid} is suspicious, and batch ${stockId} has prevent_api_abuse`,
        zh: `${openid} 是可疑账号，而批次 ${stockId} 开启了 prevent_api_abuse`,
      }
    case 'budget_used_up': {
      const used = handedOut(sent.total, stock, sendRule.maxCoupons, sendRule.maxAmountFen)
      return { en: `of batch ${stockId}, ${used.en} are handed out`, zh: `批次 ${stockId} 已发放${used.zh}` }
    }
    case 'day_limit': {
      const used = handedOut(sentOnDayOf(stock, now), stock, sendRule.maxCouponsByDay, sendRule.maxAmountByDayFen)
      const day = formatInstant(now).slice(0, 10)
      return { en: `${used.en} were handed out today (${day})`, zh: `今天（${day}）已发放${used.zh}` }
    }
    case 'user_limit': {
      const { received } = await receiver(tx, stock, how)
      const limit = sendRule.maxCouponsPerUser
      return { en: `${openid} has ${received} of ${limit}`, zh: `${openid} 已领 ${received} 张，每人限领 ${limit} 张` }
    }
    case 'person_limit': {
      const { receivedByPerson } = await receiver(tx, stock, how)
      const limit = sendRule.maxCouponsPerUser
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

function explainNoCodeLeft({ stockId, codes: { total, available } }: Stock): Texts {
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
  { benefit }: Stock,
  maxCoupons: number | undefined,
  maxAmountFen: number | undefined,
): Texts {
  const fen = benefit.type === 'normal' && maxAmountFen !== undefined ? coupons * benefit.discountFen : undefined
  return {
    en: `${coupons}${maxCoupons === undefined ? '' : ` of ${maxCoupons}`} coupons${fen === undefined ? '' : `, worth ${fen} of ${maxAmountFen} fen,`}`,
    zh: ` ${coupons} 张券${maxCoupons === undefined ? '' : `（上限 ${maxCoupons} 张）`}${fen === undefined ? '' : `，面额合计 ${fen} 分（上限 ${maxAmountFen} 分）`}`,
  }
}
