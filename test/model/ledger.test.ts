import { expect, test } from 'vitest'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aDataFile } from '../stores/data-files.ts'
import { distorted, openDoor, toldTwice } from './door.ts'
import { createMerchants, playLedger } from './ledger/sequences.ts'
import { chosenSeed, chosenSteps } from './sequences.ts'

const seed = chosenSeed()
const steps = chosenSteps(2_000)
const withFile = chosenSteps(1_000)
const timeout = 3_600_000

test(`no fen of orders is lost or made (${steps} steps, MODEL_SEED=${seed})`, { timeout }, async () => {
  const merchants = await createMerchants()
  expect(await playLedger({ merchants, seed, steps, openDoor: () => openDoor(merchants) })).toBe(undefined)
})

test(`nor with a data file (${withFile} steps, MODEL_SEED=${seed})`, { timeout }, async () => {
  const merchants = await createMerchants()
  const open = async () => {
    const file = await aDataFile()
    return openDoor(merchants, () => SqliteStore.open(file, TABLES))
  }
  expect(await playLedger({ merchants, seed, steps: withFile, openDoor: open })).toBe(undefined)
})

test.for([
  ['an answer', '"settlement_refund":', '"settlement_refund":1'],
  ['a bill', '`支出,`', '`支出,`1'],
] as const)('the ledger notices fen that are wrong in %s', async ([, right, wrong]) => {
  const merchants = await createMerchants()
  const open = async () => distorted(await openDoor(merchants), [right, wrong])
  const fault = await playLedger({ merchants, seed: 1, steps: 250, openDoor: open, shortens: false })
  expect(fault).toMatch(wrong.startsWith('`') ? 'the hash is another one' : 'was expected')
})

test('the ledger notices a callback that comes twice', async () => {
  const merchants = await createMerchants()
  const open = async () => toldTwice(await openDoor(merchants))
  expect(await playLedger({ merchants, seed: 1, steps: 250, openDoor: open, shortens: false })).toMatch('told twice')
})
