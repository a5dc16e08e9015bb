import type { z } from 'zod'
import type { FieldFault, FieldLocation } from '../../protocol/field-check.ts'
import { isJsonObject } from '../../protocol/json-object.ts'
import { inBoth, type Texts } from '../../shared/texts.ts'
import { type FieldWords, fieldWords } from './field-words.ts'

/** How much of a value is shown, in characters. */
const SHOWN = 100
/** How many names are listed at most. */
const LISTED = 30

/** JSON pointer to a field of a request, e.g. `/body/amount/total`. */
export function pointerTo(location: FieldLocation, path: readonly PropertyKey[]): string {
  return [location, ...path].map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Says what the field checker expects of a field, and what it got; for the journal. */
export function explainFault(fault: Exclude<FieldFault, { rule: 'type' }>, value: unknown, isTime: boolean): Texts {
  return inBoth((language) => explainFaultIn(fieldWords[language], fault, value, isTime))
}

function explainFaultIn(
  words: FieldWords,
  fault: Exclude<FieldFault, { rule: 'type' }>,
  value: unknown,
  isTime: boolean,
): string {
  switch (fault.rule) {
    case 'missing':
      return words.missing
    case 'too_long':
    case 'too_short': {
      const { rule, actual, limit, unit } = fault
      return words.but(words.length[rule](actual, limit, words.units[unit]), shown(words, value))
    }
    case 'pattern':
      return words.but(isTime ? words.time : words.pattern(fault.pattern), shown(words, value))
    case 'number_low':
      return words.but(words.atLeast(fault.limit), String(fault.value))
    case 'number_high':
      return words.but(words.atMost(fault.limit), String(fault.value))
  }
}

/**
 * Says what a schema expects of a field, and what it got; for the journal, since the service says less.
 *
 * @param textsOnly whether values are always texts, as in a query, so that being a text is not worth pointing out
 */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown, textsOnly: boolean): Texts {
  return inBoth((language) => explainIssueIn(fieldWords[language], issue, value, textsOnly))
}

function explainIssueIn(words: FieldWords, issue: z.core.$ZodIssue, value: unknown, textsOnly: boolean): string {
  switch (issue.code) {
    case 'invalid_type':
      return words.but(words.type(issue.expected), withType(words, value, issue.expected, textsOnly))
    case 'invalid_value': {
      const values = issue.values.map(String)
      const list = listed(words, values)
      return words.but(
        values.length === 1 ? words.only(list) : words.oneOf(list),
        withType(words, value, 'string', textsOnly),
      )
    }
    case 'too_big':
      return words.but(words.atMost(`${issue.maximum}${words.sizes[issue.origin] ?? ''}`), sizeOf(words, value))
    case 'too_small':
      return words.but(words.atLeast(`${issue.minimum}${words.sizes[issue.origin] ?? ''}`), sizeOf(words, value))
    default:
      return words.but(words.misfit(issue, value), shown(words, value))
  }
}

/** Names parameters that the call does not have, and those that it has. */
export function explainUndefined(pointers: readonly string[], known: readonly string[]): Texts {
  return inBoth((language) => {
    const words = fieldWords[language]
    return words.undefined(
      listed(words, pointers.map(cut)),
      pointers.length,
      known.length === 0 ? '' : listed(words, known),
    )
  })
}

/** Explains how a field that is null was treated. */
export function explainNull(pointer: string): Texts {
  return inBoth((language) => fieldWords[language].null(pointer))
}

function sizeOf(words: FieldWords, value: unknown): string {
  return Array.isArray(value) ? words.entries(value.length) : shown(words, value)
}

/** A value, with its type if that is not the expected one. */
function withType(words: FieldWords, value: unknown, wanted: string, textsOnly: boolean): string {
  const type = typeof value
  const fits = type === (wanted === 'int' ? 'number' : wanted)
  const word = type === 'string' && !textsOnly ? words.asText : type === 'number' ? words.asNumber : ''
  return shown(words, value) + (fits ? '' : word)
}

/** A value as JSON, shortened; for a list or an object only its kind, since it may be deep. */
function shown(words: FieldWords, value: unknown): string {
  if (Array.isArray(value)) return words.aList(value.length)
  if (isJsonObject(value)) return words.anObject
  if (typeof value === 'string') return cut(JSON.stringify(value.length > SHOWN ? value.slice(0, SHOWN + 1) : value))
  return String(value)
}

function cut(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN + 2)]
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}…` : text
}

function listed({ comma }: FieldWords, texts: readonly string[]): string {
  return texts.slice(0, LISTED).join(comma) + (texts.length > LISTED ? `${comma}…` : '')
}
