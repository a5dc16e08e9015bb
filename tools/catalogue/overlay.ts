/** Applies the corrections of `src/catalogue/overlay.json` to what the pages say. */
import type { Correction, ProductFacts } from '../../src/catalogue/facts.ts'
import { withoutGaps } from './shape.ts'

/** Why a correction no longer fits. */
class Unfit extends Error {}

/**
 * The facts, corrected.
 *
 * @param refuse - Told of each correction that no longer fits its page: it has to be looked at again.
 */
export function correct(
  facts: ReadonlyMap<string, ProductFacts>,
  corrections: readonly Correction[],
  refuse: (problem: string) => void,
): ReadonlyMap<string, ProductFacts> {
  let result = facts
  for (const correction of corrections) {
    let found = false
    const correctIf = <Entry extends object>(key: string, entry: Entry): Entry => {
      if (key !== correction.call) return entry
      found = true
      return corrected(entry, correction.at.split('/'), correction)
    }
    try {
      const after = [...result].map(([id, { calls, events }]): [string, ProductFacts] => [
        id,
        {
          calls: calls.map((call) => correctIf(`${call.method} ${call.path}`, call)),
          events: events.map((event) => correctIf(`${id} ${event.type}`, event)),
        },
      ])
      if (!found) throw new Unfit('no such call or callback')
      result = new Map(after)
    } catch (problem) {
      if (!(problem instanceof Unfit)) throw problem
      refuse(`src/catalogue/overlay.json: ${correction.call} ${correction.at}: ${problem.message}`)
    }
  }
  return result
}

type Change = Pick<Correction, 'was' | 'is'>

/** The entry with what is at `[part, ...names]` corrected. */
function corrected<Entry extends object>(entry: Entry, [part = '', ...names]: string[], { was, is }: Change): Entry {
  const held: unknown = new Map(Object.entries(entry)).get(part)
  const list: unknown[] = Array.isArray(held) ? held : []
  if (part === 'errors') return { ...entry, errors: withRow(list, { was, is }) }
  if (names.length === 0) return withFacts(entry, { [part]: was }, { [part]: is })
  const [name = '', ...deeper] = names
  const at = list.findIndex((field) => factsIn(field).name === name)
  const field = factsIn(list[at])
  if (deeper.length > 0) {
    if (at < 0) throw new Unfit(`the page has no ${name}`)
    return { ...entry, [part]: list.with(at, corrected(field, ['members', ...deeper], { was, is })) }
  }
  if (was === null && at >= 0) throw new Unfit('the page has it now')
  if (was !== null && at < 0) throw new Unfit('the page has it no more')
  if (was === null) return { ...entry, [part]: [...list, { name, ...factsIn(is) }] }
  if (is !== null) return { ...entry, [part]: list.with(at, withFacts(field, factsIn(was), factsIn(is))) }
  expectFacts(field, factsIn(was), Object.keys(factsIn(was)))
  return { ...entry, [part]: list.toSpliced(at, 1) }
}

const factsIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const same = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

function expectFacts(facts: Record<string, unknown>, was: Record<string, unknown>, names: readonly string[]): void {
  const other = names.find((name) => !same(facts[name], was[name]))
  if (other !== undefined) throw new Unfit(`the page says ${JSON.stringify(facts[other] ?? null)} now`)
}

/** With other facts; `null` is what is not said. */
function withFacts<Entry extends object>(
  entry: Entry,
  was: Record<string, unknown>,
  is: Record<string, unknown>,
): Entry {
  const facts = factsIn(entry)
  const names = Object.keys(is)
  if (names.every((name) => same(facts[name], is[name]))) throw new Unfit('the page has caught up')
  expectFacts(facts, was, names)
  const news = Object.fromEntries(names.map((name) => [name, is[name] ?? undefined]))
  return withoutGaps<Entry>({ ...entry, ...news })
}

function withRow(rows: readonly unknown[], { was, is }: Change): unknown[] {
  const at = rows.findIndex((row) => same(row, was))
  if (rows.some((row) => same(row, is)) || (is === null && at < 0)) throw new Unfit('the page has caught up')
  if (was === null) return [...rows, is]
  if (at < 0) throw new Unfit(`the page no longer has ${JSON.stringify(was)}`)
  return is === null ? rows.toSpliced(at, 1) : rows.with(at, is)
}
