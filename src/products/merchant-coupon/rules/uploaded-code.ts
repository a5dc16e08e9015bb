import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import type { Stock } from './stock.ts'

/** A code that a merchant uploaded for a batch (预存code). Instants are epoch milliseconds. */
export interface UploadedCode {
  readonly creatorMchid: string
  readonly stockId: string
  readonly code: string
  readonly uploadedAt: number
  /** Its place among the codes of the batch: they are handed out in this order. */
  readonly position: number
  /** Set once it is handed out; the coupon has the same code. */
  readonly dispatchedAt?: number
}

export type CodeStatus = 'available' | 'dispatched'

export function codeStatus({ dispatchedAt }: UploadedCode): CodeStatus {
  return dispatchedAt === undefined ? 'available' : 'dispatched'
}

/** The code after it was handed out as a coupon; one that already was keeps its time. */
export function handedOutAs(code: UploadedCode, { receive_time }: { readonly receive_time: number }): UploadedCode {
  return { ...code, dispatchedAt: code.dispatchedAt ?? receive_time }
}

/** The longest code that can be stored, in characters. */
export const CODE_LENGTH_LIMIT = 32

/** The codes of one upload, each in the order it came in; every distinct code is in one of the first three. */
export interface SortedCodes {
  readonly fresh: readonly string[]
  /** The batch has them already. */
  readonly known: readonly string[]
  readonly tooLong: readonly string[]
  /** Those that came more than once, once each. */
  readonly repeated: readonly string[]
}

/** Sorts the codes of an upload (busifavor.md 3.5). */
export function sortCodes(codes: readonly string[], isKnown: (code: string) => boolean): SortedCodes {
  const distinct = [...new Set(codes)]
  const isTooLong = (code: string) => [...code].length > CODE_LENGTH_LIMIT
  const storable = distinct.filter((code) => !isTooLong(code))
  return {
    fresh: storable.filter((code) => !isKnown(code)),
    known: storable.filter(isKnown),
    tooLong: distinct.filter(isTooLong),
    repeated: [...new Set(codes.filter((code, i) => codes.indexOf(code) !== i))],
  }
}

export type UploadRefusal = 'takes_no_codes' | 'not_ready' | 'full'

/**
 * Stores new codes in a batch (上传预存code), to be handed out in the order they came in. A batch holds no more codes than it may hand out
 * coupons (inferred); only new ones count, so a full batch still accepts an upload without any.
 *
 * @returns the batch and its new codes, or why not (busifavor.md 1.2, 2.1, 3.5)
 */
export function upload(
  stock: Stock,
  fresh: readonly string[],
  at: number,
): Decision<{ readonly stock: Stock; readonly codes: readonly UploadedCode[] }, UploadRefusal> {
  if (stock.codeMode !== 'merchant_upload') return refuse('takes_no_codes')
  if (stock.readyAt !== undefined && at < stock.readyAt) return refuse('not_ready')
  const { maxCoupons } = stock.sendRule
  if (fresh.length > 0 && stock.codes.total + fresh.length > maxCoupons) return refuse('full')
  const { creatorMchid, stockId, nextCodePosition = 0 } = stock
  const codes = fresh.map((code, i) => ({
    creatorMchid,
    stockId,
    code,
    uploadedAt: at,
    position: nextCodePosition + i,
  }))
  return accept({ stock: codes.reduce(withCodeCounted, stock), codes })
}

/** Deletes a code from its batch (删除预存code); one that was handed out stays. */
export function deleteCode(stock: Stock, code: UploadedCode): Decision<Stock, 'dispatched'> {
  return codeStatus(code) === 'dispatched' ? refuse('dispatched') : accept(withCodeGone(stock, code))
}

/** The batch after one more code was uploaded. */
export function withCodeCounted(stock: Stock, { dispatchedAt, position }: UploadedCode): Stock {
  const { total, available } = stock.codes
  return {
    ...stock,
    codes: { total: total + 1, available: available + (dispatchedAt === undefined ? 1 : 0) },
    nextCodePosition: Math.max(stock.nextCodePosition ?? 0, position + 1),
  }
}

/** The batch without one of its codes. */
export function withCodeGone(stock: Stock, { dispatchedAt }: UploadedCode): Stock {
  const { total, available } = stock.codes
  return { ...stock, codes: { total: total - 1, available: available - (dispatchedAt === undefined ? 1 : 0) } }
}

/** The batch after a code that was still there was handed out. */
export function withCodeDispatched(stock: Stock): Stock {
  return { ...stock, codes: { ...stock.codes, available: stock.codes.available - 1 } }
}
