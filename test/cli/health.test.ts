import { createServer } from 'node:http'
import { describe, expect } from 'vitest'
import { VERSION } from '../../src/control/package-files.ts'
import { listen } from '../doors/transports/raw-connection.ts'
import { cli, test } from './cli.ts'

/** A server that gives every call the same answer; its address. */
async function answering(status: number, body: string): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer((_, response) => response.writeHead(status).end(body)))}`
}

/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:1'

describe('health', () => {
  test('a mock that is up ends it with 0, without the control token', async ({ serve }) => {
    const { url } = await serve(['--json', '--control-token', 'secret'])

    expect(await cli(['health', '--url', url])).toEqual({
      code: 0,
      stdout: `wechatpay-mock ${VERSION} is up at ${url}\n`,
      stderr: '',
    })
    expect(await cli(['health', '--json'], { env: { WECHATPAY_MOCK_URL: url } })).toEqual({
      code: 0,
      stdout: `{"status":"ok","version":"${VERSION}"}\n`,
      stderr: '',
    })
  })

  test('where nobody listens it ends with 1', async () => {
    expect(await cli(['health', '--url', NOBODY])).toEqual({
      code: 1,
      stdout: '',
      stderr: `wechatpay-mock: No mock answers at ${NOBODY}: start one with wechatpay-mock, or give --url or WECHATPAY_MOCK_URL\n`,
    })
    expect(await cli(['health', '--url', NOBODY, '--json', '--lang', 'zh'])).toEqual({
      code: 1,
      stdout: `{"code":"MOCK_UNREACHABLE","message":"${NOBODY} 没有模拟服务应答，请先运行 wechatpay-mock，或用 --url 或 WECHATPAY_MOCK_URL 指明地址"}\n`,
      stderr: '',
    })
  })

  test.for(['', 'hello', '{}', '{"status":"starting","version":"1.0.0"}'])(
    'another server, which answers with %j, ends it with 1',
    async (body) => {
      const url = await answering(200, body)

      expect(await cli(['health', '--json', '--url', url])).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('"code":"MOCK_NOT_A_MOCK"'),
      })
    },
  )

  test('a mock that refuses the call says why', async () => {
    const refusal = { code: 'MOCK_FORBIDDEN_HOST', message: 'It does not answer to that name.', path: '' }
    const url = await answering(403, JSON.stringify(refusal))

    expect(await cli(['health', '--url', url])).toEqual({
      code: 1,
      stdout: '',
      stderr: `wechatpay-mock: ${url}: It does not answer to that name.\n`,
    })
  })

  test('an address with a path is wrong use', async () => {
    expect(await cli(['health', '--url', 'http://127.0.0.1:8089/_mock'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('use the address of a mock without a path'),
    })
  })
})

describe('commands find the mock by the variables that move serve', () => {
  test('the port', async ({ serve }) => {
    const { url } = await serve(['--json'])
    const { port } = new URL(url)

    expect(await cli(['health'], { env: { WECHATPAY_MOCK_PORT: port } })).toEqual({
      code: 0,
      stdout: `wechatpay-mock ${VERSION} is up at ${url}\n`,
      stderr: '',
    })
  })

  test.for([
    [{ WECHATPAY_MOCK_PORT: '1' }, NOBODY],
    [{ WECHATPAY_MOCK_PORT: '1', WECHATPAY_MOCK_HOST: '0.0.0.0' }, NOBODY],
    [{ WECHATPAY_MOCK_PORT: '1', WECHATPAY_MOCK_HOST: '::' }, NOBODY],
    [{ WECHATPAY_MOCK_PORT: '1', WECHATPAY_MOCK_HOST: '::1' }, 'http://[::1]:1'],
    [{ WECHATPAY_MOCK_PORT: '1', WECHATPAY_MOCK_HOST: '127.0.0.2' }, 'http://127.0.0.2:1'],
    [{ WECHATPAY_MOCK_PORT: '2', WECHATPAY_MOCK_URL: NOBODY }, NOBODY],
  ] as const)('%j is %s', async ([env, url]) => {
    const { stdout } = await cli(['health', '--json'], { env })

    expect(JSON.parse(stdout).message).toContain(`No mock answers at ${url}: `)
  })

  test.for([
    ['order', 'show', 'A1'],
    ['transfer', 'show', 'A1'],
    ['explain', '--id', '08F7'],
    ['code', '08F7', '--as', 'php'],
    ['pact', 'record', '--out', '/tmp/never-written.json', '--consumer', 'shop'],
    ['credentials', '--offline'],
    ['sign', 'GET', '/v3/certificates', '--print', 'curl'],
    ['openapi'],
  ])('%s %s %s', async (args) => {
    for (const env of [{ WECHATPAY_MOCK_PORT: '1' }, { WECHATPAY_MOCK_URL: NOBODY }]) {
      const { stdout, stderr } = await cli([...args], { env })

      expect(stdout + stderr).toContain(NOBODY)
    }
  })
})
