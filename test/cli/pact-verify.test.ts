import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect } from 'vitest'
import { LINK, test as pacts, V2, V3 } from '../contracts/pacts.ts'
import { cli, environment, LIMIT, MAIN, misuse, NODE, test as processes } from './cli.ts'

const [V3_INTERACTION] = V3.interactions ?? []

/** A contract that the mock does not keep. */
const BROKEN = {
  version: '3.0.0',
  interactions: [
    {
      ...V3_INTERACTION,
      description: 'expects <what> it does not get',
      response: { status: 200, body: { wechatpay_associate_time: LINK.out_trade_no } },
    },
  ],
} as const

describe.concurrent('pact verify', () => {
  pacts('verifies files that other languages wrote', async ({ write }) => {
    const [first, second] = [await write(V2), await write(V3)]
    const { code, stdout, stderr } = await cli(['pact', 'verify', first, second])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`Contract of a Java shop (${first})
  ok       links a coupon  [a user holds a usable coupon]
Contract of a Java shop (${second})
  ok       is refused a coupon that is linked to another order  [a coupon is linked to an order + an order exists + orders have to exist]
          inferred: 400 INVALID_REQUEST 券已关联其他订单 (the coupon is linked to another order; disassociate first (the text is ours))
Evidence: 1 documented, 1 inferred
2 interactions, 2 ok, 0 failed
`)
  })

  pacts(
    'tells in each report how sure each interaction is, and fails for less than was asked for',
    async ({ write }) => {
      const [documented, inferred] = [await write(V2), await write(V3)]
      const junit = join(inferred, '..', 'report.xml')
      const [json, english, chinese, enough] = await Promise.all([
        cli(['pact', 'verify', documented, inferred, '--json']),
        cli(['pact', 'verify', documented, inferred, '--min-evidence', 'documented', '--junit', junit]),
        cli(['pact', 'verify', inferred, '--min-evidence', 'documented', '--lang', 'zh']),
        cli(['pact', 'verify', documented, '--min-evidence', 'documented']),
      ])

      expect(json.code).toBe(0)
      expect(JSON.parse(json.stdout).interactions).toMatchObject([
        { evidence: { is: 'documented', sources: [expect.stringMatching(/^https:/)] } },
        { evidence: { is: 'inferred', because: expect.stringMatching(/^400 INVALID_REQUEST /), sources: [] } },
      ])
      expect(english.code).toBe(1)
      expect(english.stdout).toContain('  WEAK     is refused a coupon')
      const xml = await readFile(junit, 'utf8')
      expect(xml).toContain('<properties><property name="evidence" value="documented"/></properties>')
      expect(xml).toMatch(
        /<property name="evidence" value="inferred: .*\n.*<failure message="inferred: 400 INVALID_REQUEST /,
      )
      expect(chinese.code).toBe(1)
      expect(chinese.stdout).toMatch(
        /\n {2}依据不足 .*\n {10}推断：400 INVALID_REQUEST .*\n依据：推断 1\n[\s\S]*1 条交互的依据低于 --min-evidence 的要求\n/,
      )
      expect(enough.code).toBe(0)
    },
  )

  pacts('fails when a contract is not kept, and names the interaction', async ({ write }) => {
    const file = await write(BROKEN)
    const [english, chinese] = await Promise.all([
      cli(['pact', 'verify', file]),
      cli(['pact', 'verify', file, '--lang', 'zh']),
    ])

    expect(english.code).toBe(1)
    expect(english.stdout).toContain('FAILED   expects <what> it does not get')
    expect(english.stdout).toContain(`
        - status: expected 200 but was 400
        - body $: Actual map is missing the following keys: wechatpay_associate_time
          answered: 400 INVALID_REQUEST 券已关联其他订单
          why: linked_to_other_order: Coupon C-1 of batch 100099 is SENDED, linked to order OTHER, `)
    expect(english.stdout).toMatch(/\n1 interaction, 0 ok, 1 failed\n$/)
    expect(chinese.code).toBe(1)
    expect(chinese.stdout).toMatch(
      /状态码：应为 200，实际为 400\n.*\n {10}应答：400 .*\n {10}原因：linked_to_other_order：/,
    )
    expect(chinese.stdout).toMatch(/失败 {2}expects <what> .*共 1 条交互，通过 0，失败 1\n$/s)
  })

  pacts('reports in JSON alone on standard output, and to JUnit', async ({ write }) => {
    const file = await write({ version: '3.0.0', interactions: [V3_INTERACTION ?? {}, ...BROKEN.interactions] })
    const junit = join(file, '..', 'made/for/it/report.xml')
    const { code, stdout } = await cli(['pact', 'verify', file, '--json', '--junit', junit])

    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [],
      interactions: [
        { ok: true },
        {
          ok: false,
          description: 'expects <what> it does not get',
          reasons: [],
          answer: { status: 400, code: 'INVALID_REQUEST', reason: expect.stringMatching(/^linked_to_other_order: /) },
        },
      ],
    })
    const xml = await readFile(junit, 'utf8')
    expect(xml).toContain('<testsuite name="a Java shop" tests="2" failures="1" errors="0" skipped="0"')
    expect(xml).toContain('name="expects &lt;what&gt; it does not get (a coupon is linked to an order,')
    expect(xml).toContain('<failure message="status: expected 200 but was 400">status: ')
    expect(xml).toMatch(/&#10;answered: 400 INVALID_REQUEST 券已关联其他订单&#10;why: linked_to_other_order: /)
  })

  pacts('reports even where the JUnit file cannot be written', async ({ write }) => {
    const file = await write(V2)
    const { code, stdout, stderr } = await cli(['pact', 'verify', file, '--junit', join(file, '..')])

    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining('1 interaction, 1 ok, 0 failed') })
    expect(stderr).toMatch(/^wechatpay-mock: Cannot write .*: it is a directory\n$/)
  })

  pacts('says that a pattern has to cover the whole value, where it does not', async ({ write }) => {
    const matchingRules = {
      body: { '$.wechatpay_associate_time': { combine: 'AND', matchers: [{ match: 'regex', regex: '\\+08:00$' }] } },
    }
    const file = await write({
      version: '4.0',
      interactions: [
        {
          type: 'Synchronous/HTTP',
          description: 'expects a time',
          providerStates: [{ name: 'a user holds a usable coupon', params: { coupon_code: LINK.coupon_code } }],
          request: {
            method: 'POST',
            path: '/v3/marketing/busifavor/coupons/associate',
            headers: { 'Content-Type': ['application/json'] },
            body: { content: LINK, contentType: 'application/json', encoded: false },
          },
          response: {
            status: 200,
            headers: { 'Content-Type': ['application/json'] },
            body: {
              content: { wechatpay_associate_time: '2026-01-05T10:20:30+08:00' },
              contentType: 'application/json',
              encoded: false,
            },
            matchingRules,
          },
        },
      ],
    })
    const { code, stdout } = await cli(['pact', 'verify', file])

    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining(" to match '\\+08:00$'\n") })
    expect(stdout).toContain('A pattern has to cover the whole value: ^.+\\+08:00$, not \\+08:00$.\n')
  })

  processes('verifies against a mock that runs, and leaves it as it was', async ({ serve }) => {
    const { url } = await serve(['--control-token', 'secret'])
    const folder = join(import.meta.dirname, '../../contracts/pacts')
    const counts = (await readdir(folder)).map(async (file) => {
      const { interactions } = JSON.parse(await readFile(join(folder, file), 'utf8')) as { interactions: unknown[] }
      return interactions.length
    })
    const look = async () => {
      const response = await fetch(`${url}/_mock/world`, { headers: { Authorization: 'Bearer secret' } })
      const { taken_at: _, ...world } = (await response.json()) as { taken_at: string }
      return world
    }
    const before = await look()

    const { code, stdout } = await cli(['pact', 'verify', folder, '--url', url, '--control-token', 'secret'])

    const all = (await Promise.all(counts)).reduce((sum, count) => sum + count)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`${all} interactions, ${all} ok`) })
    expect(await look()).toEqual(before)
  })

  processes('that is interrupted leaves a mock that runs as it was', async ({ serve, onTestFinished }) => {
    const { url } = await serve()
    const look = async () => {
      const response = await fetch(`${url}/_mock/world`)
      const { taken_at: _, ...world } = (await response.json()) as { taken_at: string }
      return world
    }
    const before = await look()
    const pacts = join(import.meta.dirname, '../../contracts/pacts')
    const child = spawn(NODE, [MAIN, 'pact', 'verify', pacts, '--url', url], { ...LIMIT, env: environment() })
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    const [stdout, stderr, closed] = [text(child.stdout), text(child.stderr), once(child, 'close')]
    await expect.poll(look, { timeout: 60_000 }).not.toEqual(before)

    child.kill('SIGINT')
    // npm sends the same Ctrl+C once more.
    child.kill('SIGINT')

    expect(await closed).toEqual([130, null])
    expect([await stdout, await stderr]).toEqual(['', 'wechatpay-mock: Interrupted, so there is no report\n'])
    expect(await look()).toEqual(before)
  })

  processes.for([
    [['pact'], 'Say what to do with pacts: verify'],
    [['pact', 'verify'], 'There is nothing to verify'],
    [
      ['pact', 'verify', '/nowhere.json'],
      '/nowhere.json cannot be read: there is no such file or directory. The tests of its consumer write it.',
    ],
    [['pact', 'verify', join(import.meta.dirname, '../../package.json')], 'is no pact'],
    [['pact', 'verify', 'contracts/pacts', '--url', 'http://127.0.0.1:1'], 'No mock answers at http://127.0.0.1:1'],
    [['pact', 'verify', 'x.json', '--url', 'nowhere'], '--url'],
    [['pact', 'verify', 'x.json', '--publish', '1'], '--publish is for'],
    [['pact', 'verify', 'x.json', '--nonsense'], 'There is no option --nonsense'],
  ] as const)('%s is used wrongly', async ([args, message]) => {
    expect(await misuse(args)).toContain(message)
  })
})
