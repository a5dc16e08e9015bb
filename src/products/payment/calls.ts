import type { CallsFor } from '../../control/call.ts'
import { openCashier } from './cashier-calls.ts'
import {
  addOrder,
  addOrders,
  expireOrder,
  listedOrders,
  markOrder,
  order,
  orderThing,
  orderTimeline,
  payOrder,
} from './order-control-calls.ts'
import { addPaymentCode, addPaymentCodes, paymentCodeThing } from './payment-codes.ts'
import { refundOrder, refundThing, settleRefund } from './refund-control-calls.ts'
import type { routes } from './routes.ts'

/** The control calls of payment: what the phone, the console and tests do with orders and refunds. */
export const calls = {
  addOrder,
  addOrders,
  addPaymentCode,
  addPaymentCodes,
  expireOrder,
  markOrder,
  order,
  orders: listedOrders,
  orderTimeline,
  payOrder,
  openCashier,
  refundOrder,
  settleRefund,
} satisfies CallsFor<typeof routes>

type Calls = typeof calls

/** Their types under one name, so that declarations need not spell all of them out. */
export interface PaymentCalls extends Calls {}

export const things = [orderThing, refundThing, paymentCodeThing]
