import { expect, test } from 'vitest'
import type { ErrorDefinition } from '../../../src/wire/protocol/errors.ts'
import type { Difference } from '../../../tools/documents/differences.ts'
import { comparedCalls, countErrors } from '../../../tools/documents/differences.ts'
import { table, withParts } from '../../../tools/documents/made-parts.ts'
import { reasonFor } from '../../../tools/documents/reasons.ts'

const difference = (more: Partial<Difference>): Difference => ({
  call: 'createRefund',
  fact: 'body/reason length',
  ours: '80',
  page: '100',
  ...more,
})

test('a difference that nobody has explained has no reason', () => {
  expect(reasonFor(difference({}))).toBeUndefined()
  expect(reasonFor(difference({ fact: 'body/goods_detail' }))).toBeUndefined()
})

test('a reason is for the call that it names, and for the facts that fit', () => {
  expect(reasonFor(difference({ call: 'appPrepay', fact: 'body/appid title' }))?.why).toMatch(/^observed: /)
  expect(reasonFor(difference({ call: 'appPrepay', fact: 'answer/appid title' }))).toBeUndefined()
  expect(reasonFor(difference({ call: 'anything', fact: 'body/appid title' }))).toBeUndefined()
})

test('an error of ours has its evidence for a reason, unless that is the very page', () => {
  const error: ErrorDefinition = {
    status: 400,
    code: 'NO',
    message: '否',
    when: { en: 'never', zh: '从不' },
    evidence: 'inferred',
  }
  const source = { title: 'a forum', url: 'https://example.com/' }
  const reasonOf = (more: Partial<ErrorDefinition>) =>
    reasonFor(difference({ fact: 'error 400 NO', error: { ...error, ...more } }))?.why

  expect(reasonOf({})).toBe('inferred: never')
  expect(reasonOf({ evidence: 'documented', source })).toBe('documented: [a forum](https://example.com/)')
  expect(reasonOf({ evidence: 'documented' })).toBeUndefined()
})

test('the errors that rules bring about are counted out of those of the page', () => {
  const countOf = (id: string) => comparedCalls.filter(({ operation }) => operation.id === id).map(countErrors)

  expect(countOf('queryRefund')).toEqual([{ caused: expect.any(Number), listed: expect.any(Number) }])
  for (const { caused, listed } of comparedCalls.map(countErrors)) expect(caused).toBeLessThanOrEqual(listed)
  expect(countOf('securityEcho')).toEqual([{ caused: 0, listed: 0 }])
})

test('a part is made anew in its place, and has to have one', () => {
  const page = 'a\n<!-- made: b -->\nold\n<!-- end -->\nc'

  expect(withParts(page, { b: () => 'new' })).toBe('a\n<!-- made: b -->\nnew\n<!-- end -->\nc')
  expect(() => withParts(page, { d: () => '' })).toThrowError('The page has no place for d')
  expect(table(['a', 'b'], [['1|2', '']])).toBe('| a | b |\n|---|---|\n| 1\\|2 | |')
})
