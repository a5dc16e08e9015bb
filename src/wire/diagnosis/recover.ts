import { constants, hash, type KeyObject, publicDecrypt } from 'node:crypto'
import { isBase64 } from '../protocol/signature.ts'
import { type Cause, cause } from './variant.ts'

export type DigestAlgorithm = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** Facts that a signature reveals about the message that was signed. */
export interface Recovered {
  /** Deviations from SHA-256 and PKCS#1 v1.5. */
  readonly causes: readonly Cause[]
  /** Algorithm for hashing candidates. */
  readonly algorithm: DigestAlgorithm
  /** The signed digest, hex. Left out for PSS, whose signatures only allow a digest to be checked. */
  readonly digest?: string
  /** The message itself, if it was padded without being hashed. */
  readonly message?: Buffer
  /** Whether a message with this digest (hex) is the one that was signed. */
  readonly matches: (digest: string) => boolean
  /** The structure alone proves the key; otherwise only a matching message does. */
  readonly certain: boolean
}

/** Digests must be of these algorithms, which their DER prefixes identify (RFC 8017, 9.2). */
const DIGEST_INFO: readonly (readonly [DigestAlgorithm, length: number, prefix: Buffer])[] = (
  [
    ['sha256', 32, '3031300d060960864801650304020105000420'],
    ['sha1', 20, '3021300906052b0e03021a05000414'],
    ['md5', 16, '3020300c06082a864886f70d020505000410'],
    ['sha512', 64, '3051300d060960864801650304020305000440'],
    ['sha384', 48, '3041300d060960864801650304020205000430'],
    ['sha224', 28, '302d300d06096086480165030402040500041c'],
  ] as const
).map(([algorithm, length, prefix]) => [algorithm, length, Buffer.from(prefix, 'hex')])

/**
 * Opens a signature with a public key.
 *
 * A PKCS#1 v1.5 signature reveals its digest, and the padding proves that the key is the right one. A PSS signature reveals its structure; with the
 * longest salt that structure has no redundancy left, and only a message that fits proves anything.
 *
 * @returns undefined if the signature was not made with the corresponding private key
 */
export function recover(signature: Uint8Array, publicKey: KeyObject): Recovered | undefined {
  const block = open(signature, publicKey)
  if (!block) return undefined
  const payload = pkcs1Payload(block)
  return payload ? readPayload(payload) : readPss(block, publicKey.asymmetricKeyDetails?.modulusLength ?? 0)
}

function open(signature: Uint8Array, publicKey: KeyObject): Buffer | undefined {
  try {
    return publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    // Not below the modulus, or of another length: not a signature of this key.
    return undefined
  }
}

/** Content after `00 01 FF … 00`, with at least eight `FF`. */
function pkcs1Payload(block: Buffer): Buffer | undefined {
  if (block[0] !== 0 || block[1] !== 1) return undefined
  const end = block.indexOf(0, 2)
  if (end < 10 || !block.subarray(2, end).every((byte) => byte === 0xff)) return undefined
  return block.subarray(end + 1)
}

function readPayload(payload: Buffer): Recovered {
  for (const [algorithm, length, prefix] of DIGEST_INFO) {
    if (payload.length === prefix.length + length && payload.subarray(0, prefix.length).equals(prefix)) {
      return ofDigest(algorithm, payload.toString('hex', prefix.length), [])
    }
  }
  const text = payload.toString('latin1')
  for (const [algorithm, length] of DIGEST_INFO) {
    if (text.length === length * 2 && /^[0-9a-f]+$|^[0-9A-F]+$/.test(text)) {
      return ofDigest(algorithm, text.toLowerCase(), [cause('digest_as_text', 'hex')])
    }
    const bytes = Buffer.from(text, 'base64')
    if (bytes.length === length && bytes.toString('base64') === text) {
      return ofDigest(algorithm, bytes.toString('hex'), [cause('digest_as_text', 'base64')])
    }
  }
  // A message of five lines is never as short as a digest, as it holds a method, a path, a time and a nonce; and it has line feeds.
  for (const [algorithm, length] of DIGEST_INFO) {
    if (payload.length === length && !isText(payload)) {
      return ofDigest(algorithm, payload.toString('hex'), [cause('digest_info_missing')])
    }
  }
  return { ...ofDigest('sha256', hash('sha256', payload, 'hex'), [cause('message_not_hashed')]), message: payload }
}

function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte < 0x7f))
}

function ofDigest(algorithm: DigestAlgorithm, digest: string, causes: readonly Cause[]): Recovered {
  return {
    causes: [...causes, ...digestCause(algorithm)],
    algorithm,
    digest,
    matches: (candidate) => candidate === digest,
    certain: true,
  }
}

function digestCause(algorithm: DigestAlgorithm): Cause[] {
  return algorithm === 'sha256' ? [] : [cause(`digest_${algorithm}`)]
}

/** Number of zero bytes before the salt that rules out a structure by chance. */
const CERTAIN_ZEROS = 8

/** Parses the block as EMSA-PSS (RFC 8017, 9.1.2), mask and digest with the same hash. */
function readPss(block: Buffer, modulusBits: number): Recovered | undefined {
  if (block.at(-1) !== 0xbc || modulusBits % 8 !== 0 || (block[0] ?? 0) >= 0x80) return undefined
  let uncertain: Recovered | undefined
  for (const [algorithm, length] of DIGEST_INFO) {
    const found = readPssWith(block, algorithm, length)
    if (found?.certain) return found
    uncertain ??= found
  }
  return uncertain
}

function readPssWith(block: Buffer, algorithm: DigestAlgorithm, length: number): Recovered | undefined {
  const masked = block.subarray(0, block.length - length - 1)
  const check = block.subarray(block.length - length - 1, -1)
  const data = unmask(masked, check, algorithm)
  const zeros = data.findIndex((byte) => byte !== 0)
  if (zeros === -1 || data[zeros] !== 1) return undefined
  const salt = data.subarray(zeros + 1)
  const expected = check.toString('hex')
  return {
    causes: [cause('padding_pss', String(salt.length)), ...digestCause(algorithm)],
    algorithm,
    matches: (digest) =>
      hash(algorithm, Buffer.concat([Buffer.alloc(8), Buffer.from(digest, 'hex'), salt]), 'hex') === expected,
    certain: zeros >= CERTAIN_ZEROS,
  }
}

/** Removes the MGF1 mask; the topmost bit is not part of the block. */
function unmask(masked: Buffer, seed: Buffer, algorithm: DigestAlgorithm): Buffer {
  const data = Buffer.from(masked)
  for (let at = 0, counter = 0; at < data.length; counter += 1) {
    const suffix = Buffer.alloc(4)
    suffix.writeUInt32BE(counter)
    const mask = hash(algorithm, Buffer.concat([seed, suffix]), 'buffer')
    for (const byte of mask) {
      if (at === data.length) break
      data.writeUInt8(data.readUInt8(at) ^ byte, at)
      at += 1
    }
  }
  data.writeUInt8(data.readUInt8(0) & 0x7f, 0)
  return data
}

/** A reading of a signature's text as bytes, and what had to be undone for it. */
export interface SignatureReading {
  readonly bytes: Buffer
  readonly causes: readonly Cause[]
}

/** Maximum length of a text that is examined: more than a 4096-bit signature in hex, in base64 and percent-encoded. */
const MAX_LENGTH = 4_096

/**
 * The possible readings of a signature's text, the plain one first.
 *
 * At most a few dozen, whatever the text is: two things undone before one of the encodings.
 */
export function readSignature(text: string): SignatureReading[] {
  if (text.length > MAX_LENGTH) return []
  const readings: SignatureReading[] = []
  const add = (written: Written) => {
    for (const { bytes, causes } of decodings(written.text)) {
      if (!readings.some((reading) => reading.bytes.equals(bytes))) {
        readings.push({ bytes, causes: [...written.causes, ...causes] })
      }
    }
  }
  const plain: Written = { text, causes: [] }
  const once = undone(plain)
  add(plain)
  for (const written of once) add(written)
  for (const written of once.flatMap(undone)) add(written)
  return readings
}

interface Written {
  readonly text: string
  readonly causes: readonly Cause[]
}

function undone({ text, causes }: Written): Written[] {
  const steps: [string, Cause][] = [
    [percentDecoded(text), cause('signature_percent_encoded')],
    [text.replaceAll(/\\[rn]|\s/g, ''), cause('signature_spaces')],
    [text.replaceAll(' ', '+'), cause('signature_plus_as_space')],
    [text.replaceAll('\\/', '/'), cause('signature_slashes_escaped')],
  ]
  return steps.filter(([after]) => after !== text).map(([after, step]) => ({ text: after, causes: [...causes, step] }))
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

function decodings(text: string): SignatureReading[] {
  const readings: SignatureReading[] = []
  const digits = text.replaceAll(':', '')
  // Hex digits are valid base64 as well, so hex comes first.
  if (/^(?:[0-9a-f]{2}){64,}$/i.test(digits)) {
    readings.push({ bytes: Buffer.from(digits, 'hex'), causes: [cause('signature_hex')] })
  }
  if (isBase64(text)) {
    const bytes = Buffer.from(text, 'base64')
    const inner = bytes.toString('latin1')
    if (/^(?:[0-9a-f]{2}){64,}$/i.test(inner)) {
      readings.push({ bytes: Buffer.from(inner, 'hex'), causes: [cause('signature_base64_twice', 'hex')] })
    } else if (bytes.length > 64 && isBase64(inner)) {
      readings.push({ bytes: Buffer.from(inner, 'base64'), causes: [cause('signature_base64_twice')] })
    }
    readings.push({ bytes, causes: [] })
  } else if (/^[\w-]+={0,2}$/.test(text)) {
    readings.push({ bytes: Buffer.from(text, 'base64url'), causes: [cause('signature_base64url')] })
  }
  return readings
}
