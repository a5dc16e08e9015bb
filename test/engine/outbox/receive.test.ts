import { expect, test } from 'vitest'
import type { CredentialsJson } from '../../../src/control/answer-format.ts'
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'

test('what receives callbacks is handed the credentials to verify and open them with', async () => {
  const handed: [url: string, CredentialsJson][] = []
  const mock = createMock({
    receive: (callback, credentials) => {
      handed.push([callback.url, credentials])
      return new Response(null, { status: 204 })
    },
  })

  await save(mock, { url: 'https://shop.example.com/notify' })
  await mock.control.deliverNotifications()

  expect(handed).toEqual([['https://shop.example.com/notify', await mock.control.credentials()]])
})

const failing = (code: string) => Object.assign(new TypeError('my mistake'), { code })

test.for([
  ['an error', new TypeError('my mistake'), 'The function that receives callbacks threw TypeError: my mistake.'],
  [
    'an error of Node',
    failing('ERR_INVALID_ARG_TYPE'),
    'The function that receives callbacks threw TypeError: my mistake.',
  ],
  ['a text', 'no', 'The function that receives callbacks threw no.'],
  ['the error of a connection', failing('ECONNREFUSED'), 'Nobody listens there: the connection was refused.'],
  [
    'the error of a fetch',
    new TypeError('fetch failed', { cause: failing('ECONNREFUSED') }),
    'Nobody listens there: the connection was refused.',
  ],
] as const)('a receiver that throws %s is told of with it', async ([, thrown, error]) => {
  const mock = createMock({
    receive: () => {
      throw thrown
    },
  })

  await save(mock, { url: 'https://shop.example.com/notify' })

  expect(await mock.control.deliverNotifications()).toMatchObject([{ attempts: [{ error }] }])
})

/** Steps of the event loop's smallest kind, from before the callback is found to be due until after it was sent. */
const STEPS = 40

test('a mock that is closed sends nothing afterwards, whatever a try has come to', async () => {
  const sent: number[] = []
  for (let steps = 0; steps < STEPS; steps++) {
    let isClosed = false
    const mock = createMock({
      receive: () => {
        if (isClosed) sent.push(steps)
        return new Response(null, { status: 204 })
      },
    })
    await save(mock, { url: 'http://127.0.0.1/notify' })
    for (let step = 0; step < steps; step++) await null
    await mock.close()
    isClosed = true
    await new Promise((resolve) => setTimeout(resolve, 10))
  }

  expect(sent).toEqual([])
})

test('a mock that is closed gives up the try that has just begun, and says so', async () => {
  const errors: (string | undefined)[] = []
  for (let steps = 0; steps < STEPS; steps++) {
    const mock = createMock({ receive: () => new Promise<never>(() => undefined) })
    await save(mock, { url: 'http://127.0.0.1/notify' })
    for (let step = 0; step < steps; step++) await null
    await mock.close()
    const [{ attempts = [] } = {}] = await mock.control.notifications()
    errors.push(...attempts.map(({ error }) => error))
  }

  expect(new Set(errors)).toEqual(new Set(['The mock was stopped.']))
})
