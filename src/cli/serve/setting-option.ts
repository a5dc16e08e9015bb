import { InvalidArgumentError, type Option } from 'commander'
import { notationOf, type Setting } from '../../engine/setting.ts'
import { choiceOption, option, percentage, wholeNumber } from '../command.ts'
import type { Texts } from '../texts/en.ts'

/** The flag of a setting: `--stock-ready-after <seconds>` for `stockReadyAfter`. */
export function settingOption(setting: Setting, texts: Texts): Option {
  const { wireName, value, default: standard } = setting
  const flags = `--${wireName.replaceAll('_', '-')} <${value}>`
  const description = setting.texts[texts.language]
  const notation = notationOf(setting)
  switch (notation.kind) {
    case 'word':
      return choiceOption(flags, description, notation.words, texts).default(standard)
    case 'whole number':
      return option(flags, description, wholeNumber(notation.min, notation.max, texts)).default(standard)
    case 'percent': {
      const flag = option(flags, description, percentage(texts.serve.percentExpected))
      // A default that is no number is for who leaves the flag out.
      return typeof standard === 'number' ? flag.default(standard) : flag
    }
    case 'text':
      return option(flags, description, (text) => readText(text, setting)).default(standard)
  }
}

function readText(text: string, { schema }: Setting): unknown {
  const { data, error } = schema.safeParse(text)
  if (error) throw new InvalidArgumentError(error.issues[0]?.message ?? '')
  return data
}
