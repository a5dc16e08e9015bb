import { expect, test } from 'vitest'
import { type CallbackRequest, sendCallback } from '../../src/engine/callback.ts'

const request: CallbackRequest = { url: 'http://127.0.0.1:1/', headers: [], body: new Uint8Array(0) }

test.for([
  ['an error', new Error('no route'), 'The receiver could not be reached: no route.'],
  [
    'an error with a code',
    Object.assign(new Error('no'), { code: 'EPIPE' }),
    'The receiver could not be reached: EPIPE.',
  ],
  [
    'an error with a known code in its cause',
    new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) }),
    'Nobody listens there: the connection was refused.',
  ],
  [
    'what the web platform throws',
    new DOMException('cut off', 'NetworkError'),
    'The receiver could not be reached: cut off.',
  ],
  ['a text', 'offline', 'The receiver could not be reached: offline.'],
  ['nothing', undefined, 'The receiver could not be reached: undefined.'],
] as const)('a sender that throws %s is told of in a sentence', async ([, thrown, error]) => {
  expect(await sendCallback(() => Promise.reject(thrown), request)).toMatchObject({ error })
})
