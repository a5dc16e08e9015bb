import { createPublicKey, X509Certificate } from 'node:crypto'
import { wellKnownIdentity } from '../../control/identity/well-known.ts'
import { type Standing, standingFrom } from '../../engine/keys/standing.ts'
import { BEFORE_DIFFERENCE, visible } from '../../wire/diagnosis/difference.ts'
import type { DescribedDiagnosis, DiagnosisTexts, Difference, KnownKey } from '../../wire/diagnosis/index.ts'
import { oneLine, print, printJson } from '../output.ts'
import { connect, fetchCredentials } from '../running-mock.ts'
import type { Language } from '../texts.ts'

/** The keys that a message is examined with. */
export interface Identity {
  readonly mchid: string
  readonly brandId?: string
  readonly serialNo: string
  readonly publicKey: KnownKey['publicKey']
  readonly apiV3Key: string
  readonly platform: readonly KnownKey[]
  readonly standing: Standing
}

interface IdentityOptions {
  readonly mchid?: string
  readonly url?: string
  readonly controlToken?: string
}

/** The merchant of a running mock, or the well-known one. @throws UsageError when no mock answers, or it does not know the merchant */
export async function identityFor(
  { mchid, url, controlToken }: IdentityOptions,
  language: Language,
): Promise<Identity> {
  if (url === undefined) {
    const { merchant, platform } = wellKnownIdentity()
    const keys = [...platform.certificates, platform.publicKey]
    return { ...merchant, platform: keys.map(({ serialNo, publicKey }) => ({ serialNo, publicKey })) }
  }
  const told = await fetchCredentials(url, { mchid, token: controlToken }, language)
  const { items } = await (await connect(url, controlToken, language)).merchants({ text: told.mchid, limit: 500 })
  const listed = items.find((one) => one.mchid === told.mchid)
  const publicKey = told.platform_public_key
  return {
    mchid: told.mchid,
    serialNo: told.merchant_serial_no,
    publicKey: new X509Certificate(told.merchant_certificate).publicKey,
    apiV3Key: told.api_v3_key,
    standing: standingFrom({
      certificateState: listed?.certificate_state,
      replacedSerials: listed?.replaced_serials,
      apiV3KeySet: listed?.api_v3_key_set,
    }),
    platform: [
      ...told.platform_certificates.map(({ serial_no, certificate }) => ({
        serialNo: serial_no,
        publicKey: new X509Certificate(certificate).publicKey,
      })),
      ...(publicKey ? [{ serialNo: publicKey.id, publicKey: createPublicKey(publicKey.public_key) }] : []),
    ],
  }
}

const en = {
  description:
    'Says why a signature fails, and what to do about it: of a request, as its bytes or as a curl command line; of a response or a callback that a client refuses; or of a call in the journal of a running mock. Every cause that it names is proved. With --id it also says why a call that is rightly signed was refused. Nothing is run or sent. Exit code 0 when the signature is right, 1 when it is not.',
  file: 'raw HTTP message, curl command line, or what curl -v printed; standard input if left out',
  response: 'the input is a response (detected when it begins with HTTP/)',
  callback: 'the input is a callback (detected by its Wechatpay-Signature)',
  bodyFile: 'file with the exact bytes of the body',
  key: "key that it has to be signed with (PEM, private or public): the merchant's for requests, the platform's otherwise; the well-known one if left out",
  certificate: 'the same as a certificate, whose serial is looked at too',
  mchid: 'merchant number; with --url the merchant of that mock',
  apiV2Key: 'APIv2 key, to find it in the message that was signed',
  apiV3Key: "APIv3 key; the well-known merchant's if left out",
  clock: 'when it arrived: seconds since 1970, or like 2026-01-01T00:00:00+08:00; if left out, it may be old',
  id: 'Request-ID of an answer of a running mock',
  idExpected: 'use the Request-ID of an answer',
  url: 'address of a running mock, to take keys from, to look for the nonce in its journal, or for --id',
  after: `wechatpay-mock explain --id 08F78BE9AC0610…
wechatpay-mock explain request.http --certificate apiclient_cert.pem
pbpaste | wechatpay-mock explain
wechatpay-mock explain callback.http --callback --api-v3-key …`,
  oneKey: 'Give --key or --certificate, not both',
  responseOrCallback: 'Give --response or --callback, not both',
  idOrFile: 'Give --id or a file, not both',
  whoseKey: (mchid: string): string =>
    `The key of merchant ${mchid} is not known: give its --certificate or --key, or the --url of a mock that knows it`,
  tooLarge: (name: string, bytes: number): string => `${name} has more than ${bytes} bytes, which no mock would take`,
  headTooLong: (name: string, bytes: number): string => `The head of ${name} has more than ${bytes} bytes`,
  notHttp: (name: string): string =>
    `${name} is neither an HTTP message (POST /v3/… HTTP/1.1, headers, an empty line, the body) nor a curl command line`,
  bodyNotShown: 'curl -v does not show the body that it sent: give that as --body-file',
  curlWithoutUrl: 'The curl command line has no URL',
  curlTwoUrls: (one: string, other: string): string => `The curl command line has two URLs: ${one} and ${other}`,
  curlTooLong: (words: number): string => `The curl command line has more than ${words} words`,
  curlValueMissing: (name: string): string => `${name} of curl needs a value`,
  curlOptionUnknown: (name: string): string =>
    `${name} of curl is not understood here: leave it out, or give the raw request (curl -v shows it)`,
  curlBodyInFile: (text: string): string => `The body is in ${text}: give it as --body-file`,
  curlHeaderUnreadable: (line: string): string => `"${line}" is not a header of the form "Name: value"`,
  curlQuoteOpen: 'The curl command line has a quote that is not closed',
  curlExpansion: (name: string): string =>
    `The shell would expand ${name}: give the command line with that filled in, or the raw request`,
  fix: (text: string): string => `→ ${text}`,
  titled: (title: string): string => `${title}:`,
  moreBytes: (bytes: number): string => ` ${bytes} more byte${bytes === 1 ? '' : 's'}`,
  here: 'expected',
  there: 'signed  ',
  addHeaders: 'Send both headers; WeChat Pay refuses calls without them before it looks at the signature.',
  headerWrong: 'The Authorization header cannot be read, so the signature was not checked.',
  rightBut: 'The signature matches the message, but the request is refused all the same:',
  refused: (check: string): string => `The call was refused by this check: ${check}.`,
  maybeOld: (text: string): string =>
    `${text} That is fine if the message is that old; --clock says when it arrived, and has it judged by that.`,
  messageUnknown:
    'The key and the digest are right. Compare the message above byte for byte with the one that your client signs: print it there just before it is signed.',
  keyUnknown: (serial: string): string =>
    `It was compared with the key of ${serial} and with those that come with the mock: --key apiclient_key.pem tries yours.`,
  letIn: (method: string, target: string, status: number | undefined): string =>
    `The signature is right: ${method} ${target} was accepted, and answered with ${status ?? 'nothing'}.`,
  knownHere: (mchid: string, serialNo: string): string =>
    `The mock knows merchant ${mchid} with the serial_no ${serialNo}.`,
  shaped:
    'shaped: the mock has no rules for this call. The answer has the documented shape, with values that requests brought or that are made up.',
  answerRight: 'The signature is right: a client has to take this message.',
  answerWrong: 'A client has to refuse this message:',
  serialUnknown: (serial: string, known: string): string =>
    `It is signed with the key ${serial}, which is not known here; the known ones are ${known}.`,
  otherKey: (signer: string, named: string): string =>
    `It is signed with the key ${signer}, and names the key ${named} in Wechatpay-Serial.`,
  otherKeyFix:
    'The client cannot fix this: the sender mixes up its keys. Choosing the key by Wechatpay-Serial is right.',
  bodyChanged: (names: string): string =>
    `The right key signed it, but over another form of the body; what was signed is the body here after: ${names}.`,
  bodyChangedFix:
    'Verify the bytes as they came, before anything parses them: getRawBody, request.get_data(), php://input, io.ReadAll; not JSON that was serialized again.',
  messageDiffers: (serial: string): string =>
    `The right key, ${serial}, signed another message: body, timestamp or nonce are not those that were signed.`,
  keyUnknownFix:
    'Look up the certificate by Wechatpay-Serial and download it again (GET /v3/certificates); --key tries another one.',
  answerFixes: {
    header_missing:
      'Refuse it, unless it is a 401, which is never signed. Behind a proxy, check whether it strips Wechatpay-* headers.',
    signature_type: 'Ask for RSA: SM2 answers need another client.',
    timestamp: 'Set the clock by NTP. A message older than 300 seconds may be a replay.',
    serial_unknown:
      'Choose the key by Wechatpay-Serial, and download the certificates when it is new; PUB_KEY_ID_… is the public key of WeChat Pay.',
    probe: 'Refuse it, and do not report an error for it: that is how WeChat Pay tests whether you verify.',
    signature_format: 'Take the header as it is: it is standard base64 of 344 characters for a key of 2048 bits.',
  } as Readonly<Partial<Record<string, string>>>,
  resourceMissing: 'The body is not a callback: it has no resource with algorithm, ciphertext and nonce.',
  resourceMissingFix: 'Check whether the body arrived whole, and whether something has decrypted it already.',
  opens: (text: string): string => `The resource opens: ${text}`,
  associatedData: (value: string): string =>
    `The resource opens only with the associated_data "${value}", which is not the one in it.`,
  associatedDataFix: 'Pass resource.associated_data unchanged as additional data (AAD), even when it is empty.',
  keyLengthFix:
    'The APIv3 key is the 32 characters set in the merchant platform: not the APIv2 key, not base64, no line feed at its end.',
  envelopeFixes: {
    unknown_algorithm: 'It has to be AEAD_AES_256_GCM, AES-256 in GCM with a tag of 16 bytes.',
    ciphertext_too_short: 'Decode ciphertext from base64; its last 16 bytes are the tag.',
    bad_nonce: 'Pass resource.nonce as its 12 characters, not decoded; it is not Wechatpay-Nonce.',
    tag_mismatch:
      'Check that --api-v3-key belongs to the merchant of the callback; nonce and associated_data are those of resource, not of the headers.',
  },
}

const zh: typeof en = {
  description:
    '说明签名为何不通过以及如何改正：可以是请求（原始报文或 curl 命令行），客户端拒绝的应答或回调，或运行中的模拟服务请求记录里的一次请求。所指出的原因都是经过验证的。用 --id 时，签名正确却被拒绝的请求也会说明原因。不执行也不发送任何内容。签名正确时退出码为 0，否则为 1。',
  file: '原始 HTTP 报文、curl 命令行，或 curl -v 的输出；不写则读标准输入',
  response: '内容是应答（以 HTTP/ 开头时自动识别）',
  callback: '内容是回调（有 Wechatpay-Signature 时自动识别）',
  bodyFile: '请求体原始字节所在的文件',
  key: '应当用来签名的密钥（PEM，私钥或公钥）：请求为商户的，其他为平台的；不写则用内置的',
  certificate: '同上，但为证书，并核对其序列号',
  mchid: '商户号；与 --url 同用时为该模拟服务的商户',
  apiV2Key: 'APIv2密钥，用于检查它是否被放进了签名串',
  apiV3Key: 'APIv3密钥；不写则用内置商户的',
  clock: '收到的时间：1970 年以来的秒数，或 2026-01-01T00:00:00+08:00；不写则可以是旧报文',
  id: '运行中的模拟服务某个应答的 Request-ID',
  idExpected: '请使用应答的 Request-ID',
  url: '运行中的模拟服务的地址，用于读取密钥、在请求记录中查找随机串，或配合 --id',
  after: en.after,
  oneKey: '--key 与 --certificate 只能写一个',
  responseOrCallback: '--response 与 --callback 只能写一个',
  idOrFile: '--id 与文件只能写一个',
  whoseKey: (mchid) =>
    `不知道商户 ${mchid} 的密钥，请用 --certificate 或 --key 给出，或用 --url 指定有该商户的模拟服务`,
  tooLarge: (name, bytes) => `${name} 超过 ${bytes} 字节，模拟服务也不会接收`,
  headTooLong: (name, bytes) => `${name} 的头部超过 ${bytes} 字节`,
  notHttp: (name) => `${name} 既不是 HTTP 报文（POST /v3/… HTTP/1.1、头部、空行、报文主体），也不是 curl 命令行`,
  bodyNotShown: 'curl -v 不显示发送的请求体：请用 --body-file 给出',
  curlWithoutUrl: 'curl 命令行中没有 URL',
  curlTwoUrls: (one, other) => `curl 命令行中有两个 URL：${one} 和 ${other}`,
  curlTooLong: (words) => `curl 命令行超过 ${words} 个词`,
  curlValueMissing: (name) => `curl 的 ${name} 需要一个值`,
  curlOptionUnknown: (name) => `不支持 curl 的 ${name}：请去掉它，或给出原始请求（curl -v 可以显示）`,
  curlBodyInFile: (text) => `请求体在 ${text} 中，请用 --body-file 给出`,
  curlHeaderUnreadable: (line) => `“${line}”不是“名称: 值”形式的头部`,
  curlQuoteOpen: 'curl 命令行中的引号没有闭合',
  curlExpansion: (name) => `shell 会替换 ${name}：请给出替换之后的命令行，或原始请求`,
  fix: (text) => `→ ${text}`,
  titled: (title) => `${title}：`,
  moreBytes: (bytes) => `（还有 ${bytes} 字节）`,
  here: '应签',
  there: '实签',
  addHeaders: '两个头部都要发送；缺少时微信支付在验签之前就会拒绝。',
  headerWrong: '无法读取 Authorization 头，因此没有检查签名。',
  rightBut: '签名与签名串相符，但请求仍会被拒绝：',
  refused: (check) => `该请求未通过此项检查：${check}。`,
  maybeOld: (text) => `${text}如果报文本来就是那时的，则没有问题；用 --clock 指定收到的时间即可判断。`,
  messageUnknown: '密钥和摘要都正确。请在客户端签名之前打印签名串，与上面的内容逐字节比较。',
  keyUnknown: (serial) => `已与 ${serial} 的密钥及内置的密钥比较；可用 --key apiclient_key.pem 换成您自己的密钥再试。`,
  letIn: (method, target, status) => `签名正确：${method} ${target} 通过了验证，应答为 ${status ?? '无'}。`,
  knownHere: (mchid, serialNo) => `模拟服务中商户 ${mchid} 的证书序列号是 ${serialNo}。`,
  shaped: '按文档应答：模拟服务没有这个接口的规则。应答的结构与文档一致，内容来自请求，其余自动生成。',
  answerRight: '签名正确：客户端应当接受该报文。',
  answerWrong: '客户端应当拒绝该报文：',
  serialUnknown: (serial, known) => `签名所用的密钥 ${serial} 未知，已知的有 ${known}。`,
  otherKey: (signer, named) => `实际用 ${signer} 签名，而 Wechatpay-Serial 写的是 ${named}。`,
  otherKeyFix: '客户端无法解决：发送方弄混了密钥。按 Wechatpay-Serial 选择密钥是正确的做法。',
  bodyChanged: (names) => `密钥正确，但签名时的报文主体是另一种形式；由这里的报文主体经以下变化得到：${names}。`,
  bodyChangedFix:
    '请对收到的原始字节验签，在任何解析之前：getRawBody、request.get_data()、php://input、io.ReadAll；不要用重新生成的 JSON。',
  messageDiffers: (serial) => `密钥 ${serial} 正确，但签的是另一段内容：报文主体、时间戳或随机串与签名时不同。`,
  keyUnknownFix: '按 Wechatpay-Serial 查找证书，并重新下载（GET /v3/certificates）；可用 --key 试另一把密钥。',
  answerFixes: {
    header_missing: '应当拒绝，除非是从不签名的 401。如有代理，检查它是否去掉了 Wechatpay-* 头部。',
    signature_type: '请使用 RSA：国密应答需要另外的客户端。',
    timestamp: '用 NTP 校准时钟。超过 300 秒的报文可能是重放。',
    serial_unknown: '按 Wechatpay-Serial 选择密钥，遇到新的就重新下载平台证书；PUB_KEY_ID_… 是微信支付公钥。',
    probe: '应当拒绝，且无须报警：这是微信支付在探测商户是否验签。',
    signature_format: '请原样使用该头部：2048 位密钥的签名是 344 个字符的标准 base64。',
  },
  resourceMissing: '报文主体不是回调：没有含 algorithm、ciphertext、nonce 的 resource。',
  resourceMissingFix: '检查报文主体是否完整，以及是否在此之前已被解密。',
  opens: (text) => `resource 可以解密：${text}`,
  associatedData: (value) => `只有用 associated_data“${value}”才能解密 resource，与其中所写的不同。`,
  associatedDataFix: '把 resource.associated_data 原样作为附加数据（AAD）传入，空字符串也一样。',
  keyLengthFix: 'APIv3密钥是在商户平台设置的 32 个字符：不是 APIv2密钥，不是 base64，末尾没有换行。',
  envelopeFixes: {
    unknown_algorithm: '应为 AEAD_AES_256_GCM，即 AES-256 的 GCM 模式，标签 16 字节。',
    ciphertext_too_short: '先对 ciphertext 做 base64 解码，其最后 16 字节是标签。',
    bad_nonce: '把 resource.nonce 的 12 个字符原样传入，不要解码；它不是 Wechatpay-Nonce。',
    tag_mismatch: '检查 --api-v3-key 是否属于该回调的商户；nonce 和 associated_data 取自 resource，而不是头部。',
  },
}

export const texts = { en, zh }

/** One mistake, and how to correct it. */
export interface Finding {
  /** Stable, for scripts. */
  readonly name: string
  readonly value?: string
  readonly explanation: string
  readonly fix?: string
}

/** The result of explaining a message. */
export interface Explanation {
  readonly about: 'request' | 'response' | 'callback'
  /** One sentence. */
  readonly summary: string
  /** Empty if nothing is wrong. */
  readonly findings: readonly Finding[]
  /** Certain findings about a request's signature; left out if the check ended earlier. */
  readonly verdict?: DescribedDiagnosis['verdict'] | 'not_examined'
  /** Remarks that do not make it wrong. */
  readonly notes: readonly string[]
  readonly expectedMessage?: string
  readonly signedMessage?: string
  /** Lengths of the complete messages in bytes, since those here are cut; left out if the complete ones are unknown. */
  readonly lengths?: { readonly expected?: number; readonly signed?: number }
  readonly difference?: Difference
}

/** The language of the answer, and the diagnosis in that language. */
export interface Wording {
  readonly language: Language
  readonly diagnosis: DiagnosisTexts
}

/** Characters of a message that are shown to a person; JSON has more. */
const SHOWN_CHARACTERS = 600

/** Whether the signature is right. */
export function isRight({ findings, verdict }: Explanation): boolean {
  return findings.length === 0 && (verdict === undefined || verdict === 'verifies')
}

/** Prints an explanation for a person or a program, and sets the exit code: 0 when the signature is right. */
export async function report(explanation: Explanation, json: boolean | undefined, all: Wording): Promise<void> {
  const { about, summary, findings, verdict, notes, expectedMessage, signedMessage, difference } = explanation
  const right = isRight(explanation)
  if (!right) process.exitCode = 1
  if (!json) return print(`${explanationLines(explanation, all).join('\n')}\n`)
  return printJson({
    right,
    about,
    summary,
    ...(verdict && { verdict }),
    causes: findings,
    notes,
    ...(expectedMessage !== undefined && { expected_message: expectedMessage }),
    ...(signedMessage !== undefined && { signed_message: signedMessage }),
    ...(difference && { difference }),
  })
}

/** An explanation for a person, each line without line breaks. */
export function explanationLines(explanation: Explanation, { language, diagnosis }: Wording): string[] {
  const { summary, findings, notes, expectedMessage, signedMessage, lengths, difference } = explanation
  const own = texts[language]
  const lines = [summary]
  for (const [index, { explanation: text, fix }] of findings.entries()) {
    lines.push(`${index + 1}. ${withoutSentence(text, summary)}`)
    // A fix shared with the next finding is printed there.
    if (fix !== undefined && fix !== findings[index + 1]?.fix) lines.push(`   ${own.fix(fix)}`)
  }
  if (difference) {
    const { offset, line, part, expected, signed } = difference
    // If the beginning is cut, it is cut in both: they are equal there.
    const front = offset > BEFORE_DIFFERENCE ? '…' : ''
    lines.push(
      diagnosis.difference(offset, line, part),
      `   ${own.here} ${front}${expected}${endsIn(expected, expectedMessage, lengths?.expected) ? '' : '…'}`,
      `   ${own.there} ${front}${signed}${endsIn(signed, signedMessage, lengths?.signed) ? '' : '…'}`,
    )
  }
  const message = (title: string, text: string, bytes: number | undefined) =>
    lines.push(own.titled(title), `   ${quoted(text, bytes, language)}`)
  if (!isRight(explanation) && expectedMessage !== undefined)
    message(diagnosis.expected, expectedMessage, lengths?.expected)
  if (signedMessage !== undefined) message(diagnosis.signed, signedMessage, lengths?.signed)
  lines.push(...notes.map((note) => `- ${note}`))
  return lines.map(oneLine)
}

function withoutSentence(text: string, said: string): string {
  const rest = text.replace(said, '').trim()
  return rest === '' ? text : rest
}

/** Whether the excerpt around a difference reaches the end of the message. */
function endsIn(shown: string, message: string | undefined, bytes: number | undefined): boolean {
  if (message === undefined) return false
  const isWhole = bytes === undefined || Buffer.byteLength(message) === bytes
  return isWhole && visible(message).endsWith(shown)
}

/** A message as a JSON string, so that line feeds and the like are visible. @param bytes size of the complete message, if it was cut earlier */
function quoted(message: string, bytes: number | undefined, language: Language): string {
  const shown = beginningOf(message, SHOWN_CHARACTERS)
  return JSON.stringify(shown) + restOf(shown, bytes ?? Buffer.byteLength(message), language)
}

/** The first characters of a text; no character is split. */
export function beginningOf(text: string, characters: number): string {
  return text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '')
}

/** Note after the beginning of a text: how much of it is missing. */
export function restOf(beginning: string, bytes: number, language: Language): string {
  const left = bytes - Buffer.byteLength(beginning)
  return left > 0 ? ` …${texts[language].moreBytes(left)}` : ''
}
