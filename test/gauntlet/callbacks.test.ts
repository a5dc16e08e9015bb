import { describe, expect, test } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { callbackCases, sendCallbacks } from '../../src/gauntlet/send-callbacks.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { callbackServer, careful, type ReceivedCallback } from './callback-server.ts'

const all = callbackCases.map(({ name }) => name)

const sent = async (decide: (callback: ReceivedCallback) => number | 'nothing', more: object = {}) => {
  const { url, received, close } = await callbackServer(decide)
  const { results, skipped } = await sendCallbacks({ url, ...more }).finally(close)
  return { results, skipped, received, misses: results.filter(({ ok }) => !ok).map(({ name }) => name) }
}

describe('callbacks of the gauntlet', () => {
  test.for([false, true])('are all met by a careful server (public key: %s)', async (publicKey) => {
    const { results, skipped, misses } = await sent(careful, { publicKey })
    expect(skipped).toEqual([])

    expect(misses).toEqual([])
    expect(results.map(({ name }) => name)).toEqual(all)
    expect(results.map(({ status }) => status)).toEqual([204, ...Array(13).fill(401), 500, 500])
  })

  test('are all taken by a server that checks nothing', async () => {
    const { misses } = await sent(() => 200)

    expect(misses).toEqual(all.filter((name) => name !== 'honest'))
  })

  test('find a server that only decrypts', async () => {
    const { misses } = await sent(({ body }) => {
      return open(JSON.parse(String(body)).resource, wellKnownIdentity().merchant.apiV3Key).ok ? 200 : 500
    })

    expect(misses).toEqual(all.filter((name) => !['honest', 'wrong_tag', 'wrong_api_v3_key'].includes(name)))
  })

  test('stop when the honest one is refused, or redirected', async () => {
    const refused = await sent(() => 400)
    expect(refused.results).toMatchObject([{ name: 'honest', ok: false, status: 400 }])
    expect(refused.skipped).toEqual(callbackCases.slice(1).map(({ name }) => ({ name, reason: 'honest_failed' })))
    expect((await sent(() => 302)).results).toMatchObject([{ name: 'honest', ok: false, status: 302 }])
  })

  test('that get no answer are missed', async () => {
    const { results } = await sent((callback) => (careful(callback) === 204 ? 200 : 'nothing'), { only: ['probe'] })

    expect(results).toEqual([
      { name: 'honest', expects: 'accept', ok: true, status: 200, durationMs: expect.any(Number) },
      { name: 'probe', expects: 'reject', ok: false, durationMs: expect.any(Number) },
    ])
  })

  test('look like those of WeChat Pay, each with an id of its own', async () => {
    const { received } = await sent(careful)

    const bodies = received.map(({ body }) => JSON.parse(String(body)))
    expect(new Set(bodies.map(({ id }) => id)).size).toBe(all.length)
    expect(bodies[0]).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      create_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
      resource_type: 'encrypt-resource',
      event_type: 'COUPON.SEND',
      summary: '商家券领券通知',
      resource: {
        original_type: 'coupon',
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: expect.any(String),
        associated_data: 'coupon',
        nonce: expect.stringMatching(/^\w{12}$/),
      },
    })
    const [honest] = received
    const names = honest?.rawHeaders.filter((_, i) => i % 2 === 0) ?? []
    expect(names).toEqual(expect.arrayContaining(['Wechatpay-Nonce', 'Wechatpay-Signature', 'User-Agent', 'Pragma']))
    expect(honest?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Mozilla/4.0' })
  })

  test('tell of what they are asked to, under a nonce that a probe has shorter', async () => {
    const { received } = await sent(careful, { event: 'TRANSACTION.SUCCESS', only: ['probe', 'bad_signature'] })

    expect(received.map(({ body }) => JSON.parse(String(body)).event_type)).toEqual(
      Array(3).fill('TRANSACTION.SUCCESS'),
    )
    expect(received.map(({ headers }) => String(headers['wechatpay-nonce']).length)).toEqual([32, 32, 12])
  })

  test('go to no other machine that is not allowed', async () => {
    await expect(sendCallbacks({ url: 'http://shop.example/notify' })).rejects.toThrow(
      expect.objectContaining({ code: 'MOCK_CALLBACK_HOST' }),
    )
  })

  test('need somebody who answers', async () => {
    await expect(sendCallbacks({ url: 'http://127.0.0.1:1/notify' })).rejects.toThrow(
      expect.objectContaining({ code: 'MOCK_CALLBACK_UNREACHABLE' }),
    )
    await expect(sendCallbacks({ url: 'http://127.0.0.1:1', only: ['x'] })).rejects.toThrow(
      expect.objectContaining({ code: 'MOCK_GAUNTLET_CASE' }),
    )
  })
})
