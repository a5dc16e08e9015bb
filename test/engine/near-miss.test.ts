import { describe, expect, test } from 'vitest'
import { explainMiss } from '../../src/engine/exchange/explain-failure.ts'
import { causesOfMiss, nearestPaths } from '../../src/engine/exchange/near-miss.ts'
import type { Operation } from '../../src/engine/operation.ts'
import { products } from '../../src/products/index.ts'

const everyCall = products.flatMap((product): readonly Operation[] => product.operations)

const SCORE = '微信支付分 (payscore)'

describe('the nearest paths', () => {
  test.for<[path: string, nearest: string]>([
    ['/v3/marketing/busifavor/coupons/asociate', '/v3/marketing/busifavor/coupons/associate'],
    ['/v3/marketing/busifavor/coupon/use', '/v3/marketing/busifavor/coupons/use'],
    ['/v3/marketing/busifavour/coupons/use', '/v3/marketing/busifavor/coupons/use'],
    ['/v3/pay/transaction/jsapi', '/v3/pay/transactions/jsapi'],
    ['/v3/transactions/jsapi', '/v3/pay/transactions/jsapi'],
    ['/api/v3/pay/transactions/jsapi', '/v3/pay/transactions/jsapi'],
    ['/pay/transactions/native', '/v3/pay/transactions/native'],
    ['/v3/marketing/busifavor/stocks/100088/codes', '/v3/marketing/busifavor/stocks/{stock_id}/couponcodes'],
    ['/v3/certificate', '/v3/certificates'],
    ['/v3/payscore/serviceorderr', '/v3/payscore/serviceorder'],
    ['/v3/payscor/serviceorder', '/v3/payscore/serviceorder'],
    ['/v3/payscore/serviceorder/O_1/cancle', '/v3/payscore/serviceorder/{out_order_no}/cancel'],
    ['/v3/merchant-service/complaints-v2/1/respons', '/v3/merchant-service/complaints-v2/{complaint_id}/response'],
  ])('%s is nearest to %s', ([path, nearest]) => {
    expect(nearestPaths(path, everyCall).nearest[0]).toBe(nearest)
  })

  test.for<[path: string, product: string]>([
    ['/v3/payscore/serviceorderr', 'payscore'],
    ['/v3/payscore/nothing/like/it', 'payscore'],
    ['/v3/marketing/favor/stock', 'cash-coupons'],
    ['/v3/marketing/partner/product-coupon/coupon', 'product-coupons'],
    ['/v3/refund/domestic/refundss', 'refunds'],
  ])('%s is one of %s, and so are those that are named', ([path, id]) => {
    const { nearest, product } = nearestPaths(path, everyCall)
    const ownPaths = everyCall.flatMap((call) => (call.product?.id === id ? [call.path] : []))

    expect(product?.id).toBe(id)
    expect(nearest.length).toBeGreaterThan(0)
    expect(ownPaths).toEqual(expect.arrayContaining([...nearest]))
  })

  test.for([
    '/nowhere',
    '/v3/nowhere',
    '/v3/marketing',
    '/v3/marketing/xyz/stocks/1',
    '/v3/marketing/partner/xyz',
    '/',
  ])('%s has none: those that begin like it are of several products', (path) => {
    expect(nearestPaths(path, everyCall)).toEqual({ nearest: [] })
  })

  test('are at most five, and those of equal distance in their order', () => {
    const paths = (...all: string[]) => all.map((path) => ({ method: 'GET' as const, path }))

    expect(nearestPaths('/v3/a', paths('/v3/b', '/v3/c', '/v3/d')).nearest).toEqual(['/v3/b', '/v3/c', '/v3/d'])
    expect(nearestPaths('/v3/payscore', everyCall).nearest).toHaveLength(5)
  })

  test.for<[name: string, path: string]>([
    ['one long segment', `/${'a'.repeat(1_000_000)}`],
    ['a million slashes', '/'.repeat(1_000_000)],
    ['many segments', '/v3/a'.repeat(200_000)],
    ['many segments of a product', `/v3/payscore/${'/serviceorderr'.repeat(100_000)}`],
  ])('are looked for only by the beginning of %s', ([, path]) => {
    expect(nearestPaths(path, everyCall)).toEqual(nearestPaths(path.slice(0, 2_000), everyCall))
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
    causesOfMiss({ miss: 'path' }, request(method, target, body, headers), everyCall)

  test('at a path with a typing error: the nearest', () => {
    const [cause, ...more] = causesOf('POST', '/v3/marketing/busifavor/coupons/asociate')

    expect(more).toEqual([{ name: 'path_of_product', value: '商家券 (merchant-coupons)' }])
    expect(cause.name).toBe('path_not_served')
    expect(cause.value).toBe('POST /v3/marketing/busifavor/coupons/associate')
  })

  const ASSOCIATE = 'POST /v3/marketing/busifavor/coupons/associate'
  test.for<[path: string, causes: readonly string[]]>([
    ['/v3/marketing/busifavor/coupons/associate/', ['path_slash_added']],
    ['/v3/Marketing/busifavor/coupons/Associate', ['path_case']],
    ['/v3/Marketing/busifavor/coupons/associate//', ['path_case', 'path_slash_added']],
  ])('%s: %s', ([path, names]) => {
    expect(causesOf('POST', path)).toEqual(names.map((name) => ({ name, value: ASSOCIATE })))
  })

  test.for([
    ['MCH_Aa/', 'path_slash_added'],
    ['%zz', 'path_escape_broken'],
  ])('keeps variable segments as they are: %s', ([given, name]) => {
    const value = 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}'
    expect(causesOf('GET', `/v3/pay/transactions/out-trade-no/${given}`)).toEqual([{ name, value }])
  })

  test('says which methods a path takes', () => {
    expect(causesOfMiss({ miss: 'method', allowed: ['POST', 'GET'] }, request('PUT', '/v3/x'), everyCall)).toEqual([
      { name: 'method_not_served', value: 'POST, GET' },
    ])
  })

  test('never says more than a sentence shows', () => {
    const { value = '' } = causesOf('GET', `/v3/payscore/${'a'.repeat(100_000)}`)[0]

    expect(value.length).toBeGreaterThan(0)
    expect(value.length).toBeLessThanOrEqual(202)
    expect(value.split(', ').every((one) => everyCall.some(({ method, path }) => one === `${method} ${path}`))).toBe(
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
    expect(cause.value).toBe('POST /v3/pay/transactions/native')
  })

  test('names the product whose calls begin like it', () => {
    const { text } = explainMiss({ miss: 'path' }, request('POST', '/v3/payscore/serviceorderr'), everyCall).remark

    expect(text.en).toContain(`It begins like the calls of ${SCORE}.`)
    expect(text.zh).toContain(`路径的开头与“${SCORE}”的接口相同。`)
    expect(causesOf('POST', '/v3/payscore/serviceorderr')).toEqual([
      { name: 'path_not_served', value: expect.stringMatching(/^POST \/v3\/payscore\/serviceorder, /) },
      { name: 'path_of_product', value: SCORE },
    ])
    expect(causesOf('POST', '/v3/marketing/xyz/stocks')).toEqual([{ name: 'path_not_served' }])
  })

  test('is told in words and in names', () => {
    expect(explainMiss({ miss: 'method', allowed: ['POST'] }, request('PUT', '/v3/x'), everyCall)).toEqual({
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
