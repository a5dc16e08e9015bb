import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { lstat, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AuthorityError } from './authority.ts'

/** Replaces a file atomically, so that it is never half-written, and never written through a link. */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const fresh = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.new`
  try {
    await writeFile(fresh, content, { mode, flag: 'wx' })
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

interface TrustedCertificate {
  /** Name in the store; lower case, because Java compares aliases that way. */
  readonly alias: string
  readonly der: Uint8Array
}

const MAGIC = 0xfeedfeed
const VERSION = 2
const TRUSTED_CERTIFICATE = 2

/**
 * A trust store in Java's own format (JKS), as `keytool` and `-Djavax.net.ssl.trustStore` read it. It holds nothing secret: the
 * password only guards against accidental changes.
 *
 * Source: the format as `sun.security.provider.JavaKeyStore` documents it.
 *
 * @param at when the certificates were added, epoch milliseconds
 * @internal
 */
export function javaTrustStore(certificates: readonly TrustedCertificate[], password: string, at: number): Buffer {
  const content = Buffer.concat([
    uint32(MAGIC),
    uint32(VERSION),
    uint32(certificates.length),
    ...certificates.flatMap(({ alias, der }) => [
      uint32(TRUSTED_CERTIFICATE),
      text(alias),
      uint64(at),
      text('X.509'),
      uint32(der.length),
      der,
    ]),
  ])
  const digest = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(content)
    .digest()
  return Buffer.concat([content, digest])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** Like `DataOutput.writeUTF` for ASCII. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'ascii')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The password of {@link TrustFiles.javaTrustStore}, the same as that of Java's own trust store. */
export const JAVA_TRUST_STORE_PASSWORD = 'changeit'

/** The files that make runtimes trust the CA, as absolute paths. */
export interface TrustFiles {
  readonly directory: string
  /** The CA's certificate, PEM. */
  readonly certificate: string
  /** The CA's certificate and those that are trusted besides it, PEM: for runtimes whose setting replaces their trusted roots. */
  readonly bundle: string
  /** The same certificates, JKS. */
  readonly javaTrustStore: string
  /** Settings for PHP, which reads all files of {@link TrustFiles.directory} when that is in `PHP_INI_SCAN_DIR`. */
  readonly phpIni: string
}

export function trustFilesIn(dataDirectory: string): TrustFiles {
  const directory = resolve(dataDirectory)
  return {
    directory,
    certificate: join(directory, 'ca.pem'),
    bundle: join(directory, 'ca-bundle.pem'),
    javaTrustStore: join(directory, 'truststore.jks'),
    phpIni: join(directory, 'wechatpay-mock.ini'),
  }
}

/**
 * Writes the files that are missing or outdated.
 *
 * @param root the CA's certificate, PEM
 * @param further certificates that are trusted besides it and Node's roots, PEM
 * @throws AuthorityError `foreign` for a file of that name that is not ours
 */
export async function writeTrustFiles(directory: string, root: string, further: readonly string[] = []): Promise<void> {
  const files = trustFilesIn(directory)
  for (const [path, content] of await contents(files, root, further)) {
    const present = await contentOf(path)
    if (present && Buffer.compare(present, content) === 0) continue
    if (present && !isOurs(path, present, files)) throw new AuthorityError('foreign', path)
    await replaceFile(path, content, 0o644)
  }
}

/** The paths of the files that exist and are ours. */
export async function presentTrustFiles(directory: string): Promise<string[]> {
  const files = trustFilesIn(directory)
  const paths = [files.certificate, files.bundle, files.javaTrustStore, files.phpIni]
  const present = await Promise.all(paths.map(contentOf))
  return paths.filter((path, i) => present[i] !== undefined && isOurs(path, present[i], files))
}

/** First line of files that allow comments. */
const TITLE = 'made by wechatpay-mock, test only'
const ALIAS = 'wechatpay-mock'

async function contents(
  files: TrustFiles,
  root: string,
  further: readonly string[],
): Promise<[path: string, content: Buffer][]> {
  // Only writers of these files pay for the parsing of Node's roots.
  const { rootCertificates } = await import('node:tls')
  const certificate = new X509Certificate(root)
  // Some have lines of another length than others.
  const others = new Map([...rootCertificates, ...further].map((pem) => [derOf(pem).toString('base64'), pem]))
  others.delete(certificate.raw.toString('base64'))
  const trusted = [
    { alias: ALIAS, der: certificate.raw },
    ...[...others.values()].map((pem, i) => ({ alias: `root-${i + 1}`, der: derOf(pem) })),
  ]
  const bundle = [`# ${TITLE}: our own CA, the root certificates of Node.js, and others of this machine.\n`, root]
  for (const pem of others.values()) bundle.push(pem, '\n')
  const ini = [
    `; ${TITLE}`,
    `curl.cainfo = ${iniString(files.bundle)}`,
    `openssl.cafile = ${iniString(files.bundle)}`,
    '',
  ].join('\n')
  return [
    [files.certificate, Buffer.from(root)],
    [files.bundle, Buffer.from(bundle.join(''))],
    [
      files.javaTrustStore,
      // A fixed time, so that the same CA gives the same bytes.
      javaTrustStore(trusted, JAVA_TRUST_STORE_PASSWORD, certificate.validFromDate.getTime()),
    ],
    [files.phpIni, Buffer.from(ini)],
  ]
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64')
}

/** Quotes a value for php.ini: single quotes have no escapes, and between double quotes only these characters are special. */
function iniString(text: string): string {
  if (!text.includes("'")) return `'${text}'`
  return `"${text.replaceAll(/["\\$]/g, String.raw`\$&`)}"`
}

async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    // The target of a link is not ours to replace.
    if (!(await lstat(path)).isFile()) throw new AuthorityError('foreign', path)
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isOurs(path: string, content: Buffer, files: TrustFiles): boolean {
  switch (path) {
    case files.certificate:
      return isOwnCertificate(content)
    case files.javaTrustStore:
      return content.includes(ALIAS, 0, 'latin1')
    default:
      return content.subarray(0, 100).includes(TITLE)
  }
}

function isOwnCertificate(pem: Buffer): boolean {
  try {
    return new X509Certificate(pem).subject.includes('O=wechatpay-mock')
  } catch {
    // It is not a certificate.
    return false
  }
}
