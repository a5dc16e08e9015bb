import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { wrap } from '../../src/cli/command.ts'
import { columnsOf } from '../../src/cli/output.ts'
import { LANGUAGES } from '../../src/cli/texts.ts'
import { settings } from '../../src/products/index.ts'
import { cli, test } from './cli.ts'

const COMMANDS = [
  'serve',
  'credentials',
  'sign',
  'explain',
  'code',
  'verify',
  'decrypt',
  'notify',
  'seed',
  'order',
  'transfer',
  'clock',
  'pact',
  'openapi',
  'gauntlet',
  'ca',
  'run',
  'health',
  'mcp',
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

  test.for(LANGUAGES)('the flags of settings, in %s, have what is said of each setting', async (language) => {
    const { stdout } = await cli(['serve', '--help', '--lang', language])

    for (const { wireName, texts, default: standard, value } of Object.values(settings)) {
      const [start = '', end = ''] = unbroken(stdout).split(unbroken(texts[language]))
      expect(start).toMatch(new RegExp(`--${wireName.replaceAll('_', '-')}<${value}>$`))
      // The flag of the share takes numbers only, and its default is a word.
      const words = language === 'zh' ? /^（[^）]*?默认([^）]*)）/ : /^\([^)]*?default:([^)]*)\)/
      if (wireName !== 'callback_public_key_share') expect(words.exec(end)?.[1]).toBe(String(standard))
    }
  })

  test.for([
    [
      'en',
      '--diagnosis <state> whether Wechatpay-Mock-Diagnosis on a 401, 404 or 405, and this log for a 401, say what the client did wrong (on|off; default: on) --signature-clock',
    ],
    [
      'zh',
      '--diagnosis <state> 是否在 401、404、405 的 Wechatpay-Mock-Diagnosis 头部，以及 401 的日志中，说明客户端错在何处（on|off；默认 on） --signature-clock',
    ],
  ] as const)(
    '--diagnosis stands among the settings, with its words and its default, in %s',
    async ([language, flags]) => {
      const { stdout } = await cli(['serve', '--help', '--lang', language])

      expect(unbroken(stdout)).toContain(unbroken(flags))
    },
  )

  test.for<[language: string, groups: Record<string, string>]>([
    [
      'en',
      {
        Listening: 'port host allow-host proxy-passthrough data-dir control-token',
        'State and time': 'seed data store clock random-seed',
        'Signatures and answers': 'auth auth-errors key-mode rate-limit diagnosis signature-clock compression shaped',
        Callbacks: 'callback-public-key-share allow-callback-host',
        'Merchant coupons': 'orders stock-ready-after',
        Transfers: 'transfer-limits',
        'Log and journal': 'journal-limit quiet',
        Options: 'json lang help',
      },
    ],
    [
      'zh',
      {
        监听: 'port host',
        状态与时间: 'seed',
        签名与应答: 'auth',
        回调: '',
        商家券: 'orders',
        商家转账: '',
        选项: 'json',
      },
    ],
  ])('the options of serve and run are grouped, in %s', async ([language, groups]) => {
    const grouped = (text: string) =>
      new Map(
        text
          .split('\n\n')
          .map((block) => [
            block.split(/[:：]\n/, 1).join(),
            [...block.matchAll(/^ {2}(?:-h, )?--([\w-]+)/gm)].map(([, name]) => name),
          ]),
      )
    const [serve, run] = await Promise.all(
      ['serve', 'run'].map(async (command) => grouped((await cli([command, '--help', '--lang', language])).stdout)),
    )
    for (const [title, names] of Object.entries(groups)) {
      expect(serve?.get(title), title).toEqual(expect.arrayContaining(names.split(' ').filter((name) => name !== '')))
      expect(run?.get(title), title).not.toHaveLength(0)
    }
    expect(serve?.get(Object.keys(groups).at(-1) ?? '')).toHaveLength(3)
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
