import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import { fromPage } from '../common/refusal.ts'
import {
  bundleFor,
  checkRunning,
  ENDED,
  LONE_STOCK_REFUSALS,
  loneStockFor,
  pageOf,
  productCouponSources,
  STOCK_REFUSALS,
  stockFor,
} from './request-checks.ts'
import { type Stock, stockStores } from './stocks.ts'

const PRODUCT_COUPON = 'POST /v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}'

type StoreChange = '关联' | '取消关联'

/** Refusals of a batch whose stores are not asked for. */
const storeRefusals = (act: StoreChange | '查询关联') => ({
  ended: fromPage(`400 INVALID_REQUEST 已过期的批次不可${act}门店`, ENDED),
  all_stores: fromPage(`400 INVALID_REQUEST 只有 store_scope 为 SPECIFIC 的批次可以${act}门店`, {
    en: 'store_scope of the batch is ALL or NONE',
    zh: '批次的 store_scope 为 ALL 或 NONE',
  }),
})

interface StoreBody {
  readonly brand_id: string
  readonly store_list: readonly { readonly store_id: string }[]
}

/** The mock has no stores of brands: any number may be one. */
const isStore = ({ store_id }: StoreBody['store_list'][number]) => /^[0-9]{1,32}$/.test(store_id)

const NO_STORE = { code: 'INVALID_REQUEST', message: '门店ID非法或不属于当前品牌' }

const FIELDS = { 'body/store_list': { min: 1, max: 200 }, 'body/store_list/store_id': { example: '100000001' } }

const storeRules = (act: StoreChange) => [
  documented('A call names 200 stores at most; one that it names twice counts once.'),
  documented('A batch that is one use of a bundle gets its stores with the bundle.'),
  act === '关联'
    ? documented('Stores are added to those that the batch has.', productCouponSources.questions)
    : inferred('A store that the batch does not have succeeds too.'),
  inferred('Any id of digits is a store of the brand; others stand in failed_store_list, and the call goes on.'),
  inferred('A list that would be empty is left out.'),
  inferred('Checks run in the order fields, brand, product coupon, batch, end, store_scope.'),
]

/** Adds stores to batches, or takes them from these. */
async function changeStores(
  act: StoreChange,
  batches: readonly Stock[],
  { store_list }: StoreBody,
  context: OperationContext<'ended' | 'all_stores'>,
) {
  const { tx, now } = context
  for (const one of batches) checkSpecific(one, context)
  const named = [...new Map(store_list.map((store) => [store.store_id, store])).values()]
  const stores = named.filter(isStore)
  const table = tx.in(stockStores)
  for (const { mchid, stock_id } of batches) {
    for (const { store_id } of stores) {
      if (act === '取消关联') await table.delete(mchid, stock_id, store_id)
      else if (!(await table.find(mchid, stock_id, store_id))) {
        await table.save({ mchid, stock_id, store_id, associate_time: now })
      }
    }
  }
  const failed = named.filter((store) => !isStore(store)).map((store) => ({ ...store, ...NO_STORE }))
  return {
    total_count: named.length,
    success_store_list: stores.length > 0 ? stores : undefined,
    failed_store_list: failed.length > 0 ? failed : undefined,
  }
}

function checkSpecific(one: Stock, context: Pick<OperationContext<'ended' | 'all_stores'>, 'now' | 'fail'>): void {
  checkRunning(one, context)
  const { stock_id, store_scope } = one
  if (store_scope === 'SPECIFIC') return
  context.fail('all_stores', {
    en: `store_scope of batch ${stock_id} is ${store_scope}`,
    zh: `批次 ${stock_id} 的 store_scope 是 ${store_scope}`,
  })
}

type Tail = 'associate-stores' | 'disassociate-stores'

/** A call about the stores of one batch. */
const ofStock = <const Id extends string>(act: StoreChange, tail: Tail, id: Id, summary: string) =>
  documentedCall(`${PRODUCT_COUPON}/stocks/{stock_id}/${tail}`, {
    id,
    summary,
    fields: FIELDS,
    refusals: { ...LONE_STOCK_REFUSALS, ...storeRefusals(act) },
    rules: storeRules(act),
    handle: async ({ path, body }, context) =>
      changeStores(act, [await loneStockFor({ ...path, ...body }, context)], body, context),
  })

/** The stores of all batches of a bundle. */
const ofBundle = <const Id extends string>(act: StoreChange, tail: Tail, id: Id, summary: string) =>
  documentedCall(`${PRODUCT_COUPON}/stock-bundles/{stock_bundle_id}/${tail}`, {
    id,
    summary,
    fields: FIELDS,
    refusals: { ...STOCK_REFUSALS, ...storeRefusals(act) },
    rules: storeRules(act),
    handle: async ({ path, body }, context) =>
      changeStores(act, await bundleFor({ ...path, ...body }, context), body, context),
  })

/** 批次关联门店: add stores to a batch. */
export const associateStockStores = ofStock(
  '关联',
  'associate-stores',
  'associateStockStores',
  'Link stores to a batch of a product coupon',
)

/** 批次取消关联门店: take stores from a batch. */
export const disassociateStockStores = ofStock(
  '取消关联',
  'disassociate-stores',
  'disassociateStockStores',
  'Unlink stores from a batch of a product coupon',
)

/** 批次组批量关联门店: add stores to all batches of a bundle. */
export const associateStockBundleStores = ofBundle(
  '关联',
  'associate-stores',
  'associateStockBundleStores',
  'Link stores to a bundle of batches of a product coupon',
)

/** 批次组批量取消关联门店: take stores from all batches of a bundle. */
export const disassociateStockBundleStores = ofBundle(
  '取消关联',
  'disassociate-stores',
  'disassociateStockBundleStores',
  'Unlink stores from a bundle of batches of a product coupon',
)

/** 查询批次关联门店列表: list the stores of a batch. */
export const listStockStores = documentedCall(
  'GET /v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}/stocks/{stock_id}/associated-stores',
  {
    id: 'listStockStores',
    summary: 'List the stores of a batch of a product coupon',
    fields: { 'query/page_size': { min: 1, max: 200 } },
    refusals: { ...STOCK_REFUSALS, ...storeRefusals('查询关联') },
    rules: [
      documented('A page has 20 stores, or as many as page_size says, 200 at most.'),
      documented('Only the first page tells total_count, and only one that others follow tells next_page_token.'),
      inferred('Stores come in the order in which they were linked; those of one call in the order of their ids.'),
      inferred('One batch of a bundle can be listed.'),
    ],
    async handle({ path, query }, context) {
      const { stock } = await stockFor({ ...path, ...query }, context)
      checkSpecific(stock, context)
      const { rows, ...page } = await pageOf(
        stockStores,
        ['ofStock', stock.stock_id],
        { page_size: 20, ...query },
        context,
      )
      return { ...page, store_list: rows }
    },
  },
)
