import { describe, expect } from 'vitest'
import { json, test } from './doors.ts'

describe('a misspelt name is answered with the nearest one', () => {
  test.for<[path: string, init: RequestInit, en: string, zh: string]>([
    [
      '/_mock/coupon',
      json({}),
      'There is no /_mock/coupon. Did you mean POST /_mock/coupons?',
      '没有 /_mock/coupon，是否想写 POST /_mock/coupons？',
    ],
    ['/_mock/clocks', {}, 'Did you mean GET /_mock/clock?', '是否想写 GET /_mock/clock？'],
    ['/_mock/Journal', { method: 'DELETE' }, 'mean DELETE /_mock/journal?', '是否想写 DELETE /_mock/journal？'],
    [
      '/_mock/order/T1/pay',
      json({}),
      'Did you mean POST /_mock/orders/{out_trade_no}/pay?',
      '是否想写 POST /_mock/orders/{out_trade_no}/pay？',
    ],
    ['/_mock/things/order', {}, 'no order to show. Did you mean orders?', '没有可查看的 order，是否想写 orders？'],
    ['/_mock/nothing-of-the-kind', {}, 'There are: GET /_mock/health, ', '可用的有：GET /_mock/health、'],
    [
      '/_mock/faults',
      json({ operation: 'asociateTradeInfo', error: 'rate_limited' }),
      'The mock has no operation asociateTradeInfo. Did you mean associateTradeInfo?',
      '模拟服务没有接口 asociateTradeInfo，是否想写 associateTradeInfo？',
    ],
    ['/_mock/faults', json({ error: 'rate_limit' }), 'Did you mean rate_limited?', '是否想写 rate_limited？'],
    [
      '/_mock/faults',
      json({ event: 'COUPON.SENT', effect: 'drop' }),
      'did you mean "COUPON.SEND"?',
      '是否想写 "COUPON.SEND"？',
    ],
    ['/_mock/journal?operation=jsapiPrepai', {}, 'Did you mean jsapiPrepay?', '是否想写 jsapiPrepay？'],
    [
      '/_mock/clock',
      json({ frozn: true }, 'PUT'),
      '/frozn: there is no such member, did you mean frozen?',
      '/frozn：没有这个字段，是否想写 frozen？',
    ],
    ['/_mock/settings', json({ ordres: 'any' }, 'PATCH'), 'did you mean orders?', '是否想写 orders？'],
    [
      '/_mock/journal?stok_id=1',
      {},
      '/query/stok_id: there is no such',
      '/query/stok_id：没有这个字段，是否想写 stock_id？',
    ],
    [
      '/_mock/world',
      json({ coupons: [{ stock: '100088' }] }, 'PUT'),
      '/coupons/0/stock: there is no such member, did you mean stock_id?',
      '/coupons/0/stock：没有这个字段，是否想写 stock_id？',
    ],
    ['/_mock/world', json({ cupons: [] }, 'PUT'), 'did you mean coupons?', '是否想写 coupons？'],
    ['/_mock/clock', json({ zzzzzzzz: 1 }, 'PUT'), 'no such member, leave it out.', '没有这个字段，请去掉。'],
  ])('%s %j', async ([path, init, en, zh], { request }) => {
    for (const [language, told] of [
      ['en', en],
      ['zh', zh],
    ] as const) {
      const answered = await request(path, { ...init, headers: { ...init.headers, 'accept-language': language } })
      expect(((await answered.json()) as { message: string }).message).toContain(told)
    }
  })

  test('however long the path is', async ({ request }) => {
    const answered = await request(`/_mock/${'coupon/'.repeat(2_000)}`)
    expect(answered.status).toBe(404)
  })
})
