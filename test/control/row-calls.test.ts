import { expect, test as plain } from 'vitest'
import { z } from 'zod'
import type { CallsFor } from '../../src/control/call.ts'
import { rowCalls } from '../../src/control/row-calls.ts'
import { defineProduct } from '../../src/engine/product.ts'
import { instant, mchid } from '../../src/engine/state/json-fields.ts'
import { defineTable } from '../../src/engine/state/table.ts'
import { createMock } from '../../src/mock.ts'
import { NOON } from '../helpers/world.ts'

const card = z
  .strictObject({ mchid, card_no: z.string(), create_time: instant, block_time: instant.optional() })
  .meta({ id: 'CompletedLoyaltyCard' })

const loyaltyCards = defineTable({
  name: 'loyaltyCards',
  row: card,
  given: card.partial({ mchid: true, create_time: true }).meta({ id: 'LoyaltyCard' }),
  complete: (given, { now, defaultMchid }) => ({
    ...given,
    mchid: given.mchid ?? defaultMchid,
    create_time: given.create_time ?? now,
  }),
  key: ['card_no'],
  indexes: ['card_no'],
})

const shownCard = card.extend({ is_blocked: z.boolean() }).meta({ id: 'ShownLoyaltyCard' })

const cardCalls = rowCalls(loyaltyCards, {
  one: { en: 'loyalty card', zh: '会员卡' },
  key: 'card_no',
  shown: shownCard,
  show: (row) => z.encode(shownCard, { ...row, is_blocked: row.block_time !== undefined }),
})

const routes = {
  addCards: 'POST /loyalty-cards',
  addCard: 'POST /loyalty-cards',
  card: 'GET /loyalty-cards/{card_no}{?mchid}',
  blockCard: 'POST /loyalty-cards/{card_no}/block{?mchid}',
} as const

const { one: addCard, many: addCards } = cardCalls.add

const calls = {
  addCard,
  addCards,
  card: cardCalls.look,
  blockCard: cardCalls.change({
    summary: 'Block a card',
    body: z.strictObject({ after_seconds: z.int().optional() }),
    bodyOptional: true,
    apply: (row, { now, body }) => ({ ...row, block_time: now + (body.after_seconds ?? 0) * 1_000 }),
  }),
} satisfies CallsFor<typeof routes>

const loyalty = defineProduct({
  id: 'loyalty',
  title: { en: 'Loyalty', zh: '会员' },
  operations: [],
  tables: [loyaltyCards],
  routes,
  calls: async () => calls,
})

const [OWN, ONE, OTHER] = ['1900000001', '1900000102', '1900000103']

const test = plain.extend('control', async () => {
  return createMock({ products: [loyalty], seed: 'empty', clock: { now: () => NOON } }).control
})

test('a row is added, looked at, changed and kept, with the times of its JSON', async ({ control }) => {
  const made = { mchid: OWN, card_no: 'C1', create_time: '2026-11-25T12:00:00+08:00' }
  expect(await control.addCard({ card_no: 'C1' })).toEqual(made)
  expect(await control.card('C1')).toEqual({ ...made, is_blocked: false })

  const blocked = { ...made, block_time: '2026-11-25T12:00:09+08:00', is_blocked: true }
  expect(await control.blockCard('C1', { after_seconds: 9 })).toEqual(blocked)
  expect(await control.card('C1')).toEqual(blocked)
  expect(await control.addCards([{ card_no: 'C1' }, { card_no: 'C2', mchid: ONE }])).toEqual([
    made,
    { ...made, mchid: ONE, card_no: 'C2' },
  ])
})

test('it is the named merchant’s, else the well-known one’s, else the only one', async ({ control }) => {
  const ownerOf = async (mchid?: string) => (await control.card('C1', { mchid })).mchid
  await control.addCard({ card_no: 'C1', mchid: ONE })
  expect(await ownerOf()).toBe(ONE)
  await control.addCard({ card_no: 'C1', mchid: OTHER })
  await expect(ownerOf()).rejects.toMatchObject({
    code: 'MOCK_AMBIGUOUS',
    message: `Several merchants have loyalty card C1: give ?mchid=, one of ${ONE}, ${OTHER}.`,
  })
  expect(await ownerOf(OTHER)).toBe(OTHER)
  await control.addCard({ card_no: 'C1' })
  expect(await ownerOf()).toBe(OWN)
})

test('one that does not exist is refused, in both languages', async ({ control }) => {
  await expect(control.card('C9')).rejects.toMatchObject({
    code: 'MOCK_LOYALTY_CARD_UNKNOWN',
    path: '/path/card_no',
    message: 'There is no loyalty card C9: make it with a call, or add it with POST /_mock/loyalty-cards.',
  })
  expect(cardCalls.look).toMatchObject({
    summary: 'Look at a loyalty card as it is now',
    refusals: { MOCK_LOYALTY_CARD_UNKNOWN: { status: 404, when: 'there is no such loyalty card' } },
  })
})
