import { queryObjects } from 'node:v8'
import { expect, test } from 'vitest'
import { openTarget } from '../../contracts/kit/target.ts'
import { createMock } from '../../src/index.ts'
import { startServer } from '../../src/transports/node-server.ts'

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

test('the connection that keeps the state of a mock ends with the run, also after a collection of garbage', async ({
  onTestFinished,
}) => {
  const before = sockets()
  const server = await startServer({ mock: createMock(), port: 0 })
  onTestFinished(() => server.close(0))
  const target = await openTarget({ url: server.url })
  // Two turns, as what hears of an abort is found unused first. It collects all garbage before it looks.
  for (let i = 0; i < 2; i++) {
    queryObjects(Request)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await target.close()

  await expect.poll(sockets).toBeLessThanOrEqual(before)
})
