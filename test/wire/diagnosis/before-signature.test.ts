import { describe, expect, test } from 'vitest'
import {
  diagnoseAuthorization,
  diagnoseSerial,
  diagnoseTimestamp,
  objectionCause,
} from '../../../src/wire/diagnosis/authorization-header.ts'
import type { KnownKey } from '../../../src/wire/diagnosis/signer.ts'
import { parseAuthorization } from '../../../src/wire/protocol/authorization.ts'
import { otherMerchantKey, platformKey, smallKey } from './failure.ts'
import { named } from './told.ts'

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const BRAND_SCHEME = 'WECHATPAY-BRAND-SHA256-RSA2048'
const PAIRS = 'mchid="1900000001",nonce_str="n0nce",timestamp="1700000000",serial_no="AB",signature="c2ln/+8="'
const RIGHT = `${SCHEME} ${PAIRS}`
const BRAND = `${BRAND_SCHEME} ${PAIRS.replace('mchid', 'brand_id')}`
const LONG = RIGHT.replace('c2ln/+8=', 'c2ln'.repeat(86)).replace('n0nce', 'n'.repeat(128))
const LOWER = SCHEME.toLowerCase()
const FIELDS = ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature']
const MISSING = FIELDS.map((name) => `field_missing(${name})`).join(' + ')
const START = 'mchid="1900000001",nonce_str="n0nce",ti…'
const single = (header: string) => header.replaceAll('"', "'")

function diagnose(header: string | undefined, path = '/v3/x') {
  const diagnosis = diagnoseAuthorization(header, path)
  return [named(diagnosis?.causes ?? []), diagnosis?.repaired]
}

describe('an Authorization header', () => {
  test('that is right has no cause', () => {
    expect(diagnoseAuthorization(RIGHT, '/v3/marketing/busifavor/stocks')).toBeUndefined()
  })

  /** Put right without a guess. */
  test.for<readonly [header: string, causes: string, right?: string, path?: string]>([
    ...['\r\n', '\n', '\\n', '\\r'].flatMap((end): [string, string][] => [
      [end + RIGHT, 'header_line_break'],
      [RIGHT.replace(' ', end), 'header_line_break'],
      [RIGHT + end, 'header_line_break'],
    ]),
    [RIGHT.replace(',', ',\\n'), 'header_line_break + pairs_spaces(nonce_str)'],
    [`${RIGHT}, ${RIGHT}`, 'header_twice'],
    [`${BRAND}, ${BRAND}`, 'header_twice', BRAND],
    [PAIRS, 'scheme_missing'],
    [PAIRS, 'scheme_missing', RIGHT, '/v3/brand/'],
    [PAIRS.replace('mchid', 'brand_id'), 'scheme_missing', BRAND, '/brand/x'],
    [PAIRS.replace('=', ' = '), 'scheme_missing + pairs_spaces(mchid)'],
    [RIGHT.replace(SCHEME, LOWER), `scheme_case(${LOWER})`],
    [RIGHT.replace(SCHEME, 'WECHATPAY2-SHA1-RSA2048'), 'scheme_unknown(WECHATPAY2-SHA1-RSA2048)'],
    [RIGHT.replace(SCHEME, 'Bearer'), 'scheme_unknown(Bearer)'],
    [`Bearer  ${PAIRS}`, 'scheme_unknown(Bearer)'],
    [`Bearer,${PAIRS}`, 'scheme_unknown(Bearer)'],
    [`Bearer ${PAIRS}, ${RIGHT}`, 'scheme_unknown(Bearer) + header_twice'],
    [RIGHT.replace(' ', '  '), 'scheme_space("  ")'],
    [RIGHT.replace(' ', ''), 'scheme_space(missing)'],
    [`${SCHEME} : ${PAIRS}`, 'scheme_space(" : ")'],
    [`${SCHEME},${PAIRS}`, 'scheme_space(",")'],
    [single(RIGHT), 'quotes_single(mchid)'],
    [single(BRAND), 'quotes_single(brand_id)', BRAND, '/brand/x'],
    [single(LONG), 'quotes_single(mchid)', LONG],
    ...['n 0nce', 'n= 0: nce', ' n0nce', '_ '].map((nonce): [string, string, string] => {
      const spaced = RIGHT.replace('n0nce', nonce)
      return [single(spaced), 'quotes_single(mchid)', spaced]
    }),
    [RIGHT.replaceAll('"', ''), 'quotes_missing(mchid)'],
    [RIGHT.replace('"n0nce"', '“n0nce”'), 'quotes_typographic(nonce_str)'],
    [RIGHT.replaceAll(',', ', '), 'pairs_spaces(nonce_str)'],
    [RIGHT.replaceAll('=', ' = ').replace('c2ln/+8 = ', 'c2ln/+8='), 'pairs_spaces(mchid)'],
    [RIGHT.replace('mchid="', 'mchid ="'), 'pairs_spaces(mchid)'],
    [RIGHT.replace('mchid="', 'mchid= "'), 'pairs_spaces(mchid)'],
    [RIGHT.replace('mchid="', 'mchid: "'), 'pairs_spaces(mchid) + pairs_separator(:)'],
    [RIGHT.replace(',', ' ,'), 'pairs_spaces(mchid)'],
    [`${RIGHT} ,`, 'pairs_spaces(signature) + pairs_separator(,)'],
    [`${RIGHT},`, 'pairs_separator(,)'],
    [`${RIGHT};`, 'pairs_separator(;)'],
    [RIGHT.replaceAll(',', ';'), 'pairs_separator(;)'],
    [RIGHT.replaceAll(',', '&'), 'pairs_separator(&)'],
    [RIGHT.replaceAll(',', ' '), 'pairs_separator(space)'],
    [RIGHT.replace('mchid=', 'mchid:'), 'pairs_separator(:)'],
    [BRAND.replace('brand_id', 'brandId'), 'field_misnamed(brandId: brand_id)', BRAND, '/brand/x'],
    ...[
      ['mchid', 'MchId', 'mch_id', 'merchant_id', 'mch_no', 'sp_mchid'],
      ['nonce_str', 'nonce', 'nonceStr'],
      ['timestamp', 'timeStamp', 'time'],
      ['serial_no', 'serialNo', 'serial', 'serial_number', 'cert_serial_no'],
      ['signature', 'Signature', 'sign'],
    ].flatMap(([field = '', ...names]) =>
      names.map((name): [string, string] => [
        RIGHT.replace(`${field}=`, `${name}=`),
        `field_misnamed(${name}: ${field})`,
      ]),
    ),
    [`${RIGHT},appid="wx1"`, 'field_unknown(appid)'],
    [`${RIGHT},mchid="1900000001"`, 'field_twice(mchid)'],
    [
      single(RIGHT).replaceAll(',', ', ').replace(SCHEME, LOWER),
      `scheme_case(${LOWER}) + quotes_single(mchid) + pairs_spaces(nonce_str)`,
    ],
  ])('%s is repaired: %s', ([header, causes, right = RIGHT, path]) => {
    expect(diagnose(header, path)).toEqual([causes, parseAuthorization(right)])
  })

  test.for<readonly [header: string | undefined, causes: string, path?: string]>([
    [undefined, 'header_missing'],
    ['', 'header_missing'],
    [' \t ', 'header_missing'],
    ['a'.repeat(4_097), 'header_too_long(4097)'],
    [`${SCHEME} ${'a'.repeat(5_000)}`, 'header_too_long(5026)'],
    [BRAND, `scheme_not_for_path(${BRAND_SCHEME})`],
    [RIGHT.replace(SCHEME, 'WECHATPAY2-SM2-WITH-SM3'), 'scheme_sm2'],
    // It has no other fault, but cannot be read.
    [RIGHT.replace('n0nce', 'n0,nce'), 'pair_unreadable(mchid="1900000001",nonce_str="n0,nce",ti…)'],
    [`"${RIGHT}"`, `scheme_missing + pair_unreadable("${SCHEME} mchid="190000…) + ${MISSING}`],
    [`=${PAIRS}`, `scheme_missing + pair_unreadable(=mchid="1900000001",nonce_str="n0nce",ti…) + ${MISSING}`],
    [`${SCHEME}"${PAIRS}`, `scheme_space("") + pair_unreadable("${START}) + ${MISSING}`],
    [`${SCHEME} ${RIGHT}`, `header_twice + ${MISSING}`],
    [`${SCHEME} hello`, `pair_unreadable(hello) + ${MISSING}`],
    [`${SCHEME} ? ${PAIRS}`, `pair_unreadable(? mchid="1900000001",nonce_str="n0nce",t…) + ${MISSING}`],
    [`${SCHEME} ${'x'.repeat(40)}`, `pair_unreadable(${'x'.repeat(40)}) + ${MISSING}`],
    [`${SCHEME} ${'x'.repeat(41)}`, `pair_unreadable(${'x'.repeat(40)}…) + ${MISSING}`],
    ...FIELDS.map((name): [string, string] => {
      const pairs = PAIRS.split(',').filter((pair) => !pair.startsWith(name))
      return [`${SCHEME} ${pairs.join(',')}`, `field_missing(${name})`]
    }),
    [BRAND.replace('brand_id', 'mchid'), 'field_unknown(mchid) + field_missing(brand_id)', '/brand/x'],
    [RIGHT.replace('mchid', 'brandId'), 'field_unknown(brandId) + field_missing(mchid)'],
    [RIGHT.replace('n0nce', ''), 'field_empty(nonce_str)'],
    [LONG.replace('nnn', 'nnnn'), 'nonce_too_long(129)'],
  ])('%s is not repaired: %s', ([header, causes, path]) => {
    expect(diagnose(header, path)).toEqual([causes, undefined])
  })

  test('is read up to 4,096 characters', () => {
    expect(diagnose('a'.repeat(4_096))[0]).toMatch(/^scheme_unknown/)
  })

  test('of any text gets a cause exactly when it is not read', () => {
    const alphabet = ['"', "'", ',', ' ', '=', 'mchid', SCHEME, 'x', '\n', '“', ';', ...PAIRS.split(',')]
    for (let seed = 1; seed < 3_000; seed += 1) {
      let state = seed
      const parts = Array.from({ length: 1 + (seed % 14) }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
        return alphabet[(state >>> 8) % alphabet.length]
      })
      const header = parts.join('')

      expect(diagnoseAuthorization(header, '/v3/x') === undefined, header).toBe(
        typeof parseAuthorization(header) === 'object',
      )
    }
  })
})

describe('a timestamp', () => {
  const NOW = 1_700_000_000
  const DAY = 86_400
  const at = (seconds: number) => String(NOW + seconds)
  const milliseconds = (seconds: number) => String((NOW + seconds) * 1_000)

  test.for<readonly [timestamp: string, name?: string, value?: string]>([
    [at(0)],
    [at(300)],
    [at(-300)],
    [at(301), 'clock_ahead', '301'],
    [at(-301), 'clock_behind', '301'],
    [at(1_000), 'clock_ahead', '1000'],
    [at(28_800), 'clock_time_zone', '+8'],
    [at(28_800 + 300), 'clock_time_zone', '+8'],
    [at(28_800 + 301), 'clock_ahead', '29101'],
    [at(-28_803), 'clock_time_zone', '-8'],
    [at(-28_800 - 300), 'clock_time_zone', '-8'],
    [at(14 * 3_600), 'clock_time_zone', '+14'],
    [at(15 * 3_600), 'clock_ahead', '54000'],
    ['1700000000123', 'clock_milliseconds'],
    [milliseconds(DAY), 'clock_milliseconds'],
    [milliseconds(-DAY), 'clock_milliseconds'],
    [`${milliseconds(DAY).slice(0, -1)}1`, 'clock_ahead', String((NOW + DAY) * 1_000 + 1 - NOW)],
    ['1700000000123456', 'clock_microseconds'],
    ['0', 'clock_behind', String(NOW)],
    ['9'.repeat(20), 'clock_ahead', String(1e20 - NOW)],
    ['9'.repeat(21), 'clock_not_seconds'],
    ['x'.repeat(50), 'clock_not_seconds', 'x'.repeat(40)],
    ['2023-11-14T22:13:20Z', 'clock_not_seconds'],
    ['1700000000.5', 'clock_not_seconds'],
    [`${NOW} `, 'clock_not_seconds'],
    [`-${NOW}`, 'clock_not_seconds'],
    ['', 'clock_not_seconds'],
  ])('of %j is %s', ([timestamp, name, value = timestamp]) => {
    expect(diagnoseTimestamp(timestamp, NOW * 1_000 + 500)).toEqual(name && { name, value })
  })
})

describe('a serial', () => {
  const { publicKey } = smallKey
  const OWN: KnownKey = { serialNo: '0A1B2C3D4E5F60718293A4B5C6D7E8F901234567', mchid: '1', publicKey }
  const DIGITS: KnownKey = { serialNo: '1234567890123456789012345678901234567890', mchid: '2', publicKey }
  const SHORT: KnownKey = { serialNo: 'AB12', mchid: '1', publicKey }
  const OLD: KnownKey = { serialNo: 'F'.repeat(40), mchid: '1', publicKey }
  const { serialNo } = OWN
  const colons = (serial: string) => serial.replace(/..(?!$)/g, '$&:')
  const decimal = (serial: string) => BigInt(`0x${serial}`).toString()
  const padded = (length: number) => serialNo.padStart(length, '0')

  /** As a server finds them: without regard to case. */
  const diagnoseIn = (written: string, keys = [OWN, DIGITS, otherMerchantKey, platformKey, OLD], known = true) => {
    const find = (serial: string) => keys.find((key) => key.serialNo === serial.toUpperCase())
    return named(diagnoseSerial({ serialNo: written, mchid: '1', known, find }))
  }

  test.for([
    ...[serialNo.replace(/^0/, ''), colons(serialNo.toLowerCase()), serialNo.replace(/..(?!$)/g, '$& ')],
    ...[serialNo.replace(/.{10}(?!$)/g, '$&-'), `0x${serialNo}`, `0X${serialNo}`, `serial=${serialNo}`],
    ...[`Serial = ${serialNo}`, `00${serialNo}`, ` ${serialNo}`, padded(120)],
  ])('%s is written otherwise', (written) => {
    expect(diagnoseIn(written)).toBe(`serial_written_otherwise(${written})`)
  })

  test.for([
    ...[`${serialNo}x`, `x${serialNo}`, `1${serialNo}`, `${serialNo}0`, serialNo.slice(2), serialNo.replace('A', 'G')],
    ...[`y serial=${serialNo}`, `0 serial=${serialNo.slice(1)}`, `10${serialNo}`, `001${serialNo}`, '0x', ''],
  ])('%j is unknown', (written) => {
    expect(diagnoseIn(written)).toBe(`serial_unknown(${written})`)
  })

  test.for([
    [otherMerchantKey.serialNo, `serial_of_another_merchant(${otherMerchantKey.mchid})`],
    [platformKey.serialNo, `serial_of_platform(${platformKey.serialNo})`],
    [OLD.serialNo, `serial_of_another_certificate(${OLD.serialNo})`],
    [decimal(serialNo), `serial_decimal(${decimal(serialNo)})`],
    // Digits are hexadecimal before they are decimal.
    [colons(DIGITS.serialNo), `serial_written_otherwise(${colons(DIGITS.serialNo)}) + serial_of_another_merchant(2)`],
    [
      decimal(platformKey.serialNo),
      `serial_decimal(${decimal(platformKey.serialNo)}) + serial_of_platform(${platformKey.serialNo})`,
    ],
    // Only looked up as it is.
    [padded(121), `serial_unknown(${'0'.repeat(80)})`],
  ] as const)('%s is told: %s', ([written, causes]) => {
    expect(diagnoseIn(written)).toBe(causes)
  })

  test('in decimal may be one without leading zeros in hexadecimal', () => {
    expect(diagnoseIn(decimal('AB12'), [SHORT])).toBe(`serial_decimal(${decimal('AB12')})`)
  })

  test('of a merchant that is unknown is told after that', () => {
    expect(diagnoseIn('AB', [], false)).toBe('mchid_unknown(1)')
    expect(diagnoseIn(DIGITS.serialNo, [DIGITS], false)).toBe('mchid_unknown(1) + serial_of_another_merchant(2)')
  })
})

test.for([
  ['api_v3_key_not_set', '1900000001'],
  ['certificate_never_applied_for', '1900000001'],
  ['certificate_expired', 'AB12'],
  ['certificate_revoked', 'AB12'],
  ['certificate_replaced', 'AB12'],
] as const)('%s names %s', ([name, value]) => {
  expect(objectionCause(name, { identity: '1900000001', serialNo: 'AB12' })).toEqual({ name, value })
})
