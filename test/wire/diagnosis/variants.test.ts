import { describe, expect, test } from 'vitest'
import {
  methodVariants,
  millisecondTimestamps,
  nonceVariants,
  searchedTimestamps,
  timestampVariants,
} from '../../../src/wire/diagnosis/diagnose.ts'
import {
  endVariants,
  LINES,
  ORDER_VARIANTS,
  SEPARATOR_VARIANTS,
  USUAL_ENDS,
} from '../../../src/wire/diagnosis/difference.ts'
import { permutations, Variants } from '../../../src/wire/diagnosis/variant.ts'
import { named, told } from './told.ts'

test('of variants with the same value the first is kept, and none that is as it should be', () => {
  const variants = new Variants('Right', (text) => text.toLowerCase())
  variants.add('RIGHT', [{ name: 'method_case' }], 1)
  variants.add('other', [{ name: 'method_other' }], 2)
  variants.add('OTHER', [{ name: 'method_case' }], 1)

  expect(variants.list).toEqual([{ value: 'other', causes: [{ name: 'method_other' }], rank: 2 }])
})

test('every order of some things, the one they have first', () => {
  expect(permutations([])).toEqual([[]])
  expect(permutations(['a'])).toEqual([['a']])
  expect(permutations(['a', 'b', 'c']).map((order) => order.join(''))).toEqual([
    'abc',
    'acb',
    'bac',
    'bca',
    'cab',
    'cba',
  ])
  // Things that are equal are two things all the same.
  expect(permutations(['a', 'a'])).toEqual([
    ['a', 'a'],
    ['a', 'a'],
  ])
})

test('as a method every other one is tried, in upper and lower case, the usual ones first', () => {
  expect(methodVariants('POST').map(told)).toEqual([
    '1 method_case(post): post',
    '2 method_other(GET): GET',
    '3 method_other(PUT): PUT',
    '3 method_other(PATCH): PATCH',
    '3 method_other(DELETE): DELETE',
    '3 method_other(HEAD): HEAD',
    '3 method_other(OPTIONS): OPTIONS',
    '3 method_case(Post): Post',
    '3 method_other(get): get',
    '3 method_other(put): put',
    '3 method_other(patch): patch',
    '3 method_other(delete): delete',
    '3 method_other(head): head',
    '3 method_other(options): options',
    '3 method_missing: ',
  ])
  expect(methodVariants('GET').map(told)).toContain('2 method_other(POST): POST')
  expect(methodVariants('GET').map(told)).not.toContain('2 method_other(GET): GET')
})

describe('as a timestamp', () => {
  test('are tried together with other mistakes: none, milliseconds, China’s time zone, the seconds beside it, and other time zones', () => {
    const variants = timestampVariants('1700000000').map(told)

    expect(variants.slice(0, 10)).toEqual([
      '3 timestamp_missing: ',
      '1 timestamp_milliseconds(1700000000000): 1700000000000',
      '2 timestamp_time_zone(1700028800): 1700028800',
      '2 timestamp_time_zone(1699971200): 1699971200',
      '2 timestamp_differs(1699999999): 1699999999',
      '2 timestamp_differs(1700000001): 1700000001',
      '2 timestamp_differs(1699999998): 1699999998',
      '2 timestamp_differs(1700000002): 1700000002',
      '2 timestamp_differs(1699999997): 1699999997',
      '2 timestamp_differs(1700000003): 1700000003',
    ])
    const others = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14].map((hours) => hours * 3_600)
    expect(variants.slice(10)).toEqual(
      others.flatMap((off) =>
        [1_700_000_000 + off, 1_700_000_000 - off].map(
          (seconds) => `alone timestamp_time_zone(${seconds}): ${seconds}`,
        ),
      ),
    )
  })

  test('is tried every millisecond of its second, alone', () => {
    const variants = millisecondTimestamps('1700000000')

    expect(variants.map(({ value }) => value)).toEqual(
      Array.from({ length: 999 }, (_, index) => String(1_700_000_000_001 + index)),
    )
    for (const { value, causes, rank } of variants) {
      expect([named(causes), rank]).toEqual([`timestamp_milliseconds(${value})`, 'alone'])
    }
  })

  test('is tried every second of ten minutes before and behind, the nearest first, alone', () => {
    const variants = searchedTimestamps('1700000000').map(told)

    expect(variants).toEqual(
      Array.from({ length: 597 }, (_, index) => index + 4).flatMap((off) =>
        [1_700_000_000 - off, 1_700_000_000 + off].map((seconds) => `alone timestamp_differs(${seconds}): ${seconds}`),
      ),
    )
  })

  test.for(['', 'now', '1.5', '1700000000 ', 'x1700000000', '1'.repeat(13)])(
    'none that is not there for %j',
    (text) => {
      expect(timestampVariants(text).map(told)).toEqual(text === '' ? [] : ['3 timestamp_missing: '])
      expect(millisecondTimestamps(text)).toEqual([])
      expect(searchedTimestamps(text)).toEqual([])
    },
  )

  test('has at most twelve digits', () => {
    expect(millisecondTimestamps('1'.repeat(12))).toHaveLength(999)
  })
})

test.for<readonly [nonce: string, variants: readonly string[]]>([
  ['Ab-1', ['2 nonce_case(upper): AB-1', '2 nonce_case(lower): ab-1', '2 nonce_dashes(without): Ab1']],
  [
    '0123456789aBcDeF0123456789aBcDeF',
    [
      '2 nonce_case(upper): 0123456789ABCDEF0123456789ABCDEF',
      '2 nonce_case(lower): 0123456789abcdef0123456789abcdef',
      '2 nonce_dashes(with): 01234567-89aB-cDeF-0123-456789aBcDeF',
    ],
  ],
  // With one digit more or less it is not a UUID.
  ['0123456789012345678901234567890', []],
  ['012345678901234567890123456789012', []],
  ['x0123456789012345678901234567890', ['2 nonce_case(upper): X0123456789012345678901234567890']],
])('as the nonce %s are tried: none, its other forms, and the timestamp', ([nonce, variants]) => {
  const [first, ...rest] = nonceVariants(nonce, '1700000000').map(told)

  expect(first).toBe('1 nonce_missing: ')
  expect(rest.filter((line) => line !== '3 nonce_is_timestamp: 1700000000')).toEqual(variants)
  expect(rest).toContain('3 nonce_is_timestamp: 1700000000')
})

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
    // One of 120 orders is right, and three were there.
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
    '2 line_separator(): ""',
    '2 line_separator(&): "&"',
    '3 line_ends(CR): "\\r"',
    '3 line_feeds_literal(\\r\\n): "\\\\r\\\\n"',
    '3 line_ends(LF LF): "\\n\\n"',
    '3 line_separator( ): " "',
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
