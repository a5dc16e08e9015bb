import { describe, expect, test } from 'vitest'
import {
  beginningOf,
  COMPACT,
  type JsonLayout,
  type JsonStyle,
  nameOf,
  PRETTY,
  restyled,
  SPACED,
  STRING_STYLES,
  type StringStyle,
  sortMembers,
  stylesFor,
  withoutMembers,
  withPlainStrings,
  writeJson,
} from '../../../src/wire/diagnosis/json-style.ts'
import { type JsonNode, parseJsonTree } from '../../../src/wire/diagnosis/json-tree.ts'

const treeOf = (text: string): JsonNode => {
  const tree = parseJsonTree(text)
  if (!tree) throw new Error(`This is no JSON: ${text}`)
  return tree
}
const AS_IS = { layout: COMPACT, numbers: 'as_is' } as const
const write = (text: string, style: Partial<JsonStyle>, limit = 10_000) =>
  writeJson(treeOf(text), { ...AS_IS, ...style }, limit)
const compact = (node: JsonNode) => writeJson(node, AS_IS, 10_000)

describe('a layout', () => {
  const NESTED = '{"b":[1,{"c":2},[]],"a":{}}'
  const indented = (indent: string | number) => JSON.stringify(JSON.parse(NESTED), null, indent)

  test.for<readonly [layout: JsonLayout | undefined, name: string, written: string]>([
    [COMPACT, 'compact', NESTED],
    [SPACED[0], '", " and ": "', '{"b": [1, {"c": 2}, []], "a": {}}'],
    [SPACED[1], '": "', '{"b": [1,{"c": 2},[]],"a": {}}'],
    [SPACED[2], '", "', '{"b":[1, {"c":2}, []], "a":{}}'],
    [PRETTY[0], '2 spaces', indented(2)],
    [PRETTY[1], '4 spaces', indented(4)],
    [PRETTY[2], 'tabs', indented('\t')],
    [PRETTY[3], 'Jackson', '{\n  "b" : [ 1, {\n    "c" : 2\n  }, [ ] ],\n  "a" : { }\n}'],
    [PRETTY[4], '2 spaces, CRLF', indented(2).replaceAll('\n', '\r\n')],
    [PRETTY[5], 'tabs, no space', indented('\t').replaceAll(': ', ':')],
    [PRETTY[6], '4 spaces, CRLF', indented(4).replaceAll('\n', '\r\n')],
    [PRETTY[7], '3 spaces', indented(3)],
  ])('%s', ([layout, name, written]) => {
    expect(layout?.name).toBe(name)
    expect(write(NESTED, { layout: layout ?? COMPACT })).toBe(written)
  })

  test('of Jackson keeps an object inside of arrays as deep as its object is', () => {
    expect(write('[[1,{"a":2}]]', { layout: PRETTY[3] ?? COMPACT })).toBe('[ [ 1, {\n  "a" : 2\n} ] ]')
  })
})

describe('what is written', () => {
  const limited = (text: string, limit: number, layout: JsonLayout | undefined = COMPACT) =>
    write(text, { layout: layout ?? COMPACT }, limit)

  test.for([
    ['{"a":[1,2],"b":{}}', COMPACT],
    ['"text"', COMPACT],
    ['[[[]]]', PRETTY[0]],
    ['{"a":[1,{"b":2}]}', PRETTY[3]],
  ] as const)('is as much as the limit and no more: %s', ([text, layout]) => {
    const whole = limited(text, 10_000, layout) ?? ''

    expect(limited(text, whole.length, layout)).toBe(whole)
    expect(limited(text, whole.length - 1, layout)).toBeUndefined()
    expect(limited(text, 0, layout)).toBeUndefined()
  })

  test('ends where it is too much', () => {
    let written = 0
    const text: JsonNode = {
      kind: 'string',
      get raw() {
        written += 1
        return '"x"'
      },
    }
    const members = Array.from({ length: 1_000 }, () => ({ key: '"x"', value: text }))
    for (const tree of [
      { kind: 'array', items: Array.from(members, () => text) } as const,
      { kind: 'object', members } as const,
    ]) {
      for (const layout of [COMPACT, PRETTY[0], PRETTY[3]]) {
        written = 0
        expect(writeJson(tree, { ...AS_IS, layout: layout ?? COMPACT }, 40)).toBeUndefined()
        expect(written).toBeGreaterThan(0)
        expect(written).toBeLessThan(12)
      }
    }
  })

  test('begins with its beginning, however long that is', () => {
    const text = '{"b":[1,{"c":2},[]],"a":{}}'
    for (const layout of [COMPACT, ...PRETTY]) {
      const whole = write(text, { layout }) ?? ''
      for (let length = 0; length <= whole.length + 1; length += 1) {
        expect(beginningOf(treeOf(text), { ...AS_IS, layout }, length)).toBe(whole.slice(0, length))
      }
    }
  })
})

describe('a string', () => {
  const TEXT = '"\\u5238\\/<>&=\'\\u2028\\u2029\\u00e9\\n\\"é"'
  const style = (unicode: StringStyle['unicode'], slashes: boolean, html: StringStyle['html']) => ({
    unicode,
    slashes,
    html,
  })

  const escapedIn = (of: StringStyle, text: string) => restyled(compact(withPlainStrings(treeOf(text))) ?? '', of)

  test.for<readonly [StringStyle, written: string]>([
    [style('plain', false, 'plain'), '"券/<>&=\'\u2028\u2029é\\n\\"é"'],
    [style('plain', true, 'plain'), '"券\\/<>&=\'\u2028\u2029é\\n\\"é"'],
    [style('plain', false, 'go'), '"券/\\u003c\\u003e\\u0026=\'\\u2028\\u2029é\\n\\"é"'],
    [style('plain', false, 'gson'), '"券/\\u003c\\u003e\\u0026\\u003d\\u0027\\u2028\\u2029é\\n\\"é"'],
    [style('lower', false, 'plain'), '"\\u5238/<>&=\'\\u2028\\u2029\\u00e9\\n\\"\\u00e9"'],
    [style('upper', true, 'plain'), '"\\u5238\\/<>&=\'\\u2028\\u2029\\u00E9\\n\\"\\u00E9"'],
    [style('upper', false, 'go'), '"\\u5238/\\u003c\\u003e\\u0026=\'\\u2028\\u2029\\u00E9\\n\\"\\u00E9"'],
  ])('is escaped as %j', ([of, written]) => {
    expect(escapedIn(of, TEXT)).toBe(written)
    expect(escapedIn(of, `{${TEXT}:[${TEXT}]}`)).toBe(`{${written}:[${written}]}`)
    expect(write(`{${TEXT}:[${TEXT}]}`, {})).toBe(`{${TEXT}:[${TEXT}]}`)
  })

  test.for(['/', '<', '>', '&', '=', "'", '\u0080', '\uffff'])('with %j has something to escape', (character) => {
    const everything = style('lower', true, 'gson')

    expect(escapedIn(everything, `"${character}"`)).toMatch(/^"\\.+"$/)
  })

  test('of plain ASCII stays as it is', () => {
    for (const of of STRING_STYLES) expect(escapedIn(of, '"a b~\u007f"')).toBe('"a b~\u007f"')
  })

  test('has every style, those with the fewest peculiarities first', () => {
    expect(STRING_STYLES).toHaveLength(18)
    expect(STRING_STYLES.slice(0, 6)).toEqual([
      style('plain', false, 'plain'),
      style('plain', false, 'go'),
      style('plain', false, 'gson'),
      style('plain', true, 'plain'),
      style('lower', false, 'plain'),
      style('upper', false, 'plain'),
    ])
    expect(STRING_STYLES.slice(-4)).toEqual([
      style('lower', true, 'go'),
      style('lower', true, 'gson'),
      style('upper', true, 'go'),
      style('upper', true, 'gson'),
    ])
    expect(new Set(STRING_STYLES.map((of) => JSON.stringify(of))).size).toBe(18)
  })
})

test.for<readonly [numbers: JsonStyle['numbers'], written: string]>([
  ['as_is', '[1,-20,1.50,0,1e2,"12","-3","012","1.5","x1","1x","123456789012345","1234567890123456",null,true]'],
  [
    'decimals',
    '[1.0,-20.0,1.50,0.0,1e2,"12","-3","012","1.5","x1","1x","123456789012345","1234567890123456",null,true]',
  ],
  ['shortened', '[1,-20,1.5,0,100,"12","-3","012","1.5","x1","1x","123456789012345","1234567890123456",null,true]'],
  [
    'as_text',
    '["1","-20","1.50","0","1e2","12","-3","012","1.5","x1","1x","123456789012345","1234567890123456",null,true]',
  ],
  ['text_as_numbers', '[1,-20,1.50,0,1e2,12,-3,"012","1.5","x1","1x",123456789012345,"1234567890123456",null,true]'],
])('numbers %s', ([numbers, written]) => {
  const text = '[1,-20,1.50,0,1e2,"12","-3","012","1.5","x1","1x","123456789012345","1234567890123456",null,true]'

  expect(write(text, { numbers })).toBe(written)
})

describe('members', () => {
  test('are sorted by their names without escapes, in every object or in the outermost', () => {
    const tree = treeOf('{"b":[{"z":1,"y":2}],"\\u0061":{"d":1,"c":2},"B":0,"b":3}')

    expect(compact(sortMembers(tree, 'sorted'))).toBe('{"B":0,"\\u0061":{"c":2,"d":1},"b":[{"y":2,"z":1}],"b":3}')
    expect(compact(sortMembers(tree, 'sorted_top'))).toBe('{"B":0,"\\u0061":{"d":1,"c":2},"b":[{"z":1,"y":2}],"b":3}')
    expect(compact(sortMembers(treeOf('[{"b":1,"a":2}]'), 'sorted'))).toBe('[{"a":2,"b":1}]')
    expect(compact(sortMembers(treeOf('[{"b":1,"a":2}]'), 'sorted_top'))).toBe('[{"b":1,"a":2}]')
    expect(compact(sortMembers(treeOf('1'), 'sorted'))).toBe('1')
  })

  test('that are null, or are nothing, are left out in every object', () => {
    const tree = treeOf(
      '{"a":null,"b":"","c":[],"d":{},"e":[null,"",{"f":null,"g":"x"}],"h":{"i":null},"j":"null","k":0}',
    )

    expect(compact(withoutMembers(tree, 'null'))).toBe(
      '{"b":"","c":[],"d":{},"e":[null,"",{"g":"x"}],"h":{},"j":"null","k":0}',
    )
    expect(compact(withoutMembers(tree, 'empty'))).toBe('{"e":[null,"",{"g":"x"}],"j":"null","k":0}')
    expect(compact(withoutMembers(treeOf('null'), 'null'))).toBe('null')
  })

  test('are called by their names', () => {
    expect(nameOf({ key: '"\\u5238 \\"x"', value: treeOf('1') })).toBe('券 "x')
  })
})

test('a text of JavaScript gets the same strings at once as one by one, and its beginning those of the beginning', () => {
  const values = ['键/<', '中"\\/&', "it's = \u2028", '\u0007 \uD83D\uDE00', 'plain']
  const text = JSON.stringify(values)
  for (const style of STRING_STYLES) {
    const written = restyled(text, style)
    expect(written).toBe(`[${values.map((value) => restyled(JSON.stringify(value), style)).join()}]`)
    for (let length = 0; length <= text.length; length += 1) {
      expect(written.startsWith(restyled(text.slice(0, length), style))).toBe(true)
    }
  }
})

test.for([
  ['"ab"', 1],
  ['"a/b"', 2],
  ['"满"', 3],
  ['"a<b"', 2],
  ['"it\'s"', 2],
  ['"a=<b"', 3],
  ['"\u2028"', 6],
  ['"满/<="', 18],
] as const)('%s is written differently in so many styles', ([text, count]) => {
  const styles = stylesFor(text)
  const written = STRING_STYLES.map((style) => restyled(text, style))

  expect(styles).toHaveLength(count)
  expect(styles[0]).toEqual({ unicode: 'plain', slashes: false, html: 'plain' })
  expect(new Set(styles.map((style) => restyled(text, style)))).toEqual(new Set(written))
})

test('a long text is escaped too', () => {
  const units = `${'满减/'.repeat(3)}x`
  const escaped = '\\u6ee1\\u51cf/'.repeat(3)
  const style: StringStyle = { unicode: 'lower', slashes: false, html: 'plain' }

  expect(restyled(units.repeat(5_000), style)).toBe(`${escaped}x`.repeat(5_000))
})
