import { clientVariables } from '../../client-setup/client-variables.ts'
import type { ClientCredentials } from '../../client-setup/credentials.ts'
import { inTemporaryDirectory } from '../../client-setup/temporary-directory.ts'
import { trustFilesIn } from '../../tls/trust-files.ts'
import { type ChildEnding, ForwardedSignals } from './child.ts'

/**
 * Runs a command whose environment points it to a server that stands for WeChat Pay: address, proxy, trust and identity.
 *
 * @param credentials with the address of the server
 * @param dataDir where the files of the server's CA are
 */
export async function runAsClient(
  words: readonly string[],
  credentials: ClientCredentials,
  dataDir: string,
): Promise<ChildEnding> {
  const signals = new ForwardedSignals()
  try {
    return await inTemporaryDirectory(async (directory) => {
      const trust = trustFilesIn(dataDir)
      const variables = await clientVariables({ credentials, trust, inherited: process.env, directory })
      return signals.run(words, { ...process.env, ...variables })
    })
  } finally {
    signals.stop()
  }
}
