import { describe, expect } from 'vitest'
import { type InteractionResult, type VerifyPactsOptions, verifyPacts } from '../../contracts/kit/index.ts'
import { jsonAnswer, rawServer } from '../../contracts/kit/raw-http.ts'
import { pactJunit, textReport } from '../../src/cli/pact/text-report.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import { createMock } from '../../src/mock.ts'
import { ASSOCIATE, LINK, test, verifyAgainst } from './pacts.ts'

const associate = { method: 'POST', path: ASSOCIATE, headers: { 'Content-Type': 'application/json' }, body: LINK }

/** Links a coupon that nobody has, and expects that it goes well. */
const NOBODYS_COUPON = { description: 'links a coupon', request: associate, response: { status: 200 } }

/** Asks for an order without a signature, which the gateway of payments refuses without saying a `Request-ID`. */
const UNSIGNED = {
  description: 'asks for an order',
  providerStates: [{ name: 'the request is not signed' }],
  request: { method: 'GET', path: '/v3/pay/transactions/out-trade-no/O-1', query: { mchid: ['1900000001'] } },
  response: { status: 200 },
}

const NOT_FOUND = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '券不存在',
  reason: 'not_found: there is no coupon sxxe34343434 of batch 100088, nor such a batch',
}

type Write = (pact: { version: '3.0.0'; interactions: readonly object[] }) => Promise<string>

async function verify(write: Write, interaction: object, options: VerifyPactsOptions = {}): Promise<InteractionResult> {
  const file = await write({ version: '3.0.0', interactions: [interaction] })
  const { interactions } = await verifyPacts({ pactFiles: [file], ...options })
  const [result] = interactions
  expect(interactions).toHaveLength(1)
  return result as InteractionResult
}

/** The result of one interaction against a provider with a mock behind it. */
async function resultAgainst(
  provider: Parameters<typeof verifyAgainst>[0],
  write: Write,
  interaction: object,
): Promise<InteractionResult> {
  const { interactions } = await verifyAgainst(provider, await write({ version: '3.0.0', interactions: [interaction] }))
  expect(interactions).toHaveLength(1)
  return interactions[0] as InteractionResult
}

describe('what the mock answered, and why', () => {
  test('is reported where a contract is not met', async ({ write }) => {
    const { ok, answer, mismatches } = await verify(write, NOBODYS_COUPON)

    expect({ ok, answer }).toEqual({ ok: false, answer: NOT_FOUND })
    expect(mismatches).toEqual([{ type: 'StatusMismatch', text: 'expected 200 but was 400' }])
  })

  test('is in the language of the verification, of a mock that runs too', async ({ write, onTestFinished }) => {
    const server = await startServer({ mock: createMock({ seed: 'empty' }), port: 0 })
    onTestFinished(() => server.close(0))
    const reason = 'not_found：批次 100088 中没有券 sxxe34343434，也没有该批次'

    for (const options of [{}, { url: server.url }]) {
      const { answer } = await verify(write, NOBODYS_COUPON, { language: 'zh', ...options })
      expect(answer).toEqual({ ...NOT_FOUND, reason })
    }
  })

  test('is found where the answer has no Request-ID', async ({ write }) => {
    const { answer } = await verify(write, UNSIGNED)

    expect(answer).toMatchObject({
      status: 401,
      code: 'SIGN_ERROR',
      reason: expect.stringMatching(/^The request has no Authorization header\./),
    })
  })

  test('is that of this very request, whatever else is called', async ({ write }) => {
    const { answer } = await resultAgainst(
      async (request, mock) => {
        const answer = await mock.handle(request)
        for (const target of ['/v3/nothing', ASSOCIATE]) await mock.handle({ ...request, target, headers: {} })
        return answer
      },
      write,
      NOBODYS_COUPON,
    )

    expect(answer).toEqual(NOT_FOUND)
  })

  test.for<[string, WireResponse['headers']]>([
    ['none', []],
    ['a Request-ID of no exchange', [['Request-ID', '08F5B4A9C90610D80218A8C5D31F20B7-268435461']]],
    ['a Request-ID that is none', [['Request-ID', '..']]],
  ])('a provider that is not the mock has no reason: %s', async ([, headers], { write }) => {
    const { answer } = await resultAgainst(
      async () => jsonAnswer(404, { code: 'NOT_FOUND', message: 'no such coupon' }, headers),
      write,
      NOBODYS_COUPON,
    )

    expect(answer).toEqual({ status: 404, code: 'NOT_FOUND', message: 'no such coupon' })
  })

  test('nor has one that answers with the Request-ID of another request', async ({ write }) => {
    const { answer } = await resultAgainst(
      async (request, mock) => {
        const { status, headers } = await mock.handle({ ...request, target: '/v3/nothing' })
        return { ...jsonAnswer(status, {}), headers }
      },
      write,
      NOBODYS_COUPON,
    )

    expect(answer).toEqual({ status: 404 })
  })

  test('is the real one where only its signature is wrong; what the front says is none', async ({ write }) => {
    const result = await resultAgainst(
      async (request, mock) => {
        const answer = await mock.handle(request)
        return { ...answer, headers: answer.headers.filter(([name]) => name !== 'Wechatpay-Signature') }
      },
      write,
      { ...NOBODYS_COUPON, response: { status: 400 } },
    )

    expect(result).toMatchObject({ ok: false, answer: NOT_FOUND, mismatches: [] })
    expect(result.reasons).toEqual(['It has no Wechatpay-Signature.'])
    expect(JSON.stringify(result)).not.toContain('599')
  })

  test('stands beside what is wrong with its signature, in either language', async ({ write, onTestFinished }) => {
    const mock = createMock({ seed: 'empty' })
    const server = await rawServer(async (request) => {
      const answer = await mock.handle(request)
      return { ...answer, headers: answer.headers.filter(([name]) => name !== 'Wechatpay-Serial') }
    })
    onTestFinished(() => server.close())
    const where = { url: server.url, control: mock.control }

    const english = await verify(write, NOBODYS_COUPON, where)
    const chinese = await verify(write, NOBODYS_COUPON, { ...where, language: 'zh' })

    expect([english.reasons, chinese.reasons]).toEqual([['It has no Wechatpay-Serial.'], ['缺少 Wechatpay-Serial。']])
    expect(english.mismatches).toEqual([])
    expect(textReport({ ok: false, interactions: [english], problems: [] }, 'en')).toContain(`
        - It has no Wechatpay-Serial.
          answered: 400 INVALID_REQUEST 券不存在
          why: not_found: `)
  })

  test('is left out where the provider was not asked', async ({ write }) => {
    const misspelt = { ...NOBODYS_COUPON, providerStates: [{ name: 'a user holds a usable cupon' }] }
    const result = await verify(write, misspelt)

    expect(result).not.toHaveProperty('answer')
    expect(result).toMatchObject({ mismatches: [], reasons: [expect.stringContaining('Did you mean')] })
  })
})

test('is shown in text, JUnit and JSON alike, in both languages', async ({ write }) => {
  const interactions = [{ ...(await verify(write, NOBODYS_COUPON)), pact: 'pacts/shop.json' }]
  const verification = { ok: false, interactions, problems: [] }

  expect(textReport(verification, 'en')).toBe(`Contract of a Java shop (pacts/shop.json)
  FAILED   links a coupon
        - status: expected 200 but was 400
          answered: 400 INVALID_REQUEST 券不存在
          why: ${NOT_FOUND.reason}
Each interaction begins in an empty world: what a request is about has to be brought by a provider state (contracts/kit/README.md#provider-states).
1 interaction, 0 ok, 1 failed
`)
  expect(textReport(verification, 'zh')).toMatch(/^a Java shop 的契约（pacts\/shop\.json）\n/)
  expect(textReport(verification, 'zh')).toContain(`
        - 状态码：应为 200，实际为 400
          应答：400 INVALID_REQUEST 券不存在
          原因：${NOT_FOUND.reason}
每条交互开始时模拟服务中没有任何数据，`)
  expect(pactJunit(verification, 'en')).toContain(
    `<failure message="status: expected 200 but was 400">status: expected 200 but was 400&#10;answered: 400 INVALID_REQUEST 券不存在&#10;why: ${NOT_FOUND.reason}</failure>`,
  )
  expect(pactJunit(verification, 'zh')).toContain(`&#10;应答：400 INVALID_REQUEST 券不存在&#10;原因：`)
})

test('what a hostile provider answers is short, and one line', async ({ write }) => {
  const [code, message] = ['C'.repeat(5_000), `\u202Eno\n${'message '.repeat(5_000)}`]
  const result = await resultAgainst(async () => jsonAnswer(400, { code, message, more: [] }), write, {
    ...NOBODYS_COUPON,
    description: 'two\nlines',
    response: { status: 400, body: { code: 'c'.repeat(5_000), message: 'm'.repeat(5_000), more: 'x' } },
  })

  expect(result.answer?.code).toBe(`${'C'.repeat(100)}…`)
  expect(result.answer?.message).toHaveLength(301)
  expect(result.mismatches.map(({ text }) => text.length <= 501)).toEqual(result.mismatches.map(() => true))
  const verification = { ok: false, interactions: [result], problems: ['a\u001B[2Jb'] }
  const lines = textReport(verification, 'en').split('\n')
  expect(lines.filter((line) => /[\p{Cc}\u202E]/u.test(line))).toEqual([])
  expect(lines[1]).toBe('  FAILED   two\\nlines')
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(700)
})
