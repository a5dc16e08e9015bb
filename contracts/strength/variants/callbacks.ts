import type { CallbackRequest } from '../../../src/engine/callbacks/callback.ts'
import { wellKnownIdentity } from '../../../src/identity/well-known.ts'
import { isEnvelope, open, type SealedValue, seal } from '../../../src/protocol/envelope.ts'
import { mended, withHeader } from '../mend.ts'
import { type Members, type Server, type Variant, withCallbacks } from '../variant.ts'

const CALLBACK = 'a COUPON.SEND callback'
const NOT_OPEN = 'resource does not open'
const PLAINTEXT = 'the plaintext of COUPON.SEND'

const named = (name: string, caughtBy: string) => ({ name: `callback: ${name}`, caughtBy })

/** The contents of a callback, and the callback with other ones, whose signature is still that of the first. */
const contentsOf = ({ body }: CallbackRequest): Members => JSON.parse(Buffer.from(body).toString('utf8')) as Members
const withContents = (callback: CallbackRequest, contents: Members): CallbackRequest => {
  const body = Buffer.from(JSON.stringify(contents))
  const { headers } = withHeader({ status: 200, ...callback, body }, 'Content-Length', String(body.length))
  return { ...callback, headers, body }
}

/** Changes the contents of the callback, and signs them as they are then. */
function signed<About extends Pick<Server, 'name'>>(
  about: About,
  change: (contents: Members) => Members,
): About & Server {
  return withCallbacks(about, async (callback) => {
    const changed = withContents(callback, change(contentsOf(callback)))
    const { headers } = await mended({ status: 200, ...changed })
    return { ...changed, headers }
  })
}

/** Breaks what is sealed in the callback. */
function sealed(name: string, change: (resource: SealedValue) => SealedValue): Variant {
  return signed(named(name, `${CALLBACK}: ${NOT_OPEN}`), ({ resource, ...contents }) => ({
    ...contents,
    resource: change(resource as SealedValue),
  }))
}

/** Changes what is in the envelope, and seals it again. */
const withCoupon =
  (change: (coupon: Members) => Members) =>
  ({ resource, ...contents }: Members): Members => {
    const { apiV3Key } = wellKnownIdentity().merchant
    if (!isEnvelope(resource)) throw new Error('The callback has no resource')
    const opened = open(resource, apiV3Key)
    if (!opened.ok) throw new Error(opened.reason)
    const { nonce, associated_data: associatedData = '' } = resource
    const changed = JSON.stringify(change(JSON.parse(opened.plaintext) as Members))
    return { ...contents, resource: { ...resource, ...seal(changed, apiV3Key, { nonce, associatedData }) } }
  }

function plaintext(name: string, change: (coupon: Members) => Members): Variant {
  return signed(named(name, `${PLAINTEXT}: `), withCoupon(change))
}

/** Breaks a header field, or takes it away. */
function header(name: string, field: string, value: string | undefined): Variant {
  return withCallbacks(named(name, `${CALLBACK}: `), (callback) => ({
    ...callback,
    headers: withHeader({ status: 200, ...callback }, field, value).headers,
  }))
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
    ...withCoupon((coupon) => ({ ...coupon, extension: 1 }))(contents),
    extension: 1,
  })),
  withCallbacks({ name: 'callback: header fields in another order, and one more' }, (callback) => ({
    ...callback,
    headers: [['X-Trace', '1'], ...callback.headers.toReversed()],
  })),
]
