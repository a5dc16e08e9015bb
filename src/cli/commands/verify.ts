import { wellKnownIdentity } from '../../control/identity/well-known.ts'
import { systemClock } from '../../engine/clock.ts'
import { parseRawMessage, type RawMessage } from '../../traffic/recording/raw-message.ts'
import { defines, usageError } from '../command.ts'
import { nameOf, readBytes } from '../files.ts'
import { option, parseTime } from '../options.ts'
import { oneLine, print, printJson } from '../output.ts'
import { methodOf, targetOf } from '../request-line.ts'
import { commonTexts, type Language } from '../texts.ts'
import {
  platformKeys,
  type RequestToVerify,
  readVerificationKey,
  type Verdict,
  verifyAnswer,
  verifyRequest,
} from '../verification.ts'

const en = {
  description:
    'Verifies the signature of a response or a callback, or with --request that of a request, and says why it fails.',
  file: 'response or callback with its head, as curl -i shows it; standard input if left out',
  timestamp: 'Wechatpay-Timestamp',
  nonce: 'Wechatpay-Nonce',
  signature: 'Wechatpay-Signature',
  serial: 'Wechatpay-Serial',
  headersFile: 'file with the headers, - for standard input',
  body: 'body',
  bodyFile: 'file with the body, - for standard input',
  platformKey: "the platform's certificate or public key (PEM); the well-known ones if left out",
  request: 'verify a request, as the service does',
  method: 'method of the request',
  url: 'URL or path of the request',
  authorization: 'Authorization header of the request',
  merchantKey: "the merchant's certificate or public key (PEM); the well-known one if left out",
  now: 'time to compare with: seconds since 1970, or like 2026-01-01T00:00:00+08:00; now if left out',
  after: `curl -si … | wechatpay-mock verify
wechatpay-mock verify --headers-file headers.txt --body-file body.json
wechatpay-mock verify --request --method POST --url /v3/… --authorization 'WECHATPAY2-SHA256-RSA2048 …' --body '{…}'`,
  onlyWithRequest: '--method, --url, --authorization and --merchant-key are about requests: add --request',
  notWithRequest:
    'A request is verified by its Authorization: leave out --timestamp, --nonce, --signature, --serial, --headers-file and --platform-key',
  fileAndOptions: 'Give a file with the whole message, or its parts as options, not both',
  bodyWithoutHeaders:
    'A body alone cannot be verified: give the headers too, with --headers-file or --timestamp, --nonce, --signature and --serial',
  requestIncomplete: 'Give --method, --url and --authorization, or a file with the whole request',
  notHttp: (name: string): string =>
    `${name} does not begin with the head of an HTTP message: save it with curl -i, or give the headers as options`,
  notHeaders: (name: string): string => `${name} is not a list of headers, one "Name: value" per line`,
  valid: (serial: string): string => `valid, signed with ${serial}`,
  invalid: 'not valid:',
  message: (bytes: number): string => `The message, ${bytes} bytes:`,
}

const zh: typeof en = {
  description: '验证应答或回调的签名，加 --request 则验证请求的签名；不通过时说明原因。',
  file: '带头部的应答或回调，即 curl -i 的输出；不写则读标准输入',
  timestamp: 'Wechatpay-Timestamp',
  nonce: 'Wechatpay-Nonce',
  signature: 'Wechatpay-Signature',
  serial: 'Wechatpay-Serial',
  headersFile: '头部所在的文件，- 表示标准输入',
  body: '报文主体',
  bodyFile: '报文主体所在的文件，- 表示标准输入',
  platformKey: '平台证书或微信支付公钥（PEM）；不写则用内置的',
  request: '像服务端那样验证请求',
  method: '请求的方法',
  url: '请求的 URL 或路径',
  authorization: '请求的 Authorization 头',
  merchantKey: '商户证书或公钥（PEM）；不写则用内置商户的',
  now: '用于比较的时间：1970 年以来的秒数，或 2026-01-01T00:00:00+08:00 的形式；不写则为现在',
  after: en.after,
  onlyWithRequest: '--method、--url、--authorization 和 --merchant-key 用于请求，请加上 --request',
  notWithRequest:
    '请求由 Authorization 验证，请去掉 --timestamp、--nonce、--signature、--serial、--headers-file 和 --platform-key',
  fileAndOptions: '请写包含完整报文的文件，或用选项写出各部分，二者只能取一',
  bodyWithoutHeaders:
    '只有报文主体无法验证，请用 --headers-file 或 --timestamp、--nonce、--signature、--serial 写出头部',
  requestIncomplete: '请写出 --method、--url 和 --authorization，或给出包含完整请求的文件',
  notHttp: (name) => `${name} 不是以 HTTP 报文的头部开头，请用 curl -i 保存，或用选项写出头部`,
  notHeaders: (name) => `${name} 不是每行一个“名称: 值”的头部列表`,
  valid: (serial) => `通过，签名密钥为 ${serial}`,
  invalid: '不通过：',
  message: (bytes) => `验签串共 ${bytes} 字节：`,
}

export const texts = { en, zh }

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

export const define = defines(texts, (command, own, language) => {
  command
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
    .action(async (file: string | undefined) => {
      const options = command.opts<VerifyOptions>()
      const verdict = options.request
        ? await verifyRequestOf(file, options, language)
        : await verifyAnswerOf(file, options, language)
      await report(verdict, options, language)
    })
})

async function verifyAnswerOf(file: string | undefined, options: VerifyOptions, language: Language): Promise<Verdict> {
  const { timestamp, nonce, signature, serial, headersFile, platformKey } = options
  refuseTogether(options, ['method', 'url', 'authorization', 'merchantKey'], texts[language].onlyWithRequest)
  const single = { timestamp, nonce, signature, serial }
  const anySingle = Object.values(single).some((value) => value !== undefined)
  const keys =
    platformKey === undefined
      ? platformKeys(wellKnownIdentity().platform)
      : [await readVerificationKey(platformKey, language)]
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
  const given = merchantKey === undefined ? undefined : await readVerificationKey(merchantKey, language)
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
