import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMock, engineOf } from '../../../src/mock.ts'
import { startServer } from '../../../src/transports/node-server.ts'
import { type CliResult, spawnCli } from '../../cli/cli.ts'
import { installOnce, whatIsMissing } from '../matrix/install.ts'
import type { Command } from '../matrix/sdk.ts'
import { buildOf, exampleOf, type Language, languages, PACT_CLI } from './languages.ts'

const INSTALL_LIMIT_MS = 900_000
/** Where the examples have Pact's mock server. */
const PACT_SERVER = 'http://127.0.0.1:1234'

const notRun = new Map<string, string | undefined>()
for (const language of languages) notRun.set(language.id, await whatIsMissing(language))

/** A callback as another language's library describes it. */
const MESSAGES = {
  consumer: { name: 'shop-callbacks' },
  provider: { name: 'wechatpay' },
  interactions: ['COUPON.SEND', 'TRANSACTION.SUCCESS', 'REFUND.SUCCESS'].map((event_type) => ({
    type: 'Asynchronous/Messages',
    description: `a ${event_type} callback`,
    contents: { content: { event_type }, contentType: 'application/json', encoded: false },
  })),
  metadata: { pactSpecification: { version: '4.0' } },
}

const ran: string[] = []
afterAll(() => {
  const missing = [...notRun].flatMap(([id, reason]) => (reason ? [`${id}: not run: ${reason}`] : []))
  console.log(['contracts in other languages:', ...ran, ...missing].join('\n  '))
})

/** Runs a command behind `pact front`, in the folder where the programs of a language are. */
function behindFront(language: Language, options: readonly string[], command: Command): Promise<CliResult> {
  return spawnCli(['pact', 'front', ...options, '--', ...command], {
    cwd: buildOf(language),
    ...(language.env && { env: language.env }),
  })
}

for (const language of languages) {
  const missing = notRun.get(language.id)
  const title = `${language.language}: ${language.versions.join(', ')}`
  const pactOf = (name: string) => join(buildOf(language), 'pacts', `${language.id}-shop${name}-wechatpay.json`)

  describe.skipIf(missing)(missing ? `${title}: not run: ${missing}` : title, () => {
    beforeAll(async () => {
      const build = buildOf(language)
      const { from, file, rewrite } = language.inVersion3
      await mkdir(build, { recursive: true })
      await cp(exampleOf(language), build, { recursive: true })
      await rm(join(build, 'pacts'), { recursive: true, force: true })
      await mkdir(join(build, 'pacts'))
      await writeFile(join(build, file), rewrite(await readFile(join(build, from), 'utf8')))
      await installOnce(
        {
          id: language.id,
          folder: build,
          build,
          pins: [...language.pins, file],
          commands: language.install,
          ...(language.env && { env: language.env }),
        },
        (text) => process.stderr.write(`contracts: ${text}\n`),
      )
    }, INSTALL_LIMIT_MS)

    test('a consumer test with an SDK that verifies answers, in specification 3 and 4', async () => {
      const { code, stdout, stderr } = await behindFront(language, ['--to', PACT_SERVER], language.consumer)

      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: expect.any(String),
        stderr: expect.stringContaining('2 requests, all as they have to be'),
      })
      for (const [name, version] of [
        ['', /^4/],
        ['-v3', /^3/],
      ] as const) {
        const pact = JSON.parse(await readFile(pactOf(name), 'utf8'))
        expect(pact.metadata.pactSpecification.version).toMatch(version)
        expect(pact.interactions).toHaveLength(1)
      }
      ran.push(`${title}: consumer in V3 and V4`)
    })

    test('its verifier, of both and of messages', async () => {
      const { asksForMessages } = language
      if (asksForMessages)
        await writeFile(join(buildOf(language), 'pacts', 'shop-callbacks-wechatpay.json'), JSON.stringify(MESSAGES))
      const { code, stdout, stderr } = await behindFront(language, [], language.verifier)

      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: expect.any(String),
        stderr: expect.stringContaining(`${asksForMessages ? 5 : 2} requests, all as they have to be`),
      })
      ran.push(`${title}: verifier of V3 and V4${asksForMessages ? ', messages too' : ''}`)
    })

    test('its verifier fails on answers whose signature is wrong', async ({ onTestFinished }) => {
      const mock = createMock()
      const engine = engineOf(mock)
      const handle = engine.handle.bind(engine)
      engine.handle = async (request) => {
        const answer = await handle(request)
        const headers = answer.headers.map(([name, value]) => [name, name === 'Wechatpay-Nonce' ? 'x' : value] as const)
        return { ...answer, headers }
      }
      const server = await startServer({ mock, port: 0 })
      onTestFinished(() => server.close(0))

      const { code, stderr } = await behindFront(language, ['--url', server.url], language.verifier)

      expect(code).not.toBe(0)
      expect(stderr).toContain('- Its signature does not verify.')
    })
  })
}

const python = languages.find(({ id }) => id === 'python')
const missing = notRun.get('python')

describe.skipIf(missing)(missing ? `Pact's command line: not run: ${missing}` : "Pact's command line", () => {
  test.for([
    ['in the body', []],
    ['in the query', ['--state-change-as-query']],
  ] as const)('verifies with states %s', async ([, options]) => {
    if (!python) throw new Error('There is no Python')
    const verifier: Command = [
      PACT_CLI,
      ...['verifier', '--dir', 'pacts', '--provider-name', 'wechatpay'],
      ...['--hostname', '127.0.0.1', '--port', '8193'],
      ...['--state-change-url', 'http://127.0.0.1:8193/_pact/states', '--state-change-teardown', ...options],
    ]
    const { code, stderr } = await behindFront(python, ['--port', '8193'], verifier)

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('5 requests, all as they have to be'),
    })
    ran.push(`Pact's command line: verifier of V3 and V4, messages too${options.length > 0 ? ', states as query' : ''}`)
  })

  test('a consumer that signs wrongly is told so, and fails', async () => {
    if (!python) throw new Error('There is no Python')
    const { code, stdout, stderr } = await behindFront(
      python,
      ['--to', PACT_SERVER],
      ['env', 'WECHATPAY_MERCHANT_SERIAL_NO=0000', ...python.consumer],
    )

    expect(code).toBe(1)
    expect(stdout).toContain('assert (401, False) == (200, True)')
    expect(stderr).toContain('FAILED      POST /v3/marketing/busifavor/coupons/associate 401')
    expect(stderr).toContain('- The certificate of merchant 1900000001 is ')
  })
})

test.for(['contracts-in-other-languages.md', 'contracts-in-other-languages.zh-CN.md'])(
  'docs/recipes/%s shows the programs as they are run',
  async (name) => {
    const recipe = await readFile(fileURLToPath(new URL(`../../../docs/recipes/${name}`, import.meta.url)), 'utf8')
    for (const [id, file] of [
      ['python', 'test_shop.py'],
      ['python', 'test_provider.py'],
      ['go', 'shop.go'],
      ['go', 'shop_test.go'],
      ['go', 'provider_test.go'],
      ['java', 'src/test/java/ShopTest.java'],
      ['java', 'src/test/java/ProviderTest.java'],
    ] as const) {
      expect(recipe, basename(file)).toContain(`\n${await readFile(join(exampleOf({ id }), file), 'utf8')}\`\`\``)
    }
  },
)
