import { z } from 'zod'
import type { Mock } from '../../engine/mock.ts'
import { signatureTime } from '../../engine/settings.ts'
import { memberOf } from '../../engine/state/table.ts'
import { exactTime } from '../../wire/protocol/instant.ts'
import { healthJson, type PlatformJson, platformJson } from '../answer-format.ts'
import { defineCall, mchidQuery } from '../call.ts'
import {
  changedSettings,
  describeDefinition,
  describeSettings,
  settingDefinitionJson,
  settingsJson,
  settingsPatch,
} from '../formats/overview.ts'
import { createPlatformCertificate } from '../identity/create-merchant.ts'
import { VERSION } from '../package-files.ts'
import type { Served } from '../route.ts'
import { snapshotJson, worldJson } from '../world/load-world.ts'
import { countWorld, restoreFile, takeSnapshot } from '../world/restore-world.ts'
import { checkMerchantExists } from './merchants.ts'

/** Maximum size of a world in bytes: room for a few hundred thousand coupons. */
const WORLD_LIMIT = 256 * 1_048_576

export const reset = defineCall({
  summary:
    "Go back to the seed, and with the whole mock clear journal, clock, faults, settings, rates and changes of the platform certificate; or only one merchant's state",
  query: mchidQuery,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'there is nothing under this number' },
  async handle({ query: { mchid } }, { mock }) {
    if (mchid !== undefined) await checkMerchantExists(mock, mchid)
    await mock.reset(mchid)
  },
})

export const world = defineCall({
  summary: 'Take a snapshot in the format of a seed file, of the whole mock or of one merchant',
  query: mchidQuery,
  isCostly: true,
  answer: ({ tables }: Served) => snapshotJson(tables),
  refusals: { MOCK_MERCHANT_UNKNOWN: 'there is nothing under this number' },
  async handle({ query: { mchid } }, { mock }) {
    if (mchid !== undefined) await checkMerchantExists(mock, mchid)
    const snapshot = await takeSnapshot(mock, mchid)
    return snapshot.text()
  },
})

export const worldCounts = defineCall({
  summary: 'How many things of each kind the mock holds',
  answer: countsOf,
  handle: (_, { mock }) => countWorld(mock),
})

export const restore = defineCall({
  summary: 'Replace the whole state by a snapshot or seed file, which becomes the new seed; merchants are added',
  body: ({ tables }: Served) => worldJson(tables),
  bodyLimit: WORLD_LIMIT,
  isCostly: true,
  refusals: {
    MOCK_MERCHANT_EXISTS: 'a merchant has a number or certificate that is taken',
    MOCK_TENPAY_CERTIFICATE: 'a certificate is one of the real Tenpay CA',
    MOCK_COUPON_STATE: 'state and times of a coupon contradict each other',
    MOCK_STOCK_TIMES: 'a batch ends before it begins',
    MOCK_PROMOTIONS:
      'coupons of WeChat Pay (代金券) take off, or give back, more than there is, or are those of an order that was not paid',
    MOCK_ANSWER: 'a planned answer is of a call that is simulated, or does not fit what its page says',
    MOCK_REFUND_AMOUNT: 'a refund gives back more than the total',
  },
  handle: ({ body }, { mock }) => restoreFile(mock, body),
})

/** Number of rows in each table, by its name in seed files. */
function countsOf({ tables }: Served) {
  const count = z.int().min(0)
  const shape: Record<string, z.ZodType<number, number>> = {
    merchants: count.describe('that may call, the well-known one too'),
  }
  for (const table of tables) shape[memberOf(table)] = count
  return z.strictObject(shape).meta({ id: 'WorldCounts', description: 'how many things of each kind a mock holds' })
}

export const health = defineCall({
  summary: 'Whether the mock is up',
  open: true,
  answer: healthJson,
  handle: () => ({ status: 'ok' as const, version: VERSION }),
})

export const settings = defineCall({
  summary: 'How the mock behaves where there is a choice',
  answer: settingsOf,
  ofAllMerchants: true,
  handle: (_, { mock }) => describeSettings(mock.settings),
})

export const settingDefinitions = defineCall({
  summary: 'What there is to set: what each setting means, the values that it can have, and its default',
  answer: z.array(settingDefinitionJson),
  handle: (_, { mock, language }) =>
    Object.values(mock.settingDefinitions).map((setting) => describeDefinition(setting, language)),
})

export const changeSettings = defineCall({
  summary: 'Change how the mock behaves, until the next reset; what is left out stays as it is',
  body: ({ settingDefinitions }: Served) => settingsPatch(settingDefinitions),
  answer: settingsOf,
  ofAllMerchants: true,
  async handle({ body }, { mock }) {
    await mock.changeSettings(changedSettings(body, mock.settingDefinitions))
    return describeSettings(mock.settings)
  },
})

function settingsOf({ settingDefinitions }: Served) {
  return settingsJson(settingDefinitions)
}

export const platform = defineCall({
  summary: 'The platform certificates that merchants can download now, and the id of the public key',
  answer: platformJson,
  handle: (_, { mock }) => describePlatform(mock),
})

export const rotatePlatformCertificate = defineCall({
  summary:
    "Change the platform certificate: a new one is listed at once, signs after 24 hours, and alone after 48, by the mock's clock; until the next reset",
  status: 201,
  answer: platformJson,
  ofAllMerchants: true,
  refusals: {
    MOCK_ROTATION_UNDER_WAY: { status: 409, when: 'the change before it is not over' },
    MOCK_ROTATION_ENDED: { status: 409, when: 'the mock was reset before the new certificate was made' },
  },
  async handle(_, { mock }) {
    const at = mock.clock.now()
    const clocks = [at, signatureTime(mock.clock, mock.settings, at)] as const
    await mock.platformKeys.rotateTo(at, () => createPlatformCertificate(mock.platform, clocks))
    return describePlatform(mock)
  },
})

function describePlatform({ clock, platform, platformKeys }: Mock): PlatformJson {
  return {
    certificates: platformKeys.certificatesAt(clock.now()).map(({ serialNo, certificate, from, until, inUse }) => ({
      serial_no: serialNo,
      certificate,
      from: exactTime(from),
      until: exactTime(until),
      in_use: inUse,
    })),
    public_key: { id: platform.publicKey.serialNo },
  }
}
