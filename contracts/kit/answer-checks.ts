import { X509Certificate } from 'node:crypto'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import { faultsOfAnswer, faultsOfSignature, headerOf } from '../../src/testing/answer-faults.ts'
import { platformKeysOf } from '../../src/testing/merchant-client.ts'
import { SIGNATURE_TYPE, schemeFor } from '../../src/wire/protocol/authorization.ts'
import { isEnvelope, open } from '../../src/wire/protocol/envelope.ts'
import { isJsonObject, parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import { shortened, type Texts } from '../../src/wire/shared/texts.ts'
import { faultsOfEnvelope } from './callback-checks.ts'
import { RESOURCE_SEALED_WRONGLY } from './delivered-callback.ts'
import type { ProvidedMessage } from './messages.ts'
import { answerInShort } from './provider-answer.ts'

export interface AnswerExpectation {
  /** Path and query of the request. */
  readonly target: string
  /** Credentials of the merchant that the answer is for. */
  readonly credentials: CredentialsJson
  /** Whether it must be signed, or must not be. */
  readonly signed: boolean
  /** The clock to compare its timestamp with, epoch milliseconds. */
  readonly now: number
}

/**
 * The faults of an answer that no pact can express: signature, key, timestamp, certificates that do not open. One sentence each; empty if a client
 * may act on the answer. Spelling of header fields makes no difference to a client, so it is not a fault here.
 */
export function reasonsAgainst(answer: WireResponse, { target, credentials, signed, now }: AnswerExpectation): Texts[] {
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

/**
 * Why an answer is not that of the same request made before, which no pact can express either: a repeat changes nothing, so it is about the same
 * order, transfer or refund, which came about when it did.
 */
export function reasonsOfRepeat(earlier: WireResponse, answer: WireResponse): Texts[] {
  if (earlier.status >= 300) {
    const { status, code } = answerInShort(earlier)
    const given = code === undefined ? `${status}` : `${status} ${code}`
    return [
      {
        en: `The same request was not taken before: it was answered with ${given}.`,
        zh: `之前的同一请求没有被接受，应答为 ${given}。`,
      },
    ]
  }
  const [before, now] = [earlier, answer].map(({ body }) => parseJsonObject(body) ?? {})
  return Object.entries(before ?? {}).flatMap(([name, value]) => {
    const other = now?.[name]
    if (!OF_THE_FIRST.test(name) || typeof other !== 'string' || other === value) return []
    return [
      {
        en: `The same request made again has another ${name}: ${value} at first, then ${shortened(other, 100)}.`,
        zh: `再次发出同一请求，${name} 却不同：先是 ${value}，后是 ${shortened(other, 100)}。`,
      },
    ]
  })
}

/** Members that identify what a call made, and when. A `prepay_id` is made anew each time. */
const OF_THE_FIRST = /^(?!prepay_).+_(?:no|id)$|^(?:create|wechatpay_\w+)_time$/

/** Header fields that WeChat Pay makes anew for whatever it sends: clients tell exchanges apart by them, and may refuse a nonce that they have seen. */
const MADE_ANEW = ['Request-ID', 'Wechatpay-Nonce'] as const

/** Notes what no two answers or callbacks may have in common, and tells what of it an earlier one had. */
export function freshnessCheck(): (sent: Pick<WireResponse, 'headers'>) => Texts[] {
  const seen = new Set<string>()
  return (sent) =>
    MADE_ANEW.flatMap((name) => {
      const value = headerOf(sent, name)
      const field = `${name}: ${value}`
      if (value === undefined || !seen.has(field)) {
        seen.add(field)
        return []
      }
      return [
        {
          en: `${name} is ${value} again, which an earlier answer or callback had.`,
          zh: `${name} 又是 ${value}，与之前的应答或回调相同。`,
        },
      ]
    })
}

/** The faults of a callback that no pact can express: its signature and its encrypted content. A plaintext has those of its callback. */
export function reasonsAgainstMessage(
  message: ProvidedMessage,
  { credentials, now }: Omit<AnswerExpectation, 'target' | 'signed'>,
): Texts[] {
  const { contents, body = Buffer.from(JSON.stringify(contents)), metadata = {}, event } = message.carriedBy ?? message
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
    ...(event && isJsonObject(contents) ? faultsOfEnvelope(contents, event) : []),
  ]
}

/** Whether the `resource` of a callback opens with the merchant's APIv3 key. */
function resourceFaults(contents: unknown, { api_v3_key }: CredentialsJson): Texts[] {
  if (!isJsonObject(contents) || !('resource' in contents)) return []
  return opened(contents.resource, api_v3_key)?.ok ? [] : [RESOURCE_SEALED_WRONGLY]
}

/** Opens an envelope with all of its members: Java's SDK fails without `associated_data`. */
function opened(sealed: unknown, apiV3Key: string): ReturnType<typeof open> | undefined {
  return isEnvelope(sealed) && sealed.associated_data !== undefined ? open(sealed, apiV3Key) : undefined
}

/** Whether every `encrypt_certificate` opens with the merchant's APIv3 key, and is the certificate with that serial. */
function sealedFaults(answer: WireResponse, { api_v3_key, platform_certificates }: CredentialsJson): Texts[] {
  if (!Buffer.from(answer.body).includes('"encrypt_certificate"')) return []
  const data = parseJsonObject(answer.body)?.data
  if (!Array.isArray(data)) return [{ en: 'data is no list of certificates.', zh: 'data 不是证书列表。' }]
  return data.flatMap((one: unknown): Texts[] => {
    const { serial_no, encrypt_certificate: sealed } = isJsonObject(one) ? one : {}
    const certificate = opened(sealed, api_v3_key)
    if (!certificate?.ok) {
      return [
        {
          en: `encrypt_certificate of ${serial_no} does not open with the APIv3 key.`,
          zh: `${serial_no} 的 encrypt_certificate 无法用 APIv3密钥解密。`,
        },
      ]
    }
    const ours = platform_certificates.find((known) => known.serial_no === serial_no)
    // The next one appears a day before it is used.
    const shown = certificateIn(certificate.plaintext)
    const isRight = ours
      ? shown?.raw.equals(new X509Certificate(ours.certificate).raw)
      : shown?.serialNumber.toUpperCase() === serial_no
    if (isRight) return []
    return [
      {
        en: `encrypt_certificate of ${serial_no} is not that certificate.`,
        zh: `${serial_no} 的 encrypt_certificate 不是该证书。`,
      },
    ]
  })
}

function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text)
  } catch {
    // Not a certificate at all.
    return undefined
  }
}
