import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { shellQuote } from '../../src/wire/shared/shell.ts'
import { MAIN, misuse, test } from './cli.ts'

describe.concurrent('wrong use', () => {
  test.for<[args: string[], text: string]>([
    [['--prot', '1'], 'There is no option --prot; did you mean --port?'],
    [['--port'], 'The option --port <number> needs a value'],
    [['--port', '65536'], '--port <number> cannot be "65536": use a whole number from 0 to 65535'],
    [['--host', ''], 'use an address or a host name'],
    [['--host', '192.0.2.1', '--control-token', 'x'], '192.0.2.1 is not an address of this machine'],
    [['--host', '0.0.0.0'], '--control-token or WECHATPAY_MOCK_CONTROL_TOKEN'],
    [['--host', '0.0.0.0', '--control-token', 'x', '--proxy-passthrough'], 'go anywhere through this one'],
    [['--data-dir', ''], 'name a directory'],
    [['--clock', '2026-01-01'], 'use a time with offset like 2026-01-01T00:00:00+08:00'],
    [['--clock', '2026-02-30T00:00:00Z'], 'use a time with offset'],
    [['--key-mode', 'public'], 'use one of certificate, public-key, both'],
    [['--rate-limit', 'yes'], '--rate-limit <state> cannot be "yes": use one of on, off'],
    [['--stock-ready-after', '1.5'], 'use a whole number from 0 to 86400'],
    [['--stock-ready-after', '86401'], 'use a whole number from 0 to 86400'],
    [['--callback-public-key-share', '101'], 'use a number from 0 to 100, such as 0.1'],
    [['--callback-public-key-share', '1e1'], 'use a number from 0 to 100'],
    [['--control-token', 'a b'], 'use visible ASCII characters'],
    [['--seed', 'defualt'], 'There is neither a scenario nor a file defualt. Scenarios are: default, empty'],
    [['--seed', './no/such.json'], 'Cannot read ./no/such.json: there is no such file'],
    [['--seed', '/'], 'Cannot read /: it is a directory'],
    [['serve', 'now'], 'Too many arguments: now'],
    [['srve'], 'There is no command srve; did you mean serve? The commands are: serve, credentials, sign'],
    [
      ['pact', 'verfy', 'a.json'],
      'There is no command verfy; did you mean verify? The commands are: verify, show, observe, review, record, front',
    ],
    [['pact', 'front', '--to', '127.0.0.1:1234'], "use the address of Pact's mock server, like http://127.0.0.1:1234"],
    [['--lang', 'fr'], 'use one of zh, en'],
    [['sign', 'GET'], '<url> is missing'],
    [['sign', 'GET', 'v3/certificates'], 'neither a URL (http://…) nor a path'],
    [['sign', 'GET', '/v3/a b'], 'has blanks in it'],
    [['sign', 'G T', '/v3/x'], 'not an HTTP method'],
    [['sign', 'POST', '/v3/x', '--body', 'a', '--body-file', 'b'], 'not both'],
    [['sign', 'POST', '/v3/x', '--key', 'package.json'], '--serial'],
    [['sign', 'POST', '/v3/x', '--key', 'package.json', '--serial', 'AB'], 'package.json is not an RSA private key'],
    [['sign', 'GET', '/v3/x', '--timestamp', 'now'], 'use digits'],
    [['sign', 'GET', '/v3/x', '--nonce', 'a"b'], 'without double quotes'],
    [['verify', '--body', '{}'], 'give the headers too'],
    [['verify', 'package.json'], 'does not begin with the head of an HTTP message'],
    [['verify', '--method', 'GET'], 'add --request'],
    [['verify', '--request', '--method', 'GET'], 'Give --method, --url and --authorization'],
    [['verify', '--now', 'yesterday'], 'use seconds since 1970'],
    [['verify', '--platform-key', 'package.json'], 'neither an RSA certificate nor an RSA public key'],
    [['decrypt', 'package.json'], 'has nothing encrypted in it'],
    [['credentials', '--mchid', '1900000002'], 'Only 1900000001 is known without a mock'],
    [['credentials', '--url', 'http://127.0.0.1:1'], 'No mock answers at http://127.0.0.1:1'],
    [['credentials', '--url', 'http://127.0.0.1:8089/v3'], 'without a path'],
    [['credentials', '--format', 'php', '--out', 'x'], '--out is for --format files'],
    [['order', 'pay'], '<out_trade_no> is missing'],
    [['order', 'buy', 'A1'], '<action> cannot be "buy": use one of pay, expire, refund, show'],
    [['order', 'pay', 'A1', '--amount', '1'], '--amount is for refund'],
    [['order', 'show', 'A1', '--outcome', 'CLOSED'], '--outcome is for refund'],
    [['order', 'refund', 'A1', '--amount', '0'], 'use a whole number from 1 to'],
    [['order', 'refund', 'A1', '--outcome', 'LOST'], 'use one of SUCCESS, ABNORMAL, CLOSED'],
    [['order', 'show', 'A1', '--mchid', 'x'], 'use 8 to 15 digits'],
    [['seed', 'nothing'], 'There is no scenario nothing. The scenarios are: default'],
    [['seed', '--coupons', '0'], 'use a whole number from 1 to'],
    [['seed', '--random-seed', '1'], '--random-seed is for --coupons'],
    [['seed', '--out', '/no/such/file'], 'Cannot write /no/such/file: there is no such file'],
  ])('%j: %s', async ([args, text]) => {
    expect(await misuse(args)).toContain(text)
  })

  test.for<[args: string[], corrected: string]>([
    [['run', 'node', '-e', '1'], 'run -- node -e 1'],
    [['run', 'node', 'pay.mjs', '--port', '3000'], 'run -- node pay.mjs --port 3000'],
    [
      ['run', '--key-mode', 'both', '--log=calls.log', '--verbose', 'sh', '-c', 'a b'],
      "run --key-mode both '--log=calls.log' --verbose -- sh -c 'a b'",
    ],
    [['run', 'npm', 'test', '--', '--watch'], 'run -- npm test -- --watch'],
    [['gauntlet', 'node', '-e', '1'], 'gauntlet -- node -e 1'],
    [['gauntlet', '--only', 'probe', 'mvn', '-q', 'test'], 'gauntlet --only probe -- mvn -q test'],
  ])('%j: the command goes behind --', async ([args, corrected]) => {
    const [what, line = ''] = (await misuse(args)).split(' --: ')
    expect(what).toBe('wechatpay-mock: Put the command behind')
    expect(line).toMatch(/^\S+\/node /)
    expect(line.endsWith(` ${shellQuote(MAIN)} ${corrected}\n`), line).toBe(true)
  })

  test.for([
    [['run', '--prot', '1', 'node', '-e', '1'], 'There is no option --prot; did you mean --port?'],
    [['run'], 'Say what to run, after --'],
    [['mcp', '--url', 'http://127.0.0.1:8089/_mock'], 'use the address of a mock without a path'],
    [['gauntlet', '--lang', 'zh', 'node'], '命令请写在 -- 之后：'],
  ] as const)('%j: %s', async ([args, text]) => {
    expect(await misuse(args)).toContain(text)
  })

  test('in Chinese when asked', async () => {
    expect(await misuse(['--port', 'x', '--lang', 'zh'])).toBe(
      'wechatpay-mock: --port <number> 不能是“x”：请使用 0 到 65535 的整数（参见 wechatpay-mock serve --help）\n',
    )
    expect(await misuse(['--key-mode', 'x', '--lang', 'zh'])).toContain('请从 certificate、public-key、both 中选择')
  })

  test('line breaks and control characters in what was given stay on the line', async () => {
    expect(await misuse(['--host', 'a\nb\u001b[31m'])).toContain(String.raw`"a\nb\u001b[31m"`)
  })

  test.for<[variable: string, value: string, text: string]>([
    ['WECHATPAY_MOCK_PORT', 'many', 'WECHATPAY_MOCK_PORT cannot be "many": use a whole number'],
    ['WECHATPAY_MOCK_KEY_MODE', 'none', 'WECHATPAY_MOCK_KEY_MODE cannot be "none": use one of'],
    ['WECHATPAY_MOCK_QUIET', 'maybe', 'WECHATPAY_MOCK_QUIET cannot be "maybe": use one of 1, 0'],
    ['WECHATPAY_MOCK_CLOCK', 'now', 'WECHATPAY_MOCK_CLOCK cannot be "now"'],
  ])('the environment variable %s=%s is named', async ([variable, value, text]) => {
    const args = variable === 'WECHATPAY_MOCK_PORT' ? [] : ['--port', '0']
    expect(await misuse(args, { env: { [variable]: value } })).toContain(text)
  })

  test.for<[args: string[], variable: string, text: string]>([
    [
      ['--port', '0'],
      'WECHATPAY_MOCK_KEYMODE',
      'did you mean WECHATPAY_MOCK_KEY_MODE? (see wechatpay-mock serve --help)',
    ],
    [['run', '--', 'true'], 'WECHATPAY_MOCK_SEDE', 'did you mean WECHATPAY_MOCK_SEED? (see wechatpay-mock run --help)'],
    [['--port', '0'], 'WECHATPAY_MOCK_COLOUR', 'There is no environment variable WECHATPAY_MOCK_COLOUR (see'],
    [['--port', '0'], 'wechatpay_mock_key_mode', 'did you mean WECHATPAY_MOCK_KEY_MODE?'],
    [
      ['--port', '0', '--lang', 'zh'],
      'WECHATPAY_MOCK_CLOK',
      '没有环境变量 WECHATPAY_MOCK_CLOK，是否想写 WECHATPAY_MOCK_CLOCK（参见',
    ],
  ])('%j: the environment variable %s is unknown', async ([args, variable, text]) => {
    expect(await misuse(args, { env: { [variable]: 'x' } })).toContain(text)
  })

  test.for([['serve', '--seed'], ['explain'], ['verify'], ['decrypt'], ['pact', 'review']])(
    '%j of a file in UTF-16, as PowerShell redirects into, says how it should be',
    async (args, { cwd }) => {
      const file = join(cwd, 'utf16.json')
      for (const bytes of [
        Buffer.from('\ufeff{"orders":[]}', 'utf16le'),
        Buffer.from('\ufeffGET', 'utf16le').swap16(),
      ]) {
        await writeFile(file, bytes)

        expect(await misuse([...args, file])).toContain(`${file} is in UTF-16, `)
      }
    },
  )

  test.for<[content: string, text: string]>([
    ['{\n  "coupons": [\n    {"stock_id": "1",}\n  ]\n}', ':3:22: not JSON, "}" is not allowed here'],
    ['{"coupons": [', ':1:14: not JSON, the text ends too early'],
    ['', ':1:1: not JSON, the text ends too early'],
    ['[]', 'does not fit: '],
    ['{"coupons":[{},{"state":"GONE"}]}', 'does not fit: /coupons/1/state'],
    ['{"coupons":[{"state":"SENDED","expire_time":"2020-01-01T00:00:00Z"}]}', 'does not fit: /coupons/0/expire_time'],
    ['{"merchants":[{"merchant_certificate":"x"}]}', 'does not fit: /merchants/0/merchant_certificate'],
    ['{"cupons":[]}', 'does not fit: /cupons'],
  ])('a seed file %j is refused with its place', async ([content, text], { cwd }) => {
    await writeFile(join(cwd, 'seed.json'), content)

    expect(await misuse(['--port', '0', '--seed', 'seed.json'], { cwd })).toContain(
      `seed.json${text.startsWith(':') ? '' : ' '}${text}`,
    )
  })

  test('a seed that is longer than a text can be', async ({ cwd }) => {
    const file = join(cwd, 'large.json')
    await writeFile(file, '')
    // Takes no room on the disk.
    await truncate(file, 512 * 1_048_576)
    expect(await misuse(['--seed', file])).toContain('large.json is larger than 512 MiB')
  })

  test('a seed from standard input is called so', async () => {
    expect(await misuse(['--port', '0', '--seed', '-'], { input: '{' })).toContain('standard input:1:2: not JSON')
  })

  test('a directory that cannot be made', async ({ cwd }) => {
    await writeFile(join(cwd, 'certs'), 'a file')

    expect(await misuse(['credentials', '--format', 'files', '--out', 'certs'], { cwd })).toContain(
      'Cannot write certs',
    )
    await mkdir(join(cwd, 'apiclient_key.pem'))
    expect(await misuse(['credentials', '--format', 'files', '--out', '.'], { cwd })).toContain(
      'Cannot write .: it is a directory',
    )
  })
})
