import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Receiver, startReceiver } from '../../helpers/receiver.ts'
import { crosswise } from '../../helpers/representative.ts'
import { currentPart, expectPart } from '../page-part.ts'
import { type Launch, launchAtBaseUrl, launchBehindProxy } from './launch.ts'
import { matrixPage } from './page.ts'
import { type Outcome, Program } from './program.ts'
import { type ProxiedMock, startProxiedMock } from './proxied-mock.ts'
import { KEYS, type Keys, type Sdk, type Step, stepsOf, titleOf, type Way, waysOf } from './sdk.ts'
import { sdks } from './sdks.ts'
import type { Stage } from './stage.ts'
import { COUPONS, expectTampered, PLAYS } from './steps.ts'
import { type Cell, matrixTable, type Row } from './table.ts'

const notRun = inject('notRun')
const rows: Row[] = []
let mock: ProxiedMock
let receiver: Receiver

beforeAll(async () => {
  mock = await startProxiedMock()
  receiver = await startReceiver(204)
})

afterAll(async () => {
  console.log(matrixTable(rows, notRun))
  await Promise.all([mock?.close(), receiver?.close()])
})

function launch(sdk: Sdk, way: Way, credentials: Stage['credentials']): Launch {
  return way === 'proxy'
    ? launchBehindProxy(sdk, sdk.program, credentials, mock.proxy)
    : launchAtBaseUrl(sdk, sdk.program, credentials)
}

const combinations = sdks.flatMap((sdk) =>
  crosswise(
    KEYS.flatMap((keys) =>
      waysOf(sdk).map((way) => ({ sdk, keys, way, title: `${titleOf(sdk)}, ${keys}, by ${way}` })),
    ),
  ),
)

describe.concurrent('a real SDK, unmodified', () => {
  for (const { sdk, keys, way, title } of combinations) {
    const missing = notRun[sdk.id] ?? (way === 'proxy' ? sdk.notRunBehindProxy : undefined)
    test.skipIf(missing)(missing ? `${title}: not run: ${missing}` : title, async () => {
      const cells = await playAll(sdk, keys, way)
      rows.push({ sdk, keys, way, cells })
      const failed = stepsOf(sdk).filter((step) => cells[step]?.kind === 'failed')
      expect(failed.map((step) => `${PLAYS[step].title}: ${cells[step]?.text}`)).toEqual([])
    })
  }
})

test('docs/sdk-matrix.md says what was run here: `npm run test:sdk -- --update` renews it', () => {
  expectPart('matrix', matrixPage(rows, currentPart('matrix')))
})

async function playAll(sdk: Sdk, keys: Keys, way: Way): Promise<Row['cells']> {
  const credentials = await newMerchant(keys)
  await using program = new Program(launch(sdk, way, credentials))
  const stage = { sdk, control: mock.control, credentials, keys, program, receiver }
  const cells: Partial<Record<Step, Cell>> = {}
  for (const step of stepsOf(sdk)) cells[step] = await play(step, stage)
  return cells
}

/** A merchant of its own, with the coupons that the steps are about. */
async function newMerchant(keys: Keys): Promise<Stage['credentials']> {
  const credentials = await mock.control.createMerchant({ key_mode: keys })
  await mock.control.addCoupons(COUPONS.map((coupon) => ({ ...coupon, mchid: credentials.mchid })))
  return credentials
}

async function play(step: Step, stage: Stage): Promise<Cell> {
  const { play, check } = PLAYS[step]
  const inability = stage.sdk.inabilities.find(
    ({ steps, keys = KEYS }) => steps.includes(step) && keys.includes(stage.keys),
  )
  let outcome: Outcome | undefined
  try {
    outcome = await play(stage)
    if (inability) {
      const { instead } = inability
      if (step === 'tampered' && instead === 'answer') await expectTampered(stage)
      expect(outcome).toEqual(
        typeof instead === 'string' ? { [instead]: expect.anything() } : { failed: expect.stringMatching(instead) },
      )
      return { kind: 'unable', text: inability.reason }
    }
    await check(outcome, stage)
    return { kind: 'passed', text: '' }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { kind: 'failed', text: outcome ? `${text}\n${JSON.stringify(outcome)}` : text }
  }
}
