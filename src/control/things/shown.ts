import type { z } from 'zod'
import type { ProductPage } from '../../engine/product.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { memberOf, type Table } from '../../engine/state/table.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import { shortened, type Texts } from '../../wire/shared/texts.ts'
import type { listedThingJson, thingValueJson } from '../formats/thing.ts'
import { addressOfPage } from '../route.ts'
import type { ServedThing } from './served-things.ts'
import type { Fact, FactValue, ThingLink } from './thing.ts'

/** Maximum length of a value in characters: whatever a client sends, a list stays small. */
const SHOWN_CHARACTERS = 600

type Listed = z.input<typeof listedThingJson>
type Value = z.input<typeof thingValueJson>

/** A row as shown in lists and on its page, including values computed from other rows. */
export function completeJson(tx: Transaction, thing: ServedThing, row: unknown, now: number): Awaitable<unknown> {
  return thing.complete ? thing.complete(tx, row, now) : thing.show(row, now)
}

/**
 * A row as shown in a list.
 *
 * @param json of {@link completeJson}. Default: the values that need no other row
 */
export function showListed(thing: ServedThing, row: unknown, now: number, json = thing.show(row, now)): Listed {
  const { table } = thing
  const key = table.key(row)
  const about = thing.about?.(json)
  const state = stateOf(thing, row, now)
  const facts = givenFacts(thing, json) ?? factsOf(json, [table.owner(row), ...key, state])
  const at = (place: Fact<unknown>['inList']) =>
    valuesOf(
      facts.filter(({ inList }) => inList === place),
      json,
    )
  return {
    name: [table.owner(row), ...key],
    heading: shortened(thing.heading?.(json) ?? key.at(-1) ?? table.owner(row), SHOWN_CHARACTERS),
    ...(about !== undefined && { about: shortened(about, SHOWN_CHARACTERS) }),
    ...(state !== undefined && { state }),
    beside: at('beside'),
    under: at('under'),
    end: at('end'),
  }
}

/**
 * The facts on a row's page, with links to rows that exist.
 *
 * @param tables of the mock
 * @param json of {@link completeJson}
 */
export async function showFacts(
  tx: Transaction,
  tables: readonly Table[],
  thing: ServedThing,
  { row, json, now }: { readonly row: unknown; readonly json: unknown; readonly now: number },
): Promise<Value[]> {
  const facts = givenFacts(thing, json) ?? factsOf(json, [...thing.table.key(row).slice(-1), stateOf(thing, row, now)])
  const values: Value[] = []
  for (const fact of facts) {
    const to = fact.to?.(json)
    const isThere = to !== undefined && tables.includes(to.table) && (await findNamed(tx, to)) !== undefined
    values.push(...valuesOf([isThere ? fact : { ...fact, to: () => undefined }], json))
  }
  return values
}

function findNamed(tx: Transaction, { table, name: [owner = '', ...key] }: ThingLink) {
  return tx.in(table).find(owner, ...key)
}

function givenFacts({ facts }: ServedThing, json: unknown): readonly Fact<unknown>[] | undefined {
  return typeof facts === 'function' ? facts(json) : facts
}

/** The state of a row; `undefined` for things without states. */
export function stateOf({ state, show }: ServedThing, row: unknown, now: number): string | undefined {
  if (state) return state(row, now)
  const found = memberOfJson(show(row, now), 'state')
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** A member of a JSON object; `undefined` if it does not exist. */
export function memberOfJson(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name)
    ? (json as Readonly<Record<string, unknown>>)[name]
    : undefined
}

/** The texts of a row that a search covers. */
export function textsOf(thing: ServedThing, row: unknown, now: number): readonly string[] {
  const texts = thing.search?.texts(row) ?? scalarsOf(thing.show(row, now)).map(([, value]) => String(value))
  return texts.filter((text) => text !== undefined)
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/** Default facts: every scalar member that is not shown elsewhere. */
function factsOf(json: unknown, shownAnyway: readonly (string | undefined)[]): readonly Fact<unknown>[] {
  const left = scalarsOf(json).filter(([, value]) => !shownAnyway.includes(String(value)))
  const time = left.findIndex(([, value]) => TIME.test(String(value)))
  return left.map(([name, value], i) => ({
    title: { en: name, zh: name },
    of: () => value,
    ...(TIME.test(String(value)) && { as: 'time' }),
    ...(i === time ? { inList: 'end' } : i < 3 && { inList: 'under' }),
  }))
}

function scalarsOf(json: unknown): readonly (readonly [name: string, value: string | number | boolean])[] {
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([name, value]): [string, string | number | boolean][] =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, value]] : [],
  )
}

function valuesOf(facts: readonly Fact<unknown>[], json: unknown): Value[] {
  return facts.flatMap((fact) => {
    const value = written(fact.of(json))
    if (value === undefined) return []
    const to = fact.to?.(json)
    const query = fact.opens?.query(json)
    return [
      {
        title: { ...fact.title },
        value,
        ...(fact.as && { as: fact.as }),
        ...(to && { to: { thing: memberOf(to.table), name: [...to.name] } }),
        ...(fact.opens && query && { opens: addressOfPage(fact.opens.page, query) }),
      },
    ]
  })
}

/** The pages that a row opens now. */
export function pagesOf(
  thing: ServedThing,
  json: unknown,
): readonly { readonly page: ProductPage; readonly opens: string }[] {
  return (givenFacts(thing, json) ?? []).flatMap((fact) => {
    const query = fact.of(json) === undefined ? undefined : fact.opens?.query(json)
    return fact.opens && query ? [{ page: fact.opens.page, opens: addressOfPage(fact.opens.page, query) }] : []
  })
}

function written(value: FactValue): string | number | boolean | Texts | undefined {
  if (typeof value === 'string') return shortened(value, SHOWN_CHARACTERS)
  return typeof value === 'object' ? { ...value } : value
}
