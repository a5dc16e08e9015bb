import { InvalidArgumentError, type Option } from 'commander'
import { misfitInChinese, misfitTexts } from '../../engine/misfit-texts.ts'
import { notationOf, type Setting } from '../../engine/setting.ts'
import type { Language } from '../language.ts'
import { choiceOption, option, percentage, wholeNumber } from '../options.ts'
import { texts } from './texts.ts'

/** The flag of a setting: `--stock-ready-after <seconds>` for `stockReadyAfter`. */
export function settingOption(setting: Setting, language: Language): Option {
  const { wireName, value, default: standard } = setting
  const flags = `--${wireName.replaceAll('_', '-')} <${value}>`
  const description = setting.texts[language]
  const notation = notationOf(setting)
  switch (notation.kind) {
    case 'word':
      return choiceOption(flags, description, notation.words, language).default(standard)
    case 'whole number':
      return option(flags, description, wholeNumber(notation.min, notation.max, language)).default(standard)
    case 'percent': {
      const flag = option(flags, description, percentage(texts[language].percentExpected))
      // A default that is not a number applies when the flag is left out.
      return typeof standard === 'number' ? flag.default(standard) : flag
    }
    case 'text':
      return option(flags, description, (text) => readText(text, setting, language)).default(standard)
  }
}

function readText(text: string, { schema }: Setting, language: Language): unknown {
  const { data, error } = schema.safeParse(text, language === 'zh' ? { error: misfitInChinese } : {})
  const message = error?.issues[0]?.message
  if (message !== undefined) throw new InvalidArgumentError(misfitTexts(message, message)[language])
  return data
}
