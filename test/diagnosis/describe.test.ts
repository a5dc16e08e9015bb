import { describe, expect, test } from 'vitest'
import { describeCause, describeDiagnosis, diagnosisHeader } from '../../src/diagnosis/describe.ts'
import type { Diagnosis } from '../../src/diagnosis/diagnose.ts'
import { en } from '../../src/diagnosis/texts/en.ts'
import { zh } from '../../src/diagnosis/texts/zh.ts'
import { Work } from '../../src/diagnosis/work.ts'
import { smallKey } from './failure.ts'

const work: Diagnosis['work'] = [new Work(1, 'single')]
const proved = (expected: string, signed: string): Diagnosis => ({
  verdict: 'proved',
  causes: [{ name: 'body_missing' }],
  expectedMessage: Buffer.from(expected),
  signedMessage: Buffer.from(signed),
  work,
})

describe('a cause in words', () => {
  const shown = (value: string) => describeCause({ name: 'scheme_unknown', value }, en).explanation

  test('has its value where there is one', () => {
    expect(describeCause({ name: 'scheme_unknown', value: 'Bearer' }, en)).toEqual({
      name: 'scheme_unknown',
      value: 'Bearer',
      explanation: en.causes.scheme_unknown.explanation('Bearer'),
      fix: en.causes.scheme_unknown.fix,
    })
    expect(describeCause({ name: 'body_missing' }, zh)).toEqual({
      name: 'body_missing',
      explanation: zh.causes.body_missing.explanation(''),
      fix: zh.causes.body_missing.fix,
    })
    expect(describeCause({ name: 'scheme_unknown' }, en).explanation).toBe('There is no scheme .')
  })

  test('shows 200 characters of it', () => {
    expect(shown('x'.repeat(200))).toBe(`There is no scheme ${'x'.repeat(200)}.`)
    expect(shown('x'.repeat(201))).toBe(`There is no scheme ${'x'.repeat(200)}….`)
  })

  test('shows what cannot be seen as JSON does, and a backslash as it is', () => {
    expect(shown('a\nb\\c"d')).toBe('There is no scheme a\\nb\\c"d.')
  })
})

describe('a diagnosis in words', () => {
  test('shows both messages and where they part', () => {
    expect(describeDiagnosis(proved('a\nb\n', 'a\nc\n'), en)).toEqual({
      verdict: 'proved',
      summary: en.verdicts.proved,
      causes: [describeCause({ name: 'body_missing' }, en)],
      expectedMessage: 'a\nb\n',
      signedMessage: 'a\nc\n',
      difference: { offset: 2, line: 2, part: 'url', expected: 'a\\nb\\n', signed: 'a\\nc\\n' },
    })
  })

  test('has no difference where there is none, and no message where none is known', () => {
    expect(describeDiagnosis(proved('a\n', 'a\n'), zh)).toEqual({
      verdict: 'proved',
      summary: zh.verdicts.proved,
      causes: [describeCause({ name: 'body_missing' }, zh)],
      expectedMessage: 'a\n',
      signedMessage: 'a\n',
    })
    const unknown: Diagnosis = {
      verdict: 'message_unknown',
      causes: [],
      signer: smallKey,
      algorithm: 'sha256',
      expectedMessage: Buffer.from('a\n'),
      work,
    }
    expect(describeDiagnosis(unknown, en)).toEqual({
      verdict: 'message_unknown',
      summary: en.verdicts.message_unknown,
      causes: [],
      expectedMessage: 'a\n',
    })
  })

  test('shows 16 KiB of a message', () => {
    const described = describeDiagnosis(proved(`a${'x'.repeat(20_000)}`, `b${'x'.repeat(20_000)}`), en)

    expect(described.expectedMessage).toBe(`a${'x'.repeat(16_383)}`)
    expect(described.signedMessage).toBe(`b${'x'.repeat(16_383)}`)
  })

  test('shows secrets as asterisks, each byte as one, wherever they stand', () => {
    const described = describeDiagnosis(proved('POST\nkey\n', 'keykeyPOST ke券券yk\nkey'), en, [
      '',
      'key',
      '券',
      'none',
    ])

    expect(described.expectedMessage).toBe('POST\n***\n')
    expect(described.signedMessage).toBe('******POST ke******yk\n***')
    expect(described.difference).toMatchObject({ offset: 0, expected: 'POST\\n***\\n' })
    expect(JSON.stringify(described)).not.toMatch(/券|key/)
  })

  test('leaves the messages themselves as they are', () => {
    const diagnosis = proved('POST\nkey\n', 'key')
    describeDiagnosis(diagnosis, en, ['key'])

    expect(diagnosis.expectedMessage.toString()).toBe('POST\nkey\n')
  })
})

test('in a header field stand the verdict and the names', () => {
  expect(diagnosisHeader({ verdict: 'verifies', causes: [] })).toBe('verifies')
  expect(
    diagnosisHeader({ verdict: 'proved', causes: [{ name: 'method_case', value: 'post' }, { name: 'body_missing' }] }),
  ).toBe('proved; method_case, body_missing')
})
