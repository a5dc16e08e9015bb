import { wellKnownIdentity } from '../../../src/identity/well-known.ts'
import type { MockControl } from '../../../src/mock-control.ts'
import { timestampOf } from '../../../src/protocol/authorization.ts'
import {
  type CouponSendEnvelope,
  callbackHeaders,
  type SentCoupon,
  sendCouponEvent,
  sentCoupon,
} from '../../kit/coupon-send.ts'
import type { MessageProviders, ProvidedMessage } from '../../kit/messages.ts'
import { honestMock, type Variant } from '../variant.ts'

const CALLBACK = 'a COUPON.SEND callback'
const NOT_OPEN = 'resource does not open'
const PLAINTEXT = 'the plaintext of COUPON.SEND'

function withMessages(name: string, caughtBy: string, messages: MessageProviders): Variant {
  return { name: `callback: ${name}`, caughtBy, build: honestMock, messages }
}

/** Breaks the callback after it was signed. */
function broken(
  name: string,
  change: (message: ProvidedMessage & { readonly contents: CouponSendEnvelope }) => ProvidedMessage,
): Variant {
  return withMessages(name, `${CALLBACK}: `, {
    [CALLBACK]: async (control: MockControl) => {
      const message = await sendCouponEvent(control)
      return change({ ...message, contents: message.contents as CouponSendEnvelope })
    },
  })
}

/** Breaks the contents of the callback, and signs them as they are then. */
function signed(name: string, reason: string, change: (contents: CouponSendEnvelope) => CouponSendEnvelope): Variant {
  return withMessages(name, `${CALLBACK}: ${reason}`, {
    [CALLBACK]: async (control: MockControl) => {
      const { contents: right } = await sendCouponEvent(control)
      const contents = change(right as CouponSendEnvelope)
      const timestamp = timestampOf(Date.now())
      const { platform } = wellKnownIdentity()
      const body = Buffer.from(JSON.stringify(contents))
      return { contents, metadata: await callbackHeaders(body, { timestamp, nonce: 'a'.repeat(32), platform }) }
    },
  })
}

function plaintext(name: string, change: (coupon: SentCoupon) => object): Variant {
  return withMessages(name, `${PLAINTEXT}: `, {
    [PLAINTEXT]: async (control: MockControl) => ({ contents: change(await sentCoupon(control)) }),
  })
}

function metadata(name: string, change: (headers: Record<string, string>) => Record<string, string>): Variant {
  return broken(name, (message) => ({ ...message, metadata: change({ ...message.metadata }) }))
}

/** Callbacks that a receiver could not trust or read. */
export const brokenCallbacks: readonly Variant[] = [
  signed('not encrypted', NOT_OPEN, ({ resource, ...contents }) => ({
    ...contents,
    resource: { ...resource, ciphertext: '{"coupon_code":"sxxe34343434"}' },
  })),
  signed('with a wrong tag', NOT_OPEN, ({ resource, ...contents }) => {
    const sealed = Buffer.from(resource.ciphertext, 'base64')
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1)
    return { ...contents, resource: { ...resource, ciphertext: sealed.toString('base64') } }
  }),
  signed('nonce that is not what it is encrypted with', NOT_OPEN, ({ resource, ...contents }) => ({
    ...contents,
    resource: { ...resource, nonce: '0'.repeat(12) },
  })),
  signed('another event', '$.event_type: ', (contents) => Object.assign({ ...contents }, { event_type: 'COUPON.USE' })),
  broken('changed after it was signed', ({ contents, ...message }) => ({
    ...message,
    contents: { ...contents, summary: '领券' },
  })),
  metadata('unsigned', () => ({})),
  metadata('signature of something else', (headers) => ({ ...headers, 'Wechatpay-Nonce': '0'.repeat(32) })),
  metadata('stale timestamp', (headers) => ({ ...headers, 'Wechatpay-Timestamp': '1700000000' })),
  metadata('serial that no one knows', (headers) => ({ ...headers, 'Wechatpay-Serial': '0'.repeat(40) })),
  plaintext('coupon without openid', ({ openid: _, ...coupon }) => coupon),
  plaintext('time in UTC', (coupon) => ({ ...coupon, send_time: new Date(coupon.send_time).toISOString() })),
  plaintext('another coupon', (coupon) => ({ ...coupon, coupon_code: `${coupon.coupon_code}0` })),
]
