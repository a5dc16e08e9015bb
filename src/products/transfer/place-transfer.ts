import { isSafeAddress } from '../../engine/callbacks/callback.ts'
import type { OperationContext } from '../../engine/operation.ts'
import type { Settings } from '../../engine/settings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { ApiError } from '../../wire/protocol/errors.ts'
import { MAX_SENSITIVE_BYTES } from '../../wire/protocol/sensitive-field.ts'
import { orLastInstant } from '../../wire/shared/china-time.ts'
import { listed, sameValues, type Texts } from '../../wire/shared/texts.ts'
import { explainAppid, explainReuse, mayUseAppid } from '../common/explain.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../platform/index.ts'
import { NAME_FROM_FEN, NAME_NEEDED_FROM_FEN, type Period, RED_PACKET_MOST_FEN } from './account-rules.ts'
import { availableIn, type TransferAccount } from './accounts.ts'
import { accountChange, explainScene, explainTransfer } from './explain.ts'
import { ALL_SCENES, type FailReason, SCENES, type Scene } from './meanings.ts'
import { packageInfoFor, transferBillNoOf } from './numbers.ts'
import { limitsIn, transferSettings } from './settings.ts'
import type { PlaceRefusal } from './transfer-refusals.ts'
import {
  ACCEPTING_MS,
  dayOf,
  judgeReport,
  LOCKING_MS,
  objectionToRepeat,
  stateAt,
  transferAt,
} from './transfer-rules.ts'
import { accountNow, accountOf, createdNow, keepTransfer, receivedBy, transfers } from './transfer-store.ts'
import { CONFIRM_PERIOD_MS, type Transfer } from './transfers.ts'

/** The members that all calls that create a transfer share. */
export interface TransferBody
  extends Pick<
    Transfer,
    'appid' | 'out_bill_no' | 'transfer_scene_id' | 'transfer_amount' | 'transfer_remark' | 'user_name' | 'notify_url'
  > {
  readonly user_recv_perception?: string | undefined
  readonly transfer_scene_report_infos?: Transfer['transfer_scene_report_infos']
  readonly user_recv_style?: { readonly type: Transfer['user_recv_style'] }
}

/** Who is paid. */
export type Payee = Pick<Transfer, 'openid' | 'authorization' | 'out_authorization_no'>

/** One of the calls that create a transfer. */
interface Placing {
  /** Further values that a repeat has to bring again; they tell the calls apart, which share their numbers. */
  readonly named: Readonly<Record<string, unknown>>
  /** Finds out who is paid; called only for a number that is new. */
  payee(): Promise<Payee>
  readonly needsReport?: boolean
  /** Refuses what a scene does not have. */
  check?(scene: Scene): void
  /** Refuses to repeat a transfer that has failed or was cancelled. Default: as one that has succeeded. */
  closed?(explanation: Texts): never
  /** Set where the user is not asked. Refuses a user who cannot be paid. */
  unpayable?(explanation: Texts): never
}

type Context = OperationContext<PlaceRefusal>
type Fail<Name extends string> = Pick<OperationContext<Name>, 'fail'>

/** Creates a transfer for the caller, or finds the one that its number made before, and keeps it. */
export async function placeTransfer(
  body: TransferBody,
  { named, payee: payeeOf, needsReport = false, check: checkOwn, closed, unpayable }: Placing,
  context: Context,
): Promise<Transfer> {
  const { tx, now, caller, ids, settings, fail } = context
  const { out_bill_no, appid, transfer_scene_id, transfer_amount, user_name, notify_url, user_recv_style } = body
  const account = await accountNow(tx, await accountOf(tx, caller.mchid), now)
  if (!account.opened) return fail('not_opened', explainUnopened(caller.mchid))
  checkNameSize(user_name)
  const request = requestValues(named, body)
  const existing = await tx.in(transfers).find(caller.mchid, out_bill_no)
  if (existing) {
    const values = existing.request.length === 0 ? valuesThatMake(existing, body) : existing.request
    if (!sameValues(values, request)) {
      return fail('number_reused', explainReuse(out_bill_no, { values, time: existing.create_time }, request))
    }
    const objection = objectionToRepeat(existing, now)
    if (!objection) return lockIfPossible(existing, account, context)
    const explanation = explainTransfer(existing, now)
    if (objection !== 'order_closed') return fail(objection, explanation)
    return closed ? closed(explanation) : fail('already_exists', explanation)
  }

  if (!mayUseAppid(appid, [caller])) return fail('appid_unbound', explainAppid(appid, [caller]))
  const scene = checkScene(transfer_scene_id, account, context)
  if (needsReport || body.transfer_scene_report_infos) checkReport(scene, body, context)
  const user_recv_perception = checkPerception(scene, body, context)
  const { type: style = 'CONFIRM_PAGE' } = user_recv_style ?? {}
  checkOwn?.(scene)
  await checkAmount(transfer_amount, style === 'RED_PACKET', account, context)
  const payee = await payeeOf()
  await checkOpenid(payee.openid, appid, context)
  await checkName(user_name, transfer_amount, payee.openid, context)
  if (unpayable) {
    const wanted = { ...payee, mchid: caller.mchid, user_name, transfer_amount }
    const reason = await objectionToArrival(tx, wanted, context)
    if (reason)
      return unpayable({ en: `${payee.openid} cannot be paid: ${reason}`, zh: `${payee.openid} 无法收款：${reason}` })
  }
  const lock_time = lockingOf(transfer_amount, account, unpayable !== undefined, context)
  const late = transferSettings.transferClosesLate.of(settings) * 60_000
  const made: Transfer = {
    mchid: caller.mchid,
    out_bill_no,
    transfer_bill_no: transferBillNoOf(ids, caller.mchid, now),
    appid,
    ...payee,
    transfer_scene_id,
    transfer_amount,
    transfer_remark: body.transfer_remark,
    ...(user_name !== undefined && { user_name }),
    user_recv_perception,
    transfer_scene_report_infos: body.transfer_scene_report_infos ?? [],
    user_recv_style: style,
    ...(notify_url !== undefined && { notify_url }),
    create_time: now,
    lock_time,
    expire_time: orLastInstant(now + CONFIRM_PERIOD_MS + late),
    ...(unpayable && { end: { by: 'wechat', time: now, settle_time: now } }),
    request,
  }
  return keepTransfer(tx, made, context)
}

/** A transfer as the calls that create it answer. Each answer has a `package_info` of its own. */
export function createdAnswer(made: Transfer, { now, ids }: Pick<Context, 'now' | 'ids'>) {
  const answer = transferAt(made, now)
  if (answer.state !== 'WAIT_USER_CONFIRM') return answer
  return { ...answer, package_info: packageInfoFor({ kind: 'transfer', number: made.transfer_bill_no }, ids) }
}

/** The values that a repeated number has to bring again; what is reported has no order. */
function requestValues(
  named: Readonly<Record<string, unknown>>,
  { user_name, transfer_scene_report_infos: reported, ...body }: TransferBody,
): string[] {
  const infos = reported?.toSorted((a, b) => (a.info_type < b.info_type ? -1 : 1))
  const rest = { ...body, ...(infos && { transfer_scene_report_infos: infos }) }
  return [named, rest, { user_name }].map((members) =>
    JSON.stringify(Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  )
}

/**
 * The values of a transfer that no call made, such as one of a seed file: those of a call that would make it, leaving out the usual values that this
 * call leaves out.
 */
function valuesThatMake(made: Transfer, { user_recv_perception: given, user_recv_style }: TransferBody): string[] {
  const { user_recv_style: style, user_recv_perception, transfer_scene_id, notify_url, user_name } = made
  const isUsualStyle = style === 'CONFIRM_PAGE' && user_recv_style === undefined
  const isUsualPerception = user_recv_perception === SCENES[transfer_scene_id]?.perceptions[0] && !given
  const perception = isUsualPerception ? given : user_recv_perception
  const body: TransferBody = {
    appid: made.appid,
    out_bill_no: made.out_bill_no,
    transfer_scene_id,
    transfer_amount: made.transfer_amount,
    transfer_remark: made.transfer_remark,
    ...(user_name !== undefined && { user_name }),
    ...(notify_url !== undefined && { notify_url }),
    ...(perception !== undefined && { user_recv_perception: perception }),
    transfer_scene_report_infos: made.transfer_scene_report_infos,
    ...(!isUsualStyle && { user_recv_style: { type: style } }),
  }
  return requestValues({ call: 'transferToUser', openid: made.openid }, body)
}

/** Locks the money of a transfer that was short of it, once the account has enough. */
async function lockIfPossible(waiting: Transfer, account: TransferAccount, context: Context): Promise<Transfer> {
  const { tx, now } = context
  if (waiting.lock_time !== null || stateAt(waiting, now) !== 'PROCESSING') return waiting
  const available = availableIn(account)
  if (available !== undefined && available < waiting.transfer_amount) return waiting
  return keepTransfer(tx, { ...waiting, lock_time: now }, context)
}

/** When the money of a new transfer is locked; `null` if it waits for money. */
function lockingOf(
  amount: number,
  account: TransferAccount,
  isSynchronous: boolean,
  { now, settings, fail }: Context,
): number | null {
  const available = availableIn(account)
  const slow = !isSynchronous && transferSettings.transferLocking.of(settings) === 'slow'
  if (available !== undefined && available < amount) {
    if (slow) return null
    const { mchid } = account
    const missing = accountChange(mchid, { top_up: amount - available })
    return fail('not_enough', {
      en: `${mchid} has ${available} fen that can be transferred, and this takes ${amount}: ${missing}, then the same number again`,
      zh: `${mchid} 可转账的余额是 ${available} 分，不够本次的 ${amount} 分：${missing} 充值后，用原单号重试`,
    })
  }
  return slow ? orLastInstant(now + ACCEPTING_MS + LOCKING_MS) : now
}

/** Why the money of a transfer cannot arrive, as far as the mock finds out by itself; `undefined` where it can. */
export async function objectionToArrival(
  tx: Transaction,
  { mchid, openid, user_name, transfer_amount }: Pick<Transfer, 'mchid' | 'openid' | 'user_name' | 'transfer_amount'>,
  { now, settings }: { readonly now: number; readonly settings: Settings },
): Promise<FailReason | undefined> {
  const users = await findUsers(tx, openid, [mchid])
  if (users.some(({ real_name }) => real_name === null)) return 'REAL_NAME_CHECK_FAIL'
  if (user_name !== undefined && users.some(hasAnotherName(user_name))) return 'NAME_NOT_CORRECT'
  const { userDay } = limitsIn(settings)
  if (userDay === undefined) return undefined
  const today = await tx.in(transfers).where('received', receivedBy(openid, dayOf(now)), mchid)
  const received = today.reduce((sum, one) => sum + one.transfer_amount, 0)
  return received + transfer_amount > userDay ? 'DAY_RECEIVED_QUOTA_EXCEED' : undefined
}

function hasAnotherName(user_name: string) {
  return ({ real_name }: { readonly real_name?: string | null | undefined }) =>
    real_name != null && real_name !== user_name.trim()
}

/** Why a merchant without the product is refused. */
export function explainUnopened(mchid: string): Texts {
  const opening = accountChange(mchid, { opened: true })
  return {
    en: `${mchid} has not opened 商家转账: ${opening} opens it`,
    zh: `${mchid} 没有开通商家转账：${opening} 可以开通`,
  }
}

/** Refuses an address for callbacks that is neither https nor on this machine. */
export function checkAddress(name: string, url: string, { fail }: Fail<'url_unfit'>): void {
  if (isSafeAddress(url)) return
  fail('url_unfit', {
    en: `/body/${name}: ${url} is neither https nor on this machine`,
    zh: `/body/${name}：${url} 既不是 https，也不在本机`,
  })
}

/** Queries show the name encrypted again, which takes only so much. @throws ApiError */
function checkNameSize(user_name: string | undefined): void {
  if (user_name === undefined) return
  // Bytes that are not UTF-8 become longer when they are read as text.
  const bytes = Buffer.byteLength(user_name)
  if (bytes > 0 && bytes <= MAX_SENSITIVE_BYTES) return
  const explanation =
    bytes === 0
      ? { en: '/body/user_name: empty, once decrypted', zh: '/body/user_name：解密后为空' }
      : {
          en: `/body/user_name: ${bytes} bytes once it is decrypted, at most ${MAX_SENSITIVE_BYTES}`,
          zh: `/body/user_name：解密后长 ${bytes} 字节，最多 ${MAX_SENSITIVE_BYTES} 字节`,
        }
  throw new ApiError(commonErrors.parameter_invalid, { explanation })
}

/** The scene with an id, if the merchant has it. */
export function checkScene(
  sceneId: string,
  { mchid, scenes = [...ALL_SCENES] }: TransferAccount,
  { fail }: Fail<'scene_not_granted'>,
): Scene {
  const scene = SCENES[sceneId]
  if (scene && scenes.includes(sceneId)) return scene
  if (!scene) {
    return fail('scene_not_granted', {
      en: `/body/transfer_scene_id: there is no scene ${sceneId}; there are ${listed(ALL_SCENES, 'en')}`,
      zh: `/body/transfer_scene_id：没有转账场景 ${sceneId}，可用的有 ${listed(ALL_SCENES, 'zh')}`,
    })
  }
  const granting = accountChange(mchid, { grant_scene: sceneId })
  const named = explainScene(sceneId, scene)
  return fail('scene_not_granted', {
    en: `${mchid} was granted ${scenes.length === 0 ? 'no scene' : `the scenes ${listed(scenes, 'en')}`}, and this is ${named.en}: ${granting} grants it`,
    zh: `${mchid} ${scenes.length === 0 ? '没有获得任何转账场景' : `获得的转账场景是 ${listed(scenes, 'zh')}`}，本次是${named.zh}：${granting} 可以补上`,
  })
}

/** The most reported types that an explanation names. */
const NAMED_TYPES = 10

/** Refuses a report that is not exactly that of its scene. */
function checkReport(
  scene: Scene,
  { transfer_scene_id, transfer_scene_report_infos: given = [] }: TransferBody,
  { fail }: Context,
): void {
  const types = given.map(({ info_type }) => info_type)
  const refusal = judgeReport(scene, types)
  if (!refusal) return
  const named = explainScene(transfer_scene_id, scene)
  const told = [...types.slice(0, NAMED_TYPES), ...(types.length > NAMED_TYPES ? ['…'] : [])]
  fail(refusal, {
    en: `/body/transfer_scene_report_infos: ${named.en} takes ${listed(scene.reports, 'en')}, each once; given: ${listed(told, 'en') || 'nothing'}`,
    zh: `/body/transfer_scene_report_infos：${named.zh}应报备 ${listed(scene.reports, 'zh')}，每种一条；传入的是：${listed(told, 'zh') || '无'}`,
  })
}

/** The reason that the user is shown: the given one if the scene has it, by default the usual one of the scene. */
export function checkPerception(
  scene: Scene,
  { transfer_scene_id, user_recv_perception: given }: Pick<TransferBody, 'transfer_scene_id' | 'user_recv_perception'>,
  { fail }: Fail<'perception_unfit'>,
): string {
  const { perceptions } = scene
  if (!given) return perceptions[0]
  if (perceptions.includes(given)) return given
  const named = explainScene(transfer_scene_id, scene)
  return fail('perception_unfit', {
    en: `/body/user_recv_perception is ${given}, and ${named.en} has ${listed(perceptions, 'en')}; left out, it is ${perceptions[0]}`,
    zh: `/body/user_recv_perception 是“${given}”，${named.zh}可用的是 ${listed(perceptions, 'zh')}；不传则为“${perceptions[0]}”`,
  })
}

/** Refuses an amount beyond the limits of one transfer, or of the merchant's day or month. */
async function checkAmount(
  amount: number,
  isRedPacket: boolean,
  account: TransferAccount,
  { tx, now, caller, settings, fail }: Context,
): Promise<void> {
  const { least, most: mostOfAll, merchantDay, merchantMonth } = limitsIn(settings)
  const most = isRedPacket ? Math.min(mostOfAll, RED_PACKET_MOST_FEN) : mostOfAll
  if (amount < least || amount > most) {
    const setting = transferSettings.transferLimits.of(settings)
    fail('amount_out_of_range', {
      en: `/body/transfer_amount is ${amount}; ${isRedPacket ? 'a red packet' : 'a transfer'} takes ${least} to ${most} fen (transferLimits=${setting})`,
      zh: `/body/transfer_amount 是 ${amount}；${isRedPacket ? '红包样式' : '单笔转账'}的范围是 ${least} 到 ${most} 分（transferLimits=${setting}）`,
    })
  }
  const check = async (kind: Period, limit: number | undefined, [when, then]: readonly [Texts, Texts]) => {
    if (limit === undefined) return
    const { fen } = await createdNow(tx, kind, account, now)
    if (fen + amount <= limit) return
    fail(`${kind}_limit`, {
      en: `${caller.mchid} has transferred ${fen} fen ${when.en}, and ${amount} more would be over ${limit}: it can ${then.en}, or with transferLimits=wide`,
      zh: `${caller.mchid} ${when.zh}已转账 ${fen} 分，再转 ${amount} 分会超过 ${limit} 分：${then.zh}可转，或设置 transferLimits=wide`,
    })
  }
  await check('day', merchantDay, [
    { en: 'today', zh: '当日' },
    { en: 'tomorrow', zh: '次日' },
  ])
  await check('month', merchantMonth, [
    { en: 'this month', zh: '当月' },
    { en: 'next month', zh: '次月' },
  ])
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

/** Refuses a large transfer without the user's name, a tiny one with it, and a name that is known to be wrong. */
async function checkName(
  user_name: string | undefined,
  amount: number,
  openid: string,
  { tx, caller, fail }: Context,
): Promise<void> {
  if (user_name === undefined) {
    if (amount < NAME_NEEDED_FROM_FEN) return
    return fail('name_missing', {
      en: `/body/user_name: missing; ${amount} fen are transferred, and from ${NAME_NEEDED_FROM_FEN} on it is needed`,
      zh: `/body/user_name：缺少此字段；金额为 ${amount} 分，${NAME_NEEDED_FROM_FEN} 分及以上必填`,
    })
  }
  if (amount < NAME_FROM_FEN) {
    fail('name_not_allowed', {
      en: `/body/user_name: given; ${amount} fen are transferred, and below ${NAME_FROM_FEN} it has to be left out`,
      zh: `/body/user_name：不应传此字段；金额为 ${amount} 分，${NAME_FROM_FEN} 分及以上才能传`,
    })
  }
  const users = await findUsers(tx, openid, [caller.mchid])
  const other = users.find(hasAnotherName(user_name))
  if (!other) return
  fail('name_differs', {
    en: `/body/user_name is ${user_name}, and the real name of ${openid} is ${other.real_name}`,
    zh: `/body/user_name 是“${user_name}”，${openid} 的实名是“${other.real_name}”`,
  })
}
