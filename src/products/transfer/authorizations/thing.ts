import { belongsTo, defineThing } from '../../../control/things/thing.ts'
import { users } from '../../platform/index.ts'
import { authorizationState } from '../authorization-rules.ts'
import { confirmPage, confirmPageQuery } from '../confirm-page.ts'
import { CLOSE_REASON_MEANINGS, withMeaning } from '../meanings.ts'
import { describeScene, SCENE_NAMES } from '../scenes.ts'
import { AUTHORIZATION_STATE } from '../spellings.ts'
import { authorizationHistory } from './authorization-timeline.ts'
import { showAuthorization } from './shown.ts'
import { transferAuthorizations } from './table.ts'

/** Authorizations (免确认收款授权) as the dashboard shows them. */
export const authorizationThing = defineThing(transferAuthorizations, {
  one: { en: 'Authorization', zh: '免确认收款授权' },
  none: {
    en: 'No authorizations yet. Add one here, or ask a user for one with a call.',
    zh: '还没有免确认收款授权。可以在此添加，或调用接口向用户发起。',
  },
  show: showAuthorization,
  state: (one, now) => AUTHORIZATION_STATE[authorizationState(one, now)],
  search: {
    hint: {
      en: 'Authorization number, WeChat Pay’s number, openid, name',
      zh: '商户授权单号、微信授权单号、openid、展示名称',
    },
    texts: ({ outAuthorizationNo, authorizationId, openid, displayName }) => [
      outAuthorizationNo,
      authorizationId,
      openid,
      displayName,
    ],
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
    {
      title: { en: 'User', zh: '用户' },
      of: ({ openid }) => openid,
      to: ({ mchid, openid }) => ({ table: users, name: [mchid, openid] }),
      as: 'code',
      inList: 'under',
    },
    {
      title: { en: 'Scene', zh: '转账场景' },
      of: ({ transfer_scene_id }) => describeScene(transfer_scene_id),
      inList: 'under',
    },
    { title: { en: 'The user sees', zh: '用户收款感知' }, of: ({ user_recv_perception }) => user_recv_perception },
    { title: { en: 'Merchant', zh: '商户号' }, of: ({ mchid }) => mchid, as: 'code' },
    { title: { en: 'Requested', zh: '发起时间' }, of: ({ create_time }) => create_time, as: 'time', inList: 'end' },
    { title: { en: 'Agreed', zh: '授权时间' }, of: ({ authorize_time }) => authorize_time ?? undefined, as: 'time' },
    { title: { en: 'Closed', zh: '关闭时间' }, of: ({ close_info: closed }) => closed?.close_time, as: 'time' },
    {
      title: { en: 'WeChat Pay authorization number', zh: '微信授权单号' },
      of: ({ authorization_id }) => authorization_id,
      as: 'code',
    },
    { title: { en: 'Told at', zh: '通知地址' }, of: ({ authorization_notify_url: url }) => url, as: 'code' },
    { title: { en: 'package_info', zh: '授权页 package_info' }, of: ({ package_info }) => package_info, as: 'code' },
  ],
  makes: [
    {
      title: { en: 'Add an authorization', zh: '添加授权' },
      call: 'addTransferAuthorization',
      fields: [
        {
          member: 'openid',
          title: { en: 'User (openid)', zh: '用户（openid）' },
          placeholder: { en: 'auto', zh: '自动生成' },
        },
        {
          member: 'transfer_scene_id',
          title: { en: 'Scene', zh: '转账场景' },
          placeholder: describeScene('1000'),
          options: SCENE_NAMES,
        },
        {
          member: 'user_display_name',
          title: { en: 'Name shown to the user', zh: '用户展示名称' },
          placeholder: { en: '测试用户', zh: '测试用户' },
        },
      ],
      made: ['mchid', 'out_authorization_no'],
      done: { en: 'The user no longer needs to confirm.', zh: '授权已添加，该用户免确认收款。' },
    },
  ],
  belongs: [
    belongsTo(users, {
      title: { en: 'Authorizations of this user', zh: '该用户的免确认收款授权' },
      rows: async (tx, { mchid, openid }) =>
        (await tx.in(transferAuthorizations).where('openid', openid, mchid)).toSorted(
          (a, b) => b.createdAt - a.createdAt,
        ),
    }),
  ],
  history: {
    events: {
      asked: { en: 'User asked', zh: '已发起授权' },
      agreed: { en: 'User agreed', zh: '用户已同意' },
      closed: { en: 'Closed', zh: '已关闭' },
      lapsed: { en: 'Closed: nobody agreed in time', zh: '超时未确认，已关闭' },
    },
    of: (one, { mock, language, now, limit }) => authorizationHistory(mock, language, one, now, limit),
  },
})
