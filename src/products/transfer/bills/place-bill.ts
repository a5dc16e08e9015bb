import { isSafeAddress } from '../../../engine/callbacks/callback-host.ts'
import type { OperationContext } from '../../../engine/operation.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { sameValues } from '../../../shared/request-record.ts'
import { listed } from '../../../shared/texts.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { explainReuse } from '../../common/explain.ts'
import { fromWire } from '../../common/spelling.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { accountOf, availableIn, createdTodayIn } from '../accounts/find-account.ts'
import type { TransferAccount } from '../accounts/table.ts'
import { accountChange, explainScene } from '../explain.ts'
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
import { ALL_SCENES, judgeReport, SCENES, type Scene } from '../rules/scene.ts'
import { limitsIn, transferSettings } from '../settings.ts'
import { BILL_STYLE } from '../spellings.ts'
import type { placeErrors } from './errors.ts'
import { keepBill } from './keep-bill.ts'
import { transferBillNoOf } from './numbers.ts'
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

export function explainUnopened(mchid: string) {
  const opening = accountChange(mchid, { opened: true })
  return {
    en: `${mchid} has not opened 商家转账: ${opening} opens it`,
    zh: `${mchid} 没有开通商家转账：${opening} 可以开通`,
  }
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
  { mchid, scenes = ALL_SCENES }: TransferAccount,
  { fail }: Pick<OperationContext<'scene_not_granted'>, 'fail'>,
): Scene {
  const scene = SCENES[sceneId]
  if (scene && scenes.includes(sceneId)) return scene
  if (!scene) {
    const known = Object.keys(SCENES)
    return fail('scene_not_granted', {
      en: `/body/transfer_scene_id: there is no scene ${sceneId}; there are ${listed(known, 'en')}`,
      zh: `/body/transfer_scene_id：没有转账场景 ${sceneId}，可用的有 ${listed(known, 'zh')}`,
    })
  }
  const granting = accountChange(mchid, { scenes: [...scenes, sceneId] })
  const named = explainScene(sceneId, scene)
  return fail('scene_not_granted', {
    en: `${mchid} was granted ${scenes.length === 0 ? 'no scene' : `the scenes ${listed(scenes, 'en')}`}, and this is ${named.en}: ${granting} grants it`,
    zh: `${mchid} ${scenes.length === 0 ? '没有获得任何转账场景' : `获得的转账场景是 ${listed(scenes, 'zh')}`}，本次是${named.zh}：${granting} 可以补上`,
  })
}

/** How many of the types that a call reports are told of. */
const TOLD_TYPES = 10

function checkReport(
  scene: Scene,
  { transfer_scene_id, transfer_scene_report_infos: given = [] }: BillBody,
  { fail }: OperationContext<PlaceError>,
): void {
  const types = given.map(({ info_type }) => info_type)
  const refusal = judgeReport(scene, types)
  if (!refusal) return
  const named = explainScene(transfer_scene_id, scene)
  const told = [...types.slice(0, TOLD_TYPES), ...(types.length > TOLD_TYPES ? ['…'] : [])]
  fail(refusal, {
    en: `/body/transfer_scene_report_infos: ${named.en} takes ${listed(scene.reports, 'en')}, each once; given: ${listed(told, 'en') || 'nothing'}`,
    zh: `/body/transfer_scene_report_infos：${named.zh}应报备 ${listed(scene.reports, 'zh')}，每种一条；传入的是：${listed(told, 'zh') || '无'}`,
  })
}

/** What the user is shown as the reason: what was given if it is one of the scene, or else its usual one. */
export function checkPerception(
  scene: Scene,
  { transfer_scene_id, user_recv_perception: given }: Pick<BillBody, 'transfer_scene_id' | 'user_recv_perception'>,
  { fail }: Pick<OperationContext<'perception_unfit'>, 'fail'>,
): string {
  const { perceptions } = scene
  if (given === undefined) return perceptions[0]
  if (perceptions.includes(given)) return given
  const named = explainScene(transfer_scene_id, scene)
  return fail('perception_unfit', {
    en: `/body/user_recv_perception is ${given}, and ${named.en} has ${listed(perceptions, 'en')}; left out, it is ${perceptions[0]}`,
    zh: `/body/user_recv_perception 是“${given}”，${named.zh}可用的是 ${listed(perceptions, 'zh')}；不传则为“${perceptions[0]}”`,
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
    const setting = transferSettings.transferLimits.of(settings)
    fail('amount_out_of_range', {
      en: `/body/transfer_amount is ${amountFen}; ${isRedPacket ? 'a red packet' : 'a transfer'} takes ${limits.leastFen} to ${mostFen} fen (transferLimits=${setting})`,
      zh: `/body/transfer_amount 是 ${amountFen}；${isRedPacket ? '红包样式' : '单笔转账'}的范围是 ${limits.leastFen} 到 ${mostFen} 分（transferLimits=${setting}）`,
    })
  }
  const { merchantDayFen } = limits
  if (merchantDayFen === undefined) return
  const { fen: today } = await createdTodayIn(tx, account, now)
  if (today + amountFen <= merchantDayFen) return
  fail('day_limit', {
    en: `${caller.mchid} has transferred ${today} fen today, and ${amountFen} more would be over ${merchantDayFen}: it can tomorrow, or with transferLimits=wide`,
    zh: `${caller.mchid} 当日已转账 ${today} 分，再转 ${amountFen} 分会超过 ${merchantDayFen} 分：次日可转，或设置 transferLimits=wide`,
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
      en: `/body/user_name: missing; ${amountFen} fen are transferred, and from ${NAME_NEEDED_FROM_FEN} on it is needed`,
      zh: `/body/user_name：缺少此字段；金额为 ${amountFen} 分，${NAME_NEEDED_FROM_FEN} 分及以上必填`,
    })
  }
  if (userName !== undefined && amountFen < NAME_FROM_FEN) {
    fail('name_not_allowed', {
      en: `/body/user_name: given; ${amountFen} fen are transferred, and below ${NAME_FROM_FEN} it has to be left out`,
      zh: `/body/user_name：不应传此字段；金额为 ${amountFen} 分，${NAME_FROM_FEN} 分及以上才能传`,
    })
  }
}
