/** Where a merchant wants its coupon events (商家券事件通知地址). */
export interface EventAddress {
  readonly mchid: string
  readonly url: string
  /** Who set it, and may read it: the merchant itself, or a service provider (服务商) for it. */
  readonly setByMchid: string
  /** Epoch milliseconds. */
  readonly updatedAt: number
}
