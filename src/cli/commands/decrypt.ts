import { parseRawMessage } from '../../traffic/recording/raw-message.ts'
import { isEnvelope, open, type SealedValue } from '../../wire/protocol/envelope.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { isJsonObject } from '../../wire/protocol/json-object.ts'
import { defines, usageError } from '../command.ts'
import { nameOf, parseJson, readBytes } from '../files.ts'
import { print, printJson } from '../output.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Opens what is encrypted with the APIv3 key: the resource of a callback, or the certificates of a GET /v3/certificates answer.',
  file: 'JSON of an envelope, a callback or a certificate list; standard input if left out',
  apiV3Key: 'APIv3 key, 32 characters; the well-known one if left out',
  after: `wechatpay-mock decrypt callback.json
curl -s … /v3/certificates … | wechatpay-mock decrypt > platform.pem`,
  nothingSealed: (name: string): string =>
    `${name} has nothing encrypted in it: give an envelope (algorithm, nonce, ciphertext), a callback or a certificate list`,
  certificate: (serial: string, from: string | undefined, until: string | undefined): string =>
    `${serial}${from && until ? `, valid from ${from} until ${until}` : ''}`,
}

const zh: typeof en = {
  description: '解密用 APIv3密钥加密的内容：回调中的 resource，或 GET /v3/certificates 应答中的平台证书。',
  file: '密文对象、回调或证书列表的 JSON；不写则读标准输入',
  apiV3Key: 'APIv3密钥，32 个字符；不写则用内置商户的',
  after: en.after,
  nothingSealed: (name) => `${name} 中没有加密的内容，请给出密文对象（algorithm、nonce、ciphertext）、回调或证书列表`,
  certificate: (serial, from, until) => `${serial}${from && until ? `，有效期 ${from} 至 ${until}` : ''}`,
}

const texts = { en, zh }

interface DecryptOptions {
  readonly apiV3Key?: string
  readonly json?: boolean
}

interface SealedCertificate {
  readonly serial_no: string
  readonly effective_time?: string
  readonly expire_time?: string
  readonly encrypt_certificate: SealedValue
}

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[file]', own.file)
    .option('--api-v3-key <key>', own.apiV3Key)
    .action(async (file: string | undefined) => decrypt(file ?? '-', command.opts<DecryptOptions>(), language))
})

async function decrypt(file: string, options: DecryptOptions, language: Language): Promise<void> {
  const own = texts[language]
  const name = nameOf(file, language)
  const bytes = await readBytes(file, language)
  // `curl -i` shows the head too; JSON never looks like one.
  const json = parseJson((parseRawMessage(bytes)?.body ?? bytes).toString('utf8'), name, language)
  const key =
    options.apiV3Key ?? (await import('../../control/identity/well-known.ts')).wellKnownIdentity().merchant.apiV3Key
  const sealed = sealedIn(json)
  if (!sealed) throw usageError(own.nothingSealed(name))

  const opened = sealed.map((entry) => ({ ...entry, result: openWith(key, entry.envelope, language) }))
  const failed = opened.filter(({ result }) => !result.ok)
  if (failed.length > 0) process.exitCode = 1
  if (options.json) return printJson(jsonOf(opened, language))
  for (const { certificate, result } of opened) {
    const label =
      certificate && own.certificate(certificate.serial_no, certificate.effective_time, certificate.expire_time)
    if (label) await print(`# ${label}\n`)
    if (result.ok) await print(`${result.plaintext.replace(/(?<!\n)\n+$/, '')}\n`)
    else process.stderr.write(`wechatpay-mock: ${commonTexts[language].envelope.reasons[result.reason]}\n`)
  }
}

type Opened = ReturnType<typeof open>

interface Entry {
  readonly envelope: SealedValue
  readonly certificate?: SealedCertificate
}

function openWith(key: string, envelope: SealedValue, language: Language): Opened {
  try {
    return open(envelope, key)
  } catch (error) {
    if (error instanceof UsageError && error.code === 'MOCK_API_V3_KEY') {
      throw usageError(commonTexts[language].envelope.badKey(Buffer.byteLength(key)), error)
    }
    throw error
  }
}

/** The sealed entries of an envelope, a callback, a certificate entry or a whole certificate list; `undefined` if nothing is sealed. */
function sealedIn(json: unknown): Entry[] | undefined {
  if (isEnvelope(json)) return [{ envelope: json }]
  if (!isJsonObject(json)) return undefined
  if (isEnvelope(json.resource)) return [{ envelope: json.resource }]
  const list = Array.isArray(json.data) ? json.data : [json]
  if (list.length === 0 || !list.every(isSealedCertificate)) return undefined
  return list.map((certificate) => ({ envelope: certificate.encrypt_certificate, certificate }))
}

function isSealedCertificate(value: unknown): value is SealedCertificate {
  return isJsonObject(value) && typeof value.serial_no === 'string' && isEnvelope(value.encrypt_certificate)
}

function jsonOf(opened: readonly (Entry & { result: Opened })[], language: Language): unknown {
  const { reasons } = commonTexts[language].envelope
  const outcome = (result: Opened, name: string) =>
    result.ok ? { [name]: result.plaintext } : { error: result.reason, explanation: reasons[result.reason] }
  const [first] = opened
  if (first && !first.certificate) return outcome(first.result, 'plaintext')
  return {
    certificates: opened.map(({ certificate, result }) => ({
      serial_no: certificate?.serial_no,
      effective_time: certificate?.effective_time,
      expire_time: certificate?.expire_time,
      ...outcome(result, 'certificate'),
    })),
  }
}
