import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import type { CallbackRequest } from '../../src/engine/callbacks/callback.ts'
import { isEnvelope, open, type SealedValue, seal } from '../../src/wire/protocol/envelope.ts'
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

const { apiV3Key } = wellKnownIdentity().merchant

/** The envelope of a callback, and the text in it. */
export function opened({ resource }: Members): { readonly plaintext: string; readonly resource: SealedValue } {
  if (!isEnvelope(resource)) throw new Error('The callback has no resource')
  const result = open(resource, apiV3Key)
  if (!result.ok) throw new Error(result.reason)
  return { plaintext: result.plaintext, resource }
}

/** Changes what is in the envelope, and seals it again. */
export const withPlaintext =
  (change: (members: Members) => Members, associated?: string, fixedNonce?: string) =>
  (contents: Members): Members => {
    const { plaintext, resource } = opened(contents)
    const { nonce, associated_data: associatedData = '' } = resource
    const changed = JSON.stringify(change(JSON.parse(plaintext) as Members))
    const sealed = seal(changed, apiV3Key, {
      nonce: fixedNonce ?? nonce,
      associatedData: associated ?? associatedData,
    })
    return { ...contents, resource: { ...resource, ...sealed } }
  }

/** Writes the times among some members as those of London with the offset of China, as a server does that takes its own clock for China's. */
export const ofLondon = (members: Members): Members =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      const isTime = typeof value === 'string' && value.endsWith('+08:00')
      return [name, isTime ? `${new Date(value).toISOString().slice(0, 19)}+08:00` : value]
    }),
  )

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
