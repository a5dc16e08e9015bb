import { createSign } from 'node:crypto'

/** The parameters that a merchant's server hands to its front end, signed with the merchant's key: the members of `wx.requestPayment`, with appId. */
export function payParameters(prepayId: string, privateKey: string, changes: Readonly<Record<string, string>> = {}) {
  const parameters = {
    appId: 'wx0000000000000001',
    timeStamp: '1700000000',
    nonceStr: '593BEC0C930BF1AFEB40B4A08C8FB242',
    package: `prepay_id=${prepayId}`,
  }
  return { ...parameters, signType: 'RSA', paySign: signLines(Object.values(parameters), privateKey), ...changes }
}

/** The same for an app (PayReq). */
export function appParameters(prepayId: string, privateKey: string, changes: Readonly<Record<string, string>> = {}) {
  const { timeStamp, nonceStr, appId } = { ...payParameters(prepayId, privateKey), ...changes }
  return {
    appId,
    partnerId: '1900000001',
    prepayId,
    packageValue: 'Sign=WXPay',
    nonceStr,
    timeStamp,
    sign: signLines([appId, timeStamp, nonceStr, prepayId], privateKey),
    ...changes,
  }
}

function signLines(lines: readonly string[], privateKey: string): string {
  return createSign('RSA-SHA256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .sign(privateKey, 'base64')
}
