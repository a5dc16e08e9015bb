import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/protocol/json-object.ts'
import { reviewContracts } from '../../src/review/contract.ts'

/** What is found, each rule with its places. */
function found(...pacts: readonly JsonObject[]): string[] {
  return reviewContracts(pacts).findings.map(({ rule, where }) => `${rule}: ${where.en}`)
}

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
  test('says what happens once the end of a call that moves money is not clear', () => {
    expect(found({ interactions: [refund(200), refund(400), lookup] })).toEqual([
      `money-without-unclear-end: ${REFUND}`,
    ])
    expect(found({ interactions: [refund(200), refund(500), lookup] })).toEqual([])
    expect(found({ interactions: [refund(200), refund(429), lookup] })).toEqual([])
  })

  test('of a call that waits for somebody who pays, it had better say so', () => {
    expect(found({ interactions: [order(200), orderLookup] })).toEqual([`change-without-unclear-end: ${ORDER}`])
    expect(found({ interactions: [order(200), order(500), orderLookup] })).toEqual([])
  })

  test('or makes a call that changes something once more', () => {
    const use = (state: object) => ({
      description: 'redeems a coupon',
      providerStates: [state],
      request: {
        method: 'POST',
        path: '/v3/marketing/busifavor/coupons/use',
        body: { coupon_code: 'C1', use_request_no: 'U1' },
      },
      response: { status: 200 },
    })
    const state = (use_request_no: string) => ({ name: 'a use request was made', params: { use_request_no } })

    expect(found({ interactions: [use(state('U1'))] })).toEqual([])
    expect(found({ interactions: [use({ name: 'the same request was made before' })] })).toEqual([])
    expect(found({ interactions: [use(state('U2'))] })).toEqual([
      'change-without-unclear-end: POST /v3/marketing/busifavor/coupons/use',
    ])
  })

  test('looks up what it asked for, in whichever of its files', () => {
    const asks = { interactions: [refund(200), refund(500)] }

    expect(found(asks)).toEqual([`never-looked-up: ${REFUND}`])
    expect(found(asks, { interactions: [lookup] })).toEqual([])
    expect(found({ interactions: [order(200), order(429)] })).toEqual([`never-looked-up: ${ORDER}`])
  })

  test('takes each callback twice', () => {
    const once = { ...paid(), providerStates: [{ name: 'an order was placed and paid' }] }

    expect(found({ messages: [once] })).toEqual(['callback-once: TRANSACTION.SUCCESS'])
    expect(found({ messages: [once, message('a TRANSACTION.SUCCESS callback', { id: '1' })] })).toEqual([])
  })

  test.for([
    ['no rules', {}, []],
    ['a rule for equality', rules({ '$.amount.total': { match: 'equality' } }), []],
    ['rules for other members', rules({ '$.payer': TYPE, '$.amount.total.more': TYPE }), []],
    [
      'the value of a state',
      {
        ...rules({ '$.amount.total': TYPE }),
        generators: { body: { '$.amount.total': { type: 'ProviderState', expression: 'total' } } },
      },
      [],
    ],
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

    expect(found({ interactions: [fourth, lookup] })).toEqual([`money-without-unclear-end: ${REFUND}`])
    expect(found({ interactions: [fourth, second, lookup] })).toEqual([])
    expect(reviewContracts([{ interactions: [other, lookup] }])).toEqual({ findings: [], interactions: 1 })
    expect(reviewContracts([{ interactions: 'none' }, {}])).toEqual({ findings: [], interactions: 0 })
  })
})
