import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CredentialsJson } from '../control/answer-format.ts'
import { clientEnvironment } from '../control/client-environment.ts'

/**
 * The variables that name an identity to a client, with a file beside each key and certificate: `…_FILE` is its path.
 *
 * @param directory where the files are written
 * @param written paths of files that are there already, and get no other content; those that are written are added
 */
export async function credentialVariables(
  credentials: CredentialsJson,
  directory: string,
  written: Set<string> = new Set(),
): Promise<Record<string, string>> {
  const variables: Record<string, string> = { ...clientEnvironment(credentials) }
  for (const [name, value] of Object.entries(variables)) {
    if (!value.startsWith('-----BEGIN ')) continue
    const file = join(directory, `${name.replace('WECHATPAY_', '').toLowerCase()}.pem`)
    if (!written.has(file)) await writeFile(file, `${value}\n`, { mode: 0o600 })
    written.add(file)
    variables[`${name}_FILE`] = file
  }
  return variables
}
