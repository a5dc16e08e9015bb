import { expect, onTestFinished, test, vi } from 'vitest'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import { StoreUnavailable } from '../../../src/engine/state/store.ts'
import { createMock, engineOf } from '../../../src/mock.ts'
import { rawConnection } from './raw-connection.ts'

/** A server whose mock speaks Chinese, and what it answers to a few lines. */
async function chineseServer() {
  const mock = createMock({ language: 'zh' })
  const server = await startServer({ mock, port: 0, connectionLimit: 4, onBug: () => undefined })
  onTestFinished(() => server.close(0))
  return {
    engine: engineOf(mock),
    server,
    async ask(...lines: string[]) {
      const connection = await rawConnection(server.port)
      connection.write(`${lines.join('\r\n')}\r\n\r\n`)
      const received = await connection.read()
      connection.socket.destroy()
      const [head = '', body = ''] = received.split('\r\n\r\n')
      return { head, body }
    },
  }
}

test.for([
  [['GET /v3/certificates HTTP/1.1', 'Host: evil.test'], 403, 'wechatpay-mock 不接受 Host 头中的主机名：'],
  [['GET /v3/certificates HTTP/1.1', 'Host: localhost', 'Origin: https://evil.test'], 403, '不应答其他来源的网页：'],
  [['GET http://example.test/ HTTP/1.1', 'Host: example.test'], 403, 'example.test:80 不是微信支付的域名：'],
  [['CONNECT example.test:443 HTTP/1.1', 'Host: example.test:443'], 403, 'example.test:443 不是微信支付的域名：'],
  [['CONNECT nowhere HTTP/1.1', 'Host: nowhere'], 400, 'CONNECT 后面应为主机和端口'],
  [['GET http://:1/ HTTP/1.1', 'Host: localhost'], 400, '无法从此请求的请求行中读出主机'],
  [['NONSENSE'], 400, '无法按 HTTP/1.1 解析此请求：'],
  [['PRI * HTTP/2.0', '', 'SM', ''], 505, '只支持 HTTP/1.1 和 HTTP/1.0'],
  [['GET /v3/certificates HTTP/2.0', 'Host: localhost'], 505, '只支持 HTTP/1.1 和 HTTP/1.0'],
  [['GET /v3/certificates HTTP/0.9'], 505, '只支持 HTTP/1.1 和 HTTP/1.0'],
  [['GET /v3/certificates HTTP/1.1'], 400, '需要 Host 请求头'],
  [['GET /v3/certificates HTTP/1.1', 'Host:'], 400, '需要 Host 请求头'],
  [['GET /_mock/clock HTTP/1.1', 'Host: '], 400, '需要 Host 请求头'],
  [['GET /v3/certificates HTTP/1.1', 'Host: localhost', 'Expect: a-miracle'], 417, 'Expect 请求头只能是 100-continue'],
  [
    ['POST /v3/x HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: gzip, chunked', '', '0'],
    501,
    '传输编码只支持 chunked',
  ],
  [['GET / HTTP/1.1', `X: ${'x'.repeat(20_000)}`], 431, '最多接受 16384 字节的请求行和头部'],
] as const)(
  '%s is refused in the language of the mock, with a status line that is ASCII',
  async ([lines, status, words]) => {
    const { ask } = await chineseServer()
    const { head, body } = await ask(...lines)

    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\x20-\\x7E]+\\r\\n`))
    expect(head).toContain('Content-Type: text/plain; charset=utf-8')
    expect(body).toContain(words)
    expect(Number(/Content-Length: (\d+)/.exec(head)?.[1])).toBe(Buffer.byteLength(body))
  },
)

test('so is a call whose state cannot be reached, and a bug', async () => {
  const { ask, engine } = await chineseServer()
  const handle = vi.spyOn(engine, 'handle')
  const call = () => ask('GET /v3/certificates HTTP/1.1', 'Host: localhost', 'Connection: close')

  handle.mockRejectedValueOnce(new StoreUnavailable({ en: 'The store is gone.', zh: '存储已断开。' }))
  const unavailable = await call()
  handle.mockRejectedValueOnce(new Error('broken'))
  const bug = await call()

  expect(unavailable.head).toContain('503 wechatpay-mock cannot use its store')
  expect(unavailable.head).toContain('Content-Language: zh')
  expect(unavailable.body).toContain('这是 wechatpay-mock，不是微信支付的应答。存储已断开。')
  expect(bug.head).toContain('HTTP/1.1 500 ')
  expect(bug.body).toContain('这是 wechatpay-mock 的缺陷，不是微信支付的应答。')
})

test('so is a connection beyond the limit', async () => {
  const { server } = await chineseServer()
  const open = await Promise.all(Array.from({ length: 4 }, () => rawConnection(server.port)))
  const beyond = await rawConnection(server.port)

  expect(await beyond.read()).toContain('wechatpay-mock 同时最多接受 4 个连接，现已用满')
  for (const { socket } of [...open, beyond]) socket.destroy()
})
