import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { clientEnvironment } from '../../../src/control/client-environment.ts'
import { type TrustFiles, trustFilesIn } from '../../../src/tls/trust-files.ts'
import { createCertificateAuthority, type RunningServer, startServer } from '../../../src/transports/node-server.ts'
import { type Receiver, startReceiver } from '../../helpers/receiver.ts'
import { matrixPage } from './page.ts'
import { type Outcome, Program } from './program.ts'
import { type Command, KEYS, type Keys, type Sdk, STEPS, type Step, sdks, WAYS, type Way } from './sdks.ts'
import { COUPONS, expectTampered, PLAYS, type Stage } from './steps.ts'
import { type Cell, matrixTable, type Row } from './table.ts'

const PAGE = fileURLToPath(new URL('../../../docs/sdk-matrix.md', import.meta.url))
const notRun = inject('notRun')
const rows: Row[] = []
let server: RunningServer
let receiver: Receiver
let trust: TrustFiles

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-sdk-'))
  const certificateAuthority = createCertificateAuthority({ directory })
  await certificateAuthority.certificate()
  trust = trustFilesIn(directory)
  server = await startServer({ port: 0, certificateAuthority })
  receiver = await startReceiver(204)
})

afterAll(async () => {
  console.log(matrixTable(rows, notRun))
  await Promise.all([server?.close(), receiver?.close(), trust && rm(trust.directory, { recursive: true })])
})

/** How a program is started. By proxy it is not told of the mock: its runtime is. */
function launch(sdk: Sdk, way: Way, credentials: Stage['credentials']): [Command, NodeJS.ProcessEnv] {
  const [program, ...args] = sdk.program
  const { args: before = [], env = {} } = way === 'proxy' ? sdk.behindProxy({ url: server.url, trust }) : {}
  return [[program, ...before, ...args], environment(credentials, way, { ...sdk.env, ...env })]
}

/** The environment of a shop: that of this machine, without anything that is there for another mock or another proxy. */
function environment(credentials: Stage['credentials'], way: Way, more: Readonly<Record<string, string>> = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:WECHATPAY_|NODE_|VITEST|JAVA_TOOL_OPTIONS|SSL_CERT_|REQUESTS_CA_|CURL_CA_|.*_PROXY$)/i.test(name),
  )
  const { WECHATPAY_BASE_URL, ...identity } = clientEnvironment(credentials)
  return {
    ...Object.fromEntries(inherited),
    ...identity,
    ...(way === 'base URL' && { WECHATPAY_BASE_URL }),
    ...more,
  }
}

const combinations = sdks.flatMap((sdk) =>
  KEYS.flatMap((keys) => WAYS.map((way) => ({ sdk, keys, way, title: `${sdk.name}, ${keys}, by ${way}` }))),
)

describe.concurrent('a real SDK, unmodified', () => {
  for (const { sdk, keys, way, title } of combinations) {
    const missing = notRun[sdk.name]
    test.skipIf(missing)(missing ? `${title}: not run: ${missing}` : title, async () => {
      const cells = await (sdk.unconnected?.way === way ? playUnconnected : playAll)(sdk, keys, way)
      rows.push({ sdk, keys, way, cells })
      const failed = STEPS.filter((step) => cells[step].kind === 'failed')
      expect(failed.map((step) => `${PLAYS[step].title}: ${cells[step].text}`)).toEqual([])
    })
  }
})

test('docs/sdk-matrix.md says what was run here: `npm run test:sdk -- --update` renews it', async () => {
  const page = await readFile(PAGE, 'utf8').catch(() => '')
  await expect(matrixPage(rows, page)).toMatchFileSnapshot(PAGE)
})

async function playAll(sdk: Sdk, keys: Keys, way: Way): Promise<Record<Step, Cell>> {
  const credentials = await newMerchant(keys)
  await using program = new Program(...launch(sdk, way, credentials))
  const stage = { control: server.control, credentials, keys, program, receiver, rejection: sdk.rejection }
  const cells: Partial<Record<Step, Cell>> = {}
  for (const step of STEPS) cells[step] = await play(step, sdk, stage)
  return cells as Record<Step, Cell>
}

/** That an SDK does not come by where it is said that it does not. */
async function playUnconnected(sdk: Sdk, keys: Keys, way: Way): Promise<Record<Step, Cell>> {
  const { reason, instead, env } = sdk.unconnected ?? {}
  const credentials = await newMerchant(keys)
  const [command, environment] = launch(sdk, way, credentials)
  await using program = new Program(command, { ...environment, ...env })
  const stage = { control: server.control, credentials, keys, program, receiver, rejection: sdk.rejection }
  expect(await PLAYS.associate.play(stage)).toEqual({ failed: expect.stringMatching(instead ?? '') })
  expect(await server.control.journalCount({ mchid: credentials.mchid })).toBe(0)
  const cell: Cell = { kind: 'unable', text: reason ?? '' }
  return Object.fromEntries(STEPS.map((step) => [step, cell])) as Record<Step, Cell>
}

/** A merchant of its own, with the coupons that the steps are about. */
async function newMerchant(keys: Keys): Promise<Stage['credentials']> {
  const credentials = await server.control.createMerchant({ key_mode: keys })
  await server.control.addCoupons(COUPONS.map((coupon) => ({ ...coupon, mchid: credentials.mchid })))
  return credentials
}

async function play(step: Step, sdk: Sdk, stage: Stage): Promise<Cell> {
  const { play, check } = PLAYS[step]
  const inability = sdk.inabilities.find((one) => one.step === step && one.keys.includes(stage.keys))
  let outcome: Outcome | undefined
  try {
    outcome = await play(stage)
    if (inability) {
      if (step === 'tampered') await expectTampered(stage)
      const { instead } = inability
      const expected = instead === 'answer' ? { answer: expect.anything() } : { failed: expect.stringMatching(instead) }
      expect(outcome).toEqual(expected)
      return { kind: 'unable', text: inability.reason }
    }
    await check(outcome, stage)
    return { kind: 'passed', text: '' }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { kind: 'failed', text: outcome ? `${text}\n${JSON.stringify(outcome)}` : text }
  }
}
