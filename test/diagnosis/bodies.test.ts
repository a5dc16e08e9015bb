import { describe, expect, test } from 'vitest'
import type { Cause } from '../../src/diagnosis/cause.ts'
import { diagnoseSignature } from '../../src/diagnosis/diagnose.ts'
import type { Difference } from '../../src/diagnosis/difference.ts'
import { requestMessage } from '../../src/protocol/message.ts'
import { failureOf, signed, smallKey } from './failure.ts'

const draft = { method: 'POST', url: '/v3/x', timestamp: '1700000000', nonce: 'n0nce' }
const diagnose = (sent: Uint8Array, signedBody: Uint8Array, headers: Record<string, string> = {}) => {
  const { method, url: target, timestamp, nonce } = draft
  const signature = signed(requestMessage({ method, target, timestamp, nonce, body: signedBody }), smallKey)
  const wire = {
    ...draft,
    style: { layout: 'compact' as const },
    wrap: [() => Buffer.from(sent)],
    lines: [],
    separator: '',
    before: '',
    whole: (bytes: Buffer) => bytes,
  }
  return diagnoseSignature(failureOf(wire, signature, { headers }))
}
const utf8 = (text: string) => Buffer.from(text)

/** Bodies that were sent in a way that no serialiser of ours keeps, or changed on their way. */
describe('a body that was sent', () => {
  test.for<readonly [string, sent: Uint8Array, signed: Uint8Array, readonly Cause[]]>([
    [
      'with white space of no rule',
      utf8('{ "a":1,\n"b" :[1, 2]}'),
      utf8('{"a":1,"b":[1,2]}'),
      [{ name: 'body_compacted' }],
    ],
    [
      'with white space of no rule, and signed with sorted keys',
      utf8('{ "b":1,\n"a" :[1, 2]}'),
      utf8('{"a":[1,2],"b":1}'),
      [{ name: 'body_compacted' }, { name: 'body_keys_sorted' }],
    ],
    ['with a byte order mark', utf8('\uFEFF{"a":1}'), utf8('{"a":1}'), [{ name: 'body_bom_missing' }]],
    ['with CRLF behind', utf8('{"a":1}\r\n'), utf8('{"a":1}'), [{ name: 'body_trimmed' }]],
    [
      'with a line feed behind: that is the line feed at the end',
      utf8('{"a":1}\n'),
      utf8('{"a":1}'),
      [{ name: 'final_line_feed_missing' }],
    ],
    [
      'in GBK, and signed in UTF-8',
      Uint8Array.of(0x22, 0xd6, 0xd0, 0x22),
      utf8('"中"'),
      [{ name: 'body_charset', value: 'UTF-8' }],
    ],
    ['with decimals', utf8('{"a":1.0,"b":2.50}'), utf8('{"a":1,"b":2.5}'), [{ name: 'body_numbers_shortened' }]],
    [
      'with keys that JavaScript puts first',
      utf8('{"c":0,"a":1,"2":2}'),
      utf8('{"2":2,"c":0,"a":1}'),
      [{ name: 'body_reserialised', value: 'JavaScript' }],
    ],
    [
      'with strings escaped by no rule',
      utf8('{"a":"\\u4e2d文"}'),
      utf8('{"a":"中文"}'),
      [{ name: 'body_strings_rewritten', value: 'plain' }],
    ],
    [
      'pretty-printed, and signed with its keys sorted',
      utf8('{\n  "b": 1,\n  "a": 2\n}'),
      utf8('{\n  "a": 2,\n  "b": 1\n}'),
      [{ name: 'body_keys_sorted' }],
    ],
    [
      'compact, and signed as PHP does by default',
      utf8('{"a":"中/文"}'),
      utf8('{"a":"\\u4e2d\\/\\u6587"}'),
      [{ name: 'body_unicode_escaped', value: 'lower' }, { name: 'body_slashes_escaped' }],
    ],
    [
      'compact, and signed as Python does by default',
      utf8('{"a":"中","b":1}'),
      utf8('{"a": "\\u4e2d", "b": 1}'),
      [
        { name: 'body_spaces', value: '", " and ": "' },
        { name: 'body_unicode_escaped', value: 'lower' },
      ],
    ],
    [
      'compact, and signed as Python does with sort_keys=True',
      utf8('{"name":"中","amount":{"total":1,"currency":"CNY"}}'),
      utf8('{"amount": {"currency": "CNY", "total": 1}, "name": "\\u4e2d"}'),
      [
        { name: 'body_spaces', value: '", " and ": "' },
        { name: 'body_keys_sorted' },
        { name: 'body_unicode_escaped', value: 'lower' },
      ],
    ],
    [
      'as PHP does by default, and signed pretty-printed with sorted keys and no escapes',
      utf8('{"b":"\\u4e2d\\/","a":1}'),
      utf8('{\n  "a": 1,\n  "b": "中/"\n}'),
      [
        { name: 'body_pretty_printed', value: '2 spaces' },
        { name: 'body_keys_sorted' },
        { name: 'body_unicode_unescaped' },
        { name: 'body_slashes_unescaped' },
      ],
    ],
    [
      'as Python does by default, and signed as Go writes a map',
      utf8('{"b": "\\u4e2d<1>", "a": 1}'),
      utf8('{"a":1,"b":"中\\u003c1\\u003e"}'),
      [
        { name: 'body_compacted' },
        { name: 'body_keys_sorted' },
        { name: 'body_unicode_unescaped' },
        { name: 'body_html_escaped', value: 'go' },
      ],
    ],
  ])('%s', ([, sent, signedBody, causes]) => {
    const diagnosis = diagnose(sent, signedBody)

    expect(diagnosis.verdict).toBe('proved')
    expect(diagnosis.causes).toHaveLength(causes.length)
    expect(diagnosis.causes).toEqual(expect.arrayContaining([...causes]))
  })

  test('as an upload, of which all was signed and not its meta alone', () => {
    const upload = utf8('--b\r\nContent-Disposition: form-data; name="meta"\r\n\r\n{"a":1}\r\n--b--\r\n')
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }

    expect(diagnose(upload, upload, headers)).toMatchObject({
      verdict: 'proved',
      causes: [{ name: 'body_whole_upload' }],
    })
    expect(diagnose(upload, utf8('{"a":1}'), headers)).toMatchObject({ verdict: 'verifies' })
    expect(diagnose(upload, utf8('{"a": 1}'), headers)).toMatchObject({
      verdict: 'proved',
      causes: [{ name: 'body_spaces' }],
    })
  })
})

test('where two messages part is shown without what a terminal would obey', () => {
  const { difference } = diagnose(utf8('{"a":1,"b":"\u009b31m\u202e"}'), utf8('{"a":1, "b":"\u009b31m\u202e"}')) as {
    difference?: Difference
  }

  expect(difference?.signed).toContain('{"a":1, "b":"\\u009b31m\\u202e"}')
})

test('where two messages part is shown with what is around it, never half a character', () => {
  for (const before of ['', 'x', 'xx']) {
    const sent = `{"a":"一二三四五六七八九十${before}","b":"一二三四五六七八九十${before}"}`
    const diagnosis = diagnose(utf8(sent), utf8(sent.replace(',', ', ')))

    expect(diagnosis).toMatchObject({ verdict: 'proved', difference: { part: 'body' } })
    expect(JSON.stringify(diagnosis)).not.toContain('\uFFFD')
    expect(diagnosis).toMatchObject({
      difference: { expected: expect.stringMatching(/[三四]五六七八九十x*","b":"一/) },
    })
  }
  expect(diagnose(utf8('{"券":1}'), utf8('{"券": 1}'))).toMatchObject({
    difference: {
      offset: 35,
      line: 5,
      part: 'body',
      expected: '1700000000\\nn0nce\\n{"券":1}\\n',
      signed: '1700000000\\nn0nce\\n{"券": 1}\\n',
    },
  })
})
