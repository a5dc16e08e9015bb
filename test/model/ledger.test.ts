import { expect, test } from 'vitest'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { TABLES } from '../helpers/tables.ts'
import { aDataFile } from '../stores/data-files.ts'
import { distorted, openDoor, toldTwice } from './door.ts'
import { differences } from './ledger/bills.ts'
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
  ['a subsidy of which some came back', '"PAY_RECEIPT_PARTIAL_RETURN"', '"PAY_RECEIPT_SUCCESS"'],
] as const)('the ledger notices fen that are wrong in %s', async ([, right, wrong]) => {
  const merchants = await createMerchants()
  const open = async () => distorted(await openDoor(merchants), right, () => wrong)
  const fault = await playLedger({ merchants, seed: 1, steps: 250, openDoor: open, shortens: false })
  expect(fault).toMatch(wrong.startsWith('`') ? 'the hash is another one' : 'was expected')
})

test('the ledger notices a callback that comes twice', async () => {
  const merchants = await createMerchants()
  const open = async () => toldTwice(await openDoor(merchants))
  expect(await playLedger({ merchants, seed: 1, steps: 250, openDoor: open, shortens: false })).toMatch('told twice')
})

test.for([
  ['an advance that is counted twice', 'advance', (fen: number) => fen * 2],
  ['the return of an advance that is a fen off', 'return_amount', (fen: number) => fen + 1],
] as const)('the ledger notices %s', { timeout }, async ([, member, wrong]) => {
  const merchants = await createMerchants()
  const inAnswers = new RegExp(`(?<="${member}":)\\d+`)
  const open = async () => distorted(await openDoor(merchants), inAnswers, (fen) => String(wrong(Number(fen))))
  const fault = await playLedger({ merchants, seed: 1, steps: 2_500, openDoor: open, shortens: false })
  expect(fault).toMatch(/was expected|no order of them explains/)
})

test('the ledger notices a fen in the sum of a sharing bill', () => {
  const rows = [3, 4].map((fen) => ({ 分账金额: fen, 业务类型: '分账' }))
  const bill = (sum: string) =>
    ['\ufeff分账金额,业务类型', '`0.03,`分账', '`0.04,`分账', '总条数,分账总金额', `\`2,\`${sum}`, ''].join('\r\n')
  expect(differences(bill('0.07'), rows, 0)).toBe(undefined)
  expect(differences(bill('0.08'), rows, 0)).toBe('分账总金额 is 0.08, and has to be 7')
})
