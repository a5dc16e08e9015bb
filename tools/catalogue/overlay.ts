/** Applies the corrections of `src/catalogue/overlay.json` to the facts of the pages. */
import type { Correction, ProductFacts } from '../../src/catalogue/facts.ts'
import type { Refuse } from './page.ts'
import { addressOf } from './shape.ts'

/** The corrected facts. A correction that no longer fits its page is refused, so that it is reviewed. */
export function correct(
  facts: ReadonlyMap<string, ProductFacts>,
  corrections: readonly Correction[],
  refuse: Refuse,
): ReadonlyMap<string, ProductFacts> {
  const result = structuredClone(new Map(facts))
  const entries = new Map<string, object>()
  for (const [id, { calls, events }] of result) {
    for (const call of calls) entries.set(addressOf(call), call)
    for (const event of events) entries.set(`${id} ${event.type}`, event)
  }
  for (const { calls, at, was, is } of corrections) {
    for (const [call, place] of calls.flatMap((one) => at.map((other) => [one, other] as const))) {
      const entry = entries.get(call)
      const problem = entry === undefined ? 'no such call or callback' : correctEntry(entry, place, was, is)
      if (problem !== undefined) refuse(`src/catalogue/overlay.json: ${call} ${place}: ${problem}`)
    }
  }
  return result
}

const CAUGHT_UP = 'the page has caught up'
const GONE = 'the page has it no more'

/** Corrects the value at a place of a call or callback; returns the reason if the correction does not fit. */
function correctEntry(entry: object, place: string, was: unknown, is: unknown): string | undefined {
  if (place === 'call') return factsIn(entry).reported === true ? undefined : CAUGHT_UP
  const [part = '', ...names] = place.split('/')
  if (part !== 'errors' && names.length === 0) return replace([entry], 0, { [part]: was }, { [part]: is })
  const name = names.pop()
  const list = names.reduce((fields, one) => factsIn(memberIn(fields, one)).members, factsIn(entry)[part])
  if (!Array.isArray(list)) return GONE
  const at = list.findIndex((one) => (name === undefined ? same(one, was ?? is) : factsIn(one).name === name))
  return replace(list, at, was, name !== undefined && was === null ? { name, ...factsIn(is) } : is)
}

/** Replaces the facts of `list[at]`; `null` stands for an absent fact. */
function replace(list: object[], at: number, was: unknown, is: unknown): string | undefined {
  const now = list[at] ?? null
  const keys = Object.keys(factsIn(is ?? was))
  const says = (facts: unknown) =>
    now && facts ? keys.every((key) => same(factsIn(now)[key], factsIn(facts)[key])) : now === facts
  if (says(is)) return CAUGHT_UP
  if (!says(was)) return now === null ? GONE : `the page has ${JSON.stringify(now, keys)} now`
  if (now === null) list.push(Object(is))
  else if (is === null) list.splice(at, 1)
  else {
    Object.assign(now, is)
    for (const key of keys) if (factsIn(is)[key] === null) Reflect.deleteProperty(now, key)
  }
  return undefined
}

const factsIn = (value: unknown): Record<string, unknown> => Object(value)

const memberIn = (fields: unknown, name: string): unknown =>
  Array.isArray(fields) ? fields.find((field) => factsIn(field).name === name) : undefined

const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
