import { tablesOf } from '../../engine/product.ts'
import { memberOf } from '../../engine/state/table.ts'
import { products } from '../../products/index.ts'
import type { WorldJson } from '../../products/json.ts'

/** What tells the things of each list of a world apart. */
const IDS: Readonly<Record<string, readonly string[]>> = {
  merchants: ['mchid'],
  ...Object.fromEntries(
    tablesOf(products).flatMap((table) =>
      table.keyMembers ? [[memberOf(table), ['mchid', ...table.keyMembers]] as const] : [],
    ),
  ),
}

/** Puts worlds together; of two things with the same id the later one stays. */
export function mergeWorlds(worlds: readonly WorldJson[]): WorldJson {
  const descriptions = worlds.flatMap(({ description }) => description ?? [])
  const lists = new Map<string, Map<string, object>>()
  for (const [member, things] of worlds.flatMap((world) => Object.entries(world))) {
    if (!Array.isArray(things)) continue
    const list = lists.get(member) ?? new Map<string, object>()
    lists.set(member, list)
    for (const thing of things) list.set(idOf(thing, IDS[member]) ?? `${list.size}`, thing)
  }
  return {
    ...(descriptions.length > 0 && { description: descriptions.join(' ') }),
    ...Object.fromEntries([...lists].map(([member, list]) => [member, [...list.values()]])),
  }
}

/** `undefined` for a thing without an id: it gets one when it is loaded, and equals no other. */
function idOf(thing: object, names: readonly string[] = []): string | undefined {
  const members: Readonly<Record<string, unknown>> = { mchid: '', ...thing }
  const id = names.map((name) => members[name])
  return id.length === 0 || id.includes(undefined) ? undefined : JSON.stringify(id)
}
