import http from 'node:http'
import { describe, expect, test } from 'vitest'
import { errorJson } from '../../src/control/answer-format.ts'
import { overviewJson } from '../../src/control/formats/overview.ts'
import { bringsToken } from '../../src/control/guard.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { controlApp } from '../helpers/control-app.ts'
import { createMock } from '../helpers/engine.ts'

const mock = createMock()
const plain = await controlApp(mock)
const hosted = await controlApp(mock, { allowedHosts: ['mock.test', '192.168.0.7', 'fd00::7'] })
const guarded = await controlApp(mock, { token: 's3cret token' })
const call = async (
  app: Awaited<ReturnType<typeof controlApp>>,
  headers: Record<string, string>,
  path = '/_mock/clock',
) => {
  const response = await app.request(path, { headers })
  return response.status === 200 ? 200 : `${response.status} ${errorJson.parse(await response.json()).code}`
}

describe('the Host header', () => {
  const app = hosted

  test.for([
    'localhost',
    'LOCALHOST:8089',
    '127.0.0.1:8089',
    '127.255.0.3',
    '[::1]:8089',
    'mock.test:1',
    'Mock.Test',
    '192.168.0.7:8089',
    '[fd00::7]:8089',
  ])('%s is let in', async (host) => {
    expect(await call(app, { host })).toBe(200)
  })

  test.for([
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'evil.test:8089',
    '192.168.0.8',
    '0.0.0.0:8089',
    '128.0.0.1',
    '[::2]',
    '[fd00::8]',
    'evil.test@localhost',
    'localhost@evil.test',
    'localhost/evil.test',
    'evil.test/localhost',
    'localhost?evil.test',
    'api.mch.weixin.qq.com',
  ])('%s is kept out', async (host) => {
    expect(await call(app, { host })).toBe('403 MOCK_FORBIDDEN_HOST')
  })

  test('an empty one is kept out', async () => {
    expect(await call(app, { host: '' })).toBe('403 MOCK_FORBIDDEN_HOST')
  })
})

describe('a web page', () => {
  const app = plain
  const host = '127.0.0.1:8089'

  test.for([
    { origin: 'http://127.0.0.1:8089' },
    { origin: 'https://127.0.0.1:8089' },
    { origin: 'http://127.0.0.1:8089', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { referer: 'http://127.0.0.1:8089/_mock' },
    {},
  ])('of the mock itself, or no page, is let in: %j', async (headers) => {
    expect(await call(app, { host, ...headers })).toBe(200)
  })

  test.for([
    { origin: 'http://evil.test' },
    { origin: 'http://127.0.0.1:3000' },
    { origin: 'http://localhost:8089' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'file://' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'something new' },
    { referer: 'http://evil.test/' },
    { referer: 'http://127.0.0.1:3000/_mock' },
    { origin: 'http://127.0.0.1:8089', 'sec-fetch-site': 'cross-site' },
  ])('of another origin is kept out: %j', async (headers) => {
    expect(await call(app, { host, ...headers })).toBe('403 MOCK_FORBIDDEN_ORIGIN')
  })

  test('of the default port is the same with and without the number', async () => {
    expect(await call(app, { host: 'localhost:80', origin: 'http://localhost' })).toBe(200)
    expect(await call(app, { host: 'localhost', origin: 'https://localhost:443' })).toBe(200)
    expect(await call(app, { host: 'localhost', origin: 'http://localhost:443' })).toBe('403 MOCK_FORBIDDEN_ORIGIN')
  })

  test('from a file has no host, so it is never the mock’s own', async () => {
    expect(await call(app, { host: 'localhost', origin: 'file://' })).toBe('403 MOCK_FORBIDDEN_ORIGIN')
  })

  test('that was kept out has done nothing', async () => {
    const before = mock.merchants.all.length
    const response = await app.request('/_mock/merchants', {
      method: 'POST',
      headers: { host, origin: 'http://evil.test' },
    })

    expect(response.status).toBe(403)
    expect(mock.merchants.all).toHaveLength(before)
  })
})

describe('a control token', () => {
  const app = guarded
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  test('is needed for everything but health', async () => {
    expect(await call(app, {})).toBe('401 MOCK_TOKEN')
    expect(await call(app, {}, '/_mock/nowhere')).toBe('401 MOCK_TOKEN')
    expect(await call(app, {}, '/_mock/health')).toBe(200)
    expect(await call(app, bearer('s3cret token'))).toBe(200)
  })

  test.for([
    bearer('s3cret'),
    bearer('s3cret token2'),
    bearer('S3CRET TOKEN'),
    bearer(''),
    { authorization: 's3cret token' },
    { authorization: 'Basic s3cret token' },
  ])('is not %j', async (headers) => {
    expect(await call(app, headers)).toBe('401 MOCK_TOKEN')
  })

  test('is asked for by its scheme', async () => {
    expect((await app.request('/_mock/clock')).headers.get('www-authenticate')).toBe('Bearer')
  })

  test('stands in for a known host name, but not for an origin', async () => {
    const host = 'mock:8089'
    expect(await call(app, { host, ...bearer('s3cret token') })).toBe(200)
    expect(await call(app, { host, ...bearer('wrong') })).toBe('403 MOCK_FORBIDDEN_HOST')
    expect(await call(app, { host }, '/_mock/health')).toBe('403 MOCK_FORBIDDEN_HOST')
    expect(await call(app, { host, origin: 'http://evil.test', ...bearer('s3cret token') })).toBe(
      '403 MOCK_FORBIDDEN_ORIGIN',
    )
  })

  test('is compared as a whole, whatever its length', () => {
    expect(bringsToken('Bearer abc', 'abc')).toBe(true)
    expect(bringsToken('bearer  abc', 'abc')).toBe(true)
    expect(bringsToken('Bearer ab', 'abc')).toBe(false)
    expect(bringsToken('Bearer abcd', 'abc')).toBe(false)
    expect(bringsToken(undefined, 'abc')).toBe(false)
  })
})

test('over HTTP the same headers decide', async () => {
  await using stack = new AsyncDisposableStack()
  const server = await startServer({ mock, port: 0, controlToken: 'secret' })
  stack.defer(() => server.close(0))
  const status = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      http
        .get(`${server.url}/_mock/clock`, { headers }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        .on('error', reject)
    })

  expect(await status({ Host: 'evil.test' })).toBe(403)
  expect(await status({})).toBe(401)
  expect(await status({ Authorization: 'Bearer secret' })).toBe(200)
  expect(await status({ Authorization: 'Bearer secret', Origin: 'http://evil.test' })).toBe(403)
  expect(await status({ Authorization: 'Bearer secret', Origin: server.url })).toBe(200)
})

describe('the address for a phone', () => {
  const phoneUrl = async (url: string, allowedHosts: readonly string[] = []) => {
    const app = await controlApp(mock, { allowedHosts })
    const response = await app.request(`${url}/_mock/overview`)
    return overviewJson.parse(await response.json()).phone_url
  }

  test('is left out unless other machines are let in', async () => {
    expect(await phoneUrl('http://localhost:8089')).toBeUndefined()
    expect(await phoneUrl('http://127.0.0.1:8089', ['127.0.0.2', '0.0.0.0', '::'])).toBeUndefined()
    // A name that only containers know.
    expect(await phoneUrl('http://mock:8089', ['mock'])).toBeUndefined()
  })

  test('is the one that was asked, or else the first that is allowed, on the same port', async () => {
    expect(await phoneUrl('http://127.0.0.1:8089', ['mock', '0.0.0.0', '192.168.0.7'])).toBe('http://192.168.0.7:8089')
    expect(await phoneUrl('http://mock.test:8089', ['192.168.0.7', 'mock.test'])).toBe('http://mock.test:8089')
    expect(await phoneUrl('https://localhost', ['fd00::7'])).toBe('https://[fd00::7]')
  })
})

test('assistants are answered where they are served, and by no other mock with the same products', async () => {
  const served = await controlApp(createMock(), { mcp: async () => new Response('served') })
  expect(await (await served.request('/_mock/mcp')).text()).toBe('served')
  expect(await call(plain, {}, '/_mock/mcp')).toBe('404 MOCK_NOT_FOUND')
  expect(await call(served, {}, '/_mock/mcp')).toBe(200)
  const put = await plain.request('/_mock/mcp', { method: 'PUT' })
  expect(put.status).toBe(404)
})
