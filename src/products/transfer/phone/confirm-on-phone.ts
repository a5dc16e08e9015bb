import { putIntoOutbox } from '../../../engine/callbacks/notify.ts'
import type { IdSource } from '../../../engine/ids.ts'
import type { Settings } from '../../../engine/settings.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { Decision } from '../../../shared/decision.ts'
import { authorizationNotification } from '../authorizations/events.ts'
import { standingAuthorization } from '../authorizations/find-authorization.ts'
import { transferAuthorizations } from '../authorizations/table.ts'
import { objectionToArrival } from '../bills/arrival.ts'
import { keepBill } from '../bills/keep-bill.ts'
import { authorizationIdOf } from '../bills/numbers.ts'
import type { Authorization } from '../rules/authorization.ts'
import { type Arrival, type Bill, confirm, type PageRefusal } from '../rules/bill.ts'
import { transferSettings } from '../settings.ts'

interface PhoneContext {
  readonly tx: Transaction
  readonly now: number
  readonly ids: IdSource
  readonly settings: Settings
}

/** What the user does on the page. */
export interface Choice {
  /** How it ends; left out: as the mock finds out by itself. */
  readonly arrival?: Arrival | undefined
  /** Whether the user agrees to the authorization that the transfer asks for. */
  readonly authorize: boolean
}

/**
 * Confirms a transfer, as the user does on the phone, and keeps it with its callback, and with the authorization that the user agreed to.
 *
 * @returns the transfer, or why the page does not open
 */
export async function confirmOnPhone(
  bill: Bill,
  { arrival, authorize }: Choice,
  context: PhoneContext,
): Promise<Decision<Bill, PageRefusal>> {
  const { tx, now, settings } = context
  const decision = confirm(bill, {
    at: now,
    takesMs: transferSettings.transferTakes.of(settings) * 1_000,
    arrival: arrival ?? (bill.end ? undefined : await ownArrival(bill, context)),
  })
  if (!decision.ok) return decision
  const kept = await keepBill(tx, decision.value, context)
  // A second confirmation only completes the transfer.
  if (authorize && bill.end === undefined && kept.end?.failReason === undefined) await keepAgreement(kept, context)
  return { ok: true, value: kept }
}

async function ownArrival(bill: Bill, { tx, now, settings }: PhoneContext): Promise<Arrival> {
  const failReason = await objectionToArrival(tx, bill, { now, settings })
  return failReason === undefined ? {} : { failReason }
}

/** Keeps the authorization that was asked for with a transfer, unless the user has given one meanwhile, or its number was used. */
async function keepAgreement(bill: Bill, { tx, now, ids, settings }: PhoneContext): Promise<void> {
  const { authorization: wanted, mchid } = bill
  if (!wanted) return
  if (await tx.in(transferAuthorizations).find(mchid, wanted.outAuthorizationNo)) return
  if (await standingAuthorization(tx, bill, now)) return
  const made: Authorization = {
    mchid,
    outAuthorizationNo: wanted.outAuthorizationNo,
    authorizationId: authorizationIdOf(ids, now),
    appid: bill.appid,
    openid: bill.openid,
    sceneId: bill.sceneId,
    displayName: wanted.displayName,
    perception: bill.perception,
    notifyUrl: wanted.notifyUrl,
    createdAt: bill.createdAt,
    authorizedAt: now,
    request: [],
  }
  await tx.in(transferAuthorizations).save(made)
  await putIntoOutbox(tx, authorizationNotification(made, now, settings), { now, ids })
}
