import { callbackOf } from '../../../engine/callbacks/event.ts'
import type { IdSource } from '../../../engine/ids.ts'
import { hasOpened } from '../../../engine/keys/merchants.ts'
import type { OperationContext } from '../../../engine/operation.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { type Place, placeOf } from '../../../engine/state/table.ts'
import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import { type User, users } from '../../platform/index.ts'
import { codes, withStatus } from '../codes/table.ts'
import { coupons, couponsOfUser } from '../coupons/table.ts'
import { eventAddresses } from '../event-address/table.ts'
import type { Coupon } from '../rules/coupon.ts'
import { type Receiver, type SendRefusal, send } from '../rules/send.ts'
import type { Stock } from '../rules/stock.ts'
import { handedOutAs, type UploadedCode, withCodeDispatched } from '../rules/uploaded-code.ts'
import { stocks } from '../stocks/table.ts'
import { type AttachInfo, couponSend, couponSendEvent, type SendChannel } from './coupon-send.ts'

/** The part of an operation's context that handing out needs. */
export type HandOutContext = Pick<OperationContext<never>, 'tx' | 'now' | 'ids' | 'merchantOf' | 'notify'>

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
export async function receiver(
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
