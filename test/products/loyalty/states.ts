import { defineState, type Scene } from 'wechatpay-mock'
import type { z } from 'zod'
import type { cardJson } from './cards.ts'

/** What the states need of the control: the call of this product. */
interface Control {
  addCard(card: z.input<typeof cardJson>): Promise<unknown>
}

/** States that a contract may start from, with parameters and their defaults, all texts. */
export const states = {
  'a user holds a card': defineState(
    { card_id: 'C1', openid: 'oUser', stamps: '0' },
    ({ stamps, ...card }, { control }: Scene<Control>) => control.addCard({ ...card, stamps: Number(stamps) }),
  ),
}
