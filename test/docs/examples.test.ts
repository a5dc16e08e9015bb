import { createServer } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { type RunningServer, startServer } from '../../src/doors/transports/node-server.ts'
import { aDirectory } from '../stores/data-files.ts'
import { listening } from './listening.ts'
import { read, section } from './markdown.ts'
import { outputOf } from './output-of.ts'

const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)

afterEach(() => {
  log.mockClear()
  vi.unstubAllEnvs()
})

/** Output of an example that talks to the server at its usual address. */
async function outputWithServer(
  example: string,
  prepare: (server: RunningServer) => Promise<unknown> = async () => {},
): Promise<string> {
  const server = await startServer({ port: 0 })
  await prepare(server)
  const code = read(example).replaceAll('127.0.0.1:8089', `127.0.0.1:${server.port}`)
  return outputOf('--input-type=module', '--eval', code).finally(() => server.close())
}

test('the whole story runs against a server, twice', async () => {
  for (let run = 0; run < 2; run++) {
    expect(await outputWithServer('examples/story.mjs')).toMatch(
      /^COUPON\.SEND: \w+ holds \d{22}\nTRANSACTION\.SUCCESS: (MCH_\d+) is SUCCESS\nREFUND\.SUCCESS: SUCCESS\nThe coupon is SENDED, and went with \1\n$/,
    )
  }
})

test('the commission for a linked coupon is paid out, and once where the answer is lost and the callback comes twice', async () => {
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00`
  const lines = [
    `linked to MCH_102233445 at ${time}`,
    String.raw`(FY\d+) is WAIT_USER_CONFIRM`,
    'MCHTRANSFER.BILL.FINISHED: SUCCESS, 500 fen',
    String.raw`\1 is SUCCESS since ${time}`,
  ]
  const expected = new RegExp(`^${lines.join('\n')}\n$`)
  expect(await outputWithServer('examples/commission.mjs')).toMatch(expected)

  const output = await outputWithServer('examples/commission.mjs', async ({ control }) => {
    await control.planFault({ operation: 'transferToUser', effect: 'answer_lost' })
    await control.planFault({ event: 'MCHTRANSFER.BILL.FINISHED', effect: 'duplicate' })
  })
  expect(output).toMatch(expected)
})

test('two jobs that share a mock keep apart, as the page shows', async () => {
  const [shown] = section('docs/containers.md', 'share-one-mock-among-ci-jobs').blocks.filter(
    ({ language }) => language === 'text',
  )
  expect(await outputWithServer('examples/share-a-mock.mjs')).toBe(shown?.code)
})

test('the example with an SDK runs against a server', async () => {
  const stdout = await outputWithServer('examples/node.mjs')
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00\n$/)
})

test('the example with a data file runs', async () => {
  const before = process.cwd()
  process.chdir(await aDirectory())
  try {
    await import('../../examples/data.ts')
  } finally {
    process.chdir(before)
  }

  expect(log.mock.calls).toEqual([['SENDED']])
})

test('the example with msw runs', async () => {
  await import('../../examples/msw.ts')
  expect(log).toHaveBeenCalledWith('SENDED', undefined)
})

test('the example with a server in the process runs', async () => {
  await import('../../examples/server.ts')
  expect(log.mock.calls).toEqual([[true, 'SENDED']])
})

test('the example that signs by itself runs', async () => {
  await import('../../examples/signed-call.ts')
  expect(log.mock.calls).toEqual([[200, true]])
})

test('the example with made-up data runs', async () => {
  await import('../../examples/fixtures.ts')
  expect(log.mock.calls).toEqual([['SENDED']])
})

test('the example with a broker verifies the pacts that the broker names', async () => {
  const asked: unknown[] = []
  const broker = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    const at = (path: string) => ({ href: `http://${request.headers.host}${path}` })
    const answers: Record<string, object> = {
      '/': { _links: { 'pb:provider-pacts-for-verification': at('/pacts') } },
      '/pacts': {
        _links: { self: at('/pacts') },
        _embedded: {
          pacts: [{ shortDescription: '', verificationProperties: { notices: [] }, _links: { self: at('/pact') } }],
        },
      },
      '/pact': JSON.parse(read('contracts/conformance/pacts/conformance-certificates-wechatpay.json')),
    }
    asked.push({ path: request.url, ...(body !== '' && { body: JSON.parse(body) }) })
    response.setHeader('Content-Type', 'application/hal+json').end(JSON.stringify(answers[request.url ?? '']))
  })
  await using address = await listening(broker)
  vi.stubEnv('PACT_BROKER_BASE_URL', address.url)
  vi.stubEnv('CI', undefined)

  try {
    await import('../../examples/pact-broker.ts')
    expect(process.exitCode).toBe(0)
  } finally {
    process.exitCode = undefined
  }

  const consumerVersionSelectors = [{ branch: 'feature-x', consumer: 'my-shop' }, { mainBranch: true }]
  expect(asked).toContainEqual({
    path: '/pacts',
    body: { includePendingStatus: true, consumerVersionSelectors, providerVersionBranch: 'main' },
  })
  expect(asked).toContainEqual({ path: '/pact' })
})
