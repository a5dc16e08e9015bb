import { createPublicKey, X509Certificate } from 'node:crypto'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import { open } from '../../src/protocol/envelope.ts'
import { SIGNATURE_TYPE } from '../../src/protocol/signature.ts'
import { faultsOfAnswer, faultsOfSignature, type PlatformKeys } from '../../src/testing/answer-faults.ts'
import type { ProvidedMessage } from './messages.ts'

/** Header fields whose spelling real clients depend on (protocol.md 1). */
const SPELLINGS = [
  'Content-Type',
  'Content-Length',
  'Request-ID',
  'Wechatpay-Nonce',
  'Wechatpay-Signature',
  'Wechatpay-Timestamp',
  'Wechatpay-Serial',
  'Wechatpay-Signature-Type',
]

export interface AnswerExpectation {
  /** Of the merchant that the answer is for. */
  readonly credentials: CredentialsJson
  /** Whether it has to be signed, or must not be. */
  readonly signed: boolean
  /** The clock that its timestamp is compared with, epoch milliseconds. */
  readonly now: number
}

/**
 * What is wrong with an answer that no pact can say: signature, key, timestamp, the spelling of header fields on the wire, certificates
 * that do not open. One sentence for each thing; none for an answer of WeChat Pay.
 */
export function reasonsAgainst(answer: WireResponse, { credentials, signed, now }: AnswerExpectation): string[] {
  return [
    ...faultsOfAnswer(answer, {
      signed,
      signatureType: SIGNATURE_TYPE,
      platformKeys: platformKeysOf(credentials),
      now,
    }),
    ...misspelt(answer),
    ...sealedFaults(answer, credentials),
  ]
}

/** What is wrong with a callback that no pact can say: its signature, where it has one, and what is encrypted in it. */
export function reasonsAgainstMessage(
  { contents, metadata = {} }: ProvidedMessage,
  { credentials, now }: Omit<AnswerExpectation, 'signed'>,
): string[] {
  const signed = Object.keys(metadata).some((name) => name === 'Wechatpay-Signature')
  const callback = { status: 200, headers: Object.entries(metadata), body: Buffer.from(JSON.stringify(contents)) }
  return [
    ...(signed
      ? faultsOfSignature(callback, {
          signatureType: SIGNATURE_TYPE,
          platformKeys: platformKeysOf(credentials),
          now,
        })
      : []),
    ...misspelt(callback),
    ...resourceFaults(contents, credentials),
  ]
}

/** Whether the `resource` of a callback opens with the merchant's APIv3 key. */
function resourceFaults(contents: unknown, { api_v3_key }: CredentialsJson): string[] {
  if (typeof contents !== 'object' || contents === null || !('resource' in contents)) return []
  const { resource } = contents
  return isEnvelope(resource) && open(resource, api_v3_key).ok ? [] : ['resource does not open with the APIv3 key.']
}

function platformKeysOf({ platform_certificates, platform_public_key }: CredentialsJson): PlatformKeys {
  return new Map([
    ...platform_certificates.map(({ serial_no, certificate }) => keyOf(serial_no, certificate)),
    ...(platform_public_key
      ? [[platform_public_key.id, createPublicKey(platform_public_key.public_key)] as const]
      : []),
  ])
}

function keyOf(serialNo: string, certificate: string) {
  return [serialNo, new X509Certificate(certificate).publicKey] as const
}

function misspelt({ headers }: WireResponse): string[] {
  return headers.flatMap(([name]) => {
    const right = SPELLINGS.find((spelling) => spelling.toLowerCase() === name.toLowerCase())
    return right === undefined || right === name ? [] : [`The header ${right} is spelled ${name}.`]
  })
}

interface SealedCertificate {
  readonly serial_no?: unknown
  readonly encrypt_certificate?: unknown
}

/** Whether every `encrypt_certificate` opens with the merchant's APIv3 key, and is the certificate with that serial. */
function sealedFaults(answer: WireResponse, { api_v3_key, platform_certificates }: CredentialsJson): string[] {
  const text = Buffer.from(answer.body).toString('utf8')
  if (!text.includes('"encrypt_certificate"')) return []
  const { data } = JSON.parse(text) as { data?: unknown }
  if (!Array.isArray(data)) return ['data is no list of certificates.']
  return (data as SealedCertificate[]).flatMap(({ serial_no, encrypt_certificate: sealed }) => {
    const opened = isEnvelope(sealed) ? open(sealed, api_v3_key) : undefined
    if (!opened?.ok) return [`encrypt_certificate of ${serial_no} does not open with the APIv3 key.`]
    const ours = platform_certificates.find((known) => known.serial_no === serial_no)
    return ours && sameCertificate(ours.certificate, opened.plaintext)
      ? []
      : [`encrypt_certificate of ${serial_no} is not that certificate.`]
  })
}

interface EnvelopeLike {
  readonly algorithm: string
  readonly ciphertext: string
  readonly associated_data: string
  readonly nonce: string
}

function isEnvelope(value: unknown): value is EnvelopeLike {
  if (typeof value !== 'object' || value === null) return false
  return ['algorithm', 'ciphertext', 'associated_data', 'nonce'].every(
    (name) => typeof Object.entries(value).find(([key]) => key === name)?.[1] === 'string',
  )
}

function sameCertificate(one: string, other: string): boolean {
  try {
    return new X509Certificate(one).raw.equals(new X509Certificate(other).raw)
  } catch {
    // What is not a certificate is not this one.
    return false
  }
}
