/**
 * What is known of a WeChat user under one merchant. Nothing need be known: a user who is not listed is nobody's and nothing's in
 * particular, and every appid takes the openid.
 */
export interface User {
  /** The merchant whose appid the openid belongs to. */
  readonly mchid: string
  readonly openid: string
  /** The appid that the openid belongs to; with any other it is wrong. */
  readonly appid?: string
  readonly unionid?: string
  /** Users with the same text are accounts of one natural person. */
  readonly person?: string
  /** An account that `prevent_api_abuse` keeps out. */
  readonly suspicious?: boolean
  /** An account that is blocked or closed, to which no money goes back. */
  readonly closed?: boolean
}
