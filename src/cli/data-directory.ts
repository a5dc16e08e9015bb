import type { Option } from 'commander'
import { AuthorityError } from '../tls/authority-error.ts'
import { usageError } from './command.ts'
import type { Language } from './language.ts'
import { option, textLike } from './options.ts'
import { commonTexts } from './texts.ts'

/** Where what belongs to this machine is kept, seen from where the command is run. */
export const DEFAULT_DATA_DIRECTORY = '.wechatpay-mock'

/** `--data-dir`, as every command with a CA has it. */
export function dataDirectoryOption(language: Language): Option {
  const { authority } = commonTexts[language]
  return option('--data-dir <directory>', authority.dataDir, textLike(/^[^\0]+$/, authority.dataDirExpected)).default(
    DEFAULT_DATA_DIRECTORY,
  )
}

/** What is wrong with the CA on the disk, in the user's language; other errors stay as they are. */
export function explainAuthorityError(error: unknown, language: Language): unknown {
  if (!(error instanceof AuthorityError)) return error
  const reason = error.cause instanceof Error ? error.cause.message : error.message
  return usageError(commonTexts[language].authority.faults[error.fault](error.file, reason), error)
}
