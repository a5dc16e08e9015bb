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
    proxy_url: null,
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
  { credentials: own }: Texts,
): Promise<CredentialsJson> {
  const { connectControl } = await import('../../control/client.ts')
  const control = connectControl(url, token === undefined ? {} : { token })
  try {
    return { ...(await control.credentials(mchid)), base_url: url }
  } catch (error) {
    if (error instanceof UsageError) throw usageError(`${url}: ${error.message}`, error)
    throw usageError(own.noMockAt(url), error)
  }
}
