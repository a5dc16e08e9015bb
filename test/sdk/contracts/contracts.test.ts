import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify, stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import { createMock, engineOf } from '../../../src/mock.ts'
import { type CliResult, NODE, spawnCli } from '../../cli/cli.ts'
import { callbackPact } from '../../contracts/callback-pacts.ts'
import {
  ASSOCIATE,
  type HandWrittenCall,
  type HandWrittenPact,
  inVersion4,
  LINK,
  textOf,
} from '../../contracts/pacts.ts'
import { isRepresentative } from '../../helpers/representative.ts'
import { installOnce, whatIsMissing } from '../matrix/install.ts'
import type { Command } from '../matrix/sdk.ts'
import { buildOf, exampleOf, type Language, languages, PACT_CLI } from './languages.ts'

const INSTALL_LIMIT_MS = 900_000
/** A JVM that verifies takes seconds, and minutes on a machine that is busy. */
const RUN_LIMIT_MS = 600_000
vi.setConfig({ testTimeout: RUN_LIMIT_MS })

/** Where the examples have Pact's mock server. */
const PACT_SERVER = 'http://127.0.0.1:1234'

const notRun = new Map<string, string | undefined>()
for (const language of languages) {
  const leftOut = isRepresentative && language.id !== 'python' ? 'REPRESENTATIVE=1 leaves it to Python' : undefined
  notRun.set(language.id, leftOut ?? (await whatIsMissing(language)))
}

/** The contracts of this project, with calls, refusals and callbacks of all kinds. */
const OWN_CONTRACTS = fileURLToPath(new URL('../../../contracts/pacts', import.meta.url))
const own = readdirSync(OWN_CONTRACTS).flatMap(
  (file) => JSON.parse(readFileSync(join(OWN_CONTRACTS, file), 'utf8')).interactions as OwnInteraction[],
)

interface OwnInteraction {
  readonly type: string
  readonly description: string
}

const SPECIFICATIONS = ['3.0.0', '4.0'] as const

/** A request whose path is the example of the contract until it is verified, and then takes a value that the state was set up with by default. */
const FROM_STATE = {
  description: 'a query of the order of the state',
  providerStates: [{ name: 'an order is paid', params: { out_trade_no: 'OF-THE-STATE' } }],
  request: {
    method: 'GET',
    path: '/v3/pay/transactions/id/an-example',
    query: { mchid: ['1900000001'] },
    generators: {
      path: { type: 'ProviderState', expression: `/v3/pay/transactions/id/\${transaction_id}`, dataType: 'STRING' },
    },
  },
  response: {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: { out_trade_no: 'OF-THE-STATE', trade_state: 'SUCCESS' },
  },
}
const ASKED_OF_STATE = 'GET /v3/pay/transactions/id/4200002157202601051234567890 200  [an order is paid]'

const links = (differs: Partial<HandWrittenCall>): HandWrittenCall => ({
  description: 'a request to link a coupon',
  request: { method: 'POST', path: ASSOCIATE, headers: { 'Content-Type': 'application/json' }, body: LINK },
  response: { status: 200 },
  ...differs,
})

/** Contracts that are not kept, by who wrote them, each with what the front says of it. */
const NOT_KEPT: Readonly<Record<string, { readonly pact: HandWrittenPact; readonly line: string }>> = {
  'another-answer': {
    pact: { version: '4.0', interactions: [inVersion4(links({}))] },
    line: `passed on   POST ${ASSOCIATE} 400 INVALID_REQUEST\n`,
  },
  'another-member': {
    pact: {
      version: '3.0.0',
      interactions: [
        links({
          providerStates: [{ name: 'a user holds a usable coupon' }],
          response: { status: 200, body: { linked: true } },
        }),
      ],
    },
    line: `passed on   POST ${ASSOCIATE} 200  [a user holds a usable coupon]\n`,
  },
  'misspelt-state': {
    pact: {
      version: '4.0',
      interactions: [inVersion4(links({ providerStates: [{ name: 'a user holds a usable cupon' }] }))],
    },
    line: 'Did you mean "a user holds a usable coupon"?\n',
  },
  'unknown-parameter': {
    pact: {
      version: '3.0.0',
      interactions: [links({ providerStates: [{ name: 'a user holds a usable coupon', params: { coupon: '1' } }] })],
    },
    line: 'has no parameter coupon. It has: stock_id, coupon_code, openid, out_trade_no.\n',
  },
  'another-callback-v3': {
    pact: callbackPact('3.0.0', ['COUPON.SEND'], { contents: { resource_type: 'plain' } }),
    line: 'passed on   a COUPON.SEND callback\n',
  },
  'another-callback-v4': {
    pact: callbackPact('4.0', ['COUPON.SEND'], { contents: { resource_type: 'plain' } }),
    line: 'passed on   a COUPON.SEND callback\n',
  },
}

/** Verifies all contracts that are not kept: the verifier has to fail on each. */
async function verifyWhatIsNotKept(language: Language, options: readonly string[], verifier: Command): Promise<void> {
  const pacts = Object.fromEntries(Object.entries(NOT_KEPT).map(([consumer, { pact }]) => [consumer, pact]))
  const { code, stdout, stderr } = await withPacts(language, pacts, () => behindFront(language, options, verifier))

  expect({ code, stdout, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('6 requests, 2 not as they have to be'),
  })
  expect(stdout + stderr).toContain(language.failures(Object.keys(pacts).length))
  for (const { line } of Object.values(NOT_KEPT)) expect(stderr).toContain(line)
}

const ran: string[] = []
afterAll(() => {
  const missing = [...notRun].flatMap(([id, reason]) => (reason ? [`${id}: not run: ${reason}`] : []))
  console.log(['contracts in other languages:', ...ran, ...missing].join('\n  '))
})

/** Runs a command behind `pact front`, in the folder where the programs of a language are. What it says comes without Maven's colours. */
async function behindFront(language: Language, options: readonly string[], command: Command): Promise<CliResult> {
  const { code, stdout, stderr } = await spawnCli(['pact', 'front', ...options, '--', ...command], {
    cwd: buildOf(language),
    limitMs: RUN_LIMIT_MS,
    ...(language.env && { env: language.env }),
  })
  return { code, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) }
}

/** Verifies the contracts of this project: all of them have to be kept. */
async function verifyOwn(language: Language, options: readonly string[], verifier: Command): Promise<void> {
  const { code, stdout, stderr } = await withPacts(language, {}, async () => {
    await cp(OWN_CONTRACTS, join(buildOf(language), 'pacts'), { recursive: true })
    return behindFront(language, options, verifier)
  })

  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: expect.any(String),
    stderr: expect.stringContaining(`${own.length} requests, all as they have to be`),
  })
}

/** Empties the folder of pacts while something is done, and puts back what was in it. */
async function withPacts(
  language: Language,
  pacts: Readonly<Record<string, HandWrittenPact>>,
  work: () => Promise<CliResult>,
): Promise<CliResult> {
  const folder = join(buildOf(language), 'pacts')
  await rename(folder, `${folder}-kept`)
  try {
    await mkdir(folder)
    await writePacts(language, pacts)
    return await work()
  } finally {
    await rm(folder, { recursive: true })
    await rename(`${folder}-kept`, folder)
  }
}

/** Writes pacts of further consumers beside those of the language itself. */
async function writePacts(language: Language, pacts: Readonly<Record<string, HandWrittenPact>>): Promise<void> {
  for (const [consumer, pact] of Object.entries(pacts))
    await writeFile(join(buildOf(language), 'pacts', `${consumer}-wechatpay.json`), textOf(pact, consumer))
}

for (const language of languages) {
  const missing = notRun.get(language.id)
  const title = `${language.language}: ${language.versions.join(', ')}`
  const pactOf = (name: string) => join(buildOf(language), 'pacts', `${language.id}-shop${name}-wechatpay.json`)

  describe.skipIf(missing)(missing ? `${title}: not run: ${missing}` : title, () => {
    /** Besides the consumer's own: callbacks and a value of a state, in specification 4 in one contract. */
    const further: Readonly<Record<string, HandWrittenPact>> = {
      'callbacks-v3': callbackPact('3.0.0', language.events),
      'from-state-v3': { version: '3.0.0', interactions: [FROM_STATE] },
      'shop-v4': {
        version: '4.0',
        interactions: [inVersion4(FROM_STATE), ...(callbackPact('4.0', language.events).interactions ?? [])],
      },
    }
    const ownRequests = SPECIFICATIONS.length * language.interactions + 1
    const allRequests = ownRequests + SPECIFICATIONS.length * (language.events.length + 1)

    beforeAll(async () => {
      const build = buildOf(language)
      const { from, file, rewrite } = language.inVersion3
      await mkdir(build, { recursive: true })
      await cp(exampleOf(language), build, { recursive: true })
      for (const folder of ['pacts', 'pacts-kept']) await rm(join(build, folder), { recursive: true, force: true })
      await mkdir(join(build, 'pacts'))
      await writeFile(join(build, file), rewrite(await readFile(join(build, from), 'utf8')))
      if (language.methods) await addMethods(build, language.methods)
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
        stderr: expect.stringContaining(`${ownRequests} requests, all as they have to be`),
      })
      for (const [name, version, callbacks] of [
        ['', /^4/, 1],
        ['-v3', /^3/, 0],
      ] as const) {
        const pact = JSON.parse(await readFile(pactOf(name), 'utf8'))
        expect(pact.metadata.pactSpecification.version).toMatch(version)
        expect(pact.interactions).toHaveLength(language.interactions + callbacks)
      }
      expect(await comparedWithOpenApi(buildOf(language), [pactOf(''), pactOf('-v3')])).toEqual([[], []])
      ran.push(`${title}: consumer in V3 and V4`)
    })

    test('a consumer that signs with another key is told so, and fails', async () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
      const consumer: Command = ['env', `WECHATPAY_MERCHANT_PRIVATE_KEY=${key}`, ...language.consumer]

      const { code, stderr } = await withPacts(language, {}, () =>
        behindFront(language, ['--to', PACT_SERVER], consumer),
      )

      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(`  FAILED      POST ${ASSOCIATE} 401\n`),
      })
      expect(stderr).toContain(`${ownRequests} requests, ${ownRequests - 1} not as they have to be`)
    })

    test('its verifier, of both and of messages', async () => {
      await writePacts(language, further)

      const { code, stdout, stderr } = await behindFront(language, [], language.verifier)

      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: expect.any(String),
        stderr: expect.stringContaining(`${allRequests} requests, all as they have to be`),
      })
      expect(stderr.split(ASKED_OF_STATE).length - 1).toBeGreaterThanOrEqual(SPECIFICATIONS.length)
      ran.push(
        `${title}: verifier of V3 and V4, with values of states, and with callbacks of ${language.events.join(', ')}`,
      )
    })

    test("its verifier, of this project's own contracts", () => verifyOwn(language, [], language.verifier))

    test('its verifier fails on every contract that is not kept', () =>
      verifyWhatIsNotKept(language, [], language.verifier))

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

      expect(code).toBe(1)
      expect(stderr).toContain('- Its signature does not verify.')
    })
  })
}

/** Adds methods for the messages of this project's contracts. */
async function addMethods(build: string, { file, methodFor }: NonNullable<Language['methods']>): Promise<void> {
  const program = await readFile(join(build, file), 'utf8')
  const messages = own.filter(({ type }) => type === 'Asynchronous/Messages').map(({ description }) => description)
  const missing = [...new Set(messages)].filter(
    (description) => !program.includes(`@PactVerifyProvider("${description}")`),
  )
  await writeFile(join(build, file), program.replace(/\}\s*$/, `\n${missing.map(methodFor).join('\n')}}\n`))
}

/** Findings of openapi-pact-comparator: a list for each contract. */
async function comparedWithOpenApi(folder: string, pacts: readonly string[]): Promise<unknown[]> {
  const document = join(folder, 'wechatpay.json')
  await writeFile(document, (await spawnCli(['openapi'])).stdout)
  const comparator = createRequire(import.meta.url).resolve('@pactflow/openapi-pact-comparator')
  const { stdout } = await promisify(execFile)(NODE, [
    join(dirname(comparator), 'cli.cjs'),
    '--oas',
    document,
    ...pacts,
  ])
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const python = languages.find(({ id }) => id === 'python')
const missing = notRun.get('python')

const verifierOf = (...options: string[]): Command => [
  PACT_CLI,
  ...['verifier', '--dir', 'pacts', '--provider-name', 'wechatpay'],
  ...['--hostname', '127.0.0.1', '--port', '8193'],
  ...['--state-change-url', 'http://127.0.0.1:8193/_pact/states', '--state-change-teardown', ...options],
]

describe.skipIf(missing)(missing ? `Pact's command line: not run: ${missing}` : "Pact's command line", () => {
  test.for([
    ['in the body', []],
    ['in the query', ['--state-change-as-query']],
  ] as const)('verifies with states %s', async ([, options]) => {
    if (!python) throw new Error('There is no Python')
    const { code, stderr } = await behindFront(python, ['--port', '8193'], verifierOf(...options))

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(
        `${1 + 2 * (python.interactions + python.events.length + 1)} requests, all as they have to be`,
      ),
    })
    ran.push(`Pact's command line: verifier of V3 and V4, messages too${options.length > 0 ? ', states as query' : ''}`)
  })

  const left = isRepresentative ? ': not run: REPRESENTATIVE=1 leaves it to the verifier of Python' : ''
  test.skipIf(isRepresentative)(`verifies this project's own contracts${left}`, async () => {
    if (!python) throw new Error('There is no Python')
    await verifyOwn(python, ['--port', '8193'], verifierOf())
  })

  test('fails on every contract that is not kept', async () => {
    if (!python) throw new Error('There is no Python')
    await verifyWhatIsNotKept(python, ['--port', '8193'], verifierOf())
  })
})

test.for(['contracts-in-other-languages.md', 'contracts-in-other-languages.zh-CN.md'])(
  'docs/recipes/%s shows the programs as they are run',
  async (name) => {
    const recipe = await readFile(fileURLToPath(new URL(`../../../docs/recipes/${name}`, import.meta.url)), 'utf8')
    for (const [id, file] of [
      ['python', 'test_shop.py'],
      ['python', 'test_callbacks.py'],
      ['python', 'test_provider.py'],
      ['go', 'shop.go'],
      ['go', 'shop_test.go'],
      ['go', 'callbacks_test.go'],
      ['go', 'provider_test.go'],
      ['java', 'src/test/java/ShopTest.java'],
      ['java', 'src/test/java/ShopCallbacksTest.java'],
      ['java', 'src/test/java/ProviderTest.java'],
    ] as const) {
      expect(recipe, basename(file)).toContain(`\n${await readFile(join(exampleOf({ id }), file), 'utf8')}\`\`\``)
    }
  },
)
