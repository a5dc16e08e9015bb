import { systemClock } from '../../engine/clock.ts'
import { wellKnownIdentity } from '../../identity/well-known.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { nameOf, readBytes } from '../files.ts'
import type { Language } from '../language.ts'
import { option, parseTime } from '../options.ts'
import { oneLine, print, printJson } from '../output.ts'
import { methodOf, parseRawMessage, type RawMessage, targetOf } from '../raw-http.ts'
import { commonTexts } from '../texts.ts'
import {
  platformKeys,
  type RequestToVerify,
  readVerificationKey,
  type Verdict,
  verifyAnswer,
  verifyRequest,
} from '../verification.ts'
import { texts } from './texts.ts'

interface VerifyOptions {
  readonly request?: boolean
  readonly timestamp?: string
  readonly nonce?: string
  readonly signature?: string
  readonly serial?: string
  readonly headersFile?: string
  readonly body?: string
  readonly bodyFile?: string
  readonly method?: string
  readonly url?: string
  readonly authorization?: string
  readonly platformKey?: string
  readonly merchantKey?: string
  readonly now?: number
  readonly json?: boolean
}

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .argument('[file]', own.file)
    .option('--timestamp <seconds>', own.timestamp)
    .option('--nonce <text>', own.nonce)
    .option('--signature <base64>', own.signature)
    .option('--serial <number>', own.serial)
    .option('--headers-file <file>', own.headersFile)
    .option('--body <text>', own.body)
    .option('--body-file <file>', own.bodyFile)
    .option('--platform-key <file>', own.platformKey)
    .option('--request', own.request)
    .option('--method <method>', own.method)
    .option('--url <url>', own.url)
    .option('--authorization <value>', own.authorization)
    .option('--merchant-key <file>', own.merchantKey)
    .addOption(option('--now <time>', own.now, (text) => parseTime(text, language)))
    .addRemarks(own.after)
    .action(async (file: string | undefined) => {
      const options = command.opts<VerifyOptions>()
      const verdict = options.request
        ? await verifyRequestOf(file, options, language)
        : await verifyAnswerOf(file, options, language)
      await report(verdict, options, language)
    })
}

async function verifyAnswerOf(file: string | undefined, options: VerifyOptions, language: Language): Promise<Verdict> {
  const { timestamp, nonce, signature, serial, headersFile, platformKey } = options
  refuseTogether(options, ['method', 'url', 'authorization', 'merchantKey'], texts[language].onlyWithRequest)
  const single = { timestamp, nonce, signature, serial }
  const anySingle = Object.values(single).some((value) => value !== undefined)
  const keys =
    platformKey === undefined
      ? platformKeys(wellKnownIdentity().platform)
      : [readVerificationKey(await readBytes(platformKey, language), platformKey, language)]
  const now = options.now ?? systemClock.now()

  if (!anySingle && headersFile === undefined) {
    const raw = await readRaw(file ?? '-', options, language)
    return withLengthNote(verifyAnswer(raw.headers, raw.body, keys, now, language), raw, language)
  }
  if (file !== undefined) throw usageError(texts[language].fileAndOptions)
  const headers = new Map(headersFile === undefined ? [] : (await readHeaders(headersFile, language)).headers)
  for (const [name, value] of Object.entries(single)) if (value !== undefined) headers.set(`wechatpay-${name}`, value)
  return verifyAnswer(headers, await readBody(options, language), keys, now, language)
}

async function verifyRequestOf(file: string | undefined, options: VerifyOptions, language: Language): Promise<Verdict> {
  refuseTogether(
    options,
    ['timestamp', 'nonce', 'signature', 'serial', 'headersFile', 'platformKey'],
    texts[language].notWithRequest,
  )
  const { method, url, authorization, merchantKey } = options
  const given =
    merchantKey === undefined
      ? undefined
      : readVerificationKey(await readBytes(merchantKey, language), merchantKey, language)
  const { merchant } = wellKnownIdentity()
  const now = options.now ?? systemClock.now()

  if (method === undefined && url === undefined && authorization === undefined) {
    const raw = await readRaw(file ?? '-', options, language)
    const [verb = '', target = ''] = raw.startLine.split(' ')
    if (!raw.startLine || verb.startsWith('HTTP/'))
      throw usageError(commonTexts[language].requestLine.missing(nameOf(file ?? '-', language)))
    const request: RequestToVerify = {
      method: verb,
      target: targetOf(target, language),
      headers: raw.headers,
      authorization: raw.headers.get('authorization'),
      body: raw.body,
    }
    return withLengthNote(verifyRequest(request, merchant, given, now, language), raw, language)
  }
  if (file !== undefined) throw usageError(texts[language].fileAndOptions)
  if (method === undefined || url === undefined || authorization === undefined) {
    throw usageError(texts[language].requestIncomplete)
  }
  const request: RequestToVerify = {
    method: methodOf(method, language),
    target: targetOf(url, language),
    authorization: authorization.replace(/^Authorization:\s*/i, ''),
    body: await readBody(options, language),
  }
  return verifyRequest(request, merchant, given, now, language)
}

function refuseTogether(options: VerifyOptions, names: readonly (keyof VerifyOptions)[], message: string): void {
  if (names.some((name) => options[name] !== undefined)) throw usageError(message)
}

async function readRaw(file: string, options: VerifyOptions, language: Language): Promise<RawMessage> {
  if (options.body !== undefined || options.bodyFile !== undefined) throw usageError(texts[language].bodyWithoutHeaders)
  const raw = parseRawMessage(await readBytes(file, language))
  if (raw) return raw
  throw usageError(texts[language].notHttp(nameOf(file, language)))
}

async function readHeaders(file: string, language: Language): Promise<RawMessage> {
  const raw = parseRawMessage(await readBytes(file, language))
  if (raw) return raw
  throw usageError(texts[language].notHeaders(nameOf(file, language)))
}

async function readBody({ body, bodyFile }: VerifyOptions, language: Language): Promise<Buffer> {
  if (body !== undefined && bodyFile !== undefined) throw usageError(commonTexts[language].wrongUse.oneBody)
  return bodyFile === undefined ? Buffer.from(body ?? '') : readBytes(bodyFile, language)
}

/** Mentions a truncated body, which explains a signature that does not match. */
function withLengthNote(verdict: Verdict, { surplus, body }: RawMessage, language: Language): Verdict {
  if (surplus >= 0) return verdict
  const reasons = verdict.reasons.map((reason) =>
    reason.code === 'signature'
      ? {
          ...reason,
          text: `${reason.text} ${commonTexts[language].verification.reasons.cutOff(body.length, body.length - surplus)}`,
        }
      : reason,
  )
  return { ...verdict, reasons }
}

const SHOWN_MESSAGE = 300

async function report(
  { reasons, message, serialNo }: Verdict,
  options: VerifyOptions,
  language: Language,
): Promise<void> {
  const own = texts[language]
  const valid = reasons.length === 0
  if (!valid) process.exitCode = 1
  if (options.json) {
    return printJson({
      valid,
      ...(serialNo !== undefined && { serial_no: serialNo }),
      reasons,
      ...(message && { message: message.toString('utf8') }),
    })
  }
  if (valid) return print(`${own.valid(serialNo ?? '')}\n`)
  await print(`${own.invalid}\n${reasons.map(({ text }) => `- ${oneLine(text)}\n`).join('')}`)
  if (message && reasons.some(({ code }) => code === 'signature')) {
    const text = JSON.stringify(message.toString('utf8'))
    await print(
      `${own.message(message.length)} ${text.length > SHOWN_MESSAGE ? `${text.slice(0, SHOWN_MESSAGE)}…` : text}\n`,
    )
  }
}
