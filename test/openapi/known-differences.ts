interface KnownDifference {
  readonly reason: string
  /** Each as the comparison writes it. */
  readonly lines: readonly string[]
}

/**
 * Differences between the given document and ours that are meant.
 */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    reason:
      'The pages name the code with its general text; live answers say which field broke which rule (protocol.md 5.3, observed), or 请求参数错误 (reported).',
    lines: [
      'associateTradeInfo error: ours has not 400 PARAM_ERROR 参数错误',
      'disassociateTradeInfo error: ours has not 400 PARAM_ERROR 参数错误',
      'preSendProductCoupon error: ours has not 400 PARAM_ERROR 参数错误',
      'sendGovCard error: ours has not 400 PARAM_ERROR 参数错误',
    ],
  },
  {
    reason: 'The document shows what the field checker says of one field; it says so of every field, from its limits.',
    lines: [
      'createStock error: ours has not 400 PARAM_ERROR 输入源“/body/coupon_use_rule/fixed_normal_coupon/discount_amount”映射到数值字段“优惠金额”规则校验失败，值低于最小值 1',
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
      'No limit is documented; an empty value, an endless one or a negative budget is refused all the same (inferred).',
    lines: [
      'createStock body /stock_send_rule/max_amount minimum: given none, ours 0',
      'createStock body /stock_send_rule/max_amount_by_day minimum: given none, ours 0',
      'listCouponCodes parameter query limit maximum: given none, ours 100',
      'listCouponCodes parameter query appid minLength: given none, ours 1',
      'queryCouponCode parameter query appid minLength: given none, ours 1',
      'sendProductCoupon body /coupon_code minLength: given none, ours 1',
      'sendProductCoupon body /coupon_code maxLength: given none, ours 32',
      'preSendProductCoupon body /brand_id minLength: given none, ours 1',
      'preSendProductCoupon body /brand_id maxLength: given none, ours 32',
      'preSendProductCoupon body /product_coupon_id minLength: given none, ours 1',
      'preSendProductCoupon body /product_coupon_id maxLength: given none, ours 40',
      'preSendProductCoupon body /stock_id minLength: given none, ours 1',
      'preSendProductCoupon body /stock_id maxLength: given none, ours 40',
      'preSendProductCoupon body /coupon_code minLength: given none, ours 1',
      'preSendProductCoupon body /appid minLength: given none, ours 1',
      'preSendProductCoupon body /openid minLength: given none, ours 1',
      'sendGovCard parameter path card_id minLength: given none, ours 1',
      'sendGovCard parameter path card_id maxLength: given none, ours 32',
      'sendGovCard body /appid minLength: given none, ours 1',
      'sendGovCard body /appid maxLength: given none, ours 32',
      'sendGovCard body /openid minLength: given none, ours 1',
      'sendGovCard body /openid maxLength: given none, ours 128',
      'sendGovCard body /out_request_no minLength: given none, ours 1',
      'sendGovCard body /out_request_no maxLength: given none, ours 128',
      'sendGovCard body /out_request_no pattern: given none, ours "^[0-9A-Za-z_|*-]{1,128}$"',
      'listUserCoupons parameter query limit maximum: given none, ours 100',
      'listSubsidyPayReceipts parameter query out_subsidy_no pattern: given none, ours "^[0-9A-Za-z_|*-]{1,128}$"',
    ],
  },
  {
    reason: 'A code that breaks the rule does not fail the call: the answer lists it in fail_codes (documented).',
    lines: [
      'uploadCouponCodes body /coupon_code_list[] maxLength: given 32, ours none',
      String.raw`uploadCouponCodes body /coupon_code_list[] pattern: given "^[0-9A-Za-z _\\\\/=|-]{1,32}$", ours none`,
    ],
  },
  {
    reason: 'The returned subsidies of the mock never fail, so they have no reason to show.',
    lines: [
      'subsidyReturn answer /fail_reason: ours has it not',
      'querySubsidyReturnReceipt answer /fail_reason: ours has it not',
    ],
  },
  {
    reason:
      'An address on the own machine may be http (docs/decisions/0007); any other has to be https, and is refused otherwise.',
    lines: ['setCallback body /notify_url pattern: given "^https://", ours none'],
  },
]
