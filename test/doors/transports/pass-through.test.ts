import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RefusedConnection, type RunningServer, startServer } from '../../../src/doors/transports/node-server.ts'
import { createMock } from '../../../src/mock.ts'
import { listen, rawConnection } from './raw-connection.ts'

const bugs: unknown[] = []
const refused: RefusedConnection[] = []
let server: RunningServer

beforeAll(async () => {
  server = await startServer({
    mock: createMock(),
    port: 0,
    proxyPassthrough: true,
    onRefused: (one) => refused.push(one),
    onBug: (bug) => bugs.push(bug),
  })
})
afterAll(async () => {
  await server.close(0)
  expect(bugs).toEqual([])
})

/** A server other than WeChat Pay's: sends the same answer to any request, and then ends. */
async function otherServer(answer: string, end: (socket: Socket) => void = (socket) => socket.end()) {
  let received = ''
  const other = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.write(answer, () => end(socket)))
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
    })
  })
  return { host: `127.0.0.1:${await listen(other)}`, received: () => received }
}

/** Data that the proxy returns until `enough` has arrived or the connection ends, and how it ended. */
async function through(
  host: string,
  options: {
    readonly requestLine?: string
    readonly fields?: readonly string[]
    readonly body?: string
    readonly enough?: (received: string) => boolean
  } = {},
) {
  const { requestLine = 'GET / HTTP/1.1', fields = [], body = '', enough } = options
  const { write, read, socket } = await rawConnection(server.port)
  const failed = once(socket, 'error').then(([{ code }]) => code as string)
  const [method, path, version] = requestLine.split(' ')
  write(`${[`${method} http://${host}${path} ${version}`, `Host: ${host}`, ...fields].join('\r\n')}\r\n\r\n${body}`)
  const text = await read(enough)
  const end = await Promise.race([failed, wait(50).then(() => (socket.destroyed ? 'closed' : 'open'))])
  socket.destroy()
  return { text, end }
}

const LAST_CHUNK = /\r\n0\r\n\r\n$/
const ends = (pattern: RegExp) => (text: string) => pattern.test(text)
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('an answer that is let through', () => {
  test.for([
    ['whose end is that of the connection', 'HTTP/1.0 200 OK\r\nX-One: 1\r\n\r\nhello'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'],
  ] as const)('%s reaches the client in chunks', async ([, answer]) => {
    const { host } = await otherServer(answer)
    const { text, end } = await through(host, { enough: ends(LAST_CHUNK) })
    const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s)
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Transfer-Encoding: chunked/)
    expect(body.replaceAll(/(?:^|\r\n)\d+\r\n/g, '').trim()).toBe('hello')
    expect(end).toBe('open')
  })

  test('has no chunks for a client of HTTP/1.0: the connection ends with it', async () => {
    const { host } = await otherServer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n')
    const { text, end } = await through(host, { requestLine: 'GET / HTTP/1.0', fields: ['Connection: keep-alive'] })
    expect(text).toMatch(/\r\nConnection: close\r\n/)
    expect(text).toMatch(/\r\n\r\nhello$/)
    expect(text).not.toMatch(/transfer-encoding/i)
    expect(end).toBe('closed')
  })

  test('keeps its length, whatever Connection says', async () => {
    const { host } = await otherServer(
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: content-length\r\n\r\nhello',
    )
    const { text } = await through(host, { enough: ends(/hello$/) })
    expect(text).toMatch(/\r\nContent-Length: 5\r\n/)
  })

  test.for([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
  ] as const)('has no body where there can be none: %s, %j', async ([method, answer]) => {
    const { host } = await otherServer(answer)
    const { text, end } = await through(host, { requestLine: `${method} / HTTP/1.1`, enough: ends(/\r\n\r\n/) })
    expect(text).toMatch(/^HTTP\/1\.1 (?:200|204|304) [^\r]*\r\n(?:[^\r]+\r\n)+\r\n$/)
    expect(text).not.toMatch(/transfer-encoding/i)
    expect(end).toBe('open')
  })

  test.for([
    ['with a length', 'GET / HTTP/1.1', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'],
    ['in chunks', 'GET / HTTP/1.1', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n32\r\nhello'],
    ['in chunks, as HTTP/1.0', 'GET / HTTP/1.0', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n32\r\nhello'],
    ['that ends with the connection', 'GET / HTTP/1.1', 'HTTP/1.0 200 OK\r\n\r\nhello'],
    ['that ends with the connection, as HTTP/1.0', 'GET / HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello'],
  ] as const)('%s does not look whole when it was cut off', async ([, requestLine, answer]) => {
    const { host } = await otherServer(answer, (socket) => setTimeout(() => socket.resetAndDestroy(), 50))
    const { text, end } = await through(host, { requestLine })
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(text).not.toMatch(LAST_CHUNK)
    // Without chunks and a length, a merely closed connection would look like a whole answer.
    if (!/transfer-encoding|content-length/i.test(text)) expect(end).toBe('ECONNRESET')
  })

  test.for([
    ['a status below 100', 'HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nok', 502],
    ['another protocol that is not named', 'HTTP/1.1 101 Switching Protocols\r\n\r\nodd', 502],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: odd\r\nConnection: upgrade\r\n\r\nodd', 502],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok', 502],
    ['a reason that cannot be sent', 'HTTP/1.1 200 O\u0001K\r\nContent-Length: 2\r\n\r\nok', 200],
    ['nothing', '', 502],
  ] as const)('of %s does not bring the mock down', async ([, answer, status]) => {
    const { host } = await otherServer(answer)
    const { text } = await through(host, { enough: ends(/\r\n\r\n.*(?:ok|\.\n)$/s) })
    expect(text.split(' ', 2)[1]).toBe(String(status))
  })
})

describe('the body of a request that is let through', () => {
  const SMUGGLED = 'DELETE /all HTTP/1.1\r\n\r\n'
  const CHUNKS = `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`

  test.for(['GET', 'DELETE', 'OPTIONS', 'HEAD', 'POST', 'PATCH'])('in chunks is one body of %s', async (method) => {
    const { host, received } = await otherServer(OK)
    const chunked = { requestLine: `${method} / HTTP/1.1`, fields: ['Transfer-Encoding: chunked'], body: CHUNKS }
    await through(host, { ...chunked, enough: ends(/\r\n\r\n/) })
    await expect.poll(received).toMatch(LAST_CHUNK)
    expect(received()).toContain('\r\nTransfer-Encoding: chunked\r\n')
    expect(received().split('\r\n\r\n')[1]).toBe(`${SMUGGLED.length.toString(16)}\r\n${SMUGGLED.trim()}`)
  })

  test.for(['GET', 'POST'])('keeps its length in %s, whatever Connection says', async (method) => {
    const { host, received } = await otherServer(OK)
    const fields = ['Content-Length: 5', 'Connection: content-length']
    await through(host, { requestLine: `${method} / HTTP/1.1`, fields, body: 'hello', enough: ends(/ok$/) })
    expect(received()).toMatch(/\r\nContent-Length: 5\r\n[\s\S]*\r\n\r\nhello$/)
    expect(received()).not.toMatch(/transfer-encoding/i)
  })

  test.for(['GET', 'POST'])('is none where the client of %s sends none', async (method) => {
    const { host, received } = await otherServer(OK)
    await through(host, { requestLine: `${method} / HTTP/1.1`, enough: ends(/ok$/) })
    expect(received()).toMatch(/\r\n\r\n$/)
    expect(received()).not.toMatch(/transfer-encoding/i)
  })
})

test('a client that goes away before its answer is not reported as a host out of reach', async () => {
  const other = createServer((socket) => socket.on('error', () => {}))
  const port = await listen(other)
  const { socket, write } = await rawConnection(server.port)
  write(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
  const [upstream] = (await once(other, 'connection')) as [Socket]
  const before = refused.length

  socket.resetAndDestroy()
  await once(upstream.resume(), 'close')
  await server.control.health()

  expect(refused.slice(before)).toEqual([])
})
