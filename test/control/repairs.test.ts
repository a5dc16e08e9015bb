import { describe, expect } from 'vitest'
import { associateTradeInfo, useCoupon } from '../../src/products/operations.ts'
import { englishIn } from '../helpers/chinese.ts'
import { controlApp } from '../helpers/control-app.ts'
import { test } from '../helpers/world.ts'
import { cookbooks } from '../operations/errors/index.ts'
import { ONLY_PLANNED, type Recipe } from '../operations/errors/recipe.ts'
import { expectRefusal } from './doors.ts'

/** One recipe of each error, whatever the call. */
const recipes = new Map<string, Recipe>()
for (const { operation, recipes: own } of cookbooks) {
  for (const [key, recipe] of Object.entries(own)) {
    const isPlanned = recipe === ONLY_PLANNED || operation.errors[key]?.when.en.includes('only as a planned fault')
    if (!isPlanned && !recipes.has(key)) recipes.set(key, recipe)
  }
}

describe('what lets a refused call through is proved by trying', () => {
  test.for([...recipes])('%s', async ([, recipe], { mock, control, merchant, others, clientOf }) => {
    mock.clock.freeze()
    const call = await recipe({ mock, control, merchant, others, clientOf })
    await mock.outbox.idle()
    await call()
    const { id = '' } = (await control.journal({ limit: 1 })).at(-1) ?? {}
    const before = await control.world()
    const app = await controlApp(mock)
    const inChinese = await app.request(`/_mock/journal/${id}/repairs`, { headers: { 'Accept-Language': 'zh' } })

    const { accepted, advice, repairs } = await control.exchangeRepairs(id)

    expect(await control.world()).toEqual(before)
    expect(accepted).toBe(false)
    expect(advice).toMatch(/\.$/)
    const { advice: zh } = Object(await inChinese.json())
    expect(englishIn(zh)).toEqual([])
    const [first] = repairs
    if (!first?.take) return
    const { method, path, query, body } = first.take
    const made = await app.request(`/_mock${path}?${new URLSearchParams(query)}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(made.status).toBeLessThan(300)
    expect(await control.exchangeRepairs(id)).toMatchObject({ accepted: true, repairs: [] })
    expect((await control.replayExchange(id)).response?.status).toBeLessThan(300)
  })
})

const USE = { coupon_code: 'CODE', stock_id: '100088', appid: 'wx1234567889999', use_time: '2026-11-25T12:00:00+08:00' }

test('a refusal names the call that brought its coupon there', async ({ control, merchant, seed }) => {
  await seed.coupon({ coupon_code: 'CODE' })
  await merchant.call(useCoupon, { ...USE, use_request_no: 'FIRST' })
  await merchant.call(useCoupon, { ...USE, use_request_no: 'SECOND' })
  const [done, refused] = await control.journal()

  const { causes, repairs } = await control.exchangeRepairs(refused?.id ?? '')

  expect(causes).toMatchObject([
    { about: { thing: 'coupons', state: 'USED' }, time: expect.any(String), exchange: { id: done?.id } },
  ])
  expect(repairs.map(({ title }) => title.zh)).toEqual(['退券'])
})

test('a number that was used before leads to the call that took effect under it', async ({
  control,
  merchant,
  seed,
}) => {
  await seed.coupon({ coupon_code: 'CODE' })
  const link = { stock_id: '100088', coupon_code: 'CODE', out_trade_no: 'T1', out_request_no: 'LINK' }
  await merchant.call(associateTradeInfo, link)
  await merchant.call(associateTradeInfo, { ...link, out_trade_no: 'T2' })
  const [first, refused] = await control.journal()

  expect(await control.exchangeRepairs(refused?.id ?? '')).toMatchObject({
    advice: 'Send the values of the first call with this number, or another number.',
    first: { id: first?.id },
  })
})

test('a call beyond its rate is let through later, or without rates', async ({ mock, control, merchant, seed }) => {
  await seed.coupon({ coupon_code: 'CODE' })
  await control.changeSettings({ rate_limit: 'on' })
  for (let i = 0; i < 500; i++) await mock.rateLimiter.take(associateTradeInfo, '1900000001', mock.clock.now())
  await merchant.call(associateTradeInfo, {
    stock_id: '100088',
    coupon_code: 'CODE',
    out_trade_no: 'T1',
    out_request_no: 'A',
  })
  const [refused] = await control.journal()

  const { repairs } = await control.exchangeRepairs(refused?.id ?? '')

  expect(repairs.map(({ take }) => [take?.call, take?.body])).toEqual([
    ['setClock', { now: expect.stringMatching(/^2026-11-25T12:0/) }],
    ['changeSettings', { rate_limit: 'off' }],
  ])
})

test('a call that no rule refused has no repairs', async ({ control, merchant, seed }) => {
  await seed.coupon({ coupon_code: 'CODE' })
  await merchant.call(useCoupon, { ...USE, use_request_no: 'FIRST' })
  const [done] = await control.journal()
  await expectRefusal(control.exchangeRepairs(done?.id ?? ''), 'MOCK_EXCHANGE_NOT_REFUSED', '/path/id')
})
