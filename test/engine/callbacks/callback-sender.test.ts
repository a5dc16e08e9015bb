import { describe, expect, test } from 'vitest'
import { type CallbackRequest, REPLY_BYTES } from '../../../src/engine/callbacks/callback.ts'
import { sendWithFetch } from '../../../src/engine/callbacks/callback-sender.ts'

const request: CallbackRequest = {
  url: 'https://shop.example.com/notify',
  headers: [
    ['Accept', '*/*'],
    ['Connection', 'Keep-Alive'],
    ['Wechatpay-Nonce', 'abc'],
    ['Content-Length', '2'],
    ['Host', 'shop.example.com'],
  ],
  body: Buffer.from('{}'),
}

/** A body that brings a piece each time it is asked, for ever or only so often. */
const stream = (piece: string, pieces = Number.POSITIVE_INFINITY) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pieces-- > 0) controller.enqueue(Buffer.from(piece))
      else return new Promise<void>(() => {})
    },
  })

describe('callbacks over a fetch that was handed in', () => {
  test('are given to it as they are, with the connection left to it', async () => {
    let seen: Request | undefined
    const send = sendWithFetch(async (given) => {
      seen = given
      return new Response('{"code":"SUCCESS"}', { status: 200, headers: { 'X-Shop': 'a' } })
    })
    const reply = await send(request, new AbortController().signal)

    expect(seen && [seen.method, seen.url, seen.redirect, [...seen.headers], await seen.text()]).toEqual([
      'POST',
      request.url,
      'manual',
      [
        ['accept', '*/*'],
        ['wechatpay-nonce', 'abc'],
      ],
      '{}',
    ])
    expect(reply.status).toBe(200)
    expect(reply.headers).toContainEqual(['x-shop', 'a'])
    expect(Buffer.from(reply.body).toString()).toBe('{"code":"SUCCESS"}')
  })

  test('read only the beginning of an endless body', async () => {
    const send = sendWithFetch(async () => new Response(stream('x'.repeat(1_000)), { status: 200 }))

    expect((await send(request, new AbortController().signal)).body).toHaveLength(REPLY_BYTES)
  })

  test('have the status of a body that does not come to its end', async () => {
    const limit = new AbortController()
    const send = sendWithFetch(async () => new Response(stream('so far', 1), { status: 500 }))
    const reply = send(request, limit.signal)
    setTimeout(() => limit.abort(), 20)

    expect(await reply).toMatchObject({ status: 500, body: Buffer.from('so far') })
  })

  test('have the status of a body that breaks off', async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error('broken')) })
    const send = sendWithFetch(async () => new Response(broken, { status: 200 }))

    expect(await send(request, new AbortController().signal)).toMatchObject({ status: 200 })
  })
})
