import type { TrustFiles } from '../tls/trust-files.ts'
import { type ClientCredentials, credentialVariables } from './credentials.ts'
import { nodeVariables } from './node-variables.ts'
import { proxyVariables } from './proxy-variables.ts'
import { trustVariables } from './trust-variables.ts'

/** Inputs for a client's environment variables. */
export interface ClientVariablesParts {
  /** Their `base_url` is the mock's own address. */
  readonly credentials: ClientCredentials
  readonly trust: TrustFiles
  /** The environment that the variables are added to. */
  readonly inherited: NodeJS.ProcessEnv
  /** Directory for the client's keys and certificates. */
  readonly directory: string
  /** Paths of credential files that already exist. */
  readonly written?: Set<string>
}

/** Everything a program needs to work with a mock: credentials, the mock's address as base URL and as proxy, and trust in its CA. */
export async function clientVariables(parts: ClientVariablesParts): Promise<Record<string, string>> {
  const { credentials, trust, inherited, directory, written } = parts
  const url = credentials.base_url
  return {
    ...(await credentialVariables(credentials, directory, written)),
    ...proxyVariables(url, inherited),
    ...(await trustVariables(trust, { url, inherited, directory })),
    ...(await nodeVariables(url, { inherited, directory })),
    WECHATPAY_MOCK_URL: url,
  }
}
