import { defineTable } from 'wechatpay-mock'
import { z } from 'zod'
import { cardLife } from './card-life.ts'

/** A card (会员卡) that a user collects stamps on. */
export interface Card {
  readonly mchid: string
  readonly cardId: string
  readonly openid: string
  readonly stamps: number
  /** Whether the shop has taken it back. */
  readonly isBlocked: boolean
}

/** What a seed file and the control API say of a card. */
export const cardJson = z
  .strictObject({
    mchid: z.string().optional(),
    card_id: z.string().min(1).max(32),
    openid: z.string().min(1).max(128),
    stamps: z.int().min(0).optional(),
    state: z.enum(['OPEN', 'BLOCKED']).optional(),
  })
  .meta({ id: 'Card', description: 'a card of a user' })

/** The same with nothing left out, as snapshots have it. */
export const completedCard = cardJson.required().meta({ id: 'CompletedCard' })

export const cards = defineTable({
  name: 'cards',
  title: { en: 'Cards', zh: '会员卡' },
  life: cardLife,
  owner: ({ mchid }: Card) => mchid,
  key: ({ cardId }) => [cardId],
  indexes: { openid: ({ openid }) => openid },
  json: cardJson,
  completed: completedCard,
  fromJson: (json, { defaultMchid }) => cardFrom(json, defaultMchid),
  toJson: describeCard,
  inJournal: true,
})

export function cardFrom(json: z.output<typeof cardJson>, defaultMchid: string): Card {
  const { mchid = defaultMchid, card_id, openid, stamps = 0, state } = json
  return { mchid, cardId: card_id, openid, stamps, isBlocked: state === 'BLOCKED' }
}

export function describeCard({ mchid, cardId, openid, stamps, isBlocked }: Card): z.output<typeof completedCard> {
  return { mchid, card_id: cardId, openid, stamps, state: isBlocked ? 'BLOCKED' : 'OPEN' }
}
