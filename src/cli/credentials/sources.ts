import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import type { CredentialsJson } from '../../control/answer-format.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

/** What every mock knows that is not told otherwise, in the shape of the control API. */
export function offlineCredentials(baseUrl: string): CredentialsJson {
  const { platform_certificates, ...identity } = wellKnownCredentials
  return {
    ...identity,
    platform_certificates: [...platform_certificates],
    base_url: baseUrl,
    proxy_url: baseUrl,
    // Each machine makes its own.
    ca_certificate: null,
  }
}

/**
 * What a running mock tells of a merchant.
 *
 * @throws UsageError when no mock answers at the URL, or it refuses
 */
export async function fetchCredentials(
  url: string,
  { mchid, token }: { mchid: string | undefined; token: string | undefined },
  texts: Texts,
): Promise<CredentialsJson> {
  const { credentials: own } = texts
  const { connectControl } = await import('../../mock-control.ts')
  const control = connectControl(url, token === undefined ? {} : { token })
  try {
    const { credentialsJson } = await import('../../control/answer-format.ts')
    const credentials = credentialsJson.parse(await control.credentials(mchid))
    if (!isPlain(credentials)) throw usageError(own.noMockAt(url))
    return { ...credentials, base_url: url }
  } catch (error) {
    // Not the control API's own words, or no answer at all.
    if (!(error instanceof UsageError) || error.code === 'MOCK_UNREACHABLE') throw usageError(own.noMockAt(url), error)
    const { code, message } = error
    // One of our own is said already.
    throw code === 'MOCK_COMMAND_LINE'
      ? error
      : usageError(texts.refusedAt(url, texts.refused({ code, message, mchid })), error)
  }
}

/** Whether numbers and keys are made of what those of WeChat Pay are, so that they can stand in programs, shells and file names. */
function isPlain({
  mchid,
  merchant_serial_no,
  api_v3_key,
  platform_certificates,
  platform_public_key,
}: CredentialsJson): boolean {
  const words = [
    mchid,
    merchant_serial_no,
    api_v3_key,
    ...platform_certificates.map(({ serial_no }) => serial_no),
    ...(platform_public_key ? [platform_public_key.id] : []),
  ]
  return words.every((word) => /^\w+$/.test(word))
}
