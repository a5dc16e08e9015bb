import { describe, expect, test } from 'vitest'
import {
  commonErrors,
  commonKeyOf,
  hasPayWording,
  isPayPath,
  precedesAuthentication,
} from '../../src/protocol/common-errors.ts'

const all = Object.entries(commonErrors)

describe('the key of an error that any call has', () => {
  test.for(all)('%s', ([key, error]) => {
    expect(commonKeyOf(error)).toBe(key)
    expect(commonKeyOf({ ...error, internalCode: 1 })).toBe(key)
  })

  test.for([{ status: 404 }, { code: 'OTHER' }, { message: '别的' }, { when: 'at another time' }] as const)(
    'there is none for one that differs in %j',
    (change) => {
      expect(commonKeyOf({ ...commonErrors.untimely, ...change })).toBe(undefined)
    },
  )
})

test('an error is answered before it is known who calls when it is about the header, the size or the signature', () => {
  const before = all.filter(([, error]) => precedesAuthentication(error)).map(([key]) => key)
  expect(before).toEqual([
    'header_missing',
    'authorization_malformed',
    'scheme_unfit',
    'untimely',
    'serial_unknown',
    'serial_unknown_pay',
    'signature_mismatch',
    'signature_mismatch_pay',
    'body_too_large',
  ])
})

describe('pay endpoints', () => {
  test.for([
    ['/v3/pay/transactions/jsapi', true, true],
    ['/v3/combine-transactions/jsapi', true, true],
    ['/v3/refund/domestic/refunds', true, true],
    ['/v3/pay/transactions/out-trade-no/A/close', true, false],
    ['/v3/marketing/busifavor/coupons/associate', false, false],
    ['/v3/payscore/serviceorder', false, false],
    ['/x/v3/pay/transactions', false, false],
  ] as const)('%s: %s, worded as such: %s', ([path, pay, wording]) => {
    expect(isPayPath(path)).toBe(pay)
    expect(hasPayWording(path)).toBe(wording)
  })
})
