import { readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { JAVA_TRUST_STORE_PASSWORD, type TrustFiles } from '../tls/trust-files.ts'

/** Variables that name a file of certificates: Node adds it to its own, the others trust only that file. */
const CERTIFICATE_VARIABLES = {
  NODE_EXTRA_CA_CERTS: 'certificate',
  SSL_CERT_FILE: 'bundle',
  REQUESTS_CA_BUNDLE: 'bundle',
  CURL_CA_BUNDLE: 'bundle',
} as const satisfies Record<string, keyof TrustFiles>

/**
 * The variables with which programs of all kinds trust the CA, and use the proxy if `HTTPS_PROXY` does not set it. Settings already in the
 * environment are kept: certificates that it names are trusted too.
 *
 * @param url the mock's address, such as `http://127.0.0.1:8089`
 * @param directory for the combined certificates
 */
export async function trustVariables(
  files: TrustFiles,
  {
    url,
    inherited,
    directory,
  }: { readonly url: string; readonly inherited: NodeJS.ProcessEnv; readonly directory: string },
): Promise<Record<string, string>> {
  const { JAVA_TOOL_OPTIONS: java, PHP_INI_SCAN_DIR: php } = inherited
  return {
    ...(await certificateVariables(files, inherited, directory)),
    JAVA_TOOL_OPTIONS: [...(java ? [java] : []), ...javaOptions(files, new URL(url))].join(' '),
    // An empty part stands for the directories that PHP reads anyway.
    PHP_INI_SCAN_DIR: `${php ?? ''}${delimiter}${files.directory}`,
  }
}

async function certificateVariables(
  files: TrustFiles,
  inherited: NodeJS.ProcessEnv,
  directory: string,
): Promise<Record<string, string>> {
  const root = await readFile(files.certificate)
  const variables: Record<string, string> = {}
  for (const [name, which] of Object.entries(CERTIFICATE_VARIABLES)) {
    const file = inherited[name]
    const existing = await certificatesIn(file)
    if (!file || !existing) {
      variables[name] = files[which]
    } else if (existing.includes(root)) {
      variables[name] = file
    } else {
      variables[name] = join(directory, `${name.toLowerCase()}.pem`)
      await writeFile(variables[name], Buffer.concat([existing, Buffer.from('\n'), root]))
    }
  }
  return variables
}

/** The content of a file; `undefined` if it cannot be read, since the program could not read it either. */
async function certificatesIn(file: string | undefined): Promise<Buffer | undefined> {
  if (!file) return undefined
  return readFile(file).catch(() => undefined)
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
