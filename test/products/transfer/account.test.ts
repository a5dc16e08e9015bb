import { describe, expect } from 'vitest'
import { cancelTransfer, transferToUser } from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { wanted } from './transfers.ts'

const UNLIMITED = { mchid: '1900000001', balance: null, locked: 0, paid: 0, opened: true }

describe('the account of a merchant', () => {
  test('has any amount, all scenes and the product, unless something else is said', async ({ control }) => {
    expect(await control.transferAccount()).toEqual({
      ...UNLIMITED,
      scenes: ['1000', '1002', '1004', '1005', '1009', '1010', '1011', '1013'],
    })
  })

  test('follows the money through a transfer, and back', async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    const balance = async () => {
      const { balance, locked, paid } = await control.transferAccount()
      return [balance, locked, paid]
    }
    await control.changeTransferAccount({ balance: 5_000 })
    for (const out_bill_no of ['T1', 'T2', 'T3', 'T4']) await merchant.call(transferToUser, wanted({ out_bill_no }))
    expect(await balance()).toEqual([1_000, 4_000, 0])
    await control.confirmTransfer('T1')
    expect(await balance()).toEqual([1_000, 3_000, 1_000])
    await control.confirmTransfer('T2', { outcome: 'ACCOUNT_FROZEN' })
    expect(await balance()).toEqual([2_000, 2_000, 1_000])
    await merchant.call(cancelTransfer, { out_bill_no: 'T3' })
    expect(await balance()).toEqual([2_000, 2_000, 1_000])
    await control.advance(3)
    expect(await balance()).toEqual([3_000, 1_000, 1_000])
    await control.advance('P1D')
    expect(await balance()).toEqual([4_000, 0, 1_000])
  })

  test('counts a new balance from now on', async ({ merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    expect(await control.changeTransferAccount({ balance: 300 })).toMatchObject({ balance: 300, locked: 1_000 })
    await control.confirmTransfer('T1', { outcome: 'ACCOUNT_FROZEN' })
    expect(await control.transferAccount()).toMatchObject({ balance: 1_300, locked: 0 })
    expect(await control.changeTransferAccount({ balance: null })).toMatchObject({ balance: null })
  })

  test('takes no more money than can be counted to the fen', async ({ merchant, control }) => {
    const most = Number.MAX_SAFE_INTEGER
    await merchant.call(transferToUser, wanted())
    await control.changeTransferAccount({ balance: most - 1_000 })
    for (const change of [{ top_up: 1 }, { top_up: most }, { balance: most }]) {
      await expect(control.changeTransferAccount(change)).rejects.toMatchObject({
        code: 'MOCK_TRANSFER_BALANCE',
        path: `/${Object.keys(change)}`,
      })
    }
    expect(await control.transferAccount()).toMatchObject({ balance: most - 1_000, locked: 1_000 })
    await control.restore(await control.world())
  })

  test('keeps what is left out', async ({ control }) => {
    await control.changeTransferAccount({ balance: 100, scenes: ['1005'], opened: false })
    await control.changeTransferAccount({ top_up: 50 })

    expect(await control.transferAccount()).toMatchObject({ balance: 150, scenes: ['1005'], opened: false })
  })

  test("is one's own", async ({ control, clientOf, others }) => {
    await clientOf(others.owner)
    const owner = { mchid: others.owner.mchid }
    await control.changeTransferAccount({ balance: 100 }, owner)

    expect(await control.transferAccount(owner)).toMatchObject({ ...owner, balance: 100 })
    expect(await control.transferAccount()).toMatchObject(UNLIMITED)
  })

  test.for<[what: string, change: object]>([
    ['top_up of an account without a balance', { top_up: 1 }],
    ['top_up beside a balance', { top_up: 1, balance: 1 }],
  ])('refuses a %s', async ([, change], { control }) => {
    await expect(control.changeTransferAccount(change)).rejects.toMatchObject({
      code: 'MOCK_TRANSFER_BALANCE',
      path: '/top_up',
    })
  })

  test('refuses a merchant that does not exist', async ({ control }) => {
    await expect(control.transferAccount({ mchid: '1900000999' })).rejects.toMatchObject({
      code: 'MOCK_MERCHANT_UNKNOWN',
    })
    await expect(control.changeTransferAccount({ balance: 1 }, { mchid: '1900000999' })).rejects.toMatchObject({
      code: 'MOCK_MERCHANT_UNKNOWN',
    })
  })
})
