import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect, vi } from 'vitest'
import { verifyPacts } from '../../contracts/kit/index.ts'
import { listening } from '../docs/listening.ts'
import { contentOf, V2, V3 } from './pacts.ts'

/** A directory with files, deleted after the test. */
const test = base.extend('directoryOf', ({ task: _ }, { onCleanup }) => {
  const directories: string[] = []
  onCleanup(async () => {
    for (const directory of directories) await rm(directory, { recursive: true })
  })
  return async (files: Readonly<Record<string, object | string>>): Promise<string> => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-pacts-'))
    directories.push(directory)
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content))
    }
    return directory
  }
})

const [LINKS] = V2.interactions ?? []
const pact = (more: object = {}): object => ({ ...contentOf(V2), ...more })
const named = (name: string): object => pact({ consumer: { name } })
const withOther = pact({ provider: { name: 'inventory' } })
const v4 = (interaction: object): object => contentOf({ version: '4.0', interactions: [interaction] })
const V4_HTTP = { type: 'Synchronous/HTTP', description: 'x', request: {}, response: {} }

describe('a file that cannot be verified is refused, with what to do', () => {
  test('larger than any pact', async ({ directoryOf }) => {
    const file = join(await directoryOf({ 'pact.json': '{' }), 'pact.json')
    await truncate(file, 65 * 1_048_576)

    await expect(verifyPacts({ pactFiles: [file] })).rejects.toThrow(`${file} is larger than 64 MB: no pact is.`)
  })

  test.for<[message: string, content: object | string | undefined]>([
    [' is not JSON: have the tests of its consumer write it again.', ''],
    [' cannot be read: there is no such file or directory. The tests of its consumer write it.', undefined],
    [' is not JSON: have the tests of its consumer write it again.', '{'],
    [' is no pact: it has no consumer. Name the files that the tests of consumers write.', '[]'],
    [' is no pact: it has no consumer.', '{"name":"package"}'],
    [' is no pact: it has no consumer.', pact({ consumer: {} })],
    [' is no pact: it has no provider.', pact({ provider: undefined })],
    [' is no pact: it has no interactions.', pact({ interactions: undefined })],
    [' is no pact: it has no interactions.', pact({ interactions: { 0: LINKS } })],
    [
      " is a pact of specification 5.0, which Pact's verifier does not know: have it written as one of 2, 3 or 4.",
      pact({ metadata: { pactSpecification: { version: '5.0' } } }),
    ],
    [' is a pact of specification 7,', pact({ metadata: { 'pact-specification': { version: 7 } } })],
    [
      " has interactions and messages, of which Pact's verifier would leave out the interactions:",
      pact({ messages: [{ description: 'COUPON.SEND', contents: {} }] }),
    ],
    [': the interaction 1 has no description:', pact({ interactions: ['a'] })],
    [': the interaction "asks" has no response', pact({ interactions: [LINKS, { description: 'asks', request: {} }] })],
    [': the interaction "x" has no request: have the tests', v4({ ...V4_HTTP, request: undefined })],
    [
      ': the interaction "x" is of the type Synchronous/Http, which there is not in specification 4.',
      v4({ ...V4_HTTP, type: 'Synchronous/Http' }),
    ],
    [
      ': "asks" is a synchronous message, which WeChat Pay does not have',
      v4({ type: 'Synchronous/Messages', description: 'asks' }),
    ],
    [
      ' is a contract with "inventory", not with "wechatpay": leave it out, or set the provider to "inventory".',
      withOther,
    ],
  ])('%s', async ([message, content], { directoryOf }) => {
    const file = join(await directoryOf(content === undefined ? {} : { 'pact.json': content }), 'pact.json')

    await expect(verifyPacts({ pactFiles: [file] })).rejects.toMatchObject({
      code: 'MOCK_PACT_FILE',
      message: expect.stringContaining(file + message),
      texts: { zh: expect.stringMatching(/^\S+pact\.json.*[\u4E00-\u9FFF].*。$/) },
    })
  })

  test('in a directory too', async ({ directoryOf }) => {
    const directory = await directoryOf({ 'a.json': pact(), 'b.json': '{' })

    await expect(verifyPacts({ pactFiles: [directory] })).rejects.toThrow(`${join(directory, 'b.json')} is not JSON`)
  })

  test('one with another provider is verified if that is the provider', async ({ directoryOf }) => {
    const directory = await directoryOf({ 'pact.json': withOther })

    await expect(
      verifyPacts({ pactFiles: [join(directory, 'pact.json')], provider: 'inventory' }),
    ).resolves.toMatchObject({ ok: true, interactions: [{ ok: true }] })
  })
})

describe('a directory', () => {
  test('is verified in the order of its names, and what is a contract with others is told of', async ({
    directoryOf,
  }) => {
    const directory = await directoryOf({
      'b.json': named('second'),
      'c.json': withOther,
      'a.json': named('first'),
      'notes.txt': 'no pact',
    })
    await mkdir(join(directory, 'deeper'))
    await writeFile(join(directory, 'deeper', 'd.json'), JSON.stringify(named('third')))

    const { ok, interactions, leftOut } = await verifyPacts({ pactFiles: [directory] })

    expect(ok).toBe(true)
    expect(interactions.map(({ pact, consumer }) => [pact, consumer])).toEqual([
      [join(directory, 'a.json'), 'first'],
      [join(directory, 'b.json'), 'second'],
    ])
    expect(leftOut).toEqual([{ file: join(directory, 'c.json'), provider: 'inventory' }])
  })
})

describe('nothing to verify', () => {
  test.for<[what: string, files: Readonly<Record<string, object | string>>, message: string]>([
    ['an empty directory', {}, 'has no pact in a .json file; let the tests of consumers write theirs there'],
    ['a directory without pacts', { 'notes.txt': '' }, 'has no pact in a .json file'],
    [
      'a directory with contracts with others',
      { 'a.json': withOther },
      'has contracts with "inventory", and none with "wechatpay"',
    ],
    ['a pact without interactions', { 'a.json': pact({ interactions: [] }) }, 'a.json has no interactions'],
    [
      'one pact without interactions beside another',
      { 'a.json': pact(), 'b.json': pact({ interactions: [] }) },
      'b.json has no interactions',
    ],
  ])('%s is an error, unless it is allowed', async ([, files, message], { directoryOf }) => {
    const pactFiles = [await directoryOf(files)]

    await expect(verifyPacts({ pactFiles })).rejects.toMatchObject({
      code: 'MOCK_PACT_NONE',
      message: expect.stringMatching(new RegExp(`^There is nothing to verify: .*${message}.*allowEmpty\\.$`)),
      texts: { zh: expect.stringMatching(/^没有可验证的契约：.*allowEmpty。$/) },
    })
    await expect(verifyPacts({ pactFiles, allowEmpty: true })).resolves.toMatchObject({ ok: true, problems: [] })
  })

  test('consumers that no pact is of are an error, unless it is allowed', async ({ directoryOf }) => {
    const pactFiles = [await directoryOf({ 'a.json': named('my-shop'), 'b.json': named('other') })]

    await expect(verifyPacts({ pactFiles, consumers: ['my_shop'] })).rejects.toMatchObject({
      code: 'MOCK_PACT_NONE',
      message: expect.stringContaining('no pact is one of "my_shop", there are those of "my-shop", "other"'),
    })
    await expect(verifyPacts({ pactFiles, consumers: ['my_shop'], allowEmpty: true })).resolves.toMatchObject({
      ok: true,
      interactions: [],
    })
    await expect(verifyPacts({ pactFiles, consumers: ['other'] })).resolves.toMatchObject({
      interactions: [{ consumer: 'other' }],
    })
  })

  test('no source at all is an error even so', async () => {
    await expect(verifyPacts({ allowEmpty: true })).rejects.toThrow('There is no pact to verify: give pactFiles')
  })
})

test('a pact that Pact does not verify whole is a problem', async ({ directoryOf }) => {
  // Pact silently ignores members that the fourth specification does not have.
  const message = { description: 'COUPON.SEND', contents: {} }
  const directory = await directoryOf({ 'a.json': contentOf({ version: '4.0', messages: [message] }) })

  const { ok, problems } = await verifyPacts({ pactFiles: [directory] })

  expect(ok).toBe(false)
  expect(problems).toEqual([`${join(directory, 'a.json')}: Pact's verifier verified 0 of 1 interactions.`])
})

test('a pact that Pact cannot verify at all is named', async ({ directoryOf }) => {
  const plugins = [{ name: 'of-nobody', version: '0.0.1', configuration: {} }]
  const metadata = { pactSpecification: { version: '4.0' }, plugins }
  const directory = await directoryOf({ 'a.json': { ...v4(V4_HTTP), metadata } })

  await expect(verifyPacts({ pactFiles: [directory] })).rejects.toMatchObject({
    code: 'MOCK_PACT_VERIFIER',
    message: expect.stringContaining(`${join(directory, 'a.json')}: Pact's verifier did not come to a result:`),
  })
})

test('variables that leave interactions out of a verification do not count', async ({ directoryOf }) => {
  vi.stubEnv('PACT_DESCRIPTION', 'something else')
  vi.stubEnv('PACT_PROVIDER_STATE', 'something else')
  const directory = await directoryOf({ 'a.json': contentOf(V3) })

  const { ok, interactions } = await verifyPacts({ pactFiles: [directory] })

  vi.unstubAllEnvs()
  expect(ok).toBe(true)
  expect(interactions).toHaveLength(1)
})

test('an option that does not exist is refused, of the broker too', async () => {
  await expect(verifyPacts({ pactFile: ['a'] } as object)).rejects.toThrow('did you mean pactFiles?')
  await expect(verifyPacts({ broker: { brokerUrl: 'http://127.0.0.1:1' } } as object)).rejects.toThrow(
    'There is no option broker.brokerUrl: did you mean pactBrokerUrl?',
  )
})

describe('a pact at an address', () => {
  const serving = (status: number, body: unknown) =>
    listening(
      createServer((_, response) => {
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
      }),
    )

  test('is verified', async () => {
    await using server = await serving(200, pact())

    await expect(verifyPacts({ pactUrls: [`${server.url}/pact.json`] })).resolves.toMatchObject({
      ok: true,
      interactions: [{ consumer: 'a Java shop' }],
    })
  })

  test.for<[code: string, message: string, status: number, body: unknown]>([
    ['MOCK_PACT_FILE', '/pact.json is no pact: it has no consumer.', 200, { name: 'package' }],
    ['MOCK_PACT_FILE', '/pact.json is a contract with "inventory", not with "wechatpay"', 200, withOther],
    ['MOCK_PACT_NONE', '/pact.json has no interactions', 200, pact({ interactions: [] })],
    ['MOCK_PACT_BROKER', ' answered GET /pact.json with 404 Not Found: gone.', 404, { error: 'gone' }],
  ])('is refused with %s: %s', async ([code, message, status, body]) => {
    await using server = await serving(status, body)

    await expect(verifyPacts({ pactUrls: [`${server.url}/pact.json`] })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(server.url + message),
    })
  })
})
