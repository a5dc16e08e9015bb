import { WELL_KNOWN_MCHID } from '../identity/well-known.ts'
import type { ExchangeJson } from '../products/json.ts'
import { decoded } from '../shared/path-members.ts'
import { membersOf } from './conditions.ts'

/** Stand-ins in a contract for texts that differ in every run. */
export type StandIns = ReadonlyMap<string, string>

/** The first stand-in number for merchants of an exchange other than its caller. */
const FIRST_OTHER = 1_900_000_109

/**
 * Stand-ins for the merchants of an exchange: the well-known one, which replays it, for its caller, and fixed ones for others. Fresh merchants have
 * different numbers in every run.
 */
export function merchantStandIns({ mchid: caller, before, ...asked }: ExchangeJson): StandIns {
  const standIns = new Map<string, string>(caller === undefined ? [] : [[caller, WELL_KNOWN_MCHID]])
  const involved = [
    ...before.coupons.flatMap(({ mchid, send_merchant }) => [mchid, send_merchant]),
    ...before.orders.map(({ mchid }) => mchid),
    ...before.requests.map(({ mchid }) => mchid),
    ...membersOf(asked).flatMap(({ name, text }) => (isMerchant(name) && /^\d{8,15}$/.test(text) ? [text] : [])),
  ]
  for (const mchid of involved) {
    if (!standIns.has(mchid)) standIns.set(mchid, String(FIRST_OTHER + standIns.size - (caller === undefined ? 0 : 1)))
  }
  return standIns
}

function isMerchant(member: string): boolean {
  return /(?:mchid|_merchant)$/.test(member)
}

/** Replaces texts in a JSON value that equal or contain a text with a stand-in. */
export function replaced<Value>(value: Value, standIns: StandIns): Value {
  const replace = (part: unknown): unknown => {
    if (typeof part === 'string') return replacedText(part, standIns)
    if (Array.isArray(part)) return part.map(replace)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, replace(member)]))
  }
  // Only texts are replaced, by texts.
  return replace(value) as Value
}

/** Like {@link replaced}, in the path and the query of a request. */
export function replacedTarget(target: string, standIns: StandIns): string {
  return target.replaceAll(/[^/?&=]+/g, (part) => {
    const meant = decoded(part)
    const other = replacedText(meant, standIns)
    return other === meant ? part : encodeURIComponent(other)
  })
}

/** Like {@link replaced}, in the texts of a JSON document, so that everything else keeps its formatting. */
export function replacedJson(text: string, standIns: StandIns): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"?/gs, (quoted) => {
    const meant = textIn(quoted)
    const other = replacedText(meant, standIns)
    return other === meant ? quoted : JSON.stringify(other)
  })
}

/** Texts of at least this many characters are also replaced inside others. Shorter ones may occur anywhere by chance. */
export const REPLACED_INSIDE = 8

function replacedText(text: string, standIns: StandIns): string {
  const whole = standIns.get(text)
  if (whole !== undefined) return whole
  const inside = [...standIns.keys()].filter((one) => one.length >= REPLACED_INSIDE && text.includes(one))
  if (inside.length === 0) return text
  // The earliest match, and the longest of those that begin there; replacements are not scanned again.
  const [first = ''] = inside.toSorted((a, b) => text.indexOf(a) - text.indexOf(b) || b.length - a.length)
  const start = text.indexOf(first)
  const rest = text.slice(start + first.length)
  return text.slice(0, start) + standIns.get(first) + (rest === '' ? '' : replacedText(rest, standIns))
}

function textIn(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch {
    // The tail of a document that is not JSON.
    return quoted
  }
}
