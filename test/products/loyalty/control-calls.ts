import { type CallsFor, rowCalls } from 'wechatpay-mock'
import { card, cards } from './cards.ts'

/** Paths of the control calls, below `/_mock`. */
export const routes = {
  /** Adds a card, or replaces the one with its number. */
  addCard: 'POST /cards',
  /** Looks at a card. */
  card: 'GET /cards/{card_id}{?mchid}',
  /** Changes the stamps of a card. */
  changeCard: 'PATCH /cards/{card_id}{?mchid}',
  /** Blocks a card, as the shop does. */
  blockCard: 'POST /cards/{card_id}/block{?mchid}?',
  /** Lets a blocked card be used again. */
  unblockCard: 'POST /cards/{card_id}/unblock{?mchid}?',
} as const

const ofCard = rowCalls(cards, {
  one: { en: 'card', zh: '会员卡' },
  key: 'card_id',
  shown: card,
  show: cards.toJson,
})

export const calls = {
  addCard: ofCard.add.one,
  card: ofCard.look,
  changeCard: ofCard.change({
    summary: 'Change a card',
    body: card.pick({ stamps: true }),
    apply: (row, { body }) => ({ ...row, ...body }),
  }),
  blockCard: ofCard.change({
    summary: 'Block a card',
    transitions: [{ event: 'blocked', title: { en: 'Block', zh: '停用' }, from: ['OPEN'], to: 'BLOCKED', by: 'hand' }],
    apply: (row) => ({ ...row, state: 'BLOCKED' }),
  }),
  unblockCard: ofCard.change({
    summary: 'Let a blocked card be used again',
    transitions: [
      { event: 'unblocked', title: { en: 'Unblock', zh: '恢复' }, from: ['BLOCKED'], to: 'OPEN', by: 'hand' },
    ],
    apply: (row) => ({ ...row, state: 'OPEN' }),
  }),
} satisfies CallsFor<typeof routes>
