import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type RefusedConnection, type ServerOptions, startServer } from '../../../src/doors/transports/node-server.ts'
import { createMock } from '../../../src/mock.ts'
import { UsageError } from '../../../src/wire/protocol/errors.ts'
import { openTunnel } from './proxied.ts'
import { listen, rawConnection } from './raw-connection.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const BODY = JSON.stringify({
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
})

/** A lenient mock, which needs no signature, and who was refused. */
async function lenientServer(options: Omit<ServerOptions, 'mock' | 'port'> = {}) {
  const refused: RefusedConnection[] = []
  const mock = createMock({ auth: 'lenient' })
  const server = await startServer({ mock, port: 0, onRefused: (one) => refused.push(one), ...options })
  onTestFinished(() => server.close(0))

  /** Links a coupon to an order, with these header fields. */
  const ask = async (fields: readonly string[], requestLine = `POST ${ASSOCIATE} HTTP/1.1`) => {
    const connection = await rawConnection(server.port)
    const head = [requestLine, ...fields, 'Connection: close', `Content-Length: ${Buffer.byteLength(BODY)}`]
    connection.write(`${head.join('\r\n')}\r\n\r\n${BODY}`)
    const received = await connection.read()
    connection.socket.destroy()
    return received
  }
  const links = async () => (await mock.control.journal()).length
  return { server, refused, ask, links }
}

const SERVED = /^HTTP\/1\.1 200 OK\r\n[\s\S]*wechatpay_associate_time/

describe('a request that calls the mock by its Host', () => {
  test.for([
    'localhost',
    'LOCALHOST:8089',
    '127.0.0.1:8089',
    '127.9.9.9',
    '[::1]:8089',
    'api.mch.weixin.qq.com',
    'API2.mch.Weixin.qq.com:8089',
    'api.wechatpay.cn.',
    'apihk.mch.weixin.qq.com.:443',
    'mock',
    'MOCK:8089',
    'wechat.internal:1',
    '[fd00::7]:8089',
  ])('%s is answered', async (host) => {
    const { ask, refused } = await lenientServer({ allowedHosts: ['mock', 'wechat.internal:8089', 'fd00::7'] })
    expect(await ask([`Host: ${host}`])).toMatch(SERVED)
    expect(refused).toEqual([])
  })

  test.for([
    'evil.test',
    'evil.test:8089',
    '127.0.0.1.evil.test',
    'localhost.evil.test',
    'api.mch.weixin.qq.com.evil.test',
    'evil.test@localhost',
    'localhost@evil.test',
    'localhost/evil.test',
    'evil.test?localhost',
    'evil.test#localhost',
    '192.0.2.1',
    '0.0.0.0:8089',
    '[::2]',
    'mock',
    'evil.test, localhost',
  ])('%s is refused, in plain text that names the mock', async (host) => {
    const { ask, links, refused } = await lenientServer()
    const received = await ask([`Host: ${host}`])
    expect(received).toMatch(/^HTTP\/1\.1 403 wechatpay-mock does not answer to the name in Host: .*--allow-host/)
    expect(received).toMatch(/\r\nContent-Type: text\/plain; charset=utf-8\r\n[\s\S]*\r\n\r\nwechatpay-mock /)
    expect(received).not.toMatch(/"code"|wechatpay-(?:signature|serial)/i)
    expect(await links()).toBe(0)
    expect(refused).toEqual([{ reason: 'host_header', host }])
  })

  test.for([[['Host: localhost', 'Host: evil.test']], [['Host: evil.test', 'Host: localhost']], [['Host:']]] as const)(
    '%j is refused',
    async ([fields]) => {
      const { ask, links } = await lenientServer()
      expect(await ask(fields)).toMatch(/^HTTP\/1\.1 40[03] /)
      expect(await links()).toBe(0)
    },
  )

  test('without one is answered in HTTP/1.0', async () => {
    const { ask } = await lenientServer()
    expect(await ask([], `POST ${ASSOCIATE} HTTP/1.0`)).toMatch(SERVED)
  })

  test('through the proxy is judged by its target', async () => {
    const { ask, server } = await lenientServer()
    const line = `POST http://api.mch.weixin.qq.com${ASSOCIATE} HTTP/1.1`
    expect(await ask(['Host: whatever.test'], line)).toMatch(SERVED)
    expect(await ask(['Host: api.mch.weixin.qq.com', 'Origin: http://evil.test'], line)).toMatch(/^HTTP\/1\.1 403 /)
    const own = `POST http://127.0.0.1:${server.port}${ASSOCIATE} HTTP/1.1`
    expect(await ask([`Host: 127.0.0.1:${server.port}`], own)).toMatch(SERVED)
  })

  test('is refused in a tunnel too', async () => {
    const { server } = await lenientServer()
    const { socket } = await openTunnel(server.port, 'api.mch.weixin.qq.com:80')
    let received = ''
    const ended = new Promise((resolve) => socket.on('close', resolve))
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
    })
    socket.write('GET /v3/certificates HTTP/1.1\r\nHost: evil.test\r\n\r\n')
    await ended
    expect(received).toMatch(/HTTP\/1\.1 403 wechatpay-mock /)
  })

  test('is answered whatever its name where other machines reach the mock, but not to a page', async () => {
    const { ask } = await lenientServer({ host: '0.0.0.0', controlToken: 'secret' })
    expect(await ask(['Host: mock.internal:8089'])).toMatch(SERVED)
    expect(await ask(['Host: mock.internal:8089', 'Origin: http://mock.internal:8089'])).toMatch(/^HTTP\/1\.1 403 /)
    expect(await ask(['Host: 0.0.0.0:8089', 'Origin: http://0.0.0.0:8089'])).toMatch(SERVED)
  })

  test('is the same for the control API: allowed names are its own', async () => {
    const { server, refused } = await lenientServer({ allowedHosts: ['mock'] })
    const health = async (host: string) => {
      const { write, read, socket } = await rawConnection(server.port)
      write(`GET /_mock/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
      const received = await read((text) => /\r\n\r\n.+/s.test(text))
      socket.destroy()
      return received
    }
    expect(await health('mock:8089')).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(await health('evil.test')).toMatch(/^HTTP\/1\.1 403 [\s\S]*MOCK_FORBIDDEN_HOST/)
    expect(refused).toEqual([{ reason: 'host_header', host: 'evil.test' }])
  })

  test.for(['http://mock', 'a b', ''])('%j cannot be allowed', async (name) => {
    const error = await startServer({ mock: createMock(), port: 0, allowedHosts: [name] }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({ code: 'MOCK_ALLOWED_HOST', message: expect.stringContaining(JSON.stringify(name)) })
  })
})

describe('a web page', () => {
  test.for([
    ['Origin: http://evil.test'],
    ['Origin: null'],
    ['Origin:'],
    ['Origin: http://localhost:3000'],
    ['Origin: http://127.0.0.1:8089'],
    ['Sec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Site: same-site'],
    ['Origin: http://localhost:8089', 'Sec-Fetch-Site: cross-site'],
  ])('of another origin is refused: %j', async (fields) => {
    const { ask, links, refused } = await lenientServer()
    const received = await ask(['Host: localhost:8089', ...fields])
    expect(received).toMatch(/^HTTP\/1\.1 403 wechatpay-mock does not answer web pages of other origins/)
    expect(received).not.toMatch(/"code"|access-control-allow/i)
    expect(await links()).toBe(0)
    expect(refused).toMatchObject([{ reason: 'origin' }])
  })

  test('is not told either that it may ask', async () => {
    const { ask } = await lenientServer()
    const preflight = ['Host: localhost:8089', 'Origin: http://evil.test', 'Access-Control-Request-Method: POST']
    expect(await ask(preflight, `OPTIONS ${ASSOCIATE} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 403 /)
  })

  test('of the mock itself, and a person who types the address, are answered', async () => {
    const { ask } = await lenientServer()
    const host = 'Host: localhost:8089'
    expect(await ask([host, 'Origin: http://localhost:8089', 'Sec-Fetch-Site: same-origin'])).toMatch(SERVED)
    expect(await ask([host, 'Sec-Fetch-Site: none'])).toMatch(SERVED)
  })

  test('that is let through to another host is that host’s business', async () => {
    const shop = createServer((incoming, answer) => answer.end(`origin ${incoming.headers.origin}`))
    const port = await listen(shop)
    const { ask } = await lenientServer({ proxyPassthrough: true })
    const line = `POST http://127.0.0.1:${port}/ HTTP/1.1`
    expect(await ask([`Host: 127.0.0.1:${port}`, 'Origin: http://evil.test'], line)).toContain(
      'origin http://evil.test',
    )
  })
})

/** As Chrome sends them with an image to a name over plain HTTP, where it leaves out Sec-Fetch-Site. */
const IMAGE = [
  'Host: mock.test:8089',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
]
const CERTIFICATES = 'GET /v3/certificates HTTP/1.1'

describe('an image of a web page, by a name that is allowed', () => {
  test.for<[what: string, fields: readonly string[]]>([
    ['with the page', ['Referer: http://evil.test/']],
    ['of another port', ['Referer: http://mock.test:3000/cart']],
    ['without the page', []],
    ['with a user in its address', ['Authorization: Basic dTpw']],
  ])('is refused before it is recorded: %s', async ([, fields]) => {
    const { ask, links, refused } = await lenientServer({ allowedHosts: ['mock.test'] })
    const received = await ask([...IMAGE, ...fields], CERTIFICATES)
    expect(received).toMatch(/^HTTP\/1\.1 403 wechatpay-mock does not answer web pages of other origins/)
    expect(await links()).toBe(0)
    expect(refused).toMatchObject([{ reason: 'origin' }])
  })

  test('pushes no call out of the journal', async () => {
    const mock = createMock({ auth: 'lenient', journalLimit: 1 })
    const server = await startServer({ mock, port: 0, allowedHosts: ['mock.test'] })
    onTestFinished(() => server.close(0))
    const ask = async (fields: readonly string[]) => {
      const { write, read } = await rawConnection(server.port)
      write(`${[CERTIFICATES, ...fields, 'Connection: close'].join('\r\n')}\r\n\r\n`)
      return read()
    }
    expect(await ask(['Host: mock.test'])).toMatch(/^HTTP\/1\.1 200 /)
    const [before] = await mock.control.journal()
    for (let i = 0; i < 3; i++) expect(await ask(IMAGE)).toMatch(/^HTTP\/1\.1 403 /)

    expect(await mock.control.journal()).toEqual([before])
  })

  test('cannot read the control API, or have it work', async () => {
    const { ask } = await lenientServer({ allowedHosts: ['mock.test'] })
    const received = await ask([...IMAGE, 'Referer: http://evil.test/'], 'GET /_mock/world HTTP/1.1')
    expect(received).toMatch(/^HTTP\/1\.1 403 [\s\S]*MOCK_FORBIDDEN_ORIGIN/)
  })
})

describe('by the same name is answered', () => {
  const agent = IMAGE[1] ?? ''

  test.for<[what: string, fields: readonly string[]]>([
    ['a program', ['User-Agent: curl/8.5.0']],
    [
      'a program that says where it has the address from',
      ['User-Agent: curl/8.5.0', 'Referer: http://mock.test:8089/'],
    ],
    [
      'a program with the name of a browser, which signs',
      [agent, 'Authorization: WECHATPAY2-SHA256-RSA2048 mchid="1900000001"'],
    ],
    ['a page of the mock', [agent, 'Referer: http://mock.test:8089/_mock']],
    ['a browser that says that nothing linked to it', [agent, 'Sec-Fetch-Site: none']],
  ])('%s', async ([, fields]) => {
    const { ask, links } = await lenientServer({ allowedHosts: ['mock.test'] })
    expect(await ask(['Host: mock.test:8089', ...fields], CERTIFICATES)).toMatch(/^HTTP\/1\.1 200 /)
    expect(await links()).toBe(1)
  })

  test.for(['/', '/_mock', '/_mock/cashier?prepay_id=wx0'])('a link of another page to %s', async (path) => {
    const { ask, refused } = await lenientServer({ allowedHosts: ['mock.test'] })
    const link = ['Host: mock.test:8089', agent, 'Accept: text/html,*/*;q=0.8', 'Referer: http://mock.test:3000/']
    expect(await ask(link, `GET ${path} HTTP/1.1`)).not.toMatch(/^HTTP\/1\.1 4/)
    expect(refused).toEqual([])
  })
})
