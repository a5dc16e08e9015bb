import type { z } from 'zod'
import type { FieldFault, FieldLocation } from '../../protocol/field-check.ts'
import { isJsonObject } from '../../protocol/json-object.ts'

/** How much of a value is shown, in characters. */
const SHOWN = 100
/** How many names are listed at most. */
const LISTED = 30

/** JSON pointer to a field of a request, e.g. `/body/amount/total`. */
export function pointerTo(location: FieldLocation, path: readonly PropertyKey[]): string {
  return [location, ...path].map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** What the field checker expects of a field, and what it got; for the journal. */
export function explainFault(fault: Exclude<FieldFault, { rule: 'type' }>, value: unknown, isTime: boolean): string {
  switch (fault.rule) {
    case 'missing':
      return 'missing'
    case 'too_long':
      return `${fault.actual} ${fault.unit}, at most ${fault.limit}; got ${shown(value)}`
    case 'too_short':
      return `${fault.actual} ${fault.unit}, at least ${fault.limit}; got ${shown(value)}`
    case 'pattern':
      return `${isTime ? 'a time like 2026-11-25T12:00:00+08:00' : `has to match ${fault.pattern}`}; got ${shown(value)}`
    case 'number_low':
      return `at least ${fault.limit}; got ${fault.value}`
    case 'number_high':
      return `at most ${fault.limit}; got ${fault.value}`
  }
}

/**
 * What a schema expects of a field, and what it got; for the journal, since the service says less.
 *
 * @param textsOnly whether values are always texts, as in a query, so that being a text is not worth pointing out
 */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown, textsOnly: boolean): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${TYPE_IN_WORDS[issue.expected] ?? issue.expected}; got ${withType(value, issue.expected, textsOnly)}`
    case 'invalid_value': {
      const values = issue.values.map(String)
      return `${values.length === 1 ? '' : 'one of '}${listed(values)}; got ${withType(value, 'string', textsOnly)}`
    }
    case 'too_big':
      return `at most ${issue.maximum}${UNIT_IN_WORDS[issue.origin] ?? ''}; got ${sizeOf(value)}`
    case 'too_small':
      return `at least ${issue.minimum}${UNIT_IN_WORDS[issue.origin] ?? ''}; got ${sizeOf(value)}`
    default:
      return `${issue.message}; got ${shown(value)}`
  }
}

/** Names parameters that the call does not have, and those that it has. */
export function explainUndefined(pointers: readonly string[], known: readonly string[]): string {
  const there = known.length === 0 ? '' : `; there are ${listed(known)}`
  return `${listed(pointers.map(cut))}: ${pointers.length === 1 ? 'no parameter' : 'no parameters'} of this call${there}`
}

const TYPE_IN_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  // The service uses whole numbers only.
  number: 'a whole number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

const UNIT_IN_WORDS: Readonly<Record<string, string>> = { array: ' entries', string: ' characters' }

function sizeOf(value: unknown): string {
  return Array.isArray(value) ? String(value.length) : shown(value)
}

/** A value, with its type if that is not the expected one. */
function withType(value: unknown, wanted: string, textsOnly: boolean): string {
  const type = typeof value
  const fits = type === (wanted === 'int' ? 'number' : wanted)
  const word = type === 'string' && !textsOnly ? ' (text)' : type === 'number' ? ' (number)' : ''
  return shown(value) + (fits ? '' : word)
}

/** A value as JSON, shortened; for a list or an object only its kind, since it may be deep. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isJsonObject(value)) return 'an object'
  if (typeof value === 'string') return cut(JSON.stringify(value.length > SHOWN ? value.slice(0, SHOWN + 1) : value))
  return String(value)
}

function cut(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN + 2)]
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}…` : text
}

function listed(texts: readonly string[]): string {
  return texts.slice(0, LISTED).join(', ') + (texts.length > LISTED ? ', …' : '')
}
