import { systemClock } from '../../engine/clock.ts'
import { parseRawMessage, type RawMessage } from '../../recording/raw-message.ts'
import { usageError } from '../command.ts'
import { methodOf, targetOf } from '../request-line.ts'
import { commonTexts, type Language } from '../texts.ts'
import type { VerificationKey } from '../verification.ts'
import { explainAnswer } from './answer.ts'
import { isCurlCommand, parseCurlCommand } from './curl-command.ts'
import { type Explanation, identityFor, texts, type Wording } from './explanation.ts'
import { firstRequest, type NonceSources, nonceNotes } from './nonces.ts'
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
export interface PastedMessage {
  readonly input: Buffer
  /** Its name in messages. */
  readonly name: string
  /** The exact bytes of the body, where the input does not have them. */
  readonly body?: Buffer | undefined
  /** The key that it has to be signed with. */
  readonly given?: VerificationKey | undefined
}

/**
 * Says why the signature of a pasted message fails.
 *
 * @throws UsageError for a text that is neither HTTP nor a curl command line
 */
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
