import type { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { type CouponSendEvent, couponSend } from '../../src/products/merchant-coupon/coupon-send.ts'
import { seal } from '../../src/wire/protocol/envelope.ts'
import { signAnswer, signatureHeaders } from '../../src/wire/protocol/response-headers.ts'

/** The encrypted content of a COUPON.SEND callback (领券事件回调通知), with the members that the live service sends (busifavor.md 7). */
export interface SentCoupon extends Omit<CouponSendEvent, 'send_channel'> {
  readonly send_channel: string
}

/** The body of a COUPON.SEND callback. */
export interface CouponSendEnvelope {
  readonly id: string
  readonly create_time: string
  readonly event_type: typeof couponSend.eventType
  readonly resource_type: 'encrypt-resource'
  readonly summary: string
  readonly resource: {
    readonly original_type: typeof couponSend.originalType
    readonly algorithm: 'AEAD_AES_256_GCM'
    readonly ciphertext: string
    readonly associated_data: string
    readonly nonce: string
  }
}

/** Values that differ between callbacks. */
export interface EnvelopeValues {
  readonly apiV3Key: string
  readonly id: string
  readonly createTime: string
  /** 12 ASCII characters. */
  readonly nonce: string
}

/** Seals a sent coupon into the body of a callback. */
export function couponSendEnvelope(
  coupon: SentCoupon,
  { apiV3Key, id, createTime, nonce }: EnvelopeValues,
): CouponSendEnvelope {
  const { algorithm, ciphertext, associated_data } = seal(JSON.stringify(coupon), apiV3Key, {
    nonce,
    associatedData: couponSend.associatedData,
  })
  return {
    id,
    create_time: createTime,
    event_type: couponSend.eventType,
    resource_type: 'encrypt-resource',
    summary: couponSend.summary,
    resource: { original_type: couponSend.originalType, algorithm, ciphertext, associated_data, nonce },
  }
}

/** The `Wechatpay-*` header fields of a callback, signed with the platform's certificate over the bytes of its body. */
export async function callbackHeaders(
  body: Uint8Array,
  {
    timestamp,
    nonce,
    platform,
  }: { timestamp: string; nonce: string; platform: ReturnType<typeof wellKnownIdentity>['platform'] },
): Promise<Record<string, string>> {
  const [key] = platform.certificates
  return Object.fromEntries(signatureHeaders(await signAnswer({ timestamp, nonce, body }, key)))
}
