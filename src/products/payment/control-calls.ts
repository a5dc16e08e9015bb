import type { z } from 'zod'
import { callsOf } from '../../control/call.ts'
import { field } from '../../control/life.ts'
import { addCalls } from '../../control/row-calls.ts'
import { defineThing, fact } from '../../control/things/thing.ts'
import * as cashier from './cashier-calls.ts'
import { type paymentCode, paymentCodes } from './code-payments.ts'
import * as orders from './order-control-calls.ts'
import { orderThing } from './order-control-calls.ts'
import * as refunds from './refund-control-calls.ts'
import { refundThing } from './refund-control-calls.ts'
import { routes } from './routes.ts'

/** The control calls about payment codes. */
const { one: addPaymentCode, many: addPaymentCodes } = addCalls(paymentCodes, {
  summary: 'Say what comes of a payment code or a list of them; one with the same auth_code is replaced',
})

const OUTCOMES = {
  paid: { en: 'paid', zh: '支付成功' },
  password: { en: 'password asked for', zh: '需输入密码' },
  not_enough: { en: 'not enough money', zh: '余额不足' },
} as const

/** Payment codes as the dashboard shows them. */
const paymentCodeThing = defineThing(paymentCodes, {
  one: { en: 'Payment code', zh: '付款码' },
  none: {
    en: 'Every payment code pays at once. Describe one that does not.',
    zh: '扫描任何付款码都会立即支付成功。可以添加一个结果不同的付款码。',
  },
  show: (code: z.input<typeof paymentCode>) => code,
  search: {
    hint: { en: 'payment code, openid', zh: '付款码、openid' },
    texts: ({ auth_code, openid }) => [auth_code, openid],
  },
  facts: [
    fact('mchid', 'Merchant', '商户号', { as: 'code', inList: 'under' }),
    fact('openid', 'Payer (openid)', '支付者（openid）', { as: 'code', inList: 'under' }),
    { title: { en: 'Outcome', zh: '扫码结果' }, of: ({ outcome = 'paid' }) => OUTCOMES[outcome], inList: 'beside' },
  ],
  makes: [
    {
      title: { en: 'Describe a payment code', zh: '添加付款码' },
      call: 'addPaymentCode',
      fields: [
        field('auth_code', 'Payment code', '付款码'),
        field('outcome', 'Outcome', '扫码结果', { placeholder: { en: 'it is paid', zh: '支付成功' } }),
      ],
      made: ['mchid', 'auth_code'],
      done: { en: 'The payment code is known.', zh: '付款码已添加。' },
    },
  ],
})

/** The control calls of payment: what the phone, the console and tests do with orders and refunds. */
export const calls = callsOf(routes, cashier, orders, { addPaymentCode, addPaymentCodes }, refunds)

/** Their types under one name, so that declarations need not spell all of them out. */
export interface PaymentCalls extends Readonly<typeof calls> {}

export const things = [orderThing, refundThing, paymentCodeThing]
