import { type CallsFor, defineCall, UsageError } from 'wechatpay-mock'
import { z } from 'zod'
import { cardFrom, cardJson, cards, completedCard, describeCard } from './cards.ts'

/** Where the control calls are found, below `/_mock`. */
export const routes = {
  /** Adds a card, or replaces the one with its number. */
  addCard: 'POST /cards',
  /** Looks at a card of the well-known merchant. */
  card: 'GET /cards/{card_id}',
} as const

/** What they do. */
export const calls = {
  addCard: defineCall({
    summary: 'Add a card',
    body: cardJson,
    status: 201,
    answer: completedCard,
    handle: ({ body }, { mock }) =>
      mock.store.transaction(async (tx) => {
        const card = cardFrom(body, mock.defaultMerchant.mchid)
        await tx.in(cards).save(card)
        return describeCard(card)
      }),
  }),
  card: defineCall({
    summary: 'Look at a card',
    params: z.object({ card_id: z.string() }),
    answer: completedCard,
    refusals: { MOCK_CARD_UNKNOWN: { status: 404, when: 'there is no such card' } },
    handle: ({ params: { card_id } }, { mock }) =>
      mock.store.transaction(async (tx) => {
        const card = await tx.in(cards).find(mock.defaultMerchant.mchid, card_id)
        if (card) return describeCard(card)
        throw new UsageError(
          'MOCK_CARD_UNKNOWN',
          {
            en: `There is no card ${card_id}: add it with POST /_mock/cards.`,
            zh: `没有会员卡 ${card_id}，请用 POST /_mock/cards 添加。`,
          },
          { path: '/path/card_id' },
        )
      }),
  }),
} satisfies CallsFor<typeof routes>
