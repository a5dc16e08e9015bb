import { describe, expect, test } from 'vitest'
import {
  type Authorization,
  formatAuthorization,
  isTimely,
  parseAuthorization,
  schemeFits,
  schemeFor,
} from '../../../src/wire/protocol/authorization.ts'
import { signRequest } from '../../../src/wire/protocol/signature.ts'
import { merchantKey } from './vectors.ts'

const fields = {
  mchid: '1900000001',
  nonce_str: '593BEC0C930BF1AFEB40B4A08C8FB242',
  timestamp: '1700000000',
  serial_no: '5A1B2C3D4E5F60718293A4B5C6D7E8F901234567',
  signature: 'c2lnbmVk+/8=',
}
const scheme = 'WECHATPAY2-SHA256-RSA2048'
const BRAND = 'WECHATPAY-BRAND-SHA256-RSA2048'
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

  test('the serial and the timestamp are kept as they were written', () => {
    const lower = fields.serial_no.toLowerCase()

    expect(parseAuthorization(header({ serial_no: lower, timestamp: 'soon' }))).toEqual({
      ...parsed,
      serialNo: lower,
      timestamp: 'soon',
    })
  })

  test('the brand scheme names its caller brand_id', () => {
    const value = header({ mchid: undefined, brand_id: '100001' }).replace(scheme, BRAND)

    expect(parseAuthorization(value)).toEqual({ ...parsed, scheme: BRAND, identity: '100001' })
  })

  test('with a nonce beyond ASCII it is malformed', () => {
    expect(parseAuthorization(header({ nonce_str: 'é' }))).toBe('malformed')
    expect(parseAuthorization(header({ nonce_str: '\x7F' }))).toMatchObject({ nonce: '\x7F' })
  })

  test.for(Object.keys(fields))('without %s it is malformed, and with an empty one too', (name) => {
    expect(parseAuthorization(header({ [name]: undefined }))).toBe('malformed')
    expect(parseAuthorization(header({ [name]: '' }))).toBe('malformed')
  })

  test.for([
    '',
    scheme,
    `${scheme} `,
    ` ${header()}`,
    header().replace(' ', '  '),
    header().replaceAll(',', ', '),
    header().replaceAll('="', ' = "'),
    `${header()},`,
    header().replace(',', ',,'),
    `${header()} `,
    header().replaceAll('"', "'"),
    header().replaceAll(/"([^"]*)"/g, '“$1”'),
    header().replaceAll('"', ''),
    header().slice(0, -1),
    // A field twice, in place of another, or that does not belong there.
    `${header({ signature: undefined })},mchid="1900000001"`,
    `${header()},mchid="1900000001"`,
    header({ realm: 'pay' }),
    header({ nonce_str: undefined, realm: 'pay' }),
    header({ nonce_str: undefined, toString: 'x' }),
    header({ nonce_str: 'n0,nce' }),
    header({ nonce_str: ',' }),
    header({ nonce_str: 'n'.repeat(129) }),
    header().replace('mchid', 'MCHID'),
    header().replaceAll(',', ';'),
    // No scheme.
    header().slice(scheme.length + 1),
    header()
      .slice(scheme.length + 1)
      .replaceAll(',', ', '),
    // The caller is named as the scheme says.
    header({ mchid: undefined, brand_id: '100001' }),
    header().replace(scheme, BRAND),
    header({ brand_id: '100001' }),
  ])('%j is malformed', (value) => {
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
  [scheme, '/v3/certificates', true],
  [scheme, '/brand/marketing/x', false],
  [BRAND, '/brand/marketing/x', true],
  [BRAND, '/v3/certificates', false],
  [BRAND, '/brandy', false],
  ['WECHATPAY2-SM2-WITH-SM3', '/v3/certificates', true],
  ['WECHATPAY2-SM2-WITH-SM3', '/brand/marketing/x', false],
] as const)('whether %s is for %s: %s', ([name, path, fits]) => {
  expect(schemeFits(name, path)).toBe(fits)
})

test.for([
  ['/brand/', BRAND],
  ['/brand/store?a=/v3/', BRAND],
  ['/brand', scheme],
  ['/brand?/', scheme],
  ['/v3/brand/', scheme],
  ['/BRAND/', scheme],
] as const)('the scheme of %s is %s', ([target, name]) => {
  expect(schemeFor(target)).toBe(name)
})

describe('a request is signed', () => {
  const request = { method: 'GET', timestamp: '1700000000', nonce: 'n0nce', body: Buffer.alloc(0) }
  const signer = { identity: '100001', serialNo: '5A1B', privateKey: merchantKey }

  test('with the scheme of its path', async () => {
    const brand = formatAuthorization(await signRequest({ ...request, target: '/brand/store?offset=0' }, signer))
    const merchant = formatAuthorization(await signRequest({ ...request, target: '/v3/certificates' }, signer))

    expect(brand).toMatch(
      /^WECHATPAY-BRAND-SHA256-RSA2048 brand_id="100001",nonce_str="n0nce",timestamp="1700000000",serial_no="5A1B",/,
    )
    expect(merchant).toMatch(/^WECHATPAY2-SHA256-RSA2048 mchid="100001",/)
  })

  test('with another scheme when it is told to, over the same message', async () => {
    const target = '/brand/store'
    const { signature } = await signRequest({ ...request, target }, signer)

    expect(await signRequest({ ...request, target }, { ...signer, scheme })).toEqual({
      scheme,
      identity: '100001',
      nonce: 'n0nce',
      timestamp: '1700000000',
      serialNo: '5A1B',
      signature,
    })
  })
})

describe('the timestamp window', () => {
  const now = 1_700_000_000_000

  test.for(['1700000000', '1699999700', '1700000300'])('%s is timely', (timestamp) => {
    expect(isTimely(timestamp, now)).toBe(true)
  })

  test.for([
    ...['1699999699', '1700000301', '1700000000000', '0', '', '1700000000.0', '-1700000000', '+1700000000'],
    ...[' 1700000000', '1700000000\n', '1.7e9', '１７００００００００', '2023-11-14T22:13:20Z'],
  ])('%j is not timely', (timestamp) => {
    expect(isTimely(timestamp, now)).toBe(false)
  })

  test('milliseconds of the clock do not count', () => {
    expect(isTimely('1699999700', now + 999)).toBe(true)
    expect(isTimely('1699999700', now + 1_000)).toBe(false)
    expect(isTimely('1700000301', now + 999)).toBe(false)
    expect(isTimely('1700000301', now + 1_000)).toBe(true)
  })
})
