import { docs, forum, github, type Source, sources } from '../../protocol/sources.ts'

/** Texts that say how merchant coupons behave. A documented rule that names none stands on the page of its call. */
export const couponSources = {
  /** The same on the pages of most calls. */
  sharedErrors: sources.errorTable,
  createPage: {
    title: '创建商家券, 2024-10',
    url: docs('docs/merchant/products/merchant-exclusive-coupon/apilist.html'),
  },
  modifyPage: { title: '修改商家券基本信息, 2025-07', url: docs('doc/v3/merchant/4015716868') },
  uploadPage: {
    title: '上传预存CODE, 2024-09',
    url: docs('docs/merchant/apis/merchant-exclusive-coupon/busi-favor/upload-coupon-code.html'),
  },
  closingNotice: { title: '商家券API升级公告, 2025-11-18', url: docs('doc/v3/partner/4012087811') },
  linkInCampaignPage: { title: '关联订单信息 of the campaign 摇优惠', url: docs('doc/v3/merchant/4014096432') },
  campaignAcceptance: { title: '验收指引 of the campaign 摇优惠, 2025-04-02', url: docs('doc/v3/merchant/4014075968') },
  queryCouponPage: { title: '查询用户券详情, 2025-07', url: docs('doc/v3/merchant/4015715938') },
  disassociatePage: {
    title: '取消关联订单信息, 2024-09',
    url: docs('docs/merchant/apis/merchant-exclusive-coupon/coupon/disassociate-trade-info.html'),
  },
  returnPage: { title: '申请退券', url: docs('wiki/doc/apiv3/apis/chapter9_2_13.shtml') },
  couponSendPage: {
    title: '领券事件回调通知',
    url: docs('docs/merchant/apis/merchant-exclusive-coupon/coupon/coupon-send-notify.html'),
  },
  sendProductCouponPage: { title: '向用户发放商品券, 2025-07', url: docs('doc/v3/partner/4015595255') },
  subsidyReturnPage: { title: '查询营销补差回退单详情, 2026-01', url: docs('doc/v3/merchant/4017147344') },

  liveAnswers: {
    title: 'requests and live answers in a Java test class, 2020-04 and 2020-05',
    url: github('wulinyun/idea-git-demo'),
  },
  thirdPartyDescription: {
    title: 'a third-party OpenAPI description, made from the pages',
    url: github('TheNorthMemory/wechatpay-openapi'),
  },

  redeemedBySender: {
    title: 'forum: the merchant that handed a coupon out cannot redeem it, 2023-04',
    url: forum('pay/doc/000a20a2ae89602e209f2a9c75b800'),
  },
  sentWithoutRight: { title: 'forum: sending without the right', url: forum('pay/doc/0008842f0ac3f879a4422de8f66800') },
  sentWithoutRightAgain: {
    title: 'forum: sending without the right, a second thread',
    url: forum('pay/doc/00008a9a52468859a542aff176b400'),
  },
  addressOfSubMerchant: {
    title: 'forum: a partner cannot set the address of its merchant, 2022-01',
    url: forum('pay/doc/00088cf48805000b776d2c83051000'),
  },
  addressOfSubMerchantStatus: {
    title: 'forum: the same with its status, 403',
    url: forum('personal/oCJUsw53JHAo7P20OMKoQRdTmUP0/question'),
  },
  listedWithoutRole: {
    title: 'forum: a query without a role, with its header fields, 2020-01',
    url: forum('pay/doc/0000ec100b0ed0d389b92e76850000'),
  },
  uploadedToAnotherMode: {
    title: 'forum: codes for a batch of another mode, 2019-12',
    url: forum('pay/doc/000a6add0a8f402042997385851800'),
  },
  uploadedTooEarly: {
    title: 'forum: codes uploaded right after the batch was created, 2023-05',
    url: forum('pay/doc/0002cc016680008386cf2acc95bc00'),
  },
  uploadedTooEarlyCode: {
    title: 'forum: the same with its code, 2021-08',
    url: forum('personal/oCJUsw6VeM_YBOXw6ZT9VQKuWZbM/answer'),
  },
  associatedUnknownOrder: {
    title: 'forum: associate does not find the order, 2020-06',
    url: forum('personal/oCJUsw_EYn9BXDIpasuyAh6KKqxk/question'),
  },
  budgetDiffers: {
    title: 'forum: the current value of a budget',
    url: forum('pay/doc/00062412ffcb006a6acf01c4c57800'),
  },
  createdWithWrongFields: sources.wrongFields,
  createdForStranger: {
    title: 'forum: 商户票据校验失败 when a batch is created',
    url: forum('pay/doc/000206eda583d8cbe4fb5203e5d000'),
  },
  createdWithForeignAppid: {
    title: 'forum: an appid without relation when a batch is created',
    url: forum('personal/oCJUsw85XbALMehD8VwBrkqFz03M/answer'),
  },
  selfConsume: {
    title: 'forum: SELF_CONSUME and the names of colours',
    url: forum('develop/doc/000ec698b281e0954ebd112c95b800'),
  },
  subsidyWithoutRight: {
    title: 'forum: a subsidy without the right, with its body, 2021-05',
    url: forum('personal/oCJUsw823N88m17z9rIprglKYA9A/question'),
  },
  listBusy: { title: 'forum: 系统繁忙 from the list of coupons', url: forum('pay/doc/0004e6a3004950839640ccea669c00') },
} as const satisfies Record<string, Source>
