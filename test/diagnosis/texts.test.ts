import { describe, expect, test } from 'vitest'
import { createRandom } from '../../fixtures/random.ts'
import { CAUSE_NAMES } from '../../src/diagnosis/cause.ts'
import { describeCause, describeDiagnosis, diagnosisHeader } from '../../src/diagnosis/describe.ts'
import { diagnoseSignature } from '../../src/diagnosis/diagnose.ts'
import { en } from '../../src/diagnosis/texts/en.ts'
import { zh } from '../../src/diagnosis/texts/zh.ts'
import { anyDraft, messageOf } from './drafts.ts'
import { failureOf, signed, smallKey } from './failure.ts'
import { applyMistake } from './mistakes.ts'

test('every cause has a name of its own', () => {
  expect(new Set(CAUSE_NAMES).size).toBe(CAUSE_NAMES.length)
  for (const name of CAUSE_NAMES) expect(name).toMatch(/^[a-z0-9]+(?:_[a-z0-9]+)*$/)
})

describe.for([
  ['English', en],
  ['Chinese', zh],
] as const)('%s', ([language, texts]) => {
  test.for(CAUSE_NAMES)('%s is explained, and what to do', (name) => {
    const { explanation, fix } = describeCause({ name, value: 'VALUE' }, texts)

    expect(explanation).toMatch(language === 'English' ? /^[A-Z].*[.\w]$/ : /[\u4e00-\u9fff]/)
    expect(fix).toMatch(language === 'English' ? /^[A-Za-z].*\.$/ : /[\u4e00-\u9fff].*。$/)
    expect(explanation).not.toContain('undefined')
  })

  test('both languages tell the value of the same causes', () => {
    for (const name of CAUSE_NAMES) {
      const tells = (other: typeof texts) =>
        describeCause({ name, value: 'V4LUE' }, other).explanation.includes('V4LUE')
      // These put the value into words.
      if (
        /^(?:url_encoding_case|url_lower_case|url_trailing_slash_added|nonce_case|nonce_dashes|body_unicode_escaped|body_space_added)$/.test(
          name,
        )
      )
        continue
      expect(tells(zh), name).toBe(tells(en))
    }
  })

  test('a value of the client can neither break a line nor fill a page', () => {
    const { explanation } = describeCause(
      { name: 'scheme_unknown', value: `a\n\u001b[31m\u009b31m\u202e\u2028${'x'.repeat(9_999)}` },
      texts,
    )

    expect(explanation).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}]/u)
    expect(explanation.length).toBeLessThan(400)
  })
})

/** Texts that depend on the value, in both languages. */
test.for([
  ['signature_base64_twice', 'hex', /hexadecimal/, /十六进制/],
  ['signature_base64_twice', undefined, /twice/, /两次/],
  ['url_encoding_case', 'lower', /lower/, /小写/],
  ['url_encoding_case', 'upper', /upper/, /大写/],
  ['url_trailing_slash_added', undefined, /path/, /路径/],
  ['url_trailing_slash_added', 'behind the query', /query/, /查询串/],
  ['url_lower_case', undefined, /path was/, /路径被/],
  ['url_lower_case', 'with the query', /path and the query were/, /路径和查询串/],
  ['url_path_missing', '/', /slash/, /斜杠/],
  ['url_path_missing', '?', /query/, /查询串/],
  ['nonce_case', 'upper', /upper/, /大写/],
  ['nonce_case', 'lower', /lower/, /小写/],
  ['nonce_dashes', 'with', /with dashes/, /带有/],
  ['nonce_dashes', 'without', /without/, /去掉/],
  ['body_keys_sorted', undefined, /name\.$/, /序。$/],
  ['body_keys_sorted', 'outermost', /outermost/, /最外层/],
  ['body_unicode_escaped', 'lower', /lower/, /小写/],
  ['body_unicode_escaped', 'upper', /upper/, /大写/],
  ['body_charset', '?', /\? in place/, /变成了 \?/],
  ['body_charset', 'GBK', /encoding: GBK/, /字符编码：GBK/],
  ['body_space_added', 'behind', /behind/, /末尾/],
  ['body_space_added', 'in front', /in front/, /开头/],
  ['line_separator', '', /not separated/, /没有任何分隔/],
  ['line_separator', '&', /separated by "&"/, /以 "&" 分隔/],
] as const)('%s of %j is told in words', ([name, value, english, chinese]) => {
  const cause = value === undefined ? { name } : { name, value }

  expect(describeCause(cause, en).explanation).toMatch(english)
  expect(describeCause(cause, zh).explanation).toMatch(chinese)
})

test('where two messages part is told in numbers', () => {
  expect(en.difference(12, 3, 'timestamp')).toMatch(/byte 12.*line 3.*timestamp/)
  expect(zh.difference(12, 3, 'timestamp')).toMatch(/12 字节.*3 行（时间戳）/)
})

test('every verdict has its sentence', () => {
  for (const verdict of ['proved', 'verifies', 'message_unknown', 'key_unknown', 'not_a_signature'] as const) {
    expect(en.verdicts[verdict]).toMatch(/^The .*[.:]$/)
    expect(zh.verdicts[verdict]).toMatch(/[。：]$/)
  }
})

describe('a whole diagnosis', () => {
  const wire = { ...anyDraft(createRandom('described')), method: 'POST' }
  const wrong = [{ name: 'method_case', value: 'post' }, { name: 'final_line_feed_missing' }] as const
  const message = messageOf(wrong.reduce((draft, cause) => applyMistake(cause, draft), wire))
  const diagnose = () => diagnoseSignature(failureOf(wire, signed(message, smallKey)))

  test('is told with its causes in words, both messages and where they part', () => {
    expect(describeDiagnosis(diagnose(), en)).toEqual({
      verdict: 'proved',
      summary: en.verdicts.proved,
      causes: wrong.map((cause) => describeCause(cause, en)),
      expectedMessage: messageOf(wire).toString(),
      signedMessage: message.toString(),
      difference: expect.objectContaining({ offset: 0, line: 1, part: 'method' }),
    })
  })

  test('fits into a header field', () => {
    expect(diagnosisHeader(diagnose())).toBe('proved; method_case, final_line_feed_missing')
    expect(diagnosisHeader({ verdict: 'key_unknown', causes: [] })).toBe('key_unknown')
  })

  test('shows so much of a message and no more', () => {
    const large = { ...wire, wrap: [() => Buffer.alloc(100_000, 'x')] }
    const described = describeDiagnosis(diagnoseSignature(failureOf(large, signed(message, smallKey))), zh)

    expect(described.expectedMessage).toHaveLength(16_384)
    expect(described).not.toHaveProperty('signedMessage')
  })
})
