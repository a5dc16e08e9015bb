import { keyOf, type Place, type Table } from '../../engine/state/table.ts'
import { comparePlaces, type Entry, entryOf } from '../sorted.ts'

/** An immutable sorted set: a change returns a new one, which shares nearly everything with the old one. */
export type Tree<Item> = Node<Item> | undefined

interface Node<Item> {
  readonly left: Tree<Item>
  readonly item: Item
  readonly right: Tree<Item>
  readonly size: number
}

type Compare<Item> = (a: Item, b: Item) => number

/** How much heavier one side of a node may be than the other, and the inner part of a side than its outer one: keeps the depth logarithmic. */
const HEAVIER = 3
const INNER_HEAVIER = 2

export function sizeOf<Item>(tree: Tree<Item>): number {
  return tree?.size ?? 0
}

/** Builds a tree from sorted items, without equal ones. @internal */
export function treeOf<Item>(sorted: readonly Item[], from = 0, until = sorted.length): Tree<Item> {
  const middle = (from + until) >> 1
  const item = sorted[middle]
  if (from >= until || item === undefined) return undefined
  return node(treeOf(sorted, from, middle), item, treeOf(sorted, middle + 1, until))
}

/** The tree with an item, which must not be in it yet. @internal */
export function withItem<Item>(tree: Tree<Item>, item: Item, compare: Compare<Item>): Tree<Item> {
  if (!tree) return node(undefined, item, undefined)
  return compare(item, tree.item) < 0
    ? balanced(withItem(tree.left, item, compare), tree.item, tree.right)
    : balanced(tree.left, tree.item, withItem(tree.right, item, compare))
}

/** @internal */
export function withoutItem<Item>(tree: Tree<Item>, item: Item, compare: Compare<Item>): Tree<Item> {
  if (!tree) return undefined
  const order = compare(item, tree.item)
  if (order < 0) return balanced(withoutItem(tree.left, item, compare), tree.item, tree.right)
  if (order > 0) return balanced(tree.left, tree.item, withoutItem(tree.right, item, compare))
  const next = firstOf(tree.right)
  return next ? balanced(tree.left, next.item, withoutItem(tree.right, next.item, compare)) : tree.left
}

/** How many items at the beginning pass a test. The items that pass must all come first. */
export function countWhile<Item>(tree: Tree<Item>, passes: (item: Item) => boolean): number {
  if (!tree) return 0
  return passes(tree.item) ? sizeOf(tree.left) + 1 + countWhile(tree.right, passes) : countWhile(tree.left, passes)
}

/** The items in order, without the first ones, which are not visited. */
export function* itemsFrom<Item>(tree: Tree<Item>, skipped: number): Generator<Item, undefined> {
  if (!tree || skipped >= tree.size) return
  const before = sizeOf(tree.left)
  yield* itemsFrom(tree.left, skipped)
  if (skipped <= before) yield tree.item
  yield* itemsFrom(tree.right, Math.max(0, skipped - before - 1))
}

function firstOf<Item>(tree: Tree<Item>): Tree<Item> {
  return tree?.left ? firstOf(tree.left) : tree
}

function node<Item>(left: Tree<Item>, item: Item, right: Tree<Item>): Node<Item> {
  return { left, item, right, size: sizeOf(left) + 1 + sizeOf(right) }
}

/** A node of two trees that were in balance before one item came or went. */
function balanced<Item>(left: Tree<Item>, item: Item, right: Tree<Item>): Node<Item> {
  if (right && weight(right) > HEAVIER * weight(left)) {
    const { left: inner, right: outer } = right
    return inner && weight(inner) >= INNER_HEAVIER * weight(outer)
      ? node(node(left, item, inner.left), inner.item, node(inner.right, right.item, outer))
      : node(node(left, item, inner), right.item, outer)
  }
  if (left && weight(left) > HEAVIER * weight(right)) {
    const { left: outer, right: inner } = left
    return inner && weight(inner) >= INNER_HEAVIER * weight(outer)
      ? node(node(outer, left.item, inner.left), inner.item, node(inner.right, item, right))
      : node(outer, left.item, node(inner, item, right))
  }
  return node(left, item, right)
}

function weight<Item>(tree: Tree<Item>): number {
  return sizeOf(tree) + 1
}

/** Marks a deleted value in a change. */
const GONE = Symbol('gone')

/** Under each text the row, or a set of those, if there are several. */
type Index = Map<string, unknown>

/** An item of a sorted list: a place, and the row that had it first, possibly as an earlier version. */
export interface Item {
  readonly place: Place
  readonly row: unknown
}

/** A sorted list: the items under each text that this layer has changed. */
type SortedList = Map<string, Tree<Item>>

/**
 * Rows of one merchant in one table, over those of a layer below, which is left unchanged. Only a layer with a single owner may change.
 *
 * Indexes and sorted lists are built on first use, so that a large seed that is never searched costs nothing.
 */
export class Layer {
  readonly table: Table
  readonly #base: Layer | undefined
  /** By the last part of their key, among those with the same parts before it: a row's own text then serves as its key, and is not copied. */
  readonly #rows = new Map<string, Map<string, unknown>>()
  #size: number
  /** Built on demand: most layers are the writes of a single call. */
  #indexes: Map<string, Index> | undefined
  #lists: Map<string, SortedList> | undefined

  constructor(table: Table, base?: Layer) {
    this.table = table
    this.#base = base
    this.#size = base?.size ?? 0
  }

  get size(): number {
    return this.#size
  }

  find(key: readonly string[]): unknown {
    return this.#find(groupOf(key), key.at(-1) ?? '')
  }

  #find(group: string, last: string): unknown {
    const own = this.#rows.get(group)?.get(last)
    if (own === undefined) return this.#findBelow(group, last)
    return own === GONE ? undefined : own
  }

  #findBelow(group: string, last: string): unknown {
    return this.#base ? this.#base.#find(group, last) : undefined
  }

  /** Every row, those of the layers below first. */
  list(): unknown[] {
    return [...this.#entries()].map(([, , row]) => row)
  }

  where(index: string, text: string): unknown[] {
    const textOf = this.table.indexes[index]
    // A lower layer's index does not know whether a higher layer changed its rows.
    const latest = new Set([...this.#rowsWhere(index, text)].map((row) => this.latest(row)))
    return [...latest].filter((row) => row !== undefined && textOf?.(row) === text)
  }

  /** The present version of a row; `undefined` if it was deleted. */
  latest(row: unknown): unknown {
    return this.find(this.table.key(row))
  }

  /** The items of a sorted list under an encoded text. */
  tree(list: string, among: string): Tree<Item> {
    const own = this.#listOf(list)
    return own.has(among) ? own.get(among) : this.#base?.tree(list, among)
  }

  /** Puts a row under a key, or deletes the one that is there. */
  set(key: readonly string[], row: unknown): void {
    this.#set(groupOf(key), key.at(-1) ?? '', row)
  }

  /** Takes over the changes of a layer above this one. */
  take(above: Layer): void {
    for (const [group, rows] of above.#rows) {
      for (const [last, row] of rows) this.#set(group, last, row === GONE ? undefined : row)
    }
  }

  #set(group: string, last: string, row: unknown): void {
    const rows = this.#rows.get(group) ?? new Map<string, unknown>()
    this.#rows.set(group, rows)
    const before = this.#find(group, last)
    if (this.#indexes) this.#file(this.#indexes, rows.get(last), row)
    if (this.#lists) for (const name of this.#lists.keys()) this.#move(name, before, row)
    this.#size += Number(row !== undefined) - Number(before !== undefined)
    if (row === undefined && this.#base === undefined) rows.delete(last)
    else rows.set(last, row ?? GONE)
  }

  /** @param own the row that this layer has under the key */
  #file(indexes: Map<string, Index>, own: unknown, row: unknown): void {
    for (const [name, index] of indexes) {
      if (own !== undefined && own !== GONE) forget(index, this.table.indexes[name]?.(own), own)
      if (row !== undefined) remember(index, this.table.indexes[name]?.(row), row)
    }
  }

  *#entries(): Generator<readonly [group: string, last: string, row: unknown], undefined> {
    const base = this.#base
    if (base) {
      for (const [group, last, row] of base.#entries()) {
        const own = this.#rows.get(group)?.get(last)
        if (own !== GONE) yield [group, last, own ?? row]
      }
    }
    for (const [group, rows] of this.#rows) {
      for (const [last, row] of rows) {
        if (row !== GONE && this.#findBelow(group, last) === undefined) yield [group, last, row]
      }
    }
  }

  /** The rows that this layer has itself. */
  *#own(): Generator<unknown, undefined> {
    for (const rows of this.#rows.values()) for (const row of rows.values()) if (row !== GONE) yield row
  }

  *#rowsWhere(name: string, text: string): Generator<unknown, undefined> {
    if (this.#base) yield* this.#base.#rowsWhere(name, text)
    this.#indexes ??= new Map()
    let index = this.#indexes.get(name)
    if (!index) {
      index = new Map()
      for (const row of this.#own()) remember(index, this.table.indexes[name]?.(row), row)
      this.#indexes.set(name, index)
    }
    const found = index.get(text)
    if (found instanceof Set) yield* found
    else if (found !== undefined) yield found
  }

  #listOf(name: string): SortedList {
    this.#lists ??= new Map()
    const known = this.#lists.get(name)
    if (known) return known
    const made: SortedList = this.#base ? new Map() : this.#sorted(name)
    this.#lists.set(name, made)
    if (this.#base) {
      for (const [group, rows] of this.#rows) {
        for (const [last, row] of rows) this.#move(name, this.#findBelow(group, last), row === GONE ? undefined : row)
      }
    }
    return made
  }

  /** Sorts all rows of a layer without one below. */
  #sorted(name: string): SortedList {
    const items = new Map<string, Item[]>()
    for (const row of this.#own()) {
      const entry = entryOf(this.table, name, row)
      if (!entry) continue
      const item = itemOf(entry, row)
      const known = items.get(entry.among)
      if (known) known.push(item)
      else items.set(entry.among, [item])
    }
    return new Map([...items].map(([among, some]) => [among, treeOf(some.sort(compareItems))]))
  }

  #move(name: string, before: unknown, after: unknown): void {
    const [from, to] = [before, after].map((row) => (row === undefined ? undefined : entryOf(this.table, name, row)))
    if (from && to && from.among === to.among && from.by === to.by) return
    const list = this.#listOf(name)
    if (from) list.set(from.among, withoutItem(this.tree(name, from.among), itemOf(from, before), compareItems))
    if (to) list.set(to.among, withItem(this.tree(name, to.among), itemOf(to, after), compareItems))
  }
}

/** All parts of a key but the last, as one text. */
function groupOf(key: readonly string[]): string {
  if (key.length < 2) return ''
  return key.length === 2 ? (key[0] ?? '') : keyOf(key.slice(0, -1))
}

function itemOf({ by, owner, key }: Entry, row: unknown): Item {
  return { place: { by, owner, key }, row }
}

function compareItems(a: Item, b: Item): number {
  return comparePlaces(a.place, b.place)
}

function remember(index: Index, text: string | undefined, row: unknown): void {
  if (text === undefined) return
  const known = index.get(text)
  if (known === undefined) index.set(text, row)
  else if (known instanceof Set) known.add(row)
  else index.set(text, new Set([known, row]))
}

function forget(index: Index, text: string | undefined, row: unknown): void {
  if (text === undefined) return
  const known = index.get(text)
  if (known === row) index.delete(text)
  else if (known instanceof Set && known.delete(row) && known.size === 0) index.delete(text)
}
