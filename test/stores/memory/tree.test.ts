import { expect, test } from 'vitest'
import {
  countWhile,
  itemsFrom,
  sizeOf,
  type Tree,
  treeOf,
  withItem,
  withoutItem,
} from '../../../src/stores/memory/layer.ts'

const compare = (a: number, b: number) => a - b

/** How many nodes lie between the top and the deepest item. */
function depthOf(tree: Tree<number>): number {
  return tree ? 1 + Math.max(depthOf(tree.left), depthOf(tree.right)) : 0
}

test.for([
  ['upwards', (i: number) => i],
  ['downwards', (i: number) => 10_000 - i],
  ['in no order', (i: number) => (i * 7_919) % 10_007],
] as const)('a tree that is filled %s stays shallow, also when most of it goes', ([, item]) => {
  let tree: Tree<number>
  for (let i = 0; i < 10_000; i++) tree = withItem(tree, item(i), compare)
  expect(sizeOf(tree)).toBe(10_000)
  expect(depthOf(tree)).toBeLessThan(30)

  for (let i = 0; i < 9_990; i++) tree = withoutItem(tree, item(i), compare)
  expect([...itemsFrom(tree, 0)]).toEqual(Array.from({ length: 10 }, (_, i) => item(9_990 + i)).toSorted(compare))
  expect(depthOf(tree)).toBeLessThan(8)
})

test('a change leaves the tree before as it was', () => {
  const before = treeOf([1, 3, 5, 7])
  const after = withoutItem(withItem(before, 4, compare), 1, compare)

  expect([...itemsFrom(before, 0)]).toEqual([1, 3, 5, 7])
  expect([...itemsFrom(after, 0)]).toEqual([3, 4, 5, 7])
  expect([...itemsFrom(withoutItem(before, 2, compare), 0)]).toEqual([1, 3, 5, 7])
})

test('items are skipped without a look at them, and counted with few', () => {
  const tree = treeOf(Array.from({ length: 100_000 }, (_, i) => i))
  let looks = 0
  const isBefore = (item: number) => {
    looks++
    return item < 77_777
  }

  expect(countWhile(tree, isBefore)).toBe(77_777)
  expect(looks).toBeLessThan(20)
  expect(itemsFrom(tree, 99_998).next().value).toBe(99_998)
  expect([...itemsFrom(tree, 99_998)]).toEqual([99_998, 99_999])
  expect([...itemsFrom(tree, 100_000)]).toEqual([])
})
