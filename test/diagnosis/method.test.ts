import { expect, test } from 'vitest'
import { methodVariants } from '../../src/diagnosis/diagnose.ts'
import { told } from './told.ts'

test('as a method every other one is tried, in upper and lower case, the usual ones first', () => {
  expect(methodVariants('POST').map(told)).toEqual([
    '1 method_case(post): post',
    '3 method_case(Post): Post',
    '2 method_other(GET): GET',
    '3 method_other(PUT): PUT',
    '3 method_other(PATCH): PATCH',
    '3 method_other(DELETE): DELETE',
    '3 method_other(HEAD): HEAD',
    '3 method_other(OPTIONS): OPTIONS',
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
