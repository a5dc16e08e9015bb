import { describe, expect, test } from 'vitest'
import { extentOf } from '../../src/protocol/json-object.ts'

const LIMITS = { values: 10, depth: 3 }

describe('the extent of a JSON value', () => {
  test.for([
    [1, 'a'],
    [1, null],
    [1, {}],
    [4, { a: [1, 2] }],
    [6, ['text', null, true, 1.5, {}]],
    [10, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [3, [[[]]]],
  ] as const)('%i: %j', ([values, value]) => {
    expect(extentOf(value, LIMITS)).toBe(values)
  })

  test.for([
    ['too many values', [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]],
    ['too many values', [[1, 2, 3, 4, 5], { a: 1, b: 2, c: 3 }]],
    ['too deep', [[[[]]]]],
    ['too deep', { a: { b: { c: {} } } }],
  ] as const)('%s: %j', ([refusal, value]) => {
    expect(extentOf(value, LIMITS)).toBe(refusal)
  })

  test('objects and lists may be limited more than values', () => {
    const limits = { values: 100, containers: 4, depth: 3 }

    expect(extentOf([{}, {}, []], limits)).toBe(4)
    expect(extentOf([1, 2, 3, 4, 5], limits)).toBe(6)
    expect(extentOf([{}, {}, [], {}], limits)).toBe('too many values')
    expect(extentOf([[{}, {}], [1]], limits)).toBe('too many values')
  })

  test('a hundred thousand levels do not fill the stack', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))

    expect(extentOf(deep, { values: 1_000_000, depth: 1_000_000 })).toBe(100_000)
    expect(extentOf(deep, LIMITS)).toBe('too deep')
  })
})
