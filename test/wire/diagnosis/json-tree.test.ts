import { describe, expect, test } from 'vitest'
import { type JsonNode, MAX_JSON_CHARACTERS, parseJsonTree, sizeOf } from '../../../src/wire/diagnosis/json-tree.ts'

/** The value of a tree; `undefined` without a tree. */
function valueIn(node: JsonNode): unknown {
  if (node.kind === 'object') {
    return Object.fromEntries(node.members.map(({ key, value }) => [JSON.parse(key), valueIn(value)]))
  }
  return node.kind === 'array' ? node.items.map(valueIn) : JSON.parse(node.raw)
}

/** Value that JavaScript's own parser reads, for comparison. */
function read(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function expectAsJavaScript(text: string): void {
  const tree = parseJsonTree(text)

  expect(tree && { value: valueIn(tree) }, text).toEqual(read(text))
}

describe('a text is read as JavaScript reads it', () => {
  test('whatever the order of its tokens', () => {
    const tokens = ['{', '}', '[', ']', ',', ':', '"a"', '1', ' null']
    const all = (length: number): string[] =>
      length === 0 ? [''] : all(length - 1).flatMap((text) => tokens.map((token) => text + token))

    for (let length = 0; length <= 4; length += 1) for (const text of all(length)) expectAsJavaScript(text)
    for (const text of all(3)) {
      expectAsJavaScript(`{"a":${text}`)
      expectAsJavaScript(`[1,${text}`)
      expectAsJavaScript(`{"a":1,${text}}`)
    }
  })

  test.for([
    ...['0', '-0', '10', '01', '-', '-1.5', '1.', '.5', '1.05', '1e5', '1E+05', '1e-5', '1e', '1e+', '1.5e3', '+1'],
    ...['true', 'false', 'null', 'True', 'nul', 'truefalse', 'undefined'],
    ...['"', '""', '"\\"', '"\\""', '"\\\\"', '"\\/\\b\\f\\n\\r\\t"', '"\\x"', '"\\u12aF"', '"\\u12g4"', '"\\u123"'],
    ...['"\n"', '"\u0000"', '"\u001f"', '"\u007f"', '"\u0080"', '"\u009f"', '"券😀"', '"\u2028"', '"\\ud800"', "'a'"],
    ...['\t\n\r [ \t\n\r1 , 2\t]\n', '\u000b1', '{"a" : 1 , "b":2}', '[[],{}]', '[1 2]', '{"a":1 "b":2}', '{a:1}'],
    ...['{"a":1,}', '[1,]', '[,1]', '{,}', '{"}":1}', '["]"]', '{"a":","}', '{"a":"}","b":"]"}', '[":"]', '[","]'],
    ...['{"a":1:"b":2}', '{"a":1["b":2}', '[1:2]', '{"a","b"}', '{"a"1}', '{1:1}', '{"":{}}'],
  ])('%j', (text) => {
    expectAsJavaScript(text)
  })
})

test('keys, strings and numbers stay as they are written', () => {
  expect(parseJsonTree(' {"\\u0061" : [1.50, "\\/", -0e1, true, null] , "b":{}} ')).toEqual({
    kind: 'object',
    members: [
      {
        key: '"\\u0061"',
        value: {
          kind: 'array',
          items: [
            { kind: 'number', raw: '1.50' },
            { kind: 'string', raw: '"\\/"' },
            { kind: 'number', raw: '-0e1' },
            { kind: 'literal', raw: 'true' },
            { kind: 'literal', raw: 'null' },
          ],
        },
      },
      { key: '"b"', value: { kind: 'object', members: [] } },
    ],
  })
})

test.for([
  ['64 deep', (more: number) => '['.repeat(65 + more) + ']'.repeat(65 + more)],
  ['64 objects deep', (more: number) => `${'{"a":'.repeat(64 + more)}1${'}'.repeat(64 + more)}`],
  ['4,000 values', (more: number) => `[${Array.from({ length: 3_999 + more }, () => '1').join()}]`],
  ['64 Ki characters', (more: number) => `"${'x'.repeat(MAX_JSON_CHARACTERS - 2 + more)}"`],
] as const)('a text of %s is read, and none of more', ([, text]) => {
  expect(parseJsonTree(text(0))).toBeDefined()
  expect(parseJsonTree(text(1))).toBeUndefined()
})

test.for([
  ['1', 1],
  ['[]', 1],
  ['{}', 1],
  ['[1,[2,3],"4"]', 6],
  ['{"a":1,"b":[2,{"c":3}],"满\\n":{}}', 11],
] as const)('%s has the size of its compact text and of its values and members', ([text, parts]) => {
  const tree = parseJsonTree(text.replaceAll(',', ' , ')) ?? expect.fail('not JSON')

  expect(sizeOf(tree)).toEqual({ parts, length: text.length })
})
