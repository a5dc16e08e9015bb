import { language } from '../../../../doors/browser/phone/words.ts'

const en = {
  title: 'Pay',
  asks: 'asks you to pay',
  description: 'For',
  number: 'Order',
  payer: 'Payer',
  until: 'Pay by',
  linked: 'Merchant coupon',
  cashCoupon: 'Cash coupon',
  total: 'Total',
  pay: 'Pay',
  cancel: 'Cancel',
  paid: 'Paid',
  backToShop: 'Back to the merchant',
  scan: 'Scan to pay',
  scanned: 'Pay on this page',
  scanWhy: (host: string) => `A phone that reaches ${host} opens this page with it. On this computer, click instead.`,
  outcome: 'Outcome',
  usual: 'it is paid',
  outcomes: {
    wrong_password: 'wrong password',
    not_enough: 'not enough money',
    time_over: 'the time to pay runs out',
  },
  wrongPassword: 'The payment password is wrong. Try again.',
  notEnough: 'There is not enough money in the wallet. Choose another way to pay.',
  withCoupon: 'Cash coupon (代金券), yuan',
  unsigned: 'Opened by hand: there is no paySign to check.',
  signed: 'The paySign is right.',
  state: 'Order state:',
}

type Words = typeof en

const zh: Words = {
  title: '收银台',
  asks: '向你收款',
  description: '商品',
  number: '商户单号',
  payer: '付款用户',
  until: '支付截止',
  linked: '商家券',
  cashCoupon: '代金券',
  total: '订单金额',
  pay: '立即支付',
  cancel: '取消',
  paid: '支付成功',
  backToShop: '返回商家',
  scan: '扫码支付',
  scanned: '在本页支付',
  scanWhy: (host) => `能访问 ${host} 的手机扫码后会打开本页；在本机上请直接点击。`,
  outcome: '支付结果',
  usual: '支付成功',
  outcomes: {
    wrong_password: '支付密码错误',
    not_enough: '余额不足',
    time_over: '超过支付截止时间',
  },
  wrongPassword: '支付密码错误，请重试。',
  notEnough: '余额不足，请更换支付方式。',
  withCoupon: '使用代金券（元）',
  unsigned: '手动打开，没有 paySign 可以检查。',
  signed: 'paySign 正确。',
  state: '订单状态：',
}

/** The words of this page alone. */
export const words: Words = language === 'zh' ? zh : en
