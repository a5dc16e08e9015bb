import type { SealedValue } from '../../../src/protocol/envelope.ts'
import { contentsOf, signed, withContents, withPlaintext } from '../callback-contents.ts'
import { withHeader } from '../repair.ts'
import { type Members, type Server, type Variant, withCallbacks } from '../variant.ts'

const CALLBACK = 'a COUPON.SEND callback'
const NOT_OPEN = 'resource does not open'
const PLAINTEXT = 'the plaintext of COUPON.SEND'

const named = (name: string, caughtBy: string) => ({ name: `callback: ${name}`, caughtBy })

/** Breaks what is sealed in the callback. */
function sealed(name: string, change: (resource: SealedValue) => SealedValue): Variant {
  return signed(named(name, `${CALLBACK}: ${NOT_OPEN}`), ({ resource, ...contents }) => ({
    ...contents,
    resource: change(resource as SealedValue),
  }))
}

function plaintext(name: string, change: (coupon: Members) => Members): Variant {
  return signed(named(name, `${PLAINTEXT}: `), withPlaintext(change))
}

/** Breaks a header field, or takes it away. */
function header(name: string, field: string, value: string | undefined): Variant {
  return withCallbacks(named(name, `${CALLBACK}: `), (callback) => withHeader(callback, field, value))
}

/** Callbacks that a receiver could not trust or read. */
export const brokenCallbacks: readonly Variant[] = [
  sealed('not encrypted', (resource) => ({ ...resource, ciphertext: '{"coupon_code":"sxxe34343434"}' })),
  sealed('with a wrong tag', (resource) => {
    const bytes = Buffer.from(resource.ciphertext, 'base64')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    return { ...resource, ciphertext: bytes.toString('base64') }
  }),
  sealed('nonce that is not what it is encrypted with', (resource) => ({ ...resource, nonce: '0'.repeat(12) })),
  signed(named('another event', `${CALLBACK}: $.event_type: `), (contents) => ({
    ...contents,
    event_type: 'COUPON.USE',
  })),
  withCallbacks(named('changed after it was signed', `${CALLBACK}: `), (callback) =>
    withContents(callback, { ...contentsOf(callback), summary: '领券' }),
  ),
  header('unsigned', 'Wechatpay-Signature', undefined),
  header('signature of something else', 'Wechatpay-Nonce', '0'.repeat(32)),
  header('stale timestamp', 'Wechatpay-Timestamp', '1700000000'),
  header('serial that no one knows', 'Wechatpay-Serial', '0'.repeat(40)),
  plaintext('coupon without openid', ({ openid: _, ...coupon }) => coupon),
  plaintext('time in UTC', (coupon) => ({ ...coupon, send_time: new Date(String(coupon.send_time)).toISOString() })),
  plaintext('another coupon', (coupon) => ({ ...coupon, coupon_code: `${coupon.coupon_code}0` })),
]

/** Callbacks that a receiver gets along with as well. */
export const benignCallbacks: readonly Server[] = [
  signed({ name: 'callback: another summary' }, (contents) => ({ ...contents, summary: '领券' })),
  signed({ name: 'callback: a field more in the callback and in the coupon' }, (contents) => ({
    ...withPlaintext((coupon) => ({ ...coupon, extension: 1 }))(contents),
    extension: 1,
  })),
  withCallbacks({ name: 'callback: header fields in another order, and one more' }, (callback) => ({
    ...callback,
    headers: [['X-Trace', '1'], ...callback.headers.toReversed()],
  })),
]
