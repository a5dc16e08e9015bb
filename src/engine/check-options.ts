import { z } from 'zod'
import { UsageError } from '../protocol/errors.ts'
import { nearestWord } from '../shared/edit-distance.ts'
import type { Texts } from '../shared/texts.ts'
import { misfitInChinese, misfitTexts } from './misfit-texts.ts'

/** An option, such as a setting, with the schema of its value if that is checked up front. */
export interface KnownOption {
  readonly schema?: z.ZodType
}

/** All options, by name. */
export type KnownOptions<Name extends string = string> = Readonly<Record<Name, KnownOption>>

/** An option whose value is one of a few words. */
export function oneOf(...words: readonly string[]): KnownOption {
  return { schema: z.enum(words) }
}

/**
 * Checks the options of a mock. One that is `undefined` counts as left out.
 *
 * @throws UsageError `MOCK_OPTION` for an unknown option or an invalid value; the message suggests the nearest valid one
 */
export function checkOptions(options: object, known: KnownOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) checkOption(name, value, known)
  }
}

function checkOption(name: string, value: unknown, known: KnownOptions): void {
  const path = `/${name}`
  const option = Object.hasOwn(known, name) ? known[name] : undefined
  if (!option) {
    const names = Object.keys(known)
    const meant = nearestWord(name, names)
    const advice: Texts =
      meant === undefined
        ? { en: `there are ${names.join(', ')}.`, zh: `可用的有：${names.join('、')}。` }
        : { en: `did you mean ${meant}?`, zh: `是否想写 ${meant}？` }
    throw new UsageError(
      'MOCK_OPTION',
      { en: `There is no option ${name}: ${advice.en}`, zh: `没有选项 ${name}，${advice.zh}` },
      { path },
    )
  }
  const issue = option.schema?.safeParse(value).error?.issues[0]
  const inChinese = option.schema?.safeParse(value, { error: misfitInChinese }).error?.issues[0]
  if (!issue || !inChinese) return
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
  const en = adviceOn(issue, value).en
  const zh = adviceOn(inChinese, value).zh
  throw new UsageError(
    'MOCK_OPTION',
    { en: `The option ${name} cannot be ${shown}: ${en}`, zh: `选项 ${name} 不能是 ${shown}：${zh}` },
    { path },
  )
}

/** Of an issue that zod did not describe in a language, the text in the other is the right one. */
function adviceOn(issue: z.core.$ZodIssue, value: unknown): Texts {
  switch (issue.code) {
    case 'invalid_value': {
      const words = issue.values.map(String)
      const meant = nearestWord(String(value), words)
      return meant === undefined
        ? { en: `use "${words.join('" or "')}".`, zh: `请使用 "${words.join('" 或 "')}"。` }
        : { en: `did you mean "${meant}"?`, zh: `是否想写 "${meant}"？` }
    }
    case 'too_big':
      return { en: `use at most ${issue.maximum}.`, zh: `请不要超过 ${issue.maximum}。` }
    case 'too_small':
      return { en: `use at least ${issue.minimum}.`, zh: `请不要小于 ${issue.minimum}。` }
    case 'invalid_union': {
      const closest = issue.errors.map(([first]) => first).find((first) => first && first.code !== 'invalid_type')
      return closest ? adviceOn(closest, value) : inWords(issue)
    }
    default:
      return inWords(issue)
  }
}

function inWords({ message }: z.core.$ZodIssue): Texts {
  const { en, zh } = misfitTexts(message, message)
  return { en: `${en}.`, zh: `${zh}。` }
}
