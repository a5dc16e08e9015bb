import type { ExchangeJson } from '../products/json.ts'
import { parseJson } from '../protocol/json-object.ts'
import { requestHeaders, textLike } from './matchers.ts'

/** The parts of a request that go into a contract. */
export interface RequestTemplate {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, readonly string[]>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: PactBody | undefined
}

/** A body of a pact of specification 4. */
export interface PactBody {
  readonly content: unknown
  readonly contentType: string
  readonly encoded: false | 'base64'
}

/** The request as the client sent it, without one-time values. @param signed whether its signature was correct */
export function requestTemplate(
  { method, target, headers, body }: ExchangeJson['request'],
  signed: boolean,
): RequestTemplate {
  const [path = target, query = ''] = target.split('?', 2)
  return {
    method,
    path,
    query: queryIn(query),
    headers: headersOf(headers, signed),
    body: bodyOf(body, headers['content-type']),
  }
}

function queryIn(query: string): Record<string, string[]> {
  const parameters = new URLSearchParams(query)
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]))
}

function headersOf(sent: Readonly<Record<string, string>>, signed: boolean): Record<string, unknown> {
  const { Authorization, 'Content-Type': contentType } = requestHeaders(true)
  const { accept, authorization, 'content-type': type, 'user-agent': agent, 'wechatpay-serial': serial } = sent
  return {
    ...(accept && { Accept: accept }),
    ...(signed && fits(Authorization, authorization) && { Authorization }),
    ...(type && { 'Content-Type': fits(contentType, type) ? { ...Object(contentType), value: type } : type }),
    // Including the version would change the contract with every update.
    ...(agent && { 'User-Agent': textLike('^.+$', agent.split('/', 1).join('') || 'client') }),
    ...(serial && { 'Wechatpay-Serial': serial }),
  }
}

function fits(matcher: unknown, text: string | undefined): boolean {
  const regex = typeof matcher === 'object' && matcher !== null && 'regex' in matcher ? String(matcher.regex) : '^$'
  return text !== undefined && new RegExp(regex).test(text)
}

function bodyOf(body: ExchangeJson['request']['body'], type: string | undefined): PactBody | undefined {
  if (body === '') return undefined
  const contentType = type?.split(';', 1).join('').trim() || 'application/json'
  if (typeof body !== 'string') return { content: body.base64, contentType, encoded: 'base64' }
  const json = jsonOf(body)
  if (json !== undefined) return { content: json, contentType: 'application/json', encoded: false }
  return { content: Buffer.from(body).toString('base64'), contentType, encoded: 'base64' }
}

/** The JSON in a text; undefined if a pact would change its text, as with `1.0` or numbers of 20 digits, and for text that is not JSON. */
function jsonOf(text: string): object | undefined {
  const numbers = text.replaceAll(/"(?:[^"\\]|\\.)*"?/gs, '""').match(/-?\d[\d.eE+-]*/g) ?? []
  if (numbers.some((number) => String(Number(number)) !== number)) return undefined
  const value = parseJson(text)
  return typeof value === 'object' && value !== null ? value : undefined
}
