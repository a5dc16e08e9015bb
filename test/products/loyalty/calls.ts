import { type CallsFor, defineCall, type Transaction, UsageError } from 'wechatpay-mock'
import { z } from 'zod'
import { type Card, cardFrom, cardJson, cards, completedCard, describeCard } from './cards.ts'

/** Where the control calls are found, below `/_mock`. */
export const routes = {
  /** Adds a card, or replaces the one with its number. */
  addCard: 'POST /cards',
  /** Looks at a card of the well-known merchant. */
  card: 'GET /cards/{card_id}',
  /** Changes a card as the shop does: `{ state: 'BLOCKED' }`, or its stamps. */
  changeCard: 'PATCH /cards/{card_id}{?mchid}',
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
      mock.store.transaction(async (tx) => describeCard(await namedCard(tx, mock.defaultMerchant.mchid, card_id))),
  }),
  changeCard: defineCall({
    summary: 'Change a card',
    params: z.object({ card_id: z.string() }),
    query: z.strictObject({ mchid: z.string().optional() }),
    body: cardJson.pick({ state: true, stamps: true }),
    answer: completedCard,
    refusals: { MOCK_CARD_UNKNOWN: { status: 404, when: 'there is no such card' } },
    handle: ({ params: { card_id }, query, body }, { mock }) =>
      mock.store.transaction(async (tx) => {
        const before = await namedCard(tx, query.mchid ?? mock.defaultMerchant.mchid, card_id)
        const card = cardFrom({ ...describeCard(before), ...body }, before.mchid)
        await tx.in(cards).save(card)
        return describeCard(card)
      }),
  }),
} satisfies CallsFor<typeof routes>

async function namedCard(tx: Transaction, mchid: string, cardId: string): Promise<Card> {
  const card = await tx.in(cards).find(mchid, cardId)
  if (card) return card
  throw new UsageError(
    'MOCK_CARD_UNKNOWN',
    {
      en: `There is no card ${cardId}: add it with POST /_mock/cards.`,
      zh: `没有会员卡 ${cardId}，请用 POST /_mock/cards 添加。`,
    },
    { path: '/path/card_id' },
  )
}
