import { X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import { isFromSystem } from '../../shared/file-fault.ts'
import { makeDirectory } from '../../shared/make-directory.ts'
import { newestGeneration } from '../../tls/authority-directory.ts'
import { AuthorityError } from '../../tls/authority-error.ts'
import { writeTrustFiles } from '../../tls/trust-files.ts'
import { usageError } from '../command.ts'
import { unwritable } from '../files.ts'
import type { Language } from '../language.ts'
import { fetchCredentials } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { texts } from './texts.ts'

/**
 * The certificate of the CA of a running mock, PEM.
 *
 * Whoever answers there, or intercepts the connection, could send a CA that signs for any host, so only one that cannot is accepted, and nothing else
 * in the answer.
 *
 * @throws UsageError when no mock answers at the URL, or it refuses, or has no CA, or one that is not limited to the hosts it is for
 */
export async function fetchAuthority(url: string, token: string | undefined, language: Language): Promise<string> {
  const { ca_certificate: pem } = await fetchCredentials(url, { mchid: undefined, token }, language)
  if (pem === null) throw usageError(texts[language].noCertificate(url))
  const certificate = parse(pem) ?? noMock(url, language)
  const { isConstrained } = await import('../../tls/issue-certificates.ts')
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
export async function writeForeignAuthority(directory: string, pem: string, language: Language): Promise<void> {
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
