import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { wellKnownIdentity } from '../../control/identity/well-known.ts'
import { systemClock } from '../../engine/clock.ts'
import {
  BRAND_SIGNATURE_TYPE,
  formatAuthorization,
  identityField,
  isBrand,
  SIGNATURE_TYPE,
  type SigningScheme,
  schemeFor,
  timestampOf,
} from '../../wire/protocol/authorization.ts'
import { requestMessage, signedTarget } from '../../wire/protocol/message.ts'
import { signRequest } from '../../wire/protocol/signature.ts'
import { shellQuote, signedCall, wordOf } from '../../wire/shared/shell.ts'
import { defines, usageError } from '../command.ts'
import { readBytes } from '../files.ts'
import { choiceOption, option, textLike } from '../options.ts'
import { print, printJson } from '../output.ts'
import { methodOf, targetOf } from '../request-line.ts'
import { urlHere } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description: 'Signs a request and prints the value of its Authorization header.',
  method: 'HTTP method',
  url: 'URL or path, with the query, exactly as the client sends it',
  body: 'body of the request',
  bodyFile: 'file with the body, - for standard input',
  mchid: 'merchant number, or brand id with the brand scheme; the well-known one if left out',
  mchidExpected: 'use digits',
  serial: "serial of the merchant's certificate; the well-known one if left out",
  serialExpected: 'use the digits and letters of a serial number',
  key: 'file with the private key (PEM); the well-known one if left out',
  keyNeedsSerial: 'A --key of your own needs the --serial of its certificate, and usually --mchid too',
  notAKey: (file: string): string => `${file} is not an RSA private key in PEM without a passphrase`,
  timestamp: 'seconds since 1970; now if left out',
  timestampExpected: 'use digits',
  nonce: 'random text; generated if left out',
  nonceExpected: 'use 1 to 128 printable ASCII characters without double quotes',
  scheme: 'authentication scheme; the path decides if left out',
  print: 'the header value, the message that is signed, or a curl command',
  binaryBody: 'A body that is not text cannot be written into a curl command: put it into a file and use --body-file',
  after: `wechatpay-mock sign POST /v3/marketing/busifavor/coupons/associate --body '{"stock_id":"100088"}'
wechatpay-mock sign GET http://127.0.0.1:8089/v3/certificates --print curl | sh`,
}

const zh: typeof en = {
  description: '为请求签名，输出 Authorization 请求头的值。',
  method: 'HTTP 方法',
  url: 'URL 或路径，包括查询串，与客户端实际发送的完全一致',
  body: '请求体',
  bodyFile: '请求体所在的文件，- 表示标准输入',
  mchid: '商户号，品牌认证类型时为品牌 ID；不写则用内置商户',
  mchidExpected: '请使用数字',
  serial: '商户证书序列号；不写则用内置商户的',
  serialExpected: '请使用序列号中的数字和字母',
  key: '商户私钥文件（PEM）；不写则用内置商户的',
  keyNeedsSerial: '使用自己的 --key 时须写明证书序列号 --serial，一般还有 --mchid',
  notAKey: (file) => `${file} 不是无密码的 PEM 格式 RSA 私钥`,
  timestamp: '1970 年以来的秒数；不写则为现在',
  timestampExpected: '请使用数字',
  nonce: '随机串；不写则自动生成',
  nonceExpected: '请使用 1 到 128 个可打印的 ASCII 字符，不含双引号',
  scheme: '认证类型；不写则由路径决定',
  print: '输出请求头的值、待签名串，或一条 curl 命令',
  binaryBody: '请求体不是文本，无法写进 curl 命令，请存为文件并使用 --body-file',
  after: `wechatpay-mock sign POST /v3/marketing/busifavor/coupons/associate --body '{"stock_id":"100088"}'
wechatpay-mock sign GET http://127.0.0.1:8089/v3/certificates --print curl | sh`,
}

const texts = { en, zh }

interface SignOptions {
  readonly body?: string
  readonly bodyFile?: string
  readonly mchid?: string
  readonly serial?: string
  readonly key?: string
  readonly timestamp?: string
  readonly nonce?: string
  readonly scheme?: SigningScheme
  readonly print: 'authorization' | 'message' | 'curl'
  readonly json?: boolean
}

const SCHEMES: readonly SigningScheme[] = [SIGNATURE_TYPE, BRAND_SIGNATURE_TYPE]

export const define = defines(texts, (command, own, language) => {
  command
    .argument('<method>', own.method)
    .argument('<url>', own.url)
    .option('--body <text>', own.body)
    .option('--body-file <file>', own.bodyFile)
    .addOption(option('--mchid <number>', own.mchid, textLike(/^\d{1,32}$/, own.mchidExpected)))
    .addOption(option('--serial <number>', own.serial, textLike(/^[\w]{1,64}$/, own.serialExpected)))
    .option('--key <file>', own.key)
    .addOption(option('--timestamp <seconds>', own.timestamp, textLike(/^\d{1,15}$/, own.timestampExpected)))
    .addOption(option('--nonce <text>', own.nonce, textLike(/^[ !#-~]{1,128}$/, own.nonceExpected)))
    .addOption(choiceOption('--scheme <scheme>', own.scheme, SCHEMES, language))
    .addOption(
      choiceOption('--print <what>', own.print, ['authorization', 'message', 'curl'], language).default(
        'authorization',
      ),
    )
    .action(async (method: string, url: string) => printSigned(method, url, command.opts<SignOptions>(), language))
})

async function printSigned(methodText: string, url: string, options: SignOptions, language: Language): Promise<void> {
  if (options.body !== undefined && options.bodyFile !== undefined)
    throw usageError(commonTexts[language].wrongUse.oneBody)
  if (options.key !== undefined && options.serial === undefined) throw usageError(texts[language].keyNeedsSerial)
  const method = methodOf(methodText, language)
  const target = targetOf(url, language)
  const body =
    options.bodyFile !== undefined ? await readBytes(options.bodyFile, language) : Buffer.from(options.body ?? '')
  const { merchant } = wellKnownIdentity()
  const scheme = options.scheme ?? schemeFor(target)
  const identity = options.mchid ?? (isBrand(scheme) ? merchant.brandId : undefined) ?? merchant.mchid
  const serialNo = options.serial ?? merchant.serialNo
  const timestamp = options.timestamp ?? timestampOf(systemClock.now())
  const nonce = options.nonce ?? randomBytes(16).toString('hex')
  const request = { method, target: signedTarget(target), timestamp, nonce, body }
  const privateKey =
    options.key === undefined ? createPrivateKey(merchant.privateKey) : await readKey(options.key, language)
  const signed = await signRequest(request, { scheme, identity, serialNo, privateKey })
  const authorization = formatAuthorization(signed)
  const message = requestMessage(request)

  if (options.json) {
    return printJson({
      authorization,
      method,
      target,
      scheme,
      [identityField(scheme)]: identity,
      nonce_str: nonce,
      timestamp,
      serial_no: serialNo,
      signature: signed.signature,
      message: message.toString('utf8'),
    })
  }
  switch (options.print) {
    case 'authorization':
      return print(`${authorization}\n`)
    case 'message':
      return print(message)
    case 'curl':
      return print(
        `${curlCommand(method, /^https?:/i.test(url) ? url : urlHere() + url, authorization, body, options, language)}\n`,
      )
  }
}

async function readKey(file: string, language: Language): Promise<KeyObject> {
  const pem = await readBytes(file, language)
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw usageError(texts[language].notAKey(file), cause)
  }
  if (key.asymmetricKeyType !== 'rsa') throw usageError(texts[language].notAKey(file))
  return key
}

function curlCommand(
  method: string,
  url: string,
  authorization: string,
  body: Buffer,
  { bodyFile }: SignOptions,
  language: Language,
): string {
  const text = wordOf(body)
  if (text === undefined && bodyFile === '-') throw usageError(texts[language].binaryBody)
  const data = text === undefined ? `--data-binary ${shellQuote(`@${bodyFile}`)}` : `--data-raw ${shellQuote(text)}`
  const standard = body.length === 0 ? 'GET' : 'POST'
  return signedCall({
    options: method === 'HEAD' ? ['--head'] : method === standard ? [] : [`-X ${method}`],
    url: shellQuote(url),
    authorization: shellQuote(`Authorization: ${authorization}`),
    data: body.length === 0 ? undefined : data,
  })
}
