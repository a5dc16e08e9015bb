import { systemClock } from '../../engine/clock.ts'
import { UPLOAD_LIMIT } from '../../engine/http-message.ts'
import { parseRawMessage, type RawMessage } from '../../recording/raw-message.ts'
import { defines, usageError } from '../command.ts'
import { explainAnswer, explainExchange } from '../explain/answer.ts'
import { isCurlCommand, parseCurlCommand } from '../explain/curl-command.ts'
import { type Explanation, identityFor, report, texts, type Wording } from '../explain/explanation.ts'
import { explainRequest, type PastedRequest } from '../explain/request.ts'
import { nameOf, readUpTo } from '../files.ts'
import { option, parseTime, textLike } from '../options.ts'
import { methodOf, targetOf } from '../request-line.ts'
import { DEFAULT_URL, urlOption } from '../running-mock.ts'
import { commonTexts, type Language, loadDiagnosisTexts } from '../texts.ts'
import { readVerificationKey } from '../verification.ts'

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

/** Size of the largest message that any mock accepts, with its head. */
const INPUT_LIMIT = UPLOAD_LIMIT + 65_536
/** The limit of Node's HTTP server. */
const HEAD_LIMIT = 16_384

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[file]', own.file)
    .option('--response', own.response)
    .option('--callback', own.callback)
    .option('--body-file <file>', own.bodyFile)
    .option('--key <file>', own.key)
    .option('--certificate <file>', own.certificate)
    .addOption(
      option('--mchid <number>', own.mchid, textLike(/^\d{1,32}$/, commonTexts[language].runningMock.mchidExpected)),
    )
    .option('--api-v3-key <key>', own.apiV3Key)
    .option('--api-v2-key <key>', own.apiV2Key)
    .addOption(option('--clock <time>', own.clock, (text) => parseTime(text, language)))
    .addOption(option('--id <request-id>', own.id, textLike(/^[\w-]{1,80}$/, own.idExpected)))
    .addOption(urlOption(own.url, language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .action(async (file: string | undefined) => {
      const options = command.opts<ExplainOptions>()
      const all = { language, diagnosis: await loadDiagnosisTexts(language) }
      await report(await explain(file, options, all), options.json, all)
    })
})

async function explain(file: string | undefined, options: ExplainOptions, all: Wording): Promise<Explanation> {
  const { language } = all
  const { id, url, controlToken, key, certificate, response, callback } = options
  if (key !== undefined && certificate !== undefined) throw usageError(texts[language].oneKey)
  if (response && callback) throw usageError(texts[language].responseOrCallback)
  if (id !== undefined) {
    if (file !== undefined) throw usageError(texts[language].idOrFile)
    return explainExchange(id, { url: url ?? DEFAULT_URL, controlToken }, all)
  }
  return explainPasted(file ?? '-', options, all)
}

async function explainPasted(file: string, options: ExplainOptions, all: Wording): Promise<Explanation> {
  const { language } = all
  const { mchid, apiV2Key, apiV3Key, clock, bodyFile } = options
  const input = await readBounded(file, INPUT_LIMIT, language)
  const bodyBytes = bodyFile === undefined ? undefined : await readBounded(bodyFile, INPUT_LIMIT, language)
  const keyFile = options.certificate ?? options.key
  const given = keyFile === undefined ? undefined : await readVerificationKey(keyFile, language, 'private too')
  const identity = await identityFor(options, language)
  if (mchid !== undefined && !given && mchid !== identity.mchid) throw usageError(texts[language].whoseKey(mchid))
  const context = { identity, given, mchid, apiV2Key, apiV3Key, clock, now: systemClock.now() }

  const text = input.toString('utf8')
  if (isCurlCommand(text)) {
    return explainRequest(requestOfCurl(text, bodyBytes, language), context, all)
  }
  const raw = readRaw(input, file, language)
  const whole = bodyBytes === undefined ? raw : { ...raw, body: bodyBytes, surplus: 0 }
  const about = aboutOf(whole, options)
  if (about !== 'request') return explainAnswer(whole, { ...context, about }, all)
  return explainRequest(requestOf(whole, bodyBytes === undefined, file, language), context, all)
}

/** @throws UsageError for a file that cannot be read, or is larger */
async function readBounded(path: string, limit: number, language: Language): Promise<Buffer> {
  const bytes = await readUpTo(path, limit, language)
  if (bytes.length > limit) throw usageError(texts[language].tooLarge(nameOf(path, language), limit))
  return bytes
}

function readRaw(input: Buffer, file: string, language: Language): RawMessage {
  const end = [input.indexOf('\r\n\r\n'), input.indexOf('\n\n')].filter((at) => at !== -1)
  if (Math.min(input.length, ...end) > HEAD_LIMIT)
    throw usageError(texts[language].headTooLong(nameOf(file, language), HEAD_LIMIT))
  const raw = parseRawMessage(input)
  if (raw) return raw
  throw usageError(texts[language].notHttp(nameOf(file, language)))
}

function aboutOf(
  { startLine, headers }: RawMessage,
  { response, callback }: ExplainOptions,
): 'request' | 'response' | 'callback' {
  if (response || startLine.startsWith('HTTP/')) return 'response'
  if (callback) return 'callback'
  return headers.has('wechatpay-signature') && !headers.has('authorization') ? 'callback' : 'request'
}

function requestOf(raw: RawMessage, maybeLineFeed: boolean, file: string, language: Language): PastedRequest {
  const [method = '', target = ''] = raw.startLine.split(' ')
  if (raw.startLine === '') throw usageError(commonTexts[language].requestLine.missing(nameOf(file, language)))
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
