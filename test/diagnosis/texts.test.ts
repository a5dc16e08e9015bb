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
