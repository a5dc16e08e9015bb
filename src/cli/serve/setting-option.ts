import { InvalidArgumentError, type Option } from 'commander'
import { z } from 'zod'
import type { Setting } from '../../engine/setting.ts'
import { choiceOption, option, percentage, wholeNumber } from '../command.ts'
import type { Texts } from '../texts/en.ts'

/** The flag of a setting: `--stock-ready-after <seconds>` for `stockReadyAfter`. */
export function settingOption(
  { wireName, value, schema, default: standard, texts: own }: Setting,
  texts: Texts,
): Option {
  const flags = `--${wireName.replaceAll('_', '-')} <${value}>`
  const description = own[texts.language]
  if (schema instanceof z.ZodEnum) {
    return choiceOption(flags, description, schema.options.map(String), texts).default(standard)
  }
  if (value === 'percent') {
    const flag = option(flags, description, percentage(texts.serve.percentExpected))
    // A default that is no number is for who leaves the flag out.
    return typeof standard === 'number' ? flag.default(standard) : flag
  }
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue } = schema
    return option(flags, description, wholeNumber(minValue ?? 0, maxValue ?? Number.MAX_SAFE_INTEGER, texts)).default(
      standard,
    )
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
