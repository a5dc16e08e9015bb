import { describe, expect, test } from 'vitest'
import { reviewContracts } from '../../contracts/kit/review-contracts.ts'

const review = (...pacts: readonly object[]) =>
  reviewContracts(pacts.map((pact, i) => ({ source: `${i}.json`, text: JSON.stringify(pact) })))

/** Findings, each rule with its places. */
const found = (...pacts: readonly object[]): string[] =>
  review(...pacts).findings.map(({ rule, where }) => `${rule}: ${where.en}`)

const REFUND = 'POST /v3/refund/domestic/refunds'
const ORDER = 'POST /v3/pay/transactions/jsapi'

const refund = (status: number, states: readonly object[] = []) => ({
  description: `refunds an order, ${status}`,
  providerStates: states,
  request: {
    method: 'post',
    path: '/v3/refund/domestic/refunds',
    body: { out_trade_no: 'O1', out_refund_no: 'R1', amount: { refund: 1, total: 1, currency: 'CNY' } },
  },
  response: { status },
})
const lookup = {
  description: 'looks up a refund',
  request: { method: 'GET', path: '/v3/refund/domestic/refunds/R1' },
  response: { status: 200 },
}
const order = (status: number) => ({
  description: `places an order, ${status}`,
  request: {
    method: 'POST',
    path: '/v3/pay/transactions/jsapi',
    body: { out_trade_no: 'O1', amount: { total: 1 } },
  },
  response: { status },
})
const orderLookup = {
  description: 'looks up an order',
  request: { method: 'GET', path: '/v3/pay/transactions/out-trade-no/O1', query: 'mchid=1900000001' },
  response: { status: 200 },
}

const REPEATED = { name: 'the same callback was delivered before' }
const message = (description: string, content: object, more: object = {}) => ({
  description,
  providerStates: [{ name: 'an order was placed and paid' }, REPEATED],
  contents: content,
  ...more,
})
const paid = (more: object = {}, amount: object = { total: 10_000 }) =>
  message('the plaintext of TRANSACTION.SUCCESS', { out_trade_no: 'O1', amount }, more)
const rules = (paths: Readonly<Record<string, object>>) => ({
  matchingRules: {
    body: Object.fromEntries(Object.entries(paths).map(([path, match]) => [path, { matchers: [match] }])),
  },
})
const TYPE = { match: 'type' }

describe('the contract of a client', () => {
  test('says what happens once the end of a call is not clear, of whichever call', () => {
    const all = [refund(200), refund(400), lookup, orderLookup]

    expect(found({ interactions: all })).toEqual([
      `money-without-unclear-end: 429: ${REFUND}`,
      `money-without-unclear-end: 5xx: ${REFUND}`,
    ])
    expect(found({ interactions: [...all, refund(502)] })).toEqual([`money-without-unclear-end: 429: ${REFUND}`])
    expect(found({ interactions: [...all, refund(502), order(429)] })).toEqual([])
  })

  test('had better say so too where no money moves before somebody pays', () => {
    const all = [order(200), orderLookup]

    expect(found({ interactions: [...all, order(429)] })).toEqual([`change-without-unclear-end: 5xx: ${ORDER}`])
    expect(found({ interactions: [...all, order(429), order(500)] })).toEqual([])
    expect(found({ interactions: [orderLookup] })).toEqual([])
  })

  test('looks up what it asked for, in whichever of its files', () => {
    const asks = { interactions: [refund(200), refund(429), refund(500)] }

    expect(found(asks)).toEqual([`never-looked-up: ${REFUND}`])
    expect(found(asks, { interactions: [lookup] })).toEqual([])
    expect(found({ interactions: [order(500), order(429)] })).toEqual([`never-looked-up: ${ORDER}`])
  })

  test('takes a callback twice', () => {
    const once = { ...paid(), providerStates: [{ name: 'an order was placed and paid' }] }

    expect(found({ messages: [once] })).toEqual(['callback-once: TRANSACTION.SUCCESS'])
    expect(found({ messages: [once, message('a TRANSACTION.SUCCESS callback', { id: '1' })] })).toEqual([])
  })

  test.for([
    ['no rules', {}, []],
    ['a rule for equality', rules({ '$.amount.total': { match: 'equality' } }), []],
    ['rules for other members', rules({ '$.payer': TYPE, '$.amount.total.more': TYPE }), []],
    ['a rule by type', rules({ '$.amount.total': TYPE }), ['amount.total']],
    ['a rule for any integer', rules({ "$['amount']['total']": { match: 'integer' } }), ['amount.total']],
    ['a rule for all of it', rules({ $: TYPE }), ['out_trade_no', 'amount.total']],
    [
      'an exact member within one by type',
      rules({ $: TYPE, '$.out_trade_no': { match: 'equality' }, '$.amount.*': { match: 'equality' } }),
      [],
    ],
    ['a pattern for the number', rules({ '$.out_trade_no': { match: 'regex', regex: '.+' } }), ['out_trade_no']],
  ] as const)('agrees on the amount of a callback: %s', ([, given, members]) => {
    const expected = members.length === 0 ? [] : [`amount-by-shape: TRANSACTION.SUCCESS: ${members.join(', ')}`]
    expect(found({ messages: [paid(given)] })).toEqual(expected)
  })

  test('has the amount at all, and need not have it in each message', () => {
    const bare = paid({}, {})

    expect(found({ messages: [bare] })).toEqual(['amount-by-shape: TRANSACTION.SUCCESS: amount.total'])
    expect(found({ messages: [bare, paid()] })).toEqual([])
    expect(found({ messages: [message('a TRANSACTION.SUCCESS callback', {})] })).toEqual([])
    expect(found({ messages: [message('the plaintext of COUPON.SEND', {})] })).toEqual([])
  })

  test('is read in any specification, and counts only what is about WeChat Pay', () => {
    const body = { content: { out_refund_no: 'R1', amount: {} }, contentType: 'application/json', encoded: false }
    const fourth = { ...refund(200), type: 'Synchronous/HTTP', request: { ...refund(200).request, body } }
    const second = { ...refund(500), providerStates: undefined, providerState: 'the service fails' }
    const other = { description: 'a call', request: { method: 'GET', path: '/orders' }, response: { status: 200 } }

    expect(found({ interactions: [fourth, second, lookup] })).toEqual([`money-without-unclear-end: 429: ${REFUND}`])
    expect(review({ interactions: [other, lookup] })).toEqual({ findings: [], interactions: 1 })
    expect(review({ interactions: [] }, { messages: [] })).toEqual({ findings: [], interactions: 0 })
  })
})
