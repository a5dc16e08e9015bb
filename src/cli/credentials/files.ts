import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CredentialsJson } from '../../control/answer-format.ts'
import { isFromSystem } from '../../shared/file-fault.ts'
import { makeDirectory } from '../../shared/make-directory.ts'
import { replaceFile } from '../../tls/replace-file.ts'
import { unwritable } from '../files.ts'
import type { Language } from '../language.ts'
import { allowReplacing } from '../replacing.ts'
import { commonTexts } from '../texts.ts'
import { texts } from './texts.ts'

/** One of the files that a merchant gets from WeChat Pay. */
export interface CredentialFile {
  readonly name: string
  readonly description: string
  readonly content: string
  /** Readable by its owner only. */
  readonly secret?: boolean
}

/** The files under the names that WeChat Pay gives them, and one that explains them. */
export function credentialFiles(credentials: CredentialsJson, language: Language): CredentialFile[] {
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
export async function writeFiles(
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
