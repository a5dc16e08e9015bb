import { defineTable } from 'wechatpay-mock'
import { z } from 'zod'

/** A card (会员卡) that a user collects stamps on. */
export const card = z
  .strictObject({
    mchid: z.string(),
    card_id: z.string().min(1).max(32),
    openid: z.string().min(1).max(128),
    stamps: z.int().min(0),
    state: z.enum(['OPEN', 'BLOCKED']),
  })
  .meta({ id: 'CompletedCard' })

/** A card in a seed file, where some members may be left out. */
export const givenCard = card
  .partial({ mchid: true, stamps: true, state: true })
  .meta({ id: 'Card', description: 'a card of a user' })

/** The members of a card that answers and callbacks show. */
export const shownCard = card.pick({ card_id: true, openid: true, stamps: true }).strip()

export const cards = defineTable({
  name: 'cards',
  title: { en: 'Cards', zh: '会员卡' },
  row: card,
  given: givenCard,
  complete: ({ mchid, card_id, openid, stamps = 0, state = 'OPEN' }, { defaultMchid }) => ({
    mchid: mchid ?? defaultMchid,
    card_id,
    openid,
    stamps,
    state,
  }),
  key: ['card_id'],
  indexes: ['card_id', 'openid'],
  inJournal: true,
})
