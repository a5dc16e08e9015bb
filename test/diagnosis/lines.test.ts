import { describe, expect, test } from 'vitest'
import { endVariants, LINES, ORDER_VARIANTS, SEPARATOR_VARIANTS, USUAL_ENDS } from '../../src/diagnosis/difference.ts'
import { named } from './told.ts'

test('a message has five lines, each ended by what separates them', () => {
  expect(LINES).toEqual(['method', 'url', 'timestamp', 'nonce', 'body'])
  expect([USUAL_ENDS.before('|'), USUAL_ENDS.after('|')]).toEqual(['', '|'])
})

describe('the lines', () => {
  const told = ORDER_VARIANTS.map(({ value, causes, rank }) => `${rank} ${named(causes)}: ${value.join(' ')}`)

  test('are tried as in an answer, some of them, and in usual other orders', () => {
    expect(told.slice(0, 10)).toEqual([
      '1 response_layout: timestamp nonce body',
      '2 body_only: body',
      '2 line_missing(method): url timestamp nonce body',
      '2 line_missing(url): method timestamp nonce body',
      '2 line_missing(timestamp): method url nonce body',
      '2 line_missing(nonce): method url timestamp body',
      '2 line_missing(body): method url timestamp nonce',
      '1 lines_reordered(nonce, timestamp): method url nonce timestamp body',
      '1 lines_reordered(url, method): url method timestamp nonce body',
      '2 lines_reordered(body, nonce): method url timestamp body nonce',
    ])
  })

  test('are tried in every other order alone', () => {
    // Of 120 orders one is right, and three were there.
    expect(told.slice(10)).toHaveLength(116)
    expect(new Set(told.map((line) => line.split(': ')[1])).size).toBe(126)
    expect(told).not.toContainEqual(expect.stringMatching(/: method url timestamp nonce body$/))
    expect(told.at(-1)).toBe(
      'alone lines_reordered(body, nonce, timestamp, url, method): body nonce timestamp url method',
    )
    for (const line of told.slice(10)) expect(line).toMatch(/^alone lines_reordered\((.*)\): /)
  })
})

test('other separators are tried', () => {
  expect(
    SEPARATOR_VARIANTS.map(({ value, causes, rank }) => `${rank} ${named(causes)}: ${JSON.stringify(value)}`),
  ).toEqual([
    '1 line_ends(CRLF): "\\r\\n"',
    '1 line_feeds_literal(\\n): "\\\\n"',
    '3 line_ends(CR): "\\r"',
    '3 line_feeds_literal(\\r\\n): "\\\\r\\\\n"',
    '3 line_ends(LF LF): "\\n\\n"',
    '2 line_separator(): ""',
    '3 line_separator( ): " "',
    '3 line_separator(&): "&"',
    '3 line_separator(,): ","',
    '3 line_separator(|): "|"',
    '3 line_separator(;): ";"',
    '3 line_separator(\t): "\\t"',
    '3 line_separator(<br>): "<br>"',
    '3 message_spaces(before each line feed): " \\n"',
  ])
})

describe('around the lines', () => {
  const told = (additions: Parameters<typeof endVariants>[0]) =>
    endVariants(additions).map(
      ({ value, causes, rank }) => `${rank} ${named(causes)}: ${value.before('|')}…${value.after('|')}`,
    )
  const plain = [
    '1 final_line_feed_missing: …',
    '1 final_line_feed_doubled: …||',
    '3 leading_line_feed: |…|',
    '2 message_spaces(behind): …| ',
    '3 message_spaces(before the last line feed): … |',
    '3 message_spaces(in front):  …|',
  ]
  const added = [
    '3 line_added(mchid, last): …|MCH|',
    '3 line_added(mchid, first): MCH|…|',
    '3 line_added(serial_no, last): …|SERIAL|',
    '3 line_added(serial_no, first): SERIAL|…|',
  ]
  const keys = (name: string, key: string) => [
    `2 key_appended(${name}: &key=): …|&key=${key}`,
    `2 key_appended(${name}: &key=, no line feed): …&key=${key}`,
    `3 key_appended(${name}: &key=, line feed behind): …&key=${key}|`,
    `2 key_appended(${name}: line): …|${key}|`,
    `3 key_appended(${name}: line, no line feed): …|${key}`,
    `3 key_appended(${name}: in front): ${key}|…|`,
  ]

  test('are tried line feeds, spaces and values of the header', () => {
    expect(told({ identity: 'MCH', serialNo: 'SERIAL' })).toEqual([...plain, ...added])
  })

  test('are tried the keys that are known', () => {
    expect(told({ identity: 'MCH', serialNo: 'SERIAL', apiV2Key: 'V2', apiV3Key: 'V3' })).toEqual([
      ...plain,
      ...keys('APIv2', 'V2'),
      ...keys('APIv3', 'V3'),
      ...added,
    ])
    expect(told({ identity: 'MCH', serialNo: 'SERIAL', apiV3Key: 'V3' })).toEqual([
      ...plain,
      ...keys('APIv3', 'V3'),
      ...added,
    ])
  })
})
