import { createHash, X509Certificate } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { WECHATPAY_HOSTS } from '../../wire/protocol/authorization.ts'
import {
  JAVA_TRUST_STORE_PASSWORD,
  type TrustFiles,
  trustFilesIn,
  writeTrustFiles,
} from '../../wire/tls/trust-files.ts'
import { type ClientCredentials, credentialVariables } from './credentials.ts'

/**
 * The variable that leads Node programs to a mock if their HTTP client ignores proxies, as some with `agent: false` do: connections to WeChat Pay's
 * hosts go to the mock, which speaks TLS there, and all others are unaffected. Options already in the environment are kept.
 *
 * @param url the mock's address, such as `http://127.0.0.1:8089`
 * @param directory for the module that every Node process loads first
 * @internal
 */
export async function nodeVariables(
  url: string,
  { inherited, directory }: { readonly inherited: NodeJS.ProcessEnv; readonly directory: string },
): Promise<{ NODE_OPTIONS: string }> {
  const file = join(directory, 'lead-to-mock.cjs')
  await writeFile(file, leadingModule(new URL(url)))
  const { NODE_OPTIONS: options } = inherited
  // A backslash is special between double quotes, as in JSON.
  return { NODE_OPTIONS: [...(options ? [options] : []), `--require ${JSON.stringify(file)}`].join(' ') }
}

/** CommonJS that even an old Node understands: the program may use another Node than ours. */
function leadingModule({ hostname, port }: URL): string {
  return `// Written by wechatpay-mock: connections to WeChat Pay's hosts go to the mock.
'use strict'
const { Socket } = require('net')
const hosts = ${JSON.stringify(WECHATPAY_HOSTS)}
const mock = ${JSON.stringify({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port) })}
const { connect } = Socket.prototype
Socket.prototype.connect = function (...args) {
  // Node's own modules hand over a list of options and callback.
  const holder = Array.isArray(args[0]) ? args[0] : args
  const options = holder[0]
  if (options !== null && typeof options === 'object' && hosts.includes(String(options.host).toLowerCase())) {
    holder[0] = Object.assign({}, options, mock)
  }
  return connect.apply(this, args)
}
`
}

const ON_THIS_MACHINE = ['localhost', '127.0.0.1', '::1']

/**
 * The variables that lead a program's calls to WeChat Pay's hosts through a proxy, in all spellings that clients read. Exceptions already in the
 * environment are kept, except those that would let calls to WeChat Pay bypass the proxy.
 *
 * @param url the mock's address, such as `http://127.0.0.1:8089`
 * @internal
 */
export function proxyVariables(url: string, inherited: NodeJS.ProcessEnv): Record<string, string> {
  const existing = inherited.NO_PROXY ?? inherited.no_proxy ?? ''
  const entries = existing.split(/[\s,]+/).filter((entry) => entry !== '' && !coversWechatPay(entry))
  const exceptions = [...new Set([...entries, ...ON_THIS_MACHINE])].join(',')
  return {
    HTTPS_PROXY: url,
    https_proxy: url,
    NO_PROXY: exceptions,
    no_proxy: exceptions,
    // Node's own http, https and fetch ignore the others without this.
    NODE_USE_ENV_PROXY: '1',
  }
}

/** Whether an entry of NO_PROXY, such as `*`, `.qq.com` or `*.weixin.qq.com:443`, covers one of WeChat Pay's hosts. */
function coversWechatPay(entry: string): boolean {
  const domain = entry
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\*?\.?/, '')
  return domain === '' || WECHATPAY_HOSTS.some((host) => host === domain || host.endsWith(`.${domain}`))
}

/** Variables that name a file of certificates: Node adds it to its own, the others trust only that file. */
const CERTIFICATE_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const

/**
 * The variables with which programs of all kinds trust the CA, and use the proxy if `HTTPS_PROXY` does not set it. All that they trusted before is
 * trusted still: the certificates of the system, such as those of a company's proxy, and those that the environment names. Other settings are kept.
 *
 * @param url the mock's address, such as `http://127.0.0.1:8089`
 * @param directory for the files of certificates: those beside the CA may be read by other programs, with another environment
 * @internal
 */
export async function trustVariables(
  { certificate }: Pick<TrustFiles, 'certificate'>,
  {
    url,
    inherited,
    directory,
  }: { readonly url: string; readonly inherited: NodeJS.ProcessEnv; readonly directory: string },
): Promise<Record<string, string>> {
  const { JAVA_TOOL_OPTIONS: java, PHP_INI_SCAN_DIR: php } = inherited
  const files = trustFilesIn(join(directory, 'trust'))
  await mkdir(files.directory)
  await writeTrustFiles(files.directory, await readFile(certificate, 'utf8'), await trustedBefore(inherited))
  return {
    ...Object.fromEntries(CERTIFICATE_VARIABLES.map((name) => [name, files.bundle])),
    JAVA_TOOL_OPTIONS: [...(java ? [java] : []), ...javaOptions(files, new URL(url))].join(' '),
    // An empty part stands for the directories that PHP reads anyway.
    PHP_INI_SCAN_DIR: `${php ?? ''}${delimiter}${files.directory}`,
  }
}

/** Certificates of the system and of the environment, PEM. */
async function trustedBefore(inherited: NodeJS.ProcessEnv): Promise<string[]> {
  const tls = await import('node:tls')
  // Node has it since 22.15; before that, the certificates that the environment names have to do.
  const ofSystem = 'getCACertificates' in tls ? tls.getCACertificates('system') : []
  const named = await Promise.all(CERTIFICATE_VARIABLES.map((name) => certificatesIn(inherited[name])))
  return [...ofSystem, ...named.flat()]
}

/** The certificates of a file; none if it cannot be read, since the program could not read it either. */
async function certificatesIn(file: string | undefined): Promise<string[]> {
  if (!file) return []
  const text = await readFile(file, 'latin1').catch(() => '')
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].flatMap(([pem]) => {
    try {
      return [new X509Certificate(pem).toString()]
    } catch {
      // One that is damaged would make Java refuse the whole store.
      return []
    }
  })
}

function javaOptions({ javaTrustStore }: TrustFiles, { hostname, port }: URL): string[] {
  return [
    `-Dhttps.proxyHost=${hostname}`,
    `-Dhttps.proxyPort=${port}`,
    `-Djavax.net.ssl.trustStore=${javaWord(javaTrustStore)}`,
    `-Djavax.net.ssl.trustStorePassword=${JAVA_TRUST_STORE_PASSWORD}`,
    '-Djavax.net.ssl.trustStoreType=JKS',
  ]
}

/** A word for JAVA_TOOL_OPTIONS, where a quote lasts until the next one of its kind and nothing else is special. */
function javaWord(text: string): string {
  if (!/[\s'"]/.test(text)) return text
  return text
    .split(/("+)/)
    .map((part) => (part === '' ? '' : part.startsWith('"') ? `'${part}'` : `"${part}"`))
    .join('')
}

/**
 * Runs `work` with an empty directory, closed to other users, and deletes it afterwards. Also deletes directories left by earlier processes of this
 * user that were killed.
 */
export async function inTemporaryDirectory<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const prefix = `wechatpay-mock-${placeOfProcesses()}-`
  await deleteLeftOver(prefix)
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Identifies the place where a process id means the same process: machines, and containers, may share a directory for temporary files. */
function placeOfProcesses(): string {
  return createHash('sha256').update(`${hostname()} ${processNamespace()}`).digest('hex').slice(0, 12)
}

/** The set of processes visible to this one, if the system has several (Linux). */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

async function deleteLeftOver(prefix: string): Promise<void> {
  // Creating files there may be allowed while listing them is not.
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!name.startsWith(prefix)) continue
    const [, pid] = /^(\d+)-\w{6}$/.exec(name.slice(prefix.length)) ?? []
    if (pid === undefined || isRunning(Number(pid))) continue
    const path = join(tmpdir(), name)
    try {
      const found = await lstat(path)
      const isOwn = process.getuid === undefined || found.uid === process.getuid()
      if (found.isDirectory() && isOwn) await rm(path, { recursive: true, force: true })
    } catch {
      // Another process was faster, or the directory cannot be deleted.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Inputs for a client's environment variables. */
interface ClientVariablesParts {
  /** Their `base_url` is the mock's own address. */
  readonly credentials: ClientCredentials
  readonly trust: TrustFiles
  /** The environment that the variables are added to. */
  readonly inherited: NodeJS.ProcessEnv
  /** Directory for the client's keys and certificates, and for no other client's: what is in it depends on the mock. */
  readonly directory: string
}

/** Everything a program needs to work with a mock: credentials, the mock's address as base URL and as proxy, and trust in its CA. */
export async function clientVariables(parts: ClientVariablesParts): Promise<Record<string, string>> {
  const { credentials, trust, inherited, directory } = parts
  const url = credentials.base_url
  return {
    ...(await credentialVariables(credentials, directory)),
    ...proxyVariables(url, inherited),
    ...(await trustVariables(trust, { url, inherited, directory })),
    ...(await nodeVariables(url, { inherited, directory })),
    WECHATPAY_MOCK_URL: url,
  }
}
