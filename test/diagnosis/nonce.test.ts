import { expect, test } from 'vitest'
import { nonceVariants } from '../../src/diagnosis/diagnose.ts'
import { told } from './told.ts'

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
