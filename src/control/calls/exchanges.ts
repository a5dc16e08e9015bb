import { createPrivateKey } from 'node:crypto'
import { z } from 'zod'
import { wasNotLetIn } from '../../engine/exchange/authentication-checks.ts'
import type { WireRequest } from '../../engine/http-message.ts'
import type { IdSource } from '../../engine/ids.ts'
import { type Exchange, KEPT_BODY_BYTES } from '../../engine/journal/journal.ts'
import type { Merchant } from '../../engine/keys/merchants.ts'
import { misfitText } from '../../engine/misfit-texts.ts'
import type { Mock } from '../../engine/mock.ts'
import type { SampleCall } from '../../engine/product.ts'
import { signatureTime } from '../../engine/settings.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import {
  formatAuthorization,
  isBrand,
  SIGNATURE_TYPE,
  schemeFor,
  timestampOf,
} from '../../wire/protocol/authorization.ts'
import { refusalAt, type UsageError } from '../../wire/protocol/errors.ts'
import { parseJsonObject } from '../../wire/protocol/json-object.ts'
import { headersToRepeat, signedBody, signedTarget } from '../../wire/protocol/message.ts'
import { signRequest } from '../../wire/protocol/signature.ts'
import { curlLine, quotedOnOneLine as quoted, quotedBytes, wordOf } from '../../wire/shared/shell.ts'
import { type CallContext, type ClientAddress, defineCall } from '../call.ts'
import { describeExchange } from '../describe-exchange.ts'
import { REQUEST_NO } from '../formats/exchange-summary.ts'
import { exchangeParams, exchangeRefusals, namedExchange, oneExchangeJson } from './journal.ts'
import { privateKeyOf, registeredMerchant } from './merchants.ts'

/** Header fields that curl adds on its own if a request lacks them. */
function ownFields(body: Uint8Array): readonly string[] {
  return ['accept', 'user-agent', ...(body.length > 0 ? ['content-type'] : [])]
}

/** A header field in curl's syntax: an empty one needs a semicolon, or curl removes the field. */
function fieldOf(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`
}

/** Quotes text of the head, in which each character stands for one byte; callers in the same process may pass other characters. */
function quotedHead(text: string): string {
  return /^[\0-\xff]*$/.test(text) ? quotedBytes(Buffer.from(text, 'latin1')) : quoted(text)
}

/** A command for bash and zsh that sends the request byte for byte. */
function curlCommand({ method, target, headers, body }: WireRequest, baseUrl: string): string {
  const text = wordOf(body)
  const fields = headersToRepeat(headers)
  // With `--request HEAD` curl would wait for a body.
  const how = method === 'HEAD' && body.length === 0 ? '--head' : `-X ${quotedHead(method)}`
  const options = ['-sS -i --globoff --path-as-is', how]
  // curl would drop a # and the rest as a fragment, encode non-ASCII characters, and refuse a space; here they are part of the target.
  const apart = /[^!"$-~]/.test(target)
  if (apart) options.push(`--request-target ${quotedHead(target)}`)
  const command = curlLine(options, quotedHead(apart ? baseUrl : baseUrl + target), [
    ...Object.entries(fields).map(([name, value]) => `-H ${quotedHead(fieldOf(name, value))}`),
    ...ownFields(body).flatMap((name) => (fields[name] === undefined ? [`-H ${quoted(`${name}:`)}`] : [])),
    ...(body.length === 0 ? [] : text === undefined ? ['--data-binary @-'] : [`--data-raw ${quoted(text)}`]),
  ])
  return text === undefined
    ? `printf %s ${quoted(Buffer.from(body).toString('base64'))} | base64 --decode | ${command}`
    : command
}

/** A JSON member with a text value: everything up to the value, and the name. */
const TEXT_MEMBER = /("(\w+)"\s*:\s*)"(?:[^"\\]|\\.)*"/g

/** A copy of a request with new request numbers of the shop, so that it does not repeat the earlier one. The rest of the body is unchanged. */
function withNewRequestNumber(request: WireRequest, ids: IdSource): WireRequest {
  if (!parseJsonObject(request.body)) return request
  const body = Buffer.from(request.body)
    .toString('utf8')
    .replaceAll(TEXT_MEMBER, (member, start: string, name: string) =>
      REQUEST_NO.test(name) ? `${start}"R${ids.digits(20)}"` : member,
    )
  return { ...request, body: Buffer.from(body) }
}

export function requestOf({ method, path, body }: SampleCall): WireRequest {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  return { method, target: path, headers, body: Buffer.from(body ?? '') }
}

/** A call for people to try first: that of the first product that currently has one. */
export function sampleCall(mock: Mock): Promise<SampleCall> {
  const surroundings = { mchid: mock.defaultMerchant.mchid, now: mock.clock.now(), settings: mock.settings }
  return mock.store.transaction(async (tx): Promise<SampleCall> => {
    for (const product of mock.products) {
      const sample = await product.sampleCall?.(tx, surroundings)
      if (sample) return sample
    }
    return { method: 'GET', path: mock.operations.find(({ method }) => method === 'GET')?.path ?? '/' }
  })
}

/** Signs a request again, at the current time of the clock that judges signatures. */
export async function signAfresh(
  mock: Mock,
  merchant: Merchant,
  { method, target, headers, body }: WireRequest,
): Promise<WireRequest> {
  const { mchid, brandId, serialNo } = merchant
  const timestamp = timestampOf(signatureTime(mock.clock, mock.settings))
  const nonce = mock.ids.nonce()
  // A merchant without a brand can only sign with its own scheme.
  const scheme = brandId === undefined ? SIGNATURE_TYPE : schemeFor(target)
  const authorization = await signRequest(
    { method, target: signedTarget(target), timestamp, nonce, body: signedBody(headers['content-type'], body) },
    {
      scheme,
      identity: brandId !== undefined && isBrand(scheme) ? brandId : mchid,
      serialNo,
      privateKey: createPrivateKey(privateKeyOf(merchant)),
    },
  )
  return {
    method,
    target,
    // Fields that WeChat Pay requires of every request; recorded ones take precedence.
    headers: {
      accept: 'application/json',
      'user-agent': 'wechatpay-mock',
      ...headersToRepeat(headers),
      authorization: formatAuthorization(authorization),
    },
    body,
  }
}

const REPEAT_REFUSALS = {
  MOCK_EXCHANGE_CALLBACK: 'it is a try to deliver a callback, and no call',
  MOCK_EXCHANGE_CUT: 'its body is longer than the journal keeps',
} as const

/** Maximum length of a target, in characters. */
const MOST_TARGET = 8_192

function withBody(request: WireRequest, body: string): WireRequest {
  const { 'content-type': type = 'application/json', ...headers } = request.headers
  return {
    ...request,
    headers: { ...headers, ...(body !== '' && { 'content-type': type }) },
    body: Buffer.from(body),
  }
}

const curlJson = z.strictObject({ command: z.string().describe('for bash and zsh') }).meta({ id: 'CurlCommand' })

const UNAUTHENTICATED = {
  MOCK_EXCHANGE_UNAUTHENTICATED: {
    status: 409,
    when: 'the call was refused as unauthenticated, and unauthenticated=sign is not given',
  },
} as const

const replayQuery = z.strictObject({
  unauthenticated: z.literal('sign').optional().describe('sign the call even though it was refused as unauthenticated'),
  request_no: z
    .literal('new')
    .optional()
    .describe(
      'give the call another number of its own, so that it is no repeat of the earlier one; as it was if left out',
    ),
})

export const replayExchange = defineCall({
  summary: 'Send a call once more, signed afresh for who sent it; answers with the new exchange',
  params: exchangeParams,
  query: replayQuery,
  bodyOptional: true,
  body: z.strictObject({}),
  status: 201,
  answer: oneExchangeJson,
  refusals: { ...exchangeRefusals, ...REPEAT_REFUSALS, ...UNAUTHENTICATED },
  handle: ({ params: { id }, query }, context) => sendAgain(id, query, context),
})

const callChange = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    target: z
      .string()
      .max(MOST_TARGET)
      .regex(
        /^\/[!-~]*$/,
        misfitText({
          en: 'a path and its query are needed, escaped, such as /v3/certificates',
          zh: '应为转义后的路径和查询串，如 /v3/certificates',
        }),
      )
      .describe('path and query, escaped'),
    body: z.string().describe('as it is sent and signed; empty for none'),
    mchid: mchid.describe('the merchant to sign for'),
    ...replayQuery.shape,
  })
  .partial()
  .meta({ id: 'CallChange', description: 'how a call is sent once more: what is left out stays as it was' })

export const sendCall = defineCall({
  summary:
    'Send a call of the journal once more, changed, and signed afresh for who sent it or another merchant; answers with the new exchange',
  params: exchangeParams,
  body: callChange,
  status: 201,
  answer: oneExchangeJson,
  refusals: {
    ...exchangeRefusals,
    ...REPEAT_REFUSALS,
    ...UNAUTHENTICATED,
    MOCK_MERCHANT_UNKNOWN: 'there is no merchant with the number given',
  },
  handle: ({ params: { id }, body }, context) => sendAgain(id, body, context),
})

async function sendAgain(
  id: string,
  { unauthenticated, request_no, method, target, body, mchid }: z.output<typeof callChange>,
  { mock, language }: CallContext,
) {
  const exchange = await namedExchange(mock, id)
  const { request, merchant } = repeatable(mock, exchange, body)
  // Anybody may have sent it; signing it afresh would turn it into the merchant's call.
  if (unauthenticated !== 'sign' && wasNotLetIn(exchange)) throw unauthenticatedCall(exchange, merchant)
  const changed = { ...request, ...(method && { method }), ...(target !== undefined && { target }) }
  const wanted = request_no === 'new' ? withNewRequestNumber(changed, mock.ids) : changed
  const signer = mchid === undefined ? merchant : registeredMerchant(mock, mchid, '/mchid')
  const signed = await signAfresh(mock, signer, wanted)
  const made: Exchange[] = []
  const stop = mock.journal.subscribe((one) => {
    if (one.request === signed) made.push(one)
  })
  await mock.handle(signed).finally(stop)
  const [repeat] = made
  if (!repeat) throw new Error('The journal did not hear of the call')
  return describeExchange(repeat, mock.tables, language)
}

export const signatureQuery = z.strictObject({
  signature: z.enum(['afresh', 'as_sent']).optional().describe('afresh if left out'),
})

export const exchangeCurl = defineCall({
  summary: 'A call as a curl command, signed afresh for five minutes or as it was sent',
  params: exchangeParams,
  query: signatureQuery,
  answer: curlJson,
  refusals: { ...exchangeRefusals, ...REPEAT_REFUSALS },
  async handle({ params: { id }, query: { signature } }, { mock, address: { baseUrl } }) {
    return { command: await commandOf(mock, await namedExchange(mock, id), { signature, baseUrl }) }
  },
})

/** A call as a curl command. @throws UsageError `MOCK_EXCHANGE_CALLBACK`, `MOCK_EXCHANGE_CUT` */
export async function commandOf(
  mock: Mock,
  exchange: Exchange,
  {
    signature = 'afresh',
    baseUrl,
  }: z.output<typeof signatureQuery> & {
    readonly baseUrl: string
  },
): Promise<string> {
  const { request, merchant } = repeatable(mock, exchange)
  return curlCommand(signature === 'as_sent' ? request : await signAfresh(mock, merchant, request), baseUrl)
}

export const sampleCurl = defineCall({
  summary: 'A first call to try, signed for the well-known merchant, as a curl command that works for five minutes',
  answer: curlJson,
  handle: async (_, { mock, address }) => ({ command: await sampleCommand(mock, address) }),
})

async function sampleCommand(mock: Mock, { baseUrl }: ClientAddress): Promise<string> {
  const request = requestOf(await sampleCall(mock))
  return curlCommand(await signAfresh(mock, mock.defaultMerchant, request), baseUrl)
}

function unauthenticatedCall({ id }: Exchange, { mchid }: Merchant): UsageError {
  return refusalAt('/path/id', 'MOCK_EXCHANGE_UNAUTHENTICATED', {
    en: `${id} failed authentication, so anyone could have sent it, and a replay would be signed as merchant ${mchid}. If the call is yours, replay it with ?unauthenticated=sign ({ unauthenticated: 'sign' }).`,
    zh: `${id} 未通过验签，可能由任何人发出，而重放会以商户 ${mchid} 的身份签名。如果是您发出的，请加上 ?unauthenticated=sign（{ unauthenticated: 'sign' }）再重放。`,
  })
}

export function isCut({ request }: Exchange): boolean {
  return request.body.length >= KEPT_BODY_BYTES
}

export function cutBody({ id }: Exchange): UsageError {
  return refusalAt('/path/id', 'MOCK_EXCHANGE_CUT', {
    en: `The journal keeps ${KEPT_BODY_BYTES} bytes of a body, and ${id} has more: send it again.`,
    zh: `请求记录只保留报文主体的前 ${KEPT_BODY_BYTES} 字节，而 ${id} 更长：请重新发送。`,
  })
}

/**
 * The request of an exchange and the merchant who signs the repeat: the one that the request claims to be from, else the well-known one.
 *
 * @param body in place of its own
 */
export function repeatable(
  mock: Mock,
  exchange: Exchange,
  body?: string,
): { readonly request: WireRequest; readonly merchant: Merchant } {
  const { id, callback, request, mchid } = exchange
  if (callback) {
    throw refusalAt('/path/id', 'MOCK_EXCHANGE_CALLBACK', {
      en: `${id} is a try to deliver a callback: repeat it with POST /_mock/notifications {"id":"${callback.id}"}.`,
      zh: `${id} 是一次回调的发送，重新发送请用 POST /_mock/notifications {"id":"${callback.id}"}。`,
    })
  }
  if (body === undefined && isCut(exchange)) throw cutBody(exchange)
  const merchant = mchid === undefined ? undefined : mock.merchants.find(mchid)
  return { request: body === undefined ? request : withBody(request, body), merchant: merchant ?? mock.defaultMerchant }
}
