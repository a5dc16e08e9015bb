import { describe, expect, vi } from 'vitest'
import { queryUserCoupon } from '../../src/products/operations.ts'
import { json, merchantOf, test } from './doors.ts'

const OTHER = '1900000301'
const COUPON = { openid: 'o', coupon_code: 'c', appid: 'wx' }

describe('jobs that share a mock', () => {
  test('list and clear the faults of their own merchant', async ({ control, merchant, mock }) => {
    await control.createMerchant({ mchid: OTHER })
    const all = await control.planFault({ error: 'rate_limited' })
    const mine = await control.planFault({ error: 'system_error', mchid: OTHER })
    const its = await control.planFault({ error: 'system_error', mchid: merchant.credentials.mchid })
    const ids = async (mchid?: string) => (await control.faults({ ...(mchid && { mchid }) })).map(({ id }) => id)

    expect([await ids(OTHER), await ids(), await ids('1900000999')]).toEqual([[mine.id], [all.id, mine.id, its.id], []])
    await control.clearFaults({ mchid: OTHER })
    expect(await ids()).toEqual([all.id, its.id])
    await control.clearFaults({ mchid: merchant.credentials.mchid })
    const other = await merchantOf(mock, OTHER)
    expect((await other.call(queryUserCoupon, COUPON)).status).toBe(429)
    await control.clearFaults()
    expect(await ids()).toEqual([])
  })

  test('clear holds of their own merchant only', async ({ control, merchant, mock }) => {
    await control.createMerchant({ mchid: OTHER })
    const other = await merchantOf(mock, OTHER)
    await control.planFault({ effect: 'hold', times: 2 })
    const calls = [merchant.call(queryUserCoupon, COUPON), other.call(queryUserCoupon, COUPON)]
    await vi.waitFor(async () => expect(await control.held()).toHaveLength(2), { timeout: 10_000 })

    await control.clearFaults({ mchid: OTHER })
    await calls[1]
    expect((await control.held()).map(({ exchange }) => exchange.mchid)).toEqual([merchant.credentials.mchid])
    await control.clearFaults()
    await Promise.all(calls)
  })

  test.for<[path: string, init: RequestInit]>([
    ['/_mock/clock', {}],
    ['/_mock/clock', json({ frozen: true }, 'PUT')],
    ['/_mock/clock/advance', json({ duration: 'P1D' })],
    ['/_mock/settings', {}],
    ['/_mock/settings', json({ orders: 'known' }, 'PATCH')],
    ['/_mock/platform/rotate', json({})],
  ])('learn that %s %j is not of one merchant, and what to do', async ([path, init], { request }) => {
    for (const [language, said] of [
      ['en', /^\/query\/mchid: all merchants .* a mock of its own: .*serve --port 0/],
      ['zh', /^\/query\/mchid：.*所有商户共用.*serve --port 0/],
    ] as const) {
      const headers = { ...init.headers, 'accept-language': language }
      const refused = await request(`${path}?mchid=${OTHER}`, { ...init, headers })
      expect({ status: refused.status, body: await refused.json() }).toEqual({
        status: 400,
        body: { code: 'MOCK_INPUT', path: '/query/mchid', message: expect.stringMatching(said) },
      })
    }
  })

  test('learn of mchid in the body of a setting or a move of the clock too', async ({ request }) => {
    const refused = await request('/_mock/clock/advance', json({ duration: 'P1D', mchid: OTHER }))
    expect(await refused.json()).toMatchObject({
      path: '/mchid',
      message: expect.stringContaining('a mock of its own'),
    })
  })

  test('learn that the merchant of a fault stands in its body', async ({ request }) => {
    const refused = await request(`/_mock/faults?mchid=${OTHER}`, json({ error: 'rate_limited' }))
    expect(await refused.json()).toMatchObject({
      path: '/query/mchid',
      message: '/query/mchid: it belongs to the body, as a member of its JSON.',
    })
  })
})
