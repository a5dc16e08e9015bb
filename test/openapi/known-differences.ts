/** Differences between the given document and ours that are meant, each line as the comparison writes it. */
export const KNOWN_DIFFERENCES: readonly { readonly reason: string; readonly lines: readonly string[] }[] = [
  {
    reason:
      'The pages name the code with its general text; live answers say which field broke which rule (protocol.md 5.3, observed), or 请求参数错误 (reported).',
    lines: [
      'associateTradeInfo error: ours has not 400 PARAM_ERROR 参数错误',
      'disassociateTradeInfo error: ours has not 400 PARAM_ERROR 参数错误',
    ],
  },
  {
    reason:
      'The pages name the code with its general text; live answers say what is wrong with the signature (protocol.md 3, observed).',
    lines: [
      'associateTradeInfo error: ours has not 401 SIGN_ERROR 验证不通过',
      'disassociateTradeInfo error: ours has not 401 SIGN_ERROR 验证不通过',
    ],
  },
  {
    reason:
      'The mock takes any openid that holds the coupon, under any appid: it does not know which appid an openid belongs to.',
    lines: ['queryUserCoupon error: ours has not 404 USER_NOT_EXISTS openid不正确'],
  },
  {
    reason: 'What the document gives as an example is the same in every callback of the event, so ours says so.',
    lines: [
      'webhook couponSend body /resource/original_type enum: given none, ours ["coupon"]',
      'webhook couponSend body /resource/associated_data enum: given none, ours ["coupon"]',
    ],
  },
]
