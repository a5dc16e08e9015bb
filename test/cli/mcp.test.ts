import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import { describe, expect } from 'vitest'
import { z } from 'zod'
import { VERSION } from '../../src/control/package-files.ts'
import { servedCalls } from '../../src/control/served-calls.ts'
import { products } from '../../src/products/index.ts'
import {
  formatAuthorization,
  open,
  responseMessage,
  signRequest,
  timestampOf,
  verify,
} from '../../src/wire/protocol/index.ts'
import { listen } from '../doors/transports/raw-connection.ts'
import { addressIn, test, useTool } from './assistant.ts'

/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:1'
const LOCAL = ['start_mock', 'verify_contract']
const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'

/** A shop that links a coupon to an order, with the variables that it was given. */
async function associate(variables: Readonly<Record<string, string | undefined>>, method: string) {
  const body = JSON.stringify({
    stock_id: '100088',
    coupon_code: 'sxxe34343434',
    out_trade_no: 'MCH_102233445',
    out_request_no: '1002600620019090123143254435',
  })
  const signed = await signRequest(
    {
      method,
      target: ASSOCIATE,
      timestamp: timestampOf(Date.now()),
      nonce: 'a1b2c3d4e5f6',
      body: Buffer.from(body),
    },
    {
      identity: variables.WECHATPAY_MCHID ?? '',
      serialNo: variables.WECHATPAY_MERCHANT_SERIAL_NO ?? '',
      privateKey: createPrivateKey(variables.WECHATPAY_MERCHANT_PRIVATE_KEY ?? ''),
    },
  )
  const answer = await fetch(`${variables.WECHATPAY_BASE_URL}${ASSOCIATE}`, {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'User-Agent': 'shop',
      Authorization: formatAuthorization(signed),
    },
    body,
  })
  return answer.status
}

describe('an assistant over standard input and output', () => {
  test('is told what the server is, and finds each tool described', async ({ assistant }) => {
    const client = await assistant('--url', NOBODY)
    const { tools } = await client.listTools()

    expect(client.getServerVersion()).toEqual({ name: 'wechatpay-mock', version: VERSION })
    expect(client.getInstructions()).toContain('find_mock')
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
      ['find_mock', true],
      ['start_mock', false],
      ['credentials', true],
      ['move_clock', false],
      ['verify_contract', true],
      ['list_calls', true],
      ['explain_call', true],
      ['call_as_code', true],
      ['plan', false],
      ['send_callback', false],
      ['look_at_things', true],
      ['change_thing', false],
    ])
    for (const { name, title, description, inputSchema } of tools) {
      expect([name, title, description, inputSchema.type]).toEqual([
        name,
        expect.any(String),
        expect.any(String),
        'object',
      ])
    }
    // A model reads all of them before it does anything.
    expect(JSON.stringify(tools).length).toBeLessThan(24_000)
  })

  test('makes a shop link a coupon to an order, and receive the callback of a payment', async ({ assistant }) => {
    const client = await assistant('--url', NOBODY)

    const missing = await useTool(client, 'find_mock')
    expect(missing).toMatchObject({ isError: true, text: expect.stringContaining('start_mock starts one') })
    const url = addressIn(await useTool(client, 'start_mock', { port: 0 }))
    expect(await useTool(client, 'find_mock')).toMatchObject({ isError: false, data: { url, version: VERSION } })

    const variables = parseEnv((await useTool(client, 'credentials', { format: 'env' })).text)
    expect(variables.WECHATPAY_BASE_URL).toBe(url)
    expect(await associate(variables, 'post')).toBe(401)
    const explained = await useTool(client, 'explain_call')
    expect(explained).toMatchObject({
      isError: false,
      data: { right: false, verdict: 'proved', causes: [{ name: 'method_case' }] },
    })
    expect(explained.text).toContain(`"POST\\n${ASSOCIATE}\\n`)

    expect(await associate(variables, 'POST')).toBe(200)
    const listed = await useTool(client, 'list_calls')
    expect(listed.data).toMatchObject({ total: 2, calls: [{ status: 200 }, { status: 401, code: 'SIGN_ERROR' }] })
    const signer = `mchid="${variables.WECHATPAY_MCHID}",nonce_str="a1b2c3d4e5f6",timestamp="1",serial_no="AB",signature="AA=="`
    const pasted = `GET /v3/certificates HTTP/1.1\r\nAuthorization: WECHATPAY2-SHA256-RSA2048 ${signer}\r\n\r\n`
    expect((await useTool(client, 'explain_call', { message: pasted })).text).toMatch(
      /nonce: the call \w+ has the nonce a1b2/,
    )
    const coupon = await useTool(client, 'look_at_things', { kind: 'coupons', name: 'sxxe34343434' })
    expect(coupon.text).toContain('MCH_102233445')

    const callbacks: { readonly headers: Record<string, unknown>; readonly body: string }[] = []
    const receiver = createServer(async (request, response) => {
      callbacks.push({ headers: request.headers, body: await textOf(request) })
      response.writeHead(204).end()
    })
    const notify_url = `http://127.0.0.1:${await listen(receiver)}/notify`
    await useTool(client, 'change_thing', {
      kind: 'orders',
      values: { out_trade_no: 'ASSISTANT_1', total: 100, state: 'NOTPAY', notify_url },
    })
    expect(await useTool(client, 'change_thing', { kind: 'orders', name: 'ASSISTANT_1', action: 'Pay' })).toMatchObject(
      {
        isError: false,
        data: { state: 'SUCCESS' },
      },
    )
    await useTool(client, 'send_callback')
    const [callback, ...others] = callbacks
    expect(others).toEqual([])
    const { resource } = JSON.parse(callback?.body ?? '')
    const opened = open(resource, variables.WECHATPAY_API_V3_KEY ?? '')
    expect(JSON.parse(opened.ok ? opened.plaintext : '')).toMatchObject({
      out_trade_no: 'ASSISTANT_1',
      trade_state: 'SUCCESS',
    })
    const { publicKey } = new X509Certificate(variables.WECHATPAY_PLATFORM_CERTIFICATE ?? '')
    const header = (name: string) => String(callback?.headers[`wechatpay-${name}`])
    const message = responseMessage({
      timestamp: header('timestamp'),
      nonce: header('nonce'),
      body: Buffer.from(callback?.body ?? ''),
    })
    expect(await verify(message, header('signature'), publicKey)).toBe(true)
  })

  test('writes a contract of a call, and verifies it', async ({ assistant, cwd }) => {
    const client = await assistant('--url', NOBODY)
    await useTool(client, 'start_mock', { port: 0 })
    const variables = parseEnv((await useTool(client, 'credentials', { format: 'env' })).text)
    await associate(variables, 'POST')

    const { text } = await useTool(client, 'call_as_code', { as: 'pact' })
    const file = join(cwd, 'shop-wechatpay.json')
    await writeFile(file, text)
    expect(await useTool(client, 'verify_contract', { files: [file] })).toMatchObject({
      isError: false,
      text: '1 interaction, 1 ok, 0 failed',
      data: { ok: true },
    })

    await writeFile(file, text.replace('"status": 200', '"status": 201'))
    const failed = await useTool(client, 'verify_contract', { files: [file] })
    expect(failed.data).toEqual({ ok: false })
    expect(failed.text).toMatch(/FAILED.*status: expected 201 but was 200.*1 interaction, 0 ok, 1 failed$/s)
  })

  test('acts as the user and as time, and lets calls fail', async ({ assistant }) => {
    const client = await assistant('--url', NOBODY)
    await useTool(client, 'start_mock', { port: 0, seed: 'transfers' })

    const transfers = await useTool(client, 'look_at_things', { kind: 'transfers', state: 'WAIT_USER_CONFIRM' })
    const { things } = transfers.data as { readonly things: readonly { readonly name: readonly string[] }[] }
    const [first] = things
    expect(
      await useTool(client, 'change_thing', { kind: 'transfers', name: first?.name, action: 'Confirm' }),
    ).toMatchObject({
      isError: false,
      data: { state: expect.not.stringMatching('WAIT_USER_CONFIRM') },
    })

    await useTool(client, 'move_clock', { now: '2030-01-01T00:00:00+08:00', frozen: true })
    expect((await useTool(client, 'move_clock', { duration: 'P1D' })).data).toMatchObject({
      now: '2030-01-02T00:00:00.000+08:00',
      frozen: true,
    })
    await useTool(client, 'move_clock', { now: 'machine' })

    const variables = parseEnv((await useTool(client, 'credentials', { format: 'env' })).text)
    await useTool(client, 'plan', { fault: { operation: 'associateTradeInfo', error: 'rate_limited' } })
    expect(await associate(variables, 'POST')).toBe(429)
    expect((await useTool(client, 'explain_call')).text).toContain('429')
    await useTool(client, 'plan', { fault: { operation: 'associateTradeInfo', error: 'system_error', times: 9 } })
    expect((await useTool(client, 'plan')).text).toContain('system_error')
    await useTool(client, 'plan', { clear: true })
    expect((await useTool(client, 'plan')).text).toBe('Nothing is planned.')
  })

  test('explains what is pasted, without a mock too', async ({ assistant }) => {
    const client = await assistant('--url', NOBODY)
    const message = `POST ${ASSOCIATE} HTTP/1.1\r\nAuthorization: WECHATPAY2-SHA256-RSA2048 mchid=1\r\n\r\n{}`

    expect(await useTool(client, 'explain_call', { message })).toMatchObject({ isError: false, data: { right: false } })
    expect(await useTool(client, 'explain_call', { message: 'no message' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('message'),
    })
    expect((await useTool(client, 'explain_call', { message, id: '08AB' })).isError).toBe(true)
  })

  test('works with a mock that runs already, in Chinese', async ({ assistant, serve }) => {
    const { url } = await serve(['--json', '--control-token', 'secret'])
    const client = await assistant('--url', url, '--control-token', 'secret', '--lang', 'zh')

    expect((await useTool(client, 'start_mock')).text).toMatch(new RegExp(`^${url} 已有模拟服务在运行`))
    expect((await useTool(client, 'look_at_things', { kind: 'coupons', name: 'NOPE' })).text).toContain(
      'coupons 中没有 NOPE',
    )
    const stranger = await assistant('--url', url)
    expect(await useTool(stranger, 'list_calls')).toMatchObject({
      isError: true,
      text: expect.stringContaining('--control-token'),
    })
  })

  test('is refused what it asks wrongly, and goes on', async ({ assistant }) => {
    const client = await assistant('--url', NOBODY)
    await useTool(client, 'start_mock', { port: 0 })
    const refused = async (name: string, input: Record<string, unknown>, text: string) =>
      expect(await useTool(client, name, input)).toMatchObject({ isError: true, text: expect.stringContaining(text) })

    await expect(useTool(client, 'pay_everything')).rejects.toThrow('pay_everything')
    await refused('list_calls', { limit: 1_000 }, 'limit')
    await refused('list_calls', { limt: 1 }, 'limt')
    await refused('credentials', { format: 'cobol' }, 'format')
    await refused('start_mock', { port: 0, seed: '-' }, 'standard input')
    await refused('start_mock', { port: 0, seed: 'defualt' }, 'Scenarios are: default')
    await refused('change_thing', { kind: 'nope', values: {} }, 'There are: coupons')
    await refused('change_thing', { kind: 'refunds', values: {} }, 'No call makes refunds directly')
    await refused('change_thing', { kind: 'orders', values: { total: 'x' } }, '/total')
    await refused('change_thing', { kind: 'coupons', name: 'sxxe34343434', action: 'Fly' }, 'possible: Redeem')
    await refused('change_thing', { kind: 'coupons' }, 'name and action')
    await refused('look_at_things', { kind: '../../health' }, 'There are no')
    await refused('plan', { fault: { operation: 'associateTradeInfo', error: 'nope' } }, 'rate_limited')
    await refused('explain_call', { message: 'x'.repeat(1_000_000) }, 'message')
    await refused('verify_contract', { files: ['./no.json'] }, './no.json')

    // It is tried as the mock tries it, which sends nothing to other machines.
    const abroad = { event_type: 'TRANSACTION.SUCCESS', url: 'http://192.0.2.1/notify' }
    expect((await useTool(client, 'send_callback', abroad)).text).toContain('192.0.2.1 is not this machine')
    expect((await useTool(client, 'find_mock')).isError).toBe(false)
  })

  test('can make things of every kind that the control API adds', async ({ assistant }) => {
    const client = await assistant('--url', NOBODY)
    await useTool(client, 'start_mock', { port: 0 })
    const { kinds } = (await useTool(client, 'look_at_things')).data as { readonly kinds: readonly string[] }
    const added = (await servedCalls(products)).filter(
      ({ method, body }) => method === 'POST' && body instanceof z.ZodUnion,
    )
    const paths = kinds.map((kind) => `/_mock/${kind.replaceAll('_', '-')}`)

    expect(added.length).toBeGreaterThan(10)
    expect(added.map(({ path }) => path).filter((path) => !paths.includes(path))).toEqual([])
    const { text } = await useTool(client, 'look_at_things', { kind: 'orders' })
    expect(text).toContain('values of mchid, out_trade_no')
  })

  test('ends the mock with the session', async ({ assistant }) => {
    const client = await assistant('--url', NOBODY)
    const url = addressIn(await useTool(client, 'start_mock', { port: 0 }))
    expect((await fetch(`${url}/_mock/health`)).status).toBe(200)
    await client.close()

    await expect
      .poll(() =>
        fetch(`${url}/_mock/health`).then(
          ({ status }) => status,
          () => 'gone',
        ),
      )
      .toBe('gone')
  })
})

describe('an assistant over HTTP', () => {
  test('has the same tools, but for those of a process of its own', async ({ assistant, httpAssistant, serve }) => {
    const { url } = await serve(['--json'])
    const namesOf = async (client: Awaited<ReturnType<typeof assistant>>) =>
      (await client.listTools()).tools.map(({ name }) => name)
    const own = await namesOf(await assistant('--url', url))

    expect(await namesOf(await httpAssistant(url))).toEqual(own.filter((name) => !LOCAL.includes(name)))
  })

  test('sees and changes what the mock holds', async ({ httpAssistant, serve }) => {
    const { url } = await serve(['--json', '--control-token', 'secret'])
    const client = await httpAssistant(url, { Authorization: 'Bearer secret' })

    expect((await useTool(client, 'find_mock')).data).toMatchObject({ url, version: VERSION })
    await useTool(client, 'change_thing', { kind: 'coupons', name: 'sxxe34343434', action: 'Redeem' })
    const variables = parseEnv((await useTool(client, 'credentials', { format: 'env' })).text)
    expect(await associate(variables, 'POST')).toBe(400)
    expect((await useTool(client, 'explain_call')).text).toContain('USED')
  })

  const INITIALIZE = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'older', version: '1' } },
  }
  const call = (url: string, headers: Record<string, string> = {}, body: unknown = INITIALIZE, method = 'POST') =>
    fetch(`${url}/_mock/mcp`, {
      method,
      headers: { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json', ...headers },
      ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })

  /** Status of a call by another name of the machine, as of a page whose name was pointed here. */
  const statusAs = async (host: string, url: string) => {
    const asked = request(`${url}/_mock/mcp`, {
      method: 'POST',
      headers: { Host: host, 'Content-Type': 'application/json' },
    })
    asked.end(JSON.stringify(INITIALIZE))
    const [answer] = await once(asked, 'response')
    answer.resume()
    return answer.statusCode
  }

  test('may speak an earlier revision of the protocol', async ({ serve }) => {
    const { url } = await serve(['--json'])
    const answer = await call(url)

    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('"protocolVersion":"2025-06-18"')
  })

  test('is told of the end by the end of its streams, in place of a cut connection', async ({ spawnServe }) => {
    const { url, child, exited } = await spawnServe(['--json'])
    const protocol = 'io.modelcontextprotocol'
    const answer = await call(
      url,
      { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'subscriptions/listen' },
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'subscriptions/listen',
        params: {
          notifications: { toolsListChanged: true },
          _meta: {
            [`${protocol}/protocolVersion`]: '2026-07-28',
            [`${protocol}/clientInfo`]: INITIALIZE.params.clientInfo,
            [`${protocol}/clientCapabilities`]: {},
          },
        },
      },
    )
    const stream = answer.body?.getReader()
    expect(Buffer.from((await stream?.read())?.value ?? []).toString()).toContain('acknowledged')
    child.kill('SIGTERM')

    for (let done = false; !done; ) done = (await stream?.read())?.done ?? true
    expect(await exited).toBe(0)
  })

  test('is kept out like any other page or machine', async ({ serve }) => {
    const { url } = await serve(['--json', '--control-token', 'secret'])
    const refusal = async (answer: Response) => {
      const { code } = JSON.parse(await answer.text())
      return [answer.status, code]
    }
    const token = { Authorization: 'Bearer secret' }

    expect(await refusal(await call(url))).toEqual([401, 'MOCK_TOKEN'])
    expect(await refusal(await call(url, { ...token, Origin: 'https://shop.example.com' }))).toEqual([
      403,
      'MOCK_FORBIDDEN_ORIGIN',
    ])
    expect(await refusal(await call(url, { ...token, 'Content-Type': 'text/plain' }))).toEqual([
      415,
      'MOCK_CONTENT_TYPE',
    ])
    expect(await refusal(await call(url, token, '{"jsonrpc":'))).toEqual([400, 'MOCK_JSON'])
    expect(await refusal(await call(url, token, ' '.repeat(2_000_000)))).toEqual([413, 'MOCK_BODY_TOO_LARGE'])
    expect((await call(url, token, undefined, 'GET')).status).toBe(405)
    expect(await statusAs('shop.example.com', url)).toBe(403)
    expect((await call(url, token, undefined, 'PUT')).status).toBe(405)
    for (const body of [[], {}, { jsonrpc: '2.0', id: 1, method: 'nope' }, 'null']) {
      const answer = await call(url, token, body)
      expect([answer.status, await answer.text()]).toEqual([expect.any(Number), expect.stringContaining('"error"')])
    }
    expect((await call(url, token)).status).toBe(200)
  })
})
