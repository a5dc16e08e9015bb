/** The calls under test: the whole busifavor family, and the calls for orders that it refers to. */
const CALLS = {
  createStock: ['POST', '/v3/marketing/busifavor/stocks'],
  queryStock: ['GET', '/v3/marketing/busifavor/stocks/{stock_id}'],
  modifyStock: ['PATCH', '/v3/marketing/busifavor/stocks/{stock_id}'],
  modifyBudget: ['PATCH', '/v3/marketing/busifavor/stocks/{stock_id}/budget'],
  uploadCouponCodes: ['POST', '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes'],
  listCouponCodes: ['GET', '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes'],
  queryCouponCode: ['GET', '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes/{coupon_code}'],
  deleteCouponCode: ['DELETE', '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes/{coupon_code}'],
  sendCoupon: ['POST', '/v3/marketing/busifavor/coupons/send'],
  sendProductCoupon: ['POST', '/v3/marketing/busifavor/product-coupons/send'],
  sendGovCard: ['POST', '/v3/marketing/busifavor/coupons/{card_id}/send'],
  useCoupon: ['POST', '/v3/marketing/busifavor/coupons/use'],
  listUserCoupons: ['GET', '/v3/marketing/busifavor/users/{openid}/coupons'],
  queryUserCoupon: ['GET', '/v3/marketing/busifavor/users/{openid}/coupons/{coupon_code}/appids/{appid}'],
  associateTradeInfo: ['POST', '/v3/marketing/busifavor/coupons/associate'],
  disassociateTradeInfo: ['POST', '/v3/marketing/busifavor/coupons/disassociate'],
  returnCoupon: ['POST', '/v3/marketing/busifavor/coupons/return'],
  deactivateCoupon: ['POST', '/v3/marketing/busifavor/coupons/deactivate'],
  setCallback: ['POST', '/v3/marketing/busifavor/callbacks'],
  getCallback: ['GET', '/v3/marketing/busifavor/callbacks'],
  subsidyPay: ['POST', '/v3/marketing/busifavor/subsidy/pay-receipts'],
  listSubsidyPayReceipts: ['GET', '/v3/marketing/busifavor/subsidy/pay-receipts'],
  querySubsidyPayReceipt: ['GET', '/v3/marketing/busifavor/subsidy/pay-receipts/{subsidy_receipt_id}'],
  subsidyReturn: ['POST', '/v3/marketing/busifavor/subsidy/return-receipts'],
  querySubsidyReturnReceipt: ['GET', '/v3/marketing/busifavor/subsidy/return-receipts/{subsidy_return_receipt_id}'],
  payJsapi: ['POST', '/v3/pay/transactions/jsapi'],
  payNative: ['POST', '/v3/pay/transactions/native'],
  payApp: ['POST', '/v3/pay/transactions/app'],
  payH5: ['POST', '/v3/pay/transactions/h5'],
  queryOrderByNumber: ['GET', '/v3/pay/transactions/out-trade-no/{out_trade_no}'],
  queryOrderById: ['GET', '/v3/pay/transactions/id/{transaction_id}'],
  closeOrder: ['POST', '/v3/pay/transactions/out-trade-no/{out_trade_no}/close'],
  createRefund: ['POST', '/v3/refund/domestic/refunds'],
  queryRefund: ['GET', '/v3/refund/domestic/refunds/{out_refund_no}'],
  applyAbnormalRefund: ['POST', '/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund'],
} as const satisfies Readonly<Record<string, readonly [method: string, path: string]>>

export type Kind = keyof typeof CALLS
export const KINDS = Object.keys(CALLS) as readonly Kind[]

/** Method and path of a call, without the names of path variables. */
export function addressOfKind(kind: Kind): string {
  const [method, path] = CALLS[kind]
  return addressOf(method, path)
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}')
}

/** Method and path without the names of path variables, for comparing addresses. */
export function addressOf(method: string, path: string): string {
  return `${method} ${shapeOf(path)}`
}

/** Turns a call into a request: fills path variables, and puts the rest into the query of GET and DELETE, or into the JSON body. */
export function requestOf(
  kind: Kind,
  input: Readonly<Record<string, unknown>>,
): { method: string; target: string; body: string | undefined } {
  const [method, path] = CALLS[kind]
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    return encodeURIComponent(String(value))
  })
  if (method !== 'GET' && method !== 'DELETE') return { method, target, body: JSON.stringify(Object.fromEntries(rest)) }
  const query = new URLSearchParams([...rest].map(([name, value]): [string, string] => [name, String(value)]))
  return { method, target: query.size === 0 ? target : `${target}?${query}`, body: undefined }
}
