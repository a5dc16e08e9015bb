import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../../src/doors/transports/node-server.ts'
import { isLoopback } from '../../../src/engine/callbacks/callback.ts'
import { createMerchantClient, type MerchantClient } from '../../../src/testing/merchant-client.ts'
import { createMock } from '../../helpers/engine.ts'
import { SIGNATURE_NAMES, USUAL_NAMES } from '../../helpers/header-names.ts'
import { listen, rawConnection } from './raw-connection.ts'

/** Bytes of a body at most. */
const BODY_LIMIT = 2_097_152

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const mock = createMock()
const bugs: unknown[] = []
let server: RunningServer
/** Signs with the well-known identity; the tests below take its requests apart and write them by hand. */
let merchant: MerchantClient

beforeAll(async () => {
  server = await startServer({ mock, port: 0, onBug: (bug) => bugs.push(bug) })
  merchant = createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
  })
})
afterAll(() => server.close())

/** A signed request as the text of an HTTP/1.1 message. */
async function signedMessage(
  body: string,
  options: { target?: string; requestLine?: string; headers?: readonly string[] } = {},
): Promise<string> {
  const target = options.target ?? ASSOCIATE
  let message = ''
  const writer = createMerchantClient({
    credentials: merchant.credentials,
    send: async ({ method, headers }) => {
      const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
      message = [
        options.requestLine ?? `${method} ${target} HTTP/1.1`,
        'Host: 127.0.0.1',
        ...fields.filter((field) => !/^(host|content-length):/i.test(field)),
        ...(options.headers ?? [`Content-Length: ${Buffer.byteLength(body)}`]),
        '',
        body,
      ].join('\r\n')
      // The answer does not matter: only the request is needed.
      return { status: 401, headers: [], body: new Uint8Array(0) }
    },
  })
  await writer.request({ method: 'POST', target, body, signed: false }).catch(() => undefined)
  return message
}

const associateBody = (number: string) =>
  JSON.stringify({
    stock_id: '100088',
    coupon_code: 'sxxe34343434',
    out_trade_no: 'MCH_102233445',
    out_request_no: number,
  })

const answers = (count: number) => (received: string) => received.split('wechatpay_associate_time').length > count

describe('answers on the wire', () => {
  test('have the header fields of the live service, in its order and spelling', async () => {
    const connection = await rawConnection(server.port)
    connection.write(await signedMessage(associateBody('wire-1')))
    const received = await connection.read(answers(1))
    connection.socket.destroy()

    const [head = ''] = received.split('\r\n\r\n')
    const [statusLine, ...fields] = head.split('\r\n')
    expect(statusLine).toBe('HTTP/1.1 200 OK')
    expect(fields.map((field) => field.slice(0, field.indexOf(':')))).toEqual([...USUAL_NAMES, ...SIGNATURE_NAMES])
    expect(head).toMatch(/\r\nRequest-ID: 08[0-9A-F]{40}-0\r\n/)
  })

  test('say close, and close, when the client asks for it', async () => {
    const connection = await rawConnection(server.port)
    const body = associateBody('wire-close')
    connection.write(
      await signedMessage(body, { headers: ['Connection: close', `Content-Length: ${Buffer.byteLength(body)}`] }),
    )
    const received = await connection.read()
    await connection.closed
    expect(received).toContain('\r\nConnection: close\r\n')
    expect(received).not.toContain('Keep-Alive')
  })

  test('are the same to a chunked body', async () => {
    const connection = await rawConnection(server.port)
    const body = associateBody('chunked-1')
    const message = await signedMessage(body, { headers: ['Transfer-Encoding: chunked'] })
    const head = message.slice(0, message.length - body.length)
    const [first, second] = [body.slice(0, 20), body.slice(20)]
    connection.write(
      `${head}${first.length.toString(16)}\r\n${first}\r\n${second.length.toString(16)}\r\n${second}\r\n0\r\n\r\n`,
    )
    expect(await connection.read(answers(1))).toContain('200 OK')
    connection.socket.destroy()
  })

  test('are the same to an absolute-form target: scheme and authority are not signed', async () => {
    const connection = await rawConnection(server.port)
    connection.write(
      await signedMessage(associateBody('absolute-1'), {
        requestLine: `POST http://api.mch.weixin.qq.com${ASSOCIATE} HTTP/1.1`,
      }),
    )
    expect(await connection.read(answers(1))).toContain('200 OK')
    connection.socket.destroy()
  })

  test('an Authorization field that comes twice is not the right one', async () => {
    const connection = await rawConnection(server.port)
    const body = associateBody('twice')
    const message = await signedMessage(body)
    const [authorization = ''] = /^authorization: .*$/im.exec(message) ?? []
    connection.write(message.replace(authorization, `${authorization}\r\n${authorization}`))
    expect(await connection.read((received) => received.includes('}'))).toMatch(
      /^HTTP\/1\.1 401 .*Authorization值格式错误/s,
    )
    connection.socket.destroy()
  })
})

/** The server's state, except the instant at which it was read. */
async function state(): Promise<unknown> {
  const { taken_at: _, ...world } = await server.control.world()
  return world
}

describe('bad input', () => {
  test.for([
    ['rubbish', 'HELO there\r\n\r\n', '400 Bad Request'],
    ['a header field without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n', '400 Bad Request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      '400 Bad Request',
    ],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad Request',
    ],
    [
      'a header of 20 KiB',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_480)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
    ['CONNECT without a port', 'CONNECT api.mch.weixin.qq.com HTTP/1.1\r\nHost: a\r\n\r\n', '400 Bad Request'],
    [
      'an absolute target with a host that is none',
      'GET http://a:99999/v3 HTTP/1.1\r\nHost: a\r\n\r\n',
      '400 wechatpay-mock cannot read the host in the target of this request. This is no answer of WeChat Pay',
    ],
  ] as const)('%s is refused and the connection closed', async ([, message, status]) => {
    const connection = await rawConnection(server.port)
    connection.write(message)
    const received = await connection.read()
    await connection.closed
    expect(received.split('\r\n', 1)[0]).toBe(`HTTP/1.1 ${status}`)
    expect(received).not.toMatch(/at .*\.ts|node:internal/)
  })

  test.for([
    ['a target with letters that are not ASCII', 'GET /v3/\u4e2d HTTP/1.1\r\nHost: a\r\n\r\n', 'url'],
    ['a line that is none', 'HELO there\r\n\r\n', 'method'],
    ['a header of 20 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_480)}\r\n\r\n`, '16384 bytes'],
  ] as const)('%s is told what is wrong, and by whom', async ([, message, what]) => {
    const connection = await rawConnection(server.port)
    connection.write(message)
    const received = await connection.read()
    await connection.closed
    expect(received).toMatch(/\r\n\r\nwechatpay-mock /)
    expect(received.toLowerCase()).toContain(what)
  })

  test.for(['', 'Host: \r\n', 'Host: a@b\r\n', 'Host: [0:0::1]\r\n'])(
    'a call of the control API with no Host that can be read is told so: %j',
    async (host) => {
      const connection = await rawConnection(server.port)
      connection.write(`GET /_mock/health HTTP/1.0\r\n${host}\r\n`)
      const received = await connection.read()
      await connection.closed
      expect(received).toMatch(/^HTTP\/1\.1 403 .*"code":"MOCK_FORBIDDEN_HOST","message":".*Host/s)
    },
  )

  test('a body over the limit is refused by its announced length, unread and unsigned', async () => {
    const connection = await rawConnection(server.port)
    connection.write(await signedMessage('', { headers: [`Content-Length: ${BODY_LIMIT + 1}`] }))
    const received = await connection.read()
    expect(received).toMatch(/^HTTP\/1\.1 413 .*"code":"INVALID_REQUEST"/s)
    expect(received).not.toContain('Wechatpay-Signature')
  })

  test('a body over the limit is refused when it grows without an announcement', async () => {
    const connection = await rawConnection(server.port)
    connection.write(await signedMessage('', { headers: ['Transfer-Encoding: chunked'] }))
    const chunk = 'a'.repeat(65_536)
    for (let sent = 0; sent <= BODY_LIMIT && connection.socket.writable; sent += chunk.length) {
      connection.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    }
    await connection.closed
    expect(await connection.read()).toMatch(/^(HTTP\/1\.1 413 |$)/)
  })

  test('a client that goes away in the middle of its body changes nothing', async () => {
    const before = await state()
    const connection = await rawConnection(server.port)
    const message = await signedMessage(associateBody('cut-off'))
    connection.write(message.slice(0, -10))
    connection.socket.destroy()
    await connection.closed
    expect((await server.control.health()).status).toBe('ok')
    expect(await state()).toEqual(before)
  })

  test('five hundred half-open connections do not keep others out', { timeout: 30_000 }, async () => {
    const connections = await Promise.all(Array.from({ length: 500 }, () => rawConnection(server.port)))
    for (const connection of connections) connection.write('POST /v3/slow HTTP/1.1\r\nHost: localhost\r\n')
    expect((await server.control.health()).status).toBe('ok')
    for (const connection of connections) connection.socket.destroy()
  })
})

test('a bug in the mock is answered as a bug of the mock, without a stack, and is told to the log', async () => {
  const broken = createMock()
  broken.store.transaction = () => Promise.reject(new Error('the store is on fire'))
  const told: unknown[] = []
  const other = await startServer({ mock: broken, port: 0, onBug: (bug) => told.push(bug) })
  const connection = await rawConnection(other.port)
  connection.write(await signedMessage(associateBody('bug-1')))
  const received = await connection.read()
  await other.close()

  expect(received).toMatch(/^HTTP\/1\.1 500 /)
  expect(received).toContain('bug in wechatpay-mock')
  expect(received).not.toMatch(/SYSTEM_ERROR|Wechatpay-|on fire|\.ts:/)
  expect(told).toEqual([new Error('the store is on fire')])
  expect(bugs).toEqual([])
})

describe('starting and stopping', () => {
  test('a request in flight is finished, then the connection is closed', async () => {
    const stopping = await startServer({ mock: createMock(), port: 0 })
    const connection = await rawConnection(stopping.port)
    const message = (await signedMessage(associateBody('in-flight'))).replace('\r\n', '\r\nExpect: 100-continue\r\n')
    connection.write(message.slice(0, -10))
    // The server has taken the request before it stops taking new ones.
    await connection.read((received) => received.includes('100 Continue'))
    const stopped = stopping.close()
    connection.write(message.slice(-10))
    expect(await connection.read()).toMatch(
      /\r\nHTTP\/1\.1 200 OK.*\r\nConnection: close\r\n.*wechatpay_associate_time/s,
    )
    await stopped
    await expect(rawConnection(stopping.port)).rejects.toThrow('ECONNREFUSED')
  })

  test('a request that never ends is cut after the grace time', async () => {
    const stopping = await startServer({ mock: createMock(), port: 0 })
    const connection = await rawConnection(stopping.port)
    connection.write((await signedMessage(associateBody('never'))).slice(0, -10))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await stopping.close(100)
    await connection.closed
  })

  test('a port in use is said to be in use', async () => {
    const port = await listen(createServer())
    await expect(startServer({ mock, port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use: choose another with --port, or 0 for a free one.`,
    )
  })

  test('an address of another machine is refused', async () => {
    await expect(startServer({ mock, port: 0, host: '192.0.2.1', controlToken: 'secret' })).rejects.toMatchObject({
      code: 'MOCK_HOST',
    })
  })

  test('a host that others can reach needs a control token', async () => {
    await expect(startServer({ mock, port: 0, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'MOCK_CONTROL_TOKEN' })
  })

  test.for([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
  ] as const)('%s is loopback: %s', ([host, expected]) => {
    expect(isLoopback(host)).toBe(expected)
  })
})

describe('a connection on which something cannot be answered', () => {
  test('is answered what it is owed first', async () => {
    const connection = await rawConnection(server.port)
    connection.write(`${await signedMessage(associateBody('before-rubbish'))}GARBAGE\r\n\r\n`)
    const received = await connection.read()
    await connection.closed
    expect(received).toMatch(/^HTTP\/1\.1 200 OK.*wechatpay_associate_time/s)
  })

  test.for([
    ['CONNECT', 'CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n'],
    ['a tunnel', 'CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: api.mch.weixin.qq.com:443\r\n\r\n'],
    ['rubbish', 'GARBAGE\r\n\r\n'],
  ] as const)('is closed, although its client never closes, and does not hold up the end: %s', async ([, message]) => {
    const stopping = await startServer({ mock: createMock(), port: 0 })
    const connection = await rawConnection(stopping.port)
    connection.socket.allowHalfOpen = true
    connection.write(message)
    await connection.read((received) => received.includes('\r\n\r\n'))
    await stopping.close(3_000)
    connection.socket.destroy()
  })

  test('may be reset by its client', async () => {
    const connection = await rawConnection(server.port)
    connection.write('CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n')
    await connection.read((received) => received.includes('403'))
    connection.socket.resetAndDestroy()
    await connection.closed
    expect((await server.control.health()).status).toBe('ok')
  })
})

test('a client that ends its side after the request is answered all the same', async () => {
  const connection = await rawConnection(server.port)
  connection.socket.allowHalfOpen = true
  connection.socket.end(await signedMessage(associateBody('half-closed')))
  expect(await connection.read(answers(1))).toMatch(/^HTTP\/1\.1 200 OK.*wechatpay_associate_time/s)
  connection.socket.destroy()
})

test('a stream of events ends with the side of its client', async () => {
  const connection = await rawConnection(server.port)
  connection.socket.allowHalfOpen = true
  connection.write('GET /_mock/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await connection.read((received) => received.includes(': connected'))
  connection.socket.end()
  await connection.closed
})

test('a call that reads is not made for a client that has closed its side and is still not answered a second later', async () => {
  const mock = createMock()
  const own = await startServer({ mock, port: 0 })
  const gate = Promise.withResolvers<void>()
  const busy = mock.store.transaction(() => gate.promise)
  const connection = await rawConnection(own.port)
  connection.socket.allowHalfOpen = true
  connection.socket.end('GET /_mock/orders HTTP/1.1\r\nHost: localhost\r\n\r\n')

  await connection.closed
  gate.resolve()
  await busy
  await own.close(0)
})
