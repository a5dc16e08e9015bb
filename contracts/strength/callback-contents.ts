import type { CallbackRequest } from '../../src/engine/callbacks/callback.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { isEnvelope, open, seal } from '../../src/protocol/envelope.ts'
import { signedAgain, withHeader } from './repair.ts'
import { type Members, type Server, type Variant, withCallbacks } from './variant.ts'

/** The contents of a callback, and the callback with other ones, whose signature is still that of the first. */
export const contentsOf = ({ body }: CallbackRequest): Members =>
  JSON.parse(Buffer.from(body).toString('utf8')) as Members
export const withContents = (callback: CallbackRequest, contents: Members): CallbackRequest => {
  const body = Buffer.from(JSON.stringify(contents))
  return withHeader({ ...callback, body }, 'Content-Length', String(body.length))
}

/** Changes the contents of the callback, and signs them as they are then. */
export function signed<About extends Pick<Server, 'name'>>(
  about: About,
  change: (contents: Members) => Members,
): About & Server {
  return withCallbacks(about, (callback) => signedAgain(withContents(callback, change(contentsOf(callback)))))
}

/** Changes what is in the envelope, and seals it again. */
export const withPlaintext =
  (change: (members: Members) => Members) =>
  ({ resource, ...contents }: Members): Members => {
    const { apiV3Key } = wellKnownIdentity().merchant
    if (!isEnvelope(resource)) throw new Error('The callback has no resource')
    const opened = open(resource, apiV3Key)
    if (!opened.ok) throw new Error(opened.reason)
    const { nonce, associated_data: associatedData = '' } = resource
    const changed = JSON.stringify(change(JSON.parse(opened.plaintext) as Members))
    return { ...contents, resource: { ...resource, ...seal(changed, apiV3Key, { nonce, associatedData }) } }
  }

/** Breaks what is sealed in callbacks. */
export const plaintext = (name: string, caughtBy: string, change: (told: Members) => Members): Variant =>
  signed({ name: `callback: ${name}`, caughtBy }, withPlaintext(change))

/** Seals callbacks with the key of another merchant. */
export const sealedForAnother = (caughtBy: string): Variant =>
  signed({ name: 'callback: sealed with the key of another merchant', caughtBy }, ({ resource, ...contents }) => {
    if (!isEnvelope(resource)) throw new Error('The callback has no resource')
    const { nonce, associated_data: associatedData = '' } = resource
    return { ...contents, resource: { ...resource, ...seal('{}', '0'.repeat(32), { nonce, associatedData }) } }
  })
