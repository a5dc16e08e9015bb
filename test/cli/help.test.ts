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

  test.for([
    ['20.19.0', 2],
    ['22.12.9', 2],
    ['22.13.0', 0],
    ['30.0.0', 0],
  ] as const)('Node %s is told, in both languages, when it is too old', async ([node, expected]) => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } })`
    const { code, stderr } = await cli(['--version'], {
      env: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(older)}` },
    })

    expect(code).toBe(expected)
    const told = `wechatpay-mock: needs Node 22.13 or newer, and this is ${node} / 需要 Node 22.13 或更新的版本，当前是 ${node}\n`
    expect(stderr).toBe(expected === 0 ? '' : told)
  })

  test('--version is the version of the package', async () => {
    const { version } = (await import('../../package.json', { with: { type: 'json' } })).default

    expect(await cli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})
