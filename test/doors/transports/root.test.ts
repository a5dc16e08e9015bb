import { describe, expect, onTestFinished, test } from 'vitest'
import { type ServerOptions, startServer } from '../../../src/doors/transports/node-server.ts'
import { rawConnection } from './raw-connection.ts'

/** As Chrome, Firefox and Safari ask for a page. */
const BROWSER = 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** The answer to a request for the root of a server, and the number of calls in its journal. */
async function answerTo(fields: readonly string[], requestLine = 'GET / HTTP/1.1', options: ServerOptions = {}) {
  const server = await startServer({ port: 0, onRefused: () => undefined, ...options })
  onTestFinished(() => server.close(0))
  const connection = await rawConnection(server.port)
  connection.write(`${[requestLine, ...fields, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  const answer = await connection.read()
  connection.socket.destroy()
  return { answer, calls: (await server.mock.control.journal()).length }
}

const LOCAL = 'Host: 127.0.0.1:8089'
const NAVIGATION = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document', 'Sec-Fetch-Site: none']

describe('the address of the server, opened in a browser', () => {
  test.for<[what: string, fields: string[], requestLine?: string | undefined, options?: ServerOptions]>([
    ['by hand', [LOCAL, BROWSER, ...NAVIGATION]],
    ['in one that says nothing of why', ['Host: localhost:8089', BROWSER]],
    ['with a query', [LOCAL, BROWSER], 'GET /?utm_source=chat HTTP/1.1'],
    ['to look only', [LOCAL, BROWSER], 'HEAD / HTTP/1.1'],
    ['by a name that is allowed', ['Host: mock:8089', BROWSER], undefined, { allowedHosts: ['mock'] }],
    ['on another machine', ['Host: mybox:8089', BROWSER], undefined, { host: '0.0.0.0', controlToken: 'secret' }],
  ])('leads to the dashboard: %s', async ([, fields, requestLine, options]) => {
    const { answer, calls } = await answerTo(fields, requestLine, options)

    expect(answer).toMatch(/^HTTP\/1\.1 302 Found\r\n/)
    expect(answer).toMatch(/\r\nLocation: \/_mock\r\n/)
    expect(answer).toMatch(/\r\nCache-Control: no-store\r\n/)
    expect(calls).toBe(0)
  })

  test('is still refused by a name that is not the mock', async () => {
    expect((await answerTo(['Host: evil.test', BROWSER])).answer).toMatch(/^HTTP\/1\.1 403 /)
  })
})

describe('the address of the server, called by a program', () => {
  test.for<[what: string, fields: string[], requestLine?: string]>([
    ['curl', [LOCAL, 'Accept: */*']],
    ['an SDK', [LOCAL, 'Accept: application/json', 'Authorization: WECHATPAY2-SHA256-RSA2048 mchid="1"']],
    ['one that takes anything, HTML too', [LOCAL, BROWSER, 'Authorization: WECHATPAY2-SHA256-RSA2048 mchid="1"']],
    ['a page that fetches', [LOCAL, BROWSER, 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Site: same-origin']],
    ['a form', [LOCAL, BROWSER, 'Content-Length: 0'], 'POST / HTTP/1.1'],
    ['one that does not say what it takes', [LOCAL]],
    ["a browser that meant WeChat Pay's host", ['Host: api.mch.weixin.qq.com', BROWSER]],
    ['a browser whose proxy the mock is', [LOCAL, BROWSER], 'GET http://api.mch.weixin.qq.com/ HTTP/1.1'],
    ['a browser that wants something else', [LOCAL, BROWSER], 'GET /v3/certificates HTTP/1.1'],
  ])("gets WeChat Pay's answer: %s", async ([, fields, requestLine]) => {
    const { answer, calls } = await answerTo(fields, requestLine)

    expect(answer).toMatch(/^HTTP\/1\.1 40[0145] .*\r\nServer: nginx\r\n/)
    expect(calls).toBe(1)
  })
})
