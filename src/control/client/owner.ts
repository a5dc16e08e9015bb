/** Whose batch, coupon, order or refund is meant; the well-known merchant's if left out, or else the only one of this name. */
export interface Owner {
  readonly mchid?: string
}
