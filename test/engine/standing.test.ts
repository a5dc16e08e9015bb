import { describe, expect, test } from 'vitest'
import {
  CERTIFICATE_STATES,
  GOOD_STANDING,
  objectionTo,
  type Standing,
  standingFrom,
  withNewCertificate,
} from '../../src/engine/keys/standing.ts'

const CURRENT = '5A1B2C3D4E5F60718293A4B5C6D7E8F901234567'
const EARLIER = '0A1B2C3D4E5F60718293A4B5C6D7E8F901234567'
const merchant = (standing: Partial<Standing>) => ({ serialNo: CURRENT, standing: { ...GOOD_STANDING, ...standing } })

describe('what stands against a merchant', () => {
  test('is nothing, unless something is said of it', () => {
    expect(objectionTo(merchant({}), CURRENT)).toBeUndefined()
    expect(standingFrom({})).toEqual(GOOD_STANDING)
  })

  test.for(CERTIFICATE_STATES.filter((state) => state !== 'valid'))('is that its certificate is %s', (state) => {
    expect(objectionTo(merchant({ certificateState: state }), CURRENT)).toBe(`certificate_${state}`)
  })

  test('is not what is wrong with a certificate that it does not name', () => {
    expect(objectionTo(merchant({ certificateState: 'expired' }), EARLIER)).toBeUndefined()
  })

  test('is that it names a certificate that was replaced, in capitals or not', () => {
    const standing = standingFrom({ replacedSerials: [EARLIER.toLowerCase()] })

    expect(objectionTo({ serialNo: CURRENT, standing }, EARLIER)).toBe('certificate_replaced')
    expect(objectionTo({ serialNo: CURRENT, standing }, EARLIER.toLowerCase())).toBe('certificate_replaced')
    expect(objectionTo({ serialNo: CURRENT, standing }, CURRENT.toLowerCase())).toBeUndefined()
    expect(objectionTo({ serialNo: CURRENT.toLowerCase(), standing }, CURRENT)).toBeUndefined()
  })

  test('is first of all that it has no APIv3 key, then that it has no certificate, whichever is named', () => {
    const all = merchant({ apiV3KeySet: false, certificateState: 'never_applied_for', replacedSerials: [EARLIER] })
    const none = merchant({ certificateState: 'never_applied_for', replacedSerials: [EARLIER] })

    for (const serialNo of [CURRENT, EARLIER, '0'.repeat(40)]) {
      expect(objectionTo(all, serialNo)).toBe('api_v3_key_not_set')
      expect(objectionTo(none, serialNo)).toBe('certificate_never_applied_for')
    }
  })
})

describe('a new certificate', () => {
  test.for(['valid', 'expired', 'revoked', 'replaced'] as const)('is valid, after one that is %s', (state) => {
    const before: Standing = { certificateState: state, replacedSerials: [EARLIER], apiV3KeySet: false }

    expect(withNewCertificate(before, CURRENT.toLowerCase())).toEqual({
      certificateState: 'valid',
      replacedSerials: [EARLIER, CURRENT],
      apiV3KeySet: false,
    })
  })

  test('is the first of a merchant that never applied for one', () => {
    const before: Standing = { ...GOOD_STANDING, certificateState: 'never_applied_for' }

    expect(withNewCertificate(before, CURRENT)).toEqual(GOOD_STANDING)
  })
})
