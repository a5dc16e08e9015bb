import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { jsonAnswer, rawServer } from '../../contracts/kit/raw-http.ts'
import { createMock } from '../../src/mock.ts'
import { startServer } from '../../src/transports/node-server.ts'
import { cli, NODE, type ServingCli, spawnCli, test } from './cli.ts'

const SHOP = join(import.meta.dirname, '../../examples/axios-plugin.mjs')

/** What a verifier does: a state, a request to link a coupon, and the state again to be left. */
const verify = (coupon: string, state = 'a user holds a usable coupon') => `
  const post = (path, body) => fetch(process.env.WECHATPAY_BASE_URL + path,
    { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  await post('/_pact/states', { action: 'setup', state: '${state}', params: { coupon_code: '${coupon}' } })
  const { status } = await post('/v3/marketing/busifavor/coupons/associate', { stock_id: '100088', coupon_code: '${coupon}',
    out_trade_no: 'MCH_102233445', out_request_no: '1002600620019090123143254435' })
  await post('/_pact/states', { action: 'teardown', state: '${state}', params: {} })
  console.log(status)`

const node = (code: string) => [NODE, '--input-type=module', '--eval', code]

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

  test('without a command it says where it is, and ends at a signal with what came of it', async ({ serve }) => {
    const running: ServingCli = await serve([], { env: {} }, ['pact', 'front'])
    await fetch(`${running.url}/v3/certificates`)
    running.child.kill('SIGTERM')

    expect(await running.exited).toBe(0)
    expect(running.stdout).toContain(`The front is at ${running.url}\n`)
    for (const name of ['Pact CLI', 'pact-python', 'pact-go', 'pact-jvm']) expect(running.stdout).toContain(name)
    expect(running.stdout).toMatch(/Ctrl\+C.*\n\n {2}passed on {3}GET \/v3\/certificates 200\n1 request, all as/)
  })

  test('with --json each line is JSON', async ({ serve }) => {
    const running: ServingCli = await serve(['--json'], { env: {} }, ['pact', 'front'])
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
      { call: 'GET /v3/certificates', status: 200, states: [], reasons: [] },
      { event: 'ended', requests: 1, failed: 0, unexpected: 0 },
    ])
  })

  test('nobody asked: nothing was checked, and that is no success', async ({ cwd }) => {
    expect(await spawnCli(['pact', 'front', '--', ...node('')], { cwd })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'No request came: point the verifier, or the SDK of the consumer, at the front\n',
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

  test('--to tells of requests that the contract does not have', async ({ cwd, onTestFinished }) => {
    const pact = await rawServer(async () => jsonAnswer(500, {}, [['X-Pact', 'Request-Mismatch']]))
    onTestFinished(() => pact.close())

    const { stderr } = await spawnCli(['pact', 'front', '--to', pact.url, '--', NODE, SHOP], { cwd })

    expect(stderr).toContain('  unexpected  POST /v3/marketing/busifavor/coupons/associate 500\n')
    expect(stderr).toContain('1 request, 1 that no interaction has\n')
  })

  test('the exit code of the command is passed on', async ({ cwd }) => {
    const { code } = await spawnCli(['pact', 'front', '--', ...node('process.exitCode = 7')], { cwd })
    const missing = await spawnCli(['pact', 'front', '--', 'no-such-program'], { cwd })

    expect([code, missing.code]).toEqual([7, 127])
    expect(missing.stderr).toContain('no-such-program cannot be started')
  })

  test.for([
    [['--to', 'http://127.0.0.1:1', '--url', 'http://127.0.0.1:1'], 'Give --to for consumers, or --url for verifiers'],
    [['--to', 'nowhere'], '--to'],
    [['--port', '70000'], '--port'],
    [['--url', 'http://127.0.0.1:1'], 'No mock answers at http://127.0.0.1:1'],
  ] as const)('%s is used wrongly', async ([args, message]) => {
    const { code, stderr } = await cli(['pact', 'front', ...args])

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
    expect(stderr.trimEnd()).not.toContain('\n')
  })

  test('a port that is taken is said', async ({ onTestFinished }) => {
    const taken = await rawServer(async () => jsonAnswer(200, {}))
    onTestFinished(() => taken.close())
    const { code, stderr } = await cli(['pact', 'front', '--port', String(taken.port)])

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`Port ${taken.port} of 127.0.0.1 is in use`),
    })
  })
})
