import { defineThing } from 'wechatpay-mock'
import { cards } from './cards.ts'
import { calls } from './control-calls.ts'

/** How the dashboard shows a card. */
export const cardThing = defineThing(cards, {
  one: { en: 'Card', zh: '会员卡' },
  none: { en: 'No cards yet. Add one.', zh: '还没有会员卡。可以添加一张。' },
  show: cards.toJson,
  life: {
    stages: [
      [{ name: 'OPEN', title: { en: 'in use', zh: '使用中' }, tone: 'good' }],
      [{ name: 'BLOCKED', title: { en: 'blocked', zh: '已停用' }, tone: 'bad' }],
    ],
    transitions: [calls.blockCard, calls.unblockCard],
  },
  facts: [
    { title: { en: 'Holder', zh: '持卡用户' }, of: ({ openid }) => openid, as: 'code', inList: 'under' },
    { title: { en: 'Stamps', zh: '印章' }, of: ({ stamps }) => stamps, inList: 'beside' },
  ],
  actions: [
    {
      title: { en: 'Set stamps', zh: '设置印章数' },
      call: 'changeCard',
      fields: [{ member: 'stamps', title: { en: 'Stamps', zh: '印章' } }],
      done: { en: 'The card was changed.', zh: '会员卡已修改。' },
    },
  ],
  makes: [
    {
      title: { en: 'Add a card', zh: '添加会员卡' },
      call: 'addCard',
      fields: [
        { member: 'card_id', title: { en: 'Number', zh: '卡号' } },
        { member: 'openid', title: { en: 'Holder', zh: '持卡用户' } },
      ],
      made: ['mchid', 'card_id'],
      done: { en: 'The card was added.', zh: '会员卡已添加。' },
    },
  ],
})
