import type { OperationContext } from '../../../engine/operation.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { sameValues } from '../../../shared/request-record.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { fromWire } from '../../common/spelling.ts'
import { accountOf, availableIn } from '../accounts/find-account.ts'
import type { TransferAccount } from '../accounts/table.ts'
import { accountChange } from '../explain.ts'
import {
  ACCEPTING_MS,
  type Bill,
  type BillEnd,
  billState,
  CONFIRM_PERIOD_MS,
  LOCKING_MS,
  lock,
  type WantedAuthorization,
} from '../rules/bill.ts'
import { transferSettings } from '../settings.ts'
import { BILL_STYLE } from '../spellings.ts'
import type { placeErrors } from './errors.ts'
import { keepBill } from './keep-bill.ts'
import { transferBillNoOf } from './numbers.ts'
import {
  checkAddress,
  checkAmount,
  checkName,
  checkOpenid,
  checkPerception,
  checkReport,
  checkScene,
  explainUnopened,
} from './place-checks.ts'
import { type BillBody, requestValues, valuesThatMake } from './request-values.ts'
import { transfers } from './table.ts'
import { openUserName } from './user-name.ts'

type PlaceError = keyof typeof placeErrors

/** Who is paid, and how. */
export interface Payee {
  readonly openid: string
  /** The authorization that the user is asked for with the transfer. */
  readonly authorization?: WantedAuthorization
  /** The number of the authorization that the user has given. */
  readonly authorizedBy?: string
  /** Set where the user is not asked: how the transfer ends at once. */
  readonly end?: (bill: Pick<Bill, 'openid' | 'userName' | 'amountFen'>) => Promise<BillEnd>
}

/**
 * Creates a transfer for the caller, or finds the one that its number made before, and keeps it.
 *
 * @param named what else a repeat has to bring again, and what tells the ways of transferring apart, which share their numbers
 * @param payeeOf finds out who is paid; called only for a number that is new
 */
export async function placeBill(
  named: Readonly<Record<string, unknown>>,
  body: BillBody,
  context: OperationContext<PlaceError>,
  payeeOf: () => Promise<Payee>,
): Promise<Bill> {
  const { tx, now, caller, ids, settings, platformKey, fail } = context
  const { out_bill_no, notify_url, appid, transfer_amount } = body
  if (notify_url !== undefined) checkAddress('notify_url', notify_url, context)
  const account = await accountOf(tx, caller.mchid)
  if (!account.opened) return fail('not_opened', explainUnopened(caller.mchid))
  const userName = openUserName(body.user_name, platformKey)
  const request = requestValues(named, body, userName)
  const existing = await tx.in(transfers).find(caller.mchid, out_bill_no)
  if (existing) {
    const values = existing.request.length === 0 ? valuesThatMake(existing, body) : existing.request
    if (sameValues(values, request)) return lockIfPossible(existing, account, context)
    return fail('number_reused', explainReuse(out_bill_no, { values, at: existing.createdAt }, request))
  }

  if (!mayUseAppid(appid, [caller])) return fail('appid_unbound', explainAppid(appid, [caller]))
  const scene = checkScene(body.transfer_scene_id, account, context)
  checkReport(scene, body, context)
  const perception = checkPerception(scene, body, context)
  const style = fromWire(BILL_STYLE, body.user_recv_style?.type ?? 'CONFIRM_PAGE')
  await checkAmount(transfer_amount, style === 'red_packet', account, context)
  const payee = await payeeOf()
  await checkOpenid(payee.openid, appid, context)
  checkName(userName, transfer_amount, context)
  const lockedAt = await lockingOf(transfer_amount, account, payee, context)

  const bill: Bill = {
    mchid: caller.mchid,
    outBillNo: out_bill_no,
    transferBillNo: transferBillNoOf(ids, caller.mchid, now),
    appid,
    openid: payee.openid,
    sceneId: body.transfer_scene_id,
    amountFen: transfer_amount,
    remark: body.transfer_remark,
    ...(userName !== undefined && { userName }),
    perception,
    reports: (body.transfer_scene_report_infos ?? []).map(({ info_type, info_content }) => ({
      type: info_type,
      content: info_content,
    })),
    style,
    ...(notify_url !== undefined && { notifyUrl: notify_url }),
    ...(payee.authorization && { authorization: payee.authorization }),
    ...(payee.authorizedBy !== undefined && { authorizedBy: payee.authorizedBy }),
    createdAt: now,
    ...(lockedAt !== undefined && { lockedAt }),
    expiresAt: orLastInstant(now + CONFIRM_PERIOD_MS + transferSettings.transferClosesLate.of(settings) * 60_000),
    request,
  }
  const end = await payee.end?.(bill)
  return keepBill(tx, end ? { ...bill, end } : bill, context)
}

/** Locks the money of a transfer that was short of it, once the account has enough. */
async function lockIfPossible(
  bill: Bill,
  account: TransferAccount,
  { tx, now, ids, settings }: Pick<OperationContext<never>, 'tx' | 'now' | 'ids' | 'settings'>,
): Promise<Bill> {
  if (bill.lockedAt !== undefined || billState(bill, now) !== 'processing') return bill
  const available = await availableIn(tx, account, now)
  if (available !== undefined && available < bill.amountFen) return bill
  return keepBill(tx, lock(bill, now), { now, ids, settings })
}

/** When the money of a new transfer is locked; `undefined` if it waits for money. */
async function lockingOf(
  amountFen: number,
  account: TransferAccount,
  { end }: Payee,
  { tx, now, settings, fail }: Pick<OperationContext<'not_enough'>, 'tx' | 'now' | 'settings' | 'fail'>,
): Promise<number | undefined> {
  const available = await availableIn(tx, account, now)
  const slow = end === undefined && transferSettings.transferLocking.of(settings) === 'slow'
  if (available !== undefined && available < amountFen) {
    if (slow) return undefined
    const { mchid } = account
    const missing = accountChange(mchid, { top_up: amountFen - available })
    return fail('not_enough', {
      en: `${mchid} has ${available} fen that can be transferred, and this takes ${amountFen}: ${missing}, then the same number again`,
      zh: `${mchid} 可转账的余额是 ${available} 分，不够本次的 ${amountFen} 分：${missing} 充值后，用原单号重试`,
    })
  }
  return slow ? orLastInstant(now + ACCEPTING_MS + LOCKING_MS) : now
}
