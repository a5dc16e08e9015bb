import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, vi } from 'vitest'
import { progressBar } from '../../src/cli/gauntlet/report.ts'
import { callbackServer, careful } from '../gauntlet/callback-server.ts'
import { cli, environment, LIMIT, MAIN, misuse, NODE, test } from './cli.ts'

const GAUNTLET = join(import.meta.dirname, '../../examples/gauntlet')
const example = (name: string) => ['--', NODE, join(GAUNTLET, name)]

describe.concurrent('gauntlet', () => {
  test('prints a table with what each miss means, and a score', async () => {
    const { code, stdout, stderr } = await cli([
      ...['gauntlet', '--only', 'unsigned,error_as_200'],
      ...example('axios-plugin.mjs'),
    ])

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toBe(`Answers
  ok    honest        accept  exit code 0
  ok    unsigned      reject  exit code 1
  MISS  error_as_200  reject  exit code 0
        - the status is not signed: turned into 200, a genuine refusal passes for done. Look for the member that says it is done
Score: 2 of 3
`)
  })

  test('takes any call, and a client that reads what was done misses nothing', async () => {
    const { code, stdout } = await cli([
      ...['gauntlet', '--only', 'bad_signature,error_as_200'],
      ...['--seed', join(GAUNTLET, 'use-product-coupon.json')],
      ...example('use-product-coupon.mjs'),
    ])

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Score: 3 of 3') })
  })

  test('ends well when nothing was missed, in Chinese too', async () => {
    const { code, stdout } = await cli(
      ['gauntlet', '--lang', 'zh', '--only', 'probe,probe_long', '--parallel', '1', ...example('axios-plugin.mjs')],
      { env: { LC_ALL: 'C' } },
    )

    expect(code).toBe(0)
    expect(stdout).toBe(`应答
  通过  honest      应接受  退出码 0
  通过  probe       应拒绝  退出码 1
  通过  probe_long  应拒绝  退出码 1
得分：3 / 3
`)
  })

  test('reports in JSON alone on standard output, and to JUnit', async ({ cwd }) => {
    const { code, stdout } = await cli(
      ['gauntlet', '--json', '--junit', 'report.xml', '--only', 'wrong_key', ...example('node-v3.mjs')],
      { cwd },
    )

    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      score: { right: 1, all: 2 },
      skipped: [],
      cases: [
        expect.objectContaining({ kind: 'answers', name: 'honest', expects: 'accept', ok: true }),
        {
          kind: 'answers',
          name: 'wrong_key',
          expects: 'reject',
          ok: false,
          did: 'exit code 0',
          danger: expect.stringContaining('any key is good enough'),
          output: expect.stringMatching(/^linked at \d{4}-/),
          duration_ms: expect.any(Number),
        },
      ],
    })
    const xml = await readFile(join(cwd, 'report.xml'), 'utf8')
    expect(xml).toContain('<testsuite name="answers" tests="2" failures="1" errors="0" skipped="0"')
    expect(xml).toContain('<testcase classname="answers" name="wrong_key: reject"')
    expect(xml).toContain('<failure message="exit code 0">any key is good enough')
  })

  test('sends callbacks, and a server that is careful misses none', async () => {
    const { url, close } = await callbackServer(careful)
    const { code, stdout } = await cli(['gauntlet', '--callback', url]).finally(close)

    expect(code).toBe(0)
    expect(stdout).toMatch(/^Callbacks\n {2}ok {2}honest {14}accept {2}answered 204\n/)
    expect(stdout).toMatch(/\n {2}ok {2}wrong_tag {11}reject {2}answered 500\n.*\nScore: 16 of 16\n$/)
  })

  test('tells a server that takes everything what that means', async () => {
    const { url, close } = await callbackServer(() => 200)
    const { code, stdout } = await cli(['gauntlet', '--callback', url, '--only', 'unsigned']).finally(close)

    expect(code).toBe(1)
    expect(stdout).toContain('  MISS  unsigned  reject  answered 200\n        - callbacks need no signature')
  })

  test('shows what a client wrote that fails at honest answers', async () => {
    const failing = 'await fetch(process.env.WECHATPAY_BASE_URL); throw new Error("no such coupon")'
    const { code, stdout } = await cli(['gauntlet', '--', NODE, '--input-type=module', '--eval', failing])

    expect(code).toBe(1)
    expect(stdout).toMatch(/MISS {2}honest {2}accept {2}exit code 1\n.*it wrote: .*no such coupon.*\n/)
    expect(stdout).toMatch(
      /\n {2}skip {2}honest_slow, honest_certificate, .*\n(?: {8}\S.*\n)+ {8}- not tried, since what is right is refused\nScore: 0 of 1\n$/,
    )
    expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([expect.stringContaining('it wrote')])
  })

  test('says which cases do not apply to a client, and why', async ({ cwd }) => {
    const args = ['gauntlet', ...example('axios-plugin.mjs')]
    const [text, json] = await Promise.all([
      cli(args),
      cli(['gauntlet', '--json', '--junit', 'report.xml', ...args.slice(1)], { cwd }),
    ])

    expect(text.stdout).toMatch(
      /\n {2}skip {2}honest_public_key\n {8}- its requests do not ask for .*Wechatpay-Serial.*\nScore: 18 of 19\n$/,
    )
    expect(JSON.parse(json.stdout).skipped).toEqual([
      {
        kind: 'answers',
        name: 'honest_public_key',
        reason: 'no_public_key',
        explanation: expect.stringContaining('Wechatpay-Serial'),
      },
    ])
    const xml = await readFile(join(cwd, 'report.xml'), 'utf8')
    expect(xml).toContain('errors="0" skipped="1"')
    expect(xml).toMatch(/<testcase classname="answers" name="honest_public_key">\n +<skipped message="its requests/)
  })

  test('ends what it has started on Ctrl+C, and leaves no keys behind', async ({ cwd }) => {
    const client = `import { writeFileSync } from 'node:fs'
      writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000)`
    const child = spawn(NODE, [MAIN, 'gauntlet', '--', NODE, '--input-type=module', '--eval', client], {
      cwd,
      env: environment({ TMPDIR: cwd }),
      stdio: 'ignore',
      ...LIMIT,
    })
    const exited = once(child, 'exit')
    const written = await vi.waitFor(async () => {
      const text = await readFile(join(cwd, 'pid'), 'utf8')
      expect(text).toMatch(/^\d+$/)
      return text
    }, LIMIT.timeout)
    child.kill('SIGINT')

    expect(await exited).toEqual([130, null])
    expect((await readdir(cwd)).filter((name) => name.includes('gauntlet'))).toEqual([])
    expect(() => process.kill(Number(written), 0)).toThrow('ESRCH')
  })

  test('takes the cases of what it runs', async () => {
    const { url, close } = await callbackServer(careful)
    const both = await cli([
      ...['gauntlet', '--callback', url, '--callback-key', 'certificate', '--only', 'wrong_tag, half_body'],
      ...example('axios-plugin.mjs'),
    ])
    const wrong = await cli(['gauntlet', '--only', 'wrong_tag', '--lang', 'zh', '--', NODE])
    await close()

    expect(both.code).toBe(0)
    expect(both.stdout).toMatch(
      /^Answers\n.*honest .*\n.*half_body .*\nCallbacks\n.*honest .*\n.*wrong_tag .*\nScore: 4 of 4\n$/,
    )
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('没有情形 wrong_tag') })
  })

  test.for([
    [['gauntlet'], 'Say what to run, after --'],
    [['gauntlet', '--', './no-such-program'], './no-such-program cannot be started'],
    [['gauntlet', '--', NODE, '--eval', ''], 'The command succeeded without calling the mock'],
    [['gauntlet', '--only', 'nice', '--', NODE], 'There is no case nice. The cases are: honest, '],
    [['gauntlet', '--seed', 'nothing', '--', NODE], 'There is neither a scenario nor a file nothing'],
    [['gauntlet', '--timeout', '0', '--', NODE], 'use a whole number from 1 to 3600'],
    [['gauntlet', '--parallel', '65', '--', NODE], 'use a whole number from 1 to 64'],
    [['gauntlet', '--callback', 'localhost'], 'use an address that begins with http://'],
    [['gauntlet', '--callback', 'http://shop.example/'], 'shop.example is not this machine: allow it with'],
    [
      ['gauntlet', '--callback', 'http://127.0.0.1:1'],
      'Nobody answers callbacks at http://127.0.0.1:1. Nobody listens there: the connection was refused. Start',
    ],
  ] as const)('%j is used wrongly', async ([args, message]) => {
    expect(await misuse(args)).toContain(message)
  })
})

test('the bar is drawn on a terminal only, and goes away', () => {
  const written: string[] = []
  const stream = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) > 0 })
  progressBar(stream(false))(1, 2, 'honest')
  const draw = progressBar(stream(true))
  draw(1, 2, 'honest')
  draw(2, 2, 'probe')

  expect(written).toEqual([`\r\u001B[K[${'='.repeat(12)}${' '.repeat(12)}] 1/2 honest`, '\r\u001B[K'])
})
