import { defineProduct } from '../../engine/product.ts'
import { users } from '../platform/index.ts'
import type { PaymentCalls } from './calls.ts'
import * as operations from './operations.ts'
import { orders } from './orders/table.ts'
import { transactionSuccess } from './orders/transaction-success.ts'
import { payGateway } from './pay-gateway.ts'
import { refundEvents } from './refunds/refund-events.ts'
import { refunds } from './refunds/table.ts'
import { routes } from './routes.ts'
import { paymentSettings } from './settings.ts'
import type { PaymentStates } from './states.ts'
import { orderStory } from './story.ts'

/** Orders (订单) and refunds (退款). */
export const payment = defineProduct({
  id: 'payment',
  title: { en: 'Payment', zh: '支付' },
  operations: Object.values(operations),
  gatewayAt: payGateway,
  events: [transactionSuccess, ...Object.values(refundEvents)],
  tables: [orders, refunds, users],
  settings: paymentSettings,
  routes,
  things: async () => (await import('./things.ts')).things,
  calls: async (): Promise<PaymentCalls> => (await import('./calls.ts')).calls,
  states: async (): Promise<PaymentStates> => (await import('./states.ts')).states,
  story: (_, context) => orderStory(context).steps,
})

export { orderParams, orderRefusals, withOrder } from './orders/named-order.ts'
export { isPaid } from './rules/order.ts'
export { refundStatus } from './rules/refund.ts'
export { orderStory, orders, refunds }
