import { expect } from 'vitest'
import type { MockControl } from '../../../src/mock-control.ts'
import type { JsonObject } from '../../../src/wire/protocol/json-object.ts'
import { PRODUCT_STEPS, type ProductStep } from './sdk.ts'

/** A method of an SDK, with its arguments: of the Node SDK method and path of the call, of the Python SDK all arguments by name. */
export type SdkCall = readonly [method: string, ...given: readonly unknown[]]

/** How an SDK uses a product. */
interface ProductCalls {
  readonly create: SdkCall
  /** With what `create` answered; left out by an SDK that has no call for it. */
  readonly query?: (created: JsonObject) => SdkCall
  /** Verifies and opens the callback; the SDK's method for any callback if left out. */
  readonly opens?: string | readonly string[]
}

/** Who uses a product. */
export interface ProductUser {
  readonly mchid: string
  /** Where callbacks go. */
  readonly url: string
  /** Names the key of what is encrypted. */
  readonly keyId: string
}

/** A text that is encrypted with the SDK's own means before it is handed on, for SDKs that leave it to their caller. */
export class Sealed {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Seal = (text: string) => unknown
const sealed: Seal = (text) => new Sealed(text)
/** For SDKs that encrypt by themselves. */
const plain: Seal = (text) => text

type UsedBy = 'gopay' | 'wechatpayv3' | 'weixin-java-pay-preview' | 'wechatpay-axios-plugin'

/** A product that has no steps of its own, whether it is simulated or answered in its documented shape, and how the SDKs that have it use it. */
export interface Product {
  /** 中文名 */
  readonly title: string
  /** Method and path of the call that makes something, and an error that can be planned for it. */
  readonly makes: string
  readonly error: { readonly key: string; readonly status: number; readonly code: string }
  /** Makes what has to be there before. */
  readonly prepare?: (control: MockControl, mchid: string) => Promise<unknown>
  /** Members that a query has to return. */
  readonly told: (user: ProductUser) => JsonObject
  /** Left out where the product has no callback. */
  readonly event?: { readonly name: string; readonly resource: (user: ProductUser) => JsonObject }
  readonly by: Readonly<Partial<Record<UsedBy, (user: ProductUser) => ProductCalls>>>
}

const appid = 'wx1234567889999'
/** A merchant for whom another one does something. */
const SUB_MCHID = '1900000109'
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const TRANSACTION = '4200000000202601010000000001'
const PARTNER_TRANSACTION = '4200000000202601010000000002'
const NO_AUTH = { key: 'NO_AUTH', status: 403, code: 'NO_AUTH' } as const
/** For calls whose page has no errors of their own. */
const SYSTEM_ERROR = { key: 'system_error', status: 500, code: 'SYSTEM_ERROR' } as const

const scoreOrder = ({ url }: ProductUser) => ({
  out_order_no: 'SCORE1',
  appid,
  service_id: '500001',
  service_introduction: '充电宝租借',
  time_range: { start_time: 'OnAccept' },
  risk_fund: { name: 'DEPOSIT', amount: 10_000 },
  need_user_confirm: true,
  notify_url: url,
})

const couponStock = ({ mchid }: ProductUser) => ({
  stock_name: '满十减一',
  belong_merchant: mchid,
  available_begin_time: '2026-01-01T00:00:00+08:00',
  available_end_time: '2026-12-31T23:59:59+08:00',
  stock_use_rule: {
    max_coupons: 100,
    max_amount: 10_000,
    max_coupons_per_user: 1,
    natural_person_limit: false,
    prevent_api_abuse: true,
  },
  coupon_use_rule: {
    fixed_normal_coupon: { coupon_amount: 100, transaction_minimum: 1_000 },
    available_merchants: [mchid],
  },
  no_cash: true,
  stock_type: 'NORMAL',
  out_request_no: 'STOCK1',
})

const combinedOrder = ({ mchid, url }: ProductUser) => ({
  combine_appid: appid,
  combine_mchid: mchid,
  combine_out_trade_no: 'COMBINED1',
  sub_orders: ['COMBINED1A', 'COMBINED1B'].map((out_trade_no) => ({
    mchid,
    out_trade_no,
    description: '图书',
    attach: '书',
    amount: { total_amount: 100, currency: 'CNY' },
  })),
  combine_payer_info: { openid: OPENID },
  notify_url: url,
})

const partnerOrder = ({ mchid, url }: ProductUser) => ({
  sp_appid: appid,
  sp_mchid: mchid,
  sub_mchid: SUB_MCHID,
  description: '图书',
  out_trade_no: 'PARTNER1',
  notify_url: url,
  amount: { total: 100, currency: 'CNY' },
  payer: { sp_openid: OPENID },
})

const receivers = [{ type: 'MERCHANT_ID', account: SUB_MCHID, amount: 30, description: '分给商户' }]

const sharing = () => ({
  appid,
  transaction_id: TRANSACTION,
  out_order_no: 'SHARING1',
  receivers,
  unfreeze_unsplit: true,
})

const brandSharing = () => ({
  brand_mchid: SUB_MCHID,
  sub_mchid: SUB_MCHID,
  appid,
  transaction_id: TRANSACTION,
  out_order_no: 'BRAND1',
  receivers,
  finish: true,
})

const partnerRefund = ({ url }: ProductUser) => ({
  sub_mchid: SUB_MCHID,
  sp_appid: appid,
  transaction_id: PARTNER_TRANSACTION,
  out_refund_no: 'REFUND1',
  amount: { refund: 30, total: 100, currency: 'CNY' },
  notify_url: url,
})

const points = () => ({
  transaction_id: TRANSACTION,
  appid,
  openid: OPENID,
  earn_points: true,
  increased_points: 100,
  points_update_time: '2026-01-01T12:00:00+08:00',
})

const parking = ({ url }: ProductUser) => ({
  appid,
  description: '停车场扣费',
  out_trade_no: 'PARKING1',
  trade_scene: 'PARKING',
  notify_url: url,
  amount: { total: 800, currency: 'CNY' },
  parking_info: {
    parking_id: '5K8264ILTKCH16CQ250',
    plate_number: '粤B888888',
    plate_color: 'BLUE',
    start_time: '2026-01-01T10:00:00+08:00',
    end_time: '2026-01-01T12:00:00+08:00',
    parking_name: '欢乐海岸停车场',
    charging_duration: 7_200,
    device_id: '12313',
  },
})

const guide = (seal: Seal) => ({
  corpid: '1234567890',
  store_id: 1234,
  userid: 'robert',
  name: seal('张三'),
  mobile: seal('13900000000'),
  qr_code: 'https://shop.example/qr',
  avatar: 'https://shop.example/avatar',
})

const gift = () => ({
  activity_base_info: {
    activity_name: '满额送',
    activity_second_title: '送好券',
    merchant_logo_url: 'https://shop.example/logo.png',
    begin_time: '2026-01-01T00:00:00+08:00',
    end_time: '2026-12-31T23:59:59+08:00',
    out_request_no: 'GIFT1',
    delivery_purpose: 'OFF_LINE_PAY',
  },
  award_send_rule: {
    transaction_amount_minimum: 100,
    send_content: 'SINGLE_COUPON',
    award_type: 'BUSIFAVOR',
    award_list: [{ stock_id: '98065001', original_image_url: 'https://shop.example/coupon.png' }],
    merchant_option: 'MANUAL_INPUT_MERCHANT',
  },
})

/** For a clinic that is a sub-merchant. */
const clinic = { sub_appid: appid, sub_mchid: SUB_MCHID }

const insuranceOrder = ({ url }: ProductUser, seal: Seal) => ({
  mix_pay_type: 'CASH_AND_INSURANCE',
  order_type: 'DIAG_PAY',
  appid,
  openid: OPENID,
  payer: { name: seal('张三'), id_digest: seal('09eb26e839ff3a2e3980352ae45ef09e'), card_type: 'ID_CARD' },
  out_trade_no: 'CLINIC1',
  serial_no: 'SERIAL1',
  city_id: '440300',
  med_inst_name: '深圳市第一医院',
  med_inst_no: '1234567890',
  total_fee: 200,
  callback_url: url,
})

const batch = (seal: Seal) => ({
  sub_mchid: SUB_MCHID,
  authorization_type: 'INFORMATION_AUTHORIZATION_TYPE',
  out_batch_no: 'BATCH1',
  batch_name: '一月佣金',
  batch_remark: '一月佣金',
  total_amount: 100,
  total_num: 1,
  transfer_detail_list: [
    {
      out_detail_no: 'BATCH1A',
      transfer_amount: 100,
      transfer_remark: '佣金',
      openid: OPENID,
      user_name: seal('张三'),
    },
  ],
})

const invoice = () => ({
  scene: 'WITHOUT_WECHATPAY',
  fapiao_apply_id: 'FAPIAO1',
  buyer_information: { type: 'INDIVIDUAL', name: '张三' },
  fapiao_information: [
    {
      fapiao_id: 'FAPIAO1A',
      total_amount: 100,
      need_list: false,
      items: [{ tax_code: '3010101020203000000', quantity: 100_000_000, total_amount: 100, discount: false }],
    },
  ],
})

export const PRODUCTS: Readonly<Record<ProductStep, Product>> = {
  payscore: {
    title: '支付分',
    makes: 'POST /v3/payscore/serviceorder',
    error: NO_AUTH,
    told: () => ({ out_order_no: 'SCORE1', service_introduction: '充电宝租借' }),
    event: { name: 'PAYSCORE.USER_CONFIRM', resource: () => ({ out_order_no: 'SCORE1', service_id: '500001' }) },
    by: {
      gopay: (user) => ({
        create: ['V3ScoreOrderCreate', scoreOrder(user)],
        query: () => ['V3ScoreOrderQuery', 2, appid, 'SCORE1', '500001'],
        opens: 'DecryptScoreCipherText',
      }),
      wechatpayv3: (user) => ({
        create: ['payscore_create', scoreOrder(user)],
        query: () => ['payscore_query', { out_order_no: 'SCORE1', service_id: '500001' }],
      }),
      'weixin-java-pay-preview': (user) => ({
        create: ['payScoreService.createServiceOrder', scoreOrder(user)],
        query: () => ['payScoreService.queryServiceOrder', 'SCORE1', ''],
        opens: ['payScoreService.parseNotifyData', 'payScoreService.decryptNotifyDataResource'],
      }),
      'wechatpay-axios-plugin': (user) => ({
        create: ['POST v3/payscore/serviceorder', scoreOrder(user)],
        query: () => [
          'GET v3/payscore/serviceorder',
          { params: { out_order_no: 'SCORE1', service_id: '500001', appid } },
        ],
      }),
    },
  },
  complaints: {
    title: '消费者投诉',
    makes: 'POST /v3/merchant-service/complaint-notifications',
    error: SYSTEM_ERROR,
    told: ({ url }) => ({ url }),
    event: { name: 'COMPLAINT.CREATE', resource: () => ({ complaint_id: '200201820200101080076610000' }) },
    by: {
      gopay: ({ url }) => ({
        create: ['V3ComplaintNotifyUrlCreate', url],
        query: () => ['V3ComplaintNotifyUrlQuery'],
      }),
      wechatpayv3: ({ url }) => ({
        create: ['complaint_notification_create', { url }],
        query: () => ['complaint_notification_query', {}],
      }),
      'weixin-java-pay-preview': ({ url }) => ({
        create: ['complaintsService.addComplaintNotifyUrl', { url }],
        query: () => ['complaintsService.getComplaintNotifyUrl'],
      }),
      'wechatpay-axios-plugin': ({ url }) => ({
        create: ['POST v3/merchant-service/complaint-notifications', { url }],
        query: () => ['GET v3/merchant-service/complaint-notifications'],
      }),
    },
  },
  'cash-coupons': {
    title: '代金券',
    makes: 'POST /v3/marketing/favor/coupon-stocks',
    error: { key: 'MCH_NOT_EXISTS', status: 400, code: 'MCH_NOT_EXISTS' },
    told: () => ({ stock_name: '满十减一' }),
    event: { name: 'COUPON.USE', resource: () => ({ coupon_id: '98674556' }) },
    by: {
      gopay: (user) => ({
        create: ['V3FavorBatchCreate', couponStock(user)],
        query: ({ stock_id }) => ['V3FavorBatchDetail', stock_id, user.mchid],
        opens: 'DecryptCouponUseCipherText',
      }),
      wechatpayv3: (user) => ({
        create: ['marketing_favor_stock_create', couponStock(user)],
        query: ({ stock_id }) => ['marketing_favor_stock_detail', { stock_id, stock_creator_mchid: user.mchid }],
      }),
      'weixin-java-pay-preview': (user) => ({
        create: ['marketingFavorService.createFavorStocksV3', couponStock(user)],
        query: ({ stock_id }) => ['marketingFavorService.getFavorStocksV3', stock_id, user.mchid],
        opens: ['marketingFavorService.parseNotifyData', 'marketingFavorService.decryptNotifyDataResource'],
      }),
      'wechatpay-axios-plugin': (user) => ({
        create: ['POST v3/marketing/favor/coupon-stocks', couponStock(user)],
        query: ({ stock_id }) => [
          'GET v3/marketing/favor/stocks/{stock_id}',
          { stock_id, params: { stock_creator_mchid: user.mchid } },
        ],
      }),
    },
  },
  'combined-orders': {
    title: '合单支付',
    makes: 'POST /v3/combine-transactions/jsapi',
    error: { key: 'closed', status: 400, code: 'ORDER_CLOSED' },
    told: ({ mchid }) => ({ combine_out_trade_no: 'COMBINED1', combine_mchid: mchid }),
    event: { name: 'TRANSACTION.SUCCESS/combined-orders', resource: () => ({ combine_out_trade_no: 'COMBINED1' }) },
    by: {
      gopay: (user) => ({
        create: ['V3CombineTransactionJsapi', combinedOrder(user)],
        query: () => ['V3CombineQueryOrder', 'COMBINED1'],
        opens: 'DecryptCombineCipherText',
      }),
      wechatpayv3: (user) => ({
        create: ['combine_pay', combinedOrder(user)],
        query: () => ['combine_query', { combine_out_trade_no: 'COMBINED1' }],
      }),
      'weixin-java-pay-preview': (user) => ({
        create: ['ecommerceService.combine', 'JSAPI', combinedOrder(user)],
        query: () => ['ecommerceService.queryCombineTransactions', 'COMBINED1'],
        opens: ['ecommerceService.parseCombineNotifyResult'],
      }),
      'wechatpay-axios-plugin': (user) => ({
        create: ['POST v3/combine-transactions/jsapi', combinedOrder(user)],
        query: () => [
          'GET v3/combine-transactions/out-trade-no/{combine_out_trade_no}',
          { combine_out_trade_no: 'COMBINED1' },
        ],
      }),
    },
  },
  'partner-orders': {
    title: '服务商支付',
    makes: 'POST /v3/pay/partner/transactions/jsapi',
    error: { key: 'merchant_unknown', status: 400, code: 'MCH_NOT_EXISTS' },
    told: () => ({ out_trade_no: 'PARTNER1', sub_mchid: SUB_MCHID }),
    event: { name: 'TRANSACTION.SUCCESS/partner-orders', resource: () => ({ out_trade_no: 'PARTNER1' }) },
    by: {
      gopay: (user) => ({
        create: ['V3PartnerTransactionJsapi', partnerOrder(user)],
        query: () => ['V3PartnerQueryOrder', 2, 'PARTNER1', { sub_mchid: SUB_MCHID }],
        opens: 'DecryptPartnerPayCipherText',
      }),
      'weixin-java-pay-preview': (user) => ({
        create: ['ecommerceService.partner', 'JSAPI', partnerOrder(user)],
        query: () => [
          'ecommerceService.queryPartnerTransactions',
          { sp_mchid: user.mchid, sub_mchid: SUB_MCHID, out_trade_no: 'PARTNER1' },
        ],
        opens: ['ecommerceService.parsePartnerNotifyResult'],
      }),
      'wechatpay-axios-plugin': (user) => ({
        create: ['POST v3/pay/partner/transactions/jsapi', partnerOrder(user)],
        query: () => [
          'GET v3/pay/partner/transactions/out-trade-no/{out_trade_no}',
          { out_trade_no: 'PARTNER1', params: { sp_mchid: user.mchid, sub_mchid: SUB_MCHID } },
        ],
      }),
    },
  },
  'profit-sharing': {
    title: '分账',
    makes: 'POST /v3/profitsharing/orders',
    error: { key: 'not_enough', status: 403, code: 'NOT_ENOUGH' },
    async prepare(control, mchid) {
      await control.addOrder({ mchid, transaction_id: TRANSACTION, profit_sharing: true })
      await control.addSharingReceiver({ mchid, account: SUB_MCHID })
    },
    told: () => ({ out_order_no: 'SHARING1', transaction_id: TRANSACTION }),
    event: {
      name: 'TRANSACTION.SUCCESS/profit-sharing',
      resource: ({ mchid }) => ({ mchid, out_order_no: 'SHARING1' }),
    },
    by: {
      gopay: () => ({
        create: ['V3ProfitShareOrder', sharing()],
        query: () => ['V3ProfitShareOrderQuery', 'SHARING1', { transaction_id: TRANSACTION }],
        opens: 'DecryptProfitShareCipherText',
      }),
      wechatpayv3: () => ({
        create: ['profitsharing_order', sharing()],
        query: () => ['profitsharing_order_query', { out_order_no: 'SHARING1', transaction_id: TRANSACTION }],
      }),
      'weixin-java-pay-preview': () => ({
        create: ['profitSharingService.profitSharingV3', sharing()],
        query: () => ['profitSharingService.profitSharingQueryV3', 'SHARING1', TRANSACTION],
        opens: ['profitSharingService.parseProfitSharingNotifyResult'],
      }),
      'wechatpay-axios-plugin': () => ({
        create: ['POST v3/profitsharing/orders', sharing()],
        query: () => [
          'GET v3/profitsharing/orders/{out_order_no}',
          { out_order_no: 'SHARING1', params: { transaction_id: TRANSACTION } },
        ],
      }),
    },
  },
  'brand-profit-sharing': {
    title: '连锁品牌分账',
    makes: 'POST /v3/brand/profitsharing/orders',
    error: { key: 'NOT_ENOUGH', status: 403, code: 'NOT_ENOUGH' },
    told: () => ({ out_order_no: 'BRAND1', sub_mchid: SUB_MCHID }),
    event: { name: 'TRANSACTION.SUCCESS/brand-profit-sharing', resource: () => ({ out_order_no: 'BRAND1' }) },
    by: {
      wechatpayv3: () => ({
        create: ['brand_profitsharing_order', brandSharing()],
        query: () => [
          'brand_profitsharing_order_query',
          { out_order_no: 'BRAND1', transaction_id: TRANSACTION, sub_mchid: SUB_MCHID },
        ],
      }),
      'wechatpay-axios-plugin': () => ({
        create: ['POST v3/brand/profitsharing/orders', brandSharing()],
        query: () => [
          'GET v3/brand/profitsharing/orders',
          { params: { out_order_no: 'BRAND1', transaction_id: TRANSACTION, sub_mchid: SUB_MCHID } },
        ],
      }),
    },
  },
  ecommerce: {
    title: '电商收付通',
    makes: 'POST /v3/ecommerce/refunds/apply',
    error: { key: 'no_right', status: 403, code: 'NO_AUTH' },
    prepare: (control, mchid) =>
      control.addOrder({ mchid, sub_mchid: SUB_MCHID, transaction_id: PARTNER_TRANSACTION, total: 100 }),
    told: () => ({ out_refund_no: 'REFUND1', transaction_id: PARTNER_TRANSACTION }),
    event: { name: 'REFUND.SUCCESS/ecommerce', resource: () => ({ out_refund_no: 'REFUND1' }) },
    by: {
      gopay: (user) => ({
        create: ['V3EcommerceRefund', partnerRefund(user)],
        query: () => ['V3EcommerceRefundQueryByNo', 'REFUND1', { sub_mchid: SUB_MCHID }],
        opens: 'DecryptPartnerRefundCipherText',
      }),
      'weixin-java-pay-preview': (user) => ({
        create: ['ecommerceService.refunds', partnerRefund(user)],
        query: () => ['ecommerceService.queryRefundByOutRefundNo', SUB_MCHID, 'REFUND1'],
        opens: ['ecommerceService.parseRefundNotifyResult'],
      }),
      'wechatpay-axios-plugin': (user) => ({
        create: ['POST v3/ecommerce/refunds/apply', partnerRefund(user)],
        query: () => [
          'GET v3/ecommerce/refunds/out-refund-no/{out_refund_no}',
          { out_refund_no: 'REFUND1', params: { sub_mchid: SUB_MCHID } },
        ],
      }),
    },
  },
  'business-circles': {
    title: '智慧商圈',
    makes: 'POST /v3/businesscircle/points/notify',
    error: { key: 'INVALID_REQUEST', status: 400, code: 'INVALID_REQUEST' },
    told: () => ({ openid: OPENID }),
    event: { name: 'MALL_TRANSACTION.SUCCESS', resource: () => ({ openid: OPENID, transaction_id: TRANSACTION }) },
    by: {
      gopay: () => ({
        create: ['V3BusinessPointsSync', points()],
        query: () => ['V3BusinessAuthPointsQuery', OPENID, { appid }],
      }),
      wechatpayv3: () => ({
        create: ['points_notify', points()],
        query: () => ['user_authorization', { openid: OPENID }],
      }),
      'weixin-java-pay-preview': () => ({
        create: ['businessCircleService.notifyPoints', points()],
        opens: ['businessCircleService.parseNotifyData', 'businessCircleService.decryptPaidNotifyDataResource'],
      }),
      'wechatpay-axios-plugin': () => ({
        create: ['POST v3/businesscircle/points/notify', points()],
        query: () => ['GET v3/businesscircle/user-authorizations/{openid}', { openid: OPENID, params: { appid } }],
      }),
    },
  },
  'payscore-parking': {
    title: '支付分停车',
    makes: 'POST /v3/vehicle/transactions/parking',
    error: { key: 'ALREADY_EXISTS', status: 400, code: 'ALREADY_EXISTS' },
    told: () => ({ out_trade_no: 'PARKING1', description: '停车场扣费' }),
    event: { name: 'TRANSACTION.SUCCESS/payscore-parking', resource: () => ({ out_trade_no: 'PARKING1' }) },
    by: {
      gopay: (user) => ({
        create: ['V3VehicleParkingFee', { ...parking(user), sub_mchid: SUB_MCHID }],
        query: () => ['V3VehicleParkingOrder', 'PARKING1', { sub_mchid: SUB_MCHID }],
        opens: 'DecryptParkingPayCipherText',
      }),
      wechatpayv3: (user) => {
        const { amount, parking_info, ...rest } = parking(user)
        return {
          create: ['parking_order', { ...rest, ...amount, ...parking_info }],
          query: () => ['parking_order_query', { out_trade_no: 'PARKING1' }],
        }
      },
      'wechatpay-axios-plugin': (user) => ({
        create: ['POST v3/vehicle/transactions/parking', parking(user)],
        query: () => ['GET v3/vehicle/transactions/out-trade-no/{out_trade_no}', { out_trade_no: 'PARKING1' }],
      }),
    },
  },
  fapiao: {
    title: '电子发票',
    makes: 'POST /v3/new-tax-control-fapiao/fapiao-applications',
    error: SYSTEM_ERROR,
    told: () => ({ fapiao_information: [expect.objectContaining({ fapiao_id: 'FAPIAO1A' })] }),
    event: { name: 'FAPIAO.ISSUED', resource: () => ({ fapiao_apply_id: 'FAPIAO1' }) },
    by: {
      gopay: () => ({
        create: ['V3InvoiceCreate', invoice()],
        query: () => ['V3InvoiceQuery', 'FAPIAO1', { sub_mchid: SUB_MCHID }],
        opens: 'DecryptInvoiceCipherText',
      }),
      'wechatpay-axios-plugin': () => ({
        create: ['POST v3/new-tax-control-fapiao/fapiao-applications', invoice()],
        query: () => [
          'GET v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}',
          { fapiao_apply_id: 'FAPIAO1', params: { sub_mchid: SUB_MCHID } },
        ],
      }),
    },
  },
  'medical-insurance': {
    title: '医保支付',
    makes: 'POST /v3/med-ins/orders',
    error: { key: 'ALREADY_EXISTS', status: 400, code: 'ALREADY_EXISTS' },
    told: () => ({ out_trade_no: 'CLINIC1', med_inst_name: '深圳市第一医院' }),
    event: { name: 'MEDICAL_INSURANCE.SUCCESS', resource: () => ({ out_trade_no: 'CLINIC1' }) },
    by: {
      gopay: (user) => ({
        create: ['V3MedInsOrder', insuranceOrder(user, sealed)],
        query: () => ['V3MedInsOrderQueryByOutNo', 'CLINIC1'],
      }),
      'weixin-java-pay-preview': (user) => ({
        create: ['miPayService.medInsOrders', { ...insuranceOrder(user, plain), ...clinic }],
        query: () => ['miPayService.getMedInsOrderByOutTradeNo', 'CLINIC1', SUB_MCHID],
        opens: ['miPayService.parseMiPayNotifyV3Result'],
      }),
      'wechatpay-axios-plugin': (user) => ({
        create: [
          'POST v3/med-ins/orders',
          insuranceOrder(user, sealed),
          { headers: { 'Wechatpay-Serial': user.keyId } },
        ],
        query: () => ['GET v3/med-ins/orders/out-trade-no/{out_trade_no}', { out_trade_no: 'CLINIC1' }],
      }),
    },
  },
  violations: {
    title: '商户违规通知',
    makes: 'POST /v3/merchant-risk-manage/violation-notifications',
    error: NO_AUTH,
    told: ({ url }) => ({ notify_url: url }),
    event: { name: 'VIOLATION.PUNISH', resource: () => ({ sub_mchid: SUB_MCHID }) },
    by: {
      gopay: ({ url }) => ({
        create: ['V3ViolationNotifyUrlCreate', url],
        query: () => ['V3ViolationNotifyUrlQuery'],
        opens: 'DecryptViolationCipherText',
      }),
      wechatpayv3: ({ url }) => ({
        create: ['merchantrisk_callback_create', { notify_url: url }],
        query: () => ['merchantrisk_callback_query', {}],
      }),
      'wechatpay-axios-plugin': ({ url }) => ({
        create: ['POST v3/merchant-risk-manage/violation-notifications', { notify_url: url }],
        query: () => ['GET v3/merchant-risk-manage/violation-notifications'],
      }),
    },
  },
  'smart-guides': {
    title: '支付即服务',
    makes: 'POST /v3/smartguide/guides',
    error: { key: 'MCH_NOT_EXISTS', status: 400, code: 'MCH_NOT_EXISTS' },
    told: () => ({}),
    by: {
      gopay: () => ({
        create: ['V3SmartGuideReg', guide(sealed)],
        query: () => ['V3SmartGuideQuery', { store_id: 1234, userid: 'robert' }],
      }),
      wechatpayv3: () => ({
        create: ['guides_register', guide(plain)],
        query: () => ['guides_query', { store_id: 1234, userid: 'robert' }],
      }),
      'wechatpay-axios-plugin': ({ keyId }) => ({
        create: ['POST v3/smartguide/guides', guide(sealed), { headers: { 'Wechatpay-Serial': keyId } }],
        query: () => ['GET v3/smartguide/guides', { params: { store_id: 1234, userid: 'robert' } }],
      }),
    },
  },
  'gift-activity': {
    title: '支付有礼',
    makes: 'POST /v3/marketing/paygiftactivity/unique-threshold-activity',
    error: { key: 'APPID_MCHID_NOT_MATCH', status: 400, code: 'APPID_MCHID_NOT_MATCH' },
    told: () => ({ activity_base_info: expect.objectContaining({ activity_name: '满额送', out_request_no: 'GIFT1' }) }),
    by: {
      gopay: () => ({
        create: ['V3PayGiftActivityCreate', gift()],
        query: ({ activity_id }) => ['V3PayGiftActivityDetail', activity_id],
      }),
      wechatpayv3: () => ({
        create: ['marketing_paygift_activity_create', gift()],
        query: ({ activity_id }) => ['marketing_paygift_activity_detail', { activity_id }],
      }),
      'wechatpay-axios-plugin': () => ({
        create: ['POST v3/marketing/paygiftactivity/unique-threshold-activity', gift()],
        query: ({ activity_id }) => ['GET v3/marketing/paygiftactivity/activities/{activity_id}', { activity_id }],
      }),
    },
  },
  'partner-transfer-batches': {
    title: '服务商批量转账',
    makes: 'POST /v3/partner-transfer/batches',
    error: SYSTEM_ERROR,
    told: () => ({ out_batch_no: 'BATCH1', batch_name: '一月佣金' }),
    by: {
      gopay: () => ({
        create: ['V3PartnerTransfer', batch(sealed)],
        query: () => ['V3PartnerTransferMerchantQuery', 'BATCH1', { need_query_detail: true }],
      }),
      'weixin-java-pay-preview': () => ({
        create: ['partnerTransferService.batchTransfer', batch(plain)],
        query: () => [
          'partnerTransferService.queryBatchByOutBatchNo',
          { out_batch_no: 'BATCH1', need_query_detail: true, offset: 0, limit: 20, detail_status: 'ALL' },
        ],
      }),
      'wechatpay-axios-plugin': (user) => ({
        create: ['POST v3/partner-transfer/batches', batch(sealed), { headers: { 'Wechatpay-Serial': user.keyId } }],
        query: () => [
          'GET v3/partner-transfer/batches/out-batch-no/{out_batch_no}',
          { out_batch_no: 'BATCH1', params: { need_query_detail: true } },
        ],
      }),
    },
  },
}

/** The products that an SDK uses. */
export function productsOf(id: string): readonly ProductStep[] {
  return PRODUCT_STEPS.filter((step) => Object.hasOwn(PRODUCTS[step].by, id))
}
