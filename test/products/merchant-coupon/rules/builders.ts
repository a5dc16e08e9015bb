import type { Coupon, CouponState } from '../../../../src/products/merchant-coupon/coupons.ts'
import type { AvailableTime, Stock } from '../../../../src/products/merchant-coupon/stocks.ts'
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

/** From {@link FROM} until {@link UNTIL}. */
export function aTime(overrides: Partial<AvailableTime> = {}): AvailableTime {
  return { available_begin_time: FROM, available_end_time: UNTIL, irregulary_avaliable_time: [], ...overrides }
}

type NestedRules = 'coupon_use_rule' | 'stock_send_rule'

export function aStock({
  coupon_use_rule,
  stock_send_rule,
  ...overrides
}: Omit<Partial<Stock>, NestedRules> & { [Rule in NestedRules]?: Partial<Stock[Rule]> } = {}): Stock {
  return {
    mchid: '1900000001',
    stock_id: '100088',
    state: 'RUNNING',
    belong_merchant: '1900000001',
    stock_name: '八月免费券',
    goods_name: '全场商品',
    stock_type: 'NORMAL',
    coupon_code_mode: 'WECHATPAY_MODE',
    coupon_use_rule: {
      coupon_available_time: aTime(),
      fixed_normal_coupon: { discount_amount: 100, transaction_minimum: 1_000 },
      use_method: 'OFF_LINE',
      ...coupon_use_rule,
    },
    stock_send_rule: { max_coupons: 100, max_coupons_per_user: 1, ...stock_send_rule },
    create_time: FROM,
    sent: { total: 0, day: FROM, today: 0 },
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
