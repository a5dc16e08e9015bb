import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  createCertificateAuthority,
  type RefusedConnection,
  type RunningServer,
  type ServerOptions,
  startServer,
} from '../../../src/doors/transports/node-server.ts'
import { createMock } from '../../../src/mock.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { WECHATPAY_HOSTS } from '../../../src/wire/protocol/authorization.ts'
import { sendOverNode } from '../../helpers/send-over-node.ts'
import { handshake, openTunnel, textFrom } from './proxied.ts'
import { listen, rawConnection } from './raw-connection.ts'

const run = promisify(execFile)
const certificateAuthority = createCertificateAuthority()
const refused: RefusedConnection[] = []
const bugs: unknown[] = []
let ca: string
let server: RunningServer

const start = (options: ServerOptions = {}) =>
  startServer({
    mock: createMock(),
    port: 0,
    certificateAuthority,
    onRefused: (one) => refused.push(one),
    onBug: (bug) => bugs.push(bug),
    ...options,
  })

beforeAll(async () => {
  ca = await certificateAuthority.certificate()
  server = await start()
})
afterAll(() => server.close(0))

/** Waits until something is told of the port; other tests of this file do not run meanwhile. */
async function toldOf(wanted: Partial<RefusedConnection>): Promise<void> {
  await expect.poll(() => refused).toContainEqual(expect.objectContaining(wanted))
  refused.length = 0
}

/** A call of a client that verifies the certificate and our signature. */
async function associateAt(origin: string, tls: { proxyUrl: string; ca: string }, number: string) {
  const { send, close } = sendOverNode(origin, tls)
  onTestFinished(close)
  const client = createMerchantClient({ credentials: await server.control.credentials(), send })
  return client.request({
    target: '/v3/marketing/busifavor/coupons/associate',
    body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_102233445', out_request_no: number },
  })
}

describe('a client whose host cannot be changed', () => {
  test.for(WECHATPAY_HOSTS)('is answered through the proxy at %s', async (host) => {
    const answer = await associateAt(
      `https://${host}`,
      { proxyUrl: server.url, ca },
      `proxied_${host.replaceAll('.', '_')}`,
    )

    expect(answer.status).toBe(200)
    expect(answer.headers.map(([name]) => name)).toContain('Wechatpay-Signature-Type')
  })

  test('is told where the proxy is, and the CA, by the credentials', async () => {
    const credentials = await server.control.credentials()
    expect(credentials).toMatchObject({ base_url: server.url, proxy_url: server.url, ca_certificate: ca })
    expect(await server.control.createMerchant()).toMatchObject({ proxy_url: server.url, ca_certificate: ca })
  })

  test.for(['https', 'http'] as const)('may send %s targets in absolute form', async (scheme) => {
    const { write, read, socket } = await rawConnection(server.port)
    write(`GET ${scheme}://api.mch.weixin.qq.com/v3/certificates HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\n\r\n`)
    expect(await read((received) => received.includes('}'))).toMatch(/^HTTP\/1\.1 400 .*Http头缺少Accept或User-Agent/s)
    socket.destroy()
  })

  test('may have its name lead here, or use an address, and speak TLS at once', async () => {
    for (const options of [
      { servername: 'api.mch.weixin.qq.com' },
      { servername: 'localhost' },
      { host: '127.0.0.1' },
    ]) {
      const { socket } = await rawConnection(server.port)
      const secured = await handshake(socket, { ca, ...options })
      secured.write('GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
      expect(await textFrom(secured)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*"status":"ok"/s)
    }
  })

  test('gets HTTP/1.1, also when it would rather have HTTP/2', async () => {
    const { socket } = await openTunnel(server.port, 'api.mch.weixin.qq.com:443')
    const secured = await handshake(socket, {
      ca,
      servername: 'api.mch.weixin.qq.com',
      ALPNProtocols: ['h2', 'http/1.1'],
    })
    expect(secured.alpnProtocol).toBe('http/1.1')
    secured.destroy()
  })

  test('may speak plain HTTP through a tunnel', async () => {
    const { socket } = await openTunnel(server.port, 'api.mch.weixin.qq.com:80')
    socket.write('GET /v3/certificates HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\nConnection: close\r\n\r\n')
    expect(await textFrom(socket)).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('may end its side before it reads the answer', async () => {
    const { socket } = await openTunnel(server.port, 'api.mch.weixin.qq.com:443')
    const secured = await handshake(socket, { ca, servername: 'api.mch.weixin.qq.com' })
    secured.allowHalfOpen = true
    secured.end('GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(await textFrom(secured)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  test('may reach the proxy itself over TLS', async () => {
    const { socket } = await rawConnection(server.port)
    const outer = await handshake(socket, { ca, servername: 'localhost' })
    outer.write('CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: api.mch.weixin.qq.com:443\r\n\r\n')
    expect(await textFrom(outer, (received) => received.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 200 /)
    const inner = await handshake(outer, { ca, servername: 'api.mch.weixin.qq.com' })
    inner.write('GET /v3/certificates HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\nConnection: close\r\n\r\n')
    expect(await textFrom(inner)).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('is owed the answers to what it sent before CONNECT', async () => {
    const { write, read, socket } = await rawConnection(server.port)
    const health = 'GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n'
    write(`${health}CONNECT api.mch.weixin.qq.com:80 HTTP/1.1\r\nHost: a\r\n\r\n${health.replace('GET', 'HEAD')}`)
    const received = await read((text) => text.split('HTTP/1.1 ').length > 3)
    expect(received.match(/HTTP\/1\.1 \d+ [^\r]*/g)).toEqual([
      'HTTP/1.1 200 OK',
      'HTTP/1.1 200 Connection established',
      'HTTP/1.1 200 OK',
    ])
    socket.destroy()
  })

  test('is served as curl is, by --proxy and by --cacert alone', async () => {
    const host = WECHATPAY_HOSTS[1]
    const file = join(await mkdtemp(join(tmpdir(), 'one-port-')), 'ca.pem')
    await writeFile(file, ca)
    onTestFinished(() => rm(join(file, '..'), { recursive: true }))
    const url = `https://${host}/v3/certificates`
    const common = ['-sS', '--cacert', file, '-o', join(file, '..', 'answer'), '-w', '%{http_code} %{http_version}']

    const proxied = await run('curl', [...common, '--proxy', server.url, url])
    const direct = await run('curl', [...common, '--connect-to', `${host}:443:127.0.0.1:${server.port}`, url])
    expect([proxied.stdout, direct.stdout]).toEqual(['401 1.1', '401 1.1'])
  })
})

describe('what is not for WeChat Pay', () => {
  test('is refused at CONNECT, in the status line too, which is all that most clients show', async () => {
    const { socket, said } = await openTunnel(server.port, 'www.example.com:443')
    expect(said).toMatch(
      /^HTTP\/1\.1 403 www\.example\.com:443 is not one of WeChat Pay's hosts: .*--proxy-passthrough/,
    )
    await once(socket, 'close')
    await toldOf({ reason: 'host', host: 'www.example.com:443' })
  })

  test.for([
    'api.mch.weixin.qq.com.example.com:443',
    'xapi.mch.weixin.qq.com:443',
    'localhost:1',
    '[::1]:1',
    '127.0.0.1:1',
  ])('is refused by its whole name and port: %s', async (authority) => {
    expect((await openTunnel(server.port, authority)).said).toMatch(/^HTTP\/1\.1 403 /)
  })

  test.for(['api.mch.weixin.qq.com', ':443', 'a:b@c:443', 'a/b:443', 'a:99999'])(
    'is refused when it is no host with a port: %s',
    async (authority) => {
      expect((await openTunnel(server.port, authority)).said).toMatch(/^HTTP\/1\.1 400 /)
    },
  )

  test('is refused in absolute form', async () => {
    const { write, read } = await rawConnection(server.port)
    write('GET http://www.example.com/x HTTP/1.1\r\nHost: www.example.com\r\n\r\n')
    expect(await read()).toMatch(/^HTTP\/1\.1 403 www\.example\.com:80 is not .*\r\n\r\nwww\.example\.com:80 is not/s)
    await toldOf({ reason: 'host', host: 'www.example.com:80' })
  })

  test('is not read when TLS is for another name', async () => {
    const { socket } = await openTunnel(server.port, 'api.mch.weixin.qq.com:443')
    const secured = await handshake(socket, { servername: 'www.example.com', rejectUnauthorized: false })
    secured.write('GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(await textFrom(secured)).toBe('')
    await toldOf({ reason: 'server_name', host: 'www.example.com' })
  })

  test('is no tunnel in a tunnel', async () => {
    const { socket } = await openTunnel(server.port, 'api.mch.weixin.qq.com:80')
    socket.write('CONNECT api.mch.weixin.qq.com:80 HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await textFrom(socket)).toMatch(/^HTTP\/1\.1 400 /)
  })

  test.for([
    ['curl, which sends an alert', (url: string) => run('curl', ['-sS', '--proxy', server.url, url]), 'untrusted'],
    [
      'node, which only closes',
      (url: string) =>
        run(process.execPath, ['-e', `fetch('${url}').catch((error) => { throw error.cause })`], {
          env: { ...process.env, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: server.url },
        }),
      'silent',
    ],
  ] as const)('is a client that does not trust the CA: %s', async ([, call, reason]) => {
    await expect(call('https://api.mch.weixin.qq.com/v3/certificates')).rejects.toThrow(/certificate/)
    await toldOf({ reason, host: 'api.mch.weixin.qq.com' })
  })
})

describe('with passthrough', () => {
  /** A server that sends back what it is sent, and then its own end. */
  const echo = () => listen(createServer({ allowHalfOpen: true }, (socket: Socket) => socket.pipe(socket)))
  let open: RunningServer
  beforeAll(async () => {
    open = await start({ proxyPassthrough: true })
  })
  afterAll(() => open.close(0))

  test('another host gets every byte, and its own come back, to the end of each side', async () => {
    const { socket, said } = await openTunnel(open.port, `127.0.0.1:${await echo()}`)
    expect(said).toBe('HTTP/1.1 200 Connection established\r\n\r\n')
    const sent = randomBytes(1_048_576)
    socket.removeAllListeners('data')
    socket.end(sent)
    expect(Buffer.concat(await socket.toArray()).equals(sent)).toBe(true)
  })

  test('what is sent right behind CONNECT is not lost', async () => {
    const { write, read, socket } = await rawConnection(open.port)
    write(`CONNECT localhost:${await echo()} HTTP/1.1\r\nHost: a\r\n\r\nat once`)
    expect(await read((received) => received.includes('once'))).toMatch(/\r\n\r\nat once$/)
    socket.destroy()
  })

  test('a host that does not answer is said to be out of reach', async () => {
    const closed = createServer()
    const port = await listen(closed)
    await once(closed.close(), 'close')
    expect((await openTunnel(open.port, `127.0.0.1:${port}`)).said).toMatch(/^HTTP\/1\.1 502 /)
    const { write, read } = await rawConnection(open.port)
    write(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: a\r\n\r\n`)
    expect(await read()).toMatch(/^HTTP\/1\.1 502 wechatpay-mock cannot reach 127\.0\.0\.1/)
    await toldOf({ reason: 'unreachable', host: `127.0.0.1:${port}` })
  })

  test('requests in absolute form go on as they are, but for what is between client and proxy', async () => {
    const seen: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>[] = []
    const bodies: string[] = []
    const other = createHttpServer(async (incoming, outgoing) => {
      const { method, url, rawHeaders } = incoming
      seen.push({ method, url, rawHeaders })
      bodies.push((await incoming.toArray()).join(''))
      outgoing.writeHead(299, 'Odd', ['X-Odd', 'a', 'x-ODD', 'b', 'Content-Length', '5'])
      outgoing.end('hello')
    })
    const host = `127.0.0.1:${await listen(other)}`

    const { write, read, socket } = await rawConnection(open.port)
    write(
      `POST http://${host}/a%2Fb?c=d HTTP/1.1\r\nHost: ${host}\r\nX-One: 1\r\nProxy-Connection: keep-alive\r\nConnection: X-Two\r\nX-Two: 2\r\nContent-Length: 4\r\n\r\nbody`,
    )
    const received = await read((text) => text.endsWith('hello'))
    socket.destroy()

    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/a%2Fb?c=d',
        rawHeaders: ['Host', host, 'X-One', '1', 'Content-Length', '4', 'Connection', 'close'],
      },
    ])
    expect(bodies).toEqual(['body'])
    expect(received).toMatch(/^HTTP\/1\.1 299 Odd\r\nX-Odd: a\r\nx-ODD: b\r\nContent-Length: 5\r\n/)
  })

  test('WeChat Pay is still played by the mock', async () => {
    expect((await associateAt('https://api.mch.weixin.qq.com', { proxyUrl: open.url, ca }, 'open')).status).toBe(200)
  })

  test('it is not for other machines', async () => {
    await expect(start({ proxyPassthrough: true, host: '0.0.0.0', controlToken: 'secret' })).rejects.toMatchObject({
      code: 'MOCK_OPEN_PROXY',
    })
  })

  test('tunnels end with the server', async () => {
    const closing = await start({ proxyPassthrough: true })
    const { socket } = await openTunnel(closing.port, `127.0.0.1:${await echo()}`)
    const silent = await rawConnection(closing.port)
    const undecided = await openTunnel(closing.port, 'api.mch.weixin.qq.com:443')
    const ends = [socket, silent.socket, undecided.socket].map((one) => once(one, 'close'))
    await Promise.all([closing.close(60_000), ...ends])
  })
})

test.for(['reset', 'empty', 'half_body'] as const)(
  'an answer that is lost on the wire is lost under TLS too: %s',
  async (effect) => {
    await server.control.planFault({ operation: 'associateTradeInfo', effect, times: 1 })
    await expect(
      associateAt('https://api.mch.weixin.qq.com', { proxyUrl: server.url, ca }, `lost_${effect}`),
    ).rejects.toThrow({ reset: /ECONNRESET/, empty: /socket hang up/, half_body: /aborted/ }[effect])
  },
)

test('a CA that cannot be made takes TLS away, says so, and nothing else', async () => {
  const directory = join(await mkdtemp(join(tmpdir(), 'one-port-')), 'file')
  await writeFile(directory, 'not a directory')
  onTestFinished(() => rm(join(directory, '..'), { recursive: true }))
  const without = await start({ certificateAuthority: createCertificateAuthority({ directory }) })
  onTestFinished(() => without.close(0))

  expect(await without.control.credentials()).toMatchObject({ proxy_url: without.url, ca_certificate: null })
  await toldOf({ reason: 'authority' })
  const { socket } = await rawConnection(without.port)
  await expect(handshake(socket, { ca, servername: 'localhost' })).rejects.toThrow()
  await toldOf({ reason: 'authority' })
  expect(await without.control.health()).toMatchObject({ status: 'ok' })
})

test('nothing of all this was a bug', () => {
  expect(bugs).toEqual([])
})
