import { defineAddCalls } from '../../../control/add-calls.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { RowDefaults } from '../../../engine/state/table.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { coupons } from '../coupons.ts'
import { handedOutAs, withCodeCounted, withCodeGone } from '../rules/uploaded-code.ts'
import { completeStock, stocks } from '../stocks/table.ts'
import {
  type CodeJson,
  type CompletedCode,
  codeJson,
  codes,
  completeCode,
  completedCode,
  describeCode,
  stockForCode,
} from './table.ts'

export const { one: addCode, many: addCodes } = defineAddCalls({
  summary: 'Add an uploaded code (预存code) or a list of them; one with the same code in the batch is replaced',
  json: codeJson,
  made: completedCode,
  refusals: { MOCK_CODE_MODE: 'the batch does not take uploaded codes' },
  add,
})

async function add(tx: Transaction, json: CodeJson, defaults: RowDefaults): Promise<CompletedCode> {
  const creatorMchid = json.mchid ?? defaults.defaultMchid
  const existing = await tx.in(stocks).find(creatorMchid, json.stock_id)
  if (existing && existing.codeMode !== 'merchant_upload') {
    throw new UsageError(
      'MOCK_CODE_MODE',
      {
        en: `Batch ${json.stock_id} takes no uploaded codes: give it "coupon_code_mode": "MERCHANT_UPLOAD".`,
        zh: `批次 ${json.stock_id} 不接受上传的券 code：请把它的 coupon_code_mode 设为 "MERCHANT_UPLOAD"。`,
      },
      { path: '/stock_id' },
    )
  }
  const given = completeCode(json, existing?.nextCodePosition ?? 0, defaults)
  const coupon = await tx.in(coupons).find(creatorMchid, given.stockId, given.code)
  const code = coupon ? handedOutAs(given, coupon) : given
  const stock = existing ?? completeStock(stockForCode(code), defaults)
  const replaced = await tx.in(codes).find(creatorMchid, stock.stockId, code.code)
  await tx.in(stocks).save(withCodeCounted(replaced ? withCodeGone(stock, replaced) : stock, code))
  await tx.in(codes).save(code)
  return describeCode(code)
}
