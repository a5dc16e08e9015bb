import { describe, expect, test } from 'vitest'
import { urlVariants } from '../../../src/wire/diagnosis/url.ts'
import { Work } from '../../../src/wire/diagnosis/work.ts'
import { named, told } from './told.ts'

const HOST = 'shop.example'
const variantsOf = (target: string, host: string | undefined = HOST) =>
  urlVariants(target, host, new Work(1_000_000_000, 'request'))
const alone = (target: string, host?: string) => variantsOf(target, host).filter(({ causes }) => causes.length === 1)

/** Prefixes that are tried for any address. */
const PREFIXES = ['/wechat', '/wechatpay', '/wxpay', '/weixin', '/pay', '/wx', '/proxy', '/mock', '/v3']
const prefixed = (target: string) => [
  `2 url_prefix_added(/api): /api${target}`,
  ...PREFIXES.map((prefix) => `3 url_prefix_added(${prefix}): ${prefix}${target}`),
]
const HOSTS = ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com', 'api.wechatpay.cn', HOST]
const hosted = (target: string) =>
  (
    [
      ['https://', [1, 2, 2, 2]],
      ['http://', [3, 3, 3, 2]],
      ['', [3, 3, 3, 3]],
      ['//', ['alone', 'alone', 'alone', 'alone']],
    ] as const
  ).flatMap(([start, ranks]) =>
    HOSTS.map((host, index) => `${ranks[index]} url_host(${start}${host}): ${start}${host}${target}`),
  )

describe('everything that is tried for an address', () => {
  test.for<readonly [target: string, own: readonly string[], behind: readonly string[]]>([
    [
      '/v3/X',
      [
        '2 url_question_mark_added: /v3/X?',
        '1 url_lower_case: /v3/x',
        '1 url_leading_slash_missing: v3/X',
        '2 url_leading_slash_doubled: //v3/X',
        '1 url_trailing_slash_added: /v3/X/',
      ],
      ['2 url_prefix_missing(/v3): /X'],
    ],
    [
      '/x//?',
      [
        '1 url_question_mark_missing: /x//',
        '1 url_leading_slash_missing: x//?',
        '2 url_leading_slash_doubled: //x//?',
        '1 url_trailing_slash_missing: /x?',
      ],
      [],
    ],
    [
      '/v3/X?A=1',
      [
        '1 url_query_missing: /v3/X',
        '3 url_question_mark_missing: /v3/XA=1',
        '3 url_path_missing(?): ?A=1',
        '3 url_path_missing: A=1',
        '1 url_lower_case: /v3/x?A=1',
        '2 url_lower_case(with the query): /v3/x?a=1',
        '1 url_leading_slash_missing: v3/X?A=1',
        '2 url_leading_slash_doubled: //v3/X?A=1',
        '1 url_trailing_slash_added: /v3/X/?A=1',
        '3 url_trailing_slash_added(behind the query): /v3/X?A=1/',
      ],
      ['2 url_prefix_missing(/v3): /X?A=1'],
    ],
    [
      '/gate/v3/x',
      [
        '2 url_question_mark_added: /gate/v3/x?',
        '1 url_leading_slash_missing: gate/v3/x',
        '2 url_leading_slash_doubled: //gate/v3/x',
        '1 url_trailing_slash_added: /gate/v3/x/',
      ],
      ['1 url_prefix_missing(/gate): /v3/x'],
    ],
    [
      '/gate/brand/x',
      [
        '2 url_question_mark_added: /gate/brand/x?',
        '1 url_leading_slash_missing: gate/brand/x',
        '2 url_leading_slash_doubled: //gate/brand/x',
        '1 url_trailing_slash_added: /gate/brand/x/',
      ],
      ['1 url_prefix_missing(/gate): /brand/x'],
    ],
  ])('%s', ([target, own, behind]) => {
    expect(alone(target).map(told)).toEqual([
      ...own,
      ...prefixed(target),
      ...behind,
      '3 url_path_missing(/): /',
      '3 url_missing: ',
      ...hosted(target),
    ])
  })

  test('with the host of the request only once, and without one where there is none', () => {
    const hosts = (host?: string) =>
      urlVariants('/x', host, new Work(1_000_000, 'request')).flatMap(({ causes: [first, second] }) =>
        second === undefined && first?.name === 'url_host' ? [first.value] : [],
      )

    expect(hosts('api.wechatpay.cn')).toEqual(hosts(undefined))
    expect(hosts(undefined)).toHaveLength(12)
    expect(hosts('shop.example')).toHaveLength(16)
  })

  test('that is not a path: no slash is taken off', () => {
    expect(variantsOf('x').map(told)).not.toContainEqual(expect.stringContaining('url_leading_slash'))
  })
})

/** Variants of the query, in the order in which they are tried. */
describe('a query', () => {
  const tried = (query: string, names: RegExp, path = '/x') =>
    alone(`${path}?${query}`)
      .filter(({ causes: [first] }) => names.test(first?.name ?? ''))
      .map(told)

  test('in another order: sorted, or with few parameters in any', () => {
    expect(tried('c=1&a=2&b=3', /reordered/)).toEqual([
      '1 url_parameters_reordered(a, b, c): /x?a=2&b=3&c=1',
      'alone url_parameters_reordered(c, b, a): /x?c=1&b=3&a=2',
      'alone url_parameters_reordered(a, c, b): /x?a=2&c=1&b=3',
      'alone url_parameters_reordered(b, c, a): /x?b=3&c=1&a=2',
      'alone url_parameters_reordered(b, a, c): /x?b=3&a=2&c=1',
    ])
    expect(tried('a=1&b=2&c=3&d=4&e=5', /reordered/)).toHaveLength(119)
    expect(tried('f=0&a=1&b=2&c=3&d=4&e=5', /reordered/)).toEqual([
      '1 url_parameters_reordered(a, b, c, d, e, f): /x?a=1&b=2&c=3&d=4&e=5&f=0',
      '3 url_parameters_reordered(e, d, c, b, a, f): /x?e=5&d=4&c=3&b=2&a=1&f=0',
    ])
  })

  test('without one of its parameters, or without those that say nothing', () => {
    expect(tried('a=1&b=&c&d==', /parameter/).filter((line) => !line.includes('reordered'))).toEqual([
      '2 url_parameters_empty_removed: /x?a=1&d==',
      '3 url_parameter_missing(a): /x?b=&c&d==',
      '3 url_parameter_missing(b): /x?a=1&c&d==',
      '3 url_parameter_missing(c): /x?a=1&b=&d==',
      '3 url_parameter_missing(d): /x?a=1&b=&c',
    ])
    // Nothing is left: equivalent to omitting the query.
    expect(tried('a=', /parameter|query/)).toEqual(['1 url_query_missing: /x'])
  })

  test('with its ampersands as HTML', () => {
    expect(tried('a=1&b=2&c=3', /ampersands/)).toEqual(['2 url_ampersands_escaped: /x?a=1&amp;b=2&amp;c=3'])
  })

  test('as another library encodes it, the path and the query each alone and both', () => {
    expect(tried("a%2fb=%E5%88%B8!'()*~:$,/+%20&c", /encod/, '/%E5%88%B8%2C')).toEqual([
      "2 url_encoding_case(lower): /%e5%88%b8%2c?a%2fb=%e5%88%b8!'()*~:$,/+%20&c",
      "2 url_encoding_case(upper): /%E5%88%B8%2C?a%2Fb=%E5%88%B8!'()*~:$,/+%20&c",
      "2 url_encoded_otherwise(encodeURIComponent): /%E5%88%B8%2C?a%2Fb=%E5%88%B8!'()*~%3A%24%2C%2F%20%20&c",
      '2 url_encoded_otherwise(rawurlencode): /%E5%88%B8%2C?a%2Fb=%E5%88%B8%21%27%28%29%2A~%3A%24%2C%2F%20%20&c',
      '2 url_encoded_otherwise(form): /%E5%88%B8%2C?a%2Fb=%E5%88%B8%21%27%28%29*%7E%3A%24%2C%2F++&c',
      "2 url_encoded_otherwise(axios): /%E5%88%B8%2C?a%2Fb=%E5%88%B8!'()*~:$,%2F++&c",
      "3 url_encoded_otherwise(axios, path): /%E5%88%B8,?a%2fb=%E5%88%B8!'()*~:$,/+%20&c",
      "3 url_encoded_otherwise(axios, path and query): /%E5%88%B8,?a%2Fb=%E5%88%B8!'()*~:$,%2F++&c",
      '3 url_encoded_otherwise(quote): /%E5%88%B8%2C?a/b=%E5%88%B8%21%27%28%29%2A~%3A%24%2C/%20%20&c',
      "3 url_encoded_otherwise(encodeURI): /%25E5%2588%25B8%252C?a%252fb=%25E5%2588%25B8!'()*~:$,/+%2520&c",
      "1 url_encoded_otherwise(%20 for +): /%E5%88%B8%2C?a%2fb=%E5%88%B8!'()*~:$,/%20%20&c",
      "1 url_encoded_otherwise(+ for %20): /%E5%88%B8%2C?a%2fb=%E5%88%B8!'()*~:$,/++&c",
    ])
  })

  test('has a plus sign for a space, which a path has not', () => {
    expect(tried('a+b&c+d=e+f', /otherwise/, '/g+h')[0]).toBe(
      '2 url_encoded_otherwise(encodeURIComponent): /g+h?a%20b&c%20d=e%20f',
    )
    expect(tried('a', /otherwise/, '/g+h')[0]).toBe('3 url_encoded_otherwise(encodeURIComponent, path): /g%2Bh?a')
  })

  test('as it is before it is encoded', () => {
    expect(tried('a=%E5%88%B8+%2B', /decoded/, '/%E5%88%B8')).toEqual([
      '1 url_decoded(percent): /券?a=券++',
      '2 url_decoded(form): /券?a=券 +',
      '2 url_decoded(query): /%E5%88%B8?a=券++',
      '3 url_decoded(query, form): /%E5%88%B8?a=券 +',
    ])
    expect(alone('/%E5%88%B8').map(told)).toContain('1 url_decoded(percent): /券')
  })

  test.for([
    ['/x', 'a=%'],
    ['/x', 'a=%ff&b=1'],
    ['/x', 'a=%ED%A0%80'],
  ] as const)('of which %s?%s is not decoded, where that is no text', ([path, query]) => {
    const lines = alone(`${path}?${query}`).map(told)

    expect(lines).not.toContainEqual(expect.stringContaining('url_decoded(query'))
    expect(lines).toContain(`1 url_query_missing: ${path}`)
  })

  test('of a path that is no text is not decoded either', () => {
    expect(tried('a=%41', /decoded|otherwise/, '/%')).toEqual([])
  })

  test('whose one parameter is no text is encoded anew in the others', () => {
    expect(tried('a=%&b=/', /otherwise/)[0]).toBe('2 url_encoded_otherwise(encodeURIComponent): /x?a=%&b=%2F')
  })

  test('of many parameters is neither encoded nor ordered anew', () => {
    const query = (count: number) => Array.from({ length: count }, (_, index) => `p${99 - index}=/`).join('&')

    expect(tried(query(32), /otherwise/)).not.toEqual([])
    expect(tried(query(32), /reordered/)).not.toEqual([])
    expect(tried(query(33), /otherwise|reordered|parameter/)).toEqual([])
    expect(tried(query(33), /ampersands|query/)).toHaveLength(2)
  })

  test('of a long address has only its ends changed', () => {
    const long = (length: number) => `/v3/x?a=${'%2f'.repeat(2_000)}`.slice(0, length)

    expect(variantsOf(long(4_096)).map(({ causes }) => named(causes))).toEqual(
      expect.arrayContaining(['url_encoding_case(upper)', 'url_query_missing + url_trailing_slash_added']),
    )
    const lines = variantsOf(long(4_097)).map(({ causes }) => named(causes))
    expect(lines).not.toContain('url_encoding_case(upper)')
    expect(lines).not.toContainEqual(expect.stringContaining(' + '))
    expect(lines).toContain('url_query_missing')
    expect(lines).toContain('url_host(https://api.mch.weixin.qq.com)')
  })
})

describe('two things at once', () => {
  const pairs = (target: string) => variantsOf(target).filter(({ causes }) => causes.length > 1)

  test('are what is done to the query or the path and then a host, or a usual thing to the query and then one more', () => {
    const seen = new Set(alone('/v3/x?b=1&a=2').map(({ value }) => value))
    for (const { causes, value } of pairs('/v3/x?b=1&a=2')) {
      const [first, second] = causes
      const between = alone('/v3/x?b=1&a=2').find(
        ({ causes: [one] }) => named(one ? [one] : []) === named(first ? [first] : []),
      )
      const after = alone(between?.value ?? '').find(
        ({ causes: [one] }) => named(one ? [one] : []) === named(second ? [second] : []),
      )

      expect(causes).toHaveLength(2)
      expect([1, 2]).toContain(between?.rank)
      expect([1, 2]).toContain(after?.rank)
      if (second?.name !== 'url_host') expect(between?.rank).toBe(1)
      expect(after?.value).toBe(value)
      expect(seen).not.toContain(value)
      seen.add(value)
    }
  })

  test('without a host are tried for the usual things alone', () => {
    const lines = pairs('/v3/x?b=1&a=2').filter(({ causes }) => causes[1]?.name !== 'url_host')

    expect(lines.map(told)).toEqual([
      '3 url_query_missing + url_leading_slash_missing: v3/x',
      'alone url_query_missing + url_leading_slash_doubled: //v3/x',
      '3 url_query_missing + url_trailing_slash_added: /v3/x/',
      'alone url_query_missing + url_prefix_added(/api): /api/v3/x',
      'alone url_query_missing + url_prefix_missing(/v3): /x',
      'alone url_query_missing + url_question_mark_added: /v3/x?',
      '3 url_parameters_reordered(a, b) + url_leading_slash_missing: v3/x?a=2&b=1',
      'alone url_parameters_reordered(a, b) + url_leading_slash_doubled: //v3/x?a=2&b=1',
      '3 url_parameters_reordered(a, b) + url_trailing_slash_added: /v3/x/?a=2&b=1',
      'alone url_parameters_reordered(a, b) + url_prefix_added(/api): /api/v3/x?a=2&b=1',
      'alone url_parameters_reordered(a, b) + url_prefix_missing(/v3): /x?a=2&b=1',
      'alone url_parameters_reordered(a, b) + url_ampersands_escaped: /v3/x?a=2&amp;b=1',
    ])
  })

  test('with a host are tried for all usual ones, combined with others where both are most usual', () => {
    const target = '/v3/x?b=1&a=2'
    const hosts = pairs(target).filter(({ causes }) => causes[1]?.name === 'url_host')
    const usual = alone(target).filter(
      ({ causes: [first], rank }) => (rank === 1 || rank === 2) && first?.name !== 'url_host',
    )

    // Five hosts are common: `https` with each, and the request's own with `http`.
    expect(hosts).toHaveLength(5 * usual.length)
    for (const { causes, rank } of hosts) {
      const first = usual.find(({ causes: [one] }) => one?.name === causes[0]?.name && one?.value === causes[0]?.value)
      const isMostUsual = first?.rank === 1 && causes[1]?.value === 'https://api.mch.weixin.qq.com'
      expect(rank).toBe(isMostUsual ? 3 : 'alone')
    }
    expect(hosts.map(told)).toContain(
      '3 url_leading_slash_missing + url_host(https://api.mch.weixin.qq.com): https://api.mch.weixin.qq.comv3/x?b=1&a=2',
    )
  })
})

test('for a single mistake each has one cause, and what is long is not encoded anew', () => {
  const single = (target: string) => urlVariants(target, HOST, new Work(1_000_000, 'single'))
  const long = (length: number) => `/v3/x?b=%20&a=${'x'.repeat(length - '/v3/x?b=%20&a='.length)}`
  const names = (target: string) => single(target).map(({ causes: [first] }) => first?.name)

  expect(single('/v3/x?b=1&a=%20').filter(({ causes }) => causes.length > 1)).toEqual([])
  expect(names(long(2_048))).toContain('url_decoded')
  expect(names(long(2_049))).not.toContain('url_decoded')
  expect(names(long(2_049))).toContain('url_query_missing')
})

test('what is written is counted, and no more than the work allows', () => {
  const work = new Work(4 * 1_000, 'request')
  const variants = urlVariants('/v3/x?b=1&a=2', HOST, work)

  expect(work.writtenBytes).toBeGreaterThan(900)
  expect(work.writtenBytes).toBeLessThanOrEqual(1_000)
  expect(variants.reduce((sum, { value }) => sum + value.length, 0)).toBeLessThanOrEqual(work.writtenBytes)
  expect(urlVariants('/v3/x', HOST, new Work(0, 'request')).map(told)).toEqual(['3 url_missing: '])
})
