import { expect, test } from 'vitest'
import { parsePage } from './markdown.ts'

const parse = (...lines: readonly string[]) => parsePage('a.md', lines.join('\n'))

test.for([
  ['# Plain words', 'plain-words'],
  ['## Java: `wechatpay-java`', 'java-wechatpay-java'],
  ['### 证书颁发机构（CA）', '证书颁发机构ca'],
  ['## What is *not* [promised](a.md)?', 'what-is-not-promised'],
  ['## a_b - c', 'a_b---c'],
] as const)('%s is linked to as GitHub does: #%s', ([heading, anchor]) => {
  expect(parse(heading).headings.map((one) => one.anchor)).toEqual([anchor])
})

test('headings of the same name are numbered', () => {
  expect(parse('# A', '## A', '## A').headings).toEqual([
    { level: 1, anchor: 'a', line: 1 },
    { level: 2, anchor: 'a-1', line: 2 },
    { level: 2, anchor: 'a-2', line: 3 },
  ])
})

test('links and pictures are found, but not in code', () => {
  const { links } = parse(
    '[a](b.md#c) and ![d](e.png)',
    '<img src="f.png">',
    '`[g](h.md)`',
    '```sh',
    '[i](j.md)',
    '```',
  )
  expect(links).toEqual(['b.md#c', 'e.png', 'f.png'])
})

test('blocks have their language, their code without its indent, and the name in the line above', () => {
  const { blocks } = parse(
    '<!-- example: one -->',
    '```ts',
    'a()',
    '',
    '# no heading',
    '```',
    '- x',
    '  ~~~',
    '  b',
    '  ~~~',
  )
  expect(blocks).toEqual([
    { example: 'one', language: 'ts', code: 'a()\n\n# no heading\n', line: 2 },
    { language: '', code: 'b\n', line: 8 },
  ])
  expect(parse('<!-- example: far -->', '', '```ts', '```').blocks).toEqual([{ language: 'ts', code: '', line: 3 }])
})

test('a block without an end is an error', () => {
  expect(() => parse('text', '```ts', 'a()')).toThrow('a.md:2')
})
