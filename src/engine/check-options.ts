import type { z } from 'zod'
import { UsageError } from '../wire/protocol/errors.ts'
import { nearestWord, type Texts } from '../wire/shared/texts.ts'
import { lateTexts, typeInWords } from './misfit-texts.ts'

/** An option, such as a setting. */
export interface KnownOption {
  /** Schema of its value, if that is checked up front. */
  readonly schema?: z.ZodType
  /** The nested options of an option that has its own. */
  readonly members?: KnownOptions
}

export type KnownOptions<Name extends string = string> = Readonly<Record<Name, KnownOption>>

/**
 * Checks options. One that is `undefined` counts as left out.
 *
 * @throws UsageError `MOCK_OPTION` for an unknown option or an invalid value; the message suggests the nearest valid one
 */
export function checkOptions(options: object, known: KnownOptions): void {
  if (!isObject(options)) {
    const said = shown(options)
    throw refusal([], {
      en: `The options cannot be ${said.en}: use an object, such as { ${Object.keys(known)[0]}: … }.`,
      zh: `选项不能是${said.zh}：应为对象，如 { ${Object.keys(known)[0]}: … }。`,
    })
  }
  checkMembers(options, known, [])
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkMembers(options: object, known: KnownOptions, within: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) checkOption([...within, name], value, known)
  }
}

function checkOption(place: readonly string[], value: unknown, known: KnownOptions): void {
  const name = place.at(-1) ?? ''
  const option = Object.hasOwn(known, name) ? known[name] : undefined
  if (!option) {
    const names = Object.keys(known)
    const meant = nearestWord(name, names)
    const advice: Texts =
      meant === undefined
        ? { en: `there are ${names.join(', ')}.`, zh: `可用的有：${names.join('、')}。` }
        : { en: `did you mean ${meant}?`, zh: `是否想写 ${meant}？` }
    const full = place.join('.')
    throw refusal(place, { en: `There is no option ${full}: ${advice.en}`, zh: `没有选项 ${full}，${advice.zh}` })
  }
  const { error, textsOf } = lateTexts()
  const issue = option.schema?.safeParse(value, { error }).error?.issues[0]
  if (issue) {
    const to = [...place, ...issue.path.map(String)]
    const wrong = issue.path.reduce<unknown>((outer, key) => Object(outer)[key], value)
    const said = shown(wrong)
    const advice = adviceOn(issue, wrong, textsOf)
    throw refusal(to, {
      en: `The option ${to.join('.')} cannot be ${said.en}: ${advice.en}`,
      zh: `选项 ${to.join('.')} 不能是${said.zh}：${advice.zh}`,
    })
  }
  if (option.members) checkMembers(Object(value), option.members, place)
}

function refusal(place: readonly string[], texts: Texts): UsageError {
  return new UsageError('MOCK_OPTION', texts, { path: place.map((name) => `/${name}`).join('') })
}

/** The longest value that is put into a message, in characters. */
const SHOWN_CHARACTERS = 60

/** In Chinese, with the leading space it needs. */
function shown(value: unknown): Texts {
  if (typeof value === 'function') {
    return { en: `the function ${value.name}`.trimEnd(), zh: `函数 ${value.name}`.trimEnd() }
  }
  const text =
    typeof value === 'string' || (typeof value === 'object' && value !== null) ? asJson(value) : String(value)
  if (text === undefined) return { en: 'this object', zh: '该对象' }
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
  return { en: cut, zh: ` ${cut}` }
}

/** `undefined` for a value that refers to itself or that JSON cannot represent. */
function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function adviceOn(issue: z.core.$ZodIssue, value: unknown, textsOf: (message: string) => Texts): Texts {
  switch (issue.code) {
    case 'invalid_type': {
      const { en, zh } = typeInWords(issue.expected)
      return { en: `use ${en}.`, zh: `应为${zh}。` }
    }
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
      if (closest) return adviceOn(closest, value, textsOf)
    }
  }
  const { en, zh } = textsOf(issue.message)
  return { en: `${en}.`, zh: `${zh}。` }
}
