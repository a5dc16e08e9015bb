import type { Option } from 'commander'
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
