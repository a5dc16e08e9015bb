import { defineOperation } from 'wechatpay-mock'
import { z } from 'zod'
import { cards } from './cards.ts'

/** What both operations ask for in their path, say of a card, and refuse with. */
export const cardPath = z.object({ card_id: z.string().min(1).max(32) })
export const shownCard = z.object({ card_id: z.string(), openid: z.string(), stamps: z.int() })
export const cardUnknown = {
  status: 404,
  code: 'RESOURCE_NOT_EXISTS',
  message: '会员卡不存在',
  when: { en: 'the merchant has no such card', zh: '商户没有这张卡' },
  evidence: 'inferred',
} as const

/** 查询会员卡: query a card. */
export const queryCard = defineOperation({
  id: 'queryCard',
  method: 'GET',
  path: '/v3/loyalty/cards/{card_id}',
  summary: 'Query a card',
  title: '查询会员卡',
  source: 'https://example.com/loyalty/query-card',

  input: { path: cardPath },
  output: shownCard,
  errors: { card_unknown: cardUnknown },
  rules: [],

  async handle({ path: { card_id } }, { tx, caller, fail }) {
    const card = await tx.in(cards).find(caller.mchid, card_id)
    if (!card) return fail('card_unknown')
    return { card_id, openid: card.openid, stamps: card.stamps }
  },
})
