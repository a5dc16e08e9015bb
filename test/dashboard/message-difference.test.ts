import { describe, expect, test } from 'vitest'
import { type ChangedLines, compareMessages } from '../../dashboard/message-difference.ts'

const message = (...lines: readonly string[]) => `${lines.join('\n')}\n`

/** Lines with the differences in brackets. */
const marked = ({ lines }: ChangedLines = { lines: [], more: 0 }) =>
  lines.map((pieces) => pieces.map(({ text, differs }) => (differs ? `[${text}]` : text)).join(''))

/** Differences between two messages, in brackets. */
function differencesOf(expected: string, signed: string) {
  const difference = compareMessages(expected, signed)
  return { expected: marked(difference?.expected), signed: marked(difference?.signed), offset: difference?.offset }
}

describe('two messages, compared', () => {
  test('are not different where they are equal', () => {
    expect(compareMessages(message('GET', '/v3', '1', 'n', ''), message('GET', '/v3', '1', 'n', ''))).toBeUndefined()
  })

  test('fold the lines that are equal, and mark only what differs in the others', () => {
    const [expected, signed] = [message('GET', '/v3/x', '1', 'n', ''), message('GET', '/v3/x/', '1', 'n', '')]
    expect(compareMessages(expected, signed)).toMatchObject({ linesBefore: 1, linesBehind: 3 })
    expect(differencesOf(expected, signed)).toEqual({ expected: ['/v3/x[]\n'], signed: ['/v3/x[/]\n'], offset: 9 })
  })

  test('may differ in many places of a line', () => {
    expect(differencesOf('{"a": "one", "b": "two"}\n', '{"a":"one","b":"two"}\n')).toMatchObject({
      expected: ['{"a":[ ]"one",[ ]"b":[ ]"two"}\n'],
      signed: ['{"a":[]"one",[]"b":[]"two"}\n'],
    })
    expect(differencesOf('{"a":"A1","b":1}\n', '{"a":"A2","b":1}\n')).toMatchObject({
      expected: ['{"a":"A[1]","b":1}\n'],
      signed: ['{"a":"A[2]","b":1}\n'],
    })
    const many = (between: string) => Array.from({ length: 100 }, (_, i) => `member ${i}`).join(between)
    const { lines } = compareMessages(many(', '), many(','))?.expected ?? { lines: [] }
    expect(lines[0]?.filter(({ differs }) => differs)).toHaveLength(21)
  })

  test('may have lines that the other one has not', () => {
    expect(compareMessages('a\nb\n', 'a\nb\n\n')).toMatchObject({ linesBefore: 2, expected: { lines: [], more: 0 } })
    expect(differencesOf('a\nb\n', 'a\nb\n\n')).toMatchObject({ expected: [], signed: ['[\n]'] })
    expect(differencesOf('a\nb\n', 'a\nb')).toEqual({ expected: ['b[\n]'], signed: ['b[]'], offset: 3 })
  })

  test('may be nothing at all', () => {
    expect(differencesOf('a\n', '')).toMatchObject({ expected: ['[a\n]'], offset: 0 })
  })

  test('count bytes, not characters, and part none', () => {
    expect(differencesOf('券\u{1f600}\n', '券\u{1f601}\n')).toEqual({
      expected: ['券[\u{1f600}]\n'],
      signed: ['券[\u{1f601}]\n'],
      offset: 3,
    })
    // Two characters with the same low surrogate.
    expect(differencesOf('\u{1f600}', '\u{1f200}')).toMatchObject({ expected: ['[\u{1f600}]'] })
  })

  test('overlap nowhere, however alike they are', () => {
    for (const [expected, signed] of [
      ['aa', 'aaa'],
      ['x\nx\n', 'x\nx\nx\n'],
      ['abab', 'ab'],
      ['\n\n\n', '\n'],
      ['{"a":1}', '{ "a" : 1 }'],
      ['x'.repeat(100), `${'x'.repeat(40)}${'y'.repeat(40)}`],
    ] as const) {
      const difference = compareMessages(expected, signed)
      const written = ({ lines }: ChangedLines = { lines: [], more: 0 }) =>
        lines.flatMap((pieces) => pieces.map(({ text }) => text)).join('')
      const { linesBefore = 0, linesBehind = 0 } = difference ?? {}
      const linesOf = (text: string) => text.split(/(?<=\n)/)
      const rebuilt = (text: string, changed: string) =>
        linesOf(text).slice(0, linesBefore).join('') +
        changed +
        (linesBehind === 0 ? '' : linesOf(text).slice(-linesBehind).join(''))
      expect(rebuilt(expected, written(difference?.expected))).toBe(expected)
      expect(rebuilt(signed, written(difference?.signed))).toBe(signed)
    }
  })

  test('have their first changed lines compared, and the others counted', () => {
    const difference = compareMessages('a\nend', `${'b\n'.repeat(100)}end`)
    expect(difference).toMatchObject({ linesBehind: 1, expected: { more: 0 }, signed: { more: 88 } })
    expect(difference?.signed.lines).toHaveLength(12)
  })

  test('may be as long as they like: the time grows with their length', () => {
    const long = 'x'.repeat(1_048_576)
    expect(compareMessages(`${long}a`, `${long}b`)).toMatchObject({ offset: 1_048_576 })
    const lines = 'x\n'.repeat(500_000)
    const apart = 'ab'.repeat(262_144)
    expect(compareMessages(`${apart}\n`, `${apart.toUpperCase()}\n`)).toMatchObject({ offset: 0 })
    expect(compareMessages(`${lines}a\n${lines}`, `${lines}b\n${lines}`)).toMatchObject({
      linesBefore: 500_000,
      linesBehind: 500_000,
    })
  })
})
