import { callsOf } from '../../control/call.ts'
import * as cashier from './cashier-calls.ts'
import * as orders from './order-control-calls.ts'
import * as codes from './payment-codes.ts'
import * as refunds from './refund-control-calls.ts'
import { routes } from './routes.ts'

/** The control calls of payment: what the phone, the console and tests do with orders and refunds. */
export const calls = callsOf(routes, cashier, orders, codes, refunds)

/** Their types under one name, so that declarations need not spell all of them out. */
export interface PaymentCalls extends Readonly<typeof calls> {}

export const things = [orders.orderThing, refunds.refundThing, codes.paymentCodeThing]
