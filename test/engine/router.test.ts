import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Router } from '../../src/engine/exchange/router.ts'
import { defineOperation, type Operation } from '../../src/engine/operation.ts'

function anOperation(id: string, method: Operation['method'], path: string): Operation {
  return defineOperation({
    id,
    method,
    path,
    summary: id,
    title: id,
    source: 'https://example.com',
    rules: [],
    input: {},
    output: z.object({}),
    errors: {},
    handle: async () => ({}),
  })
}

const createStock = anOperation('createStock', 'POST', '/v3/marketing/busifavor/stocks')
const queryStock = anOperation('queryStock', 'GET', '/v3/marketing/busifavor/stocks/{stock_id}')
const modifyStock = anOperation('modifyStock', 'PATCH', '/v3/marketing/busifavor/stocks/{stock_id}')
const specialStock = anOperation('specialStock', 'GET', '/v3/marketing/busifavor/stocks/special')
const queryCoupon = anOperation('queryCoupon', 'GET', '/v3/users/{openid}/coupons/{coupon_code}/appids/{appid}')
const dotted = anOperation('dotted', 'GET', '/v3/files/{name}.csv')
const router = new Router([createStock, queryStock, modifyStock, specialStock, queryCoupon, dotted])

describe('a fixed path', () => {
  test('finds its operation by method', () => {
    expect(router.find('POST', '/v3/marketing/busifavor/stocks')).toEqual({ operation: createStock, params: {} })
  })

  test('goes before a template that fits too, wherever it stands in the list', () => {
    expect(router.find('GET', '/v3/marketing/busifavor/stocks/special')).toEqual({
      operation: specialStock,
      params: {},
    })
  })

  test.for([
    '/v3/marketing/busifavor/stocks/',
    '/v3/marketing/busifavor/Stocks',
    '/v3/marketing/busifavor//stocks',
    '/v3/marketing/busifavor/stock%73',
    'v3/marketing/busifavor/stocks',
    '/x/v3/marketing/busifavor/stocks',
    '/v3',
    '/',
    '',
  ])('is compared as it was sent: %j is another', (path) => {
    expect(router.find('POST', path)).toEqual({ miss: 'path' })
  })
})

describe('a path with variable segments', () => {
  test('gives them by name', () => {
    expect(router.find('GET', '/v3/users/oTest-1/coupons/sxxe34343434/appids/wx01')).toEqual({
      operation: queryCoupon,
      params: { openid: 'oTest-1', coupon_code: 'sxxe34343434', appid: 'wx01' },
    })
  })

  test('finds the operation by method', () => {
    expect(router.find('GET', '/v3/marketing/busifavor/stocks/1')).toMatchObject({ operation: queryStock })
    expect(router.find('PATCH', '/v3/marketing/busifavor/stocks/1')).toMatchObject({ operation: modifyStock })
  })

  test.for([
    ['%E5%88%B8', '券'],
    ['a%2Fb', 'a/b'],
    ['a%20b', 'a b'],
    ['a+b', 'a+b'],
    ['100%25', '100%'],
    ['%2541', '%41'],
    ['a|b*c', 'a|b*c'],
    ['..', '..'],
    ['special2', 'special2'],
  ] as const)('decodes %s to %s, once', ([sent, decoded]) => {
    expect(router.find('GET', `/v3/marketing/busifavor/stocks/${sent}`)).toMatchObject({
      params: { stock_id: decoded },
    })
  })

  test.for(['%', '%2', '%zz', '%E5%88', '%ff', 'a%'])('a broken escape %s is no path', (segment) => {
    expect(router.find('GET', `/v3/marketing/busifavor/stocks/${segment}`)).toEqual({ miss: 'path' })
  })

  test.for([
    '/v3/marketing/busifavor/stocks//',
    '/v3/marketing/busifavor/stocks/1/',
    '/v3/marketing/busifavor/stocks/1/2',
    '/v3/users/oTest-1/coupons//appids/wx01',
    '/v3/users/oTest-1/coupons/c/appids/wx01/more',
    '/before/v3/users/oTest-1/coupons/c/appids/wx01',
  ])('needs each segment, not empty, and nothing more: %s', (path) => {
    expect(router.find('GET', path)).toEqual({ miss: 'path' })
  })

  test('a point in a path is only a point', () => {
    expect(router.find('GET', '/v3/files/a.csv')).toEqual({ operation: dotted, params: { name: 'a' } })
    expect(router.find('GET', '/v3/files/axcsv')).toEqual({ miss: 'path' })
  })
})

describe('a method that the path does not have', () => {
  test.for([
    ['GET', '/v3/marketing/busifavor/stocks', ['POST']],
    ['post', '/v3/marketing/busifavor/stocks', ['POST']],
    ['DELETE', '/v3/marketing/busifavor/stocks/1', ['GET', 'PATCH']],
    ['HEAD', '/v3/users/o/coupons/c/appids/a', ['GET']],
  ] as const)('%s %s says that it takes %j', ([method, path, allowed]) => {
    expect(router.find(method, path)).toEqual({ miss: 'method', allowed })
  })
})

test('two operations for one method and path are a bug that shows at the start', () => {
  expect(() => new Router([queryStock, { ...queryStock }])).toThrow(
    'Two operations for GET /v3/marketing/busifavor/stocks/{stock_id}',
  )
  expect(() => new Router([createStock, { ...createStock }])).toThrow('Two operations for POST')
})
