/** Says in lines what changed between two catalogues. */
import type { CallFacts, EventFacts, FieldFacts } from '../../src/catalogue/facts.ts'
import type { Catalogue } from './build.ts'

/** A thing with what is said of it, and the things in it by their names. */
interface Thing {
  readonly said: Readonly<Record<string, unknown>>
  readonly parts: ReadonlyMap<string, Thing>
}

/** A line for each call, callback, member, error and single fact that came, went or changed. */
export const changesBetween = (before: Catalogue, after: Catalogue): string[] =>
  compare('', asThing(before), asThing(after))

function compare(where: string, before: Thing, after: Thing): string[] {
  const names = new Set([...Object.keys(before.said), ...Object.keys(after.said)])
  const facts = [...names].flatMap((name) => {
    const [old, now] = [JSON.stringify(before.said[name]), JSON.stringify(after.said[name])]
    return old === now ? [] : [`~ ${where}: ${name} ${old ?? 'none'} → ${now ?? 'none'}`]
  })
  const gone = [...before.parts.keys()].filter((name) => !after.parts.has(name))
  const parts = [...after.parts].flatMap(([name, part]) => {
    const old = before.parts.get(name)
    const path = `${where}${where === '' || name.startsWith('/') ? '' : ' '}${name}`
    return old === undefined ? [`+ ${path}`] : compare(path, old, part)
  })
  return [
    ...facts,
    ...gone.map((name) => `- ${where}${where === '' || name.startsWith('/') ? '' : ' '}${name}`),
    ...parts,
  ]
}

const asThing = ({ index, products }: Catalogue): Thing => ({
  said: { date: index.date },
  parts: new Map([
    ...index.errors.map((row): [string, Thing] => [`error of every call ${row.join(' ')}`, LEAF]),
    ...[...products].flatMap(([id, { calls, events }]) => [
      ...calls.map((call): [string, Thing] => [`${call.method} ${call.path}`, callThing(id, call)]),
      ...events.map((event): [string, Thing] => [`callback ${id} ${event.type}`, eventThing(event)]),
    ]),
  ]),
})

const LEAF: Thing = { said: {}, parts: new Map() }

const callThing = (
  product: string,
  { params, query, body, answer, errors, method: _, path: __, ...said }: CallFacts,
): Thing => ({
  said: { product, ...said },
  parts: new Map([
    ...fieldThings('params', params),
    ...fieldThings('query', query),
    ...fieldThings('body', body),
    ...fieldThings('answer', answer),
    ...errors.map((row): [string, Thing] => [`error ${row.join(' ')}`, LEAF]),
  ]),
})

const eventThing = ({ resource, type: _, ...said }: EventFacts): Thing => ({
  said,
  parts: new Map(fieldThings('resource', resource)),
})

/** Those of a part are `part/name`, those of a member `/name`. */
const fieldThings = (part: string, fields: readonly FieldFacts[] = []): [string, Thing][] =>
  fields.map(({ name, members, max, min, ...said }) => [
    `${part}/${name}`,
    {
      said: { ...said, ...(max !== undefined && { length: max }), ...(min !== undefined && { 'least length': min }) },
      parts: new Map(fieldThings('', members)),
    },
  ])
