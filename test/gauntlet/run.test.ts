import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { gauntlet, gauntletCases } from '../../src/gauntlet/cases.ts'
import { Children, type GauntletOptions, runGauntlet } from '../../src/gauntlet/run.ts'
import { scenario } from '../../src/products/scenarios/index.ts'
import { issueAuthority } from '../../src/wire/tls/issue-certificates.ts'
import { NODE } from '../cli/cli.ts'
import { aDirectory } from '../stores/data-files.ts'

/** Runs a program of Node. */
const run = (command: readonly string[], more: Partial<GauntletOptions> = {}) =>
  runGauntlet({ command, seed: scenario('default'), parallel: 2, timeoutMs: 60_000, ...more })
const program = (text: string) => [NODE, '--input-type=module', '--eval', text]

/** A call that is not signed, and so answered with 401. */
const CALL = 'await fetch(process.env.WECHATPAY_BASE_URL + "/v3/certificates");'

describe('the gauntlet', () => {
  test('a client that fails at honest answers shows nothing by failing at others', async () => {
    const { ok, results, skipped } = await run(program(`${CALL} console.log('no luck'); process.exit(3)`), {
      only: ['honest', 'probe', 'unsigned'],
    })
    expect(skipped).toEqual(['unsigned', 'probe'].map((name) => ({ name, reason: 'honest_failed' })))

    expect(ok).toBe(false)
    expect(results).toMatchObject([
      { name: 'honest', ok: false, calls: 1, code: 3, timedOut: false, output: 'no luck\n' },
    ])
  })

  test('a hostile answer that was never asked for has shown nothing', async () => {
    const { results } = await run(
      // It fails whenever there is a file to tell it that it has run before: not because of an answer.
      program(`import { existsSync, writeFileSync } from 'node:fs'
        import { join } from 'node:path'
        const mark = join(process.env.WECHATPAY_MERCHANT_PRIVATE_KEY_FILE, '../../mark')
        ${CALL} if (existsSync(mark)) process.exit(1); writeFileSync(mark, '')`),
      { only: ['unsigned'] },
    )

    expect(results).toMatchObject([
      { name: 'honest', ok: true, hit: 1 },
      { name: 'unsigned', ok: false, hit: 0, calls: 1, code: 1 },
    ])
  })

  test('a command has keys in its environment, and as files', async () => {
    const { results } = await run(
      program(`import { readFileSync } from 'node:fs'
        ${CALL}
        const { env } = process
        const names = Object.keys(env).filter((name) => /^WECHATPAY_/.test(name))
        const unlike = names.filter((name) => env[name + '_FILE'] && readFileSync(env[name + '_FILE'], 'utf8') !== env[name] + '\\n')
        console.log(JSON.stringify([names.toSorted(), unlike]))`),
      { only: ['honest'] },
    )

    expect(JSON.parse(results[0]?.output ?? '')).toEqual([
      [
        'WECHATPAY_API_V3_KEY',
        'WECHATPAY_BASE_URL',
        'WECHATPAY_MCHID',
        'WECHATPAY_MERCHANT_CERTIFICATE',
        'WECHATPAY_MERCHANT_CERTIFICATE_FILE',
        'WECHATPAY_MERCHANT_PRIVATE_KEY',
        'WECHATPAY_MERCHANT_PRIVATE_KEY_FILE',
        'WECHATPAY_MERCHANT_SERIAL_NO',
        'WECHATPAY_MOCK_URL',
        'WECHATPAY_PLATFORM_CERTIFICATE',
        'WECHATPAY_PLATFORM_CERTIFICATE_FILE',
        'WECHATPAY_PLATFORM_SERIAL_NO',
        'WECHATPAY_PUBLIC_KEY',
        'WECHATPAY_PUBLIC_KEY_FILE',
        'WECHATPAY_PUBLIC_KEY_ID',
      ],
      [],
    ])
  })

  test('a client with the real address in it is led to the mock', async () => {
    const { ok, results } = await run(
      program(
        "const answer = await fetch('https://api.mch.weixin.qq.com/v3/certificates'); process.exit(answer.ok ? 0 : 3)",
      ),
      { only: ['probe'] },
    )

    expect(ok).toBe(false)
    expect(results).toMatchObject([{ name: 'honest', calls: 1, code: 3, output: '' }])
  })

  test('runs at one time have files of their own, which lead each of them to its own mock', async () => {
    const { results } = await run(
      program(`import { readFileSync } from 'node:fs'
        ${CALL}
        const [, module] = /--require "(.*)"/.exec(process.env.NODE_OPTIONS)
        await new Promise((resolve) => setTimeout(resolve, 300))
        const { port } = new URL(process.env.WECHATPAY_BASE_URL)
        if (!readFileSync(module, 'utf8').includes('"port":' + port)) throw new Error('led to the mock of another run')`),
      { only: ['honest_slow', 'honest_certificate', 'honest_public_key'], parallel: 3 },
    )

    expect(results.filter(({ ok }) => !ok)).toEqual([])
  })

  test('runs at one time trust what was trusted before, by files of their own that are whole', async () => {
    const directory = await aDirectory()
    const [company, further] = [join(directory, 'company.pem'), join(directory, 'further.pem')]
    const roots = await Promise.all(
      [company, further].map(async (file) => {
        const { root } = await issueAuthority(Date.now())
        await writeFile(file, root)
        return root.replaceAll(/\s/g, '')
      }),
    )
    vi.stubEnv('NODE_EXTRA_CA_CERTS', company)
    vi.stubEnv('SSL_CERT_FILE', further)
    onTestFinished(() => void vi.unstubAllEnvs())

    const { results } = await run(
      program(`import { readFileSync } from 'node:fs'
        ${CALL}
        const names = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE']
        const files = new Set(names.map((name) => process.env[name]))
        for (const file of files) {
          const text = readFileSync(file, 'utf8').replaceAll(/\\s/g, '')
          const missing = ${JSON.stringify(roots)}.filter((root) => !text.includes(root))
          if (missing.length > 0 || !text.endsWith('-----ENDCERTIFICATE-----')) throw new Error('half a file')
        }
        console.log([...files].join())`),
      { only: ['honest_slow', 'honest_certificate', 'honest_public_key'], parallel: 3 },
    )

    expect(results.filter(({ ok }) => !ok)).toEqual([])
    expect(new Set(results.map(({ output }) => output)).size).toBe(4)
  })

  test('progress is told, up to the last case', async () => {
    const steps: string[] = []

    await run(program(CALL), {
      only: ['probe', 'unsigned'],
      parallel: 1,
      onProgress: (done, all, name) => steps.push(`${done}/${all} ${name}`),
    })

    expect(steps).toEqual(['1/3 honest', '2/3 unsigned', '3/3 probe'])
  })

  test('a command that does not end is ended, with all that it has started', async () => {
    const { results } = await run(
      program(`import { spawn } from 'node:child_process'
        ${CALL} spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })`),
      { timeoutMs: 1_000 },
    )

    expect(results).toMatchObject([{ name: 'honest', ok: false, timedOut: true, signal: 'SIGKILL' }])
  })

  test('what a command leaves running is ended with it', async () => {
    const children = new Children()
    const leaves = program(`import { spawn } from 'node:child_process'
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }).unref()
      console.log('left')`)

    // It would hold the output open for ever.
    expect(await children.run(leaves, process.env, 60_000)).toEqual({ code: 0, timedOut: false, output: 'left\n' })
  })

  test('everything that runs can be ended', async () => {
    const children = new Children()
    const ending = children.run(program('setInterval(() => {}, 1000)'), process.env, 60_000)

    children.end()

    expect(await ending).toMatchObject({ signal: 'SIGKILL', timedOut: false })
  })

  test.for<[string, readonly string[], Partial<GauntletOptions>, string, string]>([
    ['makes no call', program(''), {}, 'MOCK_NO_CALLS', 'WECHATPAY_BASE_URL'],
    ['is not there', ['./no-such-program'], {}, 'MOCK_COMMAND', './no-such-program cannot be started'],
    ['is asked for an unknown case', program(''), { only: ['nice'] }, 'MOCK_GAUNTLET_CASE', 'There is no case nice.'],
  ])('a command that %s is used wrongly', async ([, command, more, code, message]) => {
    await expect(run(command, more)).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })
})

test('the cases for tests are those that fit every client', () => {
  expect(gauntlet.length).toBe(gauntletCases.length - 2)
  expect(gauntlet.filter(({ expects }) => expects === 'accept').map(({ name }) => name)).toEqual([
    'honest',
    'honest_slow',
  ])
})
