import { X509Certificate } from 'node:crypto'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import { isEnvelope, open } from '../../src/protocol/envelope.ts'
import { isJsonObject } from '../../src/protocol/json-object.ts'
import { SIGNATURE_TYPE, schemeFor } from '../../src/protocol/scheme.ts'
import { faultsOfAnswer, faultsOfSignature } from '../../src/testing/answer-faults.ts'
import { platformKeysOf } from '../../src/testing/merchant-client.ts'
import type { ProvidedMessage } from './messages.ts'

export interface AnswerExpectation {
  /** Path and query that were asked for. */
  readonly target: string
  /** Of the merchant that the answer is for. */
  readonly credentials: CredentialsJson
  /** Whether it has to be signed, or must not be. */
  readonly signed: boolean
  /** The clock that its timestamp is compared with, epoch milliseconds. */
  readonly now: number
}

/**
 * The faults of an answer that no pact can express: signature, key, timestamp, certificates that do not open. One sentence each; none for an
 * answer that a client may act on. How header fields are spelled makes no difference to a client, and so none here.
 */
export function reasonsAgainst(
  answer: WireResponse,
  { target, credentials, signed, now }: AnswerExpectation,
): string[] {
  return [
    ...faultsOfAnswer(answer, {
      signed,
      contentType: 'json',
      signatureType: schemeFor(target),
      platformKeys: platformKeysOf(credentials),
      now,
    }),
    ...sealedFaults(answer, credentials),
  ]
}

/** The faults of a callback that no pact can express: its signature, and what is encrypted in it. A plaintext has those of the callback that it came in. */
export function reasonsAgainstMessage(
  message: ProvidedMessage,
  { credentials, now }: Omit<AnswerExpectation, 'target' | 'signed'>,
): string[] {
  const { contents, body = Buffer.from(JSON.stringify(contents)), metadata = {} } = message.carriedBy ?? message
  const callback = { status: 200, headers: Object.entries(metadata), body }
  return [
    ...(isJsonObject(contents) && 'resource' in contents
      ? faultsOfSignature(callback, {
          signatureType: SIGNATURE_TYPE,
          platformKeys: platformKeysOf(credentials),
          now,
        })
      : []),
    ...resourceFaults(contents, credentials),
  ]
}

/** Whether the `resource` of a callback opens with the merchant's APIv3 key. */
function resourceFaults(contents: unknown, { api_v3_key }: CredentialsJson): string[] {
  if (!isJsonObject(contents) || !('resource' in contents)) return []
  return opened(contents.resource, api_v3_key)?.ok ? [] : ['resource does not open with the APIv3 key.']
}

/** Opens an envelope that has all of its members: Java's SDK fails without `associated_data`. */
function opened(sealed: unknown, apiV3Key: string): ReturnType<typeof open> | undefined {
  return isEnvelope(sealed) && sealed.associated_data !== undefined ? open(sealed, apiV3Key) : undefined
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
    const certificate = opened(sealed, api_v3_key)
    if (!certificate?.ok) return [`encrypt_certificate of ${serial_no} does not open with the APIv3 key.`]
    const ours = platform_certificates.find((known) => known.serial_no === serial_no)
    return ours && sameCertificate(ours.certificate, certificate.plaintext)
      ? []
      : [`encrypt_certificate of ${serial_no} is not that certificate.`]
  })
}

function sameCertificate(one: string, other: string): boolean {
  try {
    return new X509Certificate(one).raw.equals(new X509Certificate(other).raw)
  } catch {
    // Not a certificate at all.
    return false
  }
}
