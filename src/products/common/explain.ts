import { formatInstant } from '../../protocol/instant.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from '../../protocol/json-object.ts'
import type { RequestRecord } from '../../shared/request-record.ts'

/** The sentences with which the journal explains a refused call, behind the key of the error. */

export function byTheClock(now: number): string {
  return `it is ${formatInstant(now)} by the mock's clock`
}

/** Says how a repeated request differs from the one that used its number first; for values that are JSON, member by member. */
export function explainReuse(
  requestNo: string,
  record: Pick<RequestRecord, 'values' | 'at'> | undefined,
  values: readonly string[],
): string {
  if (!record) return `${requestNo} was used before, with other values`
  const length = Math.max(record.values.length, values.length)
  const differences = Array.from({ length }, (_, i) => differencesOf(record.values[i], values[i])).flat()
  const told = differences.slice(0, LISTED).join(', ')
  return `${requestNo} took effect at ${formatInstant(record.at)} with other values: ${told}${differences.length > LISTED ? ', …' : ''}`
}

/** How two values differ, in words; empty where they are equal. */
function differencesOf(before: string | undefined, now: string | undefined): string[] {
  if (before === now) return []
  const [one, other] = [before, now].map((value) => (value === undefined ? undefined : parseJsonObject(value)))
  if (!one || !other)
    return [`${before === undefined ? 'nothing' : cut(before)} then, ${now === undefined ? 'nothing' : cut(now)} now`]
  return differingMembers('', one, other)
}

function differingMembers(pointer: string, one: JsonObject, other: JsonObject): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) => {
    const [before, now] = [one[name], other[name]]
    const [text, newText] = [JSON.stringify(before), JSON.stringify(now)]
    if (text === newText) return []
    const here = `${pointer}/${name}`
    if (isJsonObject(before) && isJsonObject(now) && pointer === '') return differingMembers(here, before, now)
    return [`${here} ${shorten(text ?? 'left out')} then, ${shorten(newText ?? 'left out')} now`]
  })
}

const LISTED = 5
const SHOWN = 100

function cut(text: string): string {
  return JSON.stringify(shorten(text))
}

function shorten(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
