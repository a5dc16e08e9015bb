import type { Place, Table } from '../../engine/state/table.ts'
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

/** Builds a tree from sorted items, without equal ones. */
export function treeOf<Item>(sorted: readonly Item[], from = 0, until = sorted.length): Tree<Item> {
  const middle = (from + until) >> 1
  const item = sorted[middle]
  if (from >= until || item === undefined) return undefined
  return node(treeOf(sorted, from, middle), item, treeOf(sorted, middle + 1, until))
}

/** The tree with an item, which must not be in it yet. */
export function withItem<Item>(tree: Tree<Item>, item: Item, compare: Compare<Item>): Tree<Item> {
  if (!tree) return node(undefined, item, undefined)
  return compare(item, tree.item) < 0
    ? balanced(withItem(tree.left, item, compare), tree.item, tree.right)
    : balanced(tree.left, tree.item, withItem(tree.right, item, compare))
}

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

/** The keys that an index has under each text. */
type Index = Map<string, Set<string>>

/** An item of a sorted list: a place, whose key is the one that the row is kept under. */
export interface Item {
  readonly place: Place
  readonly key: string
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
  readonly #rows = new Map<string, unknown>()
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

  find(key: string): unknown {
    const own = this.#rows.get(key)
    if (own === undefined) return this.#base?.find(key)
    return own === GONE ? undefined : own
  }

  /** Every row, those of the layers below first. */
  list(): unknown[] {
    return [...this.#entries()].map(([, row]) => row)
  }

  where(index: string, text: string): unknown[] {
    const textOf = this.table.indexes[index]
    // A lower layer's index does not know whether a higher layer changed its rows.
    return [...new Set(this.#keysWhere(index, text))]
      .map((key) => this.find(key))
      .filter((row) => row !== undefined && textOf?.(row) === text)
  }

  /** The items of a sorted list under an encoded text. */
  tree(list: string, among: string): Tree<Item> {
    const own = this.#listOf(list)
    return own.has(among) ? own.get(among) : this.#base?.tree(list, among)
  }

  /** Puts a row under a key, or deletes the one that is there. */
  set(key: string, row: unknown): void {
    const before = this.find(key)
    if (this.#indexes) this.#file(this.#indexes, key, row)
    if (this.#lists) for (const name of this.#lists.keys()) this.#move(name, key, before, row)
    this.#size += Number(row !== undefined) - Number(before !== undefined)
    if (row === undefined && this.#base === undefined) this.#rows.delete(key)
    else this.#rows.set(key, row ?? GONE)
  }

  /** Takes over the changes of a layer above this one. */
  take(above: Layer): void {
    for (const [key, row] of above.#rows) this.set(key, row === GONE ? undefined : row)
  }

  #file(indexes: Map<string, Index>, key: string, row: unknown): void {
    const own = this.#rows.get(key)
    for (const [name, index] of indexes) {
      if (own !== undefined && own !== GONE) forget(index, this.table.indexes[name]?.(own), key)
      if (row !== undefined) remember(index, this.table.indexes[name]?.(row), key)
    }
  }

  *#entries(): Generator<readonly [key: string, row: unknown], undefined> {
    const base = this.#base
    if (base) {
      for (const [key, row] of base.#entries()) {
        const own = this.#rows.get(key)
        if (own !== GONE) yield [key, own ?? row]
      }
    }
    for (const [key, row] of this.#rows) {
      if (row !== GONE && base?.find(key) === undefined) yield [key, row]
    }
  }

  *#keysWhere(name: string, text: string): Generator<string, undefined> {
    if (this.#base) yield* this.#base.#keysWhere(name, text)
    this.#indexes ??= new Map()
    let index = this.#indexes.get(name)
    if (!index) {
      index = new Map()
      for (const [key, row] of this.#rows) {
        if (row !== GONE) remember(index, this.table.indexes[name]?.(row), key)
      }
      this.#indexes.set(name, index)
    }
    yield* index.get(text) ?? []
  }

  #listOf(name: string): SortedList {
    this.#lists ??= new Map()
    const known = this.#lists.get(name)
    if (known) return known
    const made: SortedList = this.#base ? new Map() : this.#sorted(name)
    this.#lists.set(name, made)
    if (this.#base) {
      for (const [key, row] of this.#rows) this.#move(name, key, this.#base.find(key), row === GONE ? undefined : row)
    }
    return made
  }

  /** Sorts all rows of a layer without one below. */
  #sorted(name: string): SortedList {
    const items = new Map<string, Item[]>()
    for (const [key, row] of this.#rows) {
      const entry = entryOf(this.table, name, row)
      if (!entry) continue
      const item = itemOf(entry, key)
      const known = items.get(entry.among)
      if (known) known.push(item)
      else items.set(entry.among, [item])
    }
    return new Map([...items].map(([among, some]) => [among, treeOf(some.sort(compareItems))]))
  }

  #move(name: string, key: string, before: unknown, after: unknown): void {
    const [from, to] = [before, after].map((row) => (row === undefined ? undefined : entryOf(this.table, name, row)))
    if (from && to && from.among === to.among && from.by === to.by) return
    const list = this.#listOf(name)
    if (from) list.set(from.among, withoutItem(this.tree(name, from.among), itemOf(from, key), compareItems))
    if (to) list.set(to.among, withItem(this.tree(name, to.among), itemOf(to, key), compareItems))
  }
}

function itemOf({ by, owner, key }: Entry, kept: string): Item {
  return { place: { by, owner, key }, key: kept }
}

function compareItems(a: Item, b: Item): number {
  return comparePlaces(a.place, b.place)
}

function remember(index: Index, text: string | undefined, key: string): void {
  if (text === undefined) return
  const keys = index.get(text)
  if (keys) keys.add(key)
  else index.set(text, new Set([key]))
}

function forget(index: Index, text: string | undefined, key: string): void {
  const keys = text === undefined ? undefined : index.get(text)
  keys?.delete(key)
  if (keys?.size === 0 && text !== undefined) index.delete(text)
}
