import type { IdSource } from '../../../engine/ids.ts'
import { formatInstant } from '../../../protocol/instant.ts'

/** Numbers that WeChat Pay makes, in the form that those of the live service have. */

/** 微信转账单号: 34 digits with the merchant's number and the day in them. */
export function transferBillNoOf(ids: IdSource, mchid: string, now: number): string {
  return `1330${mchid.slice(0, 11).padStart(11, '0')}${dateOf(now).slice(2)}${ids.digits(13)}`
}

/** 授权单号: 27 digits with the day in them. */
export function authorizationIdOf(ids: IdSource, now: number): string {
  return `${dateOf(now)}${ids.digits(19)}`
}

/** The day in China, in eight digits. */
function dateOf(now: number): string {
  return formatInstant(now).slice(0, 10).replaceAll('-', '')
}
