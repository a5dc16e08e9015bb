import type { CredentialsJson } from '../../control/answer-format.ts'
import { clientEnvironment } from '../../control/client-environment.ts'
import { UsageError } from '../../protocol/errors.ts'

/**
 * The variables that name an identity to a client, as a file that shells, dotenv and `node --env-file` read alike: values between single
 * quotes, with real line breaks. Values with a quote are refused: the three would read them differently, and a shell would run them.
 *
 * @throws UsageError `MOCK_CREDENTIALS`
 */
export function environmentFile(credentials: CredentialsJson): string {
  return Object.entries(clientEnvironment(credentials))
    .map(([name, value]) => {
      if (value.includes("'"))
        throw new UsageError('MOCK_CREDENTIALS', `${name} has a quote in it, which no WeChat Pay value has.`)
      return `${name}='${value}'\n`
    })
    .join('')
}
