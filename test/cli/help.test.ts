import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { wrap } from '../../src/cli/command.ts'
import { columnsOf } from '../../src/cli/output.ts'
import { LANGUAGES } from '../../src/cli/texts.ts'
import { cli, test } from './cli.ts'

const COMMANDS = [
  'serve',
  'credentials',
  'sign',
  'explain',
  'verify',
  'decrypt',
  'notify',
  'seed',
  'order',
  'transfer',
  'pact',
  'openapi',
  'gauntlet',
  'ca',
  'run',
  'health',
]
const CHINESE = /[\u4e00-\u9fff]/

/** Joins wrapped lines, whose breaks depend on the terminal. */
function unbroken(text: string): string {
  return text.replaceAll(/\s/g, '')
}

const HELPS = [[], ['pact', 'verify'], ['pact', 'record'], ...COMMANDS.map((command) => [command])].flatMap((words) =>
  LANGUAGES.map((language) => [...words, '--help', '--lang', language]),
)

describe.concurrent('help', () => {
  test.for(HELPS.map((args) => [args] as const))('%j is no wider than a terminal', async ([args]) => {
    const { stdout } = await cli(args)
    // Users paste a command line unchanged.
    const lines = stdout
      .split('\n')
      .filter((line) => !/^(?:wechatpay-mock|curl|pbpaste) /.test(line) || / {3}/.test(line))

    expect(lines.filter((line) => columnsOf(line) > 80)).toEqual([])
    expect(lines.filter((line) => /^\s*[，。；：、）》”]/u.test(line))).toEqual([])
  })

  test.for(COMMANDS)('%s has its help in both languages, about the same options', async (command) => {
    const [english, chinese] = await Promise.all([cli([command, '--help']), cli([command, '--help', '--lang', 'zh'])])

    expect(english).toMatchObject({ code: 0, stderr: '' })
    expect(english.stdout).toContain(`Usage: wechatpay-mock ${command}`)
    expect(english.stdout).not.toMatch(CHINESE)
    expect(chinese).toMatchObject({ code: 0, stderr: '' })
    expect(chinese.stdout).toContain('选项：')
    expect(chinese.stdout).not.toMatch(/\b(?:if left out|show this help|Options:)/)
    const optionsOf = (text: string) => text.match(/^ {2}(?:-h, )?--[a-z0-9-]+/gm)
    expect(optionsOf(english.stdout)).toEqual(expect.arrayContaining(['  --json', '  --lang', '  -h, --help']))
    expect(optionsOf(chinese.stdout)).toEqual(optionsOf(english.stdout))
  })

  test('serve names what it can be told about rates, batches and callbacks', async () => {
    const { stdout } = await cli(['serve', '--help'])

    expect(stdout).toMatch(/--rate-limit <state> [^-]*\(on\|off; default: off\)/)
    expect(stdout).toMatch(/--stock-ready-after <seconds>\s[^-]*\(default: 0\)/)
    expect(stdout).toMatch(/--callback-public-key-share <percent>\s+percentage of [^-]*\sif\s+left\s+out/)
  })

  test.for([
    [
      'en',
      [
        '--orders <which> whether coupons may be linked to any order number, or only to orders that exist (any|known; default: any)',
        '--auth <how> whether wrongly signed requests are refused, or served with a remark in the journal (strict|lenient; default: strict)',
        '--auth-errors <source> answers to calls that cannot be authenticated: as observed live, where pay endpoints differ, or as documented for every path (observed|documented; default: observed)',
        '--key-mode <mode> keys that answers may be signed with (certificate|public-key|both; default: both)',
        '--rate-limit <state> whether calls beyond the documented rates are refused with 429 (on|off; default: off)',
        '--stock-ready-after <seconds> seconds that a new batch takes before codes can be uploaded (default: 0)',
        '--coupon-sender <what> whether a merchant that only handed a coupon out may link, return and deactivate it, or only look at it (change|look; default: change)',
        '--coupon-models <whose> whose models of batches and subsidies hold where official SDKs and reference pages differ (sdk|page; default: sdk)',
        "--callback-public-key-share <percent> percentage of callbacks signed with the public key, for merchants that have both keys; if left out, the merchant's latest call decides on the key",
        '--diagnosis <state> whether Wechatpay-Mock-Diagnosis on a 401, 404 or 405, and this log for a 401, say what the client did wrong (on|off; default: on)',
        "--signature-clock <which> time that signatures are judged by; machine for clients that cannot follow the mock's clock (mock|machine; default: mock)",
        '--shaped <how> documented calls that the mock has no rules for: answered in the documented shape, or with 404 (answer|refuse; default: answer)',
      ],
    ],
    [
      'zh',
      [
        '--orders <which> 可关联任意订单号，或只能关联存在的订单（any|known；默认 any）',
        '--auth <how> 签名有误的请求是拒绝，还是照常处理并在请求记录中说明（strict|lenient；默认 strict）',
        '--auth-errors <source> 身份验证不通过时的应答：按线上实测（支付接口有所不同），或按文档（所有路径相同）（observed|documented；默认 observed）',
        '--key-mode <mode> 应答可以使用的平台密钥（certificate|public-key|both；默认 both）',
        '--rate-limit <state> 调用超过文档规定的频率时，是否以 429 拒绝（on|off；默认 off）',
        '--stock-ready-after <seconds> 新批次创建后多少秒才能上传预存 code（默认 0）',
        '--coupon-sender <what> 只发过券的商户（不是批次创建方或归属方）可以关联、退券、使券失效，还是只能查询（change|look；默认 change）',
        '--coupon-models <whose> 官方 SDK 与接口文档对批次、补差的定义不一致时，以哪一方为准（sdk|page；默认 sdk）',
        '--callback-public-key-share <percent> 同时拥有两种平台密钥的商户，其回调用微信支付公钥签名的百分比；不指定时，与商户最近一次调用所要求的密钥一致',
        '--diagnosis <state> 是否在 401、404、405 的 Wechatpay-Mock-Diagnosis 头部，以及 401 的日志中，说明客户端错在何处（on|off；默认 on）',
        '--signature-clock <which> 判断签名时间所用的时钟；客户端时间无法跟随模拟服务时用 machine（mock|machine；默认 mock）',
        '--shaped <how> 没有模拟规则的接口：按文档的字段结构应答，或应答 404（answer|refuse；默认 answer）',
      ],
    ],
  ] as const)('the flags of settings, in %s, have what is said of each setting', async ([language, flags]) => {
    const { stdout } = await cli(['serve', '--help', '--lang', language])

    expect(unbroken(stdout)).toContain(unbroken(flags.join('')))
  })

  test('the program lists its commands, and `help sign` is `sign --help`', async () => {
    const [program, word, option] = await Promise.all([cli(['--help']), cli(['help', 'sign']), cli(['sign', '--help'])])

    expect(program.code).toBe(0)
    for (const command of COMMANDS) expect(program.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    expect(word).toEqual(option)
  })

  test.for([
    [{ LANG: 'zh_CN.UTF-8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW.UTF-8' }, true],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'de_DE.UTF-8' }, false],
    [{}, false],
  ] as const)('the locale %o decides on Chinese: %s', async ([env, chinese]) => {
    const { stdout } = await cli(['--help'], { env })

    expect(CHINESE.test(stdout)).toBe(chinese)
  })

  test('--lang wins over the locale, before or after the command', async () => {
    const env = { LC_ALL: 'zh_CN.UTF-8' }
    const [before, after] = await Promise.all([
      cli(['--lang', 'en', 'seed', '--help'], { env }),
      cli(['seed', '--help', '--lang=en'], { env }),
    ])

    expect(before.stdout).toMatch(/^Usage/)
    expect(after).toEqual(before)
  })

  test('--version is the version of the package', async () => {
    const { version } = (await import('../../package.json', { with: { type: 'json' } })).default

    expect(await cli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe('a text on a terminal', () => {
  test.for<[text: string, width: number, lines: string[]]>([
    ['one two three', 8, ['one two', 'three']],
    ['one  two', 20, ['one  two']],
    ['a\nb', 20, ['a', 'b']],
    ['a very-long-word-indeed b', 10, ['a', 'very-long-word-indeed', 'b']],
    ['one|two|three', 8, ['one|two|', 'three']],
    ['说明签名为何不通过', 8, ['说明签名', '为何不通', '过']],
    ['说明签名。为何', 8, ['说明签', '名。为何']],
    ['说明（签名）', 6, ['说明', '（签', '名）']],
    ['输入 (默认 x)', 6, ['输入', '(默认', 'x)']],
    ['  indented text', 10, ['  indented', 'text']],
    ['使用 --seed 和 --clock', 13, ['使用 --seed', '和 --clock']],
    ['“签名”有误', 5, ['“签', '名”有', '误']],
    ['', 8, ['']],
  ])('%j in %d columns', ([text, width, lines]) => {
    expect(wrap(text, width).split('\n')).toEqual(lines)
  })

  test('loses nothing, and is never wider than its widest word', () => {
    const word = fc.constantFrom('签', '，', '（', '”', ' ', '  ', 'a', 'word', '--option', 'a|b', '。', '…')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.integer({ min: 12, max: 60 }), (words, width) => {
        const text = words.join('')
        const wrapped = wrap(text, width)
        expect(unbroken(wrapped)).toBe(unbroken(text))
        const tooWide = wrapped.split('\n').filter((line) => columnsOf(line) > width)
        // Unbreakable text: a run of letters, or of characters that must stay together.
        expect(tooWide.filter((line) => / |[签][签]/.test(line.trim()))).toEqual([])
      }),
    )
  })
})
