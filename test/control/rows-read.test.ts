import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { World } from '../../src/engine/state/store.ts'
import type { UploadedCode } from '../../src/products/merchant-coupon/codes.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { CountingStore } from '../helpers/counting-store.ts'
import { createMock, type OpenedMock } from '../helpers/engine.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon, aStock, NOON } from '../products/merchant-coupon/rules/builders.ts'

const FEW = 600
const MANY = 3_000

const USER = '/v3/marketing/busifavor/users/oTest-1/coupons?appid=wx0000000000000001'
const CODES = '/v3/marketing/busifavor/stocks/200001/couponcodes'

interface Subject {
  readonly mock: OpenedMock
  readonly mchid: string
  readonly size: number
  get(target: string): Promise<unknown>
}

/** So many coupons of one user, codes, orders, batches and callbacks. */
function worldOf(size: number, mchid: string): World {
  const times = Array.from({ length: size }, (_, i) => NOON - 1_000 * i)
  return {
    stocks: [
      aStock({ mchid, belong_merchant: mchid }),
      aStock({
        mchid,
        belong_merchant: mchid,
        stock_id: '200001',
        coupon_code_mode: 'MERCHANT_UPLOAD',
        codes: { total: size, available: size },
      }),
      ...times.map((create_time, i) => aStock({ mchid, stock_id: `${300_000 + i}`, create_time })),
    ],
    coupons: times.map((receivedAt, i) =>
      aCoupon({
        mchid,
        coupon_code: `c-${i}`,
        receive_time: receivedAt,
        ...(i % 2 === 1 && { associate_out_trade_no: `O${i}`, associate_request_no: 'R', associate_time: NOON }),
      }),
    ),
    codes: times.map(
      (_, i): UploadedCode => ({
        mchid,
        stock_id: '200001',
        code: `U${i}`,
        upload_time: NOON,
        position: i,
      }),
    ),
    orders: times.map((createdAt, i) => ({
      mchid,
      out_trade_no: `O${i}`,
      state: 'NOTPAY',
      total: 1,
      description: i === 0 ? 'needle' : 'hay',
      create_time: createdAt,
      trade_type: 'JSAPI',
      currency: 'CNY',
      close_time: NOON + 86_400_000,
    })),
    notifications: times.map((createdAt, position) => ({
      id: `N${position}`,
      mchid,
      url: 'http://127.0.0.1/',
      eventType: 'COUPON.SEND',
      summary: '',
      originalType: 'coupon',
      associatedData: 'coupon',
      resource: '{}',
      schedule: 'coupon',
      createdAt,
      position,
      attempts: [],
    })),
  }
}

async function subjectOf(size: number): Promise<Subject & { store: CountingStore }> {
  const store = new CountingStore(new MemoryStore(TABLES))
  const mock = createMock({ store, clock: { now: () => NOON } })
  const { mchid } = mock.defaultMerchant
  await store.replace(worldOf(size, mchid))
  const client = createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
    now: () => mock.clock.now(),
  })
  const get = async (target: string) => {
    const answer = await client.request({ target })
    expect(answer.status).toBe(200)
    return answer.body
  }
  return { mock, mchid, size, get, store }
}

const calls: readonly (readonly [name: string, call: (subject: Subject) => Promise<unknown>])[] = [
  ['a page of coupons', ({ mock }) => mock.control.coupons()],
  ["a page of a merchant's coupons", ({ mock, mchid }) => mock.control.coupons({ mchid })],
  ['a page of orders', ({ mock }) => mock.control.orders()],
  ['a page of batches', ({ mock }) => mock.control.stocks()],
  ['whatever has a number', ({ mock }) => mock.control.search({ text: 'c-7' })],
  ['whatever has a part of one', ({ mock }) => mock.control.search({ text: '-7' })],
  ['a page of callbacks', ({ mock }) => mock.control.notificationPage()],
  ['a callback', ({ mock }) => mock.control.notification('N7')],
  ['the coupons of an order', ({ mock }) => mock.control.orderCoupons('O7')],
  ['a call to try', ({ mock }) => mock.control.sampleCurl()],
  ["the first page of a user's coupons", ({ get, mchid }) => get(`${USER}&creator_merchant=${mchid}`)],
  [
    "the last page of a user's coupons",
    ({ get, mchid, size }) => get(`${USER}&creator_merchant=${mchid}&offset=${size - 20}&limit=20`),
  ],
  ['the last page of the codes of a batch', ({ get, size }) => get(`${CODES}?offset=${size - 20}`)],
  ['codes with a status', ({ get, size }) => get(`${CODES}?status=AVAILABLE&offset=${size - 20}`)],
  [
    'the next uploaded code',
    async ({ mock }) => {
      const { coupon_code } = await mock.control.handOutCoupon('200001', { openid: 'oNew' })
      expect(coupon_code).toBe('U0')
    },
  ],
]

describe('as many rows are read with many of them as with few', async () => {
  const [few, many] = [await subjectOf(FEW), await subjectOf(MANY)]

  test.for(calls)('for %s', async ([, call]) => {
    const { rows } = await few.store.during(() => call(few))

    expect(rows).toBeLessThan(FEW)
    expect((await many.store.during(() => call(many))).rows).toBe(rows)
  })

  test('behind a cursor', async () => {
    const whole = await many.mock.control.coupons({ limit: 100 })
    const { next } = await many.mock.control.coupons()
    const { result, rows } = await many.store.during(() => many.mock.control.coupons({ cursor: next ?? '' }))

    expect(result.items).toEqual(whole.items.slice(50))
    expect(result.total).toBe(whole.total)
    expect(rows).toBe(51)
  })

  test('at once, where all have to be looked at for a text, with others answered in between', async () => {
    const { mock, store } = many
    let isOver = false
    const search = store
      .during(() => mock.control.orders({ text: 'needle' }))
      .finally(() => {
        isOver = true
      })
    let others = 0
    while (!isOver) {
      await mock.store.transaction(() => {})
      await setImmediate()
      others++
    }

    const { result, rows, mostAtOnce } = await search
    expect(result).toMatchObject({ items: [{ out_trade_no: 'O0' }], total: 1 })
    expect(rows).toBe(MANY)
    expect(mostAtOnce).toBeLessThanOrEqual(500)
    expect(others).toBeGreaterThanOrEqual(MANY / 500)
  })
})
