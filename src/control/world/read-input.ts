import { z } from 'zod'
import { lateTexts } from '../../engine/misfit-texts.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { extentOf, type JsonLimits, MOST_LEVELS } from '../../wire/protocol/json-object.ts'
import { atOnce, inPauses, type Work } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'

/** A value, or a list in pieces, each made when it is asked for. */
export type Parts = { readonly value: unknown } | { readonly list: Iterable<readonly unknown[]> }

/** The same, or the members of an object. */
export type Given = Parts | { readonly members: Iterable<readonly [name: string, parts: Parts]> }

/**
 * Validates user input against a schema.
 *
 * @param where JSON pointer to `value` within the whole input; prefixes the places in errors
 * @throws UsageError `MOCK_INPUT` for the first mismatch, with its place as a JSON pointer
 */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown, where = ''): z.output<Schema> {
  return atOnce(reading(schema, partsOf(value, where), where))
}

/** The same, with pending work between the pieces of lists. */
export function readInPieces<Schema extends z.ZodType>(schema: Schema, given: Given): Promise<z.output<Schema>> {
  return inPauses(reading(schema, given, ''))
}

/**
 * Checks lists piece by piece: a schema reports all mismatches, and a list of a million bad elements would give a million issues, which take gigabytes.
 */
function* reading<Schema extends z.ZodType>(schema: Schema, given: Given, where: string): Work<z.output<Schema>> {
  if ('value' in given) return fitting(schema, given.value, where)
  // A schema of lists makes a list of it.
  if ('list' in given) return (yield* readingList(schema, given.list, where)) as z.output<Schema>
  const value: [name: string, value: unknown][] = []
  const lists: (readonly [name: string, member: z.core.$ZodType, list: Iterable<readonly unknown[]>])[] = []
  for (const [name, parts] of given.members) {
    const member = 'list' in parts ? listMember(schema, name) : undefined
    if ('list' in parts && member) lists.push([name, member, parts.list])
    value.push([name, member ? [] : 'list' in parts ? [...parts.list].flat() : parts.value])
  }
  // A member called __proto__ stays one.
  const read = fitting(schema, Object.fromEntries(value), where)
  // The lists are members of an object.
  const members = read as Record<string, unknown>
  for (const [name, member, list] of lists) members[name] = yield* readingList(member, list, where + pointer([name]))
  return read
}

/** The schema of a list that is a member and no part of a rule, so that it can be read apart from the others. */
function listMember(schema: z.ZodType, name: string): z.core.$ZodType | undefined {
  if (!(schema instanceof z.ZodObject) || schema.def.checks?.length || !Object.hasOwn(schema.shape, name)) return
  const member = schema.shape[name]
  return member && z.safeParse(member, []).success ? member : undefined
}

function* readingList(
  schema: z.core.$ZodType,
  list: Iterable<readonly unknown[]>,
  where: string,
): Work<readonly unknown[]> {
  const all: unknown[] = []
  let pieces = 0
  for (const piece of list) {
    if (pieces > 0) yield
    pieces += 1
    for (const element of elementsOf(fitting(schema, piece, where, all.length))) all.push(element)
  }
  return pieces > 1 ? elementsOf(fitting(rulesOfList(schema), all, where)) : all
}

function elementsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError('A schema makes something else of a list.')
}

/** The rules about a list as a whole, such as its length, without those about its elements. */
function rulesOfList(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodArray) return schema.clone({ ...schema.def, element: z.unknown() })
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly) return rulesOfList(schema.unwrap())
  const list = schema instanceof z.ZodUnion ? schema.options.find((option) => option instanceof z.ZodArray) : undefined
  return list ? rulesOfList(list) : z.unknown()
}

/** @param first index of the first element in the whole list, if the value is a piece of one */
function fitting<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
  first = 0,
): z.output<Schema> {
  const misfit = misfitOf(schema, value)
  if ('data' in misfit) return misfit.data
  const [index, ...keys] = misfit.keys
  const path = where + pointer(typeof index === 'number' ? [index + first, ...keys] : misfit.keys)
  throw misfitAt(path, misfit.texts)
}

/** @param path JSON pointer */
export function misfitAt(path: string, texts: Texts): UsageError {
  return refusalAt(path, 'MOCK_INPUT', {
    en: `${path || 'The value'}: ${texts.en}${texts.en.endsWith('?') ? '' : '.'}`,
    zh: `${path || '给出的值'}：${texts.zh}${texts.zh.endsWith('？') ? '' : '。'}`,
  })
}

/** The JSON pointer to a place. */
export function pointer(keys: readonly PropertyKey[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function misfitOf<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
): Misfit | { readonly data: z.output<Schema> } {
  const { error, textsOf } = lateTexts()
  const context: z.core.ParseContextInternal = { error, async: false }
  // Not `safeParse`, which completes all issues.
  const read = schema._zod.run({ value, issues: [] }, context)
  if (read instanceof Promise) throw new TypeError('A schema of input cannot wait.')
  const [issue] = read.issues
  // Without issues it has what the schema makes of the value.
  if (!issue) return { data: read.value as z.output<Schema> }
  const { keys, message } = mostTelling(z.core.util.finalizeIssue(issue, context, z.config()))
  return { keys, texts: textsOf(message) }
}

/** Limits of one element of a list, or of one other member: far more than any needs (the limits are ours). */
export const THING_LIMITS = { values: 100_000, depth: MOST_LEVELS } as const satisfies JsonLimits
export const TOO_DEEP = {
  en: `nested more than ${THING_LIMITS.depth} levels deep`,
  zh: `嵌套超过 ${THING_LIMITS.depth} 层`,
}
export const TOO_MANY_VALUES = {
  en: `more than ${THING_LIMITS.values} values in it`,
  zh: `其中的值超过 ${THING_LIMITS.values} 个`,
}

/** The most members of the whole. */
export const MOST_MEMBERS = 1_000
export const TOO_MANY_MEMBERS = { en: `more than ${MOST_MEMBERS} members`, zh: `字段超过 ${MOST_MEMBERS} 个` }

/** How much of a list is checked at once. */
export const PIECE = { elements: 1_000, values: 10_000 } as const

/** The parts of a value that is there as a whole. @throws UsageError `MOCK_INPUT` for one that is too large or too deep */
export function partsOf(value: unknown, where = ''): Given {
  if (Array.isArray(value)) return { list: piecesOf(value, where) }
  if (typeof value !== 'object' || value === null) return { value }
  const members = Object.entries(value)
  if (members.length > MOST_MEMBERS) throw misfitAt(where, TOO_MANY_MEMBERS)
  return { members: members.map(([name, member]) => [name, memberParts(member, where + pointer([name]))]) }
}

function memberParts(value: unknown, where: string): Parts {
  if (Array.isArray(value)) return { list: piecesOf(value, where) }
  extent(value, where)
  return { value }
}

function* piecesOf(list: readonly unknown[], where: string): Generator<readonly unknown[], void> {
  let start = 0
  let values = 0
  for (const [i, element] of list.entries()) {
    const more = extent(element, where + pointer([i]))
    if (i > start && (i - start >= PIECE.elements || values + more > PIECE.values)) {
      yield list.slice(start, i)
      start = i
      values = 0
    }
    values += more
  }
  yield list.slice(start)
}

function extent(thing: unknown, where: string): number {
  const found = extentOf(thing, THING_LIMITS)
  if (typeof found === 'number') return found
  throw misfitAt(where, found === 'too deep' ? TOO_DEEP : TOO_MANY_VALUES)
}

interface Misfit {
  readonly keys: readonly PropertyKey[]
  readonly texts: Texts
}

interface Telling {
  readonly keys: readonly PropertyKey[]
  readonly message: string
}

/** The issue itself. For a union, the first one of the alternative that got furthest; for unknown members, the first of them. */
function mostTelling(issue: z.core.$ZodIssue): Telling {
  if (issue.code === 'unrecognized_keys') {
    return { keys: [...issue.path, issue.keys[0] ?? ''], message: issue.message }
  }
  if (issue.code === 'invalid_union') {
    const closest = issue.errors.find((branch) => !branch.some(isWrongKind))?.[0]
    if (closest) {
      const { keys, message } = mostTelling(closest)
      return { keys: [...issue.path, ...keys], message }
    }
  }
  return { keys: issue.path, message: issue.message }
}

function isWrongKind({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0
}

/** Prefixes the place in errors thrown by `work`. */
export function at<Result>(place: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw placed(place, error)
  }
}

/** Prefixes the place of an error, if it is about the input. */
export function placed(place: string, error: unknown): unknown {
  return error instanceof UsageError
    ? new UsageError(error.code, error.texts, { path: place + error.path, cause: error })
    : error
}
