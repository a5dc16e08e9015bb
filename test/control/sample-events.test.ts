import { describe, expect, test } from 'vitest'
import { sampleNotification, unknownMembers } from '../../src/engine/callbacks/event.ts'
import { createIds } from '../../src/engine/ids.ts'
import { EVENT_TYPES, eventNamed } from '../../src/products/index.ts'

const SURROUNDINGS = {
  url: 'http://127.0.0.1:1/',
  mchid: '1900000001',
  appid: 'wx0000000000000001',
  now: Date.parse('2026-11-25T12:00:00+08:00'),
  ids: createIds('samples'),
}
const resourceOf = (given: Record<string, unknown>) =>
  sampleNotification(eventNamed('TRANSACTION.SUCCESS'), SURROUNDINGS, given).resource

describe('a sample', () => {
  test.for(EVENT_TYPES)('of %s has only members that are known', (eventType) => {
    const { resource } = sampleNotification(eventNamed(eventType), SURROUNDINGS)

    expect(unknownMembers(eventNamed(eventType), resource)).toEqual([])
  })

  test('takes members at any depth, leaves out what is null, and keeps the rest', () => {
    expect(resourceOf({ amount: { total: 500, currency: null }, attach: null })).toMatchObject({
      trade_state: 'SUCCESS',
      amount: { total: 500, payer_total: 100, payer_currency: 'CNY' },
    })
    expect(resourceOf({ amount: { currency: null } })).not.toHaveProperty('amount.currency')
    expect(resourceOf({ attach: null, payer: null })).not.toHaveProperty('payer')
  })

  test('replaces lists, texts and what is no object whole', () => {
    expect(resourceOf({ amount: [1, null] })).toMatchObject({ amount: [1, null] })
    expect(resourceOf({ attach: { a: 1, b: null } }).attach).toEqual({ a: 1 })
    expect(resourceOf({ payer: 'nobody' })).toMatchObject({ payer: 'nobody' })
  })

  test('takes a member named __proto__ for a member', () => {
    const resource = resourceOf(JSON.parse('{"__proto__":{"a":1}}'))

    expect(JSON.stringify(resource)).toContain('"__proto__":{"a":1}')
  })
})

describe('unknown members', () => {
  test('are named with the way to them', () => {
    expect(
      unknownMembers(eventNamed('TRANSACTION.SUCCESS'), { totl: 1, amount: { totl: null }, payer: { openid: 'o' } }),
    ).toEqual(['totl', 'amount.totl'])
  })

  test('are looked for in what may be an object or a text', () => {
    expect(unknownMembers(eventNamed('COUPON.SEND'), { attach_info: '' })).toEqual([])
    expect(unknownMembers(eventNamed('COUPON.SEND'), { attach_info: { card_id: 'c', cart_id: 'c' } })).toEqual([
      'attach_info.cart_id',
    ])
  })

  test('are none where a value is of another kind', () => {
    expect(unknownMembers(eventNamed('REFUND.SUCCESS'), { amount: 5, refund_id: { a: 1 } })).toEqual([])
    expect(unknownMembers(eventNamed('REFUND.SUCCESS'), { constructor: 1 })).toEqual(['constructor'])
  })
})
