import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { jsonAnswer, rawServer } from '../../contracts/kit/raw-http.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { createMock } from '../../src/mock.ts'
import { connectControl } from '../../src/mock-control.ts'
import { misuse, NODE, spawnCli, test } from './cli.ts'

const SHOP = join(import.meta.dirname, '../../examples/axios-plugin.mjs')

/** Acts as a verifier: sets up a state, sends a request to link a coupon, and tears the state down. */
const verify = (coupon: string, state = 'a user holds a usable coupon') => `
  const post = (path, body) => fetch(process.env.WECHATPAY_BASE_URL + path,
    { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  await post('/_pact/states', { action: 'setup', state: '${state}', params: { coupon_code: '${coupon}' } })
  const { status } = await post('/v3/marketing/busifavor/coupons/associate', { stock_id: '100088', coupon_code: '${coupon}',
    out_trade_no: 'MCH_102233445', out_request_no: '1002600620019090123143254435' })
  await post('/_pact/states', { action: 'teardown', state: '${state}', params: {} })
  console.log(status)`

const node = (code: string) => [NODE, '--input-type=module', '--eval', code]
const FRONT = ['pact', 'front']

describe.concurrent('pact front', () => {
  test('runs a verifier against a mock of its own', async ({ cwd }) => {
    expect(await spawnCli(['pact', 'front', '--', ...node(verify('C-1'))], { cwd })).toEqual({
      code: 0,
      stdout: '200\n',
      stderr: `  passed on   POST /v3/marketing/busifavor/coupons/associate 200  [a user holds a usable coupon]
1 request, all as they have to be
`,
    })
  })

  test('ends with 1 where a state could not be set up, in the language of the user', async ({ cwd }) => {
    const args = ['pact', 'front', '--lang', 'zh', '--', ...node(verify('C-1', 'a user holds a usable cupon'))]

    expect(await spawnCli(args, { cwd })).toEqual({
      code: 1,
      stdout: '599\n',
      stderr: `  失败    POST /v3/marketing/busifavor/coupons/associate 599  [a user holds a usable cupon]
        - 无法设置提供方状态：没有名为“a user holds a usable cupon”的提供方状态，是否指“a user holds a usable coupon”？
共 1 个请求，1 个不符合要求
`,
    })
  })

  test('says of a refusal what it was and why, whether or not the contract has it', async ({ cwd }) => {
    const run = (...more: string[]) => spawnCli(['pact', 'front', ...more, '--', ...node(verify('C-1', ''))], { cwd })
    const [english, chinese, json] = [await run(), await run('--lang', 'zh'), await run('--json')]

    expect(english).toEqual({
      code: 0,
      stdout: '400\n',
      stderr: `  passed on   POST /v3/marketing/busifavor/coupons/associate 400 INVALID_REQUEST
          not_found: there is no coupon C-1 of batch 100088, nor such a batch
1 request, all as they have to be
`,
    })
    expect(chinese.stderr).toContain(
      ' 400 INVALID_REQUEST\n          not_found：批次 100088 中没有券 C-1，也没有该批次\n',
    )
    expect(JSON.parse(json.stderr.split('\n', 1).join())).toMatchObject({
      status: 400,
      reasons: [],
      answer: {
        status: 400,
        code: 'INVALID_REQUEST',
        message: '券不存在',
        reason: expect.stringMatching(/^not_found: /),
      },
    })
  })

  test('that is killed leaves the mock as it was', async ({ spawnServe }) => {
    const mock = await spawnServe()
    const control = connectControl(mock.url)
    await control.addOrder({ out_trade_no: 'OF_THE_USER' })
    await control.freeze()
    const before = await control.world()
    const front = await spawnServe(['--url', mock.url], {}, FRONT)
    const body = JSON.stringify({ action: 'setup', state: 'a user holds a usable coupon', params: {} })
    await fetch(`${front.url}/_pact/states`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
    expect((await control.world()).orders).toEqual([])
    front.child.kill('SIGKILL')
    await front.exited

    await expect.poll(() => control.world(), { timeout: 60_000, interval: 50 }).toEqual(before)
    expect(await control.clock()).toMatchObject({ frozen: true })
  })

  test('tells when the mock has gone whose state it would restore', async ({ spawnServe }) => {
    const mock = await spawnServe()
    const front = await spawnServe(['--url', mock.url], {}, FRONT)
    await fetch(`${front.url}/v3/certificates`)
    mock.child.kill('SIGKILL')
    await mock.exited
    await fetch(`${front.url}/v3/certificates`)
    front.child.kill('SIGINT')

    expect(await front.exited).toBe(1)
    expect(front.stdout).toContain(`could not be set up: No mock answers at ${mock.url}`)
    expect(front.stdout).toMatch(/\n2 requests, 1 not as they have to be\n$/)
    expect(front.stderr).toMatch(/^wechatpay-mock: The state of the mock is not as it was: No mock answers at .*\n$/)
  })

  test('ends at a signal though the provider has not answered', async ({ spawnServe, onTestFinished }) => {
    const { promise: arrival, resolve: arrived } = Promise.withResolvers<void>()
    const { promise: end, resolve } = Promise.withResolvers<void>()
    const mock = createMock()
    const control = await startServer({ mock, port: 0 })
    const provider = await rawServer(async (request) => {
      if (request.target === '/_mock/kept-state') return jsonAnswer(404, {})
      if (request.target.startsWith('/_mock')) {
        const { method, target, headers, body } = request
        const answer = await fetch(control.url + target, {
          method,
          headers: { 'Content-Type': headers['content-type'] ?? 'application/json' },
          ...(body.length > 0 && { body: Buffer.from(body) }),
        })
        return jsonAnswer(answer.status, await answer.json().catch(() => ({})))
      }
      arrived()
      await end
      return jsonAnswer(200, {})
    })
    onTestFinished(async () => {
      resolve()
      await provider.close()
      await control.close(0)
    })
    const front = await spawnServe(['--url', provider.url], {}, FRONT)
    const asked = fetch(`${front.url}/v3/certificates`).catch(() => undefined)
    await arrival
    front.child.kill('SIGINT')

    expect(await front.exited).toBe(1)
    expect(front.stdout).toMatch(/could not be asked: .*\n1 request, 1 not as they have to be\n$/)
    await asked
  })

  test('restores the state of a mock that runs', async ({ cwd, onTestFinished }) => {
    const mock = createMock()
    const server = await startServer({ mock, port: 0 })
    onTestFinished(() => server.close(0))
    const look = async () => ({ ...(await mock.control.world()), taken_at: undefined })
    const before = await look()

    const { code } = await spawnCli(['pact', 'front', '--url', server.url, '--', ...node(verify('C-9'))], { cwd })

    expect(code).toBe(0)
    expect(await look()).toEqual(before)
  })

  test('without a command it says where it is, and ends at a signal with what came of it', async ({ spawnServe }) => {
    const running = await spawnServe([], {}, FRONT)
    await fetch(`${running.url}/v3/certificates`)
    running.child.kill('SIGTERM')

    expect(await running.exited).toBe(0)
    expect(running.stdout).toContain(`The front is at ${running.url}\n`)
    for (const name of ['Pact CLI', 'pact-python', 'pact-go', 'pact-jvm']) expect(running.stdout).toContain(name)
    expect(running.stdout).toMatch(/Ctrl\+C.*\n\n {2}passed on {3}GET \/v3\/certificates 200\n1 request, all as/)
  })

  test('with --json each line is JSON', async ({ spawnServe }) => {
    const running = await spawnServe(['--json'], {}, FRONT)
    await fetch(`${running.url}/v3/certificates`)
    running.child.kill('SIGINT')

    expect(await running.exited).toBe(0)
    expect(
      running.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { event: 'listening', url: running.url, pid: expect.any(Number) },
      { call: 'GET /v3/certificates', status: 200, states: [], reasons: [], answer: { status: 200 } },
      { event: 'ended', requests: 1, failed: 0, unexpected: 0 },
    ])
  })

  test.for<[front: readonly string[], advice: string]>([
    [
      [],
      "No request came: point the verifier at WECHATPAY_BASE_URL, and name the provider as its pacts do; a consumer's tests need --to\n",
    ],
    [
      ['--to', 'http://127.0.0.1:1'],
      'No request came: let the SDK ask its own host through the proxy, or ask WECHATPAY_BASE_URL\n',
    ],
  ])('%j: nobody asked, so nothing was checked, and that is no success', async ([front, advice], { cwd }) => {
    expect(await spawnCli(['pact', 'front', ...front, '--', ...node('')], { cwd })).toEqual({
      code: 1,
      stdout: '',
      stderr: advice,
    })
  })

  test("--to signs the answers of Pact's mock server for an SDK with a fixed host", async ({ cwd, onTestFinished }) => {
    const pact = await rawServer(async () => jsonAnswer(200, { wechatpay_associate_time: 'now' }))
    onTestFinished(() => pact.close())

    expect(await spawnCli(['pact', 'front', '--to', pact.url, '--', NODE, SHOP], { cwd })).toEqual({
      code: 0,
      stdout: 'now\n',
      stderr: `  passed on   POST /v3/marketing/busifavor/coupons/associate 200
1 request, all as they have to be
`,
    })
  })

  test('--to ends with 1 where a request was signed wrongly, whatever the command says of it', async ({
    cwd,
    onTestFinished,
  }) => {
    const pact = await rawServer(async () => jsonAnswer(200, {}))
    onTestFinished(() => pact.close())
    const code = `await fetch(process.env.WECHATPAY_BASE_URL + '/v3/certificates')`

    expect(await spawnCli(['pact', 'front', '--to', pact.url, '--', ...node(code)], { cwd })).toEqual({
      code: 1,
      stdout: '',
      stderr: `  FAILED      GET /v3/certificates 401
        - The request has no Authorization header.
1 request, 1 not as they have to be
`,
    })
  })

  test('--to says why a request is none of the contract', async ({ cwd, onTestFinished }) => {
    const pact = await rawServer(async () => jsonAnswer(500, { error: 'secret' }, [['X-Pact', 'Request-Mismatch']]))
    onTestFinished(() => pact.close())
    // Its tests find nothing wrong.
    const shop = node(`await import('${SHOP}').catch(() => undefined)`)
    const mismatch = await spawnCli(['pact', 'front', '--to', pact.url, '--', ...shop], { cwd })
    const gone = await spawnCli(['pact', 'front', '--to', 'http://127.0.0.1:1', '--', ...shop], { cwd })

    expect([mismatch.code, gone.code]).toEqual([1, 1])
    expect(mismatch.stderr).toContain(`  unexpected  POST /v3/marketing/busifavor/coupons/associate 500
          The contract has it otherwise: the report of the test says where they differ.
`)
    expect(mismatch.stderr).toContain('1 request, 1 that no interaction has\n')
    expect(gone.stderr).toContain(`  unexpected  POST /v3/marketing/busifavor/coupons/associate
          Pact's mock server does not answer at http://127.0.0.1:1: start it on that port`)
  })

  test.for([
    ['certificate', 'undefined', /^[0-9A-F]{40} /],
    ['public-key', 'PUB_KEY_ID_', /^undefined PUB_KEY_ID_/],
  ] as const)('--key-mode %s signs with the keys that such a merchant has', async ([mode, id, seen], { cwd }) => {
    const keys = `console.log(process.env.WECHATPAY_PLATFORM_SERIAL_NO, process.env.WECHATPAY_PUBLIC_KEY_ID)`
    const consumer = await spawnCli(
      ['pact', 'front', '--key-mode', mode, '--to', 'http://127.0.0.1:1', '--', ...node(keys)],
      { cwd },
    )
    const serial = `const { headers } = await fetch(process.env.WECHATPAY_BASE_URL + '/v3/certificates')
      console.log(headers.get('Wechatpay-Serial'))`
    const verifier = await spawnCli(['pact', 'front', '--key-mode', mode, '--', ...node(serial)], { cwd })

    expect(consumer.stdout).toMatch(seen)
    expect(consumer.stdout).toContain(id)
    expect(verifier.stdout).toMatch(mode === 'certificate' ? /^[0-9A-F]{40}\n$/ : /^PUB_KEY_ID_/)
  })

  test('a command that is not behind -- is shown where it belongs', async ({ cwd }) => {
    const { code, stderr } = await spawnCli(['pact', 'front', '--to', 'http://127.0.0.1:1234', 'pytest'], { cwd })

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^wechatpay-mock: Put .* pact front --to http:\/\/127\.0\.0\.1:1234 -- pytest\n$/),
    })
  })

  test('the exit code of the command is passed on', async ({ cwd }) => {
    const { code } = await spawnCli(['pact', 'front', '--', ...node('process.exitCode = 7')], { cwd })
    const missing = await spawnCli(['pact', 'front', '--', 'no-such-program'], { cwd })

    expect([code, missing.code]).toEqual([7, 127])
    expect(missing.stderr).toContain('no-such-program cannot be started')
  })

  test.for([
    [['--to', 'http://127.0.0.1:1', '--url', 'http://127.0.0.1:1'], 'Give --to for consumers, or --url for verifiers'],
    [['--to', 'http://127.0.0.1:1', '--control-token', 'x'], '--control-token is for a mock'],
    [['--proxy-passthrough'], '--proxy-passthrough is for consumers'],
    [['--to', 'http://localhost:8090'], "--to is the front's own address"],
    [['--to', 'http://[::1]:1234', '--port', '1234'], "--to is the front's own address"],
    [['--to', 'nowhere'], '--to'],
    [['--port', '70000'], '--port'],
    [['--url', 'http://127.0.0.1:1'], 'No mock answers at http://127.0.0.1:1'],
    [['--timeout', '0'], '--timeout'],
    [['--key-mode', 'none'], '--key-mode'],
  ] as const)('%s is used wrongly', async ([args, message]) => {
    expect(await misuse([...FRONT, ...args])).toContain(message)
  })

  test('a port that is taken is said', async ({ onTestFinished }) => {
    const taken = await rawServer(async () => jsonAnswer(200, {}))
    onTestFinished(() => taken.close())
    expect(await misuse([...FRONT, '--port', String(taken.port)])).toContain(
      `Port ${taken.port} of 127.0.0.1 is in use`,
    )
  })
})
