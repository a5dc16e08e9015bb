import { expect, test } from 'vitest'
import { isJsonObject, parseJson, parseJsonObject } from '../../src/protocol/json-object.ts'

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
