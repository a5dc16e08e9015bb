import { expect, test } from 'vitest'
import { permutations, Variants } from '../../src/diagnosis/work.ts'

test('of variants with the same value the first is kept, and none that is as it should be', () => {
  const variants = new Variants('Right', (text) => text.toLowerCase())
  variants.add('RIGHT', [{ name: 'method_case' }], 1)
  variants.add('other', [{ name: 'method_other' }], 2)
  variants.add('OTHER', [{ name: 'method_case' }], 1)

  expect(variants.list).toEqual([{ value: 'other', causes: [{ name: 'method_other' }], rank: 2 }])
})

test('every order of some things, the one they have first', () => {
  expect(permutations([])).toEqual([[]])
  expect(permutations(['a'])).toEqual([['a']])
  expect(permutations(['a', 'b', 'c']).map((order) => order.join(''))).toEqual([
    'abc',
    'acb',
    'bac',
    'bca',
    'cab',
    'cba',
  ])
  // Things that are equal are two things all the same.
  expect(permutations(['a', 'a'])).toEqual([
    ['a', 'a'],
    ['a', 'a'],
  ])
})
