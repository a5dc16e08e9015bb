import { z } from 'zod'
import { UsageError } from '../protocol/errors.ts'
import { nearestWord } from '../shared/edit-distance.ts'

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
    const advice = meant === undefined ? `there are ${names.join(', ')}.` : `did you mean ${meant}?`
    throw new UsageError('MOCK_OPTION', `There is no option ${name}: ${advice}`, { path })
  }
  const issue = option.schema?.safeParse(value).error?.issues[0]
  if (!issue) return
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
  throw new UsageError('MOCK_OPTION', `The option ${name} cannot be ${shown}: ${adviceOn(issue, value)}`, { path })
}

function adviceOn(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
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
