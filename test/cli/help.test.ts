import { describe, expect } from 'vitest'
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
  'pact',
  'gauntlet',
  'ca',
  'run',
]
const CHINESE = /[\u4e00-\u9fff]/

describe.concurrent('help', () => {
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

    expect(stdout).toMatch(/--rate-limit <state> .*\(on\|off; default: off\)/)
    expect(stdout).toMatch(/--stock-ready-after <seconds> .*\(default: 0\)/)
    expect(stdout).toMatch(/--callback-public-key-share <percent> .* if left out/)
  })

  test.for([
    [
      'en',
      [
        '--orders <which>                       whether coupons may be linked to any order number, or only to orders that exist (any|known; default: any)',
        '--auth <how>                           whether wrongly signed requests are refused, or served with a remark in the log (strict|lenient; default: strict)',
        '--auth-errors <source>                 answers to calls that cannot be authenticated: as observed live, where pay endpoints differ, or as documented for every path (observed|documented; default: observed)',
        '--key-mode <mode>                      keys that answers may be signed with (certificate|public-key|both; default: both)',
        '--rate-limit <state>                   whether calls beyond the documented rates are refused with 429 (on|off; default: off)',
        '--stock-ready-after <seconds>          seconds that a new batch takes before codes can be uploaded (default: 0)',
        '--coupon-sender <what>                 whether a merchant that only handed a coupon out may link, return and deactivate it, or only look at it (change|look; default: change)',
        '--coupon-models <whose>                whose models of batches and subsidies hold where official SDKs and reference pages differ (sdk|page; default: sdk)',
        "--callback-public-key-share <percent>  percentage of callbacks signed with the public key, for merchants that have both keys; if left out, the merchant's latest call decides on the key",
        '--diagnosis <state>                    whether Wechatpay-Mock-Diagnosis on a 401, 404 or 405, and this log for a 401, say what the client did wrong (on|off; default: on)',
        "--signature-clock <which>              time that signatures are judged by; machine for clients that cannot follow the mock's clock (mock|machine; default: mock)",
      ],
    ],
    [
      'zh',
      [
        '--orders <which>                       可关联任意订单号，或只能关联存在的订单 (any|known; 默认 any)',
        '--auth <how>                           签名有误的请求是拒绝，还是照常处理并在请求记录中说明 (strict|lenient; 默认 strict)',
        '--auth-errors <source>                 身份验证不通过时的应答：按线上实测（支付接口有所不同），或按文档（所有路径相同） (observed|documented; 默认 observed)',
        '--key-mode <mode>                      应答可以使用的平台密钥 (certificate|public-key|both; 默认 both)',
        '--rate-limit <state>                   调用超过文档规定的频率时，是否以 429 拒绝 (on|off; 默认 off)',
        '--stock-ready-after <seconds>          新批次创建后多少秒才能上传预存 code (默认 0)',
        '--coupon-sender <what>                 只发过券的商户（不是批次创建方或归属方）可以关联、退券、使券失效，还是只能查询 (change|look; 默认 change)',
        '--coupon-models <whose>                官方 SDK 与接口文档对批次、补差的定义不一致时，以哪一方为准 (sdk|page; 默认 sdk)',
        '--callback-public-key-share <percent>  同时拥有两种平台密钥的商户，其回调用微信支付公钥签名的百分比；不指定时，与商户最近一次调用所要求的密钥一致',
        '--diagnosis <state>                    是否在 401、404、405 的 Wechatpay-Mock-Diagnosis 头部，以及 401 的日志中，说明客户端错在何处 (on|off; 默认 on)',
        '--signature-clock <which>              判断签名时间所用的时钟；客户端时间无法跟随模拟服务时用 machine (mock|machine; 默认 mock)',
      ],
    ],
  ] as const)('the flags of settings, in %s, have what is said of each setting', async ([language, flags]) => {
    const { stdout } = await cli(['serve', '--help', '--lang', language])

    expect(stdout).toContain(flags.map((flag) => `  ${flag}\n`).join(''))
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
