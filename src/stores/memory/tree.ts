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

/** The tree without an item. */
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
