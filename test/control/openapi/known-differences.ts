import { operations } from '../../helpers/operations.ts'
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
    reason: 'Live answers have NO_AUTH, and no live NOAUTH was seen (corrections 10).',
    lines: [
      ...[
        'createStock',
        'queryStock',
        'modifyStock',
        'uploadCouponCodes',
        'useCoupon',
        'sendCoupon',
        'queryUserCoupon',
      ].map((call) => `${call} error: ours has not 403 NOAUTH 无权限`),
      ...['associateTradeInfo', 'returnCoupon', 'deactivateCoupon'].map(
        (call) => `${call} error: ours has not 403 NOAUTH 商户无权限操作该券`,
      ),
    ],
  },
  {
    reason: 'A live answer for codes that come right after the batch has a code of its own.',
    lines: ['uploadCouponCodes error: ours has not 400 INVALID_REQUEST 批次创建处理中，请稍晚进行上传code操作'],
  },
  {
    reason:
      'Optional in the models of the official SDKs, and where a page requires it too, with the setting coupon_models (corrections 27).',
    lines: [
      'createStock body /coupon_use_rule/fixed_normal_coupon/discount_amount',
      'createStock body /coupon_use_rule/fixed_normal_coupon/transaction_minimum',
      'createStock body /coupon_use_rule/discount_coupon/discount_percent',
      'createStock body /coupon_use_rule/discount_coupon/transaction_minimum',
      'createStock body /coupon_use_rule/exchange_coupon/exchange_price',
      'createStock body /coupon_use_rule/exchange_coupon/transaction_minimum',
      'createStock body /stock_send_rule/max_coupons',
      'modifyStock body /custom_entrance/mini_programs_info/mini_programs_appid',
      'modifyStock body /custom_entrance/mini_programs_info/mini_programs_path',
      'modifyStock body /custom_entrance/mini_programs_info/entrance_words',
      ...[
        'createStock body ',
        'modifyStock body ',
        'queryStock answer ',
        'queryUserCoupon answer ',
        'queryCouponCode answer /coupon_information',
        'listUserCoupons answer /data[]',
      ].flatMap((place) =>
        ['finder_id', 'finder_video_id', 'finder_video_cover_image_url'].map(
          (name) => `${place}/display_pattern_info/finder_info/${name}`,
        ),
      ),
    ].map((place) => `${place} required: given true, ours false`),
  },
  {
    reason: 'Page and SDKs require the list (corrections 27).',
    lines: ['uploadCouponCodes body /coupon_code_list required: given false, ours true'],
  },
  {
    reason:
      'An address on the own machine may be http (docs/decisions/0007); any other has to be https, and is refused otherwise.',
    lines: ['setCallback body /notify_url pattern: given "^https://", ours none'],
  },
  {
    reason: 'The document names the header field once for all calls, in its words; ours has it with each.',
    lines: operations
      .filter(({ path }) => path.startsWith('/v3/marketing/busifavor/'))
      .map(({ id }) => `${id} parameter header Wechatpay-Serial: only ours has it`),
  },
]
