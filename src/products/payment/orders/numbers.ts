import type { IdSource } from '../../../engine/ids.ts'
import { formatInstant } from '../../../protocol/instant.ts'

/** Numbers that WeChat Pay makes, in the form that those of the live service have (pay-family.md 1.2). */

/** 微信支付订单号: 28 digits with the day in them. */
export function transactionIdOf(ids: IdSource, now: number): string {
  return `42000${ids.digits(5)}${dayOf(now)}${ids.digits(10)}`
}

/** Whether a text can be a 微信支付订单号 at all. */
export function isTransactionId(text: string): boolean {
  return /^4\d{27}$/.test(text)
}

/** 微信支付退款单号: 29 digits with the day in them. */
export function refundIdOf(ids: IdSource, now: number): string {
  return `503${ids.digits(7)}${dayOf(now)}${ids.digits(11)}`
}

/** 预支付交易会话标识: `wx`, day of the month and time in eight digits, and 26 hex digits. */
export function prepayIdOf(ids: IdSource, now: number): string {
  return `wx${digitsOf(now).slice(6, 14)}${ids.nonce().slice(0, 26)}`
}

function dayOf(now: number): string {
  return digitsOf(now).slice(0, 8)
}

/** Date and time in China: year, month, day, hour, minute, second, in 14 digits. */
function digitsOf(now: number): string {
  return formatInstant(now).slice(0, 19).replaceAll(/\D/g, '')
}
