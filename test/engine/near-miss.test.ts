import { describe, expect, test } from 'vitest'
import { explainMiss, nearestPaths } from '../../src/engine/exchange/near-miss.ts'
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

describe('explainMiss', () => {
  const explain = (method: string, path: string) => explainMiss(method, path, operations)

  test('names the nearest, at most five', () => {
    const text = explain('POST', '/v3/marketing/busifavor/coupons/asociate')

    expect(text).toMatch(
      /^The mock does not serve \/v3\/marketing\/busifavor\/coupons\/asociate\. The nearest: POST \/v3\/marketing\/busifavor\/coupons\/associate, /,
    )
    expect(text.match(/(?:GET|POST|PATCH|DELETE) \//g)?.length).toBeLessThanOrEqual(5)
  })

  test.for<[path: string, reason: string]>([
    ['/v3/marketing/busifavor/coupons/associate/', 'Only a trailing slash is too many'],
    ['/v3/Marketing/busifavor/coupons/Associate', 'Only upper and lower case differ'],
    [
      '/v3/Marketing/busifavor/coupons/associate//',
      'Only upper and lower case differ, and a trailing slash is too many',
    ],
  ])('%s: %s', ([path, reason]) => {
    expect(explain('POST', path)).toBe(
      `The mock does not serve ${path}. ${reason}: POST /v3/marketing/busifavor/coupons/associate.`,
    )
  })

  test('keeps the case of variable segments', () => {
    expect(explain('GET', '/v3/pay/transactions/out-trade-no/MCH_Aa/')).toBe(
      'The mock does not serve /v3/pay/transactions/out-trade-no/MCH_Aa/. Only a trailing slash is too many: GET /v3/pay/transactions/out-trade-no/{out_trade_no}.',
    )
  })

  test('says that a percent escape is broken', () => {
    expect(explain('GET', '/v3/pay/transactions/out-trade-no/%zz')).toContain('A percent escape is no UTF-8 text: GET ')
  })

  test('cuts what is long', () => {
    expect(explain('GET', `/${'a'.repeat(100_000)}`).length).toBeLessThan(1_000)
  })
})
