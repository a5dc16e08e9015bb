import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { cancelTransfer, transferToUser } from '../../src/products/operations.ts'
import { amountsOf, createdIn } from '../../src/products/transfer/account-rules.ts'
import { transferAccounts } from '../../src/products/transfer/accounts.ts'
import { transfers } from '../../src/products/transfer/transfer-store.ts'
import type { OpenedMock } from '../helpers/engine.ts'
import { aTransfer, NOON } from '../products/transfer/a-transfer.ts'
import { wanted } from '../products/transfer/transfers.ts'
import { mockOnRedis } from './mock-on-redis.ts'
import { commandsOf, redisForFile, until } from './redis-server.ts'

const ALICE = '1900000001'

const server = redisForFile()

const instance = (prefix?: string) => mockOnRedis(server.address(prefix), { transferLimits: 'live' })

type Instance = Awaited<ReturnType<typeof instance>>

/** Stored sums of the account, and the actual sums over its transfers. */
async function keptAndTrue({ store }: OpenedMock) {
  return store.transaction(async (tx) => {
    const { held, created } = (await tx.in(transferAccounts).find(ALICE)) ?? {}
    if (!held || !created) throw new Error('nothing is kept')
    const { locked, paid } = held
    const { day, month } = created
    const all = await tx.in(transfers).list(ALICE)
    return {
      kept: { locked, paid, day, month },
      true: {
        ...amountsOf(all, NOON),
        day: createdIn('day', day.period, all),
        month: createdIn('month', month.period, all),
      },
    }
  })
}

test('two instances together transfer no more than the balance, and lose no fen', async () => {
  const prefix = randomUUID()
  const instances = [await instance(prefix), await instance(prefix)]
  const [first, second] = instances
  if (!first || !second) throw new Error('there are two')
  await first.mock.control.changeTransferAccount({ balance: 20_000 })
  const numbers = Array.from({ length: 50 }, (_, i) => `T${i}`)
  const atBoth = <Result>(some: readonly string[], work: (at: Instance, out_bill_no: string) => Promise<Result>) =>
    Promise.all(some.map((number, i) => work(i % 2 === 0 ? first : second, number)))

  const answers = await atBoth(numbers, ({ client }, out_bill_no) =>
    client.call(transferToUser, wanted({ out_bill_no })),
  )
  const made = numbers.filter((_, i) => answers[i]?.status === 200)
  expect(made).toHaveLength(20)
  expect(await second.mock.control.transferAccount()).toMatchObject({ balance: 0, locked: 20_000 })

  await atBoth(made, async ({ mock, client }, out_bill_no) => {
    const kind = made.indexOf(out_bill_no) % 4
    if (kind === 0) await mock.control.confirmTransfer(out_bill_no, { outcome: 'SUCCESS' })
    if (kind === 1) await mock.control.failTransfer(out_bill_no)
    if (kind === 2) await client.call(cancelTransfer, { out_bill_no })
    if (kind === 3) await mock.control.addTransfer({ out_bill_no, state: 'SUCCESS', transfer_amount: 1 })
  })
  for (const { mock } of instances) {
    const { kept, true: added } = await keptAndTrue(mock)
    expect(kept).toEqual(added)
    expect(kept).toMatchObject({ locked: 5_000, paid: 5_005 })
  }
})

/** Fewest commands that some work took. Other work of the mock, as for its journal, may add some now and then. */
async function fewest(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 20; i += 1) least = Math.min(least, await commandsOf(server.redis, work))
  return least
}

test('a transfer takes no more commands of the server after 10,000 others than after 100', async () => {
  const counts = []
  for (const size of [100, 10_000]) {
    const { store, mock, client } = await instance()
    await store.replace({
      transfers: Array.from({ length: size }, (_, i) =>
        aTransfer({
          mchid: ALICE,
          out_bill_no: `S${i}`,
          openid: `oUser${i}`,
          create_time: NOON - i,
          transfer_amount: 10,
        }),
      ),
    })
    await mock.control.changeTransferAccount({ balance: 1_000_000 })
    let number = 0
    const create = async () => {
      number += 1
      // Each to another user: a user's daily limit takes the sum over all that this user has received today.
      const openid = `oReceiver${String(number).padStart(18, '0')}`
      const { status } = await client.call(transferToUser, wanted({ out_bill_no: `T${number}`, openid }))
      expect(status).toBe(200)
    }
    // The first transfer of a day reads the others of that day.
    await create()
    // Remains of the previous seed are swept gradually, with commands of their own.
    await until(async () => ((await server.redis.command('KEYS', '*:garbage')) as string[]).length === 0)
    let confirmed = 0
    counts.push({
      create: await fewest(create),
      confirm: await fewest(() => mock.control.confirmTransfer(`T${++confirmed}`)),
      account: await fewest(() => mock.control.transferAccount()),
    })
  }

  const [few, many] = counts
  expect(few?.create).toBeGreaterThan(10)
  expect(many).toEqual(few)
})
