import { describe, expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import type { MerchantRequest } from '../../src/testing/merchant-client.ts'
import { NOON, STOCK_ID, test, transports } from '../helpers/world.ts'

const BODY = { stock_id: STOCK_ID, coupon_code: 'C1', out_trade_no: 'MCH_1', out_request_no: 'R_1' }
const REQUEST: MerchantRequest = { target: associateTradeInfo.path, body: BODY }
const HEADER = 'Wechatpay-Mock-Diagnosis'
/** Over a message that nobody could guess. */
const UNGUESSABLE: MerchantRequest = { ...REQUEST, signInstead: { body: Buffer.from('something else altogether') } }
/** Three mistakes at once, which only a thorough search finds. */
const THREE: MerchantRequest = {
  ...REQUEST,
  signInstead: {
    method: 'post',
    target: associateTradeInfo.path.slice(1),
    body: Buffer.from(JSON.stringify(BODY, null, 2)),
  },
}

describe.for(transports)('the diagnosis over %s', (transport) => {
  test.override('transport', transport)

  test.for<[string, Partial<MerchantRequest>, string]>([
    ['a method in lower case', { signInstead: { method: 'post' } }, 'proved; method_case'],
    ['no Authorization', { authorization: undefined }, 'authorization; header_missing'],
    ['a scheme in lower case', { authorization: 'wechatpay2-sha256-rsa2048 a="b"' }, 'scheme; scheme_case'],
    ['a clock that is behind', { timestamp: NOON / 1_000 - 8 * 3_600 }, 'timestamp; clock_time_zone'],
    [
      "the platform's serial",
      { authorization: { serialNo: '7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F' } },
      'serial; serial_of_platform',
    ],
    ['an unknown merchant', { authorization: { identity: '1999999999' } }, 'serial; mchid_unknown'],
    ['rubbish for a signature', { authorization: { signature: '?!' } }, 'not_a_signature; signature_not_base64'],
  ])('%s is named in the header and in the journal', async ([, changes, diagnosis], { merchant, control }) => {
    const answer = await merchant.request({ ...REQUEST, ...changes })

    expect(answer.status).toBe(401)
    expect(answer.header(HEADER)).toMatch(diagnosis)
    const [remark] = (await control.journal()).at(-1)?.remarks ?? []
    const [, names = ''] = answer.header(HEADER)?.split('; ') ?? []
    expect(remark?.causes?.map(({ name }) => name)).toEqual(names.split(', '))
    for (const { explanation } of remark?.causes ?? []) expect(remark?.text).toContain(explanation)
    expect(remark?.text).toContain(remark?.causes?.[0]?.fix)
  })

  test('a bare ? at the end is not part of what is signed, and is named where it was signed', async ({
    merchant,
    control,
  }) => {
    const CERTIFICATES = { target: '/v3/certificates?' }

    expect(await merchant.request({ ...CERTIFICATES, signInstead: { target: '/v3/certificates' } })).toMatchObject({
      status: 200,
    })
    for (const target of ['/v3/certificates?', '/v3/certificates']) {
      const answer = await merchant.request({ target, signInstead: { target: '/v3/certificates?' } })
      expect(answer.status).toBe(401)
      expect(answer.header(HEADER)).toBe('proved; url_question_mark_added')
      expect(answer.body).toMatchObject({ detail: { sign_information: { url: '/v3/certificates' } } })
    }
    expect((await control.journal()).at(-1)?.remarks[0]?.text).toContain('no query follows')
  })

  test('what is let in has no such header, nor has any other refusal', async ({ merchant, seed }) => {
    await seed.coupon({ coupon_code: BODY.coupon_code })

    for (const request of [REQUEST, { ...REQUEST, body: {} }]) {
      expect((await merchant.request(request)).header(HEADER)).toBeUndefined()
    }
    const headless = await merchant.request({ ...REQUEST, headers: { Accept: undefined }, signed: false })
    expect(headless.status).toBe(400)
    expect(headless.header(HEADER)).toBeUndefined()
  })

  test.for<[string, MerchantRequest, string, string]>([
    ['a path that is not served', { target: '/v3/nowhere' }, 'path; path_not_served', 'does not serve this path'],
    ['another case', { target: '/v3/Certificates/' }, 'path; path_case, path_slash_added', 'in another letter case'],
    ['another method', { target: REQUEST.target }, 'path; method_not_served', 'this path takes POST'],
    [
      'API v2',
      { target: '/pay/unifiedorder', body: '<xml></xml>', authorization: undefined, headers: { Accept: undefined } },
      'path; api_v2',
      'a call of API v2 (XML), which the mock does not simulate',
    ],
  ])('%s is named in the header and in the journal', async ([, request, diagnosis, text], { merchant, control }) => {
    const answer = await merchant.request(request)

    expect(answer.header(HEADER)).toBe(diagnosis)
    const [remark] = (await control.journal()).at(-1)?.remarks ?? []
    expect(remark).toMatchObject({ about: 'path', text: expect.stringContaining(text) })
    expect(remark?.causes?.map(({ name }) => name)).toEqual(diagnosis.replace('path; ', '').split(', '))
    for (const { explanation } of remark?.causes ?? []) expect(remark?.text).toContain(explanation)
    expect(remark?.text).toContain(remark?.causes?.[0]?.fix)
  })

  test('the journal has a call that is not served under the merchant that it says it is from', async ({
    merchant,
    control,
  }) => {
    await merchant.request({ target: '/v3/nowhere' })
    await merchant.request({ target: '/v3/nowhere', authorization: 'Bearer x' })

    expect(await control.journal({ mchid: merchant.credentials.mchid })).toHaveLength(1)
  })

  describe('when it is off', () => {
    test.override('options', { diagnosis: 'off' })

    test('is in no answer, and made when the journal is asked', async ({ merchant, control }) => {
      const answer = await merchant.request({ ...REQUEST, signInstead: { method: 'post' } })

      expect(answer.headers.filter(([name]) => /mock/i.test(name))).toEqual([])
      expect((await merchant.request({ target: '/nowhere' })).header(HEADER)).toBeUndefined()
      const [exchange] = await control.journal()
      expect(exchange?.remarks).toEqual([
        { about: 'signature', text: expect.any(String), expected_message: expect.any(String) },
      ])
      expect((await control.exchange(exchange?.id ?? '')).remarks).toMatchObject([
        { about: 'signature', verdict: 'proved', causes: [{ name: 'method_case' }] },
      ])
    })
  })
})

test('in lenient mode is a remark only', async ({ mock, merchant, control, seed }) => {
  await mock.changeSettings({ auth: 'lenient' })
  await seed.coupon({ coupon_code: BODY.coupon_code })

  const answer = await merchant.request({ ...REQUEST, signInstead: { method: 'post' } })

  expect(answer.status).toBe(200)
  expect(answer.header(HEADER)).toBeUndefined()
  expect((await control.journal()).at(-1)?.remarks).toMatchObject([{ causes: [{ name: 'method_case' }] }])
})

test('of a key that was put into the message does not show the key', async ({ merchant, control }) => {
  const { api_v3_key: secret } = await control.credentials()
  const body = Buffer.from(`${JSON.stringify(BODY)}&key=${secret}`)

  const answer = await merchant.request({ ...REQUEST, signInstead: { body } })

  expect(answer.header(HEADER)).toBe('proved; key_appended')
  const { remarks } = await control.exchange((await control.journal())[0]?.id ?? '')
  expect(remarks[0]).toMatchObject({
    signed_message: expect.stringContaining('}&key=********'),
    difference: { part: 'end', signed: expect.stringContaining('}&key=********') },
  })
  expect(JSON.stringify(remarks)).not.toContain(secret)
})

test('names the merchant whose key it was', async ({ others, mock, merchant, control, clientOf }) => {
  await clientOf(others.owner)
  const { credentials } = await clientOf(others.partner)
  const { createMerchantClient } = await import('../../src/testing/merchant-client.ts')
  const mixedUp = createMerchantClient({
    credentials: { ...merchant.credentials, merchant_private_key: credentials.merchant_private_key },
    send: (request) => mock.handle(request),
    now: () => mock.clock.now(),
  })

  const answer = await mixedUp.request(REQUEST)

  expect(answer.header(HEADER)).toBe('proved; key_of_another_merchant')
  expect((await control.journal()).at(-1)?.remarks[0]?.causes?.[0]?.value).toContain(others.partner.mchid)
})

describe('the journal, asked for one exchange', () => {
  test('looks for three mistakes at once', async ({ merchant, control }) => {
    await merchant.request(THREE)

    const [listed] = await control.journal()
    expect(listed?.remarks).toMatchObject([{ verdict: 'message_unknown', causes: [] }])
    const names = ['method_case', 'url_leading_slash_missing', 'body_pretty_printed']
    expect((await control.exchange(listed?.id ?? '')).remarks).toMatchObject([
      { verdict: 'proved', causes: names.map((name) => ({ name })) },
    ])
  })

  test('says what is certain where it does not find more', async ({ merchant, control }) => {
    await merchant.request(UNGUESSABLE)

    const [listed] = await control.journal()
    const { remarks } = await control.exchange(listed?.id ?? '')
    expect(remarks).toMatchObject([{ about: 'signature', verdict: 'message_unknown', causes: [] }])
    expect(remarks[0]?.expected_message).toBe(listed?.remarks[0]?.expected_message)
    expect(remarks[0]).not.toHaveProperty('signed_message')
  })

  test('does not look at a body of which it has a part', async ({ merchant, control }) => {
    await merchant.request({
      target: REQUEST.target,
      body: `"${'x'.repeat(65_536)}"`,
      signInstead: UNGUESSABLE.signInstead ?? {},
    })

    const [listed] = await control.journal()
    expect((await control.exchange(listed?.id ?? '')).remarks).toEqual(listed?.remarks)
  })

  test('is at peace with a merchant that is gone', async ({ others, clientOf, mock, control }) => {
    await (await clientOf(others.sender)).request(UNGUESSABLE)
    const [listed] = await control.journal()
    const found = mock.journal.find(listed?.id ?? '')
    const request = { ...found?.request, headers: { authorization: 'rubbish' } }

    expect(await mock.diagnoses.ofExchange({ ...found, request } as NonNullable<typeof found>)).toEqual(found?.remarks)
  })
})
