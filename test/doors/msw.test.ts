import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import https from 'node:https'
import { getResponse, HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { wellKnownCredentials } from '../../fixtures/credentials.ts'
import { handlers, MockBugError, WECHAT_PAY_HOSTS } from '../../mocks/index.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { createMock } from '../../src/mock.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { createMerchantClient, sendWithFetch } from '../../src/testing/merchant-client.ts'
import { SIGNATURE_NAMES, USUAL_NAMES } from '../helpers/header-names.ts'
import { sendOverNode } from '../helpers/send-over-node.ts'
import { listen as listenOn } from './transports/raw-connection.ts'

const ORIGIN = 'https://api.mch.weixin.qq.com'
const ASSOCIATE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: 'R-1',
}

/** A mock that writes down what reaches it and answers what it is told to. */
const recorder = (answer: Partial<WireResponse> = {}) => {
  const requests: WireRequest[] = []
  const handle = async (request: WireRequest): Promise<WireResponse> => {
    requests.push(request)
    return { status: 200, headers: [['Content-Length', '2']], body: Buffer.from('{}'), ...answer }
  }
  return { requests, handle }
}

let stop = () => {}
const listen = (...all: Parameters<typeof setupServer>) => {
  const server = setupServer(...all)
  server.listen({ onUnhandledFrame: 'error' })
  stop = () => server.close()
}
afterEach(() => {
  stop()
  stop = () => {}
  forgetStaleError()
})

/**
 * msw leaves an error about its made-up TLS session in the queue of OpenSSL, from where Node throws it at whoever reads a key next: without this, a test
 * of another file in this process.
 */
function forgetStaleError(): void {
  try {
    createPrivateKey(wellKnownCredentials.merchant_private_key)
  } catch (error) {
    expect(error).toMatchObject({ message: expect.stringContaining('asn1 encoding routines') })
  }
}

/** Puts such a mock behind msw. */
const recording = (answer: Partial<WireResponse> = {}, options: Parameters<typeof handlers>[1] = {}) => {
  const { requests, handle } = recorder(answer)
  listen(...handlers({ handle }, options))
  return requests
}

/** Sends a request over `node:https`, whose URLs and bodies are not made normal. */
const sendRaw = async (request: Partial<WireRequest>) => {
  const { send, close } = sendOverNode(ORIGIN)
  await send({ method: 'GET', target: '/v3/a', headers: {}, body: new Uint8Array(0), ...request })
  close()
}

describe('a real mock behind msw', () => {
  test.for([...WECHAT_PAY_HOSTS])('answers fetch at %s, signed', async (host) => {
    const mock = createMock()
    listen(...handlers(mock))
    const client = createMerchantClient({
      credentials: await mock.control.credentials(),
      send: sendWithFetch(`https://${host}`),
    })

    expect(await client.call(associateTradeInfo, ASSOCIATE)).toMatchObject({ status: 200 })
    expect(await mock.control.coupon('100088', 'sxxe34343434')).toMatchObject({
      associate_out_trade_no: 'MCH_102233445',
    })
  })

  test('answers with the headers of the live service, in their order and spelling', async () => {
    const mock = createMock()
    listen(...handlers(mock))
    const { send, close } = sendOverNode(ORIGIN)
    const client = createMerchantClient({ credentials: await mock.control.credentials(), send })

    const { headers } = await client.request({ target: associateTradeInfo.path, body: ASSOCIATE })

    close()
    expect(headers.map(([name]) => name)).toEqual([...USUAL_NAMES, ...SIGNATURE_NAMES])
  })

  test('answers msw itself, without any interception', async () => {
    const response = await getResponse(handlers(createMock()), new Request(`${ORIGIN}/v3/certificates`))

    expect(response?.status).toBe(400)
    expect(await response?.json()).toEqual({ code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' })
  })
})

describe('what reaches the mock', () => {
  test.for(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])('is %s as it was sent', async (method) => {
    const requests = recording()

    await fetch(`${ORIGIN}/v3/nowhere`, { method })

    expect(requests).toMatchObject([{ method, target: '/v3/nowhere' }])
  })

  test.for([
    '/',
    '/v3/certificates?',
    '/v3/a?algorithm_type=%52SA&b=a+b&c=%e5%88%b8&d=~%7E&e',
    '/v3/%e5%88%b8/a%2Fb/..%2f//c',
    '/v3/a?b=http://api.mch.weixin.qq.com/?c',
  ])('has the target %s unchanged', async (target) => {
    const requests = recording()

    await sendRaw({ target })
    await fetch(ORIGIN + target)

    expect(requests.map((request) => request.target)).toEqual([target, target])
  })

  test('has the body byte for byte, also where it is no text', async () => {
    const requests = recording()
    const body = Uint8Array.from({ length: 70_000 }, (_, i) => i % 256)

    await fetch(`${ORIGIN}/v3/a`, { method: 'POST', body })

    expect(Buffer.compare(requests[0]?.body ?? new Uint8Array(0), body)).toBe(0)
  })

  test('has the whole of a body that comes in pieces', async () => {
    const requests = recording()
    const body = new ReadableStream({
      async start(controller) {
        for (const piece of ['{"a"', ':', '1}']) {
          controller.enqueue(Buffer.from(piece))
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
        controller.close()
      },
    })

    await fetch(`${ORIGIN}/v3/a`, { method: 'POST', body, duplex: 'half' })

    expect(Buffer.from(requests[0]?.body ?? []).toString()).toBe('{"a":1}')
  })

  test('has the headers by lower-case names, fetch its own included', async () => {
    const requests = recording()

    await fetch(`${ORIGIN}/v3/a`, { headers: { Authorization: 'a="b",c="d"', 'Wechatpay-Serial': '' } })

    expect(requests[0]?.headers).toMatchObject({
      accept: '*/*',
      'user-agent': 'node',
      authorization: 'a="b",c="d"',
      'wechatpay-serial': '',
    })
  })

  test('has no body where none was sent', async () => {
    const requests = recording()

    await fetch(`${ORIGIN}/v3/a`, { method: 'POST' })

    expect(requests[0]?.body).toEqual(new Uint8Array(0))
  })
})

describe('what msw does not hand over as it was sent', () => {
  test('is a path that is no normal URL', async () => {
    const requests = recording()

    await sendRaw({ target: "/v3/a/../b?c='d'" })

    expect(requests).toMatchObject([{ target: '/v3/b?c=%27d%27' }])
  })

  test('is the body of GET', async () => {
    const requests = recording()

    await sendRaw({ body: Buffer.from('{}') })

    expect(requests).toMatchObject([{ body: new Uint8Array(0) }])
  })
})

describe('what comes back', () => {
  test('204 has no body and no length', async () => {
    recording({ status: 204, headers: [['Request-ID', '08AB-0']], body: new Uint8Array(0) })

    const response = await fetch(`${ORIGIN}/v3/a`)

    expect(response.status).toBe(204)
    expect(response.body).toBeNull()
    expect([...response.headers]).toEqual([['request-id', '08AB-0']])
  })

  test('a body is what the mock made, byte for byte', async () => {
    const body = Buffer.from('{"message":"券不存在"}\n')
    recording({ headers: [['Content-Length', String(body.length)]], body })

    const response = await fetch(`${ORIGIN}/v3/a`)

    expect(Buffer.from(await response.arrayBuffer())).toEqual(body)
  })
})

describe('hosts', () => {
  test("nothing meant for WeChat Pay's hosts leaves, whatever scheme, port and path", async () => {
    const requests = recording()

    for (const url of [
      'http://api.mch.weixin.qq.com/v3/a',
      'https://API.MCH.weixin.qq.com/a',
      'https://api2.mch.weixin.qq.com:8443/pay/unifiedorder',
      'https://api.mch.weixin.qq.com/logo.png',
      'https://api.mch.weixin.qq.com./v3/b',
    ]) {
      expect((await fetch(url)).status).toBe(200)
    }

    expect(requests.map(({ target }) => target)).toEqual(['/v3/a', '/a', '/pay/unifiedorder', '/logo.png', '/v3/b'])
  })

  test('other hosts are left alone', async () => {
    const port = await listenOn(createServer((_, response) => response.end('other')))
    const { requests, handle } = recorder()
    const server = setupServer(...handlers({ handle }))
    server.listen({ onUnhandledFrame: 'bypass' })
    stop = () => server.close()

    const response = await fetch(`http://127.0.0.1:${port}/v3/certificates`)

    expect(await response.text()).toBe('other')
    expect(requests).toEqual([])
  })

  test.for(['https://apihk.mch.weixin.qq.com/v3/a', 'https://api.mch.weixin.qq.com.example.com/v3/a'])(
    '%s is not one of them',
    async (url) => {
      expect(await getResponse(handlers(recorder()), new Request(url))).toBeUndefined()
    },
  )

  test('may be chosen', async () => {
    const requests = recording({}, { hosts: ['api.wechatpay.cn'] })

    await fetch('https://api.wechatpay.cn/v3/a')

    expect(requests).toHaveLength(1)
  })

  test("a handler of the user's own comes first where it stands first", async () => {
    const { requests, handle } = recorder()
    listen(
      http.get(`${ORIGIN}/v3/certificates`, () => HttpResponse.json({ data: [] })),
      ...handlers({ handle }),
    )

    expect(await (await fetch(`${ORIGIN}/v3/certificates`)).json()).toEqual({ data: [] })
    await fetch(`${ORIGIN}/v3/other`)
    expect(requests).toMatchObject([{ target: '/v3/other' }])
  })
})

describe('a bug in the mock', () => {
  const bug = new Error('something impossible')
  const broken = { handle: () => Promise.reject(bug) }

  beforeEach(() => {
    // msw reports what its handlers throw.
    vi.spyOn(console, 'error').mockImplementation(() => {})
  })
  afterEach(() => vi.restoreAllMocks())

  test('makes fetch reject, with the bug as the cause', async () => {
    listen(...handlers(broken))

    const error = await fetch(`${ORIGIN}/v3/a`).catch((reason: unknown) => reason)

    expect(error).toBeInstanceOf(TypeError)
    const { cause } = error as TypeError
    expect(cause).toBeInstanceOf(MockBugError)
    expect(cause).toMatchObject({ code: 'MOCK_BUG', message: expect.stringContaining('something impossible') })
    expect((cause as MockBugError).cause).toBe(bug)
  })

  test('fails a request of node:https', async () => {
    listen(...handlers(broken))

    const [error] = await once(https.get(`${ORIGIN}/v3/a`), 'error').catch((reason: unknown) => [reason])

    expect(error).toBeInstanceOf(MockBugError)
  })

  test('is thrown where msw is asked itself', async () => {
    await expect(getResponse(handlers(broken), new Request(`${ORIGIN}/v3/a`))).rejects.toThrow(MockBugError)
  })
})
