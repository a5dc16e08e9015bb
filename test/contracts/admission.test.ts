import { describe, expect } from 'vitest'
import { REQUEST_FLAWS } from '../../contracts/kit/index.ts'
import type { WireRequest } from '../../src/engine/http-message.ts'
import { createMock } from '../../src/mock.ts'
import { resign } from '../../src/traffic/recording/resign.ts'
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

/** A call with a body. */
const LINKING: HandWrittenPact = {
  version: '3.0.0',
  interactions: [
    {
      description: 'links a coupon',
      providerStates: [{ name: 'a user holds a usable coupon' }],
      request: {
        method: 'POST',
        path: '/v3/marketing/busifavor/coupons/associate',
        headers: { 'Content-Type': 'application/json' },
        body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'R1' },
      },
      response: { status: 200 },
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

/** Seconds since a request was signed; 0 for one that is not. */
function ageOf({ authorization = '' }: WireRequest['headers']): number {
  const [, timestamp] = /timestamp="(\d{10})"/.exec(authorization) ?? []
  return timestamp === undefined ? 0 : Date.now() / 1_000 - Number(timestamp)
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
      expect.stringMatching(
        /^Made once more with the Wechatpay-Serial PUB_KEY_ID_\d+, it is answered with the key \w{40}\.$/,
      ),
    ])
  })

  test.for([
    ['the Wechatpay-Serial [0-9A-F]{40}', (serial: string) => serial.length === 40 && /[^0]/.test(serial)],
    ['an empty Wechatpay-Serial', (serial: string) => serial === ''],
  ] as const)('fails where a request is refused for %s', async ([what, isRefused], { write }) => {
    const { ok, interactions } = await verifyChanged(await write(V2), (request) => {
      const { 'wechatpay-serial': serial } = request.headers
      return serial !== undefined && isRefused(serial)
        ? { ...request, headers: { ...request.headers, 'wechatpay-serial': '0'.repeat(40) } }
        : request
    })

    expect(ok).toBe(false)
    expect(interactions[0]?.reasons).toEqual([
      expect.stringMatching(new RegExp(`^Made once more with ${what}, it is refused with 400\\.$`)),
    ])
  })

  test('fails where a merchant may call in the name of another', async ({ write }) => {
    const [interaction] = LINKING.interactions ?? []
    const providerStates = [{ name: 'a user holds a usable coupon' }, { name: 'a merchant exists' }]
    const beside = { ...LINKING, interactions: [{ ...interaction, providerStates }] }
    const { ok, interactions } = await verifyChanged(await write(beside), (request) =>
      /mchid="1900000108"/.test(request.headers.authorization ?? '') ? signedRightly(request) : request,
    )

    expect(ok).toBe(false)
    expect(interactions[0]?.reasons).toEqual([
      'Made once more with the mchid of another merchant, it is not refused: it is answered with 200.',
    ])
  })

  test.for([
    ['body_with_blanks', ({ body }: WireRequest) => Buffer.from(body).includes('{\n')],
    ['body_with_line_feed', ({ body }: WireRequest) => Buffer.from(body).includes('}\n')],
    [
      'signature_before_timestamp',
      ({ headers }: WireRequest) => /signature="[^"]*",ti/.test(headers.authorization ?? ''),
    ],
    ['content_type_with_charset', ({ headers }: WireRequest) => /charset/.test(headers['content-type'] ?? '')],
    ['authorization_reordered', ({ headers }: WireRequest) => !/^\S+ mchid=/.test(headers.authorization ?? ' mchid=')],
    ['serial_in_lower_case', ({ headers }: WireRequest) => /serial_no="[^"]*[a-f]/.test(headers.authorization ?? '')],
    ['short_nonce', ({ headers }: WireRequest) => /nonce_str="\w{1,16}"/.test(headers.authorization ?? '')],
    ['four_minutes_old', ({ headers }: WireRequest) => ageOf(headers) > 200 && ageOf(headers) < 300],
    ['query_rewritten', ({ target }: WireRequest) => target.includes('%'), PAY],
  ] as const)(
    'fails where a request that is right is not let in: %s',
    async ([form, isTurnedAway, pact], { write }) => {
      const { ok, interactions } = await verifyChanged(await write(pact ?? LINKING), (request) => {
        const { authorization, ...headers } = request.headers
        return authorization !== undefined && isTurnedAway(request) ? { ...request, headers } : request
      })

      expect(ok).toBe(false)
      expect(interactions[0]?.reasons).toEqual([
        `Made once more in another form that is right as well (${form}), it is answered with 401.`,
      ])
    },
  )

  test.for([
    ['each call once', V2, 1 + 12 + 3 + 9],
    ['pay endpoints as their gateway does it', PAY, 1 + 10 + 3 + 9],
  ] as const)('looks at %s', async ([, pact, made], { write }) => {
    const [interaction] = pact.interactions ?? []
    const twice = { ...pact, interactions: [interaction ?? {}, { ...interaction, description: 'the same again' }] }

    const { ok, interactions, requests } = await verifyChanged(await write(twice), (request) => request)

    expect(interactions.flatMap(({ reasons }) => reasons)).toEqual([])
    expect(ok).toBe(true)
    expect(requests).toHaveLength(made + 1)
  })
})
