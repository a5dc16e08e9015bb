import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { commonErrors } from '../../../src/wire/protocol/common-errors.ts'
import { operations } from '../../helpers/operations.ts'
import { type Receiver, startReceiver } from '../../helpers/receiver.ts'
import { crosswise, isRepresentative } from '../../helpers/representative.ts'
import { launchAtBaseUrl } from '../matrix/launch.ts'
import { type Outcome, Program } from '../matrix/program.ts'
import { type ProxiedMock, startProxiedMock } from '../matrix/proxied-mock.ts'
import { KEYS, titleOf } from '../matrix/sdk.ts'
import { sdks } from '../matrix/sdks.ts'
import { expectPart } from '../page-part.ts'
import { type Called, callMethods } from './call-methods.ts'
import { KNOWN_REFUSALS, type KnownRefusals } from './known-refusals.ts'
import { methodsPage, type Run } from './page.ts'
import { FILLINGS, type Filling } from './samples.ts'
import { FILE } from './shop-arguments.ts'

const notRun = inject('notRun')
/** wechatpay-java does not say what is required. */
const FILLINGS_OF: Readonly<Record<string, readonly Filling[]>> = {
  'wechatpay-java': ['all members'],
  'wechatpay-go': FILLINGS,
}
const runs: Run[] = []
let mock: ProxiedMock
let folder: string
let receiver: Receiver

beforeAll(async () => {
  mock = await startProxiedMock()
  receiver = await startReceiver(204)
  folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-methods-'))
  await writeFile(join(folder, 'logo.bmp'), FILE)
})

afterAll(async () => {
  await Promise.all([mock?.close(), receiver?.close()])
  await rm(folder, { recursive: true, force: true })
})

const planned = sdks.flatMap((sdk) =>
  crosswise((FILLINGS_OF[sdk.id] ?? []).flatMap((filling) => KEYS.map((keys) => ({ sdk, filling, keys })))),
)

describe.concurrent('every method of an official SDK', () => {
  for (const { sdk, filling, keys } of planned) {
    const missing = notRun[sdk.id]
    const title = `${titleOf(sdk)}, ${keys}, requests with ${filling}${missing ? `: not run: ${missing}` : ''}`
    test.skipIf(missing)(title, async () => {
      const credentials = await mock.control.createMerchant({ key_mode: keys })
      await using program = new Program(launchAtBaseUrl(sdk, sdk.program, credentials))
      const { control } = mock
      const file = join(folder, 'logo.bmp')
      const called = await callMethods({ program, control, credentials, filling, file, url: receiver.url })
      runs.push({ sdk, keys, filling, called })
      expect(called.length).toBeGreaterThan(100)
      expect(called.flatMap((one) => problemOf(one, { keys, filling }) ?? [])).toEqual([])
    })
  }
})

/** Why a method does not pass; nothing when it does. */
function problemOf({ method, outcome, operation }: Called, run: Pick<Run, 'keys' | 'filling'>): string | undefined {
  const { answer, refused, failed } = outcome
  if (answer && operation !== undefined) return undefined
  if (!refused) return `${method}: ${failed ?? 'sent nothing'}`
  const { status, code, message } = refused
  const said = `${method}: ${operation} says ${status} ${code} ${message}`
  if (!isDocumented(operation, refused)) return `${said}, which is not documented`
  const seen = { operation, code, ...run }
  return KNOWN_REFUSALS.some((known) => known.operations.some((one) => explains(known, one, seen))) ? undefined : said
}

function isDocumented(operation: string | undefined, { status, code }: NonNullable<Outcome['refused']>): boolean {
  const { errors } = operations.find(({ id }) => id === operation) ?? { errors: {} }
  return Object.values({ ...errors, ...commonErrors }).some((error) => error.status === status && error.code === code)
}

interface Seen extends Pick<Run, 'keys' | 'filling'> {
  readonly operation: string | undefined
  readonly code: string | undefined
}

function explains(known: KnownRefusals, operation: string, seen: Seen): boolean {
  const { code, keys = seen.keys, filling = seen.filling } = known
  return operation === seen.operation && code === seen.code && keys === seen.keys && filling === seen.filling
}

const allRun = !isRepresentative && planned.every(({ sdk }) => notRun[sdk.id] === undefined)
const suffix = allRun ? '' : ': not all was run'

test.skipIf(!allRun)(`every refusal that is explained was seen${suffix}`, () => {
  const seen = runs.flatMap(({ called, keys, filling }) =>
    called.map(({ operation, outcome }) => ({ operation, code: outcome.refused?.code, keys, filling })),
  )
  const unseen = KNOWN_REFUSALS.flatMap((known) =>
    known.operations
      .filter((operation) => !seen.some((one) => explains(known, operation, one)))
      .map((operation) => `${operation}: ${known.code}`),
  )
  expect(unseen).toEqual([])
})

test.skipIf(!allRun)(
  `docs/sdk-matrix.md says what was called here: \`npm run test:sdk -- --update\` renews it${suffix}`,
  () => {
    const passed = planned.map(({ sdk, filling, keys }) => {
      const run = runs.find((one) => one.sdk === sdk && one.filling === filling && one.keys === keys)
      if (!run || run.called.some((one) => problemOf(one, run)))
        throw new Error('Methods failed: the page is not written')
      return run
    })
    expectPart('methods', methodsPage(passed))
  },
)
