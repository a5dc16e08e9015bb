import { createPrivateKey } from 'node:crypto'
import { describe, expect } from 'vitest'
import { reasonsAgainst } from '../../contracts/kit/answer-checks.ts'
import { verifyPacts } from '../../contracts/kit/index.ts'
import { repaired, signedAgain, withHeader } from '../../contracts/strength/repair.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import { createMock } from '../../src/mock.ts'
import { headerOf } from '../../src/testing/answer-faults.ts'
import { resign } from '../../src/traffic/recording/resign.ts'
import { seal } from '../../src/wire/protocol/envelope.ts'
import { ASSOCIATE, type HandWrittenPact, LINK, test, V2, verifyAgainst } from './pacts.ts'

type Tamper = (answer: WireResponse) => WireResponse | Promise<WireResponse>

/** Verifies against a provider that tampers with the mock's answers. */
const verifyTampered = (file: string, tamper: Tamper) =>
  verifyAgainst(async (request, mock) => tamper(await mock.handle(request)), file)

const without =
  (name: string): Tamper =>
  (answer) =>
    withHeader(answer, name, undefined)

const renamed =
  (from: string, to: string): Tamper =>
  (answer) => ({
    ...answer,
    headers: answer.headers.map(([name, value]): [string, string] => [name === from ? to : name, value]),
  })

const replaced =
  (name: string, change: (value: string) => string): Tamper =>
  (answer) =>
    withHeader(answer, name, change(headerOf(answer, name) ?? ''))

/** A pact by a consumer that reads no header fields. */
const withoutHeaders: HandWrittenPact = {
  version: '2.0.0',
  interactions: (V2.interactions ?? []).map((interaction) => {
    const { response, ...rest } = interaction as { response: { headers: unknown } }
    const { headers: _, ...read } = response
    return { ...rest, response: read }
  }),
}

const DOWNLOAD = {
  description: 'downloads the certificates',
  request: { method: 'GET', path: '/v3/certificates' },
  response: { status: 200 },
}

describe('what a pact cannot see fails the verification, with a reason', () => {
  test.for<[string, Tamper, string]>([
    ['an answer without a signature', without('Wechatpay-Signature'), 'It has no Wechatpay-Signature.'],
    ['another Content-Type', replaced('Content-Type', () => 'application/jsonp'), 'Content-Type is application/jsonp.'],
    [
      'a charset that JSON never has',
      replaced('Content-Type', () => 'application/json; charset=gbk'),
      'Content-Type is application/json; charset=gbk.',
    ],
    ['another serial', replaced('Wechatpay-Serial', () => '0'.repeat(40)), 'which the client does not have'],
    [
      'a timestamp that is too old',
      replaced('Wechatpay-Timestamp', (at) => String(Number(at) - 600)),
      // The request itself takes a moment.
      "seconds from the client's clock.",
    ],
    [
      'a body that was changed after signing',
      (answer) => ({ ...answer, body: Buffer.from(Buffer.from(answer.body).toString().replace('"}', '" }')) }),
      'Its signature does not verify.',
    ],
    [
      'a time at which nothing was done',
      (answer) =>
        repaired({
          ...answer,
          body: Buffer.from(
            Buffer.from(answer.body)
              .toString()
              .replace(/"20\d\d-/, '"2016-'),
          ),
        }),
      '+08:00, but nothing was done then: it is ',
    ],
    [
      "a signature of the merchant's key",
      (answer) => signedAgain(answer, { key: createPrivateKey(wellKnownIdentity().merchant.privateKey) }),
      'Its signature does not verify.',
    ],
  ])('%s', async ([, tamper, reason], { write }) => {
    const { ok, interactions } = await verifyTampered(await write(V2), tamper)

    expect(ok).toBe(false)
    expect(interactions).toEqual([expect.objectContaining({ description: 'links a coupon', ok: false })])
    expect(interactions[0]?.reasons.join(' ')).toContain(reason)
  })

  test.for<[string, Tamper]>([
    ['header names in another spelling', renamed('Wechatpay-Nonce', 'wechatpay-nonce')],
    ['JSON without a charset', replaced('Content-Type', () => 'application/json')],
    ['the charset in quotes', replaced('Content-Type', () => 'application/json;charset="utf-8"')],
    ['another parameter', replaced('Content-Type', () => 'application/json; profile=charset')],
    ['the charset in capital letters', replaced('Content-Type', () => 'Application/JSON; charset=UTF-8')],
  ])('but not %s, which are the same to a client', async ([, tamper], { write }) => {
    const { ok, interactions } = await verifyTampered(await write(withoutHeaders), tamper)

    expect(interactions).toEqual([expect.objectContaining({ reasons: [], mismatches: [] })])
    expect(ok).toBe(true)
  })

  test('a refusal before authentication that is signed', async ({ write }) => {
    const unsigned = await write({
      version: '3.0.0',
      interactions: [
        {
          description: 'is not signed',
          providerStates: [{ name: 'the request is not signed' }],
          request: { method: 'POST', path: ASSOCIATE, headers: { 'Content-Type': 'application/json' }, body: LINK },
          response: { status: 401, body: { code: 'SIGN_ERROR' } },
        },
      ],
    })
    const honest = await verifyTampered(unsigned, (answer) => answer)
    const signed = await verifyTampered(unsigned, (answer) => ({
      ...answer,
      headers: [...answer.headers, ['Wechatpay-Nonce', 'x']],
    }))

    expect(honest.ok).toBe(true)
    expect(signed.ok).toBe(false)
    expect(signed.interactions[0]?.reasons).toEqual(['It must not be signed, and has Wechatpay-Nonce.'])
  })

  test('a certificate that is listed before it is used is no fault', async ({ write }) => {
    const { certificate, serialNo, apiV3Key } = wellKnownIdentity().merchant
    const file = await write({ version: '3.0.0', interactions: [DOWNLOAD] })
    const oneMore: Tamper = (answer) => {
      if (answer.status !== 200) return answer
      const { data } = JSON.parse(Buffer.from(answer.body).toString())
      const sealed = seal(certificate, apiV3Key, { nonce: '0123456789ab', associatedData: 'certificate' })
      const next = {
        ...data[0],
        serial_no: serialNo,
        encrypt_certificate: { ...data[0].encrypt_certificate, ...sealed },
      }
      return signedAgain({ ...answer, body: Buffer.from(JSON.stringify({ data: [...data, next] })) })
    }

    expect((await verifyTampered(file, oneMore)).interactions[0]?.reasons).toEqual([])
  })

  test('a certificate that does not open', async ({ write }) => {
    const file = await write({ version: '3.0.0', interactions: [DOWNLOAD] })
    const keyChanged: Tamper = (answer) => {
      const body = Buffer.from(
        Buffer.from(answer.body)
          .toString()
          .replace(/"ciphertext":"(.)/, (_, first) => `"ciphertext":"${first === 'x' ? 'y' : 'x'}`),
      )
      return signedAgain({ ...answer, body })
    }
    const { interactions } = await verifyTampered(file, keyChanged)

    expect(interactions[0]?.reasons).toEqual([expect.stringContaining('does not open with the APIv3 key')])
  })

  test('a provider that does not answer', async ({ write }) => {
    const mock = createMock({ seed: 'empty' })
    const { ok, interactions } = await verifyPacts({
      pactFiles: [await write(V2)],
      url: 'http://127.0.0.1:1',
      control: mock.control,
    })

    expect(ok).toBe(false)
    expect(interactions[0]?.reasons).toEqual([expect.stringContaining('The provider could not be asked')])
  })
})

test.for([
  [299, []],
  [-299, []],
  [300, [300]],
  [600, [600]],
  [-600, [600]],
] as const)('a timestamp that is %d seconds old is told by how much', async ([seconds, told]) => {
  const now = Date.parse('2026-01-05T10:20:30+08:00')
  const target = '/v3/certificates'
  const mock = createMock({ seed: 'empty', clock: { now: () => now } })
  const credentials = await mock.control.credentials()
  const headers = { accept: 'application/json', 'user-agent': 'test' }
  const sign = resign(credentials, { now: () => now })
  const answer = await mock.handle(await sign({ method: 'GET', target, headers, body: new Uint8Array(0) }))
  const aged = await replaced('Wechatpay-Timestamp', (at) => String(Number(at) - seconds))(answer)

  const reasons = reasonsAgainst(aged, { target, credentials, signed: true, now })

  const signedAt = now / 1_000 - seconds
  expect(reasons.filter(({ en }) => en.includes('timestamp'))).toEqual(
    told.map((distance) => ({
      en: `Its timestamp ${signedAt} is ${distance} seconds from the client's clock.`,
      zh: `时间戳 ${signedAt} 与客户端的时钟相差 ${distance} 秒。`,
    })),
  )
})
