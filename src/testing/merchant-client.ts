import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { systemClock } from '../engine/clock.ts'
import { connectionError, type WireRequest, type WireResponse } from '../engine/http-message.ts'
import type { OperationDescription } from '../engine/operation.ts'
import {
  type Authorization,
  formatAuthorization,
  identityIn,
  type SigningCredentials,
  schemeFor,
  timestampOf,
} from '../wire/protocol/authorization.ts'
import { refusalAt } from '../wire/protocol/errors.ts'
import { type SignedRequest, signedTarget } from '../wire/protocol/message.ts'
import { DIAGNOSIS_HEADER } from '../wire/protocol/response-headers.ts'
import { signRequest } from '../wire/protocol/signature.ts'
import { type ExpectedAnswer, faultsOfAnswer, headerOf, isLeftUnsigned, type PlatformKeys } from './answer-faults.ts'

/** Configuration of a merchant's client, with the names of `GET /_mock/credentials`. */
export interface MerchantCredentials extends SigningCredentials {
  readonly platform_certificates: readonly { readonly serial_no: string; readonly certificate: string }[]
  readonly platform_public_key: { readonly id: string; readonly public_key: string } | null
}

export interface MerchantClientOptions {
  readonly credentials: MerchantCredentials
  /** Sends a request to the mock: `mock.handle`, or a function that puts it on a wire. */
  readonly send: (request: WireRequest) => Promise<WireResponse>
  /** The client's clock, epoch milliseconds. Default: the machine's. */
  readonly now?: () => number
  /** Whether `Content-Type` must be written exactly as by the service, or may be any JSON type. Default: `exact`. */
  readonly contentType?: NonNullable<ExpectedAnswer['contentType']>
}

/** A request in a merchant's terms. Everything but the target is optional. */
export interface MerchantRequest {
  /** Default: POST with a body, GET without. */
  readonly method?: string
  /** Path and query, as on the wire. */
  readonly target: string
  /** Bytes and text are sent unchanged, anything else as compact JSON. */
  readonly body?: unknown
  /** Override the usual ones; `undefined` removes one. Names are case-insensitive. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** The platform key to ask for in `Wechatpay-Serial`: the first certificate, the public key, or any text. */
  readonly wechatpaySerial?: 'certificate' | 'public-key' | (string & {})
  /** Seconds since the epoch. Default: now. */
  readonly timestamp?: string | number
  /** Default: 32 random hex digits. */
  readonly nonce?: string
  /** Values to sign in place of those sent, for an invalid signature. */
  readonly signInstead?: Partial<SignedRequest>
  /** The whole header, or some of its parts, in place of the right ones; `undefined` sends none. */
  readonly authorization?: string | undefined | Partial<Authorization>
  /** Whether the answer must be signed, or must not be. Default: every answer but a 401, an empty 404 or 405, and a file. */
  readonly signed?: boolean
  /** Media type of the file that a success is answered with. Default: a success is JSON. */
  readonly fileType?: string | undefined
}

/** An answer that has passed the checks of {@link createMerchantClient}. */
export interface MerchantAnswer {
  readonly status: number
  /** The JSON body, `undefined` if it is empty; or the bytes of a file. */
  readonly body: unknown
  /** The bytes of the body, which the signature covers. */
  readonly bytes: Uint8Array
  /** In their order and spelling on the wire. */
  readonly headers: WireResponse['headers']
  /** The value of a header; its name is case-insensitive. */
  header(name: string): string | undefined
  /** The platform key that signed it; absent on unsigned answers. */
  readonly serialNo?: string
}

/** The parts of an operation that a caller needs. */
export type Callable = Pick<OperationDescription, 'method' | 'path' | 'fileType'>

export interface MerchantClient {
  readonly credentials: MerchantCredentials
  /** Signs a request, sends it, and checks the answer. @throws UntrustedAnswerError; TypeError, like `fetch`, if a fault loses the answer */
  request(request: MerchantRequest): Promise<MerchantAnswer>
  /**
   * Calls an operation: `input` fills the variables of its path; the rest is the query of GET and DELETE, the JSON body otherwise.
   *
   * @returns only status and JSON body, so that two answers can be compared
   * @throws UntrustedAnswerError; UsageError `MOCK_PATH_VARIABLE` if `input` lacks a value for the path
   */
  call(
    operation: Callable,
    input?: Readonly<Record<string, unknown>>,
    more?: Omit<MerchantRequest, 'target' | 'body' | 'method'>,
  ): Promise<Pick<MerchantAnswer, 'status' | 'body'>>
}

/** An answer that a merchant must not act on: its signature, timestamp or headers are wrong. */
export class UntrustedAnswerError extends Error {
  override readonly name = 'UntrustedAnswerError'
  /** One sentence for each fault. */
  readonly faults: readonly string[]
  readonly answer: WireResponse

  constructor(faults: readonly string[], answer: WireResponse) {
    super(
      `The answer ${answer.status} cannot be trusted: ${faults.join(' ')}\n${Buffer.from(answer.body).toString('utf8')}${diagnosisOf(answer)}`,
    )
    this.faults = faults
    this.answer = answer
  }
}

function diagnosisOf(answer: WireResponse): string {
  const diagnosis = headerOf(answer, DIAGNOSIS_HEADER)
  return diagnosis === undefined ? '' : `\nWhy the request was refused: ${diagnosis} (the mock's journal says more)`
}

/**
 * Creates a merchant's client for tests: it signs what it sends and checks what it receives, more strictly than any SDK does.
 *
 * A signed answer must have a signature that verifies under a platform key of the credentials, a timestamp less than 300 seconds from the client's
 * clock, `Content-Type` and `Content-Length` that fit the body, and a `Request-ID`; an unsigned one must not have a `Wechatpay-*` header but
 * `Wechatpay-Mock-Diagnosis`, which only a 401 and the answers to unknown paths and methods have.
 *
 * @throws an error from reading the keys if the credentials are not PEM
 */
export function createMerchantClient({
  credentials,
  send,
  now = systemClock.now,
  contentType = 'exact',
}: MerchantClientOptions): MerchantClient {
  const privateKey = createPrivateKey(credentials.merchant_private_key)
  const platformKeys = platformKeysOf(credentials)

  const request = async (wanted: MerchantRequest): Promise<MerchantAnswer> => {
    const answer = await send(await sealed(wanted, credentials, privateKey, now()))
    const { delivery } = answer
    if (delivery && delivery.kind !== 'slow_drip') throw connectionError(delivery.kind)
    const fileType = answer.status === 200 ? wanted.fileType : undefined
    const faults = faultsOfAnswer(answer, {
      signed: wanted.signed ?? (fileType === undefined && !isLeftUnsigned(answer)),
      contentType,
      fileType,
      signatureType: schemeFor(wanted.target),
      platformKeys,
      now: now(),
    })
    if (faults.length > 0)
      throw new UntrustedAnswerError(
        faults.map(({ en }) => en),
        answer,
      )
    const header = (name: string) => headerOf(answer, name)
    const serialNo = header('Wechatpay-Serial')
    const answered: MerchantAnswer = {
      status: answer.status,
      body: fileType === undefined ? jsonIn(answer.body) : answer.body,
      bytes: answer.body,
      headers: answer.headers,
      header,
      ...(serialNo !== undefined && { serialNo }),
    }
    return withRequestId(answered, header('Request-ID'))
  }

  return {
    credentials,
    request,
    async call(operation, input = {}, more = {}) {
      const { status, body, header } = await request({
        ...more,
        ...addressed(operation, input),
        fileType: operation.fileType,
      })
      return withRequestId({ status, body }, header('Request-ID'))
    },
  }
}

function jsonIn(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'))
}

/** The `Request-ID` of answers that only show status and body. */
const requestIds = new WeakMap<object, string>()

/** The `Request-ID` of an answer of a merchant's client, which the result of `call` does not show; `undefined` if it did not have one. */
export function requestIdOf(answer: object): string | undefined {
  return requestIds.get(answer)
}

function withRequestId<Answer extends object>(answer: Answer, requestId: string | undefined): Answer {
  if (requestId !== undefined) requestIds.set(answer, requestId)
  return answer
}

/** The platform keys of a client with these credentials. @throws an error from reading a key that is not PEM */
export function platformKeysOf(
  credentials: Pick<MerchantCredentials, 'platform_certificates' | 'platform_public_key'>,
): PlatformKeys {
  const keys = new Map<string, KeyObject>()
  for (const { serial_no, certificate } of credentials.platform_certificates) {
    keys.set(serial_no, new X509Certificate(certificate).publicKey)
  }
  const { platform_public_key: publicKey } = credentials
  if (publicKey) keys.set(publicKey.id, createPublicKey(publicKey.public_key))
  return keys
}

/** The signed request as on the wire. */
async function sealed(
  wanted: MerchantRequest,
  credentials: MerchantCredentials,
  privateKey: KeyObject,
  now: number,
): Promise<WireRequest> {
  const { target, wechatpaySerial } = wanted
  const body = bytesOf(wanted.body)
  const method = wanted.method ?? (wanted.body === undefined ? 'GET' : 'POST')
  const timestamp = String(wanted.timestamp ?? timestampOf(now))
  const nonce = wanted.nonce ?? randomBytes(16).toString('hex')
  const scheme = schemeFor(target)
  const signed = await signRequest(
    { method, target: signedTarget(target), timestamp, nonce, body, ...wanted.signInstead },
    {
      scheme,
      identity: identityIn(credentials, scheme),
      serialNo: credentials.merchant_serial_no,
      privateKey,
    },
  )
  const { authorization = {} } = wanted
  const headers: Record<string, string | undefined> = {
    accept: 'application/json',
    'user-agent': 'wechatpay-mock-merchant/1',
    ...(wanted.body !== undefined && { 'content-type': 'application/json' }),
    ...(wechatpaySerial !== undefined && { 'wechatpay-serial': serialOf(wechatpaySerial, credentials) }),
    authorization:
      'authorization' in wanted && wanted.authorization === undefined
        ? undefined
        : typeof authorization === 'string'
          ? authorization
          : formatAuthorization({ ...signed, nonce, timestamp, ...authorization }),
  }
  for (const [name, value] of Object.entries(wanted.headers ?? {})) headers[name.toLowerCase()] = value
  return {
    method,
    target,
    headers: Object.fromEntries(
      Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
    ),
    body,
  }
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array(0)
  if (body instanceof Uint8Array) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function serialOf(wanted: string, credentials: MerchantCredentials): string {
  if (wanted === 'certificate') return credentials.platform_certificates[0]?.serial_no ?? ''
  if (wanted === 'public-key') return credentials.platform_public_key?.id ?? ''
  return wanted
}

/** The path of an operation with its variables filled in, and the unused values. */
export function fillPath(
  template: string,
  values: Readonly<Record<string, unknown>>,
  onMissing: (name: string) => never,
): { readonly path: string; readonly rest: Readonly<Record<string, unknown>> } {
  const rest = { ...values }
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name]
    if (value === undefined) onMissing(name)
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  return { path, rest }
}

/** The request of an operation: `input` as {@link MerchantClient.call} takes it. @throws UsageError `MOCK_PATH_VARIABLE` @internal */
export function addressed(
  { method, path }: Callable,
  input: Readonly<Record<string, unknown>>,
): Pick<MerchantRequest, 'method' | 'target' | 'body'> {
  const { path: filled, rest } = fillPath(path, input, (name) => {
    throw refusalAt(`/${name}`, 'MOCK_PATH_VARIABLE', {
      en: `${method} ${path} needs a value for {${name}}.`,
      zh: `${method} ${path} 缺少 {${name}} 的值，请给出。`,
    })
  })
  if (method !== 'GET' && method !== 'DELETE') return { method, target: filled, body: rest }
  const query = new URLSearchParams(
    Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return { method, target: query.size === 0 ? filled : `${filled}?${query}` }
}

/**
 * A `send` that uses the global `fetch`, including any interception.
 *
 * @param origin scheme, host and port, e.g. `https://api.mch.weixin.qq.com`
 */
export function sendWithFetch(origin: string): MerchantClientOptions['send'] {
  return async ({ method, target, headers, body }) => {
    const response = await fetch(origin + target, {
      method,
      headers,
      ...(body.length > 0 && { body: Uint8Array.from(body) }),
    })
    return {
      status: response.status,
      headers: [...response.headers],
      body: new Uint8Array(await response.arrayBuffer()),
    }
  }
}
