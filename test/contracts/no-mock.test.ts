import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, vi } from 'vitest'
import { verifyPacts } from '../../contracts/kit/index.ts'
import { rawServer } from '../../contracts/kit/raw-http.ts'
import { openTarget } from '../../contracts/kit/target.ts'
import { createMock } from '../../src/mock.ts'
import { test as pacts, V3 } from './pacts.ts'

const test = pacts.extend('serve', ({ task: _ }, { onCleanup }) => async (listener: RequestListener) => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onCleanup(async () => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

describe('an address that is not that of a mock is told of in a sentence:', () => {
  test.for([
    ['{}', 'application/json'],
    ['[]', 'application/json'],
    ['null', 'application/json'],
    ['"now"', 'application/json'],
    ['<html><body>hello</body></html>', 'text/html'],
  ] as const)('%s', async ([body, type], { serve, write }) => {
    const url = await serve((_, answer) => answer.setHeader('Content-Type', type).end(body))

    await expect(verifyPacts({ pactFiles: [await write(V3)], url })).rejects.toMatchObject({
      code: 'MOCK_NOT_A_MOCK',
      message: expect.stringContaining(`${url} `),
    })
  })

  test.for<[string, RequestListener]>([
    ['one that never answers', () => {}],
    ['one that stops in its answer', (_, answer) => answer.write('{')],
  ])('%s', async ([, listener], { serve, write }) => {
    const url = await serve(listener)

    await expect(verifyPacts({ pactFiles: [await write(V3)], url, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'MOCK_NO_ANSWER',
      message: `No answer came from ${url} within 0.05 seconds.`,
    })
  })

  test('the wait for it ends with the signal', async ({ serve, write }) => {
    // No limit comes first.
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const ending = new AbortController()
    const url = await serve(() => ending.abort(new Error('enough')))

    const pactFiles = [await write(V3)]
    const outcome = await verifyPacts({ pactFiles, url, signal: ending.signal }).catch((error: unknown) => error)

    expect(outcome).toBe(ending.signal.reason)
  })
})

test('a provider that hangs ends the verification, and not only its interaction', async ({ write }) => {
  const mock = createMock({ seed: 'empty' })
  const provider = await rawServer(() => new Promise(() => {}))

  const verified = verifyPacts({
    pactFiles: [await write(V3), await write(V3)],
    url: provider.url,
    control: mock.control,
    timeoutMs: 200,
  })

  await expect(verified).rejects.toMatchObject({ code: 'MOCK_NO_ANSWER' })
  await provider.close()
})

test('the state of a mock that has come to hang is given up', async ({ serve }) => {
  let hangs = false
  const answers: Record<string, unknown> = { '/_mock/clock': { now: '2026-11-25T12:00:00+08:00' }, '/_mock/faults': [] }
  const url = await serve(({ url: path = '' }, answer) => {
    if (!hangs) answer.end(JSON.stringify(answers[path] ?? {}))
  })
  const target = await openTarget({ url, answerLimitMs: 2_000 })
  hangs = true

  await expect(target.close()).rejects.toMatchObject({ code: 'MOCK_NO_ANSWER' })
})
