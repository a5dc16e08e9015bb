import { defineEvent } from 'wechatpay-mock'
import { shownCard } from './cards.ts'

/** 集满: a card has all its stamps. */
export const cardFull = defineEvent({
  id: 'cardFull',
  eventType: 'CARD.FULL',
  label: { en: 'a card is full', zh: '集满' },
  description: 'A card is full',
  title: '集满通知',
  source: 'https://example.com/loyalty/card-full',
  summary: '集满',
  originalType: 'card',
  associatedData: 'card',
  schedule: 'payment',
  resource: shownCard.meta({ id: 'CardFullEvent' }),
  sample: ({ ids }) => ({ card_id: ids.digits(12), openid: `o${ids.letters(27)}`, stamps: 10 }),
})
