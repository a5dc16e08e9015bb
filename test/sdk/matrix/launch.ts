import type { CredentialsJson } from '../../../src/control/answer-format.ts'
import { clientEnvironment } from '../../../src/control/client-setup/credentials.ts'
import { MAIN, NODE } from '../../cli/cli.ts'
import type { Command, ProxySettings, Sdk } from './sdk.ts'

/** A command with its environment. */
export interface Launch {
  readonly command: Command
  readonly env: NodeJS.ProcessEnv
}

/** Launches a program that learns the mock's address from `WECHATPAY_BASE_URL`. */
export function launchAtBaseUrl(sdk: Sdk, command: Command, credentials: CredentialsJson): Launch {
  return { command, env: { ...plainEnvironment(), ...clientEnvironment(credentials), ...sdk.env } }
}

/** Launches a program that is unaware of the mock; only its runtime is told. */
export function launchBehindProxy(
  sdk: Sdk,
  command: Command,
  credentials: CredentialsJson,
  settings: ProxySettings,
): Launch {
  const { WECHATPAY_BASE_URL: _, ...identity } = clientEnvironment(credentials)
  const { args = [], env = {} } = sdk.behindProxy(settings)
  const [program, ...own] = command
  return { command: [program, ...args, ...own], env: { ...plainEnvironment(), ...identity, ...sdk.env, ...env } }
}

/** Launches a program under `wechatpay-mock run`, with a mock of its own. */
export function launchUnderRun(sdk: Sdk, command: Command, options: readonly string[] = []): Launch {
  return { command: [NODE, MAIN, 'run', ...options, '--', ...command], env: { ...plainEnvironment(), ...sdk.env } }
}

/** Environment of this machine, without variables meant for another mock, proxy or CA. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const others = /^(?:WECHATPAY_|NODE_|VITEST|JAVA_TOOL_OPTIONS|SSL_CERT_|REQUESTS_CA_|CURL_CA_|PHP_INI_|.*_PROXY$)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !others.test(name)))
}
