import { describe, expect, test } from 'vitest'
import { explainMiss } from '../../src/engine/exchange/explain-failure.ts'
import { causesOfMiss, nearestPaths } from '../../src/engine/exchange/near-miss.ts'
import { operations } from '../helpers/operations.ts'

const paths = [
  '/v3/marketing/busifavor/coupons/associate',
  '/v3/marketing/busifavor/coupons/disassociate',
  '/v3/marketing/busifavor/coupons/use',
  '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes',
  '/v3/pay/transactions/jsapi',
  '/v3/pay/transactions/native',
  '/v3/certificates',
]

describe('nearestPaths', () => {
  test.for<[path: string, nearest: string]>([
    ['/v3/marketing/busifavor/coupons/asociate', '/v3/marketing/busifavor/coupons/associate'],
    ['/v3/marketing/busifavor/coupon/use', '/v3/marketing/busifavor/coupons/use'],
    ['/v3/pay/transaction/jsapi', '/v3/pay/transactions/jsapi'],
    ['/pay/transactions/native', '/v3/pay/transactions/native'],
    ['/v3/marketing/busifavor/stocks/100088/codes', '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes'],
    ['/v3/certificate', '/v3/certificates'],
  ])('%s is nearest to %s', ([path, nearest]) => {
    expect(nearestPaths(path, paths)[0]).toBe(nearest)
  })

  test('gives at most five, and those of equal distance in their order', () => {
    expect(nearestPaths('/nowhere', paths)).toHaveLength(5)
    expect(nearestPaths('/a', ['/b', '/c', '/d'])).toEqual(['/b', '/c', '/d'])
  })

  test.for<[name: string, path: string]>([
    ['one long segment', `/${'a'.repeat(1_000_000)}`],
    ['a million slashes', '/'.repeat(1_000_000)],
    ['many segments', '/v3/a'.repeat(200_000)],
  ])('looks only at the beginning of %s', ([, path]) => {
    expect(nearestPaths(path, paths)).toEqual(nearestPaths(path.slice(0, 2_000), paths))
  })
})

describe('why there is no call', () => {
  const request = (method: string, target: string, body = '', headers: Record<string, string> = {}) => ({
    method,
    target,
    headers,
    body: Buffer.from(body),
  })
  const causesOf = (...[method, target, body, headers]: Parameters<typeof request>) =>
    causesOfMiss({ miss: 'path' }, request(method, target, body, headers), operations)

  test('at a path with a typing error: the nearest, at most five', () => {
    const [cause, ...more] = causesOf('POST', '/v3/marketing/busifavor/coupons/asociate')

    expect(more).toEqual([])
    expect(cause.name).toBe('path_not_served')
    expect(cause.value).toMatch(/^POST \/v3\/marketing\/busifavor\/coupons\/associate, /)
    expect(cause.value?.match(/(?:GET|POST|PATCH|DELETE) \//g)?.length).toBeLessThanOrEqual(5)
  })

  const ASSOCIATE = 'POST /v3/marketing/busifavor/coupons/associate'
  test.for<[path: string, causes: readonly string[]]>([
    ['/v3/marketing/busifavor/coupons/associate/', ['path_slash_added']],
    ['/v3/Marketing/busifavor/coupons/Associate', ['path_case']],
    ['/v3/Marketing/busifavor/coupons/associate//', ['path_case', 'path_slash_added']],
  ])('%s: %s', ([path, names]) => {
    expect(causesOf('POST', path)).toEqual(names.map((name) => ({ name, value: ASSOCIATE })))
  })

  test('keeps the case of variable segments', () => {
    expect(causesOf('GET', '/v3/pay/transactions/out-trade-no/MCH_Aa/')).toEqual([
      { name: 'path_slash_added', value: 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}' },
    ])
  })

  test('says that a percent escape is broken', () => {
    expect(causesOf('GET', '/v3/pay/transactions/out-trade-no/%zz')).toEqual([
      { name: 'path_escape_broken', value: 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}' },
    ])
  })

  test('says which methods a path takes', () => {
    expect(causesOfMiss({ miss: 'method', allowed: ['POST', 'GET'] }, request('PUT', '/v3/x'), operations)).toEqual([
      { name: 'method_not_served', value: 'POST, GET' },
    ])
  })

  test('never says more than a sentence shows', () => {
    const { value = '' } = causesOf('GET', `/${'a'.repeat(100_000)}`)[0]

    expect(value.length).toBeLessThanOrEqual(202)
    expect(value.split(', ').every((one) => operations.some(({ method, path }) => one === `${method} ${path}`))).toBe(
      true,
    )
  })

  test('where nothing is served', () => {
    expect(explainMiss({ miss: 'path' }, request('GET', '/v3/x'), []).remark).toMatchObject({
      text: {
        en: expect.stringMatching(/^The mock does not serve this path\. If it is misspelt/),
        zh: expect.stringMatching(/^模拟服务没有这个路径。如果路径写错了/),
      },
      causes: [{ name: 'path_not_served' }],
    })
  })

  test.for<[name: string, target: string, body?: string, headers?: Record<string, string>]>([
    ['an order', '/pay/unifiedorder'],
    ['a query of an order', '/pay/orderquery'],
    ['a payment code', '/pay/micropay'],
    ['a refund', '/secapi/pay/refund'],
    ['a transfer', '/mmpaymkttransfers/promotion/transfers'],
    ['XML to another path', '/nowhere', '<xml><appid>wx1</appid></xml>'],
    ['XML with a declaration', '/v3/nowhere', '\n<?xml version="1.0"?><xml/>'],
    ['a type of XML', '/nowhere', '', { 'content-type': 'text/xml; charset=utf-8' }],
  ])('recognises API v2: %s', ([, target, body, headers]) => {
    expect(causesOf('POST', target, body, headers)).toEqual([{ name: 'api_v2' }])
  })

  test('takes a path of API v3 without its version for what it is', () => {
    const [cause] = causesOf('POST', '/pay/transactions/native', '{}')

    expect(cause.name).toBe('path_not_served')
    expect(cause.value).toMatch(/^POST \/v3\/pay\/transactions\/native, /)
  })

  test('is told in words and in names', () => {
    expect(explainMiss({ miss: 'method', allowed: ['POST'] }, request('PUT', '/v3/x'), operations)).toEqual({
      remark: {
        about: 'path',
        text: {
          en: 'Only the method differs: this path takes POST. Use the method that the page has.',
          zh: '只是请求方法不同：这个路径使用 POST。使用文档规定的请求方法。',
        },
        causes: [{ name: 'method_not_served', value: 'POST' }],
      },
      header: 'path; method_not_served',
    })
  })
})
