import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { systemClock } from '../../engine/clock.ts'
import { wellKnownIdentity } from '../../identity/well-known.ts'
import { formatAuthorization, timestampOf } from '../../protocol/authorization.ts'
import { requestMessage } from '../../protocol/message.ts'
import {
  BRAND_SIGNATURE_TYPE,
  identityField,
  isBrand,
  SIGNATURE_TYPE,
  type SigningScheme,
  schemeFor,
} from '../../protocol/scheme.ts'
import { signRequest } from '../../protocol/sign-request.ts'
import { signedCall } from '../../shared/curl.ts'
import { shellQuote, wordOf } from '../../shared/shell.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { readBytes } from '../files.ts'
import type { Language } from '../language.ts'
import { choiceOption, option, textLike } from '../options.ts'
import { print, printJson } from '../output.ts'
import { methodOf, targetOf } from '../raw-http.ts'
import { DEFAULT_URL } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { texts } from './texts.ts'

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

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .argument('<method>', own.method)
    .argument('<url>', own.url)
    .option('--body <text>', own.body)
    .option('--body-file <file>', own.bodyFile)
    .addOption(option('--mchid <number>', own.mchid, textLike(/^\d{1,32}$/, own.mchidExpected)))
    .addOption(option('--serial <number>', own.serial, textLike(/^[\w]{1,64}$/, own.serialExpected)))
    .option('--key <file>', own.key)
    .addOption(option('--timestamp <seconds>', own.timestamp, textLike(/^\d{1,15}$/, own.timestampExpected)))
    .addOption(option('--nonce <text>', own.nonce, textLike(/^[\x20-\x7e]{1,128}$/, own.nonceExpected)))
    .addOption(choiceOption('--scheme <scheme>', own.scheme, SCHEMES, language))
    .addOption(
      choiceOption('--print <what>', own.print, ['authorization', 'message', 'curl'], language).default(
        'authorization',
      ),
    )
    .addRemarks(own.after)
    .action(async (method: string, url: string) => printSigned(method, url, command.opts<SignOptions>(), language))
}

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
  const request = { method, target, timestamp, nonce, body }
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
        `${curlCommand(method, /^https?:/i.test(url) ? url : DEFAULT_URL + url, authorization, body, options, language)}\n`,
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
