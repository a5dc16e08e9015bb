import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { queryObjects } from 'node:v8'
import { expect, test } from 'vitest'
import { openTarget } from '../../contracts/kit/target.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { createMock } from '../../src/index.ts'

const KEEPING = 'GET /_mock/kept-state'

test('the connection that keeps the state of a mock ends with the run, also after a collection of garbage', async ({
  onTestFinished,
}) => {
  const ended: string[] = []
  const onRequest = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const call = `${request.method} ${request.url}`
    response.once('close', () => ended.push(call))
  }
  subscribe('http.server.request.start', onRequest)
  onTestFinished(() => void unsubscribe('http.server.request.start', onRequest))
  const server = await startServer({ mock: createMock(), port: 0 })
  onTestFinished(() => server.close(0))
  const target = await openTarget({ url: server.url })
  // Two turns, as what hears of an abort is found unused first. It collects all garbage before it looks.
  for (let i = 0; i < 2; i++) {
    queryObjects(Request)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(ended).not.toContain(KEEPING)

  await target.close()
  await expect.poll(() => ended).toContain(KEEPING)
})
