/**
 * What is known of a WeChat user under one merchant. Users need not be listed: one who is
 * not belongs to no particular appid or person, and any appid accepts the openid.
 */
export interface User {
  /** The merchant whose appid the openid belongs to. */
  readonly mchid: string
  readonly openid: string
  /** The only appid that the openid is valid for. */
  readonly appid?: string
  readonly unionid?: string
  /** Users with the same text are accounts of one natural person. */
  readonly person?: string
  /** Whether `prevent_api_abuse` keeps the account out. */
  readonly suspicious?: boolean
  /** Whom the account belongs to, where that is known; `null` if it is not verified (未实名). */
  readonly realName?: string | null
  /** Whether the account is blocked or closed, so that refunds to it are refused. */
  readonly closed?: boolean
}
