import type { MockControl } from '../mock-control.ts'
import type { CompletedCoupon } from '../products/merchant-coupon/coupons.ts'

/** One coupon of a mock, looked up anew each time. */
export interface CouponReference {
  readonly stock_id: string
  readonly coupon_code: string
  /** The current coupon, with its history. @throws UsageError if the mock does not have the coupon */
  look(): Promise<CompletedCoupon>
  /** The latest calls that named it, one line each, for failure messages. */
  calls(): Promise<string[]>
}

const SHOWN_CALLS = 5

/** @param mchid creator of the batch. Default: the well-known merchant */
export function couponReference(
  control: MockControl,
  stock_id: string,
  coupon_code: string,
  mchid?: string,
): CouponReference {
  return {
    stock_id,
    coupon_code,
    look: () => control.coupon(stock_id, coupon_code, mchid === undefined ? {} : { mchid }),
    async calls() {
      const exchanges = await control.journal({ coupon_code, callbacks: 'no', limit: SHOWN_CALLS })
      return exchanges.map(({ operation, request, response, code }) =>
        [operation ?? `${request.method} ${request.target}`, response?.status ?? 'no answer', code].join(' ').trim(),
      )
    },
  }
}

/** Maps a coupon to the mock that showed it, so that it can be looked up again. */
const shownBy = new WeakMap<object, MockControl>()

/** Remembers the coupons that `control` shows, so that {@link referenceOf} can refer to them. */
export function rememberCoupons(control: MockControl): void {
  const remember = <Shown extends CompletedCoupon | CompletedCoupon[]>(shown: Shown): Shown => {
    for (const coupon of [shown].flat()) shownBy.set(coupon, control)
    return shown
  }
  const { coupon, addCoupon, addCoupons, patchCoupon } = control
  Object.assign(control, {
    coupon: async (...args) => remember(await coupon(...args)),
    addCoupon: async (...args) => remember(await addCoupon(...args)),
    addCoupons: async (...args) => remember(await addCoupons(...args)),
    patchCoupon: async (...args) => remember(await patchCoupon(...args)),
  } satisfies Pick<MockControl, 'coupon' | 'addCoupon' | 'addCoupons' | 'patchCoupon'>)
}

/** The reference itself, or one to a remembered coupon; undefined for any other coupon. */
export function referenceOf(value: object): CouponReference | undefined {
  if ('look' in value) return value as CouponReference
  const control = shownBy.get(value)
  if (!control) return undefined
  const { stock_id, coupon_code, mchid } = value as CompletedCoupon
  return couponReference(control, stock_id, coupon_code, mchid)
}
