import { describe, expect, test } from 'vitest'
import { diagnoseAuthorization, diagnoseSerial, diagnoseTimestamp } from '../../src/diagnosis/authorization-header.ts'
import type { KnownKey } from '../../src/diagnosis/work.ts'
import { parseAuthorization } from '../../src/protocol/authorization.ts'
import { merchantKey, oldKey, otherMerchantKey, platformKey } from './failure.ts'

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const PAIRS = [
  'mchid="1900000001"',
  'nonce_str="n0nce"',
  'timestamp="1700000000"',
  'serial_no="AB"',
  'signature="c2ln/+8="',
]
const RIGHT = `${SCHEME} ${PAIRS.join(',')}`
const without = (name: string) => `${SCHEME} ${PAIRS.filter((pair) => !pair.startsWith(name)).join(',')}`
const PATH = '/v3/marketing/busifavor/stocks'

describe('an Authorization header', () => {
  test('that reads and fits the path has nothing wrong', () => {
    expect(diagnoseAuthorization(RIGHT, PATH)).toBeUndefined()
  })

  test.for<readonly [string | undefined, readonly (readonly [name: string, value?: string])[], repairable?: boolean]>([
    [undefined, [['header_missing']]],
    ['', [['header_missing']]],
    [PAIRS.join(','), [['scheme_missing']], true],
    [RIGHT.replace(SCHEME, SCHEME.toLowerCase()), [['scheme_case', SCHEME.toLowerCase()]], true],
    [RIGHT.replace(SCHEME, 'WECHATPAY2-SHA1-RSA2048'), [['scheme_unknown', 'WECHATPAY2-SHA1-RSA2048']], true],
    [RIGHT.replace(SCHEME, 'Bearer'), [['scheme_unknown', 'Bearer']], true],
    [RIGHT.replace(' ', '  '), [['scheme_space', '"  "']], true],
    [RIGHT.replace(' ', ''), [['scheme_space', 'missing']], true],
    [RIGHT.replaceAll('"', "'"), [['quotes_single', 'mchid']], true],
    [RIGHT.replaceAll('"', ''), [['quotes_missing', 'mchid']], true],
    [RIGHT.replace('"n0nce"', '“n0nce”'), [['quotes_typographic', 'nonce_str']], true],
    [RIGHT.replaceAll(',', ', '), [['pairs_spaces', 'nonce_str']], true],
    [RIGHT.replaceAll('=', ' = ').replace('c2ln/+8 = ', 'c2ln/+8='), [['pairs_spaces', 'mchid']], true],
    [RIGHT.replaceAll(',', ';'), [['pairs_separator', ';']], true],
    [RIGHT.replaceAll(',', ' '), [['pairs_separator', 'space']], true],
    [`${RIGHT},`, [['pairs_separator', ',']], true],
    [RIGHT.replace('mchid=', 'mchid:'), [['pairs_separator', ':']], true],
    [without('mchid'), [['field_missing', 'mchid']]],
    [without('nonce_str'), [['field_missing', 'nonce_str']]],
    [without('timestamp'), [['field_missing', 'timestamp']]],
    [without('serial_no'), [['field_missing', 'serial_no']]],
    [without('signature'), [['field_missing', 'signature']]],
    [RIGHT.replace('nonce_str', 'nonceStr'), [['field_misnamed', 'nonceStr: nonce_str']], true],
    [RIGHT.replace('serial_no', 'serialNo'), [['field_misnamed', 'serialNo: serial_no']], true],
    [RIGHT.replace('mchid', 'mch_id'), [['field_misnamed', 'mch_id: mchid']], true],
    [`${RIGHT},appid="wx1"`, [['field_unknown', 'appid']], true],
    [`${RIGHT},mchid="1900000001"`, [['field_twice', 'mchid']], true],
    [RIGHT.replace('n0nce', ''), [['field_empty', 'nonce_str']]],
    [RIGHT.replace('n0nce', 'n'.repeat(129)), [['nonce_too_long', '129']]],
    [`${RIGHT}, ${RIGHT}`, [['header_twice']], true],
    [
      `${SCHEME} hello`,
      [
        ['pair_unreadable', 'hello'],
        ['field_missing', 'mchid'],
        ['field_missing', 'nonce_str'],
        ['field_missing', 'timestamp'],
        ['field_missing', 'serial_no'],
        ['field_missing', 'signature'],
      ],
    ],
    [RIGHT.replace(',', ',\\n'), [['header_line_break'], ['pairs_spaces', 'nonce_str']], true],
    [`${SCHEME} ${'a'.repeat(5_000)}`, [['header_too_long', '5026']]],
    [
      RIGHT.replace(SCHEME, 'WECHATPAY-BRAND-SHA256-RSA2048').replace('mchid', 'brand_id'),
      [['scheme_not_for_path', 'WECHATPAY-BRAND-SHA256-RSA2048']],
    ],
    [RIGHT.replace(SCHEME, 'WECHATPAY2-SM2-WITH-SM3'), [['scheme_sm2']]],
    [
      RIGHT.replaceAll('"', "'").replaceAll(',', ', ').replace(SCHEME, SCHEME.toLowerCase()),
      [
        ['scheme_case', SCHEME.toLowerCase()],
        ['quotes_single', 'mchid'],
        ['pairs_spaces', 'nonce_str'],
      ],
      true,
    ],
  ])('%s', ([header, causes, repairable = false]) => {
    const diagnosis = diagnoseAuthorization(header, PATH)

    expect(diagnosis?.causes.map(({ name, value }) => (value === undefined ? [name] : [name, value]))).toEqual(causes)
    if (repairable) expect(diagnosis?.repaired).toEqual(parseAuthorization(RIGHT))
    else expect(diagnosis?.repaired).toBeUndefined()
  })

  test('of any text gets a cause exactly when it is not read, and a repaired one is read', () => {
    const alphabet = ['"', "'", ',', ' ', '=', 'mchid', 'WECHATPAY2-SHA256-RSA2048', 'x', '\n', '“', ';', ...PAIRS]
    for (let seed = 1; seed < 3_000; seed += 1) {
      let state = seed
      const parts = Array.from({ length: 1 + (seed % 14) }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
        return alphabet[(state >>> 8) % alphabet.length]
      })
      const header = parts.join('')
      const parsed = parseAuthorization(header)

      expect(diagnoseAuthorization(header, PATH) === undefined, header).toBe(typeof parsed === 'object')
    }
  })
})

describe('a timestamp', () => {
  const now = 1_700_000_000_500
  const at = (off: number) => String(1_700_000_000 + off)

  test.for([
    [at(0)],
    [at(300)],
    [at(-300)],
    [at(301), 'clock_ahead', '301'],
    [at(-301), 'clock_behind', '301'],
    [at(28_800), 'clock_time_zone', '+8'],
    [at(-28_803), 'clock_time_zone', '-8'],
    [at(28_800 + 301), 'clock_ahead', '29101'],
    [at(15 * 3_600), 'clock_ahead', '54000'],
    ['1700000000123', 'clock_milliseconds', '1700000000123'],
    ['1700000000123456', 'clock_microseconds', '1700000000123456'],
    ['2023-11-14T22:13:20Z', 'clock_not_seconds', '2023-11-14T22:13:20Z'],
    ['1700000000.5', 'clock_not_seconds', '1700000000.5'],
    ['9'.repeat(30), 'clock_not_seconds', '9'.repeat(30)],
  ] as const)('%s', ([timestamp, name, value]) => {
    expect(diagnoseTimestamp(timestamp, now)).toEqual(name === undefined ? undefined : { name, value })
  })
})

describe('a serial', () => {
  const keys: readonly KnownKey[] = [merchantKey, otherMerchantKey, platformKey, oldKey]
  const find = (serialNo: string) => keys.find((key) => key.serialNo.toUpperCase() === serialNo.toUpperCase())
  const { serialNo, mchid = '' } = merchantKey
  const diagnose = (written: string, known = true, claimed = mchid) =>
    diagnoseSerial({ serialNo: written, mchid: claimed, known, find })
  const colons = serialNo.toLowerCase().replace(/..(?!$)/g, '$&:')
  const decimal = BigInt(`0x${serialNo}`).toString()

  test.for([
    [otherMerchantKey.serialNo, [{ name: 'serial_of_another_merchant', value: otherMerchantKey.mchid }]],
    [platformKey.serialNo, [{ name: 'serial_of_platform', value: platformKey.serialNo }]],
    [oldKey.serialNo, [{ name: 'serial_of_another_certificate', value: oldKey.serialNo }]],
    [decimal, [{ name: 'serial_decimal', value: decimal }]],
    [colons, [{ name: 'serial_written_otherwise', value: colons }]],
    [`0x${serialNo}`, [{ name: 'serial_written_otherwise', value: `0x${serialNo}` }]],
    [`serial=${serialNo}`, [{ name: 'serial_written_otherwise', value: `serial=${serialNo}` }]],
    ['DEADBEEF', [{ name: 'serial_unknown', value: 'DEADBEEF' }]],
    ['9'.repeat(500), [{ name: 'serial_unknown', value: '9'.repeat(80) }]],
  ] as const)('%s', ([written, causes]) => {
    expect(diagnose(written)).toEqual(causes)
  })

  test('of a platform in decimal is both', () => {
    const value = BigInt(`0x${platformKey.serialNo}`).toString()

    expect(diagnose(value)).toEqual([
      { name: 'serial_decimal', value },
      { name: 'serial_of_platform', value: platformKey.serialNo },
    ])
  })

  test('of a merchant that is not known', () => {
    expect(diagnose('DEADBEEF', false, '1')).toEqual([{ name: 'mchid_unknown', value: '1' }])
    expect(diagnose(serialNo, false, '1')).toEqual([
      { name: 'mchid_unknown', value: '1' },
      { name: 'serial_of_another_merchant', value: mchid },
    ])
  })
})
