import { describe, expect, test } from 'vitest'
import { compareMessages } from '../../dashboard/message-difference.ts'

const message = (...lines: readonly string[]) => `${lines.join('\n')}\n`

describe('two messages, compared', () => {
  test('are not different where they are equal', () => {
    expect(compareMessages(message('GET', '/v3', '1', 'n', ''), message('GET', '/v3', '1', 'n', ''))).toBeUndefined()
  })

  test('fold the lines that are equal, and mark only what differs in the others', () => {
    expect(compareMessages(message('GET', '/v3/x', '1', 'n', ''), message('GET', '/v3/x/', '1', 'n', ''))).toEqual({
      linesBefore: 1,
      linesBehind: 3,
      expected: { lines: [{ before: '/v3/x', different: '', behind: '\n' }], more: 0 },
      signed: { lines: [{ before: '/v3/x', different: '/', behind: '\n' }], more: 0 },
      offset: 9,
    })
  })

  test('may have lines that the other one has not', () => {
    expect(compareMessages('a\nb\n', 'a\nb\n\n')).toMatchObject({
      linesBefore: 2,
      expected: { lines: [], more: 0 },
      signed: { lines: [{ different: '\n' }] },
    })
    expect(compareMessages('a\nb\n', 'a\nb')).toMatchObject({
      expected: { lines: [{ before: 'b', different: '\n', behind: '' }] },
      signed: { lines: [{ before: 'b', different: '', behind: '' }] },
      offset: 3,
    })
  })

  test('may be nothing at all', () => {
    expect(compareMessages('a\n', '')).toMatchObject({ expected: { lines: [{ different: 'a\n' }] }, offset: 0 })
  })

  test('count bytes, not characters, and part none', () => {
    expect(compareMessages('券\u{1f600}\n', '券\u{1f601}\n')).toMatchObject({
      expected: { lines: [{ before: '券', different: '\u{1f600}', behind: '\n' }] },
      signed: { lines: [{ before: '券', different: '\u{1f601}', behind: '\n' }] },
      offset: 3,
    })
    // Two characters with the same second half.
    expect(compareMessages('\u{1f600}', '\u{1f200}')).toMatchObject({
      expected: { lines: [{ different: '\u{1f600}' }] },
    })
  })

  test('overlap nowhere, however alike they are', () => {
    for (const [expected, signed] of [
      ['aa', 'aaa'],
      ['x\nx\n', 'x\nx\nx\n'],
      ['abab', 'ab'],
      ['\n\n\n', '\n'],
    ] as const) {
      const difference = compareMessages(expected, signed)
      const written = (lines: readonly { before: string; different: string; behind: string }[] = []) =>
        lines.map(({ before, different, behind }) => before + different + behind).join('')
      const { linesBefore = 0, linesBehind = 0 } = difference ?? {}
      const lines = (text: string) => text.split(/(?<=\n)/)
      const rebuilt = (text: string, changed: string) =>
        lines(text).slice(0, linesBefore).join('') +
        changed +
        (linesBehind === 0 ? '' : lines(text).slice(-linesBehind).join(''))
      expect(rebuilt(expected, written(difference?.expected.lines))).toBe(expected)
      expect(rebuilt(signed, written(difference?.signed.lines))).toBe(signed)
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
    expect(compareMessages(`${lines}a\n${lines}`, `${lines}b\n${lines}`)).toMatchObject({
      linesBefore: 500_000,
      linesBehind: 500_000,
    })
  })
})
