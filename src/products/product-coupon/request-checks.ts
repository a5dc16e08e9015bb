import type { FieldRule } from '../../catalogue/documented-call.ts'
import { hasOpened } from '../../engine/keys/merchants.ts'
import type { OperationContext } from '../../engine/operation.ts'
import type { RequestRecord } from '../../engine/state/request-numbers.ts'
import { type Place, placeOf, type SortedTable } from '../../engine/state/table.ts'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { ApiError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { page, type Source, sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock, explainAppid, mayUseAppid } from '../common/explain.ts'
import { IMAGE_HOST } from '../common/images.ts'
import { once } from '../common/once.ts'
import { fromPage, invalidRequest, parameterUnfit, refusal } from '../common/refusal.ts'
import { brandPartners, type ProductCoupon, productCoupons } from './product-coupons.ts'
import { productCouponSettings } from './settings.ts'
import { hasExpired, ruleOf, type Stock, stocks, stocksOfBundle } from './stocks.ts'

/** Texts about product coupons; those about the whole of API v3 stand in `src/wire/protocol/sources.ts`. */
export const productCouponSources = {
  questions: page('常见问题 of 商品券', 'doc/v3/partner/4016950421'),
} as const satisfies Record<string, Source>

/** The form of an out_request_no, which its page says in words. */
export const REQUEST_NO: FieldRule = { min: 6, pattern: '^[0-9A-Za-z_-]+$', example: '10000_20251028_A123' }

/** The text for requests that no other row fits. */
const UNFIT = '传入参数不符合业务规则'

/** The row of a page for it. */
export const UNFIT_ROW = `400 INVALID_REQUEST ${UNFIT}`

const noAuth = refusal(403, 'NO_AUTH')

/** Whether a partner may act for a brand; every call of product coupons has it. */
export const BRAND_REFUSALS = {
  not_authorized: noAuth('documented', '服务商没有此接口权限', {
    en: 'the brand has not authorized the caller, or the caller has not opened the product',
    zh: '品牌未授权调用方，或调用方未开通商品券产品',
    source: sources.vendorSkills,
    internalCode: 268_579_803,
  }),
} as const

/** Refusals of a call about one product coupon. */
export const PRODUCT_REFUSALS = {
  ...BRAND_REFUSALS,
  product_unknown: '404 NOT_FOUND 未找到 product_coupon_id 对应的商品券',
} as const

/** Refusals of a call about one batch. */
export const STOCK_REFUSALS = {
  ...PRODUCT_REFUSALS,
  stock_unknown: '404 NOT_FOUND 未找到 stock_id 对应的商品券批次',
} as const

/** Refusals of a call that changes one batch, and none of a bundle. */
export const LONE_STOCK_REFUSALS = {
  ...STOCK_REFUSALS,
  in_bundle: invalidRequest('inferred', UNFIT, {
    en: 'the batch is one use of a bundle, which the call about bundles changes',
    zh: '该批次属于批次组，须使用批次组的接口',
  }),
} as const

/** The cause of the rows that begin with 已过期的批次. */
export const ENDED = {
  en: 'the batch has expired, or was deactivated (that the latter is answered so: inferred)',
  zh: '批次已过期，或已失效（失效时也如此应答为推断）',
} as const

/** Refusals of a call with an out_request_no; those that make something answer ALREADY_EXISTS instead. */
export const NUMBER_REFUSALS = {
  request_no_reused: invalidRequest('inferred', UNFIT, {
    en: 'the out_request_no took effect before with other values',
    zh: '该 out_request_no 已生效过，且参数不同',
    internalCode: 268_578_927,
  }),
} as const

/** The refusal of a number that made something before, by the text of its page. */
export const alreadyExists = (text: string) => ({
  request_no_reused: fromPage(`400 ALREADY_EXISTS ${text}`, {
    en: 'the out_request_no made one before, with other values',
    zh: '该 out_request_no 已用于创建，且参数不同',
  }),
})

/** Refusals of a call for objects in some states only. */
export const STATE_REFUSALS = {
  state_unfit: invalidRequest('inferred', UNFIT, {
    en: 'the product coupon or the batch is not in a state for it',
    zh: '商品券或批次的状态不允许此操作',
  }),
} as const

/** Refusals of a call that names appids and images. */
export const REFERENCE_REFUSALS = {
  image_unfit: parameterUnfit({
    en: 'with productCouponImages=uploaded: an image has an address that the upload call does not give (the rule is documented, the answer inferred)',
    zh: '设置 productCouponImages=uploaded 时：图片地址不是图片上传接口返回的（规则见文档，应答为推断）',
  }),
  appid_unbound: invalidRequest('documented', 'appid非法', {
    en: 'an appid is linked neither to the caller nor to the brand (text documented, status and code inferred)',
    zh: '有 appid 既未与调用方关联，也未与品牌关联（文字见文档，状态码和错误码为推断）',
    source: productCouponSources.questions,
    internalCode: 268_578_704,
  }),
} as const

/** The members of every management call. */
export interface NumberedBody {
  readonly brand_id: string
  readonly out_request_no: string
}

export interface DeactivateBody extends NumberedBody {
  readonly deactivate_reason: string
}

type Context<Name extends string> = Pick<OperationContext<Name>, 'tx' | 'caller' | 'fail'>

/** Refuses a caller that has not opened product coupons; of a call without a brand. */
export function checkOpened({ caller, fail }: Pick<Context<'not_authorized'>, 'caller' | 'fail'>): void {
  if (hasOpened(caller, 'product_coupon')) return
  fail('not_authorized', {
    en: `${caller.mchid} has not opened product coupons`,
    zh: `${caller.mchid} 未开通商品券产品`,
  })
}

/** Refuses a caller that may not act for a brand. Brands that nobody listed let every partner act for them. */
export async function checkBrand(brand_id: string, context: Context<'not_authorized'>): Promise<void> {
  checkOpened(context)
  const { tx, caller, fail } = context
  const relation = await tx.in(brandPartners).find(caller.mchid, brand_id)
  if (relation?.authorized === false) {
    fail('not_authorized', {
      en: `brand ${brand_id} has not authorized ${caller.mchid}, or no longer does`,
      zh: `品牌 ${brand_id} 未授权 ${caller.mchid}，或已取消授权`,
    })
  }
}

/** Refuses an object that is in a state which the call does not take. */
export function checkState<State extends string>(
  state: State,
  wanted: readonly State[],
  { fail }: Pick<OperationContext<'state_unfit'>, 'fail'>,
): void {
  if (wanted.includes(state)) return
  fail('state_unfit', {
    en: `it is ${state}; ${wanted.join(' or ')} is needed`,
    zh: `当前状态为 ${state}，须为 ${wanted.join(' 或 ')}`,
  })
}

/** Members of an object that a call brings to its end. */
export const deactivated = ({ out_request_no, deactivate_reason }: DeactivateBody, now: number) =>
  ({ state: 'DEACTIVATED', deactivate_request_no: out_request_no, deactivate_time: now, deactivate_reason }) as const

/** Refuses appids that are linked neither to the caller nor to the brand. */
export async function checkAppids(
  appids: readonly string[],
  brand_id: string,
  context: Context<'appid_unbound'>,
): Promise<void> {
  const unlinked = await explainUnlinked(appids, brand_id, context)
  if (unlinked) context.fail('appid_unbound', unlinked)
}

const IMAGES = /^(?:image_url|background_url|detail_image_url_list|finder_video_cover_image_url)$/

/** With productCouponImages=uploaded, refuses images that were not uploaded, wherever they stand in what is given. */
export function checkImages(
  given: object,
  { settings, fail }: Pick<OperationContext<'image_unfit'>, 'settings' | 'fail'>,
): void {
  if (productCouponSettings.productCouponImages.of(settings) === 'any') return
  for (const [name, value] of Object.entries(given)) {
    if (IMAGES.test(name)) {
      const other = [value].flat().find((url) => !String(url).startsWith(IMAGE_HOST))
      if (other === undefined) continue
      fail('image_unfit', {
        en: `${name} is ${other}: addresses of the upload call begin with ${IMAGE_HOST}`,
        zh: `${name} 是 ${other}：图片上传接口返回的地址以 ${IMAGE_HOST} 开头`,
      })
    }
    if (typeof value === 'object' && value !== null) checkImages(value, { settings, fail })
  }
}

/** Explains that one of some appids is linked neither to the caller nor to the brand; where neither has a list, any is. */
export async function explainUnlinked(
  appids: readonly string[],
  brand_id: string,
  { tx, caller }: Pick<Context<never>, 'tx' | 'caller'>,
): Promise<Texts | undefined> {
  const { brand_appids = [] } = (await tx.in(brandPartners).find(caller.mchid, brand_id)) ?? {}
  const both = [{ ...caller, appids: [...caller.appids, ...brand_appids] }]
  const unlinked = appids.find((appid) => !mayUseAppid(appid, both))
  return unlinked === undefined ? undefined : explainAppid(unlinked, both)
}

/** The product coupon that the caller made for the brand; another one is unknown to it. */
export async function productFor(
  { brand_id, product_coupon_id }: { readonly brand_id: string; readonly product_coupon_id: string },
  context: Context<'not_authorized' | 'product_unknown'>,
): Promise<ProductCoupon> {
  await checkBrand(brand_id, context)
  const { tx, caller, fail } = context
  const found = await tx.in(productCoupons).find(caller.mchid, product_coupon_id)
  if (found?.brand_id === brand_id) return found
  return fail('product_unknown', {
    en: found
      ? `${product_coupon_id} is of brand ${found.brand_id}`
      : `${caller.mchid} has no product coupon ${product_coupon_id}`,
    zh: found ? `${product_coupon_id} 属于品牌 ${found.brand_id}` : `${caller.mchid} 没有商品券 ${product_coupon_id}`,
  })
}

/** One batch of a product coupon, with that product coupon. */
export async function stockFor(
  named: { readonly brand_id: string; readonly product_coupon_id: string; readonly stock_id: string },
  context: Context<'not_authorized' | 'product_unknown' | 'stock_unknown'>,
): Promise<{ readonly product: ProductCoupon; readonly stock: Stock }> {
  const product = await productFor(named, context)
  const { tx, caller, fail } = context
  const stock = await tx.in(stocks).find(caller.mchid, named.stock_id)
  if (stock?.product_coupon_id === product.product_coupon_id) return { product, stock }
  return fail('stock_unknown', {
    en: `product coupon ${product.product_coupon_id} has no batch ${named.stock_id}`,
    zh: `商品券 ${product.product_coupon_id} 没有批次 ${named.stock_id}`,
  })
}

/** The batch that a call about one changes: none of a bundle, whose batches change together. */
export async function loneStockFor(
  named: Parameters<typeof stockFor>[0],
  context: Context<'not_authorized' | 'product_unknown' | 'stock_unknown' | 'in_bundle'>,
): Promise<Stock> {
  const { stock } = await stockFor(named, context)
  const { stock_bundle_id: bundle } = stock.stock_bundle_info ?? {}
  if (bundle === undefined) return stock
  return context.fail('in_bundle', {
    en: `batch ${stock.stock_id} is in the bundle ${bundle}`,
    zh: `批次 ${stock.stock_id} 属于批次组 ${bundle}`,
  })
}

/** The batches of a bundle of a product coupon, in the order of their use. */
export async function bundleFor(
  named: { readonly brand_id: string; readonly product_coupon_id: string; readonly stock_bundle_id: string },
  context: Context<'not_authorized' | 'product_unknown' | 'stock_unknown'>,
): Promise<readonly Stock[]> {
  const { product_coupon_id } = await productFor(named, context)
  const found = await stocksOfBundle(context.tx, context.caller.mchid, named.stock_bundle_id)
  if (found[0]?.product_coupon_id === product_coupon_id) return found
  return context.fail('stock_unknown', {
    en: `product coupon ${product_coupon_id} has no bundle ${named.stock_bundle_id}`,
    zh: `商品券 ${product_coupon_id} 没有批次组 ${named.stock_bundle_id}`,
  })
}

/** Refuses to change a batch that has expired or was deactivated. */
export function checkRunning(one: Stock, { now, fail }: Pick<OperationContext<'ended'>, 'now' | 'fail'>): void {
  const { stock_id, state, deactivate_time = now } = one
  const isOver = state === 'DEACTIVATED'
  if (!isOver && !hasExpired(one, now)) return
  const time = formatInstant(isOver ? deactivate_time : ruleOf(one).coupon_available_period.available_end_time)
  const clock = byTheClock(now)
  fail('ended', {
    en: `batch ${stock_id} ${isOver ? 'was deactivated' : 'expired'} at ${time}; ${clock.en}`,
    zh: `批次 ${stock_id} 已于 ${time} ${isOver ? '失效' : '过期'}；${clock.zh}`,
  })
}

/**
 * Does once what the number of a management call asks for. Numbers count per partner, brand and operation; a repeat has to bring the same path and
 * body, and its handler answers with the object as it is now.
 *
 * @param act may give the id of what it made, which is `result` of the record
 * @throws ApiError `request_no_reused`
 */
export async function onceFor(
  context: OperationContext<'request_no_reused'>,
  operation: string,
  { path, body }: { readonly path?: object; readonly body: NumberedBody },
  act: () => Promise<Partial<Pick<RequestRecord, 'result'>>>,
): Promise<RequestRecord> {
  const { brand_id, out_request_no: request_no } = body
  // Checked bodies have their members in the order of the schema, so equal ones are equal texts.
  const values = [JSON.stringify({ ...path, ...body })]
  return once(context, { operation, request_no, key: `${brand_id} ${request_no}`, values }, act)
}

/** The page that a list is asked for. */
export interface PageQuery {
  readonly page_size?: number
  /** The `next_page_token` of the page before. */
  readonly page_token?: string
}

/**
 * A page of the caller's rows that a sorted list has under a text. Only the first tells `total_count`, and only one that others follow tells
 * `next_page_token` (documented). Rows that come or go meanwhile leave the others where they are.
 *
 * @param fits leaves rows out; then all that follow are read
 * @throws ApiError `PARAM_ERROR` for a token that no page gave (inferred)
 */
export async function pageOf<Row, Sorted extends string>(
  table: SortedTable<Row, Sorted>,
  [list, among]: readonly [Sorted, string],
  { page_size, page_token }: PageQuery & { readonly page_size: number },
  { tx, caller: { mchid: owner } }: Pick<OperationContext<string>, 'tx' | 'caller'>,
  fits?: (row: Row) => boolean,
) {
  const after = page_token === undefined ? undefined : placeAt(page_token, owner)
  const all = await tx.in(table).countAmong(list, among, owner)
  const read = await tx.in(table).page(list, among, { owner, after, limit: fits ? all : page_size + 1 })
  const found = fits ? read.filter(fits) : read
  const rows = found.slice(0, page_size)
  const last = found.length > page_size ? rows.at(-1) : undefined
  return {
    rows,
    total_count: after ? undefined : fits ? found.length : all,
    next_page_token: last === undefined ? undefined : tokenOf(placeOf(table, list, last)),
  }
}

function tokenOf({ by, key }: Place): string {
  return Buffer.from(`${by}\n${key}`).toString('base64url')
}

function placeAt(token: string, owner: string): Place {
  const [by, key] = Buffer.from(token, 'base64url').toString('utf8').split('\n')
  if (by !== undefined && key !== undefined) return { by, owner, key }
  throw new ApiError(commonErrors.parameter_invalid, {
    explanation: {
      en: '/query/page_token: the next_page_token of the page before is needed, unchanged',
      zh: '/query/page_token：应原样传入上一页的 next_page_token',
    },
  })
}
