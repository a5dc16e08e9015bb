import { defineProduct } from 'wechatpay-mock'
import { cardFull } from './card-full.ts'
import { cardPage } from './card-page.ts'
import { cardThing } from './card-thing.ts'
import { cards } from './cards.ts'
import { calls, routes } from './control-calls.ts'
import { queryCard } from './query-card.ts'
import { loyaltySettings } from './settings.ts'
import { stampCard } from './stamp-card.ts'
import { states } from './states.ts'

/** 会员: cards that users collect stamps on. */
export const loyalty = defineProduct({
  id: 'loyalty',
  title: { en: 'Loyalty', zh: '会员' },
  operations: [stampCard, queryCard],
  tables: [cards],
  events: [cardFull],
  settings: loyaltySettings,
  routes,
  calls: async () => calls,
  things: async () => [cardThing],
  pages: [cardPage],
  states: async () => states,
})
