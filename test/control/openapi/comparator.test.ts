import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { recordPact } from '../../../contracts/kit/index.ts'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import { createMerchantClient, sendWithFetch } from '../../../src/testing/merchant-client.ts'
import { cli, NODE } from '../../cli/cli.ts'
import { openShop } from '../../contracts/recorded-shop.ts'
import { section } from '../../docs/markdown.ts'

const contracts = fileURLToPath(new URL('../../../contracts/', import.meta.url))
const SHOP = join(contracts, 'pacts/shop-wechatpay.json')
const SHOPS = join(contracts, 'pacts')
const CONFORMANCE = join(contracts, 'conformance/pacts')

type Body = Record<string, unknown>

interface Interaction {
  description: string
  request: { path: string; headers: Record<string, string[]>; body: { content: Body } }
  response: { status: number; headers: Record<string, string[]>; body: { content: Body } }
}

interface Contract {
  interactions: Interaction[]
}

const LINKS = 'links a coupon to an order'
const LOOKS_UP = 'looks up a coupon'

const WRONG: Readonly<Record<string, { of: string; change: (interaction: Interaction) => void; found: string[] }>> = {
  'a field that the call does not have': {
    of: LINKS,
    change: ({ request: { body } }) => {
      body.content.order_no = body.content.out_trade_no
      delete body.content.out_trade_no
    },
    found: ['request.body.incompatible at request.body', 'request.body.incompatible at request.body'],
  },
  'a value of another type': {
    of: LINKS,
    change: ({ request: { body } }) => Object.assign(body.content, { stock_id: 100088 }),
    found: ['request.body.incompatible at request.body.stock_id'],
  },
  'a member that no answer has': {
    of: LINKS,
    change: ({ response: { body } }) => Object.assign(body.content, { associate_time: '2026-01-05T10:20:30+08:00' }),
    found: ['response.body.incompatible at response.body'],
  },
  'a path that is not served': {
    of: LOOKS_UP,
    change: ({ request }) => {
      request.path = request.path.replace('busifavor', 'busi-favor')
    },
    found: ['request.path-or-method.unknown at request.path'],
  },
  'a call without Authorization': {
    of: LINKS,
    change: ({ request: { headers } }) => delete headers.Authorization,
    found: ['request.authorization.missing at request.headers'],
  },
  'a header field that WeChat Pay does not send': {
    of: LINKS,
    change: ({ response: { headers } }) => Object.assign(headers, { 'Wechatpay-Mock-Diagnosis': ['signature'] }),
    found: ['response.header.unknown at response.headers.wechatpay-mock-diagnosis'],
  },
  'a signature where an answer has none': {
    of: 'links a coupon to an order with the wrong key',
    change: ({ response: { headers } }) => Object.assign(headers, { 'Wechatpay-Signature': ['c2ln'] }),
    found: ['response.header.unknown at response.headers.wechatpay-signature'],
  },
  'a status that no answer has': {
    of: 'links a coupon to an order while the service fails',
    change: ({ response }) => {
      response.status = 502
    },
    found: ['response.status.unknown at response.status'],
  },
}

describe('openapi-pact-comparator, with the document that `wechatpay-mock openapi` prints', () => {
  let folder: string
  let printed: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comparator-'))
    printed = join(folder, 'openapi.json')
    await writeFile(printed, (await cli(['openapi'])).stdout)
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('has nothing against the contracts of the shops, nor against what the mock is held to, with all header fields and the charset', async () => {
    const filesIn = async (folder: string) => (await readdir(folder)).map((file) => join(folder, file))
    const shops = (await filesIn(SHOPS)).map(async (file) => written(folder, basename(file), await contractIn(file)))
    const files = [...(await Promise.all(shops)), ...(await filesIn(CONFORMANCE))]

    expect(files.length).toBeGreaterThan(8)
    expect(await compare(printed, files)).toEqual({ code: 0, findings: files.map(() => []) })
  })

  test('has nothing against what is recorded, a 204 with its Content-Type among it', async ({ onTestFinished }) => {
    const { credentials, control, url } = await openShop('well-known', onTestFinished)
    const client = createMerchantClient({ credentials, send: sendWithFetch(url) })
    await client.request({ target: '/v3/certificates' })
    const body = { mchid: credentials.mchid }
    await client.request({ target: '/v3/pay/transactions/out-trade-no/MCH_0001/close', body })
    const file = join(folder, 'recorded.json')

    await recordPact({ control, file, consumer: 'recorded' })

    const { interactions } = await contractIn(file)
    expect(interactions.map(({ response }) => response.status).toSorted()).toEqual([200, 204])
    expect(await compare(printed, [file])).toEqual({ code: 0, findings: [[]] })
  })

  test('finds each mistake, and nothing else', async () => {
    const wrong = Object.entries(WRONG)
    const rights = await Promise.all(
      wrong.map(async ([, { of }], i) => written(folder, `right${i}.json`, await one(of))),
    )
    const wrongs = await Promise.all(
      wrong.map(async ([, { of, change }], i) => written(folder, `wrong${i}.json`, await one(of, change))),
    )
    const server = await startServer({ port: 0 })
    onTestFinished(() => server.close(0))

    // It ends with the number of wrong contracts.
    expect(await compare(`${server.url}/_mock/openapi.json`, [...rights, ...wrongs])).toEqual({
      code: wrong.length,
      findings: [...wrong.map(() => []), ...wrong.map(([, { found }]) => found)],
    })
  })
})

test.for(['md', 'zh-CN.md'])('the recipe names what is found: verify-a-contract.%s', (ending) => {
  const path = `docs/recipes/verify-a-contract.${ending}`
  const recipe = section(path, 'compare-it-with-the-openapi-document', '与-openapi-文档比对')
  const named = [...recipe.text.matchAll(/^\| `([\w.-]+)` \|/gm)].map(([, code]) => code)
  const found = Object.values(WRONG).flatMap((one) => one.found.map((line) => line.split(' ')[0]))

  expect(named.toSorted()).toEqual([...new Set(found)].toSorted())
})

/** The contract of the shop with one interaction in it, changed where a change is given. */
async function one(description = LINKS, change: (interaction: Interaction) => void = () => {}): Promise<Contract> {
  const contract = await contractIn(SHOP)
  const interaction = contract.interactions.find((candidate) => candidate.description === description)
  if (!interaction) throw new Error(`The contract of the shop has no "${description}"`)
  change(interaction)
  return { ...contract, interactions: [interaction] }
}

/** A contract, with the `Authorization` that the kit sends, since the comparator knows of no kit. */
async function contractIn(file: string): Promise<Contract> {
  const contract: Contract = JSON.parse(await readFile(file, 'utf8'))
  const calls = contract.interactions.filter(({ request }) => request)
  for (const { request } of calls)
    request.headers = { Authorization: ['WECHATPAY2-SHA256-RSA2048'], ...request.headers }
  return contract
}

async function written(folder: string, name: string, contract: Contract): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, JSON.stringify(contract))
  return file
}

/** Runs the comparator: its exit code, and of each contract the codes of what it found, with their places. */
function compare(oas: string, files: readonly string[]): Promise<{ code: number; findings: string[][] }> {
  const program = join(dirname(createRequire(import.meta.url).resolve('@pactflow/openapi-pact-comparator')), 'cli.cjs')
  return new Promise((resolve, reject) => {
    execFile(NODE, [program, '--oas', oas, ...files], { maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      const lines = stdout.trim().split('\n')
      // It prints a line for each contract, or says what is wrong with its use.
      if (lines.length !== files.length || stdout === '') return reject(new Error(stderr, { cause: error }))
      resolve({ code: Number(error?.code ?? 0), findings: lines.map((line) => JSON.parse(line).map(shortly)) })
    })
  })
}

function shortly({ code, mockDetails }: { code: string; mockDetails: { location: string } }): string {
  return `${code} at ${mockDetails.location.replace(/^\[root\]\.interactions\[\d+\]\./, '')}`
}
