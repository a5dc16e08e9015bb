import { tablesOf } from '../../engine/product.ts'
import { memberOf } from '../../engine/state/table.ts'
import { products } from '../../products/index.ts'
import type { WorldJson } from '../../products/json.ts'

/** The members that form the key of a row, for each list of rows. */
const KEYS: Readonly<Record<string, readonly string[] | undefined>> = Object.fromEntries(
  tablesOf(products).map((table) => [memberOf(table), table.keyMembers]),
)

/** Merges worlds; of two things with the same id the later one stays. */
export function mergeWorlds(worlds: readonly WorldJson[]): WorldJson {
  const descriptions = worlds.flatMap(({ description }) => description ?? [])
  const lists = new Map<string, Map<string, object>>()
  for (const [member, things] of worlds.flatMap((world) => Object.entries(world))) {
    if (!Array.isArray(things)) continue
    const list = lists.get(member) ?? new Map<string, object>()
    lists.set(member, list)
    for (const thing of things) list.set(idOf(member, thing) ?? `${list.size}`, thing)
  }
  return {
    ...(descriptions.length > 0 && { description: descriptions.join(' ') }),
    ...Object.fromEntries([...lists].map(([member, list]) => [member, [...list.values()]])),
  }
}

/** `undefined` for a thing without an id: it gets one when it is loaded, and equals no other. A row without a merchant belongs to the default one. */
function idOf(member: string, thing: Readonly<Record<string, unknown>>): string | undefined {
  const key = KEYS[member]
  const id = key
    ? [thing.mchid ?? '', ...key.map((name) => thing[name])]
    : [member === 'merchants' ? thing.mchid : undefined]
  return id.includes(undefined) ? undefined : JSON.stringify(id)
}
