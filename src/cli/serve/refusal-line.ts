import { UsageError } from '../../protocol/errors.ts'
import type { RefusedConnection } from '../../transports/node-server.ts'
import { explainAuthorityError } from '../data-directory.ts'
import { oneLine } from '../output.ts'
import type { Texts } from '../texts/en.ts'

/** What the port did not serve, as one line: what was asked for, and what to do about it. */
export function refusalLine({ reason, host, detail = '', cause }: RefusedConnection, texts: Texts): string {
  const { refusals } = texts.serve
  const name = host === '' ? refusals.namelessHost : host
  if (reason !== 'authority') return oneLine(refusals[reason](name, detail))
  const explained = explainAuthorityError(cause, texts)
  return oneLine(refusals.authority(explained instanceof UsageError ? explained.message : detail))
}
