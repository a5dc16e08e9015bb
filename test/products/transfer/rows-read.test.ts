import { describe, expect, test } from 'vitest'
import { cancelTransfer, transferToUser } from '../../../src/products/operations.ts'
import { heldBy } from '../../../src/products/transfer/account-rules.ts'
import { transferAccounts } from '../../../src/products/transfer/accounts.ts'
import { transfers } from '../../../src/products/transfer/transfer-store.ts'
import type { Transfer } from '../../../src/products/transfer/transfers.ts'
import { MemoryStore } from '../../../src/stores/memory.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { CountingStore } from '../../helpers/counting-store.ts'
import { createMock } from '../../helpers/engine.ts'
import { TABLES } from '../../helpers/tables.ts'
import { aTransfer, NOON } from './a-transfer.ts'
import { wanted } from './transfers.ts'

const FEW = 100
const HOUR = 3_600_000

/** So many transfers of today to as many users: half of them wait, and the others were confirmed. */
function billsOf(size: number, mchid: string): Transfer[] {
  return Array.from({ length: size }, (_, i) => {
    const create_time = NOON - HOUR + i
    const confirmedAt = create_time + 60_000
    return aTransfer({
      mchid,
      out_bill_no: `S${i}`,
      openid: `oUser${i}`,
      transfer_amount: 10,
      create_time,
      ...(i % 2 === 1 && { end: { by: 'user', time: confirmedAt, settle_time: confirmedAt } }),
    })
  })
}

async function subjectOf(size: number, transferLimits: 'live' | 'wide') {
  const store = new CountingStore(new MemoryStore(TABLES))
  let offset = 0
  const mock = createMock({ store, clock: { now: () => NOON + offset }, transferLimits, auth: 'lenient' })
  const { mchid } = mock.defaultMerchant
  const bills = billsOf(size, mchid)
  await store.replace({
    [transfers.name]: bills,
    [transferAccounts.name]: [{ mchid, funded: 1_000_000_000, held: heldBy(bills, NOON), opened: true }],
  })
  const client = createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
    now: () => mock.clock.now(),
  })
  let number = 0
  const create = async (changes: object = {}) => {
    number += 1
    const out_bill_no = `T${number}`
    const { status } = await client.call(transferToUser, wanted({ out_bill_no, ...changes }))
    expect(status).toBe(200)
    return out_bill_no
  }
  // The first transfer of a day adds up the others of that day, where that is limited.
  await create()
  return {
    mock,
    store,
    client,
    create,
    moveTo: (at: number) => {
      offset = at - NOON
    },
  }
}

type Subject = Awaited<ReturnType<typeof subjectOf>>

const calls: readonly (readonly [name: string, call: (subject: Subject) => Promise<unknown>])[] = [
  ['a transfer', ({ create }) => create()],
  ['a confirmation', ({ mock }) => mock.control.confirmTransfer('S2')],
  ['a cancel', ({ client }) => client.call(cancelTransfer, { out_bill_no: 'S4' })],
  ['a failure', ({ mock }) => mock.control.failTransfer('S6')],
  ['the account', ({ mock }) => mock.control.transferAccount()],
  ['a new balance', ({ mock }) => mock.control.changeTransferAccount({ balance: 500_000_000 })],
  ['more money', ({ mock }) => mock.control.changeTransferAccount({ top_up: 1_000 })],
  ['a transfer that is added', ({ mock }) => mock.control.addTransfer({ out_bill_no: 'A1', state: 'SUCCESS' })],
]

describe.for(['wide', 'live'] as const)('with limits that are %s', async (limits) => {
  describe('as many rows are read with 10,000 transfers as with a few', async () => {
    const many = 10_000
    const subjects = [await subjectOf(FEW, limits), await subjectOf(many, limits)] as const

    test.for(calls)('for %s', async ([, call]) => {
      const [few, more] = subjects
      const { rows } = await few.store.during(() => call(few))

      expect(rows).toBeLessThan(20)
      expect((await more.store.during(() => call(more))).rows).toBe(rows)
    })

    test('and those that ran out are read once', async () => {
      const [, subject] = subjects
      subject.moveTo(NOON + 23 * HOUR + many + 1)
      const { rows } = await subject.store.during(() => subject.create())
      expect(rows).toBeGreaterThan(many / 2 - 10)
      expect((await subject.store.during(() => subject.create())).rows).toBeLessThan(20)
    })
  })
})
