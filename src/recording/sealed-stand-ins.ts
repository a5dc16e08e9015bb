import { wellKnownIdentity } from '../identity/well-known.ts'
import { decryptField } from '../protocol/sensitive-field.ts'
import examples from './sealed-examples.json' with { type: 'json' }

/**
 * A made-up card number, encrypted for each key of the well-known platform, by its serial: encrypting it anew would give a different text in each
 * run.
 */
const EXAMPLES: Readonly<Record<string, string>> = examples

/** 256 bytes in base64. */
const CIPHERTEXT_CHARACTERS = 344

/**
 * Stand-ins in a contract for fields that a client encrypted for the platform: the well-known keys are public, so everyone could read them there. A
 * value that cannot be decrypted is unchanged, since the answer is about that.
 */
export function sealedStandIns(texts: readonly string[]): [string, string][] {
  const sealed = texts.filter((text) => text.length === CIPHERTEXT_CHARACTERS)
  if (sealed.length === 0) return []
  const { platform } = wellKnownIdentity()
  return sealed.flatMap((text) => {
    const key = [...platform.certificates, platform.publicKey].find((one) => decryptField(text, one.privateKey).ok)
    const example = key && EXAMPLES[key.serialNo]
    return example === undefined ? [] : [[text, example] as [string, string]]
  })
}
