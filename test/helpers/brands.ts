import { z } from 'zod'
import { defineOperation } from '../../src/engine/operation.ts'
import { defineProduct } from '../../src/engine/product.ts'

/** A call of the brand API. The mock itself does not have one, but it identifies the caller only of a call that it knows. */
export const queryStore = defineOperation({
  id: 'queryStore',
  method: 'GET',
  path: '/brand/store',
  summary: 'Query a store',
  title: '查询门店',
  source: 'https://example.com/store',
  input: {},
  output: z.object({ store_id: z.string() }),
  errors: {},
  rules: [],
  handle: async () => ({ store_id: '1' }),
})

export const brands = defineProduct({
  id: 'brands',
  title: { en: 'Brands', zh: '品牌' },
  operations: [queryStore],
  tables: [],
})
