import { defineState, type Scene } from 'wechatpay-mock'
import type { z } from 'zod'
import type { givenCard } from './cards.ts'

/** The control call of this product that the states need. */
interface Control {
  addCard(card: z.input<typeof givenCard>): Promise<unknown>
}

/** States that a contract may start from, with parameters and their defaults, all texts. */
export const states = {
  'a user holds a card': defineState(
    { card_id: 'C1', openid: 'oUser', stamps: '0' },
    ({ stamps, ...card }, { control }: Scene<Control>) => control.addCard({ ...card, stamps: Number(stamps) }),
  ),
}
