import { type CallsFor, rowCalls } from 'wechatpay-mock'
import { card, cards } from './cards.ts'

/** Paths of the control calls, below `/_mock`. */
export const routes = {
  /** Adds a card, or replaces the one with its number. */
  addCard: 'POST /cards',
  /** Looks at a card. */
  card: 'GET /cards/{card_id}{?mchid}',
  /** Changes a card as the shop does: `{ state: 'BLOCKED' }`, or its stamps. */
  changeCard: 'PATCH /cards/{card_id}{?mchid}',
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
    body: card.pick({ stamps: true, state: true }).partial(),
    apply: (row, { body: { stamps = row.stamps, state = row.state } }) => ({ ...row, stamps, state }),
  }),
} satisfies CallsFor<typeof routes>
