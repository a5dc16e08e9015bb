import { HELD_BY_RULES } from '../../catalogue/documented-call.ts'
import type { IdSource } from '../../engine/ids.ts'
import { documented, inferred, type OperationContext, REPEAT, upon } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { inBoth, listed } from '../../wire/shared/texts.ts'
import { explainAppid, mayUseAppid } from '../common/explain.ts'
import { aboutCall, createCall } from '../common/numbered-calls.ts'
import { because, fromPage, invalidRequest, parameterUnfit } from '../common/refusal.ts'
import {
  type Authorization,
  authorizationNotification,
  authorizationState,
  closeAuthorization,
  closeReason,
  closingAt,
  isShown,
  MOST_STANDING,
  transferAuthorizations,
} from './authorizations.ts'
import { explainAuthorization } from './explain.ts'
import { authorizationIdOf, packageInfoFor } from './numbers.ts'
import { checkAddress, checkOpenid, checkPerception, checkScene, explainUnopened } from './place-transfer.ts'
import { transferSources } from './sources.ts'
import { confirmedRefusals, placeRefusals } from './transfer-refusals.ts'
import { accountOf } from './transfer-store.ts'

export const displayNameUnfit = parameterUnfit({
  en: 'user_display_name has an emoji (that it must not is documented)',
  zh: 'user_display_name 中有表情符号（不允许见文档）',
})

export const limitReached = invalidRequest('documented', '用户在当前场景下的授权数量达到限制，不支持发起授权', {
  en: 'five authorizations of the user for the scene are in effect or wait for the user',
  zh: '用户在该场景下生效中和待确认的授权已有 5 个',
  source: transferSources.authorizationPage,
})

/** Lengths of numbers and addresses were seen to be counted in bytes. */
const NUMBER = { bytes: true, example: 'plfk2020042013' } as const

/** 申请用户授权: ask a user to be paid without confirming each time. */
export const applyUserConfirmAuthorization = createCall(
  transferAuthorizations,
  'POST /v3/fund-app/mch-transfer/user-confirm-authorization',
  {
    id: 'applyUserConfirmAuthorization',
    summary: 'Ask a user to be paid without confirming each time',
    fields: {
      'body/out_authorization_no': NUMBER,
      'body/appid': { bytes: true, example: 'wxf636efh567hg4356' },
      'body/openid': { bytes: true, example: 'o-MYE42l80oelYMDE34nYD456Xoy' },
      'body/transfer_scene_id': { bytes: true, example: '1000' },
      'body/user_display_name': { example: '用户昵称：王先生' },
      'body/user_recv_perception': { example: '现金奖励' },
      'body/authorization_notify_url': {
        ...HELD_BY_RULES,
        bytes: true,
        pattern: '^https?:\\/\\/[^\\s?#]+$',
        example: 'https://www.example.com/notify',
      },
      'body/scene_info/client_ip': { bytes: true, example: '127.0.0.1' },
      'body/scene_info/device_id': { bytes: true },
    },
    refusals: {
      url_unfit: confirmedRefusals.url_unfit,
      display_name_unfit: displayNameUnfit,
      not_opened: because(placeRefusals.not_opened, {
        en: 'the merchant has not opened the product (control: `opened`); the code was seen, and of the text only its beginning, 商户无权限发起: this one is that of transfers',
        zh: '商户没有开通该产品（控制接口：`opened`）；错误码见过实例，文字只见过开头「商户无权限发起」，这里沿用发起转账的文字',
        evidence: 'sibling',
        source: transferSources.authorizationsNotOpened,
      }),
      number_reused: invalidRequest('inferred', '商户授权单号已被使用，且请求参数与之前不一致', {
        en: 'the out_authorization_no was used before, with other values (the text is ours)',
        zh: '该 out_authorization_no 已被使用，且参数不同（文字为自拟）',
        internalCode: INTERNAL_CODES.repeatedWithOtherValues,
      }),
      not_waiting: fromPage('400 INVALID_REQUEST 当前申请单已解除或已授权成功', {
        en: 'the same number is repeated once the authorization is in effect or closed',
        zh: '授权生效或关闭之后，以原单号再次发起',
      }),
      appid_unbound: placeRefusals.appid_unbound,
      scene_not_granted: placeRefusals.scene_not_granted,
      perception_unfit: placeRefusals.perception_unfit,
      openid_unfit: placeRefusals.openid_unfit,
      limit_reached: { row: `400 INVALID_REQUEST ${limitReached.message}`, when: limitReached.when },
    },
    rules: [
      documented('The user agrees on the page that transfers are confirmed on.'),
      documented(
        'Not agreed to within 24 hours, it is CLOSED with USER_OVERDUE_UNCONFIRMED, and no callback is sent (that none is sent is inferred).',
      ),
      documented(
        'A user has at most 5 authorizations for a scene that wait or are in effect; those in effect have no end.',
      ),
      upon(
        REPEAT,
        inferred(
          'The same number with the same values is answered with the authorization while it waits, and a new package_info.',
        ),
      ),
      documented('A package_info that was given before opens the page as long as the user is waited for.'),
      documented('The number of one that nobody agreed to can be used again 30 days after it was closed.'),
      documented(
        'MCHTRANSFER.AUTHORIZATION.CONFIRMED is sent to authorization_notify_url when the user agrees, MCHTRANSFER.AUTHORIZATION.CLOSED when user or merchant close it.',
        transferSources.authorizationCallback,
      ),
      inferred('The summary of the callback about a closed one is ours, and so is the place of mchid.'),
      inferred('What counts as an emoji in user_display_name is what is shown as one: 😀, ❤️, 1️⃣ and flags, not ™ or ☎.'),
      inferred('scene_info is checked and compared, and changes nothing else.'),
    ],
    number: 'out_authorization_no',
    differs: 'number_reused',
    answer: (one, _, { ids }) => ({ ...one, state: 'WAIT_USER_CONFIRM', package_info: packageOf(one, ids) }),
    async first({ body }, context) {
      checkAddress('authorization_notify_url', body.authorization_notify_url, context)
      checkDisplayName(body.user_display_name, context)
      const { mchid } = context.caller
      if (!(await accountOf(context.tx, mchid)).opened) context.fail('not_opened', explainUnopened(mchid))
    },
    async find(number, { tx, caller, now }) {
      const before = await tx.in(transferAuthorizations).find(caller.mchid, number)
      return before && isShown(before, now) ? before : undefined
    },
    again: (one, { now, fail }) =>
      authorizationState(one, now) === 'WAIT_USER_CONFIRM' ? one : fail('not_waiting', explainAuthorization(one, now)),
    async make({ body }, made, context) {
      const { tx, now, caller, ids, fail } = context
      const { scene_info: _, ...told } = body
      if (!mayUseAppid(body.appid, [caller])) return fail('appid_unbound', explainAppid(body.appid, [caller]))
      const scene = checkScene(body.transfer_scene_id, await accountOf(tx, caller.mchid), context)
      const user_recv_perception = checkPerception(scene, body, context)
      await checkOpenid(body.openid, body.appid, context)
      await checkLimit({ ...told, ...made }, context)
      const authorization_id = authorizationIdOf(ids, now)
      return { ...told, ...made, authorization_id, user_recv_perception, authorize_time: null }
    },
  },
)

function packageOf({ authorization_id: number }: Authorization, ids: IdSource): string {
  return packageInfoFor({ kind: 'authorization', number }, ids)
}

type Scope = Pick<Authorization, 'mchid' | 'openid' | 'transfer_scene_id'>

/** The authorizations of a user for a scene that are in effect or wait for the user. */
export async function standingAuthorizations(
  tx: Transaction,
  { mchid, openid, transfer_scene_id: scene }: Scope,
  now: number,
): Promise<readonly Authorization[]> {
  const all = await tx.in(transferAuthorizations).where('openid', openid, mchid)
  return all.filter((one) => one.transfer_scene_id === scene && authorizationState(one, now) !== 'CLOSED')
}

export async function checkLimit(
  asked: Scope,
  { tx, now, fail }: Pick<OperationContext<'limit_reached'>, 'tx' | 'now' | 'fail'>,
): Promise<void> {
  const standing = await standingAuthorizations(tx, asked, now)
  if (standing.length < MOST_STANDING) return
  const { openid, transfer_scene_id: scene } = asked
  const numbers = standing.map((one) => one.out_authorization_no).toSorted()
  fail('limit_reached', {
    en: `${openid} has the authorizations ${listed(numbers, 'en')} for scene ${scene}: go on with one of them, or close one first`,
    zh: `${openid} 在场景 ${scene} 下已有授权 ${listed(numbers, 'zh')}：请使用其中一个，或先解除一个`,
  })
}

// Shown as an emoji by itself, or because of the selector or the key cap behind it.
const EMOJI = /\p{Emoji_Presentation}|\uFE0F|\u20E3/u

export function checkDisplayName(name: string, { fail }: Pick<OperationContext<'display_name_unfit'>, 'fail'>): void {
  if (!EMOJI.test(name)) return
  fail('display_name_unfit', {
    en: '/body/user_display_name: has an emoji',
    zh: '/body/user_display_name：含有表情符号',
  })
}

const ONE = '/v3/fund-app/mch-transfer/user-confirm-authorization/out-authorization-no/{out_authorization_no}'

const unlessForgotten = {
  refusals: {
    not_found: fromPage('404 NOT_FOUND', {
      en: 'the caller has no such authorization, or nobody agreed to it and that is more than 30 days ago',
      zh: '调用方没有该授权单，或用户未确认且已超过 30 天',
    }),
  },
  one: { en: 'authorization', zh: '授权' },
  unknown: 'not_found',
  hidden: (one: Authorization, now: number) =>
    isShown(one, now)
      ? undefined
      : {
          en: `${one.mchid} has no authorization ${one.out_authorization_no} any more: nobody agreed to it, and 30 days have passed`,
          zh: `${one.mchid} 没有授权 ${one.out_authorization_no}（用户未确认，已超过 30 天）`,
        },
} as const

/** 商户单号查询授权结果: look an authorization up. */
export const getUserConfirmAuthorization = aboutCall(transferAuthorizations, `GET ${ONE}`, {
  ...unlessForgotten,
  id: 'getUserConfirmAuthorization',
  summary: 'Look up an authorization to be paid without confirming',
  fields: {
    'path/out_authorization_no': NUMBER,
    'query/is_display_authorization': { type: 'string', title: '是否展示授权信息', values: ['true', 'false'] },
    'answer/package_info': { type: 'string' },
  },
  rules: [
    inferred('With is_display_authorization=true the answer has a package_info while the user is waited for.'),
    documented('One that nobody agreed to is shown for 30 days after it was closed.'),
    documented('authorization_id and authorize_time are there once the user has agreed.'),
  ],
  handle(one, { query }, { now, ids }) {
    const details = detailsOf(one, now)
    const isOpen = query.is_display_authorization === 'true' && details.state === 'WAIT_USER_CONFIRM'
    return isOpen ? { ...details, package_info: packageOf(one, ids) } : details
  },
})

/** 解除免确认收款授权: close an authorization. */
export const closeUserConfirmAuthorization = aboutCall(transferAuthorizations, `POST ${ONE}/close`, {
  ...unlessForgotten,
  id: 'closeUserConfirmAuthorization',
  summary: 'Close an authorization to be paid without confirming',
  fields: { 'path/out_authorization_no': NUMBER, 'answer/close_info/close_reason': { values: closeReason.options } },
  rules: [
    documented('It is CLOSED with CLOSE_VIA_MCH_API, and the merchant is told.'),
    inferred('One that waits for the user can be closed, too.'),
    inferred('Closed again, it is answered without a change, and nobody is told again.'),
    inferred('A body is optional; members in it are refused, as all that no page has.'),
  ],
  async handle(one, _, { tx, now, settings, notify }) {
    const closed = closeAuthorization(one, 'CLOSE_VIA_MCH_API', now)
    if (closed !== one) {
      await tx.in(transferAuthorizations).save(closed)
      await notify(authorizationNotification(closed, now, settings))
    }
    return detailsOf(closed, now)
  },
})

function detailsOf(one: Authorization, now: number) {
  const { authorization_id, authorize_time, ...rest } = one
  return {
    ...rest,
    ...(authorize_time !== null && { authorization_id, authorize_time }),
    state: authorizationState(one, now),
    close_info: closingAt(one, now),
  }
}

export const authorizationUnfit = invalidRequest('inferred', '授权不存在或已关闭', {
  en: 'the authorization does not exist, was closed, or waits for the user (the text is ours)',
  zh: '授权不存在、已关闭，或用户尚未确认（文字为自拟）',
})

export const authorizationDiffers = invalidRequest('inferred', '转账信息与授权信息不一致', {
  en: 'the scene, the appid or the openid is another than that of the authorization (the text is ours)',
  zh: '转账场景、appid 或 openid 与授权时不同（文字为自拟）',
})

/** Refuses an authorization that is not in effect, or was given for something else than a transfer has. */
export function checkAuthorization(
  found: Authorization,
  asked: { readonly appid: string; readonly transfer_scene_id: string; readonly openid?: string | undefined },
  { now, fail }: Pick<OperationContext<'authorization_unfit' | 'authorization_differs'>, 'now' | 'fail'>,
): void {
  if (authorizationState(found, now) !== 'TAKING_EFFECT') fail('authorization_unfit', explainAuthorization(found, now))
  const { openid = found.openid } = asked
  const wanted = { ...asked, openid }
  const differing = (['transfer_scene_id', 'appid', 'openid'] as const).filter((name) => found[name] !== wanted[name])
  if (differing.length === 0) return
  const differences = inBoth((language) =>
    differing
      .map((name) =>
        language === 'en'
          ? `${name} ${found[name]}, and the call ${wanted[name]}`
          : `${name} 是 ${found[name]}，本次传入 ${wanted[name]}`,
      )
      .join(language === 'en' ? '; ' : '；'),
  )
  fail('authorization_differs', {
    en: `authorization ${found.out_authorization_no} has ${differences.en}`,
    zh: `授权 ${found.out_authorization_no} 的 ${differences.zh}`,
  })
}
