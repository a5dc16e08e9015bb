import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createRefund, createSharing, createSharingReturn, queryUnsplitAmount } from '../../src/products/operations.ts'
import { giveBack, part, SUPPLIER, share, TRANSACTION, waiting } from '../products/profit-sharing/sharing.ts'
import { mockOnRedis } from './mock-on-redis.ts'
import { redisForFile } from './redis-server.ts'

const server = redisForFile()

const instance = (prefix: string) => mockOnRedis(server.address(prefix))

test('two instances together share and refund no more than is left, and give no more back than was shared', async () => {
  const prefix = randomUUID()
  const [first, second] = [await instance(prefix), await instance(prefix)]
  await waiting(first.mock.control)
  await first.mock.control.addSharingAccount({ max_ratio: 10_000 })
  await first.client.call(createSharing, share({ receivers: [part(40)] }))
  const atBoth = (work: (client: typeof first.client, i: number) => Promise<{ status: number }>) =>
    Promise.all(Array.from({ length: 30 }, (_, i) => work((i % 2 === 0 ? first : second).client, i)))
  const accepted = (answers: readonly { status: number }[]) => answers.filter(({ status }) => status === 200).length

  const answers = await atBoth((client, i) =>
    i % 3 === 0
      ? client.call(createRefund, {
          transaction_id: TRANSACTION,
          out_refund_no: `REFUND_${i}`,
          amount: { refund: 1_000, total: 10_000, currency: 'CNY' },
        })
      : client.call(createSharing, share({ out_order_no: `S${i}`, receivers: [part(1_000)] })),
  )
  const { sharing_orders, refunds } = await first.mock.control.world()
  const shared = sharing_orders.flatMap(({ receivers }) => receivers).reduce((sum, { amount }) => sum + amount, 0)
  // A refund takes its part of the fee back.
  const left = 9_940 - shared - refunds.length * 994
  expect(accepted(answers)).toBe(sharing_orders.length - 1 + refunds.length)
  expect(left).toBeGreaterThanOrEqual(0)
  expect(left).toBeLessThan(1_000)
  expect((await second.client.call(queryUnsplitAmount, { transaction_id: TRANSACTION })).body).toMatchObject({
    unsplit_amount: left,
  })

  for (const { mock } of [first, second]) await mock.control.advance('PT1S')
  const back = await atBoth((client, i) =>
    client.call(createSharingReturn, giveBack({ out_return_no: `R${i}`, return_mchid: SUPPLIER, amount: 3 })),
  )
  expect(accepted(back)).toBe(13)
})
