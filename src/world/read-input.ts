import type { z } from 'zod'
import { misfitInChinese, misfitText, misfitTexts } from '../engine/misfit-texts.ts'
import { refusalAt, UsageError } from '../protocol/errors.ts'
import { extentOf, type JsonLimits } from '../protocol/json-object.ts'
import type { Texts } from '../shared/texts.ts'

/**
 * Validates user input against a schema.
 *
 * @param where JSON pointer to `value` within the whole input; prefixes the places in errors
 * @throws UsageError `MOCK_INPUT` for the first mismatch, with its place as a JSON pointer
 */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown, where = ''): z.output<Schema> {
  const misfit = misfitInLists(schema, value) ?? misfitOf(schema, value)
  if ('data' in misfit) return misfit.data
  const { keys, texts } = misfit
  const path = where + keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  throw refusalAt(path, 'MOCK_INPUT', {
    en: `${path || 'The value'}: ${texts.en}.`,
    zh: `${path || '给出的值'}：${texts.zh}。`,
  })
}

function misfitOf<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Misfit | { readonly data: z.output<Schema> } {
  const result = schema.safeParse(value)
  if (result.success) return { data: result.data }
  const { keys, message } = mostTelling(result.error.issues)
  const inChinese = schema.safeParse(value, { error: misfitInChinese })
  return { keys, texts: misfitTexts(message, mostTelling(inChinese.error?.issues ?? []).message) }
}

/** Limits of one element of a list, or of one other member: far more than any needs (the limits are ours). */
const THING_LIMITS: JsonLimits = { values: 100_000, depth: 32 }
/** How much of a list is checked at once. */
const PIECE = { things: 1_000, values: 10_000 } as const

/**
 * The first mismatch in a value that is too large or too deep, or in a list that is checked in several pieces, if any.
 *
 * A schema reports all mismatches: a list of a million bad elements would give a million issues, which take gigabytes. It also recurses into nested
 * values.
 */
function misfitInLists(schema: z.ZodType, value: unknown): Misfit | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return misfitInList(value, [], (piece) => misfitOf(schema, piece))
  const members = Object.entries(value)
  const rest = {
    ...value,
    ...Object.fromEntries(members.filter(([, one]) => Array.isArray(one)).map(([key]) => [key, []])),
  }
  for (const [key, member] of members) {
    const misfit = Array.isArray(member)
      ? misfitInList(member, [key], (piece) => misfitOf(schema, { ...rest, [key]: piece }))
      : oversize(member, [key]).misfit
    if (misfit) return misfit
  }
  return undefined
}

function misfitInList(
  list: readonly unknown[],
  place: readonly PropertyKey[],
  check: (piece: readonly unknown[]) => Misfit | object,
): Misfit | undefined {
  let start = 0
  let values = 0
  const misfitUntil = (end: number): Misfit | undefined => {
    const result = check(list.slice(start, end))
    return 'keys' in result ? movedBy(start, result as Misfit, place.length) : undefined
  }
  for (const [i, thing] of list.entries()) {
    const { misfit, extent } = oversize(thing, [...place, i])
    if (misfit) return misfit
    if (i > start && (i - start >= PIECE.things || values + extent > PIECE.values)) {
      const found = misfitUntil(i)
      if (found) return found
      start = i
      values = 0
    }
    values += extent
  }
  // A list that is a single piece is checked with the whole.
  return start > 0 ? misfitUntil(list.length) : undefined
}

/** Translates the place of a mismatch from a piece of a list to the whole list. */
function movedBy(start: number, { keys, texts }: Misfit, at: number): Misfit {
  return { keys: keys.map((key, i) => (i === at && typeof key === 'number' ? key + start : key)), texts }
}

function oversize(thing: unknown, keys: readonly PropertyKey[]): { misfit?: Misfit; extent: number } {
  const extent = extentOf(thing, THING_LIMITS)
  if (typeof extent === 'number') return { extent }
  const texts =
    extent === 'too deep'
      ? { en: `nested more than ${THING_LIMITS.depth} levels deep`, zh: `嵌套超过 ${THING_LIMITS.depth} 层` }
      : { en: `more than ${THING_LIMITS.values} values in it`, zh: `其中的值超过 ${THING_LIMITS.values} 个` }
  return { misfit: { keys, texts }, extent: 0 }
}

interface Misfit {
  readonly keys: readonly PropertyKey[]
  readonly texts: Texts
}

interface Telling {
  readonly keys: readonly PropertyKey[]
  readonly message: string
}

const DOES_NOT_FIT = misfitText({ en: 'does not fit', zh: '不符合要求' })
const NO_SUCH_MEMBER = misfitText({ en: 'there is no such member, leave it out', zh: '没有这个字段，请去掉' })

/** The first issue. For a union, that of the alternative that got furthest; for unknown members, the first of them. */
function mostTelling(issues: readonly z.core.$ZodIssue[]): Telling {
  const [issue] = issues
  if (issue === undefined) return { keys: [], message: DOES_NOT_FIT }
  if (issue.code === 'unrecognized_keys') {
    return { keys: [...issue.path, issue.keys[0] ?? ''], message: NO_SUCH_MEMBER }
  }
  if (issue.code === 'invalid_union') {
    const closest = issue.errors.find((branch) => !branch.some(isWrongKind))
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
