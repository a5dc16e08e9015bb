import { expect, test } from 'vitest'
import { diagnoseSerial, objectionCause } from '../../src/diagnosis/authorization-header.ts'
import type { KnownKey } from '../../src/diagnosis/work.ts'
import { smallKey } from './failure.ts'
import { named } from './told.ts'

const { publicKey } = smallKey
const OWN: KnownKey = { serialNo: '0A1B2C3D4E5F60718293A4B5C6D7E8F901234567', mchid: '1', publicKey }
const DIGITS: KnownKey = { serialNo: '1234567890123456789012345678901234567890', mchid: '2', publicKey }
const SHORT: KnownKey = { serialNo: 'AB12', mchid: '1', publicKey }

/** As a server finds them: without regard to case. */
const diagnose = (serialNo: string, keys: readonly KnownKey[] = [OWN, DIGITS], known = true) =>
  named(
    diagnoseSerial({
      serialNo,
      mchid: '1',
      known,
      find: (written) => keys.find((key) => key.serialNo === written.toUpperCase()),
    }),
  )

test.for([
  OWN.serialNo.replace(/^0/, ''),
  OWN.serialNo.toLowerCase().replace(/..(?!$)/g, '$&:'),
  OWN.serialNo.replace(/..(?!$)/g, '$& '),
  OWN.serialNo.replace(/.{10}(?!$)/g, '$&-'),
  `0x${OWN.serialNo}`,
  `0X${OWN.serialNo}`,
  `serial=${OWN.serialNo}`,
  `Serial = ${OWN.serialNo}`,
  `00${OWN.serialNo}`,
  ` ${OWN.serialNo}`,
])('%s is the serial, written otherwise', (written) => {
  expect(diagnose(written)).toBe(`serial_written_otherwise(${written})`)
})

test('a serial in decimal is told with or without leading zeros in hexadecimal', () => {
  const decimal = BigInt(`0x${OWN.serialNo}`).toString()
  expect(diagnose(decimal)).toBe(`serial_decimal(${decimal})`)

  const short = BigInt('0xAB12').toString()
  expect(diagnose(short, [SHORT])).toBe(`serial_decimal(${short})`)
})

test('digits are hexadecimal before they are decimal', () => {
  expect(diagnose(DIGITS.serialNo.replace(/..(?!$)/g, '$&:'))).toBe(
    `serial_written_otherwise(${DIGITS.serialNo.replace(/..(?!$)/g, '$&:')}) + serial_of_another_merchant(2)`,
  )
})

test.for([
  `${OWN.serialNo}x`,
  `x${OWN.serialNo}`,
  `1${OWN.serialNo}`,
  `${OWN.serialNo}0`,
  OWN.serialNo.slice(2),
  OWN.serialNo.replace('A', 'G'),
  `y serial=${OWN.serialNo}`,
  `0 serial=${OWN.serialNo.slice(1)}`,
  `10${OWN.serialNo}`,
  `001${OWN.serialNo}`,
  '0x',
  '',
])('%j is no serial that is known', (written) => {
  expect(diagnose(written)).toBe(`serial_unknown(${written})`)
})

test('a serial of more than 120 characters is only looked up as it is', () => {
  const padded = (length: number) => OWN.serialNo.padStart(length, '0')

  expect(diagnose(padded(120))).toBe(`serial_written_otherwise(${padded(120)})`)
  expect(diagnose(padded(121))).toBe(`serial_unknown(${'0'.repeat(80)})`)
})

test('a merchant that is not known is told first', () => {
  expect(diagnose('AB', [], false)).toBe('mchid_unknown(1)')
  expect(diagnose(DIGITS.serialNo, [DIGITS], false)).toBe('mchid_unknown(1) + serial_of_another_merchant(2)')
})

test.for([
  ['api_v3_key_not_set', '1900000001'],
  ['certificate_never_applied_for', '1900000001'],
  ['certificate_expired', OWN.serialNo],
  ['certificate_revoked', OWN.serialNo],
  ['certificate_replaced', OWN.serialNo],
] as const)('%s names %s', ([name, value]) => {
  expect(objectionCause(name, { identity: '1900000001', serialNo: OWN.serialNo })).toEqual({ name, value })
})
