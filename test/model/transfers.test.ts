import { beforeAll, expect, test } from 'vitest'
import { createMerchant } from '../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { createIds } from '../../src/engine/ids.ts'
import type { Merchant } from '../../src/engine/keys/merchants.ts'
import { Random } from './random.ts'
import { chosenSeed, chosenSteps } from './sequences.ts'
import { shorten } from './shorten.ts'
import { planned, playAtOnce, playSteps, playWalk } from './transfers/play.ts'

const LENGTH = 200
const LOOK_EVERY = 10
const seed = chosenSeed()
const steps = chosenSteps(50_000)
/** Everything is looked at after each of them. */
const walk = steps / 5

let rich: Merchant

beforeAll(async () => {
  rich = await createMerchant({ mchid: '1900000201' }, wellKnownIdentity().platform, createIds('transfers'))
})

test(`transfers move as a ledger has it, and no fen appears or disappears (${steps} steps, MODEL_SEED=${seed})`, {
  timeout: 900_000,
}, async () => {
  for (let own = seed; own < seed + Math.ceil(steps / LENGTH); own += 1) {
    const plan = planned(new Random(own), LENGTH)
    const failure = await playSteps({ rich }, plan.conduct, plan.steps, LOOK_EVERY)
    if (!failure) continue
    const until = plan.steps.slice(0, failure.at + 1)
    const shortest = await shorten(
      until,
      async (some) => (await playSteps({ rich }, plan.conduct, some, 1)) !== undefined,
    )
    const shown = (await playSteps({ rich }, plan.conduct, shortest, 1)) ?? failure
    const told = shortest.map((step) => JSON.stringify(step)).join('\n')
    expect.fail(
      `MODEL_SEED=${own} MODEL_STEPS=${LENGTH}, step ${failure.at + 1}: ${failure.reason}\n${JSON.stringify(plan.conduct)}\n${told}\n${shown.reason}`,
    )
  }
})

test(`accounts have what their transfers come to, wherever the clock goes (${walk} steps, MODEL_SEED=${seed})`, {
  timeout: 900_000,
}, async () => {
  for (let own = seed; own < seed + Math.ceil(walk / LENGTH); own += 1) {
    const failure = await playWalk({ rich }, new Random(own), LENGTH)
    if (failure) expect.fail(`MODEL_SEED=${own} MODEL_STEPS=${LENGTH}, step ${failure.at + 1}: ${failure.reason}`)
  }
})

test(`transfers at the same time pay once, and lose no money (MODEL_SEED=${seed})`, { timeout: 900_000 }, async () => {
  for (let own = seed; own < seed + 30; own += 1) {
    expect(await playAtOnce({ rich }, new Random(own), 6), `MODEL_SEED=${own}`).toBeUndefined()
  }
})

test('the ledger notices a fen that is missing, and a step against the diagram', async () => {
  const { leadsTo, Ledger } = await import('./transfers/ledger.ts')
  const conduct = { slow: false, takes: 0, cancelTakes: 0, closesLate: 0 }
  const ledger = new Ledger(0, 100, conduct, {})
  const wanted = { no: 'T1', values: '', openid: 'o', amount: 60, name: undefined, notify: true }

  expect(ledger.create(wanted)).toMatchObject({ status: 200, state: 'WAIT_USER_CONFIRM' })
  expect(ledger.create({ ...wanted, no: 'T2' })).toEqual({ status: 403, code: 'NOT_ENOUGH' })
  expect(ledger.pockets).toMatchObject({ available: 40, locked: 60, paid: 0 })
  ledger.advance(86_400)
  expect(ledger.told).toEqual([{ no: 'T1', state: 'FAIL', reason: 'OVERDUE_CLOSE', at: 86_400 }])
  expect(ledger.pockets).toMatchObject({ available: 100, locked: 0, paid: 0 })
  expect(leadsTo('WAIT_USER_CONFIRM', 'SUCCESS')).toBe(true)
  expect(leadsTo('CANCELING', 'SUCCESS')).toBe(false)
  expect(leadsTo('FAIL', 'WAIT_USER_CONFIRM')).toBe(false)
})
