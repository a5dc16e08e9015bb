/** How the service spells what the rules of orders and refunds say. */

export const TRADE_STATE = { notpay: 'NOTPAY', success: 'SUCCESS', refund: 'REFUND', closed: 'CLOSED' } as const

/** `trade_state_desc`: the state in words. */
export const TRADE_STATE_TEXT = {
  notpay: '订单未支付',
  success: '支付成功',
  refund: '订单发生过退款，退款详情请查询退款单',
  closed: '订单已关闭',
} as const

export const TRADE_TYPE = {
  jsapi: 'JSAPI',
  native: 'NATIVE',
  app: 'APP',
  mweb: 'MWEB',
  micropay: 'MICROPAY',
  facepay: 'FACEPAY',
} as const

export const REFUND_OUTCOME = { success: 'SUCCESS', closed: 'CLOSED', abnormal: 'ABNORMAL' } as const

export const REFUND_STATUS = { ...REFUND_OUTCOME, processing: 'PROCESSING' } as const

export const FUNDS_ACCOUNT = { unsettled: 'UNSETTLED', available: 'AVAILABLE' } as const
