import type { X509Certificate } from 'node:crypto'
import { shellQuote } from '../../shared/shell.ts'
import { JAVA_TRUST_STORE_PASSWORD, type TrustFiles } from '../../tls/trust-files.ts'

export const RUNTIMES = ['node', 'java', 'go', 'php', 'curl', 'python', 'dotnet'] as const
export type Runtime = (typeof RUNTIMES)[number]

/** Lines to paste so that a runtime trusts the CA, and those that undo it. */
export interface TrustLines {
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
