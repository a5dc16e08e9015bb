import { describe, expect } from 'vitest'
import {
  associateStockBundleStores,
  associateStockStores,
  disassociateStockBundleStores,
  disassociateStockStores,
  listStockStores,
} from '../../../src/products/operations.ts'
import { test, transports } from '../../helpers/world.ts'
import { BATCH, BUNDLE, ENDED, IN_BUNDLE, OF_PRODUCT, withBatches } from './batches.ts'

const SPECIFIC = { store_scope: 'SPECIFIC' } as const
const listed = (...ids: readonly string[]) => ids.map((store_id) => ({ store_id }))
const stores = (...ids: readonly string[]) => ({ store_list: listed(...ids) })
const UNKNOWN = { code: 'INVALID_REQUEST', message: '门店ID非法或不属于当前品牌' }

describe.for(transports)('stores of a batch over %s', (transport) => {
  test.override('transport', transport)

  test('those of several calls are added up, until they are unlinked', async ({ merchant, control }) => {
    await withBatches(control, SPECIFIC)

    expect(
      await merchant.call(associateStockStores, { ...BATCH, ...stores('100000002', '100000001', '100000002') }),
    ).toMatchObject({
      status: 200,
      body: { total_count: 2, success_store_list: listed('100000002', '100000001') },
    })
    await control.advance('PT1S')
    await merchant.call(associateStockStores, { ...BATCH, ...stores('100000002', '100000000') })
    expect(await merchant.call(listStockStores, BATCH)).toMatchObject({
      status: 200,
      body: { total_count: 3, store_list: listed('100000001', '100000002', '100000000') },
    })

    expect(
      await merchant.call(disassociateStockStores, { ...BATCH, ...stores('100000001', '100000009') }),
    ).toMatchObject({ status: 200, body: { total_count: 2, success_store_list: listed('100000001', '100000009') } })
    expect(await merchant.call(listStockStores, BATCH)).toMatchObject({
      body: { total_count: 2, store_list: listed('100000002', '100000000') },
    })
  })

  test('an id that is none fails alone', async ({ merchant, control }) => {
    await withBatches(control, SPECIFIC)

    expect(
      (await merchant.call(associateStockStores, { ...BATCH, ...stores('S1', '100000001', 'S1') })).body,
    ).toStrictEqual({
      total_count: 2,
      success_store_list: listed('100000001'),
      failed_store_list: [{ store_id: 'S1', ...UNKNOWN }],
    })
    expect((await merchant.call(associateStockStores, { ...BATCH, ...stores('S1') })).body).toStrictEqual({
      total_count: 1,
      failed_store_list: [{ store_id: 'S1', ...UNKNOWN }],
    })
    expect(await merchant.call(listStockStores, BATCH)).toMatchObject({ body: { total_count: 1 } })
  })

  test('a bundle has them in each of its batches', async ({ merchant, control }) => {
    await withBatches(control, SPECIFIC)
    const linked = () =>
      Promise.all(
        IN_BUNDLE.map(async (stock_id) => (await merchant.call(listStockStores, { ...OF_PRODUCT, stock_id })).body),
      )

    await merchant.call(associateStockBundleStores, { ...BUNDLE, ...stores('100000001', '100000002') })
    expect(await linked()).toEqual(
      Array.from(IN_BUNDLE, () => ({ total_count: 2, store_list: listed('100000001', '100000002') })),
    )
    await merchant.call(disassociateStockBundleStores, { ...BUNDLE, ...stores('100000001') })
    expect(await linked()).toEqual(Array.from(IN_BUNDLE, () => ({ total_count: 1, store_list: listed('100000002') })))
    expect(await merchant.call(listStockStores, BATCH)).toMatchObject({ body: { total_count: 0, store_list: [] } })
  })

  test('come page by page, each once, though some come and go meanwhile', async ({ merchant, control }) => {
    await withBatches(control, SPECIFIC)
    const ids = Array.from({ length: 45 }, (_, i) => `${100_000_000 + i}`)
    await merchant.call(associateStockStores, { ...BATCH, ...stores(...ids) })
    const page = async (query: object) =>
      (await merchant.call(listStockStores, { ...BATCH, ...query })).body as {
        store_list: { store_id: string }[]
        next_page_token?: string
      }

    const first = await page({})
    expect(first).toMatchObject({ total_count: 45, store_list: listed(...ids.slice(0, 20)) })
    expect(first.next_page_token).toMatch(/^[\w-]{1,100}$/)
    await control.advance('PT1S')
    await merchant.call(disassociateStockStores, { ...BATCH, ...stores(...ids.slice(18, 21)) })
    await merchant.call(associateStockStores, { ...BATCH, ...stores('200000000') })
    const second = await page({ page_token: first.next_page_token })
    expect(second).toMatchObject({ store_list: listed(...ids.slice(21, 41)) })
    expect(second).not.toHaveProperty('total_count')
    const last = await page({ page_token: second.next_page_token, page_size: 200 })
    expect(last).toStrictEqual({ store_list: listed(...ids.slice(41), '200000000') })
    expect(await page({ page_size: 43 })).not.toHaveProperty('next_page_token')
  })

  test.for(Object.entries(ENDED))(
    'a batch that %s neither gets nor lists any',
    async ([, changes], { merchant, control }) => {
      await withBatches(control, { ...SPECIFIC, ...changes })
      const refused = (act: string) => ({
        status: 400,
        body: { code: 'INVALID_REQUEST', message: `已过期的批次不可${act}门店` },
      })

      expect(await merchant.call(associateStockStores, { ...BATCH, ...stores('1') })).toMatchObject(refused('关联'))
      expect(await merchant.call(disassociateStockBundleStores, { ...BUNDLE, ...stores('1') })).toMatchObject(
        refused('取消关联'),
      )
      expect(await merchant.call(listStockStores, BATCH)).toMatchObject(refused('查询关联'))
    },
  )

  test.for<[string, object]>([
    ['a page of none', { page_size: 0 }],
    ['a page of more than 200', { page_size: 201 }],
    ['a token of no page', { page_token: 'x' }],
  ])('%s is not listed', async ([, query], { merchant, control }) => {
    await withBatches(control, SPECIFIC)

    expect(await merchant.call(listStockStores, { ...BATCH, ...query })).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR' },
    })
  })

  test('a call names 1 to 200 of them', async ({ merchant, control }) => {
    await withBatches(control, SPECIFIC)
    const linking = async (length: number) => {
      const ids = Array.from({ length }, (_, i) => `${100_000_000 + i}`)
      return (await merchant.call(associateStockStores, { ...BATCH, ...stores(...ids) })).status
    }

    expect([await linking(0), await linking(200), await linking(201)]).toEqual([400, 200, 400])
  })
})
