interface OwnErrors {
  readonly reason: string
  /** Status, code and text, and the calls that have it. */
  readonly errors: Readonly<Record<string, readonly string[]>>
}

/** Errors that calls of ours have and the given document does not, and why. */
const OWN_ERRORS: readonly OwnErrors[] = [
  {
    reason:
      'A number that comes again with other values is refused (busifavor.md 1.5, inferred); the document has the row for associate only.',
    errors: {
      '400 INVALID_REQUEST 请求单号已被使用，且请求参数与之前不一致': [
        'modifyStock',
        'modifyBudget',
        'uploadCouponCodes',
        'deleteCouponCode',
        'useCoupon',
        'disassociateTradeInfo',
        'returnCoupon',
        'deactivateCoupon',
        'sendCoupon',
        'sendProductCoupon',
        'preSendProductCoupon',
        'sendGovCard',
        'subsidyPay',
        'subsidyReturn',
      ],
    },
  },
  {
    reason:
      'Rows of the table that all pages of 2020 have (busifavor.md 1.2, documented), or of a call beside; the document has them for some of the calls only.',
    errors: {
      '400 APPID_MCHID_NOT_MATCH appid与请求方商户无关联关系': [
        'modifyStock',
        'listCouponCodes',
        'queryCouponCode',
        'sendCoupon',
        'sendProductCoupon',
        'preSendProductCoupon',
        'sendGovCard',
      ],
      '404 USER_NOT_EXISTS openid不正确': ['sendCoupon', 'sendProductCoupon', 'preSendProductCoupon', 'sendGovCard'],
      '404 RESOURCE_NOT_EXISTS 查询的资源不存在': ['sendCoupon', 'sendProductCoupon'],
      '404 RESOURCE_NOT_EXISTS 券已被删除': ['deactivateCoupon'],
      '404 RESOURCE_NOT_EXISTS 订单不存在': ['subsidyPay'],
    },
  },
  {
    reason:
      'Live answers have NO_AUTH where the document has NOAUTH, and texts of their own for redeeming, sending and setting an address (corrections 10 to 13); the document has the row for some of the calls only.',
    errors: {
      '403 NO_AUTH 无权限': [
        'createStock',
        'queryStock',
        'modifyStock',
        'modifyBudget',
        'uploadCouponCodes',
        'listCouponCodes',
        'queryCouponCode',
        'deleteCouponCode',
        'queryUserCoupon',
        'subsidyPay',
      ],
      '403 NO_AUTH 商户无权限操作该券': [
        'useCoupon',
        'associateTradeInfo',
        'disassociateTradeInfo',
        'returnCoupon',
        'deactivateCoupon',
      ],
      '403 NO_AUTH 发券商户无权限使用此API': ['sendCoupon', 'sendProductCoupon', 'preSendProductCoupon'],
      '403 NO_AUTH 抱歉，您无权限操作目标商户': ['setCallback'],
    },
  },
  {
    reason: 'Texts and codes of live answers (corrections 14, and of codes that come right after the batch).',
    errors: {
      '400 PARAM_ERROR 创建方商户、归属方商户、发放方商户，必须至少填一个': ['listUserCoupons'],
      '400 STATEMENT_CREATING 批次创建处理中，请稍晚进行上传code操作': ['uploadCouponCodes'],
    },
  },
  {
    reason:
      'What has to be given or fit together is documented; the field checker cannot say it of one field, so it is the bare text (busifavor.md 1.1, reported).',
    errors: {
      '400 PARAM_ERROR 请求参数错误': [
        'modifyStock',
        'useCoupon',
        'sendCoupon',
        'sendProductCoupon',
        'sendGovCard',
        'listUserCoupons',
      ],
    },
  },
  {
    reason:
      'A batch that has ended takes no change and sends nothing (busifavor.md 2.1, documented); the document has the row for modifyStock only.',
    errors: {
      '400 INVALID_REQUEST 批次已过期': ['modifyBudget', 'sendCoupon', 'sendProductCoupon'],
    },
  },
  {
    reason:
      'The document has one row for all limits of sending and names one text; each limit has the text that the plug-in has for it (busifavor.md 4.6), or ours where the plug-in has none.',
    errors: {
      '403 RULELIMIT 总预算用完': ['sendCoupon', 'sendProductCoupon'],
      '403 RULELIMIT 用户达到单天限领': ['sendCoupon', 'sendProductCoupon'],
      '403 RULELIMIT 用户自然人限领': ['sendCoupon', 'sendProductCoupon'],
      '403 RULELIMIT 用户领取张数达到上限': ['sendProductCoupon'],
      '403 RULELIMIT 用户账号存在风险，不可领取': ['sendCoupon', 'sendProductCoupon'],
      '400 INVALID_REQUEST 批次状态非运营中': ['sendProductCoupon'],
    },
  },
  {
    reason:
      'Without a documented answer: a target below what is sent, and what no batch or subsidy may be asked for (busifavor.md 3.4, 4.6 and 4.8 have the rule; the answer is inferred, the text ours).',
    errors: {
      '400 INVALID_REQUEST 目标值小于已发放的张数': ['modifyBudget'],
      '400 INVALID_REQUEST 券code已被使用': ['sendCoupon', 'sendProductCoupon'],
      '400 INVALID_REQUEST 批次已关联商品信息': ['sendCoupon'],
      '400 INVALID_REQUEST 批次不支持营销补差': ['subsidyPay'],
      '400 INVALID_REQUEST 扣款商户号须为批次创建方或归属商户': ['subsidyPay'],
      '400 INVALID_REQUEST 入账商户号须为批次归属商户': ['subsidyPay'],
      '404 RESOURCE_NOT_EXISTS 补差付款单不存在': ['subsidyReturn'],
      '404 RESOURCE_NOT_EXISTS 退款单不存在': ['subsidyReturn'],
      '400 INVALID_REQUEST 累计回退金额大于补差金额': ['subsidyReturn'],
    },
  },
]

/** The same as lines of the comparison. */
export const OWN_ERROR_DIFFERENCES = OWN_ERRORS.map(({ reason, errors }) => ({
  reason,
  lines: Object.entries(errors).flatMap(([error, calls]) =>
    calls.map((call) => `${call} error: only ours has ${error}`),
  ),
}))
