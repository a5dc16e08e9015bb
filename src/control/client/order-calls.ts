import type { CompletedCoupon } from '../../products/merchant-coupon/coupons/table.ts'
import type { ShownOrder, ShownRefund } from '../../products/payment/orders/shown.ts'
import type { CompletedOrder, OrderJson } from '../../products/payment/orders/table.ts'
import { ControlConnection } from './control-connection.ts'
import type { Owner } from './owner.ts'
import type { Page, PageRequest } from './page.ts'

/** Which orders are meant; what is left out does not matter. */
export interface OrderFilter extends Owner {
  readonly state?: CompletedOrder['state']
}

/** How an order is paid. */
export interface PaymentOfOrder {
  readonly openid?: string
  readonly transaction_id?: string
  /** What it is paid with; another than the order's own, or an old one, is refused. */
  readonly prepay_id?: string
}

/** How a refund ends. */
export type RefundOutcomeJson = ShownRefund['outcome']

/** A refund that is made in the merchant console. */
export interface ConsoleRefund {
  /** Fen; what is left if left out. */
  readonly amount?: number
  /** `SUCCESS` if left out. */
  readonly outcome?: RefundOutcomeJson
  /** Where the merchant is told; the order's own if left out. */
  readonly notify_url?: string
}

/** Orders and their refunds, with what the user's phone and the merchant console do to them. */
export class OrderCalls extends ControlConnection {
  /** Orders, the newest first, page by page. */
  orders(filter: OrderFilter & PageRequest = {}): Promise<Page<CompletedOrder>> {
    return this.call('GET', '/orders', { query: { ...filter } })
  }

  /** An order with its refunds. */
  order(outTradeNo: string, owner: Owner = {}): Promise<ShownOrder> {
    return this.call('GET', orderPath(outTradeNo), { query: { mchid: owner.mchid } })
  }

  /** The coupons that are linked to an order, those received last first; 100 at most. */
  orderCoupons(outTradeNo: string, owner: Owner = {}): Promise<CompletedCoupon[]> {
    return this.call('GET', `${orderPath(outTradeNo)}/coupons`, { query: { mchid: owner.mchid } })
  }

  /** Adds an order, or replaces the one with its number. */
  addOrder(order: OrderJson = {}): Promise<CompletedOrder> {
    return this.call('POST', '/orders', { body: order })
  }

  /** Adds all of them or none; 10,000 at most. */
  addOrders(orders: readonly OrderJson[]): Promise<CompletedOrder[]> {
    return this.call('POST', '/orders', { body: orders })
  }

  /** Pays an order, as the user's phone does. What is left out is the order's own, or made up. */
  payOrder(outTradeNo: string, payment: PaymentOfOrder = {}, owner: Owner = {}): Promise<ShownOrder> {
    return this.call('POST', `${orderPath(outTradeNo)}/pay`, { query: { mchid: owner.mchid }, body: payment })
  }

  /** Lets the time of an unpaid order run out now, which closes it. */
  expireOrder(outTradeNo: string, owner: Owner = {}): Promise<ShownOrder> {
    return this.call('POST', `${orderPath(outTradeNo)}/expire`, { query: { mchid: owner.mchid } })
  }

  /** Refunds an order, as in the merchant console: all that is left of it, or an amount. */
  refundOrder(outTradeNo: string, refund: ConsoleRefund = {}, owner: Owner = {}): Promise<ShownRefund> {
    return this.call('POST', `${orderPath(outTradeNo)}/refund`, { query: { mchid: owner.mchid }, body: refund })
  }

  /** Settles a refund that is PROCESSING now, in one way or another. */
  settleRefund(
    outRefundNo: string,
    settlement: { readonly outcome?: RefundOutcomeJson } = {},
    owner: Owner = {},
  ): Promise<ShownRefund> {
    return this.call('POST', `/refunds/${encodeURIComponent(outRefundNo)}/settle`, {
      query: { mchid: owner.mchid },
      body: settlement,
    })
  }
}

function orderPath(outTradeNo: string): string {
  return `/orders/${encodeURIComponent(outTradeNo)}`
}
