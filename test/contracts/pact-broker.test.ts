import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { type PactBroker, verifyPacts } from '../../contracts/kit/index.ts'
import { VERSION } from '../../src/control/package-files.ts'
import { cli, run } from '../cli/cli.ts'
import { listening } from '../docs/listening.ts'
import { representatives } from '../helpers/representative.ts'
import {
  drips,
  hangs,
  neverEnds,
  redirects,
  refuses,
  type SmallBroker,
  type SmallBrokerOptions,
  says,
  showsPage,
  smallBroker,
} from './broker.ts'
import { contentOf, V2, V3 } from './pacts.ts'

const kept = { consumer: 'a Java shop', content: contentOf(V2) }
const [LINKS] = V2.interactions ?? []
const broken = {
  consumer: 'a Java shop',
  content: contentOf({
    version: '2.0.0',
    interactions: [{ ...LINKS, description: 'expects another', response: { status: 204 } }],
  }),
}

/** A possible answer of a broker, and its consequence. */
interface Row extends Partial<SmallBrokerOptions> {
  readonly exit: 0 | 1 | 2
  /** Part of the line that a person reads; for results that were not published, part of the report. */
  readonly message?: string
  /** Whether the published result says that the contract is kept; omitted if nothing was published. */
  readonly success?: boolean
  /** How often the client asked the question that got no proper answer. */
  readonly asked?: number
  /** Whether the command line is tried with it, too: once for each way to end, and for the time limit, which it converts. */
  readonly onCommandLine?: true
}

const NO_KEY = ' Is PACT_BROKER_TOKEN set, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, to what may do this?'

const rows: Readonly<Record<string, Row>> = {
  'a contract that is kept': { exit: 0, success: true, onCommandLine: true },
  'a contract that is not kept': {
    onCommandLine: true,
    pacts: [broken],
    exit: 1,
    success: false,
    message: '0 ok, 1 failed',
  },
  'a pending contract that is not kept': { pacts: [{ ...broken, pending: true }], exit: 0, success: false },
  'work in progress that is not kept': { pacts: [{ ...broken, pending: true, wip: true }], exit: 0, success: false },
  'no contracts': {
    pacts: [],
    exit: 2,
    message: 'has no pacts with "wechatpay" that are selected; check the provider',
  },
  'a provider that it does not know': {
    instead: { list: refuses(404, 'No provider with that name') },
    exit: 2,
    message: 'has no pacts with "wechatpay" that are selected',
  },
  'a contract without interactions': {
    pacts: [{ consumer: 'c', content: contentOf({ version: '2.0.0', interactions: [] }) }],
    exit: 2,
    message: '/pact-version/0 has no interactions',
  },
  'a contract with another provider': {
    pacts: [{ consumer: 'c', content: { ...contentOf(V2), provider: { name: 'other' } } }],
    exit: 2,
    message: '/pact-version/0 is a contract with "other", not with "wechatpay"',
  },
  'something that is no contract': { instead: { pact: showsPage }, exit: 2, message: '/pact-version/0 is not JSON' },
  'a page in HTML': {
    instead: { index: showsPage },
    exit: 2,
    message:
      ' answered without a link pb:provider-pacts-for-verification: it is no Pact broker, or one that is too old.',
  },
  'JSON that is no list': {
    instead: { list: says({ pacts: 'many' }) },
    exit: 2,
    message: 'answered with something else than a list of pacts',
  },
  'a link that is no address': {
    instead: { index: says({ _links: { 'pb:provider-pacts-for-verification': { href: 'http://[' } } }) },
    exit: 2,
    message: ' answered with a link that is no address: "http://[".',
  },
  '401 for the index': {
    onCommandLine: true,
    instead: { index: refuses(401, 'Unauthorized user') },
    exit: 2,
    message: ` answered GET / with 401 Unauthorized: Unauthorized user.${NO_KEY}`,
  },
  '400 for the selectors': {
    instead: { list: refuses(400, { message: 'unknown selector' }) },
    exit: 2,
    message: ' answered POST /pacts/provider/wechatpay/for-verification with 400 Bad Request: unknown selector.',
  },
  '500 for the index, each time': {
    instead: { index: refuses(500, 'An error has occurred') },
    exit: 2,
    asked: 4,
    message: ' answered GET / with 500 Internal Server Error: An error has occurred.',
  },
  '503 for the index, twice': { instead: { index: refuses(503, 'starting', 2) }, exit: 0, asked: 3, success: true },
  'nothing to the index': {
    onCommandLine: true,
    instead: { index: hangs },
    exit: 2,
    asked: 1,
    message: ' did not answer GET /: there was no answer within 1 s. Is this its address,',
  },
  'one byte after the other': {
    instead: { pact: drips },
    exit: 2,
    asked: 1,
    message: '/pact-version/0: there was no answer within 1 s.',
  },
  'a contract without end': {
    instead: { pact: neverEnds },
    exit: 2,
    message: '/pact-version/0 with more than 64 MB, which no pact has.',
  },
  'another address for the index': {
    instead: { index: redirects('https://broker.example.com/') },
    exit: 2,
    message: ' redirects GET / to https://broker.example.com/. ',
  },
  'a page to log in at, of whose address nobody else should know all': {
    instead: { pact: redirects('https://shop:a-secret-token@login.example.com/in?token=a-secret-token') },
    exit: 2,
    message: '/pact-version/0 to https://login.example.com/in. ',
  },
  'another address for the results': {
    instead: { results: redirects('/', 301) },
    exit: 1,
    message: '/verification-results to http://127.0.0.1:',
  },
  '403 for the results': {
    onCommandLine: true,
    instead: { results: refuses(403, 'read only') },
    exit: 1,
    message: `/verification-results with 403 Forbidden: read only.${NO_KEY}`,
  },
  '409 for the results': {
    instead: { results: refuses(409, 'the version exists already.') },
    exit: 1,
    message: 'with 409 Conflict: the version exists already.',
  },
  '429 for the results, each time': {
    instead: { results: refuses(429, 'slow down') },
    exit: 1,
    asked: 4,
    message: 'with 429 Too Many Requests: slow down.',
  },
  'nothing to the results': {
    instead: { results: hangs },
    exit: 1,
    asked: 1,
    message: '/verification-results: there was no answer within 1 s.',
  },
  'a page in place of taking the results': {
    onCommandLine: true,
    instead: { results: showsPage },
    exit: 1,
    message: ' answered with success, though not as a Pact broker does.',
  },
  'JSON of somebody else for the results': {
    instead: { results: says({}) },
    exit: 1,
    message: ' answered with success, though not as a Pact broker does.',
  },
  'a page for the branch': {
    instead: { branch: showsPage },
    exit: 1,
    message: ' answered with success, though not as a Pact broker does.',
  },
  '404 for the branch': {
    instead: { branch: refuses(404, 'no branches here') },
    exit: 1,
    message: 'PUT /pacticipants/wechatpay/branches/feature%2Fx/versions/1.2.3 with 404 Not Found: no branches here.',
  },
  'a provider without branches': {
    instead: { provider: says({ _links: {} }) },
    exit: 1,
    message: ' answered without a link pb:branch-version: it is no Pact broker, or one that is too old.',
  },
}

const asRow = Object.entries(rows)

/** Time limit for an answer in seconds: short if the broker never answers, and for repeated calls, since the waits between them depend on it. */
function patienceFor({ asked }: Row): number {
  return asked === undefined ? 30 : asked === 1 ? 1 : 3
}

/** How often the client asked the question with the replaced answer. */
function timesAsked({ calls }: SmallBroker, { instead = {} }: Row): number {
  return calls.filter(({ question }) => Object.hasOwn(instead, question)).length
}

describe('a broker that answers with', () => {
  test.for(representatives(asRow))('%s', async ([, row]) => {
    await using broker = await smallBroker({ pacts: [kept], ...row })
    const { exit, message = '', success, asked } = row
    const options: PactBroker = {
      pactBrokerUrl: broker.url,
      pactBrokerToken: 'a-secret-token',
      timeoutMs: patienceFor(row) * 1_000,
      enablePending: true,
      publishVerificationResult: true,
      providerVersion: '1.2.3',
      providerVersionBranch: 'feature/x',
    }

    const outcome = await verifyPacts({ broker: options }).catch((error: unknown) => error as Error)

    if (outcome instanceof Error) {
      expect({ exit, message: outcome.message }).toEqual({ exit: 2, message: expect.stringContaining(message) })
    } else {
      expect({ ...outcome, exit: outcome.ok ? 0 : 1 }).toMatchObject({ exit })
      if (exit === 1 && success === undefined) {
        expect(outcome.problems).toEqual([expect.stringContaining(message)])
        expect(outcome.problems[0]).toMatch(/^The result of the contract of a Java shop was not published: http/)
      }
    }
    expect(JSON.stringify(outcome)).not.toContain('a-secret-token')
    if (success !== undefined) expect(broker.results).toEqual([expect.objectContaining({ success })])
    if (asked !== undefined) expect(timesAsked(broker, row)).toBe(asked)
  })

  // The results of the calls above, as a person and a shell read them.
  test.for(asRow.filter(([, { onCommandLine }]) => onCommandLine))('%s, for the command line', async ([, row]) => {
    await using broker = await smallBroker({ pacts: [kept], ...row })
    const { exit, message = '', success } = row

    const { code, stdout, stderr } = await cli(
      [
        ...['pact', 'verify', '--publish', VERSION, '--provider-branch', 'feature/x'],
        ...['--broker-timeout', `${patienceFor(row)}`],
      ],
      { env: { PACT_BROKER_BASE_URL: broker.url, PACT_BROKER_TOKEN: 'a-secret-token' } },
    )

    expect({ code, said: exit === 2 ? stderr : stdout }).toEqual({ code: exit, said: expect.stringContaining(message) })
    if (exit === 2) expect(stderr).toMatch(/^wechatpay-mock: .*\n$/)
    expect(stdout + stderr).not.toContain('a-secret-token')
    if (success !== undefined) expect(broker.results).toEqual([expect.objectContaining({ success })])
    expect(broker.calls.map(({ authorization }) => authorization)).toEqual(
      broker.calls.map(() => 'Bearer a-secret-token'),
    )
  })
})

test('a broker that is not there is said to be so, whatever its password', async () => {
  const broker = await smallBroker({ pacts: [] })
  await broker[Symbol.asyncDispose]()
  const address = new URL(broker.url)
  address.username = 'shop'
  address.password = 'a-secret-password'

  const { code, stderr } = await cli(['pact', 'verify', '--broker', address.href])

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(
      `${broker.url} did not answer GET /: the connection was refused. Is this its address`,
    ),
  })
  expect(stderr).not.toContain('a-secret-password')
})

test('credentials in an address are used, and links with a host in their path lead to no other', async () => {
  const index = says({ _links: { 'pb:provider-pacts-for-verification': { href: '//127.0.0.1:1//127.0.0.1:2/list' } } })
  await using broker = await smallBroker({ pacts: [], instead: { index } })
  const address = new URL(broker.url)
  address.username = 'shop'
  address.password = '100%'

  const { code, stderr } = await cli(['pact', 'verify', '--broker', address.href])

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('has no pacts with "wechatpay"') })
  expect(broker.calls.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/', `Basic ${Buffer.from('shop:100%').toString('base64')}`],
    ['//127.0.0.1:2/list', `Basic ${Buffer.from('shop:100%').toString('base64')}`],
  ])
})

test('credentials are not repeated, in whatever form a broker repeats them', async () => {
  const password = 'a-secret-password'
  const basic = Buffer.from(`shop:${password}`).toString('base64')
  await using broker = await smallBroker({
    pacts: [],
    instead: { index: refuses(400, `Not Basic ${basic}, nor ${password}.${'.'.repeat(230)}${password}`) },
  })

  const { code, stderr } = await cli([
    'pact',
    'verify',
    '--broker',
    broker.url,
    '--broker-username',
    'shop',
    '--broker-password',
    password,
  ])

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Not Basic ***, nor ***.') })
  expect(stderr).not.toContain('secret')
})

test('a question that is under way ends with the signal', async () => {
  const ending = new AbortController()
  const abort = () => {
    ending.abort(new Error('enough'))
    return true
  }
  await using broker = await smallBroker({ pacts: [kept], instead: { pact: abort } })

  const verification = verifyPacts({ broker: { pactBrokerUrl: broker.url }, signal: ending.signal })

  expect(await verification.catch((error: unknown) => error)).toBe(ending.signal.reason)
})

test('an address with a password in it that is none is not repeated', async () => {
  const { code, stderr } = await cli(['pact', 'verify', 'https://shop:a#secret@broker.example.com/pact'])

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('has to be one like https://') })
  expect(stderr).not.toContain('secret')
})

describe('a broker is asked', () => {
  test('for what the options choose, and told whose the results are', async () => {
    await using broker = await smallBroker({ pacts: [kept, { ...kept, consumer: 'another shop' }] })

    const { code } = await cli([
      ...['pact', 'verify', '--broker', broker.url, '--broker-username', 'shop', '--broker-password', 'secret'],
      ...['--provider-branch', 'main', '--provider-tag', 'dev', '--provider-tag', 'ci'],
      ...['--consumer-version-selector', '{"mainBranch":true,"consumer":"my-shop"}'],
      ...['--consumer-branch', 'feature-x', '--consumer-version-tag', 'prod'],
      ...['--enable-pending', '--include-wip-pacts-since', '2026-11-01'],
      ...['--publish', '1.2.3', '--provider-version', '1.2.3', '--build-url', 'https://ci.example.com/builds/42'],
    ])

    expect(code).toBe(0)
    expect(broker.calls.map(({ question, method, path }) => [question, `${method} ${path}`])).toEqual([
      ['index', 'GET /'],
      ['list', 'POST /pacts/provider/wechatpay/for-verification'],
      ['pact', expect.stringMatching(/^GET .*\/0$/)],
      ['pact', expect.stringMatching(/^GET .*\/1$/)],
      ['provider', 'GET /pacticipants/wechatpay'],
      ['branch', 'PUT /pacticipants/wechatpay/branches/main/versions/1.2.3'],
      ['tag', 'PUT /pacticipants/wechatpay/versions/1.2.3/tags/dev'],
      ['tag', 'PUT /pacticipants/wechatpay/versions/1.2.3/tags/ci'],
      ['results', expect.stringMatching(/\/0\/verification-results$/)],
      ['results', expect.stringMatching(/\/1\/verification-results$/)],
    ])
    expect(broker.calls[1]?.body).toEqual({
      consumerVersionSelectors: [
        { mainBranch: true, consumer: 'my-shop' },
        { branch: 'feature-x' },
        { tag: 'prod', latest: true },
      ],
      includePendingStatus: true,
      includeWipPactsSince: '2026-11-01',
      providerVersionBranch: 'main',
      providerVersionTags: ['dev', 'ci'],
    })
    expect(broker.results[0]).toEqual({
      success: true,
      providerApplicationVersion: '1.2.3',
      buildUrl: 'https://ci.example.com/builds/42',
      verifiedBy: { implementation: 'wechatpay-mock', version: VERSION },
      testResults: [{ interactionId: 'id-0', interactionDescription: 'links a coupon', success: true }],
    })
    expect(broker.calls[0]?.authorization).toBe(`Basic ${Buffer.from('shop:secret').toString('base64')}`)
  })

  test('for main branches and what is deployed, unless something is chosen, and told of the branch of git', async () => {
    await using broker = await smallBroker({ pacts: [kept] })

    await cli(['pact', 'verify', '--broker', broker.url], { env: { GITHUB_HEAD_REF: '' } })

    expect(broker.calls[1]?.body).toEqual({
      consumerVersionSelectors: [{ mainBranch: true }, { deployedOrReleased: true }],
      includePendingStatus: false,
      ...((await branchHere()) && { providerVersionBranch: await branchHere() }),
    })
    expect(broker.results).toEqual([])
  })

  test('and told of the branch of the CI system, where git has none', async () => {
    await using broker = await smallBroker({ pacts: [kept] })

    await cli(['pact', 'verify', '--broker', broker.url], { cwd: tmpdir(), env: { GITHUB_HEAD_REF: 'feature-y' } })

    expect(broker.calls[1]?.body).toMatchObject({ providerVersionBranch: 'feature-y' })
  })

  test('not at all for what is not named by its address, and gets its credentials alone', async () => {
    await using broker = await smallBroker({ pacts: [kept] })
    await using other = await smallBroker({ pacts: [kept] })

    const { code } = await cli(['pact', 'verify', broker.pactUrl(0), other.pactUrl(0)], {
      env: { PACT_BROKER_BASE_URL: broker.url, PACT_BROKER_TOKEN: 'a-secret-token' },
    })

    expect(code).toBe(0)
    expect(broker.calls).toMatchObject([{ question: 'pact', authorization: 'Bearer a-secret-token' }])
    expect(other.calls).toMatchObject([{ question: 'pact', authorization: undefined }])
  })
})

test('the pact of a webhook is verified alone, and its result published', async () => {
  await using broker = await smallBroker({ pacts: [kept, broken] })

  const { code, stdout } = await cli([
    'pact',
    'verify',
    broker.pactUrl(0),
    '--publish',
    '7',
    '--provider-version',
    '7',
    '--provider-branch',
    'main',
  ])

  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/\n1 interaction, 1 ok, 0 failed\n1 result published, of version 7\n$/),
  })
  expect(broker.calls.map(({ question }) => question)).toEqual(['pact', 'provider', 'branch', 'results'])
  expect(broker.results).toMatchObject([{ success: true, providerApplicationVersion: '7' }])
})

test.for(['', '--provider-version 1.2.4'])('results are of the version of the mock, if not named: %s', async (more) => {
  await using broker = await smallBroker({ pacts: [kept] })
  const args = ['pact', 'verify', '--broker', broker.url, '--publish', '1.2.3', ...more.split(' ').filter(Boolean)]

  const { code, stderr } = await cli(args)

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `wechatpay-mock: The mock that is verified is version ${VERSION}, not 1.2.3: give --publish ${VERSION}; or, to have its results stand for 1.2.3, --provider-version 1.2.3 as well\n`,
  })
  expect(broker.calls).toEqual([])
})

test('a result for a pact that is not in a broker is not published, and that is said', async () => {
  await using server = await listening(
    createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(kept.content))
    }),
  )

  const { code, stdout } = await cli(['pact', 'verify', `${server.url}/pact.json?key=a-secret`, '--publish', VERSION])

  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringContaining(`${server.url}/pact.json answered without a link pb:publish-verification-results`),
  })
  expect(stdout).not.toContain('a-secret')
})

test('a broker is told what differs, and what a pact cannot say', async () => {
  const [refused] = V3.interactions ?? []
  const unknownState = { ...refused, description: 'in no state', providerStates: [{ name: 'the moon is full' }] }
  const other = { ...refused, description: 'another code', response: { status: 400, body: { code: 'NO_AUTH' } } }
  await using broker = await smallBroker({
    pacts: [{ consumer: 'c', content: contentOf({ version: '3.0.0', interactions: [unknownState, other] }) }],
  })

  await verifyPacts({
    broker: { pactBrokerUrl: broker.url, publishVerificationResult: true, providerVersion: '1' },
  })

  expect(broker.results).toMatchObject([
    {
      success: false,
      testResults: [
        {
          interactionId: 'id-0',
          success: false,
          exceptions: [{ message: expect.stringContaining('There is no provider state "the moon is full"') }],
        },
        {
          interactionId: 'id-1',
          success: false,
          mismatches: [{ attribute: 'body', identifier: '$.code', description: expect.stringContaining('NO_AUTH') }],
        },
      ],
    },
  ])
})

test('results of one contract that were not published do not keep those of others back', async () => {
  await using broker = await smallBroker({
    pacts: [kept, { ...kept, consumer: 'another shop' }],
    instead: { results: refuses(409, 'a conflict', 1) },
  })

  const { ok, problems } = await verifyPacts({
    broker: { pactBrokerUrl: broker.url, publishVerificationResult: true, providerVersion: '1' },
  })

  expect(ok).toBe(false)
  expect(problems).toEqual([expect.stringContaining('409 Conflict: a conflict.')])
  expect(broker.results).toHaveLength(2)
})

describe('options that do not go together', () => {
  test.for<[args: readonly string[], message: string]>([
    [['a.json', '--broker', 'http://127.0.0.1:1'], 'Name pact files, or give a --broker, not both'],
    [['a.json', '--publish', '1'], '--publish is for pacts of a --broker, not for files'],
    [['a.json', '--consumer-branch', 'main'], '--consumer-branch chooses among the pacts of a --broker'],
    [['http://127.0.0.1:1/pact', '--enable-pending'], '--enable-pending chooses among the pacts of a --broker'],
    [['--broker', 'http://127.0.0.1:1', '--broker-password', 'x'], '--broker-password needs --broker-username'],
    [['--broker', 'nowhere'], 'The address of a broker or a pact has to be one like https://broker.example.com.'],
    [['--consumer-version-selector', 'main'], 'an object in JSON, like {"mainBranch":true}'],
    [['--include-wip-pacts-since', 'yesterday'], 'a day, like 2026-11-01'],
    // Git reports an empty branch on a detached HEAD, as in many CI systems.
    [
      ['--broker', 'http://127.0.0.1:1', '--consumer-branch', ''],
      '--consumer-branch <branch> cannot be "": it is empty',
    ],
    [['--broker', 'http://127.0.0.1:1', '--consumer-version-tag', ''], '--consumer-version-tag <tag> cannot be ""'],
    [['--broker', 'http://127.0.0.1:1', '--provider-branch', ''], '--provider-branch <branch> cannot be ""'],
    [['--broker', 'http://127.0.0.1:1', '--provider-tag', ''], '--provider-tag <tag> cannot be ""'],
    [['--broker', 'http://127.0.0.1:1', '--publish', ''], '--publish <version> cannot be ""'],
    [['--broker', 'http://127.0.0.1:1', '--provider-version', '1'], '--provider-version is for --publish'],
    [['--build-url', 'build 42'], 'an address, like https://ci.example.com/builds/42'],
    [['--broker-timeout', '0'], '--broker-timeout'],
    [[], 'There is nothing to verify: name pact files, or give a --broker'],
  ])('%j', async ([args, message]) => {
    const { code, stderr } = await cli(['pact', 'verify', ...args])

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
  })

  test('results of no version', async () => {
    await expect(
      verifyPacts({ broker: { pactBrokerUrl: 'http://127.0.0.1:1', publishVerificationResult: true } }),
    ).rejects.toThrow('give broker.providerVersion')
  })
})

async function branchHere(): Promise<string> {
  const { stdout } = await run('git', ['branch', '--show-current'])
  return stdout.trim()
}
