import { describe, expect } from 'vitest'
import { createMock } from '../../src/mock.ts'
import { platform } from '../../src/products/platform/index.ts'
import { test } from './doors.ts'

/** The expected story, told by its results. */
const TOLD = [
  { operation: 'jsapiPrepay', status: 200 },
  { callback: { event_type: 'TRANSACTION.SUCCESS', attempt: 1 }, status: 204 },
  { operation: 'associateTradeInfo', status: 200 },
  { operation: 'useCoupon', status: 200 },
  { operation: 'associateTradeInfo', status: 400, code: 'INVALID_REQUEST', remark: { error: 'not_usable' } },
  { operation: 'associateTradeInfo', status: 401, remark: { about: 'signature', verdict: 'proved' } },
]

describe('a story is played', () => {
  test('of real calls and a callback, which the journal has', async ({ control }) => {
    const played = await control.playStory()

    expect(played).toMatchObject(TOLD)
    expect((await control.journal()).map(({ id }) => id)).toEqual(played.map(({ id }) => id))
    const [refused, , used] = played.toReversed()
    expect(refused?.remark?.causes).toMatchObject([{ name: 'body_compacted' }])
    expect(await control.exchangeCoupons(used?.id ?? '')).toMatchObject([{ state: 'USED' }])
    expect((await control.notifications())[0]).toMatchObject({ state: 'delivered' })
    expect(await control.order(played[0]?.out_trade_no ?? '')).toMatchObject({ state: 'SUCCESS' })
  })

  test('with other numbers each time, and leaves what is there as it was', async ({ control }) => {
    const before = await control.world()
    const [first, second] = [await control.playStory(), await control.playStory()]

    expect(second).toMatchObject(TOLD)
    const numbersOf = (played: typeof first) =>
      new Set(played.flatMap(({ coupon_code = [], out_trade_no = [] }) => [coupon_code, out_trade_no].flat()))
    expect(numbersOf(first).size).toBe(2)
    expect(new Set([...numbersOf(first), ...numbersOf(second)]).size).toBe(4)
    const after = await control.world()
    expect(after.coupons).toEqual(expect.arrayContaining(before.coupons ?? []))
    expect(after.stocks).toEqual(expect.arrayContaining(before.stocks ?? []))
    expect([after.coupons?.length, after.orders?.length]).toEqual([
      (before.coupons?.length ?? 0) + 2,
      (before.orders?.length ?? 0) + 2,
    ])
  })

  test('while the clock stands still, and where only known orders are taken', async ({ control }) => {
    await control.changeSettings({ orders: 'known' })
    await control.freeze('2030-01-01T00:00:00+08:00')

    expect(await control.playStory()).toMatchObject(TOLD)
  })

  test('and its callback can be sent again, to the mock itself', async ({ control }) => {
    await control.playStory()
    const [{ id } = { id: '' }] = await control.notifications()

    expect(await control.sendNotification({ id })).toMatchObject({ attempts: [{ status: 204 }, { status: 204 }] })
  })

  test('but not while faults are planned, which it would use up', async ({ control }) => {
    await control.planFault({ error: 'system_error' })

    await expect(control.playStory()).rejects.toMatchObject({ code: 'MOCK_STORY_FAULTS' })
    expect(await control.faults()).toHaveLength(1)
    expect(await control.journalCount()).toBe(0)
    await control.clearFaults()
    expect(await control.playStory()).toMatchObject(TOLD)
  })
})

test('without a product that has a story, its first call is the story', async () => {
  const { control } = createMock({ products: [platform], seed: {} })

  expect(await control.playStory()).toMatchObject([
    { operation: 'downloadCertificates', status: 200 },
    { operation: 'downloadCertificates', status: 401, remark: { verdict: 'proved' } },
  ])
})

test('its callback goes to no function that receives callbacks', async () => {
  const received: string[] = []
  const mock = createMock({
    receive: (request) => {
      received.push(request.url)
      return new Response()
    },
  })
  await mock.control.playStory()

  expect((await mock.control.notifications())[0]).toMatchObject({ attempts: [{ status: 204 }] })
  expect(received).toEqual([])
})
