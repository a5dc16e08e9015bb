import { systemClock } from '../../engine/clock.ts'
import { UPLOAD_LIMIT } from '../../engine/http-message.ts'
import { parseBaseUrl } from '../base-url.ts'
import { type DefineCommand, option, textLike } from '../command.ts'
import { explainAnswer } from '../explain/answer.ts'
import { isCurlCommand, parseCurlCommand } from '../explain/curl-command.ts'
import { type ExplainTexts, type Explanation, report } from '../explain/explanation.ts'
import { identityFor, readKey } from '../explain/identity.ts'
import { explainExchange } from '../explain/journal.ts'
import { explainRequest, type PastedRequest } from '../explain/request.ts'
import { parseTime } from '../parse-time.ts'
import { parseRawMessage, type RawMessage } from '../raw-http.ts'
import { nameOf, readBounded } from '../read-input.ts'
import { DEFAULT_URL, methodOf, targetOf } from '../request-line.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

interface ExplainOptions {
  readonly response?: boolean
  readonly callback?: boolean
  readonly bodyFile?: string
  readonly key?: string
  readonly certificate?: string
  readonly mchid?: string
  readonly apiV2Key?: string
  readonly apiV3Key?: string
  readonly clock?: number
  readonly id?: string
  readonly url?: string
  readonly controlToken?: string
  readonly json?: boolean
}

/** A message that any mock would take, with its head. */
const INPUT_LIMIT = UPLOAD_LIMIT + 65_536
/** As in Node's HTTP server. */
const HEAD_LIMIT = 16_384

export const define: DefineCommand = (command, { texts }) => {
  const { explain: own } = texts
  command
    .description(own.description)
    .argument('[file]', own.file)
    .option('--response', own.response)
    .option('--callback', own.callback)
    .option('--body-file <file>', own.bodyFile)
    .option('--key <file>', own.key)
    .option('--certificate <file>', own.certificate)
    .addOption(option('--mchid <number>', own.mchid, textLike(/^\d{1,32}$/, texts.credentials.mchidExpected)))
    .option('--api-v3-key <key>', own.apiV3Key)
    .option('--api-v2-key <key>', own.apiV2Key)
    .addOption(option('--clock <time>', own.clock, (text) => parseTime(text, texts)))
    .addOption(option('--id <request-id>', own.id, textLike(/^[\w-]{1,80}$/, own.idExpected)))
    .addOption(option('--url <url>', own.url, (text) => parseBaseUrl(text, texts)))
    .option('--control-token <token>', own.controlToken)
    .addHelpText('after', `\n${own.after}`)
    .action(async (file: string | undefined) => {
      const options = command.opts<ExplainOptions>()
      const all = { texts, diagnosis: await texts.loadDiagnosis() }
      await report(await explain(file, options, all), options.json, all)
    })
}

async function explain(file: string | undefined, options: ExplainOptions, all: ExplainTexts): Promise<Explanation> {
  const { texts } = all
  const { id, url, controlToken, key, certificate, response, callback } = options
  if (key !== undefined && certificate !== undefined) throw usageError(texts.explain.oneKey)
  if (response && callback) throw usageError(texts.explain.responseOrCallback)
  if (id !== undefined) {
    if (file !== undefined) throw usageError(texts.explain.idOrFile)
    return explainExchange(id, { url: url ?? DEFAULT_URL, controlToken }, all)
  }
  return explainPasted(file ?? '-', options, all)
}

async function explainPasted(file: string, options: ExplainOptions, all: ExplainTexts): Promise<Explanation> {
  const { texts } = all
  const { mchid, apiV2Key, apiV3Key, clock, bodyFile } = options
  const input = await readBounded(file, INPUT_LIMIT, texts)
  const bodyBytes = bodyFile === undefined ? undefined : await readBounded(bodyFile, INPUT_LIMIT, texts)
  const keyFile = options.certificate ?? options.key
  const given = keyFile === undefined ? undefined : await readKey(keyFile, texts)
  const identity = await identityFor(options, texts)
  if (mchid !== undefined && !given && mchid !== identity.mchid) throw usageError(texts.explain.whoseKey(mchid))
  const context = { identity, given, mchid, apiV2Key, apiV3Key, clock, now: systemClock.now() }

  const text = input.toString('utf8')
  if (isCurlCommand(text)) {
    return explainRequest(requestOfCurl(text, bodyBytes, texts), context, all)
  }
  const raw = readRaw(input, file, texts)
  const whole = bodyBytes === undefined ? raw : { ...raw, body: bodyBytes, surplus: 0 }
  const about = aboutOf(whole, options)
  if (about !== 'request') return explainAnswer(whole, { ...context, about }, all)
  return explainRequest(requestOf(whole, bodyBytes === undefined, file, texts), context, all)
}

function readRaw(input: Buffer, file: string, texts: Texts): RawMessage {
  const end = [input.indexOf('\r\n\r\n'), input.indexOf('\n\n')].filter((at) => at !== -1)
  if (Math.min(input.length, ...end) > HEAD_LIMIT)
    throw usageError(texts.explain.headTooLong(nameOf(file, texts), HEAD_LIMIT))
  const raw = parseRawMessage(input)
  if (raw) return raw
  throw usageError(texts.explain.notHttp(nameOf(file, texts)))
}

function aboutOf(
  { startLine, headers }: RawMessage,
  { response, callback }: ExplainOptions,
): 'request' | 'response' | 'callback' {
  if (response || startLine.startsWith('HTTP/')) return 'response'
  if (callback) return 'callback'
  return headers.has('wechatpay-signature') && !headers.has('authorization') ? 'callback' : 'request'
}

function requestOf(raw: RawMessage, maybeLineFeed: boolean, file: string, texts: Texts): PastedRequest {
  const [method = '', target = ''] = raw.startLine.split(' ')
  if (raw.startLine === '') throw usageError(texts.verify.noRequestLine(nameOf(file, texts)))
  return {
    method,
    target: targetOf(target, texts),
    headers: raw.headers,
    body: raw.body,
    maybeLineFeed: maybeLineFeed && !raw.headers.has('content-length'),
    missing: Math.max(0, -raw.surplus),
  }
}

function requestOfCurl(text: string, body: Buffer | undefined, texts: Texts): PastedRequest {
  const request = parseCurlCommand(text, body !== undefined, texts)
  return {
    method: methodOf(request.method, texts),
    target: targetOf(/^https?:\/\//i.test(request.url) ? request.url : `http://${request.url}`, texts) || '/',
    headers: request.headers,
    body: body ?? request.body,
    maybeLineFeed: false,
    missing: 0,
  }
}
