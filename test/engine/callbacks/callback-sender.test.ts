import { describe, expect, test } from 'vitest'
import { type CallbackRequest, REPLY_BYTES, sendCallback } from '../../../src/engine/callbacks/callback.ts'
import { sendWithFetch } from '../../../src/engine/callbacks/callback-sender.ts'
import { explainAttempt } from '../../../src/engine/callbacks/notification.ts'

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

test.for([
  ['an error', new Error('no route'), 'The receiver could not be reached: no route.', 'no route'],
  [
    'an error with a code',
    Object.assign(new Error('no'), { code: 'EPIPE' }),
    'The receiver could not be reached: EPIPE.',
    'EPIPE',
  ],
  [
    'an error with a known code in its cause',
    new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) }),
    'Nobody listens there: the connection was refused.',
    undefined,
  ],
  [
    'what the web platform throws',
    new DOMException('cut off', 'NetworkError'),
    'The receiver could not be reached: cut off.',
    'cut off',
  ],
  ['a text', 'offline', 'The receiver could not be reached: offline.', 'offline'],
  ['nothing', undefined, 'The receiver could not be reached: undefined.', 'undefined'],
] as const)('a sender that throws %s is told of in a sentence and in a name', async ([, thrown, error, value]) => {
  const reason = value === undefined ? ({ name: 'refused' } as const) : ({ name: 'unreachable', value } as const)
  expect(await sendCallback(() => Promise.reject(thrown), request)).toEqual({ reason })
  expect(explainAttempt(reason).en).toBe(error)
})

test.for([
  ['state_dropped', 'The state that it belonged to was dropped.', { name: 'state_dropped' }],
  ['clock_move_ended', 'The move of the clock that it belonged to was ended.', { name: 'clock_move_ended' }],
  ['mock_stopped', 'The mock was stopped.', { name: 'mock_stopped' }],
  ['whatever else', 'It was given up: whatever else.', { name: 'abandoned', value: 'whatever else' }],
] as const)('a try that is given up for %s says so', async ([why, error, reason]) => {
  const never = new Promise<never>(() => undefined)

  expect(await sendCallback(() => never, request, AbortSignal.abort(why))).toEqual({ reason })
  expect(explainAttempt(reason).en).toBe(error)
})
