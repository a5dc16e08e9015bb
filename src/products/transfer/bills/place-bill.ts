import type { z } from 'zod'
import { isSafeAddress } from '../../../engine/callbacks/callback-host.ts'
import type { OperationContext } from '../../../engine/operation.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { sameValues } from '../../../shared/request-record.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { fromWire } from '../../common/spelling.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { accountOf, availableIn, createdTodayIn } from '../accounts/find-account.ts'
import type { TransferAccount } from '../accounts/table.ts'
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
import { NAME_FROM_FEN, NAME_NEEDED_FROM_FEN, RED_PACKET_MOST_FEN } from '../rules/money.ts'
import { judgeReport, SCENES, type Scene } from '../rules/scene.ts'
import { limitsIn, transferSettings } from '../settings.ts'
import { BILL_STYLE } from '../spellings.ts'
import type { placeErrors } from './errors.ts'
import { keepBill } from './keep-bill.ts'
import { transferBillNoOf } from './numbers.ts'
import type { billMembers } from './schemas.ts'
import { transfers } from './table.ts'
import { openUserName } from './user-name.ts'

type PlaceError = keyof typeof placeErrors

/** What every way of transferring is asked with. */
export type BillBody = z.output<z.ZodObject<typeof billMembers>> & {
  readonly user_recv_style?: { readonly type?: (typeof BILL_STYLE)[keyof typeof BILL_STYLE] | undefined } | undefined
}

/** Who is paid, and how. */
export interface Payee {
  readonly openid: string
  /** The authorization that the user is asked for with the transfer. */
  readonly authorization?: WantedAuthorization
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
  const account = await accountOf(tx, caller.mchid)
  if (!account.opened) return fail('not_opened', explainUnopened(caller.mchid))
  const { out_bill_no, notify_url, appid, transfer_amount } = body
  if (notify_url !== undefined) checkAddress('notify_url', notify_url, context)
  const userName = openUserName(body.user_name, platformKey)
  const request = valuesOf(named, body, userName)
  const existing = await tx.in(transfers).find(caller.mchid, out_bill_no)
  if (existing) {
    if (sameValues(existing.request, request)) return lockIfPossible(existing, account, context)
    return fail(
      'number_reused',
      explainReuse(out_bill_no, { values: existing.request, at: existing.createdAt }, request),
    )
  }

  if (!mayUseAppid(appid, [caller])) return fail('appid_unbound', explainAppid(appid, [caller]))
  const scene = checkScene(body.transfer_scene_id, account, context)
  checkReport(scene, body, context)
  const perception = checkPerception(scene, body.user_recv_perception, context)
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
    return fail('not_enough', {
      en: `${account.mchid} has ${available} fen that can be transferred, and this takes ${amountFen}`,
      zh: `${account.mchid} 可转账的余额是 ${available} 分，不够本次的 ${amountFen} 分`,
    })
  }
  return slow ? orLastInstant(now + ACCEPTING_MS + LOCKING_MS) : now
}

export function explainUnopened(mchid: string) {
  return { en: `${mchid} has not opened 商家转账`, zh: `${mchid} 没有开通商家转账` }
}

/** Refuses an address for callbacks that is neither https nor on this machine. */
export function checkAddress(name: string, url: string, { fail }: Pick<OperationContext<'url_unfit'>, 'fail'>): void {
  if (isSafeAddress(url)) return
  fail('url_unfit', {
    en: `/body/${name}: ${url} is neither https nor on this machine`,
    zh: `/body/${name}：${url} 既不是 https，也不在本机`,
  })
}

/** The scene with an id, if the merchant has it. */
export function checkScene(
  sceneId: string,
  { mchid, scenes = Object.keys(SCENES) }: TransferAccount,
  { fail }: Pick<OperationContext<'scene_not_granted'>, 'fail'>,
): Scene {
  const scene = SCENES[sceneId]
  if (scene && scenes.includes(sceneId)) return scene
  const granted = scenes.slice(0, 10)
  return fail('scene_not_granted', {
    en: `${mchid} has ${granted.length === 0 ? 'no scene' : `the scenes ${granted.join(', ')}`}, not ${sceneId}`,
    zh: `${mchid} ${granted.length === 0 ? '没有获得任何转账场景' : `已获得的转账场景是 ${granted.join('、')}`}，不含 ${sceneId}`,
  })
}

function checkReport(
  scene: Scene,
  { transfer_scene_report_infos: given = [] }: BillBody,
  { fail }: OperationContext<PlaceError>,
): void {
  const types = given.map(({ info_type }) => info_type)
  const refusal = judgeReport(scene, types)
  if (!refusal) return
  const wanted = scene.reports
  fail(refusal, {
    en: `${scene.name} takes ${wanted.join(', ')}; given: ${types.length === 0 ? 'nothing' : types.join(', ')}`,
    zh: `${scene.name}应报备：${wanted.join('、')}；传入的是：${types.length === 0 ? '无' : types.join('、')}`,
  })
}

/** What the user is shown as the reason: what was given if it is one of the scene, or else its usual one. */
export function checkPerception(
  { name, perceptions }: Scene,
  given: string | undefined,
  { fail }: Pick<OperationContext<'perception_unfit'>, 'fail'>,
): string {
  if (given === undefined) return perceptions[0]
  if (perceptions.includes(given)) return given
  return fail('perception_unfit', {
    en: `/body/user_recv_perception is ${given}, and ${name} has ${perceptions.join(', ')}`,
    zh: `/body/user_recv_perception 是 ${given}，而${name}可用的是：${perceptions.join('、')}`,
  })
}

async function checkAmount(
  amountFen: number,
  isRedPacket: boolean,
  account: TransferAccount,
  { tx, now, caller, settings, fail }: OperationContext<PlaceError>,
): Promise<void> {
  const limits = limitsIn(settings)
  const mostFen = isRedPacket ? Math.min(limits.mostFen, RED_PACKET_MOST_FEN) : limits.mostFen
  if (amountFen < limits.leastFen || amountFen > mostFen) {
    fail('amount_out_of_range', {
      en: `${amountFen} fen; ${isRedPacket ? 'a red packet' : 'a transfer'} has ${limits.leastFen} to ${mostFen}`,
      zh: `${amountFen} 分；${isRedPacket ? '红包样式' : '单笔转账'}的范围是 ${limits.leastFen} 到 ${mostFen} 分`,
    })
  }
  const { merchantDayFen } = limits
  if (merchantDayFen === undefined) return
  const { fen: today } = await createdTodayIn(tx, account, now)
  if (today + amountFen <= merchantDayFen) return
  fail('day_limit', {
    en: `${caller.mchid} has transferred ${today} fen today, ${amountFen} more would be over ${merchantDayFen}`,
    zh: `${caller.mchid} 当日已转账 ${today} 分，再转 ${amountFen} 分会超过 ${merchantDayFen} 分`,
  })
}

/** Refuses an openid that is known to belong to another appid. */
export async function checkOpenid(
  openid: string,
  appid: string,
  { tx, caller, fail }: Pick<OperationContext<'openid_unfit'>, 'tx' | 'caller' | 'fail'>,
): Promise<void> {
  const known = await findUsers(tx, openid, [caller.mchid])
  if (!belongsToAppid(known, appid)) fail('openid_unfit', explainOpenid(openid, appid, known))
}

function checkName(userName: string | undefined, amountFen: number, { fail }: OperationContext<PlaceError>): void {
  if (userName === undefined && amountFen >= NAME_NEEDED_FROM_FEN) {
    fail('name_missing', {
      en: `/body/user_name: missing, with ${amountFen} fen; it is needed from ${NAME_NEEDED_FROM_FEN}`,
      zh: `/body/user_name：缺少此字段，金额为 ${amountFen} 分，${NAME_NEEDED_FROM_FEN} 分及以上必填`,
    })
  }
  if (userName !== undefined && amountFen < NAME_FROM_FEN) {
    fail('name_not_allowed', {
      en: `/body/user_name: given, with ${amountFen} fen; it may be from ${NAME_FROM_FEN}`,
      zh: `/body/user_name：金额为 ${amountFen} 分，${NAME_FROM_FEN} 分及以上才能传`,
    })
  }
}

/** The values that a repeated number has to bring again. A name is another ciphertext each time, and what is reported has no order. */
function valuesOf(named: object, { user_name: _, ...body }: BillBody, userName: string | undefined): string[] {
  const infos = body.transfer_scene_report_infos?.toSorted((a, b) => (a.info_type < b.info_type ? -1 : 1))
  return [
    JSON.stringify(named),
    JSON.stringify({ ...body, ...(infos && { transfer_scene_report_infos: infos }) }),
    ...(userName === undefined ? [] : [userName]),
  ]
}
