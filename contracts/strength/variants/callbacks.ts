import { createHash } from 'node:crypto'
import type { SealedValue } from '../../../src/wire/protocol/envelope.ts'
import { contentsOf, ofLondon, opened, signed, withContents, withPlaintext } from '../callback-contents.ts'
import { withHeader } from '../repair.ts'
import { type Members, type Server, type Variant, withCallbacks } from '../variant.ts'

const CALLBACK = 'a COUPON.SEND callback'
const NOT_OPEN = `${CALLBACK}: resource does not open`
const PLAINTEXT = 'the plaintext of COUPON.SEND'

const named = (name: string, caughtBy: string) => ({ name: `callback: ${name}`, caughtBy })

/** Breaks what is sealed in the callback. */
function sealed(
  name: string,
  caughtBy: string,
  change: (resource: SealedValue) => SealedValue & { readonly original_type?: string },
): Variant {
  return signed(named(name, caughtBy), ({ resource, ...contents }) => ({
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
  sealed('not encrypted', NOT_OPEN, (resource) => ({ ...resource, ciphertext: '{"coupon_code":"sxxe34343434"}' })),
  sealed('with a wrong tag', NOT_OPEN, (resource) => {
    const bytes = Buffer.from(resource.ciphertext, 'base64')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    return { ...resource, ciphertext: bytes.toString('base64') }
  }),
  sealed('nonce that is not what it is encrypted with', NOT_OPEN, (resource) => ({
    ...resource,
    nonce: '0'.repeat(12),
  })),
  // Nearly every ciphertext has one of the letters.
  sealed('in base64 for URLs', `${CALLBACK}: resource.ciphertext of `, ({ ciphertext, ...resource }) => ({
    ...resource,
    ciphertext: Buffer.from(ciphertext, 'base64').toString('base64url'),
  })),
  // Named without a colon, so that all interactions are verified: it takes two callbacks.
  signed(
    named('encrypted with one nonce', PLAINTEXT),
    withPlaintext((coupon) => coupon, undefined, '0'.repeat(12)),
  ),
  signed(named('another event', `${CALLBACK}: event_type of `), (contents) => ({
    ...contents,
    event_type: 'COUPON.USE',
  })),
  signed(named('another resource_type', `${CALLBACK}: resource_type of `), (contents) => ({
    ...contents,
    resource_type: 'resource',
  })),
  signed(named('empty summary', `${CALLBACK}: summary of the callback is ""`), (contents) => ({
    ...contents,
    summary: '',
  })),
  signed(named('time of London as if it were that of China', `${CALLBACK}: create_time is `), ofLondon),
  sealed('of a refund', `${CALLBACK}: resource.original_type of `, (resource) => ({
    ...resource,
    original_type: 'refund',
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
  plaintext('times of London as if they were those of China', ofLondon),
  plaintext('another coupon', (coupon) => ({ ...coupon, coupon_code: `${coupon.coupon_code}0` })),
]

/** Callbacks that a receiver gets along with as well. */
export const benignCallbacks: readonly Server[] = [
  signed({ name: 'callback: another summary' }, (contents) => ({ ...contents, summary: '领券' })),
  signed({ name: 'callback: a field more in the callback and in the coupon' }, (contents) => ({
    ...withPlaintext((coupon) => ({ ...coupon, extension: 1 }))(contents),
    extension: 1,
  })),
  signed(
    { name: 'callback: sealed with other associated_data' },
    withPlaintext((coupon) => coupon, 'notify'),
  ),
  signed({ name: 'callback: an id that is made of what it is about' }, (contents) => {
    const told = JSON.parse(opened(contents).plaintext) as Members
    const numbers = [told.stock_id, told.coupon_code, told.out_trade_no, told.out_refund_no, told.out_bill_no]
    const about = [contents.event_type, ...numbers].join(' ')
    return { ...contents, id: createHash('md5').update(about).digest('hex') }
  }),
  withCallbacks({ name: 'callback: header fields in another order, and one more' }, (callback) => ({
    ...callback,
    headers: [['X-Trace', '1'], ...callback.headers.toReversed()],
  })),
]
