import { expect, test } from 'vitest'
import { ControlConnection, derive } from '../../../src/control/client/connection.ts'

/** Request that the derived method of a route sends. */
async function sentBy(route: string, ...args: unknown[]): Promise<string> {
  let sent = ''
  const connection = new ControlConnection(async (request) => {
    sent = `${request.method} ${request.url} ${await request.text()}`.trim()
    return Response.json({})
  }, 'http://mock')
  await derive({ call: route })(connection).call?.(...args)
  return sent.replace('http://mock/_mock', '')
}

test.for<[sent: string, route: string, ...args: unknown[]]>([
  ['GET /clock', 'GET /clock'],
  ['GET /coupons/1%2F2/a%20b', 'GET /coupons/{stock_id}/{coupon_code}', '1/2', 'a b'],
  ['GET /coupons/1/2?mchid=1900000001', 'GET /coupons/{stock_id}/{coupon_code}', '1', '2', { mchid: '1900000001' }],
  ['GET /journal?limit=3&unused=true', 'GET /journal', { limit: 3, status: undefined, unused: true }],
  ['POST /coupons {}', 'POST /coupons'],
  ['POST /coupons [{"code":"1"}]', 'POST /coupons', [{ code: '1' }]],
  ['PATCH /stocks/1?mchid=2 {"state":"PAUSED"}', 'PATCH /stocks/{stock_id}', '1', { state: 'PAUSED' }, { mchid: '2' }],
  ['POST /orders/1/expire', 'POST /orders/{out_trade_no}/expire?', '1'],
  ['POST /orders/1/expire?mchid=2', 'POST /orders/{out_trade_no}/expire?', '1', { mchid: '2' }],
  ['POST /orders/1/expire?mchid=2', 'POST /orders/{out_trade_no}/expire{?mchid}?', '1', { mchid: '2', total: 1 }],
  ['DELETE /faults/7', 'DELETE /faults/{id}', '7'],
])('%s', async ([sent, route, ...args]) => {
  expect(await sentBy(route, ...args)).toBe(sent)
})

test.for(['/clock', 'GET', 'GET clock', 'HEAD /clock', 'GET /clock?now'])('%j is no route', (route) => {
  expect(() => derive({ call: route })).toThrowError(/is no route/)
})
