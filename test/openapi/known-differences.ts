import { OWN_ERROR_DIFFERENCES } from './own-errors.ts'

interface KnownDifference {
  readonly reason: string
  /** Each as the comparison writes it. */
  readonly lines: readonly string[]
}

/**
 * Differences between the given document and ours that are meant.
 */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  ...OWN_ERROR_DIFFERENCES,
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
      'createStock body /coupon_use_rule/coupon_available_time/available_week/week_day maxItems: given none, ours 7',
      'createStock body /coupon_use_rule/coupon_available_time/irregulary_avaliable_time maxItems: given none, ours 50',
      'createStock body /display_pattern_info/finder_info/finder_id minLength: given none, ours 0',
      'createStock body /display_pattern_info/finder_info/finder_id maxLength: given none, ours 256',
      'createStock body /display_pattern_info/finder_info/finder_video_id minLength: given none, ours 0',
      'createStock body /display_pattern_info/finder_info/finder_video_id maxLength: given none, ours 256',
      'createStock body /display_pattern_info/finder_info/finder_video_cover_image_url minLength: given none, ours 0',
      'createStock body /display_pattern_info/finder_info/finder_video_cover_image_url maxLength: given none, ours 1024',
      'modifyStock body /display_pattern_info/finder_info/finder_id minLength: given none, ours 0',
      'modifyStock body /display_pattern_info/finder_info/finder_id maxLength: given none, ours 256',
      'modifyStock body /display_pattern_info/finder_info/finder_video_id minLength: given none, ours 0',
      'modifyStock body /display_pattern_info/finder_info/finder_video_id maxLength: given none, ours 256',
      'modifyStock body /display_pattern_info/finder_info/finder_video_cover_image_url minLength: given none, ours 0',
      'modifyStock body /display_pattern_info/finder_info/finder_video_cover_image_url maxLength: given none, ours 1024',
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
    reason:
      'A code that is too long does not fail the call: the answer lists it in fail_codes (documented). Other characters do (inferred).',
    lines: [
      'uploadCouponCodes body /coupon_code_list[] maxLength: given 32, ours none',
      String.raw`uploadCouponCodes body /coupon_code_list[] pattern: given "^[0-9A-Za-z _\\\\/=|-]{1,32}$", ours "^[0-9A-Za-z _\\\\/=|-]{1,32}$|^[\\s\\S]{33,}$"`,
    ],
  },
  {
    reason:
      'Not told for uploaded codes, so it is as in the list of coupons, where it was observed (busifavor.md 4.2; inferred).',
    lines: [
      'listCouponCodes parameter query limit default: given none, ours 20',
      'listCouponCodes parameter query offset default: given none, ours 0',
    ],
  },
  {
    reason:
      'One receipt has one status: it has the names of the pages, not those that the SDK has for the same states.',
    lines: ['subsidyPay', 'listSubsidyPayReceipts', 'querySubsidyPayReceipt'].map((call) => {
      const place = call === 'listSubsidyPayReceipts' ? '/pay_receipt_list[]/status' : '/status'
      const short = ['ACCEPTED', 'FAIL', 'FULL_RETURN', 'PARTIAL_RETURN', 'RETURNING', 'SUCCESS']
      const long = [...short, 'UNKNOWN'].map((name) => `PAY_RECEIPT_${name}`)
      return `${call} answer ${place} enum: given ${JSON.stringify([...short, ...long].sort())}, ours ${JSON.stringify(short)}`
    }),
  },
  {
    reason: 'RETURN_RECEIPT_UNKNOWN is what the SDK has where no status came; a receipt of the mock always has one.',
    lines: ['subsidyReturn', 'querySubsidyReturnReceipt'].map(
      (call) =>
        `${call} answer /status enum: given ["RETURN_RECEIPT_ACCEPTED","RETURN_RECEIPT_FAIL","RETURN_RECEIPT_SUCCESS","RETURN_RECEIPT_UNKNOWN"], ours ["RETURN_RECEIPT_ACCEPTED","RETURN_RECEIPT_FAIL","RETURN_RECEIPT_SUCCESS"]`,
    ),
  },
  {
    reason:
      'An address on the own machine may be http (docs/decisions/0007); any other has to be https, and is refused otherwise.',
    lines: ['setCallback body /notify_url pattern: given "^https://", ours none'],
  },
]
