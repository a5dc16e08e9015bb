import type { z } from 'zod'

/** A callback (回调通知) that the service sends: what stands around it, and what is sealed in it. */
export interface EventDescription {
  /** camelCase, as its webhook in the OpenAPI document. */
  readonly id: string
  /** e.g. `COUPON.SEND` */
  readonly eventType: string
  /** In English. */
  readonly description: string
  /** Name in the official documents. */
  readonly title: string
  /** The official page. */
  readonly source: string
  readonly originalType: string
  readonly associatedData: string
  /** What is sealed. */
  readonly resource: z.ZodType
}
