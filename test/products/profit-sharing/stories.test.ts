import { expect, test } from 'vitest'
import { createSharing, queryUnsplitAmount } from '../../../src/products/operations.ts'
import { profitSharing } from '../../../src/products/profit-sharing/index.ts'
import { SqliteStore } from '../../../src/stores/sqlite.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { createMock } from '../../helpers/engine.ts'
import { TABLES } from '../../helpers/tables.ts'
import { NOON } from '../../helpers/world.ts'
import { aDataFile } from '../../stores/data-files.ts'
import { part, share, TRANSACTION, waiting } from './sharing.ts'

const LEFT = { transaction_id: TRANSACTION }

test('the story of the product ends with the rest unfrozen', async () => {
  const mock = createMock({ products: [profitSharing], seed: 'empty', clock: { now: () => NOON } })

  await mock.control.playStory()

  const exchanges = await mock.control.journal()
  expect(exchanges.map(({ operation, response }) => [operation, response?.status])).toEqual([
    ['addReceiver', 200],
    ['createSharing', 200],
    ['createSharing', 400],
    ['unfreezeOrder', 200],
    ['unfreezeOrder', 401],
  ])
})

test('100 shares at once in a file never share more than is left, and what is kept of them is all there is', async () => {
  const file = await aDataFile()
  const open = async () => {
    const store = await SqliteStore.open(file, TABLES)
    const mock = createMock({ store, clock: { now: () => NOON }, auth: 'lenient' })
    const send: Parameters<typeof createMerchantClient>[0]['send'] = (request) => mock.handle(request)
    const credentials = await mock.control.credentials()
    return { store, mock, client: createMerchantClient({ credentials, send, now: () => NOON }) }
  }
  const before = await open()
  await waiting(before.mock.control, { total: 1_000 })
  await before.mock.control.addSharingAccount({ max_ratio: 10_000 })

  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      before.client.call(createSharing, share({ out_order_no: `P${i}`, receivers: [part(70)] })),
    ),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(14)
  await before.store.close?.()

  const after = await open()
  expect(await after.client.call(queryUnsplitAmount, LEFT)).toMatchObject({ body: { unsplit_amount: 14 } })
  await after.store.close?.()
})
