import { describe, expect, test } from 'vitest'
import { jsonAnswer, rawSender, rawServer } from '../../contracts/kit/raw-http.ts'
import { type SignedAnswer, startSigningFront } from '../../contracts/kit/signing-front.ts'
import { wellKnownCredentials } from '../../fixtures/credentials.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import { createMerchantClient, platformKeysOf } from '../../src/testing/merchant-client.ts'
import { checkAnswer } from '../../src/wire/protocol/check-answer.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { ASSOCIATE, LINK } from './pacts.ts'

type OnFinished = (end: () => Promise<void>) => void

/** A front before a server that stands for Pact's: it has one answer. */
async function front(answer: WireResponse, onFinished: OnFinished) {
  const pact = await rawServer(async () => answer)
  const seen: SignedAnswer[] = []
  const front = await startSigningFront({ pactUrl: pact.url, onAnswer: (one) => seen.push(one) })
  const sender = rawSender(front.url)
  onFinished(async () => {
    sender.close()
    await front.close()
    await pact.close()
  })
  return { client: createMerchantClient({ credentials: wellKnownCredentials, send: sender.send }), seen, front }
}

const linked = jsonAnswer(200, { wechatpay_associate_time: '2026-01-05T10:20:30+08:00' }, [
  ['Request-ID', '08F5B4A9C90610D80218A8C5D31F20B7-0'],
])

describe("Pact's mock server", () => {
  test('has its answers signed, so that a client that verifies them takes them', async ({ onTestFinished }) => {
    const { client, seen } = await front(linked, onTestFinished)

    const { status, body } = await client.request({ target: ASSOCIATE, body: LINK, signed: true })

    expect({ status, body }).toEqual({ status: 200, body: JSON.parse(Buffer.from(linked.body).toString()) })
    expect(seen).toEqual([{ call: `POST ${ASSOCIATE}`, status: 200, answer: { status: 200 } }])
  })

  test('is not blamed for a request that is signed wrongly: the client is', async ({ onTestFinished }) => {
    const { client, seen } = await front(linked, onTestFinished)

    const { status, body } = await client
      .request({ target: ASSOCIATE, body: LINK, signInstead: { method: 'GET' } })
      .catch(({ answer }: { answer: WireResponse }) => ({ status: answer.status, body: JSON.parse(`${answer.body}`) }))

    expect({ status, body }).toEqual({
      status: 401,
      body: { code: 'SIGN_ERROR', message: expect.stringContaining('The signature does not fit the message') },
    })
    expect(seen).toEqual([
      { call: `POST ${ASSOCIATE}`, status: 401, answer: { status: 200 }, fault: expect.any(String) },
    ])
  })

  test.for(['', wellKnownCredentials.platform_public_key.id])(
    'is not needed for a callback with contents of a message, signed by the key that is asked for: "%s"',
    async (serial, { onTestFinished }) => {
      const { front: started, seen } = await front(linked, onTestFinished)
      const contents = '{"coupon_code": "sxxe34343434",  "name": "券"}'

      const sent = await fetch(`${started.url}/_pact/callbacks/COUPON.SEND`, {
        method: 'POST',
        headers: { 'Wechatpay-Serial': serial },
        body: contents,
      })
      const body = Buffer.from(await sent.arrayBuffer())

      const [certificate] = wellKnownCredentials.platform_certificates
      expect(sent.headers.get('Wechatpay-Serial')).toBe(serial || certificate?.serial_no)
      const keys = platformKeysOf(wellKnownCredentials)
      const check = { header: (name: string) => sent.headers.get(name) ?? undefined, body }
      expect(checkAnswer(check, { keyOf: (name) => keys.get(name), now: Date.now() }).faults).toEqual([])
      const { event_type, resource } = JSON.parse(body.toString())
      expect(event_type).toBe('COUPON.SEND')
      expect(open(resource, wellKnownCredentials.api_v3_key)).toEqual({ ok: true, plaintext: contents })
      expect(seen).toEqual([{ call: 'POST /_pact/callbacks/COUPON.SEND', status: 200 }])
    },
  )

  test.for([
    ['COUPON.SENT', '{}', /^There is no event COUPON.SENT. There are: .*\bCOUPON.SEND\b/],
    ['COUPON.SEND', '[]', /^The contents of a callback are a JSON object/],
  ] as const)('is no excuse for a callback of %s with %s', async ([event, body, fault], { onTestFinished }) => {
    const { front: started, seen } = await front(linked, onTestFinished)

    const { status } = await fetch(`${started.url}/_pact/callbacks/${event}`, { method: 'POST', body })

    expect(status).toBe(404)
    expect(seen).toEqual([{ call: `POST /_pact/callbacks/${event}`, status: 404, fault: expect.stringMatching(fault) }])
  })

  test('is not asked what only a verifier asks', async ({ onTestFinished }) => {
    const { front: started, seen } = await front(linked, onTestFinished)

    const { status } = await fetch(`${started.url}/_pact/states`, { method: 'POST', body: '{}' })

    expect(status).toBe(404)
    expect(seen).toEqual([
      {
        call: 'POST /_pact/states',
        status: 404,
        fault: expect.stringMatching(/^This front is for tests of consumers: /),
      },
    ])
  })

  test('may refuse such a request itself, where that is what the contract is about', async ({ onTestFinished }) => {
    const {
      client,
      seen,
      front: started,
    } = await front(jsonAnswer(401, { code: 'SIGN_ERROR', message: '签名错误' }), onTestFinished)

    const { status } = await client.request({ target: ASSOCIATE, body: LINK, signInstead: { method: 'GET' } })

    expect(status).toBe(401)
    expect(seen).toEqual([
      { call: `POST ${ASSOCIATE}`, status: 401, answer: { status: 401, code: 'SIGN_ERROR', message: '签名错误' } },
    ])
    expect(started.faults).toEqual([])
  })

  test('says of a request that the pact does not have so, and nothing is signed', async ({ onTestFinished }) => {
    const { seen, front: started } = await front(
      jsonAnswer(500, {}, [['X-Pact', 'Unexpected-Request']]),
      onTestFinished,
    )

    const answer = await fetch(`${started.url}/v3/certificates`)

    expect([answer.status, answer.headers.has('Wechatpay-Signature')]).toEqual([500, false])
    expect(seen).toMatchObject([
      { call: 'GET /v3/certificates', status: 500, unexpected: 'The contract has no such request.' },
    ])
  })

  test.for([
    ['GET', '/v3/pay/transactions/out-trad-no/MCH_1', ' The nearest: GET /v3/pay/transactions/out-trade-no/'],
    ['DELETE', ASSOCIATE, ' this path takes POST.'],
  ] as const)(
    '%s %s is a fault, for WeChat Pay has no such call',
    async ([method, target, text], { onTestFinished }) => {
      const { client, seen } = await front(jsonAnswer(404, { code: 'ORDER_NOT_EXIST' }), onTestFinished)

      await client.request({ method, target }).catch(() => undefined)

      const call = `${method} ${target}`
      expect(seen).toMatchObject([{ call, status: 404, fault: expect.stringContaining(text) }])
      expect(seen[0]?.fault).toMatch(`${call} is no call of WeChat Pay.`)
    },
  )

  test('may have the empty answer to a call that is not served', async ({ onTestFinished }) => {
    const { client, seen } = await front({ status: 404, headers: [], body: Buffer.of() }, onTestFinished)

    // The client distrusts this answer, which lacks header fields of the real one.
    await client.request({ target: '/v3/nothing' }).catch(() => undefined)

    expect(seen).toEqual([{ call: 'GET /v3/nothing', status: 404, answer: { status: 404 } }])
  })

  test('is not whatever answers with a page', async ({ onTestFinished }) => {
    const page: WireResponse = {
      status: 200,
      headers: [['Content-Type', 'text/html; charset=utf-8']],
      body: Buffer.from('<html>'),
    }
    const { seen, front: started } = await front(page, onTestFinished)

    expect((await fetch(`${started.url}/v3/certificates`)).status).toBe(500)
    expect(seen[0]?.unexpected).toMatch(/^Pact's mock server does not answer at /)
  })

  test('has to be there', async ({ onTestFinished }) => {
    const seen: SignedAnswer[] = []
    const started = await startSigningFront({ pactUrl: 'http://127.0.0.1:1', onAnswer: (one) => seen.push(one) })
    onTestFinished(() => started.close())

    const answer = await fetch(`${started.url}/v3/certificates`)

    expect(await answer.text()).toContain(
      "Pact's mock server does not answer at http://127.0.0.1:1: start it on that port",
    )
    expect(seen).toEqual([
      { call: 'GET /v3/certificates', unexpected: expect.stringContaining('start it on that port') },
    ])
  })
})
