import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import { rawConnection } from './raw-connection.ts'

test.for([
  ['/_mock/clock/advance', 'MOCK_INPUT'],
  ['/_mock/nowhere', 'MOCK_NOT_FOUND'],
] as const)('the connection of a refused body serves the next call: %s', async ([path, code]) => {
  const server = await startServer({ port: 0 })
  onTestFinished(() => server.close(0))
  const { write, read, socket } = await rawConnection(server.port)
  const body = JSON.stringify({ unknown: 1, filling: 'x'.repeat(1_000_000) })
  const head = (method: string, target: string, length: number) =>
    `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

  write(head('POST', path, body.length))
  write(body)
  await read((text) => text.includes(code))
  write(head('GET', '/_mock/health', 0))

  expect(await read((text) => text.includes('"status":"ok"'))).toMatch(/^HTTP\/1\.1 40\d [\s\S]*HTTP\/1\.1 200 OK/)
  socket.destroy()
})
