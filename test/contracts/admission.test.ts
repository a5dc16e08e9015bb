import { describe, expect } from 'vitest'
import { REQUEST_FLAWS } from '../../contracts/kit/index.ts'
import type { WireRequest } from '../../src/engine/http-message.ts'
import { createMock } from '../../src/mock.ts'
import { resign } from '../../src/recording/resign.ts'
import { type HandWrittenPact, test, V2, verifyAgainst } from './pacts.ts'

/** A query of an order: pay endpoints take requests without `Accept` and `User-Agent`. */
const PAY: HandWrittenPact = {
  version: '3.0.0',
  interactions: [
    {
      description: 'looks an order up',
      providerStates: [{ name: 'an order is paid' }],
      request: { method: 'GET', path: '/v3/pay/transactions/out-trade-no/MCH_102233445', query: 'mchid=1900000001' },
      response: { status: 200, body: { trade_state: 'SUCCESS' } },
    },
  ],
}

/** Verifies against a server that makes something else of requests before the mock sees them. */
async function verifyChanged(file: string, change: (request: WireRequest) => WireRequest | Promise<WireRequest>) {
  const requests: WireRequest[] = []
  const verification = await verifyAgainst(async (request, mock) => {
    requests.push(request)
    return mock.handle(await change(request))
  }, file)
  return { ...verification, requests }
}

/** The request as it would have had to be signed. */
async function signedRightly(request: WireRequest): Promise<WireRequest> {
  return resign(await createMock({ seed: 'empty' }).control.credentials())(request)
}

describe('a contract that says nothing of signatures', () => {
  test('fails where anybody is let in, and says in what way', async ({ write }) => {
    const { ok, interactions } = await verifyChanged(await write(V2), signedRightly)

    expect(ok).toBe(false)
    expect(interactions[0]?.reasons).toEqual(
      REQUEST_FLAWS.filter((flaw) => !flaw.startsWith('no_')).map(
        (flaw) => `Made once more with a flaw (${flaw}), it is not refused: it is answered with 200.`,
      ),
    )
  })

  test('fails where only one thing is not looked at', async ({ write }) => {
    const { ok, interactions } = await verifyChanged(await write(V2), (request) => ({
      ...request,
      headers: { ...request.headers, 'user-agent': request.headers['user-agent'] ?? 'anything' },
    }))

    expect(ok).toBe(false)
    expect(interactions[0]?.reasons).toEqual([
      'Made once more with a flaw (no_user_agent), it is not refused: it is answered with 200.',
    ])
  })

  test('fails where another key signs than the one that was asked for', async ({ write }) => {
    const { ok, interactions } = await verifyChanged(await write(V2), ({ headers, ...request }) => {
      const { 'wechatpay-serial': _, ...others } = headers
      return { ...request, headers: others }
    })

    expect(ok).toBe(false)
    expect(interactions[0]?.reasons).toEqual([
      'Made once more with a Wechatpay-Serial that no platform key has, it is not refused: it is answered with 200.',
    ])
  })

  test.for([
    ['each call once', V2, 1 + 11],
    ['pay endpoints as their gateway does it', PAY, 1 + 9],
  ] as const)('looks at %s', async ([, pact, made], { write }) => {
    const [interaction] = pact.interactions ?? []
    const twice = { ...pact, interactions: [interaction ?? {}, { ...interaction, description: 'the same again' }] }

    const { ok, interactions, requests } = await verifyChanged(await write(twice), (request) => request)

    expect(interactions.flatMap(({ reasons }) => reasons)).toEqual([])
    expect(ok).toBe(true)
    expect(requests).toHaveLength(made + 1)
  })
})
