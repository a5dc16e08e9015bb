import { describe, expect } from 'vitest'
import { verifyPacts } from '../../contracts/kit/index.ts'
import { ASSOCIATE, LINK, test } from './pacts.ts'

/** The form in which Pact's libraries write `fromProviderState`; `<name>` marks the place of a state's value. */
const fromState = (text: string) => ({
  type: 'ProviderState',
  expression: text.replaceAll(/<(\w+)>/g, '$${$1}'),
  dataType: 'STRING',
})

const associates = (generators: object, request: object) => ({
  description: 'links the coupon of the state',
  providerStates: [{ name: 'a user holds a usable coupon', params: { coupon_code: 'C-OF-THE-STATE' } }],
  request: {
    method: 'POST',
    path: ASSOCIATE,
    headers: { 'Content-Type': 'application/json' },
    body: { ...LINK, stock_id: 'an example', coupon_code: 'another example' },
    generators,
    ...request,
  },
  response: { status: 200 },
})

// Pact's verifier fills values in where a request takes them, but never in the expected answer.
describe('the values of provider states, and their defaults, are filled in', () => {
  test.for([
    [
      'the body of a request',
      associates({ body: { '$.stock_id': fromState('<stock_id>'), '$.coupon_code': fromState('<coupon_code>') } }, {}),
    ],
    [
      'its path',
      {
        description: 'looks up the order of the state',
        providerStates: [{ name: 'an order is paid', params: { out_trade_no: 'OF-THE-STATE' } }],
        request: {
          method: 'GET',
          path: '/v3/pay/transactions/out-trade-no/an-example',
          query: 'mchid=1900000001',
          generators: { path: fromState('/v3/pay/transactions/out-trade-no/<out_trade_no>') },
        },
        response: { status: 200, body: { out_trade_no: 'OF-THE-STATE' } },
      },
    ],
    [
      'its query',
      {
        description: 'looks for an order of the merchant of the state',
        providerStates: [{ name: 'another merchant calls', params: { mchid: '1900000777' } }],
        request: {
          method: 'GET',
          path: '/v3/pay/transactions/out-trade-no/MCH_102233445',
          query: 'mchid=an-example',
          generators: { query: { mchid: fromState('<mchid>') } },
        },
        response: { status: 404, body: { code: 'ORDER_NOT_EXIST' } },
      },
    ],
  ] as const)('in %s', async ([, interaction], { write }) => {
    const { ok, interactions } = await verifyPacts({
      pactFiles: [await write({ version: '3.0.0', interactions: [interaction] })],
    })

    expect(interactions).toEqual([expect.objectContaining({ reasons: [], mismatches: [] })])
    expect(ok).toBe(true)
  })
})
