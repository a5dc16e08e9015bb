import { expect, test } from 'vitest'
import { createSharing, querySharing } from '../../src/products/operations.ts'
import { textLike } from '../kit/index.ts'
import { get, post } from './client.ts'
import { exactPact } from './exact-pact.ts'

const pact = exactPact('sharing')

const SELLER = { sub_mchid: '1900000109' } as const
const OF_ORDER = { ...SELLER, transaction_id: '4200002157202601051234567890' } as const
const REST = { ...OF_ORDER, out_order_no: 'JD20260105001' } as const
const SHARE = {
  ...OF_ORDER,
  appid: 'wx1234567889999',
  out_order_no: 'FZ20260105001',
  receivers: [{ type: 'MERCHANT_ID', account: '1900000110', amount: 1_000, description: '分给供应商' }],
  unfreeze_unsplit: false,
}

/** An order that a call placed to be shared. It may be shared a minute after it was paid. */
const placed = (description: string) =>
  pact
    .upon(description)
    .given('the time is', { now: '2026-01-05T10:20:30+08:00' })
    .given('an order was placed and paid', { ...SELLER, profit_sharing: 'true' })
    .given('a receiver of shares was added', SELLER)
    .given('the time is', { now: '2026-01-05T10:25:00+08:00' })

test('an order is shared that was placed to be shared', () =>
  placed('a request to share an order that was placed to be shared')
    .calls(createSharing, SHARE)
    .answers({ order_id: textLike('^3000[0-9]{1,60}$', '30002107252026010512345678901') })
    .test(async (connection) => {
      expect(await post(connection, createSharing.path, SHARE)).toMatchObject({ status: 200 })
    }))

test('the seller gets the rest without the fee', () =>
  placed('a query of what was unfrozen once an order was shared')
    .given('a share request was made', SELLER)
    .given('an unfreeze request was made', REST)
    .given('the time is', { now: '2026-01-05T10:25:30+08:00' })
    .calls(querySharing, REST)
    .answers({ state: 'FINISHED', receivers: [{ account: SELLER.sub_mchid, amount: 8_940, result: 'SUCCESS' }] })
    .test(async (connection) => {
      const { out_order_no, ...params } = REST
      const path = querySharing.path.replace('{out_order_no}', out_order_no)
      expect(await get(connection, path, { params })).toMatchObject({ data: { state: 'FINISHED' } })
    }))
