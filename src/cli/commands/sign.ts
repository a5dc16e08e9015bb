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
import { choiceOption, type DefineCommand, option, textLike } from '../command.ts'
import { print, printJson } from '../output.ts'
import { readBytes } from '../read-input.ts'
import { DEFAULT_URL, methodOf, targetOf } from '../request-line.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

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

export const define: DefineCommand = (command, { texts }) => {
  const { sign: own } = texts
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
    .addOption(choiceOption('--scheme <scheme>', own.scheme, SCHEMES, texts))
    .addOption(
      choiceOption('--print <what>', own.print, ['authorization', 'message', 'curl'], texts).default('authorization'),
    )
    .addHelpText('after', `\n${own.after}`)
    .action(async (method: string, url: string) => printSigned(method, url, command.opts<SignOptions>(), texts))
}

async function printSigned(methodText: string, url: string, options: SignOptions, texts: Texts): Promise<void> {
  if (options.body !== undefined && options.bodyFile !== undefined) throw usageError(texts.sign.oneBody)
  if (options.key !== undefined && options.serial === undefined) throw usageError(texts.sign.keyNeedsSerial)
  const method = methodOf(methodText, texts)
  const target = targetOf(url, texts)
  const body =
    options.bodyFile !== undefined ? await readBytes(options.bodyFile, texts) : Buffer.from(options.body ?? '')
  const { merchant } = wellKnownIdentity()
  const scheme = options.scheme ?? schemeFor(target)
  const identity = options.mchid ?? (isBrand(scheme) ? merchant.brandId : undefined) ?? merchant.mchid
  const serialNo = options.serial ?? merchant.serialNo
  const timestamp = options.timestamp ?? timestampOf(systemClock.now())
  const nonce = options.nonce ?? randomBytes(16).toString('hex')
  const request = { method, target, timestamp, nonce, body }
  const privateKey =
    options.key === undefined ? createPrivateKey(merchant.privateKey) : await readKey(options.key, texts)
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
        `${curlCommand(method, /^https?:/i.test(url) ? url : DEFAULT_URL + url, authorization, body, options, texts)}\n`,
      )
  }
}

async function readKey(file: string, texts: Texts): Promise<KeyObject> {
  const pem = await readBytes(file, texts)
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw usageError(texts.sign.notAKey(file), cause)
  }
  if (key.asymmetricKeyType !== 'rsa') throw usageError(texts.sign.notAKey(file))
  return key
}

function curlCommand(
  method: string,
  url: string,
  authorization: string,
  body: Buffer,
  { bodyFile }: SignOptions,
  texts: Texts,
): string {
  const text = wordOf(body)
  if (text === undefined && bodyFile === '-') throw usageError(texts.sign.binaryBody)
  const data = text === undefined ? `--data-binary ${shellQuote(`@${bodyFile}`)}` : `--data-raw ${shellQuote(text)}`
  const standard = body.length === 0 ? 'GET' : 'POST'
  return signedCall({
    options: method === 'HEAD' ? ['--head'] : method === standard ? [] : [`-X ${method}`],
    url: shellQuote(url),
    authorization: shellQuote(`Authorization: ${authorization}`),
    data: body.length === 0 ? undefined : data,
  })
}
