import { systemClock } from '../../engine/clock.ts'
import { callOf, nonceRemark, sharesNonce, signerOf } from '../../engine/journal/nonces.ts'
import { parseRawMessage, type RawMessage } from '../../traffic/recording/raw-message.ts'
import { type Authorization, parseAuthorization } from '../../wire/protocol/authorization.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { usageError } from '../command.ts'
import { remarkLine } from '../log-line.ts'
import { methodOf, targetOf } from '../request-line.ts'
import { connect } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'
import type { VerificationKey } from '../verification.ts'
import { explainAnswer } from './answer.ts'
import { isCurlCommand, parseCurlCommand } from './curl-command.ts'
import { type Explanation, identityFor, texts, type Wording } from './explanation.ts'
import { explainRequest, type PastedRequest, type RequestContext } from './request.ts'

/** The limit of Node's HTTP server. */
const HEAD_LIMIT = 16_384

export interface MessageOptions {
  readonly response?: boolean
  readonly callback?: boolean
  readonly mchid?: string
  readonly apiV2Key?: string
  readonly apiV3Key?: string
  /** When it arrived, epoch milliseconds. */
  readonly clock?: number
  /** Address of the mock that knows the merchant. */
  readonly url?: string
  readonly controlToken?: string
}

/** A raw HTTP message or a curl command line. */
interface PastedMessage {
  readonly input: Buffer
  /** Its name in messages. */
  readonly name: string
  /** The exact bytes of the body, where the input does not have them. */
  readonly body?: Buffer | undefined
  /** The key that it has to be signed with. */
  readonly given?: VerificationKey | undefined
}

/** Says why the signature of a pasted message fails. @throws UsageError for a text that is neither HTTP nor a curl command line */
export async function explainMessage(
  { input, name, body, given }: PastedMessage,
  options: MessageOptions,
  all: Wording,
): Promise<Explanation> {
  const { language } = all
  const { mchid, apiV2Key, apiV3Key, clock } = options
  const identity = await identityFor(options, language)
  if (mchid !== undefined && !given && mchid !== identity.mchid) throw usageError(texts[language].whoseKey(mchid))
  const context = { identity, given, mchid, apiV2Key, apiV3Key, clock, now: systemClock.now() }

  const text = input.toString('utf8')
  const { url, controlToken } = options
  if (isCurlCommand(text)) {
    const request = requestOfCurl(text, body, language)
    return withNonces(request, context, { text, form: 'curl', url, controlToken }, all)
  }
  const isVerbose = VERBOSE.test(text)
  const first = isVerbose ? Buffer.from(unmarked(text, options.response ? '<' : '>')) : firstRequest(input)
  const raw = readRaw(first, name, language)
  if (isVerbose && !options.response && body === undefined && raw.surplus < 0) {
    throw usageError(texts[language].bodyNotShown)
  }
  const whole = body === undefined ? raw : { ...raw, body, surplus: 0 }
  const about = aboutOf(whole, options)
  if (about !== 'request') return explainAnswer(whole, { ...context, about }, all)
  const request = requestOf(whole, body === undefined, name, language)
  return withNonces(request, context, { text, form: isVerbose ? 'verbose' : 'raw', url, controlToken }, all)
}

async function withNonces(
  request: PastedRequest,
  context: RequestContext,
  sources: NonceSources,
  all: Wording,
): Promise<Explanation> {
  const explanation = explainRequest(request, context, all)
  const notes = await nonceNotes(request.headers, sources, all.language)
  return { ...explanation, notes: [...explanation.notes, ...notes] }
}

/** The first line of a request in the output of `curl -v`. */
const VERBOSE = /^> [A-Z]+ \S+ HTTP\/[\d.]+\r?$/m

/** A request (`>`) or an answer (`<`) in the output of `curl -v`, as a raw message. The body of a request is not in there. */
function unmarked(text: string, mark: '>' | '<'): string {
  const lines = text.split(/\r?\n/)
  const start = lines.findIndex((line) => line.startsWith(`${mark} `) && line.includes('HTTP/'))
  const end = lines.findIndex((line, i) => i > start && line.trimEnd() === mark)
  const head = lines.slice(start, end).flatMap((line) => (line.startsWith(mark) ? [line.slice(2)] : []))
  const rest = lines.slice(end + 1).filter((line) => !/^(?:\* |[{}] \[)/.test(line))
  const body = rest.join('\n').replace(/\* Connection #\d+ to host .*$/m, '')
  return [...head, '', mark === '<' ? body.trimEnd() : ''].join('\r\n')
}

function readRaw(input: Buffer, name: string, language: Language): RawMessage {
  const end = [input.indexOf('\r\n\r\n'), input.indexOf('\n\n')].filter((at) => at !== -1)
  if (Math.min(input.length, ...end) > HEAD_LIMIT) throw usageError(texts[language].headTooLong(name, HEAD_LIMIT))
  const raw = parseRawMessage(input)
  if (raw) return raw
  throw usageError(texts[language].notHttp(name))
}

function aboutOf(
  { startLine, headers }: RawMessage,
  { response, callback }: MessageOptions,
): 'request' | 'response' | 'callback' {
  if (response || startLine.startsWith('HTTP/')) return 'response'
  if (callback) return 'callback'
  return headers.has('wechatpay-signature') && !headers.has('authorization') ? 'callback' : 'request'
}

function requestOf(raw: RawMessage, maybeLineFeed: boolean, name: string, language: Language): PastedRequest {
  const [method = '', target = ''] = raw.startLine.split(' ')
  if (raw.startLine === '') throw usageError(commonTexts[language].requestLine.missing(name))
  return {
    method,
    target: targetOf(target, language),
    headers: raw.headers,
    body: raw.body,
    maybeLineFeed: maybeLineFeed && !raw.headers.has('content-length'),
    missing: Math.max(0, -raw.surplus),
  }
}

function requestOfCurl(text: string, body: Buffer | undefined, language: Language): PastedRequest {
  const request = parseCurlCommand(text, body !== undefined, language)
  return {
    method: methodOf(request.method, language),
    target: targetOf(/^https?:\/\//i.test(request.url) ? request.url : `http://${request.url}`, language) || '/',
    headers: request.headers,
    body: body ?? request.body,
    maybeLineFeed: false,
    missing: 0,
  }
}

/** The forms in which several requests may be pasted at once, by the line that each begins with. */
const REQUEST_STARTS = {
  raw: /^(?=[A-Z]+ \S+ HTTP\/\d)/m,
  curl: /^(?=(?:[$>%#] +)?curl(?:\.exe)? )/m,
  verbose: /^(?=> [A-Z]+ \S+ HTTP\/\d)/m,
} as const

const AUTHORIZATION = /authorization: ?(?=WECHATPAY)/i

/** An Authorization has five values in quotes. */
const QUOTES = 10

/** How many calls a mock is asked for: a program that never draws a nonce has as many as its journal. */
const ASKED_CALLS = 20

interface Other {
  readonly signer: Authorization
  readonly where: Texts
}

interface NonceSources {
  /** The input, as text. */
  readonly text: string
  readonly form: keyof typeof REQUEST_STARTS
  /** Address of the mock whose journal is searched; left out, none is. */
  readonly url?: string | undefined
  readonly controlToken?: string | undefined
}

/** Notes on a pasted request whose nonce another one has: in the same input, or in the journal of the running mock. */
async function nonceNotes(
  headers: ReadonlyMap<string, string>,
  sources: NonceSources,
  language: Language,
): Promise<string[]> {
  const own = signerOf({ headers: Object.fromEntries(headers) })
  if (own === undefined) return []
  const others = [
    othersIn(sources).find(({ signer }) => sharesNonce(own, signer)),
    (await othersAt(own, sources, language))[0],
  ]
  return others
    .filter((other) => other !== undefined)
    .map(({ signer, where }) => nonceRemark(own, signer, where))
    .map((remark) => remarkLine(language, { about: remark.about, text: remark.text[language] }))
}

/** The requests of the input after the first. */
function othersIn({ text, form }: NonceSources): Other[] {
  return text
    .split(REQUEST_STARTS[form])
    .flatMap((request) => authorizationIn(request) ?? [])
    .map((signer, i) => ({
      signer,
      where: { en: `request ${i + 1} of the input`, zh: `输入中的第 ${i + 1} 个请求` },
    }))
    .slice(1)
}

function authorizationIn(text: string): Authorization | undefined {
  const [, behind = ''] = text.split(AUTHORIZATION, 2)
  const [line = ''] = behind.split(/[\r\n]/, 1)
  // More options may follow on the line of a curl command, whose quotes may be escaped.
  const parsed = parseAuthorization(`${line.replaceAll('\\"', '"').split('"', QUOTES).join('"')}"`)
  return typeof parsed === 'string' ? undefined : parsed
}

/** The calls in the mock's journal, oldest first, besides the pasted one itself. */
async function othersAt(own: Authorization, { url, controlToken }: NonceSources, language: Language): Promise<Other[]> {
  if (url === undefined) return []
  const control = await connect(url, controlToken, language)
  const found = await control.journal({ nonce: own.nonce, limit: ASKED_CALLS }).catch((error: unknown) => {
    // A mock of an older version cannot be asked for a nonce.
    if (error instanceof UsageError) return []
    throw error
  })
  const calls = found.flatMap(({ id, request }) => {
    const signer = signerOf(request)
    return signer && sharesNonce(own, signer) ? [{ signer, where: callOf(id) }] : []
  })
  const itself = calls.findLast(({ signer }) => signer.signature === own.signature)
  return calls.filter((call) => call !== itself)
}

/**
 * The first of several raw requests. One with a Content-Length ends by that; of the others the body would go on to the end of the input.
 *
 * @param input the whole input
 */
function firstRequest(input: Buffer): Buffer {
  // One character for each byte.
  const [first = '', second] = input.toString('latin1').split(REQUEST_STARTS.raw)
  if (second === undefined || !authorizationIn(second) || /^content-length:/im.test(first)) return input
  let end = first.length
  while (first[end - 1] === '\n' || first[end - 1] === '\r') end -= 1
  return Buffer.from(first.slice(0, end), 'latin1')
}
