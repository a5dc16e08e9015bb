import { describe, expect, test } from 'vitest'
import { extentOf, isJsonObject, parseJson, parseJsonObject } from '../../src/protocol/json-object.ts'

test.for([
  ['{"a":1}', { a: 1 }],
  [' {"__proto__":1}\n', JSON.parse('{"__proto__":1}')],
  ['{"名":"券"}', { 名: '券' }],
] as const)('%j is a JSON object, as a text and as bytes', ([text, value]) => {
  expect(parseJsonObject(text)).toEqual(value)
  expect(parseJsonObject(Buffer.from(text))).toEqual(value)
  expect(isJsonObject(value)).toBe(true)
})

test.for(['[]', '[{}]', 'null', '"{}"', '1', 'true'])('%j is JSON, and no object', (text) => {
  expect(parseJson(text)).toEqual(JSON.parse(text))
  expect(parseJsonObject(text)).toBeUndefined()
  expect(isJsonObject(JSON.parse(text))).toBe(false)
})

test.for(['', '{', "{'a':1}", 'undefined', '\ufeff{}'])('%j is no JSON', (text) => {
  expect(parseJson(text)).toBeUndefined()
  expect(parseJson(Buffer.from(text))).toBeUndefined()
})

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
