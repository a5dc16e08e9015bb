import { isSafeAddress } from '../../../engine/callbacks/callback-host.ts'
import type { OperationContext } from '../../../engine/operation.ts'
import { listed } from '../../../shared/texts.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { createdTodayIn } from '../accounts/find-account.ts'
import type { TransferAccount } from '../accounts/table.ts'
import { accountChange, explainScene } from '../explain.ts'
import { NAME_FROM_FEN, NAME_NEEDED_FROM_FEN, RED_PACKET_MOST_FEN } from '../rules/money.ts'
import { ALL_SCENES, judgeReport, SCENES, type Scene } from '../rules/scene.ts'
import { limitsIn, transferSettings } from '../settings.ts'
import type { placeErrors } from './errors.ts'
import type { BillBody } from './request-values.ts'

type PlaceError = keyof typeof placeErrors

/** Why a merchant without the product is refused. */
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

/** How many of the types that a call reports are told of. */
const TOLD_TYPES = 10

/** Refuses a report that is not exactly that of its scene. */
export function checkReport(
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

/** Refuses an amount beyond the limits of one transfer, or of the merchant's day. */
export async function checkAmount(
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

/** Refuses a large transfer without the user's name, and a tiny one with it. */
export function checkName(
  userName: string | undefined,
  amountFen: number,
  { fail }: OperationContext<PlaceError>,
): void {
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
