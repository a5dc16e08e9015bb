import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chown, mkdir, readdir, readFile, symlink, watch, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { constants } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { issueAuthority, issueServerCertificate } from '../../src/wire/tls/issue-certificates.ts'
import { withTool } from '../wire/tls/stacks/tool.ts'
import { cli, environment, LIMIT, MAIN, misuse, NODE, test } from './cli.ts'

const HOSTS = ['api.mch.weixin.qq.com', 'apihk.mch.weixin.qq.com', 'api2.wechatpay.cn']
const NO_AUTHORIZATION = '{"code":"SIGN_ERROR","message":"Http头Authorization值格式错误'

/** Command that runs code in Node. */
const node = (code: string) => [NODE, '--input-type=module', '--eval', code]

/** Signed call to the real address that knows the mock only through the usual variables. */
const signedCall = `
  import { createSign, randomBytes } from 'node:crypto'
  import { readFileSync } from 'node:fs'
  const { WECHATPAY_MCHID: mchid, WECHATPAY_MERCHANT_SERIAL_NO: serial, WECHATPAY_MERCHANT_PRIVATE_KEY_FILE: file } = process.env
  const timestamp = Math.floor(Date.now() / 1000), nonce = randomBytes(16).toString('hex')
  const message = ['GET', '/v3/certificates', timestamp, nonce, '', ''].join('\\n')
  const signature = createSign('RSA-SHA256').update(message).sign(readFileSync(file), 'base64')
  const answer = await fetch('https://api.mch.weixin.qq.com/v3/certificates', { headers: {
    Accept: 'application/json', 'User-Agent': 'test',
    Authorization: \`WECHATPAY2-SHA256-RSA2048 mchid="\${mchid}",nonce_str="\${nonce}",signature="\${signature}",timestamp="\${timestamp}",serial_no="\${serial}"\`,
  } })
  console.log(answer.status, answer.headers.has('wechatpay-signature'))`

describe.concurrent('run', () => {
  test('a program with the real address in it is answered by the mock', async ({ cwd }) => {
    const { code, stdout, stderr } = await cli(['run', '--', ...node(signedCall)], { cwd })

    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '200 true\n', stderr: '' })
    expect(await readdir(cwd)).toEqual(['.wechatpay-mock'])
  })

  test("node:https goes through the proxy too, to each of WeChat Pay's hosts", async ({ cwd }) => {
    const code = `
      import { get } from 'node:https'
      for (const host of ${JSON.stringify(HOSTS)}) await new Promise((resolve, reject) => get('https://' + host + '/v3/certificates',
        { headers: { Accept: '*/*', 'User-Agent': 'test' } }, (answer) => { console.log(host, answer.statusCode); answer.resume().on('end', resolve) }).on('error', reject))`
    const { stdout, stderr } = await cli(['run', '--', ...node(code)], { cwd })

    expect(stderr).toBe('')
    expect(stdout).toBe(HOSTS.map((host) => `${host} 401\n`).join(''))
  })

  test('a client that looks at no proxy is led to the mock, and only for these hosts', async ({ cwd }) => {
    const code = `
      import { request } from 'node:https'
      const ask = (url) => new Promise((resolve) => request(url, { agent: false, headers: { Accept: '*/*', 'User-Agent': 'test' } },
        (answer) => { answer.resume().on('end', () => resolve(answer.statusCode)) }).on('error', (error) => resolve(error.code)).end())
      for (const host of ${JSON.stringify(HOSTS)}) console.log(await ask('https://' + host.toUpperCase() + '/v3/certificates'))
      console.log(await ask('https://127.0.0.1:1/'), process.env.NODE_OPTIONS.split(' ')[0])`
    const { stdout, stderr } = await cli(['run', '--', ...node(code)], {
      cwd,
      env: { NODE_OPTIONS: '--no-deprecation' },
    })

    expect(stderr).toBe('')
    expect(stdout).toBe('401\n401\n401\nECONNREFUSED --no-deprecation\n')
  })

  test('the command has its own input and outputs, and its exit code is passed on', async ({ cwd }) => {
    const code = `
      process.stdout.write((await process.stdin.toArray()).join('').toUpperCase()); console.error('mine')
      await fetch(process.env.WECHATPAY_BASE_URL + '/v3/certificates'); process.exitCode = 7`

    expect(await cli(['run', '--', ...node(code)], { cwd, input: 'text' })).toEqual({
      code: 7,
      stdout: 'TEXT',
      stderr: 'mine\n',
    })
  })

  test('options of the mock count, from the command line and the environment', async ({ cwd }) => {
    const code = `
      const { platform_certificates, platform_public_key } = await (await fetch(process.env.WECHATPAY_MOCK_URL + '/_mock/credentials')).json()
      const { now, frozen } = await (await fetch(process.env.WECHATPAY_MOCK_URL + '/_mock/clock')).json()
      console.log(JSON.stringify([platform_certificates.length, platform_public_key === null, now, frozen]))
      console.log('WECHATPAY_PUBLIC_KEY' in process.env)`
    const { stdout } = await cli(['run', '--clock', 'frozen@2026-01-01T00:00:00+08:00', '--', ...node(code)], {
      cwd,
      env: { WECHATPAY_MOCK_KEY_MODE: 'certificate', WECHATPAY_MOCK_DATA_DIR: 'data' },
    })

    expect(stdout).toBe('[1,true,"2026-01-01T00:00:00.000+08:00",true]\nfalse\n')
    await access(join(cwd, 'data/ca.pem'))
  })

  describe('what it tells of the exchanges', () => {
    const call = node(`await fetch('https://api.mch.weixin.qq.com/v3/certificates'); console.log('done')`)
    const line = /^GET \/v3\/certificates 401 SIGN_ERROR [\d.]+ms .*\n$/

    test('--log writes them into a file', async ({ cwd }) => {
      const ended = await cli(['run', '--log', 'calls.log', '--', ...call], { cwd })

      expect(ended).toEqual({ code: 0, stdout: 'done\n', stderr: '' })
      expect(await readFile(join(cwd, 'calls.log'), 'utf8')).toMatch(line)
    })

    test('--verbose writes them to standard error', async ({ cwd }) => {
      const ended = await cli(['run', '--verbose', '--', ...call], { cwd })

      expect(ended).toEqual({ code: 0, stdout: 'done\n', stderr: expect.stringMatching(line) })
    })

    test('as JSON with --json', async ({ cwd }) => {
      const { stdout, stderr } = await cli(['run', '--verbose', '--json', '--', ...call], { cwd })

      expect(stdout).toBe('done\n')
      expect(JSON.parse(stderr)).toMatchObject({
        request: { target: '/v3/certificates' },
        response: { status: 401 },
      })
    })
  })

  test('says so when the command made no call', async ({ cwd }) => {
    expect(await cli(['run', '--', ...node('')], { cwd })).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^wechatpay-mock: The command made no call to the mock: [^\n]+\n$/),
    })
  })

  test('says which calls the mock does not serve, how many, and no more than five of them', async ({ cwd }) => {
    const call = (method: string, path: string) => `await fetch(base + '${path}', { method: '${method}' })`
    const calls = [
      call('GET', '/v3/a'),
      call('GET', '/v3/a?other=query'),
      call('POST', '/v3/certificates'),
      call('GET', '/v3/certificates'),
    ]
    const base = 'const base = process.env.WECHATPAY_BASE_URL;'
    const few = await cli(['run', '--', ...node(base + calls.join(';'))], { cwd })
    const many = await cli(
      ['run', '--lang', 'zh', '--', ...node(`${base}for (const x of 'abcdefg') await fetch(base + '/v3/' + x)`)],
      { cwd },
    )
    const one = await cli(['run', '--', ...node(`${base}${call('GET', '/pay/unifiedorder')}`)], { cwd })

    expect(few).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'wechatpay-mock: 3 calls were answered with 404 or 405, because the mock does not serve GET /v3/a, POST /v3/certificates\n',
    })
    expect(many.stderr).toBe(
      'wechatpay-mock: 有 7 次调用得到 404 或 405，因为模拟服务没有这些接口：GET /v3/a、GET /v3/b、GET /v3/c、GET /v3/d、GET /v3/e 等\n',
    )
    expect(one.stderr).toBe(
      'wechatpay-mock: 1 call was answered with 404 or 405, because the mock does not serve GET /pay/unifiedorder\n',
    )
  })

  test('says which calls were only shaped, and how many', async ({ cwd }) => {
    const ask = (path: string) => `await fetch(process.env.WECHATPAY_BASE_URL + '${path}', { headers })`
    const calls = [
      'const headers = { Accept: "*/*", "User-Agent": "test" }',
      ask('/v3/capital/capitallhh/areas/provinces/22/cities'),
      ask('/v3/capital/capitallhh/areas/provinces/23/cities'),
      ask('/v3/refund/domestic/refunds/R_1'),
    ]
    const command = (...options: string[]) => ['run', ...options, '--', ...node(calls.join(';'))]
    const [served, chinese, refused] = await Promise.all([
      cli(command('--auth', 'lenient'), { cwd }),
      cli(command('--auth', 'lenient', '--lang', 'zh'), { cwd }),
      cli(command('--auth', 'lenient', '--shaped', 'refuse'), { cwd }),
    ])

    expect(served.stderr).toBe(
      'wechatpay-mock: 2 calls were only shaped, without rules behind them: GET /v3/capital/capitallhh/areas/provinces/{province_code}/cities\n',
    )
    expect(chinese.stderr).toBe(
      'wechatpay-mock: 有 2 次调用仅按文档应答，不由规则模拟：GET /v3/capital/capitallhh/areas/provinces/{province_code}/cities\n',
    )
    expect(refused.stderr).toMatch(/^wechatpay-mock: 2 calls were answered with 404 or 405, [^\n]+\n$/)
  })

  test('cuts a long path', async ({ cwd }) => {
    const code = "await fetch(process.env.WECHATPAY_BASE_URL + '/v3/' + 'x'.repeat(300))"
    const { stderr } = await cli(['run', '--', ...node(code)], { cwd })

    expect(stderr).toMatch(/^wechatpay-mock: 1 call was answered .* GET \/v3\/x{96}…\n$/)
  })

  test('and names the host that it wanted instead', async ({ cwd }) => {
    const other = node(`await fetch('https://www.example.com/').catch(() => {})`)
    const { stderr } = await cli(['run', '--lang', 'zh', '--', ...other], { cwd })

    expect(stderr).toMatch(
      /^wechatpay-mock: 该命令没有请求模拟服务：.*\nwechatpay-mock: 代理：已拒绝 www\.example\.com:443，.*--proxy-passthrough.*\n$/,
    )
  })

  test('and that TLS did not come about, when it did not trust the certificate', async ({ cwd }) => {
    const code = `
      import { spawnSync } from 'node:child_process'
      const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
      spawnSync(process.execPath, ['--eval', "fetch('https://api.mch.weixin.qq.com/').catch(() => {})"], { env })`
    const { stderr } = await cli(['run', '--', ...node(code)], { cwd })

    expect(stderr).toMatch(/\nwechatpay-mock: TLS: .*api\.mch\.weixin\.qq\.com/)
  })

  test('what it has written for the command goes with it, the CA stays', async ({ cwd }) => {
    const code = `import { readdirSync } from 'node:fs'
      await fetch(process.env.WECHATPAY_BASE_URL)
      console.log(readdirSync(process.env.TMPDIR).filter((name) => name.startsWith('wechatpay')).length, process.env.WECHATPAY_MERCHANT_PRIVATE_KEY_FILE.startsWith(process.env.TMPDIR))`
    const { stdout } = await cli(['run', '--', ...node(code)], { cwd, env: { TMPDIR: cwd } })

    expect(stdout).toBe('1 true\n')
    expect((await readdir(cwd)).filter((name) => name.includes('wechatpay'))).toEqual(['.wechatpay-mock'])
  })

  describe('what it has written for a command when it is killed', () => {
    const written = async (cwd: string) => (await readdir(cwd)).filter((name) => name.startsWith('wechatpay-mock-'))
    const waiting = `await fetch(process.env.WECHATPAY_BASE_URL); console.log(process.pid); setInterval(() => {}, 1000)`
    const started = async (cwd: string) => {
      const { child, output } = start(['run', '--', ...node(waiting)], cwd, { TMPDIR: cwd })
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
      return { child, command: Number(output()) }
    }

    test('is deleted at the next start, and nothing else is', async ({ cwd }) => {
      const killed = await started(cwd)
      const left = await written(cwd)
      killed.child.kill('SIGKILL')
      process.kill(killed.command, 'SIGKILL')
      await once(killed.child, 'close')
      expect(await written(cwd)).toEqual(left)
      const living = await started(cwd)
      const [used = '', ...more] = await written(cwd)
      expect(more).toEqual([])
      expect(left).not.toContain(used)

      // None of these is a directory that belongs to this user and to a process that has ended.
      const [prefix = '', gone = ''] = /^(.*-)\d+-\w+$/.exec(used)?.slice(1).concat(String(killed.child.pid)) ?? []
      await mkdir(join(cwd, 'elsewhere'))
      await writeFile(join(cwd, 'elsewhere/file'), '')
      await symlink('elsewhere', join(cwd, `${prefix}${gone}-LinkAA`))
      await writeFile(join(cwd, `${prefix}${gone}-FileAA`), '')
      await mkdir(join(cwd, `${prefix}notes`))
      await mkdir(join(cwd, `wechatpay-mock-run-${gone}`))
      if (process.getuid?.() === 0) {
        await mkdir(join(cwd, `${prefix}${gone}-OtherA`))
        await chown(join(cwd, `${prefix}${gone}-OtherA`), 65_534, 65_534)
      }
      const before = await readdir(cwd)
      expect((await cli(['run', '--', ...node('')], { cwd, env: { TMPDIR: cwd } })).code).toBe(0)
      expect(await readdir(cwd)).toEqual(before)
      expect(await readdir(join(cwd, used))).toContain('merchant_private_key.pem')
      expect(await readdir(join(cwd, 'elsewhere'))).toEqual(['file'])

      living.child.kill('SIGTERM')
      await once(living.child, 'close')
      expect(await written(cwd)).not.toContain(used)
    })

    test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
      'is deleted at once after %s, however early',
      async (signal, { cwd }) => {
        const changes = watch(cwd)
        const { child } = start(['run', '--', ...node(waiting)], cwd, { TMPDIR: cwd })
        for await (const { filename } of changes) if (filename?.startsWith('wechatpay-mock-')) break
        child.kill(signal)

        expect(await once(child, 'exit')).toEqual([128 + constants.signals[signal], null])
        expect(await written(cwd)).toEqual([])
      },
    )
  })

  test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s goes to the command, and its end is waited for',
    async (signal, { cwd }) => {
      const code = `
      process.on('${signal}', () => setTimeout(() => { console.log('tidied up'); process.exit(5) }, 50))
      await fetch(process.env.WECHATPAY_BASE_URL); console.log('ready'); setInterval(() => {}, 1000)`
      const { child, output } = start(['run', '--', ...node(code)], cwd)
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
      expect(output()).toBe('ready\n')
      child.kill(signal)

      expect(await once(child, 'close')).toEqual([5, null])
      expect(output()).toBe('ready\ntidied up\n')
    },
  )

  test('a command that a signal ends is told as a shell does', async ({ cwd }) => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const code = `await fetch(process.env.WECHATPAY_BASE_URL); process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000)`
      expect((await cli(['run', '--', ...node(code)], { cwd })).code).toBe(128 + constants.signals[signal])
    }
  })

  test.for([
    [
      './no-such-program',
      127,
      'wechatpay-mock: ./no-such-program cannot be started: there is no such file or directory\n',
    ],
    ['.', 126, 'wechatpay-mock: . cannot be started: no permission\n'],
  ] as const)('%s is no command: exit code %i', async ([program, code, stderr], { cwd }) => {
    expect(await cli(['run', '--', program], { cwd })).toEqual({ code, stdout: '', stderr })
  })

  test.for([
    [['run'], 'Say what to run, after --'],
    [['run', '--log', 'x', '--verbose', '--', NODE], 'Give --log or --verbose, not both'],
    [['run', '--log', '/no/such/file', '--', NODE], 'Cannot write /no/such/file: there is no such file or directory'],
    [['run', '--port', '-1', '--', NODE], 'use a whole number from 0 to 65535'],
    [['run', '--seed', 'nothing', '--', NODE], 'There is neither a scenario nor a file nothing'],
    [['run', '--data-dir', '/dev/null', '--', NODE], 'The CA cannot be kept in /dev/null'],
  ] as const)('%j is used wrongly', async ([args, message], { cwd }) => {
    expect(await misuse(args, { cwd })).toContain(message)
  })
})

withTool('curl', '--version')('curl under run', () => {
  test('reaches each host, with what was set before in place', async ({ cwd }) => {
    for (const host of HOSTS) {
      const { code, stdout } = await cli(['run', '--', 'curl', '-sS', `https://${host}/v3/certificates`], {
        cwd,
        env: { NO_PROXY: '*' },
      })
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(NO_AUTHORIZATION) })
    }
  })
})

withTool('python3', '--version')('Python under run', () => {
  test('reaches WeChat Pay by its own name', async ({ cwd }) => {
    const code = `
import urllib.error, urllib.request
request = urllib.request.Request('https://api.mch.weixin.qq.com/v3/certificates', headers={'Accept': '*/*'})
try:
    urllib.request.urlopen(request)
except urllib.error.HTTPError as answer:
    print(answer.code, answer.headers['Request-ID'] is not None)`

    expect(await cli(['run', '--', 'python3', '-c', code], { cwd })).toEqual({
      code: 0,
      stdout: '401 True\n',
      stderr: '',
    })
  })
})

withTool('java', '-version')('Java under run', () => {
  test("reaches WeChat Pay by its own name, and what the company's CA is needed for", async ({
    cwd,
    onTestFinished,
  }) => {
    const program = new URL('Call.java', import.meta.url).pathname
    const now = Date.now()
    const company = await issueAuthority(now)
    const { key, certificate } = await issueServerCertificate(company, now)
    const inside = createServer({ key, cert: certificate }, (_, answer) => answer.writeHead(204).end())
    await once(inside.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void inside.close())
    await writeFile(join(cwd, 'company.pem'), company.root)
    const addresses = [
      'https://api.mch.weixin.qq.com/v3/certificates',
      `https://localhost:${(inside.address() as AddressInfo).port}/`,
    ]

    const { code, stdout } = await cli(['run', '--', 'java', program, ...addresses], {
      cwd,
      env: { SSL_CERT_FILE: join(cwd, 'company.pem') },
    })

    expect({ code, stdout }).toEqual({ code: 0, stdout: '401\n204\n' })
  })
})

function start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(NODE, [MAIN, ...args], {
    cwd,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'inherit'],
    ...LIMIT,
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return { child, output: () => text }
}
