import { callbackOf, defineOperation } from 'wechatpay-mock'
import { z } from 'zod'
import { cardFull } from './card-full.ts'
import { cards, shownCard } from './cards.ts'
import { cardPath, cardUnknown } from './query-card.ts'
import { loyaltySettings } from './settings.ts'

/** 盖章: stamp a card. The merchant is told of the stamp that makes it full. */
export const stampCard = defineOperation({
  id: 'stampCard',
  method: 'POST',
  path: '/v3/loyalty/cards/{card_id}/stamp',
  summary: 'Stamp a card',
  title: '盖章',
  source: 'https://example.com/loyalty/stamp-card',

  input: { path: cardPath, body: z.strictObject({ notify_url: z.url().optional() }) },
  output: shownCard,
  errors: {
    card_unknown: cardUnknown,
    card_blocked: {
      status: 403,
      code: 'RULE_LIMIT',
      message: '会员卡已停用',
      when: { en: 'the shop has blocked the card', zh: '商户已停用这张卡' },
      evidence: 'inferred',
    },
    card_full: {
      status: 403,
      code: 'RULE_LIMIT',
      message: '会员卡已集满',
      when: { en: 'the card has all its stamps', zh: '卡上的章已经集满' },
      evidence: 'inferred',
    },
  },
  rules: [{ rule: 'A full card takes no more stamps.', evidence: 'inferred' }],

  async handle({ path: { card_id }, body }, { tx, caller, settings, notify, fail }) {
    const card = await tx.in(cards).find(caller.mchid, card_id)
    if (!card) return fail('card_unknown')
    if (card.state === 'BLOCKED') return fail('card_blocked')
    const enough = loyaltySettings.stampsPerCard.of(settings)
    if (card.stamps >= enough) {
      return fail('card_full', {
        en: `It has ${card.stamps} of ${enough} stamps.`,
        zh: `已集 ${card.stamps} 枚，共需 ${enough} 枚。`,
      })
    }
    const stamped = { ...card, stamps: card.stamps + 1 }
    await tx.in(cards).save(stamped)
    if (stamped.stamps === enough && body.notify_url !== undefined) {
      await notify(
        callbackOf(cardFull, { mchid: caller.mchid, url: body.notify_url, resource: z.encode(shownCard, stamped) }),
      )
    }
    return stamped
  },
})
