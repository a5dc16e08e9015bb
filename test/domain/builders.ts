import type { Coupon, CouponState } from '../../src/domain/coupon.ts'
import type { Stock } from '../../src/domain/stock.ts'

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
    stockId: '100088',
    code: 'sxxe34343434',
    creatorMchid: '1900000001',
    openid: 'oTest-1',
    senderMchid: '1900000001',
    sendRequestNo: 'SEND-1',
    receivedAt: FROM,
    usableFrom: FROM,
    expiresAt: UNTIL,
    status: 'sended',
    history: [],
    ...overrides,
  }
}

/** A coupon that is in a state at {@link NOON}. */
export function aCouponThatIs(state: CouponState, overrides: Partial<Coupon> = {}): Coupon {
  switch (state) {
    case 'expired':
      return aCoupon({ expiresAt: NOON, ...overrides })
    case 'used':
      return aCoupon({ status: 'used', redemption: { requestNo: 'USE-1', at: NOON - 1_000 }, ...overrides })
    case 'deactivated':
      return aCoupon({
        status: 'deactivated',
        deactivation: { requestNo: 'DEACTIVATE-1', at: NOON - 1_000 },
        ...overrides,
      })
    default:
      return aCoupon({ status: state, ...overrides })
  }
}
