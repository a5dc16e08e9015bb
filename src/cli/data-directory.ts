import type { Option } from 'commander'
import { AuthorityError } from '../tls/authority-error.ts'
import { usageError } from './command.ts'
import type { Language } from './language.ts'
import { option, textLike } from './options.ts'
import { commonTexts } from './texts.ts'

/** Where files that belong to this machine are kept, relative to the working directory. */
export const DEFAULT_DATA_DIRECTORY = '.wechatpay-mock'

/** `--data-dir`, for every command that needs the CA. */
export function dataDirectoryOption(language: Language): Option {
  const { authority } = commonTexts[language]
  return option('--data-dir <directory>', authority.dataDir, textLike(/^[^\0]+$/, authority.dataDirExpected)).default(
    DEFAULT_DATA_DIRECTORY,
  )
}

/** Turns an error of the CA on disk into a usage error in the user's language; returns other errors as they are. */
export function explainAuthorityError(error: unknown, language: Language): unknown {
  if (!(error instanceof AuthorityError)) return error
  const reason = error.cause instanceof Error ? error.cause.message : error.message
  return usageError(commonTexts[language].authority.faults[error.fault](error.file, reason), error)
}
