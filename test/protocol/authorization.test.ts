import { describe, expect, test } from 'vitest'
import {
  type Authorization,
  formatAuthorization,
  isTimely,
  parseAuthorization,
} from '../../src/protocol/authorization.ts'
import { schemeFits } from '../../src/protocol/scheme.ts'

const fields = {
  mchid: '1900000001',
  nonce_str: '593BEC0C930BF1AFEB40B4A08C8FB242',
  timestamp: '1700000000',
  serial_no: '5A1B2C3D4E5F60718293A4B5C6D7E8F901234567',
  signature: 'c2lnbmVk+/8=',
}
const scheme = 'WECHATPAY2-SHA256-RSA2048'
const parsed: Authorization = {
  scheme,
  identity: fields.mchid,
  nonce: fields.nonce_str,
  timestamp: fields.timestamp,
  serialNo: fields.serial_no,
  signature: fields.signature,
}

/** A header with some fields changed; `undefined` leaves one out. */
function header(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const pairs = Object.entries<string | undefined>({ ...fields, ...changes }).filter(([, value]) => value !== undefined)
  return `${scheme} ${pairs.map(([name, value]) => `${name}="${value}"`).join(',')}`
}

describe('reading an Authorization header', () => {
  test.for([
    [['mchid', 'serial_no', 'timestamp', 'nonce_str', 'signature'], 'wechatpay-php'],
    [['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature'], 'wechatpay-java'],
    [['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'], 'wechatpayv3'],
    [['signature', 'serial_no', 'nonce_str', 'timestamp', 'mchid'], 'no known client'],
  ] as const)('fields may come in the order %s of %s', ([order]) => {
    const pairs = order.map((name) => `${name}="${fields[name]}"`)

    expect(parseAuthorization(`${scheme} ${pairs.join(',')}`)).toEqual(parsed)
  })

  test.for([1, 10, 13, 32, 128])('a nonce may have %i characters', (length) => {
    const nonce = 'n'.repeat(length)

    expect(parseAuthorization(header({ nonce_str: nonce }))).toEqual({ ...parsed, nonce })
  })

  test('a nonce of 129 characters is malformed', () => {
    expect(parseAuthorization(header({ nonce_str: 'n'.repeat(129) }))).toBe('malformed')
  })

  test('the serial and the timestamp are kept as they were written', () => {
    const lower = fields.serial_no.toLowerCase()

    expect(parseAuthorization(header({ serial_no: lower, timestamp: 'soon' }))).toEqual({
      ...parsed,
      serialNo: lower,
      timestamp: 'soon',
    })
  })

  test('the brand scheme names its caller brand_id', () => {
    const { mchid: _, ...rest } = fields
    const pairs = Object.entries({ brand_id: '100001', ...rest }).map(([name, value]) => `${name}="${value}"`)
    const value = `WECHATPAY-BRAND-SHA256-RSA2048 ${pairs.join(',')}`

    expect(parseAuthorization(value)).toEqual({
      ...parsed,
      scheme: 'WECHATPAY-BRAND-SHA256-RSA2048',
      identity: '100001',
    })
  })

  test.for([
    ['brand_id under the merchant scheme', header({ mchid: undefined, brand_id: '100001' })],
    ['mchid under the brand scheme', header().replace(scheme, 'WECHATPAY-BRAND-SHA256-RSA2048')],
    ['mchid and brand_id', header({ brand_id: '100001' })],
  ] as const)('the caller has to be named as the scheme says: %s', ([, value]) => {
    expect(parseAuthorization(value)).toBe('malformed')
  })

  test.for(Object.keys(fields))('without %s it is malformed, and with an empty one too', (name) => {
    expect(parseAuthorization(header({ [name]: undefined }))).toBe('malformed')
    expect(parseAuthorization(header({ [name]: '' }))).toBe('malformed')
  })

  test.for([
    ['nothing', ''],
    ['only the scheme', scheme],
    ['the scheme and a space', `${scheme} `],
    ['a space before the scheme', ` ${header()}`],
    ['two spaces after the scheme', header().replace(' ', '  ')],
    ['spaces between the pairs', header().replaceAll(',', ', ')],
    ['spaces round the equals sign', header().replaceAll('="', ' = "')],
    ['a comma at the end', `${header()},`],
    ['a comma too many', header().replace(',', ',,')],
    ['a space at the end', `${header()} `],
    ['single quotes', header().replaceAll('"', "'")],
    ['typographic quotes', header().replaceAll(/"([^"]*)"/g, '“$1”')],
    ['no quotes', header().replaceAll('"', '')],
    ['a quote that does not close', header().slice(0, -1)],
    ['a field that comes twice', `${header({ signature: undefined })},mchid="1900000001"`],
    ['the same field twice besides all five', `${header()},mchid="1900000001"`],
    ['a field that does not belong there', header({ realm: 'pay' })],
    ['a field that does not belong there instead of one that does', header({ nonce_str: undefined, realm: 'pay' })],
    ['a field named like what every object has', header({ nonce_str: undefined, toString: 'x' })],
    ['a comma in a value', header({ nonce_str: 'n0,nce' })],
    ['a value of a comma', header({ nonce_str: ',' })],
    ['a field name in upper case', header().replace('mchid', 'MCHID')],
    ['pairs joined by semicolons', header().replaceAll(',', ';')],
    ['no scheme', header().slice(scheme.length + 1)],
    [
      'no scheme, with spaces',
      header()
        .slice(scheme.length + 1)
        .replaceAll(',', ', '),
    ],
    ['more than 4096 characters', header({ signature: 'A'.repeat(4_096) })],
  ] as const)('%s is malformed', ([, value]) => {
    expect(parseAuthorization(value)).toBe('malformed')
  })

  test('a long header is still read up to 4096 characters', () => {
    const room = 4_096 - header({ signature: '' }).length
    const signature = 'A'.repeat(room)

    expect(parseAuthorization(header({ signature }))).toEqual({ ...parsed, signature })
    expect(parseAuthorization(header({ signature: `${signature}A` }))).toBe('malformed')
  })

  test.for(['WECHATPAY2-SHA1-RSA2048', 'wechatpay2-sha256-rsa2048', 'Bearer', 'Basic', 'X'])(
    'the scheme %s is unknown',
    (unknown) => {
      expect(parseAuthorization(header().replace(scheme, unknown))).toBe('unknown_scheme')
    },
  )

  test('the SM2 scheme is known by name', () => {
    expect(parseAuthorization(header().replace(scheme, 'WECHATPAY2-SM2-WITH-SM3'))).toEqual({
      ...parsed,
      scheme: 'WECHATPAY2-SM2-WITH-SM3',
    })
  })
})

test('a header is written in the order of the official Java and Go SDKs', () => {
  expect(formatAuthorization(parsed)).toBe(
    'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",timestamp="1700000000",serial_no="5A1B2C3D4E5F60718293A4B5C6D7E8F901234567",signature="c2lnbmVk+/8="',
  )
})

test.for([
  ['WECHATPAY2-SHA256-RSA2048', '/v3/certificates', true],
  ['WECHATPAY2-SHA256-RSA2048', '/brand/marketing/x', false],
  ['WECHATPAY-BRAND-SHA256-RSA2048', '/brand/marketing/x', true],
  ['WECHATPAY-BRAND-SHA256-RSA2048', '/v3/certificates', false],
  ['WECHATPAY-BRAND-SHA256-RSA2048', '/brandy', false],
  ['WECHATPAY2-SM2-WITH-SM3', '/v3/certificates', true],
  ['WECHATPAY2-SM2-WITH-SM3', '/brand/marketing/x', false],
] as const)('whether %s is for %s: %s', ([name, path, fits]) => {
  expect(schemeFits(name, path)).toBe(fits)
})

describe('the timestamp window', () => {
  const now = 1_700_000_000_000

  test.for([
    ['1700000000', true, 'now'],
    ['1699999700', true, '300 seconds behind'],
    ['1699999699', false, '301 seconds behind'],
    ['1700000300', true, '300 seconds ahead'],
    ['1700000301', false, '301 seconds ahead'],
    ['1700000000000', false, 'milliseconds'],
    ['0', false, 'the epoch'],
    ['', false, 'nothing'],
    ['1700000000.0', false, 'a fraction'],
    ['-1700000000', false, 'a sign'],
    ['+1700000000', false, 'a plus'],
    [' 1700000000', false, 'a space'],
    ['1700000000\n', false, 'a line feed'],
    ['1.7e9', false, 'an exponent'],
    ['１７００００００００', false, 'full-width digits'],
    ['2023-11-14T22:13:20Z', false, 'a date'],
  ] as const)('%j is timely: %s (%s)', ([timestamp, timely]) => {
    expect(isTimely(timestamp, now)).toBe(timely)
  })

  test('milliseconds of the clock do not count', () => {
    expect(isTimely('1699999700', now + 999)).toBe(true)
    expect(isTimely('1699999700', now + 1_000)).toBe(false)
    expect(isTimely('1700000301', now + 999)).toBe(false)
    expect(isTimely('1700000301', now + 1_000)).toBe(true)
  })
})
