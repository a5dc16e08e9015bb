import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect } from 'vitest'
import { connectControl } from '../../src/mock-control.ts'
import { cli, NODE, run, test } from './cli.ts'

const FILES = [
  'README.txt',
  'apiclient_cert.pem',
  'apiclient_key.pem',
  'pub_key.pem',
  'wechatpay_7C8D9EAFB0C1D2E3F405162738495A6B7C8D9E0F.pem',
]

describe.concurrent('credentials', () => {
  test('offline they are those that every mock hands out', async ({ serve }) => {
    const { url } = await serve(['--json'])
    const [offline, asked, own] = await Promise.all([
      cli(['credentials', '--format', 'json', '--url', url, '--offline']),
      cli(['credentials', '--json', '--url', url]),
      connectControl(url).credentials(),
    ])

    expect(JSON.parse(offline.stdout)).toEqual({ ...own, ca_certificate: null })
    expect(JSON.parse(asked.stdout)).toEqual(own)
    expect(own.ca_certificate).toMatch(/^-----BEGIN CERTIFICATE-----/)
  })

  test('a merchant of a running mock, which has a token', async ({ serve }) => {
    const { url } = await serve(['--json', '--control-token', 'secret'])
    const { mchid, merchant_serial_no } = await connectControl(url, { token: 'secret' }).createMerchant()
    const [shown, locked, unknown] = await Promise.all([
      cli(['credentials', '--url', url, '--control-token', 'secret', '--mchid', mchid]),
      cli(['credentials', '--url', url]),
      cli(['credentials', '--url', url, '--control-token', 'secret', '--mchid', '1999999999']),
    ])

    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(merchant_serial_no) })
    for (const { code, stderr } of [locked, unknown]) {
      expect(code).toBe(2)
      expect(stderr).toMatch(/^wechatpay-mock: [^\n]+\n$/)
    }
  })

  test('to read, in both languages', async () => {
    const [english, chinese] = await Promise.all([cli(['credentials']), cli(['credentials', '--lang', 'zh'])])

    expect(english.stdout).toContain('APIv3 key: 0123456789abcdefghijABCDEFGHIJkl\n')
    expect(english.stdout).toContain('full name: 微信支付模拟商户（仅供测试）\n')
    expect(english.stdout).not.toContain('PRIVATE KEY')
    expect(chinese.stdout).toContain('商户号（mchid）：1900000001\n')
    expect(chinese.stdout).toContain('商户全称：微信支付模拟商户（仅供测试）\n')
  })

  test('env is read alike by shells and by Node', async ({ cwd }) => {
    const { stdout } = await cli(['credentials', '--format', 'env'])
    await writeFile(join(cwd, '.env'), stdout)
    const script = `set -a; . ./.env; '${NODE}' -p 'JSON.stringify(process.env)'`
    const shell = JSON.parse((await run('bash', ['-c', script], { cwd })).stdout)
    const variables = parseEnv(stdout)

    expect(Object.keys(variables)).toHaveLength(10)
    expect(shell).toMatchObject(variables)
    expect(variables).toMatchObject({ WECHATPAY_MCHID: '1900000001', WECHATPAY_BASE_URL: 'http://127.0.0.1:8089' })
    const certificate = new X509Certificate(variables.WECHATPAY_MERCHANT_CERTIFICATE ?? '')
    expect(certificate.serialNumber).toBe(variables.WECHATPAY_MERCHANT_SERIAL_NO)
    expect(certificate.checkPrivateKey(createPrivateKey(variables.WECHATPAY_MERCHANT_PRIVATE_KEY ?? ''))).toBe(true)
    expect(createPublicKey(variables.WECHATPAY_PUBLIC_KEY ?? '').asymmetricKeyType).toBe('rsa')
  })

  test('files are whole, the key is private, and writing them again changes nothing', async ({ cwd }) => {
    const write = (...more: string[]) => cli(['credentials', '--format', 'files', '--out', 'certs', ...more], { cwd })
    const first = await write()
    const directory = join(cwd, 'certs')

    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect((await readdir(directory)).sort()).toEqual(FILES)
    expect((await stat(join(directory, 'apiclient_key.pem'))).mode & 0o777).toBe(0o600)
    const key = createPrivateKey(await readFile(join(directory, 'apiclient_key.pem')))
    const certificate = new X509Certificate(await readFile(join(directory, 'apiclient_cert.pem')))
    expect(certificate.checkPrivateKey(key)).toBe(true)
    expect(await readFile(join(directory, 'README.txt'), 'utf8')).toContain('0123456789abcdefghijABCDEFGHIJkl')

    await chmod(join(directory, 'apiclient_key.pem'), 0o644)
    expect(await write('--json')).toMatchObject({ code: 0, stdout: expect.stringContaining('"certs/pub_key.pem"') })
    expect((await stat(join(directory, 'apiclient_key.pem'))).mode & 0o777).toBe(0o600)
  })

  test('files with other content are left alone, all of them, unless forced', async ({ cwd }) => {
    await writeFile(join(cwd, 'apiclient_key.pem'), 'production key')
    await writeFile(join(cwd, 'elsewhere'), 'mine')
    await symlink(join(cwd, 'elsewhere'), join(cwd, 'pub_key.pem'))
    const write = (...more: string[]) => cli(['credentials', '--format', 'files', '--out', '.', ...more], { cwd })
    const refused = await write()

    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/^wechatpay-mock: Already there, .*--force: apiclient_key\.pem, pub_key\.pem\n$/)
    expect((await readdir(cwd)).sort()).toEqual(['apiclient_key.pem', 'elsewhere', 'pub_key.pem'])

    expect(await write('--force')).toMatchObject({ code: 0 })
    expect(await readFile(join(cwd, 'apiclient_key.pem'), 'utf8')).toContain('BEGIN PRIVATE KEY')
    expect(await readFile(join(cwd, 'elsewhere'), 'utf8')).toBe('mine')
  })

  test.for([
    ['php', '<?php\n// Save it as associate.php:\n//   composer require wechatpay/wechatpay && php associate.php\n'],
    [
      'java',
      '// Save it as WechatPayMockExample.java, with wechatpay-java, OkHttp and what they need in lib (mvn dependency:copy-dependencies):\n' +
        '//   com.github.wechatpay-apiv3:wechatpay-java:0.2.17 and com.squareup.okhttp3:okhttp:4.12.0\n' +
        "//   java -cp 'lib/*' WechatPayMockExample.java\n",
    ],
    [
      'go',
      '// Save it as main.go:\n//   go mod init example && go get github.com/wechatpay-apiv3/wechatpay-go@v0.2.21 && go run .\npackage main',
    ],
    ['python', '# Save it as associate.py:\n#   pip install wechatpayv3 && python associate.py\n'],
    [
      'node',
      '// It is a module: save it as associate.mjs, or where package.json says "type": "module".\n' +
        '//   npm install wechatpay-axios-plugin && node associate.mjs\n',
    ],
  ] as const)('the %s program says how it is saved, built and run', async ([format, head]) => {
    const { stdout } = await cli(['credentials', '--format', format])
    const chinese = await cli(['credentials', '--format', format, '--lang', 'zh'])

    expect(stdout.slice(0, head.length)).toBe(head)
    expect(chinese.stdout).toMatch(/^(?:<\?php\n)?(?:\/\/|#) [^\n]*保存为/)
  })

  test('the node program runs as it is', async ({ serve, cwd }) => {
    const { url } = await serve(['--json'])
    const { stdout } = await cli(['credentials', '--format', 'node', '--url', url])
    await symlink(new URL('../../node_modules', import.meta.url), join(cwd, 'node_modules'))
    await writeFile(join(cwd, 'example.mjs'), stdout)

    const result = await run(NODE, ['example.mjs'], { cwd, env: { no_proxy: '*' } })
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(result.stdout).toMatch(/wechatpay_associate_time: '\d{4}-/)
  })

  test.for<[format: string, ...parts: (string | RegExp)[]]>([
    [
      'php',
      "'base_uri' => 'http://127.0.0.1:9/'",
      /^\$privateKey = <<<'PEM'\n-----BEGIN PRIVATE KEY-----$/m,
      'chain("v3/marketing/busifavor/coupons/associate")',
    ],
    [
      'java',
      '.scheme("http").host("127.0.0.1").port(9)',
      '.publicKeyId("PUB_KEY_ID_',
      String.raw`-----BEGIN PRIVATE KEY-----\n`,
    ],
    [
      'go',
      'request.URL.Scheme, request.URL.Host, request.Host = "http", "127.0.0.1:9", ""',
      '\t\t"out_trade_no": "MCH_102233445",',
    ],
    ['python', 'wxpay._core._gate_way = "http://127.0.0.1:9"', 'private_key="""-----BEGIN PRIVATE KEY-----'],
    [
      'node',
      "baseURL: 'http://127.0.0.1:9/'",
      "'PUB_KEY_ID_0119000000012023111400000000000001': `-----BEGIN PUBLIC KEY-----",
    ],
  ])('the %s program connects to the given address', async ([format, ...parts]) => {
    const [text, json] = await Promise.all([
      cli(['credentials', '--format', format, '--url', 'http://127.0.0.1:9', '--offline']),
      cli(['credentials', '--format', format, '--url', 'http://127.0.0.1:9', '--offline', '--json', '--lang', 'zh']),
    ])

    expect(text).toMatchObject({ code: 0, stderr: '' })
    for (const part of parts) expect(text.stdout).toMatch(part)
    const { snippet, ...rest } = JSON.parse(json.stdout)
    expect(rest).toEqual({ format })
    expect(snippet).toContain('SDK')
    expect(snippet).toMatch(/[\u4e00-\u9fff]/)
  })
})
