import type { KeyObject } from 'node:crypto'
import { type Recovered, readSignature, recover, type SignatureReading } from './recover.ts'
import { type Cause, cause } from './variant.ts'

/** A public key that a signature may have been made for, and its owner. */
export interface KnownKey {
  /** 40 upper-case hex digits of the certificate, or `PUB_KEY_ID_…`. */
  readonly serialNo: string
  readonly publicKey: KeyObject
  /** Left out for a key of the platform. */
  readonly mchid?: string
}

export function signatureLength({ publicKey }: KnownKey): number {
  // Stryker disable next-line OptionalChaining: only a secret key lacks details, and that is not a public key
  return Math.ceil((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}

/** Maximum number of keys tried per signature; each takes the time of verifying a signature. */
export const MAX_KEYS = 32

interface Signer {
  readonly signer: KnownKey
  readonly recovered: Recovered
  readonly reading: SignatureReading
}

export type Signers =
  /** The certain one alone, or several to be decided by a message; `complete`: every key was tried. */
  | { readonly found: readonly Signer[]; readonly causes: readonly Cause[]; readonly complete: boolean }
  | { readonly fault: Cause }

/**
 * Finds the key that made a signature.
 *
 * @param takeKey spends the cost of one more key, if that much is left
 */
export function identify(text: string, keys: readonly KnownKey[], takeKey: () => boolean): Signers {
  const readings = readSignature(text)
  const [plainest] = readings
  if (!plainest) return { fault: cause('signature_not_base64') }
  const lengths = new Set(keys.map(signatureLength))
  const fitting = readings.filter(({ bytes }) => lengths.has(bytes.length))
  const [first] = fitting
  if (!first) return { fault: cause('signature_wrong_length', String(plainest.bytes.length)) }

  const uncertain: Signer[] = []
  const reversed = [
    { bytes: Buffer.from(first.bytes).reverse(), causes: [...first.causes, cause('signature_bytes_reversed')] },
  ]
  for (const reading of [...fitting.slice(0, MAX_READINGS), ...reversed]) {
    for (const signer of keys) {
      if (signatureLength(signer) !== reading.bytes.length) continue
      if (!takeKey()) return { found: uncertain, causes: first.causes, complete: false }
      const recovered = recover(reading.bytes, signer.publicKey)
      if (recovered?.certain) return { found: [{ signer, recovered, reading }], causes: [], complete: true }
      if (recovered && uncertain.length < MAX_UNCERTAIN) uncertain.push({ signer, recovered, reading })
    }
  }
  return { found: uncertain, causes: first.causes, complete: true }
}

/** The first keys up to a limit: there may be thousands, one for each test. */
export function atMost(limit: number, others: Iterable<KnownKey>): KnownKey[] {
  const keys: KnownKey[] = []
  for (const other of others) {
    keys.push(other)
    if (keys.length === limit) break
  }
  return keys
}

/** Maximum number of readings of one text that are tried with every key; more than one is rare. */
const MAX_READINGS = 3
/** Maximum number of PSS signatures without redundancy for which messages are searched: by chance there is one in 65,536. */
const MAX_UNCERTAIN = 2

export function keyCauses(signer: KnownKey, key: KnownKey): Cause[] {
  if (signer.publicKey.equals(key.publicKey)) return []
  if (signer.mchid === undefined) return [cause('key_of_platform', signer.serialNo)]
  return signer.mchid === key.mchid
    ? [cause('key_of_another_serial', signer.serialNo)]
    : [cause('key_of_another_merchant', `${signer.mchid} ${signer.serialNo}`)]
}
