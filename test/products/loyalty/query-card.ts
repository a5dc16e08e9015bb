import { defineOperation } from 'wechatpay-mock'
import { cards, shownCard } from './cards.ts'

/** The path and the error that both operations have. */
export const cardPath = shownCard.pick({ card_id: true })
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
    return (await tx.in(cards).find(caller.mchid, card_id)) ?? fail('card_unknown')
  },
})
