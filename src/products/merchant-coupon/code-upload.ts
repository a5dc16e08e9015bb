import { z } from 'zod'
import { shownInstant, shownNumber, stockId, text, titled } from '../../catalogue/fields.ts'
import type { FieldIssue } from '../../engine/exchange/input.ts'
import { defineOperation, documented, inferred, REPEAT, upon } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { sources } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { once } from '../common/once.ts'
import { invalidRequest, refusal } from '../common/refusal.ts'
import { knownAmong, sortCodes } from '../common/sorted-codes.ts'
import { shownStockId } from './answer-schemas.ts'
import { CODE_LENGTH_LIMIT, isFit, type UploadRefusal, upload } from './code-rules.ts'
import { codes, nextPosition } from './codes.ts'
import { coupons } from './coupons.ts'
import { creatorOnly, requestNoReused, stockNotFound } from './errors.ts'
import { createdStockFor, explainCodeMode } from './find-coupon.ts'
import { couponSources } from './sources.ts'
import { type Stock, stocks } from './stocks.ts'

const CODE_PATTERN = /^[0-9A-Za-z _\\/=|-]{1,32}$/

/** A code to be stored. One that is too long passes here: it alone is refused later, and the call goes on. */
const newCode = z
  .string()
  .check(({ value, issues }) => {
    if (!isFit(value) || CODE_PATTERN.test(value)) return
    const fault: FieldIssue['fault'] =
      value.length === 0
        ? { rule: 'too_short', unit: 'bytes', actual: 0, limit: 1 }
        : { rule: 'pattern', pattern: CODE_PATTERN.source, value }
    issues.push({ code: 'custom', input: value, params: { fault } satisfies FieldIssue })
  })
  .meta({
    ...titled('券code'),
    minLength: 1,
    pattern: String.raw`${CODE_PATTERN.source}|^[\s\S]{${CODE_LENGTH_LIMIT + 1},}$`,
    examples: ['ABC9588200'],
  })

const TOO_LONG = { code: 'LENGTH_LIMIT', message: '长度超过最大值32位' }

const codeList = z.array(z.string()).max(200)

const uploadAnswer = z.object({
  stock_id: shownStockId,
  total_count: shownNumber({ min: 0 }),
  success_count: shownNumber({ min: 0 }),
  success_codes: codeList,
  success_time: shownInstant,
  fail_count: shownNumber({ min: 0 }),
  fail_codes: z.array(z.object({ coupon_code: z.string(), code: z.string(), message: z.string() })),
  exist_codes: codeList,
  duplicate_codes: codeList,
})

/** 上传预存code: store codes for a batch to hand out. */
export const uploadCouponCodes = defineOperation({
  id: 'uploadCouponCodes',
  method: 'POST',
  path: '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes',
  summary: 'Upload codes for a batch',
  title: '上传预存code',
  source: 'https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter9_2_6.shtml',
  input: {
    path: z.object({ stock_id: stockId }),
    body: z.strictObject({
      coupon_code_list: z.array(newCode).min(1).max(200).meta(titled('券code列表')),
      upload_request_no: text({ title: '请求业务单据号', max: 128, example: '100002322019090134234sfdf' }),
    }),
  },
  output: uploadAnswer,
  errors: {
    request_no_reused: requestNoReused,
    not_found: stockNotFound,
    not_permitted: creatorOnly,
    takes_no_codes: invalidRequest('observed', '发券模式不合法', {
      en: 'the batch is not MERCHANT_UPLOAD',
      zh: '批次的券 code 模式不是 MERCHANT_UPLOAD',
      source: [couponSources.uploadedToAnotherMode, couponSources.sharedErrors],
      internalCode: INTERNAL_CODES.parameterInvalid,
    }),
    not_ready: refusal(400, 'STATEMENT_CREATING')('observed', '批次创建处理中，请稍晚进行上传code操作', {
      en: 'the batch was created a moment ago, with the setting stock_ready_after (code and text observed, status inferred)',
      zh: '批次刚刚创建，且设置了 stock_ready_after（错误码和文字为实测，状态码为推断）',
      source: [couponSources.uploadedTooEarlyCode, couponSources.uploadedTooEarly],
      internalCode: INTERNAL_CODES.parameterInvalid,
    }),
    full: invalidRequest('documented', '上传的自定义code已达上限', {
      en: 'the batch would hold more than its maximum of codes with the new ones (that it is max_coupons: inferred)',
      zh: '加上本次上传，批次的预存 code 数会超过上限（上限是 max_coupons 为推断）',
      source: couponSources.sharedErrors,
      internalCode: INTERNAL_CODES.parameterInvalid,
    }),
  },
  rules: [
    documented('A code that is too long is reported in fail_codes; the others are stored.'),
    documented(
      String.raw`Codes have digits, letters, blanks and - _ \ / = |; the list of them is required.`,
      couponSources.uploadPage,
      sources.goSdk,
    ),
    inferred('A code with other characters is refused by the field checker, and the call with it.'),
    documented(
      'Codes that the batch has go into exist_codes, codes that came more than once into duplicate_codes, once each; both are no errors.',
    ),
    inferred(
      'total_count counts each code once, and is the sum of success_count, fail_count and the length of exist_codes.',
    ),
    documented('A code may be in several batches, once in each.'),
    inferred('A call that would bring more codes than max_coupons stores none of them.'),
    inferred('Only new codes count: a full batch still tells which codes it has.'),
    inferred('The state of the batch does not matter, nor whether it has ended.'),
    upon(REPEAT, inferred('The same upload_request_no with the same codes gets the same answer.')),
    inferred('Checks run in the order fields, request number, batch, right, mode, readiness, maximum.'),
  ],
  async handle({ path, body }, context) {
    const { tx, now, fail } = context
    const { coupon_code_list: list, upload_request_no: request_no } = body
    const numbered = { operation: 'uploadCouponCodes', request_no, values: [path.stock_id, ...list] }
    const { result = '' } = await once(context, numbered, async () => {
      const stock = await createdStockFor(context, path.stock_id)
      // Uploaded ones, and those of coupons that came with the world.
      const had = await knownAmong(list, async (code) => {
        const key = [stock.mchid, stock.stock_id, code] as const
        return (await tx.in(codes).find(...key)) ?? tx.in(coupons).find(...key)
      })
      const { fresh, known, unfit, repeated } = sortCodes(list, { known: (code) => had.has(code), fit: isFit })
      const decision = upload(stock, fresh, { at: now, position: await nextPosition(tx, stock) })
      if (!decision.ok) return fail(decision.reason, explainUpload(decision.reason, stock, fresh.length, now))
      await tx.in(stocks).save(decision.value.stock)
      for (const code of decision.value.codes) await tx.in(codes).save(code)
      const answer = z.encode(uploadAnswer, {
        stock_id: stock.stock_id,
        total_count: fresh.length + known.length + unfit.length,
        success_count: fresh.length,
        success_codes: [...fresh],
        success_time: now,
        fail_count: unfit.length,
        fail_codes: unfit.map((coupon_code) => ({ coupon_code, ...TOO_LONG })),
        exist_codes: [...known],
        duplicate_codes: [...repeated],
      })
      return { result: JSON.stringify(answer) }
    })
    return z.decode(uploadAnswer, JSON.parse(result))
  },
})

function explainUpload(reason: UploadRefusal, stock: Stock, fresh: number, now: number): Texts {
  const { stock_id, codes, stock_send_rule, ready_time } = stock
  switch (reason) {
    case 'takes_no_codes':
      return {
        en: `${explainCodeMode(stock).en}, not MERCHANT_UPLOAD`,
        zh: `${explainCodeMode(stock).zh}，不是 MERCHANT_UPLOAD`,
      }
    case 'not_ready': {
      const at = formatInstant(ready_time ?? now)
      const clock = byTheClock(now)
      return {
        en: `batch ${stock_id} takes codes from ${at} (setting stock_ready_after); ${clock.en}`,
        zh: `批次 ${stock_id} 从 ${at} 起才能预存 code（设置 stock_ready_after）；${clock.zh}`,
      }
    }
    case 'full': {
      const { total = 0 } = codes ?? {}
      return {
        en: `batch ${stock_id} has ${total} codes, ${fresh} new ones would make ${total + fresh}, and its max_coupons is ${stock_send_rule.max_coupons}`,
        zh: `批次 ${stock_id} 已有 ${total} 个预存 code，再加 ${fresh} 个共 ${total + fresh} 个，而 max_coupons 是 ${stock_send_rule.max_coupons}`,
      }
    }
  }
}
