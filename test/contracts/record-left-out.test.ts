import { stat } from 'node:fs/promises'
import { expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { LINK, test } from './recording.ts'

test('only the calls that are asked for are recorded', async ({ shop }) => {
  await shop.client.call(associateTradeInfo, LINK)
  await shop.client.request({ target: '/v3/certificates' })

  const { added, calls } = await shop.record({ operation: 'downloadCertificates', mchid: '1900000001' })

  expect({ added, calls }).toEqual({
    added: [{ description: 'downloads the platform certificates', states: [] }],
    calls: 1,
  })
})

test('says what it leaves out and why, and writes no empty contract', async ({ shop }) => {
  await shop.client.request({ target: '/v3/pay/transactions/jsapi', body: {} })
  shop.mock.journal.clear()
  const nonce = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
  await shop.client.request({ target: '/v3/nothing' })
  await shop.client.request({ target: '/v3/nothing?token=x' })
  await shop.client.request({ target: '/v3/certificates', authorization: undefined })
  await shop.control.addCoupon({
    coupon_code: 'EARLY',
    stock_id: '1',
    available_start_time: '2099-01-01T00:00:00+08:00',
    expire_time: '2099-02-01T00:00:00+08:00',
  })
  const use = { coupon_code: 'EARLY', stock_id: '1', use_time: '2026-01-01T00:00:00+08:00' }
  const target = '/v3/marketing/busifavor/coupons/use'
  await shop.client.request({
    target,
    nonce,
    body: { ...use, coupon_code: 'NONE', appid: nonce, use_request_no: 'U-1' },
  })
  for (const use_request_no of ['U-2', 'U-3']) {
    await shop.client.request({ target, body: { ...use, appid: 'wx1', use_request_no } })
  }

  const { added, leftOut, calls } = await shop.record()

  expect({ added, calls }).toEqual({ added: [], calls: 6 })
  expect(leftOut.map(({ call, status, times, reason }) => ({ call, status, times, reason }))).toEqual([
    { call: 'GET /v3/nothing', status: 404, times: 2, reason: 'the mock does not serve this path' },
    {
      call: 'GET /v3/certificates',
      status: 401,
      times: 1,
      reason: 'it is not signed, as WeChat Pay asks of every call',
    },
    { call: `POST ${target}`, status: 404, times: 1, reason: 'a signature, nonce or key stands where none belongs' },
    {
      call: `POST ${target}`,
      status: 403,
      times: 2,
      reason: 'on a clean mock, in the provider states there are, it is answered with 200 in place of 403 RULELIMIT',
    },
  ])
  await expect(stat(shop.file)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('leaves out calls that are not signed, also from a mock that lets them in', async ({ shop }) => {
  await shop.control.changeSettings({ auth: 'lenient' })
  await shop.client.request({ target: associateTradeInfo.path, body: LINK, authorization: undefined })

  expect(await shop.record()).toMatchObject({
    added: [],
    leftOut: [{ status: 200, times: 1, reason: 'it is not signed, as WeChat Pay asks of every call' }],
  })
})

test('leaves out what a planned fault made of an answer', async ({ shop }) => {
  await shop.control.addCoupon({ stock_id: LINK.stock_id, coupon_code: LINK.coupon_code })
  await shop.control.planFault({ effect: 'answer_lost' })
  await shop.control.planFault({ effect: 'slow_drip', pause_ms: 0 })
  await shop.client.request({ target: associateTradeInfo.path, body: LINK }).catch(() => undefined)
  await shop.client.request({ target: associateTradeInfo.path, body: LINK })

  const { added, leftOut } = await shop.record()

  const reason = 'a planned fault did more than answer with an error'
  expect({ added, reasons: leftOut.map(({ reason, times }) => [reason, times]) }).toEqual({
    added: [],
    reasons: [[reason, 2]],
  })
})

test('a body that is nested too deep is left out, and the rest is recorded', async ({ shop }) => {
  const raw = (body: string) =>
    shop.client.request({ target: associateTradeInfo.path, body, headers: { 'Content-Type': 'application/json' } })
  await raw(`{"stock_id":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)
  await raw('{"stock_id":1}')

  expect(await shop.record()).toMatchObject({
    added: [{}],
    leftOut: [{ times: 1, reason: 'its body is nested deeper than the 32 levels that the mock takes' }],
  })
})
