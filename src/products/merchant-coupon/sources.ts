import { page, repository, type Source, sources, thread } from '../../wire/protocol/sources.ts'

/** Texts that say how merchant coupons behave. A documented rule that names none stands on the page of its call. */
export const couponSources = {
  /** The same on the pages of most calls. */
  sharedErrors: sources.errorTable,
  createPage: page('创建商家券, 2024-10', 'docs/merchant/products/merchant-exclusive-coupon/apilist.html'),
  modifyPage: page('修改商家券基本信息, 2025-07', 'doc/v3/merchant/4015716868'),
  uploadPage: page(
    '上传预存CODE, 2024-09',
    'docs/merchant/apis/merchant-exclusive-coupon/busi-favor/upload-coupon-code.html',
  ),
  closingNotice: page('商家券API升级公告, 2025-11-18', 'doc/v3/partner/4012087811'),
  linkInCampaignPage: page('关联订单信息 of the campaign 摇优惠', 'doc/v3/merchant/4014096432'),
  campaignAcceptance: page('验收指引 of the campaign 摇优惠, 2025-04-02', 'doc/v3/merchant/4014075968'),
  queryCouponPage: page('查询用户券详情, 2025-07', 'doc/v3/merchant/4015715938'),
  disassociatePage: page(
    '取消关联订单信息, 2024-09',
    'docs/merchant/apis/merchant-exclusive-coupon/coupon/disassociate-trade-info.html',
  ),
  returnPage: page('申请退券', 'wiki/doc/apiv3/apis/chapter9_2_13.shtml'),
  couponSendPage: page(
    '领券事件回调通知',
    'docs/merchant/apis/merchant-exclusive-coupon/coupon/coupon-send-notify.html',
  ),
  sendProductCouponPage: page('向用户发放商品券, 2025-07', 'doc/v3/partner/4015595255'),
  subsidyReturnPage: page('查询营销补差回退单详情, 2026-01', 'doc/v3/merchant/4017147344'),

  liveAnswers: repository(
    'requests and live answers in a Java test class, 2020-04 and 2020-05',
    'wulinyun/idea-git-demo',
  ),
  thirdPartyDescription: repository(
    'a third-party OpenAPI description, made from the pages',
    'TheNorthMemory/wechatpay-openapi',
  ),

  redeemedBySender: thread(
    'forum: the merchant that handed a coupon out cannot redeem it, 2023-04',
    'pay/doc/000a20a2ae89602e209f2a9c75b800',
  ),
  sentWithoutRight: thread('forum: sending without the right', 'pay/doc/0008842f0ac3f879a4422de8f66800'),
  sentWithoutRightAgain: thread(
    'forum: sending without the right, a second thread',
    'pay/doc/00008a9a52468859a542aff176b400',
  ),
  addressOfSubMerchant: thread(
    'forum: a partner cannot set the address of its merchant, 2022-01',
    'pay/doc/00088cf48805000b776d2c83051000',
  ),
  addressOfSubMerchantStatus: thread(
    'forum: the same with its status, 403',
    'personal/oCJUsw53JHAo7P20OMKoQRdTmUP0/question',
  ),
  listedWithoutRole: thread(
    'forum: a query without a role, with its header fields, 2020-01',
    'pay/doc/0000ec100b0ed0d389b92e76850000',
  ),
  uploadedToAnotherMode: thread(
    'forum: codes for a batch of another mode, 2019-12',
    'pay/doc/000a6add0a8f402042997385851800',
  ),
  uploadedTooEarly: thread(
    'forum: codes uploaded right after the batch was created, 2023-05',
    'pay/doc/0002cc016680008386cf2acc95bc00',
  ),
  uploadedTooEarlyCode: thread(
    'forum: the same with its code, 2021-08',
    'personal/oCJUsw6VeM_YBOXw6ZT9VQKuWZbM/answer',
  ),
  associatedUnknownOrder: thread(
    'forum: associate does not find the order, 2020-06',
    'personal/oCJUsw_EYn9BXDIpasuyAh6KKqxk/question',
  ),
  budgetDiffers: thread('forum: the current value of a budget', 'pay/doc/00062412ffcb006a6acf01c4c57800'),
  createdWithWrongFields: sources.wrongFields,
  createdForStranger: thread(
    'forum: 商户票据校验失败 when a batch is created',
    'pay/doc/000206eda583d8cbe4fb5203e5d000',
  ),
  createdWithForeignAppid: thread(
    'forum: an appid without relation when a batch is created',
    'personal/oCJUsw85XbALMehD8VwBrkqFz03M/answer',
  ),
  selfConsume: thread('forum: SELF_CONSUME and the names of colours', 'develop/doc/000ec698b281e0954ebd112c95b800'),
  subsidyWithoutRight: thread(
    'forum: a subsidy without the right, with its body, 2021-05',
    'personal/oCJUsw823N88m17z9rIprglKYA9A/question',
  ),
  listBusy: thread('forum: 系统繁忙 from the list of coupons', 'pay/doc/0004e6a3004950839640ccea669c00'),
} as const satisfies Record<string, Source>
