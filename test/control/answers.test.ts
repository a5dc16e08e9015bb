import { expect, test } from 'vitest'
import { errorJson } from '../../src/control/answer-format.ts'
import { type ServedCall, takesBody } from '../../src/control/call.ts'
import { BODY_REFUSALS, COMMON_REFUSALS, statusOf } from '../../src/control/refusals.ts'
import { MockControl } from '../../src/mock-control.ts'
import { downloadCertificates } from '../../src/products/operations.ts'
import { controlApp } from '../helpers/control-app.ts'
import { calls } from '../helpers/control-calls.ts'
import { createMock } from '../helpers/engine.ts'
import { merchantOf } from './doors.ts'

/** A client that holds every answer against what the call says of itself. */
async function checkedClient() {
  const mock = createMock()
  const app = await controlApp(mock)
  const visited = new Set<string>()
  const control = new MockControl(async (request) => {
    const { method, url } = request
    const call = calls.find((call) => call.method === method && patternOf(call).test(new URL(url).pathname))
    if (!call) throw new Error(`No call is described for ${method} ${url}`)
    const response = await app.fetch(request)
    const text = await response.clone().text()
    const answer: unknown = text === '' ? undefined : JSON.parse(text)
    if (response.ok) {
      visited.add(call.id)
      expect(response.status).toBe(call.answer ? (call.status ?? 200) : 204)
      if (call.answer) expect(call.answer.parse(answer)).toEqual(answer)
      else expect(answer).toBeUndefined()
    } else {
      const { code } = errorJson.parse(answer)
      const refusals = { ...COMMON_REFUSALS, ...(takesBody(call) && BODY_REFUSALS), ...call.refusals }
      expect(Object.keys(refusals)).toContain(code)
      expect(statusOf(code, call)).toBe(response.status)
    }
    return response
  }, 'http://localhost')
  return { mock, control, visited }
}

const STATES = ['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const

const patternOf = ({ path }: ServedCall) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)

test('every call answers and refuses as it is described', async () => {
  const { mock, control, visited } = await checkedClient()
  const refused = (promise: Promise<unknown>) => expect(promise).rejects.toThrowError()

  await control.health()
  const { mchid } = await control.createMerchant({ key_mode: 'certificate' })
  await control.credentials()
  await control.credentials(mchid)
  await control.addStock()
  await control.addStocks([{ stock_type: 'DISCOUNT' }, { stock_type: 'EXCHANGE' }])
  await control.addCoupon()
  await control.addCoupons(STATES.map((state) => ({ state })))
  await control.addOrder()
  await control.addOrders([{ state: 'CLOSED' }])
  await control.addUser({ openid: 'oUser', suspicious: true })
  await control.addUsers([{ openid: 'oOne', person: 'somebody' }, { openid: 'oOther' }])
  await control.handOutCoupon('100088', { coupon_code: 'HANDED_OUT' })
  await control.addCode({ stock_id: '300088', code: 'A' })
  await control.addCodes([{ stock_id: '300088', code: 'B', dispatched_time: '2026-11-01T00:00:00+08:00' }])
  await control.stock('300088')
  await control.patchStock('100088', { state: 'PAUSED' })
  await control.coupon('100088', 'COUPON_LINKED')
  await control.patchCoupon('100088', 'COUPON_USED', { state: 'DEACTIVATED' })
  await control.addOrder({ out_trade_no: 'OPEN', state: 'NOTPAY', trade_type: 'NATIVE' })
  await control.addOrder({ out_trade_no: 'RUNS_OUT', state: 'NOTPAY' })
  await control.order('OPEN')
  await control.orderCoupons('OPEN')
  await control.payOrder('OPEN')
  await control.expireOrder('RUNS_OUT')
  await control.freeze()
  const { out_refund_no } = await control.refundOrder('OPEN', { amount: 1 })
  await control.settleRefund(out_refund_no, { outcome: 'ABNORMAL' })
  await refused(control.settleRefund(out_refund_no))
  await refused(control.settleRefund('NONE'))
  await refused(control.refundOrder('OPEN', { amount: 1_000_000 }))
  await refused(control.refundOrder('RUNS_OUT'))
  await refused(control.payOrder('OPEN'))
  await refused(control.payOrder('NONE'))
  await refused(control.expireOrder('OPEN'))
  await control.advance('PT1M')
  await control.run()
  await control.clock()
  await control.settings()
  await control.changeSettings({ orders: 'known' })
  await control.planFault({ operation: 'associateTradeInfo', error: 'system_error', times: 2 })
  await control.planFault({ error: 'rate_limited' })
  const [fault] = await control.faults()
  await control.removeFault(fault?.id ?? '')
  await refused(control.removeFault(fault?.id ?? ''))
  await control.clearFaults()
  const { id } = await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })
  await control.sendNotification({ id })
  await control.notifications({ state: 'failed' })
  await control.deliverNotifications()
  await control.notificationPage({ limit: 1 })
  await control.notification(id)
  await refused(control.notification('none'))
  await control.journal({ callbacks: 'only' })
  await control.rotatePlatformCertificate()
  await control.platform()
  await refused(control.rotatePlatformCertificate())
  await (await merchantOf(mock)).call(downloadCertificates)
  await mock.handle({ method: 'GET', target: '/v3/nowhere', headers: {}, body: Uint8Array.of(0xff) })
  const [exchange] = await control.journal()
  await control.exchange(exchange?.id ?? '')
  await control.journalCount({ status: 200 })
  await control.journalPage({ limit: 1 })
  const [sent] = await control.journal({ callbacks: 'no' })
  await control.replayExchange(sent?.id ?? '')
  await refused(control.replayExchange(exchange?.id ?? ''))
  await control.exchangeCurl(sent?.id ?? '')
  await control.sampleCurl()
  const [good] = await control.journal({ operation: 'downloadCertificates' })
  await control.exchangePact(good?.id ?? '')
  await refused(control.exchangePact('none'))
  await control.exchangeCoupons(good?.id ?? '')
  await refused(control.exchangeCoupons('none'))
  await control.merchants({ text: mchid })
  await control.worldCounts()
  await control.operations()
  await control.commonErrors()
  await control.overview()
  await control.credentialsSnippet('go')
  await control.stocks()
  await control.coupons()
  await control.couponTimeline('100088', 'COUPON_LINKED')
  await control.orders()
  await control.clearJournal()
  await control.restore(await control.world())
  await control.reset(mchid)
  await control.reset()
  const app = await controlApp(mock)
  expect((await app.request('/_mock/openapi.json')).status).toBe(200)
  // Of events one is as good as the next: test/control/events.test.ts holds them against their description.
  expect([...visited, 'openapi', 'events'].sort()).toEqual(calls.map(({ id }) => id).sort())

  await refused(control.sendNotification({ id: 'none' }))
  await refused(control.sendNotification({ event_type: 'COUPON.SEND' }))
  await refused(control.sendNotification({ event_type: 'COUPON.SEND', url: 'http://127.0.0.1/', mchid: '1900000404' }))
  await refused(control.planFault({ operation: 'nothing', error: 'rate_limited' }))
  await refused(control.planFault({ error: 'nothing' }))
  await refused(control.credentials('1900000404'))
  await refused(control.createMerchant({ mchid }))
  await refused(control.createMerchant({ merchant_certificate: 'x' }))
  await refused(control.createMerchant({ merchant_certificate: 'x', merchant_private_key: 'x' }))
  await refused(control.createMerchant({ api_v3_key: 'x' }))
  await refused(control.reset('1900000404'))
  await refused(control.world('1900000404'))
  await refused(control.restore({ coupons: [{ state: 'SENDED', expire_time: '2000-01-01T00:00:00Z' }] }))
  await refused(control.restore({ merchants: [{ mchid: '1900000010' }, { mchid: '1900000010' }] }))
  await refused(control.restore({ merchants: [{ api_v3_key: 'x' }] }))
  await refused(control.restore({ merchants: [{ merchant_certificate: 'x' }] }))
  await refused(control.restore({ merchants: [{ merchant_certificate: 'x', merchant_private_key: 'x' }] }))
  const times = { available_begin_time: '2026-11-02T00:00:00+08:00', available_end_time: '2026-11-01T00:00:00+08:00' }
  const endsFirst = { coupon_use_rule: { coupon_available_time: times } }
  await refused(control.addStock(endsFirst))
  await refused(control.restore({ stocks: [endsFirst] }))
  await refused(control.addCoupon({ state: 'EXPIRED', expire_time: '2999-01-01T00:00:00Z' }))
  await refused(control.handOutCoupon('0'))
  await control.addStock({ stock_id: '100089', state: 'PAUSED' })
  await refused(control.handOutCoupon('100089'))
  await control.addStocks([
    { stock_id: '100090', mchid: '1900000071' },
    { stock_id: '100090', mchid: '1900000072' },
  ])
  await refused(control.handOutCoupon('100090'))
  await refused(control.stock('0'))
  await refused(control.patchStock('0', { state: 'PAUSED' }))
  await refused(control.addCode({ stock_id: '100088', code: 'A' }))
  await refused(control.coupon('0', '0'))
  await refused(control.patchCoupon('0', '0', {}))
  await refused(control.patchCoupon('100088', 'COUPON_USED', { stock_id: '0' }))
  await refused(control.patchCoupon('100088', 'COUPON_USED', { return_time: '2026-11-01T00:00:00+08:00' }))
  await refused(control.advance('P1M'))
  await refused(control.advance('P9999W9999999D'))
  await refused(control.setClock({ now: '0000-01-01T00:00:00Z' }))
  await refused(control.journal({ operation: 'none' }))
  await refused(control.journalCount({ operation: 'none' }))
  await refused(control.exchange('none'))
})

test('no two calls have the same id or address', () => {
  expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length)
  expect(new Set(calls.map(({ method, path }) => `${method} ${path}`)).size).toBe(calls.length)
})
