import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'

/** A transfer (转账单). Money is whole fen, instants are epoch milliseconds. */
export interface Bill {
  readonly mchid: string
  /** The merchant's number. */
  readonly outBillNo: string
  /** Given by WeChat Pay. */
  readonly transferBillNo: string
  readonly appid: string
  readonly openid: string
  readonly sceneId: string
  readonly amountFen: number
  readonly remark: string
  /** Whom the merchant takes the user to be. */
  readonly userName?: string
  /** What the user is shown as the reason. */
  readonly perception: string
  readonly reports: readonly Report[]
  readonly style: BillStyle
  readonly notifyUrl?: string
  /** The callback that tells how it ended, made with the bill and due when it ends. */
  readonly notificationId?: string
  /** The authorization (免确认收款授权) that the user is asked for with it. */
  readonly authorization?: WantedAuthorization
  /** The merchant's number of the authorization that it was made with, so that the user is not asked. */
  readonly authorizedBy?: string
  readonly createdAt: number
  /** When its money is locked, so that the user can confirm; left out: the account is short of money. */
  readonly lockedAt?: number
  /** When it closes if nobody confirmed. */
  readonly expiresAt: number
  readonly end?: BillEnd
  /** The values of the request, which the same number has to bring again. */
  readonly request: readonly string[]
}

export interface Report {
  readonly type: string
  readonly content: string
}

export type BillStyle = 'confirm_page' | 'red_packet'

export interface WantedAuthorization {
  readonly outAuthorizationNo: string
  readonly displayName: string
  readonly notifyUrl: string
}

/** What brings a bill to its end, and when. */
export interface BillEnd {
  /** `user`: confirmed on the phone. `merchant`: cancelled. `wechat`: transferred without a question, or refused for a reason of its own. */
  readonly by: 'user' | 'merchant' | 'wechat'
  readonly at: number
  /** Until then it is TRANSFERING, or CANCELING. */
  readonly settlesAt: number
  readonly failReason?: string
}

export type BillState =
  | 'accepted'
  | 'processing'
  | 'waiting'
  | 'transferring'
  | 'success'
  | 'fail'
  | 'canceling'
  | 'cancelled'

/** How long the user has to confirm, and how long a `package_info` opens the page. */
export const CONFIRM_PERIOD_MS = 86_400_000

/** How long a bill is ACCEPTED, and then PROCESSING, where its money is not locked at once (inferred). */
export const ACCEPTING_MS = 1_000
export const LOCKING_MS = 1_000

/** How long a bill can be looked up (mch-transfer.md 5.1). */
export const SHOWN_PERIOD_MS: number = 30 * 86_400_000

/** The state at an instant. */
export function billState(bill: Bill, at: number): BillState {
  const { end, expiresAt, createdAt, lockedAt } = bill
  if (end) {
    const { by, settlesAt, failReason } = end
    if (by === 'merchant') return at < settlesAt ? 'canceling' : 'cancelled'
    if (at < settlesAt) return 'transferring'
    return failReason === undefined ? 'success' : 'fail'
  }
  if (at >= expiresAt) return 'fail'
  if (lockedAt !== undefined && at >= lockedAt) return 'waiting'
  return at < createdAt + ACCEPTING_MS ? 'accepted' : 'processing'
}

/** Why a bill has failed or was cancelled, at an instant. */
export function failReasonAt(bill: Bill, at: number): string | undefined {
  switch (billState(bill, at)) {
    case 'fail':
      return bill.end?.failReason ?? 'OVERDUE_CLOSE'
    case 'cancelled':
      return 'MCH_CANCEL'
    default:
      return undefined
  }
}

/** When the state that it has at an instant began. */
export function changedAt(bill: Bill, at: number): number {
  const { createdAt, lockedAt, expiresAt, end } = bill
  switch (billState(bill, at)) {
    case 'success':
    case 'cancelled':
      return end?.settlesAt ?? createdAt
    case 'fail':
      return end?.settlesAt ?? expiresAt
    case 'transferring':
    case 'canceling':
      return end?.at ?? createdAt
    case 'waiting':
      return lockedAt ?? createdAt
    case 'processing':
      return createdAt + ACCEPTING_MS
    case 'accepted':
      return createdAt
  }
}

/** When it comes to its end, if nothing else happens. */
export function endsAt({ end, expiresAt }: Bill): number {
  return end?.settlesAt ?? expiresAt
}

/** Whether a state is one that no bill leaves. */
export function isFinal(state: BillState): boolean {
  return state === 'success' || state === 'fail' || state === 'cancelled'
}

/** Whether the page on the phone opens: `yes`, or why not. */
export type PageRefusal = 'not_yet' | 'package_dead' | 'over'

export function pageAt(bill: Bill, at: number): 'yes' | PageRefusal {
  switch (billState(bill, at)) {
    case 'accepted':
    case 'processing':
      return 'not_yet'
    case 'waiting':
      return at < bill.createdAt + CONFIRM_PERIOD_MS ? 'yes' : 'package_dead'
    case 'transferring':
      return 'yes'
    default:
      return 'over'
  }
}

/** Until when the page opens for a user who has not confirmed; `undefined` once that is done. */
export function pageOpensUntil({ createdAt, expiresAt, end }: Bill): number | undefined {
  return end ? undefined : orLastInstant(Math.min(createdAt + CONFIRM_PERIOD_MS, expiresAt))
}

/** How a confirmed transfer ends: the money arrives, or why it does not. */
export type Arrival = { readonly failReason?: string }

/**
 * Confirms on the phone (确认收款). Of one that is TRANSFERING already, the transfer is completed now.
 *
 * @param arrival left out: as it was to end before, well if that was not said
 * @returns the bill, or why its page does not open
 */
export function confirm(
  bill: Bill,
  { at, takesMs, arrival }: { readonly at: number; readonly takesMs: number; readonly arrival?: Arrival | undefined },
): Decision<Bill, PageRefusal> {
  const page = pageAt(bill, at)
  if (page !== 'yes') return refuse(page)
  const { end } = bill
  const failReason = arrival ? arrival.failReason : end?.failReason
  return accept({
    ...bill,
    end: {
      by: 'user',
      at: end?.at ?? at,
      settlesAt: end ? at : orLastInstant(at + takesMs),
      ...(failReason !== undefined && { failReason }),
    },
  })
}

/** Lets it fail for a reason of WeChat Pay's, now. @returns the bill, or that it has come to its end */
export function fail(bill: Bill, failReason: string, at: number): Decision<Bill, 'over'> {
  const state = billState(bill, at)
  if (isFinal(state) || state === 'canceling') return refuse('over')
  return accept({ ...bill, end: { by: bill.end?.by ?? 'wechat', at: bill.end?.at ?? at, settlesAt: at, failReason } })
}

/**
 * Cancels it (撤销转账). Asked for again, it stays as it is.
 *
 * @returns the bill, or that the user was faster
 */
export function cancel(
  bill: Bill,
  { at, takesMs }: { readonly at: number; readonly takesMs: number },
): Decision<Bill, 'not_cancellable'> {
  switch (billState(bill, at)) {
    case 'canceling':
    case 'cancelled':
      return accept(bill)
    case 'accepted':
    case 'processing':
    case 'waiting':
      return accept({ ...bill, end: { by: 'merchant', at, settlesAt: orLastInstant(at + takesMs) } })
    default:
      return refuse('not_cancellable')
  }
}

/** Locks the money of a bill that was short of it. */
export function lock(bill: Bill, at: number): Bill {
  return { ...bill, lockedAt: at }
}
