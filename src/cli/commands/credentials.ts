import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import type { CredentialsJson } from '../../control/answer-format.ts'
import { environmentFile } from '../../control/client-setup/credentials.ts'
import { SNIPPET_LANGUAGE_NAMES } from '../../control/client-setup/snippet-languages.ts'
import { isFromSystem } from '../../wire/shared/errors.ts'
import { makeDirectory } from '../../wire/shared/make-directory.ts'
import { replaceFile } from '../../wire/tls/trust-files.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { allowReplacing, unwritable } from '../files.ts'
import { choiceOption } from '../options.ts'
import { print, printJson } from '../output.ts'
import { fetchCredentials, mchidOption, urlHere, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Shows the identity that a client connects with: the well-known one, or that of a merchant of a running mock (--url).',
  format: 'what to show: values to read, JSON, variables, files, or a program for an SDK',
  mchid: 'merchant number; any but the well-known one needs --url',
  url: 'address of the mock, which is asked for the credentials (default: WECHATPAY_MOCK_URL, if set)',
  offline: 'only put --url into the output, and do not ask the mock',
  noMockAt: (url: string): string =>
    `No mock answers at ${url}: start one with wechatpay-mock, correct --url, or add --offline to do without it`,
  out: (directory: string): string => `directory for --format files (default: ${directory})`,
  force: 'replace files with other content',
  after: `wechatpay-mock credentials --format php > wechatpay.php     a program that runs as it is
wechatpay-mock credentials --format env > .env              for shells, dotenv and node --env-file
wechatpay-mock credentials --format files --out certs       apiclient_key.pem and the others`,
  onlyWellKnown: (mchid: string, wellKnown: string): string =>
    `Only ${wellKnown} is known without a mock: give the --url of the one that has merchant ${mchid}`,
  outOnlyWithFiles: '--out is for --format files: redirect other formats with >',
  labels: {
    mchid: 'merchant number (mchid)',
    name: 'full name',
    serial: 'merchant certificate serial',
    apiV3Key: 'APIv3 key',
    platformSerial: 'platform certificate serial',
    publicKeyId: 'WeChat Pay public key id',
    url: 'base URL',
  },
  more: (formats: string): string =>
    `Keys: --format json|env|files. Programs that run as they are: --format ${formats}`,
  files: {
    title: 'Credentials for wechatpay-mock. They are for tests and protect nothing.',
    privateKey: 'private key of the merchant',
    certificate: 'API certificate of the merchant',
    platformCertificate: 'platform certificate, for verifying answers',
    publicKey: (id: string): string => `WeChat Pay public key ${id}, for verifying answers`,
    readme: 'what the other files are, and the values that are not in files',
  },
}

const zh: typeof en = {
  description: '显示客户端接入所需的身份信息：内置商户，或运行中的模拟服务里的商户（--url）。',
  format: '输出形式：供阅读的文本、JSON、环境变量、文件，或某个 SDK 的程序',
  mchid: '商户号；不是内置商户时需要 --url',
  url: '模拟服务的地址，身份信息向它查询（默认取 WECHATPAY_MOCK_URL）',
  offline: '只把 --url 写进输出，不去查询',
  noMockAt: (url) => `${url} 没有模拟服务应答，请先运行 wechatpay-mock，或更正 --url，或加 --offline，不连接模拟服务`,
  out: (directory) => `--format files 的目录（默认 ${directory}）`,
  force: '替换内容不同的文件',
  after: `wechatpay-mock credentials --format php > wechatpay.php     可以直接运行的程序
wechatpay-mock credentials --format env > .env              供 shell、dotenv 和 node --env-file 使用
wechatpay-mock credentials --format files --out certs       apiclient_key.pem 等文件`,
  onlyWellKnown: (mchid, wellKnown) => `离线时只知道 ${wellKnown}，请用 --url 指明有商户 ${mchid} 的模拟服务`,
  outOnlyWithFiles: '--out 只用于 --format files，其他形式请用 > 重定向',
  labels: {
    mchid: '商户号（mchid）',
    name: '商户全称',
    serial: '商户证书序列号',
    apiV3Key: 'APIv3密钥',
    platformSerial: '平台证书序列号',
    publicKeyId: '微信支付公钥ID',
    url: '接口地址',
  },
  more: (formats) => `密钥：--format json|env|files。可以直接运行的程序：--format ${formats}`,
  files: {
    title: 'wechatpay-mock 的身份信息，仅供测试，没有任何安全作用。',
    privateKey: '商户API私钥',
    certificate: '商户API证书',
    platformCertificate: '微信支付平台证书，用于验证应答',
    publicKey: (id) => `微信支付公钥 ${id}，用于验证应答`,
    readme: '以上文件的说明，以及文件之外的参数',
  },
}

const texts = { en, zh }

/** One of the files that a merchant gets from WeChat Pay. */
interface CredentialFile {
  readonly name: string
  readonly description: string
  readonly content: string
  /** Readable by its owner only. */
  readonly secret?: boolean
}

/** The files under the names that WeChat Pay gives them, and one that explains them. */
function credentialFiles(credentials: CredentialsJson, language: Language): CredentialFile[] {
  const { files: say, labels } = texts[language]
  const { fact } = commonTexts[language]
  const { platform_public_key: publicKey } = credentials
  const keys: CredentialFile[] = [
    {
      name: 'apiclient_key.pem',
      description: say.privateKey,
      content: withLineEnd(credentials.merchant_private_key),
      secret: true,
    },
    {
      name: 'apiclient_cert.pem',
      description: say.certificate,
      content: withLineEnd(credentials.merchant_certificate),
    },
    ...credentials.platform_certificates.map(({ serial_no, certificate }) => ({
      name: `wechatpay_${serial_no}.pem`,
      description: say.platformCertificate,
      content: withLineEnd(certificate),
    })),
    ...(publicKey
      ? [{ name: 'pub_key.pem', description: say.publicKey(publicKey.id), content: withLineEnd(publicKey.public_key) }]
      : []),
  ]
  const readme = [
    say.title,
    '',
    fact(labels.mchid, credentials.mchid),
    fact(labels.name, credentials.name),
    fact(labels.serial, credentials.merchant_serial_no),
    fact(labels.apiV3Key, credentials.api_v3_key),
    fact(labels.url, credentials.base_url),
    '',
    ...keys.map(({ name, description }) => fact(name, description)),
    '',
  ]
  return [...keys, { name: 'README.txt', description: say.readme, content: readme.join('\n'), secret: true }]
}

function withLineEnd(pem: string): string {
  return `${pem.trimEnd()}\n`
}

/**
 * Writes files into a directory; writes nothing if one of them exists with other content.
 *
 * @returns the paths
 * @throws UsageError for a file that exists with other content, unless `force` or a person at the terminal agrees
 */
async function writeFiles(
  directory: string,
  files: readonly CredentialFile[],
  force: boolean,
  language: Language,
): Promise<string[]> {
  try {
    await makeDirectory(directory)
    const present = await Promise.all(files.map(({ name }) => readIfThere(join(directory, name))))
    const other = files.filter(({ content }, i) => present[i] !== undefined && present[i] !== content)
    await allowReplacing(
      other.map(({ name }) => join(directory, name)),
      force,
      language,
    )
    return await Promise.all(
      files.map(async ({ name, content, secret }) => {
        const path = join(directory, name)
        await replaceFile(path, content, secret ? 0o600 : 0o644)
        return path
      }),
    )
  } catch (error) {
    if (isFromSystem(error)) {
      throw unwritable(directory, error, language)
    }
    throw error
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const FORMATS = ['text', 'json', 'env', 'files', ...SNIPPET_LANGUAGE_NAMES] as const

interface CredentialsOptions {
  readonly format: (typeof FORMATS)[number]
  readonly mchid?: string
  readonly url?: string
  readonly offline?: boolean
  readonly controlToken?: string
  readonly out?: string
  readonly force?: boolean
  readonly json?: boolean
}

const DEFAULT_DIRECTORY = 'wechatpay-mock-credentials'

export const define = defines(texts, (command, own, language) => {
  command
    .addOption(choiceOption('--format <format>', own.format, FORMATS, language).default('text'))
    .addOption(mchidOption(own.mchid, language))
    .addOption(urlOption(own.url, language))
    .option('--offline', own.offline)
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .option('--out <directory>', own.out(DEFAULT_DIRECTORY))
    .option('--force', own.force)
    .action(async () => {
      fillUrlFromEnvironment(command)
      await showCredentials(command.opts<CredentialsOptions>(), language)
    })
})

async function showCredentials(options: CredentialsOptions, language: Language): Promise<void> {
  const own = texts[language]
  const { format, out } = options
  if (out !== undefined && format !== 'files') throw usageError(own.outOnlyWithFiles)
  const credentials = await credentialsFor(options, language)

  switch (format) {
    case 'text':
      return options.json ? printJson(credentials) : print(asText(credentials, language))
    case 'json':
      return options.json ? printJson(credentials) : print(`${JSON.stringify(credentials, null, 2)}\n`)
    case 'env':
      return show('env', environmentFile(credentials), options)
    case 'files': {
      const directory = out ?? DEFAULT_DIRECTORY
      const files = credentialFiles(credentials, language)
      const written = await writeFiles(directory, files, options.force ?? false, language)
      return options.json
        ? printJson({ format, files: written })
        : print(written.map((path, i) => `${path}  ${files[i]?.description ?? ''}\n`).join(''))
    }
    default: {
      const { snippet } = await import('../../control/client-setup/snippets.ts')
      return show(format, snippet(format, credentials, language), options)
    }
  }
}

function show(format: string, snippet: string, { json }: CredentialsOptions): Promise<void> {
  return json ? printJson({ format, snippet }) : print(snippet)
}

function credentialsFor(options: CredentialsOptions, language: Language): CredentialsJson | Promise<CredentialsJson> {
  const { url, offline, mchid, controlToken } = options
  if (url !== undefined && !offline) {
    return fetchCredentials(url, { mchid, token: controlToken }, language, texts[language].noMockAt)
  }
  if (mchid !== undefined && mchid !== wellKnownCredentials.mchid) {
    throw usageError(texts[language].onlyWellKnown(mchid, wellKnownCredentials.mchid))
  }
  return offlineCredentials(url ?? urlHere())
}

/** The credentials of a mock with default settings, in the shape of the control API. */
function offlineCredentials(baseUrl: string): CredentialsJson {
  const { platform_certificates, ...identity } = wellKnownCredentials
  return {
    ...identity,
    platform_certificates: [...platform_certificates],
    base_url: baseUrl,
    proxy_url: baseUrl,
    // Each machine makes a CA of its own.
    ca_certificate: null,
  }
}

/** The short values, each on a line, for reading; PEM keys are left to the other formats. */
export function credentialFacts(credentials: CredentialsJson, language: Language): string[] {
  const { labels } = texts[language]
  const { fact } = commonTexts[language]
  const rows = [
    [labels.mchid, credentials.mchid],
    [labels.name, credentials.name],
    [labels.serial, credentials.merchant_serial_no],
    [labels.apiV3Key, credentials.api_v3_key],
    ...credentials.platform_certificates.map(({ serial_no }) => [labels.platformSerial, serial_no]),
    ...(credentials.platform_public_key ? [[labels.publicKeyId, credentials.platform_public_key.id]] : []),
    [labels.url, credentials.base_url],
  ]
  return rows.map(([label = '', value = '']) => fact(label, value))
}

function asText(credentials: CredentialsJson, language: Language): string {
  const more = texts[language].more(SNIPPET_LANGUAGE_NAMES.join('|'))
  return [...credentialFacts(credentials, language), '', more, ''].join('\n')
}
