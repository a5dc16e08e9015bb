import { InvalidArgumentError, type Option } from 'commander'
import { z } from 'zod'
import type { Setting } from '../../engine/setting.ts'
import type { Language } from '../language.ts'
import { choiceOption, option, percentage, wholeNumber } from '../options.ts'
import { texts } from './texts.ts'

/** The flag of a setting: `--stock-ready-after <seconds>` for `stockReadyAfter`. */
export function settingOption(
  { wireName, value, schema, default: standard, texts: own }: Setting,
  language: Language,
): Option {
  const flags = `--${wireName.replaceAll('_', '-')} <${value}>`
  const description = own[language]
  if (schema instanceof z.ZodEnum) {
    return choiceOption(flags, description, schema.options.map(String), language).default(standard)
  }
  if (value === 'percent') {
    const flag = option(flags, description, percentage(texts[language].percentExpected))
    // A default that is no number is for who leaves the flag out.
    return typeof standard === 'number' ? flag.default(standard) : flag
  }
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue } = schema
    return option(
      flags,
      description,
      wholeNumber(minValue ?? 0, maxValue ?? Number.MAX_SAFE_INTEGER, language),
    ).default(standard)
  }
  return option(flags, description, textOf(schema)).default(standard)
}

function textOf(schema: z.ZodType): (text: string) => unknown {
  return (text) => {
    const { data, error } = schema.safeParse(text)
    if (error) throw new InvalidArgumentError(error.issues[0]?.message ?? '')
    return data
  }
}
