import { describe, expect, test } from 'vitest'
import { diagnoseSignature } from '../../../src/wire/diagnosis/diagnose.ts'
import type { Difference } from '../../../src/wire/diagnosis/difference.ts'
import type { Cause } from '../../../src/wire/diagnosis/variant.ts'
import { requestMessage } from '../../../src/wire/protocol/message.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { causesIn } from './told.ts'

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
const byName = (a: Cause, b: Cause) => (a.name < b.name ? -1 : 1)

/** Bodies that were sent in a way that no serialiser of ours keeps, or changed on their way. */
describe('a body that was sent', () => {
  const GBK = Uint8Array.of(0x22, 0xd6, 0xd0, 0x22)

  test.for<readonly [sent: string | Uint8Array, signed: string, causes: string]>([
    // White space of no rule.
    ['{ "a":1,\n"b" :[1, 2]}', '{"a":1,"b":[1,2]}', 'body_compacted'],
    ['{ "b":1,\n"a" :[1, 2]}', '{"a":[1,2],"b":1}', 'body_compacted + body_keys_sorted'],
    ['\uFEFF{"a":1}', '{"a":1}', 'body_bom_missing'],
    ['{"a":1}\r\n', '{"a":1}', 'body_trimmed'],
    ['{"a":1}\n', '{"a":1}', 'final_line_feed_missing'],
    [GBK, '"中"', 'body_charset(UTF-8)'],
    ['{"a":1.0,"b":2.50}', '{"a":1,"b":2.5}', 'body_numbers_shortened'],
    // JavaScript puts such keys first.
    ['{"c":0,"a":1,"2":2}', '{"2":2,"c":0,"a":1}', 'body_reserialised(JavaScript)'],
    ['{"a":"\\u4e2d文"}', '{"a":"中文"}', 'body_strings_rewritten(plain)'],
    ['{\n  "b": 1,\n  "a": 2\n}', '{\n  "a": 2,\n  "b": 1\n}', 'body_keys_sorted'],
    // PHP and Python by default, and with sort_keys=True.
    ['{"a":"中/文"}', '{"a":"\\u4e2d\\/\\u6587"}', 'body_unicode_escaped(lower) + body_slashes_escaped'],
    ['{"a":"中","b":1}', '{"a": "\\u4e2d", "b": 1}', 'body_spaces(", " and ": ") + body_unicode_escaped(lower)'],
    [
      '{"name":"中","amount":{"total":1,"currency":"CNY"}}',
      '{"amount": {"currency": "CNY", "total": 1}, "name": "\\u4e2d"}',
      'body_spaces(", " and ": ") + body_keys_sorted + body_unicode_escaped(lower)',
    ],
    [
      '{"b":"\\u4e2d\\/","a":1}',
      '{\n  "a": 1,\n  "b": "中/"\n}',
      'body_pretty_printed(2 spaces) + body_keys_sorted + body_unicode_unescaped + body_slashes_unescaped',
    ],
    // Python by default, signed as Go writes a map.
    [
      '{"b": "\\u4e2d<1>", "a": 1}',
      '{"a":1,"b":"中\\u003c1\\u003e"}',
      'body_compacted + body_keys_sorted + body_unicode_unescaped + body_html_escaped(go)',
    ],
  ])('as %s, and signed as %s: %s', ([sent, signedBody, causes]) => {
    const diagnosis = diagnose(typeof sent === 'string' ? utf8(sent) : sent, utf8(signedBody))

    expect(diagnosis.verdict).toBe('proved')
    expect(diagnosis.causes.toSorted(byName)).toEqual(causesIn(causes).toSorted(byName))
  })

  test('as an upload, of which all was signed and not its meta alone', () => {
    const upload = utf8('--b\r\nContent-Disposition: form-data; name="meta"\r\n\r\n{"a":1}\r\n--b--\r\n')
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }

    const proved = (...names: string[]) => ({ verdict: 'proved', causes: names.map((name) => ({ name })) })

    expect(diagnose(upload, upload, headers)).toMatchObject(proved('body_whole_upload'))
    expect(diagnose(upload, utf8('{"a":1}'), headers)).toMatchObject({ verdict: 'verifies' })
    expect(diagnose(upload, utf8('{"a": 1}'), headers)).toMatchObject(proved('body_spaces'))
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
