import type { Option } from 'commander'
import { AuthorityError } from '../tls/authority-error.ts'
import { option, textLike } from './command.ts'
import type { Texts } from './texts/en.ts'
import { usageError } from './usage.ts'

/** Where what belongs to this machine is kept, seen from where the command is run. */
export const DEFAULT_DATA_DIRECTORY = '.wechatpay-mock'

/** `--data-dir`, as every command with a CA has it. */
export function dataDirectoryOption(texts: Texts): Option {
  return option('--data-dir <directory>', texts.ca.dataDir, textLike(/^[^\0]+$/, texts.ca.dataDirExpected)).default(
    DEFAULT_DATA_DIRECTORY,
  )
}

/** What is wrong with the CA on the disk, in the user's language; other errors stay as they are. */
export function explainAuthorityError(error: unknown, { ca }: Texts): unknown {
  if (!(error instanceof AuthorityError)) return error
  const reason = error.cause instanceof Error ? error.cause.message : error.message
  return usageError(ca.faults[error.fault](error.file, reason), error)
}
