import { z } from 'zod'
import { field, stateOf, transition } from '../../control/life.ts'
import type { Turn } from '../../control/row-calls.ts'
import { rowFaces } from '../../control/row-faces.ts'
import { belongsBy, fact, link } from '../../control/things/thing.ts'
import { historyOf, type Step } from '../../control/timeline.ts'
import { putIntoOutbox } from '../../engine/callbacks/notifications.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { isJsonObject, parseJsonObject } from '../../wire/protocol/json-object.ts'
import { users } from '../platform/index.ts'
import { applyUserConfirmAuthorization, closeUserConfirmAuthorization } from './authorization-calls.ts'
import {
  type Authorization,
  agree,
  authorizationEvents,
  authorizationNotification,
  authorizationState,
  CLOSE_REASON_MEANINGS,
  closeAuthorization,
  closeReason,
  closingAt,
  authorization as row,
  transferAuthorizations,
} from './authorizations.ts'
import { confirmPage, confirmPageQuery } from './confirm-page.ts'
import { notWaiting, openAuthorizationPage, pageMembers, pageRefusals } from './confirm-page-checks.ts'
import { explainAuthorization } from './explain.ts'
import { describeScene, SCENE_NAMES, withMeaning } from './meanings.ts'
import { samePackageInfoFor } from './numbers.ts'
import { preTransferWithAuthorization } from './transfer-calls.ts'

const stateRefusal = (when: string) => ({ MOCK_AUTHORIZATION_STATE: { status: 409, when } }) as const

export const authorizations = rowFaces(
  transferAuthorizations,
  row.extend({
    package_info: z.string().optional().describe('one that opens the page on the phone, while that is waited for'),
  }),
  {
    id: 'ShownTransferAuthorization',
    description: 'an authorization as it is now',
    one: { en: 'authorization', zh: '授权' },
    key: 'out_authorization_no',
    member: 'state',
    state: authorizationState,
    at: (one, now) => ({
      ...one,
      close_info: closingAt(one, now),
      ...(authorizationState(one, now) === 'WAIT_USER_CONFIRM' && {
        package_info: samePackageInfoFor({ kind: 'authorization', number: one.authorization_id }),
      }),
    }),
    stages: [
      [stateOf('WAIT_USER_CONFIRM', 'awaiting consent', '待用户确认', 'warn')],
      [stateOf('TAKING_EFFECT', 'in effect', '生效中', 'good'), stateOf('CLOSED', 'closed', '已关闭', 'bad')],
    ],
  },
)

export const transferAuthorization = authorizations.look
export const { one: addTransferAuthorization, many: addTransferAuthorizations } = authorizations.add

export const confirmTransferAuthorization = authorizations.change({
  summary: "Agree to an authorization, as the user's phone does; the merchant is told",
  transitions: [
    transition('agreed', 'user', ['WAIT_USER_CONFIRM'], 'TAKING_EFFECT', {
      title: { en: 'Agree', zh: '同意授权' },
      happened: { en: 'User agreed', zh: '用户已同意' },
      done: { en: 'The user has agreed, and the callback is on its way.', zh: '用户已同意授权，随后会发送回调。' },
    }),
  ],
  body: z.strictObject(pageMembers),
  bodyOptional: true,
  refusals: { ...pageRefusals, ...stateRefusal('it is in effect already, or closed') },
  apply(one, { body, ...turn }) {
    openAuthorizationPage(one, body, turn.now)
    const decision = agree(one, turn.now)
    if (!decision.ok) throw notWaiting(one, turn.now)
    return tell(decision.value, turn)
  },
})

export const closeTransferAuthorization = authorizations.change({
  summary: 'Close an authorization, as the user does on the phone, or WeChat Pay; the merchant is told',
  transitions: [
    transition('closed', 'user', ['WAIT_USER_CONFIRM', 'TAKING_EFFECT'], 'CLOSED', {
      title: { en: 'Close', zh: '关闭授权' },
      happened: { en: 'Closed', zh: '已关闭' },
      fields: [
        field('close_reason', 'Reason', '关闭原因', {
          placeholder: withMeaning('USER_CLOSE', CLOSE_REASON_MEANINGS),
          options: CLOSE_REASON_MEANINGS,
        }),
      ],
      done: { en: 'The authorization is closed, and the callback is on its way.', zh: '授权已关闭，随后会发送回调。' },
    }),
  ],
  body: z.strictObject({ close_reason: closeReason.optional().describe('USER_CLOSE if left out') }),
  bodyOptional: true,
  refusals: stateRefusal('it is closed already'),
  apply(one, { body, ...turn }) {
    const closed = closeAuthorization(one, body.close_reason ?? 'USER_CLOSE', turn.now)
    if (closed !== one) return tell(closed, turn)
    const { en, zh } = explainAuthorization(one, turn.now)
    throw new UsageError('MOCK_AUTHORIZATION_STATE', {
      en: `Nothing is left to close: ${en}. Ask for another one.`,
      zh: `无需再次关闭：${zh}。请另发起一个授权。`,
    })
  },
})

async function tell(one: Authorization, { tx, now, ids, settings }: Turn): Promise<Authorization> {
  await putIntoOutbox(tx, authorizationNotification(one, now, settings), { now, ids })
  return one
}

const authorizationHistory = historyOf({
  table: transferAuthorizations,
  others: () => undefined,
  events: Object.values(authorizationEvents),
  reports: (content, { mchid, out_authorization_no }) =>
    content.mchid === mchid && content.out_authorization_no === out_authorization_no,
  names: ({ out_authorization_no, authorization_id }) => [
    ['out_authorization_no', out_authorization_no],
    ['authorization_id', authorization_id],
  ],
  isAbout({ operation, request, mchid }, one) {
    if (operation !== preTransferWithAuthorization.id || (mchid ?? one.mchid) !== one.mchid) return false
    const info = parseJsonObject(request.body)?.authorization_info
    return isJsonObject(info) && info.out_authorization_no === one.out_authorization_no
  },
  steps: stepsOf,
})

function stepsOf(one: Authorization, now: number): readonly Step[] {
  const { create_time, authorize_time } = one
  const closing = closingAt(one, now)
  const asking = [applyUserConfirmAuthorization.id, preTransferWithAuthorization.id]
  const asked: Step = { event: 'asked', at: create_time, after: 'WAIT_USER_CONFIRM', isTold: false, byCall: asking }
  const steps = [asked]
  if (authorize_time !== null && authorize_time <= now) {
    const after = 'TAKING_EFFECT'
    steps.push({ event: 'agreed', at: authorize_time, before: asked.after, after, isTold: true, byCall: false })
  }
  if (closing) {
    steps.push({
      event: closing.close_reason === 'USER_OVERDUE_UNCONFIRMED' ? 'lapsed' : 'closed',
      at: closing.close_time,
      before: (steps.at(-1) ?? asked).after,
      after: 'CLOSED',
      isTold: true,
      byCall: [closeUserConfirmAuthorization.id],
    })
  }
  return steps
}

export const authorizationThing = authorizations.thing({
  one: { en: 'Authorization', zh: '免确认收款授权' },
  none: {
    en: 'No authorizations yet. Add one here, or ask a user for one with a call.',
    zh: '还没有免确认收款授权。可以在此添加，或调用接口向用户发起。',
  },
  transitions: [
    confirmTransferAuthorization,
    closeTransferAuthorization,
    transition('lapsed', 'time', ['WAIT_USER_CONFIRM'], 'CLOSED', {
      title: { en: '24 hours pass', zh: '满 24 小时' },
      happened: { en: 'Closed: nobody agreed in time', zh: '超时未确认，已关闭' },
    }),
  ],
  search: {
    hint: {
      en: 'Authorization number, WeChat Pay’s number, openid, name',
      zh: '商户授权单号、微信授权单号、openid、展示名称',
    },
    texts: (one) => [one.out_authorization_no, one.authorization_id, one.openid, one.user_display_name],
  },
  about: ({ user_display_name }) => user_display_name,
  facts: [
    {
      title: { en: 'Closed because', zh: '关闭原因' },
      of: ({ close_info: closed }) => closed && withMeaning(closed.close_reason, CLOSE_REASON_MEANINGS),
    },
    {
      title: { en: 'Page on the phone', zh: '手机授权页' },
      of: ({ package_info }) => package_info && { en: 'Open it', zh: '打开授权页' },
      opens: { page: confirmPage, query: confirmPageQuery },
    },
    link('openid', 'User', '用户', users, { inList: 'under' }),
    {
      title: { en: 'Scene', zh: '转账场景' },
      of: ({ transfer_scene_id }) => describeScene(transfer_scene_id),
      inList: 'under',
    },
    fact('user_recv_perception', 'The user sees', '用户收款感知'),
    fact('mchid', 'Merchant', '商户号', { as: 'code' }),
    fact('create_time', 'Requested', '发起时间', { as: 'time', inList: 'end' }),
    fact('authorize_time', 'Agreed', '授权时间', { as: 'time' }),
    { title: { en: 'Closed', zh: '关闭时间' }, of: ({ close_info: closed }) => closed?.close_time, as: 'time' },
    fact('authorization_id', 'WeChat Pay authorization number', '微信授权单号', { as: 'code' }),
    fact('authorization_notify_url', 'Told at', '通知地址', { as: 'code' }),
    fact('package_info', 'package_info', '授权页 package_info', { as: 'code' }),
  ],
  makes: [
    {
      title: { en: 'Add an authorization', zh: '添加授权' },
      call: 'addTransferAuthorization',
      fields: [
        field('openid', 'User (openid)', '用户（openid）', { placeholder: { en: 'auto', zh: '自动生成' } }),
        field('transfer_scene_id', 'Scene', '转账场景', { placeholder: describeScene('1000'), options: SCENE_NAMES }),
        field('user_display_name', 'Name shown to the user', '用户展示名称', {
          placeholder: { en: '测试用户', zh: '测试用户' },
        }),
      ],
      made: ['mchid', 'out_authorization_no'],
      done: { en: 'The user no longer needs to confirm.', zh: '授权已添加，该用户免确认收款。' },
    },
  ],
  belongs: [
    belongsBy('openid', users, transferAuthorizations, {
      en: 'Authorizations of this user',
      zh: '该用户的免确认收款授权',
    }),
  ],
  history: { events: { asked: { en: 'User asked', zh: '已发起授权' } }, of: authorizationHistory },
})
