/** Lists the changes between two catalogues. */
import type { FieldFacts } from '../../src/catalogue/facts.ts'
import type { Catalogue } from './build.ts'

/** Places such as `POST /v3/payscore/serviceorder body/appid`, each with its parent and its facts. */
type Places = Map<string, { readonly within: string; readonly facts: Readonly<Record<string, unknown>> }>

/** A line for each call, callback, member, error and single fact that was added, removed or changed. */
export function changesBetween(before: Catalogue, after: Catalogue): string[] {
  const [old, now] = [placesIn(before), placesIn(after)]
  const onlyIn = (sign: string, places: Places, others: Places) =>
    [...places].flatMap(([place, { within }]) => (!others.has(place) && others.has(within) ? `${sign} ${place}` : []))
  const changed = [...now].flatMap(([place, { facts }]) => {
    const was = old.get(place)?.facts ?? facts
    return Object.keys({ ...was, ...facts }).flatMap((name) => {
      const [one, other] = [JSON.stringify(was[name]), JSON.stringify(facts[name])]
      return one === other ? [] : `~ ${place}: ${name} ${one ?? 'none'} → ${other ?? 'none'}`
    })
  })
  return [...onlyIn('-', old, now), ...changed, ...onlyIn('+', now, old)]
}

function placesIn({ index, products }: Catalogue): Places {
  const places: Places = new Map([['', { within: '', facts: { date: index.date } }]])
  const addFields = (within: string, start: string, fields: readonly FieldFacts[] = []) => {
    for (const { name, members, ...facts } of fields) {
      places.set(`${within}${start}${name}`, { within, facts })
      addFields(`${within}${start}${name}`, '/', members)
    }
  }
  for (const row of index.errors) places.set(`error of every call ${row.join(' ')}`, { within: '', facts: {} })
  for (const [product, { calls, events }] of products) {
    for (const { method, path, params, query, body, answer, errors, ...facts } of calls) {
      const call = `${method} ${path}`
      places.set(call, { within: '', facts: { product, ...facts } })
      for (const [part, fields] of Object.entries({ params, query, body, answer })) addFields(call, ` ${part}/`, fields)
      for (const row of errors) places.set(`${call} error ${row.join(' ')}`, { within: call, facts: {} })
    }
    for (const { type, resource, ...facts } of events) {
      places.set(`callback ${product} ${type}`, { within: '', facts })
      addFields(`callback ${product} ${type}`, ' resource/', resource)
    }
  }
  return places
}
