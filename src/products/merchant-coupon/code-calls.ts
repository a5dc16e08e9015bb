import { z } from 'zod'
import { choice, couponCode, shownInstant, stockId, text } from '../../catalogue/fields.ts'
import { defineOperation, documented, inferred, type OperationContext, REPEAT, upon } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { once } from '../common/once.ts'
import { because, invalidRequest } from '../common/refusal.ts'
import { users } from '../platform/index.ts'
import { shownStockId } from './answer-schemas.ts'
import { deleteCode } from './code-rules.ts'
import { codeState, codeStatus, codes, type UploadedCode, withStatus } from './codes.ts'
import { type Coupon, coupons } from './coupons.ts'
import * as errors from './errors.ts'
import { requireAppids } from './errors.ts'
import { createdStockFor, stockFor } from './find-coupon.ts'
import { type Stock, stocks } from './stocks.ts'
import { couponAnswer, DEFAULT_LIMIT, pageLimit, pageOffset, shownCoupon } from './user-coupons.ts'

/** The vendor's page that lists the calls: those that query and delete codes have no page of their own, and are known from the SDKs only. */
const CODE_CALLS_SOURCE = 'https://pay.weixin.qq.com/docs/merchant/products/merchant-exclusive-coupon/apilist.html'

const codeAppid = text({ title: '公众账号ID', max: 32, example: 'wx233544546545989' }).optional()

const codeInformationAnswer = z.object({
  code: z.string(),
  code_status: codeState,
  upload_time: shownInstant,
  dispatched_time: shownInstant.optional(),
  openid: z.string().optional(),
  unionid: z.string().optional(),
  coupon_code: z.string().optional(),
})

/** 查询预存code列表: look at the codes that were uploaded for a batch, page by page. */
export const listCouponCodes = defineOperation({
  id: 'listCouponCodes',
  method: 'GET',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes',
  summary: 'List uploaded codes',
  title: '查询预存code列表',
  source: CODE_CALLS_SOURCE,
  input: {
    path: z.object({ stock_id: stockId }),
    query: z.object({
      limit: pageLimit,
      offset: pageOffset,
      appid: codeAppid,
      status: choice('券code状态', codeState.options).optional(),
    }),
  },
  output: z.object({
    stock_id: shownStockId,
    total_count: z.int(),
    data: z.array(codeInformationAnswer),
    offset: z.int(),
    limit: z.int(),
  }),
  errors: {
    not_found: { ...errors.stockNotFound, evidence: 'sibling' },
    not_permitted: errors.stockNotPermitted,
    appid_unbound: { ...errors.appidUnbound, evidence: 'sibling' },
  },
  rules: [
    documented(
      'All four query members may be left out; without status all codes are listed.',
      sources.goSdk,
      sources.javaSdk,
    ),
    inferred('limit is 20 if left out, as in the list of coupons, and 100 at most.'),
    inferred('offset counts codes, not pages.'),
    inferred('Codes are listed in the order they were uploaded in.'),
    inferred('total_count counts all codes with the status, whatever the page.'),
    inferred('openid is the one that the coupon was sent to, also without appid.'),
  ],
  async handle({ path, query }, context) {
    const { limit = DEFAULT_LIMIT, offset = 0, appid, status } = query
    const stock = await shownStockFor(context, path.stock_id, appid)
    const { tx } = context
    const { stock_id, mchid: owner } = stock
    const [list, among] =
      status === undefined ? (['ofStock', stock_id] as const) : (['byStatus', withStatus(status, stock_id)] as const)
    const page = await tx.in(codes).page(list, among, { owner, offset, limit })
    return {
      stock_id,
      total_count: await tx.in(codes).countAmong(list, among, owner),
      data: await Promise.all(page.map(async (code) => codeInformation(tx, code, await couponOf(tx, code)))),
      offset,
      limit,
    }
  },
})

/** 查询预存code详情: look at one uploaded code, and at the coupon that it became. */
export const queryCouponCode = defineOperation({
  id: 'queryCouponCode',
  method: 'GET',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes/{coupon_code}',
  summary: 'Query one uploaded code',
  title: '查询预存code详情',
  source: CODE_CALLS_SOURCE,
  input: { path: z.object({ stock_id: stockId, coupon_code: couponCode }), query: z.object({ appid: codeAppid }) },
  output: z.object({ code_information: codeInformationAnswer, coupon_information: couponAnswer.optional() }),
  errors: {
    not_found: because(errors.stockNotFound, {
      en: 'there is no such batch or code',
      zh: '没有该批次或该 code',
      evidence: 'sibling',
    }),
    not_permitted: errors.stockNotPermitted,
    appid_unbound: { ...errors.appidUnbound, evidence: 'sibling' },
  },
  rules: [
    documented(
      'coupon_information shows once the code is handed out, like the query of the coupon.',
      sources.goSdk,
      sources.javaSdk,
    ),
    inferred('openid is the one that the coupon was sent to, also without appid.'),
  ],
  async handle({ path, query }, context) {
    const stock = await shownStockFor(context, path.stock_id, query.appid)
    const { tx, now, fail } = context
    const code = await tx.in(codes).find(stock.mchid, stock.stock_id, path.coupon_code)
    if (!code) return fail('not_found', explainNoCode(path.stock_id, path.coupon_code))
    const coupon = await couponOf(tx, code)
    return {
      code_information: await codeInformation(tx, code, coupon),
      coupon_information: coupon && shownCoupon(coupon, stock, now),
    }
  },
})

/** The batch whose codes a call looks at, with an appid that has to be one of the caller or of the owner. */
async function shownStockFor(
  context: OperationContext<'not_found' | 'not_permitted' | 'appid_unbound'>,
  stock_id: string,
  appid: string | undefined,
): Promise<Stock> {
  const stock = await stockFor(context, stock_id)
  if (appid !== undefined) requireAppids(context, [appid], stock.belong_merchant)
  return stock
}

/** The coupon that a code was handed out as. */
async function couponOf(
  tx: Transaction,
  { mchid, stock_id, code, dispatched_time }: UploadedCode,
): Promise<Coupon | undefined> {
  return dispatched_time === undefined ? undefined : tx.in(coupons).find(mchid, stock_id, code)
}

/** An uploaded code as the queries show it; the holder and the coupon show once it is handed out. */
async function codeInformation(tx: Transaction, code: UploadedCode, coupon: Coupon | undefined) {
  const user = coupon && (await tx.in(users).find(code.mchid, coupon.openid))
  return {
    ...code,
    code_status: codeStatus(code),
    openid: coupon?.openid,
    unionid: user?.unionid,
    coupon_code: coupon?.coupon_code,
  }
}

/** 删除预存code: delete an uploaded code that was not handed out. */
export const deleteCouponCode = defineOperation({
  id: 'deleteCouponCode',
  method: 'DELETE',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes/{coupon_code}',
  summary: 'Delete an uploaded code',
  title: '删除预存code',
  source: CODE_CALLS_SOURCE,
  input: {
    path: z.object({ stock_id: stockId, coupon_code: couponCode }),
    query: z.object({
      delete_request_no: text({ title: '删除请求单据号', max: 128, example: '1002600620019090123143254436' }),
    }),
  },
  output: z.object({ stock_id: shownStockId, delete_time: shownInstant }),
  errors: {
    request_no_reused: errors.requestNoReused,
    not_found: because(errors.stockNotFound, {
      en: 'there is no such batch or code',
      zh: '没有该批次或该 code',
      evidence: 'sibling',
    }),
    not_permitted: errors.creatorOnly,
    dispatched: invalidRequest('inferred', '券code已被分配', {
      en: 'the code is DISPATCHED (the text is ours)',
      zh: '该 code 已发放（DISPATCHED）（文字为自拟）',
      internalCode: INTERNAL_CODES.couponState,
    }),
  },
  rules: [
    inferred('Only a code that is AVAILABLE is deleted; it may be uploaded again.'),
    inferred('Only the creator of a batch deletes its codes.'),
    upon(REPEAT, inferred('The same delete_request_no for the same code is answered with the first time.')),
    inferred('The state of the batch does not matter.'),
    inferred('Checks run in the order fields, request number, batch, right, code.'),
  ],
  async handle({ path, query }, context) {
    const { tx, now, fail } = context
    const { stock_id, coupon_code } = path
    const { delete_request_no: request_no } = query
    const numbered = { operation: 'deleteCouponCode', request_no, values: [stock_id, coupon_code] }
    const { time } = await once(context, numbered, async () => {
      const stock = await createdStockFor(context, stock_id)
      const code = await tx.in(codes).find(stock.mchid, stock_id, coupon_code)
      if (!code) return fail('not_found', explainNoCode(stock_id, coupon_code))
      const decision = deleteCode(stock, code)
      if (!decision.ok) {
        const time = formatInstant(code.dispatched_time ?? now)
        return fail(decision.reason, {
          en: `code ${coupon_code} was handed out at ${time}`,
          zh: `code ${coupon_code} 已于 ${time} 发放`,
        })
      }
      await tx.in(stocks).save(decision.value)
      await tx.in(codes).delete(stock.mchid, stock_id, coupon_code)
      return {}
    })
    return { stock_id, delete_time: time }
  },
})

function explainNoCode(stock_id: string, code: string): Texts {
  return { en: `batch ${stock_id} has no uploaded code ${code}`, zh: `批次 ${stock_id} 没有预存 code ${code}` }
}
