import { z } from 'zod'
import type { WireRequest, WireResponse } from '../../engine/http-message.ts'
import { type Exchange, KEPT_BODY_BYTES } from '../../engine/journal/journal.ts'
import { STATUS_CODES } from '../../wire/shared/node-version.ts'
import { oneLine } from '../../wire/shared/shell.ts'
import type { Language, Texts } from '../../wire/shared/texts.ts'
import { bodyJson } from '../describe-exchange.ts'
import { VERSION } from '../package-files.ts'
import { describeHead } from './exchange-summary.ts'

/** HAR 1.2. Custom members begin with an underscore, as it requires. */

const pairJson = z.strictObject({ name: z.string(), value: z.string() })
const bytes = z.int().min(-1).describe('bytes; -1 where they are not known')
const message = { httpVersion: z.string(), cookies: z.array(pairJson), headers: z.array(pairJson), headersSize: bytes }

const entryJson = z.strictObject({
  startedDateTime: z.string().describe("on the mock's clock"),
  time: z.number().min(0).describe("milliseconds on the machine's clock"),
  request: z.strictObject({
    method: z.string(),
    url: z.string(),
    ...message,
    queryString: z.array(pairJson),
    postData: z
      .strictObject({ mimeType: z.string(), text: z.string(), _encoding: z.literal('base64').optional() })
      .optional(),
    bodySize: bytes,
  }),
  response: z.strictObject({
    status: z.int().describe('0 where there was no answer'),
    statusText: z.string(),
    ...message,
    content: z.strictObject({
      size: z.int().min(0),
      mimeType: z.string(),
      text: z.string().optional(),
      encoding: z.literal('base64').optional(),
    }),
    redirectURL: z.string(),
    bodySize: bytes,
    _delivery: z
      .string()
      .optional()
      .describe('how a planned fault let it arrive: not at all, in half, or byte by byte'),
  }),
  cache: z.strictObject({}),
  timings: z.strictObject({ send: z.number(), wait: z.number(), receive: z.number() }),
  comment: z.string().optional().describe('what the wire does not say'),
  _id: z.string().describe('the Request-ID without the code behind the dash'),
  _operation: z.string().optional(),
  _callback: z
    .strictObject({ id: z.string(), event_type: z.string(), attempt: z.int() })
    .optional()
    .describe('set for a try to deliver a callback, which the mock sent'),
})

export const harJson = z
  .strictObject({
    log: z.strictObject({
      version: z.literal('1.2'),
      creator: z.strictObject({ name: z.string(), version: z.string() }),
      entries: z.array(entryJson).describe('the oldest first'),
    }),
  })
  .meta({ id: 'Har', description: 'calls and tries to deliver callbacks as an HTTP archive, HAR 1.2' })

type HarJson = z.output<typeof harJson>
type HarEntry = z.output<typeof entryJson>

export function harOf(entries: HarEntry[]): HarJson {
  return { log: { version: '1.2', creator: { name: 'wechatpay-mock', version: VERSION }, entries } }
}

/**
 * An exchange as an entry of an HTTP archive.
 *
 * @param baseUrl address that calls were made to
 * @param language of its comment
 */
export function harEntry(exchange: Exchange, baseUrl: string, language: Language): HarEntry {
  const { request, response, remarks } = exchange
  const { id, time, duration_ms, operation, callback } = describeHead(exchange)
  const comment = [...remarks.map(({ text }) => text[language]), ...(isCut(exchange) ? [CUT[language]] : [])]
  return {
    startedDateTime: time,
    time: duration_ms,
    request: describeRequest(request, callback ? request.target : urlOf(request.target, baseUrl)),
    response: response ? describeResponse(response) : NO_RESPONSE,
    cache: {},
    timings: { send: 0, wait: duration_ms, receive: 0 },
    comment: comment.length > 0 ? comment.map(oneLine).join(' ') : undefined,
    _id: id,
    _operation: operation,
    _callback: callback,
  }
}

/** The journal records neither cookies nor the size of the head. */
const MESSAGE = { httpVersion: 'HTTP/1.1', cookies: [], headersSize: -1 }

/** Response written by other tools for a request without an answer. */
const NO_RESPONSE: HarEntry['response'] = {
  ...MESSAGE,
  status: 0,
  statusText: '',
  headers: [],
  content: { size: 0, mimeType: 'x-unknown' },
  redirectURL: '',
  bodySize: -1,
}

const CUT: Texts = {
  en: `Only the first ${KEPT_BODY_BYTES} bytes of a body are kept.`,
  zh: `报文主体只保留前 ${KEPT_BODY_BYTES} 字节。`,
}

function isCut({ request, response }: Exchange): boolean {
  return [request, response].some((one) => one !== undefined && one.body.length >= KEPT_BODY_BYTES)
}

function describeRequest({ method, target, headers, body }: WireRequest, url: string): HarEntry['request'] {
  const pairs = Object.entries(headers).map(([name, value]) => ({ name, value }))
  const { text, base64 } = textOrBase64(body)
  return {
    ...MESSAGE,
    method,
    url,
    headers: pairs,
    queryString: queryOf(target),
    postData:
      body.length > 0
        ? { mimeType: typeIn(pairs), ...(base64 === undefined ? { text } : { text: base64, _encoding: 'base64' }) }
        : undefined,
    bodySize: body.length,
  }
}

function describeResponse({ status, headers, body, delivery }: WireResponse): HarEntry['response'] {
  const pairs = headers.map(([name, value]) => ({ name, value }))
  const { text, base64 } = textOrBase64(body)
  return {
    ...MESSAGE,
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: pairs,
    content: {
      size: body.length,
      mimeType: typeIn(pairs),
      ...(base64 === undefined ? { text } : { text: base64, encoding: 'base64' }),
    },
    redirectURL: '',
    bodySize: body.length,
    _delivery: delivery?.kind,
  }
}

function typeIn(headers: readonly { readonly name: string; readonly value: string }[]): string {
  return headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? 'application/octet-stream'
}

function textOrBase64(body: Uint8Array): { readonly text: string; readonly base64?: string } {
  const json = bodyJson(body)
  return typeof json === 'string' ? { text: json } : { text: '', base64: json.base64 }
}

/** Characters that cannot stand unescaped in an address; a `#` would cut the target off. */
const NOT_OF_ADDRESSES = /[^\w\-.~:/?@!$&'()*+,;=%[\]]|%(?![\da-f]{2})/giu

/** The full address of a call. Clients may send targets that are not valid in an address; the invalid characters are then encoded. */
function urlOf(target: string, baseUrl: string): string {
  const between = target.startsWith('/') ? '' : '/'
  return baseUrl + between + target.replaceAll(NOT_OF_ADDRESSES, (character) => percentEncoded(character))
}

function percentEncoded(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

function queryOf(target: string): HarEntry['request']['queryString'] {
  const query = target.indexOf('?')
  if (query === -1) return []
  return [...new URLSearchParams(target.slice(query))].map(([name, value]) => ({ name, value }))
}
