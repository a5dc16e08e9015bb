import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext, REPEAT, upon } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { fromPage, invalidRequest } from '../common/refusal.ts'
import { knownAmong, sortCodes } from '../common/sorted-codes.ts'
import {
  checkRunning,
  ENDED,
  NUMBER_REFUSALS,
  onceFor,
  productCouponSources,
  REQUEST_NO,
  STOCK_REFUSALS,
  stockFor,
} from './request-checks.ts'
import { type Stock, stocks, uploadedCodes, withCodes } from './stocks.ts'
import { userCoupons } from './user-coupons.ts'

const source = productCouponSources.questions

const UNFIT_CODE = { code: 'INVALID_REQUEST', message: '券Code不合法' }

const isFit = (code: string) => /^[0-9A-Za-z_-]{1,40}$/.test(code)

const REFUSALS = {
  ...STOCK_REFUSALS,
  ...NUMBER_REFUSALS,
  ended: fromPage('400 INVALID_REQUEST 已过期的批次不可预上传券Code', ENDED),
  takes_no_codes: fromPage('400 INVALID_REQUEST 只有 coupon_code_mode 为 UPLOAD 的批次可以预上传券Code', {
    en: 'the batch is WECHATPAY or API_ASSIGN',
    zh: '批次的券 Code 分配模式是 WECHATPAY 或 API_ASSIGN',
  }),
  not_ready: invalidRequest('documented', '批次创建处理中，暂不能上传Code', {
    en: 'the batch is AUDITING (text documented, status, code and cause inferred)',
    zh: '批次处于 AUDITING 状态（文字见文档，状态码、错误码和原因为推断）',
    source,
  }),
  full: invalidRequest('documented', '上传的自定义code已达上限', {
    en: 'the batch would hold more codes than max_count with the new ones (text documented, status and code inferred)',
    zh: '加上本次上传，批次的券 Code 数会超过 max_count（文字见文档，状态码和错误码为推断）',
    source,
  }),
} as const

/** 预上传券Code: store codes for a batch to hand out. */
export const uploadProductCouponCodes = documentedCall(
  'POST /v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}/stocks/{stock_id}/upload-coupon-codes',
  {
    id: 'uploadProductCouponCodes',
    summary: 'Upload codes for a batch of a product coupon',
    fields: {
      'body/out_request_no': REQUEST_NO,
      // A code with other characters does not refuse the others.
      'body/code_list': { entries: [1, 200], min: 1, pattern: '', example: 'code_0000001' },
    },
    refusals: REFUSALS,
    rules: [
      documented('A call uploads 200 codes at most.'),
      documented(
        'Codes that the batch has go into already_exist_code_list, those that came more than once into duplicate_code_list; both are no errors.',
      ),
      documented('total_count counts each code once.'),
      inferred(
        'A code with other characters than digits, letters, - and _ stands in failed_code_list, and the call goes on; the text there is ours.',
      ),
      inferred('A list that would be empty is left out, as in the example of the page.'),
      inferred('A code may be in several batches, once in each; one of a bundle has codes of its own.'),
      inferred('A call that would bring more codes than max_count stores none of them; only new codes count.'),
      upon(REPEAT, inferred('The same out_request_no with the same codes gets the same answer.')),
      inferred('Checks run in the order fields, brand, product coupon, batch, number, end, mode, readiness, maximum.'),
    ],
    async handle({ path, body }, context) {
      const { tx, fail } = context
      const { stock } = await stockFor({ ...path, ...body }, context)
      const { result = '' } = await onceFor(context, 'uploadProductCouponCodes', { path, body }, async () => {
        checkTakesCodes(stock, context)
        const { mchid, stock_id } = stock
        // Uploaded ones, and those of coupons that came with the world.
        const had = await knownAmong(body.code_list, async (code) => {
          const key = [mchid, stock_id, code] as const
          return (await tx.in(uploadedCodes).find(...key)) ?? tx.in(userCoupons).find(...key)
        })
        const { fresh, known, unfit, repeated } = sortCodes(body.code_list, {
          known: (code) => had.has(code),
          fit: isFit,
        })
        const { total_count: has = 0 } = stock.coupon_code_count_info ?? {}
        const { max_count } = stock.stock_send_rule
        if (fresh.length > 0 && has + fresh.length > max_count) {
          fail('full', {
            en: `batch ${stock_id} has ${has} codes, ${fresh.length} new ones would make ${has + fresh.length}, and its max_count is ${max_count}`,
            zh: `批次 ${stock_id} 已有 ${has} 个券 Code，再加 ${fresh.length} 个共 ${has + fresh.length} 个，而 max_count 是 ${max_count}`,
          })
        }
        await tx.in(stocks).save(withCodes(stock, fresh.length, fresh.length))
        const next = await nextPosition(tx, stock)
        for (const [i, coupon_code] of fresh.entries()) {
          await tx.in(uploadedCodes).save({ mchid, stock_id, coupon_code, position: next + i })
        }
        const listed = <Entry>(list: readonly Entry[]) => (list.length > 0 ? list : undefined)
        const answer = {
          total_count: fresh.length + known.length + unfit.length,
          success_code_list: listed(fresh),
          failed_code_list: listed(unfit.map((coupon_code) => ({ coupon_code, ...UNFIT_CODE }))),
          already_exist_code_list: listed(known),
          duplicate_code_list: listed(repeated),
        }
        return { result: JSON.stringify(answer) }
      })
      return JSON.parse(result)
    },
  },
)

function checkTakesCodes(
  stock: Stock,
  context: Pick<OperationContext<'ended' | 'takes_no_codes' | 'not_ready'>, 'now' | 'fail'>,
): void {
  checkRunning(stock, context)
  const { stock_id, coupon_code_mode: mode, state } = stock
  if (mode !== 'UPLOAD') {
    context.fail('takes_no_codes', {
      en: `batch ${stock_id} is ${mode}`,
      zh: `批次 ${stock_id} 的券 Code 分配模式是 ${mode}`,
    })
  }
  if (state === 'AUDITING') {
    context.fail('not_ready', { en: `batch ${stock_id} is AUDITING`, zh: `批次 ${stock_id} 处于 AUDITING 状态` })
  }
}

/** The place behind the last code of a batch. Seed files give places of their own. */
async function nextPosition(tx: Transaction, { mchid: owner, stock_id, coupon_code_count_info: codes }: Stock) {
  const { total_count = 0, available_count = 0 } = codes ?? {}
  if (available_count === 0) return total_count
  const [last] = await tx
    .in(uploadedCodes)
    .page('available', stock_id, { owner, offset: available_count - 1, limit: 1 })
  return Math.max(total_count, (last?.position ?? 0) + 1)
}
