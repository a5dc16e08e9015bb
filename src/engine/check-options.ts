import type { z } from 'zod'
import { UsageError } from '../protocol/errors.ts'
import { nearestWord } from '../shared/edit-distance.ts'

/** An option, such as a setting. */
export interface KnownOption {
  /** Of its value, if that is checked up front. */
  readonly schema?: z.ZodType
  /** Of an option that has options of its own. */
  readonly members?: KnownOptions
}

/** All options, by name. */
export type KnownOptions<Name extends string = string> = Readonly<Record<Name, KnownOption>>

/**
 * Checks options. One that is `undefined` counts as left out.
 *
 * @throws UsageError `MOCK_OPTION` for an unknown option or an invalid value; the message suggests the nearest valid one
 */
export function checkOptions(options: object, known: KnownOptions): void {
  checkMembers(options, known, [])
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
    const advice = meant === undefined ? `there are ${names.join(', ')}.` : `did you mean ${meant}?`
    throw refusal(place, `There is no option ${place.join('.')}: ${advice}`)
  }
  const issue = option.schema?.safeParse(value).error?.issues[0]
  if (issue) {
    const to = [...place, ...issue.path.map(String)]
    const wrong = issue.path.reduce<unknown>((outer, key) => Object(outer)[key], value)
    throw refusal(to, `The option ${to.join('.')} cannot be ${shown(wrong)}: ${adviceOn(issue, wrong)}`)
  }
  if (option.members) checkMembers(Object(value), option.members, place)
}

function refusal(place: readonly string[], message: string): UsageError {
  return new UsageError('MOCK_OPTION', message, { path: `/${place.join('/')}` })
}

/** The longest value that is put into a message, in characters. */
const SHOWN_CHARACTERS = 60

function shown(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name}`.trimEnd()
  const text =
    typeof value === 'string' || (typeof value === 'object' && value !== null) ? asJson(value) : String(value)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    // It refers to itself, or holds what JSON has no word for.
    return 'this object'
  }
}

/** What is said of a value whose type is another, by the name that zod has for the right one. */
const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a string',
}

function adviceOn(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `use ${TYPES[issue.expected] ?? issue.expected}.`
    case 'invalid_value': {
      const words = issue.values.map(String)
      const meant = nearestWord(String(value), words)
      return meant === undefined ? `use "${words.join('" or "')}".` : `did you mean "${meant}"?`
    }
    case 'too_big':
      return `use at most ${issue.maximum}.`
    case 'too_small':
      return `use at least ${issue.minimum}.`
    case 'invalid_union': {
      const closest = issue.errors.map(([first]) => first).find((first) => first && first.code !== 'invalid_type')
      return closest ? adviceOn(closest, value) : `${issue.message}.`
    }
    default:
      return `${issue.message}.`
  }
}
