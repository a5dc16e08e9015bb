import { describe, expect } from 'vitest'
import { createMock } from '../../src/mock.ts'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import { queryStock, uploadCouponCodes } from '../../src/products/operations.ts'
import { expectRefusal, json, NOON, test } from './doors.ts'

const BATCH = { stock_id: '7', coupon_code_mode: 'MERCHANT_UPLOAD' } as const satisfies StockJson

describe('one batch', () => {
  test('shows what it was given, what was sent, and its codes', async ({ control }) => {
    const added = await control.addStock({ ...BATCH, ready_time: '2026-11-25T12:00:05+08:00' })
    await control.addCodes(['A', 'B'].map((code) => ({ stock_id: '7', code })))
    await control.addCoupon({ stock_id: '7', coupon_code: 'B', receive_time: '2026-11-25T09:00:00+08:00' })

    expect(await control.stock('7')).toEqual({
      ...added,
      sent: { total: 1, today: 1, day: '2026-11-25T00:00:00+08:00' },
      codes: { total: 2, available: 1 },
    })
  })

  test('has no codes where they are not uploaded', async ({ control }) => {
    await control.addStock({ stock_id: '7' })

    expect(await control.stock('7')).not.toHaveProperty('codes')
  })

  test.for(['PAUSED', 'STOPED', 'UNAUDIT', 'RUNNING'] as const)(
    'becomes %s, and stays what it is otherwise',
    async (state, { control, merchant }) => {
      const before = await control.addStock({ ...BATCH, stock_name: '七号', comment: '备注' })

      expect(await control.patchStock('7', { state })).toEqual({ ...before, state })
      expect(await control.stock('7')).toEqual({ ...before, state })
      expect(await merchant.call(queryStock, { stock_id: '7' })).toMatchObject({ body: { stock_state: state } })
    },
  )

  test('is the well-known merchant’s where several have it, and a named one’s otherwise', async ({ control }) => {
    await control.addStocks([BATCH, { ...BATCH, mchid: '1900000009' }])
    await control.patchStock('7', { state: 'PAUSED' })

    expect(await control.stock('7')).toMatchObject({ mchid: '1900000001', state: 'PAUSED' })
    expect(await control.stock('7', { mchid: '1900000009' })).toMatchObject({ state: 'RUNNING' })
    await control.patchStock('7', { state: 'STOPED' }, { mchid: '1900000009' })
    expect(await control.stock('7', { mchid: '1900000009' })).toMatchObject({ state: 'STOPED' })
    expect(await control.stock('7')).toMatchObject({ state: 'PAUSED' })
    await expectRefusal(control.stock('7', { mchid: '1900000008' }), 'MOCK_STOCK_UNKNOWN', '/path/stock_id')
  })
})

describe('adding codes', () => {
  test('one is answered with one, and everything that was left out filled in', async ({ control, request }) => {
    const response = await request('/_mock/codes', json({ stock_id: '7', code: 'A' }))

    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({
      mchid: '1900000001',
      stock_id: '7',
      code: 'A',
      upload_time: '2026-11-25T12:00:00+08:00',
      position: 0,
    })
    expect(await control.stock('7')).toMatchObject({
      coupon_code_mode: 'MERCHANT_UPLOAD',
      codes: { total: 1, available: 1 },
    })
  })

  test('a list is answered with a list, each code behind the one before', async ({ control, merchant }) => {
    await control.addStock(BATCH)
    await merchant.call(uploadCouponCodes, { stock_id: '7', coupon_code_list: ['A', 'B'], upload_request_no: 'U-1' })

    const made = await control.addCodes([
      { stock_id: '7', code: 'C', dispatched_time: '2026-11-25T11:00:00+08:00' },
      { stock_id: '7', code: 'D' },
      { stock_id: '8', code: 'D' },
    ])

    expect(made).toMatchObject([
      { code: 'C', position: 2, dispatched_time: '2026-11-25T11:00:00+08:00' },
      { code: 'D', position: 3 },
      { code: 'D', position: 0 },
    ])
    expect(await control.stock('7')).toMatchObject({ codes: { total: 4, available: 3 } })
  })

  test('one with the same code is replaced, and counted once', async ({ control }) => {
    await control.addCodes([
      { stock_id: '7', code: 'A' },
      { stock_id: '7', code: 'B', dispatched_time: '2026-11-25T11:00:00+08:00' },
    ])
    await control.addCodes([
      { stock_id: '7', code: 'A', dispatched_time: '2026-11-25T11:00:00+08:00' },
      { stock_id: '7', code: 'B' },
    ])

    expect(await control.stock('7')).toMatchObject({ codes: { total: 2, available: 1 } })
    expect((await control.world()).codes.filter(({ stock_id }) => stock_id === '7')).toHaveLength(2)
  })

  test('one that is a coupon is handed out, whichever came first', async ({ control }) => {
    const received = { receive_time: '2026-11-24T10:00:00+08:00' }
    await control.addStock(BATCH)
    await control.addCoupon({ stock_id: '7', coupon_code: 'A', ...received })
    await control.addCodes(['A', 'B', 'C'].map((code) => ({ stock_id: '7', code })))
    await control.addCoupon({ stock_id: '7', coupon_code: 'B', ...received })
    await control.addCoupon({ stock_id: '7', coupon_code: 'B', ...received, state: 'USED' })

    const { codes } = await control.world()
    expect(codes.map(({ code, dispatched_time }) => [code, dispatched_time]).sort()).toEqual([
      ['A', received.receive_time],
      ['B', received.receive_time],
      ['C', undefined],
    ])
    expect(await control.stock('7')).toMatchObject({ codes: { total: 3, available: 1 }, sent: { total: 2 } })
  })

  test('a batch that is replaced keeps its codes', async ({ control, merchant }) => {
    await control.addCodes(['A', 'B'].map((code) => ({ stock_id: '7', code })))
    await control.addStock({ ...BATCH, stock_name: '新' })

    expect(await control.stock('7')).toMatchObject({ stock_name: '新', codes: { total: 2, available: 2 } })
    await merchant.call(uploadCouponCodes, { stock_id: '7', coupon_code_list: ['C'], upload_request_no: 'U-1' })
    expect((await control.world()).codes.find(({ code }) => code === 'C')).toMatchObject({ position: 2 })
  })

  test('not to a batch that takes none, and then none of the list', async ({ control }) => {
    await control.addStock({ stock_id: '7', coupon_code_mode: 'MERCHANT_API' })
    const before = await control.world()

    await expectRefusal(
      control.addCodes([
        { stock_id: '8', code: 'A' },
        { stock_id: '7', code: 'A' },
      ]),
      'MOCK_CODE_MODE',
      '/1/stock_id',
    )
    expect(await control.world()).toEqual(before)
  })

  test('a snapshot of batches and codes restores exactly, and codes go on behind the last', async ({
    control,
    merchant,
  }) => {
    await control.addStock({ ...BATCH, ready_time: '2026-11-25T11:59:59.5+08:00', sent: { total: 5, today: 2 } })
    await merchant.call(uploadCouponCodes, { stock_id: '7', coupon_code_list: ['A', 'B'], upload_request_no: 'U-1' })
    await control.addCoupon({ stock_id: '7', coupon_code: 'A' })
    const snapshot = await control.world()

    const other = createMock({ seed: 'empty', clock: { now: () => NOON } })
    await other.control.restore(snapshot)

    expect(await other.control.world()).toEqual(snapshot)
    expect(await other.control.stock('7')).toMatchObject({
      sent: { total: 6 },
      codes: { total: 2, available: 1 },
    })
    expect(await other.control.addCode({ stock_id: '7', code: 'C' })).toMatchObject({ position: 2 })
  })

  test('a seed file may name codes alone, and coupons with their codes', async ({ control }) => {
    await control.restore({
      codes: [
        { stock_id: '7', code: 'A' },
        { stock_id: '7', code: 'B' },
      ],
      coupons: [{ stock_id: '7', coupon_code: 'A', receive_time: '2026-11-24T10:00:00+08:00' }],
    })

    expect((await control.world()).codes).toMatchObject([
      { code: 'A', dispatched_time: '2026-11-24T10:00:00+08:00' },
      { code: 'B' },
    ])
    expect(await control.stock('7')).toMatchObject({
      coupon_code_mode: 'MERCHANT_UPLOAD',
      sent: { total: 1 },
      codes: { total: 2, available: 1 },
    })
    await control.restore({ codes: [{ stock_id: '8', code: 'A' }] })
    expect(await control.stock('8')).toMatchObject({
      coupon_code_mode: 'MERCHANT_UPLOAD',
      codes: { total: 1, available: 1 },
    })
  })
})
