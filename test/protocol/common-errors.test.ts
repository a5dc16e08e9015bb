import { describe, expect, test } from 'vitest'
import { commonErrors, commonKeyOf, precedesAuthentication } from '../../src/protocol/common-errors.ts'

const all = Object.entries(commonErrors)

describe('the key of an error that any call has', () => {
  test.for(all)('%s', ([key, error]) => {
    expect(commonKeyOf(error)).toBe(key)
    expect(commonKeyOf({ ...error, internalCode: 1 })).toBe(key)
  })

  test.for([
    { status: 404 },
    { code: 'OTHER' },
    { message: '别的' },
    { when: { en: 'at another time', zh: '其他情况' } },
  ] as const)('there is none for one that differs in %j', (change) => {
    expect(commonKeyOf({ ...commonErrors.untimely, ...change })).toBe(undefined)
  })
})

test('an error is answered before it is known who calls when it is about the header, the size, the path, the merchant or the signature', () => {
  const before = all.filter(([, error]) => precedesAuthentication(error)).map(([key]) => key)
  expect(before).toEqual([
    'header_missing',
    'authorization_malformed',
    'authorization_missing_pay',
    'scheme_unfit',
    'untimely',
    'api_v3_key_not_set',
    'certificate_never_applied_for',
    'certificate_expired',
    'certificate_revoked',
    'certificate_replaced',
    'serial_unknown',
    'serial_unknown_pay',
    'mchid_unknown_pay',
    'signature_mismatch',
    'signature_mismatch_pay',
    'body_too_large',
    'path_unknown',
    'method_unfit',
  ])
})
