import { describe, expect, test } from 'vitest'
import { jsonVariants } from '../../../src/wire/diagnosis/json-body.ts'
import { parseJsonTree } from '../../../src/wire/diagnosis/json-tree.ts'
import type { Rank } from '../../../src/wire/diagnosis/variant.ts'
import { type Effort, Work } from '../../../src/wire/diagnosis/work.ts'
import { named } from './told.ts'

interface Tried {
  readonly text: string
  readonly causes: string
  readonly rank: Rank
}

function triedFor(text: string, effort: Effort = 'request', work = new Work(1_000_000_000, effort)): Tried[] {
  const tree = parseJsonTree(text)
  if (!tree) throw new Error(`This is no JSON: ${text}`)
  const tried: Tried[] = []
  const combine = jsonVariants(
    text,
    tree,
    (written, causes, rank) => tried.push({ text: written, causes: named(causes), rank }),
    work,
  )
  combine()
  return tried
}

const told = ({ text, causes, rank }: Tried) => `${rank} ${causes}: ${text}`
const countOf = ({ causes }: Tried) => causes.split(' + ').length
const pretty = (text: string, indent: string | number) => JSON.stringify(JSON.parse(text), null, indent)

test('for a single mistake one thing alone is done otherwise', () => {
  const text = '{"b":"券","a":{"d":null,"c":12}}'

  expect(triedFor(text, 'single')).toEqual(triedFor(text).filter((one) => countOf(one) === 1 && one.rank !== 'alone'))
})

describe('one thing done otherwise', () => {
  test('is every layout, style, way to write numbers, and choice of members, each once, the usual ones first', () => {
    const text = '{"b":"券","a":{"d":null,"c":12}}'

    expect(
      triedFor(text)
        .filter((one) => countOf(one) === 1)
        .map(told),
    ).toEqual([
      '1 body_spaces(", " and ": "): {"b": "券", "a": {"d": null, "c": 12}}',
      '1 body_unicode_escaped(lower): {"b":"\\u5238","a":{"d":null,"c":12}}',
      `1 body_pretty_printed(2 spaces): ${pretty(text, 2)}`,
      '1 body_keys_sorted: {"a":{"c":12,"d":null},"b":"券"}',
      '2 body_spaces(": "): {"b": "券","a": {"d": null,"c": 12}}',
      '2 body_spaces(", "): {"b":"券", "a":{"d":null, "c":12}}',
      `2 body_pretty_printed(4 spaces): ${pretty(text, 4)}`,
      `2 body_pretty_printed(tabs): ${pretty(text, '\t')}`,
      `2 body_pretty_printed(Jackson): ${pretty(text, 2).replaceAll(': ', ' : ')}`,
      '2 body_numbers_as_decimals: {"b":"券","a":{"d":null,"c":12.0}}',
      '2 body_keys_sorted(outermost): {"a":{"d":null,"c":12},"b":"券"}',
      '2 body_nulls_removed: {"b":"券","a":{"c":12}}',
      `3 body_pretty_printed(2 spaces, CRLF): ${pretty(text, 2).replaceAll('\n', '\r\n')}`,
      `3 body_pretty_printed(tabs, no space): ${pretty(text, '\t').replaceAll(': ', ':')}`,
      `3 body_pretty_printed(4 spaces, CRLF): ${pretty(text, 4).replaceAll('\n', '\r\n')}`,
      `3 body_pretty_printed(3 spaces): ${pretty(text, 3)}`,
      '3 body_numbers_as_text: {"b":"券","a":{"d":null,"c":"12"}}',
      '3 body_field_missing(b): {"a":{"d":null,"c":12}}',
      '3 body_field_missing(a): {"b":"券"}',
      '2 body_reserialised(JavaScript): {"b":"券","a":{"d":null,"c":12}}',
      'alone body_fields_reordered(b, a): {"b":"券","a":{"d":null,"c":12}}',
      'alone body_fields_reordered(a, b): {"a":{"d":null,"c":12},"b":"券"}',
    ])
  })

  test.for<readonly [text: string, ...lines: string[]]>([
    ['{"a":"1"}', '3 body_text_as_numbers: {"a":1}'],
    ['[1.50]', '2 body_numbers_shortened: [1.5]'],
    ['{"b":1,"a":""}', '3 body_empty_removed: {"b":1}'],
    ['{"a":"\\/"}', '1 body_slashes_unescaped: {"a":"/"}'],
    ['{"a":"/"}', '1 body_slashes_escaped: {"a":"\\/"}'],
    ['{"a":"<"}', '1 body_html_escaped(go): {"a":"\\u003c"}'],
    ['{"a":"="}', '2 body_html_escaped(gson): {"a":"\\u003d"}'],
    ['{"a":"\\u003c"}', '1 body_html_unescaped: {"a":"<"}'],
    ['{"a":"\\u00e9"}', '1 body_unicode_unescaped: {"a":"é"}', '2 body_unicode_escaped(upper): {"a":"\\u00E9"}'],
    [
      '{"a":"\\u003cé/"}',
      '3 body_unicode_escaped(lower): {"a":"\\u003c\\u00e9/"}',
      '3 body_slashes_escaped: {"a":"\\u003cé\\/"}',
    ],
    [
      '{"a":"<é/"}',
      '3 body_unicode_escaped(lower) + body_html_escaped(go): {"a":"\\u003c\\u00e9/"}',
      '1 body_unicode_escaped(lower) + body_slashes_escaped: {"a":"<\\u00e9\\/"}',
      '3 body_slashes_escaped + body_html_escaped(go): {"a":"\\u003cé\\/"}',
      '3 body_unicode_escaped(upper) + body_slashes_escaped + body_html_escaped(go): {"a":"\\u003c\\u00E9\\/"}',
    ],
    ['{ "a":1}', '1 body_compacted: {"a":1}'],
    ['{\n  "a": 1\n}', '1 body_compacted: {"a":1}', '1 body_spaces(", " and ": "): {"a": 1}'],
    // Escapes of no rule are told by what they are now.
    [
      '{"a":"\\u4e2d文"}',
      '1 body_strings_rewritten(plain): {"a":"中文"}',
      '1 body_strings_rewritten(\\u, lower case): {"a":"\\u4e2d\\u6587"}',
      '2 body_strings_rewritten(\\u, upper case): {"a":"\\u4E2D\\u6587"}',
    ],
    [
      '{"a":"\\u4e2d文/<="}',
      '1 body_strings_rewritten(\\/): {"a":"中文\\/<="}',
      '1 body_strings_rewritten(HTML, go): {"a":"中文/\\u003c="}',
      '2 body_strings_rewritten(HTML, gson): {"a":"中文/\\u003c\\u003d"}',
      '3 body_strings_rewritten(\\u, lower case; \\/; HTML, go): {"a":"\\u4e2d\\u6587\\/\\u003c="}',
    ],
  ])('%s', ([text, ...lines]) => {
    expect(triedFor(text).map(told)).toEqual(expect.arrayContaining(lines))
  })

  test('is not what the body is already', () => {
    for (const [text, cause] of [
      ['{"a": 1}', 'body_spaces(", " and ": ")'],
      ['{\n  "a": 1\n}', 'body_pretty_printed(2 spaces)'],
      ['{"a":1}', 'body_compacted'],
      ['{"a":"é"}', 'body_unicode_unescaped'],
    ] as const) {
      expect(triedFor(text).map(({ causes }) => causes)).not.toContain(cause)
    }
  })
})

test('JavaScript puts keys that are whole numbers first', () => {
  expect(triedFor('{"b":1,"2":"\\u0041","1":1.0}').map(told)).toContain(
    '2 body_reserialised(JavaScript): {"1":1,"2":"A","b":1}',
  )
})

test('white space of no rule is lost in whatever else is tried, but for a layout', () => {
  const tried = triedFor('{ "b":1,"a":"券"}')

  for (const { causes } of tried) expect(causes).toMatch(/^body_(?:compacted|spaces|pretty_printed|reserialised)/)
  expect(tried.map(told)).toEqual(
    expect.arrayContaining([
      '1 body_compacted: {"b":1,"a":"券"}',
      '1 body_compacted + body_keys_sorted: {"a":"券","b":1}',
      '1 body_spaces(", " and ": "): {"b": 1, "a": "券"}',
      '3 body_compacted + body_numbers_as_decimals + body_keys_sorted: {"a":"券","b":1.0}',
      'alone body_compacted + body_fields_reordered(a, b): {"a":"券","b":1}',
    ]),
  )
})

describe('two things done otherwise', () => {
  const text = '{"b":"券","a":1.0}'

  test('are combined with other mistakes when both are most usual, and are tried alone only for a person who asks', () => {
    const pairs = (effort: Effort) => triedFor(text, effort).filter((one) => countOf(one) === 2)
    const lines = pairs('request').map(told)

    expect(lines).toContain('2 body_spaces(", " and ": ") + body_unicode_escaped(lower): {"b": "\\u5238", "a": 1.0}')
    expect(lines).toContain('2 body_unicode_escaped(lower) + body_keys_sorted: {"a":1.0,"b":"\\u5238"}')
    expect(lines).toContain('3 body_spaces(", " and ": ") + body_numbers_shortened: {"b": "券", "a": 1}')
    expect(lines).toContain('3 body_spaces(": ") + body_keys_sorted: {"a": 1.0,"b": "券"}')
    expect(pairs('request').map(({ rank }) => rank)).not.toContain('alone')
    expect(
      pairs('thorough')
        .map(told)
        .filter((line) => !line.startsWith('alone')),
    ).toEqual(lines)
    expect(pairs('thorough').map(told)).toContain(
      'alone body_spaces(": ") + body_numbers_shortened: {"b": "券","a": 1}',
    )
    expect(pairs('thorough').map(told)).toContain(
      'alone body_spaces(", " and ": ") + body_numbers_as_text: {"b": "券", "a": "1.0"}',
    )
    // Three and two is more than a person waits for.
    expect(pairs('thorough').map(({ causes }) => causes)).not.toContain('body_spaces(": ") + body_numbers_as_text')
  })

  test('are never of the same kind', () => {
    const kinds = [/spaces|pretty|compacted/, /unicode|slashes|html/, /numbers/, /keys|nulls|empty|field/]
    for (const { causes } of triedFor(text, 'thorough').filter((one) => countOf(one) === 2)) {
      const [first, second] = causes.split(' + ').map((cause) => kinds.findIndex((kind) => kind.test(cause)))

      expect(first).toBeGreaterThanOrEqual(0)
      expect(second).toBeGreaterThan(first ?? -1)
    }
  })

  test('come after all that are one, those with the fewest causes first', () => {
    const tried = triedFor('{"b":"</","a":1}', 'thorough').filter(({ causes }) => !causes.startsWith('body_fields'))
    const counts = tried.map(countOf)
    const pairsFrom = tried.findIndex(({ causes }) => causes.startsWith('body_reserialised')) + 1

    expect(counts.slice(0, pairsFrom)).toEqual(
      counts
        .slice(0, pairsFrom - 1)
        .toSorted((a, b) => a - b)
        .concat(1),
    )
    const pairs = tried.slice(pairsFrom)
    const ofPairs = pairs.slice(
      0,
      pairs.findIndex(({ causes, rank }) => rank === 3 && /spaces.*keys.*</.test(causes)),
    )
    expect(ofPairs.map(countOf)).toEqual(ofPairs.map(countOf).toSorted((a, b) => a - b))
  })
})

test('three of the most usual at once are layout, members and strings', () => {
  const triples = triedFor('{"b":"/","a":1}').filter((one) => countOf(one) === 3)

  expect(triples.map(told)).toEqual([
    '3 body_spaces(", " and ": ") + body_keys_sorted + body_slashes_escaped: {"a": 1, "b": "\\/"}',
    `3 body_pretty_printed(2 spaces) + body_keys_sorted + body_slashes_escaped: {\n  "a": 1,\n  "b": "\\/"\n}`,
  ])
})

describe('members', () => {
  const object = (count: number) =>
    `{${Array.from({ length: count }, (_, index) => `"m${count - index}":${index}`).join(',')}}`
  const orders = (text: string) => triedFor(text).filter(({ causes }) => causes.startsWith('body_fields_reordered'))

  test('are tried in every order while they are few, else backwards', () => {
    expect(orders(object(5))).toHaveLength(120)
    expect(orders('{"a":1,"b":2,"c":3}').map(told)).toContain(
      'alone body_fields_reordered(b, c, a): {"b":2,"c":3,"a":1}',
    )
    expect(orders('{"f":0,"a":1,"b":2,"c":3,"d":4,"e":5}').map(told)).toEqual([
      'alone body_fields_reordered(e, d, c, b, a, f): {"e":5,"d":4,"c":3,"b":2,"a":1,"f":0}',
    ])
    expect(orders('{"a":1}')).toEqual([])
    expect(orders('{}')).toEqual([])
    expect(orders('[1,2]')).toEqual([])
  })

  test('are left out one at a time while they are no more than 24', () => {
    const missing = (text: string) => triedFor(text).filter(({ causes }) => causes.startsWith('body_field_missing'))

    expect(missing(object(24))).toHaveLength(24)
    expect(missing(object(25))).toEqual([])
    expect(missing('[{"a":1,"b":2}]')).toEqual([])
  })
})

describe('the work', () => {
  test('is counted: the characters, and 16 bytes for each value and member, unless the text is all that is rewritten', () => {
    const work = new Work(1_000_000_000, 'request')
    const tried = triedFor('"plain"', 'request', work)
    expect(tried.map(told)).toEqual(['2 body_reserialised(JavaScript): "plain"'])
    // 11 layouts, and 4 ways to write numbers; JavaScript. The members are as they were, and its string is the same in every style.
    expect(work.writtenBytes).toBe(15 * (16 + 7) + 7)
    // 17 styles of strings, and Python, which differs in white space too.
    const everyStyle = new Work(1_000_000_000, 'request')
    triedFor('"满/<="', 'request', everyStyle)
    expect(everyStyle.writtenBytes).toBeGreaterThan(work.writtenBytes + 18 * 6)
  })

  test('ends when there is none left', () => {
    expect(triedFor('{"b":1,"a":2}', 'request', new Work(0, 'request'))).toEqual([])
    expect(triedFor('{"b":1,"a":2}', 'request', new Work(4 * 12, 'request'))).toEqual([])
    const some = triedFor('{"b":1,"a":2}', 'request', new Work(4 * 1_000, 'request'))
    expect(some.length).toBeGreaterThan(3)
    expect(some.length).toBeLessThan(15)
  })

  test('is bounded for what a pretty print makes much longer', () => {
    const deep = `${'['.repeat(60)}${'[],'.repeat(400)}[]${']'.repeat(60)}`
    const limit = 8 * deep.length + 1_024

    for (const { text } of triedFor(deep)) expect(text.length).toBeLessThanOrEqual(limit)
    expect(triedFor(deep).map(({ causes }) => causes)).not.toContain('body_pretty_printed(4 spaces)')
    expect(triedFor(deep).map(({ causes }) => causes)).toContain('body_spaces(", " and ": ")')
  })
})
