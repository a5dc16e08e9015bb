import { describe, expect, test } from 'vitest'
import { diagnoseAuthorization } from '../../src/diagnosis/authorization-header.ts'
import { parseAuthorization } from '../../src/protocol/authorization.ts'
import { named } from './told.ts'

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const BRAND_SCHEME = 'WECHATPAY-BRAND-SHA256-RSA2048'
const PAIRS = [
  'mchid="1900000001"',
  'nonce_str="n0nce"',
  'timestamp="1700000000"',
  'serial_no="AB"',
  'signature="c2ln/+8="',
].join(',')
const RIGHT = `${SCHEME} ${PAIRS}`
const BRAND = `${BRAND_SCHEME} ${PAIRS.replace('mchid', 'brand_id')}`
const MISSING =
  'field_missing(mchid) + field_missing(nonce_str) + field_missing(timestamp) + field_missing(serial_no) + field_missing(signature)'

const diagnose = (header: string, path = '/v3/x') => {
  const diagnosis = diagnoseAuthorization(header, path)
  return [named(diagnosis?.causes ?? []), diagnosis?.repaired] as const
}
/** With its causes, and put right without a guess. */
const expectRepaired = (header: string, causes: string, right = RIGHT, path = '/v3/x') =>
  expect(diagnose(header, path)).toEqual([causes, parseAuthorization(right)])
const expectLost = (header: string, causes: string, path = '/v3/x') =>
  expect(diagnose(header, path)).toEqual([causes, undefined])

describe('a header', () => {
  test('of white space alone is none', () => expectLost(' \t ', 'header_missing'))

  test.for(['\r\n', '\n', '\\n', '\\r'])(
    'broken by %j in front of it or behind its scheme is put on one line',
    (end) => {
      expectRepaired(end + RIGHT, 'header_line_break')
      expectRepaired(RIGHT.replace(' ', end), 'header_line_break')
      expectRepaired(RIGHT + end, 'header_line_break')
    },
  )

  test('is too long from 4,097 characters on', () => {
    expect(diagnose('a'.repeat(4_096))[0]).toMatch(/^scheme_unknown/)
    expectLost('a'.repeat(4_097), 'header_too_long(4097)')
  })

  test('that has no other fault but cannot be read gets an answer too', () => {
    expectLost(RIGHT.replace('n0nce', 'n0,nce'), 'pair_unreadable(mchid="1900000001",nonce_str="n0,nce",ti…)')
  })
})

describe('the scheme', () => {
  test('that is missing is the one for the path', () => {
    expectRepaired(PAIRS, 'scheme_missing')
    expectRepaired(PAIRS.replace('mchid', 'brand_id'), 'scheme_missing', BRAND, '/brand/x')
    expectRepaired(PAIRS, 'scheme_missing', RIGHT, '/v3/brand/')
    expectRepaired(PAIRS.replace('=', ' = '), 'scheme_missing + pairs_spaces(mchid)')
  })

  test('of brands goes with brand_id', () => {
    expectRepaired(BRAND.replaceAll('"', "'"), 'quotes_single(brand_id)', BRAND, '/brand/x')
    expectRepaired(BRAND.replace('brand_id', 'brandId'), 'field_misnamed(brandId: brand_id)', BRAND, '/brand/x')
    expectLost(BRAND.replace('brand_id', 'mchid'), 'field_unknown(mchid) + field_missing(brand_id)', '/brand/x')
    expectRepaired(`${BRAND}, ${BRAND}`, 'header_twice', BRAND)
  })

  test('is in front of everything', () => {
    expectLost(`"${RIGHT}"`, `scheme_missing + pair_unreadable("${SCHEME} mchid="190000…) + ${MISSING}`)
    expectLost(`=${PAIRS}`, `scheme_missing + pair_unreadable(=mchid="1900000001",nonce_str="n0nce",ti…) + ${MISSING}`)
  })

  test('that is unknown is told once, whatever stands behind it', () => {
    expectRepaired(`Bearer  ${PAIRS}`, 'scheme_unknown(Bearer)')
    expectRepaired(`Bearer,${PAIRS}`, 'scheme_unknown(Bearer)')
    expectRepaired(`Bearer ${PAIRS}, ${RIGHT}`, 'scheme_unknown(Bearer) + header_twice')
  })

  test('has one space behind it', () => {
    expectRepaired(`${SCHEME} : ${PAIRS}`, 'scheme_space(" : ")')
    expectRepaired(`${SCHEME},${PAIRS}`, 'scheme_space(",")')
    expectLost(
      `${SCHEME}"${PAIRS}`,
      `scheme_space("") + pair_unreadable("mchid="1900000001",nonce_str="n0nce",ti…) + ${MISSING}`,
    )
  })

  test('that comes twice at once leaves no pairs in front of it', () => {
    expectLost(`${SCHEME} ${RIGHT}`, `header_twice + ${MISSING}`)
  })
})

describe('the pairs', () => {
  test('have no spaces around them, or around what joins name and value', () => {
    expectRepaired(RIGHT.replace('mchid="', 'mchid ="'), 'pairs_spaces(mchid)')
    expectRepaired(RIGHT.replace('mchid="', 'mchid= "'), 'pairs_spaces(mchid)')
    expectRepaired(RIGHT.replace('mchid="', 'mchid: "'), 'pairs_spaces(mchid) + pairs_separator(:)')
    expectRepaired(RIGHT.replace(',', ' ,'), 'pairs_spaces(mchid)')
  })

  test('may have spaces inside of a value', () => {
    for (const nonce of ['n 0nce', 'n= 0: nce', ' n0nce', '_ ']) {
      expectRepaired(
        RIGHT.replace('n0nce', nonce).replaceAll('"', "'"),
        'quotes_single(mchid)',
        RIGHT.replace('n0nce', nonce),
      )
    }
  })

  test('are read from the start', () => {
    expectLost(`${SCHEME} ? ${PAIRS}`, `pair_unreadable(? mchid="1900000001",nonce_str="n0nce",t…) + ${MISSING}`)
  })

  test('that cannot be read are shown up to 40 characters', () => {
    expectLost(`${SCHEME} ${'x'.repeat(40)}`, `pair_unreadable(${'x'.repeat(40)}) + ${MISSING}`)
    expectLost(`${SCHEME} ${'x'.repeat(41)}`, `pair_unreadable(${'x'.repeat(40)}…) + ${MISSING}`)
  })

  test('have no separator at the end', () => {
    expectRepaired(`${RIGHT} ,`, 'pairs_spaces(signature) + pairs_separator(,)')
    expectRepaired(`${RIGHT};`, 'pairs_separator(;)')
    expectRepaired(RIGHT.replaceAll(',', '&'), 'pairs_separator(&)')
  })
})

describe('the fields', () => {
  test.for([
    ['mchid', 'MchId', 'merchant_id', 'mch_no', 'sp_mchid'],
    ['nonce_str', 'nonce', 'nonceStr'],
    ['timestamp', 'timeStamp', 'time'],
    ['serial_no', 'serialNo', 'serial', 'serial_number', 'cert_serial_no'],
    ['signature', 'Signature', 'sign'],
  ])('%s has other names that are seen', ([field = '', ...names]) => {
    for (const name of names) {
      expectRepaired(RIGHT.replace(`${field}=`, `${name}=`), `field_misnamed(${name}: ${field})`)
    }
  })

  test('of a name that belongs to another scheme are unknown', () => {
    expectLost(RIGHT.replace('mchid', 'brandId'), 'field_unknown(brandId) + field_missing(mchid)')
  })

  test('may be long, but for the nonce', () => {
    const long = RIGHT.replace('c2ln/+8=', 'c2ln'.repeat(86)).replace('n0nce', 'n'.repeat(128))

    expectRepaired(long.replaceAll('"', "'"), 'quotes_single(mchid)', long)
    expectLost(long.replace('nnn', 'nnnn'), 'nonce_too_long(129)')
  })
})
