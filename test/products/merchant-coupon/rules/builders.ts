import type { Coupon, CouponState } from '../../../../src/products/merchant-coupon/coupons.ts'
import type { Stock } from '../../../../src/products/merchant-coupon/rules/stock.ts'
import type { Order, OrderState, Promotion } from '../../../../src/products/payment/orders.ts'
import type { Refund } from '../../../../src/products/payment/refunds.ts'

/** Reads a time of day in China, for tests that count in it. */
export function inChina(text: string): number {
  const at = Date.parse(`${text}+08:00`)
  if (Number.isNaN(at)) throw new Error(`Not a time: ${text}`)
  return at
}

/** Noon of a Wednesday, well inside the life of {@link aCoupon}. */
export const NOON: number = inChina('2026-11-25T12:00:00')

export const FROM: number = inChina('2026-11-01T00:00:00')
export const UNTIL: number = inChina('2026-12-01T00:00:00')

export function aStock(overrides: Partial<Stock> = {}): Stock {
  return {
    stockId: '100088',
    creatorMchid: '1900000001',
    ownerMchid: '1900000001',
    name: '八月免费券',
    goodsName: '全场商品',
    benefit: { type: 'normal', discountFen: 100, thresholdFen: 1_000 },
    validity: { from: FROM, until: UNTIL },
    useMethod: 'off_line',
    state: 'running',
    codeMode: 'wechatpay',
    sendRule: { maxCoupons: 100, maxCouponsPerUser: 1 },
    createdAt: FROM,
    sent: { total: 0, day: FROM, today: 0 },
    codes: { total: 0, available: 0 },
    ...overrides,
  }
}

export function aCoupon(overrides: Partial<Coupon> = {}): Coupon {
  return {
    mchid: '1900000001',
    stock_id: '100088',
    coupon_code: 'sxxe34343434',
    state: 'SENDED',
    openid: 'oTest-1',
    send_merchant: '1900000001',
    send_request_no: 'SEND-1',
    receive_time: FROM,
    available_start_time: FROM,
    expire_time: UNTIL,
    history: [],
    ...overrides,
  }
}

/** An order of one yuan, placed at {@link NOON} and open for an hour. */
export function anOrder(overrides: Partial<Order> = {}): Order {
  return {
    mchid: '1900000001',
    out_trade_no: 'ORDER-1',
    state: 'NOTPAY',
    total: 100,
    description: '测试商品',
    create_time: NOON,
    trade_type: 'NATIVE',
    currency: 'CNY',
    close_time: NOON + 3_600_000,
    ...overrides,
  }
}

/** An order that is in a state at {@link NOON}. */
export function anOrderThatIs(state: OrderState, overrides: Partial<Order> = {}): Order {
  switch (state) {
    case 'SUCCESS':
    case 'REFUND':
      return anOrder({ state, openid: 'oTest-1', transaction_id: 'T-1', success_time: NOON, ...overrides })
    default:
      return anOrder({ state, ...overrides })
  }
}

/** A coupon of WeChat Pay that takes off some fen, for the whole order, and is settled to the merchant. */
export function aPromotion(amount: number, overrides: Partial<Promotion> = {}): Promotion {
  return {
    coupon_id: `C-${amount}`,
    name: '代金券',
    scope: 'GLOBAL',
    type: 'CASH',
    amount,
    contributor: 'merchant',
    ...overrides,
  }
}

/** A refund of one fen, made at {@link NOON}, that succeeds five seconds later. */
export function aRefund(overrides: Partial<Refund> = {}): Refund {
  return {
    mchid: '1900000001',
    out_refund_no: 'REFUND-1',
    refund_id: 'R-1',
    out_trade_no: 'ORDER-1',
    transaction_id: 'T-1',
    refund: 1,
    total: 100,
    currency: 'CNY',
    create_time: NOON,
    settle_time: NOON + 5_000,
    outcome: 'SUCCESS',
    request: [],
    ...overrides,
  }
}

/** A coupon that is in a state at {@link NOON}. */
export function aCouponThatIs(state: CouponState, overrides: Partial<Coupon> = {}): Coupon {
  switch (state) {
    case 'EXPIRED':
      return aCoupon({ expire_time: NOON, ...overrides })
    case 'USED':
      return aCoupon({ state, use_request_no: 'USE-1', use_time: NOON - 1_000, ...overrides })
    case 'DEACTIVATED':
      return aCoupon({ state, deactivate_request_no: 'DEACTIVATE-1', deactivate_time: NOON - 1_000, ...overrides })
    default:
      return aCoupon({ state, ...overrides })
  }
}
