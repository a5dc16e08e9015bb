import { expect, test } from 'vitest'
import { type CallbackRequest, sendCallback } from '../../src/engine/callbacks/callback.ts'
import { explainAttempt } from '../../src/engine/callbacks/notification.ts'

const request: CallbackRequest = { url: 'http://127.0.0.1:1/', headers: [], body: new Uint8Array(0) }

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
