/** How the service spells what the rules of orders and refunds say. */

export const TRADE_STATE = {
  notpay: 'NOTPAY',
  userpaying: 'USERPAYING',
  payerror: 'PAYERROR',
  success: 'SUCCESS',
  refund: 'REFUND',
  closed: 'CLOSED',
  revoked: 'REVOKED',
} as const

const { notpay, userpaying, payerror, revoked } = TRADE_STATE

/** The states that an unpaid order can be put into. */
export const MARKS = { notpay, userpaying, payerror, revoked } as const

/** `trade_state_desc`: the state in words. */
export const TRADE_STATE_TEXT = {
  notpay: '订单未支付',
  userpaying: '用户支付中',
  payerror: '支付失败',
  success: '支付成功',
  refund: '订单发生过退款，退款详情请查询退款单',
  closed: '订单已关闭',
  revoked: '订单已撤销',
} as const

export const TRADE_TYPE = {
  jsapi: 'JSAPI',
  native: 'NATIVE',
  app: 'APP',
  mweb: 'MWEB',
  micropay: 'MICROPAY',
  facepay: 'FACEPAY',
} as const

export const PROMOTION_SCOPE = { global: 'GLOBAL', single: 'SINGLE' } as const

export const PROMOTION_TYPE = { cash: 'CASH', nocash: 'NOCASH' } as const

export const REFUND_OUTCOME = { success: 'SUCCESS', closed: 'CLOSED', abnormal: 'ABNORMAL' } as const

export const REFUND_STATUS = { ...REFUND_OUTCOME, processing: 'PROCESSING' } as const

export const FUNDS_ACCOUNT = {
  unsettled: 'UNSETTLED',
  available: 'AVAILABLE',
  unavailable: 'UNAVAILABLE',
  operation: 'OPERATION',
  basic: 'BASIC',
  ecny_basic: 'ECNY_BASIC',
} as const

export const REFUND_CHANNEL = {
  original: 'ORIGINAL',
  balance: 'BALANCE',
  other_balance: 'OTHER_BALANCE',
  other_bankcard: 'OTHER_BANKCARD',
} as const
