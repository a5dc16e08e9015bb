import { X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { isFromSystem } from '../../wire/shared/errors.ts'
import { makeDirectory } from '../../wire/shared/make-directory.ts'
import { shellQuote } from '../../wire/shared/shell.ts'
import { AuthorityError } from '../../wire/tls/authority.ts'
import { newestGeneration } from '../../wire/tls/authority-directory.ts'
import { createCertificateAuthority, renewCertificateAuthority } from '../../wire/tls/certificate-authority.ts'
import {
  JAVA_TRUST_STORE_PASSWORD,
  type TrustFiles,
  trustFilesIn,
  writeTrustFiles,
} from '../../wire/tls/trust-files.ts'
import { defines, usageError } from '../command.ts'
import { fillSomeFromEnvironment } from '../environment.ts'
import { DEFAULT_DATA_DIRECTORY, dataDirectoryOption, unwritable } from '../files.ts'
import { print, printJson } from '../output.ts'
import { fetchCredentials, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

export const RUNTIMES = ['node', 'java', 'go', 'php', 'curl', 'python', 'dotnet'] as const
export type Runtime = (typeof RUNTIMES)[number]

/** Lines to paste so that a runtime trusts the CA, and those that undo it. */
interface TrustLines {
  readonly runtime: Runtime
  readonly trust: readonly string[]
  /** Empty if the trust ends with the command itself. */
  readonly undo: readonly string[]
}

/**
 * The lines for each runtime, to paste into a POSIX shell, or into PowerShell on Windows.
 *
 * A setting that replaces the trusted certificates gets the bundle, so that everything else is trusted as before.
 */
export function trustLines(files: TrustFiles, certificate: X509Certificate, platform: NodeJS.Platform): TrustLines[] {
  const shell = platform === 'win32' ? powerShell : posixShell
  const { bundle, certificate: ca, javaTrustStore } = files
  const quote = shell.quote
  const variables = (runtime: Runtime, values: Readonly<Record<string, string>>): TrustLines => ({
    runtime,
    trust: Object.entries(values).map(([name, value]) => shell.set(name, value)),
    undo: Object.keys(values).map(shell.unset),
  })
  const once = (runtime: Runtime, line: string): TrustLines => ({ runtime, trust: [line], undo: [] })
  // Go and .NET read OpenSSL's variable on Linux; elsewhere they use only the system's trust store.
  const ofSystem = (runtime: Runtime): TrustLines =>
    systemStore(runtime, ca, certificate, platform) ?? variables(runtime, { SSL_CERT_FILE: bundle })

  return [
    variables('node', { NODE_EXTRA_CA_CERTS: ca }),
    once(
      'java',
      `java ${quote(`-Djavax.net.ssl.trustStore=${javaTrustStore}`)} -Djavax.net.ssl.trustStorePassword=${JAVA_TRUST_STORE_PASSWORD} …`,
    ),
    ofSystem('go'),
    once('php', `php -d ${quote(`curl.cainfo=${bundle}`)} -d ${quote(`openssl.cafile=${bundle}`)} …`),
    once('curl', `curl --cacert ${quote(ca)} …`),
    variables('python', { REQUESTS_CA_BUNDLE: bundle, SSL_CERT_FILE: bundle }),
    ofSystem('dotnet'),
  ]
}

/** Lines for the user's own store, which needs no administrator; none on Linux. */
function systemStore(
  runtime: Runtime,
  file: string,
  certificate: X509Certificate,
  platform: NodeJS.Platform,
): TrustLines | undefined {
  const sha1 = certificate.fingerprint.replaceAll(':', '')
  switch (platform) {
    case 'darwin': {
      const keychain = '~/Library/Keychains/login.keychain-db'
      return {
        runtime,
        trust: [`security add-trusted-cert -r trustRoot -p ssl -k ${keychain} ${shellQuote(file)}`],
        undo: [`security delete-certificate -t -Z ${sha1} ${keychain}`],
      }
    }
    case 'win32':
      return {
        runtime,
        trust: [`certutil -user -addstore Root ${powerShell.quote(file)}`],
        undo: [`certutil -user -delstore Root ${sha1}`],
      }
    default:
      return undefined
  }
}

interface Shell {
  quote(word: string): string
  set(name: string, value: string): string
  unset(name: string): string
}

const posixShell: Shell = {
  quote: shellQuote,
  set: (name, value) => `export ${name}=${shellQuote(value)}`,
  unset: (name) => `unset ${name}`,
}

const powerShell: Shell = {
  quote: (word) => `'${word.replaceAll("'", "''")}'`,
  set: (name, value) => `$env:${name} = ${powerShell.quote(value)}`,
  unset: (name) => `Remove-Item Env:${name}`,
}

const en = {
  description:
    'Makes or shows the certificate authority of the TLS server, and the line with which each runtime trusts it: that of a directory on this machine, which mocks that are started there use, or that of a running mock (--url). It signs for WeChat Pay hosts, localhost and loopback only.',
  url: 'address of a running mock, whose CA is fetched',
  out: (directory: string): string => `directory for the files of --url (default: ${directory})`,
  pem: 'print only the certificate, PEM',
  renew: 'make a new one; whatever trusts the files in the directory trusts it at once',
  remove: 'delete it, with everything that was made beside it',
  after: `wechatpay-mock ca                         the line for each runtime
wechatpay-mock ca --pem > ca.pem          the certificate alone
wechatpay-mock ca --url http://mock:8089  that of a mock elsewhere
curl --cacert .wechatpay-mock/ca.pem https://127.0.0.1:8089/_mock/health`,
  removeAlone: '--remove cannot be combined with --pem or --renew',
  notTogether: (one: string, other: string): string => `${one} cannot be combined with ${other}`,
  outOnlyWithUrl: '--out is for --url: without it the files are in --data-dir',
  noCertificate: (url: string): string => `The mock at ${url} has no CA: its log says what is wrong with its directory`,
  unconstrained: (url: string): string =>
    `The CA of the mock at ${url} is not taken, since it is not limited to the hosts of this version: use the same version of wechatpay-mock on both sides, and make sure that it is your mock that answers there`,
  ownCaThere: (directory: string): string => `${directory} has a CA of its own: choose another --out`,
  foreignThere: (file: string): string =>
    `${file} was not made by wechatpay-mock, and is left alone: choose another --out`,
  ofDirectory: (directory: string): string =>
    `The CA of ${directory}, for mocks that are started with this --data-dir.`,
  ofMock: (url: string): string => `The CA of the mock at ${url}.`,
  signsFor: 'It can sign for WeChat Pay hosts, localhost and loopback only.',
  labels: { certificate: 'certificate', fingerprint: 'SHA-256', validUntil: 'valid until' },
  renewedLater: (time: string): string => `${time}, and renewed by whatever is started in the 30 days before`,
  trustTitle: 'To trust it (wechatpay-mock run -- <command> does it for one command):',
  trustTitleOfMock: 'To trust it:',
  runtimes: {
    node: 'Node.js',
    java: 'Java and everything else on the JVM',
    go: 'Go',
    php: 'PHP',
    curl: 'curl',
    python: 'Python (requests, httpx, ssl)',
    dotnet: '.NET',
  } satisfies Readonly<Record<Runtime, string>>,
  undo: (line: string): string => `undo: ${line}`,
  removeHint: (command: string): string => `To delete it and the files beside it: ${command}`,
  nothingToRemove: (directory: string): string => `${directory} contains nothing of wechatpay-mock's`,
  removed: (path: string): string => `deleted: ${path}`,
  removedNote:
    'If the certificate was put into a trust store of the system, it is still there, but its key was deleted.',
}

const zh: typeof en = {
  description:
    '生成或显示 TLS 服务所用的证书颁发机构（CA），以及各运行环境信任它的命令：本机某个目录中的 CA，供在该处启动的模拟服务使用；或运行中的模拟服务的 CA（--url）。CA 只能为微信支付域名、localhost 和回环地址签发证书。',
  url: '运行中的模拟服务的地址，取它的 CA',
  out: (directory) => `--url 的文件写到哪个目录（默认 ${directory}）`,
  pem: '只输出证书（PEM）',
  renew: '重新生成；引用该目录中文件的程序随即信任新的 CA',
  remove: '删除 CA 以及随它生成的所有文件',
  after: `wechatpay-mock ca                         各运行环境的命令
wechatpay-mock ca --pem > ca.pem          只要证书
wechatpay-mock ca --url http://mock:8089  别处的模拟服务的 CA
curl --cacert .wechatpay-mock/ca.pem https://127.0.0.1:8089/_mock/health`,
  removeAlone: '--remove 不能与 --pem 或 --renew 同时使用',
  notTogether: (one, other) => `${one} 不能与 ${other} 同时使用`,
  outOnlyWithUrl: '--out 只用于 --url；不写 --url 时文件在 --data-dir 中',
  noCertificate: (url) => `${url} 的模拟服务没有 CA：原因见它的日志`,
  unconstrained: (url) =>
    `没有采用 ${url} 的模拟服务的 CA，因为它能签发的域名不限于此版本的范围：请在两边使用同一版本的 wechatpay-mock，并确认应答的是您的模拟服务`,
  ownCaThere: (directory) => `${directory} 中已有自己的 CA，请换一个 --out`,
  foreignThere: (file) => `${file} 不是 wechatpay-mock 生成的，因此不做改动：请换一个 --out`,
  ofDirectory: (directory) => `${directory} 中的 CA，用于以此为 --data-dir 启动的模拟服务。`,
  ofMock: (url) => `${url} 的模拟服务的 CA。`,
  signsFor: '只能为微信支付域名、localhost 和回环地址签发证书。',
  labels: { certificate: '证书', fingerprint: 'SHA-256', validUntil: '有效期至' },
  renewedLater: (time) => `${time}，到期前 30 天内启动的命令会自动更新`,
  trustTitle: '信任它的方法（wechatpay-mock run -- <command> 会为单个命令设置好）：',
  trustTitleOfMock: '信任它的方法：',
  runtimes: {
    node: 'Node.js',
    java: 'Java 及其他 JVM 语言',
    go: 'Go',
    php: 'PHP',
    curl: 'curl',
    python: 'Python（requests、httpx、ssl）',
    dotnet: '.NET',
  },
  undo: (line) => `撤销：${line}`,
  removeHint: (command) => `删除 CA 及随它生成的文件：${command}`,
  nothingToRemove: (directory) => `${directory} 中没有本程序的文件`,
  removed: (path) => `已删除：${path}`,
  removedNote: '如果曾把证书加入系统的信任库，证书仍在其中，但私钥已不存在。',
}

const texts = { en, zh }

/**
 * The certificate of the CA of a running mock, PEM.
 *
 * Whoever answers there, or intercepts the connection, could send a CA that signs for any host, so only one that cannot is accepted, and nothing else
 * in the answer.
 *
 * @throws UsageError when no mock answers at the URL, or it refuses, or has no CA, or one that is not limited to the hosts it is for
 */
async function fetchAuthority(url: string, token: string | undefined, language: Language): Promise<string> {
  const { ca_certificate: pem } = await fetchCredentials(url, { mchid: undefined, token }, language)
  if (pem === null) throw usageError(texts[language].noCertificate(url))
  const certificate = parse(pem) ?? noMock(url, language)
  const { isConstrained } = await import('../../wire/tls/issue-certificates.ts')
  if (certificate.publicKey.asymmetricKeyType === 'rsa' && isConstrained(certificate.toString()))
    return certificate.toString()
  throw usageError(texts[language].unconstrained(url))
}

/** The first certificate in a text, if any. */
function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    // It throws only for text that is not a certificate.
    return undefined
  }
}

function noMock(url: string, language: Language): never {
  throw usageError(commonTexts[language].runningMock.noMockAt(url))
}

/**
 * Writes the files that clients need to trust a CA whose key is elsewhere.
 *
 * @throws UsageError for a directory that has a CA of its own or files that are not ours, and for one that cannot be written
 */
async function writeForeignAuthority(directory: string, pem: string, language: Language): Promise<void> {
  const own = texts[language]
  try {
    if ((await newestGeneration(directory)) > 0) throw usageError(own.ownCaThere(resolve(directory)))
    await makeDirectory(directory)
    await writeTrustFiles(directory, pem)
  } catch (error) {
    if (error instanceof AuthorityError && error.fault === 'foreign')
      throw usageError(own.foreignThere(error.file), error)
    if (error instanceof AuthorityError) throw unwritable(directory, error.cause, language)
    if (isFromSystem(error)) throw unwritable(directory, error, language)
    throw error
  }
}

interface CaOptions {
  readonly dataDir: string
  readonly url?: string
  readonly controlToken?: string
  readonly out?: string
  readonly pem?: boolean
  readonly renew?: boolean
  readonly remove?: boolean
  readonly json?: boolean
}

/** Directory for files about the certificate of a running mock. */
const FETCHED_DIRECTORY = 'wechatpay-mock-ca'

export const define = defines(texts, (command, own, language) => {
  command
    .addOption(dataDirectoryOption(language))
    .addOption(urlOption(own.url, language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .option('--out <directory>', own.out(FETCHED_DIRECTORY))
    .option('--pem', own.pem)
    .option('--renew', own.renew)
    .option('--remove', own.remove)
    .action(async () => {
      fillSomeFromEnvironment(command, ['dataDir'])
      const options = command.opts<CaOptions>()
      checkTogether(options, command.getOptionValueSource('dataDir') === 'cli', language)
      await (options.remove ? remove(options, language) : show(options, language))
    })
})

/** @throws UsageError for options that exclude each other */
function checkTogether({ url, out, pem, renew, remove }: CaOptions, namesDirectory: boolean, language: Language): void {
  const own = texts[language]
  if (remove && (pem || renew)) throw usageError(own.removeAlone)
  if (pem && out !== undefined) throw usageError(own.notTogether('--pem', '--out'))
  if (url === undefined) {
    if (out !== undefined) throw usageError(own.outOnlyWithUrl)
    return
  }
  const other = renew ? '--renew' : remove ? '--remove' : namesDirectory ? '--data-dir' : undefined
  if (other !== undefined) throw usageError(own.notTogether('--url', other))
}

async function show(options: CaOptions, language: Language): Promise<void> {
  const { dataDir, url, controlToken, out = FETCHED_DIRECTORY, renew, pem: onlyPem, json } = options
  if (renew) await renewCertificateAuthority(dataDir)
  const pem =
    url === undefined
      ? await createCertificateAuthority({ directory: dataDir }).certificate()
      : await fetchAuthority(url, controlToken, language)
  if (onlyPem) return json ? printJson({ pem }) : print(pem)

  if (url !== undefined) await writeForeignAuthority(out, pem, language)
  const certificate = new X509Certificate(pem)
  const files = trustFilesIn(url === undefined ? dataDir : out)
  const lines = trustLines(files, certificate, process.platform)
  if (json) return printJson(asJson(pem, certificate, files, lines))
  return print(asText(options, { certificate, files, lines }, language))
}

async function remove({ dataDir, json }: CaOptions, language: Language): Promise<void> {
  const own = texts[language]
  const { removeAuthority } = await import('../../wire/tls/authority-directory.ts')
  const removed = await removeAuthority(dataDir)
  if (json) return printJson({ removed })
  if (removed.length === 0) return print(`${own.nothingToRemove(resolve(dataDir))}\n`)
  return print(`${removed.map((path) => `${own.removed(path)}\n`).join('')}${own.removedNote}\n`)
}

function asJson(pem: string, certificate: X509Certificate, files: TrustFiles, lines: readonly TrustLines[]): object {
  return {
    certificate: files.certificate,
    fingerprint_sha256: certificate.fingerprint256,
    valid_until: validUntil(certificate),
    bundle: files.bundle,
    java_trust_store: files.javaTrustStore,
    php_ini: files.phpIni,
    pem,
    trust: lines,
  }
}

/** Facts about a CA, as shown to the user. */
interface Shown {
  readonly certificate: X509Certificate
  readonly files: TrustFiles
  readonly lines: readonly TrustLines[]
}

function asText({ dataDir, url }: CaOptions, { certificate, files, lines }: Shown, language: Language): string {
  const own = texts[language]
  const { labels } = own
  const { fact } = commonTexts[language]
  const until = validUntil(certificate)
  const facts = [
    [labels.certificate, files.certificate],
    [labels.fingerprint, certificate.fingerprint256],
    [labels.validUntil, url === undefined ? own.renewedLater(until) : until],
  ]
  const title = [url === undefined ? own.ofDirectory(files.directory) : own.ofMock(url), own.signsFor]
  const directory = dataDir === DEFAULT_DATA_DIRECTORY ? '' : ` --data-dir ${shellQuote(dataDir)}`
  const runtimes = lines.map(({ runtime, trust, undo }) =>
    [own.runtimes[runtime], ...trust, ...undo.map((line) => own.undo(line))].join('\n  '),
  )
  return `${title.join(language === 'zh' ? '' : ' ')}\n${facts.map(([label = '', value = '']) => `${fact(label, value)}\n`).join('')}
${url === undefined ? own.trustTitle : own.trustTitleOfMock}

${runtimes.join('\n')}
${url === undefined ? `\n${own.removeHint(`wechatpay-mock ca --remove${directory}`)}\n` : ''}`
}

function validUntil({ validToDate }: X509Certificate): string {
  return formatInstant(validToDate.getTime())
}
