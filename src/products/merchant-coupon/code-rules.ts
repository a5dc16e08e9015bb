import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import { codeStatus, type UploadedCode } from './codes.ts'
import { withCodeCounted, withCodeGone } from './stock-rules.ts'
import type { Stock } from './stocks.ts'

/** The code after it was handed out as a coupon; one that already was keeps its time. */
export function handedOutAs(code: UploadedCode, { receive_time }: { readonly receive_time: number }): UploadedCode {
  return { ...code, dispatched_time: code.dispatched_time ?? receive_time }
}

/** The longest code that can be stored, in characters. */
export const CODE_LENGTH_LIMIT = 32

/** Whether a code can be stored. */
export function isFit(code: string): boolean {
  return [...code].length <= CODE_LENGTH_LIMIT
}

export type UploadRefusal = 'takes_no_codes' | 'not_ready' | 'full'

/**
 * Stores new codes in a batch (上传预存code), to be handed out in the order they came in. A batch holds no more codes than it may hand out
 * coupons (inferred); only new ones count, so a full batch still accepts an upload without any.
 *
 * @param position the place of the first of them in the batch
 * @returns the batch and its new codes, or why not (busifavor.md 1.2, 2.1, 3.5)
 */
export function upload(
  stock: Stock,
  fresh: readonly string[],
  { at, position }: { readonly at: number; readonly position: number },
): Decision<{ readonly stock: Stock; readonly codes: readonly UploadedCode[] }, UploadRefusal> {
  if (stock.codes === undefined) return refuse('takes_no_codes')
  if (stock.ready_time !== undefined && at < stock.ready_time) return refuse('not_ready')
  const isFull = stock.codes.total + fresh.length > stock.stock_send_rule.max_coupons
  if (fresh.length > 0 && isFull) return refuse('full')
  const { mchid, stock_id } = stock
  const codeAt = (code: string, i: number) => ({ mchid, stock_id, code, upload_time: at, position: position + i })
  const codes: readonly UploadedCode[] = fresh.map(codeAt)
  return accept({ stock: codes.reduce(withCodeCounted, stock), codes })
}

/** Deletes a code from its batch (删除预存code); one that was handed out stays. */
export function deleteCode(stock: Stock, code: UploadedCode): Decision<Stock, 'dispatched'> {
  return codeStatus(code) === 'DISPATCHED' ? refuse('dispatched') : accept(withCodeGone(stock, code))
}
