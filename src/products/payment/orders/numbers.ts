import type { IdSource } from '../../../engine/ids.ts'

/** 微信支付订单号: 28 digits, as those of the live service. */
export function transactionIdOf(ids: IdSource): string {
  return `42000${ids.digits(23)}`
}

/** 微信支付退款单号: 29 digits, as in the documents. */
export function refundIdOf(ids: IdSource): string {
  return `50${ids.digits(27)}`
}
