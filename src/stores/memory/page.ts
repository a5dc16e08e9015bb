import type { Stretch } from '../../engine/state/store.ts'
import { comparePlaces, encodePlace } from '../sorted.ts'
import type { Item, Layer } from './layer.ts'
import { countWhile, itemsFrom, sizeOf } from './tree.ts'

/** A stretch of a sorted list, from the layers of its owners. */
export function pageOf(
  layers: readonly Layer[],
  list: string,
  among: string,
  { after, offset = 0, limit }: Omit<Stretch, 'owner'>,
): readonly unknown[] {
  const start = after && encodePlace(after)
  // Of thousands of merchants, a few may have a callback that is due.
  const parts = layers.map((layer) => ({ layer, tree: layer.tree(list, among) })).filter(({ tree }) => sizeOf(tree) > 0)
  // A single merchant's list can find its nth row directly; several lists have to be merged up to there.
  const [skipped, passed] = parts.length === 1 ? [offset, 0] : [0, offset]
  const heads = parts.map(({ layer, tree }) => {
    const behind = start === undefined ? 0 : countWhile(tree, ({ place }) => comparePlaces(place, start) <= 0)
    return headOf(layer, itemsFrom(tree, behind + skipped))
  })
  const rows: unknown[] = []
  for (let at = 0; at < passed + limit; at++) {
    const first = heads.reduce<Head | undefined>((best, head) => (isBefore(head, best) ? head : best), undefined)
    if (!first?.item) break
    if (at >= passed) rows.push(first.layer.find(first.item.key))
    first.item = first.items.next().value
  }
  return rows
}

/** The next item of one merchant's list, and those behind it. */
interface Head {
  readonly layer: Layer
  readonly items: Generator<Item, undefined>
  item: Item | undefined
}

function headOf(layer: Layer, items: Generator<Item, undefined>): Head {
  return { layer, items, item: items.next().value }
}

function isBefore({ item }: Head, best: Head | undefined): boolean {
  if (!item) return false
  return best?.item === undefined || comparePlaces(item.place, best.item.place) < 0
}
