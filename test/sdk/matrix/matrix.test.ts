import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { clientEnvironment } from '../../../src/control/client-environment.ts'
import { type RunningServer, startServer } from '../../../src/transports/node-server.ts'
import { type Receiver, startReceiver } from '../../helpers/receiver.ts'
import { type Outcome, Program } from './program.ts'
import { KEYS, type Keys, type Sdk, STEPS, type Step, sdks, WAYS, type Way } from './sdks.ts'
import { COUPONS, expectTampered, PLAYS, type Stage } from './steps.ts'
import { type Cell, matrixTable, type Row } from './table.ts'

const notRun = inject('notRun')
const rows: Row[] = []
let server: RunningServer
let receiver: Receiver

beforeAll(async () => {
  server = await startServer({ port: 0 })
  receiver = await startReceiver(204)
})

afterAll(async () => {
  console.log(matrixTable(rows, notRun))
  await Promise.all([server?.close(), receiver?.close()])
})

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
  for (const { sdk, keys, way, title } of combinations.filter(({ way }) => way === 'base URL')) {
    const missing = notRun[sdk.name]
    test.skipIf(missing)(missing ? `${title}: not run: ${missing}` : title, async () => {
      const cells = await playAll(sdk, keys, way)
      rows.push({ sdk, keys, way, cells })
      const failed = STEPS.filter((step) => cells[step].kind === 'failed')
      expect(failed.map((step) => `${PLAYS[step].title}: ${cells[step].text}`)).toEqual([])
    })
  }
})

async function playAll(sdk: Sdk, keys: Keys, way: Way): Promise<Record<Step, Cell>> {
  const { control } = server
  const credentials = await control.createMerchant({ key_mode: keys })
  await control.addCoupons(COUPONS.map((coupon) => ({ ...coupon, mchid: credentials.mchid })))
  await using program = new Program(sdk.program, environment(credentials, way))
  const stage: Stage = { control, credentials, keys, program, receiver, rejection: sdk.rejection }
  const cells: Partial<Record<Step, Cell>> = {}
  for (const step of STEPS) cells[step] = await play(step, sdk, stage)
  return cells as Record<Step, Cell>
}

async function play(step: Step, sdk: Sdk, stage: Stage): Promise<Cell> {
  const { play, check } = PLAYS[step]
  const inability = sdk.inabilities.find((one) => one.step === step && one.keys.includes(stage.keys))
  let outcome: Outcome | undefined
  try {
    outcome = await play(stage)
    if (inability) {
      if (step === 'tampered') await expectTampered(stage)
      expect(outcome, `it is said that ${inability.reason}`).toMatchObject(inability.instead)
      return { kind: 'unable', text: inability.reason }
    }
    await check(outcome, stage)
    return { kind: 'passed', text: '' }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { kind: 'failed', text: outcome ? `${text}\n${JSON.stringify(outcome)}` : text }
  }
}
