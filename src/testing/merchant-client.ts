import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { systemClock } from '../engine/clock.ts'
import { connectionError } from '../engine/delivery.ts'
import type { WireRequest, WireResponse } from '../engine/http-message.ts'
import type { OperationDescription } from '../engine/operation.ts'
import { type Authorization, formatAuthorization, timestampOf } from '../protocol/authorization.ts'
import { identityIn, type SigningCredentials } from '../protocol/credentials.ts'
import { UsageError } from '../protocol/errors.ts'
import type { SignedRequest } from '../protocol/message.ts'
import { DIAGNOSIS_HEADER } from '../protocol/response-headers.ts'
import { schemeFor } from '../protocol/scheme.ts'
import { signRequest } from '../protocol/sign-request.ts'
import { type ExpectedAnswer, faultsOfAnswer, headerOf, isLeftUnsigned, type PlatformKeys } from './answer-faults.ts'

/** The configuration of a merchant's client, named as `GET /_mock/credentials` names it. */
export interface MerchantCredentials extends SigningCredentials {
  readonly platform_certificates: readonly { readonly serial_no: string; readonly certificate: string }[]
  readonly platform_public_key: { readonly id: string; readonly public_key: string } | null
}

export interface MerchantClientOptions {
  readonly credentials: MerchantCredentials
  /** Carries a request to the mock: `mock.handle`, or a function that puts it on a wire. */
  readonly send: (request: WireRequest) => Promise<WireResponse>
  /** The client's clock, epoch milliseconds. Default: the machine's. */
  readonly now?: () => number
  /** Whether `Content-Type` has to be written as the service writes it, or may be any that says JSON. Default: `exact`. */
  readonly contentType?: NonNullable<ExpectedAnswer['contentType']>
}

/** A request in a merchant's terms. Everything but the target may be left out. */
export interface MerchantRequest {
  /** Default: POST with a body, GET without. */
  readonly method?: string
  /** Path and query, as they go on the wire. */
  readonly target: string
  /** Bytes and text go as they are, anything else as compact JSON. */
  readonly body?: unknown
  /** Override the usual ones; `undefined` leaves one out. Names are case-insensitive. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** The platform key to ask for in `Wechatpay-Serial`: the first certificate, the public key, or any text. */
  readonly wechatpaySerial?: 'certificate' | 'public-key' | (string & {})
  /** Seconds since the epoch. Default: now. */
  readonly timestamp?: string | number
  /** Default: 32 random hex digits. */
  readonly nonce?: string
  /** Values to sign in place of those sent, for a signature that does not fit. */
  readonly signInstead?: Partial<SignedRequest>
  /** The whole header, or some of its parts, in place of the right ones; `undefined` sends none. */
  readonly authorization?: string | undefined | Partial<Authorization>
  /** Whether the answer has to be signed, or must not be. Default: every answer but a 401, an empty 404 or 405, and a file. */
  readonly signed?: boolean
  /** The media type of the file that a success is answered with. Default: a success is JSON. */
  readonly fileType?: string | undefined
}

/** An answer that has passed the checks of {@link createMerchantClient}. */
export interface MerchantAnswer {
  readonly status: number
  /** The JSON body; `undefined` where there is none; the bytes of a file. */
  readonly body: unknown
  /** The body's bytes, which the signature is over. */
  readonly bytes: Uint8Array
  /** In the order and spelling they came in. */
  readonly headers: WireResponse['headers']
  /** The value of a header; its name is case-insensitive. */
  header(name: string): string | undefined
  /** The platform key it is signed with; left out when it is not signed. */
  readonly serialNo?: string
}

/** An operation as far as a caller needs to know it. */
export type Callable = Pick<OperationDescription, 'method' | 'path' | 'fileType'>

export interface MerchantClient {
  readonly credentials: MerchantCredentials
  /** Signs a request, sends it, checks the answer. @throws UntrustedAnswerError; TypeError, as `fetch` does, when a fault loses the answer */
  request(request: MerchantRequest): Promise<MerchantAnswer>
  /**
   * Calls an operation: `input` fills the variables of its path; what is left is the query of GET and DELETE, the JSON body
   * otherwise.
   *
   * @returns status and JSON body only, so that two answers can be compared
   * @throws UntrustedAnswerError; UsageError `MOCK_PATH_VARIABLE` when the path needs a value that `input` has not
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
  /** One sentence for each thing that is wrong. */
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
 * Makes a merchant's client for tests: it signs what it sends and checks what it gets, more strictly than any SDK does.
 *
 * A signed answer has to have a signature that verifies under a platform key of the credentials, a timestamp less than 300 seconds from the
 * client's clock, `Content-Type` and `Content-Length` that fit the body, and a `Request-ID`; an unsigned one no `Wechatpay-*` header but
 * `Wechatpay-Mock-Diagnosis`, which only a 401 and the answers to paths and methods that are not served have.
 *
 * @throws whatever reading the keys throws, when the credentials are not PEM
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

/** The `Request-ID` of answers that show only status and body. */
const requestIds = new WeakMap<object, string>()

/** The `Request-ID` of an answer of a merchant's client, which what `call` returns does not show; `undefined` where it had none. */
export function requestIdOf(answer: object): string | undefined {
  return requestIds.get(answer)
}

function withRequestId<Answer extends object>(answer: Answer, requestId: string | undefined): Answer {
  if (requestId !== undefined) requestIds.set(answer, requestId)
  return answer
}

/** The platform keys that a client with these credentials has. @throws whatever reading a key throws, when it is not PEM */
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

/** The request as it goes on the wire, signed. */
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
    { method, target, timestamp, nonce, body, ...wanted.signInstead },
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

/** The path of an operation with values for its variables, and the values that are left over. */
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

function addressed(
  { method, path }: Callable,
  input: Readonly<Record<string, unknown>>,
): Pick<MerchantRequest, 'method' | 'target' | 'body'> {
  const { path: filled, rest } = fillPath(path, input, (name) => {
    throw new UsageError(
      'MOCK_PATH_VARIABLE',
      { en: `${method} ${path} needs a value for {${name}}.`, zh: `${method} ${path} 缺少 {${name}} 的值，请给出。` },
      { path: `/${name}` },
    )
  })
  if (method !== 'GET' && method !== 'DELETE') return { method, target: filled, body: rest }
  const query = new URLSearchParams(
    Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return { method, target: query.size === 0 ? filled : `${filled}?${query}` }
}

/**
 * A `send` that goes over the global `fetch`, through whatever intercepts it.
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
