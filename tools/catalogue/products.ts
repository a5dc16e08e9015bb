/** The product of a call or callback. The ids are those of WeChat Pay's SDKs if they have one. */

/**
 * Id, title in English and Chinese, prefixes of its paths below /v3 (or, with a slash in front, elsewhere), and a pattern for the menu and title of its callbacks, such as `m JSAPI支付 >
 * API列表 > 退款结果回调通知`.
 */
type Product = readonly [id: string, en: string, zh: string, paths: string, callbacks?: RegExp]

export const products: readonly Product[] = [
  ['orders', 'Orders', '普通支付', 'pay/transactions/', /^m (?:JSAPI|APP|H5|Native|小程序)支付 .*支付成功/],
  [
    'partner-orders',
    'Orders of sub-merchants',
    '普通支付（服务商）',
    'pay/partner/transactions/',
    /^p (?:JSAPI|APP|H5|Native|小程序)支付 .*支付成功|> 普通支付 >/,
  ],
  ['combined-orders', 'Combined orders', '合单支付', 'combine-transactions/', /合单.*支付(?:成功回调)?通知/],
  ['refunds', 'Refunds', '退款', 'refund/domestic/', /^. (?!平台收付通|智慧商圈).*退款结果(?:回调)?通知/],
  ['bills', 'Bills', '账单', 'bill/ billdownload/'],
  ['transfers', 'Transfers to users', '商家转账', 'fund-app/ transferdownload/', /^. 商家转账/],
  ['brand-red-packets', 'Red packets of brands', '品牌红包', 'fund-app/brand-redpacket/'],
  ['transfer-batches', 'Transfers in batches', '商家转账到零钱', 'transfer/ transfer-detail/'],
  ['partner-transfer-batches', 'Transfers in batches for sub-merchants', '服务商转账到零钱', 'partner-transfer/'],
  ['profit-sharing', 'Profit sharing', '分账', 'profitsharing/', /^. 分账/],
  ['brand-profit-sharing', 'Profit sharing of brands', '连锁品牌分账', 'brand/profitsharing/', /^. 连锁品牌分账/],
  ['payscore', 'WeChat Pay Score', '微信支付分', 'payscore/', /^. 微信支付分 /],
  ['discount-cards', 'Discount cards', '先享卡', 'discount-card/'],
  ['payscore-parking', 'Parking with WeChat Pay Score', '微信支付分停车服务', 'vehicle/', /^. 微信支付分停车服务/],
  ['parking-fees', 'Parking fees', '停车缴费服务', 'parking/', /^. 停车缴费服务/],
  ['medical-insurance', 'Payments with medical insurance', '医保支付', 'med-ins/', /^. 医保支付/],
  ['merchant-coupons', 'Merchant coupons', '商家券', 'marketing/busifavor/'],
  ['product-coupons', 'Product coupons', '商品券', 'marketing/partner/product-coupon/', /^. 商品券/],
  [
    'delivery-plans',
    'Delivery plans of coupons',
    '摇一摇有优惠',
    'marketing/partner/delivery-plan/ brand/marketing/',
    /^. 摇一摇有优惠/,
  ],
  ['cash-coupons', 'Cash coupons', '代金券', 'marketing/favor/', /^. 代金券/],
  ['gift-activity', 'Gifts after payment', '支付有礼', 'marketing/paygiftactivity/'],
  ['partnerships', 'Entrusted marketing', '委托营销', 'marketing/partnerships'],
  ['bank-packages', 'Card packages of banks', '银行营销', 'marketing/bank/'],
  ['retail-store', 'Retail stores', '加价购零售小店', 'marketing/goods-subsidy-activity/'],
  ['business-circles', 'Business circles', '智慧商圈', 'businesscircle/', /^. 智慧商圈/],
  ['complaints', 'Complaints', '消费者投诉', 'merchant-service/', /^. 消费者投诉/],
  ['smart-guides', 'Sales assistants', '支付即服务', 'smartguide/'],
  ['goldplan', 'Goldplan', '点金计划', 'goldplan/'],
  ['fapiao', 'Electronic invoices', '电子发票', 'new-tax-control-fapiao/ /invoicing/', /^. 微信电子发票/],
  ['applyments', 'Onboarding of sub-merchants', '特约商户进件', 'applyment4sub/ apply4sub/ merchant/media/'],
  ['merchant-changes', 'Changes of merchant details', '商户资料变更', 'mchalterapply/'],
  ['merchant-stores', 'Stores of merchants', '商户门店', 'merchant-store/'],
  ['opening-consent', 'Consent to open accounts', '商户开户意愿确认', 'apply4subject/'],
  ['bank-income', 'Incoming bank transfers', '银行来账', 'merchantfund/'],
  ['real-names', 'Checks of real names', '实名校验', 'realname/'],
  ['banks', 'Banks and regions', '银行与地区', 'capital/'],
  [
    'ecommerce',
    'E-commerce platforms',
    '电商收付通',
    'ecommerce/ mch_operate/ platsolution/ecommerce/ merchant/fund/',
    /^p 平台收付通/,
  ],
  ['funds-abroad', 'Funds abroad', '资金出境', 'funds-to-oversea/'],
  ['brands', 'Brands', '品牌', 'brand/applyments brand-basic/'],
  ['brand-stores', 'Stores of brands', '品牌门店', 'brand/partner/store/'],
  ['business-cards', 'Business cards of brands', '商家名片', 'brand/card/'],
  ['member-cards', 'Member cards of brands', '商家名片会员', 'brand/partner/card-member/', /^. 商家名片会员/],
  ['inactive-merchants', 'Identity of inactive merchants', '不活跃商户身份核实', 'compliance/'],
  ['merchant-limits', 'Limits of merchants', '商户被管控能力及原因查询', 'mch-operation-manage/', /^. 合作伙伴订阅/],
  ['violations', 'Notices of violations', '商户平台处置通知', 'merchant-risk-manage/', /^. 商户平台处置通知/],
  ['platform', 'Certificates and tests', '平台证书与接口测试', 'certificates security/', /^. 微信支付公钥/],
  ['payroll-cards', 'Payroll cards', '微工卡', 'payroll-card/'],
  ['lovefeast', 'Love feast', '爱心餐', 'lovefeast/'],
  ['scan-and-ride', 'Scan and ride', '乘车码', 'qrcode/'],
  ['entrusted-payments', 'Entrusted payments', '委托代扣', 'papay/ partner-papay/'],
  ['education-renewals', 'Renewals of education', '教育续费通', 'edu-papay/'],
  ['subscription-billing', 'Subscription billing', '预约扣费', 'subscription-billing/'],
]

const STARTS = products
  .flatMap(([id, , , paths]) =>
    paths.split(' ').map((path) => ({ id, start: path.startsWith('/') ? path : `/v3/${path}` })),
  )
  .toSorted((a, b) => b.start.length - a.start.length)

/** The longest matching prefix decides. */
export const productOfPath = (path: string) => STARTS.find(({ start }) => path.startsWith(start))?.id

/** The first product with a matching pattern decides. */
export const productOfCallback = (menu: string) => products.find(([, , , , callbacks]) => callbacks?.test(menu))?.[0]

/** Types of callbacks that their pages copied from another page: in the first case in the sample, in the others in the tables. */
export const eventTypeMisprints: Readonly<Record<string, string>> = {
  m4012284177: 'VEHICLE.ENTRANCE_STATE_CHANGE',
  m4012285856: 'MALL_TRANSACTION.SUCCESS',
  p4012076414: 'MALL_TRANSACTION.SUCCESS',
}
