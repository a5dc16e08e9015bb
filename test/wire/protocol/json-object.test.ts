import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  extentOf,
  isJsonObject,
  parseJson,
  parseJsonObject,
  textMembers,
} from '../../../src/wire/protocol/json-object.ts'

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

describe('the texts that are members of a JSON object', () => {
  const texts = (json: string) => Object.fromEntries(textMembers(Buffer.from(json)))

  test('are those that parsing all of it gives, whatever stands around them', () => {
    const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a', '__proto__', 'a\\"b', '{', ':'))
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.jsonValue())
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value)),
        fc.constantFrom(undefined, 2),
        fc.boolean(),
        (given, gap, escaped) => {
          const write = (text: string) => (escaped ? text.replaceAll('a', '\\u0061') : text)
          const members = given.map(([one, is]) => {
            const json = JSON.stringify(is, undefined, gap)
            return `${write(JSON.stringify(one))}:${typeof is === 'string' ? write(json) : json}`
          })
          const json = `{${members.join(gap === undefined ? ',' : ' ,\n ')}}`
          const parsed: Record<string, unknown> = JSON.parse(json)
          expect(texts(json)).toEqual(
            Object.fromEntries(Object.entries(parsed).filter(([, is]) => typeof is === 'string')),
          )
        },
      ),
    )
  })

  test.for([
    ['{"a":"1","a":2}', {}],
    ['{"a":2,"a":"1"}', { a: '1' }],
    ['["a","b"]', {}],
    ['"a"', {}],
    ['', {}],
    ['{"a":"1","b":"cut o', { a: '1' }],
    ['{"a":"1","b":[{"c":"2"', { a: '1' }],
    ['{"a":"\\u00zz","b":"2"}', { b: '2' }],
  ] as const)('of %s are %j', ([json, found]) => {
    expect(texts(json)).toEqual(found)
  })

  test('are looked for among the first thousand', () => {
    const many = Array.from({ length: 600 }, (_, i) => [`k${i}`, 'v'])

    expect(Object.keys(texts(JSON.stringify(Object.fromEntries(many))))).toHaveLength(500)
  })
})
