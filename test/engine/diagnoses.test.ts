import { describe, expect, test, vi } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { authenticate } from '../../src/engine/exchange/authenticate.ts'
import { Diagnoses, DiagnosisBudget } from '../../src/engine/exchange/diagnoses.ts'
import type { WireRequest } from '../../src/engine/http-message.ts'
import { downloadCertificates } from '../../src/products/operations.ts'
import { formatAuthorization } from '../../src/wire/protocol/authorization.ts'
import { sign } from '../../src/wire/protocol/signature.ts'
import { merchantKey, vectorMerchant, vectorMerchants } from '../wire/protocol/vectors.ts'

const NOW = 1_700_000_000_000
const MIB = 1_048_576
const merchants = vectorMerchants()
const { platform } = wellKnownIdentity()

/** A request with a signature over a text. */
async function refused(signedText: string): Promise<WireRequest> {
  return {
    method: 'POST',
    target: '/v3/x',
    headers: {
      accept: '*/*',
      'user-agent': 'test',
      authorization: formatAuthorization({
        scheme: 'WECHATPAY2-SHA256-RSA2048',
        identity: vectorMerchant.mchid,
        nonce: 'n0nce',
        timestamp: String(NOW / 1_000),
        serialNo: vectorMerchant.serialNo,
        signature: await sign(Buffer.from(signedText), merchantKey),
      }),
    },
    body: Buffer.from('{"a":1}'),
  }
}

function failureOf(request: WireRequest) {
  const result = authenticate(request, merchants, NOW)
  if (!('failure' in result)) throw new Error('It was let in')
  return result.failure
}

describe('the budget', () => {
  test('allows until it is used up, and again as time goes by', () => {
    let now = 0
    const budget = new DiagnosisBudget(() => now, 128 * MIB, 8 * MIB)

    let made = 0
    for (; budget.allows; made += 1) budget.take(8 * MIB)
    expect(made).toBe(16)
    now += 200
    expect(budget.allows).toBe(true)
    budget.take(8 * MIB)
    expect(budget.allows).toBe(false)
    now += 60_000
    let again = 0
    for (; budget.allows; again += 1) budget.take(8 * MIB)
    expect(again).toBe(made)
    now = 0
    expect(budget.allows).toBe(false)
    now += 200
    expect(budget.allows).toBe(true)
  })
})

const diagnosesWith = (stopwatch = () => 0) =>
  new Diagnoses({ mode: 'on', operations: [], merchants, platformAt: () => platform, stopwatch })

describe('a flood of wrong signatures', () => {
  test('is looked at up to the budget, then the header and the remark say so, and time lets it go on', async () => {
    let now = 0
    const diagnoses = diagnosesWith(() => now)
    const request = await refused('nothing that could be guessed')
    const failure = failureOf(request)
    const explain = () => diagnoses.ofFailure(failure, request, { id: '0A', now: NOW })

    const headers: string[] = []
    for (let i = 0; i < 60; i += 1) headers.push((await explain()).header ?? '')
    const first = headers.indexOf('not_examined')
    expect(first).toBeGreaterThan(10)
    expect(new Set(headers.slice(0, first))).toEqual(new Set(['message_unknown']))
    expect(new Set(headers.slice(first))).toEqual(new Set(['not_examined']))
    expect((await explain()).remark).toMatchObject({
      about: 'signature',
      verdict: 'not_examined',
      text: {
        en: expect.stringMatching(/GET \/_mock\/journal\/0A or `wechatpay-mock explain --id 0A`/),
        zh: expect.stringMatching(/只查找了单个错误：GET \/_mock\/journal\/0A 或 `wechatpay-mock explain --id 0A`/),
      },
      expectedMessage: expect.stringContaining('POST\n/v3/x\n'),
    })
    now += 1_000
    expect((await explain()).header).toBe('message_unknown')
  })

  test('that comes all at once is looked at up to the budget as well', async () => {
    const diagnoses = diagnosesWith()
    const request = await refused('nothing that could be guessed')
    const failure = failureOf(request)

    const all = await Promise.all(
      Array.from({ length: 60 }, () => diagnoses.ofFailure(failure, request, { id: '0A', now: NOW })),
    )

    expect(all.filter(({ header }) => header === 'message_unknown').length).toBeLessThan(20)
  })

  test('is looked at while a test has stopped the timers', async () => {
    const request = await refused('POST\n/v3/x\n1700000000\nn0nce\n{"a":1}')
    vi.useFakeTimers()
    try {
      const { header } = await diagnosesWith().ofFailure(failureOf(request), request, { id: '0A', now: NOW })
      expect(header).toBe('proved; final_line_feed_missing')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a call that is not served', () => {
  test('has the nearest paths named, a flood of them no longer, and again as time goes by', async () => {
    let now = 0
    const diagnoses = new Diagnoses({
      mode: 'on',
      operations: [downloadCertificates],
      merchants,
      platformAt: () => platform,
      stopwatch: () => now,
    })
    const request = { method: 'GET', target: '/v3/certificate', headers: {}, body: new Uint8Array() }
    const explain = async () => (await diagnoses.ofMiss({ miss: 'path' }, request)).remark.causes

    const near = [
      { name: 'path_not_served', value: 'GET /v3/certificates' },
      { name: 'path_of_product', value: '平台证书与接口测试 (platform)' },
    ]
    expect(await explain()).toEqual(near)
    for (let i = 0; i < 200; i++) await explain()
    expect(await explain()).toEqual([{ name: 'path_not_served' }])
    now += 1_000
    expect(await explain()).toEqual(near)
  })
})
