import { readdir, readFile, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { columnsOf } from '../../src/cli/output.ts'
import { connectControl } from '../../src/mock-control.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { cli, MAIN, NODE, run, type ServingCli, test } from './cli.ts'

/** A screen where a banner has room for all that it says, however long the path of the program is. */
const TALL = { LINES: '100' }

/** Shell commands of a banner, which it ends with. */
function callOf({ stdout }: ServingCli): string {
  return /^(?:body=|curl )[\s\S]*(?=\n$)/m.exec(stdout)?.[0] ?? ''
}

function bash(script: string, env: Record<string, string> = {}): Promise<{ code: number | null; stdout: string }> {
  return run('bash', ['-c', script], { env: { no_proxy: '*', ...env } })
}

describe.concurrent('the banner', () => {
  test('says where it is and who to be', async ({ cwd, serve }) => {
    const { stdout, url } = await serve([], { cwd, env: TALL })

    expect(stdout.split('\n').slice(0, 4)).toEqual([
      expect.stringMatching(/^wechatpay-mock \S+ is listening\. Ctrl\+C stops it\.$/),
      `  dashboard        ${url}/_mock (with the control API under it)`,
      `  API v3           ${url} (also an HTTPS_PROXY, for fixed hosts)`,
      `  CA               ${join(cwd, '.wechatpay-mock')}`,
    ])
    for (const value of [
      '1900000001',
      '5A1B2C3D4E5F60718293A4B5C6D7E8F901234567',
      '0123456789abcdefghijABCDEFGHIJkl',
      '7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F',
      'PUB_KEY_ID_0119000000012023111400000000000001',
      'scenario default',
    ]) {
      expect(stdout).toContain(value)
    }
  })

  test.for([
    ['en', 'dashboard', 'Or a call to try'],
    ['zh', '仪表盘', '或者先试一个请求'],
  ])('is aligned in %s, and so are the commands that come next', async ([lang = '', ...labels], { serve }) => {
    const { stdout } = await serve(['--lang', lang], { env: TALL })
    const [facts = '', next = ''] = stdout.split('\n\n')

    for (const label of labels) expect(stdout).toContain(label)
    for (const block of [facts, next]) {
      const rows = block.split('\n').filter((line) => line.startsWith('  '))
      const starts = rows.map((line) => columnsOf(/^ {2}\S+(?: \S+)* {2,}/.exec(line)?.[0] ?? ''))
      expect(starts.length).toBeGreaterThan(2)
      expect(new Set(starts).size).toBe(1)
    }
  })

  test.for(['en', 'zh'])('fits a terminal of 80 columns and 24 rows in %s', async (lang, { cwd, serve }) => {
    const { stdout } = await serve(['--lang', lang], { cwd })
    // The test calls the program by its path, the reader by npx, in a folder with a shorter name.
    const usual = stdout
      .replaceAll(new RegExp(`[\\w/.-]*node ${MAIN}`, 'g'), 'npx wechatpay-mock')
      .replaceAll(/ --(?:url|data-dir) \S+/g, '')
      .replaceAll(cwd, '/home/somebody/shop')
    const rows = usual.split('\n').map((line) => Math.max(1, Math.ceil(columnsOf(line) / 80)))

    // The line that is left is that of the cursor.
    expect(rows.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(24)
    expect(usual).toContain('  npx wechatpay-mock credentials --help\n')
  })

  test('has commands that work as they are pasted, in any directory', async ({ cwd, serve }) => {
    const server = await serve(['--data-dir', 'my data'], { cwd, env: TALL })
    const [, next = ''] = server.stdout.split('\n\n')
    const [, ...commands] = next.split('\n')
    const [credentials = '', ca = '', explain = ''] = commands.map((line) => line.replace(/^.*? {2,}(?=\S+node)/, ''))

    expect((await run('bash', ['-c', credentials])).stdout).toMatch(/^Usage: wechatpay-mock credentials/)
    expect((await run('bash', ['-c', ca])).stdout).toContain(join(cwd, 'my data', 'ca.pem'))
    expect((await run('bash', ['-c', explain])).stderr).toContain('08F7')
  })

  test('has a call that is answered with a signed 200 from any directory, again and again', async ({ cwd, serve }) => {
    const script = callOf(await serve())
    const first = await run('bash', ['-c', script], { cwd })
    const second = await run('bash', ['-c', `${script} | ${NODE} ${MAIN} verify`], { cwd })

    expect(first.stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    const { wechatpay_associate_time: time } = JSON.parse(first.stdout.split('\r\n\r\n')[1] ?? '')
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000)
    expect(second).toEqual({
      code: 0,
      stdout: 'valid, signed with 7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F\n',
      stderr: '',
    })
  })

  test.for<[args: string[], clock: RegExp]>([
    [['--clock', '2026-01-01T00:00:00+08:00', '--host', '0.0.0.0', '--control-token', 'secret'], /^2026-01-01T00:0/],
    [['--clock', 'frozen@2031-05-20T13:29:35+08:00', '--host', '::1'], /^2031-05-20T13:29:35\+08:00$/],
    [['--clock', '2020-01-01T00:00:00+08:00', '--signature-clock', 'machine', '--seed', 'life'], /^2020-01-01T00:0/],
    [['--orders', 'known', '--key-mode', 'public-key'], /^20\d\d-/],
  ])('has a call that works with %j', async ([args, clock], { serve }) => {
    const { stdout } = await bash(callOf(await serve(args)))

    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(JSON.parse(stdout.split('\r\n\r\n')[1] ?? '').wechatpay_associate_time).toMatch(clock)
  })

  test.for([
    [['--clock', 'frozen@2031-05-20T13:29:35+08:00'], /--timestamp 1937021375\)/],
    [['--clock', '2031-05-20T13:29:35+08:00'], /--timestamp \$\(\( \$\(date \+%s\) \+ -?\d+ \)\)\)/],
    [['--clock', 'frozen', '--signature-clock', 'machine'], /--body "\$body"\)/],
  ] as const)("has a call that is signed at the mock's time with %j", async ([args, signing], { serve }) => {
    expect(callOf(await serve(args))).toMatch(signing)
  })

  test('has a call that works with nothing to link, past the proxy for the internet', async ({ serve }) => {
    const env = { http_proxy: 'http://127.0.0.1:1' }
    const call = callOf(await serve(['--seed', 'empty'], { env }))

    expect(call).toContain('/v3/certificates')
    expect((await bash(call, { ...env, no_proxy: '' })).stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })
})

describe.concurrent('options', () => {
  test('have variables that serve and run both know, whichever of them has the option', async ({ cwd, serve }) => {
    const helps = await Promise.all([cli(['serve', '--help']), cli(['run', '--help'])])
    const flags = helps.flatMap(({ stdout }) =>
      [...stdout.matchAll(/^ {2}(?:-h, )?--([\w-]+)/gm)].map(([, flag = '']) => flag),
    )
    const names = flags
      .filter((flag) => flag !== 'help')
      .map((flag) => `WECHATPAY_MOCK_${flag.replaceAll('-', '_').toUpperCase()}`)
    expect(names).toEqual(
      expect.arrayContaining(['WECHATPAY_MOCK_QUIET', 'WECHATPAY_MOCK_VERBOSE', 'WECHATPAY_MOCK_LANG']),
    )
    // Each command must refuse the value of one variable and none of the others; an empty value would have no effect.
    const env = { ...Object.fromEntries(names.map((name) => [name, '1'])), WECHATPAY_MOCK_PORT: 'x' }

    for (const args of [['serve'], ['run', '--', 'true']]) {
      const { code, stderr } = await cli(args, { cwd, env })
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('WECHATPAY_MOCK_PORT cannot be'),
      })
    }
    const inside = { WECHATPAY_MOCK_URL: 'http://127.0.0.1:1', WECHATPAY_MOCK_UNSET: '', WECHATPAY_MCHID: '1900000001' }
    expect((await serve([], { env: inside })).url).toMatch(/^http/)
  })

  test('are not taken from what Kubernetes says of a service with our name', async ({ cwd }) => {
    const env = {
      WECHATPAY_MOCK_SERVICE_HOST: '10.0.0.1',
      WECHATPAY_MOCK_SERVICE_PORT: '8089',
      WECHATPAY_MOCK_SERVICE_PORT_HTTP: '8089',
      WECHATPAY_MOCK_PORT: 'tcp://10.0.0.1:8089',
      WECHATPAY_MOCK_PORT_8089_TCP: 'tcp://10.0.0.1:8089',
      WECHATPAY_MOCK_PORT_8089_TCP_PROTO: 'tcp',
      WECHATPAY_MOCK_PORT_8089_TCP_PORT: '8089',
      WECHATPAY_MOCK_PORT_8089_TCP_ADDR: '10.0.0.1',
    }

    const { code, stderr } = await cli(['run', '--', NODE, '--eval', ''], { cwd, env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('made no call') })
  })

  test('of language: the variable comes before the locale, and the option before both', async () => {
    const env = { LANG: 'en_US.UTF-8', WECHATPAY_MOCK_LANG: 'zh' }

    expect((await cli(['--help'], { env })).stdout).toContain('用法：')
    expect((await cli(['--help', '--lang', 'en'], { env })).stdout).toContain('Usage:')
    expect(await cli(['--port', '0'], { env: { WECHATPAY_MOCK_LANG: 'fr' } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('WECHATPAY_MOCK_LANG cannot be "fr": use one of zh, en'),
    })
  })

  test('come from the environment, an empty variable counts as none, and the command line wins', async ({ serve }) => {
    const server = await serve(['--clock', 'frozen@2030-01-01T00:00:00+08:00'], {
      env: {
        WECHATPAY_MOCK_SEED: 'empty',
        WECHATPAY_MOCK_KEY_MODE: 'certificate',
        WECHATPAY_MOCK_CLOCK: '2020-01-01T00:00:00Z',
        WECHATPAY_MOCK_HOST: '',
        WECHATPAY_MOCK_QUIET: '1',
        WECHATPAY_MOCK_JSON: 'true',
      },
    })
    const control = connectControl(JSON.parse(server.stdout).url)

    expect((await control.world()).coupons).toEqual([])
    expect((await control.credentials()).platform_public_key).toBeNull()
    expect(await control.clock()).toEqual({ now: '2030-01-01T00:00:00.000+08:00', frozen: true })
    await fetch(`${server.url}/v3/certificates`)
    expect(await control.journalCount()).toBe(1)
    expect(server.stderr).toBe('')
  })

  test('--clock is where a reset goes back to', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2030-01-01T00:00:00+08:00'])
    const control = connectControl(url)
    await control.setClock({ now: '2040-01-01T00:00:00+08:00', frozen: false })

    await control.reset()

    expect(await control.clock()).toEqual({ now: '2030-01-01T00:00:00.000+08:00', frozen: true })
  })

  test('--control-token protects the control API', async ({ serve }) => {
    const { url } = await serve(['--json', '--control-token', 'secret'])

    await expect(connectControl(url).world()).rejects.toThrow(/token/)
    expect((await connectControl(url, { token: 'secret' }).world()).coupons?.length).toBeGreaterThan(0)
  })

  test('--seed takes a file with merchants, and makes their keys', async ({ cwd, serve }) => {
    await writeFile(
      join(cwd, 'seed.json'),
      '\uFEFF{"merchants":[{"mchid":"1900000077"}],"coupons":[{"mchid":"1900000077","coupon_code":"C1"}]}',
    )
    const { url } = await serve(['--json', '--seed', 'seed.json'], { cwd })

    const { merchant_private_key } = await connectControl(url).credentials('1900000077')
    expect(merchant_private_key).toContain('BEGIN PRIVATE KEY')
    expect((await connectControl(url).world('1900000077')).coupons).toMatchObject([
      { coupon_code: 'C1', state: 'SENDED' },
    ])
  })

  test.for<[string[], Record<string, string>]>([
    [['--allow-host', 'mock', 'shop.test', '--allow-host', '192.0.2.7'], {}],
    [[], { WECHATPAY_MOCK_ALLOW_HOST: 'mock, shop.test 192.0.2.7' }],
  ])('clients may use the names of %j and %j, and no others', async ([args, env], { serve }) => {
    const server = await serve(['--json', '--lang', 'zh', ...args], { env })
    const { port } = new URL(server.url)
    const statusAt = (host: string, path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, headers: { Host: host } }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        }).on('error', reject)
      })

    for (const host of ['mock:8089', 'shop.test', '192.0.2.7']) expect(await statusAt(host, '/v3/nowhere')).toBe(404)
    expect(await statusAt('evil.test', '/v3/nowhere')).toBe(403)
    await server.logged(/已拒绝以 evil\.test 为主机名的请求.*--allow-host.*\n/)
  })

  test.for<[string[], Record<string, string>]>([
    [['--allow-callback-host', '0.0.0.0', 'shop.test'], {}],
    [[], { WECHATPAY_MOCK_ALLOW_CALLBACK_HOST: 'shop.test, 0.0.0.0' }],
  ])('hosts that callbacks go to are named with %j and %j', async ([args, env], { serve, onTestFinished }) => {
    const receiver = await startReceiver()
    onTestFinished(() => receiver.close())
    const server = await serve(['--json', ...args], { env })
    const control = connectControl(server.url)
    const url = receiver.url.replace('127.0.0.1', '0.0.0.0')
    const event_type = 'COUPON.SEND'

    expect(await control.sendNotification({ event_type, url })).toMatchObject({ state: 'delivered' })
    await server.logged(`callback COUPON.SEND#1 POST ${url} 200`)
    expect(await control.sendNotification({ event_type, url: 'http://192.0.2.1/' })).toMatchObject({ state: 'failed' })
    await server.logged('192.0.2.1 is not this machine')
  })

  test('--random-seed makes two runs the same', async ({ serve }) => {
    const requestIds = await Promise.all(
      [1, 2].map(async () => {
        const { url } = await serve(['--json', '--random-seed', 'twice'])
        return (await fetch(`${url}/v3/certificates`)).headers.get('Request-ID')
      }),
    )

    expect(requestIds[0]).toBe(requestIds[1])
  })

  test('--rate-limit, --stock-ready-after and --callback-public-key-share are settings, or their variables', async ({
    serve,
  }) => {
    const settingsOf = async (args: string[], env: Record<string, string> = {}) => {
      const { url } = await serve(['--json', ...args], { env })
      const { rate_limit, stock_ready_after, callback_public_key_share } = await connectControl(url).settings()
      return [rate_limit, stock_ready_after, callback_public_key_share]
    }
    const flags = ['--rate-limit', 'on', '--stock-ready-after', '30', '--callback-public-key-share', '0.1']
    const variables = {
      WECHATPAY_MOCK_RATE_LIMIT: 'on',
      WECHATPAY_MOCK_STOCK_READY_AFTER: '86400',
      WECHATPAY_MOCK_CALLBACK_PUBLIC_KEY_SHARE: '100',
    }

    expect(
      await Promise.all([
        settingsOf([]),
        settingsOf(flags),
        settingsOf([], variables),
        settingsOf(['--rate-limit', 'off'], variables),
      ]),
    ).toEqual([
      ['off', 0, 'as_called'],
      ['on', 30, 0.1],
      ['on', 86_400, 100],
      ['off', 86_400, 100],
    ])
  })

  test('--journal-limit bounds the journal', async ({ serve }) => {
    const { url } = await serve(['--json', '--journal-limit', '2'])
    for (let i = 0; i < 4; i++) await fetch(`${url}/v3/certificates`)

    expect(await connectControl(url).journal()).toHaveLength(2)
  })
})

describe.concurrent('TLS', () => {
  test('has a CA in the data directory, made when it is first needed', async ({ cwd, serve }) => {
    const server = await serve(['--data-dir', 'keys'], { cwd })
    await fetch(`${server.url}/_mock/health`)
    expect(await readdir(cwd)).toEqual([])
    expect(server.stdout).toContain(`ca --data-dir '${join(cwd, 'keys')}'`)

    const { ca_certificate: ca } = await connectControl(server.url).credentials()
    expect(ca).toBe(await readFile(join(cwd, 'keys', 'ca.pem'), 'utf8'))
    const url = 'https://api.mch.weixin.qq.com/v3/certificates'
    const { stdout } = await run('curl', ['-sS', '--cacert', join(cwd, 'keys', 'ca.pem'), '--proxy', server.url, url])
    expect(JSON.parse(stdout)).toMatchObject({ code: 'SIGN_ERROR' })
  })

  test('lets other hosts through with --proxy-passthrough', async ({ serve }) => {
    const [open, other] = await Promise.all([serve(['--proxy-passthrough']), serve()])
    const { stdout } = await run('curl', ['-sS', '--proxytunnel', '--proxy', open.url, `${other.url}/_mock/health`])
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ok' })
  })
})

describe.concurrent('the log', () => {
  test('has one line for each exchange, says why a signature was refused, and hides secrets', async ({ serve }) => {
    const server = await serve(['--json'])
    const { stdout: authorization } = await cli(['sign', 'GET', '/v3/certificates', '--body', 'not what is sent'])
    const headers = { 'User-Agent': 'test', Accept: 'application/json', Authorization: authorization.trim() }
    const answer = await fetch(`${server.url}/v3/certificates?sign=hunter2&b=1`, { headers })
    await server.logged('\n')

    expect(server.stderr).toMatch(
      /^GET \/v3\/certificates\?sign=\*\*\*&b=1 401 SIGN_ERROR \d+\.\dms [0-9A-F]+-268443699 signature: The signature was made with a known key, [^\n]+\n$/,
    )
    expect(server.stderr).toContain(answer.headers.get('Request-ID'))
  })

  test.for([
    ['en', /^proxy: www\.example\.com:443 refused, .*--proxy-passthrough lets it through\n$/],
    ['zh', /^代理：已拒绝 www\.example\.com:443，.*--proxy-passthrough 可直接转发\n$/],
  ] as const)('has a line for each host that the proxy refuses, in %s', async ([lang, line], { serve }) => {
    const server = await serve(['--json', '--lang', lang])
    const { stderr } = await run('curl', ['-sS', '--proxy', server.url, 'https://www.example.com/'])
    await server.logged('\n')

    expect(stderr).toMatch(/CONNECT tunnel failed, response 403/)
    expect(server.stderr).toMatch(line)
  })

  test('says what to do when a client does not trust the CA, or the CA cannot be used', async ({ cwd, serve }) => {
    await writeFile(join(cwd, 'file'), '')
    for (const [args, line] of [
      [
        [],
        /^TLS: a client does not trust the certificate for api\.mch\.weixin\.qq\.com; wechatpay-mock ca shows how to make it\n$/,
      ],
      [['--data-dir', 'file'], /^TLS: not served: .*file/],
    ] as const) {
      const server = await serve(['--json', ...args], { cwd })
      await run('curl', ['-sS', '--proxy', server.url, 'https://api.mch.weixin.qq.com/'])
      await server.logged('\n')
      expect(server.stderr).toMatch(line)
    }
  })
})
