/** Where a merchant wants its coupon events (商家券事件通知地址). */
export interface EventAddress {
  readonly mchid: string
  readonly url: string
  /** Epoch milliseconds. */
  readonly updatedAt: number
}
