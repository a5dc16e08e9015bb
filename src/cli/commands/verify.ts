import { systemClock } from '../../engine/clock.ts'
import { wellKnownIdentity } from '../../identity/well-known.ts'
import { type DefineCommand, option } from '../command.ts'
import { oneLine, print, printJson } from '../output.ts'
import { parseTime } from '../parse-time.ts'
import { parseRawMessage, type RawMessage } from '../raw-http.ts'
import { nameOf, readBytes } from '../read-input.ts'
import { methodOf, targetOf } from '../request-line.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'
import {
  platformKeys,
  type RequestToVerify,
  readVerificationKey,
  type Verdict,
  verifyAnswer,
  verifyRequest,
} from '../verification.ts'

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

export const define: DefineCommand = (command, { texts }) => {
  const { verify: own } = texts
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
    .addOption(option('--now <time>', own.now, (text) => parseTime(text, texts)))
    .addHelpText('after', `\n${own.after}`)
    .action(async (file: string | undefined) => {
      const options = command.opts<VerifyOptions>()
      const verdict = options.request
        ? await verifyRequestOf(file, options, texts)
        : await verifyAnswerOf(file, options, texts)
      await report(verdict, options, texts)
    })
}

async function verifyAnswerOf(file: string | undefined, options: VerifyOptions, texts: Texts): Promise<Verdict> {
  const { timestamp, nonce, signature, serial, headersFile, platformKey } = options
  refuseTogether(options, ['method', 'url', 'authorization', 'merchantKey'], texts.verify.onlyWithRequest)
  const single = { timestamp, nonce, signature, serial }
  const anySingle = Object.values(single).some((value) => value !== undefined)
  const keys =
    platformKey === undefined
      ? platformKeys(wellKnownIdentity().platform)
      : [readVerificationKey(await readBytes(platformKey, texts), platformKey, texts)]
  const now = options.now ?? systemClock.now()

  if (!anySingle && headersFile === undefined) {
    const raw = await readRaw(file ?? '-', options, texts)
    return withLengthNote(verifyAnswer(raw.headers, raw.body, keys, now, texts), raw, texts)
  }
  if (file !== undefined) throw usageError(texts.verify.fileAndOptions)
  const headers = new Map(headersFile === undefined ? [] : (await readHeaders(headersFile, texts)).headers)
  for (const [name, value] of Object.entries(single)) if (value !== undefined) headers.set(`wechatpay-${name}`, value)
  return verifyAnswer(headers, await readBody(options, texts), keys, now, texts)
}

async function verifyRequestOf(file: string | undefined, options: VerifyOptions, texts: Texts): Promise<Verdict> {
  refuseTogether(
    options,
    ['timestamp', 'nonce', 'signature', 'serial', 'headersFile', 'platformKey'],
    texts.verify.notWithRequest,
  )
  const { method, url, authorization, merchantKey } = options
  const given =
    merchantKey === undefined ? undefined : readVerificationKey(await readBytes(merchantKey, texts), merchantKey, texts)
  const { merchant } = wellKnownIdentity()
  const now = options.now ?? systemClock.now()

  if (method === undefined && url === undefined && authorization === undefined) {
    const raw = await readRaw(file ?? '-', options, texts)
    const [verb = '', target = ''] = raw.startLine.split(' ')
    if (!raw.startLine || verb.startsWith('HTTP/'))
      throw usageError(texts.verify.noRequestLine(nameOf(file ?? '-', texts)))
    const request: RequestToVerify = {
      method: verb,
      target: targetOf(target, texts),
      headers: raw.headers,
      authorization: raw.headers.get('authorization'),
      body: raw.body,
    }
    return withLengthNote(verifyRequest(request, merchant, given, now, texts), raw, texts)
  }
  if (file !== undefined) throw usageError(texts.verify.fileAndOptions)
  if (method === undefined || url === undefined || authorization === undefined) {
    throw usageError(texts.verify.requestIncomplete)
  }
  const request: RequestToVerify = {
    method: methodOf(method, texts),
    target: targetOf(url, texts),
    authorization: authorization.replace(/^Authorization:\s*/i, ''),
    body: await readBody(options, texts),
  }
  return verifyRequest(request, merchant, given, now, texts)
}

function refuseTogether(options: VerifyOptions, names: readonly (keyof VerifyOptions)[], message: string): void {
  if (names.some((name) => options[name] !== undefined)) throw usageError(message)
}

async function readRaw(file: string, options: VerifyOptions, texts: Texts): Promise<RawMessage> {
  if (options.body !== undefined || options.bodyFile !== undefined) throw usageError(texts.verify.bodyWithoutHeaders)
  const raw = parseRawMessage(await readBytes(file, texts))
  if (raw) return raw
  throw usageError(texts.verify.notHttp(nameOf(file, texts)))
}

async function readHeaders(file: string, texts: Texts): Promise<RawMessage> {
  const raw = parseRawMessage(await readBytes(file, texts))
  if (raw) return raw
  throw usageError(texts.verify.notHeaders(nameOf(file, texts)))
}

async function readBody({ body, bodyFile }: VerifyOptions, texts: Texts): Promise<Buffer> {
  if (body !== undefined && bodyFile !== undefined) throw usageError(texts.sign.oneBody)
  return bodyFile === undefined ? Buffer.from(body ?? '') : readBytes(bodyFile, texts)
}

/** A body that was cut off explains a signature that does not fit. */
function withLengthNote(verdict: Verdict, { surplus, body }: RawMessage, texts: Texts): Verdict {
  if (surplus >= 0) return verdict
  const reasons = verdict.reasons.map((reason) =>
    reason.code === 'signature'
      ? { ...reason, text: `${reason.text} ${texts.verify.reasons.cutOff(body.length, body.length - surplus)}` }
      : reason,
  )
  return { ...verdict, reasons }
}

const SHOWN_MESSAGE = 300

async function report({ reasons, message, serialNo }: Verdict, options: VerifyOptions, texts: Texts): Promise<void> {
  const { verify: own } = texts
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
